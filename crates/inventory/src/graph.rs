//! Reading everything that the sources say now into a graph.

use crate::{Inventory, InventoryError, edges, keys};
use countersign_graph::{AccessGraph, GraphBuilder, GraphError, NodeNumber, SourceNumber};
use countersign_names::Timestamp;
use countersign_sources::{EdgeBody, NodeBody, SourceKey, SourceNode};
use sqlx::Row as _;
use sqlx::any::AnyRow;
use std::collections::HashMap;

/// Number of rows that are read in one step.
const PAGE: i64 = 20_000;

/// Why the graph could not be read.
#[derive(Debug, thiserror::Error)]
pub enum GraphLoadError {
    /// The rows could not be read.
    #[error(transparent)]
    Inventory(#[from] InventoryError),
    /// The graph could not be built.
    #[error(transparent)]
    Graph(#[from] GraphError),
}

/// A source that is being read.
struct LoadedSource {
    name: String,
    id: i64,
    /// The import that held when it was looked up. Later ones do not change which rows held at this one.
    import: i64,
    number: SourceNumber,
    keys: HashMap<i64, String>,
    nodes: HashMap<i64, NodeNumber>,
}

/// What every source says, read and not yet built into a graph.
pub struct UnbuiltGraph {
    builder: GraphBuilder,
    sources: Vec<GraphSource>,
}

/// A graph of what every source says, and as of which imports.
#[derive(Debug)]
pub struct InventoryGraph {
    /// The graph.
    pub graph: AccessGraph,
    /// The sources that say something, by name.
    pub sources: Vec<GraphSource>,
}

/// A source of a graph, as it was at one import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GraphSource {
    /// The source.
    pub source: String,
    /// The import.
    pub import: i64,
    /// When it was applied.
    pub applied_at: Timestamp,
}

impl UnbuiltGraph {
    /// Builds the graph, which takes a second for two million edges.
    ///
    /// # Errors
    /// If there is more than a graph can hold.
    pub fn build(self) -> Result<InventoryGraph, GraphLoadError> {
        Ok(InventoryGraph { graph: self.builder.build()?, sources: self.sources })
    }
}

impl Inventory {
    /// Reads what every source says now into a graph. Each source is as it was at one import.
    ///
    /// # Errors
    /// If the database fails, a row cannot be read, or there is more than a graph can hold.
    pub async fn graph(&self) -> Result<InventoryGraph, GraphLoadError> {
        self.read_graph().await?.build()
    }

