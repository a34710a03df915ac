//! The names in policies, with their locations, so that a caller who knows the world can report unknown ones.

use crate::load::CheckedPolicy;
use crate::problem::line_of;
use crate::schema::TYPES;
use crate::set::PolicySet;
use cedar_policy_core::ast::{EntityUID, Expr, ExprKind, Literal};
use countersign_names::{ApplicationName, GroupName, PersonId, PolicyId, ResourceName, ServiceId};

/// A name in a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// The policy that contains the name.
    pub policy: PolicyId,
    /// The named entity.
    pub named: PolicyReference,
    /// The line of the name in its file, counted from 1.
    pub line: usize,
    /// Whether the name is in the policy's scope, so that the policy applies to nothing else. In a condition, it is one
    /// part of many.
    pub in_scope: bool,
}

/// An entity that a policy can name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PolicyReference {
    /// A group.
    Group(GroupName),
    /// An application.
    Application(ApplicationName),
    /// A resource.
    Resource(ResourceName),
    /// A person.
    Person(PersonId),
    /// A service account.
    Service(ServiceId),
}

impl PolicySet {
    /// Returns every name in every policy, in the order of the files, except actions and the anonymous principal, which
    /// always exist.
    pub fn mentions(&self) -> Vec<Mention> {
        self.loaded().flat_map(|loaded| mentions(self, loaded)).collect()
    }
}

fn mentions(set: &PolicySet, loaded: &CheckedPolicy) -> Vec<Mention> {
    let text = set.files().get(&*loaded.meta.file).map_or("", String::as_str);
    let mention = |uid: &EntityUID, in_scope: bool| {
        Some(Mention {
            policy: loaded.meta.id.clone(),
            named: PolicyReference::of(uid)?,
            line: uid.loc().map_or(loaded.meta.line, |loc| line_of(text, loc.start())),
            in_scope,
        })
    };
    let (principal, resource) = (loaded.policy.principal_constraint(), loaded.policy.resource_constraint());
    let scope = [principal.as_inner().get_euid(), resource.as_inner().get_euid()];
    let mut found: Vec<_> = scope
        .into_iter()
        .flatten()
        .filter_map(|uid: &std::sync::Arc<EntityUID>| mention(uid, true))
        .collect();
    for part in loaded.policy.non_scope_constraints().into_iter().flat_map(Expr::subexpressions) {
        if let ExprKind::Lit(Literal::EntityUID(uid)) = part.expr_kind() {
            found.extend(mention(uid, false));
        }
    }
    found
}

impl PolicyReference {
    /// Parsing cannot fail for these types: the set refuses invalid names when it is read.
    fn of(uid: &EntityUID) -> Option<Self> {
        let (kind, id) = (uid.entity_type(), uid.eid().as_ref());
        if *kind == TYPES.group {
            id.parse().ok().map(Self::Group)
        } else if *kind == TYPES.application {
            id.parse().ok().map(Self::Application)
        } else if *kind == TYPES.resource {
            id.parse().ok().map(Self::Resource)
        } else if *kind == TYPES.person {
            id.parse().ok().map(Self::Person)
        } else if *kind == TYPES.service {
            id.parse().ok().map(Self::Service)
        } else {
            None
        }
    }
}

impl std::fmt::Display for PolicyReference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Group(name) => write!(f, "the group {name}"),
            Self::Application(name) => write!(f, "the application {name}"),
            Self::Resource(name) => write!(f, "the resource {name}"),
            Self::Person(id) => write!(f, "the person {id}"),
            Self::Service(id) => write!(f, "the service account {id}"),
        }
    }
}
