//! A guard on an HTTP/1 connection: request framing that two servers could read differently never reaches the parser.
//!
//! hyper is lenient where RFC 9112 (6.3) allows it: it drops a Content-Length beside a Transfer-Encoding, merges equal
//! Content-Lengths into one, ends lines at a bare line feed and removes fragments. Once a request is parsed into
//! headers, the evidence of a smuggling attempt is gone. So this reader stands between socket and parser and follows
//! the framing itself, more strictly. Whatever it passes, hyper reads in the same way. It replaces everything else by
//! bytes that no parser accepts, followed by the end of the stream, so that hyper answers 400 in order (behind the
//! answers to earlier, honest requests) and closes.
//!
//! It must not know what a request means; it knows where one ends.

mod chunks;
mod head;
mod hpack;
mod http2;

pub use chunks::{Chunks, Progress};
pub use head::{BadHead, Framing, check_head};
pub use hpack::{BadBlock, Block, Follower};
pub use http2::Http2Guard;

use bytes::{Buf as _, BytesMut};
use std::future::Future as _;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_util::io::poll_read_buf;

/// Replaces a refused request: no method begins with it.
const REFUSED: &[u8] = b"\0\r\n\r\n";

/// Maximum number of bytes per read of the socket.
const READ: usize = 16 * 1024;

/// Set once a connection stops being HTTP: the bytes that follow belong to the upgraded protocol.
#[derive(Debug, Clone, Default)]
pub struct Tunnel(Arc<AtomicBool>);

impl Tunnel {
    /// Passes everything from here on. Call it before the client learns that it may switch.
    pub fn open(&self) {
        self.0.store(true, Ordering::Release);
    }

    fn is_open(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// Maximum size of a request head, and its time-out.
#[derive(Debug, Clone, Copy)]
pub struct HeadLimits {
    /// In bytes, from the request line to the empty line.
    pub bytes: usize,
    /// The time from its first byte to its last.
    pub time: Duration,
}

/// A connection whose bytes pass a guard when read. Writes pass unchanged.
#[derive(Debug)]
pub struct GuardedStream<S, G> {
    inner: S,
    guard: G,
}

/// Reads a client's bytes before the parser, and passes on those that the parser may see.
pub trait FramingGuard: Unpin {
    /// Reads from `inner` into `buf`, as [`AsyncRead::poll_read`] does.
    fn poll_read<S: AsyncRead + Unpin>(
        &mut self,
        inner: &mut S,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>>;
}

impl<S, G> GuardedStream<S, G> {
    /// Reads `inner` through `guard`.
    pub const fn new(inner: S, guard: G) -> Self {
        Self { inner, guard }
    }

    /// Returns the underlying connection.
    pub const fn inner(&self) -> &S {
        &self.inner
    }
}

impl<S: AsyncRead + Unpin, G: FramingGuard> AsyncRead for GuardedStream<S, G> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        this.guard.poll_read(&mut this.inner, cx, buf)
    }
}

impl<S: AsyncWrite + Unpin, G: Unpin> AsyncWrite for GuardedStream<S, G> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }
}

/// The guard of HTTP/1.
#[derive(Debug)]
pub struct Http1Guard {
    limits: HeadLimits,
    tunnel: Tunnel,
    state: FramingState,
    /// Read, not yet checked.
    incoming: BytesMut,
    /// Checked, not yet passed on.
    ready: BytesMut,
    /// How far `incoming` was searched for the end of a head.
    searched: usize,
    deadline: Option<Pin<Box<tokio::time::Sleep>>>,
}

#[derive(Debug)]
enum FramingState {
    Head,
    Body(u64),
    Chunked(Chunks),
    Tunnel,
    Over,
}

impl Http1Guard {
    /// Guards a connection until `tunnel` opens.
    pub fn new(limits: HeadLimits, tunnel: Tunnel) -> Self {
        Self {
            limits,
            tunnel,
            state: FramingState::Head,
            incoming: BytesMut::new(),
            ready: BytesMut::new(),
            searched: 0,
            deadline: None,
        }
    }

    /// Checks the received bytes.
    fn judge(&mut self) {
        while self.step() {}
    }

    /// Performs one step. Returns false if it needs more bytes, or will accept no more.
    fn step(&mut self) -> bool {
        // An ended stream stays ended: otherwise a tunnel whose client is gone would be read again and again, for ever.
        if self.tunnel.is_open() && !matches!(self.state, FramingState::Over) {
            self.state = FramingState::Tunnel;
        }
        if self.incoming.is_empty() {
            return false;
        }
        match &mut self.state {
            FramingState::Head => self.head(),
            FramingState::Body(left) => {
                let take = usize::try_from(*left).unwrap_or(usize::MAX).min(self.incoming.len());
                *left = left.saturating_sub(take as u64);
                if *left == 0 {
                    self.state = FramingState::Head;
                }
                self.ready.unsplit(self.incoming.split_to(take));
                true
            }
            FramingState::Chunked(chunks) => {
                let (take, progress) = chunks.follow(&self.incoming);
                self.ready.unsplit(self.incoming.split_to(take));
                match progress {
                    Progress::More => {}
                    Progress::End => self.state = FramingState::Head,
                    Progress::Bad => self.refuse(),
                }
                true
            }
            FramingState::Tunnel => {
                self.ready.unsplit(self.incoming.split());
                true
            }
            FramingState::Over => {
                self.incoming.clear();
                false
            }
        }
    }

