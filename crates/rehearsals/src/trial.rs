//! The results of policies on trial in the API's form.

use super::basis::Reading;
use super::shown::{change, radius};
use countersign_api as api;
use countersign_facts::Digest;
use countersign_names::{PersonId, Principal};
use countersign_policy::{PolicyMeta, PolicySet};
use countersign_rehearse::Tried;
use countersign_world::World;
use std::collections::BTreeSet;

/// The people of one policy in a shadow report. They are too many to show, but needed to compute which of them a
/// rollout reaches.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ShadowPeople {
    /// The people who used an application that the policy can apply to.
    pub people: BTreeSet<PersonId>,
    /// The people whom the policy would newly deny.
    pub newly_denied: BTreeSet<PersonId>,
    /// The people whom the policy would newly allow.
    pub newly_allowed: BTreeSet<PersonId>,
}

/// Builds the whole report.
pub fn report(tried: &[Tried], running: &PolicySet, world: &World, reading: &Reading) -> api::ShadowReport {
    let shown = |tried: &Tried| Some(policy(tried, running.get(&tried.policy)?, world, reading));
    api::ShadowReport {
        running: Digest::new(running.version()).to_string(),
        policies: tried.iter().filter_map(shown).collect(),
        incomplete: reading.unread.clone(),
    }
}

/// Returns the people of one policy.
pub fn window(tried: &Tried) -> ShadowPeople {
    ShadowPeople {
        people: people(&tried.principals),
        newly_denied: people(&tried.denied.principals),
        newly_allowed: people(&tried.allowed.principals),
    }
}

fn people(principals: &BTreeSet<Principal>) -> BTreeSet<PersonId> {
    let person = |principal: &Principal| match principal {
        Principal::Person(person) => Some(*person),
        _ => None,
    };
    principals.iter().filter_map(person).collect()
}

fn policy(tried: &Tried, meta: &PolicyMeta, world: &World, reading: &Reading) -> api::ShadowPolicy {
    let rollout = world.active_rollouts().iter().find(|known| known.policy == tried.policy);
    let applications = tried.by_application.iter().map(|(application, [denied, allowed])| {
        let (newly_denied, newly_allowed) = (radius(denied), radius(allowed));
        api::ShadowApplication { application: application.clone(), newly_denied, newly_allowed }
    });
    api::ShadowPolicy {
        policy: tried.policy.clone(),
        owner: meta.owner.clone(),
        reason: meta.reason.clone(),
        place: format!("{}:{}", meta.file, meta.line),
        rolled_out: rollout.map(|known| known.percent()),
        asked: tried.asked,
        people: people(&tried.principals).len() as u64,
        newly_denied: radius(&tried.denied),
        newly_allowed: radius(&tried.allowed),
        applications: applications.collect(),
        first: tried.between.map(|(first, _)| first),
        last: tried.between.map(|(_, last)| last),
        changes: tried.changed.iter().map(|changed| change(changed, world)).collect(),
        unknown: unknown(tried, reading),
        basis: reading.basis(
            tried.asked + tried.of_other_text,
            tried.unknown.values().sum(),
            reading.sentences().chain(gaps(tried)).collect(),
        ),
    }
}

/// Describes why it is not fully known whose accesses the policy would decide differently.
fn gaps(tried: &Tried) -> Vec<String> {
    let mut gaps = Vec::new();
    if tried.asked == 0 {
        gaps.push(format!(
            "It was never reached: nobody has used an application to which {} can apply since it has this text.",
            tried.policy
        ));
    }
    gaps.extend(tried.unknown.iter().map(|(why, count)| {
        format!("It would change {count} accesses, of which only the number is known: {why}.")
    }));
    gaps
}

/// Describes what the evidence of the span cannot tell about the policy.
fn unknown(tried: &Tried, reading: &Reading) -> Vec<String> {
    let mut unknown: Vec<String> = reading.sentences().chain(reading.notes()).chain(gaps(tried)).collect();
    if tried.of_other_text > 0 {
        unknown.push(format!(
            "{} accesses were made before it had this text and this stage: `countersign plan` evaluates them again.",
            tried.of_other_text
        ));
    }
    if tried.observed > 0 {
        unknown.push(format!(
            "{} accesses that it would turn are of applications that are only observed, and in no figure here.",
            tried.observed
        ));
    }
    if tried.not_itemised > 0 {
        unknown.push(format!(
            "{} more accesses would fall differently, of more kinds than are listed one by one.",
            tried.not_itemised
        ));
    }
    unknown
}
