//! The plan: evaluates every recorded access with the running and with the planned policies, and reports whom the
//! difference stops or lets in.

use crate::again::{self, Unanswerable};
use crate::memo::{AgeClasses, Memo, MemoEntry};
use crate::past::Past;
use crate::progress::{Progress, each};
use crate::settings::Settings;
use countersign_decide::{Answer, Decision, Effect, Evidence, Remedy};
use countersign_evidence::{Access, Accesses};
use countersign_names::{
    Action, ApplicationName, DecisionId, GroupName, PolicyId, Principal, ResourceName, Timestamp,
};
use countersign_policy::PolicySet;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::ControlFlow;
use std::sync::Arc;

/// Maximum number of itemised changes; all are counted.
pub const ITEMISED: usize = 20_000;

/// A rehearsal in progress.
pub struct Plan {
    running: Arc<PolicySet>,
    candidate: Arc<PolicySet>,
    settings: Option<Settings>,
    memo: Memo<Option<Arc<Change>>>,
    progress: Progress,
    impact: Impact,
    changes: HashMap<Arc<Change>, Tally>,
}

/// The result of a rehearsal.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Impact {
    /// Accesses that were evaluated again.
    pub asked: u64,
    /// Those of them that other policies than the running ones had decided. The comparison uses the answer of the
    /// running policies, because those would be replaced.
    pub of_other_policies: u64,
    /// Number of questions decided.
    pub decided: u64,
    /// Accesses refused without evaluating the policies, by reason: no policy changes that.
    pub unasked: BTreeMap<&'static str, u64>,
    /// Accesses that would mean another resource or another action, because routes would change.
    pub renamed: u64,
    /// Accesses for which the effect of the change is unknown, by reason.
    pub unknown: BTreeMap<String, u64>,
    /// Accesses allowed now that would be denied, where this is enforced.
    pub denied: Reached,
    /// Accesses denied now that would be allowed, where this is enforced.
    pub allowed: Reached,
    /// Every change: newly denied before newly allowed, and within each the most frequent first.
    pub changed: Vec<Changed>,
    /// Accesses that would change but are in none of these, because there were too many kinds.
    pub not_itemised: u64,
    /// Number of accesses per application.
    pub by_application: BTreeMap<ApplicationName, u64>,
    /// Number of accesses with a device, with a known place, and with the content type of a download. If there are
    /// none, nothing is known about a policy that reads it.
    pub with_device: u64,
    /// See [`Impact::with_device`].
    pub with_place: u64,
    /// See [`Impact::with_device`].
    pub with_content_type: u64,
    /// Refusals of unauthenticated clients that are recorded only by a sample.
    pub folded: u64,
}

/// The reach of a change, counted completely, however many kinds are itemised.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reached {
    /// Number of accesses.
    pub accesses: u64,
    /// Those of the anonymous principal.
    pub anonymous: u64,
    /// The principals of the accesses.
    pub principals: BTreeSet<Principal>,
}

impl Reached {
    pub(crate) fn add(&mut self, principal: Principal) {
        self.accesses += 1;
        self.anonymous += u64::from(principal == Principal::Anonymous);
        self.principals.insert(principal);
    }
}

/// The direction of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Direction {
    /// The access was allowed and would be denied.
    Denied,
    /// The access was denied and would be allowed.
    Allowed,
}

/// The kind of device of an access.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DeviceClass {
    /// No proved device.
    None,
    /// A device that the organisation does not manage.
    Unmanaged,
    /// A managed device that did not pass every check.
    NonCompliant,
    /// A managed device that passed every check.
    Compliant,
}

/// The principal of accesses, and its attributes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Whom {
    /// The principal.
    pub principal: Principal,
    /// A person's kind, or a service account's name.
    pub kind: String,
    /// The groups that contained the principal.
    pub groups: Vec<GroupName>,
}

/// Accesses that would all change in the same direction, for the same reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// Their common properties.
    pub change: Arc<Change>,
    /// Number of accesses.
    pub count: u64,
    /// The time of the first.
    pub first: Timestamp,
    /// The time of the last.
    pub last: Timestamp,
    /// The decision of the last.
    pub example: DecisionId,
}

/// The common properties of accesses that would change.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Change {
    /// The direction.
    pub direction: Direction,
    /// The principal.
    pub whom: Whom,
    /// The resource.
    pub resource: ResourceName,
    /// The action.
    pub action: Action,
    /// The kind of device.
    pub device: DeviceClass,
    /// False while the application is only observed: nobody is stopped or let in then, but the record would state it.
    pub enforced: bool,
    /// Whether the policies give the same answer and the application's stage makes the difference.
    pub by_stage: bool,
    /// Whether the access used a just-in-time grant.
    pub granted: bool,
    /// The policies that would determine the new decision.
    pub reasons: Vec<PolicyId>,
    /// The remedies with which the principal could regain access: names as in records.
    pub remedies: Vec<Remedy>,
}

pub struct Tally {
    count: u64,
    first: Timestamp,
    last: Timestamp,
    example: DecisionId,
}

impl Tally {
    pub const fn of(access: &Access<'_>) -> Self {
        Self { count: 1, first: access.at, last: access.at, example: access.id }
    }

    pub fn add(&mut self, access: &Access<'_>) {
        self.count += 1;
        self.first = self.first.min(access.at);
        if access.at >= self.last {
            (self.last, self.example) = (access.at, access.id);
        }
    }
}

