//! What is asked of the store, and what it answers.

use crate::elsewhere::Away;
use crate::record::{Effect, Row};
use countersign_names::{Action, ApplicationName, DeviceId, Principal, ResourceName, Timestamp};
use std::path::PathBuf;

/// Which decisions are wanted. Every part that is set must hold; the default wants the newest 100.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// Not before this moment.
    pub since: Timestamp,
    /// Before this moment.
    pub until: Timestamp,
    /// Of this application.
    pub application: Option<ApplicationName>,
    /// By this principal.
    pub principal: Option<Principal>,
    /// That fell this way.
    pub effect: Option<Effect>,
    /// About this action.
    pub action: Option<Action>,
    /// From this device.
    pub device: Option<DeviceId>,
    /// About this resource.
    pub resource: Option<ResourceName>,
    /// At most so many, the newest. No answer holds more than [`Query::MOST`].
    pub limit: usize,
}

impl Default for Query {
    fn default() -> Self {
        Self {
            since: Timestamp::from_micros(i64::MIN),
            until: Timestamp::MAX,
            application: None,
            principal: None,
            effect: None,
            action: None,
            device: None,
            resource: None,
            limit: 100,
        }
    }
}

impl Query {
    /// Most rows of one answer: larger questions are for an engine that reads the Parquet itself.
    pub const MOST: usize = 10_000;

    /// The columns that must hold a certain text.
    pub(crate) fn texts(&self) -> Vec<(&'static str, String)> {
        let mut texts = Vec::new();
        texts.extend(self.application.as_ref().map(|wanted| ("application", wanted.to_string())));
        texts.extend(self.principal.map(|wanted| ("principal", wanted.to_string())));
        texts.extend(self.effect.map(|wanted| ("effect", wanted.to_string())));
        texts.extend(self.action.map(|wanted| ("action", wanted.to_string())));
        texts.extend(self.device.map(|wanted| ("device", wanted.to_string())));
        texts.extend(self.resource.as_ref().map(|wanted| ("resource", wanted.to_string())));
        texts
    }

    /// Whether a file that is elsewhere may hold records of the time.
    pub(crate) fn spans(&self, away: &Away) -> bool {
        away.file.first < self.until && self.since <= away.file.last
    }

    /// Whether a record is wanted.
    pub(crate) fn wants(&self, row: &Row) -> bool {
        let decided = &row.decided;
        decided.at >= self.since
            && decided.at < self.until
            && self.application.as_ref().is_none_or(|wanted| *wanted == decided.application)
            && self.principal.is_none_or(|wanted| wanted == decided.principal)
            && self.effect.is_none_or(|wanted| wanted == decided.effect)
            && self.action.is_none_or(|wanted| wanted == decided.action)
            && self.device.is_none_or(|wanted| Some(wanted) == decided.device)
            && self.resource.as_ref().is_none_or(|wanted| *wanted == decided.resource)
    }
}

/// An answer, and what it could not take into account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    /// The rows: newest first from [`Store::list`](crate::Store::list), oldest first from a [`Scan`](crate::Scan).
    pub rows: Vec<Row>,
    /// What was not read. An answer with an entry here may lack rows, and whoever shows it must say so.
    pub skipped: Vec<Skipped>,
}

/// Something that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// Which file or folder.
    pub path: PathBuf,
    /// Why, for the person who looks after the installation.
    pub why: String,
}
