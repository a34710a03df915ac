//! Checks against listeners of this test: what each of them is found to be, and what a check may not do.
#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use countersign_facts::Upstream;
use countersign_probe::{
    CertificateFault, ProbeNetworks, ProbeRefusal, ProbeStep, UpstreamFinding, UpstreamProbe,
};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

fn client(roots: RootCertStore) -> Arc<ClientConfig> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    Arc::new(config.with_root_certificates(roots).with_no_client_auth())
}

fn probe(networks: ProbeNetworks) -> UpstreamProbe {
    UpstreamProbe::new(client(RootCertStore::empty()), networks)
}

/// A listener that answers each connection with this text, then closes it. Counts connections and keeps what was sent.
struct Listening {
    port: u16,
    connections: Arc<AtomicUsize>,
    heard: Arc<tokio::sync::Mutex<String>>,
}

async fn listening(answer: &'static str) -> Listening {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (connections, heard) = (Arc::new(AtomicUsize::new(0)), Arc::<tokio::sync::Mutex<String>>::default());
    let (counted, kept) = (connections.clone(), heard.clone());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::SeqCst);
            let mut buffer = vec![0; 4096];
            let read = stream.read(&mut buffer).await.unwrap_or(0);
            buffer.truncate(read);
            kept.lock().await.push_str(&String::from_utf8_lossy(&buffer));
            let _gone = stream.write_all(answer.as_bytes()).await;
        }
    });
    Listening { port, connections, heard }
}

fn at(scheme: &str, port: u16) -> Upstream {
    format!("{scheme}://127.0.0.1:{port}").parse().unwrap()
}

async fn found(upstream: &Upstream) -> UpstreamFinding {
    probe(ProbeNetworks::usual()).check(upstream, None).await.unwrap().finding
}

#[tokio::test]
async fn an_application_that_answers_is_known_by_its_status_and_redirects_are_not_followed() {
    let ok = listening("HTTP/1.1 200 OK\r\nset-cookie: a=secret\r\ncontent-length: 6\r\n\r\nsecret").await;
    let found_ok = found(&at("http", ok.port)).await;
    assert_eq!(found_ok, UpstreamFinding::Answers { status: 200, redirect: None });
    assert!(!format!("{found_ok:?} {found_ok}").contains("secret"));

    let other = listening("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
    let away: &'static str = Box::leak(
        format!(
            "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:{}/in?state=s\r\ncontent-length: 0\r\n\r\n",
            other.port
        )
        .into_boxed_str(),
    );
    let redirecting = listening(away).await;
    let redirect = Some(format!("http://127.0.0.1:{}/in", other.port));
    assert_eq!(
        found(&at("http", redirecting.port)).await,
        UpstreamFinding::Answers { status: 302, redirect }
    );
    assert_eq!(other.connections.load(Ordering::SeqCst), 0, "the redirect was followed");
}

