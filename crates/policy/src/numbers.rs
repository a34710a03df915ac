//! Translates a question into numbers of the index without building a Cedar entity.

use crate::engine::Engine;
use crate::index::{NumberedQuestion, ScopeNames, Side};
use crate::question::Question;
use crate::schema::{self, TYPES};
use countersign_names::{Action, PrincipalKind};
use std::borrow::Cow;

/// The entities that scopes name, per entity type of our schema.
#[derive(Debug, Clone, Default)]
pub(crate) struct Numbers {
    /// Principals, by kind.
    principals: [ScopeNames; 3],
    groups: ScopeNames,
    /// One part per action, built in advance: there are few actions, and they have no ancestors.
    actions: Vec<Side>,
    resources: ScopeNames,
    applications: ScopeNames,
}

impl Numbers {
    pub(crate) fn new(engine: &Engine) -> Self {
        let index = &engine.index;
        let actions = index.names(&TYPES.action);
        Self {
            principals: [PrincipalKind::Anonymous, PrincipalKind::Person, PrincipalKind::Service]
                .map(|kind| index.names(schema::principal_type(kind))),
            groups: index.names(&TYPES.group),
            actions: Action::ALL
                .iter()
                .map(|action| actions.side(|| Cow::Borrowed(action.as_str()), None))
                .collect(),
            resources: index.names(&TYPES.resource),
            applications: index.names(&TYPES.application),
        }
    }

    pub(crate) fn ask(&self, question: &Question) -> NumberedQuestion {
        let kind = question.principal.kind();
        let groups = match kind {
            PrincipalKind::Anonymous => &[][..],
            _ => &question.subject.groups,
        };
        let groups = groups.iter().map(|group| self.groups.get(group.as_str()));
        let id = || Cow::Owned(question.principal.to_string());
        let action = Action::ALL.iter().position(|action| *action == question.action);
        let application = self.applications.get(question.resource.application().as_str());
        NumberedQuestion {
            principal: self
                .principals
                .get(kind as usize)
                .map(|names| names.side(id, groups))
                .unwrap_or_default(),
            action: action.and_then(|place| self.actions.get(place)).cloned().unwrap_or_default(),
            resource: self.resources.side(|| Cow::Borrowed(question.resource.as_str()), [application]),
        }
    }
}
