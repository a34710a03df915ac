//! Evidence files: anchored, replaced and expired.

use countersign_facts::{Actor, Digest, EvidenceFact, EvidenceFile, ExpiredFile, Fact, Stated};
use countersign_names::Timestamp;
use countersign_world::{Kind, World};

const DAY: i64 = 86_400_000_000;

fn file(path: &str, digest: u8) -> EvidenceFile {
    let at = Timestamp::from_micros;
    let digest = Digest::new([digest; 32]);
    EvidenceFile { path: path.to_owned(), digest, bytes: 10, rows: 2, first: at(0), last: at(1), tally: None }
}

fn gate() -> String {
    "edge-1".to_owned()
}

fn anchored(files: &[EvidenceFile]) -> Fact {
    Fact::Evidence(EvidenceFact::Anchored { gate: gate(), files: files.to_vec(), late: false })
}

fn expired(days: i64, paths: &[&str]) -> Fact {
    let files =
        paths.iter().map(|path| ExpiredFile { path: (*path).to_owned(), digest: Digest::new([1; 32]) });
    let before = Timestamp::from_micros(days * DAY);
    Fact::Evidence(EvidenceFact::Expired { gate: gate(), before, files: files.collect() })
}

fn tell(world: &mut World, fact: Fact) -> Result<(), Kind> {
    let by = Actor::System("evidence".to_owned());
    let stated = Stated { at: Timestamp::from_micros(7), by, fact };
    world.apply(&stated).map_err(|contradiction| contradiction.kind)
}

fn paths(world: &World) -> Vec<&str> {
    world.evidence("edge-1").into_iter().flat_map(|kept| kept.files()).map(|k| k.file.path.as_str()).collect()
}

#[test]
fn what_there_must_be_follows_what_was_stated() {
    let mut world = World::empty();
    let (a, b) = (file("dt=2026-11-21/decisions-a.parquet", 1), file("dt=2026-11-21/decisions-b.parquet", 2));
    tell(&mut world, anchored(&[a.clone(), b.clone()])).unwrap();
    assert_eq!(tell(&mut world, anchored(std::slice::from_ref(&a))), Err(Kind::Taken));
    assert!(world.evidence("edge-2").is_none(), "each process keeps its own");

    let day = file("dt=2026-11-21/decisions-day-1.parquet", 3);
    let replaced = vec![a.path.clone(), b.path.clone()];
    let compacted = Fact::Evidence(EvidenceFact::Compacted { gate: gate(), file: day.clone(), replaced });
    tell(&mut world, compacted.clone()).unwrap();
    assert_eq!(paths(&world), [day.path.as_str()]);
    assert_eq!(tell(&mut world, compacted), Err(Kind::Unknown), "they are replaced once");

    tell(&mut world, anchored(&[file("dt=2026-11-22/decisions-c.parquet", 4)])).unwrap();
    let kept = world.evidence("edge-1").unwrap();
    assert_eq!(kept.partition("dt=2026-11-21").count(), 1);
    assert_eq!(kept.partition("dt=2026-11-2").count(), 0, "a partition is named in full");

    tell(&mut world, expired(20_779, &[&day.path])).unwrap();
    assert_eq!(paths(&world), ["dt=2026-11-22/decisions-c.parquet"]);
    assert_eq!(tell(&mut world, expired(20_778, &[])), Err(Kind::Over), "what has expired stays so");
    assert_eq!(world.evidence("edge-1").unwrap().gone_before(), Some(Timestamp::from_micros(20_779 * DAY)));
}

