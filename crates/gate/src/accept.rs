//! Accepts connections, encrypts them where configured, and drains them at a stop.

use crate::proxy::{TrustedProxies, read_header};
use crate::tls::{Tls, key_of};
use countersign_facts::Digest;
use countersign_listen::{Door, Listener, Paced, Place};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long to wait after the grace: connections then end by themselves, but need time to notice.
const NOTICE: Duration = Duration::from_secs(1);

/// The other end of a connection, as far as the connection itself shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer {
    /// The IP address.
    pub address: IpAddr,
    /// SHA-256 of the public key whose possession the client proved in the handshake.
    pub key: Option<Digest>,
    /// Whether the connection is encrypted.
    pub tls: bool,
}

/// A connection that holds a place within the limits.
#[derive(Debug)]
pub struct AcceptedConnection<S> {
    /// The byte stream of the connection.
    pub stream: S,
    /// The other end.
    pub peer: Peer,
    /// Its place within the limits of connections, released when the last handle is dropped.
    pub place: Arc<Place>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> AcceptedConnection<S> {
    /// Performs a TLS handshake within `patience`. Returns `None` if the handshake failed, which is logged.
    pub async fn encrypt(self, tls: &Tls, patience: Duration) -> Option<AcceptedConnection<TlsStream<S>>> {
        let handshake = Box::pin(TlsAcceptor::from(Arc::clone(&tls.config)).accept(self.stream));
        let stream = match tokio::time::timeout(patience, handshake).await {
            Ok(Ok(stream)) => stream,
            Ok(Err(error)) => {
                tracing::debug!(%error, "a TLS handshake failed");
                return None;
            }
            Err(_) => {
                tracing::debug!("a TLS handshake took too long");
                return None;
            }
        };
        let certificate = stream.get_ref().1.peer_certificates().and_then(<[_]>::first);
        let key = certificate.and_then(|certificate| key_of(certificate));
        let peer = Peer { key, tls: true, ..self.peer };
        Some(AcceptedConnection { stream, peer, place: self.place })
    }
}

/// The connections of a gate on all its listeners, and the tasks that outlive them (upgraded connections).
#[derive(Debug)]
pub struct ConnectionTasks {
    tasks: TaskTracker,
    stop: CancellationToken,
    grace: Duration,
    balancers: Balancers,
}

/// The load balancers in front of a gate, and the time-out for their header.
#[derive(Debug, Clone, Default)]
struct Balancers {
    trusted: TrustedProxies,
    patience: Duration,
}

impl ConnectionTasks {
    /// Creates an empty set. When the gate stops, exchanges under way get `grace`.
    pub fn new(grace: Duration) -> Self {
        let (tasks, stop, balancers) = Default::default();
        Self { tasks, stop, grace, balancers }
    }

    /// Trusts these load balancers: each of their connections must begin with a header of the PROXY protocol, within
    /// `patience`. From then on the connection counts as its client's, also in the limits. Before that it counts in the
    /// total only, for no address.
    #[must_use]
    pub fn behind(self, trusted: TrustedProxies, patience: Duration) -> Self {
        Self { balancers: Balancers { trusted, patience }, ..self }
    }

    /// Returns a token that is cancelled when the gate stops and accepts no new connections.
    pub const fn stopping(&self) -> &CancellationToken {
        &self.stop
    }

    /// Returns how long exchanges under way may continue after a stop.
    pub const fn grace(&self) -> Duration {
        self.grace
    }

    /// Runs `task` when it is the turn of the address that holds `place`. A stop waits for the task.
    pub fn spawn(&self, place: &Place, task: impl Future<Output = ()> + Send + 'static) {
        self.tasks.spawn(place.in_turn(task));
    }

    /// Accepts connections until `stop`, and runs `serve` for each; then lets exchanges under way end within the grace.
    /// Closes a connection whose client has not read what is written to it for `patience`.
    ///
    /// Several listeners may be served at the same time; all of them end when any is stopped.
    pub async fn accept<L, F, S>(&self, door: Door<L>, patience: Duration, stop: CancellationToken, serve: S)
    where
        L: Listener,
        F: Future<Output = ()> + Send + 'static,
        S: Fn(AcceptedConnection<Paced<L::Stream>>) -> F + Clone + Send + 'static,
    {
        let relays = |address| self.balancers.trusted.contains(address);
        loop {
            let next = tokio::select! {
                biased;
                () = stop.cancelled() => None,
                next = door.next_relayed(relays) => next,
            };
            let Some((stream, address, place)) = next else { break };
            let stream = Paced::new(stream, patience);
            match address.filter(|address| relays(*address)) {
                Some(balancer) => {
                    let (balancers, serve) = (self.balancers.clone(), serve.clone());
                    self.tasks.spawn(balancers.passed_on(balancer, stream, place, serve));
                }
                None => {
                    // A local socket has no address: its client runs on this machine.
                    let address = address.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
                    let place = Arc::new(place);
                    let task = serve(AcceptedConnection::new(stream, address, Arc::clone(&place)));
                    self.spawn(&place, task);
                }
            }
        }
        drop(door);
        self.stop.cancel();
        self.tasks.close();
        if tokio::time::timeout(self.grace + NOTICE, self.tasks.wait()).await.is_err() {
            tracing::warn!(left = self.tasks.len(), "connections did not end in time");
        }
    }
}

impl<S> AcceptedConnection<S> {
    /// Creates a connection of which only the address is known.
    const fn new(stream: S, address: IpAddr, place: Arc<Place>) -> Self {
        Self { stream, peer: Peer { address, key: None, tls: false }, place }
    }
}

impl Balancers {
    /// Reads the address of the client whose connection `balancer` forwards, and serves the connection as that client's
    /// when it is the client's turn. A connection that the balancer makes for itself (a health check) counts as the
    /// balancer's.
    async fn passed_on<T, F>(
        self,
        balancer: IpAddr,
        mut stream: T,
        place: Place,
        serve: impl Fn(AcceptedConnection<T>) -> F,
    ) where
        T: AsyncRead + AsyncWrite + Unpin,
        F: Future<Output = ()>,
    {
        let why = match tokio::time::timeout(self.patience, read_header(&mut stream)).await {
            Ok(Ok(source)) => {
                let address = source.unwrap_or(balancer);
                // The client has used its share of connections; `count_for` counts and logs the refusal.
                let Some(place) = place.count_for(address).map(Arc::new) else { return };
                let served = serve(AcceptedConnection::new(stream, address, Arc::clone(&place)));
                return place.in_turn(served).await;
            }
            Ok(Err(error)) => error.to_string(),
            Err(_) => "the header took too long".to_owned(),
        };
        metrics::counter!("countersign_connections_given_up_total", "why" => "proxy-header").increment(1);
        tracing::debug!(%balancer, why, "a load balancer did not say whose connection it passes on");
    }
}
