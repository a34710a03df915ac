//! Builds facts in few words, so that a test reads like a story.
#![expect(missing_docs, reason = "each function is the fact of its name, and its numbers become ids")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a story that cannot be told is a test that stops")]

use countersign_facts::*;
use countersign_names::*;
use countersign_world::World;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

pub const SESSION_ENDS: i64 = 1_000;
pub const CODE_ENDS: i64 = 500;
pub const INVITATION_ENDS: i64 = 500;
pub const GRANT_ENDS: i64 = 500;

/// A fact with its time and actor, both of which have a default.
#[derive(Debug, Clone)]
pub struct Line {
    fact: Fact,
    at: i64,
    by: Actor,
}

impl Line {
    pub fn of(fact: Fact) -> Self {
        line(fact)
    }

    pub fn stated(&self) -> Stated {
        Stated { at: at(self.at), by: self.by.clone(), fact: self.fact.clone() }
    }

    pub fn at(mut self, seconds: i64) -> Self {
        self.at = seconds;
        self
    }

    pub fn by(mut self, actor: Actor) -> Self {
        self.by = actor;
        self
    }
}

fn line(fact: Fact) -> Line {
    Line { fact, at: 10, by: Actor::Operator }
}

pub fn told(story: &[Line]) -> World {
    let mut world = World::empty();
    tell(&mut world, story);
    world
}

pub fn tell(world: &mut World, story: &[Line]) {
    for line in story {
        world.apply(&line.stated()).unwrap_or_else(|contradiction| panic!("{line:?}: {contradiction}"));
    }
}

/// Returns the content of a world, in an order that does not depend on hashing.
pub fn sorted(world: &World) -> Vec<String> {
    let mut all: Vec<String> = world
        .people()
        .map(|p| format!("{p:?}"))
        .chain(world.groups().map(|g| format!("{g:?}")))
        .chain(world.devices().map(|d| format!("{d:?}")))
        .chain(world.applications().map(|a| format!("{a:?}")))
        .chain(world.sessions().map(|s| format!("{s:?}")))
        .chain(world.grants().map(|g| format!("{g:?}")))
        .chain(world.rollouts().map(|r| format!("{r:?}")))
        .chain(world.providers().map(|p| format!("{p:?}")))
        .chain(world.people().flat_map(|p| world.links_of(p.id)).map(|l| format!("{l:?}")))
        .collect();
    all.sort();
    all
}

pub fn searched(world: &World, member: &Member) -> Vec<GroupName> {
    let mut found = BTreeSet::new();
    let mut open = vec![member.clone()];
    while let Some(member) = open.pop() {
        for group in world.groups().filter(|group| group.members.contains(&member)) {
            if found.insert(group.name.clone()) {
                open.push(Member::Group(group.name.clone()));
            }
        }
    }
    found.into_iter().collect()
}

pub fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(seconds * 1_000_000)
}

