//! The scope of a policy, and when one scope covers another.

use crate::schema;
use cedar_policy_core::ast::{
    ActionConstraint, EntityReference, EntityType, EntityUID, Policy, PrincipalOrResourceConstraint,
};
use countersign_names::{Action, ResourceName};
use std::sync::Arc;

/// The principals, actions and resources of a policy.
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
    /// The slot of a template, which no loaded set contains.
    Nothing,
}

impl Scope {
    pub(super) fn of(policy: &Policy) -> Self {
        let resource = match Part::of(policy.resource_constraint().as_inner()) {
            // There is only one resource type, so testing for it restricts nothing; a policy for another type can never
            // apply, and is compared with none.
            Part::Is(_) => Part::Any,
            Part::IsIn(_, uid) => Part::In(uid),
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

    /// Returns whether this scope includes everything that `other` includes.
    pub(super) fn covers(&self, other: &Self) -> bool {
        self.covers_for(other, &other.actions)
    }

    /// Like [`Self::covers`], for these actions only.
    pub(super) fn covers_for(&self, other: &Self, actions: &[Action]) -> bool {
        actions.iter().all(|action| self.actions.contains(action))
            && self.principal.covers(&other.principal, |_, _| false)
            && self.resource.covers(&other.resource, within)
    }

    /// Returns the resource, if the scope names a single one.
    pub(super) fn resource(&self) -> Option<ResourceName> {
        match &self.resource {
            Part::Eq(uid) => uid.eid().as_ref().parse().ok(),
            _ => None,
        }
    }
}

/// Returns whether a resource belongs to an application, judging by their names.
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

    /// Returns whether this part matches everything that `other` matches. Only the world knows which group contains
    /// which, and that may change, so a group covers only itself.
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
