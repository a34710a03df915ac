//! Bodies on their way: an upload that is metered, an answer that can be cut.

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

/// Whatever a body can fail with.
pub type BodyError = Box<dyn std::error::Error + Send + Sync>;

/// What both directions of one exchange share.
#[derive(Debug, Default)]
pub struct Flow {
    bytes_in: AtomicU64,
    cut: AtomicBool,
    fault: AtomicU8,
    /// The upload ended, in whatever way.
    uploaded: AtomicBool,
    /// Whoever passes the upload on, and waits for more of it.
    uploading: Mutex<Option<Waker>>,
    upload_ended: Notify,
}

/// What went wrong with an upload, on the client's side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UploadFault {
    /// It is larger than it may be.
    #[error("the request body is larger than this gate accepts")]
    TooLarge,
    /// Its next bytes did not come in time.
    #[error("the request body stopped coming")]
    Late,
    /// The client broke it off, or its framing is broken.
    #[error("the request body is broken off")]
    Broken,
}

impl Flow {
    /// Bytes that came from the client so far.
    pub fn bytes_in(&self) -> u64 {
        self.bytes_in.load(Ordering::Relaxed)
    }

    /// Let nothing more through, in either direction. An upload that waits for its client ends at once, and its
    /// connection to the application with it.
    pub fn cut(&self) {
        self.cut.store(true, Ordering::Release);
        if let Some(waker) = self.uploading.lock().take() {
            waker.wake();
        }
    }

    /// Whether there is nothing more to come from the client.
    pub fn is_uploaded(&self) -> bool {
        self.uploaded.load(Ordering::Acquire)
    }

    /// Wait until there is nothing more to come from the client.
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

    /// Why the upload failed, if it did.
    pub fn fault(&self) -> Option<UploadFault> {
        match self.fault.load(Ordering::Acquire) {
            1 => Some(UploadFault::TooLarge),
            2 => Some(UploadFault::Late),
            3 => Some(UploadFault::Broken),
            _ => None,
        }
    }
}

/// The access was cut off; what was passed on so far is not the whole.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the access was cut off")]
pub struct AccessCut;

/// A request's body on its way upstream: counted, bounded, and timed. Of its trailers, what may pass.
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
    /// At most `limit` bytes of `body`, each within `patience` of the one before.
    pub fn new(body: Incoming, flow: Arc<Flow>, limit: u64, patience: Duration) -> Self {
        let inner = (!body.is_end_stream()).then_some(body);
        if inner.is_none() {
            flow.end_upload();
        }
        Self { inner, flow, left: limit, patience, trailing: Trailing::default(), timer: None }
    }

    /// The same, followed by what may follow it.
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
                    // Anything that is neither is nothing that we know how to pass on.
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
                    // Looked at again, so that a cut between the first look and this line is not missed.
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
    /// Bytes.
    Data(Bytes),
    /// The answer is complete, and perhaps followed by trailers. A channel that closes without this one was cut.
    End(Option<Box<HeaderMap>>),
}

/// The body of an answer.
#[derive(Debug, Default)]
pub enum Answer {
    /// Nothing (any more).
    #[default]
    Empty,
    /// All of it.
    Whole(Bytes),
    /// All of it, perhaps with trailers that follow, and the access that it rests on until it is sent.
    Held(Bytes, Option<Box<HeaderMap>>, Arc<OnePiece>),
    /// As it comes, until it is cut.
    Live(mpsc::Receiver<Piece>, Arc<Flow>),
    /// Of somebody else's making: the hosts that this process serves itself.
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
            // The cut is looked at before what is queued, so that nothing queued gets out after it.
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
            // Of a body whose length is known nothing can follow in HTTP/1.1.
            Self::Held(..) | Self::Live(..) => SizeHint::default(),
            Self::Other(body) => body.size_hint(),
        }
    }
}
