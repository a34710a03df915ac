//! The body of an answer that is produced while it is read: piece by piece through a short queue. So the producer waits
//! for the reader, and memory is bounded.

use axum::body::{Body, Bytes};
use http_body::Frame;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::sync::mpsc;

/// Capacity of the queue. Small, because a revocation can no longer stop the pieces in it.
const QUEUE: usize = 4;

/// A piece of an answer.
#[derive(Debug)]
pub enum Piece {
    /// A part of the answer.
    Part(Frame<Bytes>),
    /// The answer is complete. A queue that closes without this piece was cut, and the client must notice that:
    /// otherwise it would take a part for the whole.
    End,
}

/// Returns a body and the sender of its pieces. Sending fails once the reader is gone.
pub fn pieces() -> (mpsc::Sender<Piece>, Body) {
    let (sender, queue) = mpsc::channel(QUEUE);
    (sender, Body::new(PieceBody { queue, over: false }))
}

struct PieceBody {
    queue: mpsc::Receiver<Piece>,
    over: bool,
}

/// The error of an answer that broke off before its end.
#[derive(Debug)]
struct BrokenOff;

impl std::fmt::Display for BrokenOff {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the answer was cut short")
    }
}

impl std::error::Error for BrokenOff {}

impl http_body::Body for PieceBody {
    type Data = Bytes;
    type Error = BrokenOff;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BrokenOff>>> {
        if self.over {
            return Poll::Ready(None);
        }
        self.queue.poll_recv(cx).map(|piece| match piece {
            Some(Piece::Part(frame)) => Some(Ok(frame)),
            Some(Piece::End) => {
                self.over = true;
                None
            }
            None => {
                self.over = true;
                Some(Err(BrokenOff))
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::BodyExt as _;

    async fn put(sender: &mpsc::Sender<Piece>, text: &'static str) {
        sender.send(Piece::Part(Frame::data(Bytes::from_static(text.as_bytes())))).await.unwrap();
    }

    #[tokio::test]
    async fn only_what_was_ended_is_whole() {
        let (sender, body) = pieces();
        put(&sender, "a").await;
        put(&sender, "b").await;
        sender.send(Piece::End).await.unwrap();
        assert_eq!(body.collect().await.unwrap().to_bytes(), "ab");

        let (sender, body) = pieces();
        put(&sender, "a").await;
        drop(sender);
        assert!(body.collect().await.is_err());
    }

    #[tokio::test]
    async fn whoever_makes_it_waits_for_whoever_reads_it() {
        let (sender, mut body) = pieces();
        for _ in 0..QUEUE {
            put(&sender, "x").await;
        }
        assert!(sender.try_send(Piece::End).is_err());
        body.frame().await.unwrap().unwrap();
        assert!(sender.try_send(Piece::End).is_ok());
        drop(body);
        assert!(sender.is_closed());
    }
}
