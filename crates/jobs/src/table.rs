//! The table of jobs.

use crate::lease::{JobClaim, LeaseHolder, LeaseState};
use countersign_database::{Database, DatabaseError};
use countersign_names::{JobId, Timestamp};
use sqlx::Row as _;
use sqlx::any::AnyRow;

/// How many jobs are kept, results included. The oldest that have ended go first.
const KEPT: i64 = 64;

/// The longest parameters and the longest result that are kept, in bytes. A job with longer ones runs all the same, and is
/// not taken up again, or shows its result only in the process that ran it.
const LONGEST: usize = 4 << 20;

/// The longest error that is kept, in characters.
const LONGEST_ERROR: usize = 2_000;

/// Everything but `parameters` and `result`, which may be long.
const COLUMNS: &str = "id, kind, process, asked_by, since, until, state, started_at, ended_at, accesses, decided, share, \
    attempt, stop_asked, lease_owner, lease_until, error, digest";

/// The table of jobs.
#[derive(Clone)]
pub struct JobTable {
    database: Database,
}

/// A job that begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewJobRow {
    /// Its id.
    pub id: JobId,
    /// What it does, as its room names it.
    pub kind: String,
    /// On whose word, in words.
    pub asked_by: String,
    /// What it takes to begin it anew, as JSON; `None` when it must not be taken up by itself.
    pub parameters: Option<String>,
    /// The span that it is about: not before this moment.
    pub since: Timestamp,
    /// And before this one.
    pub until: Timestamp,
}

/// How a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowState {
    /// At work, or interrupted and not yet taken up again.
    Running,
    /// Done.
    Finished,
    /// It could not go on.
    Failed,
    /// Somebody broke it off.
    Cancelled,
}

/// How far a job is.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct JobProgress {
    /// Accesses, rows or facts so far.
    pub accesses: u64,
    /// Questions that were decided for them.
    pub decided: u64,
    /// How much is done, from 0 to 1.
    pub share: f64,
}

/// How a job ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobEnding {
    /// With a result as JSON, and the digest by which a later command names it.
    Finished {
        /// The result.
        result: String,
        /// The digest.
        digest: Option<String>,
    },
    /// For this reason.
    Failed(String),
    /// Somebody broke it off.
    Cancelled,
}

/// A job as it stands in the table.
#[derive(Debug, Clone, PartialEq)]
pub struct JobRow {
    /// Its id.
    pub id: JobId,
    /// What it does.
    pub kind: String,
    /// The process on whose files it works.
    pub process: String,
    /// On whose word, in words.
    pub asked_by: String,
    /// The span that it is about.
    pub span: (Timestamp, Timestamp),
    /// How it is.
    pub state: RowState,
    /// When it began first.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// How far it is.
    pub progress: JobProgress,
    /// Which time it was taken up, from 1.
    pub attempt: i64,
    /// Whether somebody asked that it stop.
    pub stop_asked: bool,
    /// Who works on it, and until when that lease is held; past for one that was interrupted.
    pub lease: (String, Timestamp),
    /// Why it failed.
    pub error: Option<String>,
    /// The digest of its result.
    pub digest: Option<String>,
}

impl JobTable {
    /// That of this database, whose tables were made by [`migrate`](crate::migrate).
    pub const fn new(database: Database) -> Self {
        Self { database }
    }

    /// Adds a job on which `by` works from now on, and lets go of the oldest that ended.
    ///
    /// # Errors
    /// When the store fails; nothing has begun then.
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

    /// Says how far a job is, and moves its lease on.
    ///
    /// # Errors
    /// When the store fails: the work goes on, and the lease with the next call that succeeds.
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

