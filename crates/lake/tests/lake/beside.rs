//! Two kinds of one process: the second has a folder within the first's and anchors of its own. Upkeep and verification
//! treat both as one.
#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use crate::DAY;
use crate::book::Book;
use crate::kinds::{FlowRecord, Flows, MIDNIGHT, key_at};
use crate::life::{files, scanned};
use crate::logins::{Login, Logins};
use countersign_lake::{
    Anchors as _, Fault, KindFiles, Lake, Options, RecordKind as _, RecordSink, RecordStore, Verified, open,
};
use countersign_names::Timestamp;
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

const EVER: Timestamp = Timestamp::from_micros(i64::MIN);
const NOW: Timestamp = Timestamp::from_micros(MIDNIGHT + 2 * DAY + DAY / 2);

struct Process {
    logins: (RecordSink<Logins>, RecordStore<Logins>),
    flows: (RecordSink<Flows>, RecordStore<Flows>),
    lake: Lake,
}

impl Process {
    /// Flows expire after 36 hours, and logins never.
    fn open(folder: &Path, books: &[Arc<Book>; 2]) -> Self {
        let options = |book: &Arc<Book>, keep| Options {
            anchors: Arc::clone(book) as _,
            retry: Duration::from_millis(2),
            keep,
            ..Options::default()
        };
        let [of_logins, of_flows] = books;
        let keep = Some(Duration::from_secs(36 * 3_600));
        let logins = open::<Logins>(folder, options(of_logins, None)).unwrap();
        let flows = open::<Flows>(folder.join("flows"), options(of_flows, keep)).unwrap();
        let lake = Lake::new(vec![Arc::new(logins.1.clone()), Arc::new(flows.1.clone())]);
        Self { logins, flows, lake }
    }

    /// Records some of both kinds on two days, and restarts after each.
    async fn lived(folder: &Path, books: &[Arc<Book>; 2]) -> Self {
        for day in [0, 0, 1] {
            let process = Self::open(folder, books);
            for number in 0..20 {
                let at = MIDNIGHT + day * DAY + 1_000_000;
                let id = key_at(at, number + u64::from(files(folder).len() as u32) * 100);
                let login = Login { id, at: Timestamp::from_micros(at), machine: "m".to_owned() };
                process.logins.0.record(&login).unwrap();
                let flow = FlowRecord { id, ..FlowRecord::numbered(number, at) };
                process.flows.0.record(&flow).unwrap();
            }
            process.close().await;
        }
        Self::open(folder, books)
    }

    async fn close(self) {
        self.logins.0.close().await.unwrap();
        self.flows.0.close().await.unwrap();
    }

    fn verified(&self) -> Verified {
        self.lake.verify(EVER, &mut |_, _| ControlFlow::Continue(())).unwrap()
    }

    fn faults(&self) -> Vec<(String, Fault)> {
        self.verified().findings.into_iter().map(|finding| (finding.path, finding.fault)).collect()
    }
}

#[tokio::test]
async fn both_are_verified_compacted_and_retained_as_one() {
    let folder = tempfile::tempdir().unwrap();
    let books = [Arc::new(Book::default()), Arc::new(Book::default())];
    let process = Process::lived(folder.path(), &books).await;
    let verified = process.verified();
    assert_eq!((verified.files, verified.rows, verified.findings.len()), (6, 120, 0), "{verified:?}");

    let (mut last, mut told) = (0.0, 0);
    let mut going = |_: &Verified, share: f64| {
        assert!(share >= last, "{share} after {last}");
        (last, told) = (share, told + 1);
        ControlFlow::Continue(())
    };
    process.lake.verify(EVER, &mut going).unwrap();
    assert!(last > 0.9 && told >= 6, "{last} {told}");
    let broken_off = process.lake.verify(EVER, &mut |_, _| ControlFlow::Break(()));
    assert_eq!(broken_off, None);

    let flows = process.flows.1.clone();
    let all = scanned(&flows);
    let upkept = process.lake.tend(NOW, &mut |_, _| ControlFlow::Continue(())).unwrap();
    // Two files of each kind became one; then the flows of the first day expired, and its logins did not.
    assert_eq!((upkept.days["2026-11-22"].files, upkept.skipped.len()), (2 + 2 + 1, 0), "{upkept:?}");
    assert_eq!(scanned(&flows), all[40..]);
    let logins: usize = process.logins.1.scan(EVER, Timestamp::MAX).map(|listing| listing.rows.len()).sum();
    assert_eq!(logins, 60);
    let [of_logins, of_flows] = &books;
    assert_eq!(of_logins.gone_before(), None);
    assert_eq!(of_flows.gone_before(), Some(Timestamp::from_micros(MIDNIGHT + DAY)));
    let verified = process.verified();
    assert_eq!(
        (verified.gone_before, verified.findings.len()),
        (None, 0),
        "logins are all here: {verified:?}"
    );
    process.close().await;
}