#[test]
fn a_compacted_file_is_worth_no_more_than_what_went_into_it() {
    let mut world = World::empty();
    let (a, b) = (file("dt=2026-11-21/decisions-a.parquet", 1), file("dt=2026-11-21/decisions-b.parquet", 2));
    tell(&mut world, anchored(std::slice::from_ref(&a))).unwrap();
    let late = Fact::Evidence(EvidenceFact::Anchored { gate: gate(), files: vec![b.clone()], late: true });
    tell(&mut world, late).unwrap();
    let day = file("dt=2026-11-21/decisions-day-1.parquet", 3);
    let replaced = vec![a.path, b.path];
    tell(&mut world, Fact::Evidence(EvidenceFact::Compacted { gate: gate(), file: day.clone(), replaced }))
        .unwrap();
    assert!(world.evidence("edge-1").unwrap().file(&day.path).unwrap().late);
}

#[test]
fn a_file_that_became_another_is_remembered_as_it_was() {
    let mut world = World::empty();
    for digest in [1, 2, 3] {
        tell(&mut world, anchored(&[file("dt=2026-11-21/decisions-a.parquet", digest)])).unwrap();
    }
    let known = world.evidence("edge-1").unwrap().file("dt=2026-11-21/decisions-a.parquet").unwrap();
    assert_eq!((known.file.digest, known.before), (Digest::new([3; 32]), Some(Digest::new([1; 32]))));
}

#[test]
fn each_process_has_its_own_files_and_a_partition_is_one_folder_of_them() {
    let mut world = World::empty();
    let (monday, tuesday) = (file("dt=2026-11-23/a.parquet", 1), file("dt=2026-11-24/a.parquet", 2));
    tell(&mut world, anchored(&[monday.clone(), tuesday.clone()])).unwrap();
    let other = Fact::Evidence(EvidenceFact::Anchored {
        gate: "edge-2".to_owned(),
        files: vec![tuesday.clone()],
        late: true,
    });
    tell(&mut world, other).unwrap();
    let gates: Vec<_> =
        world.evidence_of_all().map(|(gate, kept)| (gate.as_str(), kept.files().count())).collect();
    assert_eq!(gates, [("edge-1", 2), ("edge-2", 1)]);
    let kept = world.evidence("edge-1").unwrap();
    let of = |folder: &str| kept.partition(folder).map(|known| known.file.path.clone()).collect::<Vec<_>>();
    assert_eq!(of("dt=2026-11-23"), ["dt=2026-11-23/a.parquet"]);
    assert_eq!(of("dt=2026-11-24"), ["dt=2026-11-24/a.parquet"]);
    assert!(of("dt=2026-11-25").is_empty() && of("dt").is_empty());
    let known = kept.file(&monday.path).unwrap();
    assert_eq!((known.at, known.late, known.before), (Timestamp::from_micros(7), false, None));
    assert!(kept.file("dt=2026-11-23").is_none());
    assert_eq!(kept.gone_before(), None);
}

#[test]
fn expiry_moves_forward_only_and_to_the_same_moment_again_it_may() {
    let mut world = World::empty();
    tell(&mut world, expired(20_779, &[])).unwrap();
    assert_eq!(tell(&mut world, expired(20_778, &[])), Err(Kind::Over));
    tell(&mut world, expired(20_779, &[])).unwrap();
    tell(&mut world, expired(20_780, &[])).unwrap();
    assert_eq!(world.evidence("edge-1").unwrap().gone_before(), Some(Timestamp::from_micros(20_780 * DAY)));
}

#[test]
fn what_is_compacted_of_files_in_time_is_not_late() {
    let mut world = World::empty();
    let (a, b) = (file("dt=2026-11-21/a.parquet", 1), file("dt=2026-11-21/b.parquet", 2));
    tell(&mut world, anchored(&[a.clone(), b.clone()])).unwrap();
    let day = file("dt=2026-11-21/day.parquet", 3);
    let compacted = Fact::Evidence(EvidenceFact::Compacted {
        gate: gate(),
        file: day.clone(),
        replaced: vec![a.path, b.path],
    });
    tell(&mut world, compacted).unwrap();
    assert!(!world.evidence("edge-1").unwrap().file(&day.path).unwrap().late);
}
