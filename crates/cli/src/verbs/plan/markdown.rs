//! A plan as Markdown, for a review.

use super::summary::{Summary, reach, who};
use super::{ROWS, because, short};
use crate::console::printable;
use countersign_api::{Change, PlanReport, PlannedChange, PolicyKind, Turn};
use countersign_names::Timestamp;
use std::fmt::Write as _;

/// Writes the whole report.
pub(super) fn report(report: &PlanReport, (since, until): (Timestamp, Timestamp), decided: u64) -> String {
    let mut text = String::from("# What this change would have done\n\n");
    // Writing to a string does not fail.
    let _ok = writeln!(
        text,
        "{} decisions from {since} to {until} were asked again ({decided} distinct questions), of the policies that run \
         (`{}`) and of the planned ones (`{}`).\n",
        report.asked,
        short(&report.running),
        short(&report.planned)
    );
    let _ok = writeln!(text, "## Files\n");
    if report.files.is_empty() {
        let _ok = writeln!(text, "None differs.");
    }
    for file in &report.files {
        let change = match file.change {
            Change::Added => "added",
            Change::Changed => "changed",
            Change::Removed => "removed",
        };
        let _ok = writeln!(text, "- `{}` {change}", cell(&file.path));
    }
    for gone in &report.removed {
        let kind = if gone.kind == PolicyKind::Guardrail { "guardrail" } else { "permit" };
        let _ok = writeln!(text, "- **No longer enforced:** the {kind} `{}`", gone.id);
    }
    for (turn, heading, radius) in [
        (Turn::Denied, "Newly denied", &report.newly_denied),
        (Turn::Allowed, "Newly allowed", &report.newly_allowed),
    ] {
        let changes: Vec<&PlannedChange> =
            report.changes.iter().filter(|change| change.direction == turn).collect();
        let _ok = writeln!(text, "\n## {heading}: {}\n", reach(radius));
        if !changes.is_empty() {
            table(&mut text, &changes);
        }
    }
    let _ok = writeln!(text, "\n## Not known\n");
    if report.unknown.is_empty() {
        let _ok = writeln!(text, "Nothing: every access of the period could be evaluated again.");
    }
    for unknown in &report.unknown {
        let _ok = writeln!(text, "- {}", cell(unknown));
    }
    for note in &report.notes {
        let _ok = writeln!(text, "\n{}", cell(note));
    }
    if let Some(answers) = &report.exhaustive {
        super::exhaustive::write(&mut text, answers);
    }
    text
}

pub(in crate::verbs) fn table(text: &mut String, changes: &[&PlannedChange]) {
    for (by, counts) in Summary::of(changes).named() {
        let _ok = writeln!(text, "- by {by}: {}", cell(&counts));
    }
    let _ok = writeln!(
        text,
        "\n| who | action | resource | device | accesses | last | because | what would help | example |"
    );
    let _ok = writeln!(text, "| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    for change in changes.iter().take(ROWS) {
        let observed = if change.enforced { "" } else { " (observed)" };
        let _ok = writeln!(
            text,
            "| {} | {} | {} | {} | {}{observed} | {} | {} | {} | `{}` |",
            cell(&who(change)),
            change.action,
            change.resource,
            cell(&change.device.replace('_', " ")),
            change.count,
            change.last,
            because(change),
            cell(&change.remedies.join(" ")),
            change.example,
        );
    }
    if changes.len() > ROWS {
        let _ok = writeln!(text, "\nand {} more kinds", changes.len() - ROWS);
    }
}

/// Escapes names, which people choose, so that they neither end a cell nor begin a tag.
pub(in crate::verbs) fn cell(text: &str) -> String {
    printable(text).replace('|', "\\|").replace('<', "&lt;")
}
