//! Makes a question for the policies from a request and the world, and keeps pointers to the values that were read.

use crate::request::{Request, Who};
use crate::rollout;
use countersign_facts::Digest;
use countersign_names::{
    Action, ApplicationName, Assurance, ExceptionId, GrantId, Principal, ResourceName, RiskLevel,
    Sensitivity, Timestamp,
};
use countersign_policy::{Authentication, DeviceEvidence, Place, Question, SessionAge, Subject, TimeOfWeek};
use countersign_world::{
    Application, Device, Exception, Grant, Networks, PROVISIONING_RESOURCE, Person, Rollout, Service,
    Session, Standing, Token, Touched, World,
};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

/// The question for the policies, with the sources of its parts.
#[derive(Debug, Clone)]
pub struct Evidence {
    /// The question that the policies are evaluated on.
    pub question: Question,
    /// The requested application.
    pub application: Arc<Application>,
    /// The person, if the principal is one.
    pub person: Option<Arc<Person>>,
    /// The session of the request.
    pub session: Option<Arc<Session>>,
    /// The device of the request.
    pub device: Option<Arc<Device>>,
    /// When the device's posture was last known to be the recorded one: by the report in the world, or by a later
    /// observation.
    pub posture_at: Option<Timestamp>,
    /// The active grant.
    pub grant: Option<GrantId>,
    /// The exceptions that cover the request.
    pub exceptions: Vec<ExceptionId>,
    /// The staged rollouts that have reached the principal.
    pub rollouts: Vec<Arc<Rollout>>,
    /// Whether the principal is suspended.
    pub suspended: bool,
    /// The earliest end of the grant, the exceptions, the session and the token that proves who asks.
    pub until: Timestamp,
    pub(crate) read: Read,
}

/// Pointers to the values that were read. While the world has the same pointers, the values are unchanged.
#[derive(Debug, Clone)]
pub struct Read {
    who: Who,
    key: Option<Digest>,
    resource: ResourceName,
    person: Option<Arc<Person>>,
    service: Option<Arc<Service>>,
    token: Option<Arc<Token>>,
    session: Option<Arc<Session>>,
    device: Option<Arc<Device>>,
    application: Arc<Application>,
    grants: Option<Arc<Vec<Arc<Grant>>>>,
    exceptions: Arc<Vec<Arc<Exception>>>,
    rollouts: Arc<Vec<Arc<Rollout>>>,
    networks: Arc<Networks>,
}

impl Evidence {
    /// Returns the name of the network of this address in the world that was read.
    pub fn network_of(&self, address: IpAddr) -> &str {
        self.read.networks.name_of(address)
    }
}

fn same<T>(one: Option<&Arc<T>>, other: Option<&Arc<T>>) -> bool {
    match (one, other) {
        (None, None) => true,
        (Some(one), Some(other)) => Arc::ptr_eq(one, other),
        _ => false,
    }
}

impl Read {
    /// Returns whether `world` still has the same values.
    pub fn holds_in(&self, world: &World) -> bool {
        let session = match self.who {
            Who::Session(id) => world.session(id),
            _ => None,
        };
        let person = self.person.as_ref();
        same(session, self.session.as_ref())
            && same(person.and_then(|p| world.person(p.id)), person)
            && same(self.service.as_ref().and_then(|s| world.service(s.id)), self.service.as_ref())
            && same(proving_token(world, self.who, self.key.as_ref(), &self.resource), self.token.as_ref())
            && same(self.key.and_then(|key| world.device_by_key(&key)), self.device.as_ref())
            && same(world.application(self.application.name.as_str()), Some(&self.application))
            && same(person.and_then(|p| world.grants_of(p.id)), self.grants.as_ref())
            && Arc::ptr_eq(world.exceptions(), &self.exceptions)
            && Arc::ptr_eq(world.active_rollouts(), &self.rollouts)
            && Arc::ptr_eq(world.networks(), &self.networks)
            && self.still_nobody(world)
    }

