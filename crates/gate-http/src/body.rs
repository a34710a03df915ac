//! Bodies in transfer: an upload that is metered, an answer that can be cut off.

use crate::one_piece::OnePiece;
use crate::trailers::Trailing;
use bytes::Bytes;
use http::HeaderMap;
use http_body::{Body, Frame, SizeHint};
use http_body_util::combinators::UnsyncBoxBody;
use hyper::body::Incoming;
use parking_lot::Mutex;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;
use tokio::sync::{Notify, mpsc};

/// Any error of a body.
pub type BodyError = Box<dyn std::error::Error + Send + Sync>;

/// The state that both directions of one exchange share.
#[derive(Debug, Default)]
pub struct Flow {
    bytes_in: AtomicU64,
    cut: AtomicBool,
    fault: AtomicU8,
    /// Whether the upload has ended, successfully or not.
    uploaded: AtomicBool,
    /// The waker of the task that reads the upload and waits for more of it.
    uploading: Mutex<Option<Waker>>,
    upload_ended: Notify,
}

/// Why an upload failed on the client's side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UploadFault {
    /// The body exceeds the maximum size.
    #[error("the request body is larger than this gate accepts")]
    TooLarge,
    /// The next bytes timed out.
    #[error("the request body stopped coming")]
    Late,
    /// The client aborted it, or its framing is invalid.
    #[error("the request body is broken off")]
    Broken,
}

impl Flow {
    /// Returns the number of bytes received from the client so far.
    pub fn bytes_in(&self) -> u64 {
        self.bytes_in.load(Ordering::Relaxed)
    }

    /// Stops both directions. An upload that waits for its client ends at once, together with its connection to the
    /// application.
    pub fn cut(&self) {
        self.cut.store(true, Ordering::Release);
        if let Some(waker) = self.uploading.lock().take() {
            waker.wake();
        }
    }

    /// Returns whether the upload has ended.
    pub fn is_uploaded(&self) -> bool {
        self.uploaded.load(Ordering::Acquire)
    }

    /// Waits until the upload has ended.
    pub async fn uploaded(&self) {
        let ended = self.upload_ended.notified();
        if !self.is_uploaded() {
            ended.await;
        }
    }

    fn end_upload(&self) {
        self.uploaded.store(true, Ordering::Release);
        self.upload_ended.notify_waiters();
    }

    fn is_cut(&self) -> bool {
        self.cut.load(Ordering::Acquire)
    }

    fn blame(&self, fault: UploadFault) -> BodyError {
        let code = match fault {
            UploadFault::TooLarge => 1,
            UploadFault::Late => 2,
            UploadFault::Broken => 3,
        };
        self.fault.store(code, Ordering::Release);
        fault.into()
    }

    /// Returns why the upload failed, if it did.
    pub fn fault(&self) -> Option<UploadFault> {
        match self.fault.load(Ordering::Acquire) {
            1 => Some(UploadFault::TooLarge),
            2 => Some(UploadFault::Late),
            3 => Some(UploadFault::Broken),
            _ => None,
        }
    }
}

/// The access was cut off; the part passed on so far is incomplete.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the access was cut off")]
pub struct AccessCut;

/// A request's body on its way upstream: counted, bounded, and timed, with its permitted trailers.
#[derive(Debug)]
pub struct Upload {
    inner: Option<Incoming>,
    flow: Arc<Flow>,
    left: u64,
    patience: Duration,
    trailing: Trailing,
    timer: Option<Pin<Box<tokio::time::Sleep>>>,
}

impl Upload {
    /// Reads at most `limit` bytes of `body`, each within `patience` of the one before.
    pub fn new(body: Incoming, flow: Arc<Flow>, limit: u64, patience: Duration) -> Self {
        let inner = (!body.is_end_stream()).then_some(body);
        if inner.is_none() {
            flow.end_upload();
        }
        Self { inner, flow, left: limit, patience, trailing: Trailing::default(), timer: None }
    }

    /// Passes these trailers on after the body.
    #[must_use]
    pub fn followed_by(mut self, trailing: Trailing) -> Self {
        self.trailing = trailing;
        self
    }

    fn take(&mut self, data: Bytes) -> Result<Frame<Bytes>, BodyError> {
        let size = data.len() as u64;
        self.flow.bytes_in.fetch_add(size, Ordering::Relaxed);
        match self.left.checked_sub(size) {
            Some(left) => {
                self.left = left;
                Ok(Frame::data(data))
            }
            None => Err(self.flow.blame(UploadFault::TooLarge)),
        }
    }
}

