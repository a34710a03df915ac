//! The kinds of requests: each is a question of its own, because Cedar types what it reads by them.

use crate::witness::principal_word;
use cedar_policy::RequestEnv;
use countersign_names::{Action, PrincipalKind};

/// All requests of one kind of principal for one action. There is one kind of resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Kind {
    /// Who asks.
    pub principal: PrincipalKind,
    /// What they want to do.
    pub action: Action,
}

impl Kind {
    /// The kind that the schema calls this; none when it is not of our schema.
    pub(crate) fn of(env: &RequestEnv) -> Option<Self> {
        let type_name = env.principal().to_string();
        let principal = match type_name.rsplit("::").next()? {
            "Person" => PrincipalKind::Person,
            "Service" => PrincipalKind::Service,
            "Anonymous" => PrincipalKind::Anonymous,
            _ => return None,
        };
        let id: &str = env.action().id().as_ref();
        let action = Action::ALL.iter().copied().find(|action| action.as_str() == id)?;
        Some(Self { principal, action })
    }
}

/// For people, as in `a person who wants to read`.
impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} who wants to {}", principal_word(self.principal), self.action)
    }
}
