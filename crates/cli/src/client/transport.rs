//! The two ways to connect: the operator's socket in the data folder, and the network.

use crate::exit::Failure;
use bytes::Bytes;
use http::HeaderValue;
use http_body_util::Full;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, UnixStream};
use tokio_rustls::TlsConnector;
use url::{Host, Url};

/// The name of the operator's socket within the data folder.
pub(crate) const SOCKET: &str = "countersign.sock";
/// Time-out for connecting.
const CONNECTING: Duration = Duration::from_secs(10);
/// The files in which systems keep their trusted certificate authorities.
const SYSTEM_AUTHORITIES: &[&str] =
    &["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"];

/// The destination of requests.
#[derive(Debug)]
pub(crate) enum Transport {
    /// The operator's socket in this data folder. A user who may open it may do everything.
    Operator(PathBuf),
    /// A server elsewhere.
    Remote(Remote),
}

/// A server, by its address.
#[derive(Debug)]
pub(crate) struct Remote {
    address: String,
    host: HeaderValue,
    target: ServerHost,
    port: u16,
    tls: Option<ClientTls>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum ServerHost {
    Name(String),
    Address(std::net::IpAddr),
}

struct ClientTls {
    name: ServerName<'static>,
    config: Arc<rustls::ClientConfig>,
}

impl std::fmt::Debug for ClientTls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tls").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Transport {
    /// Returns the value of the `Host` header.
    pub(crate) fn host(&self) -> HeaderValue {
        match self {
            Self::Operator(_) => HeaderValue::from_static("localhost"),
            Self::Remote(remote) => remote.host.clone(),
        }
    }

    /// Returns the failure if nothing answers here.
    pub(crate) fn silent(&self, cause: impl ToString) -> Failure {
        match self {
            Self::Operator(data) => Failure::Unreachable {
                address: data.join(SOCKET).display().to_string(),
                cause: cause.to_string(),
            },
            Self::Remote(remote) => {
                Failure::Unreachable { address: remote.address.clone(), cause: cause.to_string() }
            }
        }
    }

    pub(crate) async fn open(&self) -> Result<SendRequest<Full<Bytes>>, Failure> {
        let opening = async {
            match self {
                Self::Operator(data) => self.speak(knock(data).await?).await,
                Self::Remote(remote) => {
                    let stream = remote.connect().await.map_err(|error| self.silent(error))?;
                    match &remote.tls {
                        None => self.speak(stream).await,
                        Some(tls) => {
                            let connector = TlsConnector::from(tls.config.clone());
                            let stream = connector.connect(tls.name.clone(), stream).await;
                            self.speak(stream.map_err(|error| self.silent(error))?).await
                        }
                    }
                }
            }
        };
        match tokio::time::timeout(CONNECTING, opening).await {
            Ok(opened) => opened,
            Err(_) => Err(self.silent(format!("no connection within {} seconds", CONNECTING.as_secs()))),
        }
    }

    async fn speak(
        &self,
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    ) -> Result<SendRequest<Full<Bytes>>, Failure> {
        let (sender, connection) =
            handshake(TokioIo::new(stream)).await.map_err(|error| self.silent(error))?;
        // Its end is seen by the sender; there is nothing more to say about it.
        tokio::spawn(connection);
        Ok(sender)
    }
}

/// Opens the operator's socket, and distinguishes the reasons for a failure.
async fn knock(data: &Path) -> Result<UnixStream, Failure> {
    let socket = data.join(SOCKET);
    UnixStream::connect(&socket).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::PermissionDenied => Failure::input(
            format!("you may not open {}", socket.display()),
            "run this as the user that runs the server, or name a server with --server URL --token-file FILE",
        ),
        std::io::ErrorKind::NotFound if !data.exists() => {
            Failure::NothingRunning { data: data.to_owned(), cause: "the folder does not exist".to_owned() }
        }
        std::io::ErrorKind::NotFound => {
            Failure::NothingRunning { data: data.to_owned(), cause: format!("it has no {SOCKET}") }
        }
        std::io::ErrorKind::ConnectionRefused => Failure::NothingRunning {
            data: data.to_owned(),
            cause: format!("nothing listens at its {SOCKET}, which an earlier process left behind"),
        },
        _ => Failure::Unreachable { address: socket.display().to_string(), cause: error.to_string() },
    })
}

