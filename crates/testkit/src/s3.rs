//! A third-party server that implements S3 and checks signatures, for one test.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test whose store fails stops here, and one that has none says so"
)]

use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Mutex;

/// The bucket of the server.
pub const BUCKET: &str = "evidence";
/// The region of the bucket.
pub const REGION: &str = "eu-central-1";

/// A running server. It ends when this is dropped, and when the test is killed.
#[derive(Debug)]
pub struct S3 {
    child: Child,
    talk: Mutex<(ChildStdin, BufReader<ChildStdout>)>,
    /// The origin, on loopback.
    pub origin: String,
    /// Id and secret of a key that may do everything.
    pub allowed: (String, String),
    /// Id and secret of a known key that may do nothing.
    pub denied: (String, String),
}

impl S3 {
    /// Starts a server on a free port; `None`, with a [`skip`](crate::skip()), if it is not installed.
    ///
    /// # Panics
    /// If it does not start.
    pub fn start() -> Option<Self> {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        let python = crate::python()?;
        let mut child = Command::new(&python)
            .arg("-I")
            .arg(root.join("validators/s3.py"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}", python.display()));
        let (stdin, stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let mut stdout = BufReader::new(stdout);
        let said = heard(&mut stdout);
        let keys = |who: &str| {
            let text =
                |what: &str| said.pointer(&format!("/{who}/{what}")).unwrap().as_str().unwrap().to_owned();
            (text("id"), text("secret"))
        };
        let port = said.get("port").unwrap();
        let origin = format!("http://127.0.0.1:{port}");
        let (allowed, denied) = (keys("allowed"), keys("denied"));
        Some(Self { child, talk: Mutex::new((stdin, stdout)), origin, allowed, denied })
    }

    /// Closes the port: connections are refused until [`up`](Self::up).
    pub fn down(&self) {
        self.tell(&json!({ "do": "down" }));
    }

    /// Opens the same port again, with all objects kept.
    pub fn up(&self) {
        self.tell(&json!({ "do": "up" }));
    }

    /// Delays all uploads from now on.
    pub fn hold(&self) {
        self.tell(&json!({ "do": "hold" }));
    }

    /// Completes delayed uploads, and delays no more.
    pub fn release(&self) {
        self.tell(&json!({ "do": "release" }));
    }

    /// Returns the number of delayed requests.
    pub fn waiting(&self) -> u64 {
        self.tell(&json!({ "do": "waiting" })).as_u64().unwrap()
    }

    /// Returns the number of requests so far.
    pub fn asked(&self) -> u64 {
        self.tell(&json!({ "do": "asked" })).as_u64().unwrap()
    }

    /// Returns the keys of all objects.
    pub fn keys(&self) -> Vec<String> {
        let keys = self.tell(&json!({ "do": "list" }));
        keys.as_array().unwrap().iter().map(|key| key.as_str().unwrap().to_owned()).collect()
    }

    /// Returns an object.
    pub fn get(&self, key: &str) -> Vec<u8> {
        let hex = self.tell(&json!({ "do": "get", "key": key }));
        let digits = hex.as_str().unwrap().as_bytes();
        let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
        digits.chunks(2).map(byte).collect()
    }

    /// Stores an object directly, without a request.
    pub fn put(&self, key: &str, bytes: &[u8]) {
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        self.tell(&json!({ "do": "put", "key": key, "bytes": hex }));
    }

    /// Removes an object directly, without a request.
    pub fn remove(&self, key: &str) {
        self.tell(&json!({ "do": "remove", "key": key }));
    }

    fn tell(&self, order: &Value) -> Value {
        let mut talk = self.talk.lock().unwrap();
        writeln!(talk.0, "{order}").unwrap();
        talk.0.flush().unwrap();
        heard(&mut talk.1)
    }
}

fn heard(from: &mut BufReader<ChildStdout>) -> Value {
    let mut line = String::new();
    from.read_line(&mut line).unwrap();
    assert!(!line.is_empty(), "the store ended");
    serde_json::from_str(&line).unwrap()
}

impl Drop for S3 {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
