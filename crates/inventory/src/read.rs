//! Reading what the sources say now.

use crate::digest::RowDigest;
use crate::error::InventoryError;
use crate::{Inventory, edges};
use countersign_names::Timestamp;
use countersign_sources::{EdgeBody, NodeBody, NodeKind, Relation};
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row as _};

/// The nodes that hold at the current import of their source, with their keys. The plus signs keep SQLite, which has no
/// statistics of the tables, from looking rows up by the import instead of by what is asked for.
const HELD_NODES: &str = "FROM inventory_nodes r CROSS JOIN inventory_sources s CROSS JOIN inventory_keys k
    WHERE s.source = r.source AND +r.since_import <= s.current_import AND +r.until_import > s.current_import
    AND k.id = r.id";

/// The state of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceState {
    /// Its name.
    pub source: String,
    /// The import that holds; 0 before the first.
    pub import: i64,
    /// When that was applied.
    pub applied_at: Option<Timestamp>,
    /// Whether an import is being staged, or waits.
    pub is_staging: bool,
    /// The number of that import; 0 if there is none.
    pub staging: i64,
    /// The number that the next import gets.
    pub next: i64,
}

/// Which nodes are asked for, in the order of their lower-case names.
#[derive(Debug, Clone, Default)]
pub struct NodeQuery {
    /// Only of this kind.
    pub kind: Option<NodeKind>,
    /// Only of this source.
    pub source: Option<String>,
    /// Only with this text in their name, whatever the case, or in their key.
    pub contains: Option<String>,
    /// Only after this place, which the page before returned.
    pub after: Option<(String, String, String)>,
    /// Whether the last name comes first.
    pub descending: bool,
    /// Maximum number of nodes.
    pub limit: u32,
}

/// A page of nodes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodePage {
    /// The nodes.
    pub nodes: Vec<StoredNode>,
    /// The place after which the next page begins, if there is more: lower-case name, source and number of the key.
    pub next: Option<(String, String, String)>,
}

/// A node as its source describes it now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredNode {
    /// The source.
    pub source: String,
    /// The key in the source.
    pub key: String,
    /// The name.
    pub name: String,
    /// What the source says.
    pub body: NodeBody,
}

/// An edge as its source describes it now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEdge {
    /// The key of the node that has it.
    pub from: String,
    /// What it is.
    pub relation: Relation,
    /// The key of the other node.
    pub to: String,
    /// What the source says about it.
    pub body: EdgeBody,
}

/// An end of an edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EdgeEnd {
    /// The node that has it.
    From,
    /// The other node.
    To,
}

impl Inventory {
    /// Returns every source, by name.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn sources(&self) -> Result<Vec<SourceState>, InventoryError> {
        const SOURCES: &str = "SELECT source, current_import, applied_at, staging, next_import
            FROM inventory_sources ORDER BY source";
        let rows = self.database.read("reading the sources", async |connection| {
            let rows = sqlx::query(SOURCES).fetch_all(connection).await?;
            let state = |row: &AnyRow| {
                let applied_at: i64 = row.try_get(2)?;
                let staging: i64 = row.try_get(3)?;
                Ok(SourceState {
                    source: row.try_get(0)?,
                    import: row.try_get(1)?,
                    applied_at: (applied_at > 0).then(|| Timestamp::from_micros(applied_at)),
                    is_staging: staging != 0,
                    staging,
                    next: row.try_get(4)?,
                })
            };
            rows.iter().map(state).collect::<Result<Vec<_>, sqlx::Error>>()
        });
        Ok(rows.await?)
    }

    /// Returns a page of nodes.
    ///
    /// # Errors
    /// If the database fails, or a row cannot be read.
    pub async fn nodes(&self, query: &NodeQuery) -> Result<NodePage, InventoryError> {
        let (text, values) = statement(query);
        let rows = self.database.read("reading a page of the inventory", async |connection| {
            let mut asked = sqlx::query(AssertSqlSafe(text));
            for value in values {
                asked = asked.bind(value);
            }
            asked.fetch_all(connection).await
        });
        let mut rows = rows.await?;
        let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
        let is_more = rows.len() > limit;
        rows.truncate(limit);
        let last = rows.last().filter(|_| is_more);
        let next = last.map(|row| {
            let id: i64 = row.try_get(5)?;
            Ok::<_, sqlx::Error>((row.try_get(4)?, row.try_get(0)?, id.to_string()))
        });
        let next = next.transpose().map_err(|error| unreadable("", &error))?;
        let nodes = rows.iter().map(node).collect::<Result<_, _>>()?;
        Ok(NodePage { nodes, next })
    }

    /// Returns one node.
    ///
    /// # Errors
    /// If the database fails, or the row cannot be read.
    pub async fn node(&self, source: &str, key: &str) -> Result<Option<StoredNode>, InventoryError> {
        const NODE: &str = "SELECT s.source, k.record_key, r.name, r.body
            FROM inventory_keys k CROSS JOIN inventory_nodes r CROSS JOIN inventory_sources s
            WHERE k.digest = $2 AND r.id = k.id AND s.source = $1
            AND r.since_import <= s.current_import AND r.until_import > s.current_import";
        let digest = RowDigest::of(&[source, key]).bytes();
        let row = self.database.read("reading a record of the inventory", async |connection| {
            sqlx::query(NODE).bind(source.to_owned()).bind(digest).fetch_optional(connection).await
        });
        row.await?.as_ref().map(node).transpose()
    }

    /// Returns the edges of a node at this end, at most `limit`, in a lasting order.
    ///
    /// # Errors
    /// If the database fails, or a row cannot be read.
    pub async fn edges(
        &self,
        source: &str,
        (end, key): (EdgeEnd, &str),
        limit: u32,
    ) -> Result<Vec<StoredEdge>, InventoryError> {
        // The order of the tables is the order in which SQLite reads them.
        const FROM: &str = "SELECT s.source, k.record_key, e.relation, o.record_key, e.body
            FROM inventory_sources s CROSS JOIN inventory_keys k CROSS JOIN inventory_edges e
            CROSS JOIN inventory_keys o
            WHERE s.source = $1 AND k.digest = $2 AND e.from_id = k.id AND o.id = e.to_id
            AND e.since_import <= s.current_import AND e.until_import > s.current_import
            ORDER BY e.to_id, e.relation LIMIT $3";
        const TO: &str = "SELECT s.source, o.record_key, e.relation, k.record_key, e.body
            FROM inventory_sources s CROSS JOIN inventory_keys k CROSS JOIN inventory_edges_to r
            CROSS JOIN inventory_edges e CROSS JOIN inventory_keys o
            WHERE s.source = $1 AND k.digest = $2 AND r.to_id = k.id
            AND e.from_id = r.from_id AND e.to_id = r.to_id AND e.relation = r.relation AND o.id = e.from_id
            AND e.since_import <= s.current_import AND e.until_import > s.current_import
            ORDER BY r.from_id, r.relation LIMIT $3";
        let text = match end {
            EdgeEnd::From => FROM,
            EdgeEnd::To => TO,
        };
        let digest = RowDigest::of(&[source, key]).bytes();
        let rows = self.database.read("reading relations of the inventory", async |connection| {
            let query = sqlx::query(text).bind(source.to_owned()).bind(digest).bind(i64::from(limit));
            query.fetch_all(connection).await
        });
        rows.await?.iter().map(edge).collect()
    }
}

