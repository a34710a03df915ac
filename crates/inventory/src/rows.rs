//! Records as rows: their identity, the digest of what they say, and their columns.

use crate::digest::RowDigest;
use countersign_sources::SourceRecord;

/// The two tables of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum InventoryTable {
    Nodes,
    Edges,
}

impl InventoryTable {
    pub(crate) const BOTH: [Self; 2] = [Self::Nodes, Self::Edges];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Nodes => "inventory_nodes",
            Self::Edges => "inventory_edges",
        }
    }

    /// Returns the columns that only this table has.
    pub(crate) const fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Nodes => &["record_key", "kind", "name", "folded", "body"],
            Self::Edges => &["from_key", "relation", "to_key", "body"],
        }
    }
}

/// A record as a row of its table.
#[derive(Debug, Clone)]
pub(crate) struct InventoryRow {
    pub(crate) table: InventoryTable,
    pub(crate) id: RowDigest,
    pub(crate) digest: RowDigest,
    /// The values of [`InventoryTable::columns`].
    pub(crate) values: Vec<String>,
    /// What it is, for a message.
    pub(crate) what: String,
}

impl InventoryRow {
    /// Makes the row of a record. `Err` with the reason if a value cannot be written as JSON.
    pub(crate) fn of(record: &SourceRecord) -> Result<Self, String> {
        let json = |error: serde_json::Error| error.to_string();
        let (table, identity, values, what) = match record {
            SourceRecord::Node(node) => {
                let body = serde_json::to_string(&node.body).map_err(json)?;
                let key = node.key.to_string();
                let values = vec![
                    key.clone(),
                    node.body.kind().as_str().to_owned(),
                    node.name.clone(),
                    node.name.to_lowercase(),
                    body,
                ];
                let what = format!("the {} `{key}`", node.body.kind().as_str());
                (InventoryTable::Nodes, vec![key], values, what)
            }
            SourceRecord::Edge(edge) => {
                let body = serde_json::to_string(&edge.body).map_err(json)?;
                let (from, to) = (edge.from.to_string(), edge.to.to_string());
                let relation = edge.relation.as_str().to_owned();
                let what = format!("the relation `{relation}` of `{from}` to `{to}`");
                let identity = vec![from.clone(), relation.clone(), to.clone()];
                (InventoryTable::Edges, identity, vec![from, relation, to, body], what)
            }
        };
        let of = |parts: &[String]| RowDigest::of(&parts.iter().map(String::as_str).collect::<Vec<_>>());
        Ok(Self { table, id: of(&identity), digest: of(&values), values, what })
    }
}
