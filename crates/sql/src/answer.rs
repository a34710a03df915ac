//! The answer to a query: columns with types, rows of plain values, and what could not be read.

use countersign_lake::Skipped;
use serde_json::Value;

/// A column of an answer.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct AnswerColumn {
    /// Its name, as the query calls it.
    pub name: String,
    /// Its type: `text`, `boolean`, `int64`, `uint64`, `float64`, `timestamp`, `list<text>`, `map<text, text>`, and
    /// others that a query may compute.
    pub kind: String,
}

/// The answer to a query.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Answer {
    /// The columns.
    pub columns: Vec<AnswerColumn>,
    /// The rows, with one value per column. Time stamps are RFC 3339 in UTC, lists and maps are those of JSON, and
    /// values that JSON cannot represent are text.
    pub rows: Vec<Vec<Value>>,
    /// Whether there were more rows than an answer may contain.
    pub truncated: bool,
    /// The gaps: sources that could not be read. If there are any, the rows are based on the rest.
    pub skipped: Vec<Skipped>,
}