impl Body for Upload {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let this = self.get_mut();
        loop {
            if this.flow.is_cut() {
                return Poll::Ready(Some(Err(AccessCut.into())));
            }
            let Some(inner) = &mut this.inner else { return Poll::Ready(None) };
            match Pin::new(inner).poll_frame(cx) {
                Poll::Ready(Some(Ok(frame))) => {
                    this.timer = None;
                    // The gate cannot forward a frame that is neither data nor trailers.
                    match frame.into_data().map_err(Frame::into_trailers) {
                        Ok(data) => return Poll::Ready(Some(this.take(data))),
                        Err(Ok(trailers)) => {
                            if let Some(trailers) = this.trailing.cleanse(trailers) {
                                return Poll::Ready(Some(Ok(Frame::trailers(trailers))));
                            }
                        }
                        Err(Err(_)) => {}
                    }
                }
                Poll::Ready(Some(Err(_))) => {
                    return Poll::Ready(Some(Err(this.flow.blame(UploadFault::Broken))));
                }
                Poll::Ready(None) => {
                    this.inner = None;
                    this.flow.end_upload();
                    return Poll::Ready(None);
                }
                Poll::Pending => {
                    *this.flow.uploading.lock() = Some(cx.waker().clone());
                    // Checked again, so that a cut between the first check and this line is not missed.
                    if this.flow.is_cut() {
                        return Poll::Ready(Some(Err(AccessCut.into())));
                    }
                    let patience = this.patience;
                    let timer = this.timer.get_or_insert_with(|| Box::pin(tokio::time::sleep(patience)));
                    ready!(timer.as_mut().poll(cx));
                    return Poll::Ready(Some(Err(this.flow.blame(UploadFault::Late))));
                }
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.inner.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.as_ref().map_or_else(|| SizeHint::with_exact(0), Body::size_hint)
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        self.flow.end_upload();
    }
}

/// A piece of an answer on its way to the client.
#[derive(Debug)]
pub enum Piece {
    /// Bytes of the body.
    Data(Bytes),
    /// The answer is complete; trailers may follow. A channel that closes without this piece was cut.
    End(Option<Box<HeaderMap>>),
}

/// The body of an answer.
#[derive(Debug, Default)]
pub enum Answer {
    /// No (further) bytes.
    #[default]
    Empty,
    /// The complete body.
    Whole(Bytes),
    /// The complete body, trailers if any, and the access that it depends on until it is sent.
    Held(Bytes, Option<Box<HeaderMap>>, Arc<OnePiece>),
    /// A stream, until it ends or is cut.
    Live(mpsc::Receiver<Piece>, Arc<Flow>),
    /// A body made elsewhere: by the hosts that this process serves itself.
    Other(UnsyncBoxBody<Bytes, BodyError>),
}

impl Body for Answer {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let this = self.get_mut();
        match this {
            Self::Empty => Poll::Ready(None),
            Self::Whole(bytes) => {
                let bytes = std::mem::take(bytes);
                *this = Self::Empty;
                Poll::Ready(Some(Ok(Frame::data(bytes))))
            }
            Self::Held(_, _, access) if !access.may_pass() => Poll::Ready(Some(Err(AccessCut.into()))),
            Self::Held(bytes, _, _) if !bytes.is_empty() => {
                Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes)))))
            }
            Self::Held(_, trailers, _) => {
                let trailers = trailers.take();
                *this = Self::Empty;
                Poll::Ready(trailers.map(|trailers| Ok(Frame::trailers(*trailers))))
            }
            // The cut is checked before the queue, so that nothing queued is sent after it.
            Self::Live(_, flow) if flow.is_cut() => Poll::Ready(Some(Err(AccessCut.into()))),
            Self::Live(pieces, flow) => match ready!(pieces.poll_recv(cx)) {
                Some(_) if flow.is_cut() => Poll::Ready(Some(Err(AccessCut.into()))),
                Some(Piece::Data(data)) => Poll::Ready(Some(Ok(Frame::data(data)))),
                Some(Piece::End(trailers)) => {
                    *this = Self::Empty;
                    Poll::Ready(trailers.map(|trailers| Ok(Frame::trailers(*trailers))))
                }
                None => Poll::Ready(Some(Err(AccessCut.into()))),
            },
            Self::Other(body) => Pin::new(body).poll_frame(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Whole(bytes) => bytes.is_empty(),
            Self::Held(bytes, trailers, _) => bytes.is_empty() && trailers.is_none(),
            Self::Live(..) => false,
            Self::Other(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Empty => SizeHint::with_exact(0),
            Self::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Self::Held(bytes, None, _) => SizeHint::with_exact(bytes.len() as u64),
            // In HTTP/1.1 no trailers can follow a body of known length.
            Self::Held(..) | Self::Live(..) => SizeHint::default(),
            Self::Other(body) => body.size_hint(),
        }
    }
}
