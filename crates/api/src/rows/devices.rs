//! Devices and their posture.

use crate::access::{ADMINISTERS, OwnedBy, READS};
use crate::parameters::query;
use crate::row::{Created, EndpointRow, NoBody, NoContent, delete, get, post, put};
use crate::{Device, Items, NewDevice, PersonRef, PostureReport, SearchText, SortField};

query! {
    /// The devices to list. All given parameters must match.
    #[derive(Default)]
    DeviceFilter {
        /// Only devices whose name or platform contains this text, in upper or lower case.
        q: Option<SearchText>,
        /// Only those of this person: an id, address or alias.
        owner: Option<PersonRef>,
    }
}

rows! {
    /// List devices.
    LIST: EndpointRow<0, NoBody, Items<Device>, DeviceFilter> =
        get("devices.list", "/devices", READS.or_own(OwnedBy::OwnerInQuery))
            .sorted_by(&[SortField::ascending("name"), SortField::ascending("id")]);

    /// Register a device.
    REGISTER: EndpointRow<0, NewDevice, Created<Device>> =
        post("devices.register", "/devices", ADMINISTERS)
            .example(r#"{"name": "ada-laptop", "platform": "macOS", "owner": "ada@example.org", "managed": true}"#);

    /// Show a device.
    SHOW: EndpointRow<1, NoBody, Device> =
        get("devices.show", "/devices/{id}", READS);

    /// Replace the properties of a device.
    CHANGE: EndpointRow<1, NewDevice, Device> =
        put("devices.change", "/devices/{id}", ADMINISTERS)
            .example(r#"{"name": "ada-laptop", "platform": "macOS", "managed": true}"#);

    /// Remove a device.
    REMOVE: EndpointRow<1, NoBody, NoContent> =
        delete("devices.remove", "/devices/{id}", ADMINISTERS);

    /// Report a device's posture.
    REPORT: EndpointRow<1, PostureReport, Device> =
        post("devices.report", "/devices/{id}/posture", ADMINISTERS)
            .example(r#"{"checks": {"disk_encryption": "pass"}}"#);
}
