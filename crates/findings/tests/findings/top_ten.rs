//! What stands first in the list of causes of a planted organisation.

use crate::at;
use crate::store::TestStore;
use countersign_correlate::{CorrelationRules, SourcedKey, SourcedNodes};
use countersign_findings::{FindingSelection, FindingTables, LookedAt, look};
use countersign_hygiene::{EmergencyAccounts, HygieneSettings};
use countersign_organisation::{NOW, Organisation};
use std::collections::{BTreeMap, BTreeSet};

const RULES: &str = include_str!("../../../correlate/tests/planted.toml");
const SETTINGS: &str = r#"
[[exempt_from_multi_factor]]
group = "mfa-exempt-*"

[[separation]]
name = "orders and payments"
one = ["orders-*"]
other = ["payments-*"]
reason = "Whoever orders must not pay."
owner = "Finance"
"#;

/// Some hundred faults are planted, a few of them on accounts with power over the directory. Whoever works off ten causes
/// mends all of these.
#[tokio::test]
async fn the_first_ten_causes_hold_every_fault_of_an_account_with_power() {
    let organisation = Organisation::with_faults(404, 300, 4);
    let sources = || organisation.sources.iter();
    let nodes: SourcedNodes<'_> = sources()
        .flat_map(|(name, source)| {
            source.nodes.iter().map(|node| (SourcedKey::new(name, node.key.clone()), node))
        })
        .collect();
    let edges = sources().flat_map(|(name, source)| source.edges.iter().map(|edge| (*name, edge))).collect();
    let emergency = organisation.break_glass.iter().map(|(source, key)| EmergencyAccounts {
        source: Some((*source).to_owned()),
        account: key.to_string(),
        reason: "the last way in".to_owned(),
    });
    let settings =
        HygieneSettings { emergency: emergency.collect(), ..HygieneSettings::read(SETTINGS).unwrap() };
    let looked_at = LookedAt { nodes, edges, decisions: &[], uses: &BTreeMap::new(), now: NOW };
    let found = look(&looked_at, &CorrelationRules::read(RULES).unwrap(), &settings);
    let powerful: BTreeSet<(String, String)> = organisation
        .empowered
        .iter()
        .flat_map(|(_, source, key)| {
            found
                .iter()
                .filter(move |finding| {
                    finding
                        .subjects
                        .first()
                        .is_some_and(|first| first.source == *source && first.key == key.as_str())
                })
                .map(|finding| (finding.detector.clone(), finding.cause.clone()))
        })
        .collect();
    let detectors: BTreeSet<&str> = powerful.iter().map(|(detector, _)| detector.as_str()).collect();
    let expected = [
        "account_of_leaver",
        "missing_multi_factor",
        "orphaned_account",
        "shared_account",
        "standing_privilege",
        "unused_account",
    ];
    assert_eq!(detectors, BTreeSet::from(expected));
    let all: BTreeSet<_> = found.iter().map(|finding| (&finding.detector, &finding.cause)).collect();
    assert!(all.len() > 20, "ten of {} causes say little", all.len());

    for store in TestStore::both().await {
        let tables = FindingTables::open(store.open().await).await.unwrap();
        let number = tables.begin_run().await.unwrap();
        let imports = BTreeMap::from([("directory".to_owned(), 1)]);
        tables.replace(number, found.clone(), (&imports, ""), (at(10), at(10))).await.unwrap();
        let page = tables.causes(&FindingSelection::default(), (None, true), 10, at(11)).await.unwrap();
        let first: BTreeSet<_> = page.causes.into_iter().map(|cause| (cause.detector, cause.cause)).collect();
        assert!(powerful.is_subset(&first), "missing: {:?}", powerful.difference(&first).collect::<Vec<_>>());
    }
}
