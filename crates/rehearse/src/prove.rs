//! The proof: evaluates every access that went ahead again, without one item of its evidence. If it would still go
//! ahead, it rests on *implicit trust* in that item: no policy checks it.
//!
//! Each access is evaluated with the policies of its decision, so the results for a time span never change. *Current*
//! accesses are counted separately: those decided by the running policies, to an application that has not changed
//! since, under no exception that has ended since, and reached by the same staged rollouts.

use crate::again::{self, Unanswerable};
use crate::memo::{AgeClasses, Memo, MemoEntry};
use crate::past::Past;
use crate::progress::{Progress, each};
use crate::proof::{Bites, Proof, Resting};
use countersign_decide::rollout::reaches;
use countersign_decide::{Answer, Decision, Effect, Evidence};
use countersign_evidence::{Access, Accesses, Effect as Recorded};
use countersign_facts::TrustKey;
use countersign_names::{
    Action, Cohort, DecisionId, EvidenceItem, ExceptionId, PolicyId, Principal, ResourceName, Sensitivity,
    Timestamp,
};
use countersign_policy::{Items, PolicySet};
use countersign_world::World;
use foldhash::quality::RandomState;
use hashbrown::{HashMap, HashSet};
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::Arc;

/// A proof in progress.
pub struct Prove {
    present: Arc<World>,
    running: Arc<PolicySet>,
    now: Timestamp,
    memo: Memo<Option<usize>>,
    progress: Progress,
    proof: Proof,
    /// Indexes into `tallies`, by what accesses have in common.
    bases: HashMap<Arc<AccessProfile>, usize, RandomState>,
    tallies: Vec<ProfileTally>,
    /// Numbers for principals, so that a set of them is small.
    principals: HashMap<Principal, u32, RandomState>,
}

/// The common properties of accesses that went ahead, as far as a proof distinguishes.
#[derive(Debug, PartialEq, Eq, Hash)]
struct AccessProfile {
    resource: ResourceName,
    action: Action,
    cohort: Cohort,
    sensitivity: Sensitivity,
    /// Whether a denial would have been enforced.
    enforced: bool,
    current: bool,
    /// The items on which the access depends, one bit each.
    depends: u8,
    /// The policies that allowed the access.
    policies: Vec<PolicyId>,
    /// The exceptions that covered the access, and whether it needed each.
    exceptions: Vec<(ExceptionId, bool)>,
}

struct ProfileTally {
    basis: Arc<AccessProfile>,
    accesses: u64,
    principals: HashSet<u32, RandomState>,
    first: Timestamp,
    last: Timestamp,
    example: DecisionId,
    /// The answer of one of these accesses, for finding a cause.
    answer: Arc<Answer>,
}

impl Prove {
    /// Creates a proof for accesses up to `now`; `running` is in force in `present`.
    pub fn new(present: Arc<World>, running: Arc<PolicySet>, now: Timestamp) -> Self {
        Self {
            present,
            running,
            now,
            memo: Memo::default(),
            progress: Progress::default(),
            proof: Proof::default(),
            bases: HashMap::default(),
            tallies: Vec::new(),
            principals: HashMap::default(),
        }
    }

    /// Evaluates these accesses. Calls `going` with the progress from time to time; `going` may stop it.
    pub fn ask(
        &mut self,
        past: &mut Past,
        accesses: &Accesses,
        going: impl FnMut(Progress) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        each(self, accesses, |this| this.progress, going, |this, access| this.one(past, access))
    }

    /// Returns the result.
    pub fn finish(self) -> Proof {
        let mut proof = Proof { decided: self.progress.decided, ..self.proof };
        let mut resting: HashMap<TrustKey, KeyAccesses, RandomState> = HashMap::default();
        for tally in self.tallies {
            share(&mut proof, &tally);
            for (exception, needed) in &tally.basis.exceptions {
                let used = proof.exceptions.entry(*exception).or_default();
                used.accesses += tally.accesses;
                used.needed += if *needed { tally.accesses } else { 0 };
            }
            gather(&mut resting, tally);
        }
        proof.resting = resting.into_iter().map(|(key, gathered)| (key, gathered.finish())).collect();
        proof
    }

