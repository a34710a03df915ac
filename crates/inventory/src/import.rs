//! Staging an import: its records are written and compared while nobody sees them.

use crate::Inventory;
use crate::edges::{self, EdgeKey, SortedEdges, WaitingEdge, WaitingEdges};
use crate::error::InventoryError;
use crate::keys::{self, NamedKeys, WaitingKey};
use crate::nodes::{self, NodeRow};
use crate::staged::{ImportCounts, StagedImport, superseded};
use crate::statement::BATCH;
use crate::tables::StagingPlace;
use countersign_database::AnyConnection;
use countersign_names::{SourceName, Timestamp};
use countersign_sources::{SourceEdge, SourceKey, SourceNode, SourceRecord};
use sqlx::Row as _;
use std::collections::{HashMap, HashSet};

/// Number of rows that are looked at in one step when an import is compared with what the table has.
const LOOK: i64 = 20_000;

/// An import that is being staged.
///
/// Nodes are written in batches. Edges wait in memory until there are four million or the input ends, and are then
/// compared and written in the order of their table: in any other order each batch would touch all of it.
///
/// Dropping it leaves rows that no reader sees; the next import of the source takes them back.
pub struct SourceImport {
    inventory: Inventory,
    place: StagingPlace,
    counts: ImportCounts,
    keys: NamedKeys,
    nodes: Vec<NodeRow>,
    /// Every edge so far, by the places of its keys, and its relation: 12 bytes each.
    named_edges: HashSet<(u32, u32, u8)>,
    edges: WaitingEdges,
    /// Maximum number of edges that wait.
    most_edges: usize,
}

impl Inventory {
    /// Begins to stage an import of a source, which need not exist yet. It takes the place of an import that waits or was
    /// left half way, whose rows are taken back first.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn begin(&self, source: &SourceName) -> Result<SourceImport, InventoryError> {
        const DECLARE: &str = "INSERT INTO inventory_sources
            (source, current_import, next_import, staging, applied_at, leftovers, forgotten, next_key)
            VALUES ($1, 0, 1, 0, 0, 0, 0, 1) ON CONFLICT (source) DO NOTHING";
        const BEGIN: &str =
            "UPDATE inventory_sources SET staging = next_import, next_import = next_import + 1
            WHERE source = $1 RETURNING id, staging, current_import, leftovers";
        const WILL_WRITE: &str = "UPDATE inventory_sources SET leftovers = 1 WHERE id = $1";
        let (place, leftovers) = self
            .database
            .write("beginning an import", async |connection| {
                let source = source.as_str();
                sqlx::query(DECLARE).bind(source.to_owned()).execute(&mut *connection).await?;
                let row = sqlx::query(BEGIN).bind(source.to_owned()).fetch_one(&mut *connection).await?;
                let place = StagingPlace {
                    source: source.to_owned(),
                    source_id: row.try_get(0)?,
                    import: row.try_get(1)?,
                    base: row.try_get(2)?,
                };
                sqlx::query(WILL_WRITE).bind(place.source_id).execute(connection).await?;
                Ok((place, row.try_get::<i64, _>(3)?))
            })
            .await?;
        if leftovers != 0 {
            self.take_back(place.source_id, (place.base, place.import)).await?;
        }
        Ok(SourceImport {
            inventory: self.clone(),
            place,
            counts: ImportCounts::default(),
            keys: NamedKeys::default(),
            nodes: Vec::new(),
            named_edges: HashSet::new(),
            edges: WaitingEdges::default(),
            most_edges: self.most_edges,
        })
    }
}

impl SourceImport {
    /// Returns its number within its source.
    pub const fn number(&self) -> i64 {
        self.place.import
    }

    /// Returns the import that it is compared with; 0 for the first.
    pub const fn base(&self) -> i64 {
        self.place.base
    }

    /// Returns whether the source named this record before in this import.
    pub fn contains(&self, record: &SourceRecord) -> bool {
        let find = |key: &SourceKey| self.keys.find(&self.place.source, key.as_str());
        match record {
            SourceRecord::Node(node) => find(&node.key).is_some_and(|slot| self.keys.is_node(slot)),
            SourceRecord::Edge(edge) => {
                let (Some(from), Some(to)) = (find(&edge.from), find(&edge.to)) else { return false };
                self.named_edges.contains(&(from, to, edges::code(edge.relation)))
            }
        }
    }

