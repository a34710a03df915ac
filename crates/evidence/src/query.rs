//! What is asked of the store.

use crate::record::Effect;
use countersign_lake::{AsRecordQuery, RecordQuery};
use countersign_names::{Action, ApplicationName, DeviceId, Principal, ResourceName, Timestamp};

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
