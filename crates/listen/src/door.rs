//! Accepts connections and continues after every error.

use crate::descriptors::Spare;
use crate::places::{Place, Places};
use socket2::SockRef;
use std::io;
use std::net::IpAddr;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};

/// The first and the longest pause after a failed accept.
const PAUSES: (Duration, Duration) = (Duration::from_millis(10), Duration::from_secs(1));

/// Maximum number of unsent bytes in the kernel. Bytes that are sent but not acknowledged are additional, so that a
/// distant client gets its full bandwidth, while one that does not read costs little memory.
const UNSENT: u32 = 128 * 1024;

/// How long sent data may stay unacknowledged before the kernel ends the connection, also after we closed it.
const UNACKNOWLEDGED: Duration = Duration::from_secs(90);

/// A source of connections.
pub trait Listener: Send + Sync + 'static {
    /// A connection.
    type Stream: AsyncRead + AsyncWrite + Send + Unpin + 'static;

    /// Accepts the next connection; returns it with its IP address, if it has one.
    fn accept(&self) -> impl Future<Output = io::Result<(Self::Stream, Option<IpAddr>)>> + Send;
}

impl Listener for TcpListener {
    type Stream = TcpStream;

    async fn accept(&self) -> io::Result<(TcpStream, Option<IpAddr>)> {
        let (stream, address) = Self::accept(self).await?;
        // These are only hints: a connection without them is slower or costs the kernel more, but works.
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

/// A listener with a limited number of connections.
#[derive(Debug)]
pub struct Door<L> {
    listener: L,
    places: Places,
    spare: Option<Spare>,
}

impl<L: Listener> Door<L> {
    /// Accepts the connections of `listener`, at most as many as there are `places`.
    pub const fn new(listener: L, places: Places) -> Self {
        Self { listener, places, spare: None }
    }

    /// Adds a reserve of descriptors for when the system has none left.
    #[must_use]
    pub fn with_spare(mut self, spare: Spare) -> Self {
        self.spare = Some(spare);
        self
    }

    /// Returns the next connection for which there is a place. Closes connections from an address that has reached its
    /// limit at once. While all places are taken, connections wait in the kernel's queue.
    pub async fn next(&self) -> Option<(L::Stream, Option<IpAddr>, Place)> {
        self.next_relayed(|_| false).await
    }

    /// As [`Door::next`], where `relays` says which addresses pass on connections of others. Those count in all and for no
    /// address, until [`Place::count_for`] says for whose.
    pub async fn next_relayed(
        &self,
        relays: impl Fn(IpAddr) -> bool,
    ) -> Option<(L::Stream, Option<IpAddr>, Place)> {
        let mut pause = PAUSES.0;
        loop {
            let one = self.places.room().await?;
            match self.listener.accept().await {
                Ok((stream, address)) => {
                    if let Some(spare) = &self.spare {
                        spare.refill();
                    }
                    let counted = address.filter(|address| !relays(*address));
                    if let Some(place) = self.places.take(one, counted) {
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

/// Returns whether an error concerns only a connection that ended while it waited.
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
