//! A company of 10,000: who is in it, what it uses, what its policies say. Three of its people use the application
//! `ledger`, which is confidential, from devices of their own; nobody else does.

use crate::run::Outcome;
use countersign_facts::{
    Application, ApplicationStage, Device, Digest, Fact, Member, Person, PersonKind, PolicyFile, Resource,
};
use countersign_names::{Assurance, CredentialId, DeviceId, PersonId, Sensitivity};
use countersign_policy::{PolicySet, defaults, starter_permits};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// The parts of each application.
pub const PARTS: usize = 4;

/// The application that is confidential and lets any device in.
pub const LEDGER: usize = 0;

/// How large it is.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// People.
    pub people: u32,
    /// Applications, each with [`PARTS`] routes.
    pub applications: usize,
    /// Days that are lived.
    pub days: u32,
    /// Visits of a person on a working day, each of which is [`super::life::BURST`] accesses.
    pub visits: u32,
}

impl Size {
    /// What the figures are agreed for.
    pub const COMPANY: Self = Self { people: 10_000, applications: 140, days: 30, visits: 5 };
    /// A small one, to see that everything works.
    pub const QUICK: Self = Self { people: 500, applications: 20, days: 4, visits: 5 };
}

/// Who uses `ledger` from a device of their own.
pub const fn planted() -> [u32; 3] {
    [17, 101, 333]
}

/// An id's bits.
pub fn bits(number: u32) -> Uuid {
    Uuid::from_u128(u128::from(number) + 1)
}

/// A digest of a number.
pub fn digest(number: u32, of: u8) -> Digest {
    let mut bytes = [of; 32];
    for (place, byte) in bytes.iter_mut().zip(number.to_be_bytes()) {
        *place = byte;
    }
    Digest::new(bytes)
}

/// The device that the company gave to somebody.
pub fn laptop(person: u32) -> DeviceId {
    DeviceId::new(bits(person))
}

/// The number of somebody's own device, for those who registered one.
pub fn own_device(person: u32) -> Option<u32> {
    (planted().contains(&person) || person % 50 == 3).then_some(1_000_000 + person)
}

/// The name of an application.
pub fn application_name(application: usize) -> String {
    if application == LEDGER { "ledger".to_owned() } else { format!("app-{application}") }
}

/// Everything before the first day.
pub fn facts(size: Size) -> Outcome<Vec<Fact>> {
    let mut facts = Vec::new();
    facts.push(Fact::GroupAdded { group: "staff".parse()?, purpose: "everybody".to_owned() });
    for person in 0..size.people {
        facts.extend(of_person(person)?);
    }
    for application in 0..size.applications {
        facts.extend(of_application(application)?);
    }
    let files = policy_files(size)?;
    facts.push(Fact::PoliciesPublished {
        version: Digest::new(PolicySet::parse(&files)?.version()),
        files: files.into_iter().map(|(path, text)| (path, PolicyFile(text))).collect(),
    });
    Ok(facts)
}

fn of_person(person: u32) -> Outcome<Vec<Fact>> {
    let (id, owner) = (PersonId::new(bits(person)), Some(PersonId::new(bits(person))));
    let about = Person {
        name: format!("Person {person}"),
        email: format!("p{person}@example.test"),
        kind: if person % 20 == 7 { PersonKind::Contractor } else { PersonKind::Employee },
        aliases: BTreeSet::new(),
    };
    let device = |number: u32, managed: bool| Fact::DeviceRegistered {
        device: DeviceId::new(bits(number)),
        about: Device {
            name: format!("device {number}"),
            owner,
            platform: "Debian 12".to_owned(),
            managed,
            key: Some(digest(number, 1)),
        },
    };
    let mut facts = vec![
        Fact::PersonAdded { person: id, about },
        Fact::CredentialRegistered {
            credential: CredentialId::new(bits(person)),
            person: id,
            name: "laptop".to_owned(),
            invitation: None,
            assurance: Assurance::Aal2,
            passkey: serde_json::Value::Null,
        },
        Fact::MemberAdded { group: "staff".parse()?, member: Member::Person(id) },
        device(person, true),
    ];
    facts.extend(own_device(person).map(|number| device(number, false)));
    Ok(facts)
}

fn of_application(application: usize) -> Outcome<Vec<Fact>> {
    let name = application_name(application);
    let about = Application {
        title: name.clone(),
        owner: "Team".to_owned(),
        hosts: BTreeSet::from([format!("{name}.localhost")]),
        upstream: "http://127.0.0.1:1".parse()?,
        stage: ApplicationStage::Enforce,
        sensitivity: Some(sensitivity(application)),
        resources: (0..PARTS)
            .map(|part| Resource { part: format!("part-{part}"), sensitivity: None, routes: Vec::new() })
            .collect(),
        assertion_header: "x-countersign-assertion".to_owned(),
        download_types: BTreeSet::new(),
        operations: BTreeMap::new(),
    };
    Ok(vec![Fact::ApplicationDeclared { application: name.parse()?, about }])
}

const fn sensitivity(application: usize) -> Sensitivity {
    match application {
        LEDGER => Sensitivity::Confidential,
        other if other % 10 == 0 => Sensitivity::Confidential,
        _ => Sensitivity::Internal,
    }
}

/// The guardrails as they are shipped, except that `ledger` was left out of those about devices; a permit or two for each
/// application.
fn policy_files(size: Size) -> Outcome<BTreeMap<String, String>> {
    let mut files = defaults();
    let devices =
        files.get_mut("guardrails/devices.cedar").ok_or("no guardrails about devices are shipped")?;
    *devices = devices.replace(
        "when { resource.sensitivity >= 2 }",
        "when { resource.sensitivity >= 2 && !(resource in Countersign::Application::\"ledger\") }",
    );
    let staff = "staff".parse()?;
    for application in 0..size.applications {
        let name = application_name(application);
        files.insert(format!("applications/{name}.cedar"), starter_permits(&name.parse()?, Some(&staff)));
    }
    Ok(files)
}

/// The same policies and one more, which asks for a device in order at `ledger`.
pub fn stricter(running: &PolicySet) -> BTreeMap<String, String> {
    let mut files = running.files().clone();
    let more = "@id(\"ledger-device\")\n@owner(\"security\")\n@reason(\"The ledger asks for a device in order.\")\n\
                @review(\"2027-05-31\")\n\
                forbid (principal, action, resource in Countersign::Application::\"ledger\")\n\
                unless { context has device && context.device.compliant };\n";
    files.insert("guardrails/ledger-device.cedar".to_owned(), more.to_owned());
    files
}