    /// Writes how a job ended. False when another process took it up since: then this result is refused.
    ///
    /// # Errors
    /// When the store fails. It is then taken up again once its lease has ended, or shown as failed.
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
        let done = self.database.write("writing the result of a job", async |connection| {
            let query = sqlx::query(FINISH).bind(claim.id.to_string()).bind(claim.attempt).bind(by.owner());
            let query = query.bind(state.word()).bind(now.as_micros()).bind(signed(progress.accesses));
            let query = query
                .bind(signed(progress.decided))
                .bind(progress.share)
                .bind(error)
                .bind(digest)
                .bind(result);
            query.execute(connection).await
        });
        Ok(done.await?.rows_affected() == 1)
    }

    /// Gives a job up without an ending, to be taken up again from `again` on: its process is stopping.
    ///
    /// # Errors
    /// When the store fails. It is then taken up once its lease has ended.
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

    /// Takes up a job of this process that was interrupted, the oldest first: with what it takes to begin it anew, unless it
    /// must not be. Whoever takes it ends it, in one way or the other.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn take_interrupted(
        &self,
        by: &LeaseHolder,
        now: Timestamp,
    ) -> Result<Option<(JobRow, Option<String>, JobClaim)>, DatabaseError> {
        const TAKE: &str =
            "UPDATE jobs SET attempt = attempt + 1, lease_owner = $2, lease_until = $3 WHERE id =
            (SELECT id FROM jobs WHERE process = $1 AND state = 'running' AND next_attempt_at <= $4
                AND (lease_until <= $4 OR lease_until > $5) ORDER BY started_at LIMIT 1)
            AND (lease_until <= $4 OR lease_until > $5) RETURNING parameters,";
        let (until, latest) = (by.pace.until(now).as_micros(), by.pace.latest(now).as_micros());
        let taken = self.database.write("taking up an interrupted job", async |connection| {
            let query = sqlx::query(sqlx::AssertSqlSafe(format!("{TAKE} {COLUMNS}")));
            let query =
                query.bind(&by.process).bind(by.owner()).bind(until).bind(now.as_micros()).bind(latest);
            let Some(row) = query.fetch_optional(connection).await? else { return Ok(None) };
            let (job, parameters) = (job(&row)?, row.try_get("parameters")?);
            let claim = JobClaim { id: job.id, attempt: job.attempt };
            Ok(Some((job, parameters, claim)))
        });
        taken.await
    }

    /// Declares as failed what other processes left behind: jobs whose lease ended before this moment. Those of this process
    /// are taken up instead.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn abandon(
        &self,
        by: &LeaseHolder,
        before: Timestamp,
        now: Timestamp,
    ) -> Result<u64, DatabaseError> {
        const ABANDON: &str = "UPDATE jobs SET state = 'failed', ended_at = $2, parameters = NULL, error = 'the process that \
            worked on it ended, and did not come back' WHERE state = 'running' AND process <> $3 AND lease_until < $1
            AND next_attempt_at < $1";
        let done = self.database.write("giving up jobs that were left behind", async |connection| {
            let query = sqlx::query(ABANDON).bind(before.as_micros()).bind(now.as_micros()).bind(&by.process);
            query.execute(connection).await
        });
        Ok(done.await?.rows_affected())
    }

    /// One job, with its result if it is kept.
    ///
    /// # Errors
    /// When the store fails.
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

    /// All jobs, the newest first, without their results.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn list(&self) -> Result<Vec<JobRow>, DatabaseError> {
        let found = self.database.read("reading the jobs", async |connection| {
            let text = format!("SELECT {COLUMNS} FROM jobs ORDER BY started_at DESC, id DESC LIMIT 1000");
            let rows = sqlx::query(sqlx::AssertSqlSafe(text)).fetch_all(connection).await?;
            rows.iter().map(job).collect()
        });
        found.await
    }

    /// Asks that a job stop, whichever process works on it; it sees so when it next moves its lease on. One that has ended is
    /// forgotten. False when there is none.
    ///
    /// # Errors
    /// When the store fails.
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
    let unreadable = |what: &str| sqlx::Error::Decode(format!("a job has no readable {what}").into());
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
        stop_asked: flag(row)?,
        lease: (row.try_get("lease_owner")?, moment("lease_until")?),
        error: row.try_get("error")?,
        digest: row.try_get("digest")?,
    })
}

fn flag(row: &AnyRow) -> Result<bool, sqlx::Error> {
    Ok(row.try_get::<i64, _>("stop_asked")? != 0)
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
