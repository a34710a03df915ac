//! `countersign prove`: what recorded accesses depend on, found by evaluating them without each item of evidence.

mod markdown;

use super::job::{self, Finished, run_to_the_end};
use super::trust;
use crate::console::Console;
use crate::context::Context;
use crate::exit::Failure;
use crate::span;
use clap::Args;
use countersign_api::{ExceptionUse, Figure, GuardrailUse, JobResult, NewProof, ProofReport, rows};
use countersign_names::{EvidenceItem, Timestamp};
use std::collections::BTreeMap;

/// Maximum number of rows in a table for people; the JSON has all of them.
const ROWS: usize = 30;

/// The accesses to evaluate.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  countersign prove\n  countersign prove --since 7d --dry-run\n  \
                        countersign prove --markdown\n\n\
                        Evaluates every allowed access again: without a device, with a device that fails its checks, with\n\
                        a phishable or old proof of identity, at high risk, from another place, without its grant or\n\
                        exception. If the access would still be allowed, no policy checks that item: the access depends on\n\
                        implicit trust, and the register lists it (`countersign trust list`). Ends with 7 if evidence is\n\
                        missing or damaged, or cannot be evaluated again: shares then assume the worst case, and nothing\n\
                        is eliminated. docs/proof.md")]
pub(crate) struct ProveArgs {
    /// The start of the period: a duration before now (30d), or a moment (RFC 3339)
    #[arg(long, value_name = "SPAN", default_value = "30d", value_parser = span::parse_since)]
    since: span::Since,
    /// The end of the period: a duration before now, or a moment; default: now
    #[arg(long, value_name = "SPAN", value_parser = span::parse_since)]
    until: Option<span::Since>,
    /// Do not change the register: show what would change
    #[arg(long)]
    dry_run: bool,
    /// Print Markdown, for a report
    #[arg(long, conflicts_with = "json")]
    markdown: bool,
}

impl ProveArgs {
    pub(crate) async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        let (client, now) = (cx.client()?, cx.now());
        let asked = NewProof {
            since: Some(self.since.moment(now)),
            until: self.until.map(|until| until.moment(now)),
            dry_run: self.dry_run,
        };
        let Finished { answer, job } =
            run_to_the_end(cx, &client, rows::proofs::START.to([]), &asked).await?;
        let Some(JobResult::Proof(report)) = job.result else { return Err(job::without_result(&job)) };
        if cx.console.wants_json() {
            cx.console.json(&answer)?;
        } else if self.markdown {
            cx.console.text(&markdown::report(&report, (job.since, job.until), job.decided))?;
        } else {
            say(&mut cx.console, &report, job.decided, now)?;
        }
        Failure::unless_whole(&report.basis)
    }
}

/// Prints a proof for people.
pub(crate) fn say(
    console: &mut Console,
    report: &ProofReport,
    decided: u64,
    now: Timestamp,
) -> Result<(), Failure> {
    console.line(format!(
        "{} accesses went ahead and {} were denied (distinct questions: {decided}). What went ahead was asked again without \
         what it came with.",
        report.went_ahead, report.denied
    ))?;
    console.line("")?;
    for (figure, text) in figures(report) {
        console.line(format!("{text:<44} {figure}"))?;
    }
    console.line("")?;
    console.line("What the answer depends on, by item of evidence:")?;
    shares(console, report)?;
    console.line("")?;
    changed(console, report)?;
    if report.trusts.is_empty() && !report.basis.is_whole() {
        console.line("Whether any access depends on implicit trust is not known: see below.")?;
    } else if report.trusts.is_empty() {
        console.line("No recorded access depends on implicit trust.")?;
    } else {
        console.line("Access that depends on implicit trust, the most sensitive first:")?;
        trust::table(console, report.trusts.iter().take(ROWS), now)?;
        let more = report.trusts.len().saturating_sub(ROWS) as u64 + report.not_itemised;
        if more > 0 {
            console.line(format!("and {more} more; `countersign trust list` has them all"))?;
        }
    }
    let idle = idle(report);
    if !idle.is_empty() {
        console.line("")?;
        console.line("Unused policies and exceptions:")?;
        idle.iter().try_for_each(|text| console.line(format!("- {text}")))?;
    }
    if !report.unknown.is_empty() {
        console.line("")?;
        console.line("NOT KNOWN, so nothing is claimed about it:")?;
        report.unknown.iter().try_for_each(|text| console.line(format!("  - {text}")))?;
    }
    Ok(())
}

