//! What a projection is.

use crate::rows::{RowSelection, RowSet};
use crate::table::ProjectionTable;
use countersign_facts::Stated;

/// A fold of the journal into tables.
///
/// The fold must be total: whatever the world took is folded, in the same way for ever. It has no clock, no randomness, and reads
/// nothing but the rows and the fact.
pub trait Projection: Send + Sync + 'static {
    /// Its name, under which its position is kept: lower case, with hyphens.
    fn name(&self) -> &'static str;

    /// The version of the shape of its tables and of what its fold comes to. Raised whenever one of them changes: the tables are then
    /// made anew from the journal.
    fn shape(&self) -> u32;

    /// Its tables. The names begin with `projection_`.
    fn tables(&self) -> &'static [ProjectionTable];

    /// Which rows the fold of this fact reads or changes; none when the fact does not concern it.
    fn reads(&self, stated: &Stated) -> Vec<RowSelection>;

    /// Folds the fact of this sequence in.
    fn fold(&self, rows: &mut RowSet, seq: u64, stated: &Stated);
}
