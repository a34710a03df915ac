//! Frames and payloads against every way in which a file can be wrong.

use crate::Decisions;
use crate::record::{
    Authentication, Cause, Completed, CutText, Decided, DeviceEvidence, Effect, Ended, Folded, FoldedOver,
    Place, Row,
};
use crate::{KnownFile, LocalDisk, NotAnchored, Options, SealedFile, codec};
use countersign_lake::{PayloadOf, frame, put_end, put_record};
use countersign_names::{
    Action, Assurance, CredentialId, DecisionId, DeviceId, ExceptionId, GrantId, PersonId, PolicyId,
    PostureCheck, Principal, RiskLevel, Sensitivity, ServiceId, SessionId, Timestamp,
};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use uuid::Uuid;

fn bits() -> impl Strategy<Value = Uuid> {
    any::<u128>().prop_map(Uuid::from_u128)
}

fn policies() -> impl Strategy<Value = Vec<PolicyId>> {
    vec("[a-z][a-z0-9]{0,9}".prop_map(|id| id.parse().unwrap()), 0..4)
}

fn principals() -> impl Strategy<Value = Principal> {
    prop_oneof![
        Just(Principal::Anonymous),
        bits().prop_map(|bits| Principal::Person(PersonId::new(bits))),
        bits().prop_map(|bits| Principal::Service(ServiceId::new(bits))),
    ]
}

fn authentications() -> impl Strategy<Value = Authentication> {
    (select(Assurance::ALL), ".{0,12}", any::<bool>(), any::<i64>(), bits()).prop_map(
        |(assurance, method, phishing_resistant, age_seconds, credential)| Authentication {
            assurance,
            method,
            phishing_resistant,
            age_seconds,
            credential: CredentialId::new(credential),
        },
    )
}

fn devices() -> impl Strategy<Value = DeviceEvidence> {
    (any::<[bool; 3]>(), option::of(any::<i64>()), vec(select(PostureCheck::ALL), 0..4)).prop_map(
        |([managed, compliant, proved], posture_age_seconds, failing)| DeviceEvidence {
            managed,
            compliant,
            proved,
            posture_age_seconds,
            failing,
        },
    )
}

prop_compose! {
    fn decisions()(
        (id, at, principal, session, device, grant) in
            (bits(), 0i64..4_102_444_800_000_000, principals(), option::of(bits()), option::of(bits()), option::of(bits())),
        (application, part) in ("[a-z]{1,8}", "[a-z]{1,8}(/[a-z]{1,4})?"),
        (gate, operation, item, content_type) in (".{0,8}", "[A-Z]{0,7}", ".{0,40}", option::of(".{0,20}")),
        (action, effect, cause, sensitivity, risk) in (
            select(Action::ALL), select(Effect::ALL), select(Cause::ALL), select(Sensitivity::ALL), select(RiskLevel::ALL),
        ),
        [enforced, labelled] in any::<[bool; 2]>(),
        (world, policies_version, latency_micros) in (any::<u64>(), any::<[u8; 32]>(), any::<u32>()),
        [reasons, shadow, errors] in [policies(), policies(), policies()],
        (remedies, exceptions) in (vec(".{0,30}", 0..4), vec(bits(), 0..3)),
        (authentication, device_evidence) in (option::of(authentications()), option::of(devices())),
        (session_age_seconds, session_idle_seconds) in (option::of(any::<i64>()), option::of(any::<i64>())),
        place in option::of((any::<std::net::IpAddr>(), ".{0,8}")),
        tags in btree_map(".{0,8}", ".{0,8}", 0..3),
        (folded, item_cut) in (option::of((1..u64::MAX, 0i64..1 << 50, select(FoldedOver::ALL))), option::of(any::<(u64, [u8; 32])>())),
    ) -> Decided {
        Decided {
            id: DecisionId::new(id),
            at: Timestamp::from_micros(at),
            gate, principal,
            session: session.map(SessionId::new),
            device: device.map(DeviceId::new),
            application: application.parse().unwrap(),
            resource: format!("{application}/{part}").parse().unwrap(),
            action, operation, item, effect, enforced, cause, world,
            policies: policies_version,
            reasons, shadow, errors, remedies,
            exceptions: exceptions.into_iter().map(ExceptionId::new).collect(),
            grant: grant.map(GrantId::new),
            sensitivity, labelled, authentication, session_age_seconds, session_idle_seconds, device_evidence,
            place: place.map(|(address, network)| Place { address, network }),
            risk, content_type, latency_micros, tags,
            folded: folded.map(|(count, first, over)| Folded { count, first: Timestamp::from_micros(first), over }),
            item_cut: item_cut.map(|(bytes, sha256)| CutText { bytes, sha256 }),
        }
    }
}

