//! What sources said long ago is deleted, and nothing else.

use crate::store::TestStore;
use crate::{account, accounts, at, group, member, opened, pairs, staged};
use countersign_inventory::{EdgeEnd, Inventory, ShrinkLimit};
use countersign_sources::SourceRecord;

async fn applied(inventory: &Inventory, source: &str, records: &[SourceRecord], seconds: i64) {
    let waits = staged(inventory, source, records).await.unwrap();
    inventory.apply(&waits, ShrinkLimit { percent: 100 }, at(seconds)).await.unwrap();
}

/// Returns the numbers of rows of keys, nodes, edges, other ends of edges, and imports.
async fn rows(store: &TestStore) -> [i64; 5] {
    let database = store.open().await;
    let mut found = [0; 5];
    let tables = ["keys", "nodes", "edges", "edges_to", "imports"];
    for (count, table) in found.iter_mut().zip(tables) {
        let text = format!("SELECT COUNT(*) FROM inventory_{table}");
        let read = database.read("counting rows", async |connection| {
            sqlx::query_scalar(sqlx::AssertSqlSafe(text)).fetch_one(connection).await
        });
        *count = read.await.unwrap();
    }
    found
}

async fn groups(inventory: &Inventory, login: &str) -> Vec<String> {
    let edges = inventory.edges("corp", (EdgeEnd::From, login), 10).await.unwrap();
    edges.into_iter().map(|edge| edge.to).collect()
}

#[tokio::test]
async fn what_ended_before_the_moment_is_deleted_and_what_ended_later_is_not() {
    for store in TestStore::both().await {
        let inventory = opened(&store).await;
        let first = [account("ada", "1"), account("bob", "1"), group("staff"), member("bob", "staff")];
        applied(&inventory, "corp", &first, 10).await;
        // Bob is gone with his membership; Ada says something else.
        let second = [account("ada", "2"), group("staff"), member("ada", "staff")];
        applied(&inventory, "corp", &second, 20).await;
        // Ada leaves the group.
        applied(&inventory, "corp", &[account("ada", "2"), group("staff")], 30).await;
        applied(&inventory, "other", &[account("zoe", "")], 5).await;
        assert_eq!(rows(&store).await, [4, 5, 2, 2, 4]);

        assert_eq!(inventory.forget_before(at(20)).await.unwrap(), 0, "nothing ended before");
        assert_eq!(rows(&store).await, [4, 5, 2, 2, 3], "the first import is forgotten all the same");
        assert_eq!(inventory.forget_before(at(21)).await.unwrap(), 3, "two of nodes, one of edges");
        assert_eq!(rows(&store).await, [3, 3, 1, 1, 2]);
        assert_eq!(inventory.forget_before(at(21)).await.unwrap(), 0);
        assert_eq!(accounts(&inventory, "corp").await, pairs(&[("ada", "2")]));
        assert_eq!(accounts(&inventory, "other").await, pairs(&[("zoe", "")]));

        // An import that waits may have looked up the key of Ada's former group: all keys stay until it ends.
        let again = staged(&inventory, "corp", &second).await.unwrap();
        assert_eq!(inventory.forget_before(at(31)).await.unwrap(), 1);
        inventory.apply(&again, ShrinkLimit::default(), at(40)).await.unwrap();
        assert_eq!(groups(&inventory, "ada").await, ["staff"]);
        let members = inventory.edges("corp", (EdgeEnd::To, "staff"), 10).await.unwrap();
        assert_eq!(members.len(), 1, "its other end is there again");
        assert_eq!(rows(&store).await, [3, 3, 1, 1, 3]);
    }
}

#[tokio::test]
async fn more_than_one_step_is_forgotten_and_its_keys_too() {
    let store = TestStore::sqlite().await;
    let inventory = opened(&store).await;
    let many = (0..5_500).flat_map(|number| {
        let login = format!("a{number:04}");
        [account(&login, ""), member(&login, "g")]
    });
    let many: Vec<SourceRecord> = many.collect();
    applied(&inventory, "corp", &many, 10).await;
    applied(&inventory, "corp", &[account("ada", "")], 20).await;
    assert_eq!(rows(&store).await, [5_502, 5_501, 5_500, 5_500, 2]);
    assert_eq!(inventory.forget_before(at(21)).await.unwrap(), 11_000);
    assert_eq!(rows(&store).await, [1, 1, 0, 0, 1]);
    applied(&inventory, "corp", &many, 30).await;
    assert_eq!(groups(&inventory, "a0007").await, ["g"]);
}
