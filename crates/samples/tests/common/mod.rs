//! A client of the samples: one request a connection.
#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use std::net::SocketAddr;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// Sends one request, and returns the whole answer.
pub async fn ask(to: SocketAddr, line: &str, headers: &str, body: &str) -> String {
    let mut stream = tokio::net::TcpStream::connect(to).await.unwrap();
    let length = body.len();
    let request = format!(
        "{line} HTTP/1.1\r\nhost: sample\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n{body}"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8(answer).unwrap()
}

/// Sends one request, and checks what the response contains.
pub async fn check(to: SocketAddr, line: &str, body: &str, status: &str, holds: &str) {
    let form = "content-type: application/x-www-form-urlencoded\r\n";
    let answer = ask(to, line, form, body).await;
    assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{line}: {answer}");
    assert!(answer.contains(holds), "{line} lacks {holds:?}: {answer}");
}
