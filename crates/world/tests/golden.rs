//! The golden journals of `crates/facts/golden` fold, each from its first line, with unchanged results.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests stop at the first surprise")]

use countersign_facts::{ApplicationStage, PersonKind, Stated};
use countersign_names::{Assurance, RiskLevel, Sensitivity};
use countersign_world::{GrantState, RolloutState, World};
use std::path::Path;

fn folded(name: &str) -> World {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../facts/golden").join(name);
    let mut world = World::empty();
    for (line, text) in (1..).zip(std::fs::read_to_string(path).unwrap().lines()) {
        let stated = Stated::from_bytes(text.as_bytes()).unwrap();
        world.apply(&stated).unwrap_or_else(|error| panic!("{name}:{line} does not fold any more: {error}"));
    }
    world
}

#[test]
fn every_golden_journal_folds() {
    let folder = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../facts/golden")).unwrap();
    let mut journals = 0;
    for entry in folder {
        let world = folded(entry.unwrap().file_name().to_str().unwrap());
        assert!(world.seq() > 0);
        journals += 1;
    }
    assert!(journals > 0, "the golden journals were not found");
}

#[test]
fn what_two_people_did_adds_up_to_what_it_always_did() {
    let world = folded("2026-11-two-people.jsonl");
    let cy = world.person_by_email("cy@example.test").unwrap();
    assert_eq!(cy.groups.len(), 1);
    let person = |email: &str| world.person_by_email(email).unwrap().id;
    let (ana, bo) = (person("ana@example.test"), person("bo@example.test"));
    assert!(world.confirmed(bo).is_some());
    let now = "2026-11-29T00:30:00Z".parse().unwrap();
    assert!(world.independent(ana, bo, now));
    assert!(!world.independent(ana, cy.id, now), "what was countersigned was said by whoever proposed it");
    assert!(world.independent(bo, cy.id, now));
    assert!(world.proposals().all(|proposal| !proposal.is_open(now)));
    assert!(world.notices_of(bo).is_empty());
    assert!(!world.notices_of(cy.id).is_empty());
}

#[test]
fn the_first_golden_journal_adds_up_to_what_it_always_did() {
    let world = folded("2026-11.jsonl");
    assert_eq!(world.seq(), 111);
    let person = |email: &str| world.person_by_email(email).unwrap();
    assert_eq!(person("ana@example.test").about.kind, PersonKind::Employee);
    assert_eq!(person("b.weiss@example.test").about.kind, PersonKind::Contractor);
    assert_eq!(person("b.weiss@example.test").risk.level, RiskLevel::Low);
    assert_eq!(person("chi@example.test").about.kind, PersonKind::Vendor);
    assert_eq!(world.people().count(), 3, "the fourth was removed");
    assert_eq!(world.administrators().count(), 1);
    assert_eq!((world.groups().count(), world.services().count(), world.devices().count()), (3, 1, 1));
    let stages: Vec<_> =
        ["wiki", "payroll", "lobby"].map(|name| world.application(name).unwrap().about.stage).into();
    assert_eq!(stages, [ApplicationStage::Enforce, ApplicationStage::Enforce, ApplicationStage::Observe]);
    let admin = "wiki/admin".parse().unwrap();
    assert_eq!(world.application("wiki").unwrap().label(&admin), Some(Sensitivity::Restricted));
    let sessions: Vec<_> = world.sessions().map(|session| session.assurance).collect();
    assert_eq!(sessions, [Assurance::Aal3], "each way to end a session ended one");
    let grants =
        |wanted: fn(&GrantState) -> bool| world.grants().filter(|grant| wanted(&grant.state)).count();
    assert_eq!(grants(|state| matches!(state, GrantState::Approved { .. })), 1);
    assert_eq!(grants(|state| matches!(state, GrantState::Refused { .. })), 1);
    assert_eq!(grants(|state| matches!(state, GrantState::Revoked { .. })), 1);
    assert_eq!(world.exceptions().len(), 2);
    assert!(world.register_changed() > 0);
    let rollouts = |wanted: fn(&RolloutState) -> bool| world.rollouts().filter(|r| wanted(&r.state)).count();
    assert_eq!(rollouts(|state| matches!(state, RolloutState::Halted { .. })), 2);
    assert_eq!(rollouts(|state| matches!(state, RolloutState::Finished)), 1);
    assert_eq!(rollouts(|state| matches!(state, RolloutState::Ended)), 1);
    assert!(world.is_spent_key("k1"));
    assert_eq!(world.evidence("edge-1").unwrap().files().count(), 0, "what was compacted has expired");
}