    /// Returns the values that [`Read::holds_in`] compares, beside those that every decision reads. While the world
    /// reports none of them as touched, the comparison would succeed.
    pub fn rests_on(&self) -> Vec<Touched> {
        let asked = match self.who {
            Who::Anonymous => None,
            Who::Session(id) => Some(Touched::Session(id)),
            Who::Person(id) => Some(Touched::Person(id)),
            Who::Service(id) => Some(Touched::Service(id)),
        };
        let person = self.person.as_ref().map(|person| Touched::Person(person.id));
        let tokens = matches!(self.who, Who::Service(_)).then_some(Touched::Tokens);
        let device = self.device.as_ref().map(|device| Touched::Device(device.id));
        let application = Touched::Application(self.application.name.clone());
        let rests_on = [asked, person, tokens, self.key.map(Touched::Key), device, Some(application)];
        rests_on.into_iter().flatten().collect()
    }

    /// Returns false if a principal that was not found has been added to the inventory since.
    fn still_nobody(&self, world: &World) -> bool {
        match self.who {
            Who::Person(id) => self.person.is_some() || world.person(id).is_none(),
            Who::Service(id) => self.service.is_some() || world.service(id).is_none(),
            Who::Anonymous | Who::Session(_) => true,
        }
    }
}

/// Returns the token by which a service account is authenticated: one that is bound to the key that this connection
/// proved; for provisioning, else one that is for that. The control plane lets no other token provision.
///
/// The record of a decision names neither the key nor the token. The device, the service account and the resource lead
/// to the same token when the decision is repeated.
fn proving_token<'a>(
    world: &'a World,
    who: Who,
    key: Option<&Digest>,
    resource: &ResourceName,
) -> Option<&'a Arc<Token>> {
    let Who::Service(service) = who else { return None };
    let registered = key.filter(|key| world.device_by_key(key).is_some());
    let bound = registered.and_then(|key| world.token_bound_to(service, key));
    let provisions = resource.as_str() == PROVISIONING_RESOURCE;
    bound.or_else(|| provisions.then(|| world.token_for_provisioning(service)).flatten())
}

/// Returns the place of an address, if there is an address.
pub fn place(world: &World, address: Option<IpAddr>) -> Option<Place> {
    address.map(|address| Place { address, network: world.networks().name_of(address).to_owned() })
}

