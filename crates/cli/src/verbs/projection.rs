//! `countersign projection`: the tables beside the journal.

use super::job::{self, Finished, run_to_the_end};
use crate::console::Console;
use crate::context::Context;
use crate::exit::Failure;
use crate::words;
use clap::{Args, Subcommand};
use countersign_api::{
    Items, JobResult, NewProjectionVerification, ProjectionRebuild, ProjectionReport, ProjectionStatus,
    ProjectionVerification, rows,
};

/// Commands about projections.
#[derive(Debug, Subcommand)]
pub(crate) enum ProjectionVerb {
    /// List the projections: how far each is, and why it has stopped
    #[command(after_help = "Examples:\n  countersign projection list")]
    List,
    /// Rebuild a projection from the journal, or only list the rows that differ from it
    #[command(
        after_help = "Examples:\n  countersign projection rebuild register --dry-run\n  countersign projection rebuild register\n\n\
                            With --dry-run it ends with 6 if a row differs. Without it, requests that read the projection\n\
                            wait until it is built. No decision reads it."
    )]
    Rebuild(RebuildArgs),
    /// Compare every row of the projections with a new fold of the journal
    #[command(
        after_help = "Examples:\n  countersign projection verify\n  countersign projection verify versions\n\n\
                            It ends with 6 if a row differs, and names the row. The server folds the whole journal again for\n\
                            each projection, into temporary tables on disk. `countersign journal verify` checks the journal\n\
                            itself."
    )]
    Verify(VerifyArgs),
}

/// The projections to compare.
#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// The name of one projection; without it, all are compared
    name: Option<String>,
}

/// The projection, and what to do.
#[derive(Debug, Args)]
pub(crate) struct RebuildArgs {
    /// The name of the projection
    name: String,
    /// Change nothing: fold the journal again and compare
    #[arg(long)]
    dry_run: bool,
}

impl ProjectionVerb {
    pub(crate) async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        match self {
            Self::List => list(cx).await,
            Self::Rebuild(asked) => rebuild(cx, asked).await,
            Self::Verify(asked) => verify(cx, asked).await,
        }
    }
}

async fn list(cx: &mut Context) -> Result<(), Failure> {
    let answer = cx.client()?.all(rows::projections::LIST.to([])).await?;
    cx.console.show(answer, |console, all: Items<ProjectionStatus>| {
        let rows = all.items.into_iter().map(|state| {
            let state_of = match (state.trouble, state.behind) {
                (Some(why), _) => why,
                (None, 0) => "in step".to_owned(),
                (None, behind) => format!("behind by {behind} facts"),
            };
            [state.name, state.reached.to_string(), state.rows.to_string(), state_of]
        });
        console.table(["NAME", "FACTS", "ROWS", "STATE"], rows, "There is no projection.")
    })
}

async fn rebuild(cx: &mut Context, asked: RebuildArgs) -> Result<(), Failure> {
    let RebuildArgs { name, dry_run } = asked;
    let row = rows::projections::REBUILD.to([&name]);
    let answer = cx.client()?.send_long_running(row, &ProjectionRebuild { dry_run }).await?;
    let equal = answer.get("comparison").and_then(|found| found.get("equal")?.as_bool());
    cx.console.show(answer, |console, report: ProjectionReport| say(console, &report))?;
    if equal == Some(false) { Err(Failure::CheckFailed) } else { Ok(()) }
}

async fn verify(cx: &mut Context, asked: VerifyArgs) -> Result<(), Failure> {
    let client = cx.client()?;
    let asked = NewProjectionVerification { name: asked.name };
    let path = rows::projections::VERIFY.to([]);
    let Finished { answer, job } = run_to_the_end(cx, &client, path, &asked).await?;
    let Some(JobResult::ProjectionVerification(found)) = job.result else {
        return Err(job::without_result(&job));
    };
    if cx.console.wants_json() {
        cx.console.json(&answer)?;
    } else {
        say_verified(&mut cx.console, &found)?;
    }
    if found.equal { Ok(()) } else { Err(Failure::CheckFailed) }
}

/// Prints the result of a verification.
pub(crate) fn say_verified(console: &mut Console, found: &ProjectionVerification) -> Result<(), Failure> {
    if found.projections.is_empty() {
        return console.line("There is no projection to compare.");
    }
    found.projections.iter().try_for_each(|report| say(console, report))
}

/// A number of rows, as people read it.
fn counted(rows: u64) -> String {
    words::count(usize::try_from(rows).unwrap_or(usize::MAX), "row")
}

fn say(console: &mut Console, report: &ProjectionReport) -> Result<(), Failure> {
    let name = &report.name;
    let Some(found) = &report.comparison else {
        console.line(format!("{name} is being built anew."))?;
        return console.line("`countersign projection list` shows how far it is.");
    };
    if found.equal {
        return console.line(format!(
            "{name} equals a new fold of the journal: {}, up to fact {}.",
            counted(found.rows),
            found.seq
        ));
    }
    for row in &found.differences {
        console.line(format!("{} {}: {}", row.table, row.key, row.what))?;
    }
    console.line(format!(
        "{name} differs from a new fold of the journal in {}. `countersign projection rebuild {name}` builds it anew.",
        counted(found.differing)
    ))
}
