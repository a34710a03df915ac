//! A checked policy set, and its verdict on a question.

use crate::engine::{Engine, PolicyOutcomes};
use crate::index::Rule;
use crate::load::{self, CheckedPolicy, Contents};
use crate::meta::{PolicyMeta, Stage};
use crate::numbers::Numbers;
use crate::plain_atom::PlainAtom;
use crate::present::{Presented, present};
use crate::problem::{PolicyDiagnostic, Rejected};
use crate::question::Question;
use crate::reading::{Age, AgeUse, Items, Reading};
use crate::schema::TYPES;
use cedar_policy_core::ast::{self, EntityUID};
use cedar_policy_core::authorizer::{Authorizer, Decision};
use cedar_policy_core::evaluator::Evaluator;
use cedar_policy_core::extensions::Extensions;
use countersign_names::{ApplicationName, PolicyId, ResourceName};
use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// A set of checked policies. It is immutable, so it can be shared and its answers are reproducible.
#[derive(Debug, Clone)]
pub struct PolicySet {
    files: BTreeMap<String, String>,
    contents: load::Files,
    version: [u8; 32],
    metas: Vec<PolicyMeta>,
    by_id: HashMap<PolicyId, usize>,
    warnings: Vec<PolicyDiagnostic>,
    engine: Engine,
    /// For each atom of the engine, its plain form if it can be evaluated without Cedar.
    plain: Vec<Option<PlainAtom>>,
    readings: Vec<Reading>,
    numbers: Numbers,
    /// The groups that conditions name. The index handles those in scopes.
    groups_read: HashSet<EntityUID>,
    any_shadow: bool,
    /// The use of the idle time of a session by all conditions together.
    idle: AgeUse,
    /// The use of the age of a device's posture by all conditions together.
    posture: AgeUse,
    /// The enforced policies in Cedar's own form, for [`PolicySet::judge_plainly`].
    enforced: ast::PolicySet,
}

/// The verdict of a policy set on a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Whether the access is allowed.
    pub allowed: bool,
    /// Cedar's reasons, in the order of the set: the permits that allow, or the forbids that deny. Empty if access is
    /// denied because no policy permits it.
    pub determining: Vec<PolicyId>,
    /// The policies whose evaluation failed. If there are any, the verdict is deny. Cedar alone would ignore such
    /// policies, and a guardrail must not disappear because a number overflowed.
    pub errors: Vec<PolicyId>,
    /// The policies in the shadow stage that would change the verdict if they were enforced; empty if they would not.
    pub shadow: Vec<PolicyId>,
    /// The policies in the shadow stage that are enforced for this question ([`Question::enrolled`]) and changed the
    /// verdict; empty if it would be the same without them.
    pub turned: Vec<PolicyId>,
    /// The time for which this verdict stays valid if only time passes.
    pub holds: Holds,
    /// The items that the policies with matching scopes read. Other items can change without changing the verdict.
    pub reads: Items,
}

/// The time for which a verdict stays valid if only time passes: the four ages each grow by one per second, and
/// everything else in the question stays the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holds {
    /// The verdict is the same at every whole second before this number of seconds has passed; `None` if there is no
    /// limit.
    pub seconds: Option<u64>,
    /// Whether the verdict is also limited to the hour of the question, because a policy reads the time of day.
    pub within_hour: bool,
}

/// The answer of Cedar's own authorizer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Whether the access is allowed.
    pub allowed: bool,
    /// The determining policies, in alphabetical order.
    pub determining: Vec<PolicyId>,
    /// The policies that Cedar skipped because their evaluation failed, in alphabetical order.
    pub errors: Vec<PolicyId>,
}

/// The empty set, which denies everything.
impl Default for PolicySet {
    fn default() -> Self {
        Self::new(BTreeMap::new(), load::Files::new())
    }
}

impl PolicySet {
    /// Parses and checks every file. The keys are paths within the policy folder.
    ///
    /// # Errors
    /// If any file does not parse, does not validate against [`crate::SCHEMA`], is in the wrong place, exceeds the
    /// authority of its owner, or lacks a required annotation.
    pub fn parse(files: &BTreeMap<String, String>) -> Result<Self, Rejected> {
        Self::of(files, &|_, _| None)
    }

