//! A company of 10,000: who is in it, what it uses, what its policies say.
//!
//! What is planted: three of its people use the application `ledger`, which is confidential, from devices of their own, and
//! nobody else does; the guardrails about devices leave `ledger` out. One guardrail never bites. One exception has lapsed
//! in spirit: whoever it excuses has long had a device in order. Another one's exceptions are needed.

use crate::run::Outcome;
use countersign_facts::{
    Application, ApplicationFact, ApplicationProtocol, ApplicationStage, CredentialFact, Device, DeviceFact,
    Digest, ExceptionFact, ExceptionScope, Fact, GroupFact, HttpApplication, Member, NetworkFact, PartRoutes,
    Person, PersonFact, PersonKind, PoliciesFact, PolicyFile, Resource,
};
use countersign_names::{
    Assurance, Cohort, CredentialId, DeviceId, EvidenceItem, ExceptionId, PersonId, Sensitivity,
};
use countersign_policy::{PolicySet, defaults, starter_permits};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// The parts of each application.
pub const PARTS: usize = 4;

/// The application that is confidential and lets any device in.
pub const LEDGER: usize = 0;

/// The confidential application that exceptions were opened for.
pub const EXCUSING: usize = 10;

/// Who is excused from a device in order, and has one.
pub const LAPSED: u32 = 44;

/// Who is excused from a managed device, and comes from their own.
pub const EXCUSED: u32 = 153;

/// The guardrail that never bites: nobody opens a stream anywhere.
pub const TOOTHLESS: &str = "no-streams-at-night";

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
    (planted().contains(&person) || person == EXCUSED || person % 50 == 3).then_some(1_000_000 + person)
}

/// On what terms somebody is here.
pub const fn cohort(person: u32) -> Cohort {
    if person % 20 == 7 { Cohort::Contractor } else { Cohort::Employee }
}

/// The name of an application.
pub fn application_name(application: usize) -> String {
    if application == LEDGER { "ledger".to_owned() } else { format!("app-{application}") }
}

/// Everything before the first day.
pub fn facts(size: Size) -> Outcome<Vec<Fact>> {
    let mut facts = Vec::new();
    facts.push(Fact::Group(GroupFact::Added { group: "staff".parse()?, purpose: "everybody".to_owned() }));
    let (network, ranges) = ("office".to_owned(), BTreeSet::from(["10.0.0.0/8".parse()?]));
    facts.push(Fact::Network(NetworkFact::Declared { network, ranges }));
    for person in 0..size.people {
        facts.extend(of_person(person)?);
    }
    for application in 0..size.applications {
        facts.extend(of_application(application)?);
    }
    facts.push(exception(LAPSED, 0, "compliant-device")?);
    for (number, guardrail) in ["managed-device", "compliant-device", "fresh-posture"].iter().enumerate() {
        facts.push(exception(EXCUSED, 1 + number as u32, guardrail)?);
    }
    let files = policy_files(size)?;
    facts.push(Fact::Policies(PoliciesFact::Published {
        version: Digest::new(PolicySet::parse(&files)?.version()),
        files: files.into_iter().map(|(path, text)| (path, PolicyFile(text))).collect(),
    }));
    Ok(facts)
}

fn of_person(person: u32) -> Outcome<Vec<Fact>> {
    let (id, owner) = (PersonId::new(bits(person)), Some(PersonId::new(bits(person))));
    let about = Person {
        name: format!("Person {person}"),
        email: format!("p{person}@example.test"),
        kind: match cohort(person) {
            Cohort::Contractor => PersonKind::Contractor,
            _ => PersonKind::Employee,
        },
        aliases: BTreeSet::new(),
    };
    let device = |number: u32, managed: bool| {
        Fact::Device(DeviceFact::Registered {
            device: DeviceId::new(bits(number)),
            about: Device {
                name: format!("device {number}"),
                owner,
                platform: "Debian 12".to_owned(),
                managed,
                key: Some(digest(number, 1)),
            },
        })
    };
    let mut facts = vec![
        Fact::Person(PersonFact::Added { person: id, about }),
        Fact::Credential(CredentialFact::Registered {
            credential: CredentialId::new(bits(person)),
            person: id,
            name: "laptop".to_owned(),
            invitation: None,
            assurance: Assurance::Aal2,
            passkey: serde_json::Value::Null,
        }),
        Fact::Group(GroupFact::MemberAdded { group: "staff".parse()?, member: Member::Person(id) }),
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
        stage: ApplicationStage::Enforce,
        sensitivity: Some(sensitivity(application)),
        resources: (0..PARTS)
            .map(|part| Resource { part: format!("part-{part}"), sensitivity: None })
            .collect(),
        operations: BTreeMap::new(),
        protocol: ApplicationProtocol::Http(HttpApplication {
            hosts: BTreeSet::from([format!("{name}.localhost")]),
            upstream: "http://127.0.0.1:1".parse()?,
            routes: PartRoutes::default(),
            assertion_header: "x-countersign-assertion".to_owned(),
            download_types: BTreeSet::new(),
            request_headers: None,
        }),
    };
    Ok(vec![Fact::Application(ApplicationFact::Declared { application: name.parse()?, about })])
}

