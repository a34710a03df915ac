//! A company as facts: what a gate that is measured knows about, and the people whose requests are made.
//!
//! Nothing here is a way around signing in: a session is what three facts say that it is (somebody signed in, was handed
//! over to an application, and opened it there), and whoever can write a journal can state facts. The secrets in the
//! cookies are made of numbers, since nobody has anything to gain from them.

use crate::run::Outcome;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_facts::{
    Actor, Application, ApplicationFact, ApplicationProtocol, ApplicationStage, CredentialFact, Device,
    DeviceFact, Digest, Fact, GroupFact, HttpApplication, Member, PartRoutes, Person, PersonFact, PersonKind,
    PoliciesFact, PolicyFile, Posture, Resource, Route, Session, SessionFact,
};
use countersign_journal::Journal;
use countersign_ledger::Ledger;
use countersign_names::{
    Action, Assurance, CheckResult, CredentialId, DeviceId, PersonId, PostureCheck, Sensitivity, SessionId,
    Timestamp,
};
use countersign_policy::{PolicySet, defaults};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// The host of the application whose pages are internal.
pub const WIKI: &str = "wiki.localhost";
/// The host of the application whose pages are confidential, and ask for a device that passes every check.
pub const VAULT: &str = "vault.localhost";

/// Whose requests are made. They are in the group `g220`, which is in `g30`, which is in `g0`, which may use everything.
pub const ASKER: u128 = 110;
/// The group that they are in, the one above it, and the one that the permits name.
pub const NESTED: [&str; 3] = ["g220", "g30", "g0"];
/// The device that belongs to [`ASKER`].
pub const LAPTOP: u128 = 1;

const GROUPS: usize = 1_000;
const FACTS_AT_A_TIME: usize = 1_000;
const DAY: Duration = Duration::from_secs(11 * 3600);

/// How large it is.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// People.
    pub people: u128,
    /// Applications, each with one resource, the two whose requests are made among them.
    pub applications: usize,
    /// Policies, the guardrails among them.
    pub policies: usize,
    /// Sessions of [`ASKER`] that are open at both applications.
    pub sessions: u32,
}

impl Size {
    /// What the figures are agreed for.
    pub const COMPANY: Self = Self { people: 10_000, applications: 500, policies: 320, sessions: 100 };
    /// A small one, to see that everything works.
    pub const QUICK: Self = Self { people: 500, applications: 20, policies: 60, sessions: 100 };
}

/// The present moment.
#[expect(clippy::disallowed_methods, reason = "a program is an edge: its sessions begin now")]
pub fn now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(0))
}

/// The `Cookie` header of a session at an application. Sessions are counted from 0.
pub fn cookie(session: u32, host: &str) -> String {
    format!("__Host-countersign-app={}", secret(session, host))
}

fn secret(session: u32, host: &str) -> String {
    URL_SAFE_NO_PAD.encode(sha256(format!("session {session} at {host}").as_bytes()).as_bytes())
}

/// The id of a session.
pub fn session(number: u32) -> SessionId {
    SessionId::new(Uuid::from_u128(u128::from(number) + 1))
}

/// The id of the device of [`ASKER`].
pub fn laptop() -> DeviceId {
    DeviceId::new(Uuid::from_u128(LAPTOP))
}

fn sha256(bytes: &[u8]) -> Digest {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes);
    let mut out = [0; 32];
    out.copy_from_slice(digest.as_ref());
    Digest::new(out)
}

/// Write the company into a new journal in this file.
///
/// # Errors
/// When the file can not be written.
pub async fn write(journal: &Path, size: Size, upstream: SocketAddr, device_key: Option<&[u8]>) -> Outcome {
    let ledger = Ledger::open(Journal::open_sqlite(journal).await?, Arc::new(now), |_| {}).await?;
    tell(&ledger, size, upstream, device_key).await?;
    ledger.journal().close().await;
    Ok(())
}

/// State the company.
///
/// # Errors
/// When the journal does not answer, or a fact contradicts one before it.
pub async fn tell(ledger: &Ledger, size: Size, upstream: SocketAddr, device_key: Option<&[u8]>) -> Outcome {
    let mut facts = people(size.people)?;
    facts.extend(applications(size.applications, upstream)?);
    facts.push(policies(size, "read")?);
    facts.push(device(device_key));
    facts.push(posture(CheckResult::Pass));
    for number in 0..size.sessions {
        facts.extend(signed_in(number)?);
    }
    for some in facts.chunks(FACTS_AT_A_TIME) {
        ledger.state(Actor::System("bench".to_owned()), some.to_vec()).await?;
    }
    Ok(())
}

