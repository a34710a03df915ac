//! Facts about devices.

use crate::{Device, Posture};
use countersign_names::DeviceId;
use serde::{Deserialize, Serialize};

/// An event about a device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", deny_unknown_fields)]
pub enum DeviceFact {
    /// A device came into the inventory.
    #[serde(rename = "device.registered/1")]
    Registered {
        /// Its id.
        device: DeviceId,
        /// What it is.
        #[serde(flatten)]
        about: Device,
    },
    /// What is known about a device changed; the whole is stated.
    #[serde(rename = "device.changed/1")]
    Changed {
        /// Its id.
        device: DeviceId,
        /// What it is now.
        #[serde(flatten)]
        about: Device,
    },
    /// A device's posture was reported.
    #[serde(rename = "device.posture_reported/1")]
    PostureReported {
        /// The device.
        device: DeviceId,
        /// What was found, and when.
        posture: Posture,
    },
    /// A device went out of the inventory.
    #[serde(rename = "device.removed/1")]
    Removed {
        /// Its id.
        device: DeviceId,
    },
}