prop_compose! {
    fn completions()(
        id in bits(), at in 0i64..4_102_444_800_000_000, status in any::<u16>(),
        [bytes_in, bytes_out, duration_micros] in any::<[u64; 3]>(), ended in select(Ended::ALL),
    ) -> Completed {
        let at = Timestamp::from_micros(at);
        Completed { id: DecisionId::new(id), at, status, bytes_in, bytes_out, duration_micros, ended }
    }
}

type Entry = PayloadOf<Decisions>;

/// The first bytes of the segments of decisions.
const MAGIC: &[u8; 8] = b"CSEVID01";

fn entries() -> impl Strategy<Value = Entry> {
    prop_oneof![
        3 => decisions().prop_map(|decided| Entry::Record(Box::new(decided))),
        1 => completions().prop_map(Entry::End),
    ]
}

fn frames(entries: &[Entry], salt: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in entries {
        frame::append(&mut bytes, |out| match entry {
            Entry::Record(decided) => put_record::<Decisions>(decided, out),
            Entry::End(completed) => put_end::<Decisions>(completed, out),
        });
    }
    frame::seal(&mut bytes, salt);
    bytes
}

fn read_back(bytes: &[u8], salt: u32) -> Vec<Entry> {
    let scan = frame::scan(bytes, salt);
    scan.payloads.into_iter().map(|payload| codec::read(&bytes[payload]).unwrap()).collect()
}

proptest! {
    #[test]
    fn records_come_back_as_they_went_in(written in vec(entries(), 0..8), salt in any::<u32>()) {
        let bytes = frames(&written, salt);
        let scan = frame::scan(&bytes, salt);
        prop_assert_eq!(scan.end, bytes.len());
        prop_assert!(scan.damaged.is_empty());
        for (payload, entry) in scan.payloads.iter().zip(&written) {
            let seen = codec::peek(&bytes[payload.clone()]).unwrap();
            match entry {
                Entry::Record(d) => prop_assert_eq!((seen.is_end, seen.key, seen.at), (false, d.id, d.at)),
                Entry::End(c) => prop_assert_eq!((seen.is_end, seen.key, seen.at), (true, c.id, c.at)),
            }
        }
        prop_assert_eq!(read_back(&bytes, salt), written);
    }

    #[test]
    fn a_segment_that_is_examined_shows_what_was_put_in(
        written in vec(entries(), 0..6), salt in any::<u32>(), torn in vec(any::<u8>(), 0..12),
    ) {
        let bytes = [&frame::header(MAGIC, salt)[..], &frames(&written, salt), &torn].concat();
        let found = crate::examine_segment(&bytes).unwrap();
        let (mut decided, mut completed) = (Vec::new(), Vec::new());
        for entry in written {
            match entry {
                Entry::Record(one) => decided.push(*one),
                Entry::End(one) => completed.push(one),
            }
        }
        let expected = crate::Examined { decided, completed, ..crate::Examined::default() };
        prop_assert_eq!(found, expected);
        prop_assert_eq!(crate::examine_segment(&bytes[1..]), None);
    }

    #[test]
    fn a_torn_file_gives_the_records_before_the_tear_and_no_others(
        written in vec(entries(), 1..6), salt in any::<u32>(), cut in any::<prop::sample::Index>(),
    ) {
        let bytes = frames(&written, salt);
        let kept = &bytes[..cut.index(bytes.len())];
        let found = read_back(kept, salt);
        prop_assert!(found.len() < written.len());
        prop_assert_eq!(&found[..], &written[..found.len()]);
        prop_assert!(frame::scan(kept, salt).damaged.is_empty(), "a torn tail is not damage");
    }

    #[test]
    fn flipped_bits_cost_the_records_they_hit_and_change_none(
        written in vec(entries(), 1..8), salt in any::<u32>(),
        flips in vec((any::<prop::sample::Index>(), 0u8..8), 1..4),
    ) {
        let mut bytes = frames(&written, salt);
        let whole = frame::scan(&bytes, salt).payloads;
        let before = bytes.clone();
        for (at, bit) in flips {
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
        }
        let untouched: Vec<&Entry> = whole.iter().zip(&written)
            .filter(|(payload, _)| (payload.start - frame::PREFIX..payload.end).all(|at| bytes[at] == before[at]))
            .map(|(_, entry)| entry)
            .collect();
        let found = read_back(&bytes, salt);
        prop_assert_eq!(found.iter().collect::<Vec<_>>(), untouched);
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in vec(any::<u8>(), 0..200), salt in any::<u32>()) {
        frame::scan(&bytes, salt);
        frame::salt_of(MAGIC, &bytes);
        let _ = (codec::read(&bytes), codec::peek(&bytes));
        // The same after a known layout byte, so that the fields are reached.
        for kind in [1, 2] {
            let payload: Vec<u8> = std::iter::once(kind).chain(bytes.iter().copied()).collect();
            let _ = codec::read(&payload);
        }
    }

    #[test]
    fn columns_keep_every_field(rows in vec((decisions(), option::of(completions())), 1..6)) {
        let rows: Vec<Row> = rows.into_iter().map(|(decided, completed)| {
            let completed = completed.map(|completed| Completed { id: decided.id, ..completed });
            Row { decided, completed }
        }).collect();
        let batch = crate::decisions_batch(&rows).unwrap();
        let found: Vec<Row> = (0..rows.len()).map(|row| {
            let cells = countersign_lake::cells::Cells::new(&batch, row);
            let ended = cells.text("ended").unwrap().is_some();
            let completed = ended.then(|| crate::cells::completed(cells).unwrap());
            Row { decided: crate::cells::decided(cells).unwrap(), completed }
        }).collect();
        prop_assert_eq!(&found, &rows);
        let json = serde_json::to_string(&rows).unwrap();
        prop_assert_eq!(serde_json::from_str::<Vec<Row>>(&json).unwrap(), rows);
    }
}

