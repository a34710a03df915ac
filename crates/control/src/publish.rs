//! Publishing policies. A published set is in force everywhere at once, so it is checked as strictly as possible: by
//! itself, against the reserved ids, and against locking every administrator out.

use crate::Refusal;
use crate::input::on_record;
use countersign_api::{Change, FileChange, PolicyKind, PolicyProblem, RemovedPolicy};
use countersign_decide::rollout::settled_by;
use countersign_decide::{keeps_an_administrator, reserved};
use countersign_facts::{Actor, Digest, Fact, PoliciesFact, PolicyFile, PolicyRemoval, Stated};
use countersign_journal::MAX_PAYLOAD_BYTES;
use countersign_names::{ApplicationName, PolicyId, Timestamp};
use countersign_policy::{Kind, PolicyDiagnostic, PolicySet, Stage};
use countersign_world::{Policies, World};
use miette::{GraphicalReportHandler, GraphicalTheme};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// A policy set whose files passed [`check`]. [`Checked::facts`] checks it against a world.
#[derive(Debug, Clone)]
pub struct Checked {
    set: PolicySet,
    /// The version of the set that ran during the check, and its policies that count.
    running: (Digest, Counting),
}

/// The policies of a set that count, that is, are enforced.
type Counting = BTreeMap<PolicyId, PolicyKind>;

fn counting(set: &PolicySet) -> Counting {
    let enforced = set.policies().iter().filter(|policy| policy.stage == Stage::Enforce);
    enforced
        .map(|policy| {
            let guardrail = policy.kind == Kind::Guardrail;
            (policy.id.clone(), if guardrail { PolicyKind::Guardrail } else { PolicyKind::Application })
        })
        .collect()
}

/// Returns the policies that count before and not after: they are gone, in their shadow stage, or of the other kind.
pub fn removed(before: &PolicySet, after: &PolicySet) -> Vec<RemovedPolicy> {
    gone(&counting(before), &counting(after))
}

fn gone(before: &Counting, after: &Counting) -> Vec<RemovedPolicy> {
    let gone = before.iter().filter(|(id, kind)| after.get(*id) != Some(kind));
    gone.map(|(id, kind)| RemovedPolicy { id: id.clone(), kind: *kind }).collect()
}

/// Why a set is put in force, and after which rehearsal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicationReason {
    why: String,
    rehearsal: Option<Digest>,
}

impl PublicationReason {
    /// Takes the reason in the administrator's words.
    ///
    /// # Errors
    /// If it is empty or too long.
    pub fn given(why: &str) -> Result<Self, Refusal> {
        const LONGEST: usize = 1000;
        let why = why.trim();
        match why.chars().count() {
            0 => Err(Refusal::invalid("why", "it is empty")
                .remedy("say why in a sentence: it is kept with the change")),
            1..=LONGEST => Ok(Self { why: why.to_owned(), rehearsal: None }),
            _ => Err(Refusal::invalid("why", format!("it is longer than {LONGEST} characters"))),
        }
    }

    /// Adds why the administrator accepts that not everything is known.
    ///
    /// # Errors
    /// If that reason is empty or too long.
    pub fn accepting(self, unknown: &str) -> Result<Self, Refusal> {
        let accepted = on_record("accept_unknown", unknown)?;
        Ok(Self { why: format!("{} (accepted that not everything is known: {accepted})", self.why), ..self })
    }

    /// Returns the words and the rehearsal.
    pub fn given_with(&self) -> (&str, Option<Digest>) {
        (&self.why, self.rehearsal)
    }

    /// Returns the words.
    #[must_use]
    pub fn into_words(self) -> String {
        self.why
    }

    /// Sets the rehearsal.
    #[must_use]
    pub fn after(self, rehearsal: Digest) -> Self {
        Self { rehearsal: Some(rehearsal), ..self }
    }
}

