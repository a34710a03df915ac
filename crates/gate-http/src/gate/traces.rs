//! What a trace contains about a request: one span, without secrets, queries or names of people. The decision's id in
//! it leads authorised readers to the records.
//!
//! The names of fields are OpenTelemetry's (semantic conventions for HTTP servers); this module does not know its
//! libraries.

use super::Gate;
use crate::body::Answer;
use crate::heard::RequestHead;
use crate::routes::Routed;
use countersign_names::DecisionId;
use http::header::HeaderMap;
use http::{Method, Response};
use tracing::Span;
use tracing::field::{Empty, display};

/// The target of the gate's spans, which separates them from all other events.
pub const SPAN_TARGET: &str = "countersign::request";

/// A tracer that follows requests beyond this process.
pub trait Traces: Send + Sync + 'static {
    /// Begins `span` for a request with these headers, which may name the trace that it belongs to.
    fn begin(&self, span: &Span, headers: &HeaderMap);

    /// Adds the headers that make a request to an application part of `span`.
    fn pass_on(&self, span: &Span, headers: &mut HeaderMap);
}

impl Gate {
    /// Returns the span of a request, or a disabled span, at no cost, without a tracer.
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

    /// Adds the current span to the headers of a request to an application.
    pub(super) fn pass_on_span(&self, headers: &mut HeaderMap) {
        if let Some(traces) = &self.traces {
            traces.pass_on(&Span::current(), headers);
        }
    }
}

/// Records what the request means.
pub(super) fn routed(span: &Span, routed: &Routed) {
    if !span.is_disabled() {
        span.record("countersign.application", routed.application.name.as_str());
        span.record("countersign.resource", display(&routed.resource));
        span.record("countersign.action", display(&routed.action));
    }
}

/// Records the decision.
pub(super) fn decided(span: &Span, effect: &'static str, decision: Option<DecisionId>) {
    if !span.is_disabled() {
        span.record("countersign.effect", effect);
        if let Some(decision) = decision {
            span.record("countersign.decision", display(decision));
        }
    }
}

/// Records the status of the answer. A client's mistake is not an error of ours.
pub(super) fn answered(span: &Span, answer: &Response<Answer>) {
    if !span.is_disabled() {
        span.record("http.response.status_code", i64::from(answer.status().as_u16()));
        if answer.status().is_server_error() {
            span.record("otel.status_code", "ERROR");
        }
    }
}

/// Returns the well-known methods only; a client may invent any number of others.
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
