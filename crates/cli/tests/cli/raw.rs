//! A server that answers bytes, on a real socket: samples of the contract, and what no server of ours would send.

use countersign_testkit::contract::{BodySample, sample_answer, sample_component};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::UnixStream;

/// The head of a request.
#[derive(Debug, Clone, PartialEq)]
pub struct RequestLine {
    pub method: String,
    pub target: String,
}

/// The server.
pub struct Raw {
    /// Its data folder.
    pub data: tempfile::TempDir,
    heard: Arc<Mutex<Vec<RequestLine>>>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Raw {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Raw {
    /// Listens on the operator's socket of a new data folder. The connection ends after the bytes of an answer.
    pub fn start(answer: impl Fn(&RequestLine) -> Vec<u8> + Send + Sync + 'static) -> Self {
        let data = tempfile::tempdir().unwrap();
        let listener = tokio::net::UnixListener::bind(data.path().join("countersign.sock")).unwrap();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let (answer, hears) = (Arc::new(answer), heard.clone());
        let task = tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (answer, hears) = (answer.clone(), hears.clone());
                tokio::spawn(async move {
                    let Some(line) = request(&mut stream).await else { return };
                    hears.lock().unwrap().push(line.clone());
                    // A client that goes away early is that client's matter.
                    let _ = stream.write_all(&answer(&line)).await;
                    let _ = stream.shutdown().await;
                });
            }
        });
        Self { data, heard, task }
    }

    /// What was asked so far.
    pub fn heard(&self) -> Vec<RequestLine> {
        self.heard.lock().unwrap().clone()
    }

    /// Gives a command to this server.
    pub async fn run(&self, words: &[&str]) -> crate::fake::Ran {
        let data = self.data.path().to_str().unwrap().to_owned();
        let words: Vec<&str> = words.iter().copied().chain(["--data", &data]).collect();
        crate::fake::run(&words, None).await
    }
}

/// Reads a request whole; `None` if the client goes away.
async fn request(stream: &mut UnixStream) -> Option<RequestLine> {
    let (mut bytes, mut end) = (Vec::new(), None);
    while end.is_none() {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
        end = bytes.windows(4).position(|four| four == b"\r\n\r\n").map(|at| at + 4);
    }
    let head = String::from_utf8(bytes[..end?].to_vec()).ok()?.to_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
    while bytes.len() < end? + length.unwrap_or(0) {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    let line = String::from_utf8(bytes[..end?].to_vec()).ok()?;
    let mut words = line.split(' ');
    Some(RequestLine { method: words.next()?.to_owned(), target: words.next()?.to_owned() })
}

/// An answer with this status, media type and body.
pub fn answer(status: u16, media: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status} X\r\ncontent-type: {media}\r\ncontent-length: {length}\r\n\r\n{body}")
        .into_bytes()
}

/// The answer of the contract to a request; `result` is the kind of the result that a job has.
pub fn sampled(line: &RequestLine, sample: BodySample, result: &str) -> Vec<u8> {
    let Some((status, mut body)) = sample_answer(&line.method, &line.target, sample) else {
        return answer(200, "application/x-ndjson", "{\"class_uid\":3002}\n");
    };
    if let Some(body) = body.as_object_mut() {
        // There is no other page. The `next` of a rollout is a sentence.
        if body.contains_key("items") {
            body.remove("next");
        }
        if body.contains_key("accesses") {
            body.insert("state".to_owned(), json!("finished"));
            body.insert("result".to_owned(), job_result(sample, result));
        }
    }
    let body = if body.is_null() { String::new() } else { body.to_string() };
    answer(status, "application/json", &body)
}

/// The result of a job of this kind.
fn job_result(sample: BodySample, kind: &str) -> Value {
    let results = (0..32).filter_map(|turn| {
        let of_this_turn = sample_component("JobResult", BodySample { turn, ..sample })?;
        (of_this_turn["kind"] == kind).then_some(of_this_turn)
    });
    results.take(1).last().unwrap_or_default()
}
