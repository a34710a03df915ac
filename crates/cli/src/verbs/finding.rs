//! `countersign finding`: what is wrong with accounts, groups and the like, and what people decide about it.

use super::job::{self, Finished, run_to_the_end};
use crate::client::ListOptions;
use crate::console::{Console, read};
use crate::context::Context;
use crate::exit::Failure;
use crate::{span, words};
use clap::{Args, Subcommand};
use countersign_api::rows::findings::{CauseFilter, FindingExportOptions, FindingFilter};
use countersign_api::{
    FindingCause, FindingFormat, FindingSettingsText, FindingState, FindingsExport, FindingsReport,
    HygieneLevel, InventoryFinding, Items, JobResult, NewAcceptance, Reason, SearchText, rows,
};
use countersign_names::{FindingId, SourceName, Timestamp};
use serde_json::json;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Commands about findings.
#[derive(Debug, Subcommand)]
pub(crate) enum FindingVerb {
    /// List what needs work, the worst first
    #[command(after_help = "Examples:\n  countersign finding list --severity critical\n  \
                      countersign finding list --source cloud --state accepted")]
    List {
        #[command(flatten)]
        only: OnlyFindings,
        /// Only those with this cause
        #[arg(long, value_name = "TEXT")]
        cause: Option<String>,
        /// Only those whose first subject has this text in its name
        #[arg(long, value_name = "TEXT")]
        search: Option<String>,
        #[command(flatten)]
        options: ListOptions,
    },
    /// List the causes; mending one mends all of its findings
    #[command(
        after_help = "Examples:\n  countersign finding causes --limit 10\n  countersign finding causes --source people"
    )]
    Causes {
        #[command(flatten)]
        only: OnlyFindings,
        #[command(flatten)]
        options: ListOptions,
    },
    /// Show one finding, with its evidence
    #[command(after_help = "Examples:\n  countersign finding show fnd_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8")]
    Show {
        /// Its id
        finding: FindingId,
    },
    /// Accept a finding for a while
    #[command(
        after_help = "Examples:\n  countersign finding accept fnd_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 --for 60d \\\n    \
                            --reason 'the vendor rotates the key in January'\n\n\
                            It returns when that ends, or when it becomes worse."
    )]
    Accept {
        /// Its id
        finding: FindingId,
        /// Why it may stay
        #[arg(long)]
        reason: String,
        /// For how long, from a minute to a year: 90d
        #[arg(long = "for", value_name = "SPAN", value_parser = span::parse)]
        life: Duration,
    },
    /// End the acceptance of a finding
    #[command(
        after_help = "Examples:\n  countersign finding reopen fnd_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 \\\n    \
                            --reason 'the vendor has rotated the key'"
    )]
    Reopen {
        /// Its id
        finding: FindingId,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// Show the thresholds, the accounts for emergencies and the duties that are kept apart, as they are in force
    #[command(after_help = "Examples:\n  countersign finding settings > finding-settings.toml\n\n\
                            Name your file in the server's configuration as `finding_settings`. Each look reads it anew.")]
    Settings,
    /// Look at the inventory now, and wait for the result
    #[command(after_help = "Examples:\n  countersign finding look\n\n\
                            The server looks by itself within a minute after an import, and once a day.")]
    Look,
    /// Write findings as events, as a table, or as changes that you can apply
    #[command(after_help = "Examples:\n  countersign finding export --format csv --output findings.csv\n  \
                            countersign finding export --format ocsf > findings.ndjson\n  \
                            countersign finding export --format changes --source cloud --output mend.sh\n\n\
                            Changes are LDIF, lines of the AWS command line or of kubectl, or SQL, by the format of the\n\
                            source. Nothing is applied: read each change before you apply it. At most 5,000 findings\n\
                            (500 changes), the worst first. Only --output writes names with control characters as they are.")]
    Export {
        /// The format: ocsf (JSON lines of OCSF 1.8.0), csv or changes
        #[arg(long, value_name = "FORMAT", value_parser = words::one_of::<FindingFormat>(&["ocsf", "csv", "changes"]), hide_possible_values = true)]
        format: FindingFormat,
        #[command(flatten)]
        only: OnlyFindings,
        /// Write to this new file (mode 0600) instead of showing it
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
}

/// Which findings are listed or exported.
#[derive(Debug, Args)]
pub(crate) struct OnlyFindings {
    /// Only those in this state; without it open and returned ones
    #[arg(long, value_parser = words::one_of::<FindingState>(&["open", "accepted", "fixed", "returned"]))]
    state: Option<FindingState>,
    /// Only those of this detector, such as `unused_account`
    #[arg(long, value_name = "NAME")]
    detector: Option<String>,
    /// Only those of this severity
    #[arg(long, value_parser = words::one_of::<HygieneLevel>(&["notice", "low", "medium", "high", "critical"]))]
    severity: Option<HygieneLevel>,
    /// Only those about something in this source
    #[arg(long)]
    source: Option<SourceName>,
}

impl FindingVerb {
    pub(crate) async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        let (client, now) = (cx.client()?, cx.now());
        match self {
            Self::List { only, cause, search, options } => {
                let OnlyFindings { state, detector, severity, source } = only;
                let q = search.map(SearchText);
                let filter = FindingFilter { state, detector, severity, source, cause, q };
                let answer = client.list(rows::findings::LIST.ask([], &filter), &options).await?;
                cx.console.show(answer, |console, found| list(console, found, now))
            }
            Self::Causes { only, options } => {
                let OnlyFindings { state, detector, severity, source } = only;
                let filter = CauseFilter { state, detector, severity, source };
                let answer = client.list(rows::findings::CAUSES.ask([], &filter), &options).await?;
                cx.console.show(answer, |console, found| causes(console, found, now))
            }
            Self::Show { finding } => {
                let answer = client.call(rows::findings::SHOW.to([&finding.to_string()])).await?;
                cx.console.show(answer, |console, found| show(console, &found, now))
            }
            Self::Accept { finding, reason, life } => {
                let expires_in_seconds = Some(life.as_secs());
                let new = NewAcceptance { reason, expires_at: None, expires_in_seconds };
                let answer = client.send(rows::findings::ACCEPT.to([&finding.to_string()]), &new).await?;
                let said = format!("{finding} is accepted for {}.", span::show(life));
                cx.console.say(&answer, said)
            }
            Self::Reopen { finding, reason } => {
                let why = Reason { reason };
                let answer = client.send(rows::findings::REOPEN.to([&finding.to_string()]), &why).await?;
                cx.console.say(&answer, format!("{finding} is not accepted any more."))
            }
            Self::Settings => {
                let answer = client.call(rows::findings::SETTINGS.to([])).await?;
                cx.console.show(answer, |console, settings: FindingSettingsText| {
                    if let Some(problem) = &settings.problem {
                        console.remark(problem);
                    }
                    settings.text.lines().try_for_each(|line| console.line(line))
                })
            }
            Self::Look => {
                let Finished { answer, job } =
                    run_to_the_end(cx, &client, rows::findings::LOOK.to([]), &()).await?;
                let Some(JobResult::Findings(report)) = job.result else {
                    return Err(job::without_result(&job));
                };
                cx.console.show(answer, |console, _| say(console, &report))
            }
            Self::Export { format, only, output } => {
                let OnlyFindings { state, detector, severity, source } = only;
                let asked = FindingExportOptions { format, state, detector, severity, source };
                let answer = client.call(rows::findings::EXPORT.ask([], &asked)).await?;
                match output {
                    None => cx.console.show(answer, |console, export: FindingsExport| {
                        // Strangers chose the names in it: only a file has them as they are.
                        for line in export.text.lines() {
                            console.line(line)?;
                        }
                        remarks(console, &export);
                        Ok(())
                    }),
                    Some(output) => {
                        let export: FindingsExport = read(answer)?;
                        write(&output, &export.text)?;
                        let told = json!({ "findings": export.findings, "file": output, "is_cut": export.is_cut,
                            "unwritten": export.unwritten });
                        let count =
                            words::count(usize::try_from(export.findings).unwrap_or(usize::MAX), "finding");
                        cx.console.say(&told, format!("{count} in {}.", output.display()))?;
                        remarks(&mut cx.console, &export);
                        Ok(())
                    }
                }
            }
        }
    }
}

