//! Fills the data folder of a new installation with people, devices, sessions and recorded decisions, so that lists can be
//! measured at their size (`bench/console.sh`).
//!
//! `cargo run --release -p countersign-admission --example large_installation -- FOLDER 100000 50000 10000000` states 100,000
//! people and 50,000 devices in the journal, and records ten million decisions of at most the last thirty days. Start
//! `countersign up --data FOLDER` afterwards.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement stops at the first surprise, and prints"
)]

#[path = "../../evidence/tests/evidence/common/mod.rs"]
mod day;

use countersign_evidence::{Completed, Decided, Evidence, Options, Sink};
use countersign_facts::{
    Actor, CredentialFact, Device, DeviceFact, Digest, ExceptionFact, ExceptionScope, Fact, GroupFact,
    Member, Person, PersonFact, PersonKind, Posture, Session, SessionFact,
};
use countersign_journal::Journal;
use countersign_ledger::Ledger;
use countersign_names::{
    Assurance, CheckResult, CredentialId, DeviceId, ExceptionId, PersonId, PostureCheck, Principal,
    SessionId, Timestamp,
};
use day::{Day, MIDNIGHT};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};
use uuid::Uuid;

const DAY: i64 = 86_400_000_000;
const DAYS: i64 = 30;
const GROUPS: u64 = 500;
/// The console fetches all exceptions at once.
const EXCEPTIONS: u64 = 2_000;
/// One person in this many is signed in now.
const SIGNED_IN: u64 = 5;

const FIRST: [&str; 16] = [
    "Ada",
    "Alan",
    "Barbara",
    "Claude",
    "Donald",
    "Edsger",
    "Frances",
    "Grace",
    "Hedy",
    "John",
    "Katherine",
    "Leslie",
    "Margaret",
    "Niklaus",
    "Radia",
    "Shafi",
];
const LAST: [&str; 16] = [
    "Allen",
    "Dijkstra",
    "Goldwasser",
    "Hamilton",
    "Hopper",
    "Johnson",
    "Knuth",
    "Lamarr",
    "Lamport",
    "Liskov",
    "Lovelace",
    "McCarthy",
    "Perlman",
    "Shannon",
    "Turing",
    "Wirth",
];

/// What the installation has.
#[derive(Clone, Copy)]
struct Size {
    people: u64,
    devices: u64,
    decisions: i64,
}

#[expect(clippy::disallowed_methods, reason = "a program is an edge: what it fills ends now")]
#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, people, devices, decisions] = arguments.as_slice() else {
        println!("usage: large_installation FOLDER PEOPLE DEVICES DECISIONS");
        std::process::exit(2);
    };
    let folder = Path::new(folder);
    let size = Size {
        people: people.parse().unwrap(),
        devices: devices.parse().unwrap(),
        decisions: decisions.parse().unwrap(),
    };
    std::fs::create_dir_all(folder).unwrap();
    let now = i64::try_from(
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_micros(),
    )
    .unwrap();
    let started = Instant::now();
    let facts = state(folder, size, now).await;
    println!("{facts} facts in {:.1} s", started.elapsed().as_secs_f64());
    let started = Instant::now();
    record(folder, size, now).await;
    println!("{} decisions in {:.1} s", size.decisions, started.elapsed().as_secs_f64());
}

/// States who and what there is, a month ago, and who is signed in, an hour ago. Returns the number of facts.
async fn state(folder: &Path, size: Size, now: i64) -> usize {
    let moment = Arc::new(AtomicI64::new(now - DAYS * DAY));
    let clock = Arc::clone(&moment);
    let journal = Journal::open_sqlite(folder.join("journal.sqlite")).await.unwrap();
    let clock = Arc::new(move || Timestamp::from_micros(clock.load(Ordering::Relaxed)));
    let ledger = Ledger::open(journal.clone(), clock, |_| {}).await.unwrap();
    let mut facts: Vec<Fact> = (0..GROUPS)
        .map(|n| Fact::Group(GroupFact::Added { group: group(n), purpose: format!("the team number {n}") }))
        .collect();
    facts.extend((0..size.people).flat_map(of_person));
    facts.extend((0..size.devices).flat_map(|n| of_device(n, size.people, now)));
    let mut stated = said(&ledger, facts).await;
    moment.store(now - DAY / 24, Ordering::Relaxed);
    let mut recent: Vec<Fact> =
        (0..size.people).step_by(usize::try_from(SIGNED_IN).unwrap()).map(|n| session(n, now)).collect();
    recent.extend((0..EXCEPTIONS.min(size.people)).map(|n| exception(n, now)));
    stated += said(&ledger, recent).await;
    journal.close().await;
    stated
}

async fn said(ledger: &Ledger, facts: Vec<Fact>) -> usize {
    for some in facts.chunks(1_000) {
        ledger.state(Actor::System("large-installation".to_owned()), some.to_vec()).await.unwrap();
    }
    facts.len()
}

