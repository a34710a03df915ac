//! Opening an access review, and previewing what it would ask.

use super::asked::{items_now, on_terms};
use super::pages::view;
use super::shown::person;
use crate::input::{Json, on_record};
use crate::refusal::{CreatedResult, JsonResult};
use crate::{Caller, Control, Refusal, find, secret};
use axum::extract::State;
use axum::http::StatusCode;
use countersign_api as api;
use countersign_facts::{Fact, ReviewEscalation, ReviewFact, ReviewScope, ReviewersRule, UndecidedRule};
use countersign_names::{PersonId, ReviewId, Timestamp};
use countersign_reviews::{AssignedAs, ReviewItem};
use countersign_world::{LONGEST_REVIEW, MOST_REVIEW_ITEMS, Standing, World};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// A request to open an access review, checked.
#[derive(Debug, Clone)]
pub struct ReviewOpening {
    title: String,
    pub(super) scope: ReviewScope,
    pub(super) reviewers: ReviewersRule,
    pub(super) fallback: PersonId,
    pub(super) escalation: Option<ReviewEscalation>,
    due_at: Timestamp,
    undecided: UndecidedRule,
}

pub async fn preview(
    State(control): State<Control>,
    Json(new): Json<api::NewAccessReview>,
) -> JsonResult<api::AccessReviewPreview> {
    let opening = ReviewOpening::read(&control.world(), new, control.now())?;
    let items = items(&control, &opening).await?;
    let mut reviewers: BTreeMap<PersonId, u32> = BTreeMap::new();
    for reviewer in items.iter().filter_map(|item| item.assignment.reviewer) {
        *reviewers.entry(reviewer).or_default() += 1;
    }
    let world = control.world();
    let mut reviewers: Vec<_> = reviewers
        .into_iter()
        .map(|(reviewer, items)| api::PreviewedReviewer { reviewer: person(&world, reviewer), items })
        .collect();
    reviewers.sort_by_key(|reviewer| Reverse(reviewer.items));
    let count = |is: fn(&ReviewItem) -> bool| number(items.iter().filter(|item| is(item)).count());
    Ok(axum::Json(api::AccessReviewPreview {
        items: number(items.len()),
        privileged: count(|item| item.access.privileged),
        without_use: count(|item| item.uses.is_empty()),
        redirected: count(|item| {
            matches!(item.assignment.assigned_as, AssignedAs::Fallback | AssignedAs::Escalation)
        }),
        without_reviewer: count(|item| item.assignment.reviewer.is_none()),
        reviewers,
    }))
}

pub async fn open(
    State(control): State<Control>,
    caller: Caller,
    Json(new): Json<api::NewAccessReview>,
) -> CreatedResult<api::AccessReview> {
    let opening = ReviewOpening::read(&control.world(), new, control.now())?;
    let items = items(&control, &opening).await?;
    if items.is_empty() {
        return Err(Refusal::invalid("scope", "there is no access in this scope")
            .remedy("widen the scope; `countersign review open --preview` shows what it would ask"));
    }
    let review = ReviewId::new(secret::fresh(control.now())?);
    // The rows are there before the fact that names them. Rows whose fact is missing are deleted later.
    let asked = control.review_tables()?.keep_items(review, &items).await?;
    let items = number(items.len());
    control
        .command(&caller, move |_, _| {
            let ReviewOpening { title, scope, reviewers, fallback, escalation, due_at, undecided } =
                opening.clone();
            let opened = ReviewFact::Opened {
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
            };
            Ok((vec![Fact::Review(opened)], ()))
        })
        .await?;
    Ok((StatusCode::CREATED, axum::Json(view(&control, review).await?)))
}

async fn items(control: &Control, opening: &ReviewOpening) -> Result<Vec<ReviewItem>, Refusal> {
    let items = items_now(control, &opening.scope, on_terms(opening.clone())).await?;
    if number(items.len()) > MOST_REVIEW_ITEMS {
        let many = format!(
            "{} accesses are in this scope, and an access review asks about {MOST_REVIEW_ITEMS} at most",
            items.len()
        );
        return Err(Refusal::invalid("scope", many)
            .remedy("narrow the scope: one source, one group, privileged accesses or contractors"));
    }
    Ok(items)
}

pub(super) fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

