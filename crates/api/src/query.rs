//! Queries in SQL, and their answers.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A query in SQL.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewQuery {
    /// One SELECT over the tables that `/query/tables` lists.
    #[schema(min_length = 1, max_length = 16384)]
    pub sql: String,
    /// Maximum number of rows. Default: 10,000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 100000)]
    pub max_rows: Option<u32>,
    /// Maximum time in seconds. Default: 30.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 100)]
    pub timeout_seconds: Option<u32>,
    /// Read only the records in the folder of the process that answers, without those that only its store has.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub local: bool,
}

/// The answer to a query.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct QueryAnswer {
    /// The columns.
    pub columns: Vec<QueryColumn>,
    /// The rows, with one value for each column. Moments are RFC 3339 in UTC; values that JSON cannot represent are
    /// text.
    pub rows: Vec<Vec<serde_json::Value>>,
    /// Whether there were more rows than the answer may have.
    pub truncated: bool,
    /// What could not be read. If there is an entry, the rows come from everything else.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub incomplete: Vec<String>,
}

/// A column of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct QueryColumn {
    /// Its name in the query.
    pub name: String,
    /// Its type: `text`, `boolean`, `int64`, `uint64`, `float64`, `timestamp`, `list<text>`, `map<text, text>` and
    /// other types that a query may compute.
    #[serde(rename = "type")]
    pub kind: String,
}

/// A table for queries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct QueryTable {
    /// Its name.
    pub name: String,
    /// The meaning of a row.
    pub about: String,
    /// Its columns, in order.
    pub columns: Vec<QueryTableColumn>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct QueryTableColumn {
    /// Its name.
    pub name: String,
    /// Its type, as answers name it.
    #[serde(rename = "type")]
    pub kind: String,
    /// Whether the value can be null.
    pub nullable: bool,
    /// Its meaning.
    pub about: String,
}