    /// Like [`PolicySet::parse`], but parses only the files that this set does not contain already.
    ///
    /// # Errors
    /// See [`PolicySet::parse`].
    pub fn edited(&self, files: &BTreeMap<String, String>) -> Result<Self, Rejected> {
        Self::of(files, &|path, text| {
            let same = self.files.get(path).is_some_and(|known| known == text);
            self.contents.get(path).filter(|_| same).cloned()
        })
    }

    fn of(
        files: &BTreeMap<String, String>,
        known: &(dyn Fn(&str, &str) -> Option<Arc<Contents>> + Sync),
    ) -> Result<Self, Rejected> {
        let outcome = load::load(files, known);
        if outcome.problems.is_empty() {
            Ok(Self::new(files.clone(), outcome.files))
        } else {
            Err(Rejected::new(outcome.problems))
        }
    }

    fn new(files: BTreeMap<String, String>, contents: load::Files) -> Self {
        let loaded: Vec<&CheckedPolicy> = contents.values().flat_map(|contents| &contents.policies).collect();
        let warnings = contents.values().flat_map(|contents| contents.warnings.iter().cloned()).collect();
        let engine = Engine::new(loaded.iter().map(|loaded| &loaded.policy));
        let readings: Vec<Reading> = loaded
            .iter()
            .map(|loaded| loaded.policy.non_scope_constraints().map(Reading::of).unwrap_or_default())
            .collect();
        let named = readings.iter().flat_map(|reading| &reading.named);
        let groups_read =
            named.map(|uid| (**uid).clone()).filter(|uid| *uid.entity_type() == TYPES.group).collect();
        let (idle, posture) = (AgeUse::of_all(&readings, Age::Idle), AgeUse::of_all(&readings, Age::Posture));
        let counted = loaded.iter().filter(|loaded| loaded.meta.stage == Stage::Enforce);
        let enforced = ast::PolicySet::try_from_iter(counted.map(|loaded| loaded.policy.clone()));
        let metas: Vec<PolicyMeta> = loaded.iter().map(|loaded| loaded.meta.clone()).collect();
        Self {
            version: version(&files),
            numbers: Numbers::new(&engine),
            by_id: metas.iter().enumerate().map(|(place, meta)| (meta.id.clone(), place)).collect(),
            any_shadow: metas.iter().any(|meta| meta.stage == Stage::Shadow),
            // Cannot fail, because ids are unique.
            enforced: enforced.unwrap_or_default(),
            files,
            metas,
            contents,
            warnings,
            plain: engine.atoms.iter().map(PlainAtom::of).collect(),
            engine,
            readings,
            groups_read,
            idle,
            posture,
        }
    }

    /// Returns the SHA-256 over every file's path and text, each preceded by its length, in the order of the paths.
    pub const fn version(&self) -> [u8; 32] {
        self.version
    }

    /// Returns the files of the set, tests included.
    pub const fn files(&self) -> &BTreeMap<String, String> {
        &self.files
    }

    /// Returns every policy, ordered by file and by position within the file.
    pub fn policies(&self) -> &[PolicyMeta] {
        &self.metas
    }

    /// Returns the policy with this id.
    pub fn get(&self, id: &PolicyId) -> Option<&PolicyMeta> {
        self.by_id.get(id).and_then(|place| self.metas.get(*place))
    }

    /// Returns the items that the condition of a policy reads; no items if there is no such policy.
    pub fn reads(&self, id: &PolicyId) -> Items {
        let reading = self.by_id.get(id).and_then(|place| self.readings.get(*place));
        reading.map_or(Items::NONE, |reading| reading.items)
    }

    /// Returns the class of an idle time in seconds. Idle times that no policy distinguishes have the same class.
    pub fn class_of_idle(&self, idle: i64) -> i64 {
        class_of(&self.idle, idle)
    }

    /// Returns the class of the age of a posture in seconds. Ages that no policy distinguishes have the same class.
    pub fn class_of_posture_age(&self, age: i64) -> i64 {
        class_of(&self.posture, age)
    }

