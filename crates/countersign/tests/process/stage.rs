//! The program itself, started as an operator starts it, with a journal that was told a story before.

use countersign_facts::{Actor, ApplicationFact, Fact, PoliciesFact, PolicyFile, SessionFact};
use countersign_journal::{Journal, PostgresOptions};
use countersign_ledger::{Clock, Ledger};
use countersign_names::Timestamp;
use countersign_policy::PolicySet;
use countersign_testkit::story::*;
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long anything may take on a machine that is busy with other tests.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// The cookie of a session at the sign-in host, and at an application.
pub const SIGN_IN: &str = "__Host-countersign";
pub const AT_APPLICATION: &str = "__Host-countersign-app";

/// Waits until something is so.
pub fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(begun.elapsed() < PATIENCE, "never: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn free() -> SocketAddr {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap()
}

/// Where a journal is.
#[derive(Clone)]
pub enum Where {
    /// In the data folder.
    Here,
    /// In a database.
    At(String),
}

/// A data folder and a configuration.
pub struct Stage {
    pub folder: TempDir,
    pub front: SocketAddr,
    pub metrics: SocketAddr,
    place: Where,
}

impl Stage {
    pub fn new(name: &str, place: &Where, more: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (front, metrics) = (free(), free());
        let journal = match place {
            Where::Here => "[journal]\nstore = \"sqlite\"".to_owned(),
            Where::At(url) => {
                std::fs::write(folder.path().join("url"), url).unwrap();
                "[journal]\nstore = \"postgres\"\nurl_file = \"url\"".to_owned()
            }
        };
        let config = format!(
            "name = {name:?}\ndata = \"data\"\norigin = \"http://countersign.localhost:{}\"\n{more}\n\
             [listen]\nhttp = \"{front}\"\nmetrics = \"{metrics}\"\n{journal}\n[log]\nformat = \"json\"\nfilter = \"info\"\n",
            front.port()
        );
        std::fs::write(folder.path().join("countersign.toml"), config).unwrap();
        std::fs::create_dir(folder.path().join("data")).unwrap();
        Self { folder, front, metrics, place: place.clone() }
    }

