//! Just-in-time grants, and exceptions from guardrails.

use crate::World;
use crate::clock::{EndedByClock, SET_BACK, StepBack};
use crate::contradiction::Contradiction;
use crate::maps::{HashMap, TrackedMap};
use countersign_facts::{Actor, ExceptionFact, ExceptionScope, GrantFact, Stated};
use countersign_names::{ApplicationName, ExceptionId, GrantId, GroupName, PersonId, PolicyId, Timestamp};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;

/// A just-in-time grant: requested by one person, approved by another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// The id.
    pub id: GrantId,
    /// The person who requested it.
    pub person: PersonId,
    /// The application.
    pub application: ApplicationName,
    /// The reason.
    pub reason: String,
    /// The duration in seconds, counted from the approval.
    pub seconds: u32,
    /// When it was requested.
    pub requested_at: Timestamp,
    /// The state.
    pub state: GrantState,
}

/// The state of a grant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum GrantState {
    /// Requested and not answered yet.
    Requested,
    /// Approved.
    Approved {
        /// The approver.
        by: Actor,
        /// When it expires.
        expires_at: Timestamp,
    },
    /// Refused.
    Refused {
        /// The person who refused it.
        by: Actor,
        /// The reason.
        reason: String,
    },
    /// Ended before it expired.
    Revoked {
        /// The person who revoked it.
        by: Actor,
        /// The reason.
        reason: String,
    },
}

impl Grant {
    /// Returns the latest permitted end of a grant approved at `now`: no later than was requested. A command that states
    /// a later end is refused. In a journal from before that rule, which must fold for ever, the earlier of the two
    /// counts.
    pub(crate) fn latest_end(&self, now: Timestamp) -> Timestamp {
        now.plus(Duration::from_secs(u64::from(self.seconds)))
    }

    /// Returns when it ends, if it is active at `now`.
    pub fn active_until(&self, now: Timestamp) -> Option<Timestamp> {
        match self.state {
            GrantState::Approved { expires_at, .. } if now < expires_at => Some(expires_at),
            _ => None,
        }
    }
}

/// An exception that was not ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exception {
    /// The id.
    pub id: ExceptionId,
    /// The guardrail that it lifts.
    pub policy: PolicyId,
    /// The people and applications to which it applies.
    pub scope: ExceptionScope,
    /// The person who is responsible for it.
    pub owner: PersonId,
    /// The authority that approved it, as free text.
    pub authority: String,
    /// The reason.
    pub reason: String,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it expires.
    pub expires_at: Timestamp,
}

impl Exception {
    /// Returns whether it covers this person at this application. An empty scope covers nobody: the world rejects such a
    /// scope, so this is a defence in depth.
    pub fn covers(
        &self,
        person: Option<PersonId>,
        groups: &[GroupName],
        application: &ApplicationName,
    ) -> bool {
        let scope = &self.scope;
        let names_someone = scope.person.is_some() || scope.group.is_some();
        names_someone
            && scope.person.is_none_or(|only| person == Some(only))
            && scope.group.as_ref().is_none_or(|only| groups.contains(only))
            && scope.application.as_ref().is_none_or(|only| only == application)
    }
}

/// All grants and all open exceptions.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Privilege {
    #[serde(with = "crate::maps::pairs")]
    pub(crate) grants: HashMap<GrantId, Arc<Grant>>,
    #[serde(with = "crate::maps::pairs")]
    pub(crate) grants_of: TrackedMap<PersonId, Arc<Vec<Arc<Grant>>>>,
    pub(crate) exceptions: Arc<Vec<Arc<Exception>>>,
}

impl Privilege {
    fn get(&self, grant: GrantId) -> Result<&Arc<Grant>, Contradiction> {
        self.grants.get(&grant).ok_or_else(|| Contradiction::unknown("grant", "grant", grant))
    }

    fn put(&mut self, grant: Grant) {
        let grant = Arc::new(grant);
        let mut theirs = self.grants_of.get(&grant.person).map(|known| Vec::clone(known)).unwrap_or_default();
        match theirs.iter_mut().find(|known| known.id == grant.id) {
            Some(known) => *known = grant.clone(),
            None => theirs.push(grant.clone()),
        }
        self.grants_of.insert(grant.person, Arc::new(theirs));
        self.grants.insert(grant.id, grant);
    }