    /// Returns the counts of what was compared so far: edges are compared last, and what is gone is known at the end only.
    pub const fn counts(&self) -> ImportCounts {
        self.counts
    }

    /// Adds a record.
    ///
    /// # Errors
    /// [`InventoryError::Twice`] if the source named it before, [`InventoryError::Superseded`] if another import of the
    /// source began meanwhile, or if the database fails.
    pub async fn add(&mut self, record: &SourceRecord) -> Result<(), InventoryError> {
        match record {
            SourceRecord::Node(node) => self.add_node(node)?,
            SourceRecord::Edge(edge) => self.add_edge(edge)?,
        }
        if self.nodes.len() >= BATCH {
            self.write_nodes().await?;
        }
        if self.keys.waiting() >= BATCH {
            self.resolve_keys().await?;
        }
        if self.edges.is_full(self.most_edges) {
            self.write_edges(EdgeSweep::TheseAlone).await?;
        }
        Ok(())
    }

    fn add_node(&mut self, node: &SourceNode) -> Result<(), InventoryError> {
        let slot = self.keys.slot(&self.place.source, node.key.as_str());
        if !self.keys.note_node(slot) {
            let what = format!("the {} `{}`", node.body.kind().as_str(), node.key);
            return Err(InventoryError::Twice { what });
        }
        self.nodes.push(NodeRow::of(slot, node).map_err(|error| self.unwritable(&error))?);
        Ok(())
    }

    fn add_edge(&mut self, edge: &SourceEdge) -> Result<(), InventoryError> {
        let from = self.keys.slot(&self.place.source, edge.from.as_str());
        let to = self.keys.slot(&self.place.source, edge.to.as_str());
        let named = (from, to, edges::code(edge.relation));
        if !self.named_edges.insert(named) {
            let (from, to) = (&edge.from, &edge.to);
            let what = format!("the relation `{}` of `{from}` to `{to}`", edge.relation.as_str());
            return Err(InventoryError::Twice { what });
        }
        let body = serde_json::to_string(&edge.body).map_err(|error| self.unwritable(&error))?;
        self.edges.push(named, body);
        Ok(())
    }

    fn unwritable(&self, error: &serde_json::Error) -> InventoryError {
        InventoryError::Row { source_name: self.place.source.clone(), problem: error.to_string() }
    }

    /// Ends the input: finds what the source no longer has, and leaves the import to be applied.
    ///
    /// # Errors
    /// [`InventoryError::Superseded`] if another import of the source began meanwhile, or if the database fails.
    pub async fn finish(mut self, now: Timestamp) -> Result<StagedImport, InventoryError> {
        self.write_nodes().await?;
        self.end_gone_nodes().await?;
        self.write_edges(EdgeSweep::WholeSource).await?;
        let text = serde_json::to_string(&self.counts).map_err(|error| self.unwritable(&error))?;
        let Self { inventory, place: StagingPlace { source, import, base, .. }, counts, .. } = self;
        const NOTE: &str =
            "INSERT INTO inventory_imports (source, import, base, counts, staged_at, applied_at, author, max_gone)
            SELECT source, $2, $3, $4, $5, 0, '', 0 FROM inventory_sources
            WHERE source = $1 AND staging = $2 AND current_import = $3";
        let noted = inventory.database.write("noting a staged import", async |connection| {
            let query = sqlx::query(NOTE).bind(source.clone()).bind(import).bind(base).bind(text);
            query.bind(now.as_micros()).execute(connection).await
        });
        if noted.await?.rows_affected() == 0 {
            return Err(superseded(&source));
        }
        Ok(StagedImport { source, import, base, counts, staged_at: now })
    }

    /// Looks up the numbers of the keys that wait, and gives one to those that have none.
    async fn resolve_keys(&mut self) -> Result<(), InventoryError> {
        let (waiting, store) = (self.keys.take_waiting(), self.inventory.database.store());
        for waiting in waiting.chunks(BATCH) {
            let found = self
                .inventory
                .database
                .read("looking up keys", async |connection| keys::find(connection, store, waiting).await);
            let found = found.await?;
            let (known, new): (Vec<&WaitingKey>, Vec<_>) =
                waiting.iter().partition(|key| found.contains_key(&key.digest));
            for key in known {
                self.keys.note_id(key, found.get(&key.digest).copied().unwrap_or_default());
            }
            if new.is_empty() {
                continue;
            }
            let first = self.guarded("adding keys", async |connection| {
                keys::add(connection, store, self.place.source_id, &new).await
            });
            for (id, key) in (first.await?..).zip(new) {
                self.keys.note_id(key, id);
            }
        }
        Ok(())
    }

