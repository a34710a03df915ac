//! The exchanges on a connection, and since when its client keeps it waiting.
//!
//! The time limits of HTTP/1 and HTTP/2 have gaps: an HTTP/2 client may connect and never send a request, or request an
//! answer and give no room to send it. So this module follows the exchanges of a connection, the same for both
//! versions, and the task that serves the connection waits for [`Activity::kept_waiting`] beside it.

use crate::body::{Answer, BodyError};
use crate::config::Times;
use crate::one_piece::OnePiece;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use parking_lot::Mutex;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Weak};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

/// How often an unread answer in one piece is checked against the current world.
const LOOK: Duration = Duration::from_millis(50);

/// The exchanges on one connection.
#[derive(Debug)]
pub struct Activity {
    begun: Instant,
    state: Mutex<ActivityState>,
}

#[derive(Debug, Default)]
struct ActivityState {
    open: Vec<Arc<OpenExchange>>,
    /// When the last exchange ended.
    idle_since: Duration,
    /// Whether there was any exchange yet.
    spoken: bool,
}

/// How a client kept a connection waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeptWaiting {
    /// No request arrived on a new connection.
    Silent,
    /// No further request arrived.
    Idle,
    /// An answer is ready, and the client reads nothing of it.
    Unread,
}

impl KeptWaiting {
    /// Returns the name in metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Silent => "silent",
            Self::Idle => "idle",
            Self::Unread => "unread",
        }
    }
}

/// A request and its answer.
#[derive(Debug, Default)]
struct OpenExchange {
    /// Since when the client reads nothing of the answer, in milliseconds of the connection's life plus one; zero while
    /// the gate does not wait for the client.
    since: AtomicU64,
    /// Whether the gate waits for the application.
    pending: AtomicBool,
    /// Number of pieces that were handed over and are not sent yet.
    unsent: AtomicUsize,
    /// The access on which an answer in one piece depends.
    rests_on: Mutex<Weak<OnePiece>>,
}

impl Activity {
    /// Begins a connection.
    pub fn new() -> Self {
        Self { begun: Instant::now(), state: Mutex::default() }
    }

    /// Begins an exchange.
    pub fn open(self: &Arc<Self>) -> Open {
        let exchange = Arc::new(OpenExchange::default());
        let mut state = self.state.lock();
        state.spoken = true;
        state.open.push(Arc::clone(&exchange));
        drop(state);
        Open { activity: Arc::clone(self), exchange }
    }

    /// Waits until the client has kept this connection waiting for too long.
    pub async fn kept_waiting(&self, times: &Times) -> KeptWaiting {
        loop {
            let left = match self.due(times) {
                Some((due, how)) => match due.saturating_sub(self.begun.elapsed()) {
                    Duration::ZERO => return how,
                    left => left,
                },
                None => Duration::MAX,
            };
            // Anything that begins from now on cannot be due earlier than the shorter of these.
            let again = times.client.min(times.keep_alive);
            tokio::time::sleep(left.min(again).max(Duration::from_millis(1))).await;
        }
    }

    /// Returns when the time-out expires if nothing changes, or `None` while the gate does not wait for the client.
    fn due(&self, times: &Times) -> Option<(Duration, KeptWaiting)> {
        let state = self.state.lock();
        if state.open.is_empty() {
            return Some(if state.spoken {
                (state.idle_since + times.keep_alive, KeptWaiting::Idle)
            } else {
                (times.head, KeptWaiting::Silent)
            });
        }
        let waited_for = state.open.iter().map(|exchange| exchange.since.load(Ordering::Acquire));
        let since = waited_for.filter(|since| *since > 0).min()?;
        Some((Duration::from_millis(since - 1) + times.client, KeptWaiting::Unread))
    }

    fn now(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX - 1) + 1
    }
}

impl Activity {
    /// Drives a connection until it ends. Returns `None` if an answer in one piece is still unsent and may no longer be
    /// sent. Nearly all such answers are sent before the first check.
    pub async fn watch<F: Future>(&self, mut serving: Pin<&mut F>) -> Option<F::Output> {
        let mut timer: Option<Pin<Box<tokio::time::Sleep>>> = None;
        let mut looking = false;
        std::future::poll_fn(|cx| {
            if let Poll::Ready(over) = serving.as_mut().poll(cx) {
                return Poll::Ready(Some(over));
            }
            while self.is_any_unsent() {
                let timer = timer.get_or_insert_with(|| Box::pin(tokio::time::sleep(LOOK)));
                if !looking {
                    timer.as_mut().reset(tokio::time::Instant::now() + LOOK);
                    looking = true;
                }
                ready!(timer.as_mut().poll(cx));
                looking = false;
                if self.is_any_revoked() {
                    return Poll::Ready(None);
                }
            }
            looking = false;
            Poll::Pending
        })
        .await
    }

    fn is_any_unsent(&self) -> bool {
        self.state.lock().open.iter().any(|exchange| exchange.rests_on.lock().strong_count() > 0)
    }

    fn is_any_revoked(&self) -> bool {
        let upgraded = |exchange: &Arc<OpenExchange>| exchange.rests_on.lock().upgrade();
        let accesses: Vec<_> = self.state.lock().open.iter().filter_map(upgraded).collect();
        accesses.iter().any(|access| !access.may_pass())
    }
}

/// An exchange, which is open until this and the last piece handed over are dropped.
#[derive(Debug)]
pub struct Open {
    activity: Arc<Activity>,
    exchange: Arc<OpenExchange>,
}

impl Open {
    /// From now on the gate waits for the client.
    fn handed_over(&self) {
        self.exchange.pending.store(false, Ordering::Release);
        self.exchange.since.store(self.activity.now(), Ordering::Release);
    }

