//! `countersign journal archive`: moves old facts to archive files, on the server.

use crate::console::Console;
use crate::context::Context;
use crate::exit::Failure;
use crate::verbs::job::{self, Finished, run_to_the_end};
use crate::{span, words};
use clap::Args;
use countersign_api::{ArchiveReport, JobResult, NewArchive, rows};

/// The facts to archive.
#[derive(Debug, Args)]
pub(crate) struct ArchiveArgs {
    /// Only facts that are older than this: a duration before now (30d), or a moment (RFC 3339); default: 90d
    #[arg(long, value_name = "SPAN", value_parser = span::parse_since)]
    before: Option<span::Since>,
    /// Only show what would be archived
    #[arg(long)]
    dry_run: bool,
}

impl ArchiveArgs {
    pub(crate) async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        let (client, now) = (cx.client()?, cx.now());
        let asked =
            NewArchive { before: self.before.map(|before| before.moment(now)), dry_run: self.dry_run };
        let Finished { answer, job } =
            run_to_the_end(cx, &client, rows::journal::ARCHIVE.to([]), &asked).await?;
        let Some(JobResult::Archive(report)) = job.result else { return Err(job::without_result(&job)) };
        if cx.console.wants_json() { cx.console.json(&answer) } else { say(&mut cx.console, &report) }
    }
}

/// Prints the archived facts for people.
pub(crate) fn say(console: &mut Console, report: &ArchiveReport) -> Result<(), Failure> {
    let rows = report.files.iter().map(|file| {
        [
            file.first.to_string(),
            file.last.to_string(),
            words::or_dash(file.bytes),
            words::or_dash(file.digest.as_ref()),
        ]
    });
    let nothing = match report.until {
        0 => format!(
            "There is no checkpoint from before {}: one is taken after each 50,000 facts.",
            report.before
        ),
        until => format!(
            "Everything up to fact {until} is archived, where the newest checkpoint before {} is.",
            report.before
        ),
    };
    console.table(["FIRST", "LAST", "BYTES", "SHA-256"], rows, &nothing)?;
    if report.dry_run {
        console.remark("nothing was done: this is what would be archived");
    } else if report.deleted > 0 {
        console.line(format!("{} facts were removed from the journal's store.", report.deleted))?;
    }
    Ok(())
}
