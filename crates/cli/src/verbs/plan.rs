//! `countersign plan`: whom the working folder would have stopped.

mod exhaustive;
pub(super) mod markdown;
pub(super) mod summary;

use super::job::{self, Finished, run_to_the_end};
use super::policy;
use crate::client::Client;
use crate::console::{Console, read};
use crate::context::Context;
use crate::exit::Failure;
use crate::{folder, span, words};
use clap::Args;
use countersign_api::{
    JobResult, NewPlan, PlanReport, PlannedChange, PolicyFiles, Publication, Published, Settings,
    SettingsInForce, Turn, is_settings_file, rows,
};
use countersign_names::{JobId, PolicyId, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use summary::{Summary, reach};

/// Maximum number of rows in a table for people; the JSON has all of them.
const ROWS: usize = 50;

/// A working folder to compare with the running state.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  countersign plan policies/\n  countersign plan policies/ --since 7d --markdown\n  \
                        countersign plan policies/ --max-newly-denied 0 --json\n  countersign plan policies/ --exhaustive\n\n\
                        `countersign policy pull DIR --settings` writes the running policies, applications, labels and\n\
                        exceptions to a folder, which you can edit. A plan changes nothing: `countersign apply DIR` puts\n\
                        the folder in force. Ends with 2 if more people and service accounts would be stopped than\n\
                        --max-newly-denied allows, or if --no-newly-allowed is given and a request would be newly allowed;\n\
                        with 1 if --exhaustive was not answered; with 7 if evidence is missing or damaged, and, with\n\
                        --max-newly-denied, if anything is unknown: the unknown never counts as within the bound."
)]
pub(crate) struct PlanArgs {
    /// The working folder: policies, and files for applications, labels and exceptions where these change
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// The start of the period: a duration before now (30d), or a moment (RFC 3339)
    #[arg(long, value_name = "SPAN", default_value = "30d", value_parser = span::parse_since)]
    since: span::Since,
    /// The end of the period: a duration before now, or a moment; default: now
    #[arg(long, value_name = "SPAN", value_parser = span::parse_since)]
    until: Option<span::Since>,
    /// End with 2 if more people and service accounts than this would be stopped
    #[arg(long, value_name = "COUNT")]
    max_newly_denied: Option<u64>,
    /// Also ask the server's solver (cvc5) about every possible request
    #[arg(long)]
    exhaustive: bool,
    /// With --exhaustive: end with 2 if any request would be newly allowed
    #[arg(long, requires = "exhaustive")]
    no_newly_allowed: bool,
    /// Print Markdown, for a review
    #[arg(long, conflicts_with = "json")]
    markdown: bool,
}

impl PlanArgs {
    pub(crate) async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        let basis = self.rehearse(cx).await?.report.basis;
        if self.max_newly_denied.is_some() && !basis.is_known() {
            let remedy = "read what is not known above: a bound holds only for what is known";
            return Err(Failure::unknown(&basis, remedy));
        }
        Failure::unless_whole(&basis)
    }

    /// Rehearses the folder, prints the report, and compares it with the bound.
    async fn rehearse(&self, cx: &mut Context) -> Result<Rehearsed, Failure> {
        let (client, now) = (cx.client()?, cx.now());
        let files = folder::read(&self.dir)?;
        let settings = folder::settings(&self.dir)?;
        let known = in_force(&client, &settings).await?;
        let asked = NewPlan {
            files,
            settings: (!settings.is_empty()).then_some(settings),
            since: Some(self.since.moment(now)),
            until: self.until.map(|until| until.moment(now)),
            exhaustive: self.exhaustive,
        };
        let Finished { answer, job } = run_to_the_end(cx, &client, rows::plans::START.to([]), &asked).await?;
        let Some(JobResult::Plan(report)) = job.result else { return Err(job::without_result(&job)) };
        let span = (job.since, job.until);
        if cx.console.wants_json() {
            cx.console.json(&answer)?;
        } else if self.markdown {
            let text = markdown::report(&report, span, job.decided);
            cx.console.text(&text)?;
        } else {
            let planned = planned_texts(&known, &asked);
            differences(&mut cx.console, &report, &known, &planned)?;
            say(&mut cx.console, &report, job.decided, now)?;
        }
        exceeded(&report, self.max_newly_denied)?;
        exhaustive::hold(&report, self.exhaustive, self.no_newly_allowed)?;
        Ok(Rehearsed { job: job.id, files: asked.files, settings: asked.settings, report: *report })
    }
}