    /// Removes the grants and exceptions of a person who was removed.
    pub(crate) fn forget(&mut self, person: PersonId) {
        if let Some(theirs) = self.grants_of.remove(&person) {
            for grant in theirs.iter() {
                self.grants.remove(&grant.id);
            }
        }
        let rest: Vec<_> =
            self.exceptions.iter().filter(|e| e.scope.person != Some(person)).cloned().collect();
        if rest.len() != self.exceptions.len() {
            self.exceptions = Arc::new(rest);
        }
    }

    /// Ends every request and grant, and drops the exceptions that had ended. The others keep the rest of their life.
    pub(crate) fn step_back(&mut self, stated: &Stated, step: StepBack, ended: &mut EndedByClock) {
        let all: Vec<_> = self.grants.values().cloned().collect();
        for grant in all {
            let (by, reason) = (stated.by.clone(), SET_BACK.to_owned());
            let state = match grant.state {
                GrantState::Requested => {
                    ended.requests += 1;
                    GrantState::Refused { by, reason }
                }
                // Also one that has expired, because time would make it active again.
                GrantState::Approved { expires_at, .. } if expires_at > step.at => {
                    ended.grants += 1;
                    GrantState::Revoked { by, reason }
                }
                GrantState::Approved { .. } | GrantState::Refused { .. } | GrantState::Revoked { .. } => {
                    continue;
                }
            };
            self.put(Grant { state, ..Grant::clone(&grant) });
        }
        let mut open = Vec::with_capacity(self.exceptions.len());
        for known in self.exceptions.iter() {
            if step.had_ended(known.expires_at) {
                ended.exceptions.push(known.id);
                continue;
            }
            let expires_at = step.shifted(known.expires_at);
            if expires_at != known.expires_at {
                ended.shortened_exceptions.push(known.id);
            }
            let opened_at = known.opened_at.min(step.at);
            open.push(Arc::new(Exception { opened_at, expires_at, ..Exception::clone(known) }));
        }
        self.exceptions = Arc::new(open);
    }

    fn answer(&mut self, grant: GrantId, state: GrantState) -> Result<(), Contradiction> {
        let mut next = Grant::clone(self.get(grant)?);
        match (&next.state, &state) {
            (GrantState::Requested, GrantState::Approved { .. } | GrantState::Refused { .. })
            | (GrantState::Approved { .. }, GrantState::Revoked { .. }) => {}
            (GrantState::Requested, _) => {
                return Err(Contradiction::over(
                    "grant",
                    format!("{grant} is not active: nobody approved it"),
                ));
            }
            _ => {
                return Err(Contradiction::over("grant", format!("{grant} was already answered")));
            }
        }
        next.state = state;
        self.put(next);
        Ok(())
    }
}

/// The longest grant, in seconds: a working day. A longer one would be standing privilege by another name.
const LONGEST_GRANT: u32 = 12 * 3600;

/// Folds in facts about grants.
pub fn apply(world: &mut World, stated: &Stated, fact: &GrantFact) -> Result<(), Contradiction> {
    match fact {
        GrantFact::Requested { grant, person, application, reason, seconds } => {
            let requested = Grant {
                id: *grant,
                person: *person,
                application: application.clone(),
                reason: reason.clone(),
                seconds: *seconds,
                requested_at: stated.at,
                state: GrantState::Requested,
            };
            request(world, requested)
        }
        GrantFact::Approved { grant, expires_at } => {
            let asked = world.privilege.get(*grant)?;
            if stated.by == Actor::Person(asked.person) {
                return Err(Contradiction::impossible(
                    "approver",
                    "a person cannot approve their own grant: ask another person to approve it",
                ));
            }
            if *expires_at <= stated.at {
                return Err(Contradiction::impossible(
                    "expires_at",
                    "the grant would end before it begins: choose a later end",
                ));
            }
            let expires_at = (*expires_at).min(asked.latest_end(stated.at));
            let state = GrantState::Approved { by: stated.by.clone(), expires_at };
            world.privilege.answer(*grant, state)
        }
        GrantFact::Refused { grant, reason } => {
            let state = GrantState::Refused { by: stated.by.clone(), reason: reason.clone() };
            world.privilege.answer(*grant, state)
        }
        GrantFact::Revoked { grant, reason } => {
            let state = GrantState::Revoked { by: stated.by.clone(), reason: reason.clone() };
            world.privilege.answer(*grant, state)
        }
    }
}