#[test]
fn a_frame_inside_a_record_is_not_a_record() {
    // An attacker requests an item that is itself a whole frame, and the record around it is damaged.
    let strategy = (decisions(), any::<u32>());
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    for _ in 0..200 {
        let (mut decided, guess) = strategy.new_tree(&mut runner).unwrap().current();
        let fake: String = frames(&[Entry::Record(Box::new(decided.clone()))], guess)
            .iter()
            .map(|byte| char::from(byte & 0x7f))
            .collect();
        decided.item = fake;
        let salt = guess ^ 0x5a5a_5a5a;
        let mut bytes = frames(&[Entry::Record(Box::new(decided))], salt);
        bytes[4] ^= 1;
        assert_eq!(read_back(&bytes, salt), []);
    }
}

#[test]
fn long_text_and_long_lists_are_cut_and_say_so() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut decided = decisions().new_tree(&mut runner).unwrap().current();
    decided.item = "é".repeat(5_000);
    decided.remedies = vec!["x".repeat(5_000); 1_000];
    let mut payload = Vec::new();
    put_record::<Decisions>(&decided, &mut payload);
    assert!(payload.len() < 1 << 20, "{} bytes do not fit a frame", payload.len());
    let Entry::Record(found) = codec::read(&payload).unwrap() else { panic!("another kind") };
    assert!(found.item.len() <= 4_096 && found.item.ends_with("é…"), "{}", found.item.len());
    assert_eq!(found.remedies.len(), 128);
    assert_eq!(found.remedies[0].len(), 4_096);
}

/// Remembers which files were anchored.
#[derive(Debug, Default)]
struct AnchoredFiles(std::sync::Mutex<Vec<SealedFile>>);

impl crate::Anchors for AnchoredFiles {
    fn anchor(&self, files: &[SealedFile]) -> Result<(), NotAnchored> {
        self.0.lock().unwrap().extend_from_slice(files);
        Ok(())
    }

    fn replace(&self, _: &SealedFile, _: &[String]) -> Result<(), NotAnchored> {
        Ok(())
    }

    fn expire(&self, _: Timestamp, _: &[SealedFile]) -> Result<(), NotAnchored> {
        Ok(())
    }

    fn known(&self, _: &str) -> Option<Vec<KnownFile>> {
        None
    }

    fn partitions(&self) -> Vec<String> {
        Vec::new()
    }

    fn gone_before(&self) -> Option<Timestamp> {
        None
    }
}

/// Opens the folder and closes it again, which converts its segments to Parquet.
fn rotate(folder: &std::path::Path) -> Vec<SealedFile> {
    let anchors = std::sync::Arc::new(AnchoredFiles::default());
    let account = std::sync::Arc::clone(&anchors);
    let options = Options { disk: std::sync::Arc::new(LocalDisk), anchors: account, ..Options::default() };
    let (sink, _store) = crate::Evidence::open(folder, options).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(sink.close()).unwrap();
    anchors.0.lock().unwrap().clone()
}

/// Returns the names in the folder that begin with those of write-ahead files.
fn segments(folder: &std::path::Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.starts_with("wal-")).collect()
}

