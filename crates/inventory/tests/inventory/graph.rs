//! The graph of what all sources say now.

use crate::store::TestStore;
use crate::{account, group, imported, member, member_by, opened, staged};
use countersign_graph::{AccessGraph, ListPart, Traversal};
use countersign_inventory::Inventory;

async fn graph(inventory: &Inventory) -> AccessGraph {
    inventory.graph().await.unwrap().graph
}

/// Returns the nodes with their sources, and whether each is described.
fn nodes(graph: &AccessGraph) -> Vec<String> {
    let written = graph.nodes().map(|index| {
        let node = graph.node(index).unwrap();
        format!("{}/{} {}", node.source, node.key, node.kind.map_or("?", |kind| kind.as_str()))
    });
    written.collect()
}

#[tokio::test]
async fn the_graph_has_what_every_source_says_now_and_nothing_that_waits_or_ended() {
    for store in TestStore::both().await {
        let inventory = opened(&store).await;
        assert_eq!(nodes(&graph(&inventory).await), [""; 0]);
        let first = [
            account("ada", ""),
            account("bob", ""),
            group("staff"),
            member("ada", "staff"),
            member("bob", "staff"),
        ];
        imported(&inventory, "corp", &first).await;
        let second =
            [account("ada", ""), group("staff"), member_by("ada", "staff", "Eve"), member("staff", "all")];
        imported(&inventory, "corp", &second).await;
        imported(&inventory, "cloud", &[account("ada", "")]).await;
        staged(&inventory, "cloud", &[account("ada", ""), account("zoe", ""), member("zoe", "x")])
            .await
            .unwrap();
        let graph = graph(&inventory).await;
        assert_eq!(
            nodes(&graph),
            ["cloud/ada account", "corp/ada account", "corp/all ?", "corp/staff group"]
        );
        assert_eq!(graph.edge_count(), 2);
        let [ada, all] = ["ada", "all"].map(|key| graph.find("corp", key).unwrap());
        let path = graph.path(ada, all, Traversal::Reach).unwrap();
        assert_eq!(path[0].grant.granted_by, Some("Eve"));
        assert_eq!(graph.reach_of_compromise(ada, ListPart::first(1)).left, 1);
    }
}

#[tokio::test]
async fn more_rows_than_one_page_are_all_in_it_and_a_row_that_cannot_be_read_is_an_error() {
    let store = TestStore::sqlite().await;
    let inventory = opened(&store).await;
    let many = (0..10_100)
        .flat_map(|number| [member(&format!("a{number}"), "g"), member(&format!("a{number}"), "h")]);
    imported(&inventory, "corp", &many.collect::<Vec<_>>()).await;
    assert_eq!(graph(&inventory).await.edge_count(), 20_200);
    let database = store.open().await;
    let changed = database.write("changing a row behind the inventory", async |connection| {
        sqlx::query("UPDATE inventory_edges SET relation = 77").execute(connection).await
    });
    changed.await.unwrap();
    let error = inventory.graph().await.unwrap_err().to_string();
    assert!(
        error.contains("unknown relation `77`") && error.ends_with("import the source `corp` again"),
        "{error}"
    );
}
