//! The bytes of a connection: TCP, with TLS from the beginning or from StartTLS on, and a deadline for what is awaited.

use crate::error::LdapError;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs as _};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Time limit of connecting to one address.
const CONNECTING: Duration = Duration::from_secs(10);

/// Maximum number of addresses of a name that are tried.
const MOST_ADDRESSES: usize = 3;

/// A directory server.
#[derive(Debug, Clone)]
pub struct DirectoryServer {
    /// Its name or address, which its certificate has to be for.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is encrypted.
    pub encryption: ConnectionEncryption,
}

/// How a connection is encrypted.
#[derive(Debug, Clone)]
pub enum ConnectionEncryption {
    /// Not at all.
    None,
    /// From the first byte (`ldaps://`).
    Tls(Arc<ClientConfig>),
    /// From the answer to StartTLS on, before anything else is said.
    StartTls(Arc<ClientConfig>),
}

impl DirectoryServer {
    /// Returns the host and the port, for messages.
    pub(crate) fn address(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }

    /// Opens a connection without encryption.
    pub(crate) fn connect(&self) -> Result<DirectoryStream, LdapError> {
        let unreachable =
            |error: io::Error| LdapError::Unreachable { address: self.address(), cause: error.to_string() };
        let addresses = (self.host.as_str(), self.port).to_socket_addrs().map_err(unreachable)?;
        let mut last = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
        for address in addresses.take(MOST_ADDRESSES) {
            match connect_to(&address) {
                Ok(stream) => return Ok(DirectoryStream::Plain(TimedStream { stream, deadline: None })),
                Err(error) => last = error,
            }
        }
        Err(unreachable(last))
    }
}

fn connect_to(address: &SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect_timeout(address, CONNECTING)?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// A connection.
pub(crate) enum DirectoryStream {
    Plain(TimedStream),
    Tls(Box<StreamOwned<ClientConnection, TimedStream>>),
}

impl DirectoryStream {
    /// Sets when whatever is read or written next has to be done.
    pub(crate) fn set_deadline(&mut self, deadline: Instant) {
        let stream = match self {
            Self::Plain(stream) => stream,
            Self::Tls(tls) => &mut tls.sock,
        };
        stream.deadline = Some(deadline);
    }

    /// Encrypts the connection, and checks the certificate of the server.
    pub(crate) fn encrypt(
        self,
        server: &DirectoryServer,
        config: &Arc<ClientConfig>,
    ) -> Result<Self, LdapError> {
        let failed = |cause: String| LdapError::Tls { address: server.address(), cause };
        let Self::Plain(mut stream) = self else { return Ok(self) };
        let name = ServerName::try_from(server.host.clone())
            .map_err(|_| failed("the host is no name that a certificate could have".to_owned()))?;
        let mut tls =
            ClientConnection::new(config.clone(), name).map_err(|error| failed(error.to_string()))?;
        while tls.is_handshaking() {
            let done = tls.complete_io(&mut stream).map_err(|error| match error.kind() {
                io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => {
                    failed("the server is silent".to_owned())
                }
                io::ErrorKind::UnexpectedEof => failed("the server ended the connection".to_owned()),
                _ => failed(error.to_string()),
            })?;
            if done == (0, 0) {
                return Err(failed("the server ended the connection".to_owned()));
            }
        }
        Ok(Self::Tls(Box::new(StreamOwned::new(tls, stream))))
    }
}

impl Read for DirectoryStream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.read(buffer),
            Self::Tls(tls) => tls.read(buffer),
        }
    }
}

impl Write for DirectoryStream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.write(bytes),
            Self::Tls(tls) => tls.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(stream) => stream.flush(),
            Self::Tls(tls) => tls.flush(),
        }
    }
}

/// A socket whose reads and writes end at a deadline, however little arrives at a time.
pub(crate) struct TimedStream {
    stream: TcpStream,
    deadline: Option<Instant>,
}

impl TimedStream {
    fn left(&self) -> io::Result<Option<Duration>> {
        let Some(deadline) = self.deadline else { return Ok(None) };
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() { Err(io::ErrorKind::TimedOut.into()) } else { Ok(Some(left)) }
    }
}

impl Read for TimedStream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.stream.set_read_timeout(self.left()?)?;
        self.stream.read(buffer)
    }
}

impl Write for TimedStream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.set_write_timeout(self.left()?)?;
        self.stream.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}
