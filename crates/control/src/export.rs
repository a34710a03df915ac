//! Exports the evidence to other systems: every decision, sign-in and grant of a span as OCSF events, one per line.
//!
//! The answer is produced while it is read, oldest first. Decisions come from the evidence, the rest from the journal.
//! The journal is folded again, because only the world of that time knows whose session ended and their name.
//!
//! Some of it may be unreadable (a damaged file), which is unknown until all of it was read. A line that says so would
//! be an event that never happened, and a header comes too early, so the answer ends in a trailer that names what is
//! missing. For a client that takes no trailers the answer breaks off instead: every client notices a failure, but none
//! notices a part that passes for the whole.

mod facts;
mod lines;

use crate::input::QueryParameters;
use crate::lasting::Lasting;
use crate::pieces::{Piece, pieces};
use crate::{Control, Refusal};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use countersign_api::{INCOMPLETE, LINES_MEDIA_TYPE, rows};
use countersign_names::Timestamp;
use http_body::Frame;
use lines::{DecisionLines, ExportLine, FactLines};
use std::ops::Range;
use tokio::sync::mpsc;

/// Number of bytes in one piece of the answer.
const PIECE: usize = 64 << 10;
/// Maximum length of a trailer in bytes: programs that read headers limit their length.
const LONGEST_TRAILER: usize = 1_024;

pub async fn export(
    State(control): State<Control>,
    headers: HeaderMap,
    QueryParameters(asked): QueryParameters<rows::evidence::ExportOptions>,
) -> Result<Response, Refusal> {
    let time = time(&asked)?;
    let trailers = takes_trailers(&headers);
    let (out, body) = pieces();
    tokio::spawn(run(control, time, trailers, out));
    let mut response = body.into_response();
    let head = response.headers_mut();
    head.insert(header::CONTENT_TYPE, HeaderValue::from_static(LINES_MEDIA_TYPE));
    if trailers {
        head.insert(header::TRAILER, HeaderValue::from_static(INCOMPLETE));
    }
    response.extensions_mut().insert(Lasting);
    Ok(response)
}

fn time(asked: &rows::evidence::ExportOptions) -> Result<Range<Timestamp>, Refusal> {
    let since = asked.since.unwrap_or(Timestamp::from_micros(i64::MIN));
    let until = asked.until.unwrap_or(Timestamp::MAX);
    if since >= until {
        return Err(Refusal::invalid("since", "it is not before until"));
    }
    Ok(since..until)
}

/// Returns whether the client accepts trailers; otherwise none are sent.
fn takes_trailers(headers: &HeaderMap) -> bool {
    let values = headers.get_all(header::TE).into_iter().filter_map(|value| value.to_str().ok());
    let mut codings = values.flat_map(|value| value.split(','));
    codings.any(|coding| coding.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("trailers"))
}

async fn run(control: Control, time: Range<Timestamp>, trailers: bool, out: mpsc::Sender<Piece>) {
    let mut gaps = Vec::new();
    match write(&control, time, &mut gaps, &out).await {
        Ok(()) => {}
        Err(ExportEnd::Gone) => return,
        Err(ExportEnd::Failed(why)) => {
            tracing::warn!(why, "an export was cut short");
            return;
        }
    }
    if !gaps.is_empty() {
        tracing::warn!(?gaps, "an export is incomplete");
        if !trailers {
            return;
        }
        let named = HeaderMap::from_iter([(header::HeaderName::from_static(INCOMPLETE), trailer(&gaps))]);
        // A send that fails means that the client is gone and needs no trailer.
        let _ = out.send(Piece::Part(Frame::trailers(named))).await;
    }
    let _ = out.send(Piece::End).await;
}

/// Why an export ended early.
enum ExportEnd {
    /// The client stopped reading.
    Gone,
    /// The export cannot continue.
    Failed(String),
}

/// Merges the events of both sources, oldest first.
async fn write(
    control: &Control,
    time: Range<Timestamp>,
    gaps: &mut Vec<String>,
    out: &mpsc::Sender<Piece>,
) -> Result<(), ExportEnd> {
    let mut decisions = DecisionLines::of(control, time.clone());
    let mut facts = FactLines::of(control, time).await.map_err(ExportEnd::Failed)?;
    let mut piece = Vec::with_capacity(PIECE + PIECE / 8);
    loop {
        let decided = decisions.peek(gaps).await.map_err(ExportEnd::Failed)?;
        let stated = facts.peek(gaps).await.map_err(ExportEnd::Failed)?;
        // At the same moment the fact comes first, because the decision may rest on it.
        let facts_first = match (stated, decided) {
            (None, None) => break,
            (Some(stated), Some(decided)) => stated <= decided,
            (stated, None) => stated.is_some(),
            (None, Some(_)) => false,
        };
        let line = if facts_first { facts.take() } else { decisions.take() };
        if let Some(ExportLine { json, .. }) = line {
            piece.extend_from_slice(&json);
        }
        if piece.len() >= PIECE {
            send(&mut piece, out).await?;
        }
    }
    send(&mut piece, out).await
}

async fn send(piece: &mut Vec<u8>, out: &mpsc::Sender<Piece>) -> Result<(), ExportEnd> {
    if piece.is_empty() {
        return Ok(());
    }
    let whole = Bytes::from(std::mem::take(piece));
    out.send(Piece::Part(Frame::data(whole))).await.map_err(|_| ExportEnd::Gone)
}

/// Describes what is missing, in characters that a header may hold.
fn trailer(gaps: &[String]) -> HeaderValue {
    let plain = |c: char| if c == ' ' || c.is_ascii_graphic() { c } else { '?' };
    let text: String = gaps.join("; ").chars().map(plain).take(LONGEST_TRAILER).collect();
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static("not everything could be read"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trailers_are_for_those_who_ask_for_them() {
        for (te, takes) in [
            (None, false),
            (Some(""), false),
            (Some("trailers"), true),
            (Some("deflate, Trailers;q=0.5"), true),
            (Some("trailer"), false),
        ] {
            let headers = te.map(|te| (header::TE, HeaderValue::from_static(te)));
            assert_eq!(takes_trailers(&headers.into_iter().collect()), takes, "{te:?}");
        }
    }

    #[test]
    fn what_is_missing_fits_into_a_header() {
        let gaps = ["a\r\nb: c".to_owned(), "é".repeat(5_000)];
        let value = trailer(&gaps);
        assert!(value.to_str().unwrap().starts_with("a??b: c; ??"));
        assert_eq!(value.len(), LONGEST_TRAILER);
    }
}
