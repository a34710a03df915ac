//! The results of runs in the API's form.

use super::basis::Reading;
use countersign_api as api;
use countersign_decide::Remedy;
use countersign_facts::ApplicationProtocol;
use countersign_facts::Digest;
use countersign_names::{ApplicationName, Principal};
use countersign_policy::{Items, PolicyMeta, PolicySet};
use countersign_rehearse::{Changed, DeviceClass, Direction, Fell, Impact, Outcome, Reached};
use countersign_world::{Application, World};
use std::collections::BTreeMap;

/// Builds the report of a replay.
pub fn replay(outcome: Outcome, reading: &Reading) -> api::ReplayReport {
    let recorded = outcome.asked() + outcome.unasked.values().sum::<u64>();
    let basis = reading.basis(recorded, outcome.unanswered, reading.sentences().collect());
    api::ReplayReport {
        fidelity: basis.unread_decisions.and_then(|unread| outcome.fidelity(unread)),
        same: outcome.same,
        different: outcome.different,
        unasked: texts(&outcome.unasked),
        incomplete: reading.unread.iter().chain(&reading.expired).cloned().collect(),
        basis,
        differences: outcome
            .differences
            .into_iter()
            .map(|difference| {
                let (again, why_not) = match difference.again {
                    Ok(again) => (Some(fell(again)), None),
                    Err(why) => (None, Some(why.to_string())),
                };
                let recorded = fell(difference.recorded);
                api::ReplayDifference { id: difference.id, at: difference.at, recorded, again, why_not }
            })
            .collect(),
    }
}

fn fell(fell: Fell) -> api::Fell {
    let effect = if fell.allowed { "allow" } else { "deny" };
    api::Fell { effect: effect.to_owned(), enforced: fell.enforced, reasons: fell.reasons }
}

fn texts(counts: &BTreeMap<&'static str, u64>) -> BTreeMap<String, u64> {
    counts.iter().map(|(reason, count)| ((*reason).to_owned(), *count)).collect()
}

/// Builds the report of a plan, without what only its caller knows: the files that differ, the policies that would no
/// longer count, warnings, and the versions of settings.
pub fn plan(
    impact: &Impact,
    (running, world): (&PolicySet, &World),
    (planned, after): (&PolicySet, &World),
    reading: &Reading,
) -> api::PlanReport {
    let unknown = unknown(impact, (running, world), (planned, after), reading);
    let unanswered = impact.unknown.values().sum();
    let recorded = impact.asked + unanswered + impact.unasked.values().sum::<u64>();
    let basis = reading.basis(recorded, unanswered, unknown);
    api::PlanReport {
        settings: None,
        renamed: impact.renamed,
        running: Digest::new(running.version()).to_string(),
        planned: Digest::new(planned.version()).to_string(),
        files: Vec::new(),
        removed: Vec::new(),
        warnings: Vec::new(),
        asked: impact.asked,
        of_other_policies: impact.of_other_policies,
        newly_denied: radius(&impact.denied),
        newly_allowed: radius(&impact.allowed),
        changes: impact.changed.iter().map(|changed| change(changed, world)).collect(),
        not_itemised: impact.not_itemised,
        unknown: basis.gaps.clone(),
        notes: reading
            .notes()
            .chain(new(world, after))
            .chain(not_itemised(impact))
            .chain(folded(impact))
            .collect(),
        basis,
        unasked: texts(&impact.unasked),
        exhaustive: None,
    }
}

/// Returns the current name of a principal.
pub fn name_of(world: &World, principal: Principal) -> Option<String> {
    match principal {
        Principal::Anonymous => None,
        Principal::Person(id) => world.person(id).map(|person| person.about.name.clone()),
        Principal::Service(id) => world.service(id).map(|service| service.name.clone()),
    }
}

pub fn radius(reached: &Reached) -> api::Radius {
    let count = |wanted: fn(&Principal) -> bool| {
        reached.principals.iter().filter(|principal| wanted(principal)).count() as u64
    };
    api::Radius {
        accesses: reached.accesses,
        people: count(|principal| matches!(principal, Principal::Person(_))),
        services: count(|principal| matches!(principal, Principal::Service(_))),
        anonymous: reached.anonymous,
    }
}

pub fn change(changed: &Changed, world: &World) -> api::PlannedChange {
    let change = &changed.change;
    api::PlannedChange {
        direction: match change.direction {
            Direction::Denied => api::Turn::Denied,
            Direction::Allowed => api::Turn::Allowed,
        },
        principal: change.whom.principal,
        principal_name: name_of(world, change.whom.principal),
        kind: change.whom.kind.clone(),
        groups: change.whom.groups.clone(),
        application: change.resource.application().clone(),
        resource: change.resource.clone(),
        action: change.action,
        device: match change.device {
            DeviceClass::None => "none",
            DeviceClass::Unmanaged => "unmanaged",
            DeviceClass::NonCompliant => "non_compliant",
            DeviceClass::Compliant => "compliant",
        }
        .to_owned(),
        enforced: change.enforced,
        by_stage: change.by_stage,
        granted: change.granted,
        reasons: change.reasons.clone(),
        remedies: change.remedies.iter().map(Remedy::to_string).collect(),
        count: changed.count,
        first: changed.first,
        last: changed.last,
        example: changed.example,
    }
}

