//! A world from a checkpoint continues like the world that was folded.
#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use countersign_facts::{Digest, Fact, JournalFact, Member, PoliciesFact, PolicyFile, Stated};
use countersign_testkit::golden::journals;
use countersign_testkit::story::*;
use countersign_world::{CHECKPOINT_EVERY, CHECKPOINT_FORMAT, Kind, StatedBy, World};
use std::collections::BTreeMap;

/// Writes a world to bytes and reads it back.
fn again(world: &World) -> World {
    World::from_checkpoint(&world.to_checkpoint().unwrap()).unwrap()
}

/// Folds every kind of fact, with a checkpoint after each.
#[test]
fn a_world_from_its_checkpoint_is_the_world_that_was_folded_wherever_it_was_taken() {
    for (name, facts) in journals() {
        let mut folded = World::empty();
        // Written and read again at each step.
        let mut stepped = World::empty();
        for (line, stated) in (1..).zip(&facts) {
            folded.apply(stated).unwrap();
            stepped = again(&stepped);
            stepped.apply(stated).unwrap_or_else(|error| panic!("{name}:{line} is refused: {error}"));
            let (one, other) = (stepped.to_checkpoint().unwrap(), folded.to_checkpoint().unwrap());
            assert!(one == other, "{name}:{line} leads elsewhere from a checkpoint");
            assert_eq!(sorted(&again(&folded)), sorted(&folded), "{name}:{line}");
        }
        assert_eq!(again(&folded).seq(), u64::try_from(facts.len()).unwrap());
        let who = |world: &World| world.administrators().map(|person| person.id).collect::<Vec<_>>();
        assert_eq!(who(&again(&folded)), who(&folded));
    }
}

/// The pins: on the first line the number of the format, then a golden journal and the digest of its world per line.
const PINS: &str = include_str!("checkpoints.txt");

/// The result of a fold and its bytes may change, but then the format must get another number. Otherwise a start would
/// use an older build's world.
///
/// A golden journal that is younger than the format pins itself: its last fact is a checkpoint of the facts before it.
#[test]
fn what_a_checkpoint_holds_changes_only_with_the_number_of_its_format() {
    let mut lines = PINS.lines();
    let pinned_format = lines.next().and_then(|line| line.strip_prefix("format ")).unwrap();
    let pins: BTreeMap<_, _> = lines.map(|line| line.split_once(' ').unwrap()).collect();
    let journals = journals();
    let missing = pins.keys().filter(|pin| journals.iter().all(|(name, _)| name != *pin));
    let missing: Vec<_> = missing.map(|name| format!("{name} (it is missing)")).collect();
    let (mut found, mut wrong) = (format!("format {CHECKPOINT_FORMAT}\n"), missing);
    for (name, facts) in &journals {
        let mut world = World::empty();
        let mut own = None;
        for (line, stated) in (1..).zip(facts) {
            if let Some(pinned) = pin_of(stated) {
                own = Some(line);
                if pinned != digest_of(&world) {
                    wrong.push(format!("{name}:{line}"));
                }
            }
            world.apply(stated).unwrap();
        }
        let digest = digest_of(&world).to_string();
        match pins.get(name.as_str()) {
            Some(pinned) if **pinned != digest => wrong.push(name.clone()),
            None if own.is_none() => wrong.push(format!("{name} (it has no pin)")),
            Some(_) | None => {}
        }
        found += &format!("{name} {digest}\n");
    }
    if std::env::var_os("UPDATE_CHECKPOINTS").is_some() && pinned_format != CHECKPOINT_FORMAT.to_string() {
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/checkpoints.txt"), found).unwrap();
        return;
    }
    assert_eq!(
        (pinned_format, wrong),
        (CHECKPOINT_FORMAT.to_string().as_str(), Vec::new()),
        "these worlds are not what they were: raise CHECKPOINT_FORMAT, then \
         `UPDATE_CHECKPOINTS=1 cargo test -p countersign-world --test checkpoints` writes tests/checkpoints.txt anew"
    );
}

/// Returns the digest that a golden journal pins for its own facts so far, if this build's format is the one it names.
fn pin_of(stated: &Stated) -> Option<Digest> {
    match &stated.fact {
        Fact::Journal(JournalFact::CheckpointTaken { format, digest, .. })
            if *format == CHECKPOINT_FORMAT =>
        {
            Some(*digest)
        }
        _ => None,
    }
}

