//! A server that answers what it is told to, on a real socket, and holds every request to the contract.

use bytes::Bytes;
use countersign_api::{
    Endpoint, INCOMPLETE, LINES_MEDIA_TYPE, PREFIX, PROBLEM_MEDIA_TYPE, ParameterPlace, endpoints,
};
use countersign_cli::{Cli, Console, Exit};
use countersign_names::Timestamp;
use countersign_testkit::contract::{self, AnswerExtent, ApiAnswer};
use http_body_util::BodyExt;
use hyper::body::{Body, Frame};
use hyper::header::{CONTENT_TYPE, HeaderName, TRAILER};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use std::collections::VecDeque;
use std::io::{BufRead, Write};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite};

/// The moment at which every command of the tests is given.
pub fn clock() -> Timestamp {
    "2026-11-22T09:00:00Z".parse().unwrap()
}

/// A request, as it arrived.
#[derive(Debug, Clone, PartialEq)]
pub struct ReceivedRequest {
    /// Method and path, as in `GET /api/v1/people`.
    pub line: String,
    /// The body; null when there was none.
    pub body: Value,
    /// The header `Authorization`.
    pub authorization: Option<String>,
    /// The header `Host`.
    pub host: String,
}

/// What is answered to which request: its line, a status and a body. A body that [`lines`] made comes as lines.
pub type Answers = Vec<(&'static str, u16, Value)>;

/// A body of lines in these pieces, followed by a trailer, or cut before its end.
pub fn lines(pieces: &[&str], trailer: Option<&str>, cut: bool) -> Value {
    serde_json::json!({ "$pieces": pieces, "$trailer": trailer, "$cut": cut })
}

/// A body, frame by frame; where there is none, what came before it goes out first.
struct Script(VecDeque<Option<Result<Frame<Bytes>, std::io::Error>>>);

impl Body for Script {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        match self.0.pop_front() {
            Some(None) => {
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            frame => Poll::Ready(frame.flatten()),
        }
    }
}

impl Script {
    fn whole(body: &Value) -> Self {
        let text = if body.is_null() { String::new() } else { body.to_string() };
        Self(VecDeque::from([Some(Ok(Frame::data(Bytes::from(text))))]))
    }

    fn lines(body: &Value) -> Option<Self> {
        let pieces = body["$pieces"].as_array()?.iter().map(|piece| piece.as_str().unwrap().to_owned());
        let mut frames: VecDeque<_> = pieces.map(|piece| Some(Ok(Frame::data(Bytes::from(piece))))).collect();
        if let Some(trailer) = body["$trailer"].as_str() {
            let trailers = [(HeaderName::from_static(INCOMPLETE), trailer.parse().unwrap())];
            frames.push_back(Some(Ok(Frame::trailers(trailers.into_iter().collect()))));
        }
        if body["$cut"] == true {
            frames.push_back(None);
            frames.push_back(Some(Err(std::io::Error::other("cut"))));
        }
        Some(Self(frames))
    }
}

/// The server.
pub struct Fake {
    /// Its data folder.
    pub data: tempfile::TempDir,
    asked: Arc<Mutex<Vec<ReceivedRequest>>>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What a command came to.
#[derive(Debug)]
pub struct Ran {
    pub exit: Exit,
    pub out: String,
    pub err: String,
}

#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<u8>>>);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Sink {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

/// Gives a command, with a person at the terminal who types `typed` when asked.
pub async fn run(words: &[&str], typed: Option<&'static str>) -> Ran {
    let args = std::iter::once("countersign").chain(words.iter().copied());
    let cli =
        <Cli as clap::Parser>::try_parse_from(args).unwrap_or_else(|error| panic!("{words:?}: {error}"));
    let (out, err) = (Sink::default(), Sink::default());
    let person = typed.map(|typed| Box::new(typed.as_bytes()) as Box<dyn BufRead + Send>);
    let json = words.contains(&"--json");
    let console = Console::over(Box::new(out.clone()), Box::new(err.clone()), person, json);
    let exit = countersign_cli::run(cli, console, clock).await;
    Ran { exit, out: out.text(), err: err.text() }
}

/// Every answer says only what the document has, in its types: otherwise a verb would be tried against a server that there is
/// not. That a real one says the rest too, the tests of `control` and the suite `contract` hold.
fn hold_to_the_document(answers: &Answers) {
    // Lines are cut up by the test itself, and the document says only what they are.
    for (line, status, body) in answers.iter().filter(|(.., body)| body.get("$pieces").is_none()) {
        let (method, path) = line.split_once(' ').unwrap();
        let known = endpoint(method, path.split('?').next().unwrap());
        // As `serve` has it: what goes well is answered with the status that the document gives it.
        let status = known.filter(|_| *status == 200).map_or(*status, |endpoint| endpoint.status);
        let text = if body.is_null() { String::new() } else { body.to_string() };
        let content_type = Some(media_type(status));
        let answer = ApiAnswer { method, path, status, content_type, body: text.as_bytes() };
        contract::hold(&answer, AnswerExtent::Parts);
    }
}

/// The media type of a body that is no lines.
const fn media_type(status: u16) -> &'static str {
    if status < 400 { "application/json" } else { PROBLEM_MEDIA_TYPE }
}

impl Fake {
    /// Listens on the operator's socket of a new data folder.
    pub fn start(answers: Answers) -> Self {
        hold_to_the_document(&answers);
        Self::of_another_kind(answers)
    }

    /// The same for a server that answers what no server of ours would.
    pub fn of_another_kind(answers: Answers) -> Self {
        let data = tempfile::tempdir().unwrap();
        let listener = tokio::net::UnixListener::bind(data.path().join("countersign.sock")).unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (answers, heard) = (Arc::new(answers), asked.clone());
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, answers.clone(), heard.clone()));
            }
        });
        Self { data, asked, task }
    }

    /// Listens on a loopback port instead; the second value is the address.
    pub async fn start_on_port(answers: Answers) -> (Self, String) {
        hold_to_the_document(&answers);
        let data = tempfile::tempdir().unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://127.0.0.1:{}", listener.local_addr().unwrap().port());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (answers, heard) = (Arc::new(answers), asked.clone());
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, answers.clone(), heard.clone()));
            }
        });
        (Self { data, asked, task }, address)
    }

    /// Listens on a loopback port with TLS; the second value is the address, the third the authority's certificate.
    pub async fn start_with_tls(answers: Answers) -> (Self, String, String) {
        hold_to_the_document(&answers);
        let data = tempfile::tempdir().unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("https://localhost:{}", listener.local_addr().unwrap().port());
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .unwrap();
        let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (answers, heard) = (Arc::new(answers), asked.clone());
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // A client that does not believe the certificate goes away in the handshake.
                if let Ok(stream) = acceptor.accept(stream).await {
                    tokio::spawn(serve(stream, answers.clone(), heard.clone()));
                }
            }
        });
        (Self { data, asked, task }, address, made.cert.pem())
    }

    /// What was asked so far.
    pub fn asked(&self) -> Vec<ReceivedRequest> {
        self.asked.lock().unwrap().clone()
    }

    /// The lines of what was asked so far.
    pub fn lines(&self) -> Vec<String> {
        self.asked().into_iter().map(|asked| asked.line).collect()
    }

    /// Gives a command to this server.
    pub async fn run(&self, words: &[&str]) -> Ran {
        self.run_with(words, None).await
    }

    /// Gives a command to this server, with a person at the terminal.
    pub async fn run_with(&self, words: &[&str], typed: Option<&'static str>) -> Ran {
        let data = self.data.path().to_str().unwrap().to_owned();
        let words: Vec<&str> = words.iter().copied().chain(["--data", &data]).collect();
        run(&words, typed).await
    }
}

