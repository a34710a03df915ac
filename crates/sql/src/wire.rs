//! The protocol between the server and the SQL engine, over the engine's standard input and output.
//!
//! A frame is a length (four bytes, little-endian) followed by that many bytes of JSON. The server begins with the
//! [`Question`]. The engine calls for what it cannot read itself, one call at a time, each followed by its reply, and
//! ends with the answer.

use crate::answer::{Answer, AnswerColumn};
use crate::error::QueryError;
use crate::facts::Entry;
use crate::limits::{LONGEST_ANSWER, Limits};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign_lake::{Away, KnownFile, Lent, RecordFiles, SealedFile, Skipped};
use countersign_names::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Number, Value};
use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::time::Duration;

/// The version of the protocol. Change it with every change of these types.
pub const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "/3");

/// Maximum size of a frame in bytes. An answer's values and the lists that the server sends are limited.
pub const LONGEST_FRAME: u64 = 3 * LONGEST_ANSWER as u64;

/// A query, with everything that the engine needs to begin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// The version of the protocol.
    pub version: String,
    /// The text of the query.
    pub sql: String,
    /// Maximum number of rows.
    pub rows: usize,
    /// Time-out in milliseconds.
    pub time_millis: u64,
    /// Maximum number of bytes that sorting, grouping and joining may hold.
    pub memory: usize,
    /// Whether to read only the folders of `kinds`.
    pub local: bool,
    /// The locations of the records, per kind.
    pub kinds: Vec<SentKind>,
}

/// The locations of the records of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentKind {
    /// The kind's name.
    pub name: String,
    /// The folder of its files.
    pub folder: PathBuf,
    /// The folder of fetched files, and the name of this process in the object store; `None` without a store.
    pub elsewhere: Option<(PathBuf, String)>,
    /// Records that are not on disk yet.
    pub behind: Vec<Gap>,
}

impl SentKind {
    /// Describes a kind that was lent.
    pub(crate) fn new(kind: &dyn RecordFiles, lent: &Lent) -> Self {
        let elsewhere = kind.elsewhere().map(|it| (it.folder().to_owned(), it.process().to_owned()));
        let behind = lent.behind().iter().cloned().map(Gap::from).collect();
        Self { name: kind.files().name.to_owned(), folder: kind.folder().to_owned(), elsewhere, behind }
    }
}

impl Question {
    /// Returns the limits of the query.
    pub const fn limits(&self) -> Limits {
        Limits {
            rows: self.rows,
            time: Duration::from_millis(self.time_millis),
            memory: self.memory,
            local: self.local,
        }
    }
}

/// A message of the engine.
#[derive(Debug, Serialize, Deserialize)]
pub enum FromEngine {
    /// An entry for the server's log.
    Note(String),
    /// A call for something.
    Call(Call),
    /// The answer, which ends the exchange.
    Answer(Result<SentAnswer, QueryError>),
}

/// A call of the engine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Call {
    /// Requests entries of the journal.
    Facts {
        /// The sequence after which they begin.
        after: u64,
        /// Their maximum number.
        limit: usize,
    },
    /// Requests something about the files of a kind, by the kind's name.
    Files(String, FilesCall),
    /// Requests the newest stored world whose facts are all older than a moment.
    EarlierWorld {
        /// The moment, in microseconds since the Unix epoch.
        before: i64,
        /// Number of its bytes that the engine has already.
        after: usize,
    },
    /// Releases a fetched file.
    Release(u64),
}

/// A call about the files of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum FilesCall {
    /// Requests the expected files of a partition.
    Known(String),
    /// Requests the partitions with expected files.
    Partitions,
    /// Requests the moment before which everything has expired.
    GoneBefore,
    /// Requests the partitions in which other processes have files.
    OthersPartitions,
    /// Requests the files of other processes in a partition.
    Others(String),
    /// Requests the other processes with expired records.
    OthersGone,
    /// Fetches a file that a reply listed, by its process and path.
    Fetch(String, String),
}

/// The server's reply to a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reply {
    /// Entries, or why they cannot be read.
    Facts(Result<Vec<SentEntry>, String>),
    /// Files; `None` if the files are not anchored.
    Known(Option<Vec<SentKnown>>),
    /// Names of partitions.
    Partitions(Vec<String>),
    /// A moment, in microseconds since the Unix epoch.
    Moment(Option<i64>),
    /// Files of other processes.
    Others(Vec<SentAway>),
    /// Other processes, each with a moment.
    Gone(Vec<(String, i64)>),
    /// The number by which the file is released, and its path; or why it cannot be fetched.
    Fetched(Result<(u64, PathBuf), String>),
    /// A part of the bytes of a world, in Base64; `None` if there is no world, or no more of it.
    World(Option<String>),
    /// An empty reply.
    Done,
}

