//! Questions in SQL over what happened, and their answers.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A question in SQL.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewQuery {
    /// One SELECT over the tables that `/query/tables` lists.
    #[schema(min_length = 1, max_length = 16384)]
    pub sql: String,
    /// At most so many rows; none: 10,000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 100000)]
    pub max_rows: Option<u32>,
    /// How many seconds it may take; none: 30.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 100)]
    pub timeout_seconds: Option<u32>,
    /// Ask only what lies in the folder of the process that answers, and leave out what only its store has.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub local: bool,
}

/// What a question came to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct QueryAnswer {
    /// The columns.
    pub columns: Vec<QueryColumn>,
    /// The rows, a value for each column. Moments are RFC 3339 in UTC; what JSON has no value for is text.
    pub rows: Vec<Vec<serde_json::Value>>,
    /// Whether there were more rows than an answer may have.
    pub truncated: bool,
    /// What could not be read. With an entry here, the rows are what all the rest says.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub incomplete: Vec<String>,
}

/// A column of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct QueryColumn {
    /// Its name, as the question calls it.
    pub name: String,
    /// Its type: `text`, `boolean`, `int64`, `uint64`, `float64`, `timestamp`, `list<text>`, `map<text, text>` and others that
    /// a question may compute.
    #[serde(rename = "type")]
    pub kind: String,
}

/// A table that can be asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct QueryTable {
    /// Its name.
    pub name: String,
    /// What a row of it is.
    pub about: String,
    /// Its columns, in their order.
    pub columns: Vec<QueryTableColumn>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct QueryTableColumn {
    /// Its name.
    pub name: String,
    /// Its type, in the words of answers.
    #[serde(rename = "type")]
    pub kind: String,
    /// Whether a row may have no value in it.
    pub nullable: bool,
    /// What it means.
    pub about: String,
}
