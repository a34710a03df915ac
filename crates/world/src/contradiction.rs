//! The error for a fact that is not valid.

/// A fact is not valid after those before it: the kind of error, and a message with the remedy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Contradiction {
    /// The kind of error.
    pub kind: Kind,
    /// The field that is wrong.
    pub field: &'static str,
    /// What is wrong, and what to do instead.
    pub message: String,
}

/// The kinds of error that callers distinguish.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The subject does not exist.
    Unknown,
    /// The name or value is already in use, or the change is already made.
    Taken,
    /// The subject has ended, was used up or has expired.
    Over,
    /// The fact is impossible in any state.
    Impossible,
    /// The fact would remove the last item of a kind of which one must remain.
    Last,
    /// The fact needs a second person to countersign it.
    Countersign,
}

impl Contradiction {
    pub(crate) fn unknown(field: &'static str, what: &str, id: impl std::fmt::Display) -> Self {
        Self { kind: Kind::Unknown, field, message: format!("there is no {what} {id}") }
    }

    pub(crate) fn taken(field: &'static str, message: impl Into<String>) -> Self {
        Self { kind: Kind::Taken, field, message: message.into() }
    }

    pub(crate) fn over(field: &'static str, message: impl Into<String>) -> Self {
        Self { kind: Kind::Over, field, message: message.into() }
    }

    pub(crate) fn last(field: &'static str, message: impl Into<String>) -> Self {
        Self { kind: Kind::Last, field, message: message.into() }
    }

    pub(crate) fn countersign(why: &str) -> Self {
        let message = format!("this needs a second person: {why}");
        Self { kind: Kind::Countersign, field: "proposal", message }
    }

    pub(crate) fn impossible(field: &'static str, message: impl Into<String>) -> Self {
        Self { kind: Kind::Impossible, field, message: message.into() }
    }
}
