//! Clients that show exactly the bytes on the wire.

use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// The parts of an answer that tests check.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Reply {
    pub fn header(&self, name: &str) -> Option<&str> {
        let prefix = format!("{name}: ");
        self.head.lines().find_map(|line| {
            line.get(..prefix.len())
                .filter(|start| start.eq_ignore_ascii_case(&prefix))
                .map(|_| &line[prefix.len()..])
        })
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    /// Returns the headers with this name that the application received.
    pub fn received(&self, name: &str) -> Vec<String> {
        let all = self.json();
        let lines = all["headers"].as_array().unwrap();
        lines.iter().filter(|line| line[0] == name).map(|line| line[1].as_str().unwrap().to_owned()).collect()
    }
}

/// Sends bytes, and reads until the other side closes.
pub async fn raw(to: SocketAddr, bytes: impl AsRef<[u8]>) -> String {
    let mut stream = TcpStream::connect(to).await.unwrap();
    stream.write_all(bytes.as_ref()).await.unwrap();
    let mut answer = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut answer)).await;
    assert!(read.is_ok(), "the gate kept the connection open: {}", String::from_utf8_lossy(&answer));
    String::from_utf8_lossy(&answer).into_owned()
}

/// Sends one request on its own connection.
pub async fn ask(to: SocketAddr, line: &str, host: &str, headers: &str) -> Reply {
    ask_with_body(to, line, host, headers, "").await
}

pub async fn ask_with_body(to: SocketAddr, line: &str, host: &str, headers: &str, body: &str) -> Reply {
    let length = if body.is_empty() { String::new() } else { format!("content-length: {}\r\n", body.len()) };
    // A request with its own `Connection` header keeps it.
    let close = if headers.contains("connection: ") { "" } else { "connection: close\r\n" };
    let request = format!("{line} HTTP/1.1\r\nhost: {host}.localhost\r\n{close}{length}{headers}\r\n{body}");
    parse(&raw(to, request).await)
}

pub fn parse(answer: &str) -> Reply {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {answer:?}"));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap();
    let body = if head.to_ascii_lowercase().contains("transfer-encoding: chunked") {
        unchunk(body)
    } else {
        body.to_owned()
    };
    Reply { status, head: head.to_owned(), body }
}

fn unchunk(mut body: &str) -> String {
    let mut whole = String::new();
    while let Some((size, rest)) = body.split_once("\r\n") {
        let size = usize::from_str_radix(size, 16).unwrap();
        whole.push_str(&rest[..size]);
        body = rest.get(size + 2..).unwrap_or("");
    }
    whole
}
