//! How a gate is told to behave.

use crate::wire::HeadLimits;
use countersign_throttle::Rates;
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
    /// Let pages of other origins open WebSockets and other upgrades. False: a page of one application cannot reach
    /// into another with its visitor's cookie, which `SameSite` alone allows between hosts of one site.
    pub foreign_upgrades: bool,
}

/// How much of anything a gate accepts.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Connections at a time; more wait in the kernel's queue. Default 10,000.
    pub connections: usize,
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
    /// For a request head, from its first byte to its last. Default 15 s.
    pub head: Duration,
    /// For the next request on an HTTP/1.1 connection. Default 75 s.
    pub keep_alive: Duration,
    /// For the next bytes of a request body. Default 60 s.
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
            foreign_upgrades: false,
        }
    }

    pub(crate) const fn head_limits(&self) -> HeadLimits {
        HeadLimits { bytes: self.limits.head_bytes, time: self.times.head }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 10_000,
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
