//! The implicit-trust register: facts from proofs and from people.

use crate::refused;
use countersign_facts::{TrustEntry, TrustKey, TrustUse};
use countersign_names::{Action, Cohort, DecisionId, EvidenceItem};
use countersign_testkit::story::*;
use countersign_world::Kind;
use uuid::Uuid;

fn key(item: EvidenceItem) -> TrustKey {
    let resource = "wiki/pages".parse().unwrap();
    TrustKey { resource, action: Action::Read, cohort: Cohort::Employee, item }
}

fn found(first: i64, last: i64, by: Option<u64>) -> Line {
    let seen = TrustUse {
        first: at(first),
        last: at(last),
        accesses: 3,
        principals: 2,
        policies: vec!["wiki-users".parse().unwrap()],
        example: DecisionId::new(Uuid::from_u128(1)),
    };
    trust_found(vec![TrustEntry { key: key(EvidenceItem::Device), seen, brought_back_by: by }])
}

fn device() -> Vec<TrustKey> {
    vec![key(EvidenceItem::Device)]
}

#[test]
fn the_world_knows_when_the_register_last_changed() {
    let mut world = told(&[person(1)]);
    assert_eq!(world.register_changed(), 0);
    for (n, line) in [
        found(5, 9, None),
        trust_owned(device(), 1),
        trust_documented(device(), 1, "CISO", "legacy", 100),
        trust_eliminated(device(), 4),
    ]
    .into_iter()
    .enumerate()
    {
        tell(&mut world, &[line, person(n as u128 + 2)]);
        assert_eq!(world.register_changed(), world.seq() - 1);
    }
}

#[test]
fn nobody_answers_for_an_entry_without_saying_what_it_takes() {
    let documented = |by: &str, why: &str, end: i64| {
        vec![person(1), found(5, 9, None), trust_documented(device(), 1, by, why, end)]
    };
    refused(documented(" ", "why", 100), Kind::Impossible, "authority");
    refused(documented("CISO", "", 100), Kind::Impossible, "reason");
    refused(documented("CISO", "why", 10), Kind::Impossible, "would end before it begins");
    refused(vec![found(5, 9, None), trust_owned(device(), 7)], Kind::Unknown, "person");
}
