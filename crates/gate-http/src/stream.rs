//! Passes a streamed answer on as it arrives, for as long as the access that it depends on lasts.

use crate::body::{Answer, Flow, Piece};
use crate::config::Times;
use crate::one_piece::OnePiece;
use crate::trailers::Trailing;
use crate::upstream::UpstreamLease;
use crate::window::{PIECE, Room, Window};
use bytes::{Bytes, BytesMut};
use countersign_admission::{Completion, Ended, Refused};
use countersign_gate::HeldAccess;
use countersign_listen::Place;
use http::HeaderMap;
use http_body::{Body as _, Frame};
use hyper::body::Incoming;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// Maximum number of bytes that are gathered to answer in one piece.
const AT_ONCE: usize = 64 * 1024;

/// Maximum number of pieces queued for the client. Small, because queued pieces have already left the application when
/// the access is revoked.
const QUEUE: usize = 4;

/// How long a client's connection has to notice that one of its streams was cut, before the gate closes the whole
/// connection. A client that reads notices at once; one that does not would otherwise keep the stream open for ever.
const NOTICE: Duration = Duration::from_millis(200);

/// What an answer in progress depends on and uses.
pub struct Exchange {
    /// The accesses that it depends on.
    pub held: HeldAccess,
    /// The connection to the application.
    pub lease: UpstreamLease,
    /// The state that both directions share.
    pub flow: Arc<Flow>,
    /// Closes the client's connection.
    pub connection: CancellationToken,
    /// The client's place within the limits of connections.
    pub place: Arc<Place>,
    /// The time-outs.
    pub times: Times,
    /// The status of the answer.
    pub status: u16,
    /// Which trailers may follow the answer.
    pub trailing: Trailing,
    /// The memory budget for answers that clients are slow to read.
    pub room: Room,
}

/// The source of an answer's pieces.
struct BodySource {
    /// The bytes that have arrived already.
    next: Bytes,
    trailers: Option<HeaderMap>,
    /// The rest, if any.
    body: Option<Incoming>,
}

/// The part of a body that is available without waiting.
enum Ready {
    All(Bytes, Option<HeaderMap>),
    Some(Bytes),
    Broken,
}

impl Exchange {
    /// Returns the body to answer with. A small one that is complete already is sent as a whole, which costs neither a
    /// task nor a channel. Any other is passed on by a task that lives as long as the access, and so is one whose
    /// request is still being uploaded.
    ///
    /// # Errors
    /// If the access ended before any byte of the answer was sent.
    pub async fn pass_on(self, mut body: Incoming) -> Result<Answer, (HeldAccess, Refused)> {
        let ready = gather(&mut body).await;
        if let Err(refused) = self.held.may_pass() {
            self.flow.cut();
            return Err((self.held, refused));
        }
        Ok(match ready {
            Ready::All(bytes, trailers) if self.flow.is_uploaded() => match self.room.whole(bytes) {
                Ok(bytes) => {
                    let trailers = trailers.and_then(|trailers| self.trailing.cleanse(trailers));
                    self.in_one_piece(bytes, trailers)
                }
                Err(bytes) => self.in_pieces(bytes, trailers, None),
            },
            Ready::All(bytes, trailers) => self.in_pieces(bytes, trailers, None),
            Ready::Some(first) => self.in_pieces(first, None, Some(body)),
            Ready::Broken => {
                let flow = Arc::clone(&self.flow);
                flow.cut();
                self.complete(0, Ended::UpstreamFailed);
                Answer::Live(mpsc::channel(1).1, flow)
            }
        })
    }

    fn in_one_piece(self, bytes: Bytes, trailers: Option<HeaderMap>) -> Answer {
        let completion = self.completion(bytes.len() as u64, Ended::Finished);
        self.lease.give_back();
        if bytes.is_empty() && trailers.is_none() {
            self.held.complete(completion);
            return Answer::Empty;
        }
        Answer::Held(bytes, trailers.map(Box::new), Arc::new(OnePiece::new(self.held, completion)))
    }

    fn in_pieces(self, first: Bytes, trailers: Option<HeaderMap>, body: Option<Incoming>) -> Answer {
        let (pieces, queue) = mpsc::channel(QUEUE);
        let flow = Arc::clone(&self.flow);
        let place = Arc::clone(&self.place);
        tokio::spawn(place.in_turn(self.pump(BodySource { next: first, trailers, body }, pieces)));
        Answer::Live(queue, flow)
    }

    async fn pump(self, mut source: BodySource, pieces: mpsc::Sender<Piece>) {
        metrics::gauge!("countersign_gate_open_streams").increment(1.0);
        let mut sent = 0;
        let ended = {
            let revoked = self.held.ended(self.times.grace);
            tokio::pin!(revoked);
            tokio::select! {
                biased;
                refused = &mut revoked => refused.ended(),
                ended = self.pass(&mut source, &pieces, &mut sent) => ended,
            }
        };
        metrics::gauge!("countersign_gate_open_streams").decrement(1.0);
        if ended == Ended::Finished {
            self.finish(sent, ended);
            return;
        }
        // From here on nothing more is sent: the flag is checked before anything that is queued.
        self.flow.cut();
        drop(source);
        let _ = pieces.try_send(Piece::End(None));
        let noticed = tokio::time::timeout(NOTICE, pieces.closed()).await.is_ok();
        if !noticed {
            self.connection.cancel();
        }
        self.complete(sent, ended);
    }

