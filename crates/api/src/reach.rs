//! Who could reach what: answers about the world as it is, without anybody's request.

use crate::words;
use countersign_names::{
    Action, ApplicationName, DeviceId, ExceptionId, GrantId, GroupName, PersonId, PolicyId, Principal,
    ResourceName, Sensitivity,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Who could do something with a resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WhoCan {
    /// The resource.
    #[schema(value_type = words::ResourceName)]
    pub resource: ResourceName,
    /// The action.
    #[schema(value_type = words::Action)]
    pub action: Action,
    /// The label that counts.
    #[schema(value_type = words::Sensitivity)]
    pub sensitivity: Sensitivity,
    /// Whether anybody gave it or its application that label; if not, it counts as restricted.
    pub labelled: bool,
    /// Whether the application is only observed: then denials are recorded, and everybody gets through all the same.
    pub observed: bool,
    /// Whether anybody at all can, without signing in.
    pub anonymous: bool,
    /// What of the request itself the policies read besides: `address`, `operation`, `item`, `content_type`, `time`. With
    /// another, the answer may be another.
    pub depends_on: Vec<String>,
    /// How many people there are of each class, whatever the limit.
    pub people: ReachCounts,
    /// How many service accounts.
    pub services: ReachCounts,
    /// Those whom the limit leaves, by class: who can now, who could with more, who can not.
    pub items: Vec<Reacher>,
    /// Whether there are more than the limit let through.
    pub more: bool,
}

/// How many are of each class.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReachCounts {
    /// Those who can with what they have.
    pub now: u64,
    /// Those who could with something that they can get.
    pub with: u64,
    /// Those who can not.
    pub never: u64,
}

/// Whether somebody can.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReachClass {
    /// With what they have, having just signed in.
    Now,
    /// With what `needs` names.
    With,
    /// Not with anything that they could get by themselves.
    Never,
}

/// Something that somebody would need.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReachNeed {
    /// Its name: `enrol-a-passkey`, `report-posture`, `fix-posture`, `use-a-managed-device` or `request-a-grant`.
    pub need: String,
    /// The same in words.
    pub text: String,
}

/// Somebody who could, or could not, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Reacher {
    /// Who.
    #[schema(value_type = words::Principal)]
    pub principal: Principal,
    /// What they are called.
    pub name: String,
    /// A person's address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The groups through which the permits reach them: each a path from a group that they are in to the group that a
    /// permit names. Empty for whoever is permitted otherwise, or not at all.
    #[schema(value_type = Vec<Vec<words::GroupName>>)]
    pub through: Vec<Vec<GroupName>>,
    /// Whether they can, and why.
    #[serde(flatten)]
    pub reach: Reach,
}

/// Whether somebody can do one thing, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Reach {
    /// Whether they can.
    pub class: ReachClass,
    /// The least that they would need beside what they have.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<ReachNeed>,
    /// The permits that let them in, now or with what they need.
    #[schema(value_type = Vec<words::PolicyId>)]
    pub permitted_by: Vec<PolicyId>,
    /// What stops them now; of those who can not, what would stop them even with everything that they could get. A
    /// policy, or what the product itself calls a reason, such as `no-permit`.
    #[schema(value_type = Vec<words::PolicyId>)]
    pub stopped_by: Vec<PolicyId>,
    /// The device of theirs that it rests on, if it takes one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::DeviceId>)]
    pub device: Option<DeviceId>,
    /// The grant of theirs that is active.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::GrantId>)]
    pub grant: Option<GrantId>,
    /// The exceptions that cover them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<words::ExceptionId>)]
    pub exceptions: Vec<ExceptionId>,
}

/// What one person could do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WhatCan {
    /// Who.
    #[schema(value_type = words::PersonId)]
    pub person: PersonId,
    /// What they are called.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Whether they are suspended: then they can do nothing.
    pub suspended: bool,
    /// Every resource that the limit leaves, in the order of applications and of their declarations.
    pub items: Vec<Reachable>,
    /// Whether there are more than the limit let through.
    pub more: bool,
}

/// A resource, and what somebody could do with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Reachable {
    /// The application.
    #[schema(value_type = words::ApplicationName)]
    pub application: ApplicationName,
    /// The resource.
    #[schema(value_type = words::ResourceName)]
    pub resource: ResourceName,
    /// The requests that mean it, as `GET,HEAD /admin/**`; none for `other`, which is the rest.
    pub routes: Vec<String>,
    /// The label that counts.
    #[schema(value_type = words::Sensitivity)]
    pub sensitivity: Sensitivity,
    /// Whether anybody gave it or its application that label.
    pub labelled: bool,
    /// Whether the application is only observed.
    pub observed: bool,
    /// Every action.
    pub actions: Vec<ReachableAction>,
}

/// An action, and whether somebody can do it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReachableAction {
    /// The action.
    #[schema(value_type = words::Action)]
    pub action: Action,
    /// What of the request itself the policies read besides, as in `WhoCan`.
    pub depends_on: Vec<String>,
    /// Whether they can, and why.
    #[serde(flatten)]
    pub reach: Reach,
}
