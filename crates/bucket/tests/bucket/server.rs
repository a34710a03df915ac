//! A server on loopback that records requests and answers them as a test says.

use countersign_bucket::{Address, Bucket, Credentials, Source};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_util::task::AbortOnDropHandle;

/// A request as it came.
#[derive(Debug, Clone)]
pub struct RecordedRequest {
    /// The method, a space and the target.
    pub line: String,
    /// Every header in lower case, one per line.
    pub headers: String,
    pub body: Vec<u8>,
}

impl RecordedRequest {
    pub fn header(&self, name: &str) -> Option<&str> {
        let value = |line: &'_ str| line.split_once(": ").filter(|(other, _)| *other == name).is_some();
        self.headers.lines().find(|line| value(line)).and_then(|line| Some(line.split_once(": ")?.1))
    }
}

/// Ends when it is dropped.
pub struct FakeServer {
    pub origin: String,
    requests: Arc<Mutex<Vec<RecordedRequest>>>,
    _serving: AbortOnDropHandle<()>,
}

impl FakeServer {
    /// Answers each request with the bytes that `answer` returns, and closes the connection.
    pub async fn start(answer: impl Fn(&RecordedRequest) -> Vec<u8> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::<Mutex<Vec<_>>>::default();
        let recorded = Arc::clone(&requests);
        let serving = tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                serve(&mut stream, &recorded, &answer).await;
            }
        });
        Self { origin, requests, _serving: AbortOnDropHandle::new(serving) }
    }

    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.requests.lock().unwrap().clone()
    }

    /// Returns the client of the bucket `evidence` there.
    pub fn bucket(&self) -> Bucket {
        self.bucket_with(Source::Given(Credentials::new("AKIDOURS", "hidden")))
    }

    pub fn bucket_with(&self, source: Source) -> Bucket {
        let address =
            Address::parse("s3://evidence/ours", Some(&self.origin), "eu-central-1", false).unwrap();
        Bucket::new(address, source, None).unwrap()
    }
}

/// Reads one request and answers it.
pub async fn serve(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    recorded: &Mutex<Vec<RecordedRequest>>,
    answer: &(impl Fn(&RecordedRequest) -> Vec<u8> + Sync),
) {
    let Some(request) = read(stream).await else { return };
    let bytes = answer(&request);
    recorded.lock().unwrap().push(request);
    // The client may be gone, or may not read to the end.
    let _ = stream.write_all(&bytes).await;
    let _ = stream.shutdown().await;
}

async fn read(stream: &mut (impl AsyncRead + Unpin)) -> Option<RecordedRequest> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let head = String::from_utf8(head).unwrap();
    let mut lines = head.trim_end().lines();
    let line = lines.next()?.trim_end_matches(" HTTP/1.1").to_owned();
    let headers: Vec<String> = lines
        .map(|line| {
            let (name, value) = line.split_once(':').unwrap();
            format!("{}: {}", name.to_ascii_lowercase(), value.trim())
        })
        .collect();
    let mut request = RecordedRequest { line, headers: headers.join("\n"), body: Vec::new() };
    let length = request.header("content-length").map_or(0, |length| length.parse().unwrap());
    request.body = vec![0; length];
    stream.read_exact(&mut request.body).await.ok()?;
    Some(request)
}

/// Returns an answer with this status and body.
pub fn answer(status: u16, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let length = body.len();
    let head = format!("HTTP/1.1 {status} Whatever\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n");
    [head.as_bytes(), body].concat()
}

/// Returns the answer of a store that refuses, with this code.
pub fn refusal(status: u16, code: &str) -> Vec<u8> {
    let body = format!("<Error><Code>{code}</Code><Message>told-by-the-store</Message></Error>");
    answer(status, if code.is_empty() { String::new() } else { body })
}

/// Returns an object, with the headers that a client needs.
pub fn object(body: &[u8], length: usize) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nlast-modified: Sun, 22 Nov 2026 09:00:00 GMT\r\n\
         etag: \"e\"\r\nconnection: close\r\n\r\n"
    );
    [head.as_bytes(), body].concat()
}