    pub fn config(&self) -> PathBuf {
        self.folder.path().join("countersign.toml")
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The journal, while no process has it.
    pub async fn ledger(&self) -> Ledger {
        self.ledger_by(Arc::new(now)).await
    }

    /// The journal, by this clock.
    pub async fn ledger_by(&self, clock: Clock) -> Ledger {
        let journal = match &self.place {
            Where::Here => Journal::open_sqlite(self.data().join("journal.sqlite")).await.unwrap(),
            Where::At(url) => {
                Journal::open_postgres(url.clone().into(), PostgresOptions::default()).await.unwrap()
            }
        };
        Ledger::open(journal, clock, |_| ()).await.unwrap()
    }

    /// Has the operator accept the clock of this machine, and gives whether that was done and what was said.
    pub fn accept_clock(&self, more: &[&str]) -> (bool, String) {
        let config = self.config();
        let words = ["journal", "accept-clock", "--config", config.to_str().unwrap()];
        let ran = self.command(&[&words, more].concat()).output().unwrap();
        let said = [ran.stdout, ran.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        (ran.status.success(), plain(&said.join("\n")))
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
        command.args(arguments).current_dir(self.folder.path()).env_remove("COUNTERSIGN_LOG");
        command
    }

    pub fn serve(&self) -> Process {
        self.serve_as(|_| ())
    }

    pub fn serve_as(&self, change: impl FnOnce(&mut Command)) -> Process {
        let config = self.config();
        let mut command = self.command(&["serve", "--config", config.to_str().unwrap()]);
        change(&mut command);
        Process::start(command)
    }

    /// What a browser with this cookie is shown at the front, with its status.
    pub fn visit(&self, host: &str, cookie: Option<(&str, &str)>) -> Option<(u16, String)> {
        let cookie = cookie.map(|(name, secret)| format!("cookie: {name}={secret}\r\n")).unwrap_or_default();
        get(self.front, "/", &format!("host: {host}:{}\r\n{cookie}", self.front.port()))
    }

    /// Whether this cookie signs anybody in, at a server that answers.
    pub fn signs_in(&self, secret: &str) -> bool {
        let seen = until("the sign-in host answers", || {
            self.visit("countersign.localhost", Some((SIGN_IN, secret))).filter(|(status, _)| *status < 500)
        });
        seen.1.contains(SOMEBODY)
    }

    pub fn watched(&self, path: &str) -> Option<(u16, String)> {
        get(self.metrics, path, "host: localhost\r\n")
    }

    pub fn ready(&self) {
        until("it is ready", || self.watched("/readyz").filter(|(status, _)| *status == 200));
    }

    /// The value of a metric.
    pub fn metric(&self, name: &str) -> f64 {
        let (_, text) = until("metrics are served", || self.watched("/metrics"));
        let line = text.lines().find(|line| line.starts_with(name) && !line.starts_with('#'));
        line.and_then(|line| line.rsplit(' ').next()?.parse().ok()).unwrap_or(f64::NAN)
    }
}

/// What is said on a console, without how it is broken into lines.
pub fn plain(text: &str) -> String {
    text.replace(['│', '×'], " ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// One request, on a connection of its own; nothing when nobody answers.
pub fn get(to: SocketAddr, path: &str, head: &str) -> Option<(u16, String)> {
    let mut stream = TcpStream::connect(to).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    write!(stream, "GET {path} HTTP/1.1\r\n{head}connection: close\r\n\r\n").ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok()?;
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let status = answer.split(' ').nth(1)?.parse().ok()?;
    Some((status, answer))
}

/// A process, and the lines that it logs. Dropped, it is killed.
pub struct Process {
    child: Child,
    pub lines: Arc<Mutex<Vec<String>>>,
}

impl Process {
    fn start(mut command: Command) -> Self {
        let mut child =
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let lines = Arc::new(Mutex::new(Vec::new()));
        let kept = lines.clone();
        std::thread::spawn(move || {
            stderr.lines().map_while(Result::ok).for_each(|line| kept.lock().unwrap().push(line));
        });
        Self { child, lines }
    }

    pub fn logged(&self, text: &str) -> bool {
        self.lines.lock().unwrap().iter().any(|line| line.contains(text))
    }

    pub fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([signal, &self.child.id().to_string()]).status();
        assert!(sent.unwrap().success());
    }

    pub fn runs(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Waits until it has ended by itself.
    pub fn ended(mut self) -> (ExitStatus, String) {
        let status = until("it ends", || self.child.try_wait().unwrap());
        let mut last = usize::MAX;
        // Its last lines may still be on their way.
        until("its last words are read", || {
            let now = self.lines.lock().unwrap().len();
            std::mem::replace(&mut last, now).eq(&now).then_some(())
        });
        let said = self.lines.lock().unwrap().join("\n");
        (status, plain(&said))
    }

    pub fn stop(self) {
        self.signal("-TERM");
        assert!(self.ended().0.success(), "it stops in order");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _gone = (self.child.kill(), self.child.wait());
    }
}

pub const SOMEBODY: &str = "Somebody";

#[expect(clippy::disallowed_methods, reason = "the program reads the same clock")]
pub fn now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap())
}

/// The secret of a session, as its cookie has it.
pub fn secret(n: u8) -> String {
    let mut text = "A".repeat(42);
    text.insert(0, char::from(b'a' + n));
    text
}

pub fn digest_of(secret: &str) -> countersign_facts::Digest {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, secret.as_bytes());
    countersign_facts::Digest::new(digest.as_ref().try_into().unwrap())
}

/// Somebody with a passkey, signed in until `life` from now with the secret 1.
pub fn somebody(life: Duration) -> Vec<Fact> {
    let mut facts = vec![person(1).stated().fact, key(1, 1).stated().fact];
    facts.push(Fact::Session(SessionFact::Started {
        session: ses(1),
        about: countersign_facts::Session {
            person: per(1),
            credential: cred(1),
            secret: digest_of(&secret(1)),
            assurance: countersign_names::Assurance::Aal2,
            address: None,
            expires_at: now().plus(life),
        },
    }));
    facts
}

pub fn revoked() -> Vec<Fact> {
    vec![Fact::Session(SessionFact::Ended { session: ses(1), reason: countersign_facts::EndReason::Revoked })]
}

/// The application `board`, which everybody who is signed in may read, and somebody's cookie there (the secret 2).
pub fn board(upstream: SocketAddr) -> Vec<Fact> {
    let Fact::Application(ApplicationFact::Declared { application, mut about }) =
        application_at("board", "board.localhost", "/**").stated().fact
    else {
        panic!("as told")
    };
    http_of(&mut about).upstream = format!("http://{upstream}").parse().unwrap();
    about.sensitivity = Some(countersign_names::Sensitivity::Restricted);
    about.resources.clear();
    http_of(&mut about).routes = countersign_facts::PartRoutes::default();
    let policy = countersign_policy::starter_permits(&application, None);
    let files = BTreeMap::from([("applications/board.cedar".to_owned(), policy)]);
    let set = PolicySet::default().edited(&files).unwrap();
    let files = files.into_iter().map(|(path, text)| (path, PolicyFile(text))).collect();
    let expires_at = now().plus(Duration::from_secs(60));
    let (code, state) = (digest(3), digest(4));
    vec![
        Fact::Application(ApplicationFact::Declared { application: application.clone(), about }),
        Fact::Policies(PoliciesFact::Published {
            version: countersign_facts::Digest::new(set.version()),
            files,
        }),
        Fact::Session(SessionFact::HandedOver {
            session: ses(1),
            application: application.clone(),
            code,
            state,
            expires_at,
        }),
        Fact::Session(SessionFact::Opened {
            session: ses(1),
            application,
            code,
            secret: digest_of(&secret(2)),
        }),
    ]
}

/// An application that answers everything.
pub fn upstream() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || answer(stream));
        }
    });
    address
}

fn answer(stream: TcpStream) {
    let mut lines = BufReader::new(stream.try_clone().unwrap());
    let mut stream = stream;
    let mut line = String::new();
    while lines.read_line(&mut line).is_ok_and(|read| read > 0) {
        if line.trim().is_empty() {
            let said = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello");
            if said.is_err() {
                return;
            }
        }
        line.clear();
    }
}

/// States facts while no process runs. Gives the place of the last.
pub fn seed(runtime: &tokio::runtime::Runtime, stage: &Stage, facts: Vec<Fact>) -> u64 {
    runtime.block_on(async {
        let ledger = stage.ledger().await;
        ledger.state(Actor::Operator, facts).await.unwrap();
        ledger.journal().close().await;
        ledger.seq()
    })
}

pub fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

pub fn exists(path: impl AsRef<Path>) -> bool {
    path.as_ref().exists()
}
