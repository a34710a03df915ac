//! Rows that this build did not write, and more rows than one write takes.

use crate::store::TestStore;
use crate::{account, accounts, at, counts, group, imported, member, opened, staged};
use countersign_inventory::{EdgeEnd, InventoryError, NodeQuery, ShrinkLimit};
use countersign_sources::{NodeKind, SourceRecord};

async fn change(store: &TestStore, statement: &'static str) {
    let database = store.open().await;
    let changed = database.write("changing a row behind the inventory", async |connection| {
        sqlx::query(statement).execute(connection).await.map(|done| done.rows_affected())
    });
    assert!(changed.await.unwrap() > 0, "{statement}");
}

fn query() -> NodeQuery {
    NodeQuery {
        kind: Some(NodeKind::Account),
        source: None,
        contains: None,
        after: None,
        descending: false,
        limit: 10,
    }
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_an_error_that_names_the_source_and_the_remedy() {
    let store = TestStore::sqlite().await;
    let inventory = opened(&store).await;
    imported(&inventory, "corp", &[account("ada", ""), group("g"), member("ada", "g")]).await;
    change(&store, "UPDATE inventory_nodes SET body = '{\"kind\":\"spaceship\"}' WHERE kind = 'account'")
        .await;
    let page = inventory.nodes(&query()).await.unwrap_err().to_string();
    assert!(page.starts_with("a row of the inventory cannot be read (unknown variant `spaceship`"), "{page}");
    assert!(page.ends_with("import the source `corp` again"), "{page}");
    assert!(matches!(inventory.node("corp", "ada").await, Err(InventoryError::Row { .. })));
    assert!(inventory.node("corp", "g").await.unwrap().is_some(), "the others can be read");

    change(&store, "UPDATE inventory_edges SET relation = 77").await;
    let edge = inventory.edges("corp", (EdgeEnd::From, "ada"), 10).await.unwrap_err().to_string();
    assert!(edge.contains("unknown relation `77`"), "{edge}");

    // What the source says is written over it, under the identity that the row still has.
    change(&store, "UPDATE inventory_nodes SET digest = '' WHERE kind = 'account'").await;
    let again = imported(&inventory, "corp", &[account("ada", ""), group("g"), member("ada", "g")]).await;
    assert_eq!(again.nodes, counts(0, 1, 0, 1));
    assert_eq!(accounts(&inventory, "corp").await.len(), 1);
}

#[tokio::test]
async fn the_result_of_a_comparison_that_cannot_be_read_is_not_applied_blindly() {
    let store = TestStore::sqlite().await;
    let inventory = opened(&store).await;
    staged(&inventory, "corp", &[account("ada", "")]).await.unwrap();
    change(&store, "UPDATE inventory_imports SET counts = '[]'").await;
    let error = inventory.staged("corp").await.unwrap_err().to_string();
    assert!(error.ends_with("import the source `corp` again"), "{error}");
    assert_eq!(imported(&inventory, "corp", &[account("ada", "")]).await.nodes, counts(1, 0, 0, 0));
}

#[tokio::test]
async fn tables_of_a_newer_build_are_left_alone() {
    let store = TestStore::sqlite().await;
    drop(opened(&store).await);
    change(
        &store,
        "INSERT INTO inventory_migrations (version, description, success, checksum, execution_time)
         VALUES (9000, 'of a newer build', TRUE, x'00', 0)",
    )
    .await;
    let refused = countersign_inventory::Inventory::open(store.open().await).await.map(drop).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "the tables of inventory have version 9000, which this build does not know: use a newer build"
    );
}

#[tokio::test]
async fn an_import_of_many_writes_is_taken_back_whole() {
    for store in TestStore::both().await {
        let inventory = opened(&store).await;
        let many: Vec<SourceRecord> =
            (0..4_500).map(|number| account(&format!("a{number:04}"), "")).collect();
        let waits = staged(&inventory, "corp", &many).await.unwrap();
        assert_eq!(waits.counts.nodes, counts(4_500, 0, 0, 0));
        assert!(inventory.drop_staged("corp").await.unwrap());
        assert_eq!(imported(&inventory, "corp", &many).await.nodes, counts(4_500, 0, 0, 0), "none was left");
        // Everything is gone, in several steps.
        let nothing = staged(&inventory, "corp", &[]).await.unwrap();
        assert_eq!(nothing.counts.nodes, counts(0, 0, 4_500, 0));
        assert!(inventory.apply(&nothing, ShrinkLimit::default(), at(3)).await.is_err());
        assert_eq!(accounts(&inventory, "corp").await.len(), 4_500);
    }
}

#[tokio::test]
async fn relations_come_in_one_order_and_no_more_than_asked_for() {
    for store in TestStore::both().await {
        let inventory = opened(&store).await;
        let members: Vec<SourceRecord> = (0..30).map(|number| member(&format!("a{number}"), "g")).collect();
        imported(&inventory, "corp", &members).await;
        let ends = async |limit| {
            let edges = inventory.edges("corp", (EdgeEnd::To, "g"), limit).await.unwrap();
            edges.into_iter().map(|edge| edge.from).collect::<Vec<_>>()
        };
        let (all, some) = (ends(1_000).await, ends(10).await);
        assert_eq!((all.len(), &some[..]), (30, &all[..10]));
        assert_eq!(ends(1_000).await, all);
        assert_eq!(inventory.edges("corp", (EdgeEnd::From, "g"), 10).await.unwrap(), []);
        assert_eq!(inventory.edges("other", (EdgeEnd::To, "g"), 10).await.unwrap(), []);
    }
}
