//! Schedules: periodic work, done by one of several processes.

use crate::lease::{LeaseHolder, micros, retry_pause};
use countersign_database::{Database, DatabaseError};
use countersign_names::Timestamp;
use sqlx::Row as _;
use sqlx::any::AnyRow;
use std::time::Duration;

/// Maximum length of a stored error in characters.
const LONGEST_ERROR: usize = 1_000;

const COLUMNS: &str = "name, every, due_at, attempt, lease_owner, lease_until, last_started_at, last_ended_at, last_error, failures";

/// The table of schedules.
#[derive(Clone)]
pub struct ScheduleTable {
    database: Database,
}

/// A schedule and the outcome of its last run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScheduleRow {
    /// The name, such as `jobs.history`, or `evidence.upkeep@edge-1` for work that each process does for itself.
    pub name: String,
    /// The interval.
    pub every: Duration,
    /// When it is due next.
    pub due_at: Timestamp,
    /// The owner of the current lease, and its end. `None` if no process works on the schedule.
    pub holder: Option<(String, Timestamp)>,
    /// When the last run began.
    pub last_started_at: Option<Timestamp>,
    /// When the last run ended; earlier than `last_started_at` while a run is under way, or if the process ended
    /// meanwhile.
    pub last_ended_at: Option<Timestamp>,
    /// Why the last run failed, if it failed.
    pub last_error: Option<String>,
    /// Number of consecutive failures.
    pub failures: u32,
}

/// Whether a schedule can be taken up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScheduleDue {
    /// It is due, and no process works on it.
    Yes,
    /// It is not due, or a process works on it.
    No,
    /// It is not declared.
    Unknown,
}

/// The right to do the due work and to record its outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScheduleClaim {
    /// The schedule.
    pub name: String,
    /// The fencing number.
    pub attempt: i64,
    pub(crate) due_at: Timestamp,
    pub(crate) every: Duration,
    pub(crate) failures: u32,
}

/// Returns when the work is due next, given that it was due at `due` and was done by `now`: a whole number of intervals
/// after `due`, and never in the past. Missed runs are not repeated, because one run covers them.
pub(crate) fn next_due(due: Timestamp, every: Duration, now: Timestamp) -> Timestamp {
    let (due, every, now) = (due.as_micros(), micros(every).max(1), now.as_micros());
    let beats = now.saturating_sub(due).max(0) / every + 1;
    Timestamp::from_micros(due.saturating_add(every.saturating_mul(beats)).min(now.saturating_add(every)))
}

impl ScheduleTable {
    /// Uses the tables of this database, which [`migrate`](crate::migrate) created.
    pub const fn new(database: Database) -> Self {
        Self { database }
    }

