//! The front: listeners that serve every host, and the sign-in host, which this process answers.

use crate::certificate::SelfMade;
use crate::config::{Config, ConfigError, TlsConfig};
use crate::console::ConsoleHost;
use crate::running::StartError;
use axum::Router;
use axum::body::Body;
use countersign_authn::ClientAddress;
use countersign_control::Connection;
use countersign_gate_http::{Answer, ClientCertificates, Later, LocalHost, Peer, Tls};
use countersign_names::Timestamp;
use countersign_openid_provider::ProvedKey;
use countersign_throttle::{Rates, Throttle, Wait};
use http::{Request, Response, StatusCode, header};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use rustls::server::ResolvesServerCert;
use std::path::Path;
use std::sync::Arc;

/// The discovery document of the OpenID provider.
const DISCOVERY: &str = "/.well-known/openid-configuration";
/// The key set, which the control plane shows.
const KEYS: &str = "/oauth2/keys";

/// The sign-in host: the sign-in pages, the control plane and the console.
pub struct SignInHost {
    /// The sign-in pages.
    pub pages: Router,
    /// The OpenID provider.
    pub openid: Router,
    /// The API, the AuthZEN decision point, and their public documents.
    pub control: Router,
    /// The console.
    console: ConsoleHost,
    /// Limits the rate of requests for paths that neither of them has.
    unauthenticated: Throttle,
}

impl SignInHost {
    /// Combines these pages, this OpenID provider, this control plane and its console. Each limits its rates itself.
    pub fn new(pages: Router, openid: Router, control: Router, console: ConsoleHost) -> Self {
        Self { pages, openid, control, console, unauthenticated: Throttle::new(&Rates::default()) }
    }

    /// Returns the router of a path. There are several, because each has its own answer for a missing path.
    fn router(&self, path: &str) -> Router {
        if path != KEYS && (path.starts_with("/oauth2/") || path == DISCOVERY) {
            return self.openid.clone();
        }
        let for_programs = [KEYS, "/api/", "/scim/", "/access/", "/.well-known/"];
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
        let path = request.uri().path();
        let console = countersign_console::serves(path).then(|| self.console.clone());
        let router = self.router(path);
        let too_many =
            path.starts_with("/grants/").then(|| self.unauthenticated.admit(Some(peer.address)).err());
        Box::pin(async move {
            if let Some(wait) = too_many.flatten() {
                return throttled(wait).map(|body| Answer::Other(body.map_err(Into::into).boxed_unsync()));
            }
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ClientAddress(peer.address));
            request.extensions_mut().insert(ProvedKey(peer.key));
            request.extensions_mut().insert(Connection { address: Some(peer.address), key: peer.key });
            match console {
                Some(console) => console
                    .answer(request)
                    .await
                    .map(|body| Answer::Other(body.map_err(Into::into).boxed_unsync())),
                None => crate::serving::answer(router, request).await,
            }
        })
    }
}

/// Returns the answer to an unauthenticated caller over the rate limit.
pub fn throttled(wait: Wait) -> Response<Body> {
    let mut answer = Response::new(Body::from(format!("{wait}\n")));
    *answer.status_mut() = StatusCode::TOO_MANY_REQUESTS;
    answer.headers_mut().insert(header::RETRY_AFTER, wait.seconds().into());
    answer
}

/// Returns the TLS of the front: the configured certificate, or a self-signed one for the hosts under `localhost`,
/// which the caller must keep renewed.
///
/// # Errors
/// If the certificate or its key cannot be used.
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
