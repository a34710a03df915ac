//! `countersign shadow`: what the policies on trial would have changed.

mod markdown;

use super::job::{self, Finished, run_to_the_end};
use super::plan::summary::{Summary, reach};
use super::plan::table;
use crate::console::Console;
use crate::context::Context;
use crate::exit::Failure;
use crate::span;
use clap::{Args, Subcommand};
use countersign_api::{JobResult, NewShadowReport, PlannedChange, ShadowPolicy, ShadowReport, Turn, rows};
use countersign_names::{PolicyId, Timestamp};

/// Commands about policies on trial.
#[derive(Debug, Subcommand)]
pub(crate) enum ShadowVerb {
    /// Show whom each policy in the shadow stage would have stopped or let in
    Report(ReportArgs),
}

/// The period, and the format.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  countersign shadow report\n  countersign shadow report --since 7d --policy compliant-device\n  \
                  countersign shadow report --markdown\n\n\
                  A policy with @stage(\"shadow\") is evaluated at every decision, and changes none. The report shows\n\
                  what it would have changed. `countersign rollout start` enforces it, by stages.\n\
                  Ends with 7 if evidence is missing or damaged, or cannot be evaluated again."
)]
pub(crate) struct ReportArgs {
    /// The start of the period: a duration before now (7d), or a moment (RFC 3339)
    #[arg(long, value_name = "SPAN", default_value = "7d", value_parser = span::parse_since)]
    since: span::Since,
    /// The end of the period: a duration before now, or a moment; default: now
    #[arg(long, value_name = "SPAN", value_parser = span::parse_since)]
    until: Option<span::Since>,
    /// Only this policy; default: every policy in the shadow stage
    #[arg(long, value_name = "ID")]
    policy: Option<PolicyId>,
    /// Print Markdown, for a review
    #[arg(long, conflicts_with = "json")]
    markdown: bool,
}

impl ShadowVerb {
    pub(crate) async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        let Self::Report(asked) = self;
        let (client, now) = (cx.client()?, cx.now());
        let body = NewShadowReport {
            since: Some(asked.since.moment(now)),
            until: asked.until.map(|until| until.moment(now)),
            policy: asked.policy,
        };
        let Finished { answer, job } = run_to_the_end(cx, &client, rows::shadow::START.to([]), &body).await?;
        let Some(JobResult::Shadow(report)) = job.result else { return Err(job::without_result(&job)) };
        if cx.console.wants_json() {
            cx.console.json(&answer)?;
        } else if asked.markdown {
            let text = markdown::report(&report, (job.since, job.until));
            cx.console.text(&text)?;
        } else {
            say(&mut cx.console, &report, now)?;
        }
        report.policies.iter().try_for_each(|policy| Failure::unless_whole(&policy.basis))
    }
}

/// Prints a shadow report for people.
pub(crate) fn say(console: &mut Console, report: &ShadowReport, now: Timestamp) -> Result<(), Failure> {
    if report.policies.is_empty() {
        return console.line("No policy is in its shadow stage.");
    }
    for (place, policy) in report.policies.iter().enumerate() {
        if place > 0 {
            console.line("")?;
        }
        one(console, policy, now)?;
    }
    Ok(())
}

fn one(console: &mut Console, policy: &ShadowPolicy, now: Timestamp) -> Result<(), Failure> {
    console.line(format!("{} ({}; owner: {})", policy.policy, policy.place, policy.owner))?;
    console.line(format!(
        "  evaluated in {} decisions about {} people; changed none of them",
        policy.asked, policy.people
    ))?;
    if let Some(percent) = policy.rolled_out {
        console.line(format!(
            "  rolled out to {percent} percent; these figures leave out the people whom it has reached"
        ))?;
    }
    if let Some((first, last)) = policy.first.zip(policy.last) {
        let (first, last) = (span::moment(first, now), span::moment(last, now));
        console.line(format!("  would have changed accesses from {first} to {last}"))?;
    }
    for (turn, heading, radius) in [
        (Turn::Denied, "NEWLY DENIED", &policy.newly_denied),
        (Turn::Allowed, "NEWLY ALLOWED", &policy.newly_allowed),
    ] {
        console.line(format!("{heading}: {}", reach(radius)))?;
        let changes: Vec<&PlannedChange> =
            policy.changes.iter().filter(|change| change.direction == turn).collect();
        if changes.is_empty() {
            continue;
        }
        for (by, counts) in Summary::of(&changes).named() {
            console.line(format!("  by {by}: {counts}"))?;
        }
        table(console, &changes, now)?;
    }
    if !policy.unknown.is_empty() {
        console.line("NOT KNOWN, so this does not count as fine:")?;
        policy.unknown.iter().try_for_each(|text| console.line(format!("  - {text}")))?;
    }
    Ok(())
}
