//! A kind of record for tests, with ends.

use countersign_lake::cells::{Cells, Read, need};
use countersign_lake::columns::{CellSource as Cell, ColumnSource, show};
use countersign_lake::{EndFiles, EndedRecord, KindFiles, LakeRecord, RecordKind, TableFiles, wire_in_order};
use countersign_names::Timestamp;
use uuid::Uuid;

/// A login to a machine. Its end is recorded later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    pub id: Uuid,
    pub at: Timestamp,
    pub machine: String,
}

/// How a login ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logout {
    pub id: Uuid,
    pub at: Timestamp,
    pub reason: String,
}

wire_in_order!(Login { id, at, machine });
wire_in_order!(Logout { id, at, reason });

impl LakeRecord for Login {
    type Key = Uuid;

    fn key(&self) -> Uuid {
        self.id
    }

    fn at(&self) -> Timestamp {
        self.at
    }

    fn columns() -> &'static [ColumnSource<Self>] {
        const COLUMNS: &[ColumnSource<Login>] = &[
            ColumnSource::always("login", Cell::Text(|login, out| show(Some(login.id), out))),
            ColumnSource::always("began_at", Cell::Moment(|login| Some(login.at))),
            ColumnSource::always("machine", Cell::Text(|login, out| out.append_value(&login.machine))),
        ];
        COLUMNS
    }

    fn read(cells: Cells<'_>) -> Read<Self> {
        let at = need("began_at", cells.moment("began_at")?)?;
        Ok(Self { id: cells.word("login")?, at, machine: cells.word("machine")? })
    }
}

impl LakeRecord for Logout {
    type Key = Uuid;

    fn key(&self) -> Uuid {
        self.id
    }

    fn at(&self) -> Timestamp {
        self.at
    }

    fn columns() -> &'static [ColumnSource<Self>] {
        const COLUMNS: &[ColumnSource<Logout>] = &[
            ColumnSource::maybe("ended_at", Cell::Moment(|logout| Some(logout.at))),
            ColumnSource::maybe("reason", Cell::Text(|logout, out| out.append_value(&logout.reason))),
        ];
        COLUMNS
    }

    fn read(cells: Cells<'_>) -> Read<Self> {
        let at = need("ended_at", cells.moment("ended_at")?)?;
        Ok(Self { id: cells.word("login")?, at, reason: cells.word("reason")? })
    }
}

/// Logins to machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Logins {}

impl RecordKind for Logins {
    type Record = Login;
    type End = Logout;
    type Row = EndedRecord<Login, Logout>;

    const FILES: KindFiles = KindFiles {
        name: "logins",
        folder: None,
        magic: b"CSLOGI01",
        key: "login",
        rows: TableFiles { prefix: "logins-", time: "began_at" },
        ends: Some(EndFiles { table: TableFiles { prefix: "logouts-", time: "ended_at" }, mark: "reason" }),
        packed: &["began_at", "ended_at"],
    };
}
