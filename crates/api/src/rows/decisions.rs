//! Recorded decisions.

use crate::access::{OwnedBy, READS};
use crate::row::{EndpointRow, EventStream, NoBody, OptionalBody, get, post};
use crate::{AskAgain, AskedAgain, CURSOR, DecisionBatch, Decisions, Explained, words};

rows! {
    /// List recorded decisions, the newest first.
    LIST: EndpointRow<0, NoBody, Decisions> =
        get("decisions.list", "/decisions", READS.or_own(OwnedBy::PersonInQuery))
            .asks::<words::Moment>("since", "Only records since this moment, inclusive.")
            .asks::<words::Moment>("until", "Only records before this moment.")
            .asks::<words::ApplicationName>("application", "Only those of this application.")
            .asks::<String>("person", "Only those of this person: an id, address or alias.")
            .asks::<words::Principal>("principal", "Only those of this principal.")
            .asks::<String>("effect", "Only those with this outcome: `allow` or `deny`.")
            .asks::<words::Action>("action", "Only those with this action.")
            .asks::<words::DeviceId>("device", "Only those with this device.")
            .asks::<words::Limit>("limit", "Maximum number of decisions on the page: 100 if absent, never more than 10,000.")
            .asks::<String>(CURSOR, "Continue after an earlier page: its `next`.");

    /// Stream decisions as they are recorded, the oldest first: one event, `decisions`, whenever there are new ones. `Last-Event-ID`
    /// resumes a stream after the last decision of an event. The stream ends when the permission to read decisions ends.
    FOLLOW: EndpointRow<0, NoBody, EventStream<DecisionBatch>> =
        get("decisions.follow", "/decision-stream", READS)
            .asks::<words::ApplicationName>("application", "Only those of this application.")
            .asks::<String>("person", "Only those of this person: an id, address or alias.")
            .asks::<String>("effect", "Only those with this outcome: `allow` or `deny`.")
            .asks::<words::Action>("action", "Only those with this action.")
            .asks::<words::DeviceId>("device", "Only those with this device.");

    /// Show a decision and why this was its outcome.
    WHY: EndpointRow<1, NoBody, Explained> =
        get("decisions.why", "/decisions/{id}", READS);

    /// Evaluate a decision again with changed evidence. Changes nothing, and nothing is permitted by the answer. Without changes it lists
    /// the evidence that can be changed.
    AGAIN: EndpointRow<1, OptionalBody<AskAgain>, AskedAgain> =
        post("decisions.again", "/decisions/{id}/again", READS)
            .example(r#"{"policies": "now", "changes": [{"item": "device", "value": "absent"}, {"item": "posture.firewall", "value": "pass"}]}"#);
}
