//! Applications: what they are, how requests to them are named, how sensitive their parts are.

use crate::words;
use countersign_names::{Action, ApplicationName, ResourceName, Sensitivity};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;

/// An application as it is declared now, with the labels that were given since.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Application {
    /// Its name.
    #[schema(value_type = words::ApplicationName)]
    pub name: ApplicationName,
    /// What it was declared as.
    pub declared: Declaration,
    /// The labels that were given to its resources since; they go before those in the declaration.
    #[schema(value_type = BTreeMap<String, words::Sensitivity>)]
    pub labels: BTreeMap<ResourceName, Sensitivity>,
}

/// What an application is. The same as an application file, in JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Declaration {
    /// The protocol that it speaks; left out, it is `http`.
    #[serde(default, skip_serializing_if = "ApplicationKind::is_http")]
    pub kind: ApplicationKind,
    /// What people call it.
    pub title: String,
    /// Who answers for it, in words (a team or a person).
    pub owner: String,
    /// The hosts under which people reach it, in lower case, without a port.
    pub hosts: BTreeSet<String>,
    /// Where the gate forwards to: an origin such as `http://127.0.0.1:3000`.
    #[schema(example = "http://127.0.0.1:3000")]
    pub upstream: String,
    /// Whether refusals are only recorded, or carried out.
    #[serde(default)]
    pub stage: ApplicationStage,
    /// The label of every resource that has none of its own; none counts as restricted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Sensitivity>)]
    pub sensitivity: Option<Sensitivity>,
    /// The header in which the upstream receives the signed assertion of who asks.
    #[serde(default = "crate::declaration::default_assertion_header")]
    pub assertion_header: String,
    /// Media types that count as a download, as `type/subtype` or `type/*`.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub download_types: BTreeSet<String>,
    /// The words that an AuthZEN client of this application uses for its actions, and what they mean here.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(value_type = BTreeMap<String, words::Action>)]
    pub operations: BTreeMap<String, Action>,
    /// The request headers that it is told, in lower case, beside those of HTTP itself; null leaves that to the gate's
    /// rules.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_headers: Option<BTreeSet<String>>,
    /// Its named parts, tried in order: the first route that matches a request names its resource. A request that
    /// none matches belongs to the part `other`.
    #[serde(default)]
    pub resources: Vec<Resource>,
}

/// The protocol that an application speaks: which gate serves it, and which fields declare it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ApplicationKind {
    /// HTTP and WebSocket.
    #[default]
    Http,
}

impl ApplicationKind {
    /// Whether it need not be written: a declaration without a kind is one of HTTP.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
    pub(crate) const fn is_http(&self) -> bool {
        matches!(self, Self::Http)
    }
}

/// Whether an application's refusals are carried out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ApplicationStage {
    /// Decided and recorded, but let through: for what is being brought in.
    Observe,
    /// Decided, recorded, and refused when the answer is no.
    #[default]
    Enforce,
}

/// A named part of an application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Resource {
    /// Its name within the application (`pages`, `runs/approve`).
    pub part: String,
    /// Its label; none takes the application's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Sensitivity>)]
    pub sensitivity: Option<Sensitivity>,
    /// The requests that mean it.
    #[serde(default)]
    pub routes: Vec<Route>,
}

/// A shape of request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// The methods, in capital letters; none means every method.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub methods: BTreeSet<String>,
    /// The path: segments, `*` for any one segment, and `**` at the end for any rest, the empty one included.
    #[schema(example = "/admin/**")]
    pub path: String,
    /// The action that it is; none derives it from the method (GET and HEAD read, the rest write).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Action>)]
    pub action: Option<Action>,
}

/// A stage to be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StageChange {
    /// The stage from now on.
    pub stage: ApplicationStage,
}

/// A label to be given or taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Label {
    /// The label; null takes it away, and the resource has that of its declaration again.
    #[serde(deserialize_with = "said")]
    #[schema(value_type = Option<words::Sensitivity>, required = true)]
    pub sensitivity: Option<Sensitivity>,
}

/// A field that may be null, but not left out: forgetting it must not take a label away.
fn said<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Sensitivity>, D::Error> {
    Option::deserialize(from)
}
