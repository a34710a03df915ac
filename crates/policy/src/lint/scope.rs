//! A policy's first line, and when one covers another.

use crate::schema::{self, TYPES};
use cedar_policy_core::ast::{
    ActionConstraint, EntityReference, EntityType, EntityUID, Policy, PrincipalOrResourceConstraint,
};
use countersign_names::{Action, PrincipalKind, ResourceName};
use std::sync::Arc;

/// Whom and what a policy is about.
#[derive(Debug, Clone)]
pub(super) struct Scope {
    principal: Part,
    pub(super) actions: Vec<Action>,
    resource: Part,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Any,
    Is(Arc<EntityType>),
    Eq(Arc<EntityUID>),
    In(Arc<EntityUID>),
    IsIn(Arc<EntityType>, Arc<EntityUID>),
    /// The slot of a template, which no set that was read has.
    Nothing,
}

impl Scope {
    pub(super) fn of(policy: &Policy) -> Self {
        let resource = match Part::of(policy.resource_constraint().as_inner()) {
            // There is one type of resources, so to ask for it is to ask for nothing.
            Part::Is(kind) if *kind == TYPES.resource => Part::Any,
            Part::IsIn(kind, uid) if *kind == TYPES.resource => Part::In(uid),
            other => other,
        };
        let called = |uid: &EntityUID| uid.eid().as_ref().parse::<Action>().ok();
        let actions = match policy.action_constraint() {
            ActionConstraint::Any => Action::ALL.to_vec(),
            ActionConstraint::Eq(uid) => called(uid).into_iter().collect(),
            ActionConstraint::In(uids) => uids.iter().filter_map(|uid| called(uid)).collect(),
        };
        Self { principal: Part::of(policy.principal_constraint().as_inner()), actions, resource }
    }

    /// Whether everything that `other` is about, this is about.
    pub(super) fn covers(&self, other: &Self) -> bool {
        self.covers_for(other, &other.actions)
    }

    /// The same, of these actions alone.
    pub(super) fn covers_for(&self, other: &Self, actions: &[Action]) -> bool {
        actions.iter().all(|action| self.actions.contains(action))
            && self.principal.covers(&other.principal, |_, _| false)
            && self.resource.covers(&other.resource, within)
    }

    /// Whether nobody in particular is among those whom it is about.
    pub(super) fn is_for_anonymous(&self) -> bool {
        let anonymous = schema::principal_type(PrincipalKind::Anonymous);
        match &self.principal {
            Part::Any => true,
            Part::Is(kind) => **kind == *anonymous,
            Part::Eq(uid) => uid.entity_type() == anonymous,
            Part::In(_) | Part::IsIn(..) | Part::Nothing => false,
        }
    }

    /// The one resource that it is about, if it is about one alone.
    pub(super) fn resource(&self) -> Option<ResourceName> {
        match &self.resource {
            Part::Eq(uid) => uid.eid().as_ref().parse().ok(),
            _ => None,
        }
    }
}

/// Whether a resource, by its name, is in an application, by its.
fn within(resource: &EntityUID, application: &EntityUID) -> bool {
    let named = resource.eid().as_ref().parse::<ResourceName>();
    named.is_ok_and(|resource| schema::application(resource.application()) == *application)
}

impl Part {
    fn of(constraint: &PrincipalOrResourceConstraint) -> Self {
        let named = |reference: &EntityReference| match reference {
            EntityReference::EUID(uid) => Some(uid.clone()),
            EntityReference::Slot(_) => None,
        };
        match constraint {
            PrincipalOrResourceConstraint::Any => Self::Any,
            PrincipalOrResourceConstraint::Is(kind) => Self::Is(kind.clone()),
            PrincipalOrResourceConstraint::Eq(uid) => named(uid).map_or(Self::Nothing, Self::Eq),
            PrincipalOrResourceConstraint::In(uid) => named(uid).map_or(Self::Nothing, Self::In),
            PrincipalOrResourceConstraint::IsIn(kind, uid) => {
                named(uid).map_or(Self::Nothing, |uid| Self::IsIn(kind.clone(), uid))
            }
        }
    }

    /// Whether whatever `other` matches, this matches. Which group is within which only the world knows, and it may
    /// change: a group covers itself and no other.
    fn covers(&self, other: &Self, within: impl Fn(&EntityUID, &EntityUID) -> bool) -> bool {
        match (self, other) {
            (Self::Any, _) => true,
            (Self::Is(kind), Self::Is(of) | Self::IsIn(of, _)) => kind == of,
            (Self::Is(kind), Self::Eq(uid)) => uid.entity_type() == &**kind,
            (Self::Eq(one), Self::Eq(uid)) => one == uid,
            (Self::In(above), Self::In(uid) | Self::IsIn(_, uid)) => above == uid,
            (Self::In(above), Self::Eq(uid)) => above == uid || within(uid, above),
            (Self::IsIn(kind, above), Self::IsIn(of, uid)) => kind == of && above == uid,
            _ => false,
        }
    }
}
