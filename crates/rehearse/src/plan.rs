//! The plan: every recorded access asked of the policies that run and of those that would, and whom the difference
//! stops or lets in.

use crate::again::{self, Unanswerable};
use crate::memo::{Memo, MemoEntry};
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

/// Most changes that are itemised; all are counted.
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

/// What a rehearsal found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Impact {
    /// Accesses that were asked again.
    pub asked: u64,
    /// Of those, the ones that had been decided by other policies than those that run now. They are compared by what those
    /// that run now say, since it is these that would be replaced.
    pub of_other_policies: u64,
    /// The questions that were decided.
    pub decided: u64,
    /// Accesses that were refused without asking the policies, by the reason: no policy changes that.
    pub unasked: BTreeMap<&'static str, u64>,
    /// Accesses that would mean another resource or another action, because routes would change.
    pub renamed: u64,
    /// Accesses of which it is not known what the change would do, by why.
    pub unknown: BTreeMap<String, u64>,
    /// What would be denied that is allowed now, where it is enforced.
    pub denied: Reached,
    /// What would be allowed that is denied now, where it is enforced.
    pub allowed: Reached,
    /// Every change, the one that concerns most accesses first.
    pub changed: Vec<Changed>,
    /// Accesses that would fall differently and are in none of these, because there were too many kinds.
    pub not_itemised: u64,
    /// How many accesses there were to each application.
    pub by_application: BTreeMap<ApplicationName, u64>,
    /// Accesses that came with a device, of which a place was known, and that read the type of what is downloaded: where
    /// there is none, nothing is known of a policy that reads it.
    pub with_device: u64,
    /// See [`Impact::with_device`].
    pub with_place: u64,
    /// See [`Impact::with_device`].
    pub with_content_type: u64,
    /// Refusals of strangers that are on record by a sample alone.
    pub folded: u64,
}

/// How far a change reaches: counted whole, however many kinds are itemised.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reached {
    /// Accesses.
    pub accesses: u64,
    /// Of these, the ones of nobody in particular.
    pub anonymous: u64,
    /// Whose they were.
    pub principals: BTreeSet<Principal>,
}

impl Reached {
    pub(crate) fn add(&mut self, principal: Principal) {
        self.accesses += 1;
        self.anonymous += u64::from(principal == Principal::Anonymous);
        self.principals.insert(principal);
    }
}

/// Which way an access would turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Direction {
    /// It was allowed, and would be denied.
    Denied,
    /// It was denied, and would be allowed.
    Allowed,
}

/// What kind of device an access came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DeviceClass {
    /// None that was proved.
    None,
    /// One that the organisation does not manage.
    Unmanaged,
    /// A managed one that passed not every check.
    NonCompliant,
    /// A managed one that passed every check.
    Compliant,
}

/// Whose accesses.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Whom {
    /// The principal.
    pub principal: Principal,
    /// A person's kind, a service account's name.
    pub kind: String,
    /// The groups that they were in.
    pub groups: Vec<GroupName>,
}

/// Accesses that would all turn the same way, for the same reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// What they have in common.
    pub change: Arc<Change>,
    /// How many.
    pub count: u64,
    /// The first of them.
    pub first: Timestamp,
    /// The last of them.
    pub last: Timestamp,
    /// The last one's decision.
    pub example: DecisionId,
}

/// What accesses that would turn have in common.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Change {
    /// Which way.
    pub direction: Direction,
    /// Whose.
    pub whom: Whom,
    /// To what.
    pub resource: ResourceName,
    /// To do what.
    pub action: Action,
    /// From what kind of device.
    pub device: DeviceClass,
    /// False while the application is only observed: then nobody is stopped or let in, but the record would say so.
    pub enforced: bool,
    /// Whether the policies say the same, and it is the application's stage that turns it.
    pub by_stage: bool,
    /// Whether they acted under a just-in-time grant.
    pub granted: bool,
    /// The policies by which it would fall.
    pub reasons: Vec<PolicyId>,
    /// What would keep whoever is stopped working: names as in records.
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

/// Every change that was tallied, the one that concerns most accesses first.
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
    /// What would it do to put `candidate` in the place of `running`?
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

    /// And with these applications and exceptions too?
    #[must_use]
    pub fn with(self, settings: Option<Settings>) -> Self {
        Self { settings, ..self }
    }

    /// Ask these again. `going` is told how far it is now and then, and may break it off.
    pub fn ask(
        &mut self,
        past: &mut Past,
        accesses: &Accesses,
        going: impl FnMut(Progress) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        each(self, accesses, |this| this.progress, going, |this, access| this.one(past, access))
    }

    /// What came of it.
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
        let class = |idle| [self.running.class_of_idle(idle), self.candidate.class_of_idle(idle)];
        let idle = access.idle.map(class);
        if let Some(kept) = self.memo.get(access, idle)
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
        self.memo.put(access, idle, MemoEntry { answer, value: value.clone(), reads, until });
        Ok(value)
    }
}

/// How the access would turn, if it would; `asked` is the answer whose question says what was asked for.
pub fn change(running: &Answer, candidate: &Decision, asked: &Answer) -> Option<Change> {
    let now = running.decision();
    let stopped = now.goes_ahead() != candidate.goes_ahead();
    let (direction, by_stage) = match (now.effect, candidate.effect) {
        (Effect::Allow, Effect::Deny) => (Direction::Denied, false),
        (Effect::Deny, Effect::Allow) => (Direction::Allowed, false),
        // The policies say the same, and it is carried out from now on, or no more.
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
        // Whoever is let through needs no help, even where the policies still say no.
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
