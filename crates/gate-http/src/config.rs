//! How a gate is told to behave.

use countersign_gate::TrustedProxies;
use countersign_throttle::{CallerRates, Rates};
use ipnet::IpNet;
use std::time::Duration;

/// What a gate is told. The defaults suit one machine and ordinary applications.
#[derive(Debug, Clone)]
pub struct GateConfig {
    /// The origin of the sign-in host (`https://id.example`): the issuer of assertions.
    pub issuer: String,
    /// What stands before a decision's id in the link that explains it to administrators; none shows no link.
    pub decision_link: Option<String>,
    /// Where a person asks for a just-in-time grant; `?application=NAME` is put behind it. None shows text alone.
    pub grant_link: Option<String>,
    /// How much of anything.
    pub limits: Limits,
    /// How long anything.
    pub times: Times,
    /// Whose certificates an upstream that speaks TLS may present.
    pub upstream_roots: UpstreamRoots,
    /// How many requests without a session are taken: each is decided and recorded, and a stranger must not choose how
    /// much of that there is.
    pub strangers: Rates,
    /// Networks behind whose addresses many people sit, and how many connections each address in them may have. Where
    /// several match, the longest prefix counts.
    pub shared_addresses: Vec<(IpNet, usize)>,
    /// The load balancers that say in the PROXY protocol whose connection they pass on. Default: none.
    pub proxies: TrustedProxies,
    /// How many requests are taken from each person who is signed in.
    pub people: CallerRates,
    /// Let pages of other origins open WebSockets and other upgrades. False: a page of one application cannot reach
    /// into another with its visitor's cookie, which `SameSite` alone allows between hosts of one site.
    pub foreign_upgrades: bool,
}

/// How much of anything a gate accepts.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Connections at a time; more wait in the kernel's queue. Default 10,000.
    pub connections: usize,
    /// Connections at a time from one IPv4 address or one /64 of IPv6, and never more than half of all. Default 1,000.
    pub connections_per_address: usize,
    /// Connections to applications at a time. Default 10,000.
    pub upstream_connections: usize,
    /// Bytes of answers that are kept for clients which did not take them yet, of all together; beyond it each answer
    /// still has a piece of 16 KiB. Default 64 MiB.
    pub unsent_bytes: usize,
    /// Bytes of a request head. Default 64 KiB.
    pub head_bytes: usize,
    /// Header lines of a request. Default 100.
    pub header_lines: usize,
    /// Bytes of a request body. Default 1 GiB.
    pub body_bytes: u64,
    /// Requests at a time on one HTTP/2 connection. Default 128.
    pub streams: u32,
    /// HTTP/2 streams that a client may reset before the gate took them up. Default 20.
    pub pending_resets: usize,
    /// Idle connections kept to one upstream. Default 64.
    pub idle_upstreams: usize,
}

/// How long a gate waits for anything.
#[derive(Debug, Clone, Copy)]
pub struct Times {
    /// For a TLS handshake. Default 10 s.
    pub handshake: Duration,
    /// For a request head, from its first byte to its last, and for the first request of a connection to come at all.
    /// Default 15 s.
    pub head: Duration,
    /// For the next request on a connection. Default 75 s.
    pub keep_alive: Duration,
    /// For the next bytes of a request body, from the client and to the application. Default 60 s.
    pub body: Duration,
    /// For a client to take bytes that are ready for it. Default 60 s.
    pub client: Duration,
    /// For a connection to an upstream. Default 5 s.
    pub connect: Duration,
    /// For an upstream's answer to begin, counted from the last byte of the request that it was sent. Default 60 s.
    pub answer: Duration,
    /// For the next bytes of an answer that has begun. Default 10 min, since event streams are quiet at times.
    pub answer_body: Duration,
    /// For bytes on an upgraded connection, in either direction. Default 10 min.
    pub tunnel: Duration,
    /// How long an idle connection to an upstream is kept. Default 4 s: less than the 5 s after which common servers
    /// close theirs, so that requests do not run into a closing connection.
    pub idle_upstream: Duration,
    /// How long what is under way may still take once the gate stops. Default 10 s.
    pub grace: Duration,
}

/// Whose certificates an upstream may present.
#[derive(Debug, Clone, Default)]
pub enum UpstreamRoots {
    /// Those that the machine trusts (`/etc/ssl/certs/ca-certificates.crt`).
    #[default]
    System,
    /// These alone, as PEM.
    Pem(Vec<u8>),
}

impl GateConfig {
    /// The defaults, for a sign-in host at this origin.
    pub fn new(issuer: impl Into<String>) -> Self {
        Self {
            issuer: issuer.into(),
            decision_link: None,
            grant_link: None,
            limits: Limits::default(),
            times: Times::default(),
            upstream_roots: UpstreamRoots::System,
            strangers: Rates::default(),
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