/// Checks files by themselves. Files that `running` holds unchanged were checked before.
///
/// # Errors
/// With every problem of the files, each underlined.
pub fn check(running: &PolicySet, files: &BTreeMap<String, String>) -> Result<Checked, Refusal> {
    names(files)?;
    let set = running.edited(files).map_err(|rejected| {
        let problems: Vec<_> = rejected.problems().iter().map(shown).collect();
        let detail = match problems.as_slice() {
            [only] => format!("{}: {}", only.file, only.message),
            all => format!("there are {} problems", all.len()),
        };
        Refusal::rejected_policies(detail, problems)
    })?;
    let taken = set.policies().iter().find(|policy| reserved::ALL.contains(&policy.id.as_str()));
    if let Some(policy) = taken {
        let message = format!("{} is a name that the product uses for a reason of its own", policy.id);
        let rendered = format!("{}:{}: {message}", policy.file, policy.line);
        let line = u64::try_from(policy.line).ok();
        let problem = PolicyProblem { file: policy.file.to_string(), line, message, rendered };
        return Err(Refusal::rejected_policies("a policy takes a reserved @id", vec![problem])
            .remedy("give it another @id"));
    }
    // JSON escapes may lengthen a text in a fact; half of the maximum leaves room for that.
    let bytes: usize = files.iter().map(|(path, text)| path.len() + text.len()).sum();
    if bytes > MAX_PAYLOAD_BYTES / 2 {
        let detail =
            format!("the files hold {bytes} bytes; at most {} fit in one fact", MAX_PAYLOAD_BYTES / 2);
        return Err(Refusal::rejected_policies(detail, Vec::new()));
    }
    Ok(Checked { set, running: (Digest::new(running.version()), counting(running)) })
}

/// Refuses files that a reader of the policy folder ignores: they would be in force, and vanish with the next edit of
/// another file.
fn names(files: &BTreeMap<String, String>) -> Result<(), Refusal> {
    let faults = files.keys().filter_map(|path| Some((path, countersign_policy::name_fault(path)?)));
    let problems: Vec<_> = faults
        .map(|(path, fault)| {
            let (file, message) = (path.clone(), fault.to_owned());
            PolicyProblem { rendered: format!("{file:?}: {message}"), file, line: None, message }
        })
        .collect();
    match problems.first() {
        None => Ok(()),
        Some(first) => {
            let detail = format!("{:?}: {}", first.file, first.message);
            Err(Refusal::rejected_policies(detail, problems).remedy("give the file another name"))
        }
    }
}

impl Checked {
    /// Returns the set.
    pub const fn set(&self) -> &PolicySet {
        &self.set
    }

    /// Returns the set itself.
    pub fn into_set(self) -> PolicySet {
        self.set
    }

    /// Returns the set's version, as facts and answers write it.
    pub const fn version(&self) -> Digest {
        Digest::new(self.set.version())
    }

    /// Returns the warnings about the set.
    pub fn warnings(&self) -> Vec<PolicyProblem> {
        self.set.warnings().iter().map(shown).collect()
    }

    /// Returns the facts that publish the set into `world`; none if it is the set that was published last.
    ///
    /// # Errors
    /// If it would lock every administrator out of `control`.
    pub fn facts(
        &self,
        world: &World,
        control: &ApplicationName,
        reason: Option<&PublicationReason>,
        now: Timestamp,
    ) -> Result<Vec<Fact>, Refusal> {
        let settled = self.settled(world);
        let after = after(world, &settled, now)?;
        if !keeps_an_administrator(&after, &self.set, control, now) {
            return Err(Refusal::rejected_policies("no administrator could reach the control plane any more", Vec::new())
                .remedy(format!(
                    "permit the group administrators to administer {control}, as applications/{control}.cedar does \
                     when it is shipped"
                )));
        }
        if changes(world.policies().map(|known| &**known), self.set.files()).is_empty() {
            return Ok(Vec::new());
        }
        let files =
            self.set.files().iter().map(|(path, text)| (path.clone(), PolicyFile(text.clone()))).collect();
        let version = self.version();
        let published = match reason {
            None => Fact::Policies(PoliciesFact::Published { version, files }),
            Some(PublicationReason { why, rehearsal }) => Fact::Policies(PoliciesFact::Applied {
                version,
                files,
                why: why.clone(),
                rehearsal: *rehearsal,
            }),
        };
        let policies: BTreeSet<_> = self.removed(world).into_iter().map(|removed| removed.id).collect();
        let removed = (!policies.is_empty())
            .then(|| Fact::Policies(PoliciesFact::Removed(PolicyRemoval { version, policies })));
        Ok([vec![published], removed.into_iter().collect(), settled].concat())
    }