/// Returns every file of a working folder as the running state would write it. Settings without a file in the folder
/// are left out.
async fn in_force(client: &Client, settings: &Settings) -> Result<BTreeMap<String, String>, Failure> {
    let mut files = read::<PolicyFiles>(client.call(rows::policies::FILES.to([])).await?)?.files;
    if !settings.is_empty() {
        let known: SettingsInForce = read(client.call(rows::settings::SHOW.to([])).await?)?;
        files.extend(known.settings.to_files());
    }
    Ok(files)
}

/// Returns the same for the planned state. A file of the settings is compared by its content, not by its spelling.
fn planned_texts(known: &BTreeMap<String, String>, asked: &NewPlan) -> BTreeMap<String, String> {
    let mut files = asked.files.clone();
    let settings = asked.settings.as_ref().map(Settings::to_files).unwrap_or_default();
    let left_alone = known.iter().filter(|(path, _)| is_settings_file(path) && !settings.contains_key(*path));
    files.extend(left_alone.map(|(path, text)| (path.clone(), text.clone())));
    files.extend(settings);
    files
}

/// A rehearsed folder and its report.
struct Rehearsed {
    job: JobId,
    files: BTreeMap<String, String>,
    settings: Option<Settings>,
    report: PlanReport,
}

/// A working folder to rehearse and put in force.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  countersign apply policies/ --why ticket-4711\n  \
                        countersign apply policies/ --why ticket-4711 --max-newly-denied 0 --yes\n  \
                        countersign apply policies/ --why ticket-4711 --yes --accept-unknown 'nobody uses it yet'\n\n\
                        Shows the plan, asks for confirmation, and puts the folder in force. The journal keeps who did it,\n\
                        why, and the digest of the plan. `countersign rollback` reverts it. Ends with 7 if the plan is\n\
                        incomplete and --accept-unknown gives no reason to accept that.")]
pub(crate) struct ApplyArgs {
    #[command(flatten)]
    plan: PlanArgs,
    /// The reason, in one sentence; the history keeps it
    #[arg(long, value_name = "TEXT", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    why: String,
    /// Put it in force although the plan is incomplete, for this reason, which the journal keeps
    #[arg(long, value_name = "TEXT", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    accept_unknown: Option<String>,
    /// Do not ask for confirmation
    #[arg(long)]
    yes: bool,
    /// A guardrail to remove; may be repeated. At a terminal, the confirmation does the same
    #[arg(long, value_name = "POLICY")]
    removes: Vec<PolicyId>,
}

impl ApplyArgs {
    pub(crate) async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        let rehearsed = self.plan.rehearse(cx).await?;
        if rehearsed.report.files.is_empty() {
            cx.console.remark("the folder does not differ from the state in force, so nothing was applied");
            return Ok(());
        }
        let mut removes: BTreeSet<PolicyId> = self.removes.into_iter().collect();
        let basis = &rehearsed.report.basis;
        if self.yes && !basis.is_known() && self.accept_unknown.is_none() {
            let remedy =
                "read what is not known above, then add --accept-unknown TEXT: the journal keeps the reason";
            return Err(Failure::unknown(basis, remedy));
        }
        let mut accepted = self.accept_unknown;
        if !self.yes {
            removes.extend(policy::guardrails(&rehearsed.report.removed));
            let stopped = reach(&rehearsed.report.newly_denied);
            let unasked = Failure::input(
                "nothing was put in force: this command cannot ask for confirmation here",
                "read the plan above, then add --yes, with --max-newly-denied as the bound",
            );
            let unknown = match basis.gaps.len() {
                0 => String::new(),
                some => format!(
                    " With yes you also accept what is not known ({some} above); the journal keeps that."
                ),
            };
            let question = policy::putting_in_force(&rehearsed.report.removed);
            cx.console.agree(&format!("{question} It would have stopped {stopped}.{unknown}"), unasked)?;
            if !basis.is_known() {
                accepted.get_or_insert_with(|| "it was shown and accepted at a terminal".to_owned());
            }
        }
        let publication = Publication {
            expected_version: Some(rehearsed.report.running.clone()),
            files: rehearsed.files,
            settings: rehearsed.settings,
            why: Some(self.why),
            plan: Some(rehearsed.job),
            accept_unknown: accepted,
            dry_run: false,
            removes,
        };
        let answer = cx.client()?.send(rows::policies::PUBLISH.to([]), &publication).await?;
        let published: Published = read(answer)?;
        folder::set_base(&self.plan.dir, &published.version)?;
        published.rollouts.iter().for_each(|text| cx.console.remark(text));
        let settings =
            published.settings.as_deref().map(|version| format!(", with settings {}", short(version)));
        cx.console.remark(format!(
            "version {}{} is in force; `countersign rollback --why TEXT` reverts it",
            short(&published.version),
            settings.unwrap_or_default()
        ));
        Ok(())
    }
}

