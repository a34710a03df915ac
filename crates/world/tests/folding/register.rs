//! The implicit-trust register: what proofs say of it, and what people do.

use crate::refused;
use countersign_facts::{TrustEntry, TrustKey, TrustUse};
use countersign_names::{Action, Cohort, DecisionId, EvidenceItem};
use countersign_testkit::story::*;
use countersign_world::{Drift, Kind, TrustState};
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
fn an_entry_is_discovered_owned_documented_eliminated_and_drifts_back() {
    let mut world = told(&[person(1), found(5, 9, None)]);
    let entry = |world: &countersign_world::World| world.trust(&key(EvidenceItem::Device)).unwrap().clone();
    assert_eq!((entry(&world).state.clone(), entry(&world).owner()), (TrustState::Discovered, None));
    tell(&mut world, &[trust_owned(device(), 1)]);
    assert_eq!(entry(&world).owner(), Some(per(1)));
    tell(&mut world, &[trust_documented(device(), 1, "CISO", "legacy", 100)]);
    assert!(entry(&world).is_documented(at(99)) && !entry(&world).is_documented(at(100)));
    // Seen again: nothing is forgotten of what was said of it, nor when it was first.
    tell(&mut world, &[found(7, 20, None).at(30)]);
    assert!(entry(&world).is_documented(at(99)));
    assert_eq!((entry(&world).seen.first, entry(&world).seen.last), (at(5), at(20)));
    assert_eq!(entry(&world).discovered_at, at(10));
    tell(&mut world, &[trust_eliminated(device(), 4).at(40)]);
    assert!(!entry(&world).is_live() && entry(&world).owner().is_none());
    // It comes back: whoever answered for the old one answers no more.
    tell(&mut world, &[found(45, 50, Some(6)).at(60)]);
    assert_eq!(entry(&world).state, TrustState::Discovered);
    assert_eq!(entry(&world).drift, Some(Drift { at: at(60), by: Some(6) }));
    assert_eq!(world.trusts().count(), 1);
}

#[test]
fn nobody_answers_for_what_is_not_there_or_not_any_more() {
    let gone = [person(1), found(5, 9, None), trust_eliminated(device(), 2)];
    let and = |line: Line| gone.iter().cloned().chain([line]).collect::<Vec<_>>();
    refused(vec![person(1), trust_owned(device(), 1)], Kind::Unknown, "entry of the register");
    refused(and(trust_owned(device(), 1)), Kind::Over, "was eliminated");
    refused(and(trust_eliminated(device(), 3)), Kind::Over, "was eliminated");
    let documented = |by: &str, why: &str, end: i64| {
        vec![person(1), found(5, 9, None), trust_documented(device(), 1, by, why, end)]
    };
    refused(documented(" ", "why", 100), Kind::Impossible, "authority");
    refused(documented("CISO", "", 100), Kind::Impossible, "reason");
    refused(documented("CISO", "why", 10), Kind::Impossible, "ends after it begins");
    refused(vec![found(5, 9, None), trust_owned(device(), 7)], Kind::Unknown, "person");
    // One that is not there leaves the others as they were.
    let both = vec![key(EvidenceItem::Device), key(EvidenceItem::Place)];
    refused(vec![person(1), found(5, 9, None), trust_owned(both, 1)], Kind::Unknown, "place");
}
