//! `countersign policy`: the policies in force, and changing them.

mod format;
mod lint;

use crate::client::Client;
use crate::console::{Console, read};
use crate::context::Context;
use crate::exit::Failure;
use crate::{folder, render, span, words};
use clap::{Args, Subcommand};
use countersign_api::{
    Change, FileChange, Items, Policies, Policy, PolicyFiles, PolicyKind, PolicyVersion, PolicyVocabulary,
    Publication, Published, RemovedPolicy, SettingsInForce, VersionOf, rows,
};
use countersign_names::PolicyId;
use countersign_policy::{Expected, Outcome, PolicyDiagnostic, PolicySet, Suite};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Commands about policies.
#[derive(Debug, Subcommand)]
pub(crate) enum PolicyVerb {
    /// List the policies in force
    #[command(after_help = "Examples:\n  countersign policy list")]
    List,
    /// Show one policy with its text
    #[command(after_help = "Examples:\n  countersign policy show managed-device")]
    Show {
        /// Its id
        policy: PolicyId,
    },
    /// Check a policy folder on this machine, without a server
    #[command(after_help = "Examples:\n  countersign policy check policies/")]
    Check(Folder),
    /// Find policies that are valid but doubtful: in force, or in a folder
    #[command(
        after_help = "Examples:\n  countersign policy lint\n  countersign policy lint policies/ --json\n\n\
                            Ends with 6 if there is an error or a warning; notes do not count.\n\
                            docs/policies.md lists the codes."
    )]
    Lint(lint::Lint),
    /// Run the tests of a policy folder on this machine, without a server
    #[command(after_help = "Examples:\n  countersign policy test policies/")]
    Test(Folder),
    /// Format the policy files of a folder on this machine, without a server
    #[command(
        after_help = "Examples:\n  countersign policy format policies/\n  countersign policy format policies/ --check\n\n\
                            With --check, ends with 6 if a file would change."
    )]
    Format(format::Format),
    /// List what a policy can name: attributes with their types, and the names that exist here
    #[command(
        after_help = "Examples:\n  countersign policy vocabulary\n  countersign policy vocabulary --json"
    )]
    Vocabulary,
    /// Put a complete policy folder in force; policies that are not in the folder are removed
    #[command(
        after_help = "Examples:\n  countersign policy publish policies/ --dry-run\n  countersign policy publish policies/ --yes\n  \
                            countersign policy publish policies/ --yes --removes freeze"
    )]
    Publish(Publish),
    /// List the versions that were in force, the newest first: when, by whom, and why
    #[command(after_help = "Examples:\n  countersign policy history")]
    History,
    /// Write the state in force to a folder: the policies, or everything that a plan covers
    #[command(
        after_help = "Examples:\n  countersign policy pull policies/\n  countersign policy pull policies/ --settings"
    )]
    Pull(Pull),
}

/// A policy folder.
#[derive(Debug, Args)]
pub(crate) struct Folder {
    /// The policy folder (guardrails/*.cedar, applications/*.cedar, tests/*.toml)
    #[arg(value_name = "DIR")]
    dir: PathBuf,
}

/// A policy folder to publish.
#[derive(Debug, Args)]
pub(crate) struct Publish {
    /// The policy folder
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// Check only, and show what would change
    #[arg(long)]
    dry_run: bool,
    /// Do not ask for confirmation
    #[arg(long, conflicts_with = "dry_run")]
    yes: bool,
    /// A guardrail to remove; may be repeated. At a terminal, the confirmation does the same
    #[arg(long, value_name = "POLICY")]
    removes: Vec<PolicyId>,
    /// Publish although somebody else has published since the folder was pulled
    #[arg(long)]
    overwrite: bool,
}

/// A policy folder to write.
#[derive(Debug, Args)]
pub(crate) struct Pull {
    /// The folder; it is created if it is missing
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// Also write applications, labels and exceptions, for `countersign plan` and `countersign apply`
    #[arg(long)]
    settings: bool,
    /// Replace files whose text differs
    #[arg(long)]
    overwrite: bool,
}