async fn serve(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    answers: Arc<Answers>,
    asked: Arc<Mutex<Vec<ReceivedRequest>>>,
) {
    let service = service_fn(move |request: Request<hyper::body::Incoming>| {
        let (answers, asked) = (answers.clone(), asked.clone());
        async move {
            let (head, body) = request.into_parts();
            let body = body.collect().await?.to_bytes();
            let header =
                |name: &str| head.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
            let line = format!("{} {}", head.method, head.uri);
            let request = ReceivedRequest {
                line: line.clone(),
                body: if body.is_empty() { Value::Null } else { serde_json::from_slice(&body).unwrap() },
                authorization: header("authorization"),
                host: header("host").unwrap_or_default(),
            };
            let known = endpoint(head.method.as_str(), head.uri.path());
            let known = known.filter(|known| has_parameters(known, head.uri.query().unwrap_or_default()));
            let before = {
                let mut asked = asked.lock().unwrap();
                let before = asked.iter().filter(|asked| asked.line == line).count();
                asked.push(request);
                before
            };
            // Those to the same line are given in turn, the last of them from then on.
            let turns = answers.iter().filter(|(asked, ..)| *asked == line).take(before + 1);
            let (status, body) = match turns.last() {
                // What goes well is answered with the status that the document gives it.
                Some((_, 200, body)) if known.is_some() => (known.unwrap().status, body.clone()),
                Some((_, status, body)) if known.is_some() => (*status, body.clone()),
                _ => {
                    let known = known.is_some();
                    let title = format!("the test did not expect {line}, endpoint: {known}");
                    (599, serde_json::json!({ "title": title }))
                }
            };
            let answer = Response::builder().status(StatusCode::from_u16(status).unwrap());
            let answer = match Script::lines(&body) {
                Some(lines) => {
                    let answer = answer.header(CONTENT_TYPE, LINES_MEDIA_TYPE).header(TRAILER, INCOMPLETE);
                    answer.body(lines)
                }
                None => answer.header(CONTENT_TYPE, media_type(status)).body(Script::whole(&body)),
            };
            Ok::<_, hyper::Error>(answer.unwrap())
        }
    });
    // A client that goes away early is that client's matter.
    let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

/// The endpoint of the contract that is asked: a verb that asks for anything else is found here.
fn endpoint(method: &str, path: &str) -> Option<Endpoint> {
    let path = path.strip_prefix(PREFIX)?;
    endpoints().into_iter().find(|endpoint| endpoint.is_asked(method, path))
}

/// Whether the endpoint has every parameter of a query.
fn has_parameters(endpoint: &Endpoint, query: &str) -> bool {
    url::form_urlencoded::parse(query.as_bytes()).all(|(name, _)| {
        let mut known = endpoint.parameters.iter();
        known.any(|known| known.place == ParameterPlace::Query && known.name == name)
    })
}
