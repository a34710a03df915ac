//! What was said in each access review: one row per fact about it.
//!
//! No row is ever changed. Whoever shows a campaign folds its rows over the items that it asked about.

use crate::projection::Projection;
use crate::read::ProjectionAnswer;
use crate::rows::{RowSelection, RowSet};
use crate::store;
use crate::table::{ColumnValue, ProjectedRow, ProjectionTable, TableColumn};
use crate::{ProjectionError, Projections};
use countersign_facts::{Fact, ReviewFact, Stated};
use countersign_names::ReviewId;
use std::sync::Arc;

/// The name of the projection.
pub const REVIEWS: &str = "reviews";

/// The projection of what was said in access reviews.
#[derive(Debug, Clone, Copy, Default)]
pub struct ReviewsProjection;

const EVENT_TABLE: ProjectionTable = ProjectionTable {
    name: "projection_review_events",
    columns: &[TableColumn::Integer("seq"), TableColumn::Text("review"), TableColumn::Text("stated")],
    indexes: &[&["review", "seq"]],
};

const TABLES: &[ProjectionTable] = &[EVENT_TABLE];

/// Returns the campaign that a fact is about; `None` if it is about something else.
const fn review_of(fact: &Fact) -> Option<ReviewId> {
    let Fact::Review(fact) = fact else { return None };
    match fact {
        ReviewFact::Opened { review, .. }
        | ReviewFact::Decided { review, .. }
        | ReviewFact::Escalated { review, .. }
        | ReviewFact::Reassigned { review, .. }
        | ReviewFact::Closed { review, .. } => Some(*review),
    }
}

impl Projection for ReviewsProjection {
    fn name(&self) -> &'static str {
        REVIEWS
    }

    fn shape(&self) -> u32 {
        1
    }

    fn tables(&self) -> &'static [ProjectionTable] {
        TABLES
    }

    fn reads(&self, stated: &Stated) -> Vec<RowSelection> {
        // A fact makes a row of its own, and reads none.
        review_of(&stated.fact).map(|_| RowSelection::New(0, 1)).into_iter().collect()
    }

    fn fold(&self, rows: &mut RowSet, seq: u64, stated: &Stated) {
        if let Some(review) = review_of(&stated.fact) {
            // Ids, numbers and texts can always be serialised as JSON.
            let text = serde_json::to_string(stated).unwrap_or_default();
            rows.put(0, vec![ColumnValue::count(seq), ColumnValue::text(review), ColumnValue::Text(text)]);
        }
    }
}

impl Projections {
    /// Returns what was said in an access review, in order, once the projection has reached `wanted`.
    ///
    /// # Errors
    /// If the projection cannot be read or is behind, or if a row is not one that the fold makes.
    pub fn review_events(&self, wanted: u64, review: ReviewId) -> ProjectionAnswer<Vec<Stated>> {
        let mut statement = store::select(&EVENT_TABLE);
        statement.push(" WHERE review = ? ORDER BY seq", [ColumnValue::text(review)]);
        let (this, statement) = (self.clone(), Arc::new(statement));
        Box::pin(async move {
            let rows = this.read(REVIEWS, wanted, |connection| {
                let statement = Arc::clone(&statement);
                Box::pin(async move { store::rows_of(connection, &EVENT_TABLE, &statement).await })
            });
            rows.await?.value.iter().map(parsed).collect()
        })
    }
}

/// A row that was altered is an error: a decision that is left out silently could be the one that matters.
fn parsed(row: &ProjectedRow) -> Result<Stated, ProjectionError> {
    let text = row.get(2).and_then(ColumnValue::as_text);
    let stated = text.and_then(|text| serde_json::from_str(text).ok());
    stated.ok_or(ProjectionError::Altered { name: REVIEWS })
}
