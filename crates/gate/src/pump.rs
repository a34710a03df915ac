//! Copies bytes both ways between a client and an application, for as long as the access lasts.

use crate::held::HeldAccess;
use countersign_admission::{Ended, Refused};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio_util::sync::CancellationToken;

/// Maximum number of bytes per read.
const BUFFER: usize = 16 * 1024;

/// The two directions of one stream.
#[derive(Debug)]
pub struct StreamHalves<'a, R, W> {
    /// The half to read from.
    pub read: &'a mut R,
    /// The half to write to.
    pub write: &'a mut W,
}

/// Numbers of bytes copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PumpedBytes {
    /// From the client to the application.
    pub up: u64,
    /// From the application to the client.
    pub down: u64,
}

/// Why copying ended.
#[derive(Debug)]
pub enum PumpEnd {
    /// Both sides ended their streams.
    Finished,
    /// The access ended.
    Refused(Refused),
    /// The gate is stopping.
    Stopped,
    /// No byte moved for too long.
    Idle,
    /// The client's side failed.
    ClientFailed,
    /// The application's side failed.
    ApplicationFailed,
}

impl PumpEnd {
    /// Returns the same reason, as the record of the access states it.
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

/// Copies bytes between a client and an application.
#[derive(Debug)]
pub struct Pump<'a> {
    /// The accesses that the exchange depends on.
    pub held: &'a HeldAccess,
    /// Maximum time without a byte in either direction.
    pub idle: Duration,
    /// Cancelled when the gate stops, which ends the pump at once.
    pub stop: &'a CancellationToken,
}

/// Which side of one direction failed.
enum FailedSide {
    Refused(Refused),
    Reading,
    Writing,
}

impl FailedSide {
    /// Returns why the pump ends: `reading` if the side that is read from failed, `writing` if the other did.
    fn between(self, reading: PumpEnd, writing: PumpEnd) -> PumpEnd {
        match self {
            Self::Refused(refused) => PumpEnd::Refused(refused),
            Self::Reading => reading,
            Self::Writing => writing,
        }
    }
}

/// Byte counters of both directions while they run.
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
    /// Copies bytes until one side fails, both sides have ended, no byte moves for too long, the gate stops, or the
    /// access ends. When one side ends, the pump passes the end on and the other direction continues. `passed_down`
    /// receives exactly the bytes that were written to the client.
    ///
    /// The pump closes neither stream, because only the protocol knows how to say farewell. Close the application's
    /// stream first, so that nothing more reaches it.
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
                // Bytes that an application pushes do not show that the user is active; bytes from the client do.
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

/// Copies until the end, and passes the end on. Before each write `may` decides whether the bytes may pass; `wrote`
/// receives exactly the bytes that were written.
async fn copy<R, W>(
    from: &mut R,
    to: &mut W,
    may: impl Fn() -> Result<(), Refused>,
    mut wrote: impl FnMut(&[u8]),
) -> Result<(), FailedSide>
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let mut buffer = vec![0; BUFFER];
    loop {
        let read = from.read(&mut buffer).await.map_err(|_| FailedSide::Reading)?;
        let mut rest = buffer.get(..read).unwrap_or_default();
        if rest.is_empty() {
            // Half-closed: the other direction may continue.
            return to.shutdown().await.map_err(|_| FailedSide::Writing);
        }
        while !rest.is_empty() {
            may().map_err(FailedSide::Refused)?;
            let count = to.write(rest).await.map_err(|_| FailedSide::Writing)?;
            let (written, left) = rest.split_at_checked(count).ok_or(FailedSide::Writing)?;
            if written.is_empty() {
                return Err(FailedSide::Writing);
            }
            wrote(written);
            rest = left;
        }
        to.flush().await.map_err(|_| FailedSide::Writing)?;
    }
}

/// Waits until no byte has moved for `longest`.
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
