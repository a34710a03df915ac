//! Evidence of earlier builds stays readable for ever, with the same content.
//!
//! The folder `golden` holds `rows.json` and the same rows as files of each existing kind: the write-ahead file as a
//! killed process left it, and the Parquet files made from it. These files never change: a digest pins them.
#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use countersign_evidence::{Cause, Effect, Ended, Evidence, Options, Query, Row, Store};
use countersign_names::{Action, Assurance, PostureCheck, RiskLevel, Sensitivity};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Every file, and its SHA-256.
const PINNED: &[(&str, &str)] = &[
    (
        "parquet/dt=2026-11-22/completions-00001795338013000513-cf45ec26.parquet",
        "107a227be4a57fb12df1ede70216729c7544d2a970c5bae5f2e76e5c06b7b386",
    ),
    (
        "parquet/dt=2026-11-22/decisions-00001795338013000013-7377b57b.parquet",
        "0569c8d1bc92a2b46493f209f438bc6036165da70baa68992a8eafc93165f3da",
    ),
    ("rows.json", "cdd73bd55a83e8470964610e471eb6c57e2e479a468928324749eeb2e4cd54fa"),
    (
        "segment/wal-00001795338013000513-97ab0ab6.log",
        "8721f6e5dec95f575d769aafa09598507631be28baff554a621d2c6c553f5a6e",
    ),
];

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("golden")
}

fn files(folder: &Path, within: &str, found: &mut BTreeMap<String, PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{within}{}", path.file_name().unwrap().to_str().unwrap());
        if path.is_dir() {
            files(&path, &format!("{name}/"), found);
        } else {
            found.insert(name, path);
        }
    }
}

fn all() -> BTreeMap<String, PathBuf> {
    let mut found = BTreeMap::new();
    files(&golden(), "", &mut found);
    found
}

fn rows() -> Vec<Row> {
    serde_json::from_str(&std::fs::read_to_string(golden().join("rows.json")).unwrap()).unwrap()
}

#[test]
fn golden_evidence_never_changes() {
    let found: Vec<_> = all()
        .into_iter()
        .map(|(name, path)| {
            let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &std::fs::read(path).unwrap());
            (name, hex::encode(digest))
        })
        .collect();
    let pinned: Vec<_> =
        PINNED.iter().map(|(name, digest)| ((*name).to_owned(), (*digest).to_owned())).collect();
    assert_eq!(found, pinned, "golden evidence was changed: what was written once must be read for ever");
}

/// Returns the rows of a copy of this folder, oldest first.
async fn read(kind: &str) -> (Vec<Row>, Store, tempfile::TempDir) {
    let copy = tempfile::tempdir().unwrap();
    for (name, path) in all() {
        let Some(name) = name.strip_prefix(kind).and_then(|rest| rest.strip_prefix('/')) else { continue };
        let to = copy.path().join(name);
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::copy(path, to).unwrap();
    }
    let (sink, store) = Evidence::open(copy.path(), Options::default()).unwrap();
    let listing = store.list(&Query { limit: Query::MOST, ..Query::default() });
    assert_eq!(listing.skipped, []);
    sink.close().await.unwrap();
    let mut rows = listing.rows;
    rows.reverse();
    (rows, store, copy)
}

#[tokio::test]
async fn evidence_of_an_earlier_build_says_what_it_always_said() {
    for kind in ["segment", "parquet"] {
        let (found, store, _copy) = read(kind).await;
        assert_eq!(found, rows(), "{kind}");
        for row in rows() {
            assert_eq!(store.find(row.decided.id).as_ref(), Some(&row), "{kind}");
        }
        let again: serde_json::Value = serde_json::to_value(&found).unwrap();
        let text = std::fs::read_to_string(golden().join("rows.json")).unwrap();
        assert_eq!(again, serde_json::from_str::<serde_json::Value>(&text).unwrap(), "{kind}");
    }
}

#[test]
fn every_word_that_a_record_can_hold_stands_in_the_golden_evidence() {
    let text = std::fs::read_to_string(golden().join("rows.json")).unwrap();
    let words: BTreeSet<&str> = text.split('"').collect();
    let all = [
        ("an effect", Effect::ALL.iter().map(|word| word.as_str()).collect::<Vec<_>>()),
        ("a cause", Cause::ALL.iter().map(|word| word.as_str()).collect()),
        ("an end", Ended::ALL.iter().map(|word| word.as_str()).collect()),
        ("an action", Action::ALL.iter().map(|word| word.as_str()).collect()),
        ("an assurance", Assurance::ALL.iter().map(|word| word.as_str()).collect()),
        ("a check", PostureCheck::ALL.iter().map(|word| word.as_str()).collect()),
        ("a risk", RiskLevel::ALL.iter().map(|word| word.as_str()).collect()),
        ("a sensitivity", Sensitivity::ALL.iter().map(|word| word.as_str()).collect()),
    ];
    for (kind, each) in all {
        for word in each {
            assert!(
                words.contains(word),
                "{kind}, {word}, stands in no golden row: add a golden folder that has it"
            );
        }
    }
}