#[tokio::test]
async fn a_file_of_either_kind_is_found_by_its_path_among_all() {
    let folder = tempfile::tempdir().unwrap();
    let books = [Arc::new(Book::default()), Arc::new(Book::default())];
    let process = Process::lived(folder.path(), &books).await;
    for path in files(folder.path()).into_iter().filter(|path| path.ends_with(".parquet")) {
        assert!(process.lake.is_path(&path), "{path}");
        assert!(process.lake.open(&path).is_ok(), "{path}");
        let whole = fs::read(folder.path().join(&path)).unwrap();
        let mut altered = whole.clone();
        altered[whole.len() / 2] ^= 1;
        fs::write(folder.path().join(&path), &altered).unwrap();
        assert_eq!(process.faults(), [(path.clone(), Fault::Altered)]);
        fs::write(folder.path().join(&path), &whole).unwrap();
    }
    for path in
        ["dt=2026-11-22/flows-1.parquet", "flows/dt=2026-11-22/logins-1.parquet", "flows/lock", "x/y/z"]
    {
        assert!(!process.lake.is_path(path), "{path}");
        assert!(process.lake.open(path).is_err(), "{path}");
    }
    process.close().await;
}

#[test]
fn the_first_kind_has_the_account_of_the_process_and_another_one_of_its_own() {
    let check = |files: KindFiles, account: &str, path: &str| {
        assert_eq!(files.account("edge-1"), account);
        assert_eq!(files.within("dt=2026-11-22/x.parquet"), path);
        assert_eq!(files.strip(path), Some("dt=2026-11-22/x.parquet"));
    };
    check(Logins::FILES, "edge-1", "dt=2026-11-22/x.parquet");
    check(Flows::FILES, "edge-1/flows", "flows/dt=2026-11-22/x.parquet");
}

#[test]
fn a_path_of_a_file_is_one_of_its_kind_or_refused_whoever_sent_it() {
    let flows = RecordStore::<Flows>::is_path;
    let logins = RecordStore::<Logins>::is_path;
    for path in [
        "dt=2026-11-22/flows-1.parquet",
        "dt=2026-11-22/flows-day-0a1b2c3d.parquet",
        "dt=1969-12-31/flows-Z.parquet",
    ] {
        assert!(flows(path) && !logins(path), "{path}");
    }
    assert!(logins("dt=2026-11-22/logins-1.parquet") && logins("dt=2026-11-22/logouts-1.parquet"));
    assert!(!flows("dt=2026-11-22/logouts-1.parquet"), "a kind without ends has no files of ends");
    for path in [
        "",
        "flows-1.parquet",
        "dt=2026-11-22",
        "dt=2026-11-22/",
        "dt=2026-11-22/flows-.parquet",
        "dt=2026-11-22/flows-1",
        "dt=2026-11-22/flows-1.parquet.parquet",
        "dt=2026-11-22/flows-1.PARQUET",
        "dt=2026-11-22/flows-a b.parquet",
        "dt=2026-11-22/flows-ü.parquet",
        "dt=2026-11-22/flows-../x.parquet",
        "dt=2026-11-22/../flows-1.parquet",
        "dt=2026-11-22/x/flows-1.parquet",
        "dt=2026-11-22//flows-1.parquet",
        "/dt=2026-11-22/flows-1.parquet",
        "../dt=2026-11-22/flows-1.parquet",
        "dt=2026-13-01/flows-1.parquet",
        "dt=2026-1-1/flows-1.parquet",
        "dt=+2026-11-22/flows-1.parquet",
        "dt=2026-11-22x/flows-1.parquet",
        "flows/dt=2026-11-22/flows-1.parquet",
    ] {
        assert!(!flows(path), "{path:?}");
    }
}

