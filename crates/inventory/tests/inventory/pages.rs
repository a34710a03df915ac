//! Pages of the inventory.

use crate::store::TestStore;
use crate::{account, group, imported, opened};
use countersign_inventory::NodeQuery;
use countersign_sources::{NodeKind, SourceRecord};

fn all() -> NodeQuery {
    NodeQuery {
        kind: Some(NodeKind::Account),
        source: None,
        contains: None,
        after: None,
        descending: false,
        limit: 3,
    }
}

#[tokio::test]
async fn pages_follow_each_other_over_all_sources_without_a_gap() {
    for store in TestStore::both().await {
        let inventory = opened(&store).await;
        let named =
            |names: &[&str]| names.iter().map(|name| account(name, "")).collect::<Vec<SourceRecord>>();
        imported(&inventory, "b", &named(&["Ada", "bob", "Zoe", "\u{d6}zge"])).await;
        imported(&inventory, "a", &named(&["ada", "ADA", "carl", "eve"])).await;
        imported(&inventory, "c", &[group("ada")]).await;
        let mut query = all();
        let mut seen = Vec::new();
        loop {
            let page = inventory.nodes(&query).await.unwrap();
            assert!(page.nodes.len() <= 3);
            seen.extend(page.nodes.into_iter().map(|node| (node.name.to_lowercase(), node.source)));
            match page.next {
                Some(next) => query.after = Some(next),
                None => break,
            }
        }
        let expected = [
            ("ada", "a"),
            ("ada", "a"),
            ("ada", "b"),
            ("bob", "b"),
            ("carl", "a"),
            ("eve", "a"),
            ("zoe", "b"),
            ("\u{f6}zge", "b"),
        ];
        assert_eq!(seen, expected.map(|(name, source)| (name.to_owned(), source.to_owned())));
    }
}

#[tokio::test]
async fn a_search_finds_text_in_either_case_and_gives_no_character_a_meaning() {
    for store in TestStore::both().await {
        let inventory = opened(&store).await;
        let names = ["svc_backup", "svcXbackup", "100%", "100x", r"a\b", "\u{d6}zge"];
        imported(&inventory, "corp", &names.map(|name| account(name, ""))).await;
        for (text, expected) in [
            ("SVC_", &["svc_backup"][..]),
            ("0%", &["100%"]),
            (r"\", &[r"a\b"]),
            ("\u{d6}Z", &["\u{d6}zge"]),
            ("backup", &["svc_backup", "svcXbackup"]),
            ("nobody", &[]),
        ] {
            let page =
                inventory.nodes(&NodeQuery { contains: Some(text.to_owned()), ..all() }).await.unwrap();
            let found: Vec<String> = page.nodes.into_iter().map(|node| node.name).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
