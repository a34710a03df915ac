//! How many rows statements have.

/// Maximum number of rows of one transaction: a tenth of a second at most, for which an append of the journal waits.
pub(crate) const BATCH: usize = 5_000;

/// Maximum number of rows that one statement looks up.
pub(crate) const STATEMENT: usize = 500;

/// Maximum number of rows that one statement names by several columns each.
pub(crate) const NAMED: usize = 100;

/// Returns this text as often as said, with something between.
pub(crate) fn repeated(text: &str, between: &str, count: usize) -> String {
    vec![text; count].join(between)
}
