//! Settings: all applications, labels and exceptions, as a working folder holds them.

use crate::{Declaration, words};
use countersign_names::{ApplicationName, GroupName, PolicyId, ResourceName, Sensitivity, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Applications, labels and exceptions, beside the policies. A field that is left out keeps its present state.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The declarations of these applications. Applications that are not listed keep theirs.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(value_type = BTreeMap<String, Declaration>)]
    pub applications: BTreeMap<ApplicationName, Declaration>,
    /// Every label of a part beside its declaration. A label that is not listed is removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<BTreeMap<String, words::Sensitivity>>)]
    pub labels: Option<BTreeMap<ResourceName, Sensitivity>>,
    /// Every exception in force. An exception that is not listed is ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exceptions: Option<Vec<ExceptionSetting>>,
}

impl Settings {
    /// Returns whether all fields are absent.
    pub fn is_empty(&self) -> bool {
        self.applications.is_empty() && self.labels.is_none() && self.exceptions.is_none()
    }
}

/// An exception as a working folder holds it: by its content, because a new one has no id yet.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExceptionSetting {
    /// The guardrail. It must be one that reads exceptions.
    #[schema(value_type = words::PolicyId)]
    pub policy: PolicyId,
    /// The person who is exempt: an id, address or alias. Name a person or a group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// The group whose members are exempt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::GroupName>)]
    pub group: Option<GroupName>,
    /// The application. Absent means every application.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::ApplicationName>)]
    pub application: Option<ApplicationName>,
    /// Who is responsible for it: a person's id, address or alias.
    pub owner: String,
    /// Who allowed it, as text.
    #[schema(min_length = 1, max_length = 2000)]
    pub authority: String,
    /// The reason.
    #[schema(min_length = 1, max_length = 2000)]
    pub reason: String,
    /// When it expires: at most a year from now.
    #[schema(value_type = words::Moment)]
    pub expires_at: Timestamp,
}

/// The present settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SettingsInForce {
    /// SHA-256 over them.
    #[schema(value_type = words::Digest)]
    pub version: String,
    /// All of them, except for the control plane's own application, which the configuration declares.
    pub settings: Settings,
}

/// The settings that a plan compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PlannedSettings {
    /// SHA-256 over the present settings.
    #[schema(value_type = words::Digest)]
    pub running: String,
    /// SHA-256 over the planned settings, as they were sent.
    #[schema(value_type = words::Digest)]
    pub planned: String,
}
