//! What is told of a request to whoever follows requests through several processes: one span, which holds no secrets,
//! no query and no name of a person. The decision's id in it leads those who may know more to the records.
//!
//! The names of fields are OpenTelemetry's (semantic conventions for HTTP servers); its libraries are not known here.

use super::Gate;
use crate::body::Answer;
use crate::heard::RequestHead;
use crate::routes::Routed;
use countersign_names::DecisionId;
use http::header::HeaderMap;
use http::{Method, Response};
use tracing::Span;
use tracing::field::{Empty, display};

/// The target of the gate's spans, by which they are told from everything else that is said.
pub const SPAN_TARGET: &str = "countersign::request";

/// Somebody who follows requests beyond this process.
pub trait Traces: Send + Sync + 'static {
    /// `span` begins with a request that has these headers, which may say what it is part of.
    fn begin(&self, span: &Span, headers: &HeaderMap);

    /// Say in the headers of a request to an application that it is part of `span`.
    fn pass_on(&self, span: &Span, headers: &mut HeaderMap);
}

impl Gate {
    /// The span of a request; none, at no cost, where nobody follows requests.
    pub(super) fn span(&self, heard: &RequestHead, tls: bool, headers: &HeaderMap) -> Span {
        let Some(traces) = &self.traces else { return Span::none() };
        let span = tracing::info_span!(
            target: SPAN_TARGET,
            parent: None,
            "request",
            otel.name = known(&heard.method).unwrap_or("HTTP"),
            otel.kind = "server",
            otel.status_code = Empty,
            http.request.method = known(&heard.method).unwrap_or("_OTHER"),
            http.response.status_code = Empty,
            url.scheme = if tls { "https" } else { "http" },
            url.path = heard.target.path().as_str(),
            server.address = heard.host.as_str(),
            countersign.application = Empty,
            countersign.resource = Empty,
            countersign.action = Empty,
            countersign.effect = Empty,
            countersign.decision = Empty,
        );
        traces.begin(&span, headers);
        span
    }

    /// Tell an application, in the headers of a request, which span it is part of.
    pub(super) fn pass_on_span(&self, headers: &mut HeaderMap) {
        if let Some(traces) = &self.traces {
            traces.pass_on(&Span::current(), headers);
        }
    }
}

/// What a request was taken to mean.
pub(super) fn routed(span: &Span, routed: &Routed) {
    if !span.is_disabled() {
        span.record("countersign.application", routed.application.name.as_str());
        span.record("countersign.resource", display(&routed.resource));
        span.record("countersign.action", display(&routed.action));
    }
}

/// What was decided of it.
pub(super) fn decided(span: &Span, effect: &'static str, decision: Option<DecisionId>) {
    if !span.is_disabled() {
        span.record("countersign.effect", effect);
        if let Some(decision) = decision {
            span.record("countersign.decision", display(decision));
        }
    }
}

/// How it was answered. A client's mistake is no error of ours.
pub(super) fn answered(span: &Span, answer: &Response<Answer>) {
    if !span.is_disabled() {
        span.record("http.response.status_code", i64::from(answer.status().as_u16()));
        if answer.status().is_server_error() {
            span.record("otel.status_code", "ERROR");
        }
    }
}

/// The methods that everybody knows; any other word is the client's, and there is no end to them.
fn known(method: &Method) -> Option<&str> {
    let known = [
        Method::GET,
        Method::HEAD,
        Method::POST,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
        Method::OPTIONS,
    ];
    known.contains(method).then_some(method.as_str())
}
