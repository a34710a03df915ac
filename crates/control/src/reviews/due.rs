//! What happens by itself: undecided items are escalated, and a campaign is closed when it is due.

use super::asked::takes_two;
use super::closing::close_when_due;
use super::deciding::ending;
use super::pages::membership;
use crate::{Control, Refusal};
use countersign_facts::{Actor, Fact, ReviewFact, ReviewVerdict, UndecidedRule};
use countersign_jobs::{ScheduleOutcome, ScheduleRun};
use countersign_names::{PersonId, ReviewId, Timestamp};
use countersign_reviews::{ItemState, ReviewItem};
use countersign_world::{MOST_ITEMS_AT_ONCE, ReviewCampaign, World};
use std::sync::Arc;

/// The part of the software that acts.
const ACTOR: &str = "reviews";

/// Why an item is revoked that nobody decided.
const NOBODY_DECIDED: &str = "nobody decided it by the due date";

/// How old items must be that belong to no campaign before they are deleted: it may be about to be opened.
const ABANDONED: std::time::Duration = std::time::Duration::from_secs(86_400);

impl Control {
    /// Escalates what nobody decided in time, closes what is due, and deletes items whose campaign was never opened.
    ///
    /// # Errors
    /// If the tables cannot be used. Probes show the text to callers who do not sign in, so it names no access.
    pub async fn tend_reviews(&self, run: ScheduleRun) -> ScheduleOutcome {
        let world = self.world();
        let told = |refusal: Refusal| refusal.to_string().replace('\n', "; ");
        for campaign in world.reviews().filter(|campaign| campaign.sealed.is_none()) {
            if run.stop.is_cancelled() {
                return Ok(());
            }
            if campaign.due_at <= run.began_at {
                self.end_review(campaign).await.map_err(told)?;
            } else if let Some(escalation) = campaign.escalation
                && escalation.at <= run.began_at
                && !campaign.escalated
            {
                self.escalate(campaign, escalation.to).await.map_err(told)?;
            }
        }
        self.forget_unopened(&world, run.began_at).await.map_err(told)
    }

    async fn escalate(&self, campaign: &Arc<ReviewCampaign>, reviewer: PersonId) -> Result<(), Refusal> {
        let loaded = self.load_review(campaign).await?;
        let is_escalated = |(item, state): &(&ReviewItem, &ItemState)| {
            state.decision.is_none()
                && state.reviewer != Some(reviewer)
                && !item.subject.people.contains(&reviewer)
        };
        let items: Vec<u32> = loaded.all().filter(is_escalated).map(|(item, _)| item.number).collect();
        let (review, assigned) = (campaign.id, campaign.assigned);
        let escalate = move |world: &World, _: Timestamp| {
            let is_same = world.review(review).is_some_and(|known| known.assigned == assigned);
            let facts = items
                .chunks(MOST_ITEMS_AT_ONCE)
                .filter(|_| is_same)
                .map(|items| Fact::Review(ReviewFact::Escalated { review, items: items.to_vec(), reviewer }));
            Ok::<_, Refusal>((facts.collect(), ()))
        };
        Ok(self.ledger().command(Actor::System(ACTOR.to_owned()), escalate).await?)
    }

    async fn end_review(&self, campaign: &Arc<ReviewCampaign>) -> Result<(), Refusal> {
        let by = Actor::System(ACTOR.to_owned());
        if campaign.undecided == UndecidedRule::Revoke {
            let loaded = self.load_review(campaign).await?;
            let undecided = loaded.all().filter(|(_, state)| state.decision.is_none());
            let undecided: Vec<ReviewItem> = undecided.map(|(item, _)| item.clone()).collect();
            for items in undecided.chunks(MOST_ITEMS_AT_ONCE) {
                let (review, items) = (campaign.id, items.to_vec());
                let revoke =
                    move |world: &World, _: Timestamp| Ok::<_, Refusal>((revoked(world, review, &items), ()));
                self.ledger().command(by.clone(), revoke).await?;
            }
        }
        close_when_due(self, campaign.id, by).await
    }

    async fn forget_unopened(&self, world: &World, now: Timestamp) -> Result<(), Refusal> {
        // A process without the tables has nothing to forget.
        let Ok(tables) = self.review_tables() else { return Ok(()) };
        for review in tables.asked().await? {
            let millis = i64::try_from(review.bits().as_u128() >> 80).unwrap_or(i64::MAX);
            let is_old = now.since(Timestamp::from_micros(millis.saturating_mul(1_000))) > ABANDONED;
            if is_old && world.review(review).is_none() && !self.was_opened(review).await? {
                tables.forget(review).await?;
            }
        }
        Ok(())
    }

    /// Returns whether a campaign was opened that the world no longer remembers.
    async fn was_opened(&self, review: ReviewId) -> Result<bool, Refusal> {
        Ok(!self.projections()?.review_events(self.world().seq(), review).await?.is_empty())
    }
}

/// Returns the facts that revoke what nobody decided. A membership that only two people may end stays undecided: a due date
/// is no second person.
fn revoked(world: &World, review: ReviewId, items: &[ReviewItem]) -> Vec<Fact> {
    let may_end = |item: &&ReviewItem| {
        item.access.source.is_some()
            || world.group(&item.access.target).is_none_or(|group| {
                membership(world, item).is_none_or(|member| !takes_two(world, group, &member))
            })
    };
    let ended: Vec<&ReviewItem> = items.iter().filter(may_end).collect();
    if ended.is_empty() {
        return Vec::new();
    }
    let decided = ReviewFact::Decided {
        review,
        items: ended.iter().map(|item| item.number).collect(),
        verdict: ReviewVerdict::Revoke,
        reason: Some(NOBODY_DECIDED.to_owned()),
    };
    let here = ended.into_iter().filter(|item| item.access.source.is_none());
    std::iter::once(Fact::Review(decided)).chain(here.filter_map(|item| ending(world, item))).collect()
}
