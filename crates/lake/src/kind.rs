//! The definition of a kind of record. Everything else works the same for every kind.
//!
//! A kind has one table of records, and may have a second table of ends: data that arrives later about a record, such
//! as how a decision's access ended or how a session ended. An end has the key of its record. If both are in one
//! segment, the end is joined to the record's row. Otherwise the end goes to a file of its own, and readers join it.

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

/// The key that identifies a record within its kind. It is at least 16 bytes on the wire, and text in its column.
pub trait RecordKey:
    Wire + Copy + Eq + Ord + Hash + Debug + Display + std::str::FromStr<Err: Display> + Send + Sync + 'static
{
    /// Returns when the key was generated; `None` if the key contains no time. Ends are stored under that day.
    fn drawn_at(self) -> Option<Timestamp>;
}

/// A record of a kind, or its end.
///
/// The [`Wire`] form must begin with the key and then the time, so that both can be read without the rest.
pub trait LakeRecord: Wire + Clone + Debug + Send + Sync + 'static {
    /// The type of the key.
    type Key: RecordKey;

    /// Returns the key.
    fn key(&self) -> Self::Key;

    /// Returns when the record or end happened.
    fn at(&self) -> Timestamp;

    /// Returns the columns. The columns of an end do not include the key, because they are also the last columns of the
    /// record's row.
    fn columns() -> &'static [ColumnSource<Self>];

    /// Reads a record or an end from columns. No column is trusted: a value that does not parse is an error that names
    /// the column.
    ///
    /// # Errors
    /// If a column is missing or holds an invalid value.
    fn read(cells: Cells<'_>) -> Read<Self>;

    /// Returns the word under which the anchor of its file counts the record, such as the outcome of a decision; `None`
    /// if records of this kind are not counted by a word.
    fn tally(&self) -> Option<&'static str> {
        None
    }

    /// Returns the text of a text column, for queries that filter by a column; `None` if the record has no value there
    /// or the kind does not support queries by this column.
    fn text(&self, column: &str) -> Option<Cow<'_, str>> {
        let _ = column;
        None
    }
}

/// The row that reading returns: a record and, once it is known, its end.
pub trait RecordRow<R, E>: Clone + Debug + Send + Sync + 'static {
    /// Returns a row of a record and its end.
    fn from_parts(record: R, end: Option<E>) -> Self;

    /// Returns the record.
    fn record(&self) -> &R;

    /// Returns the end; `None` if none is known.
    fn end(&self) -> &Option<E>;

    /// Returns the end for modification.
    fn end_mut(&mut self) -> &mut Option<E>;
}

/// The row type of kinds that do not need one of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndedRecord<R, E> {
    /// The record.
    pub record: R,
    /// The record's end, if it is known.
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

/// The end type of kinds that have no ends. It has no values.
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

/// Names and layout of the files of one table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TableFiles {
    /// The prefix of the file names, such as `decisions-`.
    pub prefix: &'static str,
    /// The column that holds each row's time.
    pub time: &'static str,
}

/// Names and layout of the files of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KindFiles {
    /// The kind's name: lower-case letters, digits and hyphens.
    pub name: &'static str,
    /// The kind's folder within the folder of the first kind; `None` for the first kind. Usually the same as the name.
    pub folder: Option<&'static str>,
    /// The first bytes of the write-ahead files.
    pub magic: &'static [u8; 8],
    /// The column of the key, in both tables.
    pub key: &'static str,
    /// The table of records.
    pub rows: TableFiles,
    /// The table of ends, if the kind has ends.
    pub ends: Option<EndFiles>,
    /// Columns of numbers and times whose values rarely repeat: they are delta-encoded, without a dictionary.
    pub packed: &'static [&'static str],
}

/// Names and layout of the table of ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EndFiles {
    /// Names and layout of its files.
    pub table: TableFiles,
    /// The column that has a value in a record's row if and only if the end is known.
    pub mark: &'static str,
}

/// The table of a kind to which a file belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordTable {
    /// The table of records.
    Rows,
    /// The table of ends that are stored apart from their records.
    Ends,
}

impl RecordTable {
    /// Both tables.
    pub(crate) const ALL: [Self; 2] = [Self::Rows, Self::Ends];
}

impl KindFiles {
    /// Returns the table to which a file of this name belongs.
    pub(crate) fn table_of(&self, name: &str) -> RecordTable {
        let ends = self.ends.is_some_and(|ends| name.starts_with(ends.table.prefix));
        if ends { RecordTable::Ends } else { RecordTable::Rows }
    }

