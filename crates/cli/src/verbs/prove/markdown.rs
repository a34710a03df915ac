//! A proof as Markdown, for a report.

use super::{figures, idle, percent};
use crate::console::printable;
use crate::words;
use countersign_api::ProofReport;
use countersign_names::{EvidenceItem, Timestamp};
use std::fmt::Write as _;

/// Maximum number of rows in a table; the register has all of them.
const ROWS: usize = 200;

/// Writes the whole report.
pub(super) fn report(report: &ProofReport, (since, until): (Timestamp, Timestamp), decided: u64) -> String {
    let mut text = String::from("# What access depends on\n\n");
    // Writing to a string does not fail.
    let _ok = writeln!(
        text,
        "{} accesses went ahead from {since} to {until} ({decided} distinct questions). Each was asked again without each \
         item of its evidence.\n",
        report.went_ahead
    );
    let _ok = writeln!(text, "| figure | value |\n| --- | --- |");
    for (figure, name) in figures(report) {
        let _ok = writeln!(text, "| {name} | {figure} |");
    }
    let items = EvidenceItem::ALL.iter().map(|item| item.as_str()).collect::<Vec<_>>();
    let _ok = writeln!(text, "\n## Depends on\n\n| access to | accesses | {} |", items.join(" | "));
    let _ok = writeln!(text, "|{}", " --- |".repeat(items.len() + 2));
    for share in &report.applications {
        let cells = EvidenceItem::ALL.iter().map(|item| {
            let depends = share.depends.get(item.as_str()).copied().unwrap_or_default();
            if report.basis.is_whole() {
                percent(depends as f64 / share.accesses.max(1) as f64)
            } else {
                "?".to_owned()
            }
        });
        let _ok = writeln!(
            text,
            "| {} ({}) | {} | {} |",
            share.application,
            share.sensitivity,
            share.accesses,
            cells.collect::<Vec<_>>().join(" | ")
        );
    }
    let _ok = writeln!(text, "\n## Implicit trust\n");
    let _ok =
        writeln!(text, "| access | trusted in | state | accesses | allowed by | what would eliminate it |");
    let _ok = writeln!(text, "| --- | --- | --- | --- | --- | --- |");
    for trust in report.trusts.iter().take(ROWS) {
        let _ok = writeln!(
            text,
            "| {} {} {} ({}) | {} | {} | {} | {} | {} |",
            trust.cohort,
            trust.action,
            trust.resource,
            trust.sensitivity,
            trust.item,
            words::of(&trust.state),
            trust.accesses,
            cell(&words::list_or(&trust.policies, "observed only")),
            cell(&trust.remedy)
        );
    }
    let more = report.trusts.len().saturating_sub(ROWS) as u64 + report.not_itemised;
    if more > 0 {
        let _ok = writeln!(text, "\nAnd {more} more.");
    }
    for (heading, texts) in [("Idle", idle(report)), ("Not known", report.unknown.clone())] {
        let _ok = writeln!(text, "\n## {heading}\n");
        if texts.is_empty() {
            let _ok = writeln!(text, "Nothing.");
        }
        for line in texts {
            let _ok = writeln!(text, "- {}", cell(&line));
        }
    }
    text
}

/// Escapes text for a cell of a table.
fn cell(text: &str) -> String {
    printable(text).replace('|', "\\|")
}
