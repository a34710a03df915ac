//! What holds of the records of every source.

use countersign_sources::{ReadingReport, SourceRecord};
use std::collections::BTreeSet;

/// Asserts that every relation leads to records that were handed over before it, that everything is said once, and that
/// the report counts it.
pub(crate) fn hold(records: &[SourceRecord], report: &ReadingReport) {
    let (mut keys, mut edges) = (BTreeSet::new(), BTreeSet::new());
    for record in records {
        match record {
            SourceRecord::Node(node) => {
                assert!(!node.name.is_empty(), "{node:?}");
                assert!(keys.insert(&node.key), "{node:?} is said twice");
            }
            SourceRecord::Edge(edge) => {
                assert!(keys.contains(&edge.from) && keys.contains(&edge.to), "{edge:?} leads nowhere");
                assert!(edges.insert((&edge.from, edge.relation, &edge.to)), "{edge:?} is said twice");
            }
        }
    }
    let said = u64::try_from(records.len()).expect("a count fits");
    assert_eq!(report.nodes + report.edges, said);
}
