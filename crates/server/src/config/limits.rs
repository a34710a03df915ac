//! How much is taken: how many connections, how much, how often, for how long.

use super::{ConfigError, Span};
use countersign_throttle::CallerRates;
use ipnet::IpNet;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::time::Duration;

/// How much is taken, at the gate and beside it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Connections of people at once, and as many to applications.
    pub connections: usize,
    /// Connections from one IPv4 address, or one /64 of IPv6, at once.
    pub connections_per_address: usize,
    /// Networks behind whose addresses many people sit, and how many connections each address in them may have.
    pub shared_addresses: BTreeMap<IpNet, usize>,
    /// Connections of other proxies at the decision point at once.
    pub decision_point_connections: usize,
    /// Bytes of a request's body.
    pub body_bytes: u64,
    /// How long an application may take to begin its answer.
    pub response: Span,
    /// How long a stream may be silent.
    pub idle: Span,
    /// How long open streams may take to end on shutdown.
    pub drain: Span,
    /// Requests a second that one person who is signed in may make for long.
    pub person_per_second: NonZeroU32,
    /// Requests that one person who is signed in may make at once.
    pub person_burst: NonZeroU32,
}

impl Limits {
    /// Whether anybody could connect.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let none = "none could connect: give at least 2";
        for (field, connections) in [
            ("limits.connections", self.connections),
            ("limits.connections_per_address", self.connections_per_address),
            ("limits.decision_point_connections", self.decision_point_connections),
        ] {
            if connections < 2 {
                return Err(ConfigError::wrong(field, none));
            }
        }
        if self.shared_addresses.values().any(|connections| *connections < 2) {
            return Err(ConfigError::wrong("limits.shared_addresses", none));
        }
        Ok(())
    }
}

impl Default for Limits {
    fn default() -> Self {
        let person = CallerRates::person();
        Self {
            connections: 10_000,
            connections_per_address: 1_000,
            shared_addresses: BTreeMap::new(),
            decision_point_connections: 2_048,
            body_bytes: 1 << 30,
            response: Span(Duration::from_secs(60)),
            idle: Span(Duration::from_secs(300)),
            drain: Span(Duration::from_secs(10)),
            person_per_second: person.per_second,
            person_burst: person.burst,
        }
    }
}