/// Returns every change: newly denied before newly allowed, and within each the most frequent first.
pub fn tallied(changes: HashMap<Arc<Change>, Tally>) -> Vec<Changed> {
    let tallied = |(change, tally): (Arc<Change>, Tally)| {
        let Tally { count, first, last, example } = tally;
        Changed { change, count, first, last, example }
    };
    let mut changed: Vec<Changed> = changes.into_iter().map(tallied).collect();
    changed.sort_by(|a, b| {
        (a.change.direction, b.count, a.example).cmp(&(b.change.direction, a.count, b.example))
    });
    changed
}

impl Plan {
    /// Creates a plan that replaces `running` by `candidate`.
    pub fn new(running: Arc<PolicySet>, candidate: Arc<PolicySet>) -> Self {
        Self {
            running,
            candidate,
            settings: None,
            memo: Memo::default(),
            progress: Progress::default(),
            impact: Impact::default(),
            changes: HashMap::new(),
        }
    }

    /// Adds changes of applications and exceptions.
    #[must_use]
    pub fn with(self, settings: Option<Settings>) -> Self {
        Self { settings, ..self }
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
    pub fn finish(self) -> Impact {
        let changed = tallied(self.changes);
        Impact { changed, decided: self.progress.decided, ..self.impact }
    }

    fn one(&mut self, past: &mut Past, access: &Access<'_>) {
        self.progress.accesses += 1;
        if let Some(reason) = again::unasked(access) {
            *self.impact.unasked.entry(reason).or_default() += 1;
            return;
        }
        match self.changed(past, access) {
            Ok(change) => self.count(access, change),
            Err(why) => *self.impact.unknown.entry(why.to_string()).or_default() += 1,
        }
    }

    fn count(&mut self, access: &Access<'_>, change: Option<Arc<Change>>) {
        let impact = &mut self.impact;
        impact.asked += 1;
        impact.of_other_policies += u64::from(*access.policies != self.running.version());
        impact.folded += access.count.saturating_sub(1);
        impact.with_device += u64::from(access.device.is_some());
        impact.with_place += u64::from(access.address.is_some());
        impact.with_content_type += u64::from(access.content_type.is_some());
        match impact.by_application.get_mut(access.application) {
            Some(count) => *count += 1,
            None => drop(impact.by_application.insert(access.application.clone(), 1)),
        }
        let Some(change) = change else { return };
        if change.enforced {
            match change.direction {
                Direction::Denied => impact.denied.add(change.whom.principal),
                Direction::Allowed => impact.allowed.add(change.whom.principal),
            }
        }
        if let Some(tally) = self.changes.get_mut(&change) {
            tally.add(access);
        } else if self.changes.len() >= ITEMISED {
            impact.not_itemised += 1;
        } else {
            self.changes.insert(change, Tally::of(access));
        }
    }

    fn changed(&mut self, past: &mut Past, access: &Access<'_>) -> Result<Option<Arc<Change>>, Unanswerable> {
        if let Some(settings) = &mut self.settings
            && settings.concerns(access.application)
        {
            let both = settings.ask(past, access)?;
            self.progress.decided += both.decided;
            self.impact.renamed += u64::from(both.renamed);
            return Ok(change(&both.running, both.planned.decision(), &both.planned).map(Arc::new));
        }
        let ages = AgeClasses::of_both(access, &self.running, &self.candidate);
        if let Some(kept) = self.memo.get(access, ages)
            && kept.holds(past, access, &self.running)?
        {
            return Ok(kept.value.clone());
        }
        let answer = again::ask(past, access, &self.running)?;
        let candidate = answer.under(&self.candidate);
        self.progress.decided += 1;
        let value = change(&answer, &candidate, &answer).map(Arc::new);
        let reads = answer.decision().reads.and(candidate.reads);
        again::whole(access, reads)?;
        let until = answer.decision().valid_until.min(candidate.valid_until);
        self.memo.put(access, ages, MemoEntry { answer, value: value.clone(), reads, until });
        Ok(value)
    }
}

/// Returns how the access would change, if it would. The question of `asked` states the requested resource.
pub fn change(running: &Answer, candidate: &Decision, asked: &Answer) -> Option<Change> {
    let now = running.decision();
    let stopped = now.goes_ahead() != candidate.goes_ahead();
    let (direction, by_stage) = match (now.effect, candidate.effect) {
        (Effect::Allow, Effect::Deny) => (Direction::Denied, false),
        (Effect::Deny, Effect::Allow) => (Direction::Allowed, false),
        // The policies give the same answer, but it is newly enforced, or no longer enforced.
        _ if stopped && now.goes_ahead() => (Direction::Denied, true),
        _ if stopped => (Direction::Allowed, true),
        _ => return None,
    };
    let evidence = asked.evidence().or_else(|| running.evidence())?;
    let subject = &evidence.question.subject;
    Some(Change {
        direction,
        whom: Whom {
            principal: evidence.question.principal,
            kind: subject.kind.clone(),
            groups: subject.groups.clone(),
        },
        resource: evidence.question.resource.clone(),
        action: evidence.question.action,
        device: class(evidence),
        enforced: stopped,
        by_stage,
        granted: evidence.grant.is_some(),
        reasons: candidate.reasons.clone(),
        // An access that goes ahead needs no remedy, even if the policies still deny it.
        remedies: match direction {
            Direction::Denied => candidate.remedies.clone(),
            Direction::Allowed => Vec::new(),
        },
    })
}

fn class(evidence: &Evidence) -> DeviceClass {
    match &evidence.question.device {
        None => DeviceClass::None,
        Some(device) if !device.managed => DeviceClass::Unmanaged,
        Some(device) if !device.compliant() => DeviceClass::NonCompliant,
        Some(_) => DeviceClass::Compliant,
    }
}
