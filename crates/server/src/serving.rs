//! Listeners beside the gate: routers behind listeners that are as strict as the gate's.

use axum::Router;
use axum::body::Body;
use countersign_api::ListenerStatus;
use countersign_control::Connection;
use countersign_gate_http::{Answer, Later, Limits, LocalHost, LocalListener, Peer, Times};
use countersign_listen::{Caps, Places, RequestedConnections, Shares, State};
use http::{Request, Response};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use std::sync::Arc;
use std::time::Duration;
use tower::ServiceExt;

/// Maximum number of connections for metrics, which a few machines scrape.
const METRICS: usize = 256;

/// Maximum number of connections of the operator, who is alone.
const OPERATOR: usize = 64;

/// Number of file descriptors reserved for the operator's connections.
pub const SPARE: usize = 32;

/// Answers a request with a router.
pub async fn answer(router: Router, request: Request<Body>) -> Response<Answer> {
    let response = match router.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    };
    response.map(|body| Answer::Other(body.map_err(Into::into).boxed_unsync()))
}

/// A router that answers every request of a listener.
pub struct RoutedListener {
    router: Router,
    /// Whether requests carry the client's address; those of a local socket have none.
    addressed: bool,
}

impl LocalHost for RoutedListener {
    fn answer(&self, peer: Peer, request: Request<Incoming>) -> Later<'static, Response<Answer>> {
        let mut request = request.map(Body::new);
        if self.addressed {
            request.extensions_mut().insert(Connection { address: Some(peer.address), key: None });
        }
        Box::pin(answer(self.router.clone(), request))
    }
}

/// Returns a TCP listener at which `router` answers.
pub fn over_tcp(router: Router, grace: Duration) -> LocalListener {
    listener(RoutedListener { router, addressed: true }, grace)
}

/// Returns a listener on a local socket at which `router` answers.
pub fn on_this_machine(router: Router, grace: Duration) -> LocalListener {
    listener(RoutedListener { router, addressed: false }, grace)
}

fn listener(host: RoutedListener, grace: Duration) -> LocalListener {
    let times = Times { grace, ..Times::default() };
    LocalListener::new(Arc::new(host), Limits::default(), times)
}

/// The places of every listener except the gate, which has its own.
#[derive(Debug, Clone)]
pub struct ListenerPlaces {
    /// How the available descriptors are divided among the listeners.
    pub shares: Shares,
    /// The decision point for third-party proxies.
    pub decision_point: Places,
    /// The metrics.
    pub metrics: Places,
    /// The operator's socket.
    pub operator: Places,
}

impl ListenerPlaces {
    /// Creates as many places as configured, or as the system has descriptors for.
    pub fn new(limits: &crate::config::Limits) -> Self {
        let asked = RequestedConnections {
            front: limits.connections,
            decision_point: limits.decision_point_connections,
            metrics: METRICS,
        };
        let descriptors = countersign_listen::raise_limit().unwrap_or_else(|error| {
            tracing::warn!(%error, "this process cannot raise its number of file descriptors");
            1024
        });
        let shares = Shares::of(descriptors, asked);
        if shares.cut {
            tracing::warn!(
                descriptors,
                connections = shares.front,
                "the system allows too few file descriptors for limits.connections: raise its limit \
                 (LimitNOFILE)"
            );
        }
        // Proxies are few and have many connections each; a scraper of metrics has one or two.
        let places = |name, total| {
            let shared = limits.shared_addresses.iter().map(|(network, cap)| (*network, *cap)).collect();
            Places::new(name, Caps { total, per_address: total / 2, shared })
        };
        Self {
            shares,
            decision_point: places("decision_point", shares.decision_point),
            metrics: places("metrics", shares.metrics),
            operator: places("operator", OPERATOR),
        }
    }
}

/// Converts a listener's state for the API.
pub fn status(state: &State) -> ListenerStatus {
    let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
    ListenerStatus {
        name: state.name.to_owned(),
        open: count(state.open),
        limit: count(state.limit),
        most_of_one_address: count(state.most_of_one_address),
        refused: state.refused,
        full: state.full,
        failures: state.failures,
        saturated_seconds_ago: state.saturated_ago.map(|ago| ago.as_secs()),
    }
}
