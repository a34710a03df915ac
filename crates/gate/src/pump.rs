//! Bytes both ways between a client and an application, for as long as the access lasts.

use crate::held::HeldAccess;
use countersign_admission::{Ended, Refused};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio_util::sync::CancellationToken;

/// Most bytes that are read at a time.
const BUFFER: usize = 16 * 1024;

/// The two directions of one stream.
#[derive(Debug)]
pub struct StreamHalves<'a, R, W> {
    /// What comes from there.
    pub read: &'a mut R,
    /// What goes there.
    pub write: &'a mut W,
}

/// Bytes that were passed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PumpedBytes {
    /// From the client to the application.
    pub up: u64,
    /// From the application to the client.
    pub down: u64,
}

/// Why bytes are not passed on any more.
#[derive(Debug)]
pub enum PumpEnd {
    /// Both sides came to their end.
    Finished,
    /// The access ended.
    Refused(Refused),
    /// The gate stops.
    Stopped,
    /// Nothing moved for too long.
    Idle,
    /// The client's side failed.
    ClientFailed,
    /// The application's side failed.
    ApplicationFailed,
}

impl PumpEnd {
    /// The same, as it is recorded of the access.
    pub const fn ended(&self) -> Ended {
        match self {
            Self::Finished => Ended::Finished,
            Self::Refused(refused) => refused.ended(),
            Self::Stopped => Ended::Drained,
            Self::Idle => Ended::TimedOut,
            Self::ClientFailed => Ended::ClientGone,
            Self::ApplicationFailed => Ended::UpstreamFailed,
        }
    }
}

/// Passes bytes between a client and an application.
#[derive(Debug)]
pub struct Pump<'a> {
    /// What it rests on.
    pub held: &'a HeldAccess,
    /// How long nothing may move, in either direction.
    pub idle: Duration,
    /// Cancelled when the gate stops, which ends it at once.
    pub stop: &'a CancellationToken,
}

/// Which direction of the pump failed, and on which side of it.
enum Broken {
    Refused(Refused),
    Reading,
    Writing,
}

impl Broken {
    /// Why the pump ends: `reading` if it was the side that is read from, `writing` if it was the other.
    fn between(self, reading: PumpEnd, writing: PumpEnd) -> PumpEnd {
        match self {
            Self::Refused(refused) => PumpEnd::Refused(refused),
            Self::Reading => reading,
            Self::Writing => writing,
        }
    }
}

/// Bytes as they are counted while both directions run.
#[derive(Default)]
struct ByteCounters {
    up: AtomicU64,
    down: AtomicU64,
}

impl ByteCounters {
    fn read(&self) -> PumpedBytes {
        PumpedBytes { up: self.up.load(Ordering::Relaxed), down: self.down.load(Ordering::Relaxed) }
    }
}

impl Pump<'_> {
    /// Pass bytes on until one side fails, both have come to their end, nothing moves for too long, the gate stops, or
    /// the access ends. One side's end is passed on, and the other direction goes on. `passed_down` sees exactly the
    /// bytes that were written to the client.
    ///
    /// Neither stream is closed here: how to say farewell is the protocol's to know. Close the application's first, so
    /// that nothing reaches it any more.
    pub async fn run<CR, CW, AR, AW>(
        &self,
        client: StreamHalves<'_, CR, CW>,
        application: StreamHalves<'_, AR, AW>,
        mut passed_down: impl FnMut(&[u8]),
    ) -> (PumpEnd, PumpedBytes)
    where
        CR: AsyncRead + Unpin,
        CW: AsyncWrite + Unpin,
        AR: AsyncRead + Unpin,
        AW: AsyncWrite + Unpin,
    {
        let moved = ByteCounters::default();
        let may = || self.held.may_pass();
        let up = async {
            let copied = copy(client.read, application.write, may, |bytes| {
                moved.up.fetch_add(bytes.len() as u64, Ordering::Relaxed);
                // What an application pushes says nothing about whether anybody is there; what comes from them does.
                self.held.touch();
            });
            copied.await.map_err(|broken| broken.between(PumpEnd::ClientFailed, PumpEnd::ApplicationFailed))
        };
        let down = async {
            let copied = copy(application.read, client.write, may, |bytes| {
                moved.down.fetch_add(bytes.len() as u64, Ordering::Relaxed);
                passed_down(bytes);
            });
            copied.await.map_err(|broken| broken.between(PumpEnd::ApplicationFailed, PumpEnd::ClientFailed))
        };
        let end = tokio::select! {
            biased;
            refused = self.held.ended(Duration::ZERO) => PumpEnd::Refused(refused),
            () = self.stop.cancelled() => PumpEnd::Stopped,
            result = async { tokio::try_join!(up, down) } => {
                result.map_or_else(|end| end, |_| PumpEnd::Finished)
            }
            () = idle(&moved, self.idle) => PumpEnd::Idle,
        };
        (end, moved.read())
    }
}

/// Copy until the end, and pass the end on. Before each write it is looked whether what was read `may` pass; `wrote` sees
/// exactly the bytes that were written.
async fn copy<R, W>(
    from: &mut R,
    to: &mut W,
    may: impl Fn() -> Result<(), Refused>,
    mut wrote: impl FnMut(&[u8]),
) -> Result<(), Broken>
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let mut buffer = vec![0; BUFFER];
    loop {
        let read = from.read(&mut buffer).await.map_err(|_| Broken::Reading)?;
        let mut rest = buffer.get(..read).unwrap_or_default();
        if rest.is_empty() {
            // Half-closed: the other direction may go on.
            return to.shutdown().await.map_err(|_| Broken::Writing);
        }
        while !rest.is_empty() {
            may().map_err(Broken::Refused)?;
            let count = to.write(rest).await.map_err(|_| Broken::Writing)?;
            let (written, left) = rest.split_at_checked(count).ok_or(Broken::Writing)?;
            if written.is_empty() {
                return Err(Broken::Writing);
            }
            wrote(written);
            rest = left;
        }
        to.flush().await.map_err(|_| Broken::Writing)?;
    }
}

/// Wait until nothing has moved for so long.
async fn idle(moved: &ByteCounters, longest: Duration) {
    let mut seen = moved.read();
    loop {
        tokio::time::sleep(longest).await;
        let now = moved.read();
        if now == seen {
            return;
        }
        seen = now;
    }
}
