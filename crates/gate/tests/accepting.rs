//! Whose connection it is: by its address, by the header of a load balancer, and by the key that a device proves.
#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use countersign_facts::Digest;
use countersign_gate::{
    AcceptedConnection, ClientCertificates, ConnectionTasks, Peer, Tls, TrustedProxies, key_of,
};
use countersign_listen::{Caps, Door, Places};
use rustls::client::ResolvesClientCert;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::sign::CertifiedKey;
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, HandshakeKind, RootCertStore, SupportedProtocolVersion};
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_rustls::TlsConnector;
use tokio_util::sync::CancellationToken;

/// Longer than any wait in these tests; only a test that would hang reaches it.
const PATIENCE: Duration = Duration::from_secs(60);

/// Too short for a client that sends nothing.
const SHORT: Duration = Duration::from_millis(50);

const LOCAL: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// A listener that notes the other end of each connection, writes `ok`, and closes it once the client does.
struct Stage {
    address: SocketAddr,
    roots: RootCertStore,
    /// The other end of each connection; `None` if the handshake failed.
    peers: mpsc::UnboundedReceiver<Option<Peer>>,
    stop: CancellationToken,
    served: JoinHandle<()>,
}

/// Starts a listener without encryption.
async fn plain(connections: ConnectionTasks) -> Stage {
    start(connections, None, PATIENCE).await
}

/// Starts a listener with TLS whose handshakes may take this long.
async fn encrypted(clients: ClientCertificates, handshake: Duration) -> Stage {
    start(ConnectionTasks::new(Duration::ZERO), Some(clients), handshake).await
}

async fn start(
    connections: ConnectionTasks,
    clients: Option<ClientCertificates>,
    handshake: Duration,
) -> Stage {
    let certified = rcgen::generate_simple_self_signed(["gate.test".to_owned()]).unwrap();
    let (chain, key) = (certified.cert.pem(), certified.signing_key.serialize_pem());
    let tls = clients.map(|clients| Tls::from_pem(chain.as_bytes(), key.as_bytes(), clients).unwrap());
    let mut roots = RootCertStore::empty();
    roots.add(certified.cert.der().clone()).unwrap();
    let listener = TcpListener::bind((LOCAL, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let places = Places::new("test", Caps { total: 100, per_address: 50, shared: Vec::new() });
    let (told, peers) = mpsc::unbounded_channel();
    let stop = CancellationToken::new();
    let stopped = stop.clone();
    let served = tokio::spawn(async move {
        let serve = move |accepted: AcceptedConnection<_>| {
            let (told, tls) = (told.clone(), tls.clone());
            async move {
                match tls {
                    None => {
                        told.send(Some(accepted.peer)).unwrap();
                        hold(accepted.stream).await;
                    }
                    Some(tls) => {
                        let accepted = accepted.encrypt(&tls, handshake).await;
                        told.send(accepted.as_ref().map(|accepted| accepted.peer)).unwrap();
                        if let Some(accepted) = accepted {
                            hold(accepted.stream).await;
                        }
                    }
                }
            }
        };
        connections.accept(Door::new(listener, places), PATIENCE, stopped, serve).await;
    });
    Stage { address, roots, peers, stop, served }
}

async fn hold(mut stream: impl AsyncRead + AsyncWrite + Unpin) {
    // The client may be gone already.
    let _ = stream.write_all(b"ok").await;
    let _ = stream.read_to_end(&mut Vec::new()).await;
}

impl Stage {
    /// Returns the other end of the next connection that was served.
    async fn peer(&mut self) -> Option<Peer> {
        tokio::time::timeout(PATIENCE, self.peers.recv()).await.unwrap().unwrap()
    }

    /// Opens a connection that begins with these bytes.
    async fn connect(&self, begins: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(begins.as_bytes()).await.unwrap();
        stream
    }

    /// Shakes hands and reads until `ok`. Returns the kind of the handshake.
    async fn shake_hands(&self, config: &Arc<ClientConfig>) -> io::Result<HandshakeKind> {
        let stream = TcpStream::connect(self.address).await?;
        let name = ServerName::try_from("gate.test").unwrap();
        let mut stream = TlsConnector::from(Arc::clone(config)).connect(name, stream).await?;
        // A client of TLS 1.3 learns only afterwards whether its certificate was accepted.
        stream.read_exact(&mut [0; 2]).await?;
        Ok(stream.get_ref().1.handshake_kind().unwrap())
    }

    /// Returns a client that presents the certificate of one device and signs with the key of another, if any.
    fn client(
        &self,
        presents: Option<(&Device, &Device)>,
        version: &'static SupportedProtocolVersion,
    ) -> Arc<ClientConfig> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_protocol_versions(&[version])
            .unwrap()
            .with_root_certificates(self.roots.clone());
        Arc::new(match presents {
            None => builder.with_no_client_auth(),
            Some((shown, held)) => {
                let key = provider.key_provider.load_private_key(held.key.clone_key()).unwrap();
                let certified = CertifiedKey::new(vec![shown.certificate.clone()], key);
                builder.with_client_cert_resolver(Arc::new(Presents(Arc::new(certified))))
            }
        })
    }
}

/// A device with a self-signed certificate.
struct Device {
    certificate: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
    public: Digest,
}

impl Device {
    fn new() -> Self {
        let key = rcgen::KeyPair::generate().unwrap();
        let params = rcgen::CertificateParams::new(vec!["laptop".to_owned()]).unwrap();
        let certificate = params.self_signed(&key).unwrap().der().clone();
        let public = rcgen::PublicKeyData::subject_public_key_info(&key);
        let sum = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &public);
        Self {
            certificate,
            key: PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
            public: Digest::new(sum.as_ref().try_into().unwrap()),
        }
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

#[tokio::test]
async fn a_connection_is_its_address_s_unless_a_trusted_balancer_says_otherwise() {
    let header = "PROXY TCP4 203.0.113.9 192.0.2.1 4500 443\r\n";
    let client: IpAddr = "203.0.113.9".parse().unwrap();
    let behind = |network: &str, patience| {
        let trusted = TrustedProxies::new([network.parse().unwrap()]);
        ConnectionTasks::new(Duration::ZERO).behind(trusted, patience)
    };
    for (connections, begins, address) in [
        (ConnectionTasks::new(Duration::ZERO), header, LOCAL),
        (behind("192.0.2.7/32", PATIENCE), header, LOCAL),
        (behind("127.0.0.0/8", PATIENCE), header, client),
        (behind("127.0.0.0/8", PATIENCE), "PROXY UNKNOWN\r\n", LOCAL),
    ] {
        let mut stage = plain(connections).await;
        let stream = stage.connect(begins).await;
        assert_eq!(stage.peer().await, Some(Peer { address, key: None, tls: false }), "{begins:?}");
        drop(stream);
    }
    // Whose header is missing, wrong or late is not served at all.
    for (patience, begins) in [(PATIENCE, "GET / HTTP/1.1\r\n\r\n"), (SHORT, "")] {
        let mut stage = plain(behind("127.0.0.0/8", patience)).await;
        let mut stream = stage.connect(begins).await;
        let mut bytes = Vec::new();
        // Closing with unread bytes ends in a reset.
        let _end = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut bytes)).await.unwrap();
        assert_eq!((bytes.len(), stage.peers.try_recv().ok()), (0, None), "{begins:?}");
    }
}

