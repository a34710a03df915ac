//! Access reviews in the API's form.

use super::opening::named_reviewer;
use crate::inventory::{shown_kind, shown_level, shown_relation};
use crate::names::{current_name, person_name};
use countersign_api as api;
use countersign_facts::{Fact, ReviewFact, ReviewVerdict, Stated, UndecidedRule};
use countersign_names::PersonId;
use countersign_reviews::{AssignedAs, ItemState, ReviewItem};
use countersign_world::{ReviewCampaign, World};
use std::collections::BTreeMap;

pub(super) fn person(world: &World, id: PersonId) -> api::ReviewPerson {
    api::ReviewPerson { id, name: person_name(world, id) }
}

/// Counts the items whose last decision is to keep, and to revoke.
pub(super) fn counts(events: &[Stated]) -> (u32, u32) {
    let mut last = BTreeMap::new();
    for stated in events {
        if let Fact::Review(ReviewFact::Decided { items, verdict, .. }) = &stated.fact {
            last.extend(items.iter().map(|item| (*item, *verdict)));
        }
    }
    let count = |wanted| {
        let all = last.values().filter(|verdict| **verdict == wanted).count();
        u32::try_from(all).unwrap_or(u32::MAX)
    };
    (count(ReviewVerdict::Keep), count(ReviewVerdict::Revoke))
}

/// Converts a campaign for the API, with the number of items kept and revoked.
pub(super) fn shown(
    world: &World,
    campaign: &ReviewCampaign,
    (kept, revoked): (u32, u32),
) -> api::AccessReview {
    let (reviewers, reviewer) = named_reviewer(world, campaign.reviewers);
    let scope = campaign.scope.clone();
    let opened_by = campaign.opened_by.to_string();
    let sealed = campaign.sealed.as_ref();
    api::AccessReview {
        id: campaign.id,
        title: campaign.title.clone(),
        scope: api::AccessReviewScope {
            source: scope.source,
            here: scope.here,
            group: scope.group,
            privileged: scope.privileged,
            contractors: scope.contractors,
        },
        state: if sealed.is_some() { api::AccessReviewState::Closed } else { api::AccessReviewState::Open },
        reviewers,
        reviewer,
        fallback: person(world, campaign.fallback),
        escalate_at: campaign.escalation.map(|escalation| escalation.at),
        escalate_to: campaign.escalation.map(|escalation| person(world, escalation.to)),
        due_at: campaign.due_at,
        undecided_outcome: match campaign.undecided {
            UndecidedRule::Nothing => api::UndecidedOutcome::Nothing,
            UndecidedRule::Revoke => api::UndecidedOutcome::Revoke,
        },
        opened_by_name: current_name(world, &opened_by),
        opened_by,
        opened_at: campaign.opened_at,
        items: campaign.items,
        kept,
        revoked,
        undecided: campaign.items.saturating_sub(kept).saturating_sub(revoked),
        asked: campaign.asked.to_string(),
        closed_at: sealed.map(|sealed| sealed.at),
        report: sealed.map(|sealed| sealed.report.to_string()),
    }
}

/// Converts an item for the API.
pub(super) fn shown_item(
    world: &World,
    campaign: &ReviewCampaign,
    (item, state): (&ReviewItem, &ItemState),
    is_gone: bool,
) -> api::AccessReviewItem {
    let (subject, access) = (&item.subject, &item.access);
    let leads_to = access.leads_to.iter().map(|led| api::ReviewedReach {
        name: led.name.clone(),
        rights: led.rights.clone(),
        level: led.level.map(shown_level),
    });
    let uses = item.uses.iter().map(|used| api::ReviewedUse { at: used.at, what: used.what.clone() });
    let decision = state.decision.as_ref().map(|decision| {
        let by = decision.by.to_string();
        api::DecidedAccess {
            verdict: verdict(decision.verdict),
            reason: decision.reason.clone(),
            by_name: current_name(world, &by),
            by,
            at: decision.at,
            together: decision.together,
        }
    });
    api::AccessReviewItem {
        review: campaign.id,
        title: campaign.title.clone(),
        due_at: campaign.due_at,
        number: item.number,
        name: subject.name.clone(),
        identity: subject.identity.clone(),
        is_external: subject.is_external,
        source: access.source.as_ref().and_then(|source| source.parse().ok()),
        account: access.account.clone(),
        account_name: access.account_name.clone(),
        enabled: access.enabled,
        relation: shown_relation(access.relation),
        target: access.target.clone(),
        target_name: access.target_name.clone(),
        target_kind: access.target_kind.map(shown_kind),
        purpose: access.purpose.clone(),
        leads_to: leads_to.collect(),
        leads_to_in_all: access.leads_to_in_all,
        level: access.level.map(shown_level),
        privileged: access.privileged,
        granted_by: access.granted_by.clone(),
        authorised_by: access.authorised_by.clone(),
        since: access.since,
        uses: uses.collect(),
        reviewer: state.reviewer.map(|id| person(world, id)),
        reviewer_role: role(state.assigned_as),
        why: item.assignment.why.clone(),
        decision,
        is_gone,
    }
}

pub(super) const fn verdict(verdict: ReviewVerdict) -> api::AccessVerdict {
    match verdict {
        ReviewVerdict::Keep => api::AccessVerdict::Keep,
        ReviewVerdict::Revoke => api::AccessVerdict::Revoke,
    }
}

const fn role(role: AssignedAs) -> api::ReviewerRole {
    match role {
        AssignedAs::Owner => api::ReviewerRole::Owner,
        AssignedAs::Manager => api::ReviewerRole::Manager,
        AssignedAs::Named => api::ReviewerRole::Named,
        AssignedAs::Fallback => api::ReviewerRole::Fallback,
        AssignedAs::Escalation => api::ReviewerRole::Escalation,
        AssignedAs::Chosen => api::ReviewerRole::Chosen,
        AssignedAs::Nobody => api::ReviewerRole::Nobody,
    }
}

/// Returns what became of an item so far.
pub(super) const fn item_state(state: &ItemState) -> api::AccessReviewItemState {
    match &state.decision {
        None => api::AccessReviewItemState::Undecided,
        Some(decision) => match decision.verdict {
            ReviewVerdict::Keep => api::AccessReviewItemState::Kept,
            ReviewVerdict::Revoke => api::AccessReviewItemState::Revoked,
        },
    }
}