/// Returns enough of a digest to distinguish versions.
fn short(version: &str) -> &str {
    version.get(..12).unwrap_or(version)
}

/// Returns whether it stops more than the bound; anonymous callers count as one.
fn exceeded(report: &PlanReport, most: Option<u64>) -> Result<(), Failure> {
    let Some(most) = most else { return Ok(()) };
    let denied = report.newly_denied;
    let stopped = denied.people + denied.services + u64::from(denied.anonymous > 0);
    if stopped <= most {
        return Ok(());
    }
    Err(Failure::input(
        format!("{} would be stopped, and --max-newly-denied allows {most}", reach(&denied)),
        "see above who they are, and help them first, or raise the bound",
    ))
}

fn differences(
    console: &mut Console,
    report: &PlanReport,
    known: &BTreeMap<String, String>,
    planned: &BTreeMap<String, String>,
) -> Result<(), Failure> {
    if report.files.is_empty() {
        return console.line("No file differs from the state in force.");
    }
    for changed in &report.files {
        console.line(policy::changed(changed))?;
        let text = |files: &BTreeMap<String, String>| files.get(&changed.path).cloned().unwrap_or_default();
        let lines = folder::difference(&text(known), &text(planned));
        lines.iter().try_for_each(|line| console.line(format!("    {line}")))?;
    }
    for warning in &report.warnings {
        console.remark(format!("warning: {}", warning.message));
    }
    policy::no_more(console, &report.removed)
}

/// Prints a plan for people.
pub(crate) fn say(
    console: &mut Console,
    report: &PlanReport,
    decided: u64,
    now: Timestamp,
) -> Result<(), Failure> {
    console.line("")?;
    console.line(format!("Evaluated: {} decisions, {decided} of them distinct.", report.asked))?;
    if report.of_other_policies > 0 {
        console.line(format!(
            "{} of them were made by other policies than the running ones; the plan compares with the running ones.",
            report.of_other_policies
        ))?;
    }
    if report.renamed > 0 {
        console.line(format!(
            "{} of them would belong to another resource or action under the planned routes.",
            report.renamed
        ))?;
    }
    for (turn, heading, radius) in [
        (Turn::Denied, "NEWLY DENIED", &report.newly_denied),
        (Turn::Allowed, "NEWLY ALLOWED", &report.newly_allowed),
    ] {
        let changes: Vec<&PlannedChange> =
            report.changes.iter().filter(|change| change.direction == turn).collect();
        console.line("")?;
        console.line(format!("{heading}: {}", reach(radius)))?;
        if changes.is_empty() {
            continue;
        }
        for (by, counts) in Summary::of(&changes).named() {
            console.line(format!("  by {by}: {counts}"))?;
        }
        table(console, &changes, now)?;
    }
    if !report.unknown.is_empty() {
        console.line("")?;
        console.line("NOT KNOWN, so this does not count as fine:")?;
        report.unknown.iter().try_for_each(|text| console.line(format!("  - {text}")))?;
    }
    report.notes.iter().try_for_each(|text| console.line(text))?;
    for (reason, count) in &report.unasked {
        console.line(format!(
            "{count} decisions were made without evaluating policies ({reason}); no policy changes them."
        ))?;
    }
    report.exhaustive.as_ref().map_or(Ok(()), |answers| exhaustive::say(console, answers))
}

/// Returns the direction of a change.
pub(super) fn because(change: &PlannedChange) -> String {
    let policies = words::list_or(&change.reasons, "no policy permits it");
    match (change.by_stage, change.direction) {
        (false, _) => policies,
        (true, Turn::Denied) => format!("{policies}; enforced from then on"),
        (true, Turn::Allowed) => format!("not enforced from then on ({policies})"),
    }
}

pub(super) fn table(
    console: &mut Console,
    changes: &[&PlannedChange],
    now: Timestamp,
) -> Result<(), Failure> {
    let rows = changes.iter().take(ROWS).map(|change| {
        let observed = if change.enforced { "" } else { " (observed)" };
        [
            summary::who(change),
            change.action.to_string(),
            change.resource.to_string(),
            change.device.replace('_', " "),
            format!("{}{observed}", change.count),
            span::relative(change.last, now),
            because(change),
            change.remedies.join(" "),
            change.example.to_string(),
        ]
    });
    let heading =
        ["WHO", "ACTION", "RESOURCE", "DEVICE", "COUNT", "LAST", "BECAUSE", "WHAT WOULD HELP", "EXAMPLE"];
    console.table(heading, rows, "")?;
    if changes.len() > ROWS {
        console.line(format!("and {} more kinds; --json has them all", changes.len() - ROWS))?;
    }
    Ok(())
}
