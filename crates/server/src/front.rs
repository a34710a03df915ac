//! The front: listeners that serve every host, and the sign-in host answered in this process.

use crate::config::{Config, Tls as TlsConfig};
use crate::running::StartError;
use axum::Router;
use axum::body::Body;
use countersign_authn::ClientAddress;
use countersign_control::Connection;
use countersign_gate_http::{Answer, ClientCertificates, Later, LocalHost, Peer, Tls};
use http::{Request, Response};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use std::path::Path;
use tower::ServiceExt;

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
            let response = match router.oneshot(request).await {
                Ok(response) => response,
                Err(never) => match never {},
            };
            response.map(|body| Answer::Other(body.map_err(Into::into).boxed_unsync()))
        })
    }
}

/// The TLS of the front: the configured certificate, or one made for the hosts under `localhost`.
///
/// # Errors
/// When the certificate or its key can not be used.
pub fn tls(config: &Config, tls: &TlsConfig) -> Result<Tls, StartError> {
    let clients =
        if tls.client_certificates { ClientCertificates::Asked } else { ClientCertificates::Ignored };
    let read = |path: &Path| {
        std::fs::read(path).map_err(|error| StartError::Tls(format!("{}: {error}", path.display())))
    };
    let (chain, key) = match (&tls.certificate, &tls.key) {
        (Some(certificate), Some(key)) => (read(certificate)?, read(key)?),
        _ => self_signed(&config.data)?,
    };
    Tls::from_pem(&chain, &key, clients).map_err(|error| StartError::Tls(error.to_string()))
}

/// A self-signed certificate for `localhost` and every host under it, kept in the data folder so that a browser that
/// was told to trust it goes on to.
fn self_signed(data: &Path) -> Result<(Vec<u8>, Vec<u8>), StartError> {
    let (certificate_path, key_path) = (data.join("front.pem"), data.join("front.key"));
    if let (Ok(certificate), Ok(key)) = (std::fs::read(&certificate_path), std::fs::read(&key_path)) {
        return Ok((certificate, key));
    }
    let failed =
        |error: &dyn std::fmt::Display| StartError::Tls(format!("a certificate can not be made: {error}"));
    let hosts = ["localhost", "*.localhost", "127.0.0.1", "::1"].map(str::to_owned);
    let made = rcgen::generate_simple_self_signed(hosts).map_err(|error| failed(&error))?;
    let (certificate, key) = (made.cert.pem().into_bytes(), made.signing_key.serialize_pem().into_bytes());
    crate::keys::write_private(&key_path, &key).map_err(|error| failed(&error))?;
    crate::keys::write_private(&certificate_path, &certificate).map_err(|error| failed(&error))?;
    Ok((certificate, key))
}
