//! How long a cold start spends folding 1,000,000 facts in a realistic mix.
//!
//! `cargo bench -p countersign-world`. Each measurement folds all of them: `fold` from facts in memory, `parse_and_fold`
//! from the journal's bytes.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::missing_docs_in_private_items,
    reason = "a bench stops at the first surprise"
)]

use countersign_facts::{
    Actor, CredentialFact, Device, DeviceFact, Digest, Fact, GroupFact, Member, Person, PersonFact,
    PersonKind, Posture, Session, SessionFact, Stated,
};
use countersign_names::{
    Assurance, CheckResult, CredentialId, DeviceId, PersonId, PostureCheck, SessionId, Timestamp,
};
use countersign_world::World;
use criterion::{Criterion, criterion_group, criterion_main};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

const FACTS: usize = 1_000_000;
const PEOPLE: u128 = 10_000;

fn secret(n: u128) -> Digest {
    let mut bytes = [0; 32];
    bytes[..16].copy_from_slice(&n.to_be_bytes());
    Digest::new(bytes)
}

fn inventory() -> Vec<Fact> {
    let mut facts = Vec::new();
    for n in 0..1000 {
        facts.push(Fact::Group(GroupFact::Added {
            group: format!("g{n}").parse().unwrap(),
            purpose: String::new(),
        }));
    }
    for n in 0..1000_u32 {
        if n >= 10 {
            let inner = Member::Group(format!("g{n}").parse().unwrap());
            facts.push(Fact::Group(GroupFact::MemberAdded {
                group: format!("g{}", n / 10).parse().unwrap(),
                member: inner,
            }));
        }
    }
    for n in 0..PEOPLE {
        let id = Uuid::from_u128(n);
        let about = Person {
            name: format!("Person {n}"),
            email: format!("p{n}@example.test"),
            kind: PersonKind::Employee,
            aliases: BTreeSet::new(),
        };
        let device = Device {
            name: format!("laptop {n}"),
            owner: Some(PersonId::new(id)),
            platform: "Debian 12".to_owned(),
            managed: true,
            key: Some(secret(n)),
        };
        facts.push(Fact::Person(PersonFact::Added { person: PersonId::new(id), about }));
        let group = format!("g{}", 100 + n % 900).parse().unwrap();
        facts.push(Fact::Group(GroupFact::MemberAdded { group, member: Member::Person(PersonId::new(id)) }));
        facts.push(Fact::Credential(CredentialFact::Registered {
            credential: CredentialId::new(id),
            person: PersonId::new(id),
            name: "key".to_owned(),
            invitation: None,
            assurance: Assurance::Aal2,
            passkey: serde_json::Value::Null,
        }));
        facts.push(Fact::Device(DeviceFact::Registered { device: DeviceId::new(id), about: device }));
    }
    facts
}

/// Daily facts: posture reports, and sessions that start and expire.
fn daily(n: u128) -> Fact {
    let whose = Uuid::from_u128(n % PEOPLE);
    if n.is_multiple_of(4) {
        let about = Session {
            person: PersonId::new(whose),
            credential: CredentialId::new(whose),
            secret: secret(PEOPLE + n),
            assurance: Assurance::Aal2,
            address: None,
            expires_at: moment(n + 40_000),
        };
        return Fact::Session(SessionFact::Started { session: SessionId::new(Uuid::from_u128(n)), about });
    }
    let checks =
        PostureCheck::ALL.iter().map(|check| (*check, CheckResult::Pass)).collect::<BTreeMap<_, _>>();
    Fact::Device(DeviceFact::PostureReported {
        device: DeviceId::new(whose),
        posture: Posture { collected_at: moment(n), checks },
    })
}

fn moment(n: u128) -> Timestamp {
    Timestamp::from_micros(i64::try_from(n).unwrap() * 100_000)
}

fn a_million() -> Vec<Stated> {
    let mut facts = inventory();
    let begun = facts.len();
    facts.extend((0..FACTS - begun).map(|n| daily(n as u128)));
    let state = |(n, fact)| Stated { at: moment(n as u128), by: Actor::Operator, fact };
    facts.into_iter().enumerate().map(state).collect()
}

fn fold(facts: &[Stated]) -> World {
    let mut world = World::empty();
    for stated in facts {
        world.replay(stated).unwrap_or_else(|contradiction| panic!("{contradiction}"));
    }
    world
}

fn benches(criterion: &mut Criterion) {
    let facts = a_million();
    let bytes: Vec<Vec<u8>> = facts.iter().map(|stated| stated.to_bytes().unwrap()).collect();
    let mut group = criterion.benchmark_group("a million facts");
    group.sample_size(10);
    group.throughput(criterion::Throughput::Elements(FACTS as u64));
    group.bench_function("fold", |bencher| bencher.iter(|| fold(&facts)));
    group.bench_function("parse_and_fold", |bencher| {
        bencher.iter(|| {
            let mut world = World::empty();
            for entry in &bytes {
                world.replay(&Stated::from_bytes(entry).unwrap()).unwrap();
            }
            world
        });
    });
    group.finish();
}

criterion_group!(all, benches);
criterion_main!(all);
