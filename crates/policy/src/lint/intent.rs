//! Finds policies that obey the guardrails formally but defeat their purpose.

mod chosen;

use super::{Code, Finding, LintedPolicy};
use crate::meta::Kind;
use crate::plain_atom::{Flag, PlainAtom};
use crate::question::{Question, Subject, TimeOfWeek};
use crate::schema::TYPES;
use crate::set::PolicySet;
use cedar_policy_core::ast::{Expr, ExprKind, Var};
use chosen::Rests;
use countersign_names::{Action, PolicyId, Principal, ResourceName, RiskLevel, Sensitivity};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The resource of an application that contains everything no route names.
const OTHER: &str = "other";

pub(super) fn find(set: &PolicySet, policies: &[&LintedPolicy<'_>]) -> Vec<Finding> {
    let mut found = Vec::new();
    for policy in policies {
        if policy.permits() {
            found.extend(permits_by_exception(policy));
            found.extend(administers_without_grant(policy, policies));
            found.extend(lets_anybody_in(set, policy));
        } else {
            found.extend(lifted_without_evidence(policy));
            found.extend(lifted_by_others(set, policy));
        }
    }
    found
}

/// Finds guardrails that can be lifted without evidence. Whatever the requester writes into the request is not
/// evidence.
fn lifted_without_evidence(policy: &LintedPolicy<'_>) -> Vec<Finding> {
    let about = |lifting: &Expr| {
        let read = chosen::read_by(lifting);
        match chosen::rests(lifting) {
            Rests::Choice => Some(Finding::about(
                Code::SelfServed,
                policy.meta,
                format!(
                    "the requester can lift it by the form of the request: an exemption depends on {read} alone"
                ),
                "give the exempt part its own resource and label, and let the guardrail read those",
            )),
            Rests::Place => Some(Finding::about(
                Code::PlaceIsTrusted,
                policy.meta,
                format!("a place lifts it: an exemption depends on {read} alone"),
                "also require evidence of the principal or the device",
            )),
            Rests::Nothing | Rests::Evidence => None,
        }
    };
    let mut found: Vec<Finding> = policy.clauses.lifting().filter_map(about).collect();
    found.dedup();
    found
}

/// Finds guardrails that exceptions to other policies lift. An approver opens an exception to one named guardrail and
/// does not expect it to lift another.
fn lifted_by_others(set: &PolicySet, policy: &LintedPolicy<'_>) -> Vec<Finding> {
    let own = &policy.meta.id;
    let others = policy.clauses.lifting().filter_map(excepted).filter(|id| *id != own.as_str());
    others
        .map(|other| {
            let known = other.parse::<PolicyId>().is_ok_and(|id| set.get(&id).is_some());
            let message = if known {
                format!("an exception to {other} lifts this guardrail too")
            } else {
                format!(
                    "it reads exceptions to {other:?}, but there is no such policy, so none can be opened"
                )
            };
            let remedy = format!("let it read exceptions to itself: context.exceptions.contains(\"{own}\")");
            Finding::about(Code::BorrowedException, policy.meta, message, remedy)
        })
        .collect()
}

fn permits_by_exception(policy: &LintedPolicy<'_>) -> Option<Finding> {
    let id = policy.clauses.wanted().find_map(excepted)?;
    let message = format!(
        "an exception to {id} lets people in, so the people who open exceptions decide who gets access"
    );
    let remedy = "let the permit name a group, and leave exceptions to guardrails";
    Some(Finding::about(Code::ExceptionPermits, policy.meta, message, remedy))
}

fn excepted(expr: &Expr) -> Option<String> {
    match PlainAtom::of(expr) {
        Some(PlainAtom::Excepted(id)) => Some(id),
        _ => None,
    }
}

/// Returns whether the expression tests that the principal is a service account.
fn is_about_services(expr: &Expr) -> bool {
    match expr.expr_kind() {
        ExprKind::Is { expr, entity_type } => {
            *entity_type == TYPES.service && matches!(expr.expr_kind(), ExprKind::Var(Var::Principal))
        }
        _ => false,
    }
}

fn is_grant(expr: &Expr) -> bool {
    PlainAtom::of(expr) == Some(PlainAtom::Flag(Flag::Grant))
}

/// Finds permits to administer without a grant. Either the permit itself must require a grant, or a guardrail that
/// covers everything the permit covers. The guardrail may have exceptions: like grants, these are temporary and
/// recorded. It may also exclude service accounts, because nobody grants them anything.
fn administers_without_grant(policy: &LintedPolicy<'_>, policies: &[&LintedPolicy<'_>]) -> Option<Finding> {
    let asks_itself = policy.clauses.wanted().any(is_grant);
    if asks_itself || !policy.scope.actions.contains(&Action::Administer) {
        return None;
    }
    let asks = |guardrail: &LintedPolicy<'_>| {
        let own = guardrail.meta.id.as_str();
        let excused = |expr: &Expr, holds: bool| {
            let excepted = excepted(expr).is_some_and(|id| id == own);
            !holds && (is_grant(expr) || excepted || is_about_services(expr))
        };
        !guardrail.permits()
            && guardrail.counts()
            && guardrail.clauses.lifting().any(is_grant)
            && guardrail.scope.covers_for(&policy.scope, &[Action::Administer])
            && guardrail.clauses.follow_but_for(&policy.clauses, excused)
    };
    if policies.iter().any(|guardrail| asks(guardrail)) {
        return None;
    }
    let message = "it permits administering, and neither it nor a guardrail requires a grant";
    let remedy = "write `when { context.grant }`, or restore the guardrail privileged-needs-grant";
    Some(Finding::about(Code::AdministerWithoutGrant, policy.meta, message, remedy))
}

