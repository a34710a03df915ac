//! The configuration of a gate.

use countersign_gate::TrustedProxies;
use countersign_throttle::{CallerRates, Rates};
use ipnet::IpNet;
use std::time::Duration;

/// The configuration of a gate. The defaults suit one machine and ordinary applications.
#[derive(Debug, Clone)]
pub struct GateConfig {
    /// The origin of the sign-in host (`https://id.example`): the issuer of assertions.
    pub issuer: String,
    /// The prefix of the link that explains a decision to administrators; the decision's id is appended. `None` shows
    /// no link.
    pub decision_link: Option<String>,
    /// The page on which a user requests a just-in-time grant; `?application=NAME` is appended. `None` shows text
    /// alone.
    pub grant_link: Option<String>,
    /// Maximum numbers and sizes.
    pub limits: Limits,
    /// Time-outs.
    pub times: Times,
    /// The certificate authorities that are trusted for upstreams over TLS.
    pub upstream_roots: UpstreamRoots,
    /// Rate limit of requests without a session. Each is decided and recorded, and an unauthenticated caller must not
    /// control how much of that happens.
    pub unauthenticated: Rates,
    /// Networks in which many users share an address, and the maximum number of connections per address in them. If
    /// several match, the longest prefix counts.
    pub shared_addresses: Vec<(IpNet, usize)>,
    /// The load balancers that state in the PROXY protocol whose connection they forward. Default: none.
    pub proxies: TrustedProxies,
    /// Rate limit of requests per signed-in user.
    pub people: CallerRates,
    /// Whether pages of other origins may open WebSockets and other upgrades. If false, a page of one application
    /// cannot reach another with its visitor's cookie, which `SameSite` alone allows between hosts of one site.
    pub foreign_upgrades: bool,
}

/// The maximum numbers and sizes that a gate accepts.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Simultaneous connections; more wait in the kernel's queue. Default 10,000.
    pub connections: usize,
    /// Simultaneous connections from one IPv4 address or one /64 of IPv6, and never more than half of all. Default
    /// 1,000.
    pub connections_per_address: usize,
    /// Simultaneous connections to applications. Default 10,000.
    pub upstream_connections: usize,
    /// Bytes of answers buffered for slow clients, over all connections; beyond it each answer still has one piece of
    /// 16 KiB. Default 64 MiB.
    pub unsent_bytes: usize,
    /// Bytes of a request head. Default 64 KiB.
    pub head_bytes: usize,
    /// Header lines of a request. Default 100.
    pub header_lines: usize,
    /// Bytes of a request body. Default 1 GiB.
    pub body_bytes: u64,
    /// Simultaneous requests on one HTTP/2 connection. Default 128.
    pub streams: u32,
    /// HTTP/2 streams that a client may reset before the gate has accepted them. Default 20.
    pub pending_resets: usize,
    /// Idle connections kept open per upstream. Default 64.
    pub idle_upstreams: usize,
}

/// The time-outs of a gate.
#[derive(Debug, Clone, Copy)]
pub struct Times {
    /// For a TLS handshake. Default 10 s.
    pub handshake: Duration,
    /// For a request head, from its first byte to its last, and for the first request of a connection to come at all.
    /// Default 15 s.
    pub head: Duration,
    /// For the next request on a connection. Default 75 s.
    pub keep_alive: Duration,
    /// For the next bytes of a request body, both from the client and to the application. Default 60 s.
    pub body: Duration,
    /// For a client to read bytes that are ready for it. Default 60 s.
    pub client: Duration,
    /// For connecting to an upstream. Default 5 s.
    pub connect: Duration,
    /// For an upstream's answer to begin, counted from the last byte of the request that the gate sent. Default 60 s.
    pub answer: Duration,
    /// For the next bytes of an answer that has begun. Default 10 min, because event streams are quiet at times.
    pub answer_body: Duration,
    /// For bytes on an upgraded connection, in either direction. Default 10 min.
    pub tunnel: Duration,
    /// How long an idle connection to an upstream is kept. Default 4 s: less than the 5 s after which common servers
    /// close theirs, so that requests do not use a closing connection.
    pub idle_upstream: Duration,
    /// How long exchanges under way may continue once the gate stops. Default 10 s.
    pub grace: Duration,
}

/// The certificate authorities that are trusted for upstreams.
#[derive(Debug, Clone, Default)]
pub enum UpstreamRoots {
    /// Those that the machine trusts (`/etc/ssl/certs/ca-certificates.crt`).
    #[default]
    System,
    /// Only these, as PEM.
    Pem(Vec<u8>),
}

impl GateConfig {
    /// Returns the defaults, for a sign-in host at this origin.
    pub fn new(issuer: impl Into<String>) -> Self {
        Self {
            issuer: issuer.into(),
            decision_link: None,
            grant_link: None,
            limits: Limits::default(),
            times: Times::default(),
            upstream_roots: UpstreamRoots::System,
            unauthenticated: Rates::default(),
            shared_addresses: Vec::new(),
            proxies: TrustedProxies::default(),
            people: CallerRates::person(),
            foreign_upgrades: false,
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 10_000,
            connections_per_address: 1_000,
            upstream_connections: 10_000,
            unsent_bytes: 64 << 20,
            head_bytes: 64 * 1024,
            header_lines: 100,
            body_bytes: 1 << 30,
            streams: 128,
            pending_resets: 20,
            idle_upstreams: 1024,
        }
    }
}

impl Default for Times {
    fn default() -> Self {
        Self {
            handshake: Duration::from_secs(10),
            head: Duration::from_secs(15),
            keep_alive: Duration::from_secs(75),
            body: Duration::from_secs(60),
            client: Duration::from_secs(60),
            connect: Duration::from_secs(5),
            answer: Duration::from_secs(60),
            answer_body: Duration::from_secs(600),
            tunnel: Duration::from_secs(600),
            idle_upstream: Duration::from_secs(4),
            grace: Duration::from_secs(10),
        }
    }
}
