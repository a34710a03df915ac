//! What is missing is counted and named, and never counted as fine.

use crate::post::{PEOPLE, shipped, with};
use crate::rehearsed::{EVER, PROCESS, Rehearsed};
use countersign_api::Verdict;
use countersign_facts::{Actor, EvidenceFact, EvidenceFile, Fact};
use countersign_names::Timestamp;
use countersign_rehearsals::RehearsalContext;
use countersign_testkit::story::{at, digest, suspend};
use std::fs;
use std::path::PathBuf;

/// Everybody reads the wiki at one of the seconds from 30 on.
async fn lived() -> Rehearsed {
    lived_in(Rehearsed::new().await).await
}

async fn lived_in(house: Rehearsed) -> Rehearsed {
    for (n, second) in (1..=PEOPLE).zip(30..) {
        assert!(house.reads(second, n, "wiki").await);
    }
    house
}

#[tokio::test(flavor = "multi_thread")]
async fn whole_evidence_gives_a_verdict() {
    let house = lived().await.again().await;
    let report = house.replay(EVER).await;
    assert_eq!((report.same, report.different, report.fidelity), (6, 0, Some(1.0)));
    assert_eq!(report.incomplete, Vec::<String>::new());
    let basis = report.basis;
    assert_eq!((basis.verdict, basis.recorded, basis.unanswered), (Verdict::Known, 6, 0));
    assert_eq!((basis.unread, basis.unread_decisions, basis.gaps), (0, Some(0), vec![]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_span_holds_its_first_moment_and_not_its_last() {
    let house = lived().await;
    for (span, expected) in [((30, 36), 6), ((30, 35), 5), ((31, 35), 4), ((32, 33), 1), ((36, 99), 0)] {
        let report = house.replay((at(span.0), at(span.1))).await;
        assert_eq!((report.same, report.basis.recorded), (expected, expected), "{span:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_span_is_no_proof_of_anything() {
    let house = Rehearsed::new().await;
    let none = "No decision of this span is on record, so nothing is known of it.".to_owned();
    let report = house.replay(EVER).await;
    assert_eq!((report.fidelity, report.same), (None, 0));
    assert_eq!((report.basis.verdict, report.basis.gaps), (Verdict::Unknown, vec![none.clone()]));
    let report = house.plan(&shipped(), &[]).await;
    assert_eq!((report.basis.verdict, &report.basis.gaps), (Verdict::Unknown, &vec![none]));
    assert_eq!(report.unknown, report.basis.gaps);
}

/// Returns a house with six decisions in one file and one in another, and the first of them.
async fn two_files(house: Rehearsed) -> (Rehearsed, PathBuf) {
    let house = lived_in(house).await.again().await;
    let [first] = house.files().try_into().unwrap();
    assert!(house.reads(50, 1, "shop").await);
    (house.again().await, first)
}

#[tokio::test(flavor = "multi_thread")]
async fn damaged_records_count_as_different_and_are_named() {
    let (house, first) = two_files(Rehearsed::anchored().await).await;
    let whole = fs::read(&first).unwrap();
    let mut flipped = whole.clone();
    flipped[whole.len() / 3] ^= 1;
    let name = first.file_name().unwrap().to_str().unwrap();
    for bytes in
        [Some(flipped.as_slice()), Some(&whole[..whole.len() / 2]), Some(b"no Parquet"), Some(b""), None]
    {
        match bytes {
            Some(bytes) => fs::write(&first, bytes).unwrap(),
            None => fs::remove_file(&first).unwrap(),
        }
        let report = house.replay(EVER).await;
        let [gap] = report.incomplete.as_slice() else { panic!("{:?}", report.incomplete) };
        assert!(gap.starts_with(&format!("{name}: ")), "{gap}");
        assert!(!gap.contains(house.folder.path().to_str().unwrap()), "where files are is not for clients");
        let basis = report.basis;
        // The anchor knows how many decisions are in it.
        assert_eq!((report.same, basis.unread, basis.unread_decisions), (1, 1, Some(6)), "{gap}");
        assert_eq!(report.fidelity, Some(1.0 / 7.0), "{gap}");
        let gaps = vec![format!("Not everything could be read: {gap}.")];
        assert_eq!((basis.verdict, basis.gaps), (Verdict::Unknown, gaps));
    }
    fs::write(&first, whole).unwrap();
    assert_eq!(house.replay(EVER).await.fidelity, Some(1.0));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_anchor_nobody_knows_how_much_is_missing() {
    let (house, first) = two_files(Rehearsed::new().await).await;
    let whole = fs::read(&first).unwrap();
    fs::write(&first, &whole[..whole.len() / 2]).unwrap();
    let report = house.replay(EVER).await;
    assert_eq!((report.same, report.fidelity, report.basis.unread_decisions), (1, None, None));
    assert_eq!((report.basis.verdict, report.incomplete.len()), (Verdict::Unknown, 1));
    // A plan and a report about policies on trial say so too, and no window is made of a part.
    let report = house.plan(&with("forbid (principal, action, resource);"), &[]).await;
    assert!(report.unknown[0].starts_with("Not everything could be read: "), "{:?}", report.unknown);
    house.post.publish(&with("@stage(\"shadow\") forbid (principal, action, resource);")).await;
    let (report, windows) = house.shadow(None).await;
    assert_eq!((report.incomplete.len(), windows.len()), (1, 0));
    assert!(report.policies[0].unknown[0].starts_with("Not everything could be read: "));
    assert_eq!(report.policies[0].basis.verdict, Verdict::Unknown);
    fs::write(&first, whole).unwrap();
    let (report, windows) = house.shadow(None).await;
    assert_eq!((report.incomplete.len(), windows.len()), (0, 1));
}

/// A file that another process anchored.
fn anchored(path: &str, rows: u64, first: Timestamp, last: Timestamp) -> EvidenceFile {
    EvidenceFile {
        path: format!("dt=1970-01-01/{path}"),
        digest: digest(1),
        bytes: 9,
        rows,
        first,
        last,
        tally: None,
    }
}

async fn state(house: &Rehearsed, gate: &str, files: Vec<EvidenceFile>) {
    let fact = Fact::Evidence(EvidenceFact::Anchored { gate: gate.to_owned(), files, late: false });
    house.post.ledger.state(Actor::System("evidence".to_owned()), vec![fact]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_records_of_other_processes_are_counted_where_they_cannot_be_read() {
    let house = lived().await;
    let just_before = |second: i64| Timestamp::from_micros(at(second).as_micros() - 1);
    state(
        &house,
        "two",
        vec![
            anchored("decisions-1.parquet", 1, at(1), just_before(30)),
            anchored("decisions-2.parquet", 20, at(1), at(30)),
            anchored("decisions-3.parquet", 300, just_before(40), at(99)),
            anchored("decisions-4.parquet", 4_000, at(40), at(99)),
            anchored("completions-5.parquet", 50_000, at(30), at(35)),
        ],
    )
    .await;
    state(&house, "three", vec![anchored("decisions-1.parquet", 7, at(33), at(33))]).await;
    state(&house, "four", vec![anchored("decisions-1.parquet", 9, at(1), at(2))]).await;
    state(&house, PROCESS, vec![anchored("decisions-1.parquet", 11, at(33), at(33))]).await;
    let span = (at(30), at(40));
    let report = house.replay(span).await;
    let gap = |records: u64, process: &str| {
        format!(
            "{records} records of {process} are kept by that process alone: configure evidence.store, so that they can \
             be read here"
        )
    };
    assert_eq!(report.incomplete, [gap(7, "three"), gap(320, "two")]);
    let basis = &report.basis;
    assert_eq!((basis.verdict, basis.unread, basis.unread_decisions), (Verdict::Unknown, 2, Some(327)));
    assert_eq!(report.fidelity, Some(6.0 / 333.0));

    // With a store that all share, they are read, or named by the reading itself.
    let shared = RehearsalContext { reads_others: true, ..house.context() };
    let report = house.replay_in(shared, span).await;
    assert_eq!((report.incomplete, report.fidelity), (vec![], Some(1.0)));
    // Where a number is unknown already, it stays unknown.
    fs::create_dir_all(house.day()).unwrap();
    fs::write(house.day().join("decisions-damaged.parquet"), "not Parquet").unwrap();
    let report = house.replay(span).await;
    assert_eq!((report.basis.unread, report.basis.unread_decisions, report.fidelity), (3, None, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn facts_that_cannot_be_read_leave_their_decisions_unanswered() {
    let house = lived().await;
    // A later world, so that the earlier one has to be read.
    house.post.tell(suspend(6)).await;
    assert!(!house.reads(60, 6, "wiki").await);
    assert_eq!(house.replay(EVER).await.fidelity, Some(1.0));
    house.post.admission.sink().flush().await.unwrap();
    house.post.ledger.journal().close().await;
    let report = house.replay(EVER).await;
    let unanswered = report.differences.iter().filter(|difference| difference.again.is_none());
    let why: Vec<&str> = unanswered.map(|difference| difference.why_not.as_deref().unwrap()).collect();
    assert!(why.len() >= 6, "{report:?}");
    assert!(why.iter().all(|why| why.starts_with("the facts that it knew cannot be read: ")), "{why:?}");
    assert_eq!(report.basis.unanswered, why.len() as u64);
    assert_eq!(report.fidelity, Some(report.same as f64 / 7.0));
}
