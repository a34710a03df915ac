//! The limits of a query.

use std::time::Duration;

/// Maximum length of a query in bytes.
pub const LONGEST_SQL: usize = 16 << 10;
/// Maximum number of words and signs in a query. A chain of operators is an expression as deep as it is long, and the
/// time to plan it grows faster than its length, without a point at which it could be stopped. This limits both the
/// stack and the time, as a test checks.
pub const MOST_TOKENS: usize = 2_000;
/// Maximum number of concurrent queries. Others are refused, not queued, because a queue takes memory too.
pub const MOST_AT_ONCE: usize = 2;
/// Maximum size of an answer's values as JSON in bytes, whatever the number of rows.
pub const LONGEST_ANSWER: usize = 32 << 20;

/// The limits of a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Maximum number of rows; the answer says if there were more. Default 10,000.
    pub rows: usize,
    /// Time-out. Default 30 s.
    pub time: Duration,
    /// Maximum number of bytes that sorting, grouping and joining may hold in memory; nothing is spilled to disk.
    /// Default 512 MiB.
    pub memory: usize,
    /// Whether to read only this process's own folder, and nothing from an object store. Default false.
    pub local: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self { rows: 10_000, time: Duration::from_secs(30), memory: 512 << 20, local: false }
    }
}

impl Limits {
    /// Maximum value of `rows`: an answer is held in memory as a whole.
    pub const MOST_ROWS: usize = 100_000;
    /// Maximum value of `time`.
    pub const LONGEST: Duration = Duration::from_secs(100);
}
