//! Settings: applications, labels and exceptions as a whole, as a working folder holds them.

use crate::{Declaration, words};
use countersign_names::{ApplicationName, GroupName, PolicyId, ResourceName, Sensitivity, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Applications, labels and exceptions, beside the policies. Whatever is left out here stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// What these applications are. One that is not among them stays as it is.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(value_type = BTreeMap<String, Declaration>)]
    pub applications: BTreeMap<ApplicationName, Declaration>,
    /// Every label that is given to a part of an application beside its declaration: one that is not among them is taken away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<BTreeMap<String, words::Sensitivity>>)]
    pub labels: Option<BTreeMap<ResourceName, Sensitivity>>,
    /// Every exception that holds: one that is not among them is ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exceptions: Option<Vec<ExceptionSetting>>,
}

impl Settings {
    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.applications.is_empty() && self.labels.is_none() && self.exceptions.is_none()
    }
}

/// An exception as a working folder holds it: by what it says, since one that is new has no id yet.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExceptionSetting {
    /// The guardrail that does not hold. It must be one that reads exceptions.
    #[schema(value_type = words::PolicyId)]
    pub policy: PolicyId,
    /// For one person: an id, address or alias. Name a person or a group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// For everybody in a group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::GroupName>)]
    pub group: Option<GroupName>,
    /// At one application; none: at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::ApplicationName>)]
    pub application: Option<ApplicationName>,
    /// Who answers for it: a person's id, address or alias.
    pub owner: String,
    /// Who allowed it, in words.
    #[schema(min_length = 1, max_length = 2000)]
    pub authority: String,
    /// Why.
    #[schema(min_length = 1, max_length = 2000)]
    pub reason: String,
    /// When it ends by itself: at most a year from now.
    #[schema(value_type = words::Moment)]
    pub expires_at: Timestamp,
}

/// The settings as they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SettingsInForce {
    /// SHA-256 over them.
    #[schema(value_type = words::Digest)]
    pub version: String,
    /// All of them, but for the control plane's own application, which is the configuration's.
    pub settings: Settings,
}

/// Of which settings a plan was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PlannedSettings {
    /// SHA-256 over those that were so.
    #[schema(value_type = words::Digest)]
    pub running: String,
    /// SHA-256 over those that were planned, as they were sent.
    #[schema(value_type = words::Digest)]
    pub planned: String,
}