/// Returns the statement of a page of nodes, and the values of its parameters. The index holds the nodes of each kind in
/// the order of their names, so each kind is read for itself, no further than the page goes.
fn statement(query: &NodeQuery) -> (String, Vec<String>) {
    let mut values = Vec::new();
    let mut place = |value: &str| {
        values.push(value.to_owned());
        format!("${}", values.len())
    };
    let mut only = String::new();
    if let Some(source) = &query.source {
        only.push_str(&format!(" AND r.source = {}", place(source)));
    }
    if let Some(contains) = &query.contains {
        // No character of the text has a meaning of its own.
        let escaped = contains.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        let like = format!("LIKE {} ESCAPE '\\'", place(&format!("%{escaped}%")));
        only.push_str(&format!(" AND (r.folded {like} OR LOWER(k.record_key) {like})"));
    }
    if let Some((folded, source, id)) = &query.after {
        // A place that no page returned is before the first node of this name and source.
        let id = id.parse::<i64>().unwrap_or_default();
        let (folded, source) = (place(folded), place(source));
        let follows = if query.descending {
            // The first condition is what the index is searched for.
            format!("r.folded <= {folded} AND (r.folded < {folded} OR (r.source, r.id) > ({source}, {id}))")
        } else {
            format!("(r.folded, r.source, r.id) > ({folded}, {source}, {id})")
        };
        only.push_str(&format!(" AND {follows}"));
    }
    let direction = if query.descending { "DESC" } else { "ASC" };
    // One more than the page holds, to know whether there is another.
    let limit = u64::from(query.limit) + 1;
    let of = |kind: NodeKind| {
        format!(
            "SELECT * FROM (SELECT r.source, k.record_key, r.name, r.body, r.folded, r.id {HELD_NODES}
             AND r.kind = '{}'{only} ORDER BY r.folded {direction}, r.source, r.id LIMIT {limit}) AS of_{}",
            kind.as_str(),
            kind.as_str()
        )
    };
    let kinds = query.kind.map_or_else(|| NodeKind::ALL.to_vec(), |kind| vec![kind]);
    let every = kinds.into_iter().map(of).collect::<Vec<_>>().join(" UNION ALL ");
    (format!("{every} ORDER BY folded {direction}, source, id LIMIT {limit}"), values)
}

fn node(row: &AnyRow) -> Result<StoredNode, InventoryError> {
    let column = |at: usize| row.try_get::<String, _>(at).map_err(|error| unreadable("", &error));
    let (source, body) = (column(0)?, column(3)?);
    let body = serde_json::from_str(&body).map_err(|error| unreadable(&source, &error))?;
    Ok(StoredNode { key: column(1)?, name: column(2)?, source, body })
}

pub(crate) fn edge(row: &AnyRow) -> Result<StoredEdge, InventoryError> {
    let column = |at: usize| row.try_get::<String, _>(at).map_err(|error| unreadable("", &error));
    let source = column(0)?;
    let relation = relation(&source, row.try_get(2).map_err(|error| unreadable(&source, &error))?)?;
    let body = serde_json::from_str(&column(4)?).map_err(|error| unreadable(&source, &error))?;
    Ok(StoredEdge { from: column(1)?, relation, to: column(3)?, body })
}

/// Reads the number of a relation in a row.
pub(crate) fn relation(source: &str, code: i64) -> Result<Relation, InventoryError> {
    edges::relation(code).ok_or_else(|| unreadable(source, &format!("unknown relation `{code}`")))
}

pub(crate) fn unreadable(source: &str, problem: &dyn std::fmt::Display) -> InventoryError {
    InventoryError::Row { source_name: source.to_owned(), problem: problem.to_string() }
}