    /// Returns whether the scope of a policy includes this application; false if there is no such policy.
    pub fn concerns(&self, id: &PolicyId, application: &ApplicationName) -> bool {
        let place = self.by_id.get(id).copied();
        let Some(loaded) = place.and_then(|place| self.loaded().nth(place)) else { return false };
        let Some(uid) = loaded.policy.resource_constraint().as_inner().get_euid().cloned() else {
            return true;
        };
        let named = uid.eid().as_ref();
        if *uid.entity_type() == TYPES.application {
            return named == application.as_str();
        }
        named.parse().is_ok_and(|resource: ResourceName| resource.application() == application)
    }

    /// Returns the loaded policies, in the order of [`Self::policies`].
    pub(crate) fn loaded(&self) -> impl Iterator<Item = &CheckedPolicy> {
        self.contents.values().flat_map(|contents| &contents.policies)
    }

    /// Returns what each condition reads, in the same order.
    pub(crate) fn readings(&self) -> &[Reading] {
        &self.readings
    }

    /// Returns the warnings: valid but doubtful policies, such as one that can never match.
    pub fn warnings(&self) -> &[PolicyDiagnostic] {
        &self.warnings
    }

    /// Evaluates a question. The same set and the same question always give the same verdict.
    pub fn judge(&self, question: &Question) -> Verdict {
        let rules = self.engine.matching(&self.numbers.ask(question));
        let all = self.tally(&rules, question);
        let (holds, reads) = (self.holds(&rules, question), self.read_by(&rules));
        if !self.any_shadow {
            return self.verdict(&all, holds, reads);
        }
        let enrolled = |meta: &PolicyMeta| question.enrolled.contains(&meta.id);
        let counts = |meta: &PolicyMeta| meta.stage == Stage::Enforce || enrolled(meta);
        let counted = self.only(&all, &counts);
        let shadow = self.changing(&counted, &all, &|meta| !counts(meta));
        let turned = if question.enrolled.is_empty() {
            Vec::new()
        } else {
            let without = self.only(&counted, &|meta| meta.stage == Stage::Enforce);
            self.changing(&without, &counted, &|meta| meta.stage == Stage::Shadow)
        };
        Verdict { shadow, turned, ..self.verdict(&counted, holds, reads) }
    }

    /// Returns the policies among those that `added` selects that make the decision of `with` differ from that of
    /// `without`, which lacks them.
    fn changing(
        &self,
        without: &PolicyOutcomes,
        with: &PolicyOutcomes,
        added: &dyn Fn(&PolicyMeta) -> bool,
    ) -> Vec<PolicyId> {
        if decision(with) == decision(without) {
            return Vec::new();
        }
        let added = self.only(with, added);
        let mut changing =
            if decision(with) { added.permits } else { [added.forbids, added.errors].concat() };
        changing.sort_unstable();
        self.ids(&changing)
    }

    /// Evaluates `rules`. Builds Cedar's values only if an atom needs Cedar.
    fn tally(&self, rules: &[Rule], question: &Question) -> PolicyOutcomes {
        let presented = OnceCell::new();
        self.engine.tally(rules, &|atom| {
            if let Some(Some(plain)) = self.plain.get(atom as usize) {
                return plain.answer(question);
            }
            let Presented { request, entities } = presented.get_or_init(|| {
                present(question, self.read_by(rules), |group| self.groups_read.contains(group))
            });
            let evaluator = Evaluator::new(request.clone(), entities, Extensions::all_available());
            self.engine.evaluate(atom, &evaluator)
        })
    }