impl Remote {
    /// Returns the server at `address`. `authorities` is a file with the certificate authorities to trust instead of
    /// the system's; `identity` is one with the certificate and key to show.
    pub(crate) fn at(
        address: &str,
        authorities: Option<&Path>,
        identity: Option<&Path>,
    ) -> Result<Self, Failure> {
        let refused = |why: &str| {
            Failure::input(
                format!("--server {address:?} {why}"),
                "give the server's origin, as in https://countersign.example.org",
            )
        };
        let url = Url::parse(address).map_err(|error| refused(&format!("is not an address: {error}")))?;
        let tls = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return Err(refused("begins with neither https:// nor http://")),
        };
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
            return Err(refused("is more than an origin"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refused("holds a user or a password, which no address should"));
        }
        let host = url.host().ok_or_else(|| refused("names no host"))?;
        let near = is_near(&host);
        if !tls && !near {
            return Err(refused("is not encrypted, and the token would be read on the way: use https://"));
        }
        if !tls && identity.is_some() {
            return Err(refused("is not encrypted, and there is nobody to show --identity to: use https://"));
        }
        let port = url.port_or_known_default().ok_or_else(|| refused("names no port"))?;
        let target = match &host {
            Host::Domain(_) if near => ServerHost::Address(Ipv4Addr::LOCALHOST.into()),
            Host::Domain(name) => ServerHost::Name((*name).to_owned()),
            Host::Ipv4(ip) => ServerHost::Address((*ip).into()),
            Host::Ipv6(ip) => ServerHost::Address((*ip).into()),
        };
        let authority = url.port().map_or_else(|| host.to_string(), |port| format!("{host}:{port}"));
        Ok(Self {
            host: HeaderValue::try_from(authority).map_err(|_| refused("names no host"))?,
            tls: if tls { Some(ClientTls::to(&host, authorities, identity)?) } else { None },
            address: address.trim_end_matches('/').to_owned(),
            target,
            port,
        })
    }

    async fn connect(&self) -> std::io::Result<TcpStream> {
        match &self.target {
            ServerHost::Name(name) => TcpStream::connect((name.as_str(), self.port)).await,
            ServerHost::Address(ip) => TcpStream::connect(SocketAddr::new(*ip, self.port)).await,
        }
    }
}

/// Returns whether this host is the machine itself. RFC 6761 gives `localhost` and every name below it to the loopback
/// address, and browsers comply. The system's resolver often does not, so this does not use it.
pub(crate) fn is_near(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost" || name.ends_with(".localhost"),
        Host::Ipv4(ip) => ip.is_loopback(),
        Host::Ipv6(ip) => ip.is_loopback(),
    }
}

impl ClientTls {
    fn to(host: &Host<&str>, authorities: Option<&Path>, identity: Option<&Path>) -> Result<Self, Failure> {
        let name = match host {
            Host::Domain(name) => ServerName::try_from((*name).to_owned()).map_err(|_| {
                Failure::input(format!("{name:?} is not a host name"), "name the server's host")
            })?,
            Host::Ipv4(ip) => ServerName::from(std::net::IpAddr::from(*ip)),
            Host::Ipv6(ip) => ServerName::from(std::net::IpAddr::from(*ip)),
        };
        let config = TrustedAuthorities { file: authorities, option: "--ca" }.config()?;
        let config = match identity {
            None => config.with_no_client_auth(),
            Some(file) => {
                let (chain, key) = identity_in(file)?;
                config.with_client_auth_cert(chain, key).map_err(|error| not_an_identity(file, &error))?
            }
        };
        Ok(Self { name, config: Arc::new(config) })
    }
}

fn not_an_identity(file: &Path, why: &dyn std::fmt::Display) -> Failure {
    Failure::input(
        format!("{} is no identity: {why}", file.display()),
        "name a PEM file with a certificate and its private key with --identity FILE",
    )
}

/// Reads the certificate and the private key in this file.
fn identity_in(file: &Path) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>), Failure> {
    let read = |error: &dyn std::fmt::Display| not_an_identity(file, error);
    let certificates = CertificateDer::pem_file_iter(file).map_err(|error| read(&error))?;
    let chain: Vec<_> = certificates.collect::<Result<_, _>>().map_err(|error| read(&error))?;
    let key = PrivateKeyDer::from_pem_file(file).map_err(|error| read(&error))?;
    if chain.is_empty() { Err(read(&"it holds no certificate")) } else { Ok((chain, key)) }
}

