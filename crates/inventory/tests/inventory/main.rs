//! The inventory on both stores: real files and a real PostgreSQL server.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on stops here")]

mod damaged;
mod forget;
mod graph;
mod killed;
mod looking;
mod model;
mod pages;
mod staging;
#[path = "../../../database/tests/database/store.rs"]
#[expect(dead_code, reason = "the tests of the database use all of it")]
mod store;

use countersign_inventory::{
    ImportCounts, Inventory, InventoryError, NodeQuery, RowCounts, ShrinkLimit, StagedImport,
};
use countersign_names::Timestamp;
use countersign_sources::{
    AccountRecord, EdgeBody, GroupRecord, NodeBody, NodeKind, Relation, SourceEdge, SourceKey, SourceNode,
    SourceRecord,
};
use store::TestStore;

/// Opens the store as one more process.
pub(crate) async fn opened(store: &TestStore) -> Inventory {
    Inventory::open(store.open().await).await.unwrap()
}

pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(seconds * 1_000_000)
}

pub(crate) fn key(text: &str) -> SourceKey {
    SourceKey::new(text).unwrap()
}

pub(crate) fn account(login: &str, description: &str) -> SourceRecord {
    let description = Some(description.to_owned()).filter(|text| !text.is_empty());
    let body = NodeBody::Account(AccountRecord { description, ..AccountRecord::default() });
    SourceRecord::Node(Box::new(SourceNode { key: key(login), name: login.to_owned(), body }))
}

pub(crate) fn group(name: &str) -> SourceRecord {
    let body = NodeBody::Group(GroupRecord::default());
    SourceRecord::Node(Box::new(SourceNode { key: key(name), name: name.to_owned(), body }))
}

pub(crate) fn member(of: &str, group: &str) -> SourceRecord {
    let body = EdgeBody::default();
    SourceRecord::Edge(SourceEdge { from: key(of), relation: Relation::MemberOf, to: key(group), body })
}

/// A membership that somebody granted.
pub(crate) fn member_by(of: &str, group: &str, granted_by: &str) -> SourceRecord {
    let body = EdgeBody { granted_by: Some(granted_by.to_owned()), ..EdgeBody::default() };
    SourceRecord::Edge(SourceEdge { from: key(of), relation: Relation::MemberOf, to: key(group), body })
}

/// Stages these records.
pub(crate) async fn staged(
    inventory: &Inventory,
    source: &str,
    records: &[SourceRecord],
) -> Result<StagedImport, InventoryError> {
    let mut import = inventory.begin(&source.parse().unwrap()).await?;
    for record in records {
        import.add(record).await?;
    }
    import.finish(at(1)).await
}

/// Stages and applies these records, whatever is gone.
pub(crate) async fn imported(inventory: &Inventory, source: &str, records: &[SourceRecord]) -> ImportCounts {
    let staged = staged(inventory, source, records).await.unwrap();
    inventory.apply(&staged, ShrinkLimit { percent: 100 }, at(2)).await.unwrap();
    staged.counts
}

/// Returns the names and descriptions of all accounts that the source has now.
pub(crate) async fn accounts(inventory: &Inventory, source: &str) -> Vec<(String, String)> {
    let query = NodeQuery {
        kind: Some(NodeKind::Account),
        source: Some(source.to_owned()),
        contains: None,
        after: None,
        descending: false,
        limit: 1_000_000,
    };
    let page = inventory.nodes(&query).await.unwrap();
    assert_eq!(page.next, None);
    let said = |body: NodeBody| match body {
        NodeBody::Account(account) => account.description.unwrap_or_default(),
        other => panic!("{other:?}"),
    };
    page.nodes.into_iter().map(|node| (node.name, said(node.body))).collect()
}

pub(crate) fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(one, other)| ((*one).to_owned(), (*other).to_owned())).collect()
}

pub(crate) const fn counts(new: u64, changed: u64, gone: u64, same: u64) -> RowCounts {
    RowCounts { new, changed, gone, same }
}
