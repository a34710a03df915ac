//! Connections: taken, bounded, encrypted where asked, and ended.

use crate::gate::{Connection, Gate, Peer};
use crate::tls::{Tls, key_of};
use crate::wire::{Guarded, Tunnel};
use http::{HeaderValue, Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use std::convert::Infallible;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

/// How long to wait after the system had no more file descriptors for us.
const BREATH: Duration = Duration::from_millis(50);

/// Header lines that hyper takes if it is not told a number.
const HYPERS_HEADER_LINES: usize = 100;

/// HTTP/2 asks a silent client for a sign of life this often.
const PING: Duration = Duration::from_secs(30);

impl Gate {
    /// Serve connections until `stop`, then let what is under way finish within the configured grace. Without TLS only
    /// HTTP/1.1 is spoken; with it HTTP/2 too, as the client prefers.
    ///
    /// A gate may serve several listeners; it is over for all of them when any is stopped.
    pub async fn serve(self: Arc<Self>, listener: TcpListener, tls: Option<Tls>, stop: CancellationToken) {
        let places = Arc::new(Semaphore::new(self.config.limits.connections));
        let tls = tls.map(|tls| TlsAcceptor::from(tls.config));
        loop {
            let Some((stream, address, place)) = next(&listener, &places, &stop).await else { break };
            let gate = Arc::clone(&self);
            let tls = tls.clone();
            self.tasks.spawn(async move {
                gate.connected(stream, address, tls).await;
                drop(place);
            });
        }
        drop(listener);
        self.stop.cancel();
        self.tasks.close();
        // Each connection ends by itself within the grace; the second more is for them to notice.
        let bound = self.config.times.grace + Duration::from_secs(1);
        if tokio::time::timeout(bound, self.tasks.wait()).await.is_err() {
            tracing::warn!(left = self.tasks.len(), "connections did not end in time");
        }
    }

    async fn connected(self: Arc<Self>, stream: TcpStream, address: IpAddr, tls: Option<TlsAcceptor>) {
        let Some(tls) = tls else {
            let peer = Peer { address, key: None, tls: false };
            return self.http1(stream, peer).await;
        };
        let handshake = Box::pin(tls.accept(stream));
        let stream = match tokio::time::timeout(self.config.times.handshake, handshake).await {
            Ok(Ok(stream)) => stream,
            Ok(Err(error)) => return tracing::debug!(%error, "a TLS handshake failed"),
            Err(_) => return tracing::debug!("a TLS handshake took too long"),
        };
        let (_, session) = stream.get_ref();
        let certificate = session.peer_certificates().and_then(<[_]>::first);
        let peer = Peer { address, key: certificate.and_then(|certificate| key_of(certificate)), tls: true };
        if session.alpn_protocol() == Some(b"h2") {
            Box::pin(self.http2(stream, peer)).await;
        } else {
            self.http1(stream, peer).await;
        }
    }

    async fn http1<S>(self: Arc<Self>, stream: S, peer: Peer)
    where
        S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let connection = Arc::new(Connection::new(peer));
        let limits = &self.config.limits;
        let mut builder = http1::Builder::new();
        builder
            .timer(TokioTimer::new())
            .header_read_timeout(self.config.times.keep_alive)
            .max_header_size(limits.head_bytes)
            .max_buf_size(limits.head_bytes.max(64 * 1024));
        // Without a number of its own, hyper keeps the headers of a head on the stack.
        if limits.header_lines != HYPERS_HEADER_LINES {
            builder.max_headers(limits.header_lines);
        }
        let guarded = Guarded::new(stream, self.config.head_limits(), connection.tunnel.clone());
        let service = self.service(&connection);
        let serving = builder.serve_connection(TokioIo::new(guarded), service).with_upgrades();
        self.see_through(serving, |serving| serving.graceful_shutdown(), &connection.cut).await;
    }

    async fn http2<S>(self: Arc<Self>, stream: S, peer: Peer)
    where
        S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let connection = Arc::new(Connection::new(peer));
        let limits = &self.config.limits;
        let mut builder = http2::Builder::new(TokioExecutor::new());
        builder
            .timer(TokioTimer::new())
            .max_concurrent_streams(limits.streams)
            .max_pending_accept_reset_streams(limits.pending_resets)
            .max_header_list_size(u32::try_from(limits.head_bytes).unwrap_or(u32::MAX))
            .max_send_buf_size(64 * 1024)
            .keep_alive_interval(PING)
            .keep_alive_timeout(self.config.times.head);
        let service = self.service(&connection);
        let serving = builder.serve_connection(TokioIo::new(stream), service);
        self.see_through(serving, |serving| serving.graceful_shutdown(), &connection.cut).await;
    }

    /// Serve a connection until it is over or cut. Once the gate stops, `finish` asks it to take nothing new, and what
    /// is under way gets the grace. hyper's connections have that method, and no trait in common that says so.
    async fn see_through<C>(&self, serving: C, finish: impl FnOnce(Pin<&mut C>), cut: &CancellationToken)
    where
        C: Future<Output = Result<(), hyper::Error>>,
    {
        tokio::pin!(serving);
        tokio::select! {
            result = serving.as_mut() => return note(result),
            () = cut.cancelled() => return,
            () = self.stop.cancelled() => finish(serving.as_mut()),
        }
        tokio::select! {
            result = serving => note(result),
            () = cut.cancelled() => {}
            () = tokio::time::sleep(self.config.times.grace) => {}
        }
    }

    fn service(
        self: &Arc<Self>,
        connection: &Arc<Connection>,
    ) -> impl hyper::service::Service<
        Request<Incoming>,
        Response = Response<crate::body::Answer>,
        Error = Infallible,
        Future = impl Future<Output = Result<Response<crate::body::Answer>, Infallible>> + Send + 'static,
    > + Send
    + 'static {
        let gate = Arc::clone(self);
        let connection = Arc::clone(connection);
        service_fn(move |request| {
            let gate = Arc::clone(&gate);
            let connection = Arc::clone(&connection);
            // On the heap only while a request is under way: hyper keeps a place for it as long as a connection lives.
            Box::pin(async move { Ok(gate.respond(&connection, request).await) })
        })
    }
}

impl Connection {
    fn new(peer: Peer) -> Self {
        // An address is made of digits, letters, dots and colons.
        let address = HeaderValue::try_from(peer.address.to_string());
        let address = address.unwrap_or_else(|_| HeaderValue::from_static("unknown"));
        Self { peer, address, cut: CancellationToken::new(), tunnel: Tunnel::default() }
    }
}

/// The next connection, once there is a place for it; nothing when the gate stops.
async fn next(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
    stop: &CancellationToken,
) -> Option<(TcpStream, IpAddr, OwnedSemaphorePermit)> {
    let connection = async {
        let place = Arc::clone(places).acquire_owned().await.ok()?;
        loop {
            match listener.accept().await {
                Ok((stream, address)) => {
                    // Only a hint; a connection without it is slower and works.
                    let _ = stream.set_nodelay(true);
                    return Some((stream, address.ip().to_canonical(), place));
                }
                Err(error) => {
                    tracing::warn!(%error, "no connection could be taken");
                    tokio::time::sleep(BREATH).await;
                }
            }
        }
    };
    tokio::select! {
        biased;
        () = stop.cancelled() => None,
        connection = connection => connection,
    }
}

fn note(result: Result<(), hyper::Error>) {
    if let Err(error) = result {
        tracing::debug!(%error, "a client's connection ended");
    }
}