#[test]
fn a_segment_rotated_twice_is_there_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut records = vec(decisions(), 20).new_tree(&mut runner).unwrap().current();
    for (index, decided) in records.iter_mut().enumerate() {
        decided.at = Timestamp::from_micros(1_795_348_800_000_000 + index as i64);
    }
    let entries: Vec<Entry> = records.iter().map(|d| Entry::Record(Box::new(d.clone()))).collect();
    let mut bytes = frame::header(MAGIC, 7).to_vec();
    bytes.extend(frames(&entries, 7));
    let path = folder.path().join("wal-00000000000000000001-00000007.log");
    let (mut files, mut sealed) = (Vec::new(), Vec::new());
    for _ in 0..2 {
        std::fs::write(&path, &bytes).unwrap();
        sealed.push(rotate(folder.path()));
        assert_eq!(segments(folder.path()), [""; 0], "the segment is removed");
        let partition = std::fs::read_dir(folder.path().join("dt=2026-11-22")).unwrap();
        files.push(partition.map(|entry| entry.unwrap().file_name()).collect::<Vec<_>>());
    }
    assert_eq!(files[0], ["decisions-00000000000000000001-00000007.parquet"]);
    assert_eq!(files[0], files[1]);
    assert_eq!(sealed[0], sealed[1], "byte for byte, so that it is anchored once");
    let [file] = &sealed[0][..] else { panic!("one file is expected: {sealed:?}") };
    let written = std::fs::read(folder.path().join(&file.path)).unwrap();
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &written);
    assert_eq!((file.bytes, &file.digest[..]), (written.len() as u64, digest.as_ref()));
    assert_eq!((file.rows, file.first, file.last), (20, records[0].at, records[19].at));
    let counted = |effect, enforced: Option<bool>| {
        let counts =
            |d: &&Decided| d.effect == effect && enforced.is_none_or(|enforced| d.enforced == enforced);
        records.iter().filter(counts).count() as u64
    };
    let tally = [
        (crate::ALLOWED, counted(Effect::Allow, None)),
        (crate::DENIED, counted(Effect::Deny, Some(true))),
        (crate::WOULD_BE_DENIED, counted(Effect::Deny, Some(false))),
    ];
    assert!(tally.iter().all(|(_, rows)| *rows > 0), "a sample has to have each: {tally:?}");
    let tally = tally.into_iter().map(|(word, rows)| (word.to_owned(), rows)).collect();
    assert_eq!(file.tally, Some(tally), "each decision is counted under its outcome");
}

#[test]
fn what_came_of_a_decision_is_kept_although_the_decision_can_not_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut decided = decisions().new_tree(&mut runner).unwrap().current();
    decided.at = Timestamp::from_micros(1_795_348_800_000_000);
    let completed = Completed {
        id: decided.id,
        at: decided.at,
        status: 200,
        bytes_in: 0,
        bytes_out: 0,
        duration_micros: 1,
        ended: Ended::Finished,
    };
    let mut frames = Vec::new();
    frame::append(&mut frames, |out| {
        put_record::<Decisions>(&decided, out);
        // The frame is whole all the same: its checksum covers what is left.
        out.truncate(out.len() - 1);
    });
    frame::append(&mut frames, |out| put_end::<Decisions>(&completed, out));
    frame::seal(&mut frames, 7);
    let path = folder.path().join("wal-00000000000000000001-00000007.log");
    std::fs::write(&path, [frame::header(MAGIC, 7).to_vec(), frames].concat()).unwrap();
    rotate(folder.path());
    assert_eq!(segments(folder.path()), ["wal-00000000000000000001-00000007.log.damaged"]);
    let partitions = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
    let mut kept = partitions
        .filter(|path| path.is_dir())
        .flat_map(|partition| std::fs::read_dir(partition).unwrap())
        .map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert!(kept.any(|name| name.starts_with("completions-")));
}

#[test]
fn the_document_has_every_column_and_its_type_in_order() {
    let document = include_str!("../../../docs/evidence.md");
    let mut documented = Vec::new();
    for line in document.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        documented.push((cells[1].trim_matches('`').to_owned(), cells[2].to_owned(), cells[3] != "never"));
    }
    let schema = crate::decisions_schema();
    let actual: Vec<_> = schema
        .fields()
        .iter()
        .zip(&documented)
        .map(|(field, (_, documented, _))| {
            let name = match field.data_type() {
                arrow_schema::DataType::Utf8 => "text",
                arrow_schema::DataType::Boolean => "boolean",
                arrow_schema::DataType::UInt64 => "unsigned 64",
                arrow_schema::DataType::Int64 => "signed 64",
                arrow_schema::DataType::List(_) => "list of text",
                arrow_schema::DataType::Map(..) => "map of text to text",
                arrow_schema::DataType::Timestamp(..) => "timestamp",
                other => panic!("{other} is not documented"),
            };
            let kind = if documented.starts_with(name) { documented.clone() } else { name.to_owned() };
            (field.name().clone(), kind, field.is_nullable())
        })
        .collect();
    assert_eq!(schema.fields().len(), documented.len());
    assert_eq!(actual, documented);
}