/// Folds in facts about exceptions.
pub fn apply_exception(
    world: &mut World,
    stated: &Stated,
    fact: &ExceptionFact,
) -> Result<(), Contradiction> {
    match fact {
        ExceptionFact::Opened { exception, policy, scope, owner, authority, reason, expires_at } => {
            let opened = Exception {
                id: *exception,
                policy: policy.clone(),
                scope: scope.clone(),
                owner: *owner,
                authority: authority.clone(),
                reason: reason.clone(),
                opened_at: stated.at,
                expires_at: *expires_at,
            };
            open(world, opened)
        }
        ExceptionFact::Ended { exception, .. } => {
            let rest: Vec<_> =
                world.privilege.exceptions.iter().filter(|e| e.id != *exception).cloned().collect();
            if rest.len() == world.privilege.exceptions.len() {
                return Err(Contradiction::unknown("exception", "open exception", exception));
            }
            world.privilege.exceptions = Arc::new(rest);
            Ok(())
        }
    }
}

fn request(world: &mut World, requested: Grant) -> Result<(), Contradiction> {
    let (grant, application) = (requested.id, &requested.application);
    world.people.get(requested.person)?;
    if world.application(application.as_str()).is_none() {
        return Err(Contradiction::unknown("application", "application", application));
    }
    if world.privilege.grants.contains_key(&grant) {
        return Err(Contradiction::taken("grant", format!("{grant} was already requested")));
    }
    if requested.reason.trim().is_empty() {
        return Err(Contradiction::impossible("reason", "say why: the approver reads it"));
    }
    if !(60..=LONGEST_GRANT).contains(&requested.seconds) {
        return Err(Contradiction::impossible(
            "duration",
            "a grant lasts from one minute to twelve hours: choose a duration in this range",
        ));
    }
    world.privilege.put(requested);
    Ok(())
}

fn open(world: &mut World, opened: Exception) -> Result<(), Contradiction> {
    let (exception, scope, now) = (opened.id, &opened.scope, opened.opened_at);
    world.people.get(opened.owner)?;
    if let Some(person) = scope.person {
        world.people.get(person)?;
    }
    if let Some(group) = &scope.group
        && world.group(group.as_str()).is_none()
    {
        return Err(Contradiction::unknown("scope.group", "group", group));
    }
    if let Some(application) = &scope.application
        && world.application(application.as_str()).is_none()
    {
        return Err(Contradiction::unknown("scope.application", "application", application));
    }
    if scope.person.is_none() && scope.group.is_none() {
        return Err(Contradiction::impossible(
            "scope",
            "the exception names nobody: name a person or a group",
        ));
    }
    for (field, text) in [("authority", &opened.authority), ("reason", &opened.reason)] {
        if text.trim().is_empty() {
            return Err(Contradiction::impossible(
                field,
                format!("the {field} is empty: give it, because the journal keeps it"),
            ));
        }
    }
    if opened.expires_at <= now {
        return Err(Contradiction::impossible(
            "expires_at",
            "the exception would end before it begins: choose a later end",
        ));
    }
    if world.exception(exception).is_some() {
        return Err(Contradiction::taken("exception", format!("{exception} is already open")));
    }
    // Expired exceptions are dropped here rather than by a clock, so that the list is only as long as the number of open
    // ones.
    let mut open: Vec<_> =
        world.privilege.exceptions.iter().filter(|e| now < e.expires_at).cloned().collect();
    open.push(Arc::new(opened));
    world.privilege.exceptions = Arc::new(open);
    Ok(())
}