    /// Evaluates every enforced policy with Cedar's own authorizer, in time proportional to the set. Tests compare
    /// [`Self::judge`] with this; the two agree whenever no evaluation fails.
    pub fn judge_plainly(&self, question: &Question) -> Answer {
        let Presented { request, entities } = present(question, Items::ALL, |_| true);
        let mut counted = Cow::Borrowed(&self.enforced);
        for loaded in self.loaded().filter(|loaded| loaded.meta.stage == Stage::Shadow) {
            if question.enrolled.contains(&loaded.meta.id) {
                // Cannot fail, because ids are unique.
                let _ok = counted.to_mut().add(loaded.policy.clone());
            }
        }
        let response = Authorizer::new().is_authorized(request, &counted, &entities);
        let ids = |found: Vec<&ast::PolicyID>| {
            let mut ids: Vec<PolicyId> =
                found.into_iter().filter_map(|id| id.as_ref().parse().ok()).collect();
            ids.sort();
            ids
        };
        Answer {
            allowed: response.decision == Decision::Allow,
            determining: ids(response.diagnostics.reason.iter().collect()),
            errors: ids(response.diagnostics.errors.iter().map(failed).collect()),
        }
    }

    fn read_by(&self, rules: &[Rule]) -> Items {
        let readings = rules.iter().filter_map(|rule| self.readings.get(*rule as usize));
        readings.fold(Items::NONE, |items, reading| items.and(reading.items))
    }

    fn verdict(&self, tally: &PolicyOutcomes, holds: Holds, reads: Items) -> Verdict {
        let allowed = decision(tally);
        // An error denies by itself, so permits that would have allowed determine nothing.
        let determining = if allowed || !tally.forbids.is_empty() { tally.determining() } else { &[] };
        Verdict {
            allowed,
            determining: self.ids(determining),
            errors: self.ids(&tally.errors),
            shadow: Vec::new(),
            turned: Vec::new(),
            holds,
            reads,
        }
    }

    fn only(&self, tally: &PolicyOutcomes, wanted: &dyn Fn(&PolicyMeta) -> bool) -> PolicyOutcomes {
        let of = |rules: &[Rule]| {
            let here = |rule: &Rule| self.metas.get(*rule as usize).is_some_and(wanted);
            rules.iter().copied().filter(here).collect()
        };
        PolicyOutcomes { permits: of(&tally.permits), forbids: of(&tally.forbids), errors: of(&tally.errors) }
    }

    fn ids(&self, rules: &[Rule]) -> Vec<PolicyId> {
        rules.iter().filter_map(|rule| self.metas.get(*rule as usize)).map(|meta| meta.id.clone()).collect()
    }

    fn holds(&self, rules: &[Rule], question: &Question) -> Holds {
        let mut holds = Holds { seconds: None, within_hour: false };
        for reading in rules.iter().filter_map(|rule| self.readings.get(*rule as usize)) {
            holds.within_hour |= reading.reads_time();
            for (age, used) in Age::ALL.iter().zip(&reading.ages) {
                let Some(now) = age_in(question, *age) else { continue };
                let turn = used.turns.range(now.saturating_add(1)..).next();
                let left = turn.map(|turn| turn.abs_diff(now));
                let left = if used.freely { Some(1) } else { left };
                holds.seconds = [holds.seconds, left].into_iter().flatten().min();
            }
        }
        holds
    }
}

/// Cedar's rule, extended by ours: an error denies.
fn decision(tally: &PolicyOutcomes) -> bool {
    tally.errors.is_empty() && tally.allowed()
}

fn failed(error: &cedar_policy_core::authorizer::AuthorizationError) -> &ast::PolicyID {
    let cedar_policy_core::authorizer::AuthorizationError::PolicyEvaluationError { id, .. } = error;
    id
}

fn class_of(used: &AgeUse, age: i64) -> i64 {
    if used.freely {
        return age;
    }
    i64::try_from(used.turns.range(..=age).count()).unwrap_or(i64::MAX)
}

fn age_in(question: &Question, age: Age) -> Option<i64> {
    match age {
        Age::Authentication => question.authentication.as_ref().map(|evidence| evidence.age),
        Age::Session => question.session.map(|session| session.age),
        Age::Idle => question.session.map(|session| session.idle),
        Age::Posture => question.device.as_ref().and_then(|device| device.posture_age),
    }
}

fn version(files: &BTreeMap<String, String>) -> [u8; 32] {
    let mut context = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
    for part in files.iter().flat_map(|(path, text)| [path, text]) {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part.as_bytes());
    }
    let mut version = [0; 32];
    version.copy_from_slice(context.finish().as_ref());
    version
}
