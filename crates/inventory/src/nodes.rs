//! Nodes as rows.

use crate::digest::RowDigest;
use crate::statement::{STATEMENT, repeated};
use crate::tables::{OPEN, StagingPlace};
use countersign_database::{AnyConnection, StoreKind, bound, insert_rows};
use countersign_sources::SourceNode;
use sqlx::Row as _;
use std::collections::HashMap;

/// A node as a row of its table, but for the number of its key.
#[derive(Debug, Clone)]
pub(crate) struct NodeRow {
    /// The place of its key within the import.
    pub(crate) slot: u32,
    /// The digest of everything that the source says about it, in digits.
    pub(crate) digest: String,
    kind: &'static str,
    name: String,
    folded: String,
    body: String,
}

impl NodeRow {
    /// Makes the row of a node.
    pub(crate) fn of(slot: u32, node: &SourceNode) -> Result<Self, serde_json::Error> {
        let body = serde_json::to_string(&node.body)?;
        let kind = node.body.kind().as_str();
        let digest = RowDigest::of(&[kind, &node.name, &body]).digits();
        let (name, folded) = (node.name.clone(), node.name.to_lowercase());
        Ok(Self { slot, digest, kind, name, folded, body })
    }
}

/// Returns the digests of the nodes that hold still, by the numbers of their keys.
pub(crate) async fn digests(
    connection: &mut AnyConnection,
    store: StoreKind,
    ids: &[i64],
) -> Result<HashMap<i64, String>, sqlx::Error> {
    let mut found = HashMap::with_capacity(ids.len());
    for ids in ids.chunks(STATEMENT) {
        let text = format!(
            "SELECT id, digest FROM inventory_nodes WHERE until_import = ? AND id IN ({})",
            repeated("?", ",", ids.len())
        );
        let query = ids.iter().fold(bound(store, &text).bind(OPEN), |query, id| query.bind(*id));
        for row in query.fetch_all(&mut *connection).await? {
            found.insert(row.try_get(0)?, row.try_get(1)?);
        }
    }
    Ok(found)
}

/// Returns the numbers of the nodes that held before an import and hold still, in order, after one of them.
pub(crate) async fn open_before(
    connection: &mut AnyConnection,
    import: i64,
    (after, last): (i64, i64),
    limit: i64,
) -> Result<Vec<i64>, sqlx::Error> {
    const PAGE: &str = "SELECT id FROM inventory_nodes
        WHERE id > $1 AND id <= $2 AND until_import = $3 AND since_import < $4 ORDER BY id LIMIT $5";
    let query = sqlx::query_scalar(PAGE).bind(after).bind(last).bind(OPEN).bind(import).bind(limit);
    query.fetch_all(connection).await
}

/// Ends nodes that hold still with an import.
pub(crate) async fn end(
    connection: &mut AnyConnection,
    store: StoreKind,
    import: i64,
    ids: &[i64],
) -> Result<(), sqlx::Error> {
    for ids in ids.chunks(STATEMENT) {
        let text = format!(
            "UPDATE inventory_nodes SET until_import = ?
             WHERE until_import = ? AND since_import < ? AND id IN ({})",
            repeated("?", ",", ids.len())
        );
        let query = bound(store, &text).bind(import).bind(OPEN).bind(import);
        ids.iter().fold(query, |query, id| query.bind(*id)).execute(&mut *connection).await?;
    }
    Ok(())
}

/// Adds nodes, each with the number of its key, that hold from an import on.
pub(crate) async fn add(
    connection: &mut AnyConnection,
    store: StoreKind,
    place: &StagingPlace,
    rows: &[(i64, &NodeRow)],
) -> Result<(), sqlx::Error> {
    const INTO: &str =
        "inventory_nodes (id, since_import, until_import, source, digest, kind, name, folded, body)";
    insert_rows(connection, store, (INTO, 9, ""), rows, |query, (id, row)| {
        let query = query.bind(*id).bind(place.import).bind(OPEN).bind(place.source.clone());
        let query = query.bind(row.digest.clone()).bind(row.kind).bind(row.name.clone());
        query.bind(row.folded.clone()).bind(row.body.clone())
    })
    .await
}
