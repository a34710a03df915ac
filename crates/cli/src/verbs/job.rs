//! `countersign job`: jobs, and following one to its end.

use crate::client::{Client, ServerAnswer};
use crate::console::read;
use crate::context::Context;
use crate::exit::Failure;
use crate::{span, words};
use clap::Subcommand;
use countersign_api::{
    Created, EndpointRequest, Items, Job, JobKind, JobResult, JobState, RequestBody, rows,
};
use countersign_names::JobId;
use std::time::Duration;

/// Pause between two looks at a job's progress.
const PAUSE: Duration = Duration::from_millis(250);

/// Commands about jobs.
#[derive(Debug, Subcommand)]
pub(crate) enum JobVerb {
    /// List the jobs, the newest first
    #[command(after_help = "Examples:\n  countersign job list")]
    List,
    /// Show one job, with its result
    #[command(after_help = "Examples:\n  countersign job show job_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 --json")]
    Show {
        /// Its id
        job: JobId,
    },
    /// Stop a job, or delete one that has ended
    #[command(after_help = "Examples:\n  countersign job stop job_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8")]
    Stop {
        /// Its id
        job: JobId,
    },
}

impl JobVerb {
    pub(crate) async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        match self {
            Self::List => list(cx).await,
            Self::Show { job } => show(cx, job).await,
            Self::Stop { job } => {
                let answer = cx.client()?.call(rows::jobs::STOP.to([&job.to_string()])).await?;
                cx.console.say(&answer, format!("{job} is stopped, or deleted if it had ended."))
            }
        }
    }
}

async fn list(cx: &mut Context) -> Result<(), Failure> {
    let answer = cx.client()?.all(rows::jobs::LIST.to([])).await?;
    let now = cx.now();
    cx.console.show(answer, |console, jobs: Items<Job>| {
        let rows = jobs.items.into_iter().map(|job| {
            [
                job.id.to_string(),
                words::of(&job.kind),
                words::of(&job.state),
                span::relative(job.started_at, now),
                job.accesses.to_string(),
                percent(job.share),
            ]
        });
        let heading = ["JOB", "KIND", "STATE", "BEGUN", "DECISIONS", "READ"];
        console.table(heading, rows, "No job is running, and none is stored.")
    })
}

