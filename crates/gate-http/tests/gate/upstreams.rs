//! Connections to applications: reuse, TLS, and applications that are declared and removed.

use crate::client::ask;
use crate::installation::{COOKIE, application_at, opened, start, start_with};
use crate::upstream;
use countersign_gate_http::{GateConfig, UpstreamRoots};
use countersign_names::Sensitivity;
use rustls::pki_types::PrivateKeyDer;
use std::sync::Arc;

fn cookie() -> String {
    format!("cookie: {COOKIE}\r\n")
}

#[tokio::test]
async fn a_connection_to_an_application_is_used_again() {
    let it = start().await;
    for _ in 0..3 {
        let reply = ask(it.address, "GET /", "board", &cookie()).await;
        assert_eq!(reply.header("x-connection"), Some("1"), "{reply:?}");
    }
}

/// An application declared at run time is reachable at once, over TLS if its upstream says so, and then only if the
/// application presents a trusted certificate.
#[tokio::test]
async fn an_application_over_tls_must_show_a_certificate_that_is_trusted() {
    let names = vec!["127.0.0.1".to_owned()];
    let rcgen::CertifiedKey { cert, signing_key } = rcgen::generate_simple_self_signed(names).unwrap();
    for (roots, status) in [(UpstreamRoots::Pem(cert.pem().into_bytes()), 200), (UpstreamRoots::System, 502)]
    {
        let mut config = GateConfig::new("https://id.example");
        config.upstream_roots = roots;
        let it = start_with(config, None).await;
        assert_eq!(ask(it.address, "GET /", "sealed", &cookie()).await.status, 421, "it is not there yet");
        let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let tls = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key)
            .unwrap();
        let address = upstream::start_tls(tokio_rustls::TlsAcceptor::from(Arc::new(tls))).await;
        it.state(application_at("sealed", Sensitivity::Public, &format!("https://{address}"))).await;
        for fact in opened("sealed") {
            it.state(fact).await;
        }
        let reply = ask(it.address, "GET /", "sealed", &cookie()).await;
        assert_eq!(reply.status, status, "{reply:?}");
        assert!(
            !reply.body.contains(&address.port().to_string()),
            "inner addresses stay in the log: {reply:?}"
        );
    }
}
