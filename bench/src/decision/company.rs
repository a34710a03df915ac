//! The company that every engine is asked about: who there is, what is permitted, what is asked, what changes.
//!
//! Everything follows from numbers, so that each engine can build its own form of it and no two runs differ.

use countersign_facts::{
    Actor, Application, ApplicationFact, ApplicationProtocol, ApplicationStage, CredentialFact, Device,
    DeviceFact, Digest, Fact, GroupFact, HttpApplication, Member, Person, PersonFact, PersonKind, Posture,
    Resource, RiskFact, Route, Session, SessionFact, Stated,
};
use countersign_names::{
    Action, Assurance, CheckResult, CredentialId, DeviceId, PersonId, PostureCheck, Principal, RiskLevel,
    Sensitivity, SessionId, Timestamp,
};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use uuid::Uuid;

use crate::run::Outcome;

/// How many people there are.
pub const PEOPLE: usize = 10_000;
/// How many groups: ten at the top, a hundred below them, the rest below those, with the people in them.
pub const GROUPS: usize = 1_000;
/// How many applications.
pub const APPLICATIONS: usize = 100;
/// How many resources each has.
pub const PARTS: usize = 5;
/// The permits that are in every set: what is asked for is what they are about.
const ASKED: usize = 32;
const TOP: usize = 10;
const LEAVES: usize = 110;

/// The moment of every question, in seconds.
const NOW: i64 = 1_800_000_000;

/// The moment of every question.
pub fn now() -> Timestamp {
    Timestamp::from_micros(NOW * 1_000_000)
}

fn before(seconds: i64) -> Timestamp {
    Timestamp::from_micros((NOW - seconds) * 1_000_000)
}

/// How sensitive each part of an application is.
pub const SENSITIVITY: [Sensitivity; PARTS] = [
    Sensitivity::Public,
    Sensitivity::Internal,
    Sensitivity::Internal,
    Sensitivity::Confidential,
    Sensitivity::Restricted,
];

/// What a permit asks for besides its scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// Nothing.
    Always,
    /// Nothing that is restricted.
    NotRestricted,
    /// That the person proved within twelve hours that it is them.
    Proved,
    /// That the person is an employee.
    Employee,
}

impl Condition {
    /// Its name in the engines that know names.
    #[cfg(feature = "engines")]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::NotRestricted => "not_restricted",
            Self::Proved => "proved",
            Self::Employee => "employee",
        }
    }

    const fn cedar(self) -> &'static str {
        match self {
            Self::Always => "",
            Self::NotRestricted => "when { resource.sensitivity <= 2 }",
            Self::Proved => "when { context has authentication && context.authentication.age <= 43200 }",
            Self::Employee => "when { principal is Countersign::Person && principal.kind == \"employee\" }",
        }
    }
}

/// Somebody in `group` may read, and do `action`, with everything of `application`.
#[derive(Debug, Clone, Copy)]
pub struct Permit {
    /// The application.
    pub application: usize,
    /// The group.
    pub group: usize,
    /// What besides reading.
    pub action: Action,
    /// On what condition.
    pub condition: Condition,
}

/// The permits of a set, spread over the applications.
pub fn permits(count: usize) -> Vec<Permit> {
    (0..count).map(permit).collect()
}

const fn permit(number: usize) -> Permit {
    let action = match number / APPLICATIONS % 4 {
        0 => Action::Write,
        1 => Action::Download,
        2 => Action::Connect,
        _ => Action::Read,
    };
    let condition = match number % 5 {
        0 => Condition::NotRestricted,
        1 => Condition::Proved,
        2 => Condition::Employee,
        _ => Condition::Always,
    };
    let group = (number * 37 + number / APPLICATIONS) % GROUPS;
    Permit { application: number % APPLICATIONS, group, action, condition }
}

/// The shipped guardrails and the permits as policy files: `policies` in all.
pub fn policy_files(policies: usize) -> Outcome<(BTreeMap<String, String>, Vec<Permit>)> {
    let mut files = countersign_policy::defaults();
    let shipped = countersign_policy::PolicySet::parse(&files).map_err(|e| e.to_string())?.policies().len();
    let permits = permits(policies.saturating_sub(shipped));
    for (number, permit) in permits.iter().enumerate() {
        let Permit { application, group, action, condition } = permit;
        let text = files.entry(format!("applications/app-{application}.cedar")).or_default();
        write!(
            text,
            "@id(\"p-{number}\") @owner(\"o\") @reason(\"r\") @review(\"2027-01-01\")\n\
             permit (principal in Countersign::Group::\"group-{group}\", action in \
             [Countersign::Action::\"read\", Countersign::Action::\"{action}\"], \
             resource in Countersign::Application::\"app-{application}\") {};\n",
            condition.cedar()
        )?;
    }
    Ok((files, permits))
}