    fn one(&mut self, past: &mut Past, access: &Access<'_>) {
        self.progress.accesses += 1;
        if again::unasked(access).is_some() {
            self.proof.unasked += 1;
            return;
        }
        let resting = match self.resting(past, access) {
            Ok(resting) => resting,
            Err(why) => {
                *self.proof.unknown.entry(why.to_string()).or_default() += 1;
                return;
            }
        };
        if access.effect == Recorded::Deny {
            for policy in access.reasons.iter() {
                bites(&mut self.proof, policy).denied += 1;
            }
        }
        match resting {
            None => self.proof.denied += 1,
            Some(place) => self.count(access, place),
        }
    }

    fn count(&mut self, access: &Access<'_>, place: usize) {
        let Some(tally) = self.tallies.get_mut(place) else { return };
        self.proof.went_ahead += 1;
        let next = u32::try_from(self.principals.len()).unwrap_or(u32::MAX);
        tally.principals.insert(*self.principals.entry(access.principal).or_insert(next));
        tally.accesses += 1;
        tally.first = tally.first.min(access.at);
        if access.at >= tally.last {
            (tally.last, tally.example) = (access.at, access.id);
        }
    }

    fn resting(&mut self, past: &mut Past, access: &Access<'_>) -> Result<Option<usize>, Unanswerable> {
        let policies = past.policies(access.policies)?;
        let ages = AgeClasses::of(access, &policies);
        if let Some(kept) = self.memo.get(access, ages)
            && kept.holds(past, access, &policies)?
        {
            faithful(access, kept.answer.decision())?;
            return Ok(kept.value);
        }
        let answer = again::ask(past, access, &policies)?;
        faithful(access, answer.decision())?;
        self.progress.decided += 1;
        let (mut reads, mut until) = (answer.decision().reads, answer.decision().valid_until);
        let value = if answer.decision().goes_ahead() {
            let basis = self.basis(past, access, &answer, &mut reads, &mut until)?;
            basis.map(|basis| self.place(basis, access, &answer))
        } else {
            None
        };
        again::whole(access, reads)?;
        self.memo.put(access, ages, MemoEntry { answer, value, reads, until });
        Ok(value)
    }

    fn place(&mut self, basis: AccessProfile, access: &Access<'_>, answer: &Arc<Answer>) -> usize {
        if let Some(place) = self.bases.get(&basis) {
            return *place;
        }
        let basis = Arc::new(basis);
        self.bases.insert(Arc::clone(&basis), self.tallies.len());
        self.tallies.push(ProfileTally {
            basis,
            accesses: 0,
            principals: HashSet::default(),
            first: access.at,
            last: access.at,
            example: access.id,
            answer: Arc::clone(answer),
        });
        self.tallies.len() - 1
    }

    fn basis(
        &mut self,
        past: &mut Past,
        access: &Access<'_>,
        answer: &Answer,
        reads: &mut Items,
        until: &mut Timestamp,
    ) -> Result<Option<AccessProfile>, Unanswerable> {
        let Some(evidence) = answer.evidence() else { return Ok(None) };
        let decision = answer.decision();
        let mut depends = 0;
        let mut exceptions = Vec::new();
        // An access to an application that is only observed goes ahead whatever its evidence.
        if decision.enforced {
            let mut rest = |without: countersign_decide::Without| {
                *reads = reads.and(without.reads);
                *until = (*until).min(without.valid_until);
                if !without.allowed {
                    for policy in &without.reasons {
                        bites(&mut self.proof, policy).would += 1;
                    }
                }
                without.allowed
            };
            for (place, item) in EvidenceItem::ALL.iter().enumerate() {
                let goes_ahead = answer.without(*item).is_none_or(&mut rest);
                depends |= u8::from(!goes_ahead) << place;
            }
            if !evidence.exceptions.is_empty() {
                let world = past.world(access.world)?;
                for exception in evidence.exceptions.iter().filter_map(|id| world.exception(*id)) {
                    let goes_ahead = answer.without_exceptions_to(&exception.policy).is_none_or(&mut rest);
                    exceptions.push((exception.id, !goes_ahead));
                }
            }
        }
        let question = &evidence.question;
        let allowed = decision.effect == Effect::Allow;
        Ok(Some(AccessProfile {
            resource: access.resource.clone(),
            action: access.action,
            cohort: cohort(question.principal, &question.subject.kind),
            sensitivity: question.sensitivity,
            enforced: decision.enforced,
            current: self.is_current(access, answer),
            depends,
            policies: if allowed { decision.reasons.clone() } else { Vec::new() },
            exceptions,
        }))
    }

