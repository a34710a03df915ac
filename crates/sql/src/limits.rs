//! How much one question may take.

use std::time::Duration;

/// Longest text of a question, in bytes.
pub const LONGEST_SQL: usize = 16 << 10;
/// Most words and signs of a question. A chain of operators is an expression as deep as it is long, and planning it takes
/// more than in proportion, with no breath at which it could be stopped: this bounds both, the stack and the time (a test
/// holds that).
pub const MOST_TOKENS: usize = 2_000;
/// Most questions at once. What more there are is refused, not queued: a queue of questions is memory too.
pub const MOST_AT_ONCE: usize = 2;
/// Most bytes of an answer's values as JSON, whatever its number of rows.
pub const LONGEST_ANSWER: usize = 32 << 20;

/// How much one question may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most rows of the answer; it says when there were more. Default 10,000.
    pub rows: usize,
    /// How long it may take. Default 30 s.
    pub time: Duration,
    /// Most bytes that sorting, grouping and joining may keep in memory; nothing is spilled to disk. Default 512 MiB.
    pub memory: usize,
    /// Whether only what lies in this process's own folder is read, and nothing that only a store has. Default no.
    pub local: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self { rows: 10_000, time: Duration::from_secs(30), memory: 512 << 20, local: false }
    }
}

impl Limits {
    /// Most rows that can be asked for: an answer is held in memory as a whole.
    pub const MOST_ROWS: usize = 100_000;
    /// The longest that can be asked for.
    pub const LONGEST: Duration = Duration::from_secs(100);
}
