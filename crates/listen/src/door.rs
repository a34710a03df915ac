//! Accepting connections, whatever the system says to it.

use crate::descriptors::Spare;
use crate::places::{Place, Places};
use socket2::SockRef;
use std::io;
use std::net::IpAddr;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};

/// The first and the longest pause after the system did not give a connection.
const PAUSES: (Duration, Duration) = (Duration::from_millis(10), Duration::from_secs(1));

/// Most bytes that wait in the kernel unsent: what is sent and not acknowledged yet comes on top, so that a client far
/// away gets as much as its network carries, and one that does not read costs little.
const UNSENT: u32 = 128 * 1024;

/// How long what was sent may stay unacknowledged before the kernel ends the connection, also after we closed it.
const UNACKNOWLEDGED: Duration = Duration::from_secs(90);

/// What connections come from.
pub trait Listener: Send + Sync + 'static {
    /// A connection.
    type Stream: AsyncRead + AsyncWrite + Send + Unpin + 'static;

    /// The next one, and where it comes from, if that is an address.
    fn accept(&self) -> impl Future<Output = io::Result<(Self::Stream, Option<IpAddr>)>> + Send;
}

impl Listener for TcpListener {
    type Stream = TcpStream;

    async fn accept(&self) -> io::Result<(TcpStream, Option<IpAddr>)> {
        let (stream, address) = Self::accept(self).await?;
        // Only hints; a connection without them is slower, or costs the kernel more, and works.
        let _ = stream.set_nodelay(true);
        let socket = SockRef::from(&stream);
        let _ = socket.set_tcp_notsent_lowat(UNSENT);
        let _ = socket.set_tcp_user_timeout(Some(UNACKNOWLEDGED));
        Ok((stream, Some(address.ip().to_canonical())))
    }
}

impl Listener for UnixListener {
    type Stream = UnixStream;

    async fn accept(&self) -> io::Result<(UnixStream, Option<IpAddr>)> {
        Ok((Self::accept(self).await?.0, None))
    }
}

/// A listener with a number of places.
#[derive(Debug)]
pub struct Door<L> {
    listener: L,
    places: Places,
    spare: Option<Spare>,
}

impl<L: Listener> Door<L> {
    /// The connections of `listener`, as many as there are `places`.
    pub const fn new(listener: L, places: Places) -> Self {
        Self { listener, places, spare: None }
    }

    /// The same, with descriptors put aside for when the system has none left.
    #[must_use]
    pub fn with_spare(mut self, spare: Spare) -> Self {
        self.spare = Some(spare);
        self
    }

    /// The next connection for which there is a place. Of an address that has its share, connections are closed as they
    /// come; when all places are taken, they wait in the kernel's queue.
    pub async fn next(&self) -> Option<(L::Stream, Option<IpAddr>, Place)> {
        let mut pause = PAUSES.0;
        loop {
            let one = self.places.room().await?;
            match self.listener.accept().await {
                Ok((stream, address)) => {
                    if let Some(spare) = &self.spare {
                        spare.refill();
                    }
                    if let Some(place) = self.places.take(one, address) {
                        return Some((stream, address, place));
                    }
                }
                Err(error) if concerns_one(&error) => {}
                Err(error) => {
                    self.places.failed(&error);
                    let released = is_exhaustion(&error) && self.spare.as_ref().is_some_and(Spare::release);
                    if !released {
                        tokio::time::sleep(pause).await;
                        pause = (pause * 2).min(PAUSES.1);
                    }
                }
            }
        }
    }
}

/// Whether an error is about the one connection that went away while it waited.
fn concerns_one(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset | io::ErrorKind::Interrupted
    )
}

fn is_exhaustion(error: &io::Error) -> bool {
    let code = error.raw_os_error().map(rustix::io::Errno::from_raw_os_error);
    matches!(code, Some(rustix::io::Errno::MFILE | rustix::io::Errno::NFILE))
}