/// Describes what the evidence of the span cannot tell about the change.
fn unknown(
    impact: &Impact,
    (running, world): (&PolicySet, &World),
    (planned, after): (&PolicySet, &World),
    reading: &Reading,
) -> Vec<String> {
    let mut unknown: Vec<String> = reading.sentences().collect();
    unknown.extend(
        impact
            .unknown
            .iter()
            .map(|(why, count)| format!("{count} accesses cannot be evaluated again: {why}.")),
    );
    let touched = touched(running, planned);
    for application in after.applications() {
        let name = &application.name;
        let known = world.application(name.as_str());
        let concerned = touched
            .iter()
            .any(|policy| planned.concerns(&policy.id, name) || running.concerns(&policy.id, name));
        let changed =
            known != Some(application) || excused(world, after, name) || excused(after, world, name);
        // A new application has no users whom the change could stop.
        if known.is_some() && (concerned || changed) && !impact.by_application.contains_key(name) {
            unknown.push(format!(
                "Nobody used {name} in this span, so it is not known whom the change would stop there."
            ));
        }
        unknown.extend(known.into_iter().flat_map(|known| unrecorded(known, application)));
    }
    let reads = [
        (Items::DEVICE, impact.with_device, "the device"),
        (Items::PLACE, impact.with_place, "the place"),
        (Items::CONTENT_TYPE, impact.with_content_type, "the type of what is downloaded"),
    ];
    for policy in &touched {
        for (item, recorded, named) in reads {
            if recorded == 0 && (planned.reads(&policy.id).has(item) || running.reads(&policy.id).has(item)) {
                unknown.push(format!(
                    "{} reads {named}, of which no access of this span recorded any.",
                    policy.id
                ));
            }
        }
    }
    unknown
}

/// Notes the refusals of which only a sample was evaluated again.
fn folded(impact: &Impact) -> Option<String> {
    (impact.folded > 0).then(|| {
        format!(
            "{} more refusals of unauthenticated callers are recorded by a sample of them, which was evaluated.",
            impact.folded
        )
    })
}

/// Notes the applications that do not exist yet.
fn new<'a>(world: &'a World, after: &'a World) -> impl Iterator<Item = String> + 'a {
    let names = after.applications().map(|application| application.name.clone());
    let new = names.filter(|name| world.application(name.as_str()).is_none());
    new.map(|name| format!("{name} is new: it stops nobody, and no recorded access shows whom it lets in."))
}

/// Notes the changes that are counted but not listed.
fn not_itemised(impact: &Impact) -> Option<String> {
    (impact.not_itemised > 0).then(|| {
        format!(
            "{} more accesses would fall differently, of more kinds than are listed one by one.",
            impact.not_itemised
        )
    })
}

/// Returns whether `world` holds an exception at this application that `other` lacks.
fn excused(world: &World, other: &World, application: &ApplicationName) -> bool {
    world
        .exceptions()
        .iter()
        .filter(|known| known.scope.application.as_ref() == Some(application))
        .any(|known| other.exception(known.id).is_none())
}

/// Describes changes of a declaration of which no record tells whom they affect.
fn unrecorded(known: &Application, planned: &Application) -> Vec<String> {
    let name = &known.name;
    let (ApplicationProtocol::Http(known), ApplicationProtocol::Http(planned)) =
        (&known.about.protocol, &planned.about.protocol);
    let mut unknown: Vec<String> = known
        .hosts
        .difference(&planned.hosts)
        .map(|host| {
            format!("{name} would not be reached under {host} any more: by which host an access came is not on record.")
        })
        .collect();
    if known.upstream != planned.upstream {
        unknown.push(format!(
            "{name} would be forwarded to {}: what answers there is not known.",
            planned.upstream
        ));
    }
    if known.download_types != planned.download_types {
        unknown.push(format!(
            "What counts as a download at {name} would change: which answers were of which type is on record only where a \
             policy read it."
        ));
    }
    if known.request_headers != planned.request_headers {
        unknown
            .push(format!("{name} would be told other request headers: what it makes of them is not known."));
    }
    unknown
}

/// Returns the policies that are new, gone or changed.
fn touched<'a>(running: &'a PolicySet, planned: &'a PolicySet) -> Vec<&'a PolicyMeta> {
    let gone = |of: &'a PolicySet, other: &'a PolicySet| {
        of.policies().iter().filter(move |policy| {
            other
                .get(&policy.id)
                .is_none_or(|known| (&known.text, known.stage) != (&policy.text, policy.stage))
        })
    };
    let mut touched: Vec<&PolicyMeta> = gone(planned, running).collect();
    touched.extend(gone(running, planned).filter(|policy| planned.get(&policy.id).is_none()));
    touched
}
