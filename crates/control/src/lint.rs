//! The lint of the policies in force: findings from their text, and those that need the world.

use crate::policies::reads_exceptions;
use crate::reach::{PresentState, parts};
use crate::{Control, Refusal, find};
use axum::extract::State;
use countersign_api as api;
use countersign_facts::Digest;
use countersign_names::{Action, PolicyId, ResourceName, Sensitivity};
use countersign_policy::{Code, Finding, Kind, Mention, PolicyMeta, PolicyReference, PolicySet, Severity};
use countersign_world::{Exception, Person, Standing, World};
use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::sync::Arc;

pub async fn show(State(control): State<Control>) -> Result<axum::Json<api::PolicyLint>, Refusal> {
    let present = PresentState::of(&control);
    let version = Digest::new(present.policies.version()).to_string();
    let found = tokio::task::spawn_blocking(move || findings(&present))
        .await
        .map_err(|error| Refusal::unavailable(format!("the lint was not finished: {error}")))?;
    Ok(axum::Json(api::PolicyLint { version, with_world: true, findings: found }))
}

/// Returns every finding about these policies in this world.
pub fn findings(present: &PresentState) -> Vec<api::PolicyFinding> {
    all(present).into_iter().map(shown).collect()
}

fn all(present: &PresentState) -> Vec<Finding> {
    let (world, policies) = (&*present.world, &*present.policies);
    let mut found = policies.lint(present.now);
    found.extend(unknown_names(world, policies));
    found.extend(unknown_owners(world, policies));
    found.extend(doubtful_exceptions(present));
    let open = open_to_anybody(present);
    // What is open now says more than what would be open with a label.
    found.retain(|known| {
        known.code != Code::AnonymousIfLabelled || open.iter().all(|finding| finding.policy != known.policy)
    });
    found.extend(open);
    found.sort_by(|a, b| (&a.file, a.line, a.code).cmp(&(&b.file, b.line, b.code)));
    found
}

/// Finds names that do not exist here: such a permit or guardrail is missing in effect.
fn unknown_names(world: &World, policies: &PolicySet) -> Vec<Finding> {
    let mut said: Vec<Mention> = Vec::new();
    let mut found = Vec::new();
    for mention in policies.mentions() {
        let again = |known: &Mention| known.policy == mention.policy && known.named == mention.named;
        if is_here(world, &mention.named) || said.iter().any(again) {
            continue;
        }
        let so = if mention.in_scope {
            "so it applies to nothing"
        } else {
            "so that part of its condition never holds"
        };
        let message = format!("{} is not here, {so}", mention.named);
        let remedy = match mention.named {
            PolicyReference::Application(_) => "protect the application, or remove the policy",
            PolicyReference::Resource(_) => "declare that part of the application, or correct the name",
            _ => "correct the name, or remove what names it",
        };
        if let Some(policy) = policies.get(&mention.policy) {
            found.push(Finding::about(Code::UnknownName, policy, message, remedy).on_line(mention.line));
        }
        said.push(mention);
    }
    found
}

fn is_here(world: &World, named: &PolicyReference) -> bool {
    match named {
        PolicyReference::Group(name) => world.group(name.as_str()).is_some(),
        PolicyReference::Application(name) => world.application(name.as_str()).is_some(),
        PolicyReference::Resource(name) => {
            world.application(name.application().as_str()).is_some_and(|known| parts(known).contains(name))
        }
        PolicyReference::Person(id) => world.person(*id).is_some(),
        PolicyReference::Service(id) => world.service(*id).is_some(),
    }
}

/// Finds unknown owners, once for each, at the first of their policies.
fn unknown_owners(world: &World, policies: &PolicySet) -> Vec<Finding> {
    let mut owners: BTreeMap<&str, Vec<&PolicyMeta>> = BTreeMap::new();
    for policy in policies.policies() {
        owners.entry(&policy.owner).or_default().push(policy);
    }
    let named = named_like(world, &owners);
    let about = |(owner, theirs): (&str, Vec<&PolicyMeta>)| {
        let first = *theirs.first()?;
        let owns = match theirs.len() {
            1 => format!("{owner:?} owns it"),
            count => format!("{owner:?} owns it and {} more", count - 1),
        };
        let person = find::person(world, owner).or_else(|| named.get(owner).copied());
        let why = why_unknown(world, owner, person)?;
        let remedy = "write a group, a person's address or an application into @owner";
        Some(Finding::about(Code::OwnerUnknown, first, format!("{owns}, and {why}"), remedy))
    };
    owners.into_iter().filter_map(about).collect()
}

/// Returns the people who have the name of an owner; of several with one name, one who is active if any is. The world
/// does not find people by name, so everybody is looked at, once for all owners.
fn named_like<'a, T>(world: &'a World, owners: &BTreeMap<&str, T>) -> BTreeMap<&'a str, &'a Arc<Person>> {
    let mut named: BTreeMap<&str, &Arc<Person>> = BTreeMap::new();
    for person in world.people().filter(|person| owners.contains_key(person.about.name.as_str())) {
        let known = named.entry(&person.about.name).or_insert(person);
        if known.standing != Standing::Active {
            *known = person;
        }
    }
    named
}

