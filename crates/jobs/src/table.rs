//! The table of jobs.

use crate::lease::{JobClaim, LeaseHolder, LeaseState};
use countersign_database::{Database, DatabaseError};
use countersign_names::{JobId, Timestamp};
use sqlx::Row as _;
use sqlx::any::AnyRow;

/// Maximum number of stored jobs, results included. The oldest that have ended are deleted first.
const KEPT: i64 = 64;

/// Maximum length of stored parameters and of a stored result, in bytes. A job with longer parameters still runs, but
/// is not taken up again; a longer result is available only in the process that produced it.
const LONGEST: usize = 4 << 20;

/// Maximum length of a stored error in characters.
const LONGEST_ERROR: usize = 2_000;

/// Every column except `parameters` and `result`, which may be long.
const COLUMNS: &str = "id, kind, process, asked_by, since, until, state, started_at, ended_at, accesses, decided, share, \
    attempt, interruptions, stop_asked, lease_owner, lease_until, error, digest";

/// The condition on jobs of a process ($1) that can be taken up at a moment ($2): released ones, and those whose lease
/// ended, or ends later ($3) than any lease can.
const INTERRUPTED: &str = "process = $1 AND state = 'running' AND next_attempt_at <= $2 AND \
    (lease_until <= $2 OR lease_until > $3)";

/// The table of jobs.
#[derive(Clone)]
pub struct JobTable {
    database: Database,
}

/// A new job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewJobRow {
    /// Its id.
    pub id: JobId,
    /// The kind of work, as the room that does it names it.
    pub kind: String,
    /// The requester, as text.
    pub asked_by: String,
    /// The parameters that are needed to restart it, as JSON; `None` if it must not be taken up again automatically.
    pub parameters: Option<String>,
    /// The start of the time span that the job covers (inclusive).
    pub since: Timestamp,
    /// The end of that span (exclusive).
    pub until: Timestamp,
}

/// The state of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowState {
    /// Running, or interrupted and not yet taken up again.
    Running,
    /// Finished with a result.
    Finished,
    /// Failed.
    Failed,
    /// Cancelled on request.
    Cancelled,
}

/// The progress of a job.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct JobProgress {
    /// Number of accesses, rows or facts processed so far.
    pub accesses: u64,
    /// Number of requests evaluated for them.
    pub decided: u64,
    /// The completed share, from 0 to 1.
    pub share: f64,
}

/// The outcome of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobEnding {
    /// A result as JSON, and the digest by which a later command refers to it.
    Finished {
        /// The result as JSON.
        result: String,
        /// The digest of the result.
        digest: Option<String>,
    },
    /// The job failed for this reason.
    Failed(String),
    /// The job was cancelled on request.
    Cancelled,
}

/// A job that was taken up: as stored, with the parameters to restart it, and the right to work on it.
pub type TakenJob = (JobRow, Option<String>, JobClaim);

/// A job as stored in the table.
#[derive(Debug, Clone, PartialEq)]
pub struct JobRow {
    /// Its id.
    pub id: JobId,
    /// The kind of work.
    pub kind: String,
    /// The process on whose files it works.
    pub process: String,
    /// The requester, as text.
    pub asked_by: String,
    /// The time span that it covers.
    pub span: (Timestamp, Timestamp),
    /// Its state.
    pub state: RowState,
    /// When it first began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Its progress.
    pub progress: JobProgress,
    /// How often it was taken up, counted from 1.
    pub attempt: i64,
    /// How often it was taken up because its process had died with it. A process that stops in order releases its jobs,
    /// which does not count.
    pub interruptions: i64,
    /// Whether a stop was requested.
    pub stop_asked: bool,
    /// The owner of the lease and its end, which is in the past for an interrupted job.
    pub lease: (String, Timestamp),
    /// Why it failed.
    pub error: Option<String>,
    /// The digest of its result.
    pub digest: Option<String>,
}

impl JobTable {
    /// Uses the tables of this database, which [`migrate`](crate::migrate) created.
    pub const fn new(database: Database) -> Self {
        Self { database }
    }

