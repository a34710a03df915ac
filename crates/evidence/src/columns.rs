//! The columns of decisions: one list defines the name, the type and the value of each. `docs/evidence.md` documents
//! them; a test compares the two.

use crate::record::{Completed, Decided};
use countersign_lake::columns::{CellSource as Cell, ColumnSource, Hex, show, texts};

const fn always<T>(name: &'static str, cell: Cell<T>) -> ColumnSource<T> {
    ColumnSource::always(name, cell)
}

const fn maybe<T>(name: &'static str, cell: Cell<T>) -> ColumnSource<T> {
    ColumnSource::maybe(name, cell)
}

pub(crate) const DECIDED: &[ColumnSource<Decided>] = &[
    always("id", Cell::Text(|d, out| show(Some(d.id), out))),
    always("at", Cell::Moment(|d| Some(d.at))),
    always("gate", Cell::Text(|d, out| out.append_value(&d.gate))),
    always("principal", Cell::Text(|d, out| show(Some(d.principal), out))),
    maybe("session", Cell::Text(|d, out| show(d.session, out))),
    maybe("device", Cell::Text(|d, out| show(d.device, out))),
    always("application", Cell::Text(|d, out| out.append_value(d.application.as_str()))),
    always("resource", Cell::Text(|d, out| out.append_value(d.resource.as_str()))),
    always("action", Cell::Text(|d, out| out.append_value(d.action.as_str()))),
    always("operation", Cell::Text(|d, out| out.append_value(&d.operation))),
    always("item", Cell::Text(|d, out| out.append_value(&d.item))),
    always("effect", Cell::Text(|d, out| out.append_value(d.effect.as_str()))),
    always("enforced", Cell::Flag(|d| Some(d.enforced))),
    always("cause", Cell::Text(|d, out| out.append_value(d.cause.as_str()))),
    always("world", Cell::Count(|d| Some(d.world))),
    always("policies", Cell::Text(|d, out| show(Some(Hex(d.policies)), out))),
    always("reasons", Cell::Texts(|d| texts(&d.reasons))),
    always("shadow", Cell::Texts(|d| texts(&d.shadow))),
    always("errors", Cell::Texts(|d| texts(&d.errors))),
    always("remedies", Cell::Texts(|d| texts(&d.remedies))),
    always("exceptions", Cell::Texts(|d| texts(&d.exceptions))),
    maybe("grant", Cell::Text(|d, out| show(d.grant, out))),
    always("sensitivity", Cell::Text(|d, out| out.append_value(d.sensitivity.as_str()))),
    always("labelled", Cell::Flag(|d| Some(d.labelled))),
    maybe(
        "authentication_assurance",
        Cell::Text(|d, out| out.append_option(d.authentication.as_ref().map(|a| a.assurance.as_str()))),
    ),
    maybe(
        "authentication_method",
        Cell::Text(|d, out| out.append_option(d.authentication.as_ref().map(|a| &a.method))),
    ),
    maybe(
        "authentication_phishing_resistant",
        Cell::Flag(|d| d.authentication.as_ref().map(|a| a.phishing_resistant)),
    ),
    maybe("authentication_age_seconds", Cell::Span(|d| d.authentication.as_ref().map(|a| a.age_seconds))),
    maybe(
        "authentication_credential",
        Cell::Text(|d, out| show(d.authentication.as_ref().map(|a| a.credential), out)),
    ),
    maybe("session_age_seconds", Cell::Span(|d| d.session_age_seconds)),
    maybe("session_idle_seconds", Cell::Span(|d| d.session_idle_seconds)),
    maybe("device_managed", Cell::Flag(|d| d.device_evidence.as_ref().map(|e| e.managed))),
    maybe("device_compliant", Cell::Flag(|d| d.device_evidence.as_ref().map(|e| e.compliant))),
    maybe("device_proved", Cell::Flag(|d| d.device_evidence.as_ref().map(|e| e.proved))),
    maybe(
        "device_posture_age_seconds",
        Cell::Span(|d| d.device_evidence.as_ref().and_then(|e| e.posture_age_seconds)),
    ),
    maybe("device_failing", Cell::Texts(|d| d.device_evidence.as_ref().and_then(|e| texts(&e.failing)))),
    maybe("place_address", Cell::Text(|d, out| show(d.place.as_ref().map(|p| p.address), out))),
    maybe("place_network", Cell::Text(|d, out| out.append_option(d.place.as_ref().map(|p| &p.network)))),
    always("risk", Cell::Text(|d, out| out.append_value(d.risk.as_str()))),
    maybe("content_type", Cell::Text(|d, out| out.append_option(d.content_type.as_ref()))),
    always("latency_micros", Cell::Count(|d| Some(d.latency_micros.into()))),
    maybe("tags", Cell::Pairs(|d| Some(&d.tags).filter(|tags| !tags.is_empty()))),
    maybe("folded_count", Cell::Count(|d| d.folded.map(|folded| folded.count))),
    maybe("folded_first_at", Cell::Moment(|d| d.folded.map(|folded| folded.first))),
    maybe("folded_over", Cell::Text(|d, out| out.append_option(d.folded.map(|folded| folded.over.as_str())))),
    maybe("item_bytes", Cell::Count(|d| d.item_cut.map(|cut| cut.bytes))),
    maybe("item_sha256", Cell::Text(|d, out| show(d.item_cut.map(|cut| Hex(cut.sha256)), out))),
];

/// The columns of a completion: in the decision's row if both were in one segment, otherwise in a file of its own, with
/// the id.
pub(crate) const COMPLETED: &[ColumnSource<Completed>] = &[
    maybe("completed_at", Cell::Moment(|c| Some(c.at))),
    maybe("status", Cell::Count(|c| Some(c.status.into()))),
    maybe("bytes_in", Cell::Count(|c| Some(c.bytes_in))),
    maybe("bytes_out", Cell::Count(|c| Some(c.bytes_out))),
    maybe("duration_micros", Cell::Count(|c| Some(c.duration_micros))),
    maybe("ended", Cell::Text(|c, out| out.append_value(c.ended.as_str()))),
];
