//! Upgraded connections: bytes both ways until one side ends, nothing moves for too long, or the access is revoked.

mod frames;

use crate::held::HeldAccess;
use crate::wire::{GuardedStream, Http1Guard};
use countersign_admission::{Completion, Ended, Refused, Why};
use countersign_listen::{Paced, Place};
use frames::Frames;
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadHalf, WriteHalf};
use tokio::net::TcpStream;
use tokio_rustls::{client, server};
use tokio_util::sync::CancellationToken;

const BUFFER: usize = 16 * 1024;

/// How long the end of a tunnel may take: for the upgrade to happen, for a Close frame to get out and be answered.
const POLITE: Duration = Duration::from_secs(1);

/// Close codes of WebSockets (RFC 6455, 7.4.1).
const GOING_AWAY: u16 = 1001;
const POLICY_VIOLATION: u16 = 1008;

/// What an upgraded connection rests on.
pub struct Tunnelled {
    /// The accesses.
    pub held: HeldAccess,
    /// How long nothing may move.
    pub idle: Duration,
    /// The gate stops.
    pub stop: CancellationToken,
    /// The client's place among the connections.
    pub place: Arc<Place>,
}

/// What moved.
#[derive(Default)]
struct Moved {
    up: AtomicU64,
    down: AtomicU64,
}

impl Moved {
    fn sum(&self) -> (u64, u64) {
        (self.up.load(Ordering::Relaxed), self.down.load(Ordering::Relaxed))
    }
}

impl Tunnelled {
    /// Join the two ends once both have switched, and stay until it is over.
    pub async fn run(self, client: OnUpgrade, application: OnUpgrade) {
        let both = async { tokio::try_join!(client, application) };
        let Ok(Ok((client, application))) = tokio::time::timeout(POLITE.saturating_mul(10), both).await
        else {
            self.complete(&Moved::default(), Ended::UpstreamFailed);
            return;
        };
        metrics::gauge!("countersign_gate_open_tunnels").increment(1.0);
        let moved = Moved::default();
        let ended = self.join(client, application, &moved).await;
        metrics::gauge!("countersign_gate_open_tunnels").decrement(1.0);
        self.complete(&moved, ended);
    }

    fn complete(self, moved: &Moved, ended: Ended) {
        let (bytes_in, bytes_out) = moved.sum();
        let Self { held, place, .. } = self;
        held.complete(Completion { status: 101, bytes_in, bytes_out, ended });
        drop(place);
    }

    async fn join(&self, client: Upgraded, application: Upgraded, moved: &Moved) -> Ended {
        let (client_read, mut client_write) = tokio::io::split(TokioIo::new(client));
        let (application_read, mut application_write) = tokio::io::split(TokioIo::new(application));
        let (mut client_read, mut application_read) = (client_read, application_read);
        let mut frames = Frames::default();
        let (ended, code) = {
            let may = || self.held.may_pass();
            let up = async {
                let copied = copy(&mut client_read, &mut application_write, may, |bytes| {
                    moved.up.fetch_add(bytes.len() as u64, Ordering::Relaxed);
                    // What an application pushes says nothing about whether anybody is there; what comes from them does.
                    self.held.touch();
                });
                copied.await.map_err(|broken| broken.between(Ended::ClientGone, Ended::UpstreamFailed))
            };
            let down = async {
                let copied = copy(&mut application_read, &mut client_write, may, |bytes| {
                    moved.down.fetch_add(bytes.len() as u64, Ordering::Relaxed);
                    frames.follow(bytes);
                });
                copied.await.map_err(|broken| broken.between(Ended::UpstreamFailed, Ended::ClientGone))
            };
            // Either direction may come to its end before the other; one that fails is the end of both.
            tokio::select! {
                biased;
                refused = self.held.ended(Duration::ZERO) => verdict(&refused),
                () = self.stop.cancelled() => (Ended::Drained, Some(GOING_AWAY)),
                result = async { tokio::try_join!(up, down) } => {
                    result.map_or_else(|end| end, |_| (Ended::Finished, None))
                }
                () = idle(moved, self.idle) => (Ended::TimedOut, Some(GOING_AWAY)),
            }
        };
        // The application's side goes first: nothing from the client reaches it after this line. What did not end in
        // peace does not look as if it had: the connection is reset, as the other one was.
        let application = application_read.unsplit(application_write).into_inner();
        match ended {
            Ended::ClientGone | Ended::Revoked => reset(application),
            _ => drop(application),
        }
        if let Some(code) = code
            && frames.at_boundary()
        {
            say_goodbye(client_read, client_write, code).await;
        } else if matches!(ended, Ended::UpstreamFailed | Ended::Revoked) {
            reset(client_read.unsplit(client_write).into_inner());
        }
        ended
    }
}