impl PolicyVerb {
    pub(crate) async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        match self {
            Self::List => list(cx).await,
            Self::Show { policy } => show(cx, &policy).await,
            Self::History => history(cx).await,
            Self::Check(Folder { dir }) => check(cx, &folder::read(&dir)?),
            Self::Lint(lint) => lint.run(cx).await,
            Self::Test(Folder { dir }) => test(cx, &folder::read(&dir)?),
            Self::Format(format) => format.run(cx),
            Self::Vocabulary => vocabulary(cx).await,
            Self::Publish(publish) => publish.run(cx).await,
            Self::Pull(pull) => pull.run(cx).await,
        }
    }
}

async fn list(cx: &mut Context) -> Result<(), Failure> {
    let answer = cx.client()?.call(rows::policies::SHOW.to([])).await?;
    let now = cx.now();
    cx.console.show(answer, |console, policies: Policies| {
        let rows = policies.policies.into_iter().map(|policy| {
            let review =
                if policy.overdue { format!("{} (overdue)", policy.review) } else { policy.review.clone() };
            [
                policy.id.to_string(),
                kind(&policy),
                stage(&policy),
                policy.owner,
                review,
                if policy.reads_exceptions { "yes" } else { "no" }.to_owned(),
                policy.reason,
            ]
        });
        console.table(
            ["POLICY", "KIND", "STAGE", "OWNER", "REVIEW", "EXCEPTIONS", "REASON"],
            rows,
            "There is no policy.",
        )?;
        let published = policies
            .published_at
            .map_or_else(String::new, |at| format!(", published {}", span::moment(at, now)));
        console.line(format!("\u{2014} version {}{published}", short(&policies.version)))?;
        policies.problem.iter().for_each(|problem| console.remark(format!("warning: {problem}")));
        policies.warnings.iter().for_each(|warning| console.remark(format!("warning: {}", warning.message)));
        Ok(())
    })
}

async fn vocabulary(cx: &mut Context) -> Result<(), Failure> {
    let answer = cx.client()?.call(rows::policies::VOCABULARY.to([])).await?;
    cx.console.show(answer, |console, known: PolicyVocabulary| {
        let rows = known.attributes.into_iter().map(|attribute| {
            let optional = if attribute.optional { "can be absent" } else { "" };
            [attribute.path, attribute.kind, optional.to_owned(), words::list_or(&attribute.of, "")]
        });
        console.table(["ATTRIBUTE", "TYPE", "", "OF"], rows, "There is no attribute.")?;
        console.line("")?;
        console.facts([
            ("Annotations", words::list(&known.annotations)),
            ("Actions", words::list(&known.actions)),
            ("Entity types", words::list(&known.entity_types)),
            ("Groups", words::list_or(&known.groups, "none")),
            ("Applications", words::list_or(&known.applications, "none")),
            ("Resources", words::list_or(&known.resources, "none")),
            ("Networks", words::list_or(&known.networks, "none")),
        ])
    })
}

async fn history(cx: &mut Context) -> Result<(), Failure> {
    let answer = cx.client()?.all(rows::policies::HISTORY.to([])).await?;
    let now = cx.now();
    cx.console.show(answer, |console, versions: Items<PolicyVersion>| {
        let rows = versions.items.into_iter().map(|version| {
            let policies = (version.of == VersionOf::Policies).then(|| words::of(&version.of));
            let of: Vec<String> = policies.into_iter().chain(version.settings).collect();
            [
                short(&version.version).to_owned(),
                of.join(", "),
                span::relative(version.at, now),
                version.by,
                if version.in_force { "in force" } else { "" }.to_owned(),
                words::or_dash(version.rehearsal.as_deref().map(short)),
                version.why.unwrap_or_default(),
                words::list_or(&version.removed.into_iter().collect::<Vec<_>>(), ""),
            ]
        });
        let heading = ["VERSION", "OF", "WHEN", "BY", "", "REHEARSAL", "WHY", "REMOVED"];
        console.table(heading, rows, "No policy set was ever published.")
    })
}