fn person(number: u128) -> PersonId {
    PersonId::new(Uuid::from_u128(number))
}

/// Ten groups at the top, a hundred below them, the rest below those; everybody is in one of the last.
fn people(count: u128) -> Outcome<Vec<Fact>> {
    let mut facts = Vec::new();
    for n in 0..GROUPS {
        facts.push(Fact::Group(GroupFact::Added {
            group: format!("g{n}").parse()?,
            purpose: "Measured".to_owned(),
        }));
    }
    for n in 10..GROUPS {
        let above = if n < 110 { n % 10 } else { 10 + n % 100 };
        let member = Member::Group(format!("g{n}").parse()?);
        facts.push(Fact::Group(GroupFact::MemberAdded { group: format!("g{above}").parse()?, member }));
    }
    for n in 1..=count {
        let about = Person {
            name: format!("Person {n}"),
            email: format!("person-{n}@example.com"),
            kind: PersonKind::Employee,
            aliases: BTreeSet::new(),
        };
        facts.push(Fact::Person(PersonFact::Added { person: person(n), about }));
        let leaf = 110 + usize::try_from(n)? % (GROUPS - 110);
        facts.push(Fact::Group(GroupFact::MemberAdded {
            group: format!("g{leaf}").parse()?,
            member: Member::Person(person(n)),
        }));
    }
    Ok(facts)
}

fn applications(count: usize, upstream: SocketAddr) -> Outcome<Vec<Fact>> {
    let mut facts = Vec::new();
    for n in 0..count {
        let (name, sensitivity) = match n {
            0 => ("wiki".to_owned(), Sensitivity::Internal),
            1 => ("vault".to_owned(), Sensitivity::Confidential),
            _ => (format!("app{n}"), Sensitivity::Confidential),
        };
        // Opening a stream here is watching, which is reading, as in the sample applications.
        let route = Route { methods: BTreeSet::new(), path: "/**".to_owned(), action: Some(Action::Read) };
        let about = Application {
            title: name.clone(),
            owner: "Platform team".to_owned(),
            stage: ApplicationStage::Enforce,
            sensitivity: Some(sensitivity),
            resources: vec![Resource { part: "pages".to_owned(), sensitivity: None }],
            operations: BTreeMap::new(),
            protocol: ApplicationProtocol::Http(HttpApplication {
                hosts: BTreeSet::from([format!("{name}.localhost")]),
                upstream: format!("http://{upstream}").parse()?,
                routes: PartRoutes::from_iter([("pages", vec![route])]),
                assertion_header: "x-countersign-assertion".to_owned(),
                download_types: BTreeSet::new(),
                request_headers: None,
            }),
        };
        facts.push(Fact::Application(ApplicationFact::Declared { application: name.parse()?, about }));
    }
    Ok(facts)
}

/// The guardrails that ship, and permits for every application, as many as make up the number. What the top group may do
/// at the two applications that are asked is `action`, so that an edit can take it away.
///
/// # Errors
/// When they do not validate.
pub fn policies(size: Size, action: &str) -> Outcome<Fact> {
    let mut files = defaults();
    let shipped = PolicySet::parse(&files)?.policies().len();
    for n in 0..size.policies.saturating_sub(shipped) {
        let application = match n {
            0 => "wiki".to_owned(),
            1 => "vault".to_owned(),
            _ => format!("app{}", 2 + n % (size.applications - 2)),
        };
        let (group, action) = if n < 2 { (0, action) } else { (n % 10, "write") };
        let file = files.entry(format!("applications/{application}.cedar")).or_default();
        write!(
            file,
            "@id(\"p{n}\")\n@owner(\"team\")\n@reason(\"Theirs.\")\n@review(\"2027-01-01\")\npermit (\n  \
             principal in Countersign::Group::\"g{group}\",\n  action == Countersign::Action::\"{action}\",\n  \
             resource in Countersign::Application::\"{application}\"\n)\nwhen {{ resource.sensitivity <= 2 }};\n"
        )?;
    }
    PolicySet::parse(&files)?;
    let text: String = files.iter().flat_map(|(path, text)| [path.as_str(), text.as_str()]).collect();
    let version = sha256(text.as_bytes());
    Ok(Fact::Policies(PoliciesFact::Published {
        version,
        files: files.into_iter().map(|(path, text)| (path, PolicyFile(text))).collect(),
    }))
}

