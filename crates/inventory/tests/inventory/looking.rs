//! What an administrator looks at: samples before an import is applied, pages of everything, and who applied what.

use crate::store::TestStore;
use crate::{account, at, group, imported, key, member, member_by, opened, staged};
use countersign_inventory::{EdgeEnd, Inventory, NodeQuery, RowSamples, ShrinkLimit};
use countersign_sources::{EdgeBody, NodeKind, Relation, SourceEdge, SourceRecord};

fn rows(expected: &[[&str; 3]]) -> Vec<[String; 3]> {
    expected.iter().map(|row| row.map(str::to_owned)).collect()
}

#[tokio::test]
async fn samples_show_what_an_import_would_change_and_no_more_than_asked_for() {
    for store in TestStore::both().await {
        let inventory = opened(&store).await;
        imported(&inventory, "corp", &[account("ada", ""), account("bob", ""), account("eve", "")]).await;
        let second = [account("ada", ""), account("bob", "left"), group("staff"), member("ada", "staff")];
        let waits = staged(&inventory, "corp", &second).await.unwrap();
        let samples = inventory.samples(&waits, 50).await.unwrap();
        assert_eq!(
            samples.nodes,
            RowSamples {
                new: rows(&[["group", "staff", "staff"]]),
                changed: rows(&[["account", "bob", "bob"]]),
                gone: rows(&[["account", "eve", "eve"]]),
            }
        );
        assert_eq!(
            samples.edges,
            RowSamples { new: rows(&[["ada", "member_of", "staff"]]), ..RowSamples::default() }
        );
        inventory.apply(&waits, ShrinkLimit::default(), at(3)).await.unwrap();
        // What an earlier import changed is no sample of this one, and edges that are gone or say something else are.
        let third =
            [account("ada", ""), group("staff"), member_by("ada", "staff", "eve"), member("ada", "x")];
        let waits = staged(&inventory, "corp", &third).await.unwrap();
        let samples = inventory.samples(&waits, 50).await.unwrap();
        assert_eq!(
            samples.nodes,
            RowSamples { gone: rows(&[["account", "bob", "bob"]]), ..RowSamples::default() }
        );
        assert_eq!(
            samples.edges,
            RowSamples {
                new: rows(&[["ada", "member_of", "x"]]),
                changed: rows(&[["ada", "member_of", "staff"]]),
                gone: Vec::new(),
            }
        );
        let many: Vec<_> = (0..9).map(|number| account(&format!("a{number}"), "")).collect();
        let waits = staged(&inventory, "corp", &many).await.unwrap();
        let samples = inventory.samples(&waits, 2).await.unwrap();
        assert_eq!(
            (samples.nodes.new.len(), samples.nodes.changed.len(), samples.nodes.gone.len()),
            (2, 0, 2)
        );
    }
}

/// Reads all names, page by page.
async fn names(inventory: &Inventory, query: NodeQuery) -> Vec<String> {
    let (mut names, mut query) = (Vec::new(), NodeQuery { limit: 2, ..query });
    loop {
        let page = inventory.nodes(&query).await.unwrap();
        assert!(page.nodes.len() <= 2);
        names.extend(page.nodes.into_iter().map(|node| format!("{}/{}", node.source, node.name)));
        match page.next {
            Some(next) => query.after = Some(next),
            None => return names,
        }
    }
}

#[tokio::test]
async fn all_kinds_are_listed_together_in_either_direction() {
    for store in TestStore::both().await {
        let inventory = opened(&store).await;
        imported(&inventory, "a", &[account("Bob", ""), group("ada"), account("carl", "")]).await;
        imported(&inventory, "b", &[account("ada", ""), group("bob"), group("Zoe")]).await;
        let all = names(&inventory, NodeQuery::default()).await;
        assert_eq!(all, ["a/ada", "b/ada", "a/Bob", "b/bob", "a/carl", "b/Zoe"]);
        let reversed = names(&inventory, NodeQuery { descending: true, ..NodeQuery::default() }).await;
        assert_eq!(reversed, ["b/Zoe", "a/carl", "a/Bob", "b/bob", "a/ada", "b/ada"]);
        let groups = NodeQuery { kind: Some(NodeKind::Group), ..NodeQuery::default() };
        assert_eq!(names(&inventory, groups).await, ["a/ada", "b/bob", "b/Zoe"]);
        let of_b = NodeQuery {
            source: Some("b".to_owned()),
            contains: Some("O".to_owned()),
            ..NodeQuery::default()
        };
        assert_eq!(names(&inventory, of_b).await, ["b/bob", "b/Zoe"]);
    }
}