fn list(console: &mut Console, found: Items<InventoryFinding>, now: Timestamp) -> Result<(), Failure> {
    let rows = found.items.into_iter().map(|finding| {
        let first = finding.subjects.first();
        [
            words::of(&finding.severity),
            words::of(&finding.state),
            finding.detector,
            first.map(|subject| subject.name.clone()).unwrap_or_default(),
            first.map(|subject| subject.source.to_string()).unwrap_or_default(),
            span::relative(finding.first_seen, now),
            finding.id.to_string(),
        ]
    });
    let none = "There is nothing of the kind. `countersign finding look` looks at the inventory now.";
    let heading = ["SEVERITY", "STATE", "DETECTOR", "NAME", "SOURCE", "FIRST SEEN", "FINDING"];
    console.table(heading, rows, none)
}

fn causes(console: &mut Console, found: Items<FindingCause>, now: Timestamp) -> Result<(), Failure> {
    let rows = found.items.into_iter().map(|cause| {
        [
            words::of(&cause.severity),
            cause.findings.to_string(),
            cause.returned.to_string(),
            cause.detector,
            cause.cause,
            cause.example,
            span::relative(cause.first_seen, now),
        ]
    });
    let none = "There is nothing of the kind. `countersign finding look` looks at the inventory now.";
    let heading = ["SEVERITY", "FINDINGS", "RETURNED", "DETECTOR", "CAUSE", "EXAMPLE", "FIRST SEEN"];
    console.table(heading, rows, none)
}