    /// Adds a job on which `by` works from now on, and deletes the oldest that have ended.
    ///
    /// # Errors
    /// If the store fails; then no job has begun.
    pub async fn add(
        &self,
        job: &NewJobRow,
        by: &LeaseHolder,
        now: Timestamp,
    ) -> Result<JobClaim, DatabaseError> {
        const ADD: &str = "INSERT INTO jobs (id, kind, process, asked_by, parameters, since, until, state, started_at, accesses,
            decided, share, attempt, next_attempt_at, stop_asked, lease_owner, lease_until)
            VALUES ($1, $2, $3, $4, $5, $6, $7, 'running', $8, 0, 0, 0.0, 1, 0, 0, $9, $10)";
        const TRIM: &str =
            "DELETE FROM jobs WHERE state <> 'running' AND started_at < (SELECT MIN(started_at) FROM
            (SELECT started_at FROM jobs ORDER BY started_at DESC LIMIT $1) AS newest)";
        let parameters = job.parameters.as_ref().filter(|text| text.len() <= LONGEST);
        let added = self.database.write("adding a job", async |connection| {
            let query = sqlx::query(ADD)
                .bind(job.id.to_string())
                .bind(&job.kind)
                .bind(&by.process)
                .bind(&job.asked_by);
            let query = query.bind(parameters).bind(job.since.as_micros()).bind(job.until.as_micros());
            let query = query.bind(now.as_micros()).bind(by.owner()).bind(by.pace.until(now).as_micros());
            query.execute(&mut *connection).await?;
            sqlx::query(TRIM).bind(KEPT).execute(connection).await.map(drop)
        });
        added.await?;
        Ok(JobClaim { id: job.id, attempt: 1 })
    }

    /// Records progress, and extends the lease.
    ///
    /// # Errors
    /// If the store fails: the work continues, and the next successful call extends the lease.
    pub async fn extend(
        &self,
        claim: &JobClaim,
        by: &LeaseHolder,
        progress: JobProgress,
        now: Timestamp,
    ) -> Result<LeaseState, DatabaseError> {
        const EXTEND: &str = "UPDATE jobs SET accesses = $4, decided = $5, share = $6, lease_until = $7
            WHERE id = $1 AND attempt = $2 AND lease_owner = $3 AND state = 'running' RETURNING stop_asked";
        let stop_asked = self.database.write("extending the lease of a job", async |connection| {
            let query = sqlx::query(EXTEND).bind(claim.id.to_string()).bind(claim.attempt).bind(by.owner());
            let query =
                query.bind(signed(progress.accesses)).bind(signed(progress.decided)).bind(progress.share);
            let row = query.bind(by.pace.until(now).as_micros()).fetch_optional(connection).await?;
            row.map(|row| flag(&row)).transpose()
        });
        Ok(match stop_asked.await? {
            None => LeaseState::Lost,
            Some(true) => LeaseState::StopAsked,
            Some(false) => LeaseState::Held,
        })
    }

    /// Records the outcome of a job. Returns false if another process took the job up since: then this result is
    /// refused.
    ///
    /// # Errors
    /// If the store fails. The job is then taken up again once its lease has ended, or shown as failed.
    pub async fn finish(
        &self,
        claim: &JobClaim,
        by: &LeaseHolder,
        (ending, progress): (&JobEnding, JobProgress),
        now: Timestamp,
    ) -> Result<bool, DatabaseError> {
        const FINISH: &str =
            "UPDATE jobs SET state = $4, ended_at = $5, accesses = $6, decided = $7, share = $8, error = $9,
            digest = $10, result = $11, parameters = NULL, lease_until = 0
            WHERE id = $1 AND attempt = $2 AND lease_owner = $3 AND state = 'running'";
        let (state, error, digest, result) = match ending {
            JobEnding::Finished { result, digest } if result.len() <= LONGEST => {
                (RowState::Finished, None, digest.clone(), Some(result.as_str()))
            }
            JobEnding::Finished { digest, .. } => (RowState::Finished, None, digest.clone(), None),
            JobEnding::Failed(why) => {
                (RowState::Failed, Some(why.chars().take(LONGEST_ERROR).collect()), None, None)
            }
            JobEnding::Cancelled => (RowState::Cancelled, None, None, None),
        };
        let error: Option<String> = error;
        // What is finished is wholly done, however far it was when it last said so.
        let share = if state == RowState::Finished { 1.0 } else { progress.share };
        let done = self.database.write("writing the result of a job", async |connection| {
            let query = sqlx::query(FINISH).bind(claim.id.to_string()).bind(claim.attempt).bind(by.owner());
            let query = query.bind(state.word()).bind(now.as_micros()).bind(signed(progress.accesses));
            let query =
                query.bind(signed(progress.decided)).bind(share).bind(error).bind(digest).bind(result);
            query.execute(connection).await
        });
        Ok(done.await?.rows_affected() == 1)
    }

    /// Releases a job without an outcome because its process is stopping. It can be taken up again from `again` on.
    ///
    /// # Errors
    /// If the store fails. The job is then taken up once its lease has ended.
    pub async fn release(
        &self,
        claim: &JobClaim,
        by: &LeaseHolder,
        again: Timestamp,
    ) -> Result<bool, DatabaseError> {
        const RELEASE: &str = "UPDATE jobs SET lease_until = 0, next_attempt_at = $4
            WHERE id = $1 AND attempt = $2 AND lease_owner = $3 AND state = 'running'";
        let done = self.database.write("releasing a job", async |connection| {
            let query = sqlx::query(RELEASE).bind(claim.id.to_string()).bind(claim.attempt).bind(by.owner());
            query.bind(again.as_micros()).execute(connection).await
        });
        Ok(done.await?.rows_affected() == 1)
    }

    /// Takes up the oldest interrupted job of this process that it can read. Returns it with the parameters to restart
    /// it, or without if it must not be restarted. The caller must end it in either case. Writes nothing if there is no
    /// such job.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn take_interrupted(
        &self,
        by: &LeaseHolder,
        now: Timestamp,
    ) -> Result<Option<TakenJob>, DatabaseError> {
        for id in self.interrupted(by, now).await? {
            match self.take(&id, by, now).await {
                Ok(Some(taken)) => return Ok(Some(taken)),
                // Another start of this process took it up.
                Ok(None) => {}
                Err(error) if is_unreadable(&error) => {
                    tracing::debug!(
                        id,
                        %error,
                        "this build cannot read an interrupted job, and leaves it to another build"
                    );
                }
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    /// Returns the ids of the interrupted jobs of this process, oldest first.
    async fn interrupted(&self, by: &LeaseHolder, now: Timestamp) -> Result<Vec<String>, DatabaseError> {
        let latest = by.pace.latest(now).as_micros();
        let found = self.database.read("looking for interrupted jobs", async |connection| {
            let text = format!("SELECT id FROM jobs WHERE {INTERRUPTED} ORDER BY started_at, id LIMIT 1000");
            let query = sqlx::query_scalar(sqlx::AssertSqlSafe(text)).bind(&by.process);
            query.bind(now.as_micros()).bind(latest).fetch_all(connection).await
        });
        found.await
    }

    /// Takes up one job, unless it is no longer interrupted. A job that cannot be read stays as it is.
    async fn take(
        &self,
        id: &str,
        by: &LeaseHolder,
        now: Timestamp,
    ) -> Result<Option<TakenJob>, DatabaseError> {
        // A released job has the lease end 0.
        const TAKE: &str = "UPDATE jobs SET attempt = attempt + 1, lease_owner = $4, lease_until = $5,
            interruptions = interruptions + CASE WHEN lease_until = 0 THEN 0 ELSE 1 END";
        let (until, latest) = (by.pace.until(now).as_micros(), by.pace.latest(now).as_micros());
        let taken = self.database.write("claiming an interrupted job", async |connection| {
            let text = format!("{TAKE} WHERE {INTERRUPTED} AND id = $6 RETURNING parameters, {COLUMNS}");
            let query = sqlx::query(sqlx::AssertSqlSafe(text)).bind(&by.process).bind(now.as_micros());
            let query = query.bind(latest).bind(by.owner()).bind(until).bind(id);
            let Some(row) = query.fetch_optional(connection).await? else { return Ok(None) };
            // An error here takes the update back.
            let (job, parameters) = (job(&row)?, row.try_get("parameters")?);
            let claim = JobClaim { id: job.id, attempt: job.attempt };
            Ok(Some((job, parameters, claim)))
        });
        taken.await
    }

    /// Marks abandoned jobs of other processes as failed: those whose lease ended before `before`. Jobs of this process
    /// are taken up instead.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn abandon(
        &self,
        by: &LeaseHolder,
        before: Timestamp,
        now: Timestamp,
    ) -> Result<u64, DatabaseError> {
        const ABANDON: &str = "UPDATE jobs SET state = 'failed', ended_at = $2, parameters = NULL, error = 'the process that \
            worked on it ended, and did not come back' WHERE state = 'running' AND process <> $3 AND lease_until < $1
            AND next_attempt_at < $1";
        let done = self.database.write("ending abandoned jobs", async |connection| {
            let query = sqlx::query(ABANDON).bind(before.as_micros()).bind(now.as_micros()).bind(&by.process);
            query.execute(connection).await
        });
        Ok(done.await?.rows_affected())
    }

    /// Returns one job, with its result if that is stored.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn get(&self, id: JobId) -> Result<Option<(JobRow, Option<String>)>, DatabaseError> {
        let found = self.database.read("reading a job", async |connection| {
            let text = format!("SELECT {COLUMNS}, result FROM jobs WHERE id = $1");
            let row = sqlx::query(sqlx::AssertSqlSafe(text))
                .bind(id.to_string())
                .fetch_optional(connection)
                .await?;
            row.map(|row| Ok((job(&row)?, row.try_get("result")?))).transpose()
        });
        found.await
    }

    /// Returns all jobs, newest first, without their results.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn list(&self) -> Result<Vec<JobRow>, DatabaseError> {
        let found = self.database.read("reading the jobs", async |connection| {
            let text = format!("SELECT {COLUMNS} FROM jobs ORDER BY started_at DESC, id DESC LIMIT 1000");
            let rows = sqlx::query(sqlx::AssertSqlSafe(text)).fetch_all(connection).await?;
            Ok(rows.iter().map(job).collect::<Vec<_>>())
        });
        // A newer build that shares the database may store what this one cannot read: that hides one job, not all.
        let readable = found.await?.into_iter().filter_map(|job| {
            job.inspect_err(|error| {
                tracing::warn!(
                    %error,
                    "this build cannot read a stored job, and leaves it out of the list"
                )
            })
            .ok()
        });
        Ok(readable.collect())
    }

    /// Requests that a job stop, whichever process works on it; that process sees the request when it next extends its
    /// lease. Deletes a job that has ended. Returns false if there is no such job.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn stop(&self, id: JobId) -> Result<bool, DatabaseError> {
        const STOP: &str = "UPDATE jobs SET stop_asked = 1 WHERE id = $1 AND state = 'running'";
        const FORGET: &str = "DELETE FROM jobs WHERE id = $1 AND state <> 'running'";
        let done = self.database.write("stopping a job", async |connection| {
            let stopped =
                sqlx::query(STOP).bind(id.to_string()).execute(&mut *connection).await?.rows_affected();
            let forgotten =
                sqlx::query(FORGET).bind(id.to_string()).execute(connection).await?.rows_affected();
            Ok(stopped + forgotten)
        });
        Ok(done.await? > 0)
    }
}

