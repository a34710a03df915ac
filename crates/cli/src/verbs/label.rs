//! `countersign label`: what is sensitive about applications, databases and hosts, and who confirmed it.

mod folder;
mod postgres;
mod scan;

use crate::client::ListOptions;
use crate::console::{Console, read};
use crate::context::Context;
use crate::exit::Failure;
use crate::{span, words};
use clap::Subcommand;
use countersign_api::rows::content_labels::LabelFilter;
use countersign_api::{
    CoveredShare, Items, KnownLabel, LabelCoverage, LabelState, NewLabel, Reason, SampleEvidence, SearchText,
    rows,
};
use countersign_names::{ApplicationName, LabelId, LabelKind, LabelTarget, Sensitivity, Timestamp};
use scan::ContentScan;

/// Commands about labels.
#[derive(Debug, Subcommand)]
pub(crate) enum LabelVerb {
    /// Sample a database or a folder, and propose labels for what is sensitive in it
    #[command(after_help = "Examples:\n  \
        countersign label scan --postgres 'host=db1 user=reader dbname=shop' --password-file reader.pw\n  \
        countersign label scan --folder /srv/exports --target host:files1 --dry-run\n\n\
        Everything is read on this machine. Names of columns and files, and counts, are sent;\n\
        values never are.")]
    Scan(ContentScan),
    /// List labels
    #[command(after_help = "Examples:\n  countersign label list --state open\n  \
                            countersign label list --application payroll\n  countersign label list --search shop")]
    List {
        /// Only labels in this state
        #[arg(long, value_parser = words::one_of::<LabelState>(&["open", "confirmed", "dismissed"]))]
        state: Option<LabelState>,
        /// Only labels of this application and of its parts
        #[arg(long)]
        application: Option<ApplicationName>,
        /// Only labels whose target contains this text
        #[arg(long, value_name = "TEXT")]
        search: Option<String>,
        #[command(flatten)]
        options: ListOptions,
    },
    /// Show a label: why it was proposed, and who answered
    #[command(after_help = "Examples:\n  countersign label show lab_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8")]
    Show {
        /// The label's id; `countersign label list` shows them
        label: LabelId,
    },
    /// Confirm a label that was proposed
    #[command(
        after_help = "Examples:\n  countersign label confirm lab_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 --reason 'Cards of buyers'"
    )]
    Confirm(LabelRuling),
    /// Dismiss a label that was proposed; scans do not propose it again
    #[command(
        after_help = "Examples:\n  countersign label dismiss lab_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 --reason 'Order numbers'"
    )]
    Dismiss(LabelRuling),
    /// Withdraw a label that was confirmed, set or dismissed
    #[command(
        after_help = "Examples:\n  countersign label withdraw lab_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 --reason 'The column is gone'"
    )]
    Withdraw(LabelRuling),
    /// Set a label without a proposal
    #[command(
        after_help = "Examples:\n  countersign label set application:payroll personal restricted --reason 'Salaries'\n  \
                      countersign label set database:shop payment restricted --reason 'Cards of customers'"
    )]
    Set {
        /// application:NAME, resource:APPLICATION/PART, host:NAME, database:NAME or column:DATABASE/SCHEMA.TABLE.COLUMN
        target: LabelTarget,
        /// personal, payment, credentials or health
        kind: LabelKind,
        /// public, internal, confidential or restricted
        sensitivity: Sensitivity,
        /// The reason; the journal keeps it
        #[arg(long)]
        reason: String,
    },
    /// Show how many applications, parts, databases and hosts carry a label that somebody confirmed
    #[command(after_help = "Examples:\n  countersign label coverage")]
    Coverage,
}

/// A label, and what is said about it.
#[derive(Debug, clap::Args)]
pub(crate) struct LabelRuling {
    /// The label's id; `countersign label list` shows them
    label: LabelId,
    /// The reason; the journal keeps it
    #[arg(long)]
    reason: String,
}

impl LabelVerb {
    pub(crate) async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        match self {
            Self::Scan(scan) => scan.run(cx).await,
            Self::List { state, application, search, options } => {
                let filter = LabelFilter { state, application, q: search.map(SearchText) };
                let request = rows::content_labels::LIST.ask([], &filter);
                let answer = cx.client()?.list(request, &options).await?;
                cx.console.show(answer, list)
            }
            Self::Show { label } => {
                let now = cx.now();
                let answer = cx.client()?.call(rows::content_labels::SHOW.to([&label.to_string()])).await?;
                cx.console.show(answer, |console, label| show(console, label, now))
            }
            Self::Confirm(answer) => answer.send(cx, "confirm").await,
            Self::Dismiss(answer) => answer.send(cx, "dismiss").await,
            Self::Withdraw(answer) => answer.send(cx, "withdraw").await,
            Self::Set { target, kind, sensitivity, reason } => {
                let new = NewLabel { target, kind, sensitivity, reason };
                let answer = cx.client()?.send(rows::content_labels::SET.to([]), &new).await?;
                let label: KnownLabel = read(answer.clone())?;
                let said = format!(
                    "{} is labelled {} and {}, as {}.",
                    label.target, label.kind, label.sensitivity, label.id
                );
                remark_if_lower(&mut cx.console, &label);
                cx.console.say(&answer, said)
            }
            Self::Coverage => {
                let answer = cx.client()?.call(rows::content_labels::COVERAGE.to([])).await?;
                cx.console.show(answer, coverage)
            }
        }
    }
}