#[tokio::test]
async fn a_lake_finds_a_kind_by_its_name_and_what_a_file_replaces_among_all() {
    let folder = tempfile::tempdir().unwrap();
    let books = [Arc::new(Book::default()), Arc::new(Book::default())];
    let process = Process::lived(folder.path(), &books).await;
    assert_eq!(process.lake.kinds().map(|kind| kind.files().name).collect::<Vec<_>>(), ["logins", "flows"]);
    assert!(process.lake.kind("flow").is_none());
    let flows = process.lake.kind("flows").unwrap();
    assert_eq!(flows.folder(), folder.path().join("flows"));
    assert_eq!(flows.account().partitions(), ["dt=2026-11-22", "dt=2026-11-23"]);
    assert!(
        flows.is_expiring()
            && !process.lake.kind("logins").unwrap().is_expiring()
            && process.lake.is_expiring()
    );
    assert!(flows.elsewhere().is_none() && flows.lend().behind().is_empty());

    process.lake.compact(NOW, false, &mut |_, _| ControlFlow::Continue(())).unwrap();
    for (kind, prefix) in [("logins", ""), ("flows", "flows/")] {
        let within = format!("{prefix}dt=2026-11-22/{kind}-day-");
        let made = files(folder.path()).into_iter().find(|path| path.starts_with(&within)).unwrap();
        let replaced = process.lake.replaced_files(&made);
        assert_eq!(replaced.len(), 2, "{kind}");
        assert!(
            replaced.iter().all(|path| path.starts_with(&format!("{prefix}dt=2026-11-22/{kind}-"))),
            "{replaced:?}"
        );
    }
    assert_eq!(process.lake.replaced_files("x/y"), [] as [&str; 0]);
    process.lake.retain(NOW, false).unwrap();
    assert!(process.lake.has_expired("flows/dt=2026-11-22/flows-1.parquet"));
    assert!(!process.lake.has_expired("dt=2026-11-22/logins-1.parquet"), "another kind is kept for ever");
    assert!(!process.lake.has_expired("x/y"));
    process.close().await;
}

#[tokio::test]
async fn a_file_of_one_kind_that_nobody_anchored_counts_for_all() {
    let folder = tempfile::tempdir().unwrap();
    let books = [Arc::new(Book::default()), Arc::new(Book::default())];
    let process = Process::lived(folder.path(), &books).await;
    assert_eq!(process.lake.unanchored_count(), 0);
    let [of_logins, of_flows] = &books;
    of_logins.forget(&of_logins.paths()[0]);
    of_flows.forget(&of_flows.paths()[0]);
    of_flows.forget(&of_flows.paths()[0]);
    assert_eq!(process.lake.unanchored_count(), 3);
    let flows = process.lake.kind("flows").unwrap();
    assert_eq!(flows.unanchored_count(), 2);
    assert_eq!(flows.unanchored(&mut |_, _| ControlFlow::Continue(())).unwrap().files.len(), 2);
    let faults = process.faults();
    assert_eq!(faults.iter().filter(|(path, _)| path.starts_with("flows/")).count(), 2, "{faults:?}");
    assert!(faults.len() == 3 && faults.iter().all(|(_, fault)| *fault == Fault::Added), "{faults:?}");
    process.close().await;
}