impl RowState {
    const fn word(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Finished => "finished",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    fn of(word: &str) -> Option<Self> {
        [Self::Running, Self::Finished, Self::Failed, Self::Cancelled]
            .into_iter()
            .find(|state| state.word() == word)
    }
}

fn job(row: &AnyRow) -> Result<JobRow, sqlx::Error> {
    let moment = |name| Ok::<_, sqlx::Error>(Timestamp::from_micros(row.try_get(name)?));
    let count = |name| Ok::<_, sqlx::Error>(u64::try_from(row.try_get::<i64, _>(name)?).unwrap_or_default());
    let unreadable =
        |what: &str| sqlx::Error::Decode(format!("the field {what} of a stored job cannot be read").into());
    let (id, state): (String, String) = (row.try_get("id")?, row.try_get("state")?);
    Ok(JobRow {
        id: id.parse().map_err(|_| unreadable("id"))?,
        kind: row.try_get("kind")?,
        process: row.try_get("process")?,
        asked_by: row.try_get("asked_by")?,
        span: (moment("since")?, moment("until")?),
        state: RowState::of(&state).ok_or_else(|| unreadable("state"))?,
        started_at: moment("started_at")?,
        ended_at: row.try_get::<Option<i64>, _>("ended_at")?.map(Timestamp::from_micros),
        progress: JobProgress {
            accesses: count("accesses")?,
            decided: count("decided")?,
            share: row.try_get("share")?,
        },
        attempt: row.try_get("attempt")?,
        interruptions: row.try_get("interruptions")?,
        stop_asked: flag(row)?,
        lease: (row.try_get("lease_owner")?, moment("lease_until")?),
        error: row.try_get("error")?,
        digest: row.try_get("digest")?,
    })
}

/// Returns whether the store answered, with a row that this build cannot read.
fn is_unreadable(error: &DatabaseError) -> bool {
    let DatabaseError::Store { source, .. } = error else { return false };
    matches!(source, sqlx::Error::Decode(_) | sqlx::Error::ColumnDecode { .. })
}

fn flag(row: &AnyRow) -> Result<bool, sqlx::Error> {
    Ok(row.try_get::<i64, _>("stop_asked")? != 0)
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