/// The number of an exception, of those that were opened.
pub fn exception_id(number: u32) -> ExceptionId {
    ExceptionId::new(bits(number))
}

fn exception(person: u32, number: u32, guardrail: &str) -> Outcome<Fact> {
    let person = PersonId::new(bits(person));
    let application = Some(application_name(EXCUSING).parse()?);
    Ok(Fact::Exception(ExceptionFact::Opened {
        exception: exception_id(number),
        policy: guardrail.parse()?,
        scope: ExceptionScope { person: Some(person), group: None, application },
        owner: PersonId::new(bits(0)),
        authority: "CISO".to_owned(),
        reason: "planted".to_owned(),
        expires_at: "2027-01-01T00:00:00Z".parse()?,
    }))
}

/// Whether an access that went ahead rests on implicit trust in `item`: told from what is planted, and from what the
/// shipped guardrails are documented to ask for, never from their text.
pub fn trusted(person: u32, application: usize, writes: bool, own_device: bool, item: EvidenceItem) -> bool {
    let confidential = sensitivity(application) == Sensitivity::Confidential;
    match item {
        // No guardrail asks from where.
        EvidenceItem::Place => true,
        // What is internal may be read from any device, and so may the ledger. Whoever is excused needs none.
        EvidenceItem::Device => {
            !writes && (!confidential || application == LEDGER || (own_device && person == EXCUSED))
        }
        // Only what is confidential asks for a device in order, and the ledger does not.
        EvidenceItem::Compliance => {
            let excused = application == EXCUSING && (person == LAPSED || (own_device && person == EXCUSED));
            !confidential || application == LEDGER || excused
        }
        // Everything here is at least internal: it asks for a fresh proof of whoever does not look risky.
        EvidenceItem::PhishingResistance | EvidenceItem::Freshness | EvidenceItem::Risk => false,
        EvidenceItem::Grant | EvidenceItem::Exception => false,
    }
}

/// The guardrails that have nothing to do in this company: nothing is restricted or without a label, nobody administers or
/// downloads.
pub const IDLE: [&str; 8] = [
    TOOTHLESS,
    "privileged-needs-grant",
    "medium-risk-steps-up",
    "fresh-for-restricted",
    "fresh-for-privileged",
    "fresh-posture-for-restricted",
    "unlabelled-is-restricted",
    "unmanaged-no-downloads",
];

pub const fn sensitivity(application: usize) -> Sensitivity {
    match application {
        LEDGER => Sensitivity::Confidential,
        other if other % 10 == 0 => Sensitivity::Confidential,
        _ => Sensitivity::Internal,
    }
}

/// The guardrails as they are shipped, except that `ledger` was left out of those about devices, and the toothless one; a
/// permit or two for each application.
fn policy_files(size: Size) -> Outcome<BTreeMap<String, String>> {
    let mut files = defaults();
    let devices =
        files.get_mut("guardrails/devices.cedar").ok_or("no guardrails about devices are shipped")?;
    *devices = devices.replace(
        "when { resource.sensitivity >= 2 }",
        "when { resource.sensitivity >= 2 && !(resource in Countersign::Application::\"ledger\") }",
    );
    let toothless = format!(
        "@id(\"{TOOTHLESS}\")\n@owner(\"security\")\n@reason(\"No streams at night.\")\n@review(\"2027-05-31\")\n\
         forbid (principal, action == Countersign::Action::\"connect\", resource)\n\
         when {{ context.time.hour >= 22 || context.time.hour < 5 }};\n"
    );
    files.insert("guardrails/streams.cedar".to_owned(), toothless);
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
