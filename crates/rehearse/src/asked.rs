//! From a recorded access back to the request that was made.

use countersign_decide::{Request, Who};
use countersign_evidence::Access;
use countersign_names::Principal;
use countersign_policy::{Items, Place};
use countersign_world::World;
use std::collections::BTreeMap;

/// Who asked. A session is named even where it had ended, since that is how it was asked; whoever was asked about and
/// not found was recorded as nobody, and asks the same as nobody.
pub fn who(access: &Access<'_>) -> Who {
    match (access.session, access.principal) {
        (Some(session), _) => Who::Session(session),
        (None, Principal::Person(person)) => Who::Person(person),
        (None, Principal::Service(service)) => Who::Service(service),
        (None, Principal::Anonymous) => Who::Anonymous,
    }
}

/// The request, in the world that its decision knew.
pub fn request(access: &Access<'_>, world: &World) -> Request {
    Request {
        who: who(access),
        // A device is known by its key, and was found by it.
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
    }
}

/// Where it came from.
pub fn place(access: &Access<'_>) -> Option<Place> {
    let (address, network) = access.address.zip(access.network)?;
    Some(Place { address, network: network.to_owned() })
}

/// Whether something that policies read of it was cut when it was recorded, so that it cannot be asked again as it was.
/// See `evidence::record` for the lengths.
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
