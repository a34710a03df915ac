//! The edges of a node, page by page, with the names of the nodes at their other ends.

use crate::Inventory;
use crate::digest::RowDigest;
use crate::edges::code;
use crate::error::InventoryError;
use crate::read::{EdgeEnd, StoredEdge, edge, unreadable};
use countersign_sources::{NodeKind, Relation};
use sqlx::Row as _;
use sqlx::any::AnyRow;

/// A page of the edges of a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EdgePage {
    /// The edges, in the order of their relations; those of one relation in the order in which the source first named the
    /// keys at their other ends.
    pub edges: Vec<LinkedEdge>,
    /// The place after which the next page begins, if there is more: relation, and number of the key at the other end.
    pub next: Option<(String, String)>,
}

/// An edge, and what is at its other end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedEdge {
    /// The edge.
    pub edge: StoredEdge,
    /// The kind and the name of the node at the other end, unless the source only mentions it.
    pub other: Option<(NodeKind, String)>,
}

/// The edges of one relation that a node has, after a number. The order of the tables is the order in which SQLite reads
/// them. Both statements follow a table in its own order, so a page of a large group takes no longer than one of a small
/// group; in the order of the keys themselves, each page would read all members. PostgreSQL only sees that order if the
/// number of the node is one value, so it is a subquery.
const FROM: &str =
    "SELECT s.source, (SELECT k.record_key FROM inventory_keys k WHERE k.digest = $2), e.relation,
        o.record_key, e.body, o.id, n.kind, n.name
    FROM inventory_sources s CROSS JOIN inventory_edges e CROSS JOIN inventory_keys o
    LEFT JOIN inventory_nodes n ON n.id = o.id
        AND n.since_import <= s.current_import AND n.until_import > s.current_import
    WHERE s.source = $1 AND e.from_id = (SELECT k.id FROM inventory_keys k WHERE k.digest = $2)
    AND e.relation = $3 AND e.to_id > $4 AND o.id = e.to_id
    AND e.since_import <= s.current_import AND e.until_import > s.current_import
    ORDER BY e.to_id LIMIT $5";

/// The edges of one relation whose other end a node is, after a number.
const TO: &str = "SELECT s.source, o.record_key, e.relation,
        (SELECT k.record_key FROM inventory_keys k WHERE k.digest = $2), e.body, o.id, n.kind, n.name
    FROM inventory_sources s CROSS JOIN inventory_edges_to r CROSS JOIN inventory_edges e CROSS JOIN inventory_keys o
    LEFT JOIN inventory_nodes n ON n.id = o.id
        AND n.since_import <= s.current_import AND n.until_import > s.current_import
    WHERE s.source = $1 AND r.to_id = (SELECT k.id FROM inventory_keys k WHERE k.digest = $2)
    AND r.relation = $3 AND r.from_id > $4
    AND e.from_id = r.from_id AND e.to_id = r.to_id AND e.relation = r.relation AND o.id = r.from_id
    AND e.since_import <= s.current_import AND e.until_import > s.current_import
    ORDER BY r.from_id LIMIT $5";

impl Inventory {
    /// Returns the edges of a node at this end: at most `limit`, after the place `after`, which the page before returned.
    ///
    /// # Errors
    /// If the database fails, or a row cannot be read.
    pub async fn linked_edges(
        &self,
        source: &str,
        (end, key): (EdgeEnd, &str),
        (after, descending): (Option<(&str, &str)>, bool),
        limit: u32,
    ) -> Result<EdgePage, InventoryError> {
        let text = match end {
            EdgeEnd::From => FROM,
            EdgeEnd::To => TO,
        };
        let digest = RowDigest::of(&[source, key]).bytes();
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let rows = self.database.read("reading relations of the inventory", async |connection| {
            let mut rows: Vec<AnyRow> = Vec::new();
            for (relation, after) in relations(after, descending) {
                // One more than the page holds, to know whether there is another.
                let rest = i64::try_from(limit.saturating_add(1) - rows.len()).unwrap_or(i64::MAX);
                let query = sqlx::query(text).bind(source.to_owned()).bind(digest.clone());
                let query = query.bind(i64::from(code(relation))).bind(after).bind(rest);
                rows.extend(query.fetch_all(&mut *connection).await?);
                if rows.len() > limit {
                    break;
                }
            }
            Ok(rows)
        });
        let mut rows = rows.await?;
        let is_more = rows.len() > limit;
        rows.truncate(limit);
        let mut edges: Vec<LinkedEdge> = Vec::with_capacity(rows.len());
        for row in &rows {
            edges.push(linked(source, row)?);
        }
        let next = rows.last().zip(edges.last()).filter(|_| is_more).map(|(row, last)| {
            let id: i64 = row.try_get(5)?;
            Ok::<_, sqlx::Error>((last.edge.relation.as_str().to_owned(), id.to_string()))
        });
        let next = next.transpose().map_err(|error| unreadable(source, &error))?;
        Ok(EdgePage { edges, next })
    }
}

/// Returns the relations in the order of their words from a place on, each with the number after which its edges follow.
fn relations(after: Option<(&str, &str)>, descending: bool) -> Vec<(Relation, i64)> {
    let mut relations = Relation::ALL.to_vec();
    relations.sort_unstable_by_key(|relation| relation.as_str());
    if descending {
        relations.reverse();
    }
    let number = |relation: &Relation| match after {
        Some((word, _)) if (relation.as_str() < word) != descending && relation.as_str() != word => None,
        // A place that no page returned is before the first edge of this relation.
        Some((word, number)) if relation.as_str() == word => Some(number.parse().unwrap_or_default()),
        _ => Some(0),
    };
    relations.iter().filter_map(|relation| Some((*relation, number(relation)?))).collect()
}

/// Reads an edge with the kind and the name of the node at its other end.
fn linked(source: &str, row: &AnyRow) -> Result<LinkedEdge, InventoryError> {
    let column = |at: usize| row.try_get::<Option<String>, _>(at).map_err(|error| unreadable(source, &error));
    let named = column(6)?.zip(column(7)?);
    let kinds = named.map(|(word, name)| Ok::<_, InventoryError>((kind_of(source, &word)?, name)));
    Ok(LinkedEdge { edge: edge(row)?, other: kinds.transpose()? })
}

/// Reads the word of a kind in a row.
fn kind_of(source: &str, word: &str) -> Result<NodeKind, InventoryError> {
    let kind = NodeKind::ALL.into_iter().find(|kind| kind.as_str() == word);
    kind.ok_or_else(|| unreadable(source, &format!("unknown kind `{word}`")))
}
