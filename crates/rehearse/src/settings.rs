//! The two sides of a plan that changes more than policies: the present and the planned applications and exceptions.
//!
//! On both sides, whatever the plan does not change is taken as it was at the time of each decision. Whatever it
//! changes is taken in its present state on one side and in its planned state on the other, for every decision of the
//! span. So the comparison shows only the planned change, and not other changes between the decision and now.

use crate::again::{self, Unanswerable};
use crate::memo::{AgeClasses, Memo, MemoEntry};
use crate::naming::Naming;
use crate::past::Past;
use countersign_decide::Answer;
use countersign_evidence::Access;
use countersign_names::{Action, ApplicationName, ExceptionId, ResourceName};
use countersign_policy::PolicySet;
use countersign_world::{Exception, World};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// The changes of a plan besides policies.
pub struct Settings {
    running: SettingsSide,
    planned: SettingsSide,
    /// The applications that the plan changes, as they were at the last access evaluated.
    then: HashMap<ApplicationName, Then>,
}

/// An application at the time of an access, and whether its present and its planned routes name requests in the same
/// way.
struct Then {
    naming: Naming,
    alike: [bool; 2],
}

/// The answers of both sides to one access.
pub struct Both {
    pub running: Arc<Answer>,
    pub planned: Arc<Answer>,
    /// Whether the access would mean another resource or another action.
    pub renamed: bool,
    /// Number of the two answers that had to be computed.
    pub decided: u64,
}

struct SettingsSide {
    policies: Arc<PolicySet>,
    applications: HashMap<ApplicationName, Naming>,
    exceptions: Exceptions,
    memo: Memo<()>,
    supposed: Option<(u64, Arc<World>)>,
}

/// The exceptions of one side: those of the time of the decision, except for those that the plan opens or ends.
#[derive(Default)]
struct Exceptions {
    also: Vec<Arc<Exception>>,
    not: BTreeSet<ExceptionId>,
    /// The last input list and its result, because the list stays the same for most of a span.
    last: Option<(List, List)>,
}

type List = Arc<Vec<Arc<Exception>>>;

impl Settings {
    /// Returns the differences between the present and the planned world; `None` if they do not differ in anything that
    /// decisions read.
    pub fn between(
        (present, running): (&World, &Arc<PolicySet>),
        (planned, candidate): (&World, &Arc<PolicySet>),
    ) -> Option<Self> {
        let (mut now, mut then) = (SettingsSide::of(running), SettingsSide::of(candidate));
        for application in planned.applications() {
            let known = present.application(application.name.as_str());
            if known.is_some_and(|known| known == application) {
                continue;
            }
            if let Some(known) = known {
                now.applications.insert(known.name.clone(), Naming::of(known));
            }
            then.applications.insert(application.name.clone(), Naming::of(application));
        }
        let gone = |from: &World, other: &World| -> Vec<_> {
            from.exceptions().iter().filter(|known| other.exception(known.id).is_none()).cloned().collect()
        };
        let (ended, opened): (Vec<_>, Vec<_>) = (gone(present, planned), gone(planned, present));
        then.exceptions.not = ended.iter().map(|exception| exception.id).collect();
        (now.exceptions.also, then.exceptions.also) = (ended, opened);
        let any = !then.applications.is_empty()
            || !now.exceptions.also.is_empty()
            || !then.exceptions.also.is_empty();
        any.then(|| Self { running: now, planned: then, then: HashMap::new() })
    }

    /// Returns whether the changes could affect accesses to this application.
    pub fn concerns(&self, application: &ApplicationName) -> bool {
        self.planned.applications.contains_key(application)
            || [&self.running, &self.planned].into_iter().any(|side| side.exceptions.concern(application))
    }

    /// Returns the answers of both sides.
    pub fn ask(&mut self, past: &mut Past, access: &Access<'_>) -> Result<Both, Unanswerable> {
        let meant = self.meant(past, access)?;
        let [now, planned] = &meant;
        let renamed = now != planned;
        let decided =
            |side: &mut SettingsSide, past: &mut Past, (resource, action): &(ResourceName, Action)| {
                side.ask(past, &Access { resource, action: *action, ..*access })
            };
        let (running, first) = decided(&mut self.running, past, now)?;
        let (planned, second) = decided(&mut self.planned, past, planned)?;
        Ok(Both { running, planned, renamed, decided: u64::from(first) + u64::from(second) })
    }