    /// Writes the nodes that wait: nothing for those that are as before.
    async fn write_nodes(&mut self) -> Result<(), InventoryError> {
        self.resolve_keys().await?;
        let (rows, store) = (std::mem::take(&mut self.nodes), self.inventory.database.store());
        let mut rows: Vec<(i64, &NodeRow)> = rows.iter().map(|row| (self.keys.id(row.slot), row)).collect();
        rows.sort_unstable_by_key(|(id, _)| *id);
        let ids: Vec<i64> = rows.iter().map(|(id, _)| *id).collect();
        let before = self.inventory.database.read("comparing an import", async |connection| {
            if self.place.base == 0 {
                return Ok(HashMap::new());
            }
            nodes::digests(connection, store, &ids).await
        });
        let before = before.await?;
        let counts = &mut self.counts.nodes;
        let mut ended = Vec::new();
        rows.retain(|(id, row)| match before.get(id) {
            Some(digest) if *digest == row.digest => {
                counts.same += 1;
                false
            }
            Some(_) => {
                counts.changed += 1;
                ended.push(*id);
                true
            }
            None => {
                counts.new += 1;
                true
            }
        });
        if rows.is_empty() {
            return Ok(());
        }
        self.guarded("staging an import", async |connection| {
            nodes::end(connection, store, self.place.import, &ended).await?;
            nodes::add(connection, store, &self.place, &rows).await
        })
        .await
    }

    /// Ends the nodes that the source had before and did not name now.
    async fn end_gone_nodes(&mut self) -> Result<(), InventoryError> {
        if self.place.base == 0 {
            return Ok(());
        }
        let (slots, store) = (self.keys.slots_by_id(), self.inventory.database.store());
        let (mut after, last) = keys::range(self.place.source_id);
        loop {
            let found = self.inventory.database.read("looking for what is gone", async |connection| {
                nodes::open_before(connection, self.place.import, (after, last), LOOK).await
            });
            let mut gone = found.await?;
            let Some(end) = gone.last() else { return Ok(()) };
            after = *end;
            gone.retain(|id| !slots.get(id).is_some_and(|slot| self.keys.is_node(*slot)));
            for ids in gone.chunks(BATCH) {
                self.guarded("ending what is gone", async |connection| {
                    nodes::end(connection, store, self.place.import, ids).await
                })
                .await?;
            }
            self.counts.nodes.gone += u64::try_from(gone.len()).unwrap_or(u64::MAX);
        }
    }

    /// Writes the edges that wait: nothing for those that are as before. Both are read in the order of the table.
    async fn write_edges(&mut self, sweep: EdgeSweep) -> Result<(), InventoryError> {
        self.resolve_keys().await?;
        let waiting = std::mem::take(&mut self.edges);
        let sorted = waiting.into_sorted(&self.keys);
        let mut changes =
            EdgeChanges { sorted: &sorted, new: Vec::new(), added: Vec::new(), ended: Vec::new() };
        let mut rest = sorted.edges.iter().peekable();
        let mut range = self.compared_range(sweep, &sorted);
        let slots = if sweep == EdgeSweep::WholeSource { self.keys.slots_by_id() } else { HashMap::new() };
        while let Some((after, last)) = range {
            let page = self.inventory.database.read("comparing an import", async |connection| {
                edges::open_before(connection, self.place.import, (after, last), LOOK).await
            });
            let page = page.await?;
            range = page.last().map(|edge| (edge.key, last));
            for stored in page {
                while let Some(edge) = rest.next_if(|edge| edge.key(&self.keys) < stored.key) {
                    changes.add(edge);
                    self.counts.edges.new += 1;
                }
                match rest.next_if(|edge| edge.key(&self.keys) == stored.key) {
                    Some(edge) if sorted.body(edge) == stored.body => self.counts.edges.same += 1,
                    Some(edge) => {
                        changes.ended.push(stored.key);
                        changes.added.push(edge);
                        self.counts.edges.changed += 1;
                    }
                    None if sweep == EdgeSweep::WholeSource && !self.is_named(&slots, stored.key) => {
                        changes.ended.push(stored.key);
                        self.counts.edges.gone += 1;
                    }
                    None => {}
                }
                self.write_changes(&mut changes, BATCH).await?;
            }
        }
        for edge in rest {
            changes.add(edge);
            self.counts.edges.new += 1;
            self.write_changes(&mut changes, BATCH).await?;
        }
        self.write_changes(&mut changes, 1).await?;
        self.write_other_ends(changes.new).await
    }