fn device(key: Option<&[u8]>) -> Fact {
    let about = Device {
        name: "laptop".to_owned(),
        owner: Some(person(ASKER)),
        platform: "Debian 12".to_owned(),
        managed: true,
        key: key.map(sha256),
    };
    Fact::Device(DeviceFact::Registered { device: laptop(), about })
}

/// A report of the laptop, in which the firewall's check came out so and all others passed.
pub fn posture(firewall: CheckResult) -> Fact {
    let result = |check| if check == PostureCheck::Firewall { firewall } else { CheckResult::Pass };
    let checks = PostureCheck::ALL.iter().map(|check| (*check, result(*check))).collect();
    Fact::Device(DeviceFact::PostureReported {
        device: laptop(),
        posture: Posture { collected_at: now(), checks },
    })
}

/// [`ASKER`] signs in, and opens both applications.
///
/// # Errors
/// None that could happen: the names are ours.
pub fn signed_in(number: u32) -> Outcome<Vec<Fact>> {
    let (id, expires_at) = (session(number), now().plus(DAY));
    let credential = CredentialId::new(Uuid::from_u128(u128::from(number) + 1));
    let mut facts = vec![
        Fact::Credential(CredentialFact::Registered {
            credential,
            person: person(ASKER),
            name: "key".to_owned(),
            invitation: None,
            assurance: Assurance::Aal2,
            passkey: serde_json::Value::Null,
        }),
        Fact::Session(SessionFact::Started {
            session: id,
            about: Session {
                person: person(ASKER),
                credential,
                secret: sha256(secret(number, "sign-in").as_bytes()),
                assurance: Assurance::Aal2,
                address: None,
                expires_at,
            },
        }),
    ];
    for (application, host) in [("wiki", WIKI), ("vault", VAULT)] {
        let code = sha256(format!("code {number} {host}").as_bytes());
        let state = sha256(b"state");
        let application: countersign_names::ApplicationName = application.parse()?;
        facts.push(Fact::Session(SessionFact::HandedOver {
            session: id,
            application: application.clone(),
            code,
            state,
            expires_at,
        }));
        let secret = sha256(secret(number, host).as_bytes());
        facts.push(Fact::Session(SessionFact::Opened { session: id, application, code, secret }));
    }
    Ok(facts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn its_facts_agree_with_each_other_and_its_sessions_are_signed_in() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.sqlite");
        write(&path, Size::QUICK, "127.0.0.1:9".parse().unwrap(), None).await.unwrap();
        let ledger =
            Ledger::open(Journal::open_sqlite(&path).await.unwrap(), Arc::new(now), |_| {}).await.unwrap();
        let world = ledger.world();
        assert_eq!(
            (world.people().count(), world.groups().count(), world.applications().count()),
            (500, GROUPS, 20)
        );
        for host in [WIKI, VAULT] {
            let cookie = cookie(0, host);
            let (_, secret) = cookie.split_once('=').unwrap();
            let signed_in = world.signed_in(&sha256(secret.as_bytes()), now()).unwrap();
            assert_eq!(signed_in.application.map(|name| format!("{name}.localhost")).as_deref(), Some(host));
        }
        let asker = world.person(person(ASKER)).unwrap();
        for group in NESTED {
            assert!(asker.groups.iter().any(|name| name.as_str() == group), "{group}: {:?}", asker.groups);
        }
    }

    #[test]
    fn there_are_as_many_policies_as_are_said() {
        for size in [Size::QUICK, Size::COMPANY] {
            let Fact::Policies(PoliciesFact::Published { files, .. }) = policies(size, "read").unwrap()
            else {
                panic!("no policies")
            };
            let files = files.into_iter().map(|(path, file)| (path, file.0)).collect();
            assert_eq!(PolicySet::parse(&files).unwrap().policies().len(), size.policies);
        }
    }
}