/// Returns its stage, and the percentage of people for whom a rollout enforces it.
fn stage(policy: &Policy) -> String {
    let rolled_out = policy.rolled_out.map(|percent| format!(", enforced for {percent} % of people"));
    format!("{}{}", words::of(&policy.stage), rolled_out.unwrap_or_default())
}

fn kind(policy: &Policy) -> String {
    match (&policy.kind, &policy.application) {
        (PolicyKind::Application, Some(application)) => format!("permit for {application}"),
        (PolicyKind::Application, None) => "permit".to_owned(),
        (PolicyKind::Guardrail, _) => "guardrail".to_owned(),
    }
}

/// Returns enough of a digest to distinguish versions.
fn short(version: &str) -> &str {
    version.get(..12).unwrap_or(version)
}

async fn show(cx: &mut Context, id: &PolicyId) -> Result<(), Failure> {
    let answer = cx.client()?.call(rows::policies::SHOW.to([])).await?;
    let policies: Policies = read(answer)?;
    let policy = policies.policies.into_iter().find(|policy| policy.id == *id).ok_or_else(|| {
        Failure::NotFound(format!(
            "there is no policy {id} in force; `countersign policy list` shows the policies in force"
        ))
    })?;
    if cx.console.wants_json() {
        return cx.console.json(&json!(policy));
    }
    let review = if policy.overdue { format!("{} (overdue)", policy.review) } else { policy.review.clone() };
    cx.console.facts([
        ("Policy", policy.id.to_string()),
        ("Kind", kind(&policy)),
        ("Stage", stage(&policy)),
        ("Owner", policy.owner),
        ("Reason", policy.reason),
        ("Review", review),
        ("File", format!("{}:{}", policy.file, policy.line)),
    ])?;
    cx.console.line("")?;
    policy.text.lines().try_for_each(|line| cx.console.line(line))
}

fn problem(problem: &PolicyDiagnostic) -> Value {
    json!({
        "file": problem.path(),
        "line": problem.line(),
        "message": problem.message(),
        "rendered": render::diagnostic(problem),
    })
}

/// Parses the set; prints each problem once.
fn parse(cx: &mut Context, files: &BTreeMap<String, String>) -> Result<PolicySet, Failure> {
    let rejected = match PolicySet::parse(files) {
        Ok(set) => return Ok(set),
        Err(rejected) => rejected,
    };
    let problems = rejected.problems();
    if cx.console.wants_json() {
        let problems: Vec<_> = problems.iter().map(problem).collect();
        cx.console.json(&json!({ "whole": false, "problems": problems, "warnings": [] }))?;
    } else {
        for found in problems {
            render::diagnostic(found).lines().try_for_each(|line| cx.console.line(line))?;
        }
        cx.console.line(format!("{} in the policy set.", words::count(problems.len(), "problem")))?;
    }
    Err(Failure::CheckFailed)
}

