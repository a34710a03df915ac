//! What sources say about identities: the sources, imports of what one says, and the inventory that all of them add up to.
//!
//! The inventory's tables are the truth about what is shown; the journal says who declared a source, and who applied which
//! import (ADR 0040).

pub mod access;
mod due;
mod graph;
pub mod imports;
pub mod nodes;
mod records;
pub mod sources;
mod staging;
mod upkeep;

pub use graph::GraphKeeper;
pub use records::{kind as shown_kind, level as shown_level, relation as shown_relation};
pub use staging::StagingImports;

use crate::input::in_path;
use crate::{Control, Refusal};
use countersign_inventory::InventoryError;
use countersign_names::SourceName;

/// Parses the name of a source in a path, and checks that the source is declared.
pub(crate) fn declared(control: &Control, text: &str) -> Result<SourceName, Refusal> {
    let source: SourceName = in_path("source", text)?;
    match control.world().source(&source) {
        Some(_) => Ok(source),
        None => Err(Refusal::not_found("source", source).about_field("source")),
    }
}

/// Checks that a source in the query is declared.
pub fn declared_in_query(control: &Control, source: &SourceName) -> Result<(), Refusal> {
    match control.world().source(source) {
        Some(_) => Ok(()),
        None => Err(Refusal::invalid("source", format!("there is no source {source}"))
            .remedy("`countersign source list` shows those there are")),
    }
}

/// Converts a number of an import for the API.
fn number(import: i64) -> u64 {
    u64::try_from(import).unwrap_or_default()
}

impl From<InventoryError> for Refusal {
    fn from(error: InventoryError) -> Self {
        match error {
            InventoryError::Twice { .. } => Self::conflict(error.to_string()),
            InventoryError::Superseded { source_name } => Self::conflict(format!(
                "another import of {source_name} began meanwhile, or this one was dropped"
            ))
            .about_field("import")
            .remedy("import again"),
            InventoryError::Shrunk { source_name, gone, before, percent } => {
                let needed = (u128::from(gone) * 100).div_ceil(u128::from(before.max(1)));
                Self::conflict(format!(
                    "{gone} of {before} accounts, groups and the like of {source_name} would be gone, more than {percent} %"
                ))
                .about_field("max_gone_percent")
                .remedy(format!(
                    "look at what would be gone. If the source really shrank, apply with max_gone_percent {needed} \
                     (`--max-gone {needed}%`); if not, drop the import and export the whole source"
                ))
            }
            InventoryError::Row { .. } => Self::unavailable(error.to_string()),
            InventoryError::Database(error) => {
                tracing::warn!(%error, "the inventory cannot be used");
                Self::unavailable(format!("the inventory does not answer: {error}"))
            }
        }
    }
}
