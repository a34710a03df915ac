//! Decisions as a kind of record of the lake.

use crate::accesses::{Accesses, COLUMNS};
use crate::record::{Completed, Decided, Effect, Row};
use crate::{cells, codec, columns};
use arrow_array::RecordBatch;
use countersign_lake::cells::{Cells, Read};
use countersign_lake::columns::ColumnSource;
use countersign_lake::wire::Unreadable;
use countersign_lake::{
    EndFiles, KindFiles, LakeRecord, PayloadOf, Peek, RecordKind, RecordRow, SweptKind, TableFiles,
};
use countersign_names::{DecisionId, Timestamp};
use std::borrow::Cow;

/// The words under which the anchor of a file counts decisions: those that let an access happen, those that stopped it,
/// and those that would have stopped it if the application enforced its refusals.
pub const ALLOWED: &str = "allowed";
/// See [`ALLOWED`].
pub const DENIED: &str = "denied";
/// See [`ALLOWED`].
pub const WOULD_BE_DENIED: &str = "would_be_denied";

/// Decisions and their completions: the first kind of record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decisions {}

impl RecordKind for Decisions {
    type Record = Decided;
    type End = Completed;
    type Row = Row;

    const FILES: KindFiles = KindFiles {
        name: "decisions",
        folder: None,
        magic: b"CSEVID01",
        key: "id",
        rows: TableFiles { prefix: "decisions-", time: "at" },
        ends: Some(EndFiles {
            table: TableFiles { prefix: "completions-", time: "completed_at" },
            mark: "ended",
        }),
        // Unique values gain nothing from a dictionary. Sorted by time, they differ little from row to row.
        packed: &[
            "at",
            "completed_at",
            "latency_micros",
            "duration_micros",
            "bytes_out",
            "bytes_in",
            "world",
        ],
    };
    const RECORD: u8 = codec::DECIDED_3;
    const END: u8 = codec::COMPLETED_1;

    fn peek(payload: &[u8]) -> Result<Peek<DecisionId>, Unreadable> {
        codec::peek(payload)
    }

    fn read(payload: &[u8]) -> Result<PayloadOf<Self>, Unreadable> {
        codec::read(payload)
    }
}

impl LakeRecord for Decided {
    type Key = DecisionId;

    fn key(&self) -> DecisionId {
        self.id
    }

    fn at(&self) -> Timestamp {
        self.at
    }

    fn columns() -> &'static [ColumnSource<Self>] {
        columns::DECIDED
    }

    fn read(cells: Cells<'_>) -> Read<Self> {
        cells::decided(cells)
    }

    fn tally(&self) -> Option<&'static str> {
        Some(match (self.effect, self.enforced) {
            (Effect::Allow, _) => ALLOWED,
            (Effect::Deny, true) => DENIED,
            (Effect::Deny, false) => WOULD_BE_DENIED,
        })
    }

    /// Returns the columns that a [`Query`](crate::Query) can filter by.
    fn text(&self, column: &str) -> Option<Cow<'_, str>> {
        match column {
            "application" => Some(self.application.as_str().into()),
            "principal" => Some(self.principal.to_string().into()),
            "effect" => Some(self.effect.as_str().into()),
            "action" => Some(self.action.as_str().into()),
            "device" => self.device.map(|device| device.to_string().into()),
            "resource" => Some(self.resource.as_str().into()),
            _ => None,
        }
    }
}

impl LakeRecord for Completed {
    type Key = DecisionId;

    fn key(&self) -> DecisionId {
        self.id
    }

    fn at(&self) -> Timestamp {
        self.at
    }

    fn columns() -> &'static [ColumnSource<Self>] {
        columns::COMPLETED
    }

    fn read(cells: Cells<'_>) -> Read<Self> {
        cells::completed(cells)
    }
}

impl RecordRow<Decided, Completed> for Row {
    fn from_parts(decided: Decided, completed: Option<Completed>) -> Self {
        Self { decided, completed }
    }

    fn record(&self) -> &Decided {
        &self.decided
    }

    fn end(&self) -> &Option<Completed> {
        &self.completed
    }

    fn end_mut(&mut self) -> &mut Option<Completed> {
        &mut self.completed
    }
}

impl SweptKind for Decisions {
    type Columns = Accesses;

    const COLUMNS: &'static [&'static str] = COLUMNS;

    fn read_columns(batch: &RecordBatch) -> Read<Accesses> {
        Accesses::read(batch)
    }

    fn push(accesses: &mut Accesses, decided: &Decided) {
        accesses.push(decided);
    }

    fn retain(accesses: &mut Accesses, keep: impl FnMut(DecisionId, Timestamp) -> bool) {
        accesses.retain(keep);
    }

    fn is_empty(accesses: &Accesses) -> bool {
        accesses.is_empty()
    }
}