fn bits(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

pub fn per(n: u128) -> PersonId {
    PersonId::new(bits(n))
}
pub fn cred(n: u128) -> CredentialId {
    CredentialId::new(bits(n))
}
pub fn ses(n: u128) -> SessionId {
    SessionId::new(bits(n))
}
pub fn dev(n: u128) -> DeviceId {
    DeviceId::new(bits(n))
}
pub fn gra(n: u128) -> GrantId {
    GrantId::new(bits(n))
}
pub fn exc(n: u128) -> ExceptionId {
    ExceptionId::new(bits(n))
}
pub fn name(text: &str) -> ApplicationName {
    text.parse().unwrap()
}
pub fn digest(n: u8) -> Digest {
    Digest::new([n; 32])
}
pub fn in_group(text: &str) -> Member {
    Member::Group(text.parse().unwrap())
}

pub fn person(n: u128) -> Line {
    person_with(n, &format!("p{n}@example.test"), &[])
}

pub fn person_with(n: u128, email: &str, aliases: &[&str]) -> Line {
    line(Fact::Person(PersonFact::Added { person: per(n), about: about(email, aliases) }))
}

fn about(email: &str, aliases: &[&str]) -> Person {
    Person {
        name: "Somebody".into(),
        email: email.into(),
        kind: PersonKind::Employee,
        aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
    }
}

pub fn change_person(n: u128, email: &str) -> Line {
    line(Fact::Person(PersonFact::Changed { person: per(n), about: about(email, &[]) }))
}

pub fn suspend(n: u128) -> Line {
    line(Fact::Person(PersonFact::Suspended { person: per(n), reason: "test".into() }))
}

pub fn remove_person(n: u128) -> Line {
    line(Fact::Person(PersonFact::Removed { person: per(n) }))
}

pub fn group(text: &str) -> Line {
    line(Fact::Group(GroupFact::Added { group: text.parse().unwrap(), purpose: String::new() }))
}

pub fn remove_group(text: &str) -> Line {
    line(Fact::Group(GroupFact::Removed { group: text.parse().unwrap() }))
}

pub fn join(text: &str, member: Member) -> Line {
    line(Fact::Group(GroupFact::MemberAdded { group: text.parse().unwrap(), member }))
}

pub fn leave(text: &str, member: Member) -> Line {
    line(Fact::Group(GroupFact::MemberRemoved { group: text.parse().unwrap(), member }))
}

pub fn key(n: u128, owner: u128) -> Line {
    registered(n, owner, None, Assurance::Aal2)
}

/// A passkey with one factor.
pub fn weak_key(n: u128, owner: u128) -> Line {
    registered(n, owner, None, Assurance::Aal1)
}

pub fn enrol(n: u128, owner: u128, invitation: u128) -> Line {
    registered(n, owner, Some(InvitationId::new(bits(invitation))), Assurance::Aal2)
}

fn registered(n: u128, owner: u128, invitation: Option<InvitationId>, assurance: Assurance) -> Line {
    line(Fact::Credential(CredentialFact::Registered {
        credential: cred(n),
        person: per(owner),
        name: "key".into(),
        invitation,
        assurance,
        passkey: serde_json::Value::Null,
    }))
}

pub fn remove_key(n: u128) -> Line {
    line(Fact::Credential(CredentialFact::Removed { credential: cred(n) }))
}

pub fn invite(n: u8, owner: u128, recover: bool) -> Line {
    line(Fact::Invitation(InvitationFact::Issued {
        invitation: InvitationId::new(bits(u128::from(n))),
        person: per(owner),
        secret: digest(100 + n),
        purpose: if recover { InvitationPurpose::Recover } else { InvitationPurpose::Enrol },
        expires_at: at(INVITATION_ENDS),
    }))
}

pub fn session(n: u8, owner: u128, credential: u128) -> Line {
    session_of(n, owner, credential, Assurance::Aal2)
}

pub fn session_of(n: u8, owner: u128, credential: u128, assurance: Assurance) -> Line {
    line(Fact::Session(SessionFact::Started {
        session: ses(u128::from(n)),
        about: Session {
            person: per(owner),
            credential: cred(credential),
            secret: digest(n),
            assurance,
            address: None,
            expires_at: at(SESSION_ENDS + i64::from(n) - 1),
        },
    }))
}

pub fn end_session(n: u128) -> Line {
    line(Fact::Session(SessionFact::Ended { session: ses(n), reason: EndReason::Revoked }))
}

pub fn hand_over(n: u128, application: &str, code: u8) -> Line {
    line(Fact::Session(SessionFact::HandedOver {
        session: ses(n),
        application: name(application),
        code: digest(code),
        state: digest(0),
        expires_at: at(CODE_ENDS),
    }))
}

pub fn open(n: u128, application: &str, code: u8, secret: u8) -> Line {
    line(Fact::Session(SessionFact::Opened {
        session: ses(n),
        application: name(application),
        code: digest(code),
        secret: digest(secret),
    }))
}

pub fn application(text: &str) -> Line {
    application_at(text, &format!("{text}.localhost"), "/")
}

pub fn application_at(text: &str, host: &str, path: &str) -> Line {
    line(Fact::Application(ApplicationFact::Declared {
        application: name(text),
        about: Application {
            title: text.into(),
            owner: "Team".into(),
            stage: ApplicationStage::Enforce,
            sensitivity: None,
            resources: vec![Resource { part: "pages".into(), sensitivity: None }],
            operations: BTreeMap::new(),
            protocol: ApplicationProtocol::Http(HttpApplication {
                hosts: BTreeSet::from([host.to_owned()]),
                upstream: "http://127.0.0.1:1".parse().unwrap(),
                routes: PartRoutes::from_iter([(
                    "pages",
                    vec![Route { methods: BTreeSet::new(), path: path.into(), action: None }],
                )]),
                assertion_header: "x-countersign-assertion".into(),
                download_types: BTreeSet::new(),
                request_headers: None,
            }),
        },
    }))
}

/// What only HTTP knows of a declaration, to change.
pub fn http_of(about: &mut Application) -> &mut HttpApplication {
    let ApplicationProtocol::Http(http) = &mut about.protocol;
    http
}

pub fn remove_application(text: &str) -> Line {
    line(Fact::Application(ApplicationFact::Removed { application: name(text) }))
}

pub fn network(text: &str, ranges: &[&str]) -> Line {
    let ranges = ranges.iter().map(|range| range.parse().unwrap()).collect();
    line(Fact::Network(NetworkFact::Declared { network: text.into(), ranges }))
}

pub fn remove_network(text: &str) -> Line {
    line(Fact::Network(NetworkFact::Removed { network: text.into() }))
}

pub fn label(resource: &str, sensitivity: Option<Sensitivity>) -> Line {
    line(Fact::Resource(ResourceFact::Labelled { resource: resource.parse().unwrap(), sensitivity }))
}

pub fn device(n: u128) -> Line {
    registered_device(n, None, true)
}

pub fn device_of(n: u128, owner: u128, managed: bool) -> Line {
    registered_device(n, Some(per(owner)), managed)
}

fn registered_device(n: u128, owner: Option<PersonId>, managed: bool) -> Line {
    let about = Device {
        name: "laptop".into(),
        owner,
        platform: "Debian 12".into(),
        managed,
        key: Some(Digest::new([u8::try_from(n).unwrap(); 32])),
    };
    line(Fact::Device(DeviceFact::Registered { device: dev(n), about }))
}

pub fn posture(n: u128, collected: i64, firewall: CheckResult) -> Line {
    let checks = BTreeMap::from([(PostureCheck::Firewall, firewall)]);
    line(Fact::Device(DeviceFact::PostureReported {
        device: dev(n),
        posture: Posture { collected_at: at(collected), checks },
    }))
}

pub fn svc(n: u128) -> ServiceId {
    ServiceId::new(bits(n))
}

pub fn tok(n: u128) -> TokenId {
    TokenId::new(bits(n))
}

pub fn service(n: u128, owner: u128) -> Line {
    line(Fact::Service(ServiceFact::Added {
        service: svc(n),
        name: format!("service-{n}"),
        owner: per(owner),
        purpose: "test".into(),
    }))
}

pub fn request(n: u128, owner: u128) -> Line {
    line(Fact::Grant(GrantFact::Requested {
        grant: gra(n),
        person: per(owner),
        application: name("wiki"),
        reason: "test".into(),
        seconds: 600,
    }))
}

pub fn approve(n: u128) -> Line {
    line(Fact::Grant(GrantFact::Approved { grant: gra(n), expires_at: at(GRANT_ENDS) }))
}

pub fn refuse(n: u128) -> Line {
    line(Fact::Grant(GrantFact::Refused { grant: gra(n), reason: "test".into() }))
}

pub fn revoke_grant(n: u128) -> Line {
    line(Fact::Grant(GrantFact::Revoked { grant: gra(n), reason: "test".into() }))
}

pub fn stage(application: &str, stage: ApplicationStage) -> Line {
    line(Fact::Application(ApplicationFact::Staged { application: name(application), stage }))
}

pub fn exception(n: u128, owner: Option<u128>, application: Option<&str>) -> Line {
    exception_for("managed-device", n, owner, application)
}

pub fn exception_to(policy: &str, n: u128, person: u128) -> Line {
    exception_for(policy, n, Some(person), None)
}

fn exception_for(policy: &str, n: u128, person: Option<u128>, application: Option<&str>) -> Line {
    line(Fact::Exception(ExceptionFact::Opened {
        exception: exc(n),
        policy: policy.parse().unwrap(),
        scope: ExceptionScope { person: person.map(per), group: None, application: application.map(name) },
        owner: per(1),
        authority: "CISO".into(),
        reason: "test".into(),
        expires_at: at(GRANT_ENDS),
    }))
}

/// A posture report in which every check has the same result.
pub fn all_checks(n: u128, collected: i64, result: CheckResult) -> Line {
    let checks = PostureCheck::ALL.iter().map(|check| (*check, result)).collect();
    line(Fact::Device(DeviceFact::PostureReported {
        device: dev(n),
        posture: Posture { collected_at: at(collected), checks },
    }))
    .at(collected)
}

/// A posture report in which one check differs and every other passes.
pub fn one_check(n: u128, collected: i64, odd: PostureCheck, result: CheckResult) -> Line {
    let checks = PostureCheck::ALL
        .iter()
        .map(|check| (*check, if *check == odd { result } else { CheckResult::Pass }))
        .collect();
    line(Fact::Device(DeviceFact::PostureReported {
        device: dev(n),
        posture: Posture { collected_at: at(collected), checks },
    }))
    .at(collected)
}

/// A session of person 1 that lasts for a day.
pub fn long_session(n: u8) -> Line {
    line(Fact::Session(SessionFact::Started {
        session: ses(u128::from(n)),
        about: Session {
            person: per(1),
            credential: cred(1),
            secret: digest(200 + n),
            assurance: Assurance::Aal2,
            address: None,
            expires_at: at(86_400),
        },
    }))
}

pub fn step_up(n: u128) -> Line {
    line(Fact::Session(SessionFact::SteppedUp {
        session: ses(n),
        credential: cred(1),
        assurance: Assurance::Aal2,
    }))
}

pub fn risk(n: u128, level: RiskLevel) -> Line {
    line(Fact::Risk(RiskFact::Changed {
        principal: Principal::Person(per(n)),
        level,
        reasons: vec!["test".into()],
    }))
}

/// An exception for person 1 from one guardrail, everywhere.
pub fn excepted(n: u128, policy: &str) -> Line {
    line(Fact::Exception(ExceptionFact::Opened {
        exception: exc(n),
        policy: policy.parse().unwrap(),
        scope: ExceptionScope { person: Some(per(1)), group: None, application: None },
        owner: per(1),
        authority: "CISO".into(),
        reason: "test".into(),
        expires_at: at(GRANT_ENDS),
    }))
}

pub fn rol(n: u128) -> RolloutId {
    RolloutId::new(bits(n))
}

/// A rollout that is watched for one minute per step, and halted if it newly denies more than three people.
pub fn roll_out(n: u128, policy: &str, percents: &[u8]) -> Line {
    line(Fact::Rollout(RolloutFact::Started {
        rollout: rol(n),
        policy: policy.parse().unwrap(),
        text: digest(9),
        percents: percents.to_vec(),
        watch_seconds: 60,
        halt_if: "newly denied people > 3".parse().unwrap(),
        why: None,
        rehearsal: None,
        predicted: Vec::new(),
    }))
}

pub fn advance(n: u128, percent: u8) -> Line {
    line(Fact::Rollout(RolloutFact::Advanced { rollout: rol(n), percent }))
}

pub fn halt(n: u128) -> Line {
    line(Fact::Rollout(RolloutFact::Halted { rollout: rol(n), why: "test".into(), example: None }))
}

pub fn finish(n: u128) -> Line {
    line(Fact::Rollout(RolloutFact::Finished { rollout: rol(n) }))
}

pub fn end_rollout(n: u128) -> Line {
    line(Fact::Rollout(RolloutFact::Ended { rollout: rol(n) }))
}

/// Counts newly denied accesses of these people.
pub fn count(n: u128, people: &[u128], accesses: u64) -> Line {
    let newly_denied = Turned { people: people.iter().map(|n| per(*n)).collect(), accesses, example: None };
    line(Fact::Rollout(RolloutFact::Counted {
        rollout: rol(n),
        newly_denied,
        newly_allowed: Turned::default(),
    }))
}

pub fn observe(application: &str) -> Line {
    line(Fact::Application(ApplicationFact::Staged {
        application: name(application),
        stage: ApplicationStage::Observe,
    }))
}

pub fn trust_found(found: Vec<TrustEntry>) -> Line {
    line(Fact::Trust(TrustFact::Found { found }))
}

pub fn trust_eliminated(keys: Vec<TrustKey>, up_to: u64) -> Line {
    line(Fact::Trust(TrustFact::Eliminated { keys, up_to }))
}

pub fn trust_owned(keys: Vec<TrustKey>, owner: u128) -> Line {
    line(Fact::Trust(TrustFact::Owned { keys, owner: per(owner) }))
}

pub fn trust_documented(keys: Vec<TrustKey>, owner: u128, authority: &str, reason: &str, end: i64) -> Line {
    line(Fact::Trust(TrustFact::Documented {
        keys,
        owner: per(owner),
        authority: authority.into(),
        reason: reason.into(),
        expires_at: at(end),
    }))
}