/// Evaluates the set, including guardrails, to find whether the permit would give the anonymous principal access to
/// labelled resources.
fn lets_anybody_in(set: &PolicySet, policy: &LintedPolicy<'_>) -> Option<Finding> {
    let Kind::Application(application) = &policy.meta.kind else { return None };
    // A policy in the shadow stage, or for other principals, determines nothing of what is asked here.
    let resource = match policy.scope.resource() {
        Some(resource) => resource,
        None => ResourceName::new(application, OTHER).ok()?,
    };
    let lets_in = |sensitivity: Sensitivity| {
        policy.scope.actions.iter().any(|action| {
            // A permit determines only what is allowed.
            let verdict = set.judge(&nobody(resource.clone(), *action, sensitivity));
            verdict.determining.contains(&policy.meta.id)
        })
    };
    let open =
        [Sensitivity::Restricted, Sensitivity::Confidential].into_iter().find(|label| lets_in(*label))?;
    let message = format!("if {resource} were {open}, it would let anybody in, without signing in");
    let remedy = "permit `principal is Countersign::Person`, or add `when { resource.sensitivity == 0 }`";
    Some(Finding::about(Code::AnonymousIfLabelled, policy.meta, message, remedy))
}

/// Returns a question of the anonymous principal without any evidence, on Wednesday at noon, in the simplest form.
fn nobody(resource: ResourceName, action: Action, sensitivity: Sensitivity) -> Question {
    Question {
        principal: Principal::Anonymous,
        subject: Arc::new(Subject {
            email: String::new(),
            kind: String::new(),
            risk: RiskLevel::Low,
            groups: Vec::new(),
        }),
        action,
        resource,
        sensitivity,
        labelled: true,
        application_sensitivity: sensitivity,
        tags: BTreeMap::new(),
        operation: if action == Action::Read { "GET" } else { "POST" }.to_owned(),
        item: "/".to_owned(),
        content_type: None,
        authentication: None,
        session: None,
        device: None,
        place: None,
        time: TimeOfWeek { hour: 12, weekday: 3 },
        grant: false,
        exceptions: BTreeSet::new(),
        enrolled: BTreeSet::new(),
    }
}
