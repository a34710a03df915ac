//! The interface to the parts of the front page that other rooms provide.

use countersign_names::{PersonId, SessionId, Timestamp};
use std::future::Future;
use std::pin::Pin;

/// An application that a person may open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApplicationLink {
    /// The title.
    pub title: String,
    /// The URL.
    pub url: String,
    /// A short note: its label, or why it cannot be opened at the moment.
    pub note: String,
}

/// A decision about a person, as the front page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionLine {
    /// When the decision was made.
    pub at: Timestamp,
    /// The request, in words.
    pub what: String,
    /// Whether it was allowed.
    pub allowed: bool,
    /// The URL of an explanation, if there is one.
    pub url: Option<String>,
}

/// A future of recent decisions.
pub type Recent<'a> = Pin<Box<dyn Future<Output = Vec<DecisionLine>> + Send + 'a>>;

/// The parts of the front page in addition to passkeys and sessions.
pub trait Home: Send + Sync + 'static {
    /// Returns the applications that this person may open with this session.
    fn applications(&self, person: PersonId, session: SessionId) -> Vec<ApplicationLink>;

    /// Returns the latest decisions about this person, newest first.
    fn decisions(&self, person: PersonId) -> Recent<'_> {
        let _nobody = person;
        Box::pin(std::future::ready(Vec::new()))
    }
}

/// A front page with passkeys and sessions only.
impl Home for () {
    fn applications(&self, _person: PersonId, _session: SessionId) -> Vec<ApplicationLink> {
        Vec::new()
    }
}