fn show(console: &mut Console, finding: &InventoryFinding, now: Timestamp) -> Result<(), Failure> {
    let moment = |at: Option<Timestamp>| at.map(|at| span::moment(at, now)).unwrap_or_default();
    console.facts([
        ("finding", finding.id.to_string()),
        ("detector", finding.detector.clone()),
        ("cause", finding.cause.clone()),
        ("severity", words::of(&finding.severity)),
        ("state", words::of(&finding.state)),
        ("first seen", span::moment(finding.first_seen, now)),
        ("last seen", span::moment(finding.last_seen, now)),
        ("fixed", moment(finding.fixed_at)),
        ("returned", moment(finding.returned_at)),
        ("fix", finding.fix.clone()),
    ])?;
    if let Some(acceptance) = &finding.acceptance {
        let by = acceptance.accepted_by_name.as_ref().unwrap_or(&acceptance.accepted_by);
        console.facts([
            ("accepted by", format!("{by}, {}", span::moment(acceptance.accepted_at, now))),
            ("until", span::moment(acceptance.expires_at, now)),
            ("as", words::of(&acceptance.severity)),
            ("because", acceptance.reason.clone()),
        ])?;
    }
    console.line("")?;
    let subjects = finding.subjects.iter().map(|subject| {
        let kind = subject.kind.map(|kind| words::of(&kind)).unwrap_or_default();
        [subject.name.clone(), kind, subject.source.to_string(), subject.key.clone()]
    });
    console.table(["SUBJECT", "KIND", "SOURCE", "KEY"], subjects, "  none")?;
    console.line("")?;
    let evidence = finding
        .evidence
        .iter()
        .map(|said| [said.attribute.clone(), said.value.clone(), said.source.to_string(), said.key.clone()]);
    console.table(["EVIDENCE", "VALUE", "SOURCE", "KEY"], evidence, "  none")
}

/// Says what a look found.
pub(crate) fn say(console: &mut Console, report: &FindingsReport) -> Result<(), Failure> {
    console.facts([
        ("sources", report.sources.to_string()),
        ("people, accounts and the like", report.nodes.to_string()),
        ("findings", report.findings.to_string()),
        ("new", report.new.to_string()),
        ("returned", report.returned.to_string()),
        ("fixed", report.fixed.to_string()),
    ])
}

/// Remarks on what an export does not hold.
fn remarks(console: &mut Console, export: &FindingsExport) {
    if export.is_cut {
        console.remark("There are more findings: filter them, and export again.");
    }
    if let Some(unwritten) = export.unwritten.filter(|count| *count > 0) {
        console.remark(format!("Of {unwritten}, the text has only a comment that says why."));
    }
}

/// Writes a new file that only its owner may read: it says what is wrong with whom.
pub(crate) fn write(output: &Path, text: &str) -> Result<(), Failure> {
    let failed = |error: std::io::Error| {
        Failure::input(
            format!("{} cannot be written: {error}", output.display()),
            "name a file that does not exist yet",
        )
    };
    let file = std::fs::File::options().write(true).create_new(true).mode(0o600).open(output);
    let mut file = file.map_err(failed)?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(failed)
}
