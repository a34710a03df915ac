//! Limits: numbers of connections, sizes, rates and times.

use super::{ConfigError, Span};
use countersign_throttle::CallerRates;
use ipnet::IpNet;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::time::Duration;

/// The limits at the gate and beside it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Maximum number of connections of clients, and of connections to applications.
    pub connections: usize,
    /// Maximum number of connections from one IPv4 address, or one /64 of IPv6.
    pub connections_per_address: usize,
    /// Networks in which many users share an address, and the maximum number of connections per address in them.
    pub shared_addresses: BTreeMap<IpNet, usize>,
    /// Maximum number of connections of third-party proxies at the decision point.
    pub decision_point_connections: usize,
    /// Maximum number of bytes of a request's body.
    pub body_bytes: u64,
    /// Time-out for an application to begin its answer.
    pub response: Span,
    /// Idle time-out of a stream.
    pub idle: Span,
    /// How long open streams may take to end at a shutdown.
    pub drain: Span,
    /// Sustained number of requests per second of one signed-in user.
    pub person_per_second: NonZeroU32,
    /// Number of requests that one signed-in user may send in a burst.
    pub person_burst: NonZeroU32,
    /// The only networks of addresses that a check of an upstream may connect to. `None`: all but those that no
    /// application has.
    pub upstream_check_networks: Option<Vec<IpNet>>,
}

impl Limits {
    /// Checks that the limits allow connections at all.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let none = "nobody could connect: give at least 2";
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
            upstream_check_networks: None,
        }
    }
}
