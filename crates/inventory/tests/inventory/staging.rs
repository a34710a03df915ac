//! Imports are seen whole or not at all, and one that looks like a mistake waits for a second look.

use crate::store::TestStore;
use crate::{account, accounts, at, counts, group, imported, member, opened, pairs, staged};
use countersign_inventory::{EdgeEnd, ImportCounts, InventoryError, RowCounts, ShrinkLimit};
use countersign_sources::SourceRecord;

#[tokio::test]
async fn nothing_of_an_import_is_seen_before_it_is_applied_and_everything_afterwards() {
    for store in TestStore::both().await {
        let inventory = opened(&store).await;
        let first = [account("ada", ""), account("bob", ""), group("staff"), member("ada", "staff")];
        let one = staged(&inventory, "corp", &first).await.unwrap();
        assert_eq!(one.counts, ImportCounts { nodes: counts(3, 0, 0, 0), edges: counts(1, 0, 0, 0) });
        assert_eq!(accounts(&inventory, "corp").await, []);
        assert_eq!(inventory.staged("corp").await.unwrap(), Some(one.clone()));
        inventory.apply(&one, ShrinkLimit::default(), at(2)).await.unwrap();
        assert_eq!(accounts(&inventory, "corp").await, pairs(&[("ada", ""), ("bob", "")]));
        assert_eq!(inventory.staged("corp").await.unwrap(), None);

        let second = [account("ada", "left"), account("eve", ""), group("staff"), member("eve", "staff")];
        let two = staged(&inventory, "corp", &second).await.unwrap();
        assert_eq!(two.counts, ImportCounts { nodes: counts(1, 1, 1, 1), edges: counts(1, 0, 1, 0) });
        assert_eq!(accounts(&inventory, "corp").await, pairs(&[("ada", ""), ("bob", "")]));
        let of_staff = || async {
            let edges = inventory.edges("corp", (EdgeEnd::To, "staff"), 10).await.unwrap();
            edges.into_iter().map(|edge| edge.from).collect::<Vec<_>>()
        };
        assert_eq!(of_staff().await, ["ada"]);
        inventory.apply(&two, ShrinkLimit::default(), at(3)).await.unwrap();
        assert_eq!(accounts(&inventory, "corp").await, pairs(&[("ada", "left"), ("eve", "")]));
        assert_eq!(of_staff().await, ["eve"]);
        assert_eq!(inventory.node("corp", "bob").await.unwrap(), None);
        let states = inventory.sources().await.unwrap();
        let state = &states[0];
        assert_eq!((state.import, state.applied_at, state.is_staging), (two.import, Some(at(3)), false));
    }
}

#[tokio::test]
async fn the_same_again_changes_nothing_and_writes_no_row() {
    for store in TestStore::both().await {
        let inventory = opened(&store).await;
        let records = [account("ada", "x"), group("staff"), member("ada", "staff")];
        imported(&inventory, "corp", &records).await;
        let again = imported(&inventory, "corp", &records).await;
        assert_eq!(again, ImportCounts { nodes: counts(0, 0, 0, 2), edges: counts(0, 0, 0, 1) });
        assert_eq!(accounts(&inventory, "corp").await, pairs(&[("ada", "x")]));
        assert_eq!(rows(&store).await, 3);
    }
}

#[tokio::test]
async fn sources_do_not_touch_each_other() {
    for store in TestStore::both().await {
        let inventory = opened(&store).await;
        imported(&inventory, "corp", &[account("ada", "corp")]).await;
        imported(&inventory, "cloud", &[account("ada", "cloud"), account("bob", "")]).await;
        imported(&inventory, "corp", &[]).await;
        assert_eq!(accounts(&inventory, "corp").await, []);
        assert_eq!(accounts(&inventory, "cloud").await, pairs(&[("ada", "cloud"), ("bob", "")]));
    }
}