#[tokio::test]
async fn a_device_is_known_by_the_key_that_it_proves_and_by_no_certificate_alone() {
    let (laptop, other) = (Device::new(), Device::new());
    let peer = |key| Some(Peer { address: LOCAL, key, tls: true });
    for version in [&TLS12, &TLS13] {
        let mut stage = encrypted(ClientCertificates::Asked, PATIENCE).await;
        let proves = stage.client(Some((&laptop, &laptop)), version);
        // No session is resumed: each connection proves its key.
        for _ in 0..2 {
            assert_eq!(stage.shake_hands(&proves).await.unwrap(), HandshakeKind::Full, "{version:?}");
            assert_eq!(stage.peer().await, peer(Some(laptop.public)), "{version:?}");
        }
        let nothing = stage.client(None, version);
        for _ in 0..2 {
            assert_eq!(stage.shake_hands(&nothing).await.unwrap(), HandshakeKind::Full, "{version:?}");
            assert_eq!(stage.peer().await, peer(None), "{version:?}");
        }
        let stolen = stage.client(Some((&laptop, &other)), version);
        stage.shake_hands(&stolen).await.unwrap_err();
        assert_eq!(stage.peer().await, None, "{version:?}: it has the certificate and not the key");

        let mut ignoring = encrypted(ClientCertificates::Ignored, PATIENCE).await;
        let proves = ignoring.client(Some((&laptop, &laptop)), version);
        ignoring.shake_hands(&proves).await.unwrap();
        assert_eq!(ignoring.peer().await, peer(None), "{version:?}: it was not asked");
    }
}

#[tokio::test]
async fn a_handshake_has_its_time() {
    let mut stage = encrypted(ClientCertificates::Asked, SHORT).await;
    let _silent = stage.connect("").await;
    assert_eq!(stage.peer().await, None);
    let mut stage = encrypted(ClientCertificates::Asked, PATIENCE).await;
    let _stranger = stage.connect("GET / HTTP/1.1\r\n\r\n").await;
    assert_eq!(stage.peer().await, None, "it does not speak TLS");
}

#[test]
fn a_key_is_that_of_a_certificate() {
    let laptop = Device::new();
    assert_eq!(key_of(&laptop.certificate), Some(laptop.public));
    assert_eq!(key_of(b"no certificate"), None);
}

#[tokio::test]
async fn a_stop_without_grace_waits_for_connections_to_notice_and_no_longer() {
    let connections = ConnectionTasks::new(Duration::ZERO);
    let stopping = connections.stopping().clone();
    let mut stage = plain(connections).await;
    let _stays = stage.connect("").await;
    stage.peer().await.unwrap();
    assert!(!stopping.is_cancelled() && !stage.served.is_finished());
    stage.stop.cancel();
    tokio::time::timeout(PATIENCE, stage.served).await.unwrap().unwrap();
    assert!(stopping.is_cancelled());
    assert!(TcpStream::connect(stage.address).await.is_err(), "it still listens");
}