    /// Returns the policies that count in `world` and would no longer count.
    pub fn removed(&self, world: &World) -> Vec<RemovedPolicy> {
        let (version, known) = &self.running;
        let in_force = world.policies().filter(|policies| policies.version != *version);
        // Usually the running set is the one that was published last, so nothing needs parsing again.
        let read = in_force.and_then(|policies| PolicySet::parse(&files_of(policies)).ok());
        let read = read.as_ref().map(counting);
        gone(read.as_ref().unwrap_or(known), &counting(&self.set))
    }

    /// Checks that the administrator named every guardrail that would no longer count.
    ///
    /// # Errors
    /// If one is not named.
    pub fn is_said(&self, world: &World, removes: &BTreeSet<PolicyId>) -> Result<(), Refusal> {
        let guardrails = self.removed(world).into_iter().filter(|gone| gone.kind == PolicyKind::Guardrail);
        let unsaid: Vec<_> = guardrails
            .map(|gone| gone.id)
            .filter(|id| !removes.contains(id))
            .map(|id| id.to_string())
            .collect();
        if unsaid.is_empty() {
            return Ok(());
        }
        let detail = format!(
            "these guardrails would no longer be enforced, and removes does not name them: {}",
            unsaid.join(", ")
        );
        Err(Refusal::conflict(detail).about_field("removes").remedy(
            "put them back, or name each: `countersign policy publish DIR --removes ID`, or `removes` in the API",
        ))
    }

    /// Returns what becomes of the rollouts of `world` when the set is put in force. These facts are stated with it, so
    /// that no rollout ever refers to a policy that does not exist.
    pub fn settled(&self, world: &World) -> Vec<Fact> {
        settled_by(world, &self.set)
    }
}

fn after<'a>(world: &'a World, facts: &[Fact], now: Timestamp) -> Result<Cow<'a, World>, Refusal> {
    if facts.is_empty() {
        return Ok(Cow::Borrowed(world));
    }
    let stated: Vec<Stated> =
        facts.iter().map(|fact| Stated { at: now, by: Actor::Operator, fact: fact.clone() }).collect();
    Ok(Cow::Owned(world.after(&stated)?))
}

/// Returns the files that differ from those published last.
pub fn changes(published: Option<&Policies>, files: &BTreeMap<String, String>) -> Vec<FileChange> {
    changed_texts(&published.map(files_of).unwrap_or_default(), files)
}

/// Returns the texts that differ.
pub fn changed_texts(before: &BTreeMap<String, String>, after: &BTreeMap<String, String>) -> Vec<FileChange> {
    let mut changes = Vec::new();
    for (path, text) in after {
        match before.get(path) {
            None => changes.push(FileChange { path: path.clone(), change: Change::Added }),
            Some(old) if old != text => {
                changes.push(FileChange { path: path.clone(), change: Change::Changed })
            }
            Some(_) => {}
        }
    }
    let gone = before.keys().filter(|path| !after.contains_key(*path));
    changes.extend(gone.map(|path| FileChange { path: path.clone(), change: Change::Removed }));
    changes
}

/// Returns the texts of a published set by their paths.
pub fn files_of(published: &Policies) -> BTreeMap<String, String> {
    published.files.iter().map(|(path, file)| (path.clone(), file.0.clone())).collect()
}

/// Converts a problem to the API's form.
pub fn shown(problem: &PolicyDiagnostic) -> PolicyProblem {
    let mut rendered = String::new();
    let handler = GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor()).with_width(110);
    if handler.render_report(&mut rendered, problem).is_err() {
        rendered = problem.to_string();
    }
    PolicyProblem {
        file: problem.path().to_owned(),
        line: problem.line().and_then(|line| u64::try_from(line).ok()),
        message: problem.message().to_owned(),
        rendered,
    }
}