/// The group that a group is in; none at the top.
pub const fn parent(group: usize) -> Option<usize> {
    if group < TOP {
        None
    } else if group < LEAVES {
        Some(group % TOP)
    } else {
        Some(TOP + group % (LEAVES - TOP))
    }
}

/// The group that a person is in.
pub const fn leaf(person: usize) -> usize {
    LEAVES + person % (GROUPS - LEAVES)
}

/// The groups that a member of `group` is in, itself among them.
pub fn upwards(group: usize) -> impl Iterator<Item = usize> {
    std::iter::successors(Some(group), |group| parent(*group))
}

/// Somebody who is in a group, through any depth.
const fn somebody_in(group: usize, pick: usize) -> usize {
    let middle = if group < TOP { TOP + group + TOP * (pick % 10) } else { group };
    let leaf = if middle < LEAVES { middle - TOP + (LEAVES - TOP) * (2 + pick % 8) } else { middle };
    (leaf - LEAVES) + (GROUPS - LEAVES) * (pick % 11)
}

/// Whether the organisation manages somebody's device.
pub const fn managed(person: usize) -> bool {
    !person.is_multiple_of(8)
}

/// Whether somebody's device passed every check.
pub const fn compliant(person: usize) -> bool {
    person % 10 != 3
}

/// One question.
#[derive(Debug, Clone, Copy)]
pub struct Question {
    /// Who.
    pub person: usize,
    /// Which application.
    pub application: usize,
    /// Which part of it.
    pub part: usize,
    /// To do what.
    pub action: Action,
}

/// The questions: every other one by somebody whom a permit is for.
pub fn questions(count: usize) -> Vec<Question> {
    (0..count).map(question).collect()
}

const fn question(number: usize) -> Question {
    let asked = number * 7 % ASKED;
    let of = permit(asked);
    let person =
        if number.is_multiple_of(2) { somebody_in(of.group, number / 2) } else { number * 7919 % PEOPLE };
    let action = if number.is_multiple_of(3) { of.action } else { Action::Read };
    Question { person, application: of.application, part: number * 3 / 2 % PARTS, action }
}

/// Something that happens to somebody, and is undone later.
#[derive(Debug, Clone, Copy)]
pub struct Change {
    /// To whom.
    pub person: usize,
    /// What.
    pub kind: ChangeKind,
}

/// What happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// The device stops passing a check.
    Device,
    /// They join a group.
    Group(usize),
    /// The account looks as if somebody else used it.
    Risk,
}

/// The change that happens before a block of questions, to whoever asks one of them; every second block undoes it.
pub fn change(block: usize, questions: &[Question], per_block: usize) -> Option<Change> {
    let number = block / 2;
    let person = questions.get(number * 2 * per_block + per_block / 2)?.person;
    let kind = match number % 3 {
        0 => ChangeKind::Device,
        1 => ChangeKind::Group(permit(number % ASKED).group),
        _ => ChangeKind::Risk,
    };
    Some(Change { person, kind })
}

// --- the same as facts ----------------------------------------------------------------------------------------------

/// A name of an application.
pub fn application_name(application: usize) -> String {
    format!("app-{application}")
}

/// A name of a group.
pub fn group_name(group: usize) -> String {
    format!("group-{group}")
}

/// An id of a person, session, credential or device.
pub const fn bits(number: usize) -> Uuid {
    Uuid::from_u128(number as u128 + 1)
}

/// Somebody's key, secret or whatever else is a digest.
pub fn digest(number: usize) -> Digest {
    let mut bytes = [7; 32];
    for (to, from) in bytes.iter_mut().zip(number.to_be_bytes()) {
        *to = from;
    }
    Digest::new(bytes)
}

/// A fact that was stated some seconds before now.
fn stated(seconds: i64, fact: Fact) -> Stated {
    Stated { at: before(seconds), by: Actor::Operator, fact }
}

