//! Closing an access review: its report is made, kept, and sealed by a fact.

use super::pages::{PresentAccesses, view};
use super::{LoadedReview, id_in_path, known};
use crate::names::person_name;
use crate::refusal::JsonResult;
use crate::{Caller, Control, Refusal};
use axum::extract::{Path, State};
use countersign_api as api;
use countersign_facts::{Actor, Digest, Fact, ReviewFact};
use countersign_names::{PersonId, ReviewId, Timestamp};
use countersign_reviews::{ReviewReport, WHAT_IS_COUNTED, paces};
use countersign_world::World;
use std::collections::{BTreeMap, BTreeSet};

/// How often a report is made again because somebody decided something meanwhile.
const ATTEMPTS: usize = 10;

pub async fn close(
    State(control): State<Control>,
    caller: Caller,
    Path(id): Path<String>,
) -> JsonResult<api::AccessReview> {
    let id = id_in_path(&id)?;
    for _ in 0..ATTEMPTS {
        let sealing = Sealing::of(&control, id).await?;
        if control.command(&caller, move |world, _| sealing.facts(world)).await? {
            return view(&control, id).await.map(axum::Json);
        }
    }
    Err(busy())
}

/// Closes an access review in the name of the software.
pub(super) async fn close_when_due(control: &Control, id: ReviewId, by: Actor) -> Result<(), Refusal> {
    for _ in 0..ATTEMPTS {
        let sealing = Sealing::of(control, id).await?;
        if control.ledger().command(by.clone(), move |world, _| sealing.facts(world)).await? {
            return Ok(());
        }
    }
    Err(busy())
}

fn busy() -> Refusal {
    Refusal::conflict("items are decided faster than the report is made").remedy("try again in a moment")
}

/// A report that is kept, and the state of the campaign that it is about.
#[derive(Clone, Copy)]
struct Sealing {
    review: ReviewId,
    changed: u64,
    report: Digest,
    counts: [u32; 3],
}

impl Sealing {
    async fn of(control: &Control, id: ReviewId) -> Result<Self, Refusal> {
        let world = control.world();
        let campaign = known(&world, id)?;
        if let Some(sealed) = &campaign.sealed {
            return Err(Refusal::conflict(format!("{id} was closed at {}", sealed.at)).about_field("id"));
        }
        let loaded = control.load_review(campaign).await?;
        if !loaded.is_as_asked || loaded.items.len() != usize::try_from(loaded.campaign.items).unwrap_or(0) {
            return Err(Refusal::unavailable(format!("the items of {id} are not those that were asked"))
                .remedy("restore the tables beside the journal from a backup"));
        }
        let there = PresentAccesses::of(control, loaded.items.iter()).await?;
        let changed = loaded.campaign.changed;
        let report = report(&world, loaded, control.now(), &there);
        let counts = [report.kept, report.revoked, report.undecided];
        let text = report
            .canonical()
            .map_err(|error| Refusal::unavailable(format!("the report cannot be written: {error}")))?;
        let report = control.review_tables()?.keep_report(id, &text).await?;
        Ok(Self { review: id, changed, report, counts })
    }

    /// Returns the fact that seals the report, and true; or nothing if something was said since the report was made.
    fn facts(self, world: &World) -> Result<(Vec<Fact>, bool), Refusal> {
        let campaign = known(world, self.review)?;
        if campaign.sealed.is_none() && campaign.changed != self.changed {
            return Ok((Vec::new(), false));
        }
        let [kept, revoked, undecided] = self.counts;
        let (review, report) = (self.review, self.report);
        Ok((vec![Fact::Review(ReviewFact::Closed { review, report, kept, revoked, undecided })], true))
    }
}

fn report(world: &World, loaded: LoadedReview, now: Timestamp, there: &PresentAccesses) -> ReviewReport {
    let LoadedReview { campaign, items, states, events, .. } = loaded;
    let paces = paces(&states, &events);
    let (items, [kept, revoked, undecided, without_reviewer]) =
        ReviewReport::reported(items, states, |item| !there.has(world, item));
    let mut named: BTreeSet<PersonId> = BTreeSet::from([campaign.fallback]);
    named.extend(campaign.escalation.map(|escalation| escalation.to));
    for item in &items {
        named.extend(item.reviewer);
        named.extend(item.asked.assignment.reviewer);
        named.extend(&item.asked.subject.people);
    }
    let actors = paces.iter().map(|pace| &pace.by).chain([&campaign.opened_by]);
    named.extend(actors.filter_map(|actor| match actor {
        Actor::Person(person) => Some(*person),
        Actor::Operator | Actor::Service(_) | Actor::System(_) => None,
    }));
    let people: BTreeMap<PersonId, String> = named
        .into_iter()
        .filter_map(|id| {
            let address = &world.person(id)?.about.email;
            Some((id, format!("{} <{address}>", person_name(world, id)?)))
        })
        .collect();
    ReviewReport {
        format: ReviewReport::FORMAT,
        review: campaign.id,
        title: campaign.title.clone(),
        scope: campaign.scope.clone(),
        reviewers: campaign.reviewers,
        fallback: campaign.fallback,
        escalation: campaign.escalation,
        due_at: campaign.due_at,
        undecided_rule: campaign.undecided,
        opened_by: campaign.opened_by.clone(),
        opened_at: campaign.opened_at,
        asked: campaign.asked,
        made_at: now,
        kept,
        revoked,
        undecided,
        without_reviewer,
        paces,
        what_is_counted: WHAT_IS_COUNTED.to_owned(),
        people,
        items,
    }
}
