//! Accepts, limits, encrypts and ends connections.

use crate::activity::{Activity, KeptWaiting, Passing};
use crate::body::Answer;
use crate::config::{Limits, Times};
use crate::gate::{Connection, Gate, LocalHost};
use crate::wire::{GuardedStream, HeadLimits, Http1Guard, Http2Guard, Tunnel};
use countersign_gate::{AcceptedConnection, ConnectionTasks, Peer, Tls};
use countersign_listen::{Door, Listener, Place};
use http::{HeaderValue, Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::rt::Executor;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// hyper's default limit of header lines.
const HYPERS_HEADER_LINES: usize = 100;

/// How often HTTP/2 pings a silent client.
const PING: Duration = Duration::from_secs(30);

/// Maximum number of unsent bytes on one HTTP/2 stream, in addition to the next piece.
const STREAM_BUFFER: usize = 32 * 1024;

/// How long a client has to learn that its idle connection is being closed.
const POLITE: Duration = Duration::from_secs(1);

impl Gate {
    /// Serves connections until `stop`, then lets exchanges under way end within the configured grace. Without TLS it
    /// speaks only HTTP/1.1; with TLS also HTTP/2, if the client prefers it.
    ///
    /// A gate may serve several listeners, which share its places; all of them end when any is stopped.
    pub async fn serve(self: Arc<Self>, listener: TcpListener, tls: Option<Tls>, stop: CancellationToken) {
        let door = Door::new(listener, self.places.clone());
        serve(self, door, tls, stop).await;
    }
}

/// A listener for a service in this process, beside the gate and as strict as the gate: the same limits, the same
/// parsing of HTTP/1.1, no TLS and no HTTP/2.
pub struct LocalListener {
    host: Arc<dyn LocalHost>,
    limits: Limits,
    times: Times,
    connections: ConnectionTasks,
}

impl LocalListener {
    /// Creates a listener at which `host` answers every request, whichever host it names.
    pub fn new(host: Arc<dyn LocalHost>, limits: Limits, times: Times) -> Self {
        Self { host, limits, times, connections: ConnectionTasks::new(times.grace) }
    }

    /// Serves connections until `stop`, then lets exchanges under way end within the configured grace.
    pub async fn serve<L: Listener>(self, door: Door<L>, stop: CancellationToken) {
        serve(Arc::new(self), door, None, stop).await;
    }
}

/// The service behind a listener, and its limits.
trait Answering: Send + Sync + 'static {
    fn limits(&self) -> &Limits;
    fn times(&self) -> &Times;
    /// Returns the connections under way.
    fn connections(&self) -> &ConnectionTasks;
    /// Answers a request.
    fn answer(
        &self,
        connection: &Connection,
        request: Request<Incoming>,
    ) -> impl Future<Output = Response<Answer>> + Send;
}

impl Answering for Gate {
    fn limits(&self) -> &Limits {
        &self.config.limits
    }

    fn times(&self) -> &Times {
        &self.config.times
    }

    fn connections(&self) -> &ConnectionTasks {
        &self.connections
    }

    async fn answer(&self, connection: &Connection, request: Request<Incoming>) -> Response<Answer> {
        self.respond(connection, request).await
    }
}

impl Answering for LocalListener {
    fn limits(&self) -> &Limits {
        &self.limits
    }

    fn times(&self) -> &Times {
        &self.times
    }

    fn connections(&self) -> &ConnectionTasks {
        &self.connections
    }

    async fn answer(&self, connection: &Connection, request: Request<Incoming>) -> Response<Answer> {
        self.host.answer(connection.peer, request).await
    }
}

async fn serve<H: Answering, L: Listener>(
    host: Arc<H>,
    door: Door<L>,
    tls: Option<Tls>,
    stop: CancellationToken,
) {
    let tls = tls.map(|tls| tls.speaking(&[b"h2", b"http/1.1"]));
    let answering = Arc::clone(&host);
    let serve = move |accepted| connected(Arc::clone(&answering), accepted, tls.clone());
    host.connections().accept(door, host.times().client, stop, serve).await;
}

async fn connected<H: Answering, S>(host: Arc<H>, accepted: AcceptedConnection<S>, tls: Option<Tls>)
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let Some(tls) = tls else {
        let AcceptedConnection { stream, peer, place } = accepted;
        return http1(host, stream, Connection::new(peer, place)).await;
    };
    let encrypted = Box::pin(accepted.encrypt(&tls, host.times().handshake)).await;
    let Some(AcceptedConnection { stream, peer, place }) = encrypted else { return };
    let speaks_http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
    let connection = Connection::new(peer, place);
    if speaks_http2 {
        Box::pin(http2(host, stream, connection)).await;
    } else {
        http1(host, stream, connection).await;
    }
}

