//! A scripted listener, and waiting with a bound.

use countersign_listen::{Caps, Door, Listener, Place, Places};
use std::io;
use std::net::IpAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, DuplexStream};
use tokio::sync::{Mutex, mpsc};

/// How long anything may take that must happen.
pub const PATIENCE: Duration = Duration::from_secs(30);

pub async fn within<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future).await.unwrap_or_else(|_| panic!("it did not happen"))
}

/// Waits until this is so.
pub async fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = std::time::Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "{what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Polls once, and returns whether the future is still pending.
pub async fn is_pending<F: Future + Unpin>(future: &mut F) -> bool {
    tokio::time::timeout(Duration::ZERO, future).await.is_err()
}

/// Waits until the other end has closed the connection, without a byte.
pub async fn is_closed(stream: &mut (impl tokio::io::AsyncRead + Unpin)) -> bool {
    match within(stream.read(&mut [0; 1])).await {
        Ok(read) => read == 0,
        Err(error) => error.kind() == io::ErrorKind::ConnectionReset,
    }
}

type Accepted = io::Result<(DuplexStream, Option<IpAddr>)>;

/// Accepts what it is told to.
pub struct Script(Mutex<mpsc::UnboundedReceiver<Accepted>>);

impl Listener for Script {
    type Stream = DuplexStream;

    async fn accept(&self) -> Accepted {
        match self.0.lock().await.recv().await {
            Some(next) => next,
            None => std::future::pending().await,
        }
    }
}

/// A door with a scripted listener.
pub struct ListenerSite {
    pub door: Door<Script>,
    pub places: Places,
    script: mpsc::UnboundedSender<Accepted>,
}

impl ListenerSite {
    pub fn new(caps: Caps) -> Self {
        let (script, accepted) = mpsc::unbounded_channel();
        let places = Places::new("listen.test", caps);
        let door = Door::new(Script(Mutex::new(accepted)), places.clone());
        Self { door, places, script }
    }

    /// Creates one with these limits, and no shared addresses.
    pub fn of(total: usize, per_address: usize) -> Self {
        Self::new(Caps { total, per_address, shared: Vec::new() })
    }

    /// Lets a client connect; returns its end.
    pub fn connect(&self, address: &str) -> DuplexStream {
        self.arrives(Some(address.parse().unwrap()))
    }

    /// Lets a client of the machine itself connect.
    pub fn connect_locally(&self) -> DuplexStream {
        self.arrives(None)
    }

    fn arrives(&self, address: Option<IpAddr>) -> DuplexStream {
        let (theirs, ours) = tokio::io::duplex(64);
        self.script.send(Ok((ours, address))).unwrap();
        theirs
    }

    /// Lets the next accept fail.
    pub fn fail(&self, error: io::Error) {
        self.script.send(Err(error)).unwrap();
    }

    /// Lets a client connect, and returns its place; `None` if the connection was closed at once.
    pub async fn take(&self, address: &str) -> Option<Place> {
        let mut theirs = self.connect(address);
        let taken = tokio::select! {
            biased;
            closed = is_closed(&mut theirs) => { assert!(closed); None }
            taken = self.door.next() => taken,
        };
        taken.map(|(_, _, place)| place)
    }

    /// As [`ListenerSite::take`], for a connection of a load balancer or of the machine itself.
    pub async fn take_uncounted(&self) -> Place {
        let _theirs = self.connect_locally();
        within(self.door.next()).await.unwrap().2
    }
}
