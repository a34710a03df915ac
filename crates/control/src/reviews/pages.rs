//! Access reviews and their items, by page.

use super::opening::number;
use super::shown::{counts, item_state, person, shown, shown_item};
use super::{LoadedReview, id_in_path, known, may_decide};
use crate::input::QueryParameters;
use crate::page::{PageParameters, Search, SortKey};
use crate::refusal::JsonResult;
use crate::{Caller, Control, Refusal, find};
use axum::extract::{Path, State};
use countersign_api::{self as api, rows};
use countersign_facts::{Actor, Member};
use countersign_inventory::EdgeEnd;
use countersign_names::{PersonId, ReviewId};
use countersign_reviews::{ItemState, ReviewItem, WHAT_IS_COUNTED, paces};
use countersign_sources::Relation;
use countersign_world::{ReviewCampaign, World};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Maximum number of accesses of one account that are looked through.
const MOST_EDGES: u32 = 10_000;

pub async fn list(
    State(control): State<Control>,
    page: PageParameters,
    QueryParameters(asked): QueryParameters<rows::reviews::AccessReviewFilter>,
) -> JsonResult<api::Items<api::AccessReview>> {
    let page = page.usual(&rows::reviews::LIST)?;
    let world = control.world();
    let wanted = world.reviews().filter(|campaign| {
        let is_open = campaign.sealed.is_none();
        asked.state.is_none_or(|state| (state == api::AccessReviewState::Open) == is_open)
    });
    let (found, next) = page
        .select(wanted, |campaign, sort| {
            let at = if sort == "due_at" { campaign.due_at } else { campaign.opened_at };
            (SortKey::moment(at), SortKey::id(campaign.id.bits()))
        })
        .into_parts();
    let mut items = Vec::with_capacity(found.len());
    for campaign in found {
        items.push(shown_now(&control, &world, campaign).await?);
    }
    Ok(axum::Json(api::Items { items, next }))
}

async fn shown_now(
    control: &Control,
    world: &World,
    campaign: &ReviewCampaign,
) -> Result<api::AccessReview, Refusal> {
    let counted = match &campaign.sealed {
        Some(sealed) => (sealed.kept, sealed.revoked),
        None => counts(&control.review_events(campaign).await?),
    };
    Ok(shown(world, campaign, counted))
}

/// Returns an access review as it is now.
pub(super) async fn view(control: &Control, id: ReviewId) -> Result<api::AccessReview, Refusal> {
    let world = control.world();
    shown_now(control, &world, known(&world, id)?).await
}

pub async fn show(
    State(control): State<Control>,
    Path(id): Path<String>,
) -> JsonResult<api::AccessReviewDetail> {
    detail(&control, id_in_path(&id)?).await.map(axum::Json)
}

/// Returns an access review as it is now, with how its reviewers are doing.
pub(super) async fn detail(control: &Control, id: ReviewId) -> Result<api::AccessReviewDetail, Refusal> {
    let world = control.world();
    let loaded = control.load_review(known(&world, id)?).await?;
    let counted = match &loaded.campaign.sealed {
        Some(sealed) => (sealed.kept, sealed.revoked),
        None => counts(&loaded.events),
    };
    Ok(api::AccessReviewDetail {
        review: shown(&world, &loaded.campaign, counted),
        without_reviewer: number(loaded.states.iter().filter(|state| state.reviewer.is_none()).count()),
        reviewers: progress(&world, &loaded),
        what_is_counted: WHAT_IS_COUNTED.to_owned(),
    })
}

fn progress(world: &World, loaded: &LoadedReview) -> Vec<api::ReviewerProgress> {
    let mut all: BTreeMap<PersonId, api::ReviewerProgress> = BTreeMap::new();
    let none = |id| api::ReviewerProgress {
        reviewer: person(world, id),
        items: 0,
        undecided: 0,
        decided: 0,
        kept: 0,
        together: 0,
        acts: 0,
        median_seconds: None,
    };
    for state in &loaded.states {
        let Some(reviewer) = state.reviewer else { continue };
        let progress = all.entry(reviewer).or_insert_with(|| none(reviewer));
        progress.items += 1;
        progress.undecided += u32::from(state.decision.is_none());
    }
    for pace in paces(&loaded.states, &loaded.events) {
        let Actor::Person(reviewer) = pace.by else { continue };
        let progress = all.entry(reviewer).or_insert_with(|| none(reviewer));
        (progress.decided, progress.kept) = (pace.decided, pace.kept);
        (progress.together, progress.acts) = (pace.together, pace.acts);
        progress.median_seconds = pace.median_seconds;
    }
    let mut all: Vec<_> = all.into_values().collect();
    all.sort_by_key(|progress| Reverse(progress.items));
    all
}

fn finds(search: &Search, item: &ReviewItem) -> bool {
    search.finds([&item.subject.name, &item.access.account_name, &item.access.target_name])
}

