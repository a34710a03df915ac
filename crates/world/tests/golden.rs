//! The golden journals of `crates/facts/golden` fold, each from its first line, with unchanged results.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests stop at the first surprise")]

use countersign_facts::{Actor, ApplicationStage, Digest, Fact, JournalFact, PersonKind, Stated};
use countersign_names::{Assurance, RiskLevel, Sensitivity};
use countersign_testkit::golden;
use countersign_world::{CHECKPOINT_FORMAT, GrantState, RolloutState, World};

fn folded(name: &str) -> World {
    fold(name, &golden::journal(name))
}

fn fold(name: &str, facts: &[Stated]) -> World {
    let mut world = World::empty();
    for (line, stated) in (1..).zip(facts) {
        world.apply(stated).unwrap_or_else(|error| panic!("{name}:{line} does not fold any more: {error}"));
    }
    world
}

#[test]
fn every_golden_journal_folds() {
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        name_the_new();
    }
    for (name, facts) in golden::journals() {
        assert!(fold(&name, &facts).seq() > 0);
    }
}

/// Completes each journal that has no digest in its name yet: adds a checkpoint of its facts, which pins what they fold
/// to, and names it for its digest.
fn name_the_new() {
    let sha256 = |bytes: &[u8]| aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes);
    for entry in std::fs::read_dir(golden::folder()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let Some(stem) = name.strip_suffix(golden::ENDING).filter(|stem| !stem.contains('.')) else {
            continue;
        };
        let mut facts = golden::facts(&std::fs::read_to_string(&path).unwrap());
        let world = fold(name, &facts);
        let digest = Digest::new(sha256(&world.to_checkpoint().unwrap()).as_ref().try_into().unwrap());
        let taken = JournalFact::CheckpointTaken { seq: world.seq(), format: CHECKPOINT_FORMAT, digest };
        let by = Actor::System("golden journals".to_owned());
        let pin = Stated { at: facts.last().unwrap().at, by, fact: Fact::Journal(taken) };
        facts.push(pin);
        let lines = facts.iter().map(|stated| String::from_utf8(stated.to_bytes().unwrap()).unwrap() + "\n");
        let text: String = lines.collect();
        let digest = Digest::new(sha256(text.as_bytes()).as_ref().try_into().unwrap()).to_string();
        let named = format!("{stem}.{}{}", digest.get(..16).unwrap(), golden::ENDING);
        std::fs::write(path.with_file_name(named), text).unwrap();
        std::fs::remove_file(path).unwrap();
    }
}

#[test]
fn what_two_people_did_adds_up_to_what_it_always_did() {
    let world = folded("2026-11-two-people");
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
    let world = folded("2026-11");
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
