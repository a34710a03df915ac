//! The addresses to listen on.

use super::ConfigError;
use ipnet::IpNet;
use serde::Deserialize;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// Addresses to listen on. Nothing listens beyond loopback unless it is configured here.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Listen {
    /// Plain HTTP for users and applications; on loopback only.
    pub http: Option<SocketAddr>,
    /// HTTPS for users and applications; needs `[tls]`.
    pub https: Option<SocketAddr>,
    /// The load balancers in front of `http` and `https` that state in the PROXY protocol whose connection they
    /// forward.
    pub proxy_protocol_from: Vec<IpNet>,
    /// Forward-auth and AuthZEN for third-party proxies.
    pub decision_point: Option<SocketAddr>,
    /// The origins of the decision point besides its address, for names that a proxy or a container uses: the AuthZEN
    /// metadata contains the one that was requested.
    pub decision_point_origins: Vec<String>,
    /// `/metrics`, `/healthz`, `/readyz`; on loopback unless written otherwise.
    pub metrics: Option<SocketAddr>,
}

impl Listen {
    /// Returns every origin of the decision point except the sign-in host's, in lower case.
    pub(crate) fn decision_point_origins(&self) -> Vec<String> {
        let by_address = self.decision_point.into_iter().flat_map(|address| {
            let by_name = address.ip().is_loopback().then(|| format!("http://localhost:{}", address.port()));
            [Some(format!("http://{address}")), by_name]
        });
        let named = self.decision_point_origins.iter().map(|origin| origin.to_ascii_lowercase());
        by_address.flatten().chain(named).collect()
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        if let Some(all) = self.proxy_protocol_from.iter().find(|network| network.prefix_len() == 0) {
            return Err(ConfigError::wrong(
                "listen.proxy_protocol_from",
                format!(
                    "{all} lets every client claim any address: write the addresses of your load balancers"
                ),
            ));
        }
        let is_origin = |text: &str| {
            let parsed: Option<http::Uri> = text.parse().ok();
            let spoken = parsed.as_ref().and_then(http::Uri::scheme_str);
            spoken.is_some_and(|scheme| ["http", "https"].contains(&scheme))
                && text.matches('/').count() == 2
                && !text.contains(['@', '?', '#'])
        };
        let wrong = self.decision_point_origins.iter().find(|origin| !is_origin(origin));
        wrong.map_or(Ok(()), |origin| {
            let message = format!(
                "{origin:?} is not an origin: write scheme, host and port, as in http://countersign:8400"
            );
            Err(ConfigError::wrong("listen.decision_point_origins", message))
        })
    }
}

impl Default for Listen {
    fn default() -> Self {
        let http = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);
        Self {
            http: Some(http),
            https: None,
            proxy_protocol_from: Vec::new(),
            decision_point: None,
            decision_point_origins: Vec::new(),
            metrics: None,
        }
    }
}
