//! Prints a solver's answers about every possible request.

use super::markdown::cell;
use crate::console::Console;
use crate::exit::Failure;
use crate::words;
use countersign_api::{
    Certainty, Exhaustive, ExhaustiveAnswer, ExhaustiveChange, ExhaustiveExample, ExhaustiveKind, PlanReport,
    is_settings_file,
};
use countersign_names::PolicyId;
use std::fmt::Write as _;

const HEADING: [&str; 4] = ["WHO", "ACTION", "NEWLY ALLOWED", "NEWLY DENIED"];

/// Both directions: the name of each, its overall answer, and its answer for one kind.
type AnswerDirection =
    (&'static str, fn(&Exhaustive) -> Certainty, fn(&ExhaustiveKind) -> &ExhaustiveAnswer, &'static str);

const DIRECTIONS: [AnswerDirection; 2] = [
    ("newly allowed", |answers| answers.newly_allowed, |kind| &kind.newly_allowed, "denied"),
    ("newly denied", |answers| answers.newly_denied, |kind| &kind.newly_denied, "allowed"),
];

/// Checks that the solver answered, and that the answer is the required one.
pub(super) fn hold(report: &PlanReport, asked: bool, no_newly_allowed: bool) -> Result<(), Failure> {
    if !asked {
        return Ok(());
    }
    let Some(answers) = &report.exhaustive else {
        return Err(Failure::Failed(
            "this server is too old for --exhaustive: nothing was proved".to_owned(),
        ));
    };
    if no_newly_allowed && answers.newly_allowed == Certainty::Possible {
        return Err(Failure::input(
            "a request that is denied now would be allowed, and --no-newly-allowed was given",
            "look at the example above, and permit less or forbid it",
        ));
    }
    if no_newly_allowed && report.files.iter().any(|file| is_settings_file(&file.path)) {
        return Err(Failure::Failed(
            "--no-newly-allowed was not answered: the solver knows policies, and the folder changes applications, labels \
             or exceptions too; apply those by a plan of their own"
                .to_owned(),
        ));
    }
    if let Some(why) = &answers.not_asked {
        return Err(Failure::Failed(format!("--exhaustive was not answered: {why}")));
    }
    let open = unanswered(answers).count();
    if open > 0 {
        let all = answers.kinds.len() * DIRECTIONS.len();
        return Err(Failure::Failed(format!(
            "--exhaustive was not answered completely: {open} of {all} questions are open"
        )));
    }
    Ok(())
}

fn unanswered(answers: &Exhaustive) -> impl Iterator<Item = String> {
    DIRECTIONS.iter().flat_map(|(name, _, of, _)| {
        answers.kinds.iter().filter_map(move |kind| {
            let why = of(kind).why_not.as_ref()?;
            Some(format!("{}, {}, {name}: {why}", kind.principal, kind.action))
        })
    })
}

fn verdict(change: ExhaustiveChange) -> &'static str {
    match change {
        ExhaustiveChange::Equivalent => "nothing changes: every request has the same outcome as now",
        ExhaustiveChange::Tightens => "it only tightens: nothing is newly allowed",
        ExhaustiveChange::Loosens => "it only loosens: nothing is newly denied",
        ExhaustiveChange::Both => "it allows what is denied now, and denies what is allowed now",
        ExhaustiveChange::Unknown => "not every question was answered",
    }
}

fn certainty(known: Certainty) -> &'static str {
    match known {
        Certainty::Never => "never",
        Certainty::Possible => "possible",
        Certainty::Unknown => "not answered",
    }
}

/// Returns the kinds whose answers are not both *never*.
fn notable(answers: &Exhaustive) -> impl Iterator<Item = &ExhaustiveKind> {
    let calm = |answer: &ExhaustiveAnswer| answer.certainty == Certainty::Never;
    answers.kinds.iter().filter(move |kind| !calm(&kind.newly_allowed) || !calm(&kind.newly_denied))
}

fn row(kind: &ExhaustiveKind) -> [String; 4] {
    let known = |answer: &ExhaustiveAnswer| certainty(answer.certainty).to_owned();
    [kind.principal.clone(), kind.action.to_string(), known(&kind.newly_allowed), known(&kind.newly_denied)]
}

