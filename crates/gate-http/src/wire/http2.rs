//! A guard on an HTTP/2 connection: header blocks that the parser behind it would read more leniently than the standard
//! allows never reach it. The guard replaces them by a frame that the parser must refuse (RFC 9113, 5.4.1).

use super::FramingGuard;
use super::hpack::Follower;
use bytes::{Buf as _, BytesMut};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, ReadBuf};

/// Length of what a client sends before its first frame (RFC 9113, 3.4).
const PREFACE: u64 = 24;

/// Length of a frame's head.
const HEAD: usize = 9;

const HEADERS: u8 = 1;
const CONTINUATION: u8 = 9;
const END_HEADERS: u8 = 0x4;
const PADDED: u8 = 0x8;
const PRIORITY: u8 = 0x20;

/// A DATA frame on stream 0: a connection error, whatever else it contains.
const REFUSED: [u8; HEAD] = [0; HEAD];

/// The guard of HTTP/2.
#[derive(Debug)]
pub struct Http2Guard {
    follower: Follower,
    /// Maximum number of bytes of a header block that are held until it is complete.
    longest: usize,
    /// Read, not yet checked.
    incoming: BytesMut,
    /// Checked, not yet passed on.
    ready: BytesMut,
    /// Number of bytes that pass unchanged: of the preface, or of a frame without a header block.
    passing: u64,
    /// A header block that is not complete yet.
    block: Option<Partial>,
    /// The last stream that was opened: a block on it, or on an earlier one, is trailers.
    last: u32,
    over: bool,
}

#[derive(Debug)]
struct Partial {
    bytes: BytesMut,
    trailers: bool,
}

/// Why a connection is not followed any further.
#[derive(Debug, thiserror::Error)]
enum BadFrame {
    #[error(transparent)]
    Block(#[from] super::hpack::BadBlock),
    #[error("a header block is too long")]
    TooLong,
    #[error("a header block is broken")]
    Broken,
    #[error("a path has a fragment")]
    Fragment,
    #[error("there is a pseudo-header in trailers")]
    Trailers,
}

impl Http2Guard {
    /// Guards a connection whose header blocks have at most `longest` bytes.
    pub fn new(longest: usize) -> Self {
        Self {
            follower: Follower::new(),
            longest,
            incoming: BytesMut::new(),
            ready: BytesMut::new(),
            passing: PREFACE,
            block: None,
            last: 0,
            over: false,
        }
    }

    /// Checks the received bytes.
    fn judge(&mut self) {
        while !self.incoming.is_empty() && !self.over {
            if self.passing > 0 {
                let take = usize::try_from(self.passing).unwrap_or(usize::MAX).min(self.incoming.len());
                self.passing -= take as u64;
                self.ready.unsplit(self.incoming.split_to(take));
                continue;
            }
            match self.frame() {
                Ok(true) => {}
                Ok(false) => return,
                Err(why) => {
                    metrics::counter!("countersign_gate_refused_framing_total").increment(1);
                    tracing::debug!(%why, "a header block was refused");
                    self.incoming.clear();
                    self.ready.extend_from_slice(&REFUSED);
                    self.over = true;
                }
            }
        }
    }

    /// Processes one frame, if enough of it has arrived to decide on it.
    fn frame(&mut self) -> Result<bool, BadFrame> {
        let Some(head) = self.incoming.first_chunk::<HEAD>() else { return Ok(false) };
        let [high, middle, low, kind, flags, stream @ ..] = *head;
        let length = usize::from(high) << 16 | usize::from(middle) << 8 | usize::from(low);
        let stream = u32::from_be_bytes(stream) & 0x7fff_ffff;
        if kind != HEADERS && kind != CONTINUATION {
            // The next frame must continue a block that has begun; no other frame may come between.
            if self.block.is_some() {
                return Err(BadFrame::Broken);
            }
            self.passing = (HEAD + length) as u64;
            return Ok(true);
        }
        if length > self.longest {
            return Err(BadFrame::TooLong);
        }
        if self.incoming.len() < HEAD + length {
            return Ok(false);
        }
        let frame = self.incoming.split_to(HEAD + length);
        let payload = frame.get(HEAD..).unwrap_or_default();
        let mut block = if kind == HEADERS {
            if self.block.is_some() {
                return Err(BadFrame::Broken);
            }
            let trailers = stream <= self.last;
            self.last = self.last.max(stream);
            Partial { bytes: BytesMut::from(fragment(payload, flags).ok_or(BadFrame::Broken)?), trailers }
        } else {
            let mut block = self.block.take().ok_or(BadFrame::Broken)?;
            block.bytes.extend_from_slice(payload);
            block
        };
        if block.bytes.len() > self.longest {
            return Err(BadFrame::TooLong);
        }
        if flags & END_HEADERS == 0 {
            self.block =
                Some(std::mem::replace(&mut block, Partial { bytes: BytesMut::new(), trailers: false }));
        } else {
            let found = self.follower.follow(&block.bytes)?;
            if found.fragment {
                return Err(BadFrame::Fragment);
            }
            if found.pseudo && block.trailers {
                return Err(BadFrame::Trailers);
            }
        }
        // The held part of the block waits in front of it: a parser that has only a part of a block does nothing with
        // it.
        self.ready.unsplit(frame);
        Ok(true)
    }
}

/// Returns the part of a block in a HEADERS frame, without the fields around it (RFC 9113, 6.2).
fn fragment(payload: &[u8], flags: u8) -> Option<&[u8]> {
    let mut rest = payload;
    let mut padding = 0;
    if flags & PADDED != 0 {
        let (first, others) = rest.split_first()?;
        (padding, rest) = (usize::from(*first), others);
    }
    if flags & PRIORITY != 0 {
        rest = rest.get(5..)?;
    }
    rest.get(..rest.len().checked_sub(padding)?)
}

impl FramingGuard for Http2Guard {
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
            if !self.ready.is_empty() {
                let take = self.ready.len().min(buf.remaining());
                buf.put_slice(self.ready.get(..take).unwrap_or_default());
                self.ready.advance(take);
                return Poll::Ready(Ok(()));
            }
            if self.over {
                return Poll::Ready(Ok(()));
            }
            if self.incoming.is_empty() {
                // An idle connection keeps no buffer.
                (self.incoming, self.ready) = (BytesMut::new(), BytesMut::new());
            }
            let before = buf.filled().len();
            ready!(Pin::new(&mut *inner).poll_read(cx, buf))?;
            let read = buf.filled().get(before..).unwrap_or_default();
            if read.is_empty() {
                self.over = true;
            } else if self.incoming.is_empty() && self.passing >= read.len() as u64 {
                // Bytes of a body stay in the caller's buffer.
                self.passing -= read.len() as u64;
                return Poll::Ready(Ok(()));
            }
            self.incoming.extend_from_slice(read);
            buf.set_filled(before);
            self.judge();
        }
    }
}