/// The facts that the company is made of.
pub fn facts() -> Outcome<Vec<Stated>> {
    let mut facts = Vec::new();
    for group in 0..GROUPS {
        facts.push(Fact::Group(GroupFact::Added {
            group: group_name(group).parse()?,
            purpose: String::new(),
        }));
        if let Some(parent) = parent(group) {
            let member = Member::Group(group_name(group).parse()?);
            facts.push(Fact::Group(GroupFact::MemberAdded { group: group_name(parent).parse()?, member }));
        }
    }
    for application in 0..APPLICATIONS {
        facts.push(declared(application)?);
    }
    for person in 0..PEOPLE {
        facts.extend(hired(person)?);
    }
    Ok(facts
        .into_iter()
        .map(|fact| stated(600, fact))
        .chain((0..PEOPLE).map(|p| posture(p, compliant(p))))
        .collect())
}

fn declared(application: usize) -> Outcome<Fact> {
    let resources = SENSITIVITY.iter().enumerate().map(|(part, sensitivity)| Resource {
        part: format!("part-{part}"),
        sensitivity: Some(*sensitivity),
    });
    let routes = (0..SENSITIVITY.len()).map(|part| {
        let path = format!("/part-{part}/**");
        (format!("part-{part}"), vec![Route { methods: BTreeSet::new(), path, action: None }])
    });
    let name = application_name(application);
    let about = Application {
        title: name.clone(),
        owner: "Team".to_owned(),
        stage: ApplicationStage::Enforce,
        sensitivity: None,
        resources: resources.collect(),
        operations: BTreeMap::new(),
        protocol: ApplicationProtocol::Http(HttpApplication {
            hosts: BTreeSet::from([format!("{name}.example.test")]),
            upstream: "http://127.0.0.1:1".to_owned().try_into()?,
            routes: routes.collect(),
            assertion_header: "x-countersign-assertion".to_owned(),
            download_types: BTreeSet::new(),
            request_headers: None,
        }),
    };
    Ok(Fact::Application(ApplicationFact::Declared { application: name.parse()?, about }))
}

fn hired(person: usize) -> Outcome<[Fact; 5]> {
    let (id, credential) = (PersonId::new(bits(person)), CredentialId::new(bits(person)));
    let about = Person {
        name: format!("Person {person}"),
        email: format!("person-{person}@example.test"),
        kind: PersonKind::Employee,
        aliases: BTreeSet::new(),
    };
    let device = Device {
        name: format!("laptop {person}"),
        owner: Some(id),
        platform: "Debian 12".to_owned(),
        managed: managed(person),
        key: Some(digest(person)),
    };
    let session = Session {
        person: id,
        credential,
        secret: digest(PEOPLE + person),
        assurance: Assurance::Aal2,
        address: None,
        expires_at: before(-40_000),
    };
    Ok([
        Fact::Person(PersonFact::Added { person: id, about }),
        Fact::Group(GroupFact::MemberAdded {
            group: group_name(leaf(person)).parse()?,
            member: Member::Person(id),
        }),
        Fact::Credential(CredentialFact::Registered {
            credential,
            person: id,
            name: "key".to_owned(),
            invitation: None,
            assurance: Assurance::Aal2,
            passkey: serde_json::Value::Null,
        }),
        Fact::Device(DeviceFact::Registered { device: DeviceId::new(bits(person)), about: device }),
        Fact::Session(SessionFact::Started { session: SessionId::new(bits(person)), about: session }),
    ])
}

fn posture(person: usize, passes: bool) -> Stated {
    let result = |check: &PostureCheck| match (passes, check) {
        (false, PostureCheck::Firewall) => CheckResult::Fail,
        _ => CheckResult::Pass,
    };
    let checks = PostureCheck::ALL.iter().map(|check| (*check, result(check))).collect();
    let posture = Posture { collected_at: before(120), checks };
    stated(120, Fact::Device(DeviceFact::PostureReported { device: DeviceId::new(bits(person)), posture }))
}

/// The fact that is a change, or its undoing.
pub fn changed(change: &Change, undo: bool) -> Outcome<Stated> {
    let person = PersonId::new(bits(change.person));
    let fact = match change.kind {
        ChangeKind::Device => return Ok(posture(change.person, undo && compliant(change.person))),
        ChangeKind::Risk => Fact::Risk(RiskFact::Changed {
            principal: Principal::Person(person),
            level: if undo { RiskLevel::Low } else { RiskLevel::High },
            reasons: vec!["an unusual place".to_owned()],
        }),
        ChangeKind::Group(group) => {
            let (group, member) = (group_name(group).parse()?, Member::Person(person));
            if undo {
                Fact::Group(GroupFact::MemberRemoved { group, member })
            } else {
                Fact::Group(GroupFact::MemberAdded { group, member })
            }
        }
    };
    Ok(stated(60, fact))
}
