//! Makes pages of the records of a file while they are read.

use countersign_api::{ImportPage, ImportedEdge, ImportedNode, LARGEST_IMPORT_PAGE};
use countersign_sources::{SourceRecord, SourceSink};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use tokio::sync::mpsc::Sender;

/// The size of the JSON of a page at which it is sent. The server takes bodies of up to a megabyte.
const PAGE_BYTES: usize = 600_000;

/// Maximum size of the JSON of one record.
const LONGEST_RECORD: usize = 400_000;

/// Why a record could not be sent.
#[derive(Debug)]
pub(super) enum Unsendable {
    /// The task that sends the pages has stopped.
    ReceiverGone,
    /// The record with this key is larger than the server takes.
    TooLarge(String),
    /// The record with this key has no form in the contract, for this reason.
    Unknown(String, String),
}

/// Collects records into pages, and sends each when it is full.
pub(super) struct PageSink {
    pages: Sender<ImportPage>,
    page: ImportPage,
    bytes: usize,
}

impl PageSink {
    pub(super) const fn new(pages: Sender<ImportPage>) -> Self {
        Self { pages, page: empty(1), bytes: 0 }
    }

    /// Sends the last page.
    pub(super) fn finish(&mut self) -> Result<(), Unsendable> {
        if self.page.nodes.is_empty() && self.page.edges.is_empty() { Ok(()) } else { self.send() }
    }

    fn send(&mut self) -> Result<(), Unsendable> {
        let next = empty(self.page.page + 1);
        self.bytes = 0;
        self.pages
            .blocking_send(std::mem::replace(&mut self.page, next))
            .map_err(|_| Unsendable::ReceiverGone)
    }
}

const fn empty(page: u64) -> ImportPage {
    ImportPage { page, nodes: Vec::new(), edges: Vec::new() }
}

impl SourceSink for PageSink {
    type Error = Unsendable;

    fn take(&mut self, record: SourceRecord) -> Result<(), Unsendable> {
        let (value, key) = match &record {
            SourceRecord::Node(node) => {
                let mut attributes = fields(&node.body);
                let kind = attributes.remove("kind");
                let value =
                    json!({ "key": node.key, "name": node.name, "kind": kind, "attributes": attributes });
                (value, node.key.to_string())
            }
            SourceRecord::Edge(edge) => {
                let value = json!({
                    "from": edge.from, "relation": edge.relation, "to": edge.to, "attributes": fields(&edge.body),
                });
                (value, edge.from.to_string())
            }
        };
        let bytes = value.to_string().len() + 1;
        if bytes > LONGEST_RECORD {
            return Err(Unsendable::TooLarge(key));
        }
        let count = self.page.nodes.len() + self.page.edges.len();
        if self.bytes + bytes > PAGE_BYTES || count >= LARGEST_IMPORT_PAGE {
            self.send()?;
        }
        self.bytes += bytes;
        match record {
            SourceRecord::Node(_) => self.page.nodes.push(read::<ImportedNode>(value, key)?),
            SourceRecord::Edge(_) => self.page.edges.push(read::<ImportedEdge>(value, key)?),
        }
        Ok(())
    }
}

/// Returns the fields that a value writes.
fn fields(value: &impl serde::Serialize) -> Map<String, Value> {
    match serde_json::to_value(value) {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    }
}

/// Reads a record in the form of the contract. Both forms write the same JSON, which a test of the server holds.
fn read<T: DeserializeOwned>(value: Value, key: String) -> Result<T, Unsendable> {
    serde_json::from_value(value).map_err(|error| Unsendable::Unknown(key, error.to_string()))
}