    /// Returns what the access means under the present and under the planned routes.
    fn meant(
        &mut self,
        past: &mut Past,
        access: &Access<'_>,
    ) -> Result<[(ResourceName, Action); 2], Unanswerable> {
        let recorded = (access.resource.clone(), access.action);
        let sides = [&self.running, &self.planned].map(|side| side.applications.get(access.application));
        if sides.iter().all(Option::is_none) {
            return Ok([recorded.clone(), recorded]);
        }
        let world = past.world(access.world)?;
        let Some(application) = world.application(access.application.as_str()) else {
            return Ok([recorded.clone(), recorded]);
        };
        let stale = |then: &Then| !Arc::ptr_eq(then.naming.application(), application);
        if self.then.get(access.application).is_none_or(stale) {
            let alike = sides.map(|side| side.is_none_or(|naming| naming.is_alike(application)));
            let then = Then { naming: Naming::of(application), alike };
            self.then.insert(access.application.clone(), then);
        }
        let Some(then) = self.then.get(access.application) else { return Err(Unanswerable::Unnamed) };
        let name = |side: Option<&Naming>, alike: bool| match side {
            Some(naming) if !alike => naming.name(&then.naming, access),
            _ => Ok(recorded.clone()),
        };
        let ([now, planned], [one, other]) = (sides, then.alike);
        Ok([name(now, one)?, name(planned, other)?])
    }
}

impl SettingsSide {
    fn of(policies: &Arc<PolicySet>) -> Self {
        Self {
            policies: Arc::clone(policies),
            applications: HashMap::new(),
            exceptions: Exceptions::default(),
            memo: Memo::default(),
            supposed: None,
        }
    }

    /// Returns the answer of this side, and whether it had to be computed.
    fn ask(&mut self, past: &mut Past, access: &Access<'_>) -> Result<(Arc<Answer>, bool), Unanswerable> {
        let ages = AgeClasses::of(access, &self.policies);
        let world = self.world(past, access.world)?;
        if let Some(kept) = self.memo.get(access, ages)
            && kept.holds_in(&world, access, &self.policies)
        {
            return Ok((Arc::clone(&kept.answer), false));
        }
        let answer = again::ask_in(&world, access, &self.policies)?;
        let decision = answer.decision();
        let (reads, until) = (decision.reads, decision.valid_until);
        self.memo.put(access, ages, MemoEntry { answer: Arc::clone(&answer), value: (), reads, until });
        Ok((answer, true))
    }

    /// Returns the world of this sequence with the changes of this side.
    fn world(&mut self, past: &mut Past, seq: u64) -> Result<Arc<World>, Unanswerable> {
        if let Some((known, world)) = &self.supposed
            && *known == seq
        {
            return Ok(Arc::clone(world));
        }
        let world = past.world(seq)?;
        let exceptions = self.exceptions.of(world.exceptions());
        let applications = self.applications.values().map(Naming::application);
        let supposed = Arc::new(world.supposing(applications, exceptions));
        self.supposed = Some((seq, Arc::clone(&supposed)));
        Ok(supposed)
    }
}

impl Exceptions {
    fn concern(&self, application: &ApplicationName) -> bool {
        self.also.iter().any(|known| known.scope.application.as_ref().is_none_or(|only| only == application))
    }

    fn of(&mut self, list: &List) -> List {
        if self.also.is_empty() && self.not.is_empty() {
            return Arc::clone(list);
        }
        if let Some((known, changed)) = &self.last
            && Arc::ptr_eq(known, list)
        {
            return Arc::clone(changed);
        }
        let also: BTreeSet<ExceptionId> = self.also.iter().map(|known| known.id).collect();
        let stays = |known: &&Arc<Exception>| !self.not.contains(&known.id) && !also.contains(&known.id);
        let changed: List = Arc::new(list.iter().filter(stays).chain(&self.also).cloned().collect());
        self.last = Some((Arc::clone(list), Arc::clone(&changed)));
        changed
    }
}