#[tokio::test]
async fn a_search_finds_a_key_too() {
    for store in TestStore::both().await {
        let inventory = opened(&store).await;
        let mut named = account("ARN:1:ada", "");
        if let countersign_sources::SourceRecord::Node(node) = &mut named {
            "Ada".clone_into(&mut node.name);
        }
        imported(&inventory, "cloud", &[named]).await;
        let query = |text: &str| NodeQuery { contains: Some(text.to_owned()), ..NodeQuery::default() };
        assert_eq!(names(&inventory, query("arn:1")).await, ["cloud/Ada"]);
        assert_eq!(names(&inventory, query("arn:2")).await, [""; 0]);
    }
}

#[tokio::test]
async fn the_edges_of_a_node_come_in_pages_with_the_names_at_their_other_ends() {
    for store in TestStore::both().await {
        let inventory = opened(&store).await;
        let records = [
            account("ada", ""),
            group("staff"),
            member("ada", "staff"),
            member("ada", "unknown"),
            member("bob", "staff"),
        ];
        imported(&inventory, "corp", &records).await;
        for descending in [false, true] {
            let first =
                inventory.linked_edges("corp", (EdgeEnd::From, "ada"), (None, descending), 1).await.unwrap();
            let (relation, number) = first.next.unwrap();
            let staff = &first.edges[0];
            assert_eq!(
                (staff.edge.to.as_str(), &staff.other),
                ("staff", &Some((NodeKind::Group, "staff".to_owned())))
            );
            let after = (Some((relation.as_str(), number.as_str())), descending);
            let second = inventory.linked_edges("corp", (EdgeEnd::From, "ada"), after, 1).await.unwrap();
            assert_eq!(second.next, None);
            assert_eq!((second.edges[0].edge.to.as_str(), &second.edges[0].other), ("unknown", &None));
        }
        let members =
            inventory.linked_edges("corp", (EdgeEnd::To, "staff"), (None, false), 10).await.unwrap();
        let from: Vec<_> = members.edges.iter().map(|linked| linked.edge.from.as_str()).collect();
        assert_eq!(from, ["ada", "bob"]);
    }
}

fn relation_of(from: &str, relation: Relation, to: &str) -> SourceRecord {
    SourceRecord::Edge(SourceEdge { from: key(from), relation, to: key(to), body: EdgeBody::default() })
}

#[tokio::test]
async fn pages_of_edges_go_through_all_relations_in_either_direction_and_leave_out_what_is_gone() {
    for store in TestStore::both().await {
        let inventory = opened(&store).await;
        let logins = ["zoe", "ada", "bob", "eve", "dan"];
        let of_all = |relation: Relation| logins.map(|login| relation_of(login, relation, "g")).to_vec();
        let first = [of_all(Relation::MemberOf), of_all(Relation::Controls)].concat();
        imported(&inventory, "corp", &first).await;
        let mut second = [of_all(Relation::MemberOf), of_all(Relation::May)].concat();
        second.remove(2);
        imported(&inventory, "corp", &second).await;
        imported(&inventory, "other", &first).await;
        for descending in [false, true] {
            let (mut seen, mut after) = (Vec::new(), None::<(String, String)>);
            loop {
                let place = after.as_ref().map(|(relation, number)| (relation.as_str(), number.as_str()));
                let order = (place, descending);
                let page = inventory.linked_edges("corp", (EdgeEnd::To, "g"), order, 2).await.unwrap();
                assert!(page.edges.len() <= 2);
                seen.extend(page.edges.into_iter().map(|linked| (linked.edge.relation, linked.edge.from)));
                match page.next {
                    Some(next) => after = Some(next),
                    None => break,
                }
            }
            let of = |relation: Relation, logins: &[&str]| {
                logins.iter().map(|login| (relation, (*login).to_owned())).collect::<Vec<_>>()
            };
            let may = of(Relation::May, &logins);
            let members = of(Relation::MemberOf, &["zoe", "ada", "eve", "dan"]);
            let expected = if descending { [members, may] } else { [may, members] };
            assert_eq!(seen, expected.concat());
        }
    }
}

