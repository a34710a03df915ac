//! Reach: who could do what in the present world, without a request.

use crate::words;
use countersign_names::{
    Action, ApplicationName, DeviceId, ExceptionId, GrantId, GroupName, PersonId, PolicyId, Principal,
    ResourceName, Sensitivity,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The principals that could perform an action on a resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WhoCan {
    /// The resource.
    #[schema(value_type = words::ResourceName)]
    pub resource: ResourceName,
    /// The action.
    #[schema(value_type = words::Action)]
    pub action: Action,
    /// The label in force.
    #[schema(value_type = words::Sensitivity)]
    pub sensitivity: Sensitivity,
    /// Whether the resource or its application has that label. Otherwise it counts as restricted.
    pub labelled: bool,
    /// Whether the application is in the stage `observe`: then denials are recorded and not enforced.
    pub observed: bool,
    /// Whether an anonymous caller can.
    pub anonymous: bool,
    /// Attributes of the request that the policies also read: `address`, `operation`, `item`, `content_type`, `time`.
    /// With other values the answer may differ.
    pub depends_on: Vec<String>,
    /// Number of people in each class, on every page.
    pub people: ReachCounts,
    /// Number of service accounts in each class.
    pub services: ReachCounts,
    /// The principals of this page, by class (can now, could with more, cannot), then by name.
    pub items: Vec<Reacher>,
    /// Whether there are more than on this page.
    pub more: bool,
    /// The `cursor` of the next page; absent at the end of the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// Number of principals in each class.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReachCounts {
    /// Those who can with what they have.
    pub now: u64,
    /// Those who could with something that they can get.
    pub with: u64,
    /// Those who cannot.
    pub never: u64,
}

/// The classes of reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReachClass {
    /// The principal can with what they have, after signing in now.
    Now,
    /// The principal could with the things in `needs`.
    With,
    /// The principal cannot, with anything that they could get alone.
    Never,
}

/// Something that a principal would need.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReachNeed {
    /// Its name: `enrol-a-passkey`, `report-posture`, `fix-posture`, `use-a-managed-device` or `request-a-grant`.
    pub need: String,
    /// The same as text.
    pub text: String,
}

/// A principal that could, or could not, and the reasons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Reacher {
    /// The principal.
    #[schema(value_type = words::Principal)]
    pub principal: Principal,
    /// The name.
    pub name: String,
    /// A person's address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The groups through which the permits apply: each is a path from a group of the principal to the group that a
    /// permit names. Empty if the permits do not depend on a group, or if there are none.
    #[schema(value_type = Vec<Vec<words::GroupName>>)]
    pub through: Vec<Vec<GroupName>>,
    /// The class and the reasons.
    #[serde(flatten)]
    pub reach: Reach,
}

/// Whether a principal can do one thing, and the reasons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Reach {
    /// The class.
    pub class: ReachClass,
    /// The smallest addition that the principal would need.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<ReachNeed>,
    /// The permits that allow it, now or with the addition.
    #[schema(value_type = Vec<words::PolicyId>)]
    pub permitted_by: Vec<PolicyId>,
    /// The reasons for denial: now, or, for a principal that cannot, those that remain with everything that they could
    /// get. Each is a policy, or one of the product's own reasons, such as `no-permit`.
    #[schema(value_type = Vec<words::PolicyId>)]
    pub stopped_by: Vec<PolicyId>,
    /// The principal's device that is required, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::DeviceId>)]
    pub device: Option<DeviceId>,
    /// The principal's active grant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::GrantId>)]
    pub grant: Option<GrantId>,
    /// The exceptions that apply to the principal.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<words::ExceptionId>)]
    pub exceptions: Vec<ExceptionId>,
}

/// What one person could do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WhatCan {
    /// The person.
    #[schema(value_type = words::PersonId)]
    pub person: PersonId,
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
    /// Whether the person is suspended, and so can do nothing.
    pub suspended: bool,
    /// The resources of this page, in the order of applications and of their declarations.
    pub items: Vec<Reachable>,
    /// Whether there are more than on this page.
    pub more: bool,
    /// The `cursor` of the next page; absent at the end of the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// A resource, and what a person could do with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Reachable {
    /// The application.
    #[schema(value_type = words::ApplicationName)]
    pub application: ApplicationName,
    /// The resource.
    #[schema(value_type = words::ResourceName)]
    pub resource: ResourceName,
    /// The requests that belong to it, such as `GET,HEAD /admin/**`. Empty for `other`, which contains the rest.
    pub routes: Vec<String>,
    /// The label in force.
    #[schema(value_type = words::Sensitivity)]
    pub sensitivity: Sensitivity,
    /// Whether the resource or its application has that label.
    pub labelled: bool,
    /// Whether the application is in the stage `observe`.
    pub observed: bool,
    /// The address of the application's first page; absent if it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Every action.
    pub actions: Vec<ReachableAction>,
}

/// An action, and whether a person can perform it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReachableAction {
    /// The action.
    #[schema(value_type = words::Action)]
    pub action: Action,
    /// Attributes of the request that the policies also read, as in `WhoCan`.
    pub depends_on: Vec<String>,
    /// The class and the reasons.
    #[serde(flatten)]
    pub reach: Reach,
}