async fn http1<H: Answering, S>(host: Arc<H>, stream: S, connection: Connection)
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let connection = Arc::new(connection);
    let (limits, times) = (host.limits(), host.times());
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(times.keep_alive)
        .max_header_size(limits.head_bytes)
        .max_buf_size(limits.head_bytes.max(64 * 1024));
    // With its default number, hyper keeps the headers of a head on the stack.
    if limits.header_lines != HYPERS_HEADER_LINES {
        builder.max_headers(limits.header_lines);
    }
    let head = HeadLimits { bytes: limits.head_bytes, time: times.head };
    let guarded = GuardedStream::new(stream, Http1Guard::new(head, connection.tunnel.clone()));
    let service = service(&host, &connection);
    let serving = builder.serve_connection(TokioIo::new(guarded), service).with_upgrades();
    see_through(&*host, serving, |serving| serving.graceful_shutdown(), &connection).await;
}

/// Spawns the tasks of an HTTP/2 connection's streams.
#[derive(Clone)]
struct StreamTasks(Arc<Place>);

impl<F: Future<Output: Send> + Send + 'static> Executor<F> for StreamTasks {
    fn execute(&self, stream: F) {
        tokio::spawn(self.0.in_turn(stream));
    }
}

async fn http2<H: Answering, S>(host: Arc<H>, stream: S, connection: Connection)
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let connection = Arc::new(connection);
    let limits = host.limits();
    let mut builder = http2::Builder::new(StreamTasks(Arc::clone(&connection.place)));
    builder
        .timer(TokioTimer::new())
        .max_concurrent_streams(limits.streams)
        .max_pending_accept_reset_streams(limits.pending_resets)
        .max_header_list_size(u32::try_from(limits.head_bytes).unwrap_or(u32::MAX))
        .max_send_buf_size(STREAM_BUFFER)
        .keep_alive_interval(PING)
        .keep_alive_timeout(host.times().head);
    let service = service(&host, &connection);
    let guarded = GuardedStream::new(stream, Http2Guard::new(limits.head_bytes));
    let serving = builder.serve_connection(TokioIo::new(guarded), service);
    see_through(&*host, serving, |serving| serving.graceful_shutdown(), &connection).await;
}

/// Serves a connection until it ends or is cut, or its client kept it waiting for too long. Once the listener stops,
/// `finish` asks the connection to accept no new requests, and exchanges under way get the grace. hyper's connections
/// have that method, but no common trait for it.
async fn see_through<H: Answering, C>(
    host: &H,
    serving: C,
    finish: impl FnOnce(Pin<&mut C>),
    connection: &Connection,
) where
    C: Future<Output = Result<(), hyper::Error>>,
{
    tokio::pin!(serving);
    let grace = tokio::select! {
        result = connection.activity.watch(serving.as_mut()) => return result.map_or((), note),
        () = connection.cut.cancelled() => return,
        how = connection.activity.kept_waiting(host.times()) => {
            metrics::counter!("countersign_connections_given_up_total", "why" => how.as_str()).increment(1);
            tracing::debug!(address = %connection.peer.address, ?how, "a client kept its connection waiting");
            if how == KeptWaiting::Unread {
                return;
            }
            finish(serving.as_mut());
            POLITE
        }
        () = host.connections().stopping().cancelled() => {
            finish(serving.as_mut());
            host.connections().grace()
        }
    };
    tokio::select! {
        result = connection.activity.watch(serving) => result.map_or((), note),
        () = connection.cut.cancelled() => {}
        () = tokio::time::sleep(grace) => {}
    }
}

fn service<H: Answering>(
    host: &Arc<H>,
    connection: &Arc<Connection>,
) -> impl hyper::service::Service<
    Request<Incoming>,
    Response = Response<Passing>,
    Error = Infallible,
    Future = impl Future<Output = Result<Response<Passing>, Infallible>> + Send + 'static,
> + Send
+ 'static {
    let host = Arc::clone(host);
    let connection = Arc::clone(connection);
    service_fn(move |request: Request<Incoming>| {
        let host = Arc::clone(&host);
        let connection = Arc::clone(&connection);
        let open = connection.activity.open();
        // Boxed, so that it uses memory only while a request is under way: hyper reserves space for it as long as a
        // connection lives.
        Box::pin(async move {
            let answer = {
                let _one = connection.place.request().await;
                host.answer(&connection, request).await
            };
            if answer.status() == StatusCode::SWITCHING_PROTOCOLS {
                connection.tunnel.open();
            }
            Ok(answer.map(|answer| Passing::new(answer, open)))
        })
    })
}

impl Connection {
    fn new(peer: Peer, place: Arc<Place>) -> Self {
        // The text of an address consists of digits, letters, dots and colons.
        let address = HeaderValue::try_from(peer.address.to_string());
        let address = address.unwrap_or_else(|_| HeaderValue::from_static("unknown"));
        Self {
            peer,
            address,
            cut: CancellationToken::new(),
            tunnel: Tunnel::default(),
            activity: Arc::new(Activity::new()),
            place,
        }
    }
}

fn note(result: Result<(), hyper::Error>) {
    if let Err(error) = result {
        tracing::debug!(%error, "a client's connection ended");
    }
}