async fn show(cx: &mut Context, id: JobId) -> Result<(), Failure> {
    let answer = cx.client()?.call(rows::jobs::SHOW.to([&id.to_string()])).await?;
    let now = cx.now();
    cx.console.show(answer, |console, job: Job| {
        console.facts([
            ("Job", job.id.to_string()),
            ("Kind", words::of(&job.kind)),
            ("State", words::of(&job.state)),
            ("Process", job.process.unwrap_or_default()),
            ("Asked for by", job.asked_by.unwrap_or_default()),
            ("Begun", span::moment(job.started_at, now)),
            ("Ended", job.ended_at.map(|at| span::moment(at, now)).unwrap_or_default()),
            ("Since", span::moment(job.since, now)),
            ("Until", span::moment(job.until, now)),
            ("Decisions", job.accesses.to_string()),
            ("Questions", job.decided.to_string()),
            ("Read", percent(job.share)),
            ("Error", job.error.unwrap_or_default()),
        ])?;
        match &job.result {
            None => Ok(()),
            Some(JobResult::Replay(report)) => super::replay::say(console, report, job.decided),
            Some(JobResult::Plan(report)) => super::plan::say(console, report, job.decided, now),
            Some(JobResult::Proof(report)) => super::prove::say(console, report, job.decided, now),
            Some(JobResult::Shadow(report)) => super::shadow::say(console, report, now),
            Some(JobResult::Verification(report)) => super::upkeep::say(console, report),
            Some(JobResult::ProjectionVerification(found)) => super::projection::say_verified(console, found),
            Some(JobResult::Archive(report)) => super::journal::say_archived(console, report),
            Some(JobResult::Findings(report)) => super::finding::say(console, report),
            Some(JobResult::Roles(report)) => super::role::say(console, report, now),
            Some(JobResult::Upkeep(report)) => {
                super::upkeep::table(console, report, "There was nothing to do.")
            }
        }
    })
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

/// A finished job: the API's answer, as JSON and parsed.
pub(crate) struct Finished {
    pub(crate) answer: ServerAnswer<Job>,
    pub(crate) job: Job,
}

/// Returns why a finished job has no result to show.
pub(crate) fn without_result(job: &Job) -> Failure {
    Failure::Failed(format!(
        "{} finished without a result that this command can show: do client and server have the same version?",
        job.id
    ))
}

/// Starts a job and follows it to its end; shows the progress if a user watches. An interrupt cancels the job.
pub(crate) async fn run_to_the_end<B: RequestBody>(
    cx: &mut Context,
    client: &Client,
    start: EndpointRequest<B, Created<Job>>,
    body: &B::Json,
) -> Result<Finished, Failure> {
    let begun: Job = read(client.send(start, body).await?)?;
    let interrupted = tokio::signal::ctrl_c();
    tokio::pin!(interrupted);
    loop {
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            _ = &mut interrupted => {
                client.call(rows::jobs::STOP.to([&begun.id.to_string()])).await?;
                cx.console.progress("");
                return Err(Failure::Failed(format!("{} was stopped", begun.id)));
            }
        }
        let answer = client.call(rows::jobs::SHOW.to([&begun.id.to_string()])).await?;
        let job: Job = read(answer.clone())?;
        match job.state {
            JobState::Running => cx.console.progress(&how_far(&job, cx.now())),
            JobState::Finished => {
                cx.console.progress("");
                return Ok(Finished { answer, job });
            }
            JobState::Failed => {
                cx.console.progress("");
                return Err(Failure::Failed(job.error.unwrap_or_else(|| format!("{} failed", job.id))));
            }
            JobState::Cancelled => {
                cx.console.progress("");
                return Err(Failure::Failed(format!("another user stopped {}", job.id)));
            }
        }
    }
}

/// Formats a bar, the rate, and the estimated remaining time.
fn how_far(job: &Job, now: countersign_names::Timestamp) -> String {
    const WIDTH: usize = 24;
    let seconds = now.since(job.started_at).as_secs_f64().max(0.001);
    let full = (((job.share * WIDTH as f64) as usize).min(WIDTH), WIDTH);
    let bar = format!("{}{}", "#".repeat(full.0), ".".repeat(full.1 - full.0));
    let rate = job.accesses as f64 / seconds;
    let left = if job.share > 0.01 {
        let left = Duration::from_secs_f64((seconds / job.share - seconds).clamp(0.0, 1e7));
        format!(", {} left", span::show(left))
    } else {
        String::new()
    };
    match job.kind {
        JobKind::Replay | JobKind::Plan => {
            format!("[{bar}] {} decisions, {rate:.0}/s, {} questions{left}", job.accesses, job.decided)
        }
        JobKind::Archive | JobKind::VerifyProjections => {
            format!("[{bar}] {} facts, {rate:.0}/s{left}", job.accesses)
        }
        _ => format!("[{bar}] {} rows, {rate:.0}/s{left}", job.accesses),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_far_a_run_is_is_said_with_the_time_that_is_left() {
        let at = |text: &str| text.parse().unwrap();
        let job = Job {
            id: "job_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8".parse().unwrap(),
            kind: JobKind::Replay,
            state: JobState::Running,
            started_at: at("2026-11-22T09:00:00Z"),
            ended_at: None,
            since: at("2026-10-22T09:00:00Z"),
            until: at("2026-11-22T09:00:00Z"),
            accesses: 100_000,
            decided: 70,
            share: 0.25,
            process: None,
            asked_by: None,
            asked_by_name: None,
            error: None,
            digest: None,
            result: None,
        };
        assert_eq!(
            how_far(&job, at("2026-11-22T09:00:10Z")),
            "[######..................] 100000 decisions, 10000/s, 70 questions, 30s left"
        );
        let begun = Job { share: 0.0, accesses: 0, decided: 0, ..job };
        assert!(!how_far(&begun, begun.started_at).contains("left"));
    }
}