#[tokio::test]
async fn a_check_asks_once_and_names_the_host_under_which_people_come() {
    let wiki = listening("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n").await;
    let checked = probe(ProbeNetworks::usual()).check(&at("http", wiki.port), Some("wiki.example.org")).await;
    assert_eq!(checked.unwrap().finding, UpstreamFinding::Answers { status: 404, redirect: None });
    let heard = wiki.heard.lock().await.clone();
    assert!(heard.starts_with("GET / HTTP/1.1\r\n"), "{heard}");
    assert!(heard.contains("host: wiki.example.org\r\n"), "{heard}");
    assert_eq!(wiki.connections.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn what_does_not_answer_is_told_apart() {
    let gone = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = gone.local_addr().unwrap().port();
    drop(gone);
    assert_eq!(found(&at("http", port)).await, UpstreamFinding::Closed);
    let unknown: Upstream = "http://no-such-host.invalid".parse().unwrap();
    assert_eq!(found(&unknown).await, UpstreamFinding::UnknownName);
    for noise in ["220 mail.example ESMTP\r\n", ""] {
        let noisy = listening(noise).await;
        let found = found(&at("http", noisy.port)).await;
        assert!(matches!(found, UpstreamFinding::NotHttp(_)), "{noise:?}: {found:?}");
    }
    let endless: &'static str =
        Box::leak(format!("HTTP/1.1 200 OK\r\nx: {}\r\n\r\n", "a".repeat(64 << 10)).into_boxed_str());
    let large = listening(endless).await;
    assert!(matches!(found(&at("http", large.port)).await, UpstreamFinding::NotHttp(_)));
}

#[tokio::test]
async fn an_application_that_never_answers_costs_a_bounded_time_and_a_bounded_number_of_checks() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let upstream = at("http", listener.local_addr().unwrap().port());
    let held = tokio::spawn(async move {
        let mut streams: Vec<TcpStream> = Vec::new();
        while let Ok((stream, _)) = listener.accept().await {
            streams.push(stream);
        }
    });
    let probe = probe(ProbeNetworks::usual()).within(Duration::from_millis(500));
    let running: Vec<_> = (0..4)
        .map(|_| {
            let (probe, upstream) = (probe.clone(), upstream.clone());
            tokio::spawn(async move { probe.check(&upstream, None).await })
        })
        .collect();
    tokio::task::yield_now().await;
    assert_eq!(probe.check(&upstream, None).await, Err(ProbeRefusal::Busy));
    for one in running {
        assert_eq!(one.await.unwrap().unwrap().finding, UpstreamFinding::Silent(ProbeStep::Answer));
    }
    held.abort();
}

#[tokio::test]
async fn an_address_that_may_not_be_checked_is_not_connected_to() {
    let metadata: Upstream = "http://169.254.169.254".parse().unwrap();
    let refused = probe(ProbeNetworks::usual()).check(&metadata, None).await;
    assert_eq!(refused, Err(ProbeRefusal::Address("169.254.169.254".parse().unwrap())));
    // A number is a spelling of an address too.
    let spelled: Upstream = "http://2852039166".parse().unwrap();
    let refused = probe(ProbeNetworks::usual()).check(&spelled, None).await;
    assert_eq!(refused, Err(ProbeRefusal::Address("169.254.169.254".parse().unwrap())));

    let wiki = listening("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
    let elsewhere = ProbeNetworks::only(vec!["10.0.0.0/8".parse().unwrap()]);
    let refused = probe(elsewhere).check(&at("http", wiki.port), None).await;
    assert_eq!(refused, Err(ProbeRefusal::Address("127.0.0.1".parse().unwrap())));
    assert_eq!(wiki.connections.load(Ordering::SeqCst), 0);
}

/// An application over TLS with a certificate for these names. Returns its port and the certificate as a root.
async fn secured(names: &[&str]) -> (u16, RootCertStore) {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(cert.der().clone()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut buffer = [0; 1024];
            let _read = stream.read(&mut buffer).await;
            let _gone = stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await;
        }
    });
    (port, roots)
}

#[tokio::test]
async fn a_certificate_problem_is_named() {
    let (port, roots) = secured(&["127.0.0.1"]).await;
    let (other, others) = secured(&["elsewhere.example"]).await;
    let check = async |roots: RootCertStore, upstream: Upstream| {
        let probe = UpstreamProbe::new(client(roots), ProbeNetworks::usual());
        probe.check(&upstream, None).await.unwrap().finding
    };
    assert_eq!(
        check(roots, at("https", port)).await,
        UpstreamFinding::Answers { status: 204, redirect: None }
    );
    assert_eq!(
        check(RootCertStore::empty(), at("https", port)).await,
        UpstreamFinding::Certificate(CertificateFault::UnknownIssuer)
    );
    assert_eq!(
        check(others, at("https", other)).await,
        UpstreamFinding::Certificate(CertificateFault::OtherName)
    );
    let plain = listening("HTTP/1.1 400 Bad Request\r\n\r\n").await;
    let found = check(RootCertStore::empty(), at("https", plain.port)).await;
    assert!(matches!(found, UpstreamFinding::NoTls(_)), "{found:?}");
    assert!(matches!(check(RootCertStore::empty(), at("http", port)).await, UpstreamFinding::NotHttp(_)));
}