    fn is_current(&self, access: &Access<'_>, answer: &Answer) -> bool {
        let Some(evidence) = answer.evidence() else { return false };
        let is_open = |id: &ExceptionId| self.present.exception(*id).is_some_and(|e| self.now < e.expires_at);
        *access.policies == self.running.version()
            && self.present.application(access.application.as_str()) == Some(&evidence.application)
            && evidence.exceptions.iter().all(is_open)
            && self.is_enrolled_alike(evidence)
    }

    /// Returns whether staged rollouts reach the principal as they did at the time.
    fn is_enrolled_alike(&self, evidence: &Evidence) -> bool {
        let question = &evidence.question;
        let reached =
            self.present.active_rollouts().iter().filter(|known| reaches(known, question.principal));
        let reached: BTreeSet<&PolicyId> = reached.map(|known| &known.policy).collect();
        question.enrolled.iter().eq(reached)
    }
}

/// Refuses a result that differs from the record: it would prove nothing, and a replay reports the difference.
fn faithful(access: &Access<'_>, decision: &Decision) -> Result<(), Unanswerable> {
    let same = (access.effect == Recorded::Allow) == (decision.effect == Effect::Allow)
        && access.enforced == decision.enforced;
    if same { Ok(()) } else { Err(Unanswerable::Unfaithful) }
}

fn cohort(principal: Principal, kind: &str) -> Cohort {
    match principal {
        Principal::Anonymous => Cohort::Anonymous,
        Principal::Service(_) => Cohort::Service,
        // The kinds of people have the same names as cohorts.
        Principal::Person(_) => kind.parse().unwrap_or(Cohort::Employee),
    }
}

fn bites<'a>(proof: &'a mut Proof, policy: &PolicyId) -> &'a mut Bites {
    proof.bites.entry(policy.clone()).or_default()
}

fn share(proof: &mut Proof, tally: &ProfileTally) {
    let basis = &*tally.basis;
    let key = (basis.resource.application().clone(), basis.sensitivity, basis.action);
    let share = proof.shares.entry(key).or_default();
    share.accesses += tally.accesses;
    for (place, depends) in share.depends.iter_mut().enumerate() {
        *depends += if basis.depends & (1 << place) == 0 { 0 } else { tally.accesses };
    }
}

/// The accesses of one key of the register.
struct KeyAccesses {
    resting: Resting,
    principals: HashSet<u32, RandomState>,
}

impl KeyAccesses {
    fn finish(self) -> Resting {
        Resting { principals: self.principals.len() as u64, ..self.resting }
    }
}

fn gather(all: &mut HashMap<TrustKey, KeyAccesses, RandomState>, tally: ProfileTally) {
    let basis = &*tally.basis;
    for (place, item) in EvidenceItem::ALL.iter().enumerate().filter(|(_, item)| item.is_trusted()) {
        let key = TrustKey {
            resource: basis.resource.clone(),
            action: basis.action,
            cohort: basis.cohort,
            item: *item,
        };
        let gathered = all
            .entry(key)
            .or_insert_with(|| KeyAccesses { resting: Resting::default(), principals: HashSet::default() });
        let resting = &mut gathered.resting;
        let trusted = basis.depends & (1 << place) == 0;
        resting.of += tally.accesses;
        resting.current_of += if basis.current { tally.accesses } else { 0 };
        resting.sensitivity = resting.sensitivity.max(Some(basis.sensitivity));
        if trusted {
            resting.accesses += tally.accesses;
            resting.current += if basis.current { tally.accesses } else { 0 };
            resting.observed += if basis.enforced { 0 } else { tally.accesses };
            resting.policies.extend(basis.policies.iter().cloned());
            resting.first = Some(resting.first.map_or(tally.first, |first| first.min(tally.first)));
            if basis.current {
                resting.answer.get_or_insert_with(|| Arc::clone(&tally.answer));
            }
            if resting.last.is_none_or(|(last, _)| tally.last >= last) {
                resting.last = Some((tally.last, tally.example));
            }
            gathered.principals.extend(tally.principals.iter().copied());
        }
    }
}