fn digest_of(world: &World) -> Digest {
    let bytes = world.to_checkpoint().unwrap();
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &bytes);
    Digest::new(digest.as_ref().try_into().unwrap())
}

/// The names that policies guard are not in the checkpoint: they are derived from the policies' text.
#[test]
fn what_takes_two_people_takes_two_after_a_checkpoint() {
    let text = "permit (principal in Countersign::Group::\"auditors\", action, resource);".to_owned();
    let files = BTreeMap::from([("applications/countersign.cedar".to_owned(), PolicyFile(text))]);
    let published = Fact::Policies(PoliciesFact::Published { version: digest(1), files });
    let world = told(&[person(1), group("auditors"), group("staff"), Line::of(published)]);
    for (group, expected) in [("auditors", true), ("staff", false), ("administrators", true)] {
        let joins = join(group, Member::Person(per(1))).stated().fact;
        let takes_two = |world: &World| matches!(world.stated_by(&joins), StatedBy::Two(_));
        assert_eq!((takes_two(&world), takes_two(&again(&world))), (expected, expected), "{group}");
    }
}

fn taken(seq: u64, digest: Digest) -> Line {
    Line::of(Fact::Journal(JournalFact::CheckpointTaken { seq, format: CHECKPOINT_FORMAT, digest }))
}

#[test]
fn a_checkpoint_is_on_record_once_and_of_what_was_there() {
    let mut world = told(&[person(1), person(2), taken(2, digest(7))]);
    assert_eq!((world.checkpoint(2), world.checkpoint(1)), (Some(digest(7)), None));
    assert_eq!(again(&world).checkpoint(2), Some(digest(7)));
    for (line, kind) in [(taken(2, digest(8)), Kind::Taken), (taken(4, digest(8)), Kind::Impossible)] {
        assert_eq!(world.apply(&line.stated()).unwrap_err().kind, kind);
    }
    let other = JournalFact::CheckpointTaken { seq: 2, format: CHECKPOINT_FORMAT + 1, digest: digest(8) };
    tell(&mut world, &[Line::of(Fact::Journal(other))]);
    assert_eq!(world.checkpoint(2), Some(digest(7)), "another build's is another's");
}

#[test]
fn archives_follow_each_other_from_the_first_entry() {
    let archived = |first, last| {
        let (hash, digest) = (digest(3), digest(4));
        Line::of(Fact::Journal(JournalFact::Archived { first, last, hash, digest, bytes: 5 }))
    };
    let mut world = told(&[person(1), person(2), person(3), taken(2, digest(7)), archived(1, 2)]);
    for (first, last) in [(1, 2), (2, 3), (4, 4), (3, 2), (3, 6), (0, 1)] {
        let refused = world.apply(&archived(first, last).stated()).unwrap_err();
        assert_eq!(refused.kind, Kind::Impossible, "{first} to {last}");
    }
    tell(&mut world, &[archived(3, 5)]);
    let found: Vec<_> = again(&world).archives().map(|archive| (archive.first, archive.last)).collect();
    assert_eq!((found, world.archived_until()), (vec![(1, 2), (3, 5)], 5));
    assert_eq!([1, 2, 99].map(|seq| world.checkpoint_until(seq)), [0, 2, 2]);
}

#[test]
fn a_snapshot_is_of_the_sequence_that_was_worth_one() {
    let mut world = told(&[group("a"), person(1)]);
    let lines = [join("a", Member::Person(per(1))), leave("a", Member::Person(per(1)))];
    assert!(world.take_snapshot().is_none());
    while world.seq() < CHECKPOINT_EVERY + 3 {
        tell(&mut world, &lines);
    }
    let snapshot = world.take_snapshot().unwrap();
    assert_eq!(snapshot.seq(), CHECKPOINT_EVERY);
    assert!(world.take_snapshot().is_none(), "it was taken");
}

#[test]
fn bytes_that_are_no_world_are_refused() {
    let bytes = told(&[person(1)]).to_checkpoint().unwrap();
    World::from_checkpoint(&bytes).unwrap();
    for wrong in [&bytes[..bytes.len() - 1], b"{}", b"", &[&bytes[..], b"x"].concat()] {
        World::from_checkpoint(wrong).unwrap_err();
    }
}
