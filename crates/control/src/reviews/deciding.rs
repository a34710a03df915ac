//! Deciding items, and giving them to another reviewer.

use super::opening::number;
use super::pages::{detail, membership};
use super::{LoadedReview, id_in_path, known, may_decide};
use crate::input::{Json, on_record};
use crate::refusal::JsonResult;
use crate::{Caller, Control, Refusal, find};
use axum::extract::{Path, State};
use countersign_api as api;
use countersign_facts::{Fact, GroupFact, ReviewFact, ReviewVerdict};
use countersign_names::PersonId;
use countersign_reviews::{ItemState, ReviewItem};
use countersign_world::{MOST_ITEMS_AT_ONCE, ReviewCampaign, Standing, World};
use std::collections::BTreeSet;
use std::sync::Arc;

pub async fn decide(
    State(control): State<Control>,
    caller: Caller,
    Path(id): Path<String>,
    Json(new): Json<api::NewAccessVerdict>,
) -> JsonResult<api::AccessVerdictResult> {
    let id = id_in_path(&id)?;
    let Caller::Person { id: reviewer, .. } = caller else {
        return Err(Refusal::forbidden("only the reviewer of an item decides it, and that is a person")
            .remedy("let them decide it, or give it to another: `countersign review reassign`"));
    };
    let reason = match (new.verdict, new.reason) {
        (_, Some(reason)) => Some(on_record("reason", &reason)?),
        (api::AccessVerdict::Keep, None) => None,
        (api::AccessVerdict::Revoke, None) => {
            return Err(Refusal::invalid("reason", "a revocation has a reason")
                .remedy("give a reason, which the journal keeps"));
        }
    };
    let verdict = match new.verdict {
        api::AccessVerdict::Keep => ReviewVerdict::Keep,
        api::AccessVerdict::Revoke => ReviewVerdict::Revoke,
    };
    let world = control.world();
    let loaded = control.load_review(open(known(&world, id)?)?).await?;
    let numbers = numbers(new.items)?;
    let mut chosen = Vec::with_capacity(numbers.len());
    for (item, state) in found(&loaded, &numbers)? {
        is_decidable(&world, reviewer, (item, state), verdict)?;
        chosen.push(item.clone());
    }
    let (here, elsewhere): (Vec<_>, Vec<_>) =
        chosen.into_iter().partition(|item| item.access.source.is_none());
    let revokes = verdict == ReviewVerdict::Revoke;
    let decided = number(numbers.len());
    let assigned = loaded.campaign.assigned;
    let ended_here = control
        .command(&caller, move |world, _| {
            is_unmoved(open(known(world, id)?)?, assigned)?;
            let decided =
                ReviewFact::Decided { review: id, items: numbers.clone(), verdict, reason: reason.clone() };
            let mut facts = vec![Fact::Review(decided)];
            if revokes {
                facts.extend(here.iter().filter_map(|item| ending(world, item)));
            }
            let ended = number(facts.len()).saturating_sub(1);
            Ok((facts, ended))
        })
        .await?;
    let left_to_source = if revokes { number(elsewhere.len()) } else { 0 };
    Ok(axum::Json(api::AccessVerdictResult { decided, ended_here, left_to_source }))
}

/// Returns the fact that ends a membership here; `None` if it is over.
pub(super) fn ending(world: &World, item: &ReviewItem) -> Option<Fact> {
    let member = membership(world, item)?;
    let group = world.group(&item.access.target)?.name.clone();
    Some(Fact::Group(GroupFact::MemberRemoved { group, member }))
}

fn is_decidable(
    world: &World,
    reviewer: PersonId,
    (item, state): (&ReviewItem, &ItemState),
    verdict: ReviewVerdict,
) -> Result<(), Refusal> {
    let number = item.number;
    if !may_decide(reviewer, item, state) {
        return Err(Refusal::forbidden(format!("you do not review item {number}"))
            .about_field("items")
            .remedy("`countersign review inbox` shows what you are asked"));
    }
    let was_revoked = state.decision.as_ref().is_some_and(|last| last.verdict == ReviewVerdict::Revoke);
    let is_over = item.access.source.is_none() && membership(world, item).is_none();
    if verdict == ReviewVerdict::Keep && was_revoked && is_over {
        return Err(Refusal::conflict(format!("the membership of item {number} ended when it was revoked"))
            .about_field("items")
            .remedy("let an administrator add the member again: `countersign group join`"));
    }
    Ok(())
}

/// Returns the campaign if it is open.
fn open(campaign: &Arc<ReviewCampaign>) -> Result<&Arc<ReviewCampaign>, Refusal> {
    match &campaign.sealed {
        None => Ok(campaign),
        Some(sealed) => Err(Refusal::conflict(format!("{} was closed at {}", campaign.id, sealed.at))
            .about_field("id")
            .remedy("open another access review")),
    }
}

/// Checks that nobody changed who reviews what since the items were read.
fn is_unmoved(campaign: &ReviewCampaign, assigned: u64) -> Result<(), Refusal> {
    if campaign.assigned == assigned {
        return Ok(());
    }
    Err(Refusal::conflict("items were given to other reviewers meanwhile")
        .remedy("look again, and decide then"))
}

/// Returns the numbers of items, each once and in order.
fn numbers(items: Vec<u32>) -> Result<Vec<u32>, Refusal> {
    let items: BTreeSet<u32> = items.into_iter().collect();
    if items.is_empty() || items.len() > MOST_ITEMS_AT_ONCE {
        let problem =
            format!("{} items are named, and one request is about 1 to {MOST_ITEMS_AT_ONCE}", items.len());
        return Err(Refusal::invalid("items", problem).remedy("name the items by their numbers"));
    }
    Ok(items.into_iter().collect())
}

fn found<'a>(
    loaded: &'a LoadedReview,
    numbers: &[u32],
) -> Result<Vec<(&'a ReviewItem, &'a ItemState)>, Refusal> {
    let item = |number: &u32| {
        loaded.item(*number).ok_or_else(|| {
            Refusal::invalid("items", format!("there is no item {number} in {}", loaded.campaign.id))
                .remedy("`countersign review items` shows them with their numbers")
        })
    };
    numbers.iter().map(item).collect()
}

pub async fn reassign(
    State(control): State<Control>,
    caller: Caller,
    Path(id): Path<String>,
    Json(new): Json<api::NewReviewer>,
) -> JsonResult<api::AccessReviewDetail> {
    let id = id_in_path(&id)?;
    let reason = on_record("reason", &new.reason)?;
    let world = control.world();
    let reviewer = find::person_in_field(&world, "reviewer", &new.reviewer)?;
    if reviewer.standing != Standing::Active {
        return Err(Refusal::invalid("reviewer", format!("{} is suspended", reviewer.about.name))
            .remedy("name somebody who is active"));
    }
    let reviewer = reviewer.id;
    let loaded = control.load_review(open(known(&world, id)?)?).await?;
    let numbers = numbers(new.items)?;
    let all = found(&loaded, &numbers)?;
    if let Some((own, _)) = all.iter().find(|(item, _)| item.subject.people.contains(&reviewer)) {
        let problem = format!("item {} is their own access", own.number);
        return Err(
            Refusal::invalid("reviewer", problem).remedy("nobody reviews their own: name another person")
        );
    }
    control
        .command(&caller, move |_, _| {
            let moved = ReviewFact::Reassigned {
                review: id,
                items: numbers.clone(),
                reviewer,
                reason: reason.clone(),
            };
            Ok((vec![Fact::Review(moved)], ()))
        })
        .await?;
    detail(&control, id).await.map(axum::Json)
}