fn check(cx: &mut Context, files: &BTreeMap<String, String>) -> Result<(), Failure> {
    let set = parse(cx, files)?;
    let warnings = set.warnings();
    if cx.console.wants_json() {
        let warnings: Vec<_> = warnings.iter().map(problem).collect();
        let (version, policies) = (hex(&set.version()), set.policies().len());
        return cx.console.json(&json!({
            "whole": true, "version": version, "policies": policies, "problems": [], "warnings": warnings,
        }));
    }
    for warning in warnings {
        render::diagnostic(warning).lines().try_for_each(|line| cx.console.line(line))?;
    }
    let count = set.policies().len();
    let noun = if count == 1 { "policy is" } else { "policies are" };
    cx.console.line(format!("{count} {noun} valid (version {}).", short(&hex(&set.version()))))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn test(cx: &mut Context, files: &BTreeMap<String, String>) -> Result<(), Failure> {
    let set = parse(cx, files)?;
    let mut outcomes = Vec::new();
    for (path, text) in files.iter().filter(|(path, _)| path.starts_with("tests/")) {
        let suite =
            Suite::parse(path, text).map_err(|error| Failure::Underlined(render::diagnostic(&error)))?;
        let ran = suite.run(&set).map_err(|error| Failure::Underlined(render::diagnostic(&error)))?;
        outcomes.extend(ran);
    }
    if outcomes.is_empty() {
        return Err(Failure::input(
            "the folder has no tests",
            "write some to tests/NAME.toml; docs/policies.md shows how",
        ));
    }
    let failed = outcomes.iter().filter(|outcome| !outcome.passed).count();
    if cx.console.wants_json() {
        let tests: Vec<_> = outcomes.iter().map(outcome).collect();
        cx.console.json(&json!({ "passed": outcomes.len() - failed, "failed": failed, "tests": tests }))?;
    } else {
        for outcome in outcomes.iter().filter(|outcome| !outcome.passed) {
            cx.console.line(format!("FAILED  {} ({}:{})", outcome.name, outcome.file, outcome.line))?;
            outcome.reasons.iter().try_for_each(|reason| cx.console.line(format!("        {reason}")))?;
        }
        cx.console.line(format!("{} passed, {failed} failed", outcomes.len() - failed))?;
    }
    if failed == 0 { Ok(()) } else { Err(Failure::CheckFailed) }
}

fn outcome(outcome: &Outcome) -> Value {
    let word = |expected: Expected| match expected {
        Expected::Allow => "allow",
        Expected::Deny => "deny",
    };
    json!({
        "name": outcome.name, "file": outcome.file, "line": outcome.line, "passed": outcome.passed,
        "expected": word(outcome.expected), "got": word(outcome.got),
        "determining": outcome.determining, "reasons": outcome.reasons,
    })
}

async fn in_force(client: &Client) -> Result<PolicyFiles, Failure> {
    read(client.call(rows::policies::FILES.to([])).await?)
}

impl Publish {
    async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        let files = folder::read(&self.dir)?;
        if folder::holds_settings(&self.dir) {
            cx.console.remark(
                "the applications, labels and exceptions of the folder stay as they are: `countersign apply` changes them too",
            );
        }
        let client = cx.client()?;
        let known = in_force(&client).await?;
        let base = folder::base(&self.dir).filter(|_| !self.overwrite);
        // A folder that was pulled says what it was made from. One that was not is compared with what is in force
        // now, which at least refuses whoever publishes in between.
        let mut set = Publication {
            files,
            dry_run: self.dry_run,
            expected_version: base.or_else(|| known.version.clone()),
            settings: None,
            why: None,
            plan: None,
            removes: self.removes.iter().cloned().collect(),
            accept_unknown: None,
        };
        if !self.dry_run && !self.yes {
            set.dry_run = true;
            let preview: Published = read(client.send(rows::policies::PUBLISH.to([]), &set).await?)?;
            set.dry_run = false;
            if !preview.changed.is_empty() {
                preview.changed.iter().for_each(|change| cx.console.remark(changed(change)));
                set.removes.extend(guardrails(&preview.removed));
                let unasked = Failure::input(
                    "nothing was published: this command cannot ask for confirmation here",
                    "check it with --dry-run, then add --yes",
                );
                cx.console.agree(&putting_in_force(&preview.removed), unasked)?;
            }
        }
        let answer = client.send(rows::policies::PUBLISH.to([]), &set).await?;
        if !self.dry_run {
            let published: Published = read(answer.clone())?;
            folder::set_base(&self.dir, &published.version)?;
        }
        cx.console.show(answer, |console, published: Published| {
            say(console, &published, (&known.files, &set.files))
        })
    }
}