impl LabelRuling {
    async fn send(self, cx: &mut Context, verb: &str) -> Result<(), Failure> {
        let id = self.label.to_string();
        let (request, said) = match verb {
            "confirm" => (rows::content_labels::CONFIRM.to([&id]), "is confirmed"),
            "dismiss" => {
                (rows::content_labels::DISMISS.to([&id]), "is dismissed. Scans do not propose it again")
            }
            _ => (rows::content_labels::WITHDRAW.to([&id]), "is withdrawn. A scan may propose it again"),
        };
        let answer = cx.client()?.send(request, &Reason { reason: self.reason }).await?;
        let label: KnownLabel = read(answer.clone())?;
        remark_if_lower(&mut cx.console, &label);
        cx.console.say(&answer, format!("The label {} of {} {said}.", label.kind, label.target))
    }
}

/// Says that accesses are decided by a lower sensitivity than the label has.
fn remark_if_lower(console: &mut Console, label: &KnownLabel) {
    if let (true, Some(declared)) = (label.declared_lower, label.declared) {
        console.remark(format!(
            "Accesses are still decided by the declared sensitivity, {declared}: declare {} if that is right.",
            label.sensitivity
        ));
    }
}

fn list(console: &mut Console, labels: Items<KnownLabel>) -> Result<(), Failure> {
    let rows = labels.items.into_iter().map(|label| {
        let declared = label.declared.filter(|_| label.declared_lower);
        [
            label.target.to_string(),
            label.kind.to_string(),
            label.sensitivity.to_string(),
            words::of(&label.state),
            declared.map(|declared| format!("declares only {declared}")).unwrap_or_default(),
            evidence(&label.evidence),
            label.id.to_string(),
        ]
    });
    let none = "There is no such label. `countersign label scan` proposes some.";
    console.table(["TARGET", "LABEL", "SENSITIVITY", "STATE", "REMARK", "EVIDENCE", "ID"], rows, none)
}

/// Returns the evidence on one line.
fn evidence(all: &[SampleEvidence]) -> String {
    let mut said: Vec<String> = all.iter().take(3).map(item).collect();
    said.extend(all.len().checked_sub(3).filter(|more| *more > 0).map(|more| format!("{more} more")));
    said.join("; ")
}

fn item(evidence: &SampleEvidence) -> String {
    let SampleEvidence { place, recogniser, matched, sampled } = evidence;
    let name = recogniser.replace('_', " ");
    let place = place.as_ref().map(|place| format!(" in {place}")).unwrap_or_default();
    if *matched == 0 { format!("{name}{place}") } else { format!("{name}: {matched} of {sampled}{place}") }
}

fn show(console: &mut Console, label: KnownLabel, now: Timestamp) -> Result<(), Failure> {
    let answer = label.answer.as_ref();
    console.facts([
        ("label", label.id.to_string()),
        ("target", label.target.to_string()),
        ("kind", label.kind.to_string()),
        ("sensitivity", label.sensitivity.to_string()),
        ("state", words::of(&label.state)),
        ("proposed by", label.proposed_by_name.clone().unwrap_or_else(|| label.proposed_by.clone())),
        ("proposed", span::relative(label.proposed_at, now)),
        (
            "answered by",
            answer
                .map(|answer| answer.by_name.clone().unwrap_or_else(|| answer.by.clone()))
                .unwrap_or_default(),
        ),
        ("answered", answer.map(|answer| span::relative(answer.at, now)).unwrap_or_default()),
        ("reason", answer.map(|answer| answer.reason.clone()).unwrap_or_default()),
        ("owner", label.owner.clone().unwrap_or_default()),
        ("declared", label.declared.map(|declared| declared.to_string()).unwrap_or_default()),
    ])?;
    let rows = label.evidence.iter().map(|evidence| {
        let SampleEvidence { place, recogniser, matched, sampled } = evidence;
        [place.clone().unwrap_or_default(), recogniser.clone(), matched.to_string(), sampled.to_string()]
    });
    if !label.evidence.is_empty() {
        console.line("")?;
        console.table(["PLACE", "RECOGNISER", "MATCHED", "OF SAMPLED"], rows, "")?;
    }
    remark_if_lower(console, &label);
    Ok(())
}

fn coverage(console: &mut Console, coverage: LabelCoverage) -> Result<(), Failure> {
    let row = |name: &str, share: CoveredShare| {
        [name.to_owned(), share.known.to_string(), share.confirmed.to_string(), percent(share)]
    };
    let rows = [
        row("applications", coverage.applications),
        row("parts of applications", coverage.resources),
        row("databases", coverage.databases),
        row("hosts", coverage.hosts),
    ];
    console.table(["THINGS", "KNOWN", "CONFIRMED", "COVERAGE"], rows, "")?;
    console.line("")?;
    console.line(format!(
        "{} open, {} dismissed; {} where less is declared.",
        words::count(usize::try_from(coverage.open).unwrap_or(usize::MAX), "proposal"),
        coverage.dismissed,
        coverage.declared_lower
    ))?;
    coverage.unknown.iter().for_each(|unknown| console.remark(unknown));
    Ok(())
}

fn percent(share: CoveredShare) -> String {
    share
        .confirmed
        .saturating_mul(100)
        .checked_div(share.known)
        .map_or_else(String::new, |percent| format!("{percent} %"))
}
