//! A question in the index's numbers, without making a single Cedar entity.

use crate::engine::Engine;
use crate::index::{Asked, Key, Side};
use crate::question::Question;
use crate::schema::{self, TYPES};
use countersign_names::{Action, PrincipalKind};
use std::collections::HashMap;

/// The numbers that the index gave to the names in scopes, by our own names: a question is put into numbers without
/// making a single Cedar entity.
#[derive(Debug, Clone, Default)]
pub(crate) struct Numbers {
    groups: HashMap<String, Key>,
    applications: HashMap<String, Key>,
    resources: HashMap<String, Key>,
    principals: HashMap<String, Key>,
    actions: [Option<Key>; 5],
    kinds: [Option<Key>; 3],
    resource_kind: Option<Key>,
}

impl Numbers {
    pub(crate) fn new(engine: &Engine) -> Self {
        let index = &engine.index;
        let mut numbers = Self {
            kinds: [PrincipalKind::Anonymous, PrincipalKind::Person, PrincipalKind::Service]
                .map(|kind| index.kind_of(schema::principal_type(kind))),
            resource_kind: index.kind_of(&TYPES.resource),
            ..Self::default()
        };
        for (uid, key) in index.named() {
            let (kind, id) = (uid.entity_type(), uid.eid().as_ref());
            if *kind == TYPES.action {
                let place = Action::ALL.iter().position(|action| action.as_str() == id);
                if let Some(number) = place.and_then(|place| numbers.actions.get_mut(place)) {
                    *number = Some(key);
                }
                continue;
            }
            let names = if *kind == TYPES.group {
                &mut numbers.groups
            } else if *kind == TYPES.application {
                &mut numbers.applications
            } else if *kind == TYPES.resource {
                &mut numbers.resources
            } else {
                &mut numbers.principals
            };
            names.insert(id.to_owned(), key);
        }
        numbers
    }

    pub(crate) fn ask(&self, question: &Question) -> Asked {
        let kind = question.principal.kind();
        let own = |names: &HashMap<String, Key>, id: &dyn Fn() -> String| {
            if names.is_empty() { None } else { names.get(&id()).copied() }
        };
        let groups = match kind {
            PrincipalKind::Anonymous => &[][..],
            _ => &question.subject.groups,
        };
        let action = Action::ALL.iter().position(|action| *action == question.action);
        let application = self.applications.get(question.resource.application().as_str());
        Asked {
            principal: Side {
                own: own(&self.principals, &|| question.principal.to_string()),
                kind: self.kinds.get(kind as usize).copied().flatten(),
                above: groups.iter().filter_map(|group| self.groups.get(group.as_str()).copied()).collect(),
            },
            action: Side {
                own: action.and_then(|place| self.actions.get(place).copied().flatten()),
                ..Side::default()
            },
            resource: Side {
                own: self.resources.get(question.resource.as_str()).copied(),
                kind: self.resource_kind,
                above: application.into_iter().copied().collect(),
            },
        }
    }
}
