//! What a kind of record says of itself. Everything else about it is the same for every kind.
//!
//! A kind has one table of records, and may have a second of what is told of them later: how a decision's access ended, what
//! came of a session. Such an end has its record's key. It is joined to the record's row when both are in one segment, and
//! is else kept in a file of its own, and joined when it is read.

use crate::cells::{Cells, Read};
use crate::columns::{CellSource, ColumnSource, show};
use crate::day::Day;
use crate::wire::{Unreadable, Wire};
use countersign_names::Timestamp;
use std::borrow::Cow;
use std::convert::Infallible;
use std::fmt::{Debug, Display};
use std::hash::Hash;
use std::marker::PhantomData;

/// What identifies a record among all of its kind. It is 16 bytes or more on the wire, and text in its column.
pub trait RecordKey:
    Wire + Copy + Eq + Ord + Hash + Debug + Display + std::str::FromStr<Err: Display> + Send + Sync + 'static
{
    /// When it was drawn, if it tells: ends are kept under that day.
    fn drawn_at(self) -> Option<Timestamp>;
}

/// A record of a kind, or what is told of one later.
///
/// Its [`Wire`] form must begin with its key and then its moment, so that both are read without the rest.
pub trait LakeRecord: Wire + Clone + Debug + Send + Sync + 'static {
    /// The key that makes it unique.
    type Key: RecordKey;

    /// Its key.
    fn key(&self) -> Self::Key;

    /// When it happened.
    fn at(&self) -> Timestamp;

    /// Its columns. Those of an end are without its key, since they are also the last columns of its record's row.
    fn columns() -> &'static [ColumnSource<Self>];

    /// Reads it back. Nothing in a column is believed: what does not parse is an error that names the column.
    ///
    /// # Errors
    /// When a column is missing, or holds what is no value of it.
    fn read(cells: Cells<'_>) -> Read<Self>;

    /// The text that a column of text holds of it, for questions that name a column; `None` when it has none, or the kind
    /// does not let the column be asked for.
    fn text(&self, column: &str) -> Option<Cow<'_, str>> {
        let _ = column;
        None
    }
}

/// A record and, once it is known, its end: what reading gives.
pub trait RecordRow<R, E>: Clone + Debug + Send + Sync + 'static {
    /// The row of these two.
    fn from_parts(record: R, end: Option<E>) -> Self;

    /// The record.
    fn record(&self) -> &R;

    /// Its end.
    fn end(&self) -> &Option<E>;

    /// Its end, to be set.
    fn end_mut(&mut self) -> &mut Option<E>;
}

/// A row for kinds that need no type of their own for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndedRecord<R, E> {
    /// The record.
    pub record: R,
    /// What was told of it later.
    pub end: Option<E>,
}

impl<R, E> RecordRow<R, E> for EndedRecord<R, E>
where
    R: Clone + Debug + Send + Sync + 'static,
    E: Clone + Debug + Send + Sync + 'static,
{
    fn from_parts(record: R, end: Option<E>) -> Self {
        Self { record, end }
    }

    fn record(&self) -> &R {
        &self.record
    }

    fn end(&self) -> &Option<E> {
        &self.end
    }

    fn end_mut(&mut self) -> &mut Option<E> {
        &mut self.end
    }
}

/// The end of a record of which nothing is told later. There is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoEnd<K>(Infallible, PhantomData<K>);

impl<K> Wire for NoEnd<K> {
    fn put(&self, _: &mut Vec<u8>) {
        match self.0 {}
    }

    fn take(_: &mut &[u8]) -> Result<Self, Unreadable> {
        Err(Unreadable)
    }
}

impl<K: RecordKey> LakeRecord for NoEnd<K> {
    type Key = K;

    fn key(&self) -> K {
        match self.0 {}
    }

    fn at(&self) -> Timestamp {
        match self.0 {}
    }

    fn columns() -> &'static [ColumnSource<Self>] {
        &[]
    }

    fn read(_: Cells<'_>) -> Read<Self> {
        Err(crate::cells::bad("key", "records of this kind have no end"))
    }
}

/// How the files of one table are named and laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TableFiles {
    /// How the names of its files begin, as `decisions-`.
    pub prefix: &'static str,
    /// The column of time, which is a moment.
    pub time: &'static str,
}

/// How the files of a kind are named and laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KindFiles {
    /// The kind's name: lower case, digits and hyphens.
    pub name: &'static str,
    /// Its folder within that of the first kind; none for the first kind. It is the kind's name, as a rule.
    pub folder: Option<&'static str>,
    /// The first bytes of its write-ahead files.
    pub magic: &'static [u8; 8],
    /// The column of the key, in either table.
    pub key: &'static str,
    /// The table of records.
    pub rows: TableFiles,
    /// The table of ends that are kept by themselves.
    pub ends: Option<EndFiles>,
    /// Columns of numbers and moments whose values hardly repeat: they are packed, without a dictionary.
    pub packed: &'static [&'static str],
}

/// The table of ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EndFiles {
    /// How its files are named and laid out.
    pub table: TableFiles,
    /// The column that has a value in a record's row once its end is known.
    pub mark: &'static str,
}

/// Which table of a kind a file belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordTable {
    /// Records.
    Rows,
    /// Ends that are kept by themselves.
    Ends,
}

impl RecordTable {
    /// Both.
    pub(crate) const ALL: [Self; 2] = [Self::Rows, Self::Ends];
}

impl KindFiles {
    /// The table to which a file of this name belongs.
    pub(crate) fn table_of(&self, name: &str) -> RecordTable {
        let ends = self.ends.is_some_and(|ends| name.starts_with(ends.table.prefix));
        if ends { RecordTable::Ends } else { RecordTable::Rows }
    }

