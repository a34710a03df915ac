//! Random imports against a map: what is seen is always what was applied last.

use crate::store::TestStore;
use crate::{account, accounts, at, opened, staged};
use countersign_inventory::ShrinkLimit;
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::collections::BTreeMap;

/// What becomes of an import.
#[derive(Debug, Clone, Copy)]
enum Fate {
    Applied,
    Dropped,
    /// It ends half way, without a word.
    Left,
    /// It waits while the next begins.
    Waits,
}

fn steps() -> impl Strategy<Value = Vec<(BTreeMap<u8, u8>, Fate)>> {
    let fate = prop_oneof![3 => Just(Fate::Applied), 1 => Just(Fate::Dropped), 1 => Just(Fate::Left), 1 => Just(Fate::Waits)];
    vec((btree_map(0_u8..12, 0_u8..3, 0..10), fate), 1..12)
}

#[test]
fn what_is_seen_is_what_was_applied_last() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().worker_threads(1).build().unwrap();
    let mut runner = TestRunner::new(Config { cases: 40, failure_persistence: None, ..Config::default() });
    runner
        .run(&steps(), |steps| {
            runtime.block_on(check(steps));
            Ok(())
        })
        .unwrap();
}

async fn check(steps: Vec<(BTreeMap<u8, u8>, Fate)>) {
    let store = TestStore::sqlite().await;
    let inventory = opened(&store).await;
    let mut applied: BTreeMap<u8, u8> = BTreeMap::new();
    for (said, fate) in steps {
        let records: Vec<_> =
            said.iter().map(|(id, what)| account(&format!("a{id:02}"), &format!("{what}"))).collect();
        let same = said.iter().filter(|(id, what)| applied.get(id) == Some(what)).count();
        let common = said.keys().filter(|id| applied.contains_key(id)).count();
        if let Fate::Left = fate {
            let mut import = inventory.begin(&"corp".parse().unwrap()).await.unwrap();
            for record in &records {
                import.add(record).await.unwrap();
            }
        } else {
            let waits = staged(&inventory, "corp", &records).await.unwrap();
            let expected = [said.len() - common, common - same, applied.len() - common, same];
            let counts = waits.counts.nodes;
            assert_eq!(
                [counts.new, counts.changed, counts.gone, counts.same],
                expected.map(|count| count as u64)
            );
            match fate {
                Fate::Applied => {
                    inventory.apply(&waits, ShrinkLimit { percent: 100 }, at(3)).await.unwrap();
                    applied = said;
                }
                Fate::Dropped => assert!(inventory.drop_staged("corp").await.unwrap()),
                Fate::Left | Fate::Waits => {}
            }
        }
        let expected: Vec<_> =
            applied.iter().map(|(id, what)| (format!("a{id:02}"), what.to_string())).collect();
        assert_eq!(accounts(&inventory, "corp").await, expected);
    }
}
