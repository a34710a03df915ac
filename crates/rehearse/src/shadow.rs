//! The shadow report: what policies in the shadow stage would have changed, as live decisions recorded it.
//!
//! Each record names the shadow policies that would have changed its answer, so finding them needs no new evaluation.
//! Only the details that a plan also shows need one: the device and the remedies.
//!
//! A record counts for a policy if the set of its decision contained exactly the text that is in the shadow stage now.
//! What another text would have done says nothing about this one.

use crate::again::{self, Unanswerable};
use crate::memo::{AgeClasses, Memo, MemoEntry};
use crate::past::Past;
use crate::plan::{Change, Changed, Direction, ITEMISED, Reached, Tally, change, tallied};
use crate::progress::{Progress, each};
use countersign_evidence::{Access, Accesses, Effect};
use countersign_names::{ApplicationName, PolicyId, Principal, Timestamp};
use countersign_policy::{PolicyMeta, PolicySet, Stage};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::ControlFlow;
use std::sync::Arc;

/// The changes that each shadow policy named by an answer would have made.
type ShadowChanges = Arc<[(PolicyId, Arc<Change>)]>;

/// A shadow report in progress.
pub struct Shadow {
    running: Arc<PolicySet>,
    tried: Vec<Trying>,
    /// For each version of a policy set, which of the policies it contains with the present text.
    same: HashMap<[u8; 32], Arc<[bool]>>,
    memo: Memo<ShadowChanges>,
    progress: Progress,
}

/// The effect that one policy in the shadow stage would have had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// The policy.
    pub policy: PolicyId,
    /// Accesses to applications that it can apply to, decided while it was in the shadow stage with the present text.
    pub asked: u64,
    /// The principals of those accesses.
    pub principals: BTreeSet<Principal>,
    /// Accesses of the span to such applications, decided before this text existed or while it was enforced: its effect
    /// on them is unknown.
    pub of_other_text: u64,
    /// Accesses that were allowed and that it would have denied, where this is enforced.
    pub denied: Reached,
    /// Accesses that were denied and that it would have allowed, where this is enforced.
    pub allowed: Reached,
    /// The same per application, denied before allowed.
    pub by_application: BTreeMap<ApplicationName, [Reached; 2]>,
    /// Accesses to applications that are only observed, which it would have changed.
    pub observed: u64,
    /// The times of the first and the last access that it would have changed.
    pub between: Option<(Timestamp, Timestamp)>,
    /// Every change, in the order of [`Impact::changed`](crate::Impact::changed).
    pub changed: Vec<Changed>,
    /// Accesses that it would have changed but that are in none of these, because there were too many kinds.
    pub not_itemised: u64,
    /// Accesses that it would have changed without further details, by reason.
    pub unknown: BTreeMap<String, u64>,
}

struct Trying {
    meta: PolicyMeta,
    concerns: HashMap<ApplicationName, bool>,
    found: Tried,
    changes: HashMap<Arc<Change>, Tally>,
}

impl Shadow {
    /// Creates a report about the shadow-stage policies of `running`.
    pub fn new(running: Arc<PolicySet>) -> Self {
        let shadow = running.policies().iter().filter(|meta| meta.stage == Stage::Shadow);
        let tried: Vec<Trying> = shadow.map(|meta| Trying::new(meta.clone())).collect();
        let all = tried.iter().map(|_| true).collect();
        let same = HashMap::from([(running.version(), all)]);
        Self { running, tried, same, memo: Memo::default(), progress: Progress::default() }
    }

    /// Processes these accesses. Calls `going` with the progress from time to time; `going` may stop it.
    pub fn ask(
        &mut self,
        past: &mut Past,
        accesses: &Accesses,
        going: impl FnMut(Progress) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        each(self, accesses, |this| this.progress, going, |this, access| this.one(past, access))
    }

    /// Returns the results per policy, in the order of the set.
    pub fn finish(self) -> Vec<Tried> {
        let finished = self.tried.into_iter().map(|trying| {
            let changed = tallied(trying.changes);
            Tried { changed, ..trying.found }
        });
        finished.collect()
    }

