//! One connection: a request written, its answer read and checked.

use crate::run::Outcome;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// Bytes read at a time.
const READ: usize = 64 * 1024;

/// What a WebSocket message says, there and back.
const MESSAGE: [u8; 64] = [b'm'; 64];

/// The key of RFC 6455's own example; nothing here depends on its being secret.
const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";

/// Where to, and as whom.
#[derive(Clone)]
pub struct Target {
    /// The server.
    pub address: SocketAddr,
    /// How to speak TLS with it, if at all.
    pub tls: Option<Arc<ClientConfig>>,
    /// The host that is asked for.
    pub host: String,
    /// `Cookie` headers, of which each connection sends one: the first the first, and so on, and round again.
    pub cookies: Vec<String>,
}

/// What is done again and again on a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// A GET of this path, answered with so many bytes.
    Get(&'static str, usize),
    /// A message on the WebSocket of this path, and the same message back.
    Echo(&'static str),
    /// A GET of this path, answered with what never ends by itself. Done once on a connection.
    Watch(&'static str),
}

trait Socket: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Socket for S {}

/// A connection.
pub struct Connection {
    socket: Box<dyn Socket>,
    buffer: Vec<u8>,
    request: Vec<u8>,
    work: Work,
}

/// The head of an answer.
struct Head {
    status: u16,
    length: Option<usize>,
    /// Where the body begins.
    end: usize,
}

impl Connection {
    /// Connect, and do the handshakes that the work needs. Connections are counted from 0.
    ///
    /// # Errors
    /// When the server does not take the connection, or refuses a handshake.
    pub async fn open(target: &Target, work: Work, number: usize) -> Outcome<Self> {
        let cookie = target.cookies.iter().cycle().nth(number);
        let stream = TcpStream::connect(target.address).await?;
        stream.set_nodelay(true)?;
        let socket: Box<dyn Socket> = match &target.tls {
            None => Box::new(stream),
            Some(config) => {
                let name = ServerName::try_from(target.host.clone())?;
                Box::new(TlsConnector::from(Arc::clone(config)).connect(name, stream).await?)
            }
        };
        let request = match work {
            Work::Get(path, _) | Work::Watch(path) => get(target, cookie, path, ""),
            Work::Echo(_) => frame(true, &MESSAGE),
        };
        let mut this = Self { socket, buffer: vec![0; READ], request, work };
        if let Work::Echo(path) = work {
            this.upgrade(&get(target, cookie, path, &upgrade_lines())).await?;
        }
        Ok(this)
    }

    /// Do the work once.
    ///
    /// # Errors
    /// When what comes back is not what was expected.
    pub async fn once(&mut self) -> Outcome {
        self.socket.write_all(&self.request).await?;
        self.socket.flush().await?;
        match self.work {
            Work::Get(_, bytes) => self.answer(bytes).await,
            Work::Echo(_) => self.echoed().await,
            Work::Watch(_) => self.begun().await,
        }
    }

    /// Send the request, and read the status alone: what a refusal looks like is nothing to fail about.
    ///
    /// # Errors
    /// When the connection breaks.
    pub async fn status(&mut self) -> Outcome<u16> {
        self.socket.write_all(&self.request).await?;
        self.socket.flush().await?;
        let (head, filled) = self.head().await?;
        let length = head.length.ok_or("an answer without a length")?;
        self.body(length, filled - head.end).await?;
        Ok(head.status)
    }

    /// Wait until the server has ended what was begun: closed the connection, or sent a WebSocket's Close. Gives when
    /// the last byte of anything else came.
    pub async fn ended(&mut self) -> Instant {
        let mut last = Instant::now();
        loop {
            let read = self.socket.read(&mut self.buffer).await.unwrap_or(0);
            let close = matches!(self.work, Work::Echo(_)) && self.buffer.first() == Some(&0x88);
            if read == 0 || close {
                return last;
            }
            last = Instant::now();
        }
    }

    async fn begun(&mut self) -> Outcome {
        let (head, _) = self.head().await?;
        if head.status == 200 { Ok(()) } else { Err(format!("expected 200, and got {}", head.status).into()) }
    }

    async fn answer(&mut self, bytes: usize) -> Outcome {
        let (head, filled) = self.head().await?;
        if head.status != 200 || head.length != Some(bytes) {
            let text = String::from_utf8_lossy(self.buffer.get(..filled.min(600)).unwrap_or_default());
            return Err(format!("expected 200 with {bytes} bytes, and got:\n{text}").into());
        }
        self.body(bytes, filled - head.end).await
    }

    /// The head, and how much of the buffer is filled.
    async fn head(&mut self) -> Outcome<(Head, usize)> {
        let mut filled = 0;
        loop {
            let read = self.socket.read(self.buffer.get_mut(filled..).unwrap_or_default()).await?;
            if read == 0 {
                return Err("the server closed the connection, or its head has no end".into());
            }
            filled += read;
            if let Some(head) = parse(self.buffer.get(..filled).unwrap_or_default())? {
                return Ok((head, filled));
            }
        }
    }

    /// The rest of a body of which something was read with the head.
    async fn body(&mut self, bytes: usize, mut got: usize) -> Outcome {
        while got < bytes {
            let read = self.socket.read(&mut self.buffer).await?;
            if read == 0 {
                return Err(format!("{got} of {bytes} bytes came").into());
            }
            got += read;
        }
        if got == bytes { Ok(()) } else { Err(format!("{got} bytes came, {bytes} were announced").into()) }
    }

    async fn upgrade(&mut self, request: &[u8]) -> Outcome {
        self.socket.write_all(request).await?;
        self.socket.flush().await?;
        let (head, filled) = self.head().await?;
        if head.status == 101 && head.end == filled {
            return Ok(());
        }
        let text = String::from_utf8_lossy(self.buffer.get(..filled.min(600)).unwrap_or_default());
        Err(format!("no WebSocket was opened:\n{text}").into())
    }

    async fn echoed(&mut self) -> Outcome {
        let expected = frame(false, &MESSAGE);
        let here = self.buffer.get_mut(..expected.len()).ok_or("a message larger than the buffer")?;
        self.socket.read_exact(here).await?;
        if *here == *expected { Ok(()) } else { Err("another message came back".into()) }
    }
}

fn get(target: &Target, cookie: Option<&String>, path: &str, more: &str) -> Vec<u8> {
    let cookie = cookie.map(|cookie| format!("cookie: {cookie}\r\n")).unwrap_or_default();
    let Target { host, .. } = target;
    format!("GET {path} HTTP/1.1\r\nhost: {host}\r\naccept: */*\r\nuser-agent: bench\r\n{cookie}{more}\r\n")
        .into_bytes()
}

fn upgrade_lines() -> String {
    format!(
        "connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: {KEY}\r\n"
    )
}

/// A text message as a WebSocket frame. A client's is masked: with zeros, which leaves the message as it is.
pub(super) fn frame(masked: bool, message: &[u8]) -> Vec<u8> {
    let length = u8::try_from(message.len()).unwrap_or(125).min(125);
    let mut frame = vec![0x81, length | if masked { 0x80 } else { 0 }];
    if masked {
        frame.extend_from_slice(&[0; 4]);
    }
    frame.extend(message.iter().take(length.into()));
    frame
}

fn parse(bytes: &[u8]) -> Outcome<Option<Head>> {
    let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else { return Ok(None) };
    let text = std::str::from_utf8(bytes.get(..end).unwrap_or_default())?;
    let mut lines = text.split("\r\n");
    let status = lines.next().and_then(|line| line.get(9..12)).ok_or("no status line")?.parse()?;
    let length = lines.find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok()).flatten()
    });
    Ok(Some(Head { status, length, end: end + 4 }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_once_it_is_whole() {
        let whole = b"HTTP/1.1 200 OK\r\nDate: x\r\nContent-Length: 3\r\n\r\nabc";
        let head = parse(whole).unwrap().unwrap();
        assert_eq!((head.status, head.length, &whole[head.end..]), (200, Some(3), b"abc".as_slice()));
        assert!(parse(&whole[..30]).unwrap().is_none());
        assert!(parse(b"nonsense\r\n\r\n").is_err());
    }

    #[test]
    fn a_frame_is_as_long_as_its_message_and_its_mask() {
        assert_eq!(frame(false, b"hi"), [0x81, 2, b'h', b'i']);
        assert_eq!(frame(true, b"hi"), [0x81, 0x82, 0, 0, 0, 0, b'h', b'i']);
    }
}
