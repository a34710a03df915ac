//! Selects the policies that can match a question: an index of the scopes of any Cedar policy set, by the entities that
//! they name.
//!
//! The index knows scopes only and no conditions. It must never omit a policy whose scope matches, and it never returns
//! one whose scope does not. It evaluates scopes completely, so that only conditions remain.

use cedar_policy_core::ast::{
    ActionConstraint, EntityReference, EntityType, EntityUID, Policy, PrincipalOrResourceConstraint,
};
use std::borrow::Cow;
use std::collections::HashMap;

/// The number of an entity or entity type that some scope names. Other entities have no number and need none.
pub(crate) type EntityNumber = u32;
/// A policy, by its position in the order of insertion.
pub(crate) type Rule = u32;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Any,
    Is(EntityNumber),
    Eq(EntityNumber),
    In(EntityNumber),
    IsIn(EntityNumber, EntityNumber),
    /// Nothing can match: the slot of a template was left empty.
    Never,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Acts {
    Any,
    Eq(EntityNumber),
    In(Vec<EntityNumber>),
}

#[derive(Debug, Clone)]
struct Scope {
    principal: Part,
    acts: Acts,
    resource: Part,
}

/// One part of a question (principal, action or resource) as numbers of the index.
#[derive(Debug, Clone, Default)]
pub(crate) struct Side {
    own: Option<EntityNumber>,
    kind: Option<EntityNumber>,
    above: Vec<EntityNumber>,
}

/// A question as numbers of the index.
#[derive(Debug, Clone, Default)]
pub(crate) struct NumberedQuestion {
    pub(crate) principal: Side,
    pub(crate) action: Side,
    pub(crate) resource: Side,
}

/// The entities of one type that scopes name, by id. They translate a question into numbers without building a Cedar
/// entity.
#[derive(Debug, Clone, Default)]
pub(crate) struct ScopeNames {
    /// The number of the type itself, if a scope names it.
    kind: Option<EntityNumber>,
    ids: HashMap<String, EntityNumber>,
}

impl ScopeNames {
    /// Returns the number of the entity with this id.
    pub(crate) fn get(&self, id: &str) -> Option<EntityNumber> {
        self.ids.get(id).copied()
    }

    /// Returns one part of a question for an entity of this type, with the numbers of its ancestors. Calls `id` only if
    /// some scope names an entity of the type.
    pub(crate) fn side<'a>(
        &self,
        id: impl FnOnce() -> Cow<'a, str>,
        above: impl IntoIterator<Item = Option<EntityNumber>>,
    ) -> Side {
        Side {
            own: if self.ids.is_empty() { None } else { self.get(&id()) },
            kind: self.kind,
            above: above.into_iter().flatten().collect(),
        }
    }
}

/// The scopes of a policy set.
#[derive(Debug, Clone, Default)]
pub(crate) struct Index {
    uids: HashMap<EntityUID, EntityNumber>,
    kinds: HashMap<EntityType, EntityNumber>,
    scopes: Vec<Scope>,
    /// Rules by the number of the resource that their scope names. Every rule is in exactly one list.
    by_resource: Vec<Vec<Rule>>,
    /// Rules that name no resource, by the number of their principal.
    by_principal: Vec<Vec<Rule>>,
    /// Rules that name neither.
    open: Vec<Rule>,
}