pub async fn items(
    State(control): State<Control>,
    Path(id): Path<String>,
    page: PageParameters,
    QueryParameters(asked): QueryParameters<rows::reviews::AccessReviewItemFilter>,
) -> JsonResult<api::Items<api::AccessReviewItem>> {
    let page = page.usual(&rows::reviews::ITEMS)?;
    let world = control.world();
    let loaded = control.load_review(known(&world, id_in_path(&id)?)?).await?;
    let rows::reviews::AccessReviewItemFilter { state, reviewer, q } = asked;
    let reviewer = reviewer.map(|text| find::person_in_field(&world, "reviewer", &text.0)).transpose()?;
    let search = Search::from(q);
    let wanted = loaded.all().filter(|(item, found)| {
        state.is_none_or(|state| item_state(found) == state)
            && reviewer.is_none_or(|person| found.reviewer == Some(person.id))
            && finds(&search, item)
    });
    let place = |(item, _): &(&ReviewItem, &ItemState), _| {
        (SortKey::Number(i64::from(item.number)), SortKey::text(""))
    };
    let (found, next) = page.select(wanted, place).into_parts();
    let found = found.into_iter().map(|(item, state)| (&loaded.campaign, item, state)).collect::<Vec<_>>();
    let items = shown_items(&control, &world, &found).await?;
    Ok(axum::Json(api::Items { items, next }))
}

pub async fn inbox(
    State(control): State<Control>,
    caller: Caller,
    page: PageParameters,
    QueryParameters(asked): QueryParameters<rows::reviews::ReviewInboxFilter>,
) -> JsonResult<api::Items<api::AccessReviewItem>> {
    let page = page.usual(&rows::reviews::INBOX)?;
    let rows::reviews::ReviewInboxFilter { state, q } = asked;
    let state = state.unwrap_or(api::AccessReviewItemState::Undecided);
    let search = Search::from(q);
    let world = control.world();
    let mut open = Vec::new();
    // Nothing is asked of the operator or of a service account.
    if let Caller::Person { id, .. } = caller {
        for campaign in world.reviews().filter(|campaign| campaign.sealed.is_none()) {
            open.push((id, control.load_review(campaign).await?));
        }
    }
    let wanted = open.iter().flat_map(|(me, loaded)| {
        let mine = loaded.all().filter(move |(item, found)| may_decide(*me, item, found));
        mine.map(move |(item, found)| (&loaded.campaign, item, found))
    });
    let wanted = wanted.filter(|(_, item, found)| item_state(found) == state && finds(&search, item));
    let place = |(campaign, item, _): &(&Arc<ReviewCampaign>, &ReviewItem, &ItemState), _| {
        let text = format!("{}/{:08}", campaign.id, item.number);
        (SortKey::moment(campaign.due_at), SortKey::Text(text.into()))
    };
    let (found, next) = page.select(wanted, place).into_parts();
    let items = shown_items(&control, &world, &found).await?;
    Ok(axum::Json(api::Items { items, next }))
}

async fn shown_items(
    control: &Control,
    world: &World,
    found: &[(&Arc<ReviewCampaign>, &ReviewItem, &ItemState)],
) -> Result<Vec<api::AccessReviewItem>, Refusal> {
    let there = PresentAccesses::of(control, found.iter().map(|(_, item, _)| *item)).await?;
    let shown = found
        .iter()
        .map(|(campaign, item, state)| shown_item(world, campaign, (item, state), !there.has(world, item)));
    Ok(shown.collect())
}

/// Which accesses of some accounts the sources know now.
pub(super) struct PresentAccesses(BTreeMap<(String, String), BTreeSet<(Relation, String)>>);

impl PresentAccesses {
    /// Reads the accesses of the accounts of these items.
    pub(super) async fn of(
        control: &Control,
        items: impl Iterator<Item = &ReviewItem>,
    ) -> Result<Self, Refusal> {
        let mut known = BTreeMap::new();
        for item in items {
            let Some(source) = &item.access.source else { continue };
            let account = (source.clone(), item.access.account.clone());
            if known.contains_key(&account) {
                continue;
            }
            let inventory = control.inventory()?;
            let edges = inventory.edges(source, (EdgeEnd::From, &account.1), MOST_EDGES).await?;
            known.insert(account, edges.into_iter().map(|edge| (edge.relation, edge.to)).collect());
        }
        Ok(Self(known))
    }

    /// Returns whether an access is still there.
    pub(super) fn has(&self, world: &World, item: &ReviewItem) -> bool {
        let access = &item.access;
        let Some(source) = &access.source else { return membership(world, item).is_some() };
        let edges = self.0.get(&(source.clone(), access.account.clone()));
        edges.is_some_and(|edges| edges.contains(&(access.relation, access.target.clone())))
    }
}

/// Returns the member of a membership here, if it is still one.
pub(super) fn membership(world: &World, item: &ReviewItem) -> Option<Member> {
    let group = world.group(&item.access.target)?;
    let member = find::member(world, &item.access.account).ok()?;
    group.members.contains(&member).then_some(member)
}
