//! `countersign evidence verify` and the verbs that maintain the evidence: each is a job on the server.

use super::job::{self, Finished, run_to_the_end};
use crate::console::Console;
use crate::context::{Context, Sure};
use crate::exit::Failure;
use crate::{span, words};
use clap::Args;
use countersign_api::{
    Created, EndpointRow, EvidenceReport, Job, JobResult, NewEvidenceVerification, NewUpkeep, OptionalBody,
    UpkeepReport, rows,
};

/// The days to verify.
#[derive(Debug, Args)]
pub(crate) struct VerifyEvidenceArgs {
    /// The first day: a duration before now (30d), or a moment (RFC 3339); default: all days
    #[arg(long, value_name = "SPAN", value_parser = span::parse_since)]
    since: Option<span::Since>,
    /// Also compare the copies in the store, and read each completely
    #[arg(long)]
    store: bool,
}

/// Options of upkeep.
#[derive(Debug, Args)]
pub(crate) struct Upkeep {
    /// Only show what would be done
    #[arg(long)]
    dry_run: bool,
}

/// Options of upkeep that cannot be undone.
#[derive(Debug, Args)]
pub(crate) struct Retain {
    #[command(flatten)]
    sure: Sure,
}

impl VerifyEvidenceArgs {
    pub(crate) async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        let (client, now) = (cx.client()?, cx.now());
        let asked =
            NewEvidenceVerification { since: self.since.map(|since| since.moment(now)), store: self.store };
        let path = rows::evidence::VERIFY.to([]);
        let Finished { answer, job } = run_to_the_end(cx, &client, path, &asked).await?;
        let Some(JobResult::Verification(report)) = job.result else { return Err(job::without_result(&job)) };
        if cx.console.wants_json() {
            cx.console.json(&answer)?;
        } else {
            say(&mut cx.console, &report)?;
        }
        if report.whole { Ok(()) } else { Err(Failure::CheckFailed) }
    }
}

/// Prints a verification for people.
pub(crate) fn say(console: &mut Console, report: &EvidenceReport) -> Result<(), Failure> {
    let of = |n: u64, thing: &str| words::count(usize::try_from(n).unwrap_or(usize::MAX), thing);
    console.line(if report.whole { "The evidence is whole." } else { "The evidence is NOT whole." })?;
    console.line(format!("Files that match their anchors: {}, with {} rows.", report.files, report.rows))?;
    console.line(format!(
        "Intact segments that are not Parquet yet: {}, with {} records.",
        report.segments, report.records
    ))?;
    if let Some(before) = report.gone_before {
        console.line(format!("Records from before {before} have expired."))?;
    }
    for (count, what) in [
        (report.anchored_late, "anchored late: nothing proves that they did not change before"),
        (report.waiting, "waiting to be anchored; their segments still exist"),
        (report.leaving, "about to be removed, because they have expired or were compacted"),
    ] {
        if count > 0 {
            console.line(format!("{}: {what}.", of(count, "file")))?;
        }
    }
    if let Some(store) = &report.store {
        console.line(format!(
            "Copies in the store that match their anchors: {}, with {} bytes.",
            store.files, store.bytes
        ))?;
        for (count, what) in [
            (store.waiting, "waiting to be copied to the store"),
            (store.leaving, "about to be removed from the store, because they are not needed any more"),
        ] {
            if count > 0 {
                console.line(format!("{}: {what}.", of(count, "file")))?;
            }
        }
    }
    for finding in &report.findings {
        let fault = words::of(&finding.fault).to_uppercase();
        console.line(format!("{fault}  {}: {}", finding.path, finding.why))?;
    }
    if report.more > 0 {
        console.line(format!("and {} more", report.more))?;
    }
    console.remark("the anchors are facts in the journal: `countersign journal verify` checks its chain");
    Ok(())
}

impl Upkeep {
    /// Runs it and prints what was done, or would be: `done` and `would` describe the files.
    pub(crate) async fn run(
        self,
        cx: &mut Context,
        start: &EndpointRow<0, OptionalBody<NewUpkeep>, Created<Job>>,
        (would, done, nothing): (&str, &str, &str),
    ) -> Result<(), Failure> {
        let client = cx.client()?;
        let asked = NewUpkeep { dry_run: self.dry_run };
        let Finished { answer, job } = run_to_the_end(cx, &client, start.to([]), &asked).await?;
        let Some(JobResult::Upkeep(report)) = job.result else { return Err(job::without_result(&job)) };
        if cx.console.wants_json() {
            return cx.console.json(&answer);
        }
        table(&mut cx.console, &report, nothing)?;
        if !report.days.is_empty() {
            let files: u64 = report.days.iter().map(|day| day.files).sum();
            let bytes: u64 = report.days.iter().map(|day| day.bytes).sum();
            let what = if report.dry_run { would } else { done };
            let files = words::count(usize::try_from(files).unwrap_or(usize::MAX), "file");
            cx.console.line(format!("{files} with {bytes} bytes {what}."))?;
        }
        Ok(())
    }
}

impl Retain {
    /// Shows what would be removed, asks for confirmation, and has it removed.
    pub(crate) async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        let words = ("would be removed", "were removed", "No record is older than the retention.");
        if !self.sure.yes() && !self.sure.dry_run() {
            let asked = NewUpkeep { dry_run: true };
            let found = run_to_the_end(cx, &cx.client()?, rows::evidence::RETAIN.to([]), &asked).await?;
            let Some(JobResult::Upkeep(UpkeepReport { days, .. })) = found.job.result else {
                return Err(job::without_result(&found.job));
            };
            let goes: Vec<String> = days
                .iter()
                .map(|day| {
                    format!("{}: {} records in {} files, {} bytes", day.day, day.rows, day.files, day.bytes)
                })
                .collect();
            if !goes.is_empty() {
                self.sure.agree(cx, "the records that are older than the retention", &goes)?;
            }
        }
        Upkeep { dry_run: self.sure.dry_run() }.run(cx, &rows::evidence::RETAIN, words).await
    }
}

/// Prints the upkeep of the evidence, day by day.
pub(crate) fn table(console: &mut Console, report: &UpkeepReport, nothing: &str) -> Result<(), Failure> {
    let rows = report.days.iter().map(|day| {
        [
            day.day.clone(),
            day.files.to_string(),
            day.rows.to_string(),
            day.bytes.to_string(),
            words::or_dash(day.bytes_after),
        ]
    });
    console.table(["DAY", "FILES", "ROWS", "BYTES", "BYTES AFTER"], rows, nothing)?;
    report.skipped.iter().for_each(|left| console.remark(format!("warning: left unchanged: {left}")));
    Ok(())
}
