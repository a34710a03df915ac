//! The front: listeners that serve every host, and the sign-in host answered in this process.

use crate::certificate::SelfMade;
use crate::config::{Config, ConfigError, Tls as TlsConfig};
use crate::running::StartError;
use axum::Router;
use axum::body::Body;
use countersign_authn::ClientAddress;
use countersign_control::Connection;
use countersign_gate_http::{Answer, ClientCertificates, Later, LocalHost, Peer, Tls};
use countersign_names::Timestamp;
use http::{Request, Response};
use hyper::body::Incoming;
use rustls::server::ResolvesServerCert;
use std::path::Path;
use std::sync::Arc;

/// The sign-in host: the pages that people sign in with, and the control plane.
pub struct SignInHost {
    /// The pages.
    pub pages: Router,
    /// The API, the AuthZEN decision point, and their public documents.
    pub control: Router,
}

impl SignInHost {
    /// Whose a path is. Two routers rather than one, because each says in its own way what it does not have.
    fn router(&self, path: &str) -> Router {
        let for_programs = ["/api/", "/access/", "/.well-known/"];
        if for_programs.iter().any(|prefix| path.starts_with(prefix)) {
            self.control.clone()
        } else if path.starts_with("/grants/") {
            crate::grants::router()
        } else {
            self.pages.clone()
        }
    }
}

impl LocalHost for SignInHost {
    fn answer(&self, peer: Peer, request: Request<Incoming>) -> Later<'static, Response<Answer>> {
        let router = self.router(request.uri().path());
        Box::pin(async move {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ClientAddress(peer.address));
            request.extensions_mut().insert(Connection { address: Some(peer.address), key: peer.key });
            crate::serving::answer(router, request).await
        })
    }
}

/// The TLS of the front: the configured certificate, or one made for the hosts under `localhost`, which is then to be
/// kept good.
///
/// # Errors
/// When the certificate or its key can not be used.
pub fn tls(
    config: &Config,
    tls: &TlsConfig,
    now: Timestamp,
) -> Result<(Tls, Option<Arc<SelfMade>>), StartError> {
    let clients =
        if tls.client_certificates { ClientCertificates::Asked } else { ClientCertificates::Ignored };
    let failed = |error: &dyn std::fmt::Display| StartError::Tls(error.to_string());
    let wrong = |field: &str, message: String| config.pointed_at(ConfigError::wrong(field, message));
    let read = |field: &str, path: &Path| {
        std::fs::read(path)
            .map_err(|error| wrong(field, format!("{} cannot be read: {error}", path.display())))
    };
    if let (Some(certificate), Some(key)) = (&tls.certificate, &tls.key) {
        let given = Tls::from_pem(&read("tls.certificate", certificate)?, &read("tls.key", key)?, clients);
        let given = given.map_err(|error| wrong("tls.certificate", error.to_string()))?;
        return Ok((given, None));
    }
    let made = Arc::new(SelfMade::open(&config.data, now).map_err(|error| failed(&error))?);
    let resolver: Arc<dyn ResolvesServerCert> = made.clone();
    Ok((Tls::new(resolver, clients).map_err(|error| failed(&error))?, Some(made)))
}