    /// Declares a schedule. A known schedule keeps its due time, unless that is further away than `every`: then a clock
    /// was set back, or the interval became shorter.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn declare(
        &self,
        name: &str,
        every: Duration,
        first: Timestamp,
        now: Timestamp,
    ) -> Result<(), DatabaseError> {
        const DECLARE: &str =
            "INSERT INTO schedules (name, every, due_at, attempt, lease_owner, lease_until, failures)
            VALUES ($1, $2, $3, 0, '', 0, 0) ON CONFLICT (name) DO UPDATE SET every = excluded.every,
            due_at = CASE WHEN schedules.due_at > $4 THEN $4 ELSE schedules.due_at END";
        self.database
            .write("declaring a schedule", async |connection| {
                let query = sqlx::query(DECLARE).bind(name).bind(micros(every)).bind(first.as_micros());
                query.bind(now.plus(every).as_micros()).execute(connection).await.map(drop)
            })
            .await
    }

    /// Returns whether a process can take the schedule up now. Writes nothing, and so waits for no other writer.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn due(
        &self,
        name: &str,
        by: &LeaseHolder,
        now: Timestamp,
    ) -> Result<ScheduleDue, DatabaseError> {
        const READ: &str = "SELECT every, due_at, lease_until FROM schedules WHERE name = $1";
        let latest = by.pace.latest(now);
        let due = self.database.read("looking for due work", async |connection| {
            let row = sqlx::query(READ).bind(name).fetch_optional(connection).await?;
            let Some(row) = row else { return Ok(ScheduleDue::Unknown) };
            let moment = |name| Ok::<_, sqlx::Error>(Timestamp::from_micros(row.try_get(name)?));
            let (due_at, until) = (moment("due_at")?, moment("lease_until")?);
            // A due time further away than one interval dates from before a clock was set back: `take` mends it.
            let is_due = due_at <= now || due_at > now.plus(span(row.try_get("every")?));
            let is_free = until <= now || until > latest;
            Ok(if is_due && is_free { ScheduleDue::Yes } else { ScheduleDue::No })
        });
        due.await
    }

    /// Takes up the schedule if it is due and no process works on it.
    ///
    /// # Errors
    /// If the store fails. The schedule may then be held until the lease ends.
    pub async fn take(
        &self,
        name: &str,
        by: &LeaseHolder,
        now: Timestamp,
    ) -> Result<Option<ScheduleClaim>, DatabaseError> {
        // A due time further away than one interval dates from before a clock was set back.
        const NEAR: &str = "UPDATE schedules SET due_at = $2 + every WHERE name = $1 AND due_at > $2 + every";
        const TAKE: &str = "UPDATE schedules SET attempt = attempt + 1, lease_owner = $3, lease_until = $4, last_started_at = $2
            WHERE name = $1 AND due_at <= $2 AND (lease_until <= $2 OR lease_until > $5)
            RETURNING attempt, due_at, every, failures";
        let row = self.database.write("claiming a schedule", async |connection| {
            sqlx::query(NEAR).bind(name).bind(now.as_micros()).execute(&mut *connection).await?;
            let query = sqlx::query(TAKE).bind(name).bind(now.as_micros()).bind(by.owner());
            let query = query.bind(by.pace.until(now).as_micros()).bind(by.pace.latest(now).as_micros());
            query.fetch_optional(connection).await?.map(|row| claim(name, &row)).transpose()
        });
        row.await
    }

    /// Makes a schedule due at once, because something happened that its work is about. A schedule on which a process works
    /// keeps its time: that work takes up what happened, or the next run does.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn hasten(&self, name: &str, now: Timestamp) -> Result<(), DatabaseError> {
        const HASTEN: &str = "UPDATE schedules SET due_at = $2 WHERE name = $1 AND due_at > $2";
        self.database
            .write("hastening a schedule", async |connection| {
                sqlx::query(HASTEN).bind(name).bind(now.as_micros()).execute(connection).await.map(drop)
            })
            .await
    }

    /// Extends the lease. Returns false if another process took the schedule up: stop.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn extend(
        &self,
        claim: &ScheduleClaim,
        by: &LeaseHolder,
        now: Timestamp,
    ) -> Result<bool, DatabaseError> {
        const EXTEND: &str =
            "UPDATE schedules SET lease_until = $4 WHERE name = $1 AND attempt = $2 AND lease_owner = $3";
        let done = self.database.write("extending the lease of a schedule", async |connection| {
            let query = sqlx::query(EXTEND).bind(&claim.name).bind(claim.attempt).bind(by.owner());
            query.bind(by.pace.until(now).as_micros()).execute(connection).await
        });
        Ok(done.await?.rows_affected() == 1)
    }

    /// Records the outcome. After a failure the schedule is due again after a growing back-off, and never later than
    /// its interval. Returns false if another process has taken the schedule up since: then only that process records
    /// an outcome.
    ///
    /// # Errors
    /// If the store fails. The schedule is then taken up again once the lease has ended.
    pub async fn finish(
        &self,
        claim: &ScheduleClaim,
        by: &LeaseHolder,
        (outcome, jitter): (Result<(), String>, f64),
        now: Timestamp,
    ) -> Result<bool, DatabaseError> {
        const FINISH: &str =
            "UPDATE schedules SET due_at = $4, lease_owner = '', lease_until = 0, last_ended_at = $5,
            last_error = $6, failures = $7 WHERE name = $1 AND attempt = $2 AND lease_owner = $3";
        let failures = if outcome.is_ok() { 0 } else { claim.failures.saturating_add(1) };
        let mut due = next_due(claim.due_at, claim.every, now);
        if outcome.is_err() {
            due = due.min(now.plus(retry_pause(failures, jitter)));
        }
        let error = outcome.err().map(|why| why.chars().take(LONGEST_ERROR).collect::<String>());
        let done = self.database.write("ending the run of a schedule", async |connection| {
            let query = sqlx::query(FINISH).bind(&claim.name).bind(claim.attempt).bind(by.owner());
            let query =
                query.bind(due.as_micros()).bind(now.as_micros()).bind(error).bind(i64::from(failures));
            query.execute(connection).await
        });
        Ok(done.await?.rows_affected() == 1)
    }

    /// Releases a schedule without an outcome because its process is stopping: it stays due. Returns false if another
    /// process has taken the schedule up since.
    ///
    /// # Errors
    /// If the store fails. The schedule is then taken up again once the lease has ended.
    pub async fn release(&self, claim: &ScheduleClaim, by: &LeaseHolder) -> Result<bool, DatabaseError> {
        const RELEASE: &str = "UPDATE schedules SET lease_owner = '', lease_until = 0
            WHERE name = $1 AND attempt = $2 AND lease_owner = $3";
        let done = self.database.write("releasing a schedule", async |connection| {
            let query = sqlx::query(RELEASE).bind(&claim.name).bind(claim.attempt).bind(by.owner());
            query.execute(connection).await
        });
        Ok(done.await?.rows_affected() == 1)
    }

    /// Removes a schedule on which no process works, because the configuration no longer asks for its work. A process
    /// whose configuration does declares it again.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn withdraw(&self, name: &str, now: Timestamp) -> Result<(), DatabaseError> {
        const KNOWN: &str = "SELECT COUNT(*) FROM schedules WHERE name = $1";
        const WITHDRAW: &str = "DELETE FROM schedules WHERE name = $1 AND lease_until <= $2";
        let known = self.database.read("looking for a schedule", async |connection| {
            sqlx::query_scalar::<_, i64>(KNOWN).bind(name).fetch_one(connection).await
        });
        if known.await? == 0 {
            return Ok(());
        }
        self.database
            .write("withdrawing a schedule", async |connection| {
                sqlx::query(WITHDRAW).bind(name).bind(now.as_micros()).execute(connection).await.map(drop)
            })
            .await
    }

    /// Returns all schedules, sorted by name.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn list(&self, now: Timestamp) -> Result<Vec<ScheduleRow>, DatabaseError> {
        let rows = self.database.read("reading the schedules", async |connection| {
            let text = format!("SELECT {COLUMNS} FROM schedules ORDER BY name LIMIT 1000");
            let rows = sqlx::query(sqlx::AssertSqlSafe(text)).fetch_all(connection).await?;
            rows.iter().map(|row| schedule(row, now)).collect()
        });
        rows.await
    }
}