/// Maximum number of bytes of a world per reply.
const WORLD_PART: usize = 16 << 20;

/// Returns the reply with the next part, after this many bytes.
pub(crate) fn world_part(bytes: &[u8], after: usize) -> Reply {
    let rest = bytes.get(after..).unwrap_or_default();
    let part = rest.get(..WORLD_PART).unwrap_or(rest);
    Reply::World((!part.is_empty()).then(|| STANDARD.encode(part)))
}

/// Decodes a part.
///
/// # Errors
/// If it is not Base64.
pub fn world_bytes(part: &str) -> Result<Vec<u8>, base64::DecodeError> {
    STANDARD.decode(part)
}

/// Something that was not read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    path: PathBuf,
    why: String,
}

impl From<Skipped> for Gap {
    fn from(Skipped { path, why }: Skipped) -> Self {
        Self { path, why }
    }
}

impl From<Gap> for Skipped {
    fn from(Gap { path, why }: Gap) -> Self {
        Self { path, why }
    }
}

/// An entry of the journal. Its payload is in Base64, because it need not be text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentEntry(u64, String);

impl From<Entry> for SentEntry {
    fn from(Entry { sequence, payload }: Entry) -> Self {
        Self(sequence, STANDARD.encode(payload))
    }
}

impl TryFrom<SentEntry> for Entry {
    type Error = base64::DecodeError;

    fn try_from(SentEntry(sequence, payload): SentEntry) -> Result<Self, Self::Error> {
        Ok(Self { sequence, payload: STANDARD.decode(payload)? })
    }
}

/// The description of a finished file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentFile {
    path: String,
    digest: [u8; 32],
    bytes: u64,
    rows: u64,
    first: i64,
    last: i64,
}

impl From<SealedFile> for SentFile {
    // No question reads how the rows were counted.
    fn from(SealedFile { path, digest, bytes, rows, first, last, tally: _ }: SealedFile) -> Self {
        Self { path, digest, bytes, rows, first: first.as_micros(), last: last.as_micros() }
    }
}

impl From<SentFile> for SealedFile {
    fn from(SentFile { path, digest, bytes, rows, first, last }: SentFile) -> Self {
        let (first, last) = (Timestamp::from_micros(first), Timestamp::from_micros(last));
        Self { path, digest, bytes, rows, first, last, tally: None }
    }
}

/// An expected file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentKnown {
    file: SentFile,
    late: bool,
    before: Option<[u8; 32]>,
}

impl From<KnownFile> for SentKnown {
    fn from(KnownFile { file, late, before }: KnownFile) -> Self {
        Self { file: file.into(), late, before }
    }
}

impl From<SentKnown> for KnownFile {
    fn from(SentKnown { file, late, before }: SentKnown) -> Self {
        Self { file: file.into(), late, before }
    }
}

/// A file of another process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentAway {
    process: String,
    file: SentFile,
}

impl From<Away> for SentAway {
    fn from(Away { process, file }: Away) -> Self {
        Self { process, file: file.into() }
    }
}

impl From<SentAway> for Away {
    fn from(SentAway { process, file }: SentAway) -> Self {
        Self { process, file: file.into() }
    }
}

/// An answer.
#[derive(Debug, Serialize, Deserialize)]
pub struct SentAnswer {
    columns: Vec<AnswerColumn>,
    rows: Vec<Vec<Box<RawValue>>>,
    truncated: bool,
    skipped: Vec<Gap>,
}

impl TryFrom<Answer> for SentAnswer {
    type Error = serde_json::Error;

    fn try_from(Answer { columns, rows, truncated, skipped }: Answer) -> Result<Self, Self::Error> {
        let row = |row: Vec<Value>| row.iter().map(serde_json::value::to_raw_value).collect();
        let rows = rows.into_iter().map(row).collect::<Result<_, _>>()?;
        Ok(Self { columns, rows, truncated, skipped: skipped.into_iter().map(Gap::from).collect() })
    }
}

impl TryFrom<SentAnswer> for Answer {
    type Error = serde_json::Error;

