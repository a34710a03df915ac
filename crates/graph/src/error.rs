//! The errors of this room.

/// Why a graph cannot be built, or a question not be answered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GraphError {
    /// There is more than four bytes can count.
    #[error("the sources have more {what} than the graph can hold (4,294,967,295): leave a source out")]
    TooLarge {
        /// What there is too much of.
        what: &'static str,
    },
    /// A rule would name every node.
    #[error("rule {number} for tier zero names nothing: give it a `source`, a `kind`, a `key` or a `name`")]
    EmptyRule {
        /// The place of the rule, from 1.
        number: usize,
    },
}
