//! Applications: their declarations, the names of requests to them, and the sensitivity of their parts.

use crate::words;
use countersign_names::{Action, ApplicationName, ResourceName, Sensitivity};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;

/// An application as it is declared now, with the labels that were given later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Application {
    /// Its name.
    #[schema(value_type = words::ApplicationName)]
    pub name: ApplicationName,
    /// Its declaration.
    pub declared: Declaration,
    /// The labels that its resources were given later. They override those of the declaration.
    #[schema(value_type = BTreeMap<String, words::Sensitivity>)]
    pub labels: BTreeMap<ResourceName, Sensitivity>,
    /// The version of the declaration: a digest, the same for equal declarations. `expected_version` takes it.
    pub version: String,
}

/// The declaration of an application. It has the same content as an application file, in JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Declaration {
    /// The protocol that the application speaks. Default: `http`.
    #[serde(default, skip_serializing_if = "ApplicationKind::is_http")]
    pub kind: ApplicationKind,
    /// The name for people.
    pub title: String,
    /// Who is responsible for the application, as text (a team or a person).
    pub owner: String,
    /// The hosts at which people reach it, in lower case, without a port.
    pub hosts: BTreeSet<String>,
    /// The upstream to which the gate forwards: an origin such as `http://127.0.0.1:3000`.
    #[schema(example = "http://127.0.0.1:3000")]
    pub upstream: String,
    /// Whether denials are enforced or only recorded.
    #[serde(default)]
    pub stage: ApplicationStage,
    /// The label of every resource that has none of its own. Without a label a resource counts as restricted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Sensitivity>)]
    pub sensitivity: Option<Sensitivity>,
    /// The header in which the upstream receives the signed assertion of who makes the request.
    #[serde(default = "crate::declaration::default_assertion_header")]
    pub assertion_header: String,
    /// Media types that count as a download, as `type/subtype` or `type/*`.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub download_types: BTreeSet<String>,
    /// The names that an AuthZEN client of this application uses for its actions, and the actions that they mean here.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(value_type = BTreeMap<String, words::Action>)]
    pub operations: BTreeMap<String, Action>,
    /// The request headers that the application receives, in lower case, besides those of HTTP itself. Null leaves the
    /// choice to the gate's rules.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_headers: Option<BTreeSet<String>>,
    /// The named parts, in order: the first route that matches a request names its resource. A request that no route
    /// matches belongs to the part `other`.
    #[serde(default)]
    pub resources: Vec<Resource>,
}

/// The protocol that an application speaks. It determines the gate that serves the application, and the fields of its
/// declaration.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ApplicationKind {
    /// HTTP and WebSocket.
    #[default]
    Http,
}

impl ApplicationKind {
    /// Whether a declaration may leave it out: a declaration without a kind is one of HTTP.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
    pub(crate) const fn is_http(&self) -> bool {
        matches!(self, Self::Http)
    }
}

/// Whether denials of an application are enforced.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ApplicationStage {
    /// Decisions are recorded and not enforced. Use it while you introduce an application.
    Observe,
    /// Decisions are recorded and enforced.
    #[default]
    Enforce,
}

/// A named part of an application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Resource {
    /// Its name within the application (`pages`, `runs/approve`).
    pub part: String,
    /// Its label. Default: the label of the application.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Sensitivity>)]
    pub sensitivity: Option<Sensitivity>,
    /// The requests that belong to the part.
    #[serde(default)]
    pub routes: Vec<Route>,
}

/// A pattern of requests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// The methods, in capital letters. Empty means every method.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub methods: BTreeSet<String>,
    /// The path: segments, `*` for any one segment, and `**` at the end for any rest, also an empty one.
    #[schema(example = "/admin/**")]
    pub path: String,
    /// The action. Default: by the method (GET and HEAD read, others write).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Action>)]
    pub action: Option<Action>,
}

/// A request whose meaning is asked for. It is sent to no application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestToName {
    /// The method, in capital letters.
    #[schema(example = "GET")]
    pub method: String,
    /// The path, without a query.
    #[schema(example = "/admin/users")]
    pub path: String,
    /// Whether it asks for another protocol on its connection, as a WebSocket does.
    #[serde(default)]
    pub upgrade: bool,
    /// The parts to look it up in. Default: those that are declared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parts: Option<PartsToTry>,
}

/// The parts of an application that need not be declared yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PartsToTry {
    /// The label of the application.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Sensitivity>)]
    pub sensitivity: Option<Sensitivity>,
    /// The named parts, in order.
    pub resources: Vec<Resource>,
}

/// What a request to an application means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RequestMeaning {
    /// The path in the one form that the gate decides on and forwards.
    pub path: String,
    /// The resource that it means: a named part, or `other`.
    #[schema(value_type = words::ResourceName)]
    pub resource: ResourceName,
    /// The action that it means.
    #[schema(value_type = words::Action)]
    pub action: Action,
    /// The label that counts for the resource.
    #[schema(value_type = words::Sensitivity)]
    pub sensitivity: Sensitivity,
    /// False if neither the resource nor the application has a label, so that the resource counts as restricted.
    pub labelled: bool,
}

/// A new stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StageChange {
    /// The new stage.
    pub stage: ApplicationStage,
}

/// A label to set or remove.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Label {
    /// The label. Null removes it; the resource then has the label of its declaration again.
    #[serde(deserialize_with = "said")]
    #[schema(value_type = Option<words::Sensitivity>, required = true)]
    pub sensitivity: Option<Sensitivity>,
}

/// A field that may be null but cannot be left out, because a forgotten field must not remove a label.
fn said<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Sensitivity>, D::Error> {
    Option::deserialize(from)
}