    fn try_from(sent: SentAnswer) -> Result<Self, Self::Error> {
        let row = |row: Vec<Box<RawValue>>| row.iter().map(|cell| exact(cell)).collect();
        let rows = sent.rows.into_iter().map(row).collect::<Result<_, _>>()?;
        let skipped = sent.skipped.into_iter().map(Skipped::from).collect();
        Ok(Self { columns: sent.columns, rows, truncated: sent.truncated, skipped })
    }
}

/// Parses a value and keeps its numbers exact: serde's parser may be off in the last digit of a fraction.
fn exact(raw: &RawValue) -> Result<Value, serde_json::Error> {
    let text = raw.get();
    Ok(match text.as_bytes().first() {
        Some(b'[') => {
            let items: Vec<&RawValue> = serde_json::from_str(text)?;
            Value::Array(items.into_iter().map(exact).collect::<Result<_, _>>()?)
        }
        Some(b'{') => {
            let pairs: BTreeMap<String, &RawValue> = serde_json::from_str(text)?;
            let pairs = pairs.into_iter().map(|(key, value)| Ok((key, exact(value)?)));
            Value::Object(pairs.collect::<Result<_, serde_json::Error>>()?)
        }
        Some(b'-' | b'0'..=b'9') if text.contains(['.', 'e', 'E']) => {
            let number = text.parse().ok().and_then(Number::from_f64);
            number.map_or(Value::Null, Value::Number)
        }
        _ => serde_json::from_str(text)?,
    })
}

/// Writes a frame.
///
/// # Errors
/// An error of the system, or the frame is too long.
pub fn write(out: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    out.write_all(&frame(value)?)?;
    out.flush()
}

/// Reads a frame; `None` at the end.
///
/// # Errors
/// An error of the system, or the frame is invalid.
pub fn read<T: DeserializeOwned>(from: &mut impl Read) -> io::Result<Option<T>> {
    let mut length = [0; 4];
    match from.read_exact(&mut length) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        read => read?,
    }
    let length = u64::from(u32::from_le_bytes(length)).min(LONGEST_FRAME);
    let mut bytes = Vec::new();
    from.take(length).read_to_end(&mut bytes)?;
    Ok(Some(serde_json::from_slice(&bytes)?))
}

pub(crate) fn frame(value: &impl Serialize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; 4];
    serde_json::to_writer(&mut bytes, value)?;
    let long = || io::Error::other("a frame is too long");
    let length = bytes.len() - 4;
    if length as u64 > LONGEST_FRAME {
        return Err(long());
    }
    let length = u32::try_from(length).map_err(|_| long())?;
    for (place, byte) in bytes.iter_mut().zip(length.to_le_bytes()) {
        *place = byte;
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_answer_arrives_as_it_was_sent() {
        let values = json!([
            null, true, "é\n\"", 18_446_744_073_709_551_615_u64, -9_223_372_036_854_775_808_i64, 0.1, 1e300, 5e-324,
            2.225_073_858_507_201e-308, 0.300_000_000_000_000_04, [1.5, [0.1]], { "a": { "b": 0.1 } }, [], {}
        ]);
        let Value::Array(row) = values else { panic!("it is a list") };
        let answer = Answer {
            columns: vec![AnswerColumn { name: "n".to_owned(), kind: "text".to_owned() }],
            rows: vec![row, vec![]],
            truncated: true,
            skipped: vec![Skipped { path: PathBuf::from("a"), why: "b".to_owned() }],
        };
        let said = FromEngine::Answer(Ok(SentAnswer::try_from(answer.clone()).unwrap()));
        let mut bytes = Vec::new();
        write(&mut bytes, &said).unwrap();
        let Some(FromEngine::Answer(Ok(sent))) = read(&mut bytes.as_slice()).unwrap() else {
            panic!("an answer")
        };
        assert_eq!(Answer::try_from(sent).unwrap(), answer);
    }

    #[test]
    fn what_is_no_frame_is_an_error_and_the_end_is_none() {
        let check = |mut bytes: &[u8]| read::<Call>(&mut bytes);
        assert!(matches!(check(&[]), Ok(None)));
        assert!(matches!(check(&[1, 0]), Ok(None)));
        assert!(check(&[9, 0, 0, 0, b'"']).is_err());
        assert!(check(&[255, 255, 255, 255, b'x']).is_err());
        assert_eq!(check(b"\x0d\0\0\0{\"Release\":1}").unwrap(), Some(Call::Release(1)));
    }
}
