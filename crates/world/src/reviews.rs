//! Access reviews: which campaigns are open, and with which report one was sealed. What is asked and decided about each
//! access is not here: no decision about an access reads it.

use crate::World;
use crate::contradiction::Contradiction;
use countersign_facts::{
    Actor, Digest, ReviewEscalation, ReviewFact, ReviewScope, ReviewVerdict, ReviewersRule, Stated,
    UndecidedRule,
};
use countersign_names::{PersonId, ReviewId, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// Maximum number of items of a campaign.
pub const MOST_REVIEW_ITEMS: u32 = 10_000;

/// Maximum number of items of one act: what one request decides, moves or escalates at once.
pub const MOST_ITEMS_AT_ONCE: usize = 1_000;

/// How long a campaign can be open at most: a year.
pub const LONGEST_REVIEW: Duration = Duration::from_secs(366 * 86_400);

/// Maximum number of open campaigns, because every process holds them in memory.
const MOST_OPEN: usize = 100;

/// Number of sealed campaigns that are remembered. The journal has all of them.
const MOST_SEALED: usize = 1_000;

/// A campaign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewCampaign {
    /// Its id.
    pub id: ReviewId,
    /// Its title.
    pub title: String,
    /// Which accesses it asks about.
    pub scope: ReviewScope,
    /// Who reviews them.
    pub reviewers: ReviewersRule,
    /// Who reviews what nobody else can.
    pub fallback: PersonId,
    /// To whom undecided items go before the due date.
    pub escalation: Option<ReviewEscalation>,
    /// When it is closed.
    pub due_at: Timestamp,
    /// What happens then to what nobody decided.
    pub undecided: UndecidedRule,
    /// Number of items.
    pub items: u32,
    /// SHA-256 over the items as they were asked.
    pub asked: Digest,
    /// Who opened it.
    pub opened_by: Actor,
    /// When.
    pub opened_at: Timestamp,
    /// The sequence of the last fact about it.
    pub changed: u64,
    /// The sequence of the last fact that says who reviews what.
    pub assigned: u64,
    /// Whether undecided items were escalated.
    pub escalated: bool,
    /// How it was sealed; `None` while it is open.
    pub sealed: Option<SealedReview>,
}

/// How a campaign was sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedReview {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: Actor,
    /// SHA-256 over the report.
    pub report: Digest,
    /// Number of items whose access stays.
    pub kept: u32,
    /// Number of items whose access was revoked.
    pub revoked: u32,
    /// Number of items that nobody decided.
    pub undecided: u32,
}

/// The open campaigns, and those that were sealed last.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reviews(BTreeMap<ReviewId, Arc<ReviewCampaign>>);

/// Returns whether there was no campaign, in which case a checkpoint does not mention it.
pub fn are_none(reviews: &Reviews) -> bool {
    reviews.0.is_empty()
}

impl Reviews {
    fn open(&self, review: ReviewId) -> Result<&Arc<ReviewCampaign>, Contradiction> {
        let known =
            self.0.get(&review).ok_or_else(|| Contradiction::unknown("review", "access review", review))?;
        match &known.sealed {
            None => Ok(known),
            Some(sealed) => {
                let why = format!("{review} was closed at {}: open another access review", sealed.at);
                Err(Contradiction::over("review", why))
            }
        }
    }

    /// Forgets the oldest sealed campaigns beyond the number that is remembered.
    fn prune(&mut self) {
        let sealed = self.0.values().filter(|known| known.sealed.is_some());
        let mut sealed: Vec<(Timestamp, ReviewId)> =
            sealed.map(|known| (known.opened_at, known.id)).collect();
        sealed.sort_unstable();
        let surplus = sealed.len().saturating_sub(MOST_SEALED);
        for (_, id) in sealed.into_iter().take(surplus) {
            self.0.remove(&id);
        }
    }
}