/// Gathers the evidence for `request`, which came from `place`. Returns `None` if there is no such application.
pub fn gather(world: &World, place: Option<Place>, request: &Request, now: Timestamp) -> Option<Evidence> {
    let application = world.application(request.application.as_str())?.clone();
    let session = match request.who {
        Who::Session(id) => world.session(id).filter(|session| now < session.expires_at).cloned(),
        _ => None,
    };
    let person = match request.who {
        Who::Session(_) => session.as_ref().and_then(|session| world.person(session.person)),
        Who::Person(id) => world.person(id),
        Who::Anonymous | Who::Service(_) => None,
    }
    .cloned();
    let service = match request.who {
        Who::Service(id) => world.service(id).cloned(),
        _ => None,
    };
    let device = request.key.and_then(|key| world.device_by_key(&key)).cloned();
    let posture_at = posture_at(device.as_deref(), request, now);
    let token = proving_token(world, request.who, request.key.as_ref(), &request.resource).cloned();
    let proving = token.as_deref().filter(|token| now < token.expires_at);
    let grants = person.as_ref().and_then(|person| world.grants_of(person.id)).cloned();
    let exceptions = world.exceptions().clone();

    let groups =
        person.as_ref().map(|p| p.groups.as_slice()).or(service.as_ref().map(|s| s.groups.as_slice()));
    let active = grants.as_deref().and_then(|grants| active_grant(grants, &application.name, now));
    let covering: Vec<_> = exceptions
        .iter()
        .filter(|e| now < e.expires_at)
        .filter(|e| e.covers(person.as_ref().map(|p| p.id), groups.unwrap_or_default(), &application.name))
        .collect();

    let ends = [
        active.map(|(_, end)| end),
        session.as_ref().map(|s| s.expires_at),
        proving.map(|token| token.expires_at),
    ];
    let until = covering.iter().map(|e| e.expires_at).chain(ends.into_iter().flatten()).min();
    let principal = principal(person.as_deref(), service.as_deref());
    let reached: Vec<_> =
        world.active_rollouts().iter().filter(|r| rollout::reaches(r, principal)).cloned().collect();
    let label = application.label(&request.resource);
    let question = Question {
        principal,
        subject: Arc::new(subject(person.as_deref(), service.as_deref())),
        action: request.action,
        resource: request.resource.clone(),
        sensitivity: label.unwrap_or(Sensitivity::Restricted),
        labelled: label.is_some(),
        application_sensitivity: application.sensitivity(),
        tags: request.tags.clone(),
        operation: request.operation.clone(),
        item: request.item.clone(),
        content_type: request.content_type.clone(),
        authentication: authentication(session.as_deref(), proving, now),
        session: session
            .as_deref()
            .map(|session| SessionAge { age: now.age_of(session.started_at), idle: request.idle }),
        device: device.as_deref().map(|device| device_evidence(device, posture_at, now)),
        place,
        time: time_of_week(now),
        grant: active.is_some(),
        exceptions: covering.iter().map(|e| e.policy.clone()).collect(),
        enrolled: reached.iter().map(|r| r.policy.clone()).collect(),
    };
    let suspended = person.as_ref().is_some_and(|person| person.standing != Standing::Active);
    let read = Read {
        who: request.who,
        key: request.key,
        resource: request.resource.clone(),
        person: person.clone(),
        service,
        token,
        session: match request.who {
            // The value that was read includes an expired session.
            Who::Session(id) => world.session(id).cloned(),
            _ => None,
        },
        device: device.clone(),
        application: application.clone(),
        grants,
        exceptions: exceptions.clone(),
        rollouts: world.active_rollouts().clone(),
        networks: world.networks().clone(),
    };
    Some(Evidence {
        question,
        application,
        person,
        session,
        device,
        posture_at,
        grant: active.map(|(id, _)| id),
        exceptions: covering.iter().map(|e| e.id).collect(),
        rollouts: reached,
        suspended,
        until: until.unwrap_or(Timestamp::MAX),
        read,
    })
}

fn active_grant(
    grants: &[Arc<Grant>],
    application: &ApplicationName,
    now: Timestamp,
) -> Option<(GrantId, Timestamp)> {
    grants
        .iter()
        .filter(|grant| grant.application == *application)
        .filter_map(|grant| grant.active_until(now).map(|end| (grant.id, end)))
        .max_by_key(|(_, end)| *end)
}

const fn principal(person: Option<&Person>, service: Option<&Service>) -> Principal {
    match (person, service) {
        (Some(person), _) => Principal::Person(person.id),
        (None, Some(service)) => Principal::Service(service.id),
        (None, None) => Principal::Anonymous,
    }
}

fn subject(person: Option<&Person>, service: Option<&Service>) -> Subject {
    match (person, service) {
        (Some(person), _) => Subject {
            email: person.about.email.clone(),
            kind: person.about.kind.as_str().to_owned(),
            risk: person.risk.level,
            groups: person.groups.clone(),
        },
        (None, Some(service)) => Subject {
            email: String::new(),
            kind: service.name.clone(),
            risk: service.risk.level,
            groups: service.groups.clone(),
        },
        (None, None) => {
            Subject { email: String::new(), kind: String::new(), risk: RiskLevel::Low, groups: Vec::new() }
        }
    }
}

