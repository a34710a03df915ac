//! Queries to the store.

use crate::record::Effect;
use countersign_lake::{AsRecordQuery, RecordQuery};
use countersign_names::{Action, ApplicationName, DeviceId, Principal, ResourceName, Timestamp};

/// A filter for decisions. A decision must match every part that is set; the default selects the newest 100.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// The first time that matches (inclusive).
    pub since: Timestamp,
    /// The end of the time span (exclusive).
    pub until: Timestamp,
    /// The application.
    pub application: Option<ApplicationName>,
    /// The principal.
    pub principal: Option<Principal>,
    /// The outcome.
    pub effect: Option<Effect>,
    /// The action.
    pub action: Option<Action>,
    /// The device.
    pub device: Option<DeviceId>,
    /// The resource.
    pub resource: Option<ResourceName>,
    /// Maximum number of rows; the newest are returned. No result has more than [`Query::MOST`].
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
    /// Maximum number of rows in one result. For more, use an engine that reads the Parquet files itself.
    pub const MOST: usize = RecordQuery::MOST;
}

impl AsRecordQuery for Query {
    fn as_record_query(&self) -> RecordQuery {
        let mut texts = Vec::new();
        texts.extend(self.application.as_ref().map(|wanted| ("application", wanted.to_string())));
        texts.extend(self.principal.map(|wanted| ("principal", wanted.to_string())));
        texts.extend(self.effect.map(|wanted| ("effect", wanted.to_string())));
        texts.extend(self.action.map(|wanted| ("action", wanted.to_string())));
        texts.extend(self.device.map(|wanted| ("device", wanted.to_string())));
        texts.extend(self.resource.as_ref().map(|wanted| ("resource", wanted.to_string())));
        RecordQuery { since: self.since, until: self.until, texts, limit: self.limit }
    }
}