    fn one(&mut self, past: &mut Past, access: &Access<'_>) {
        self.progress.accesses += 1;
        // No policy was evaluated, so none would have changed the answer.
        if again::unasked(access).is_some() {
            return;
        }
        let policies = past.policies(access.policies);
        let same = policies.as_ref().ok().map(|policies| self.same(policies));
        for (place, trying) in self.tried.iter_mut().enumerate() {
            if !trying.concerns(&self.running, access.application) {
                continue;
            }
            if same.as_ref().is_some_and(|same| same.get(place) == Some(&true)) {
                trying.asked(access);
            } else {
                trying.found.of_other_text += 1;
            }
        }
        let (Ok(policies), Some(same)) = (policies, same) else { return };
        for id in access.shadow.iter() {
            let Some(place) = self.tried.iter().position(|trying| trying.meta.id == *id) else { continue };
            if same.get(place) != Some(&true) {
                continue;
            }
            let change = self.change(past, access, &policies, id);
            if let Some(trying) = self.tried.get_mut(place) {
                trying.turned(access, change);
            }
        }
    }

    fn same(&mut self, policies: &PolicySet) -> Arc<[bool]> {
        let tried = &self.tried;
        let same = self.same.entry(policies.version()).or_insert_with(|| {
            let text = |trying: &Trying| {
                policies.get(&trying.meta.id).is_some_and(|meta| meta.text == trying.meta.text)
            };
            tried.iter().map(text).collect()
        });
        Arc::clone(same)
    }

    /// Returns what the access has in common with others that the policy would have changed.
    fn change(
        &mut self,
        past: &mut Past,
        access: &Access<'_>,
        policies: &Arc<PolicySet>,
        policy: &PolicyId,
    ) -> Result<Arc<Change>, Unanswerable> {
        let ages = AgeClasses::of(access, policies);
        let holds =
            self.memo.get(access, ages).map_or(Ok(false), |kept| kept.holds(past, access, policies))?;
        if !holds {
            let answer = again::ask(past, access, policies)?;
            self.progress.decided += 1;
            let tried = answer.decision().shadow.iter().filter_map(|id| {
                let with = answer.trying(id)?;
                Some((id.clone(), Arc::new(change(&answer, &with, &answer)?)))
            });
            let value: ShadowChanges = tried.collect();
            let (reads, until) = (answer.decision().reads, answer.decision().valid_until);
            self.memo.put(access, ages, MemoEntry { answer, value, reads, until });
        }
        let kept = self.memo.get(access, ages).ok_or(Unanswerable::Cut)?;
        let found = kept.value.iter().find(|(id, _)| id == policy);
        found.map(|(_, change)| Arc::clone(change)).ok_or(Unanswerable::Otherwise)
    }
}

impl Trying {
    fn new(meta: PolicyMeta) -> Self {
        let found = Tried {
            policy: meta.id.clone(),
            asked: 0,
            principals: BTreeSet::new(),
            of_other_text: 0,
            denied: Reached::default(),
            allowed: Reached::default(),
            by_application: BTreeMap::new(),
            observed: 0,
            between: None,
            changed: Vec::new(),
            not_itemised: 0,
            unknown: BTreeMap::new(),
        };
        Self { meta, concerns: HashMap::new(), found, changes: HashMap::new() }
    }

    fn concerns(&mut self, running: &PolicySet, application: &ApplicationName) -> bool {
        if let Some(known) = self.concerns.get(application) {
            return *known;
        }
        let concerns = running.concerns(&self.meta.id, application);
        self.concerns.insert(application.clone(), concerns);
        concerns
    }

    fn asked(&mut self, access: &Access<'_>) {
        self.found.asked += 1;
        self.found.principals.insert(access.principal);
    }

    fn turned(&mut self, access: &Access<'_>, change: Result<Arc<Change>, Unanswerable>) {
        let found = &mut self.found;
        let direction = if access.effect == Effect::Allow { Direction::Denied } else { Direction::Allowed };
        if access.enforced {
            let [denied, allowed] = found.by_application.entry(access.application.clone()).or_default();
            let (whole, here) = match direction {
                Direction::Denied => (&mut found.denied, denied),
                Direction::Allowed => (&mut found.allowed, allowed),
            };
            whole.add(access.principal);
            here.add(access.principal);
        } else {
            found.observed += 1;
        }
        let (first, last) = found.between.unwrap_or((access.at, access.at));
        found.between = Some((first.min(access.at), last.max(access.at)));
        match change {
            Err(why) => *found.unknown.entry(why.to_string()).or_default() += 1,
            Ok(change) => {
                let full = self.changes.len() >= ITEMISED;
                match self.changes.get_mut(&change) {
                    Some(tally) => tally.add(access),
                    None if full => found.not_itemised += 1,
                    None => drop(self.changes.insert(change, Tally::of(access))),
                }
            }
        }
    }
}
