//! Checks of upstreams: whether what an application declares as its upstream answers.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An upstream to check. It need not be declared yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewUpstreamCheck {
    /// The upstream: an origin such as `http://127.0.0.1:3000`.
    #[schema(example = "http://127.0.0.1:3000")]
    pub upstream: String,
    /// The host to ask for, as people will: an application may answer only at its own. Default: the upstream itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "wiki.example.org")]
    pub host: Option<String>,
}

/// The result of a check of an upstream. It says what was found and never what the answer contained.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UpstreamCheck {
    /// The upstream with its port.
    pub upstream: String,
    /// Whether the gate would get an answer there.
    pub answers: bool,
    /// The kind of result.
    pub result: UpstreamResult,
    /// The result in one sentence, which continues the name of the upstream.
    pub message: String,
    /// What to do about it, if something needs to be done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
    /// The address that was tried last, with its port. Absent if the name has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "127.0.0.1:3000")]
    pub address: Option<String>,
    /// The status of the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The place that the answer redirects to, without query and fragment. The check did not go there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirect: Option<String>,
}

/// The kinds of result of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum UpstreamResult {
    /// It answers in HTTP.
    Answers,
    /// Its name has no address.
    UnknownName,
    /// The connection was refused.
    Closed,
    /// There is no way to its address.
    Unreachable,
    /// It was silent until the time was over.
    Silent,
    /// Its certificate is not trusted.
    Certificate,
    /// TLS failed for another reason.
    Tls,
    /// It does not answer in HTTP/1.1.
    NotHttp,
}
