//! TLS: devices that prove their key, HTTP/2, and which HTTP/2 requests are refused.

use crate::client::{Reply, parse};
use crate::installation::{COOKIE, Installation, sha256, start_with};
use bytes::Bytes;
use countersign_gate_http::{ClientCertificates, GateConfig, Tls};
use countersign_names::CheckResult;
use http::{Request, StatusCode};
use http_body_util::{BodyExt as _, Empty};
use hyper::client::conn::http2::SendRequest;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::client::ResolvesClientCert;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::sign::CertifiedKey;
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, HandshakeKind};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// Every answer over TLS tells the browser to return over TLS only: an application's, a refusal, our own pages.
#[tokio::test]
async fn every_answer_over_tls_insists_on_tls() {
    let stage = stage(ClientCertificates::Ignored).await;
    let cookie = format!("cookie: {COOKIE}\r\n");
    for (line, headers, status) in [
        ("GET /", cookie.as_str(), 200),
        ("GET /far-reaching", &cookie, 200),
        ("GET /admin/", &cookie, 403),
        ("GET /", "", 401),
        ("GET /a//b", "", 400),
        ("GET /.countersign/sign-out", "accept: text/html\r\n", 200),
        ("GET /.countersign/nothing", "", 404),
    ] {
        let mut stream = stage.connect("board", None, b"http/1.1").await.unwrap();
        let request =
            format!("{line} HTTP/1.1\r\nhost: board.localhost\r\nconnection: close\r\n{headers}\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        let reply = parse(&String::from_utf8_lossy(&answer));
        assert_eq!(reply.status, status, "{line}: {reply:?}");
        assert_eq!(reply.header("strict-transport-security"), Some("max-age=31536000"), "{line}: {reply:?}");
        assert_eq!(
            reply.head.to_ascii_lowercase().matches("strict-transport").count(),
            1,
            "{line}: {reply:?}"
        );
    }
    let plain = crate::installation::start().await;
    let reply = crate::client::ask(plain.address, "GET /", "board", &cookie).await;
    assert_eq!(reply.header("strict-transport-security"), None, "{reply:?}");
}

pub struct Identity {
    chain: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
    public: Vec<u8>,
}

/// A self-signed certificate; an `expired` one ended long ago.
fn identity(expired: bool) -> Identity {
    let key = rcgen::KeyPair::generate().unwrap();
    let mut params = rcgen::CertificateParams::new(vec!["laptop".to_owned()]).unwrap();
    if expired {
        params.not_before = rcgen::date_time_ymd(2001, 1, 1);
        params.not_after = rcgen::date_time_ymd(2002, 1, 1);
    }
    let certificate = params.self_signed(&key).unwrap();
    Identity {
        chain: certificate.der().clone(),
        key: PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
        public: rcgen::PublicKeyData::subject_public_key_info(&key),
    }
}

/// Presents a certificate and signs with a key, which may not match.
#[derive(Debug)]
struct Presents(Arc<CertifiedKey>);

impl ResolvesClientCert for Presents {
    fn resolve(&self, _: &[&[u8]], _: &[rustls::SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }

    fn has_certs(&self) -> bool {
        true
    }
}

pub struct Stage {
    pub it: Installation,
    roots: rustls::RootCertStore,
}

pub async fn stage(clients: ClientCertificates) -> Stage {
    stage_with(GateConfig::new("https://id.example"), clients).await
}

pub async fn stage_with(config: GateConfig, clients: ClientCertificates) -> Stage {
    let names = ["board", "wiki", "vault"].map(|name| format!("{name}.localhost"));
    let rcgen::CertifiedKey { cert, signing_key } = rcgen::generate_simple_self_signed(names).unwrap();
    let tls = Tls::from_pem(cert.pem().as_bytes(), signing_key.serialize_pem().as_bytes(), clients).unwrap();
    let mut roots = rustls::RootCertStore::empty();
    roots.add(cert.der().clone()).unwrap();
    Stage { it: start_with(config, Some(tls)).await, roots }
}

impl Stage {
    pub async fn connect(
        &self,
        host: &str,
        presents: Option<(&Identity, &Identity)>,
        alpn: &[u8],
    ) -> std::io::Result<TlsStream<TcpStream>> {
        let mut config = self.client(presents, rustls::DEFAULT_VERSIONS);
        config.alpn_protocols = vec![alpn.to_vec()];
        self.shake_hands(host, &Arc::new(config)).await
    }

    fn client(
        &self,
        presents: Option<(&Identity, &Identity)>,
        versions: &[&'static rustls::SupportedProtocolVersion],
    ) -> ClientConfig {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_protocol_versions(versions)
            .unwrap()
            .with_root_certificates(self.roots.clone());
        match presents {
            None => builder.with_no_client_auth(),
            Some((shown, held)) => {
                let key = provider.key_provider.load_private_key(held.key.clone_key()).unwrap();
                let certified = CertifiedKey::new(vec![shown.chain.clone()], key);
                builder.with_client_cert_resolver(Arc::new(Presents(Arc::new(certified))))
            }
        }
    }

    async fn shake_hands(
        &self,
        host: &str,
        config: &Arc<ClientConfig>,
    ) -> std::io::Result<TlsStream<TcpStream>> {
        let stream = TcpStream::connect(self.it.address).await?;
        let name = ServerName::try_from(format!("{host}.localhost")).unwrap();
        TlsConnector::from(Arc::clone(config)).connect(name, stream).await
    }

    /// Returns the kind of the second handshake of a client that remembers the first.
    async fn second_handshake(
        &self,
        presents: Option<(&Identity, &Identity)>,
        version: &'static rustls::SupportedProtocolVersion,
    ) -> HandshakeKind {
        let config = Arc::new(self.client(presents, &[version]));
        let mut kind = None;
        for _ in 0..2 {
            let mut stream = self.shake_hands("board", &config).await.unwrap();
            kind = stream.get_ref().1.handshake_kind();
            // Tickets arrive after the handshake, so the client must read something.
            let request = "GET / HTTP/1.1\r\nhost: board.localhost\r\nconnection: close\r\n\r\n";
            stream.write_all(request.as_bytes()).await.unwrap();
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer).await.unwrap();
            assert!(answer.starts_with(b"HTTP/1.1 401 "), "{}", String::from_utf8_lossy(&answer));
        }
        kind.unwrap()
    }

    /// Sends one request over HTTP/1.1. Returns `None` if the connection failed.
    async fn ask(&self, line: &str, host: &str, presents: Option<(&Identity, &Identity)>) -> Option<Reply> {
        let mut stream = self.connect(host, presents, b"http/1.1").await.ok()?;
        let request = format!(
            "{line} HTTP/1.1\r\nhost: {host}.localhost\r\nconnection: close\r\ncookie: {COOKIE}\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await.ok()?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.ok()?;
        (!answer.is_empty()).then(|| parse(&String::from_utf8_lossy(&answer)))
    }

    pub async fn h2<B>(&self, host: &str) -> SendRequest<B>
    where
        B: hyper::body::Body<Data = Bytes> + Send + Unpin + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let stream = self.connect(host, None, b"h2").await.unwrap();
        let (sender, connection) =
            hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        sender
    }
}

#[tokio::test]
async fn a_registered_device_that_proves_its_key_gets_further() {
    let stage = stage(ClientCertificates::Asked).await;
    // The registry decides, not the certificate's dates.
    let laptop = identity(true);
    let other = identity(false);
    let ask = async |presents| stage.ask("GET /", "vault", presents).await;
    assert_eq!(ask(Some((&laptop, &laptop))).await.unwrap().status, 403, "nobody registered it yet");
    stage.it.register_laptop(sha256(&laptop.public)).await;
    let reply = ask(Some((&laptop, &laptop))).await.unwrap();
    assert_eq!(reply.status, 200, "{reply:?}");
    assert_eq!(ask(Some((&other, &other))).await.unwrap().status, 403, "another device");
    let without = ask(None).await.unwrap();
    assert_eq!(without.status, 403, "{without:?}");
    assert_eq!(without.json()["remedies"][0]["remedy"], "use-a-managed-device");
    assert!(ask(Some((&laptop, &other))).await.is_none(), "to show its certificate is not to have its key");
}

/// A resumed session would carry over the proof of a key from an earlier connection. Without client certificates there
/// is nothing to carry over, and sessions are resumed, which also shows that this client would resume.
#[tokio::test]
async fn where_certificates_are_asked_every_connection_proves_its_key_anew() {
    let laptop = identity(false);
    let asked = stage(ClientCertificates::Asked).await;
    let ignored = stage(ClientCertificates::Ignored).await;
    for version in [&TLS12, &TLS13] {
        for presents in [Some((&laptop, &laptop)), None] {
            let kind = asked.second_handshake(presents, version).await;
            assert_eq!(kind, HandshakeKind::Full, "{version:?}");
        }
        let kind = ignored.second_handshake(None, version).await;
        assert_eq!(kind, HandshakeKind::Resumed, "{version:?}");
    }
}

#[tokio::test]
async fn a_device_that_stops_complying_loses_its_open_stream_and_its_next_request() {
    let stage = stage(ClientCertificates::Asked).await;
    let laptop = identity(false);
    stage.it.register_laptop(sha256(&laptop.public)).await;
    let mut stream = stage.connect("vault", Some((&laptop, &laptop)), b"http/1.1").await.unwrap();
    let request = format!("GET /ticks HTTP/1.1\r\nhost: vault.localhost\r\ncookie: {COOKIE}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut seen = Vec::new();
    while !String::from_utf8_lossy(&seen).contains("tick 2") {
        assert!(stream.read_buf(&mut seen).await.unwrap() > 0, "{}", String::from_utf8_lossy(&seen));
    }
    stage.it.report(CheckResult::Fail).await;
    let mut rest = Vec::new();
    let _ = tokio::time::timeout(Duration::from_secs(30), stream.read_to_end(&mut rest)).await.unwrap();
    assert!(!rest.ends_with(b"0\r\n\r\n"));
    let next = stage.ask("GET /", "vault", Some((&laptop, &laptop))).await.unwrap();
    assert_eq!(next.status, 403, "{next:?}");
    assert_eq!(next.json()["reasons"][0]["policy"], "compliant-device");
    assert_eq!(next.json()["remedies"][0]["remedy"], "fix-posture");
}

#[tokio::test]
async fn http2_is_decided_like_http1_and_cut_stream_by_stream() {
    let stage = stage(ClientCertificates::Ignored).await;
    let mut sender = stage.h2("board").await;
    let request = |path: &str, cookie: &str| {
        let uri = format!("https://board.localhost{path}");
        Request::builder().uri(uri).header("cookie", cookie).body(Empty::<Bytes>::new()).unwrap()
    };
    let reply = sender.send_request(request("/%61?b", COOKIE)).await.unwrap();
    assert_eq!(reply.status(), StatusCode::OK);
    let body = reply.into_body().collect().await.unwrap().to_bytes();
    let asked: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(asked["target"], "/a?b");
    assert!(
        asked["headers"]
            .as_array()
            .unwrap()
            .iter()
            .any(|line| line[0] == "host" && line[1] == "board.localhost")
    );
    assert_eq!(
        sender.send_request(request("/a//b", COOKIE)).await.unwrap().status(),
        StatusCode::BAD_REQUEST
    );
    assert_eq!(sender.send_request(request("/", "")).await.unwrap().status(), StatusCode::UNAUTHORIZED);
    let mut ticks = sender.send_request(request("/ticks", COOKIE)).await.unwrap().into_body();
    assert!(ticks.frame().await.unwrap().is_ok());
    stage.it.revoke().await;
    let cut = async { while ticks.frame().await.is_some_and(|frame| frame.is_ok()) {} };
    tokio::time::timeout(Duration::from_secs(30), cut).await.unwrap();
    // The connection itself still works, and a new request is decided anew.
    assert_eq!(sender.send_request(request("/", COOKIE)).await.unwrap().status(), StatusCode::UNAUTHORIZED);
}

/// Encodes a header in HPACK in the simplest way: literal, without indexing, without Huffman.
fn literal(name: &str, value: &str) -> Vec<u8> {
    let length = |text: &str| u8::try_from(text.len()).unwrap();
    [&[0, length(name)], name.as_bytes(), &[length(value)], value.as_bytes()].concat()
}

fn frame(kind: u8, flags: u8, stream: u8, payload: &[u8]) -> Vec<u8> {
    let length = u8::try_from(payload.len()).unwrap();
    [&[0, 0, length, kind, flags, 0, 0, 0, stream], payload].concat()
}

/// Returns what happens to stream 1: reset, connection closed, or answered, then with the first byte of the answer's
/// header block (0x88 is `:status: 200`, 0x8c is `:status: 400`).
async fn fate(stage: &Stage, headers: &[(&str, &str)]) -> String {
    fate_of(stage, &[(5, headers)]).await
}

/// The same for several header blocks, each with the flags of its frame (1 ends the stream, 4 the block).
async fn fate_of(stage: &Stage, blocks: &[(u8, &[(&str, &str)])]) -> String {
    let mut stream = stage.connect("board", None, b"h2").await.unwrap();
    let mut bytes = [&b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"[..], &frame(4, 0, 0, &[])].concat();
    for (flags, headers) in blocks {
        let block: Vec<u8> = headers.iter().flat_map(|(name, value)| literal(name, value)).collect();
        bytes.extend(frame(1, *flags, 1, &block));
    }
    stream.write_all(&bytes).await.unwrap();
    loop {
        let mut head = [0; 9];
        if stream.read_exact(&mut head).await.is_err() {
            return "closed".to_owned();
        }
        let length = usize::from(head[1]) * 256 + usize::from(head[2]);
        let mut payload = vec![0; length];
        stream.read_exact(&mut payload).await.unwrap();
        match (head[3], head[8]) {
            (1, 1) => return format!("{:#x}", payload.iter().find(|byte| **byte >= 0x80).unwrap()),
            (3, 1) => return "reset".to_owned(),
            (7, _) => return "closed".to_owned(),
            _ => {}
        }
    }
}

#[tokio::test]
async fn http2_requests_that_could_mean_two_things_are_refused() {
    let stage = stage(ClientCertificates::Ignored).await;
    let method = (":method", "GET");
    let scheme = (":scheme", "https");
    let path = (":path", "/");
    let authority = (":authority", "board.localhost");
    let cookie = ("cookie", COOKIE);
    let all = [method, scheme, path, authority, cookie];
    let check = async |extra: &[(&str, &str)], expected: &[&str]| {
        let headers = [&all[..], extra].concat();
        let found = fate(&stage, &headers).await;
        assert!(expected.contains(&found.as_str()), "{extra:?}: {found}");
    };
    let refused = ["reset", "closed", "0x8c"];
    check(&[], &["0x88"]).await;
    check(&[("host", "board.localhost")], &["0x88"]).await;
    check(&[("host", "wiki.localhost")], &["0x8c"]).await;
    for extra in [
        ("connection", "close"),
        ("transfer-encoding", "chunked"),
        ("upgrade", "websocket"),
        ("keep-alive", "5"),
        ("proxy-connection", "close"),
        ("te", "gzip"),
        ("X-Upper", "1"),
        ("x\r\ny", "1"),
        ("x", "a\r\nb: c"),
        ("x", "a\0b"),
        (":path", "/other"),
        (":unknown", "x"),
        ("content-length", "5"),
        ("content-length", "x"),
    ] {
        check(&[extra], &refused).await;
    }
    for headers in [
        vec![scheme, path, authority],
        vec![method, scheme, authority],
        vec![method, path, authority],
        vec![method, scheme, path],
        vec![method, scheme, (":path", ""), authority],
        vec![method, scheme, (":path", "a"), authority],
        vec![method, scheme, (":path", "/a b"), authority],
        vec![method, scheme, (":path", "/a#b"), authority, cookie],
        vec![method, scheme, (":path", "/a?b#c"), authority, cookie],
        vec![method, scheme, path, (":authority", "user@board.localhost")],
        vec![method, scheme, path, ("x", "1"), authority],
    ] {
        let found = fate(&stage, &headers).await;
        assert!(refused.contains(&found.as_str()), "{headers:?}: {found}");
    }
}

#[tokio::test]
async fn a_pseudo_header_behind_the_body_is_refused() {
    let stage = stage(ClientCertificates::Ignored).await;
    let head = [
        (":method", "POST"),
        (":scheme", "https"),
        (":path", "/"),
        (":authority", "board.localhost"),
        ("cookie", COOKIE),
    ];
    for (trailers, answered) in [
        (("x-sum", "1"), true),
        ((":method", "GET"), false),
        ((":path", "/admin"), false),
        ((":status", "200"), false),
        ((":anything", "1"), false),
    ] {
        let found = fate_of(&stage, &[(4, &head), (5, &[trailers])]).await;
        assert_eq!(found == "0x88", answered, "{trailers:?}: {found}");
    }
}
