//! TLS to a store: whose certificate is believed, and what is said of one that is not.

use crate::server::{RecordedRequest, object, serve};
use countersign_bucket::{Address, Bucket, BucketError, Credentials, Source};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_util::task::AbortOnDropHandle;

/// Serves with a certificate for this name; returns the port and the certificate as PEM.
async fn serve_tls(name: &str) -> (u16, String, AbortOnDropHandle<()>) {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(vec![name.to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let serving = tokio::spawn(async move {
        let recorded = Mutex::<Vec<RecordedRequest>>::default();
        while let Ok((stream, _)) = listener.accept().await {
            if let Ok(mut stream) = acceptor.accept(stream).await {
                serve(&mut stream, &recorded, &|_: &RecordedRequest| object(b"", 0)).await;
            }
        }
    });
    (port, cert.pem(), AbortOnDropHandle::new(serving))
}

fn bucket(origin: &str, roots: Option<&str>) -> Result<Bucket, String> {
    let address = Address::parse("s3://evidence", Some(origin), "r", false).unwrap();
    Bucket::new(address, Source::Given(Credentials::new("A", "hidden")), roots.map(str::as_bytes))
}

#[tokio::test]
async fn only_a_store_with_a_trusted_certificate_for_its_name_is_spoken_to() {
    let (port, certificate, _serving) = serve_tls("localhost").await;
    let (by_name, by_number) = (format!("https://localhost:{port}"), format!("https://127.0.0.1:{port}"));
    let put =
        async |origin: &str, roots: Option<&str>| bucket(origin, roots).unwrap().put("x", "y".into()).await;
    assert_eq!(put(&by_name, Some(&certificate)).await, Ok(()));

    let (_, others, _) = serve_tls("localhost").await;
    for (origin, roots, why) in [
        (&by_name, None, "UnknownIssuer"),
        (&by_name, Some(&others), "certificate"),
        (&by_number, Some(&certificate), "not valid for"),
        (&format!("http://localhost:{port}"), None, ""),
    ] {
        let error = put(origin, roots.map(String::as_str)).await.unwrap_err();
        let BucketError::Unreachable { origin: at, why: said } = &error else { panic!("{error}") };
        assert_eq!(at, origin);
        assert!(said.contains(why), "{origin}, {why}: {said}");
    }
}

#[test]
fn certificates_that_cannot_be_used_are_refused_before_any_request() {
    let refused = |roots: &str| bucket("https://s3.example", Some(roots)).unwrap_err();
    for none in ["", "hello", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"] {
        assert_eq!(refused(none), "there is no certificate in it", "{none}");
    }
    let cut = "-----BEGIN CERTIFICATE-----\nAAAA\n";
    assert!(refused(cut).starts_with("it is not PEM: "), "{}", refused(cut));
    let empty = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    assert!(refused(empty).starts_with("a certificate in it cannot be used: "), "{}", refused(empty));
}