impl ScheduleRow {
    /// Returns how long the schedule has been due without a process working on it, or `None` if it is not overdue.
    pub fn overdue(&self, now: Timestamp) -> Option<Duration> {
        (self.holder.is_none() && self.due_at < now).then(|| now.since(self.due_at))
    }
}

fn claim(name: &str, row: &AnyRow) -> Result<ScheduleClaim, sqlx::Error> {
    Ok(ScheduleClaim {
        name: name.to_owned(),
        attempt: row.try_get("attempt")?,
        due_at: Timestamp::from_micros(row.try_get("due_at")?),
        every: span(row.try_get("every")?),
        failures: count(row.try_get("failures")?),
    })
}

fn schedule(row: &AnyRow, now: Timestamp) -> Result<ScheduleRow, sqlx::Error> {
    let until = Timestamp::from_micros(row.try_get("lease_until")?);
    let moment =
        |name| Ok::<_, sqlx::Error>(row.try_get::<Option<i64>, _>(name)?.map(Timestamp::from_micros));
    Ok(ScheduleRow {
        name: row.try_get("name")?,
        every: span(row.try_get("every")?),
        due_at: Timestamp::from_micros(row.try_get("due_at")?),
        holder: if until > now { Some((row.try_get("lease_owner")?, until)) } else { None },
        last_started_at: moment("last_started_at")?,
        last_ended_at: moment("last_ended_at")?,
        last_error: row.try_get("last_error")?,
        failures: count(row.try_get("failures")?),
    })
}

fn span(micros: i64) -> Duration {
    Duration::from_micros(u64::try_from(micros).unwrap_or_default())
}

fn count(number: i64) -> u32 {
    u32::try_from(number).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schedule_keeps_its_beat_and_makes_up_for_nothing() {
        let at = |seconds: i64| Timestamp::from_micros(seconds * 1_000_000);
        for (due, now, next) in [
            (100, 100, 160),
            (100, 130, 160),
            (100, 159, 160),
            (100, 160, 220),
            // The process was away for hours: one run, then the usual times.
            (100, 10_000, 10_060),
            // The clock was set back meanwhile: at most one interval from now.
            (100, 50, 110),
        ] {
            assert_eq!(next_due(at(due), Duration::from_secs(60), at(now)), at(next), "{due} {now}");
        }
    }
}
