//! A kind of record for tests, without ends: shows what it takes to add one.

use countersign_lake::cells::{Cells, Read, need};
use countersign_lake::columns::{CellSource as Cell, ColumnSource, show, texts};
use countersign_lake::{EndedRecord, KindFiles, LakeRecord, NoEnd, RecordKind, TableFiles, wire_in_order};
use countersign_names::Timestamp;
use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr};
use uuid::Uuid;

/// 2026-11-22T00:00:00Z.
pub const MIDNIGHT: i64 = 1_795_305_600_000_000;

/// A connection between two machines. It has no end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowRecord {
    pub id: Uuid,
    pub at: Timestamp,
    pub source: IpAddr,
    pub target: IpAddr,
    pub port: u32,
    pub protocol: String,
    pub labels: Vec<String>,
    pub bytes: Option<u64>,
}

wire_in_order!(FlowRecord { id, at, source, target, port, protocol, labels, bytes });

impl LakeRecord for FlowRecord {
    type Key = Uuid;

    fn key(&self) -> Uuid {
        self.id
    }

    fn at(&self) -> Timestamp {
        self.at
    }

    fn columns() -> &'static [ColumnSource<Self>] {
        const COLUMNS: &[ColumnSource<FlowRecord>] = &[
            ColumnSource::always("id", Cell::Text(|flow, out| show(Some(flow.id), out))),
            ColumnSource::always("at", Cell::Moment(|flow| Some(flow.at))),
            ColumnSource::always("source", Cell::Text(|flow, out| show(Some(flow.source), out))),
            ColumnSource::always("target", Cell::Text(|flow, out| show(Some(flow.target), out))),
            ColumnSource::always("port", Cell::Count(|flow| Some(flow.port.into()))),
            ColumnSource::always("protocol", Cell::Text(|flow, out| out.append_value(&flow.protocol))),
            ColumnSource::always("labels", Cell::Texts(|flow| texts(&flow.labels))),
            ColumnSource::maybe("bytes", Cell::Count(|flow| flow.bytes)),
        ];
        COLUMNS
    }

    fn read(cells: Cells<'_>) -> Read<Self> {
        Ok(Self {
            id: cells.word("id")?,
            at: need("at", cells.moment("at")?)?,
            source: cells.word("source")?,
            target: cells.word("target")?,
            port: need("port", cells.count("port")?)?,
            protocol: cells.word("protocol")?,
            labels: cells.list("labels")?,
            bytes: cells.count("bytes")?,
        })
    }

    fn text(&self, column: &str) -> Option<Cow<'_, str>> {
        match column {
            "protocol" => Some(self.protocol.as_str().into()),
            "target" => Some(self.target.to_string().into()),
            _ => None,
        }
    }
}

/// Connections between machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flows {}

impl RecordKind for Flows {
    type Record = FlowRecord;
    type End = NoEnd<Uuid>;
    type Row = EndedRecord<FlowRecord, NoEnd<Uuid>>;

    const FILES: KindFiles = KindFiles {
        name: "flows",
        folder: Some("flows"),
        magic: b"CSFLOW01",
        key: "id",
        rows: TableFiles { prefix: "flows-", time: "at" },
        ends: None,
        packed: &["at", "bytes"],
    };
}

impl FlowRecord {
    /// Returns the flow of a number, seven seconds after the previous one; the key contains the time.
    pub fn numbered(number: u64, start: i64) -> Self {
        let at = start + number as i64 * 7_000_000;
        let protocol = if number.is_multiple_of(3) { "udp" } else { "tcp" };
        Self {
            id: key_at(at, number),
            at: Timestamp::from_micros(at),
            source: Ipv4Addr::from(0x0a00_0000 + (number % 50) as u32).into(),
            target: Ipv4Addr::from(0x0a01_0000 + (number % 9) as u32).into(),
            port: 443,
            protocol: protocol.to_owned(),
            labels: vec![format!("role-{}", number % 4)],
            bytes: (!number.is_multiple_of(5)).then_some(number * 100),
        }
    }
}

/// Returns a UUID v7 with this time.
pub fn key_at(at: i64, number: u64) -> Uuid {
    let millis = (at / 1_000) as u128;
    Uuid::from_u128((millis << 80) | (0x7 << 76) | (0x2 << 62) | u128::from(number))
}
