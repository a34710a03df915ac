//! An application that answers with exactly these bytes, and reports what it received and how that ended.

use crate::installation::{Installation, application_at};
use countersign_names::Sensitivity;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What an application received on one connection.
#[derive(Debug)]
pub struct ReceivedBytes {
    pub text: String,
    /// Whether it was reset, rather than closed in order.
    pub reset: bool,
}

pub struct RawUpstream {
    listener: TcpListener,
}

impl RawUpstream {
    /// Makes this the application `board`.
    pub async fn behind(it: &Installation) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        it.state(application_at("board", Sensitivity::Public, &format!("http://{address}"))).await;
        Self { listener }
    }

    /// Returns the next connection, once the request has arrived up to `until`.
    pub async fn request(&self, until: &str) -> (TcpStream, String) {
        let (mut stream, _) = soon(self.listener.accept()).await.unwrap();
        let mut seen = Vec::new();
        while !String::from_utf8_lossy(&seen).contains(until) {
            assert!(
                soon(stream.read_buf(&mut seen)).await.unwrap() > 0,
                "{}",
                String::from_utf8_lossy(&seen)
            );
        }
        (stream, String::from_utf8(seen).unwrap())
    }

    /// Answers the next request with these bytes.
    pub async fn answer(&self, bytes: &str) -> (TcpStream, String) {
        let (mut stream, request) = self.request("\r\n\r\n").await;
        stream.write_all(bytes.as_bytes()).await.unwrap();
        (stream, request)
    }
}

/// Returns what arrives until the other side ends.
pub async fn rest(mut stream: TcpStream) -> ReceivedBytes {
    let mut seen = Vec::new();
    let ended = soon(stream.read_to_end(&mut seen)).await;
    let reset = ended.is_err_and(|error| error.kind() == std::io::ErrorKind::ConnectionReset);
    ReceivedBytes { text: String::from_utf8_lossy(&seen).into_owned(), reset }
}

/// Time-out far beyond anything that works.
pub async fn soon<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(10), future)
        .await
        .unwrap_or_else(|_| panic!("this took too long"))
}
