//! A body that is a file, a piece at a time, and ends only if the file is what it should be.

use aws_lc_rs::digest;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use std::fs::File;
use std::io::{self, Read as _};
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// How much of a file is read at once.
const PIECE: usize = 256 << 10;
/// How many pieces wait to be sent.
const AHEAD: usize = 2;

/// What is sent with a request.
pub(crate) enum Upload {
    /// This.
    Given(Option<Bytes>),
    /// The pieces that somebody reads.
    Pieces { pieces: Receiver<io::Result<Bytes>>, left: u64 },
}

impl Upload {
    /// Nothing.
    pub(crate) const fn nothing() -> Self {
        Self::Given(None)
    }

    /// A file, of which so many bytes have this digest. The last piece is kept back until that is known, so that a file
    /// which is something else becomes no object.
    pub(crate) fn file(file: File, bytes: u64, digest: [u8; 32]) -> Self {
        let (out, pieces) = channel(AHEAD);
        tokio::task::spawn_blocking(move || {
            if let Err(error) = read(file, bytes, digest, &out) {
                // Nobody there to hear it is the end of it as well.
                let _ = out.blocking_send(Err(error));
            }
        });
        Self::Pieces { pieces, left: bytes }
    }
}

/// What is wrong with a file that was being sent; it travels through the connection as an error of the system.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FileFault {
    #[error("it is not what it should be")]
    Differs,
    #[error("it cannot be read: {0}")]
    Disk(String),
}

impl From<FileFault> for io::Error {
    fn from(fault: FileFault) -> Self {
        Self::other(fault)
    }
}

fn read(mut file: File, bytes: u64, expected: [u8; 32], out: &Sender<io::Result<Bytes>>) -> io::Result<()> {
    let mut sum = digest::Context::new(&digest::SHA256);
    let mut left = bytes;
    while left > 0 {
        let mut piece = vec![0; usize::try_from(left).unwrap_or(PIECE).min(PIECE)];
        file.read_exact(&mut piece).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => FileFault::Differs,
            _ => FileFault::Disk(error.to_string()),
        })?;
        sum.update(&piece);
        left -= piece.len() as u64;
        if left == 0 && sum.clone().finish().as_ref() != expected {
            return Err(FileFault::Differs.into());
        }
        if out.blocking_send(Ok(piece.into())).is_err() {
            return Ok(());
        }
    }
    Ok(())
}

impl Body for Upload {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        match self.get_mut() {
            Self::Given(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            Self::Pieces { pieces, left } => match pieces.poll_recv(cx) {
                Poll::Ready(Some(Ok(piece))) => {
                    *left = left.saturating_sub(piece.len() as u64);
                    Poll::Ready(Some(Ok(Frame::data(piece))))
                }
                Poll::Ready(Some(Err(error))) => Poll::Ready(Some(Err(error))),
                Poll::Ready(None) if *left > 0 => Poll::Ready(Some(Err(FileFault::Differs.into()))),
                Poll::Ready(None) => Poll::Ready(None),
                Poll::Pending => Poll::Pending,
            },
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Given(bytes) => bytes.is_none(),
            Self::Pieces { left, .. } => *left == 0,
        }
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(match self {
            Self::Given(bytes) => bytes.as_ref().map_or(0, |bytes| bytes.len() as u64),
            Self::Pieces { left, .. } => *left,
        })
    }
}
