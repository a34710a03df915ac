//! The kinds of requests. Each kind needs its own question, because Cedar's types depend on it.

use crate::witness::principal_word;
use cedar_policy::RequestEnv;
use countersign_names::{Action, PrincipalKind};

/// All requests of one kind of principal for one action. There is only one kind of resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Kind {
    /// The kind of principal.
    pub principal: PrincipalKind,
    /// The requested action.
    pub action: Action,
}

impl Kind {
    /// Returns the kind for an environment of the schema; `None` if it is not of our schema.
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

/// Readable by people, such as `a person who wants to read`.
impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} who wants to {}", principal_word(self.principal), self.action)
    }
}