    /// How the names of a table's files begin.
    pub(crate) fn prefix(&self, table: RecordTable) -> &'static str {
        match (table, self.ends) {
            (RecordTable::Ends, Some(ends)) => ends.table.prefix,
            (RecordTable::Rows, _) | (RecordTable::Ends, None) => self.rows.prefix,
        }
    }

    /// The path among all kinds of a file at a path in this kind's folder: `flows/dt=2026-11-22/flows-….parquet`.
    pub fn within(&self, path: &str) -> String {
        self.folder.map_or_else(|| path.to_owned(), |folder| format!("{folder}/{path}"))
    }

    /// The path in this kind's folder of a file at a path among all kinds; none when it is another kind's.
    pub fn strip<'a>(&self, path: &'a str) -> Option<&'a str> {
        self.folder.map_or(Some(path), |folder| path.strip_prefix(folder)?.strip_prefix('/'))
    }

    /// What a process is called in the account of this kind's files: `edge-1`, or `edge-1/flows`.
    pub fn account(&self, process: &str) -> String {
        self.folder.map_or_else(|| process.to_owned(), |folder| format!("{process}/{folder}"))
    }

    /// Whether a path is one that files of this kind have in its folder, whoever says so.
    pub fn is_path(&self, path: &str) -> bool {
        let plain = |stem: &str| {
            !stem.is_empty() && stem.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        };
        path.split_once('/').is_some_and(|(partition, name)| {
            Day::from_folder(partition).is_some() && self.stem_of(name).is_some_and(plain)
        })
    }

    /// The segment's part of the name of a file that was made of one.
    pub(crate) fn stem_of<'a>(&self, name: &'a str) -> Option<&'a str> {
        let ends = self.ends.and_then(|ends| name.strip_prefix(ends.table.prefix));
        name.strip_prefix(self.rows.prefix).or(ends)?.strip_suffix(".parquet")
    }
}

/// What the first bytes of a payload say, without reading the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peek<K> {
    /// Whether it is an end.
    pub is_end: bool,
    /// Its key.
    pub key: K,
    /// When it happened.
    pub at: Timestamp,
}

/// A payload, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Payload<R, E> {
    /// A record.
    Record(Box<R>),
    /// What is told of one.
    End(E),
}

/// The key of a kind's records.
pub type KeyOf<K> = <<K as RecordKind>::Record as LakeRecord>::Key;

/// A payload of a kind.
pub type PayloadOf<K> = Payload<<K as RecordKind>::Record, <K as RecordKind>::End>;

/// A kind of record. `docs/record-kinds.md` says how to add one.
pub trait RecordKind: Debug + Clone + Copy + Send + Sync + 'static {
    /// A record.
    type Record: LakeRecord;
    /// What is told of a record later; [`NoEnd`] for kinds of which nothing is.
    type End: LakeRecord<Key = KeyOf<Self>>;
    /// What reading gives; [`EndedRecord`] for kinds that need no type of their own.
    type Row: RecordRow<Self::Record, Self::End>;

    /// How its files are named and laid out.
    const FILES: KindFiles;
    /// The first byte of a record's payload. A record of another shape is another byte; old ones stay readable for ever.
    const RECORD: u8 = 1;
    /// The first byte of an end's payload.
    const END: u8 = 2;

    /// What the first bytes of a payload say.
    ///
    /// # Errors
    /// When they are not those of a payload that this build reads.
    fn peek(payload: &[u8]) -> Result<Peek<KeyOf<Self>>, Unreadable> {
        let (shape, mut rest) = payload.split_first().ok_or(Unreadable)?;
        let is_end = *shape == Self::END;
        if !is_end && *shape != Self::RECORD {
            return Err(Unreadable);
        }
        Ok(Peek { is_end, key: Wire::take(&mut rest)?, at: Wire::take(&mut rest)? })
    }

    /// Reads a payload.
    ///
    /// # Errors
    /// When it is none that this build reads.
    fn read(payload: &[u8]) -> Result<PayloadOf<Self>, Unreadable> {
        let (shape, rest) = payload.split_first().ok_or(Unreadable)?;
        match *shape {
            shape if shape == Self::RECORD => crate::wire::whole(rest).map(Box::new).map(Payload::Record),
            shape if shape == Self::END => crate::wire::whole(rest).map(Payload::End),
            _ => Err(Unreadable),
        }
    }
}

/// Appends a record's payload.
pub fn put_record<K: RecordKind>(record: &K::Record, out: &mut Vec<u8>) {
    out.push(K::RECORD);
    record.put(out);
}

/// Appends an end's payload.
pub fn put_end<K: RecordKind>(end: &K::End, out: &mut Vec<u8>) {
    out.push(K::END);
    end.put(out);
}

/// The row of a file of records.
pub(crate) fn read_row<K: RecordKind>(cells: Cells<'_>) -> Read<K::Row> {
    let record = K::Record::read(cells)?;
    let mark = K::FILES.ends.map(|ends| ends.mark);
    let is_ended = mark.map_or(Ok(false), |mark| cells.has(mark))?;
    let end = if is_ended { Some(K::End::read(cells)?) } else { None };
    Ok(K::Row::from_parts(record, end))
}

/// When a row's record happened.
pub(crate) fn at_of<K: RecordKind>(row: &K::Row) -> Timestamp {
    row.record().at()
}

/// The key of a row's record.
pub(crate) fn key_of<K: RecordKind>(row: &K::Row) -> KeyOf<K> {
    row.record().key()
}

/// The column of an end's key, where ends are kept by themselves.
pub(crate) fn key_column<K: RecordKind>() -> ColumnSource<K::End> {
    ColumnSource::always(K::FILES.key, CellSource::Text(|end: &K::End, out| show(Some(end.key()), out)))
}
