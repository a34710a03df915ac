//! The posture checks of devices (R9).

use crate::NameError;
use serde::{Deserialize, Serialize};

/// A posture check, as policies and agents name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PostureCheck {
    /// The disk is encrypted.
    DiskEncryption,
    /// Security updates are installed.
    OsPatched,
    /// Endpoint protection is running.
    EndpointProtection,
    /// The host firewall is on.
    Firewall,
    /// The machine booted through a verified chain.
    SecureBoot,
    /// The screen locks automatically.
    ScreenLock,
}

impl PostureCheck {
    /// Every check.
    pub const ALL: &'static [Self] = &[
        Self::DiskEncryption,
        Self::OsPatched,
        Self::EndpointProtection,
        Self::Firewall,
        Self::SecureBoot,
        Self::ScreenLock,
    ];

    /// Returns the check's name on the wire and in policies.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DiskEncryption => "disk_encryption",
            Self::OsPatched => "os_patched",
            Self::EndpointProtection => "endpoint_protection",
            Self::Firewall => "firewall",
            Self::SecureBoot => "secure_boot",
            Self::ScreenLock => "screen_lock",
        }
    }

    /// Returns the instruction for the person at the device, as a clause after "please".
    pub const fn remedy(self) -> &'static str {
        match self {
            Self::DiskEncryption => "turn on disk encryption",
            Self::OsPatched => "install the pending security updates",
            Self::EndpointProtection => "start the endpoint protection",
            Self::Firewall => "turn on the firewall",
            Self::SecureBoot => "turn on secure boot in the firmware",
            Self::ScreenLock => "let the screen lock by itself",
        }
    }
}

impl std::fmt::Display for PostureCheck {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

impl std::str::FromStr for PostureCheck {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        Self::ALL.iter().copied().find(|check| check.as_str() == text).ok_or_else(|| {
            NameError::new(
                "a posture check",
                text,
                "use disk_encryption, os_patched, endpoint_protection, firewall, secure_boot or screen_lock",
            )
        })
    }
}

/// The result of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckResult {
    /// Passed.
    Pass,
    /// Failed.
    Fail,
    /// The reporter could not determine it; counts as not passed.
    Unknown,
}
