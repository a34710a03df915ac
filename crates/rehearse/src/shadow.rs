//! The shadow report: what policies in their shadow stage would have changed, as live decisions recorded it.
//!
//! Each record names the shadow policies that would have turned its answer, so nothing is asked again to find out whom one
//! would stop: only to say of those accesses what a plan says too, the device they came from and what would help.
//!
//! A record counts for a policy if its decision fell by a set that held the very text that is in its shadow stage now. What
//! another text would have done says nothing of this one.

use crate::again::{self, Unanswerable};
use crate::memo::{Memo, MemoEntry};
use crate::past::Past;
use crate::plan::{Change, Changed, Direction, ITEMISED, Reached, Tally, change, tallied};
use crate::progress::{Progress, each};
use countersign_evidence::{Access, Accesses, Effect};
use countersign_names::{ApplicationName, PolicyId, Principal, Timestamp};
use countersign_policy::{PolicyMeta, PolicySet, Stage};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::ControlFlow;
use std::sync::Arc;

/// What each policy that an answer names would have changed.
type Changes = Arc<[(PolicyId, Arc<Change>)]>;

/// A shadow report in progress.
pub struct Shadow {
    running: Arc<PolicySet>,
    tried: Vec<Trying>,
    /// By the version of a policy set, which of the policies it holds with the text of now.
    same: HashMap<[u8; 32], Arc<[bool]>>,
    memo: Memo<Changes>,
    progress: Progress,
}

/// What one policy in its shadow stage would have done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// The policy.
    pub policy: PolicyId,
    /// Accesses to applications that it can apply to, which fell while it was in its shadow stage with the text of now.
    pub asked: u64,
    /// Whose they were.
    pub principals: BTreeSet<Principal>,
    /// Accesses of the span to such applications that fell before this text was there, or while it was enforced: it is not
    /// known what it would have done to them.
    pub of_other_text: u64,
    /// What it would have denied that was allowed, where that is enforced.
    pub denied: Reached,
    /// What it would have allowed that was denied, where that is enforced.
    pub allowed: Reached,
    /// The same by application, what would have been denied first.
    pub by_application: BTreeMap<ApplicationName, [Reached; 2]>,
    /// Accesses to applications that are only observed, which it would have turned.
    pub observed: u64,
    /// The first and the last access that it would have turned.
    pub between: Option<(Timestamp, Timestamp)>,
    /// Every change, the one that concerns most accesses first.
    pub changed: Vec<Changed>,
    /// Accesses that it would have turned and that are in none of these, because there were too many kinds.
    pub not_itemised: u64,
    /// Accesses that it would have turned, of which nothing more can be said, by why.
    pub unknown: BTreeMap<String, u64>,
}

struct Trying {
    meta: PolicyMeta,
    concerns: HashMap<ApplicationName, bool>,
    found: Tried,
    changes: HashMap<Arc<Change>, Tally>,
}

impl Shadow {
    /// What would the policies of `running` that are in their shadow stage have done?
    pub fn new(running: Arc<PolicySet>) -> Self {
        let shadow = running.policies().iter().filter(|meta| meta.stage == Stage::Shadow);
        let tried: Vec<Trying> = shadow.map(|meta| Trying::new(meta.clone())).collect();
        let all = tried.iter().map(|_| true).collect();
        let same = HashMap::from([(running.version(), all)]);
        Self { running, tried, same, memo: Memo::default(), progress: Progress::default() }
    }

    /// Look at these. `going` is told how far it is now and then, and may break it off.
    pub fn ask(
        &mut self,
        past: &mut Past,
        accesses: &Accesses,
        going: impl FnMut(Progress) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        each(self, accesses, |this| this.progress, going, |this, access| this.one(past, access))
    }

    /// What came of it, by policy, in the order of the set.
    pub fn finish(self) -> Vec<Tried> {
        let finished = self.tried.into_iter().map(|trying| {
            let changed = tallied(trying.changes);
            Tried { changed, ..trying.found }
        });
        finished.collect()
    }

    fn one(&mut self, past: &mut Past, access: &Access<'_>) {
        self.progress.accesses += 1;
        // It fell without asking any policy, so none would have turned it.
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

    /// What the access has in common with others that the policy would have turned.
    fn change(
        &mut self,
        past: &mut Past,
        access: &Access<'_>,
        policies: &Arc<PolicySet>,
        policy: &PolicyId,
    ) -> Result<Arc<Change>, Unanswerable> {
        let idle = access.idle.map(|idle| [policies.class_of_idle(idle), 0]);
        let holds =
            self.memo.get(access, idle).map_or(Ok(false), |kept| kept.holds(past, access, policies))?;
        if !holds {
            let answer = again::ask(past, access, policies)?;
            self.progress.decided += 1;
            let tried = answer.decision().shadow.iter().filter_map(|id| {
                let with = answer.trying(id)?;
                Some((id.clone(), Arc::new(change(&answer, &with, &answer)?)))
            });
            let value: Changes = tried.collect();
            let (reads, until) = (answer.decision().reads, answer.decision().valid_until);
            self.memo.put(access, idle, MemoEntry { answer, value, reads, until });
        }
        let kept = self.memo.get(access, idle).ok_or(Unanswerable::Cut)?;
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
