//! Random imports against maps: what is seen is always what was applied last.

use crate::store::TestStore;
use crate::{account, accounts, at, member_by, opened, staged};
use countersign_inventory::{EdgeEnd, Inventory, RowCounts, ShrinkLimit};
use countersign_sources::SourceRecord;
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

/// What a source says: of each account, and of each membership of an account in a group.
#[derive(Debug, Clone, Default)]
struct ModelSource {
    accounts: BTreeMap<u8, u8>,
    members: BTreeMap<(u8, u8), u8>,
}

/// An import.
#[derive(Debug, Clone)]
struct ModelImport {
    said: ModelSource,
    fate: Fate,
    /// Whether what was forgotten in between is of any import before.
    forgets: bool,
}

fn steps() -> impl Strategy<Value = (usize, Vec<ModelImport>)> {
    let fate = prop_oneof![3 => Just(Fate::Applied), 1 => Just(Fate::Dropped), 1 => Just(Fate::Left), 1 => Just(Fate::Waits)];
    let accounts = btree_map(0_u8..12, 0_u8..3, 0..10);
    let members = btree_map((0_u8..6, 0_u8..4), 0_u8..3, 0..14);
    let import = (accounts, members, fate, any::<bool>()).prop_map(|(accounts, members, fate, forgets)| {
        ModelImport { said: ModelSource { accounts, members }, fate, forgets }
    });
    // Edges are compared all at once, or some at a time.
    (prop_oneof![Just(1_000), 1_usize..6], vec(import, 1..12))
}

#[test]
fn what_is_seen_is_what_was_applied_last() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().worker_threads(1).build().unwrap();
    let mut runner = TestRunner::new(Config { cases: 40, failure_persistence: None, ..Config::default() });
    runner
        .run(&steps(), |(most, imports)| {
            runtime.block_on(check(most, imports));
            Ok(())
        })
        .unwrap();
}

fn login(id: u8) -> String {
    format!("a{id:02}")
}

/// Returns the records, those of the accounts last: a source may name a member before it describes it.
fn records(said: &ModelSource) -> Vec<SourceRecord> {
    let members = said.members.iter().rev();
    let members =
        members.map(|((id, group), by)| member_by(&login(*id), &format!("g{group}"), &by.to_string()));
    members.chain(said.accounts.iter().map(|(id, what)| account(&login(*id), &what.to_string()))).collect()
}

fn compared<K: Ord>(before: &BTreeMap<K, u8>, now: &BTreeMap<K, u8>) -> RowCounts {
    let common = now.keys().filter(|key| before.contains_key(key)).count();
    let same = now.iter().filter(|(key, what)| before.get(key) == Some(what)).count();
    let counts = [now.len() - common, common - same, before.len() - common, same];
    let [new, changed, gone, same] = counts.map(|count| count as u64);
    RowCounts { new, changed, gone, same }
}

async fn check(most: usize, imports: Vec<ModelImport>) {
    let store = TestStore::sqlite().await;
    let inventory = opened(&store).await.with_edges_in_memory(most);
    let mut applied = ModelSource::default();
    for ModelImport { said, fate, forgets } in imports {
        if let Fate::Left = fate {
            let mut import = inventory.begin(&"corp".parse().unwrap()).await.unwrap();
            for record in &records(&said) {
                import.add(record).await.unwrap();
            }
        } else {
            let waits = staged(&inventory, "corp", &records(&said)).await.unwrap();
            assert_eq!(waits.counts.nodes, compared(&applied.accounts, &said.accounts));
            assert_eq!(waits.counts.edges, compared(&applied.members, &said.members));
            match fate {
                Fate::Applied => {
                    inventory.apply(&waits, ShrinkLimit { percent: 100 }, at(3)).await.unwrap();
                    applied = said;
                }
                Fate::Dropped => assert!(inventory.drop_staged("corp").await.unwrap()),
                Fate::Left | Fate::Waits => {}
            }
        }
        if forgets {
            inventory.forget_before(at(4)).await.unwrap();
        }
        check_seen(&inventory, &applied).await;
    }
}

async fn check_seen(inventory: &Inventory, applied: &ModelSource) {
    let expected: Vec<_> = applied.accounts.iter().map(|(id, what)| (login(*id), what.to_string())).collect();
    assert_eq!(accounts(inventory, "corp").await, expected);
    let expected: Vec<_> = applied.members.iter().map(|((id, group), by)| (*id, *group, *by)).collect();
    for (end, keys) in [
        (EdgeEnd::From, (0..6).map(login).collect::<Vec<_>>()),
        (EdgeEnd::To, (0..4).map(|group| format!("g{group}")).collect()),
    ] {
        let mut seen = Vec::new();
        for key in keys {
            for edge in inventory.edges("corp", (end, &key), 100).await.unwrap() {
                let number = |text: &str| text.parse::<u8>().unwrap();
                seen.push((
                    number(&edge.from[1..]),
                    number(&edge.to[1..]),
                    number(&edge.body.granted_by.unwrap()),
                ));
            }
        }
        seen.sort_unstable();
        assert_eq!(seen, expected, "{end:?}");
    }
}