fn why_unknown(world: &World, owner: &str, person: Option<&Arc<Person>>) -> Option<&'static str> {
    if let Some(person) = person {
        return (person.standing != Standing::Active).then_some("that person is suspended");
    }
    let answers =
        |known: &countersign_world::Application| known.name.as_str() == owner || known.about.owner == owner;
    let known = world.group(owner).is_some() || world.applications().any(|known| answers(known));
    (!known).then_some("no group, person or application here is called that")
}

/// Finds exceptions that have no effect, and those that everybody has.
fn doubtful_exceptions(present: &PresentState) -> Vec<Finding> {
    let (world, policies) = (&*present.world, &*present.policies);
    let reads = |policy: &PolicyMeta| policy.kind == Kind::Guardrail && reads_exceptions(policy);
    // Many exceptions are open to few policies.
    let mut lifted: BTreeMap<&PolicyId, Option<(&PolicyMeta, bool)>> = BTreeMap::new();
    let everybody = OnceCell::new();
    let mut found = Vec::new();
    for exception in world.exceptions().iter().filter(|exception| present.now < exception.expires_at) {
        let policy = lifted
            .entry(&exception.policy)
            .or_insert_with(|| policies.get(&exception.policy).map(|policy| (policy, reads(policy))));
        match *policy {
            None => {}
            Some((policy, true)) => found.extend(held_by_everybody(world, &everybody, policy, exception)),
            Some((policy, false)) => found.push(without_effect(policy, exception)),
        }
    }
    found
}

fn without_effect(policy: &PolicyMeta, exception: &Exception) -> Finding {
    let id = exception.id;
    let message = format!("the exception {id} is open to it, and it asks for none");
    let remedy = format!("end it with `countersign exception end {id}`");
    Finding::about(Code::ExceptionWithoutEffect, policy, message, remedy)
}

/// Returns the doubt about an exception for a group that everybody is in. `everybody` is filled for the first group.
fn held_by_everybody<'a>(
    world: &'a World,
    everybody: &OnceCell<Vec<&'a Arc<Person>>>,
    policy: &PolicyMeta,
    exception: &Exception,
) -> Option<Finding> {
    let id = exception.id;
    let group = exception.scope.group.as_ref().filter(|_| exception.scope.person.is_none())?;
    let active = || world.people().filter(|person| person.standing == Standing::Active).collect();
    let everybody = everybody.get_or_init(active);
    // With one person, an exception cannot be for anybody else, so there is nothing to report.
    if everybody.len() < 2 || !everybody.iter().all(|person| person.groups.contains(group)) {
        return None;
    }
    let place = match &exception.scope.application {
        Some(application) => format!("at {application}"),
        None => "everywhere".to_owned(),
    };
    let message = format!("the exception {id} lifts it {place} for {group}, and everybody is in that group");
    let remedy =
        format!("end it with `countersign exception end {id}`, and change the guardrail if it is wrong");
    Some(Finding::about(Code::ExceptionForEverybody, policy, message, remedy))
}

/// Finds permits of anonymous access to resources that are confidential, restricted or unlabelled.
fn open_to_anybody(present: &PresentState) -> Vec<Finding> {
    let mut anybody = present.anybody();
    let mut found: Vec<Finding> = Vec::new();
    for (resource, label) in sensitive(&present.world) {
        for action in Action::ALL {
            let Some(reach) = anybody(&resource, *action) else { continue };
            let said =
                |policy: &PolicyMeta, found: &[Finding]| found.iter().any(|known| known.policy == policy.id);
            let permits = reach.permitted_by.iter().filter_map(|id| present.policies.get(id));
            let new: Vec<_> = permits.filter(|policy| !said(policy, &found)).collect();
            found.extend(new.into_iter().map(|policy| {
                let message =
                    format!("anybody may {action} {resource}, which is {label}, without signing in");
                let remedy = "permit `principal is Countersign::Person`, or label it public if it is";
                Finding::about(Code::AnonymousSensitive, policy, message, remedy)
            }));
        }
    }
    found
}

/// Returns every resource that is confidential or restricted, by its label or for lack of one.
fn sensitive(world: &World) -> Vec<(ResourceName, Sensitivity)> {
    let mut applications: Vec<_> = world.applications().collect();
    applications.sort_by(|a, b| a.name.cmp(&b.name));
    let labelled = |known: &countersign_world::Application| {
        let label = |part: &ResourceName| known.label(part).unwrap_or(Sensitivity::Restricted);
        parts(known).into_iter().map(|part| (part.clone(), label(&part))).collect::<Vec<_>>()
    };
    let all = applications.into_iter().flat_map(|known| labelled(known));
    all.filter(|(_, label)| *label >= Sensitivity::Confidential).collect()
}

fn shown(finding: Finding) -> api::PolicyFinding {
    api::PolicyFinding {
        code: finding.code.to_string(),
        severity: match finding.severity() {
            Severity::Note => api::FindingSeverity::Note,
            Severity::Warning => api::FindingSeverity::Warning,
            Severity::Error => api::FindingSeverity::Error,
        },
        policy: finding.policy,
        file: finding.file,
        line: u64::try_from(finding.line).unwrap_or(u64::MAX),
        message: finding.message,
        remedy: finding.remedy,
    }
}
