//! An answer that takes time: passed on as it comes, for as long as the access that it rests on lasts.

use crate::body::{Answer, Flow, Piece};
use crate::config::Times;
use crate::one_piece::OnePiece;
use crate::trailers::Trailing;
use crate::upstream::Lease;
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

/// Most bytes that are gathered to be answered in one piece.
const AT_ONCE: usize = 64 * 1024;

/// Pieces on their way to the client. Few: what waits here was not cut off yet when it was taken from the application.
const QUEUE: usize = 4;

/// How long a client's connection is given to notice that one of its streams was cut, before it is closed as a whole.
/// A client that reads does so at once; one that does not read would otherwise keep the stream open for ever.
const NOTICE: Duration = Duration::from_millis(200);

/// What an answer in progress rests on and goes through.
pub struct Exchange {
    /// The accesses.
    pub held: HeldAccess,
    /// The connection to the application.
    pub lease: Lease,
    /// Both directions' state.
    pub flow: Arc<Flow>,
    /// Closes the client's connection.
    pub connection: CancellationToken,
    /// The client's place among the connections.
    pub place: Arc<Place>,
    /// How long anything may take.
    pub times: Times,
    /// The status that is answered.
    pub status: u16,
    /// What may follow the answer.
    pub trailing: Trailing,
    /// The room for answers that are not taken.
    pub room: Room,
}

/// What is passed on, piece by piece.
struct Source {
    /// What is there already.
    next: Bytes,
    trailers: Option<HeaderMap>,
    /// What more there is.
    body: Option<Incoming>,
}

/// What of a body is there without waiting.
enum Ready {
    All(Bytes, Option<HeaderMap>),
    Some(Bytes),
    Broken,
}

impl Exchange {
    /// The body to answer with. A small one that is there already goes as a whole, which costs neither a task nor a
    /// channel; any other is passed on by a task that lives as long as the access, and so does one whose request is
    /// still being uploaded.
    ///
    /// # Errors
    /// When the access ended before anything of the answer was sent.
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
        tokio::spawn(place.in_turn(self.pump(Source { next: first, trailers, body }, pieces)));
        Answer::Live(queue, flow)
    }

    async fn pump(self, mut source: Source, pieces: mpsc::Sender<Piece>) {
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
        // From here on nothing gets out any more: the flag is looked at before anything that is queued.
        self.flow.cut();
        drop(source);
        let _ = pieces.try_send(Piece::End(None));
        let noticed = tokio::time::timeout(NOTICE, pieces.closed()).await.is_ok();
        if !noticed {
            self.connection.cancel();
        }
        self.complete(sent, ended);
    }

    /// Pass all of it on, and stay until it is sent and nothing more is uploaded: an application that answers early goes
    /// on taking the request.
    async fn pass(&self, source: &mut Source, pieces: &mpsc::Sender<Piece>, sent: &mut u64) -> Ended {
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
                // A client that went away while the application is quiet is noticed here.
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
        // The connection itself gives up on a client that takes nothing.
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

/// Take what is there, without waiting for more.
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
            // Trailers are the last of a body, so there are none yet.
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
