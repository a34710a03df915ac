//! Findings on both stores, and change sets with names that strangers chose.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on stops here")]

mod changes;
mod life;
mod outside;
#[path = "../../../database/tests/database/store.rs"]
#[expect(dead_code, reason = "the tests of the database use all of it")]
mod store;
mod top_ten;

use countersign_findings::{EvidenceRow, FindingStanding, NewFinding, StoredFinding, SubjectRow};
use countersign_hygiene::HygieneSeverity;
use countersign_names::{FindingId, Timestamp};
use countersign_sources::{NodeKind, SourceKey, SourceNode};

pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(seconds * 1_000_000)
}

pub(crate) fn fnd(n: u128) -> FindingId {
    format!("fnd_{n:032x}").parse().unwrap()
}

/// A finding about one account.
pub(crate) fn finding(n: u128, detector: &str, severity: HygieneSeverity, name: &str) -> NewFinding {
    NewFinding {
        id: fnd(n),
        detector: detector.to_owned(),
        cause: format!("{detector} in people"),
        severity,
        subjects: vec![SubjectRow {
            source: "people".to_owned(),
            key: format!("key of {name}"),
            name: name.to_owned(),
            kind: Some(NodeKind::Account),
        }],
        evidence: vec![EvidenceRow {
            source: "people".to_owned(),
            key: format!("key of {name}"),
            attribute: "last_used_at".to_owned(),
            value: "2026-01-01T00:00:00Z".to_owned(),
            moment: Some(at(5)),
        }],
        fix: "Disable it.".to_owned(),
    }
}

pub(crate) fn stored(found: NewFinding, standing: FindingStanding) -> StoredFinding {
    let fixed_at = (standing == FindingStanding::Fixed).then(|| at(20));
    StoredFinding { found, standing, first_seen: at(1), last_seen: at(10), fixed_at, returned_at: None }
}

pub(crate) fn node(key: &str, name: &str, body: countersign_sources::NodeBody) -> SourceNode {
    SourceNode { key: SourceKey::new(key).unwrap(), name: name.to_owned(), body }
}