/// Returns the file with the certificate authorities that this system trusts, if it has one.
pub(crate) fn system_authorities() -> Option<&'static Path> {
    SYSTEM_AUTHORITIES.iter().map(Path::new).find(|path| path.exists())
}

/// The certificate authorities that a client trusts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TrustedAuthorities<'a> {
    /// The file with them, instead of the system's.
    pub(crate) file: Option<&'a Path>,
    /// The option that names the file, for messages.
    pub(crate) option: &'static str,
}

impl TrustedAuthorities<'_> {
    /// Returns the TLS configuration of a client that trusts them; what remains is whether it shows a certificate itself.
    pub(crate) fn config(
        self,
    ) -> Result<rustls::ConfigBuilder<rustls::ClientConfig, rustls::client::WantsClientCert>, Failure> {
        let failed = |error: rustls::Error| Failure::Failed(format!("TLS cannot be used: {error}"));
        // Named, so that this never depends on which other provider somebody else's feature switched on.
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        Ok(rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(failed)?
            .with_root_certificates(self.roots()?))
    }

    fn roots(self) -> Result<rustls::RootCertStore, Failure> {
        let remedy = format!("name a PEM file with {} FILE", self.option);
        let Some(path) = self.file.or(system_authorities()) else {
            return Err(Failure::input("this system has no list of certificate authorities", remedy));
        };
        let certificates = CertificateDer::pem_file_iter(path).map_err(|error| {
            Failure::input(format!("{} cannot be read: {error}", path.display()), remedy.clone())
        })?;
        let mut roots = rustls::RootCertStore::empty();
        roots.add_parsable_certificates(certificates.filter_map(Result::ok));
        if roots.is_empty() {
            return Err(Failure::input(format!("{} holds no certificate", path.display()), remedy));
        }
        Ok(roots)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_an_origin_that_keeps_the_token_secret() {
        for (address, target, port, host) in [
            ("http://127.0.0.1:8080", ServerHost::Address([127, 0, 0, 1].into()), 8080, "127.0.0.1:8080"),
            (
                "http://countersign.localhost:8080/",
                ServerHost::Address([127, 0, 0, 1].into()),
                8080,
                "countersign.localhost:8080",
            ),
            ("http://[::1]:81", ServerHost::Address("::1".parse().unwrap()), 81, "[::1]:81"),
        ] {
            let remote = Remote::at(address, None, None).unwrap();
            assert_eq!((remote.target, remote.port), (target, port), "{address}");
            assert_eq!(remote.host, host);
        }
        for (address, why) in [
            ("", "not an address"),
            ("countersign.example.org", "not an address"),
            ("ftp://a.example", "neither"),
            ("http://a.example", "not encrypted"),
            ("http://192.0.2.7", "not encrypted"),
            ("http://localhost.example", "not encrypted"),
            ("https://a.example/api", "more than an origin"),
            ("https://u:p@a.example", "a password"),
        ] {
            let failure = Remote::at(address, None, None).unwrap_err();
            let (message, remedy) = failure.words().unwrap();
            assert!(message.contains(why), "{address}: {message}");
            assert!(remedy.is_some());
            assert_eq!(failure.exit().code(), 2);
        }
    }

    #[test]
    fn a_file_without_certificates_is_no_authority() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let failure = Remote::at("https://a.example", Some(file.path()), None).unwrap_err();
        assert!(failure.words().unwrap().0.contains("holds no certificate"));
    }

    #[test]
    fn an_identity_is_a_certificate_and_its_key_and_is_shown_over_tls_only() {
        let made = rcgen::generate_simple_self_signed(vec!["robot".to_owned()]).unwrap();
        let authority = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(authority.path(), made.cert.pem()).unwrap();
        let file = tempfile::NamedTempFile::new().unwrap();
        let (certificate, key) = (made.cert.pem(), made.signing_key.serialize_pem());
        let at = |address: &str| Remote::at(address, Some(authority.path()), Some(file.path()));
        for (text, whole) in [
            (format!("{certificate}{key}"), true),
            (format!("{key}{certificate}"), true),
            (certificate.clone(), false),
            (key, false),
            (String::new(), false),
        ] {
            std::fs::write(file.path(), text).unwrap();
            assert_eq!(at("https://a.example").is_ok(), whole);
            assert_eq!(at("http://127.0.0.1:1").unwrap_err().exit().code(), 2);
        }
    }
}