impl ReviewOpening {
    fn read(world: &World, new: api::NewAccessReview, now: Timestamp) -> Result<Self, Refusal> {
        let title = on_record("title", &new.title)?;
        let scope = scope(world, new.scope)?;
        let active = |field: &str, text: &str| {
            let person = find::person_in_field(world, field, text)?;
            if person.standing == Standing::Active {
                return Ok(person.id);
            }
            Err(Refusal::invalid(field, format!("{} is suspended, and reviews nothing", person.about.name))
                .remedy("name somebody who is active"))
        };
        let reviewers = match (new.reviewers, new.reviewer) {
            (api::ReviewersKind::Owner, None) => ReviewersRule::Owner,
            (api::ReviewersKind::Manager, None) => ReviewersRule::Manager,
            (api::ReviewersKind::Person, Some(text)) => ReviewersRule::Person(active("reviewer", &text)?),
            (api::ReviewersKind::Person, None) => {
                return Err(Refusal::invalid("reviewer", "it is not said who reviews")
                    .remedy("name the person, or let owners or managers review"));
            }
            (_, Some(_)) => {
                return Err(Refusal::invalid("reviewer", "the reviewers are owners or managers")
                    .remedy("leave it out, or set reviewers to person"));
            }
        };
        if new.due_at <= now || new.due_at > now.plus(LONGEST_REVIEW) {
            return Err(Refusal::invalid("due_at", format!("{} is not within the next year", new.due_at))
                .remedy("give a moment within the next year"));
        }
        let escalation = match (new.escalate_at, new.escalate_to) {
            (None, None) => None,
            (Some(at), Some(to)) if at < new.due_at => {
                Some(ReviewEscalation { at, to: active("escalate_to", &to)? })
            }
            (Some(at), Some(_)) => {
                return Err(Refusal::invalid("escalate_at", format!("{at} is not before the due date"))
                    .remedy("escalate earlier"));
            }
            (Some(_), None) => {
                return Err(Refusal::invalid("escalate_to", "it is not said to whom it is escalated")
                    .remedy("name the person, or leave escalate_at out"));
            }
            (None, Some(_)) => {
                return Err(Refusal::invalid("escalate_at", "it is not said when it is escalated")
                    .remedy("give a moment before the due date, or leave escalate_to out"));
            }
        };
        Ok(Self {
            title,
            scope,
            reviewers,
            fallback: active("fallback", &new.fallback)?,
            escalation,
            due_at: new.due_at,
            undecided: match new.undecided {
                api::UndecidedOutcome::Nothing => UndecidedRule::Nothing,
                api::UndecidedOutcome::Revoke => UndecidedRule::Revoke,
            },
        })
    }
}

/// Checks a scope. One that leaves nothing out would ask about everything at once, which nobody can answer.
fn scope(world: &World, scope: api::AccessReviewScope) -> Result<ReviewScope, Refusal> {
    let wrong = |field: &str, problem: String, remedy: &str| {
        Err(Refusal::invalid(format!("scope.{field}"), problem).remedy(remedy.to_owned()))
    };
    if scope == api::AccessReviewScope::default() {
        return Err(Refusal::invalid("scope", "it is not said which accesses are reviewed")
            .remedy("give at least one of source, here, group, privileged and contractors"));
    }
    if let (Some(source), true) = (&scope.source, scope.here) {
        let problem = format!("a group here is not in the source {source}");
        return wrong("here", problem, "give either source or here");
    }
    if let Some(source) = scope.source.as_ref().filter(|source| world.source(source).is_none()) {
        let problem = format!("there is no source {source}");
        return wrong("source", problem, "`countersign source list` shows those there are");
    }
    if let Some(group) = &scope.group {
        if !scope.here && scope.source.is_none() {
            let problem = format!("it is not said where the group {group:?} is");
            return wrong("group", problem, "give here for a group of this installation, or its source");
        }
        if scope.here && world.group(group).is_none() {
            let problem = format!("there is no group {group:?} here");
            return wrong("group", problem, "`countersign group list` shows those there are");
        }
    }
    let api::AccessReviewScope { source, here, group, privileged, contractors } = scope;
    Ok(ReviewScope { source, here, group, privileged, contractors })
}

/// Returns the reviewer of a campaign's rule.
pub(super) fn named_reviewer(
    world: &World,
    rule: ReviewersRule,
) -> (api::ReviewersKind, Option<api::ReviewPerson>) {
    match rule {
        ReviewersRule::Owner => (api::ReviewersKind::Owner, None),
        ReviewersRule::Manager => (api::ReviewersKind::Manager, None),
        ReviewersRule::Person(id) => (api::ReviewersKind::Person, Some(person(world, id))),
    }
}
