//! A world from a checkpoint continues like the world that was folded.
#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use countersign_facts::{Digest, Fact, JournalFact, Member, PoliciesFact, PolicyFile, Stated};
use countersign_testkit::story::*;
use countersign_world::{CHECKPOINT_EVERY, CHECKPOINT_FORMAT, Kind, StatedBy, World};
use std::collections::BTreeMap;
use std::path::Path;

fn golden() -> Vec<(String, Vec<Stated>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../facts/golden");
    let mut journals: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            let facts = text.lines().map(|line| Stated::from_bytes(line.as_bytes()).unwrap()).collect();
            (path.file_name().unwrap().to_str().unwrap().to_owned(), facts)
        })
        .collect();
    journals.sort_by(|one, other| one.0.cmp(&other.0));
    journals
}

/// Writes a world to bytes and reads it back.
fn again(world: &World) -> World {
    World::from_checkpoint(&world.to_checkpoint().unwrap()).unwrap()
}

/// Folds every kind of fact, with a checkpoint after each.
#[test]
fn a_world_from_its_checkpoint_is_the_world_that_was_folded_wherever_it_was_taken() {
    for (name, facts) in golden() {
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

/// The result of a fold and its bytes may change, but then the format must get another number. Otherwise a start would
/// use an older build's world.
#[test]
fn what_a_checkpoint_holds_changes_only_with_the_number_of_its_format() {
    let mut digests = String::new();
    for (name, facts) in golden() {
        let mut world = World::empty();
        facts.iter().for_each(|stated| world.apply(stated).unwrap());
        let bytes = world.to_checkpoint().unwrap();
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &bytes);
        digests += &format!("{name} {}\n", Digest::new(digest.as_ref().try_into().unwrap()));
    }
    assert_eq!(
        (CHECKPOINT_FORMAT, digests.as_str()),
        (4, include_str!("checkpoints.txt")),
        "raise CHECKPOINT_FORMAT, and put these digests in their place (a golden journal that is new only adds a line)"
    );
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