/// Formats the request of an example in one sentence.
fn sentence(kind: &ExhaustiveKind, example: &ExhaustiveExample) -> String {
    let who = match (&example.principal, kind.principal.as_str()) {
        (Some(principal), _) => principal.to_string(),
        (None, "person") => "a person".to_owned(),
        (None, "service") => "a service account".to_owned(),
        (None, _) => "a caller who is not signed in".to_owned(),
    };
    let what = match (&example.resource, &example.application) {
        (Some(resource), _) => resource.to_string(),
        (None, Some(application)) => format!("a resource of {application}"),
        (None, None) => "a resource of an application that no policy names".to_owned(),
    };
    format!("{who} wants to {} {what}", kind.action)
}

/// Formats its present and future outcome, with the policies.
fn falls(example: &ExhaustiveExample, now: &str) -> [String; 2] {
    let then = if now == "denied" { "allowed" } else { "denied" };
    let by = |reasons: &[PolicyId]| words::list_or(reasons, "nothing that permits it");
    [format!("now {now} by {}", by(&example.running)), format!("planned {then} by {}", by(&example.planned))]
}

/// Prints the solver's answers for a terminal.
pub(super) fn say(console: &mut Console, answers: &Exhaustive) -> Result<(), Failure> {
    console.line("")?;
    if let Some(why) = &answers.not_asked {
        console.line("EVERY POSSIBLE REQUEST: not answered, so this does not count as fine")?;
        console.line(format!("  {why}"))?;
        return answers.remedy.as_ref().map_or(Ok(()), |remedy| console.line(format!("  {remedy}")));
    }
    let solver = answers.solver.as_deref().unwrap_or("a solver");
    console.line(format!("EVERY POSSIBLE REQUEST, by {solver}: {}", verdict(answers.change)))?;
    for (name, known, of, now) in DIRECTIONS {
        console.line(format!("  {name}: {}", certainty(known(answers))))?;
        let mut examples = answers.kinds.iter().filter_map(|kind| Some((kind, of(kind).example.as_ref()?)));
        // One is shown: those of other actions are mostly the same again, and --json has them.
        if let Some((kind, example)) = examples.next() {
            console.line(format!("    for example: {}", sentence(kind, example)))?;
            let particulars = example.particulars.iter();
            particulars
                .map(|it| format!("{} = {}", it.name, it.value))
                .chain(falls(example, now))
                .try_for_each(|text| console.line(format!("        {text}")))?;
        }
    }
    if notable(answers).next().is_some() {
        console.line("")?;
        console.table(HEADING, notable(answers).map(row), "")?;
        console.line("Every other kind of request: never, and never. --json has an example of each kind.")?;
    }
    if unanswered(answers).next().is_some() {
        console.line("Not answered, so this does not count as fine:")?;
        unanswered(answers).try_for_each(|text| console.line(format!("  - {text}")))?;
    }
    Ok(())
}

/// Prints them as Markdown.
pub(super) fn write(text: &mut String, answers: &Exhaustive) {
    // Writing to a string does not fail.
    let _ok = writeln!(text, "\n## Every request there can be\n");
    if let Some(why) = &answers.not_asked {
        let remedy = answers.remedy.as_deref().unwrap_or_default();
        let _ok = writeln!(
            text,
            "**Not answered**, so this does not count as fine: {}. Remedy: {}.",
            cell(why),
            cell(remedy)
        );
        return;
    }
    let solver = answers.solver.as_deref().unwrap_or("a solver");
    let _ok = writeln!(text, "By {}: **{}**.\n", cell(solver), verdict(answers.change));
    if notable(answers).next().is_some() {
        let _ok =
            writeln!(text, "| who | action | newly allowed | newly denied |\n| --- | --- | --- | --- |");
        for [who, action, allowed, denied] in notable(answers).map(row) {
            let _ok = writeln!(text, "| {} | {action} | {allowed} | {denied} |", cell(&who));
        }
        let _ok = writeln!(text, "\nEvery other kind of request: never, and never.");
    }
    for (name, _, of, now) in DIRECTIONS {
        let mut examples = answers.kinds.iter().filter_map(|kind| Some((kind, of(kind).example.as_ref()?)));
        if let Some((kind, example)) = examples.next() {
            let _ok = writeln!(text, "\nFor example {name}: {}.\n", cell(&sentence(kind, example)));
            let particulars = example.particulars.iter().map(|it| format!("{} = {}", it.name, it.value));
            for item in particulars.chain(falls(example, now)) {
                let _ok = writeln!(text, "- {}", cell(&item));
            }
        }
    }
    for open in unanswered(answers) {
        let _ok = writeln!(text, "- not answered: {}", cell(&open));
    }
}
