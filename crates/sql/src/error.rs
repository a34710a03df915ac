//! Why a query was not answered, for the user.

use crate::program::Missing;
use std::time::Duration;

/// A position in the text of a query, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Spot {
    /// The line.
    pub line: u64,
    /// The character in the line.
    pub column: u64,
}

impl std::fmt::Display for Spot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// The reason why a query was not answered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, serde::Serialize, serde::Deserialize)]
pub enum QueryError {
    /// It is too long.
    #[error("the query is {0} bytes long, and may have {limit}", limit = crate::LONGEST_SQL)]
    TooLong(usize),
    /// It has too many words and signs.
    #[error("the query has {0} tokens, and may have {limit}", limit = crate::MOST_TOKENS)]
    TooMany(usize),
    /// It is not valid SQL.
    #[error("{}{what}", .at.map(|at| format!("at {at}: ")).unwrap_or_default())]
    Syntax {
        /// The position, if known.
        at: Option<Spot>,
        /// The error message.
        what: String,
    },
    /// It is not a statement that only reads.
    #[error(
        "{0} is not a query: only SELECT (and EXPLAIN of one) is answered here, and nothing is ever written"
    )]
    NotReading(String),
    /// It contains no statement, or several.
    #[error("there are {0} statements; a query is one")]
    NotOne(usize),
    /// There is no such table.
    #[error("there is no table {table:?}; there are {known}")]
    NoTable {
        /// The name.
        table: String,
        /// The existing tables.
        known: String,
    },
    /// There is no such column in this place.
    #[error("there is no column {column:?}{}", nearest(.near))]
    NoColumn {
        /// The name.
        column: String,
        /// Similar names, the closest first.
        near: Vec<String>,
    },
    /// It is invalid for another reason.
    #[error("{0}")]
    Refused(String),
    /// It failed while running, because of its computation.
    #[error("{0}")]
    Failed(String),
    /// It needs more memory than it may use.
    #[error("the query needs more than the {} MiB of memory that it may use", .0 >> 20)]
    Memory(usize),
    /// It took too long.
    #[error("the query took longer than {}", span(*.0))]
    Time(Duration),
    /// Too many queries are running.
    #[error("{limit} queries are running already, and no more run at once", limit = crate::MOST_AT_ONCE)]
    Busy,
    /// The SQL engine is still being built.
    #[error("the SQL engine is being built")]
    BeingBuilt,
    /// The SQL engine is not installed.
    #[error("the SQL engine is not installed: there is no {0}")]
    NotInstalled(String),
    /// The installed SQL engine belongs to another version.
    #[error("the SQL engine beside this server is of another version")]
    OtherVersion,
    /// An internal error. The log has the details.
    #[error("the query failed because of an internal error")]
    Broken,
}

impl QueryError {
    /// Returns advice on what to do about it.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::TooLong(_) | Self::TooMany(_) => {
                "shorten the query: replace long lists of values by a range or a pattern"
            }
            Self::Syntax { .. } | Self::Refused(_) | Self::Failed(_) => {
                "docs/query.md has examples, and lists the functions that are not available"
            }
            Self::NotReading(_) => "begin with SELECT or WITH",
            Self::NotOne(_) => "send one query at a time",
            Self::NoTable { .. } | Self::NoColumn { .. } => {
                "`countersign query --tables` shows the tables and their columns"
            }
            Self::Memory(_) => {
                "narrow the query: a shorter period (at >= ...), fewer columns, fewer groups, a LIMIT"
            }
            Self::Time(_) => "query a shorter period (at >= ...), or allow more time (--timeout)",
            Self::Busy => "wait until one of them has ended",
            Self::BeingBuilt => "wait until it is built; `countersign query` does",
            Self::NotInstalled(_) => {
                "build it with `cargo build -p countersign-query`, or put countersign-query beside countersign"
            }
            Self::OtherVersion => "build or install countersign and countersign-query together",
            Self::Broken => "the log of the server says more; the evidence is not affected",
        }
    }

    /// Returns whether the user can correct it by a different query.
    pub const fn is_askers(&self) -> bool {
        !matches!(
            self,
            Self::Busy | Self::BeingBuilt | Self::NotInstalled(_) | Self::OtherVersion | Self::Broken
        )
    }
}

impl From<Missing> for QueryError {
    fn from(missing: Missing) -> Self {
        match missing {
            Missing::BeingBuilt => Self::BeingBuilt,
            Missing::NotInstalled(path) => Self::NotInstalled(path.display().to_string()),
        }
    }
}

fn nearest(near: &[String]) -> String {
    if near.is_empty() { String::new() } else { format!("; the nearest are {}", near.join(", ")) }
}

fn span(time: Duration) -> String {
    if time.subsec_millis() == 0 {
        format!("{} s", time.as_secs())
    } else {
        format!("{} ms", time.as_millis())
    }
}
