//! Reading everything that the sources say now, as their records.

use crate::{Inventory, InventoryError, edges, keys};
use countersign_sources::{EdgeBody, NodeBody, SourceEdge, SourceKey, SourceNode};
use sqlx::Row as _;
use sqlx::any::AnyRow;
use std::collections::HashMap;
use std::fmt::Display;

/// Number of rows that are read in one step.
const PAGE: i64 = 20_000;

/// Everything that a source says at one import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceContent {
    /// The name of the source.
    pub source: String,
    /// The import; 0 if there was none.
    pub import: i64,
    /// Its nodes.
    pub nodes: Vec<SourceNode>,
    /// Its edges.
    pub edges: Vec<SourceEdge>,
}

impl Inventory {
    /// Reads what every source says now, each as it was at one import. All of it is in memory at once.
    ///
    /// # Errors
    /// If the database fails, or a row cannot be read.
    pub async fn contents(&self) -> Result<Vec<SourceContent>, InventoryError> {
        const SOURCES: &str = "SELECT source, id, current_import FROM inventory_sources ORDER BY source";
        let sources = self.database.read("reading the sources", async |connection| {
            let rows = sqlx::query(SOURCES).fetch_all(connection).await?;
            let source = |row: &AnyRow| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?));
            rows.iter().map(source).collect::<Result<Vec<(String, i64, i64)>, sqlx::Error>>()
        });
        let mut contents = Vec::new();
        for (source, id, import) in sources.await? {
            let keys = self.whole_keys(&source, id).await?;
            let nodes = self.whole_nodes(&source, (id, import), &keys).await?;
            let edges = self.whole_edges(&source, (id, import), &keys).await?;
            contents.push(SourceContent { source, import, nodes, edges });
        }
        Ok(contents)
    }

    async fn whole_keys(&self, source: &str, id: i64) -> Result<HashMap<i64, SourceKey>, InventoryError> {
        const KEYS: &str = "SELECT id, record_key FROM inventory_keys WHERE id > $1 AND id <= $2
            ORDER BY id LIMIT $3";
        let (mut after, last) = keys::range(id);
        let mut found = HashMap::new();
        loop {
            let page = self.database.read("reading keys", async |connection| {
                let rows = sqlx::query(KEYS).bind(after).bind(last).bind(PAGE).fetch_all(connection).await?;
                let key = |row: &AnyRow| Ok((row.try_get(0)?, row.try_get(1)?));
                rows.iter().map(key).collect::<Result<Vec<(i64, String)>, sqlx::Error>>()
            });
            let page = page.await?;
            let Some((id, _)) = page.last() else { return Ok(found) };
            after = *id;
            for (id, text) in page {
                let key = SourceKey::new(&text).ok_or_else(|| {
                    unreadable(source, &"a key is empty, too long or has a control character")
                })?;
                found.insert(id, key);
            }
        }
    }

    async fn whole_nodes(
        &self,
        source: &str,
        (id, import): (i64, i64),
        keys: &HashMap<i64, SourceKey>,
    ) -> Result<Vec<SourceNode>, InventoryError> {
        const NODES: &str = "SELECT id, name, body FROM inventory_nodes WHERE id > $1 AND id <= $2
            AND since_import <= $3 AND until_import > $3 ORDER BY id LIMIT $4";
        let (mut after, last) = keys::range(id);
        let mut nodes = Vec::new();
        loop {
            let page = self.database.read("reading nodes", async |connection| {
                let query = sqlx::query(NODES).bind(after).bind(last).bind(import).bind(PAGE);
                let rows = query.fetch_all(connection).await?;
                let node = |row: &AnyRow| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?));
                rows.iter().map(node).collect::<Result<Vec<(i64, String, String)>, sqlx::Error>>()
            });
            let page = page.await?;
            let Some((id, ..)) = page.last() else { return Ok(nodes) };
            after = *id;
            for (id, name, body) in page {
                let body: NodeBody =
                    serde_json::from_str(&body).map_err(|error| unreadable(source, &error))?;
                nodes.push(SourceNode { key: key_of(source, keys, id)?, name, body });
            }
        }
    }

    async fn whole_edges(
        &self,
        source: &str,
        (id, import): (i64, i64),
        keys: &HashMap<i64, SourceKey>,
    ) -> Result<Vec<SourceEdge>, InventoryError> {
        let (first, last) = keys::range(id);
        let mut after = (first, 0, 0);
        let mut found = Vec::new();
        // What is said about many edges in a row is read once.
        let mut read: (String, EdgeBody) = ("{}".to_owned(), EdgeBody::default());
        loop {
            let page = self.database.read("reading edges", async |connection| {
                edges::held(connection, import, (after, last), PAGE).await
            });
            let page = page.await?;
            let Some(end) = page.last() else { return Ok(found) };
            after = end.key;
            for edge in page {
                if edge.body != read.0 {
                    let body =
                        serde_json::from_str(&edge.body).map_err(|error| unreadable(source, &error))?;
                    read = (edge.body, body);
                }
                let (from, to, code) = edge.key;
                let relation = crate::read::relation(source, code)?;
                let (from, to) = (key_of(source, keys, from)?, key_of(source, keys, to)?);
                found.push(SourceEdge { from, relation, to, body: read.1.clone() });
            }
        }
    }
}

fn key_of(source: &str, keys: &HashMap<i64, SourceKey>, id: i64) -> Result<SourceKey, InventoryError> {
    keys.get(&id).cloned().ok_or_else(|| unreadable(source, &"a key is missing"))
}

fn unreadable(source: &str, problem: &dyn Display) -> InventoryError {
    InventoryError::Row { source_name: source.to_owned(), problem: problem.to_string() }
}