/// Folds in facts about access reviews.
pub fn apply(world: &mut World, stated: &Stated, fact: &ReviewFact) -> Result<(), Contradiction> {
    let mut reviews = Reviews::clone(&world.reviews);
    let seq = world.seq + 1;
    match fact {
        ReviewFact::Opened { review, .. } => {
            let opened = opened(world, stated, fact, seq)?;
            if reviews.0.contains_key(review) {
                return Err(Contradiction::taken("review", format!("{review} exists already")));
            }
            if reviews.0.values().filter(|known| known.sealed.is_none()).count() >= MOST_OPEN {
                let why = format!("{MOST_OPEN} access reviews are open already: close one first");
                return Err(Contradiction::impossible("review", why));
            }
            reviews.0.insert(*review, Arc::new(opened));
        }
        ReviewFact::Decided { review, items, verdict, reason } => {
            let known = reviews.open(*review)?;
            if stated.at > known.due_at && !matches!(stated.by, Actor::System(_)) {
                let why = format!("{review} was due at {}, and is about to be closed", known.due_at);
                return Err(Contradiction::over("review", why));
            }
            has_items(known, items)?;
            let reasoned = reason.as_ref().is_some_and(|reason| !reason.trim().is_empty());
            if *verdict == ReviewVerdict::Revoke && !reasoned {
                let why = "the revocation has no reason: give it one";
                return Err(Contradiction::impossible("reason", why));
            }
            change(&mut reviews, *review, |known| known.changed = seq);
        }
        ReviewFact::Escalated { review, items, reviewer } => {
            has_items(reviews.open(*review)?, items)?;
            world.people.get(*reviewer)?;
            change(&mut reviews, *review, |known| {
                (known.changed, known.assigned, known.escalated) = (seq, seq, true);
            });
        }
        ReviewFact::Reassigned { review, items, reviewer, .. } => {
            has_items(reviews.open(*review)?, items)?;
            world.people.get(*reviewer)?;
            change(&mut reviews, *review, |known| (known.changed, known.assigned) = (seq, seq));
        }
        ReviewFact::Closed { review, report, kept, revoked, undecided } => {
            let known = reviews.open(*review)?;
            let total = kept.checked_add(*revoked).and_then(|sum| sum.checked_add(*undecided));
            if total != Some(known.items) {
                let why = format!("the numbers of the report do not add up to {} items", known.items);
                return Err(Contradiction::impossible("items", why));
            }
            let sealed = SealedReview {
                at: stated.at,
                by: stated.by.clone(),
                report: *report,
                kept: *kept,
                revoked: *revoked,
                undecided: *undecided,
            };
            change(&mut reviews, *review, |known| {
                known.changed = seq;
                known.sealed = Some(sealed);
            });
            reviews.prune();
        }
    }
    world.reviews = Arc::new(reviews);
    Ok(())
}

/// Returns the campaign that an opening makes, if it makes sense.
fn opened(
    world: &World,
    stated: &Stated,
    fact: &ReviewFact,
    seq: u64,
) -> Result<ReviewCampaign, Contradiction> {
    let ReviewFact::Opened {
        review,
        title,
        scope,
        reviewers,
        fallback,
        escalation,
        due_at,
        undecided,
        items,
        asked,
    } = fact
    else {
        return Err(Contradiction::impossible("review", "it is no opening"));
    };
    if title.trim().is_empty() {
        return Err(Contradiction::impossible("title", "the access review has no title: give it one"));
    }
    if *due_at <= stated.at || *due_at > stated.at.plus(LONGEST_REVIEW) {
        let why = format!("{due_at} is not within the next year: an access review is due in a year at most");
        return Err(Contradiction::impossible("due_at", why));
    }
    if !(1..=MOST_REVIEW_ITEMS).contains(items) {
        let why =
            format!("an access review asks about 1 to {MOST_REVIEW_ITEMS} accesses, and not about {items}");
        return Err(Contradiction::impossible("items", why));
    }
    world.people.get(*fallback)?;
    if let ReviewersRule::Person(person) = reviewers {
        world.people.get(*person)?;
    }
    if let Some(escalation) = escalation {
        world.people.get(escalation.to)?;
        if escalation.at >= *due_at {
            let why = format!("the escalation at {} is not before the due date", escalation.at);
            return Err(Contradiction::impossible("escalation", why));
        }
    }
    Ok(ReviewCampaign {
        id: *review,
        title: title.clone(),
        scope: scope.clone(),
        reviewers: *reviewers,
        fallback: *fallback,
        escalation: *escalation,
        due_at: *due_at,
        undecided: *undecided,
        items: *items,
        asked: *asked,
        opened_by: stated.by.clone(),
        opened_at: stated.at,
        changed: seq,
        assigned: seq,
        escalated: false,
        sealed: None,
    })
}

/// Checks the numbers of items: some, each once, in order, and of this campaign.
fn has_items(known: &ReviewCampaign, items: &[u32]) -> Result<(), Contradiction> {
    if items.is_empty() || items.len() > MOST_ITEMS_AT_ONCE {
        let why = format!("one act is about 1 to {MOST_ITEMS_AT_ONCE} items, and not about {}", items.len());
        return Err(Contradiction::impossible("items", why));
    }
    if !items.is_sorted_by(|one, next| one < next) {
        return Err(Contradiction::impossible("items", "the items are not each once and in order"));
    }
    match items.iter().find(|item| !(1..=known.items).contains(item)) {
        None => Ok(()),
        Some(item) => Err(Contradiction::unknown("items", "item", item)),
    }
}

fn change(reviews: &mut Reviews, review: ReviewId, how: impl FnOnce(&mut ReviewCampaign)) {
    if let Some(known) = reviews.0.get_mut(&review) {
        how(Arc::make_mut(known));
    }
}

impl World {
    /// Returns the open access reviews and those that were sealed last, by id.
    pub fn reviews(&self) -> impl DoubleEndedIterator<Item = &Arc<ReviewCampaign>> {
        self.reviews.0.values()
    }

    /// Returns an access review.
    pub fn review(&self, review: ReviewId) -> Option<&Arc<ReviewCampaign>> {
        self.reviews.0.get(&review)
    }
}
