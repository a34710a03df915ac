//! The gate: everything between a connection and the applications, and the states of one request.
//!
//! A request is *heard* (parsed, with one reading), *routed* (it means an action on a resource of an application),
//! *admitted* (the decision was to allow, and the access is held), *sent* (the application began to answer) and *passed
//! on* (its answer goes to the client while the access lasts). Each state is a type that can only be made from the
//! previous one.

mod download;
mod forward;
mod refusal;
mod reserved;
mod traces;

pub use traces::{SPAN_TARGET, Traces};

use crate::activity::Activity;
use crate::assertion::{Asserter, AssertionKey};
use crate::body::Answer;
use crate::config::GateConfig;
use crate::framing::check_request;
use crate::headers::insist_on_tls;
use crate::heard::{RequestHead, is_foreign};
use crate::pages::{Notice, Pages};
use crate::routes::{RouteTable, Routed};
use crate::sign_in::{Later, SignIn};
use crate::upstream::{UpstreamError, Upstreams};
use crate::window::Room;
use crate::wire::Tunnel;
use arc_swap::ArcSwap;
use countersign_admission::reserved::FOREIGN_ORIGIN;
use countersign_admission::{Admission, Admitted, Refused, Request as Question, Snapshot, Who};
use countersign_gate::{ConnectionTasks, Peer};
use countersign_listen::{Caps, Place, Places};
use countersign_throttle::{Callers, Throttle, Wait};
use countersign_world::World;
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode};
use hyper::body::Incoming;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::{Instrument, Span};

/// A client's connection.
#[derive(Debug)]
pub(crate) struct Connection {
    pub peer: Peer,
    /// Its address as the header value that applications receive.
    pub address: HeaderValue,
    /// Closes the connection.
    pub cut: CancellationToken,
    /// Switches the framing guard off for an upgraded connection.
    pub tunnel: Tunnel,
    /// The exchanges on the connection.
    pub activity: Arc<Activity>,
    /// Its place within the limits of connections, which it keeps after an upgrade.
    pub place: Arc<Place>,
}

/// A service in this process that answers for a whole host (the sign-in host, the control plane). The gate only listens
/// for it: every request reaches the service without a decision.
pub trait LocalHost: Send + Sync + 'static {
    /// Answers a request from `peer`.
    fn answer(&self, peer: Peer, request: Request<Incoming>) -> Later<'static, Response<Answer>>;
}

impl<F> LocalHost for F
where
    F: Fn(Peer, Request<Incoming>) -> Later<'static, Response<Answer>> + Send + Sync + 'static,
{
    fn answer(&self, peer: Peer, request: Request<Incoming>) -> Later<'static, Response<Answer>> {
        self(peer, request)
    }
}

