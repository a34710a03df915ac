//! Access reviews: opened over what sources say and over the groups here, decided by their reviewers, and sealed.
//!
//! What is asked are rows of tables; what people decide are facts (ADR 0051). A revoked membership here ends with the same
//! command; what is in a source becomes a change set, which a person applies.

mod asked;
mod closing;
mod deciding;
mod due;
mod opening;
mod pages;
mod report;
mod shown;

pub use closing::close;
pub use deciding::{decide, reassign};
pub use opening::{open, preview};
pub use pages::{inbox, items, list, show};
pub use report::{changes, report};

use crate::input::in_path;
use crate::{Control, Refusal};
use countersign_facts::Stated;
use countersign_names::{PersonId, ReviewId};
use countersign_reviews::{ItemState, ReviewError, ReviewItem, ReviewTables, fold_items};
use countersign_world::{ReviewCampaign, World};
use std::sync::Arc;

/// Everything about a campaign at one moment.
struct LoadedReview {
    campaign: Arc<ReviewCampaign>,
    items: Vec<ReviewItem>,
    /// What became of each item so far.
    states: Vec<ItemState>,
    /// What was said in it, in order.
    events: Vec<Stated>,
    /// Whether the items that are kept are those that were asked.
    is_as_asked: bool,
}

impl LoadedReview {
    /// Returns an item by its number, with what became of it.
    fn item(&self, number: u32) -> Option<(&ReviewItem, &ItemState)> {
        let place = usize::try_from(number).ok()?.checked_sub(1)?;
        self.items.get(place).zip(self.states.get(place))
    }

    fn all(&self) -> impl Iterator<Item = (&ReviewItem, &ItemState)> {
        self.items.iter().zip(&self.states)
    }
}

/// Returns whether this person may decide an item: its reviewer, or who was asked before it was escalated.
fn may_decide(person: PersonId, item: &ReviewItem, state: &ItemState) -> bool {
    let was_escalated = state.assigned_as == countersign_reviews::AssignedAs::Escalation;
    let is_reviewer = state.reviewer == Some(person);
    let was_reviewer = was_escalated && item.assignment.reviewer == Some(person);
    (is_reviewer || was_reviewer) && !item.subject.people.contains(&person)
}

fn known(world: &World, id: ReviewId) -> Result<&Arc<ReviewCampaign>, Refusal> {
    world.review(id).ok_or_else(|| {
        Refusal::not_found("access review", id)
            .about_field("id")
            .remedy("`countersign review list` shows those there are")
    })
}

fn id_in_path(text: &str) -> Result<ReviewId, Refusal> {
    in_path("id", text)
}

impl Control {
    /// Sets where access reviews are kept. Only the first call counts; without one, none can be opened.
    pub fn keeps_reviews(&self, tables: ReviewTables) {
        let _already_known = self.0.reviews.set(tables);
    }

    fn review_tables(&self) -> Result<&ReviewTables, Refusal> {
        let none = || Refusal::unavailable("this process keeps no access reviews");
        self.0.reviews.get().ok_or_else(none)
    }

    /// Returns what was said in a campaign, up to what this world knows of it.
    async fn review_events(&self, campaign: &ReviewCampaign) -> Result<Vec<Stated>, Refusal> {
        Ok(self.projections()?.review_events(campaign.changed, campaign.id).await?)
    }

    async fn load_review(&self, campaign: &Arc<ReviewCampaign>) -> Result<LoadedReview, Refusal> {
        let (items, asked) = self.review_tables()?.items(campaign.id).await?;
        let events = self.review_events(campaign).await?;
        let states = fold_items(&items, &events);
        let is_as_asked = asked == campaign.asked;
        Ok(LoadedReview { campaign: Arc::clone(campaign), items, states, events, is_as_asked })
    }
}

impl From<ReviewError> for Refusal {
    fn from(error: ReviewError) -> Self {
        match error {
            ReviewError::Row { .. } => Self::unavailable(error.to_string()),
            ReviewError::Database(error) => {
                tracing::warn!(%error, "the tables of access reviews cannot be used");
                Self::unavailable(format!("the tables of access reviews do not answer: {error}"))
            }
        }
    }
}
