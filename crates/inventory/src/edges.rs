//! The edges of a node, page by page, with the names of the nodes at their other ends.

use crate::Inventory;
use crate::digest::RowDigest;
use crate::error::InventoryError;
use crate::read::{EdgeEnd, HOLD, StoredEdge, edge, unreadable};
use countersign_sources::NodeKind;
use sqlx::{AssertSqlSafe, Row as _};
use std::collections::HashMap;

/// Maximum number of nodes that one statement names.
const STATEMENT: usize = 50;

/// A page of the edges of a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EdgePage {
    /// The edges, in the order of their relations and of the keys at their other ends.
    pub edges: Vec<LinkedEdge>,
    /// Whether there are more.
    pub is_more: bool,
}

/// An edge, and what is at its other end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedEdge {
    /// The edge.
    pub edge: StoredEdge,
    /// The kind and the name of the node at the other end, unless the source only mentions it.
    pub other: Option<(NodeKind, String)>,
}

impl Inventory {
    /// Returns the edges of a node at this end: at most `limit`, after the place `after` (a relation and the key at the
    /// other end).
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
        let (column, other) = match end {
            EdgeEnd::From => ("from_key", "to_key"),
            EdgeEnd::To => ("to_key", "from_key"),
        };
        let (sign, direction) = if descending { ("<", "DESC") } else { (">", "ASC") };
        let follows = match after {
            Some(_) => format!("AND (r.relation {sign} $3 OR (r.relation = $3 AND r.{other} > $4))"),
            None => String::new(),
        };
        // One more than the page holds, to know whether there is another. The index leads to the edges of the node.
        let text = format!(
            "SELECT r.source, r.from_key, r.relation, r.to_key, r.body FROM inventory_edges r {HOLD}
             WHERE r.source = $1 AND r.{column} = $2 {follows}
             ORDER BY r.relation {direction}, r.{other} LIMIT {}",
            u64::from(limit) + 1
        );
        let rows = self.database.read("reading relations of the inventory", async |connection| {
            let mut query = sqlx::query(AssertSqlSafe(text)).bind(source.to_owned()).bind(key.to_owned());
            if let Some((relation, other)) = after {
                query = query.bind(relation.to_owned()).bind(other.to_owned());
            }
            query.fetch_all(connection).await
        });
        let mut edges: Vec<StoredEdge> = rows.await?.iter().map(edge).collect::<Result<_, _>>()?;
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let is_more = edges.len() > limit;
        edges.truncate(limit);
        let other = |edge: &StoredEdge| match end {
            EdgeEnd::From => edge.to.clone(),
            EdgeEnd::To => edge.from.clone(),
        };
        let named = self.named(source, edges.iter().map(other).collect()).await?;
        let edges =
            edges.into_iter().map(|edge| LinkedEdge { other: named.get(&other(&edge)).cloned(), edge });
        Ok(EdgePage { edges: edges.collect(), is_more })
    }

    /// Returns the kinds and names of the nodes with these keys.
    async fn named(
        &self,
        source: &str,
        keys: Vec<String>,
    ) -> Result<HashMap<String, (NodeKind, String)>, InventoryError> {
        let rows = self.database.read("reading names of the inventory", async |connection| {
            let mut rows: Vec<(String, String, String)> = Vec::with_capacity(keys.len());
            for keys in keys.chunks(STATEMENT) {
                let places: Vec<String> = (2..keys.len() + 2).map(|number| format!("${number}")).collect();
                let text = format!(
                    "SELECT r.record_key, r.kind, r.name FROM inventory_nodes r {HOLD}
                     WHERE r.source = $1 AND r.id IN ({})",
                    places.join(", ")
                );
                let mut query = sqlx::query(AssertSqlSafe(text)).bind(source.to_owned());
                for key in keys {
                    query = query.bind(RowDigest::of(&[key]).stored());
                }
                for row in query.fetch_all(&mut *connection).await? {
                    rows.push((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?));
                }
            }
            Ok(rows)
        });
        let mut named = HashMap::new();
        for (key, kind, name) in rows.await? {
            named.insert(key, (kind_of(source, &kind)?, name));
        }
        Ok(named)
    }
}

/// Reads the word of a kind in a row.
pub(crate) fn kind_of(source: &str, word: &str) -> Result<NodeKind, InventoryError> {
    let kind = NodeKind::ALL.into_iter().find(|kind| kind.as_str() == word);
    kind.ok_or_else(|| unreadable(source, &format!("unknown kind `{word}`")))
}