    /// As [`graph`](Self::graph), for a caller who builds it elsewhere.
    ///
    /// # Errors
    /// If the database fails, a row cannot be read, or there is more than a graph can hold.
    pub async fn read_graph(&self) -> Result<UnbuiltGraph, GraphLoadError> {
        const SOURCES: &str = "SELECT source, id, current_import, applied_at FROM inventory_sources
            WHERE current_import > 0 ORDER BY source";
        let sources = self.database.read("reading the sources", async |connection| {
            let rows = sqlx::query(SOURCES).fetch_all(connection).await?;
            let source =
                |row: &AnyRow| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?, row.try_get(3)?));
            rows.iter().map(source).collect::<Result<Vec<(String, i64, i64, i64)>, sqlx::Error>>()
        });
        let (mut builder, mut read) = (GraphBuilder::default(), Vec::new());
        for (name, id, import, applied_at) in sources.await.map_err(InventoryError::from)? {
            let number = builder.source(&name)?;
            let applied_at = Timestamp::from_micros(applied_at);
            read.push(GraphSource { source: name.clone(), import, applied_at });
            let (keys, nodes) = (HashMap::new(), HashMap::new());
            let mut source = LoadedSource { name, id, import, number, keys, nodes };
            self.load_keys(&mut source).await?;
            self.load_nodes(&mut builder, &mut source).await?;
            self.load_edges(&mut builder, &mut source).await?;
        }
        Ok(UnbuiltGraph { builder, sources: read })
    }

    async fn load_keys(&self, source: &mut LoadedSource) -> Result<(), GraphLoadError> {
        const KEYS: &str = "SELECT id, record_key FROM inventory_keys WHERE id > $1 AND id <= $2
            ORDER BY id LIMIT $3";
        let (mut after, last) = keys::range(source.id);
        loop {
            let page = self.database.read("reading keys", async |connection| {
                let query = sqlx::query(KEYS).bind(after).bind(last).bind(PAGE);
                let rows = query.fetch_all(connection).await?;
                let key = |row: &AnyRow| Ok((row.try_get(0)?, row.try_get(1)?));
                rows.iter().map(key).collect::<Result<Vec<(i64, String)>, sqlx::Error>>()
            });
            let page = page.await.map_err(InventoryError::from)?;
            let Some((id, _)) = page.last() else { return Ok(()) };
            after = *id;
            source.keys.extend(page);
        }
    }

    async fn load_nodes(
        &self,
        builder: &mut GraphBuilder,
        source: &mut LoadedSource,
    ) -> Result<(), GraphLoadError> {
        const NODES: &str = "SELECT id, name, body FROM inventory_nodes WHERE id > $1 AND id <= $2
            AND since_import <= $3 AND until_import > $3 ORDER BY id LIMIT $4";
        let (mut after, last) = keys::range(source.id);
        loop {
            let page = self.database.read("reading nodes", async |connection| {
                let query = sqlx::query(NODES).bind(after).bind(last).bind(source.import).bind(PAGE);
                let rows = query.fetch_all(connection).await?;
                let node = |row: &AnyRow| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?));
                rows.iter().map(node).collect::<Result<Vec<(i64, String, String)>, sqlx::Error>>()
            });
            let page = page.await.map_err(InventoryError::from)?;
            let Some((id, ..)) = page.last() else { return Ok(()) };
            after = *id;
            for (id, name, body) in page {
                let body: NodeBody =
                    serde_json::from_str(&body).map_err(|error| source.unreadable(&error))?;
                let key = SourceKey::new(source.key(id)?);
                let key = key.ok_or_else(|| source.unreadable(&"a key with control characters"))?;
                let number = builder.describe(source.number, &SourceNode { key, name, body })?;
                source.nodes.insert(id, number);
            }
        }
    }

    async fn load_edges(
        &self,
        builder: &mut GraphBuilder,
        source: &mut LoadedSource,
    ) -> Result<(), GraphLoadError> {
        let (first, last) = keys::range(source.id);
        let mut after = (first, 0, 0);
        // What is said about many edges in a row is read once.
        let mut read: (String, EdgeBody) = ("{}".to_owned(), EdgeBody::default());
        loop {
            let page = self.database.read("reading edges", async |connection| {
                edges::held(connection, source.import, (after, last), PAGE).await
            });
            let page = page.await.map_err(InventoryError::from)?;
            let Some(end) = page.last() else { return Ok(()) };
            after = end.key;
            for edge in page {
                if edge.body != read.0 {
                    let body = serde_json::from_str(&edge.body).map_err(|error| source.unreadable(&error))?;
                    read = (edge.body, body);
                }
                let (from, to, code) = edge.key;
                let relation = edges::relation(code)
                    .ok_or_else(|| source.unreadable(&format!("unknown relation `{code}`")))?;
                let from = source.node(builder, from)?;
                let to = source.node(builder, to)?;
                builder.connect((from, relation, to), &read.1)?;
            }
        }
    }
}

impl LoadedSource {
    fn key(&self, id: i64) -> Result<&str, InventoryError> {
        let key = self.keys.get(&id).map(String::as_str);
        key.ok_or_else(|| self.unreadable(&"a key is missing"))
    }

    /// Returns the node with a key, which need not be described.
    fn node(&mut self, builder: &mut GraphBuilder, id: i64) -> Result<NodeNumber, GraphLoadError> {
        if let Some(node) = self.nodes.get(&id) {
            return Ok(*node);
        }
        let node = builder.number(self.number, self.key(id)?)?;
        self.nodes.insert(id, node);
        Ok(node)
    }

    fn unreadable(&self, problem: &dyn std::fmt::Display) -> InventoryError {
        InventoryError::Row { source_name: self.name.clone(), problem: problem.to_string() }
    }
}