/// Records decisions of the days before this one, so many on each. The day of the evidence's tests is no earlier than
/// `MIDNIGHT`.
async fn record(folder: &Path, size: Size, now: i64) {
    let (sink, _store) = Evidence::open(folder.join("evidence"), Options::default()).unwrap();
    let midnight = now - now.rem_euclid(DAY);
    let days = ((midnight - MIDNIGHT) / DAY).clamp(1, DAYS);
    for ago in (1..=days).rev() {
        let a_day = size.decisions / days;
        let seed = u64::try_from(ago).unwrap();
        let mut day = Day::new(seed, size.people, a_day, midnight - ago * DAY - MIDNIGHT);
        for _ in 0..a_day {
            let (mut decided, completed) = day.next();
            belongs(&mut decided, size);
            keep(&sink, &decided, completed.as_ref()).await;
        }
        println!("day {} of {days}", days + 1 - ago);
    }
    sink.flush().await.unwrap();
    sink.close().await.unwrap();
}

async fn keep(sink: &Sink, decided: &Decided, completed: Option<&Completed>) {
    while sink.record(decided).is_err() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let Some(completed) = completed else { return };
    while sink.complete(completed).is_err() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// Makes a recorded decision one about a person and a device of this installation.
fn belongs(decided: &mut Decided, size: Size) {
    let Principal::Person(person) = decided.principal else { return };
    let number = u64::try_from(person.bits().as_u128() % u128::from(size.people)).unwrap();
    decided.principal = Principal::Person(PersonId::new(bits(number)));
    decided.device = Some(DeviceId::new(bits(number % size.devices)));
    // No decision may know more than the journal holds.
    decided.world = decided.world.min(size.people);
}

fn bits(number: u64) -> Uuid {
    Uuid::from_u128(u128::from(number) + 1)
}

fn digest(number: u64, of: u8) -> Digest {
    let mut bytes = [of; 32];
    for (place, byte) in bytes.iter_mut().zip(number.to_be_bytes()) {
        *place = byte;
    }
    Digest::new(bytes)
}

fn group(n: u64) -> countersign_names::GroupName {
    format!("team-{:03}", n % GROUPS).parse().unwrap()
}

/// A person in a group, with a passkey if they are signed in. The order of names differs from that of addresses.
fn of_person(n: u64) -> Vec<Fact> {
    let id = PersonId::new(bits(n));
    let pick = |names: [&'static str; 16], at: u64| *names.get(usize::try_from(at % 16).unwrap()).unwrap();
    let about = Person {
        name: format!("{} {} {:05}", pick(FIRST, n * 7), pick(LAST, n / 16), n * 7_919 % 100_000),
        email: format!("p{n:06}@example.org"),
        kind: if n.is_multiple_of(100) { PersonKind::Contractor } else { PersonKind::Employee },
        aliases: BTreeSet::new(),
    };
    let mut facts = vec![
        Fact::Person(PersonFact::Added { person: id, about }),
        Fact::Group(GroupFact::MemberAdded { group: group(n), member: Member::Person(id) }),
    ];
    if n.is_multiple_of(SIGNED_IN) {
        facts.push(Fact::Credential(CredentialFact::Registered {
            credential: CredentialId::new(bits(n)),
            person: id,
            name: "laptop".to_owned(),
            invitation: None,
            assurance: Assurance::Aal2,
            passkey: Default::default(),
        }));
    }
    facts
}

/// A device that reported its posture. One in fifty is not managed, and one in seven fails a check.
fn of_device(n: u64, people: u64, now: i64) -> [Fact; 2] {
    let device = DeviceId::new(bits(n));
    let about = Device {
        name: format!("laptop-{n:06}"),
        owner: Some(PersonId::new(bits(n % people))),
        platform: if n.is_multiple_of(3) { "Windows 11" } else { "Debian 12" }.to_owned(),
        managed: !n.is_multiple_of(50),
        key: Some(digest(n, 1)),
    };
    let result = |check: PostureCheck| match n.is_multiple_of(7) && check == PostureCheck::DiskEncryption {
        true => CheckResult::Fail,
        false => CheckResult::Pass,
    };
    let checks = PostureCheck::ALL.iter().map(|check| (*check, result(*check))).collect();
    let posture = Posture { collected_at: Timestamp::from_micros(now - DAYS * DAY), checks };
    [
        Fact::Device(DeviceFact::Registered { device, about }),
        Fact::Device(DeviceFact::PostureReported { device, posture }),
    ]
}

fn session(n: u64, now: i64) -> Fact {
    Fact::Session(SessionFact::Started {
        session: SessionId::new(bits(n)),
        about: Session {
            person: PersonId::new(bits(n)),
            credential: CredentialId::new(bits(n)),
            secret: digest(n, 2),
            assurance: Assurance::Aal2,
            address: Some([192, 0, 2, 7].into()),
            expires_at: Timestamp::from_micros(now + DAY / 2),
        },
    })
}

fn exception(n: u64, now: i64) -> Fact {
    let person = PersonId::new(bits(n));
    Fact::Exception(ExceptionFact::Opened {
        exception: ExceptionId::new(bits(n)),
        policy: "fresh-posture".parse().unwrap(),
        scope: ExceptionScope { person: Some(person), group: None, application: None },
        owner: PersonId::new(bits(0)),
        authority: format!("CISO, ticket {n}"),
        reason: "the agent arrives in spring".to_owned(),
        expires_at: Timestamp::from_micros(now + DAY * (1 + i64::try_from(n % 90).unwrap())),
    })
}