/// Prints the figures, each with its basis.
fn figures(report: &ProofReport) -> [(String, &'static str); 4] {
    let register = &report.figures.register;
    let coverage = match report.coverage {
        Some(share) => format!("{} of the accesses that were allowed, or may have been", percent(share)),
        None if report.basis.is_whole() => "nothing: no access of this period was allowed".to_owned(),
        None => "not known: nobody can tell how much could not be read".to_owned(),
    };
    let known = report.basis.unread_decisions.is_some() || report.basis.is_whole();
    [
        (figure(report.figures.device_posture_enforced, known), "Access with device posture enforced"),
        (
            figure(report.figures.privileged_just_in_time, known),
            "Privileged access through just-in-time grants",
        ),
        (
            format!(
                "{} discovered, {} documented and authorised ({} owned, {} lapsed, {} came back)",
                register.live, register.documented, register.owned, register.lapsed, register.drifted
            ),
            "Implicit trust",
        ),
        (coverage, "Coverage"),
    ]
}

fn figure(figure: Figure, known: bool) -> String {
    match figure.share {
        None if !known => format!("not known ({} of {} that could be read)", figure.accesses, figure.of),
        None => "no such access".to_owned(),
        Some(share) => format!("{} ({} of {})", percent(share), figure.accesses, figure.of),
    }
}

/// Formats a share: never rounds it up to the whole, nor down to nothing.
fn percent(share: f64) -> String {
    let tenths = share * 1000.0;
    let shown = if share < 0.5 { tenths.ceil() } else { tenths.floor() };
    format!("{:.1} %", shown / 10.0)
}

fn shares(console: &mut Console, report: &ProofReport) -> Result<(), Failure> {
    let whole = report.basis.is_whole();
    let heading = std::iter::once("ACCESS TO".to_owned())
        .chain(std::iter::once("ACCESSES".to_owned()))
        .chain(EvidenceItem::ALL.iter().map(|item| item.as_str().to_uppercase()))
        .collect::<Vec<_>>();
    let heading: [String; 10] = heading.try_into().unwrap_or_default();
    let row = |name: String, accesses: u64, depends: &dyn Fn(EvidenceItem) -> u64| {
        // Of a part of what was recorded, nobody knows the share.
        let shown = |item: &EvidenceItem| if whole { cell(depends(*item), accesses) } else { "?".to_owned() };
        let cells = EvidenceItem::ALL.iter().map(shown);
        let row: Vec<String> = [name, accesses.to_string()].into_iter().chain(cells).collect();
        <[String; 10]>::try_from(row).unwrap_or_default()
    };
    let of = |depends: &BTreeMap<String, u64>, item: EvidenceItem| {
        depends.get(item.as_str()).copied().unwrap_or_default()
    };
    let everything = row("everything".to_owned(), report.went_ahead, &|item| {
        report.items.iter().find(|share| share.item == item).map_or(0, |share| share.depends)
    });
    let sensitivities = report
        .sensitivities
        .iter()
        .map(|share| row(share.sensitivity.to_string(), share.accesses, &|item| of(&share.depends, item)));
    let applications = report.applications.iter().take(ROWS).map(|share| {
        let name = format!("{} ({})", share.application, share.sensitivity);
        row(name, share.accesses, &|item| of(&share.depends, item))
    });
    let rows = std::iter::once(everything).chain(sensitivities).chain(applications);
    let heading = heading.each_ref().map(String::as_str);
    console.table(heading, rows, "")
}

fn cell(depends: u64, of: u64) -> String {
    if of == 0 { "-".to_owned() } else { percent(depends as f64 / of as f64) }
}

fn changed(console: &mut Console, report: &ProofReport) -> Result<(), Failure> {
    let register = &report.register;
    let (verb, hint) =
        if register.written { ("The register has", "") } else { ("The register would have", " (dry run)") };
    let entries = if register.found == 1 { "entry" } else { "entries" };
    console.line(format!(
        "{verb} {} new {entries}, {} that came back, {} eliminated{hint}.",
        register.found, register.returned, register.eliminated
    ))
}

/// Prints the unused guardrails and exceptions. A partial report cannot name any.
fn idle(report: &ProofReport) -> Vec<String> {
    if !report.basis.is_whole() {
        return Vec::new();
    }
    let guardrails = report.guardrails.iter().filter(|guardrail| never_bites(guardrail));
    let guardrails = guardrails.map(|guardrail| {
        format!(
            "The guardrail {} is unused: it denied nothing, and would deny nothing without any one item.",
            guardrail.policy
        )
    });
    let exceptions = report.exceptions.iter().filter(|exception| exception.needed == 0);
    guardrails.chain(exceptions.map(unneeded)).collect()
}

fn never_bites(guardrail: &GuardrailUse) -> bool {
    guardrail.denied == 0 && guardrail.would == 0
}

fn unneeded(exception: &ExceptionUse) -> String {
    let to = exception.policy.as_ref().map_or_else(String::new, |policy| format!(" to {policy}"));
    let why = if exception.accesses == 0 {
        "covered no access".to_owned()
    } else {
        format!("covered {} accesses, and none of them needed it", exception.accesses)
    };
    format!("The exception {}{to} {why}: end it with `countersign exception end`.", exception.exception)
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn nearly_all_is_not_all_and_hardly_any_is_not_none() {
        assert_eq!([percent(0.0), percent(1.0), percent(0.5)], ["0.0 %", "100.0 %", "50.0 %"]);
        assert_eq!([percent(0.999_999), percent(0.000_001)], ["99.9 %", "0.1 %"]);
    }
}
