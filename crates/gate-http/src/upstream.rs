//! Connections to applications, kept for a while, which only a permit opens.

use crate::body::{Flow, Upload};
use crate::config::{GateConfig, UpstreamRoots};
use countersign_admission::{Admitted, OngoingAccess, Permit, Refused};
use countersign_facts::{Application, Upstream};
use countersign_gate::connect;
use countersign_listen::Paced;
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use parking_lot::Mutex;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_rustls::TlsConnector;

/// Where Debian keeps the CA certificates that the machine trusts.
const SYSTEM_ROOTS: &str = "/etc/ssl/certs/ca-certificates.crt";

type Sender = http1::SendRequest<Upload>;

/// Why the upstream roots cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum UpstreamError {
    /// The PEM text is invalid.
    #[error("the roots for upstream TLS are not PEM: {0}")]
    Roots(#[from] rustls::pki_types::pem::Error),
    /// The TLS provider rejects our settings.
    #[error("TLS to upstreams cannot be set up: {0}")]
    Tls(#[from] rustls::Error),
}

/// Why an application did not answer.
#[derive(Debug, thiserror::Error)]
pub enum NoAnswer {
    /// The connection failed.
    #[error("the application at {upstream} cannot be reached: {cause}")]
    Connect {
        /// The address that was tried.
        upstream: String,
        /// The system's error.
        cause: std::io::Error,
    },
    /// The permit is for an application of another protocol. No route of this gate leads to one.
    #[error("the application does not speak HTTP")]
    NotHttp,
    /// The maximum number of connections to applications is open.
    #[error("all connections to applications are in use (limits.connections)")]
    Crowded,
    /// Connecting timed out.
    #[error("the application at {upstream} did not take the connection in time")]
    ConnectTimeout {
        /// The address that was tried.
        upstream: String,
    },
    /// A connection exists, but no valid HTTP answer came.
    #[error("the application at {upstream} broke off: {cause}")]
    Broken {
        /// The address that was tried.
        upstream: String,
        /// What was wrong with it.
        cause: hyper::Error,
    },
    /// The answer timed out.
    #[error("the application did not answer in time")]
    Late,
    /// The access was revoked before the answer began.
    #[error("the access was revoked")]
    Revoked(Box<Refused>),
}

/// A request whose answer has begun.
pub struct Sent {
    /// The access, which continues.
    pub ongoing: OngoingAccess,
    /// The answer, with its head received.
    pub response: Response<Incoming>,
    /// The connection on which it arrives.
    pub lease: UpstreamLease,
}

/// A request that was not answered.
pub struct Unsent {
    /// The access, which the caller must complete.
    pub ongoing: OngoingAccess,
    /// Why there is no answer.
    pub why: NoAnswer,
}

/// The connections to every upstream.
pub struct Upstreams {
    tls: TlsConnector,
    idle: Arc<Idle>,
    connect: Duration,
    /// How long an application may read nothing of what is sent to it.
    patience: Duration,
    /// Counts how many more connections may be opened.
    free: Arc<Semaphore>,
}

/// Maximum number of bytes per read of an application's answer, and of its head.
const READ: usize = 64 * 1024;

/// Idle connections.
struct Idle {
    kept: Mutex<IdleConnections>,
    longest: Duration,
    most: usize,
}

struct IdleConnections {
    by_upstream: HashMap<UpstreamKey, Vec<(Sender, Instant)>>,
    /// When expired connections of every upstream were last removed.
    swept: Instant,
}

/// The key of an upstream.
type UpstreamKey = (bool, String, u16);

fn address(about: &Application) -> Option<(&str, u16)> {
    about.http().map(|http| (http.upstream.host.as_str(), http.upstream.port))
}

fn key_of(upstream: &Upstream) -> UpstreamKey {
    (upstream.tls, upstream.host.clone(), upstream.port)
}

/// A connection in use. [`UpstreamLease::give_back`] makes it available to the next request.
pub struct UpstreamLease {
    sender: Sender,
    key: UpstreamKey,
    idle: Arc<Idle>,
}

impl Upstreams {
    /// Starts without connections.
    ///
    /// # Errors
    /// If the configured roots cannot be used.
    pub fn new(config: &GateConfig) -> Result<Self, UpstreamError> {
        let idle = Idle {
            kept: Mutex::new(IdleConnections { by_upstream: HashMap::new(), swept: Instant::now() }),
            longest: config.times.idle_upstream,
            most: config.limits.idle_upstreams,
        };
        let tls = TlsConnector::from(Arc::new(client_config(&config.upstream_roots)?));
        let free = Arc::new(Semaphore::new(config.limits.upstream_connections.min(Semaphore::MAX_PERMITS)));
        Ok(Self {
            tls,
            idle: Arc::new(idle),
            connect: config.times.connect,
            patience: config.times.body,
            free,
        })
    }

    /// Sends a request to the application that a permit names, and waits for the answer to begin. This is the only way
    /// to an application, and it requires an admitted access: this one request consumes the permit, and the caller
    /// receives the ongoing access with the answer, to watch it for as long as the answer lasts.
    ///
    /// # Errors
    /// If the application does not answer, or the access is revoked meanwhile.
    pub async fn send(
        &self,
        admitted: Admitted,
        request: Request<Upload>,
        flow: &Flow,
        patience: Duration,
    ) -> Result<Sent, Unsent> {
        let (permit, ongoing) = admitted.spend();
        let result = tokio::select! {
            biased;
            refused = ongoing.revoked() => Err(NoAnswer::Revoked(Box::new(refused))),
            result = self.try_send(permit, request) => result,
            () = stalled(flow, patience) => Err(NoAnswer::Late),
        };
        match result {
            Ok((response, lease)) => Ok(Sent { ongoing, response, lease }),
            Err(why) => {
                flow.cut();
                Err(Unsent { ongoing, why })
            }
        }
    }

    async fn try_send(
        &self,
        permit: Permit,
        mut request: Request<Upload>,
    ) -> Result<(Response<Incoming>, UpstreamLease), NoAnswer> {
        let application = Arc::clone(permit.application());
        let Some(http) = application.about.http() else { return Err(NoAnswer::NotHttp) };
        let upstream = &http.upstream;
        let key = key_of(upstream);
        // The other side may have closed an idle connection just now. If so, the request comes back unsent and goes out
        // on another. A request of which any byte was sent is never repeated.
        while let Some(mut sender) = self.idle.take(&key) {
            match sender.try_send_request(request).await {
                Ok(response) => return Ok((response, self.lease(sender, key))),
                Err(mut error) => match error.take_message() {
                    Some(unsent) => request = unsent,
                    None => return Err(broken(upstream, error.into_error())),
                },
            }
        }
        // Rarely executed, and large: boxed to keep it out of the state of every request.
        let mut sender = Box::pin(self.open(permit, upstream)).await?;
        let response = sender.send_request(request).await.map_err(|cause| broken(upstream, cause))?;
        Ok((response, self.lease(sender, key)))
    }

    fn lease(&self, sender: Sender, key: UpstreamKey) -> UpstreamLease {
        UpstreamLease { sender, key, idle: Arc::clone(&self.idle) }
    }

    async fn open(&self, permit: Permit, upstream: &Upstream) -> Result<Sender, NoAnswer> {
        if self.free.available_permits() == 0 {
            // Otherwise idle connections would keep active ones from opening.
            self.idle.clear();
        }
        let opened = tokio::time::timeout(self.connect, self.connection(permit, upstream)).await;
        opened.map_err(|_| match self.free.available_permits() {
            0 => NoAnswer::Crowded,
            _ => NoAnswer::ConnectTimeout { upstream: upstream.to_string() },
        })?
    }

    async fn connection(&self, permit: Permit, upstream: &Upstream) -> Result<Sender, NoAnswer> {
        let failed = |cause| NoAnswer::Connect { upstream: upstream.to_string(), cause };
        let Ok(one) = Arc::clone(&self.free).acquire_owned().await else { return Err(NoAnswer::Crowded) };
        let stream = connect(permit, address).await.map_err(failed)?;
        // An application that stops reading an upload must not keep it for ever.
        let stream = Paced::new(stream, self.patience);
        if !upstream.tls {
            return shake_hands(upstream, stream, one).await;
        }
        let name = ServerName::try_from(upstream.host.clone())
            .map_err(|error| failed(std::io::Error::new(std::io::ErrorKind::InvalidInput, error)))?;
        let stream = self.tls.connect(name, stream).await.map_err(failed)?;
        shake_hands(upstream, stream, one).await
    }
}

/// Waits until no byte was uploaded for `patience`. A large upload takes time, and the application answers after it.
async fn stalled(flow: &Flow, patience: Duration) {
    let mut seen = flow.bytes_in();
    loop {
        tokio::time::sleep(patience).await;
        let now = flow.bytes_in();
        if now == seen {
            return;
        }
        seen = now;
    }
}

fn broken(upstream: &Upstream, cause: hyper::Error) -> NoAnswer {
    NoAnswer::Broken { upstream: upstream.to_string(), cause }
}

async fn shake_hands<S>(upstream: &Upstream, stream: S, one: OwnedSemaphorePermit) -> Result<Sender, NoAnswer>
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Send + Unpin + 'static,
{
    let mut builder = http1::Builder::new();
    let opened = builder.max_buf_size(READ).handshake(TokioIo::new(stream)).await;
    let (sender, connection) = opened.map_err(|cause| broken(upstream, cause))?;
    tokio::spawn(async move {
        let _one = one;
        if let Err(error) = connection.with_upgrades().await {
            tracing::debug!(%error, "a connection to an application ended");
        }
    });
    Ok(sender)
}

impl UpstreamLease {
    /// Keeps the connection for the next request, once this one has completed on the wire.
    pub fn give_back(self) {
        let Self { mut sender, key, idle } = self;
        if sender.is_ready() {
            idle.put(key, sender);
            return;
        }
        tokio::spawn(async move {
            // An upload that outlasts its answer keeps the connection busy; such a connection is not worth waiting for.
            if let Ok(Ok(())) = tokio::time::timeout(Duration::from_secs(1), sender.ready()).await {
                idle.put(key, sender);
            }
        });
    }
}

impl Idle {
    fn take(&self, key: &UpstreamKey) -> Option<Sender> {
        let mut kept = self.kept.lock();
        let idle = kept.by_upstream.get_mut(key)?;
        while let Some((sender, since)) = idle.pop() {
            if since.elapsed() < self.longest && sender.is_ready() {
                return Some(sender);
            }
        }
        None
    }

    fn clear(&self) {
        self.kept.lock().by_upstream.clear();
    }

    fn put(&self, key: UpstreamKey, sender: Sender) {
        if sender.is_closed() {
            return;
        }
        let mut kept = self.kept.lock();
        if kept.swept.elapsed() > self.longest {
            kept.swept = Instant::now();
            kept.by_upstream.retain(|_, idle| {
                idle.retain(|(sender, since)| since.elapsed() < self.longest && sender.is_ready());
                !idle.is_empty()
            });
        }
        let idle = kept.by_upstream.entry(key).or_default();
        if idle.len() < self.most {
            idle.push((sender, Instant::now()));
        }
    }
}

/// Returns the settings of TLS with which the gate connects to applications.
///
/// # Errors
/// If the roots are not PEM, or the TLS provider rejects the settings.
pub fn client_config(roots: &UpstreamRoots) -> Result<ClientConfig, UpstreamError> {
    let mut store = RootCertStore::empty();
    match roots {
        // A machine without the file trusts no authority: its upstreams over TLS are refused, all others work.
        UpstreamRoots::System => {
            if let Ok(certificates) = CertificateDer::pem_file_iter(SYSTEM_ROOTS) {
                store.add_parsable_certificates(certificates.filter_map(Result::ok));
            }
        }
        UpstreamRoots::Pem(pem) => {
            for certificate in CertificateDer::pem_slice_iter(pem) {
                store.add(certificate?)?;
            }
        }
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(store)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}