/// Why a gate could not be created.
#[derive(Debug, thiserror::Error)]
pub enum GateError {
    /// The connections to applications cannot be set up.
    #[error(transparent)]
    Upstream(#[from] UpstreamError),
    /// A page's template is broken.
    #[error("a page cannot be written: {0}")]
    Pages(#[from] minijinja::Error),
}

/// The gate.
pub struct Gate {
    pub(crate) config: GateConfig,
    pub(crate) admission: Admission,
    pub(crate) sign_in: Arc<dyn SignIn>,
    pub(crate) asserter: Arc<Asserter>,
    pub(crate) upstreams: Upstreams,
    pub(crate) pages: Pages,
    pub(crate) places: Places,
    /// The memory budget for answers that clients are slow to read.
    pub(crate) room: Room,
    /// The connections on all listeners.
    pub(crate) connections: ConnectionTasks,
    pub(crate) unauthenticated: Throttle,
    people: Callers,
    traces: Option<Arc<dyn Traces>>,
    table: ArcSwap<RouteTable>,
    local: HashMap<String, Arc<dyn LocalHost>>,
}

impl Gate {
    /// Creates a gate that asks `admission`, sends users to `sign_in` and signs assertions with `key`.
    ///
    /// # Errors
    /// If the configuration cannot be used.
    pub fn new(
        config: GateConfig,
        admission: Admission,
        sign_in: Arc<dyn SignIn>,
        key: AssertionKey,
    ) -> Result<Self, GateError> {
        let table = ArcSwap::from_pointee(RouteTable::build(&admission.world()));
        Ok(Self {
            upstreams: Upstreams::new(&config)?,
            asserter: Arc::new(Asserter::new(key, config.issuer.clone())),
            pages: Pages::new()?,
            room: Room::new(config.limits.unsent_bytes),
            places: Places::new(
                "gate",
                Caps {
                    total: config.limits.connections,
                    per_address: config.limits.connections_per_address,
                    shared: config.shared_addresses.clone(),
                },
            ),
            connections: ConnectionTasks::new(config.times.grace)
                .behind(config.proxies.clone(), config.times.handshake),
            local: HashMap::new(),
            unauthenticated: Throttle::new(&config.unauthenticated),
            people: Callers::new(&config.people),
            traces: None,
            config,
            admission,
            sign_in,
            table,
        })
    }

    /// Assigns a host (lower-case, without port) to a service in this process. It takes precedence over any application
    /// of that host.
    #[must_use]
    pub fn with_local_host(mut self, host: impl Into<String>, local: Arc<dyn LocalHost>) -> Self {
        self.local.insert(host.into(), local);
        self
    }

    /// Traces requests beyond this process. Without it, the gate creates no spans and forwards a client's trace headers
    /// unchanged.
    #[must_use]
    pub fn with_traces(mut self, traces: Arc<dyn Traces>) -> Self {
        self.traces = Some(traces);
        self
    }

    /// Returns the places of its connections, on all its listeners.
    pub fn places(&self) -> Places {
        self.places.clone()
    }

    /// Returns the key that signs assertions, for the JWKS document.
    pub fn assertion_key(&self) -> Arc<AssertionKey> {
        self.asserter.key()
    }

    /// Returns what signs assertions, for whoever signs other tokens with the same key.
    pub fn asserter(&self) -> Arc<Asserter> {
        self.asserter.clone()
    }

    /// Signs assertions with `key` from now on. The caller must have published its public part.
    pub fn sign_with(&self, key: AssertionKey) {
        self.asserter.sign_with(key);
    }

    /// Returns the routes of `world`.
    pub(crate) fn table(&self, world: &World) -> Arc<RouteTable> {
        let table = self.table.load_full();
        if table.is_of(world) {
            return table;
        }
        // Two requests may build it at the same time. Both build the same table, and it happens once per change.
        let table = Arc::new(RouteTable::build(world));
        self.table.store(Arc::clone(&table));
        table
    }

    /// Answers one request.
    pub(crate) async fn respond(
        &self,
        connection: &Connection,
        request: Request<Incoming>,
    ) -> Response<Answer> {
        let mut answer = self.answer(connection, request).await;
        if connection.peer.tls {
            insist_on_tls(answer.headers_mut());
        }
        answer
    }

    async fn answer(&self, connection: &Connection, request: Request<Incoming>) -> Response<Answer> {
        let framed = check_request(&request).map_err(|why| {
            metrics::counter!("countersign_gate_refused_framing_total").increment(1);
            Notice::bad_request(format!("In this request {why}."))
        });
        let heard = match framed.and_then(|()| RequestHead::of(&request)) {
            Ok(heard) => heard,
            Err(notice) => {
                let reader = crate::pages::Reader::of(request.method(), request.headers());
                return self.pages.answer(&notice, reader);
            }
        };
        if let Some(local) = self.local.get(&heard.host) {
            return Box::pin(local.answer(connection.peer, request)).await;
        }
        let span = self.span(&heard, connection.peer.tls, request.headers());
        let answer = self.decide(connection, &heard, request, &span).instrument(span.clone()).await;
        traces::answered(&span, &answer);
        answer
    }

    /// Answers a request to an application.
    async fn decide(
        &self,
        connection: &Connection,
        heard: &RequestHead,
        request: Request<Incoming>,
        span: &Span,
    ) -> Response<Answer> {
        let begun = Instant::now();
        let snapshot = self.admission.snapshot();
        let table = self.table(snapshot.world());
        let Some(application) = table.application(&heard.host) else {
            let notice = match self.unauthenticated.admit(Some(connection.peer.address)) {
                Ok(()) => unknown_host(heard),
                Err(wait) => Notice::too_many(wait),
            };
            return self.pages.answer(&notice, heard.reader);
        };
        if reserved::is_reserved(heard) {
            if let Err(wait) = self.unauthenticated.admit(Some(connection.peer.address)) {
                return self.pages.answer(&Notice::too_many(wait), heard.reader);
            }
            return Box::pin(self.reserved(&application.name, heard, request.headers())).await;
        }
        let routed = match route(&table, heard) {
            Ok(routed) => routed,
            Err(notice) => return self.pages.answer(&notice, heard.reader),
        };
        traces::routed(span, &routed);
        let question = self.question(&snapshot, &routed, heard, connection.peer, request.headers());
        if let Err(wait) = self.throttle(&snapshot, &question) {
            return self.pages.answer(&Notice::too_many(wait), heard.reader);
        }
        let admitted = match self.ask(&snapshot, heard, request.headers(), question).await {
            Ok(admitted) => admitted,
            Err(refused) => {
                routed.decided(false, begun.elapsed());
                traces::decided(span, "deny", refused.id());
                return self.refusal(&refused, heard, request.headers());
            }
        };
        routed.decided(true, begun.elapsed());
        traces::decided(span, "allow", Some(admitted.id()));
        self.forward(connection, heard, &routed, admitted, request).await
    }

    /// Counts a request against the rate limit of the signed-in user, or of the address if there is none. A session
    /// that has ended counts as not signed in.
    pub(crate) fn throttle(&self, snapshot: &Snapshot, question: &Question) -> Result<(), Wait> {
        let session = match question.who {
            Who::Session(session) => snapshot.world().session(session),
            _ => None,
        };
        match session.filter(|session| snapshot.at() < session.expires_at) {
            Some(session) => self.people.admit(session.person.bits().as_u128()),
            None => self.unauthenticated.admit(question.address),
        }
    }

    /// Asks admission, unless a page of another origin requests a connection, for which the reader's cookies would
    /// vouch (RFC 6455, 10.2).
    pub(crate) async fn ask(
        &self,
        snapshot: &Snapshot,
        heard: &RequestHead,
        headers: &HeaderMap,
        question: Question,
    ) -> Result<Admitted, Refused> {
        let guarded = heard.opens_stream && !self.config.foreign_upgrades;
        if guarded && is_foreign(headers, &heard.authority) {
            return Err(Box::pin(self.admission.turn_away(snapshot, question, FOREIGN_ORIGIN)).await);
        }
        self.admission.ask_on(snapshot, question).await
    }

    /// Converts a request to a question for admission.
    pub(crate) fn question(
        &self,
        snapshot: &Snapshot,
        routed: &Routed,
        heard: &RequestHead,
        peer: Peer,
        headers: &HeaderMap,
    ) -> Question {
        let name = &routed.application.name;
        let session = self.sign_in.session(snapshot.world(), name, headers, snapshot.at());
        Question {
            who: session.map_or(Who::Anonymous, Who::Session),
            key: peer.key,
            application: name.clone(),
            resource: routed.resource.clone(),
            action: routed.action,
            operation: heard.method.as_str().to_owned(),
            item: heard.target.path().as_str().to_owned(),
            tags: BTreeMap::new(),
            content_type: None,
            address: Some(peer.address),
            // Admission knows how long the session has been idle.
            idle: 0,
            posture_confirmed_at: None,
        }
    }
}

/// Looks up what the request means.
pub(crate) fn route(table: &RouteTable, heard: &RequestHead) -> Result<Routed, Box<Notice>> {
    table
        .find(&heard.host, &heard.method, heard.target.path(), heard.opens_stream)
        .map_err(|why| Notice::bad_request(format!("In this request {why}.")))?
        .ok_or_else(|| Box::new(unknown_host(heard)))
}

fn unknown_host(heard: &RequestHead) -> Notice {
    let text = format!("No application here answers to {}.", heard.host);
    Notice::new(StatusCode::MISDIRECTED_REQUEST, "unknown-host", "There is nothing here", text)
}