    /// The gate waits for the application, once everything handed over is sent.
    fn pending(&self) {
        self.exchange.pending.store(true, Ordering::Release);
        if self.exchange.unsent.load(Ordering::Acquire) == 0 {
            self.exchange.since.store(0, Ordering::Release);
        }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let mut state = self.activity.state.lock();
        state.open.retain(|open| !Arc::ptr_eq(open, &self.exchange));
        if state.open.is_empty() {
            state.idle_since = self.activity.begun.elapsed();
        }
    }
}

/// The body of an answer on its way to the client.
#[derive(Debug)]
pub struct Passing {
    answer: Answer,
    open: Arc<Open>,
}

impl Passing {
    /// Follows `answer` from now on.
    pub fn new(answer: Answer, open: Open) -> Self {
        open.handed_over();
        if let Answer::Held(_, _, access) = &answer {
            *open.exchange.rests_on.lock() = Arc::downgrade(access);
        }
        Self { answer, open: Arc::new(open) }
    }

    /// Returns the access on which the answer depends, while a piece of it is unsent.
    fn access(&self) -> Option<Arc<OnePiece>> {
        match &self.answer {
            Answer::Held(_, _, access) => Some(Arc::clone(access)),
            _ => None,
        }
    }

    fn follow(&self, data: Bytes, access: Option<Arc<OnePiece>>) -> Bytes {
        if data.is_empty() {
            return data;
        }
        self.open.exchange.unsent.fetch_add(1, Ordering::AcqRel);
        Bytes::from_owner(UnsentPiece { data, open: Arc::clone(&self.open), _access: access })
    }
}

impl Body for Passing {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let this = self.get_mut();
        let access = this.access();
        let polled = Pin::new(&mut this.answer).poll_frame(cx);
        if polled.is_pending() {
            this.open.pending();
        } else {
            this.open.handed_over();
        }
        let frame = ready!(polled);
        Poll::Ready(frame.map(|frame| frame.map(|frame| frame.map_data(|data| this.follow(data, access)))))
    }

    fn is_end_stream(&self) -> bool {
        self.answer.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.answer.size_hint()
    }
}

/// A piece that was handed over and is not sent yet.
struct UnsentPiece {
    data: Bytes,
    open: Arc<Open>,
    _access: Option<Arc<OnePiece>>,
}

impl AsRef<[u8]> for UnsentPiece {
    fn as_ref(&self) -> &[u8] {
        &self.data
    }
}

impl Drop for UnsentPiece {
    fn drop(&mut self) {
        let Open { activity, exchange } = &*self.open;
        let others = exchange.unsent.fetch_sub(1, Ordering::AcqRel) > 1;
        let waits_for_application = !others && exchange.pending.load(Ordering::Acquire);
        exchange.since.store(if waits_for_application { 0 } else { activity.now() }, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::BodyExt as _;

    fn times() -> Times {
        let ms = Duration::from_millis;
        Times { head: ms(10), keep_alive: ms(20), client: ms(30), ..Times::default() }
    }

    fn expected(activity: &Activity) -> Option<KeptWaiting> {
        activity.due(&times()).map(|(_, how)| how)
    }

    #[tokio::test]
    async fn what_is_waited_for_is_known_at_each_step() {
        let activity = Arc::new(Activity::new());
        assert_eq!(expected(&activity), Some(KeptWaiting::Silent));
        let open = activity.open();
        assert_eq!(expected(&activity), None, "the application thinks");
        let (pieces, queue) = tokio::sync::mpsc::channel(4);
        let mut body = Passing::new(Answer::Live(queue, Arc::default()), open);
        assert_eq!(expected(&activity), Some(KeptWaiting::Unread), "nobody looked at the answer yet");
        let waker = std::task::Waker::noop();
        let poll =
            |body: &mut Passing| Pin::new(body).poll_frame(&mut Context::from_waker(waker)).is_pending();
        assert!(poll(&mut body));
        assert_eq!(expected(&activity), None, "the application says nothing");
        pieces.try_send(crate::body::Piece::Data(Bytes::from_static(b"a"))).unwrap();
        let piece = body.frame().await.unwrap().unwrap().into_data().unwrap();
        assert_eq!(expected(&activity), Some(KeptWaiting::Unread), "a piece was handed over");
        assert!(poll(&mut body));
        assert_eq!(expected(&activity), Some(KeptWaiting::Unread), "and is not sent yet");
        drop(body);
        assert_eq!(expected(&activity), Some(KeptWaiting::Unread), "though there is nothing more to come");
        drop(piece);
        assert_eq!(expected(&activity), Some(KeptWaiting::Idle));
    }

    #[tokio::test]
    async fn a_piece_that_is_sent_leaves_the_application_to_be_waited_for() {
        let activity = Arc::new(Activity::new());
        let (pieces, queue) = tokio::sync::mpsc::channel(4);
        let mut body = Passing::new(Answer::Live(queue, Arc::default()), activity.open());
        pieces.try_send(crate::body::Piece::Data(Bytes::from_static(b"a"))).unwrap();
        let piece = body.frame().await;
        let waker = std::task::Waker::noop();
        assert!(Pin::new(&mut body).poll_frame(&mut Context::from_waker(waker)).is_pending());
        drop(piece);
        assert_eq!(expected(&activity), None);
    }

    #[tokio::test]
    async fn a_client_that_says_nothing_is_given_up() {
        let activity = Arc::new(Activity::new());
        assert_eq!(activity.kept_waiting(&times()).await, KeptWaiting::Silent);
        drop(activity.open());
        assert_eq!(activity.kept_waiting(&times()).await, KeptWaiting::Idle);
        let _open = Passing::new(Answer::Empty, activity.open());
        assert_eq!(activity.kept_waiting(&times()).await, KeptWaiting::Unread);
    }
}