impl Index {
    pub(crate) fn new<'a>(policies: impl IntoIterator<Item = &'a Policy>) -> Self {
        let mut index = Self::default();
        for policy in policies {
            index.add(policy);
        }
        index
    }

    fn add(&mut self, policy: &Policy) {
        let scope = Scope {
            principal: self.part(policy.principal_constraint().as_inner()),
            acts: match policy.action_constraint() {
                ActionConstraint::Any => Acts::Any,
                ActionConstraint::Eq(uid) => Acts::Eq(self.key(uid)),
                ActionConstraint::In(uids) => Acts::In(uids.iter().map(|uid| self.key(uid)).collect()),
            },
            resource: self.part(policy.resource_constraint().as_inner()),
        };
        let rule = Rule::try_from(self.scopes.len()).unwrap_or(Rule::MAX);
        match (scope.resource.names(), scope.principal.names()) {
            (Some(key), _) => file(&mut self.by_resource, key, rule),
            (None, Some(key)) => file(&mut self.by_principal, key, rule),
            (None, None) => self.open.push(rule),
        }
        self.scopes.push(scope);
    }

    fn part(&mut self, constraint: &PrincipalOrResourceConstraint) -> Part {
        let mut named = |reference: &EntityReference| match reference {
            EntityReference::EUID(uid) => Some(self.key(uid)),
            EntityReference::Slot(_) => None,
        };
        match constraint {
            PrincipalOrResourceConstraint::Any => Part::Any,
            PrincipalOrResourceConstraint::Eq(uid) => named(uid).map_or(Part::Never, Part::Eq),
            PrincipalOrResourceConstraint::In(uid) => named(uid).map_or(Part::Never, Part::In),
            PrincipalOrResourceConstraint::Is(kind) => Part::Is(self.kind(kind)),
            PrincipalOrResourceConstraint::IsIn(kind, uid) => match named(uid) {
                Some(key) => Part::IsIn(self.kind(kind), key),
                None => Part::Never,
            },
        }
    }

    fn key(&mut self, uid: &EntityUID) -> EntityNumber {
        let next = EntityNumber::try_from(self.uids.len()).unwrap_or(EntityNumber::MAX);
        *self.uids.entry(uid.clone()).or_insert(next)
    }

    fn kind(&mut self, kind: &EntityType) -> EntityNumber {
        let next = EntityNumber::try_from(self.kinds.len()).unwrap_or(EntityNumber::MAX);
        *self.kinds.entry(kind.clone()).or_insert(next)
    }

    /// Returns the entities of one type that scopes name.
    pub(crate) fn names(&self, kind: &EntityType) -> ScopeNames {
        let named = self.uids.iter().filter(|(uid, _)| uid.entity_type() == kind);
        ScopeNames {
            kind: self.kinds.get(kind).copied(),
            ids: named.map(|(uid, key)| (AsRef::<str>::as_ref(uid.eid()).to_owned(), *key)).collect(),
        }
    }

    /// Returns the policies whose scopes match, in ascending order.
    pub(crate) fn matching(&self, asked: &NumberedQuestion) -> Vec<Rule> {
        let mut rules = Vec::with_capacity(32);
        for (lists, side) in [(&self.by_resource, &asked.resource), (&self.by_principal, &asked.principal)] {
            if lists.is_empty() {
                continue;
            }
            for key in side.own.iter().chain(&side.above) {
                let list = lists.get(*key as usize).map_or(&[][..], Vec::as_slice);
                rules.extend(list.iter().copied().filter(|rule| self.matches(*rule, asked)));
            }
        }
        rules.extend(self.open.iter().copied().filter(|rule| self.matches(*rule, asked)));
        rules.sort_unstable();
        // A caller may list an entity among its own ancestors; each rule is still evaluated once.
        rules.dedup();
        rules
    }

    fn matches(&self, rule: Rule, asked: &NumberedQuestion) -> bool {
        self.scopes.get(rule as usize).is_some_and(|scope| {
            scope.acts.matches(&asked.action)
                && scope.resource.matches(&asked.resource)
                && scope.principal.matches(&asked.principal)
        })
    }
}

fn file(lists: &mut Vec<Vec<Rule>>, key: EntityNumber, rule: Rule) {
    let place = key as usize;
    if lists.len() <= place {
        lists.resize_with(place + 1, Vec::new);
    }
    if let Some(list) = lists.get_mut(place) {
        list.push(rule);
    }
}

impl Part {
    const fn names(self) -> Option<EntityNumber> {
        match self {
            Self::Eq(key) | Self::In(key) | Self::IsIn(_, key) => Some(key),
            Self::Any | Self::Is(_) | Self::Never => None,
        }
    }

    fn matches(self, side: &Side) -> bool {
        match self {
            Self::Any => true,
            Self::Is(kind) => side.kind == Some(kind),
            Self::Eq(key) => side.own == Some(key),
            Self::In(key) => side.is_in(key),
            Self::IsIn(kind, key) => side.kind == Some(kind) && side.is_in(key),
            Self::Never => false,
        }
    }
}

impl Acts {
    fn matches(&self, side: &Side) -> bool {
        match self {
            Self::Any => true,
            Self::Eq(key) => side.own == Some(*key),
            Self::In(keys) => keys.iter().any(|key| side.is_in(*key)),
        }
    }
}

impl Side {
    /// Cedar's `in`: true for the entity itself and for its ancestors.
    fn is_in(&self, key: EntityNumber) -> bool {
        self.own == Some(key) || self.above.contains(&key)
    }
}
