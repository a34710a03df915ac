//! `countersign label scan`: samples are read here, and only proposals are sent.

use super::{evidence, folder, postgres};
use crate::console::read;
use crate::context::Context;
use crate::exit::Failure;
use crate::verbs::inventory::live::conninfo::PostgresAddress;
use crate::verbs::inventory::live::read_password;
use crate::words;
use clap::Args;
use countersign_api::{LabelScan, LabelScanOutcome, ProposedLabel, SampleEvidence, rows};
use countersign_labels::{LabelProposal, reveals_a_value};
use countersign_names::LabelTarget;
use std::path::PathBuf;

/// Number of proposals of one request.
const BATCH: usize = 200;

/// Number of places that one proposal names, those with the most matches.
const MOST_PLACES: usize = 20;

/// The longest name of a place, in bytes.
const LONGEST_PLACE: usize = 400;

/// What to scan, and how much of it.
#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("what").required(true)))]
pub(crate) struct ContentScan {
    /// Sample the tables of a PostgreSQL database, as in 'host=db.example.org user=reader dbname=shop'
    #[arg(long, value_name = "CONNINFO", group = "what")]
    postgres: Option<String>,
    /// The file with the password and nothing else
    #[arg(long, value_name = "FILE", requires = "postgres")]
    password_file: Option<PathBuf>,
    /// The name of the database in labels [default: dbname]
    #[arg(long, value_name = "NAME", requires = "postgres")]
    name: Option<String>,
    /// Number of rows to sample from each table
    #[arg(long, value_name = "NUMBER", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=100_000), requires = "postgres")]
    rows: u32,
    /// Read the files of a folder, at most 10,000, and of each the first MiB
    #[arg(long, value_name = "PATH", group = "what", requires = "target")]
    folder: Option<PathBuf>,
    /// What the folder belongs to: host:NAME, application:NAME, resource:APPLICATION/PART or database:NAME
    #[arg(long, requires = "folder")]
    target: Option<LabelTarget>,
    /// Show what would be proposed, and send nothing
    #[arg(long)]
    dry_run: bool,
}

/// What a scan found, and what it could not read.
#[derive(Debug, Default)]
pub(super) struct ScanFindings {
    pub(super) proposals: Vec<ProposedLabel>,
    /// What was looked at, in words.
    pub(super) looked_at: String,
    /// What was not, and why: one sentence each.
    pub(super) unread: Vec<String>,
}

impl ContentScan {
    pub(super) async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        let found = match (&self.postgres, &self.folder, &self.target) {
            (Some(conninfo), _, _) => {
                let address = PostgresAddress::parse(conninfo).map_err(|problem| {
                    let remedy = "give it as in 'host=db.example.org user=reader dbname=shop'";
                    Failure::input(format!("--postgres: {problem}"), remedy)
                })?;
                let password =
                    self.password_file.as_deref().map(|file| read_password(Some(file))).transpose()?;
                let name = self.name.clone().unwrap_or_else(|| address.database.clone());
                postgres::scan(&mut cx.console, &address, password.as_ref(), &name, self.rows).await?
            }
            (None, Some(folder), Some(target)) => folder::scan(&mut cx.console, folder, target)?,
            _ => {
                return Err(Failure::input(
                    "there is nothing to scan",
                    "give --postgres or --folder with --target",
                ));
            }
        };
        cx.console.progress("");
        for unread in &found.unread {
            cx.console.remark(unread);
        }
        if self.dry_run {
            if !cx.console.wants_json() {
                show(cx, &found.proposals)?;
            }
            cx.console.remark(format!("{}. Nothing was sent.", found.looked_at));
            let scan = LabelScan { proposals: found.proposals };
            if !cx.console.wants_json() {
                return Ok(());
            }
            let shown = serde_json::to_value(&scan).map_err(|error| Failure::Failed(error.to_string()))?;
            return cx.console.json(&shown);
        }
        let outcome = send(cx, &found.proposals).await?;
        if !cx.console.wants_json() {
            show(cx, &found.proposals)?;
        }
        let LabelScanOutcome { new, changed, unchanged, answered } = outcome;
        let said = format!(
            "{}. {new} new, {changed} changed, {unchanged} as before, {answered} confirmed or dismissed already.",
            found.looked_at
        );
        let shown = serde_json::to_value(outcome).map_err(|error| Failure::Failed(error.to_string()))?;
        cx.console.say(&shown, said)
    }
}

async fn send(cx: &Context, proposals: &[ProposedLabel]) -> Result<LabelScanOutcome, Failure> {
    let (client, mut sum) = (cx.client()?, LabelScanOutcome::default());
    for batch in proposals.chunks(BATCH) {
        let scan = LabelScan { proposals: batch.to_vec() };
        let outcome = read(client.send(rows::content_labels::PROPOSE.to([]), &scan).await?)?;
        sum.new += outcome.new;
        sum.changed += outcome.changed;
        sum.unchanged += outcome.unchanged;
        sum.answered += outcome.answered;
    }
    Ok(sum)
}

fn show(cx: &mut Context, proposals: &[ProposedLabel]) -> Result<(), Failure> {
    let rows = proposals.iter().map(|proposal| {
        [
            proposal.target.to_string(),
            words::of(&proposal.kind),
            proposal.sensitivity.to_string(),
            evidence(&proposal.evidence),
        ]
    });
    let none = "Nothing sensitive was recognised.";
    cx.console.table(["TARGET", "LABEL", "SENSITIVITY", "EVIDENCE"], rows, none)
}

/// Returns a name of a file or column that can be shown: `None` if it is or holds a value itself, or is too long.
pub(super) fn showable(name: &str) -> Option<String> {
    let good = name.len() <= LONGEST_PLACE && !name.is_empty() && !name.chars().any(char::is_control);
    (good && !reveals_a_value(name)).then(|| name.to_owned())
}

/// Adds what a sample suggests to the proposals of a target.
pub(super) fn join(
    proposals: &mut Vec<ProposedLabel>,
    target: &LabelTarget,
    place: Option<&str>,
    found: Vec<LabelProposal>,
) {
    for LabelProposal { kind, sensitivity, evidence } in found {
        let items = evidence.into_iter().map(|share| SampleEvidence {
            place: place.map(str::to_owned),
            recogniser: share.recogniser.name().to_owned(),
            matched: share.matched.min(share.sampled),
            sampled: share.sampled,
        });
        match proposals.iter_mut().find(|proposal| proposal.kind == kind && proposal.target == *target) {
            Some(proposal) => {
                proposal.sensitivity = proposal.sensitivity.max(sensitivity);
                proposal.evidence.extend(items);
            }
            None => proposals.push(ProposedLabel {
                target: target.clone(),
                kind,
                sensitivity,
                evidence: items.collect(),
            }),
        }
    }
    for proposal in proposals {
        // The same again and again, for the same content: the order does not depend on that of reading.
        proposal.evidence.sort_by(|a, b| {
            b.matched
                .cmp(&a.matched)
                .then_with(|| a.place.cmp(&b.place))
                .then_with(|| a.recogniser.cmp(&b.recogniser))
        });
        proposal.evidence.truncate(MOST_PLACES);
    }
}
