//! What stands behind every gate: the least that can be called an HTTP server, so that little of what is measured is it.
//!
//! It must not know who asks: whatever reaches it was let through.

use crate::run::Outcome;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// The path of a small page, and its size.
pub const SMALL: (&str, usize) = ("/small", 1024);
/// The path of a large file, and its size.
pub const LARGE: (&str, usize) = ("/large", 1 << 20);
/// The path of a WebSocket that gives back what it is sent.
pub const ECHO: &str = "/echo";
/// The path of an event stream that says something every so often, for ever.
pub const TICKS: &str = "/ticks";

/// How often the event stream says something.
const TICK: std::time::Duration = std::time::Duration::from_millis(100);

/// The answer to the key that every client here sends (RFC 6455, 1.3).
const ACCEPTED: &str = "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
                        sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

const STREAMING: &str =
    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";

struct Answers {
    small: Vec<u8>,
    large: Vec<u8>,
}

/// Listen on a free port, and serve there for as long as the runtime lives.
///
/// # Errors
/// When there is no port.
pub async fn start() -> Outcome<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        let answers: &'static Answers =
            Box::leak(Box::new(Answers { small: page(SMALL.1), large: page(LARGE.1) }));
        while let Ok((stream, _)) = listener.accept().await {
            // Only a hint.
            let _ = stream.set_nodelay(true);
            tokio::spawn(async move {
                // A client that goes away is none of our business.
                let _ = serve(stream, answers).await;
            });
        }
    });
    Ok(address)
}

fn page(bytes: usize) -> Vec<u8> {
    let mut page = format!("HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: {bytes}\r\n\r\n")
        .into_bytes();
    page.resize(page.len() + bytes, b'x');
    page
}

/// Requests have no bodies here, so each is what stands before an empty line.
async fn serve(mut stream: TcpStream, answers: &Answers) -> std::io::Result<()> {
    let (mut buffer, mut filled) = (vec![0; 16 * 1024], 0);
    loop {
        let Some(space) = buffer.get_mut(filled..).filter(|space| !space.is_empty()) else { return Ok(()) };
        let read = stream.read(space).await?;
        if read == 0 {
            return Ok(());
        }
        filled += read;
        while let Some(end) = end_of_head(buffer.get(..filled).unwrap_or_default()) {
            let head = buffer.get(4..end).unwrap_or_default();
            let is = |path: &str| head.starts_with(path.as_bytes());
            if is(ECHO) {
                return echo(stream).await;
            }
            if is(TICKS) {
                return tick(stream).await;
            }
            stream.write_all(if is(LARGE.0) { &answers.large } else { &answers.small }).await?;
            buffer.copy_within(end..filled, 0);
            filled -= end;
        }
    }
}

fn end_of_head(bytes: &[u8]) -> Option<usize> {
    bytes.windows(4).position(|window| window == b"\r\n\r\n").map(|at| at + 4)
}

/// Every message back as it came. Clients mask with zeros, so taking the mask off is leaving it out.
async fn echo(mut stream: TcpStream) -> std::io::Result<()> {
    stream.write_all(ACCEPTED.as_bytes()).await?;
    loop {
        let mut head = [0; 6];
        stream.read_exact(&mut head).await?;
        let length = head[1] & 0x7f;
        let mut message = [0; 2 + 127];
        message[..2].copy_from_slice(&[head[0], length]);
        let message = message.get_mut(..2 + usize::from(length)).unwrap_or_default();
        stream.read_exact(message.get_mut(2..).unwrap_or_default()).await?;
        stream.write_all(message).await?;
    }
}

async fn tick(mut stream: TcpStream) -> std::io::Result<()> {
    stream.write_all(STREAMING.as_bytes()).await?;
    loop {
        stream.write_all(b"9\r\ndata: x\n\n\r\n").await?;
        tokio::time::sleep(TICK).await;
    }
}