#[tokio::test]
async fn an_import_that_is_dropped_leaves_what_was_before() {
    for store in TestStore::both().await {
        let inventory = opened(&store).await;
        imported(&inventory, "corp", &[account("ada", ""), account("bob", "")]).await;
        let waits = staged(&inventory, "corp", &[account("ada", "new"), account("eve", "")]).await.unwrap();
        assert!(inventory.drop_staged("corp").await.unwrap());
        assert!(!inventory.drop_staged("corp").await.unwrap());
        let refused = inventory.apply(&waits, ShrinkLimit::default(), at(3)).await.unwrap_err();
        assert_eq!(refused.to_string(), "another import of `corp` began meanwhile: import again");
        assert_eq!(accounts(&inventory, "corp").await, pairs(&[("ada", ""), ("bob", "")]));
        assert_eq!(rows(&store).await, 2, "its rows were taken back");
        let counts = imported(&inventory, "corp", &[account("ada", "new"), account("bob", "")]).await;
        assert_eq!(counts.nodes, RowCounts { new: 0, changed: 1, gone: 0, same: 1 });
    }
}

#[tokio::test]
async fn a_later_import_takes_the_place_of_one_that_is_still_at_work() {
    for store in TestStore::both().await {
        let inventory = opened(&store).await;
        imported(&inventory, "corp", &[account("ada", "")]).await;
        let mut slow = inventory.begin(&"corp".parse().unwrap()).await.unwrap();
        slow.add(&account("ada", "of the slow one")).await.unwrap();
        let other = opened(&store).await;
        imported(&other, "corp", &[account("ada", "of the other")]).await;
        let refused = slow.finish(at(9)).await.unwrap_err();
        assert!(matches!(refused, InventoryError::Superseded { .. }), "{refused}");
        assert_eq!(accounts(&inventory, "corp").await, pairs(&[("ada", "of the other")]));
    }
}

#[tokio::test]
async fn a_source_that_suddenly_shrinks_is_stopped_and_can_be_applied_all_the_same() {
    let store = TestStore::sqlite().await;
    let inventory = opened(&store).await;
    let all: Vec<SourceRecord> = (0..200).map(|number| account(&format!("a{number:03}"), "")).collect();
    imported(&inventory, "corp", &all).await;
    let staged = staged(&inventory, "corp", &all[..159]).await.unwrap();
    let refused = inventory.apply(&staged, ShrinkLimit::default(), at(3)).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        "41 of 200 accounts and groups of `corp` would be gone, more than 20 %: if the source really shrank, apply the \
         import with a higher limit"
    );
    assert_eq!(accounts(&inventory, "corp").await.len(), 200);
    inventory.apply(&staged, ShrinkLimit { percent: 21 }, at(4)).await.unwrap();
    assert_eq!(accounts(&inventory, "corp").await.len(), 159);
    // Exactly at the limit, and few of few.
    let at_the_limit = crate::staged(&inventory, "corp", &all[..128]).await.unwrap();
    inventory.apply(&at_the_limit, ShrinkLimit::default(), at(5)).await.unwrap();
    imported(&inventory, "small", &all[..20]).await;
    let nothing = crate::staged(&inventory, "small", &[]).await.unwrap();
    inventory.apply(&nothing, ShrinkLimit::default(), at(6)).await.unwrap();
}

#[tokio::test]
async fn a_record_that_is_named_twice_ends_the_import() {
    let store = TestStore::sqlite().await;
    let inventory = opened(&store).await;
    for (records, error) in [
        ([account("ada", ""), account("ada", "other")], "the source names the account `ada` twice"),
        (
            [member("a", "g"), member("a", "g")],
            "the source names the relation `member_of` of `a` to `g` twice",
        ),
    ] {
        let refused = staged(&inventory, "corp", &records).await.unwrap_err().to_string();
        assert!(refused.starts_with(error), "{refused}");
    }
    assert_eq!(accounts(&inventory, "corp").await, []);
}

/// Returns the number of rows of both tables, seen or not.
async fn rows(store: &TestStore) -> i64 {
    let database = store.open().await;
    let count = database.read("counting rows", async |connection| {
        sqlx::query_scalar::<_, i64>(
            "SELECT (SELECT COUNT(*) FROM inventory_nodes) + (SELECT COUNT(*) FROM inventory_edges)",
        )
        .fetch_one(connection)
        .await
    });
    count.await.unwrap()
}
