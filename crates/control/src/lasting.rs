//! Long-lasting answers: the access lasts as long as its answer, and the answer no longer than the access.

use crate::pieces::{Piece, pieces};
use axum::body::Body;
use axum::response::Response;
use countersign_admission::{Admitted, Completion, Ended};
use http_body_util::BodyExt as _;
use tokio::sync::mpsc;

/// Marks such an answer, as an extension of the response.
#[derive(Debug, Clone, Copy)]
pub struct Lasting;

/// Wraps an answer, so that it breaks off when its access ends.
pub fn hold(admitted: Admitted, response: Response) -> Response {
    let (head, body) = response.into_parts();
    let (out, held) = pieces();
    tokio::spawn(pass(admitted, head.status.as_u16(), body, out));
    Response::from_parts(head, held)
}

async fn pass(admitted: Admitted, status: u16, body: Body, out: mpsc::Sender<Piece>) {
    let mut bytes_out = 0;
    let ended = tokio::select! {
        // Revocation first, so that nothing passes after it is known.
        biased;
        refused = admitted.revoked() => refused.ended(),
        ended = copy(&admitted, body, &out, &mut bytes_out) => ended,
    };
    admitted.complete(Completion { status, bytes_in: 0, bytes_out, ended });
}

async fn copy(admitted: &Admitted, mut body: Body, out: &mpsc::Sender<Piece>, bytes: &mut u64) -> Ended {
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else { return Ended::UpstreamFailed };
        if let Err(refused) = admitted.may_pass() {
            return refused.ended();
        }
        *bytes += frame.data_ref().map_or(0, |data| data.len() as u64);
        if out.send(Piece::Part(frame)).await.is_err() {
            return Ended::ClientGone;
        }
    }
    match out.send(Piece::End).await {
        Ok(()) => Ended::Finished,
        Err(_) => Ended::ClientGone,
    }
}