    /// Returns the part of the table that edges are compared with: after this one and up to this node.
    fn compared_range(&self, sweep: EdgeSweep, sorted: &SortedEdges) -> Option<(EdgeKey, i64)> {
        let (first, last) = keys::range(self.place.source_id);
        let ends = (sorted.edges.first(), sorted.edges.last());
        match (sweep, ends) {
            _ if self.place.base == 0 => None,
            (EdgeSweep::WholeSource, _) => Some(((first, 0, 0), last)),
            (EdgeSweep::TheseAlone, (Some(one), Some(other))) => {
                Some(((one.key(&self.keys).0, 0, 0), other.key(&self.keys).0))
            }
            (EdgeSweep::TheseAlone, _) => None,
        }
    }

    /// Returns whether the import named this edge before: one that was compared already.
    fn is_named(&self, slots: &HashMap<i64, u32>, (from, to, relation): EdgeKey) -> bool {
        let (Some(from), Some(to)) = (slots.get(&from), slots.get(&to)) else { return false };
        let relation = u8::try_from(relation).unwrap_or_default();
        self.named_edges.contains(&(*from, *to, relation))
    }

    async fn write_changes(
        &self,
        changes: &mut EdgeChanges<'_>,
        at_least: usize,
    ) -> Result<(), InventoryError> {
        if changes.added.len() + changes.ended.len() < at_least {
            return Ok(());
        }
        let (store, import) = (self.inventory.database.store(), self.place.import);
        self.guarded("staging an import", async |connection| {
            edges::end(connection, store, import, &changes.ended).await?;
            edges::add(connection, store, import, (changes.sorted, &self.keys), &changes.added).await
        })
        .await?;
        changes.added.clear();
        changes.ended.clear();
        Ok(())
    }

    async fn write_other_ends(&self, mut new: Vec<&WaitingEdge>) -> Result<(), InventoryError> {
        edges::sort_by_other_end(&mut new, &self.keys);
        for edges in new.chunks(BATCH) {
            self.guarded("staging an import", async |connection| {
                edges::add_other_ends(connection, self.inventory.database.store(), &self.keys, edges).await
            })
            .await?;
        }
        Ok(())
    }

    /// Writes only while this is the import that is being staged: the row of the source is locked until the end.
    async fn guarded<T>(
        &self,
        doing: &'static str,
        work: impl AsyncFnOnce(&mut AnyConnection) -> Result<T, sqlx::Error>,
    ) -> Result<T, InventoryError> {
        const GUARD: &str = "UPDATE inventory_sources SET staging = staging
            WHERE id = $1 AND staging = $2 AND current_import = $3";
        let place = &self.place;
        let done = self.inventory.database.write_in_bulk(doing, async |connection| {
            let guard = sqlx::query(GUARD).bind(place.source_id).bind(place.import).bind(place.base);
            if guard.execute(&mut *connection).await?.rows_affected() == 0 {
                return Ok(None);
            }
            work(connection).await.map(Some)
        });
        done.await?.ok_or_else(|| superseded(&place.source))
    }
}

/// What the edges that wait are compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum EdgeSweep {
    /// The same edges in the table: more will follow.
    TheseAlone,
    /// All edges of the source, to find what is gone.
    WholeSource,
}

/// Edges that are to be written.
struct EdgeChanges<'a> {
    sorted: &'a SortedEdges,
    /// Those that were not there before, whether they were written already or not.
    new: Vec<&'a WaitingEdge>,
    added: Vec<&'a WaitingEdge>,
    ended: Vec<EdgeKey>,
}

impl<'a> EdgeChanges<'a> {
    fn add(&mut self, edge: &'a WaitingEdge) {
        self.new.push(edge);
        self.added.push(edge);
    }
}
