//! Upgraded connections: copies bytes both ways until one side ends, no byte moves for too long, or the access is
//! revoked.

mod frames;

use crate::wire::{GuardedStream, Http1Guard};
use countersign_admission::{Completion, Ended, Why};
use countersign_gate::{HeldAccess, Pump, PumpEnd, PumpedBytes, StreamHalves};
use countersign_listen::{Paced, Place};
use frames::Frames;
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, ReadHalf, WriteHalf};
use tokio::net::TcpStream;
use tokio_rustls::{client, server};
use tokio_util::sync::CancellationToken;

/// Time-out for the upgrade itself, and for sending a Close frame and receiving its answer.
const POLITE: Duration = Duration::from_secs(1);

/// Close codes of WebSockets (RFC 6455, 7.4.1).
const GOING_AWAY: u16 = 1001;
const POLICY_VIOLATION: u16 = 1008;

/// What an upgraded connection depends on.
pub struct Tunnelled {
    /// The accesses that it depends on.
    pub held: HeldAccess,
    /// Maximum time without a byte.
    pub idle: Duration,
    /// Cancelled when the gate stops.
    pub stop: CancellationToken,
    /// The client's place within the limits of connections.
    pub place: Arc<Place>,
}

impl Tunnelled {
    /// Connects the two ends once both have switched, and returns when the tunnel has ended.
    pub async fn run(self, client: OnUpgrade, application: OnUpgrade) {
        let both = async { tokio::try_join!(client, application) };
        let Ok(Ok((client, application))) = tokio::time::timeout(POLITE.saturating_mul(10), both).await
        else {
            self.complete(PumpedBytes::default(), Ended::UpstreamFailed);
            return;
        };
        metrics::gauge!("countersign_gate_open_tunnels").increment(1.0);
        let (end, moved) = self.join(client, application).await;
        metrics::gauge!("countersign_gate_open_tunnels").decrement(1.0);
        self.complete(moved, end.ended());
    }

    fn complete(self, moved: PumpedBytes, ended: Ended) {
        let Self { held, place, .. } = self;
        held.complete(Completion { status: 101, bytes_in: moved.up, bytes_out: moved.down, ended });
        drop(place);
    }

    async fn join(&self, client: Upgraded, application: Upgraded) -> (PumpEnd, PumpedBytes) {
        let (mut client_read, mut client_write) = tokio::io::split(TokioIo::new(client));
        let (mut application_read, mut application_write) = tokio::io::split(TokioIo::new(application));
        let mut frames = Frames::default();
        let pump = Pump { held: &self.held, idle: self.idle, stop: &self.stop };
        let (end, moved) = pump
            .run(
                StreamHalves { read: &mut client_read, write: &mut client_write },
                StreamHalves { read: &mut application_read, write: &mut application_write },
                |bytes| frames.follow(bytes),
            )
            .await;
        // The application's side closes first, so that nothing from the client reaches it after this line. An end that
        // was not orderly must not look orderly: the connection is reset, as the other one was.
        let application = application_read.unsplit(application_write).into_inner();
        match end.ended() {
            Ended::ClientGone | Ended::Revoked => reset(application),
            _ => drop(application),
        }
        if let Some(code) = close_code(&end)
            && frames.at_boundary()
        {
            say_goodbye(client_read, client_write, code).await;
        } else if matches!(end.ended(), Ended::UpstreamFailed | Ended::Revoked) {
            reset(client_read.unsplit(client_write).into_inner());
        }
        (end, moved)
    }
}

/// Returns the code of the Close frame that reports this end to the client, or `None` if it gets no frame.
fn close_code(end: &PumpEnd) -> Option<u16> {
    match end {
        PumpEnd::Refused(refused) if refused.why() != Why::Drained => Some(POLICY_VIOLATION),
        PumpEnd::Refused(_) | PumpEnd::Stopped | PumpEnd::Idle => Some(GOING_AWAY),
        PumpEnd::Finished | PumpEnd::ClientFailed | PumpEnd::ApplicationFailed => None,
    }
}

/// Closes a connection so that the other end sees that it did not end in order.
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

/// Makes the system send a reset instead of an orderly end when the socket closes.
fn abandon(socket: &TcpStream) {
    // If this fails, the socket still closes.
    let _ = socket.set_zero_linger();
}

/// Sends the client the reason, and lets it read that before the connection closes.
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