    /// Returns the prefix of a table's file names.
    pub(crate) fn prefix(&self, table: RecordTable) -> &'static str {
        match (table, self.ends) {
            (RecordTable::Ends, Some(ends)) => ends.table.prefix,
            (RecordTable::Rows, _) | (RecordTable::Ends, None) => self.rows.prefix,
        }
    }

    /// Converts a path in this kind's folder to the path among all kinds: `flows/dt=2026-11-22/flows-….parquet`.
    pub fn within(&self, path: &str) -> String {
        self.folder.map_or_else(|| path.to_owned(), |folder| format!("{folder}/{path}"))
    }

    /// Converts a path among all kinds to the path in this kind's folder; `None` if it belongs to another kind.
    pub fn strip<'a>(&self, path: &'a str) -> Option<&'a str> {
        self.folder.map_or(Some(path), |folder| path.strip_prefix(folder)?.strip_prefix('/'))
    }

    /// Returns the name under which a process anchors this kind's files: `edge-1`, or `edge-1/flows`.
    pub fn account(&self, process: &str) -> String {
        self.folder.map_or_else(|| process.to_owned(), |folder| format!("{process}/{folder}"))
    }

    /// Returns whether a path is a valid path of a file of this kind in its folder. The path may come from an untrusted
    /// source.
    pub fn is_path(&self, path: &str) -> bool {
        let plain = |stem: &str| {
            !stem.is_empty() && stem.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        };
        path.split_once('/').is_some_and(|(partition, name)| {
            Day::from_folder(partition).is_some() && self.stem_of(name).is_some_and(plain)
        })
    }

    /// Returns the stem that a file name shares with its segment; `None` if it is not a file of this kind.
    pub(crate) fn stem_of<'a>(&self, name: &'a str) -> Option<&'a str> {
        let ends = self.ends.and_then(|ends| name.strip_prefix(ends.table.prefix));
        name.strip_prefix(self.rows.prefix).or(ends)?.strip_suffix(".parquet")
    }
}

/// The first fields of a payload, read without the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peek<K> {
    /// Whether the payload is an end.
    pub is_end: bool,
    /// The key.
    pub key: K,
    /// When it happened.
    pub at: Timestamp,
}

/// A decoded payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Payload<R, E> {
    /// A record.
    Record(Box<R>),
    /// The end of a record.
    End(E),
}

/// The key type of a kind's records.
pub type KeyOf<K> = <<K as RecordKind>::Record as LakeRecord>::Key;

/// The decoded payload type of a kind.
pub type PayloadOf<K> = Payload<<K as RecordKind>::Record, <K as RecordKind>::End>;

/// A kind of record. `docs/record-kinds.md` explains how to add one.
pub trait RecordKind: Debug + Clone + Copy + Send + Sync + 'static {
    /// The record type.
    type Record: LakeRecord;
    /// The end type; [`NoEnd`] for kinds without ends.
    type End: LakeRecord<Key = KeyOf<Self>>;
    /// The row type that reading returns; [`EndedRecord`] for kinds that do not need their own.
    type Row: RecordRow<Self::Record, Self::End>;

    /// Names and layout of the files.
    const FILES: KindFiles;
    /// The first byte of a record's payload. A changed layout needs another byte; old layouts stay readable for ever.
    const RECORD: u8 = 1;
    /// The first byte of an end's payload.
    const END: u8 = 2;

    /// Decodes the first fields of a payload.
    ///
    /// # Errors
    /// If they are not those of a payload that this build can read.
    fn peek(payload: &[u8]) -> Result<Peek<KeyOf<Self>>, Unreadable> {
        let (shape, mut rest) = payload.split_first().ok_or(Unreadable)?;
        let is_end = *shape == Self::END;
        if !is_end && *shape != Self::RECORD {
            return Err(Unreadable);
        }
        Ok(Peek { is_end, key: Wire::take(&mut rest)?, at: Wire::take(&mut rest)? })
    }

    /// Decodes a whole payload.
    ///
    /// # Errors
    /// If this build cannot read the payload.
    fn read(payload: &[u8]) -> Result<PayloadOf<Self>, Unreadable> {
        let (shape, rest) = payload.split_first().ok_or(Unreadable)?;
        match *shape {
            shape if shape == Self::RECORD => crate::wire::whole(rest).map(Box::new).map(Payload::Record),
            shape if shape == Self::END => crate::wire::whole(rest).map(Payload::End),
            _ => Err(Unreadable),
        }
    }
}

/// Appends the payload of a record.
pub fn put_record<K: RecordKind>(record: &K::Record, out: &mut Vec<u8>) {
    out.push(K::RECORD);
    record.put(out);
}

/// Appends the payload of an end.
pub fn put_end<K: RecordKind>(end: &K::End, out: &mut Vec<u8>) {
    out.push(K::END);
    end.put(out);
}

/// Reads one row of a file of records.
pub(crate) fn read_row<K: RecordKind>(cells: Cells<'_>) -> Read<K::Row> {
    let record = K::Record::read(cells)?;
    let mark = K::FILES.ends.map(|ends| ends.mark);
    let is_ended = mark.map_or(Ok(false), |mark| cells.has(mark))?;
    let end = if is_ended { Some(K::End::read(cells)?) } else { None };
    Ok(K::Row::from_parts(record, end))
}

/// Returns when a row's record happened.
pub(crate) fn at_of<K: RecordKind>(row: &K::Row) -> Timestamp {
    row.record().at()
}

/// Returns the key of a row's record.
pub(crate) fn key_of<K: RecordKind>(row: &K::Row) -> KeyOf<K> {
    row.record().key()
}

/// Returns the key column of a file of ends.
pub(crate) fn key_column<K: RecordKind>() -> ColumnSource<K::End> {
    ColumnSource::always(K::FILES.key, CellSource::Text(|end: &K::End, out| show(Some(end.key()), out)))
}
