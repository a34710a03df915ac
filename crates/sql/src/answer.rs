//! An answer: columns with their types, rows of plain values, and what is not in it.

use countersign_lake::Skipped;
use serde_json::Value;

/// A column of an answer.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct AnswerColumn {
    /// Its name, as the question calls it.
    pub name: String,
    /// Its type in words: `text`, `boolean`, `int64`, `uint64`, `float64`, `timestamp`, `list<text>`, `map<text, text>`, and
    /// others that a question may compute.
    pub kind: String,
}

/// What a question came to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Answer {
    /// The columns.
    pub columns: Vec<AnswerColumn>,
    /// The rows, a value for each column. Moments are RFC 3339 in UTC, lists and maps are JSON's, what JSON has no value
    /// for is text.
    pub rows: Vec<Vec<Value>>,
    /// Whether there were more rows than may be in an answer.
    pub truncated: bool,
    /// What was not read. With an entry here, the rows are what the rest says.
    pub skipped: Vec<Skipped>,
}