/// Returns the authentication evidence. A passkey resists phishing; of a provider its declaration says what its proof is
/// worth. A service account with a bound token has proved on this connection the key to which the token is bound; one
/// with another token has shown a secret, which anybody who copied it can show.
fn authentication(
    session: Option<&Session>,
    token: Option<&Token>,
    now: Timestamp,
) -> Option<Authentication> {
    match (session, token) {
        (Some(session), _) => Some(Authentication {
            assurance: session.assurance,
            method: session.method(),
            phishing_resistant: session.proved_by_provider().is_none_or(|start| start.phishing_resistant),
            age: now.age_of(session.proved_at),
        }),
        (None, Some(token)) if token.key.is_some() => Some(Authentication {
            assurance: Assurance::Aal2,
            method: "key-bound-token".to_owned(),
            phishing_resistant: true,
            age: 0,
        }),
        (None, Some(_)) => Some(Authentication {
            assurance: Assurance::Aal1,
            method: "provisioning-token".to_owned(),
            phishing_resistant: false,
            age: 0,
        }),
        (None, None) => None,
    }
}

/// Returns the time of the posture. An observation cannot confirm the posture of a device that never reported one.
fn posture_at(device: Option<&Device>, request: &Request, now: Timestamp) -> Option<Timestamp> {
    let reported = device?.collected_at?;
    Some(request.posture_confirmed_at.map_or(reported, |confirmed| reported.max(confirmed.min(now))))
}

fn device_evidence(device: &Device, posture_at: Option<Timestamp>, now: Timestamp) -> DeviceEvidence {
    DeviceEvidence {
        managed: device.about.managed,
        // A device is only found by the key that the connection proved.
        proved: true,
        checks: device.checks.clone(),
        posture_age: posture_at.map(|at| now.age_of(at)),
    }
}

/// Returns the hour and weekday in UTC. Day 0 of the Unix epoch was a Thursday.
pub fn time_of_week(now: Timestamp) -> TimeOfWeek {
    let seconds = now.as_seconds();
    let hour = seconds.rem_euclid(86_400) / 3600;
    let weekday = (seconds.div_euclid(86_400) + 3).rem_euclid(7) + 1;
    TimeOfWeek { hour: u8::try_from(hour).unwrap_or(0), weekday: u8::try_from(weekday).unwrap_or(1) }
}

/// Returns the question of an administrator with the best possible evidence, about the control plane.
pub fn best_case(
    world: &World,
    person: &Arc<Person>,
    control: &ApplicationName,
    now: Timestamp,
) -> Option<Question> {
    let resource = ResourceName::new(control, "control").ok()?;
    let request = Request {
        who: Who::Person(person.id),
        key: None,
        application: control.clone(),
        resource,
        action: Action::Administer,
        operation: "POST".to_owned(),
        item: "/api/v1/policies".to_owned(),
        tags: BTreeMap::new(),
        content_type: None,
        address: Some(IpAddr::V4(std::net::Ipv4Addr::LOCALHOST)),
        idle: 0,
        posture_confirmed_at: None,
    };
    // Whatever networks there are, an administrator must not need to be in one of them.
    let place = request.address.map(|address| Place { address, network: Networks::ELSEWHERE.to_owned() });
    let mut question = gather(world, place, &request, now)?.question;
    crate::remedy::improve(&mut question, crate::remedy::EVERYTHING);
    Some(question)
}

/// Returns the evidence of a person who authenticated a moment ago with a passkey of this assurance level.
pub fn just_now(assurance: Assurance) -> (Authentication, SessionAge) {
    let method = "passkey".to_owned();
    (Authentication { assurance, method, phishing_resistant: true, age: 0 }, SessionAge { age: 0, idle: 0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_week_begins_on_monday_and_the_epoch_was_a_thursday() {
        let at = |text: &str| time_of_week(text.parse().unwrap());
        assert_eq!(at("1970-01-01T00:00:00Z"), TimeOfWeek { hour: 0, weekday: 4 });
        assert_eq!(at("2026-11-22T23:59:59Z"), TimeOfWeek { hour: 23, weekday: 7 });
        assert_eq!(at("2026-11-23T00:00:00Z"), TimeOfWeek { hour: 0, weekday: 1 });
    }
}
