//! Edges as rows, and those of an import that wait to be compared.

use crate::keys::NamedKeys;
use crate::statement::{NAMED, repeated};
use crate::tables::OPEN;
use countersign_database::{AnyConnection, StoreKind, bound, insert_rows};
use countersign_sources::Relation;
use sqlx::Row as _;
use sqlx::any::AnyRow;
use std::collections::HashMap;
use std::sync::Arc;

/// The identity of an edge: the numbers of both keys, and the relation.
pub(crate) type EdgeKey = (i64, i64, i64);

/// Maximum number of edges that wait in memory, 16 bytes each.
pub(crate) const MOST_EDGES: usize = 4_000_000;

/// Maximum number of bytes of what is said about these edges. What is said of many is there once.
const MOST_BYTES: usize = 128 << 20;

/// Returns the number that stands for a relation in the table.
pub(crate) const fn code(relation: Relation) -> u8 {
    match relation {
        Relation::MemberOf => 1,
        Relation::May => 2,
        Relation::Controls => 3,
        Relation::Has => 4,
    }
}

/// Returns the relation that a number in the table stands for.
pub(crate) fn relation(stored: i64) -> Option<Relation> {
    Relation::ALL.into_iter().find(|relation| i64::from(code(*relation)) == stored)
}

/// An edge that waits: the places of its keys, and of what the source says about it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WaitingEdge {
    from: u32,
    to: u32,
    body: u32,
    relation: u8,
}

/// The edges of an import that wait to be compared.
#[derive(Debug, Default)]
pub(crate) struct WaitingEdges {
    edges: Vec<WaitingEdge>,
    bodies: Vec<Arc<str>>,
    places: HashMap<Arc<str>, u32>,
    bytes: usize,
}

impl WaitingEdges {
    /// Adds an edge.
    pub(crate) fn push(&mut self, (from, to, relation): (u32, u32, u8), body: String) {
        let place = self.places.get(body.as_str()).copied().unwrap_or_else(|| {
            let place = u32::try_from(self.bodies.len()).unwrap_or(u32::MAX);
            self.bytes += body.len() + size_of::<(Arc<str>, Arc<str>, u32)>();
            let body: Arc<str> = body.into();
            self.bodies.push(Arc::clone(&body));
            self.places.insert(body, place);
            place
        });
        self.edges.push(WaitingEdge { from, to, body: place, relation });
    }

    /// Returns whether they must be written before more are added.
    pub(crate) const fn is_full(&self, most_edges: usize) -> bool {
        self.edges.len() >= most_edges || self.bytes >= MOST_BYTES
    }

    /// Sorts them as their table is sorted.
    pub(crate) fn into_sorted(self, keys: &NamedKeys) -> SortedEdges {
        let Self { mut edges, bodies, .. } = self;
        edges.sort_unstable_by_key(|edge| edge.key(keys));
        SortedEdges { edges, bodies }
    }
}

impl WaitingEdge {
    pub(crate) fn key(&self, keys: &NamedKeys) -> EdgeKey {
        (keys.id(self.from), keys.id(self.to), i64::from(self.relation))
    }

    /// Returns the identity as the other end sees it.
    fn key_to(&self, keys: &NamedKeys) -> EdgeKey {
        (keys.id(self.to), keys.id(self.from), i64::from(self.relation))
    }
}

/// The edges of an import in the order of their table.
pub(crate) struct SortedEdges {
    pub(crate) edges: Vec<WaitingEdge>,
    bodies: Vec<Arc<str>>,
}

impl SortedEdges {
    /// Returns what the source says about an edge.
    pub(crate) fn body(&self, edge: &WaitingEdge) -> &str {
        self.bodies.get(edge.body as usize).map_or("", |body| body)
    }
}

/// An edge of the table.
pub(crate) struct EdgeRow {
    pub(crate) key: EdgeKey,
    pub(crate) body: String,
}

/// Returns the edges that held before an import and hold still, in order, after one of them and up to a node.
pub(crate) async fn open_before(
    connection: &mut AnyConnection,
    import: i64,
    (after, last): (EdgeKey, i64),
    limit: i64,
) -> Result<Vec<EdgeRow>, sqlx::Error> {
    const PAGE: &str = "SELECT from_id, to_id, relation, body FROM inventory_edges
        WHERE (from_id, to_id, relation) > ($1, $2, $3) AND from_id <= $4 AND until_import = $5 AND since_import < $6
        ORDER BY from_id, to_id, relation LIMIT $7";
    let query = sqlx::query(PAGE).bind(after.0).bind(after.1).bind(after.2).bind(last).bind(OPEN);
    let rows = query.bind(import).bind(limit).fetch_all(connection).await?;
    rows.iter().map(edge_row).collect()
}

