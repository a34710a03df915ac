//! Why a fact does not make sense.

/// A fact that does not make sense after those before it: what kind of trouble, and in words with the remedy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Contradiction {
    /// What kind of trouble.
    pub kind: Kind,
    /// The field that the trouble is about.
    pub field: &'static str,
    /// What is wrong, and what to do instead.
    pub message: String,
}

/// The kinds of trouble, as callers tell them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// What it speaks of does not exist.
    Unknown,
    /// What it claims is already somebody's, or already so.
    Taken,
    /// What it rests on has ended, was used up or expired.
    Over,
    /// It can not be, whatever the state.
    Impossible,
    /// It takes away the last of what there must be at least one of.
    Last,
    /// It takes a second person, who countersigns it.
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
        let message = format!("this takes a second person: {why}");
        Self { kind: Kind::Countersign, field: "proposal", message }
    }

    pub(crate) fn impossible(field: &'static str, message: impl Into<String>) -> Self {
        Self { kind: Kind::Impossible, field, message: message.into() }
    }
}