#[tokio::test]
async fn who_applied_an_import_is_stored_with_it_and_a_record_knows_its_import() {
    for store in TestStore::both().await {
        let inventory = opened(&store).await;
        let first = staged(&inventory, "corp", &[account("ada", ""), account("bob", "")]).await.unwrap();
        inventory.apply_for(&first, ShrinkLimit { percent: 33 }, "Ada", at(5)).await.unwrap();
        let second = staged(&inventory, "corp", &[account("ada", ""), account("bob", "x")]).await.unwrap();
        inventory.apply_for(&second, ShrinkLimit::default(), "Ben", at(9)).await.unwrap();
        let applied = inventory.applied_after("corp", 0).await.unwrap();
        let said: Vec<_> =
            applied.iter().map(|it| (it.import, it.author.as_str(), it.max_gone, it.applied_at)).collect();
        assert_eq!(said, [(first.import, "Ada", 33, at(5)), (second.import, "Ben", 20, at(9))]);
        assert_eq!(applied[1].counts, second.counts);
        assert_eq!(inventory.applied_after("corp", first.import).await.unwrap().len(), 1);
        let origin = inventory.origin("corp", "ada").await.unwrap().unwrap();
        assert_eq!((origin.import, origin.applied_at), (first.import, Some(at(5))));
        let origin = inventory.origin("corp", "bob").await.unwrap().unwrap();
        assert_eq!((origin.import, origin.applied_at), (second.import, Some(at(9))));
        assert_eq!(inventory.origin("corp", "eve").await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_source_that_is_forgotten_leaves_no_row_and_its_numbers_go_on() {
    for store in TestStore::both().await {
        let inventory = opened(&store).await;
        imported(&inventory, "corp", &[account("ada", ""), group("staff"), member("ada", "staff")]).await;
        imported(&inventory, "cloud", &[account("ada", "")]).await;
        imported(&inventory, "corp", &[account("ada", "x")]).await;
        let waits = staged(&inventory, "corp", &[account("eve", "")]).await.unwrap();
        let next = waits.import + 1;
        inventory.forget_source("corp", next - 1).await.unwrap();
        assert_eq!(
            names(&inventory, NodeQuery::default()).await,
            ["cloud/ada", "corp/ada"],
            "an import began since"
        );
        inventory.forget_source("corp", next).await.unwrap();
        assert_eq!(names(&inventory, NodeQuery::default()).await, ["cloud/ada"]);
        assert_eq!(inventory.applied_after("corp", 0).await.unwrap(), []);
        assert_eq!(inventory.staged("corp").await.unwrap(), None);
        let database = store.open().await;
        let left = database.read("counting rows", async |connection| {
            sqlx::query_scalar::<_, i64>(
                "SELECT (SELECT COUNT(*) FROM inventory_keys) + (SELECT COUNT(*) FROM inventory_nodes)
                      + (SELECT COUNT(*) FROM inventory_edges) + (SELECT COUNT(*) FROM inventory_edges_to)
                      + (SELECT COUNT(*) FROM inventory_imports)",
            )
            .fetch_one(connection)
            .await
        });
        assert_eq!(left.await.unwrap(), 3, "the key, the node and the import of the other source");
        let again = staged(&inventory, "corp", &[account("ada", "")]).await.unwrap();
        assert_eq!((again.import, again.base, again.counts.nodes.new), (next, 0, 1));
    }
}
