//! Reconstructs the request from a recorded access.

use countersign_decide::{Request, Who};
use countersign_evidence::Access;
use countersign_names::{Principal, Timestamp};
use countersign_policy::{Items, Place};
use countersign_world::World;
use std::collections::BTreeMap;

/// Returns the requester. A session is named even if it had ended, because the request named it. A principal that was
/// not found was recorded as anonymous, which has the same evidence.
pub fn who(access: &Access<'_>) -> Who {
    match (access.session, access.principal) {
        (Some(session), _) => Who::Session(session),
        (None, Principal::Person(person)) => Who::Person(person),
        (None, Principal::Service(service)) => Who::Service(service),
        (None, Principal::Anonymous) => Who::Anonymous,
    }
}

/// Returns the request, in the world that its decision knew.
pub fn request(access: &Access<'_>, world: &World) -> Request {
    Request {
        who: who(access),
        // The decision found the device by its key, so the request contained the key.
        key: access.device.and_then(|device| world.device(device)).and_then(|device| device.about.key),
        application: access.application.clone(),
        resource: access.resource.clone(),
        action: access.action,
        operation: access.operation.to_owned(),
        item: access.item.to_owned(),
        tags: access.tags.cloned().unwrap_or_default(),
        content_type: access.content_type.map(str::to_owned),
        address: access.address,
        idle: access.idle.unwrap_or(0),
        // The age that was read, whichever of the report and of what was observed since it was that of: the age of this
        // moment is the same, and the report's own is not younger.
        posture_confirmed_at: access.posture_age.map(|age| {
            Timestamp::from_micros(access.at.as_micros().saturating_sub(age.saturating_mul(1_000_000)))
        }),
    }
}

/// Returns the place of the request.
pub fn place(access: &Access<'_>) -> Option<Place> {
    let (address, network) = access.address.zip(access.network)?;
    Some(Place { address, network: network.to_owned() })
}

/// Returns whether the record truncated something that policies read, so that the access cannot be evaluated again as
/// it was. See `evidence::record` for the lengths.
pub fn is_cut(access: &Access<'_>, reads: Items) -> bool {
    const LONGEST_TEXT: usize = 4_000;
    const LONGEST_LIST: usize = 128;
    let cut = |text: &str| text.len() > LONGEST_TEXT && text.ends_with('…');
    let tags = |tags: &BTreeMap<String, String>| {
        tags.len() >= LONGEST_LIST || tags.iter().any(|(key, value)| cut(key) || cut(value))
    };
    (reads.has(Items::OPERATION) && cut(access.operation))
        || (reads.has(Items::ITEM) && (access.is_item_cut || cut(access.item)))
        || (reads.has(Items::CONTENT_TYPE) && access.content_type.is_some_and(cut))
        || (reads.has(Items::RESOURCE) && access.tags.is_some_and(tags))
}
