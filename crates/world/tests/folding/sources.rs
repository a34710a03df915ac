//! Sources of identities: declared, withdrawn, and imported in rising numbers.

use countersign_facts::{ChangedRows, Fact, IdentitySource, SourceFact};
use countersign_testkit::story::*;
use countersign_world::{Kind, StatedBy, World};

fn declared(text: &str, owner: u128, title: &str) -> Line {
    expected(text, owner, title, None)
}

fn expected(text: &str, owner: u128, title: &str, every: Option<u64>) -> Line {
    let about = IdentitySource {
        format: "ldif".parse().unwrap(),
        title: title.to_owned(),
        purpose: "says who works here".to_owned(),
        owner: per(owner),
        authoritative: true,
        expected_every_seconds: every,
        leavers: None,
    };
    Line::of(Fact::Source(SourceFact::Declared { source: text.parse().unwrap(), about }))
}

fn withdrawn(text: &str) -> Line {
    Line::of(Fact::Source(SourceFact::Withdrawn { source: text.parse().unwrap() }))
}

fn imported(text: &str, import: u64) -> Line {
    let (nodes, edges) = (ChangedRows { new: 1, changed: 2, gone: 3 }, ChangedRows::default());
    let source = text.parse().unwrap();
    Line::of(Fact::Source(SourceFact::ImportApplied { source, import, nodes, edges, max_gone_percent: 20 }))
}

fn refused(world: &World, line: &Line) -> (Kind, &'static str) {
    let refused = world.clone().apply(&line.stated()).unwrap_err();
    (refused.kind, refused.field)
}

#[test]
fn a_source_is_declared_once_or_again_and_its_imports_only_rise() {
    let mut world = told(&[person(1), declared("people", 1, "Directory"), imported("people", 2)]);
    let people = "people".parse().unwrap();
    assert_eq!((world.sources().count(), world.last_import(&people)), (1, 2));
    tell(&mut world, &[expected("people", 1, "The directory", Some(86_400))]);
    assert_eq!(world.source(&people).unwrap().about.expected_every_seconds, Some(86_400));
    tell(&mut world, &[declared("people", 1, "The directory")]);
    assert_eq!(world.source(&people).unwrap().about.expected_every_seconds, None);
    assert_eq!(world.source(&people).unwrap().about.title, "The directory");
    assert_eq!(world.last_import(&people), 2);
    for import in [0, 1, 2] {
        assert_eq!(refused(&world, &imported("people", import)), (Kind::Taken, "import"));
    }
    for (line, expected) in [
        (declared("cloud", 2, "Cloud"), (Kind::Unknown, "owner")),
        (declared("cloud", 1, " "), (Kind::Impossible, "title")),
        (expected("cloud", 1, "Cloud", Some(0)), (Kind::Impossible, "expected_every_seconds")),
        (withdrawn("cloud"), (Kind::Unknown, "source")),
        (imported("cloud", 1), (Kind::Unknown, "source")),
    ] {
        assert_eq!(refused(&world, &line), expected);
    }
}

#[test]
fn a_withdrawn_source_is_gone_and_its_numbers_go_on_when_it_is_declared_again() {
    let mut world = told(&[person(1), declared("people", 1, "Directory"), imported("people", 7)]);
    tell(&mut world, &[withdrawn("people")]);
    assert_eq!(world.sources().count(), 0);
    assert_eq!(refused(&world, &imported("people", 8)), (Kind::Unknown, "source"));
    tell(&mut world, &[declared("people", 1, "Directory")]);
    assert_eq!(refused(&world, &imported("people", 7)), (Kind::Taken, "import"));
    tell(&mut world, &[imported("people", 8)]);
}

#[test]
fn sources_survive_a_checkpoint_and_a_world_without_them_does_not_mention_them() {
    let bytes = |world: &World| world.to_checkpoint().unwrap();
    let without = told(&[person(1)]);
    assert!(!String::from_utf8(bytes(&without)).unwrap().contains("\"sources\""));
    let with = told(&[person(1), declared("people", 1, "Directory"), imported("people", 7)]);
    let again = World::from_checkpoint(&bytes(&with)).unwrap();
    assert_eq!(again.sources().collect::<Vec<_>>(), with.sources().collect::<Vec<_>>());
    assert_eq!(again.last_import(&"people".parse().unwrap()), 7);
}

#[test]
fn one_person_declares_and_an_import_is_never_proposed() {
    let world = told(&[person(1)]);
    let by = |line: Line| world.stated_by(&line.stated().fact);
    assert_eq!(by(declared("people", 1, "Directory")), StatedBy::One);
    assert_eq!(by(withdrawn("people")), StatedBy::One);
    assert_eq!(by(imported("people", 1)), StatedBy::OneAlone);
}
