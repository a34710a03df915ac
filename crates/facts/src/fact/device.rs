//! Facts about devices.

use crate::{Device, Posture};
use countersign_names::DeviceId;
use serde::{Deserialize, Serialize};

/// An event about a device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", deny_unknown_fields)]
pub enum DeviceFact {
    /// A device was added to the inventory.
    #[serde(rename = "device.registered/1")]
    Registered {
        /// The id of the device.
        device: DeviceId,
        /// The device's record.
        #[serde(flatten)]
        about: Device,
    },
    /// The record of a device changed; the fact holds the whole record.
    #[serde(rename = "device.changed/1")]
    Changed {
        /// The id of the device.
        device: DeviceId,
        /// The new record.
        #[serde(flatten)]
        about: Device,
    },
    /// A device's posture was reported.
    #[serde(rename = "device.posture_reported/1")]
    PostureReported {
        /// The device.
        device: DeviceId,
        /// The results of the checks, and their time.
        posture: Posture,
    },
    /// A device was removed from the inventory.
    #[serde(rename = "device.removed/1")]
    Removed {
        /// The id of the device.
        device: DeviceId,
    },
}

#[cfg(test)]
crate::golden::every_fact! { DeviceFact {
    Registered { device, about },
    Changed { device, about },
    PostureReported { device, posture },
    Removed { device },
} }
