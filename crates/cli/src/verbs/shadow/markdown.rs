//! A shadow report as Markdown, for a review.

use super::super::plan::markdown::{cell, table};
use super::reach;
use countersign_api::{PlannedChange, ShadowPolicy, ShadowReport, Turn};
use countersign_names::Timestamp;
use std::fmt::Write as _;

/// Writes the whole report.
pub(super) fn report(report: &ShadowReport, (since, until): (Timestamp, Timestamp)) -> String {
    let mut text = String::from("# What the policies on trial would have changed\n\n");
    // Writing to a string does not fail.
    let _ok = writeln!(
        text,
        "From the decisions from {since} to {until}, by the policies that run (`{}`). None of them was changed by a \
         policy on trial.",
        report.running.get(..12).unwrap_or(&report.running)
    );
    if report.policies.is_empty() {
        let _ok = writeln!(text, "\nNo policy is in its shadow stage.");
    }
    report.policies.iter().for_each(|policy| one(&mut text, policy));
    text
}

fn one(text: &mut String, policy: &ShadowPolicy) {
    let _ok = writeln!(
        text,
        "\n## {}\n\n{} (`{}`, owner: {})\n\nEvaluated in {} decisions about {} people.",
        policy.policy,
        cell(&policy.reason),
        cell(&policy.place),
        cell(&policy.owner),
        policy.asked,
        policy.people
    );
    if let Some(percent) = policy.rolled_out {
        let _ok = writeln!(
            text,
            "Rolled out to {percent} percent; these figures leave out the people whom it has reached."
        );
    }
    if let Some((first, last)) = policy.first.zip(policy.last) {
        let _ok = writeln!(text, "It would have changed accesses from {first} to {last}.");
    }
    for (turn, heading, radius) in [
        (Turn::Denied, "Newly denied", &policy.newly_denied),
        (Turn::Allowed, "Newly allowed", &policy.newly_allowed),
    ] {
        let _ok = writeln!(text, "\n### {heading}: {}\n", reach(radius));
        let changes: Vec<&PlannedChange> =
            policy.changes.iter().filter(|change| change.direction == turn).collect();
        if !changes.is_empty() {
            table(text, &changes);
        }
    }
    let _ok = writeln!(text, "\n### Not known\n");
    if policy.unknown.is_empty() {
        let _ok =
            writeln!(text, "Nothing: every access of the period shows what the policy would have changed.");
    }
    for unknown in &policy.unknown {
        let _ok = writeln!(text, "- {}", cell(unknown));
    }
}