/// Returns the edges that hold at an import, in order, after one of them and up to a node.
pub(crate) async fn held(
    connection: &mut AnyConnection,
    import: i64,
    (after, last): (EdgeKey, i64),
    limit: i64,
) -> Result<Vec<EdgeRow>, sqlx::Error> {
    const PAGE: &str = "SELECT from_id, to_id, relation, body FROM inventory_edges
        WHERE (from_id, to_id, relation) > ($1, $2, $3) AND from_id <= $4
        AND since_import <= $5 AND until_import > $5 ORDER BY from_id, to_id, relation LIMIT $6";
    let query = sqlx::query(PAGE).bind(after.0).bind(after.1).bind(after.2).bind(last).bind(import);
    query.bind(limit).fetch_all(connection).await?.iter().map(edge_row).collect()
}

fn edge_row(row: &AnyRow) -> Result<EdgeRow, sqlx::Error> {
    let key = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
    Ok(EdgeRow { key, body: row.try_get(3)? })
}

/// Ends edges that hold still with an import.
pub(crate) async fn end(
    connection: &mut AnyConnection,
    store: StoreKind,
    import: i64,
    keys: &[EdgeKey],
) -> Result<(), sqlx::Error> {
    for keys in keys.chunks(NAMED) {
        let named = repeated("from_id = ? AND to_id = ? AND relation = ?", " OR ", keys.len());
        let text = format!(
            "UPDATE inventory_edges SET until_import = ? WHERE until_import = ? AND since_import < ? AND ({named})"
        );
        let query = bound(store, &text).bind(import).bind(OPEN).bind(import);
        let query = keys.iter().fold(query, |query, key| query.bind(key.0).bind(key.1).bind(key.2));
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

/// Adds edges that hold from an import on.
pub(crate) async fn add(
    connection: &mut AnyConnection,
    store: StoreKind,
    import: i64,
    (sorted, keys): (&SortedEdges, &NamedKeys),
    edges: &[&WaitingEdge],
) -> Result<(), sqlx::Error> {
    const INTO: &str = "inventory_edges (from_id, to_id, relation, since_import, until_import, body)";
    insert_rows(connection, store, (INTO, 6, ""), edges, |query, edge| {
        let key = edge.key(keys);
        let query = query.bind(key.0).bind(key.1).bind(key.2).bind(import).bind(OPEN);
        query.bind(sorted.body(edge).to_owned())
    })
    .await
}

/// Sorts edges as the table of their other ends is sorted.
pub(crate) fn sort_by_other_end(edges: &mut [&WaitingEdge], keys: &NamedKeys) {
    edges.sort_unstable_by_key(|edge| edge.key_to(keys));
}

/// Adds the other ends of edges, unless they are there from an earlier time.
pub(crate) async fn add_other_ends(
    connection: &mut AnyConnection,
    store: StoreKind,
    keys: &NamedKeys,
    edges: &[&WaitingEdge],
) -> Result<(), sqlx::Error> {
    const INTO: &str = "inventory_edges_to (to_id, from_id, relation)";
    insert_rows(connection, store, (INTO, 3, "ON CONFLICT DO NOTHING"), edges, |query, edge| {
        let key = edge.key_to(keys);
        query.bind(key.0).bind(key.1).bind(key.2)
    })
    .await
}

/// Deletes the other ends of those edges that are not in the table any more, whenever they held.
pub(crate) async fn delete_other_ends(
    connection: &mut AnyConnection,
    store: StoreKind,
    keys: &[EdgeKey],
) -> Result<(), sqlx::Error> {
    for keys in keys.chunks(NAMED) {
        let named = repeated("from_id = ? AND to_id = ? AND relation = ?", " OR ", keys.len());
        let text = format!(
            "DELETE FROM inventory_edges_to WHERE ({named}) AND NOT EXISTS (SELECT 1 FROM inventory_edges e
             WHERE e.from_id = inventory_edges_to.from_id AND e.to_id = inventory_edges_to.to_id
             AND e.relation = inventory_edges_to.relation)"
        );
        let query = bound(store, &text);
        let query = keys.iter().fold(query, |query, key| query.bind(key.0).bind(key.1).bind(key.2));
        query.execute(&mut *connection).await?;
    }
    Ok(())
}
