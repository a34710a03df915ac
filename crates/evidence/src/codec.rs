//! The binary form of decisions in the write-ahead file. Payloads of older layouts remain readable.

use crate::kind::Decisions;
use crate::record::{
    Authentication, Cause, Completed, CutText, Decided, DeviceEvidence, Effect, Ended, Folded, FoldedOver,
    Place,
};
use countersign_lake::wire::{self, Unreadable, Wire};
use countersign_lake::{Payload, PayloadOf, Peek, wire_as_text, wire_in_order};
use countersign_names::DecisionId;

/// A layout without the tags at the end; still readable.
const DECIDED_1: u8 = 1;
pub(crate) const COMPLETED_1: u8 = 2;
/// A layout without `folded` and `item_cut` at the end; still readable.
const DECIDED_2: u8 = 3;
pub(crate) const DECIDED_3: u8 = 4;

pub(crate) fn read(payload: &[u8]) -> Result<PayloadOf<Decisions>, Unreadable> {
    let (shape, rest) = payload.split_first().ok_or(Unreadable)?;
    match *shape {
        // Appended: zero tags, and no `folded` and `item_cut`.
        DECIDED_1 => decided(&[rest, &[0, 0, 0]].concat()),
        // Appended: no `folded` and `item_cut`.
        DECIDED_2 => decided(&[rest, &[0, 0]].concat()),
        DECIDED_3 => decided(rest),
        COMPLETED_1 => wire::whole(rest).map(Payload::End),
        _ => Err(Unreadable),
    }
}

fn decided(bytes: &[u8]) -> Result<PayloadOf<Decisions>, Unreadable> {
    wire::whole(bytes).map(Box::new).map(Payload::Record)
}

pub(crate) fn peek(payload: &[u8]) -> Result<Peek<DecisionId>, Unreadable> {
    let (shape, mut rest) = payload.split_first().ok_or(Unreadable)?;
    let is_end = match *shape {
        DECIDED_1 | DECIDED_2 | DECIDED_3 => false,
        COMPLETED_1 => true,
        _ => return Err(Unreadable),
    };
    Ok(Peek { is_end, key: Wire::take(&mut rest)?, at: Wire::take(&mut rest)? })
}

wire_as_text!(Effect, Cause, Ended, FoldedOver);
wire_in_order!(Authentication { assurance, method, phishing_resistant, age_seconds, credential });
wire_in_order!(DeviceEvidence { managed, compliant, proved, posture_age_seconds, failing });
wire_in_order!(Place { address, network });
wire_in_order!(Folded { count, first, over });
wire_in_order!(CutText { bytes, sha256 });
wire_in_order!(Completed { id, at, status, bytes_in, bytes_out, duration_micros, ended });
wire_in_order!(Decided {
    id,
    at,
    gate,
    principal,
    session,
    device,
    application,
    resource,
    action,
    operation,
    item,
    effect,
    enforced,
    cause,
    world,
    policies,
    reasons,
    shadow,
    errors,
    remedies,
    exceptions,
    grant,
    sensitivity,
    labelled,
    authentication,
    session_age_seconds,
    session_idle_seconds,
    device_evidence,
    place,
    risk,
    content_type,
    latency_micros,
    tags,
    folded,
    item_cut,
});