    fn head(&mut self) -> bool {
        // Up to three bytes of the empty line may be at the end of the part searched before.
        let from = self.searched.saturating_sub(3);
        let end = self.incoming.get(from..).and_then(end_of_head).map(|end| from + end);
        self.searched = self.incoming.len();
        match end {
            Some(end) if end <= self.limits.bytes => {
                self.searched = 0;
                self.deadline = None;
                let head = self.incoming.split_to(end);
                match check_head(&head) {
                    Ok(framing) => {
                        self.ready.unsplit(head);
                        self.state = FramingState::after(framing);
                    }
                    Err(why) => {
                        tracing::debug!(%why, "a request head was refused");
                        self.refuse();
                    }
                }
                true
            }
            _ if self.incoming.len() > self.limits.bytes => {
                // hyper has the same limit, and answers 431 if it sees that many bytes without an end.
                let head = self.incoming.split();
                self.ready.unsplit(head);
                self.state = FramingState::Over;
                true
            }
            _ => false,
        }
    }

    fn refuse(&mut self) {
        metrics::counter!("countersign_gate_refused_framing_total").increment(1);
        self.incoming.clear();
        self.ready.extend_from_slice(REFUSED);
        self.state = FramingState::Over;
    }

    /// Returns whether a head has begun and its time-out has passed.
    fn is_late(&mut self, cx: &mut Context<'_>) -> bool {
        if !matches!(self.state, FramingState::Head) || self.incoming.is_empty() {
            return false;
        }
        let time = self.limits.time;
        self.deadline.get_or_insert_with(|| Box::pin(tokio::time::sleep(time))).as_mut().poll(cx).is_ready()
    }

    /// Returns whether all of `read` may pass as it is, with nothing waiting in front: a whole head, or part of a body
    /// that does not end within it. Nearly everything that clients send is one of these, and is not copied again.
    fn passes(&mut self, read: &[u8]) -> bool {
        if self.tunnel.is_open() {
            self.state = FramingState::Tunnel;
        }
        match &mut self.state {
            FramingState::Tunnel => true,
            FramingState::Body(left) => match left.checked_sub(read.len() as u64) {
                Some(0) => {
                    self.state = FramingState::Head;
                    true
                }
                Some(rest) => {
                    *left = rest;
                    true
                }
                None => false,
            },
            FramingState::Head
                if read.len() <= self.limits.bytes && end_of_head(read) == Some(read.len()) =>
            {
                check_head(read).map(|framing| self.state = FramingState::after(framing)).is_ok()
            }
            FramingState::Head | FramingState::Chunked(_) | FramingState::Over => false,
        }
    }

    fn hand_on(&mut self, buf: &mut ReadBuf<'_>) {
        let take = self.ready.len().min(buf.remaining());
        if let Some(bytes) = self.ready.get(..take) {
            buf.put_slice(bytes);
        }
        self.ready.advance(take);
    }
}

/// Returns where the first head in these bytes ends, its empty line included.
fn end_of_head(bytes: &[u8]) -> Option<usize> {
    memchr::memmem::find(bytes, b"\r\n\r\n").map(|at| at + 4)
}

impl FramingState {
    const fn after(framing: Framing) -> Self {
        match framing {
            Framing::Length(0) => Self::Head,
            Framing::Length(bytes) => Self::Body(bytes),
            Framing::Chunked => Self::Chunked(Chunks::new()),
        }
    }
}

impl Http1Guard {
    /// Reads once more bytes that may not pass yet.
    fn fill<S: AsyncRead + Unpin>(&mut self, inner: &mut S, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        self.incoming.reserve(READ);
        poll_read_buf(Pin::new(inner), cx, &mut self.incoming)
    }

    /// Reads once, with nothing waiting, directly into the caller's buffer; bytes that may not stay there take the
    /// longer way. So an idle connection keeps no buffer: there may be thousands of them.
    fn fill_directly<S: AsyncRead + Unpin>(
        &mut self,
        inner: &mut S,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<usize>> {
        (self.incoming, self.ready) = (BytesMut::new(), BytesMut::new());
        let before = buf.filled().len();
        ready!(Pin::new(inner).poll_read(cx, buf))?;
        let read = buf.filled().get(before..).unwrap_or_default();
        let count = read.len();
        if count > 0 && !self.passes(read) {
            self.incoming.extend_from_slice(read);
            buf.set_filled(before);
        }
        Poll::Ready(Ok(count))
    }
}

impl FramingGuard for Http1Guard {
    fn poll_read<S: AsyncRead + Unpin>(
        &mut self,
        inner: &mut S,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if buf.remaining() == 0 {
            return Poll::Ready(Ok(()));
        }
        loop {
            if self.ready.is_empty() {
                self.judge();
            }
            if !self.ready.is_empty() {
                self.hand_on(buf);
                return Poll::Ready(Ok(()));
            }
            if matches!(self.state, FramingState::Over) {
                return Poll::Ready(Ok(()));
            }
            let before = buf.filled().len();
            let filled = if self.incoming.is_empty() {
                self.fill_directly(inner, cx, buf)
            } else {
                self.fill(inner, cx)
            };
            match filled? {
                // hyper reports a head that ends early as incomplete.
                Poll::Ready(0) => {
                    self.ready = self.incoming.split();
                    self.state = FramingState::Over;
                }
                Poll::Ready(_) if buf.filled().len() > before => return Poll::Ready(Ok(())),
                Poll::Ready(_) => {}
                Poll::Pending if self.is_late(cx) => {
                    self.state = FramingState::Over;
                    return Poll::Ready(Err(io::Error::new(
                        io::ErrorKind::TimedOut,
                        "the request head took too long",
                    )));
                }
                Poll::Pending => return Poll::Pending,
            }
        }
    }
}

#[cfg(test)]
mod tests;