/// Prints the result of a publication, or of its dry run.
fn say(
    console: &mut Console,
    published: &Published,
    (before, after): (&BTreeMap<String, String>, &BTreeMap<String, String>),
) -> Result<(), Failure> {
    let warnings = published.warnings.iter();
    warnings.for_each(|warning| console.remark(format!("warning: {}", warning.message)));
    published.rollouts.iter().for_each(|text| console.remark(text));
    if published.changed.is_empty() {
        let version = short(&published.version);
        return console.line(format!("Nothing changes: version {version} is in force."));
    }
    for change in &published.changed {
        console.line(changed(change))?;
        if published.dry_run {
            let text =
                |files: &BTreeMap<String, String>| files.get(&change.path).cloned().unwrap_or_default();
            let lines = folder::difference(&text(before), &text(after));
            lines.iter().try_for_each(|line| console.line(format!("    {line}")))?;
        }
    }
    no_more(console, &published.removed)?;
    if published.dry_run {
        console.line("This was a rehearsal: nothing was published.")
    } else {
        console.line(format!("Version {} is in force.", short(&published.version)))
    }
}

/// Returns a changed file as a line.
pub(super) fn changed(change: &FileChange) -> String {
    let sign = match change.change {
        Change::Added => "added",
        Change::Changed => "changed",
        Change::Removed => "removed",
    };
    format!("{sign:<8} {}", change.path)
}

/// Returns the policies that are no longer enforced, one per line.
pub(super) fn no_more(console: &mut Console, removed: &[RemovedPolicy]) -> Result<(), Failure> {
    removed.iter().try_for_each(|gone| {
        let kind = if gone.kind == PolicyKind::Guardrail { "the guardrail" } else { "the permit" };
        console.line(format!("REMOVED  {kind} {}", gone.id))
    })
}

/// Returns the guardrails among them.
pub(super) fn guardrails(removed: &[RemovedPolicy]) -> impl Iterator<Item = PolicyId> + '_ {
    removed.iter().filter(|gone| gone.kind == PolicyKind::Guardrail).map(|gone| gone.id.clone())
}

/// Returns the question before a publication.
pub(super) fn putting_in_force(removed: &[RemovedPolicy]) -> String {
    let gone: Vec<_> = guardrails(removed).map(|id| id.to_string()).collect();
    match gone.as_slice() {
        [] => "Put it in force?".to_owned(),
        gone => {
            format!("Put it in force? These guardrails would no longer be enforced: {}.", gone.join(", "))
        }
    }
}

impl Pull {
    async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        let client = cx.client()?;
        let mut set = in_force(&client).await?;
        if self.settings {
            let known: SettingsInForce = read(client.call(rows::settings::SHOW.to([])).await?)?;
            set.files.extend(known.settings.to_files());
        }
        let mut writes = Vec::new();
        let mut differing = Vec::new();
        for (path, text) in &set.files {
            let place = folder::place(&self.dir, path)?;
            match std::fs::read_to_string(&place) {
                Ok(here) if here == *text => {}
                Ok(_) => {
                    differing.push(path.clone());
                    writes.push((place, text));
                }
                Err(_) => writes.push((place, text)),
            }
        }
        if !differing.is_empty() && !self.overwrite {
            return Err(Failure::Conflict {
                message: format!("these files in {} differ: {}", self.dir.display(), differing.join(", ")),
                remedy: "publish them first, pull into another folder, or add --overwrite".to_owned(),
            });
        }
        writes.iter().try_for_each(|(place, text)| folder::write(place, text))?;
        if let Some(version) = &set.version {
            folder::set_base(&self.dir, version)?;
        }
        let here = folder::read(&self.dir).unwrap_or_default();
        let beside: Vec<_> = here.into_keys().filter(|path| !set.files.contains_key(path)).collect();
        if cx.console.wants_json() {
            let files: Vec<_> = set.files.keys().collect();
            return cx
                .console
                .json(&json!({ "version": set.version, "files": files, "not_in_force": beside }));
        }
        cx.console.line(format!(
            "{} in {}, {} written.",
            words::count(set.files.len(), "file"),
            self.dir.display(),
            writes.len()
        ))?;
        if !beside.is_empty() {
            cx.console.remark(format!("not in force, and left unchanged: {}", beside.join(", ")));
        }
        Ok(())
    }
}
