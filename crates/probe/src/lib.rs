//! Checks whether an upstream answers: which addresses may be tried, TCP, TLS, and the head of one HTTP answer.
//!
//! The caller chooses the address, so a check makes this process connect to a place of the caller's choice. A check is
//! therefore of little use for anything but its purpose: it refuses addresses that no application has (see [`ProbeNetworks`]),
//! connects to the very address that it judged, sends one request that the caller cannot shape, follows nothing, and
//! reports a status and the place of a redirect, never a byte of a body or of another header. Its time and the number
//! of checks at once are bounded.
//!
//! This crate must not know permits, policies, who asks, or how often they may.

mod finding;
mod networks;
mod request;

pub use finding::{CertificateFault, ProbeStep, UpstreamFinding};
pub use networks::ProbeNetworks;

use countersign_facts::Upstream;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio_rustls::TlsConnector;

/// Default time limit of a whole check.
const WHOLE: Duration = Duration::from_secs(8);

/// Time limit of connecting to one address, so that a dead address leaves time for the next one.
const CONNECT: Duration = Duration::from_secs(2);

/// Maximum number of addresses of a name that are tried.
const MOST_ADDRESSES: usize = 3;

/// Maximum number of checks at once in this process.
const MOST_AT_ONCE: usize = 4;

/// Checks upstreams. Clones share the limit on checks at once.
#[derive(Clone)]
pub struct UpstreamProbe {
    tls: TlsConnector,
    networks: ProbeNetworks,
    free: Arc<Semaphore>,
    limit: Duration,
}

/// The answer to a check that was carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProbedUpstream {
    /// The address that was tried last. `None` if the name has no address.
    pub address: Option<SocketAddr>,
    /// What was found there.
    pub finding: UpstreamFinding,
}

/// Why a check was not carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProbeRefusal {
    /// The upstream has an address that may not be tried.
    #[error("its address {0} is not one that may be checked")]
    Address(IpAddr),
    /// The maximum number of checks is running.
    #[error("{MOST_AT_ONCE} checks are running already")]
    Busy,
}

impl UpstreamProbe {
    /// Creates a probe that trusts the certificate authorities of `tls`, as the gate does, and connects only to
    /// addresses in `networks`.
    pub fn new(tls: Arc<ClientConfig>, networks: ProbeNetworks) -> Self {
        let free = Arc::new(Semaphore::new(MOST_AT_ONCE));
        Self { tls: TlsConnector::from(tls), networks, free, limit: WHOLE }
    }

    /// Sets the time limit of a whole check.
    #[must_use]
    pub fn within(self, limit: Duration) -> Self {
        Self { limit, ..self }
    }

    /// Checks whether `upstream` answers a request for `host`, the name under which people will reach it. Without one,
    /// the request names the upstream itself.
    ///
    /// # Errors
    /// If the check must not be carried out; then nothing was connected to.
    pub async fn check(
        &self,
        upstream: &Upstream,
        host: Option<&str>,
    ) -> Result<ProbedUpstream, ProbeRefusal> {
        let _one = self.free.try_acquire().map_err(|_| ProbeRefusal::Busy)?;
        let mut probed =
            ProbedUpstream { address: None, finding: UpstreamFinding::Silent(ProbeStep::Resolve) };
        // What is known when the time is over is the last step that was begun.
        match tokio::time::timeout(self.limit, self.run(upstream, host, &mut probed)).await {
            Ok(Err(refusal)) => Err(refusal),
            Ok(Ok(())) | Err(_) => Ok(probed),
        }
    }

    async fn run(
        &self,
        upstream: &Upstream,
        host: Option<&str>,
        probed: &mut ProbedUpstream,
    ) -> Result<(), ProbeRefusal> {
        let Ok(found) = tokio::net::lookup_host((upstream.host.as_str(), upstream.port)).await else {
            probed.finding = UpstreamFinding::UnknownName;
            return Ok(());
        };
        let addresses: Vec<SocketAddr> = found.collect();
        // Every address is judged before any is tried: a name that has a good and a bad one is refused as a whole.
        if let Some(bad) = addresses.iter().find(|address| !self.networks.contains(address.ip())) {
            return Err(ProbeRefusal::Address(bad.ip()));
        }
        probed.finding = UpstreamFinding::UnknownName;
        for address in addresses.into_iter().take(MOST_ADDRESSES) {
            probed.address = Some(address);
            probed.finding = UpstreamFinding::Silent(ProbeStep::Connect);
            match tokio::time::timeout(CONNECT, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => {
                    self.converse(stream, upstream, host, probed).await;
                    return Ok(());
                }
                Ok(Err(error)) => probed.finding = UpstreamFinding::of_connecting(&error),
                Err(_) => {}
            }
        }
        Ok(())
    }

    async fn converse(
        &self,
        stream: TcpStream,
        upstream: &Upstream,
        host: Option<&str>,
        probed: &mut ProbedUpstream,
    ) {
        if !upstream.tls {
            probed.finding = UpstreamFinding::Silent(ProbeStep::Answer);
            probed.finding = request::ask(stream, upstream, host).await;
            return;
        }
        probed.finding = UpstreamFinding::Silent(ProbeStep::Tls);
        match self.secured(stream, upstream).await {
            Ok(stream) => {
                probed.finding = UpstreamFinding::Silent(ProbeStep::Answer);
                probed.finding = request::ask(stream, upstream, host).await;
            }
            Err(error) => probed.finding = UpstreamFinding::of_tls(&error),
        }
    }

    async fn secured(
        &self,
        stream: TcpStream,
        upstream: &Upstream,
    ) -> io::Result<tokio_rustls::client::TlsStream<TcpStream>> {
        let name = ServerName::try_from(upstream.host.clone())
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
        self.tls.connect(name, stream).await
    }
}

impl std::fmt::Debug for UpstreamProbe {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UpstreamProbe").field("networks", &self.networks).finish_non_exhaustive()
    }
}