    /// Passes everything on, and stays until it is sent and the upload has ended: an application that answers early
    /// continues to receive the request.
    async fn pass(&self, source: &mut BodySource, pieces: &mpsc::Sender<Piece>, sent: &mut u64) -> Ended {
        let window = Window::new(self.room.clone());
        loop {
            while !source.next.is_empty() {
                if let Err(refused) = self.held.may_pass() {
                    return refused.ended();
                }
                let piece = source.next.split_to(source.next.len().min(PIECE));
                *sent += piece.len() as u64;
                if let Err(ended) = self.hand_over(pieces, piece, &window).await {
                    return ended;
                }
            }
            let Some(body) = &mut source.body else { break };
            let frame = tokio::select! {
                frame = frame(body) => frame,
                // Notices a client that disconnected while the application is quiet.
                () = pieces.closed() => return Ended::ClientGone,
                () = tokio::time::sleep(self.times.answer_body) => return Ended::TimedOut,
            };
            match frame.map(|frame| frame.map(Frame::into_data)) {
                Some(Ok(Ok(data))) => source.next = data,
                Some(Ok(Err(frame))) => {
                    source.trailers = frame.into_trailers().ok().or(source.trailers.take())
                }
                Some(Err(_)) => return Ended::UpstreamFailed,
                None => break,
            }
        }
        let trailers = source.trailers.take().and_then(|trailers| self.trailing.cleanse(trailers));
        let end = Piece::End(trailers.map(Box::new));
        match tokio::time::timeout(self.times.client, pieces.send(end)).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) => return Ended::ClientGone,
            Err(_) => return Ended::TimedOut,
        }
        // The connection itself gives up on a client that reads nothing.
        window.sent().await;
        self.flow.uploaded().await;
        Ended::Finished
    }

    async fn hand_over(
        &self,
        pieces: &mpsc::Sender<Piece>,
        piece: Bytes,
        window: &Window,
    ) -> Result<(), Ended> {
        let handing = async {
            tokio::select! {
                piece = window.count(piece) => pieces.send(Piece::Data(piece)).await.map_err(|_| ()),
                () = pieces.closed() => Err(()),
            }
        };
        match tokio::time::timeout(self.times.client, handing).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(())) => Err(Ended::ClientGone),
            Err(_) => Err(Ended::TimedOut),
        }
    }

    fn finish(self, sent: u64, ended: Ended) {
        let completion = self.completion(sent, ended);
        self.held.complete(completion);
        self.lease.give_back();
    }

    fn complete(self, sent: u64, ended: Ended) {
        let completion = self.completion(sent, ended);
        self.held.complete(completion);
    }

    fn completion(&self, bytes_out: u64, ended: Ended) -> Completion {
        Completion { status: self.status, bytes_in: self.flow.bytes_in(), bytes_out, ended }
    }
}

async fn frame(body: &mut Incoming) -> Option<Result<Frame<Bytes>, hyper::Error>> {
    std::future::poll_fn(|cx| Pin::new(&mut *body).poll_frame(cx)).await
}

/// Takes what is available, without waiting for more.
async fn gather(body: &mut Incoming) -> Ready {
    let mut gathered: Vec<Bytes> = Vec::new();
    let mut size = 0;
    let mut trailers = None;
    loop {
        if body.is_end_stream() {
            return Ready::All(joined(gathered, size), trailers);
        }
        let polled = std::future::poll_fn(|cx| Poll::Ready(Pin::new(&mut *body).poll_frame(cx))).await;
        match polled {
            Poll::Ready(Some(Ok(frame))) => match frame.into_data() {
                Ok(data) => {
                    size += data.len();
                    gathered.push(data);
                    if size > AT_ONCE {
                        return Ready::Some(joined(gathered, size));
                    }
                }
                Err(frame) => trailers = frame.into_trailers().ok(),
            },
            Poll::Ready(None) => return Ready::All(joined(gathered, size), trailers),
            Poll::Ready(Some(Err(_))) => return Ready::Broken,
            // Trailers come last in a body, so there are none yet.
            Poll::Pending => return Ready::Some(joined(gathered, size)),
        }
    }
}

fn joined(mut pieces: Vec<Bytes>, size: usize) -> Bytes {
    if pieces.len() == 1 {
        return pieces.pop().unwrap_or_default();
    }
    let mut whole = BytesMut::with_capacity(size);
    pieces.iter().for_each(|piece| whole.extend_from_slice(piece));
    whole.freeze()
}