/// Close a connection so that whoever is at the other end sees that it did not end in peace.
fn reset(upgraded: Upgraded) {
    let upgraded = match upgraded.downcast::<TokioIo<Paced<TcpStream>>>() {
        Ok(plain) => return abandon(plain.io.inner().inner()),
        Err(other) => other,
    };
    let upgraded = match upgraded.downcast::<TokioIo<client::TlsStream<Paced<TcpStream>>>>() {
        Ok(encrypted) => return abandon(encrypted.io.inner().get_ref().0.inner()),
        Err(other) => other,
    };
    let upgraded = match upgraded.downcast::<TokioIo<GuardedStream<Paced<TcpStream>, Http1Guard>>>() {
        Ok(plain) => return abandon(plain.io.inner().inner().inner()),
        Err(other) => other,
    };
    if let Ok(encrypted) =
        upgraded.downcast::<TokioIo<GuardedStream<server::TlsStream<Paced<TcpStream>>, Http1Guard>>>()
    {
        abandon(encrypted.io.inner().inner().get_ref().0.inner());
    }
}

/// Let the system send a reset rather than an orderly end once the socket is closed.
fn abandon(socket: &TcpStream) {
    // What cannot be said so is closed all the same.
    let _ = socket.set_zero_linger();
}

fn verdict(refused: &Refused) -> (Ended, Option<u16>) {
    let code = if refused.why() == Why::Drained { GOING_AWAY } else { POLICY_VIOLATION };
    (refused.ended(), Some(code))
}

/// Why a direction did not come to its end.
enum Broken {
    /// The access ended.
    Refused(Refused),
    /// The side that is read from failed.
    Reading,
    /// The side that is written to failed.
    Writing,
}

impl Broken {
    /// What that means for a connection, which ends with the code for a Close frame if there is one to send: `reading`
    /// when the side that is read from failed, `writing` when it was the other.
    fn between(self, reading: Ended, writing: Ended) -> (Ended, Option<u16>) {
        match self {
            Self::Refused(refused) => verdict(&refused),
            Self::Reading => (reading, None),
            Self::Writing => (writing, None),
        }
    }
}

/// Copy until the end, and pass the end on; what is read is written if it `may` be, and `wrote` sees exactly the bytes
/// that were.
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
        let read = buffer.get(..read).unwrap_or_default();
        if read.is_empty() {
            // Half-closed: the other direction may go on.
            return to.shutdown().await.map_err(|_| Broken::Writing);
        }
        may().map_err(Broken::Refused)?;
        write(to, read, &mut wrote).await?;
    }
}

async fn write<W>(to: &mut W, mut rest: &[u8], wrote: &mut impl FnMut(&[u8])) -> Result<(), Broken>
where
    W: AsyncWrite + Unpin,
{
    while !rest.is_empty() {
        let count = to.write(rest).await.map_err(|_| Broken::Writing)?;
        let (written, left) = rest.split_at_checked(count).ok_or(Broken::Writing)?;
        if written.is_empty() {
            return Err(Broken::Writing);
        }
        wrote(written);
        rest = left;
    }
    to.flush().await.map_err(|_| Broken::Writing)
}

/// Wait until nothing has moved for so long.
async fn idle(moved: &Moved, longest: Duration) {
    let mut seen = moved.sum();
    loop {
        tokio::time::sleep(longest).await;
        let now = moved.sum();
        if now == seen {
            return;
        }
        seen = now;
    }
}

/// Tell the client why, and let it hear that before the connection goes.
async fn say_goodbye(
    mut read: ReadHalf<TokioIo<Upgraded>>,
    mut write: WriteHalf<TokioIo<Upgraded>>,
    code: u16,
) {
    let goodbye = async {
        write.write_all(&close_frame(code)).await?;
        write.shutdown().await?;
        // Closing with unread bytes would reset the connection, and the reset would overtake the frame.
        let mut ignored = [0; 1024];
        while read.read(&mut ignored).await? > 0 {}
        Ok::<_, std::io::Error>(())
    };
    let _ = tokio::time::timeout(POLITE, goodbye).await;
}

fn close_frame(code: u16) -> Vec<u8> {
    let reason: &[u8] = if code == POLICY_VIOLATION { b"access ended" } else { b"" };
    let length = u8::try_from(reason.len() + 2).unwrap_or(2);
    [&[0x88, length], &code.to_be_bytes()[..], reason].concat()
}
