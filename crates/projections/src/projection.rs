//! The trait of a projection.

use crate::rows::{RowSelection, RowSet};
use crate::table::ProjectionTable;
use countersign_facts::Stated;

/// A fold of the journal into tables.
///
/// The fold must be total: it accepts every fact that the world accepted, and always with the same result. It has no
/// clock and no randomness, and reads nothing but the rows and the fact.
pub trait Projection: Send + Sync + 'static {
    /// Returns its name, under which its position is saved: lower case, with hyphens.
    fn name(&self) -> &'static str;

    /// Returns the version of its table shapes and of its fold. Raised whenever one of them changes: the tables are then
    /// rebuilt from the journal.
    fn shape(&self) -> u32;

    /// Returns its tables. The names begin with `projection_`.
    fn tables(&self) -> &'static [ProjectionTable];

    /// Returns the rows that the fold of this fact reads or changes; empty if the fact has no effect on it.
    fn reads(&self, stated: &Stated) -> Vec<RowSelection>;

    /// Returns further rows that the fold of this fact reads or changes, which only the rows that [`reads`](Self::reads)
    /// named lead to. Called for every fact of a batch before the first is folded, so what a fact of the same batch leads
    /// to must be among what that one names.
    fn reads_further(&self, _: &RowSet, _: &Stated) -> Vec<RowSelection> {
        Vec::new()
    }

    /// Folds in the fact of this sequence.
    fn fold(&self, rows: &mut RowSet, seq: u64, stated: &Stated);
}
