//! What the front page of the sign-in host shows that is not this room's business: others provide it.

use countersign_names::{PersonId, SessionId, Timestamp};
use std::future::Future;
use std::pin::Pin;

/// An application that somebody may open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApplicationLink {
    /// What people call it.
    pub title: String,
    /// Where it is.
    pub url: String,
    /// A few words about it: its label, or why it cannot be opened just now.
    pub note: String,
}

/// A decision about somebody, as they are shown it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionLine {
    /// When.
    pub at: Timestamp,
    /// What was asked for, in words.
    pub what: String,
    /// Whether it was allowed.
    pub allowed: bool,
    /// Where the decision is explained, if anywhere.
    pub url: Option<String>,
}

/// Decisions, once they were read.
pub type Recent<'a> = Pin<Box<dyn Future<Output = Vec<DecisionLine>> + Send + 'a>>;

/// What the front page shows beside passkeys and sessions.
pub trait Home: Send + Sync + 'static {
    /// The applications that this person, with this session, may open.
    fn applications(&self, person: PersonId, session: SessionId) -> Vec<ApplicationLink>;

    /// The latest decisions about this person, newest first.
    fn decisions(&self, person: PersonId) -> Recent<'_> {
        let _nobody = person;
        Box::pin(std::future::ready(Vec::new()))
    }
}

/// A front page with passkeys and sessions alone.
impl Home for () {
    fn applications(&self, _person: PersonId, _session: SessionId) -> Vec<ApplicationLink> {
        Vec::new()
    }
}
