//! Recorded decisions.

use crate::access::{OwnedBy, READS};
use crate::parameters::query;
use crate::row::{EndpointRow, EventStream, NoBody, OptionalBody, get, post};
use crate::{
    AskAgain, AskedAgain, DecisionBatch, DecisionEffect, Decisions, Explained, ItemLimit, PersonRef,
};
use countersign_names::{Action, ApplicationName, DeviceId, Principal, Timestamp};

query! {
    /// The decisions to list. All given parameters must match.
    #[derive(Default)]
    DecisionFilter {
        /// Only records since this moment, inclusive.
        since: Option<Timestamp>,
        /// Only records before this moment.
        until: Option<Timestamp>,
        /// Only those of this application.
        application: Option<ApplicationName>,
        /// Only those of this person: an id, address or alias.
        person: Option<PersonRef>,
        /// Only those of this principal.
        principal: Option<Principal>,
        /// Only those with this outcome: `allow` or `deny`.
        effect: Option<DecisionEffect>,
        /// Only those with this action.
        action: Option<Action>,
        /// Only those with this device.
        device: Option<DeviceId>,
        /// Maximum number of decisions on the page: 100 if absent, never more than 10,000.
        limit: Option<ItemLimit>,
        /// Continue after an earlier page: its `next`.
        cursor: Option<String>,
    }
}

query! {
    /// The decisions to stream. All given parameters must match.
    #[derive(Default)]
    DecisionStreamFilter {
        /// Only those of this application.
        application: Option<ApplicationName>,
        /// Only those of this person: an id, address or alias.
        person: Option<PersonRef>,
        /// Only those with this outcome: `allow` or `deny`.
        effect: Option<DecisionEffect>,
        /// Only those with this action.
        action: Option<Action>,
        /// Only those with this device.
        device: Option<DeviceId>,
    }
}

rows! {
    /// List recorded decisions, the newest first.
    LIST: EndpointRow<0, NoBody, Decisions, DecisionFilter> =
        get("decisions.list", "/decisions", READS.or_own(OwnedBy::PersonInQuery));

    /// Stream decisions as they are recorded, the oldest first: one event, `decisions`, whenever there are new ones. `Last-Event-ID`
    /// resumes a stream after the last decision of an event. The stream ends when the permission to read decisions ends.
    FOLLOW: EndpointRow<0, NoBody, EventStream<DecisionBatch>, DecisionStreamFilter> =
        get("decisions.follow", "/decision-stream", READS);

    /// Show a decision and why this was its outcome.
    WHY: EndpointRow<1, NoBody, Explained> =
        get("decisions.why", "/decisions/{id}", READS);

    /// Evaluate a decision again with changed evidence. Changes nothing, and nothing is permitted by the answer. Without changes it lists
    /// the evidence that can be changed.
    AGAIN: EndpointRow<1, OptionalBody<AskAgain>, AskedAgain> =
        post("decisions.again", "/decisions/{id}/again", READS)
            .example(r#"{"policies": "now", "changes": [{"item": "device", "value": "absent"}, {"item": "posture.firewall", "value": "pass"}]}"#);
}
