//! The kit under its own gate (`gate.rs`), with real parts behind it: sockets, journal, policies, evidence.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests stop at the first surprise")]

mod gate;
mod held;

use countersign_admission::{Admission, Ended, Freshness, Settings};
use countersign_evidence::{Cause, Effect, Evidence, Options, Query, Row, Store};
use countersign_facts::{Actor, ApplicationFact, Digest, Fact, PoliciesFact, PolicyFile};
use countersign_journal::Journal;
use countersign_ledger::Ledger;
use countersign_listen::{Caps, Places};
use countersign_names::Sensitivity;
use countersign_policy::{PolicySet, defaults, starter_permits};
use countersign_testkit::story::*;
use gate::ToyGate;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Longer than any wait in these tests.
const LONG: Duration = Duration::from_secs(600);

struct Stage {
    address: SocketAddr,
    ledger: Ledger,
    admission: Admission,
    store: Store,
    stop: CancellationToken,
    served: JoinHandle<()>,
    /// The lines that reached the application.
    reached: mpsc::UnboundedReceiver<String>,
    _folder: tempfile::TempDir,
}

impl Stage {
    async fn start(idle: Duration, caps: Caps) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open_sqlite(folder.path().join("journal.sqlite")).await.unwrap();
        let ledger = Ledger::open(journal, Arc::new(|| at(20)), |_| {}).await.unwrap();
        let (application, reached) = application().await;
        for fact in facts(application) {
            ledger.state(Actor::Operator, vec![fact]).await.unwrap();
        }
        let (sink, store) = Evidence::open(folder.path().join("evidence"), Options::default()).unwrap();
        let freshness = Freshness::default();
        let settings = Settings { gate: "toy".to_owned(), freshness };
        let admission = Admission::start(settings, ledger.clone(), sink);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let gate = Arc::new(ToyGate::new(admission.clone(), idle));
        let served = tokio::spawn(gate.serve(listener, Places::new("toy", caps), stop.clone()));
        Self { address, ledger, admission, store, stop, served, reached, _folder: folder }
    }

    async fn begin() -> Self {
        Self::start(LONG, Caps { total: 10, per_address: 5, shared: Vec::new() }).await
    }

    async fn revoke(&self) {
        self.ledger.state(Actor::Operator, vec![end_session(1).stated().fact]).await.unwrap();
    }

    /// Returns the records, oldest first, once there are that many decisions and their accesses have ended.
    async fn recorded(&self, decisions: usize) -> Vec<Row> {
        for _ in 0..500 {
            self.admission.sink().flush().await.unwrap();
            let mut rows = self.store.list(&Query::default()).rows;
            let over = |row: &Row| row.completed.is_some() || row.decided.cause != Cause::First;
            if rows.len() >= decisions
                && rows.iter().all(|row| row.decided.effect == Effect::Deny || over(row))
            {
                rows.sort_by_key(|row| row.decided.cause != Cause::First);
                return rows;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("it was never recorded: {:#?}", self.store.list(&Query::default()).rows);
    }
}

/// Starts an application that echoes each line. Returns its address and the lines.
async fn application() -> (SocketAddr, mpsc::UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (reached, lines) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let reached = reached.clone();
            tokio::spawn(async move {
                let (read, mut write) = stream.into_split();
                let mut lines = BufReader::new(read).lines();
                while let Ok(Some(line)) = lines.next_line().await {
                    reached.send(line.clone()).unwrap();
                    write.write_all(format!("{line}, again\n").as_bytes()).await.unwrap();
                }
            });
        }
    });
    (address, lines)
}

/// Everyone who is signed in may read the wiki.
fn facts(upstream: SocketAddr) -> Vec<Fact> {
    let mut facts: Vec<Fact> =
        [person(1), key(1, 1), session(1, 1, 1)].iter().map(|line| line.stated().fact).collect();
    let Fact::Application(ApplicationFact::Declared { application, mut about }) =
        countersign_testkit::story::application("wiki").stated().fact
    else {
        panic!("an application is declared")
    };
    http_of(&mut about).upstream = format!("http://{upstream}").parse().unwrap();
    about.sensitivity = Some(Sensitivity::Internal);
    facts.push(Fact::Application(ApplicationFact::Declared { application, about }));
    let mut files = defaults();
    files.insert("applications/wiki.cedar".into(), starter_permits(&name("wiki"), None));
    let version = Digest::new(PolicySet::parse(&files).unwrap().version());
    let files = files.into_iter().map(|(path, text)| (path, PolicyFile(text))).collect();
    facts.push(Fact::Policies(PoliciesFact::Published { version, files }));
    facts
}

struct Client {
    lines: Lines<BufReader<OwnedReadHalf>>,
    write: OwnedWriteHalf,
}

impl Client {
    /// Connects and sends this first line.
    async fn of(stage: &Stage, first: &str) -> Self {
        let (read, write) = TcpStream::connect(stage.address).await.unwrap().into_split();
        let mut client = Self { lines: BufReader::new(read).lines(), write };
        client.say(first).await;
        client
    }

    async fn say(&mut self, line: &str) {
        self.write.write_all(format!("{line}\n").as_bytes()).await.unwrap();
    }

    /// Returns the next line, or `None` once the gate has closed the connection.
    async fn next(&mut self) -> Option<String> {
        let next = tokio::time::timeout(Duration::from_secs(10), self.lines.next_line());
        next.await.unwrap().unwrap_or(None)
    }

    async fn expect(&mut self, line: &str) {
        assert_eq!(self.next().await.as_deref(), Some(line));
    }
}

#[tokio::test]
async fn whoever_may_reaches_the_application_and_that_is_recorded() {
    let stage = Stage::begin().await;
    let mut client = Client::of(&stage, "wiki 1").await;
    client.expect("ok").await;
    client.say("one").await;
    client.expect("one, again").await;
    // One direction ends before the other.
    client.write.shutdown().await.unwrap();
    assert_eq!(client.next().await, None, "the application's end is passed on");
    let rows = stage.recorded(1).await;
    let [row] = rows.as_slice() else { panic!("{rows:#?}") };
    let completed = row.completed.as_ref().unwrap();
    assert_eq!((completed.bytes_in, completed.bytes_out), (4, 11));
    assert_eq!((row.decided.effect, completed.ended), (Effect::Allow, Ended::Finished));
    assert_eq!((row.decided.operation.as_str(), row.decided.gate.as_str()), ("lines", "toy"));
}

#[tokio::test]
async fn whoever_may_not_reaches_nothing_and_that_is_recorded() {
    let mut stage = Stage::begin().await;
    for (first, answer) in
        [("wiki 7", "no signed-in"), ("payroll 1", "no no such application"), ("x", "no no such application")]
    {
        let mut client = Client::of(&stage, first).await;
        let told = client.next().await.unwrap();
        assert!(told.starts_with(answer), "{first}: {told}");
        assert_eq!(client.next().await, None);
    }
    let rows = stage.recorded(1).await;
    let [row] = rows.as_slice() else { panic!("{rows:#?}") };
    assert_eq!(row.decided.effect, Effect::Deny);
    assert!(stage.reached.try_recv().is_err());
}

#[tokio::test]
async fn no_line_passes_after_a_revocation() {
    let mut stage = Stage::begin().await;
    let mut client = Client::of(&stage, "wiki 1").await;
    client.expect("ok").await;
    client.say("one").await;
    client.expect("one, again").await;
    stage.revoke().await;
    // The gate may have closed the connection by now.
    let _ = client.write.write_all(b"two\n").await;
    client.expect("bye cut").await;
    let rows = stage.recorded(2).await;
    let found: Vec<_> =
        rows.iter().map(|row| (row.decided.cause, row.completed.as_ref().map(|it| it.ended))).collect();
    assert_eq!(found, [(Cause::First, Some(Ended::Revoked)), (Cause::Cut, None)]);
    assert_eq!(stage.reached.try_recv().unwrap(), "one");
    assert!(stage.reached.try_recv().is_err(), "the second line reached the application");
}

#[tokio::test]
async fn a_quiet_access_is_cut_by_a_revocation_too() {
    let stage = Stage::begin().await;
    let mut client = Client::of(&stage, "wiki 1").await;
    client.expect("ok").await;
    stage.revoke().await;
    client.expect("bye cut").await;
}

#[tokio::test]
async fn a_stop_drains_what_is_under_way_and_takes_nothing_new() {
    let stage = Stage::begin().await;
    let mut client = Client::of(&stage, "wiki 1").await;
    client.expect("ok").await;
    stage.stop.cancel();
    client.expect("bye closing").await;
    let rows = stage.recorded(1).await;
    assert_eq!(rows.first().and_then(|row| row.completed.as_ref()).unwrap().ended, Ended::Drained);
    tokio::time::timeout(Duration::from_secs(10), stage.served).await.unwrap().unwrap();
    assert!(TcpStream::connect(stage.address).await.is_err(), "it still listens");
}

#[tokio::test]
async fn an_access_on_which_nothing_moves_ends() {
    let stage =
        Stage::start(Duration::from_millis(50), Caps { total: 10, per_address: 5, shared: Vec::new() }).await;
    let mut client = Client::of(&stage, "wiki 1").await;
    client.expect("ok").await;
    client.expect("bye idle").await;
    let rows = stage.recorded(1).await;
    assert_eq!(rows.first().and_then(|row| row.completed.as_ref()).unwrap().ended, Ended::TimedOut);
}

#[tokio::test]
async fn an_address_has_no_more_connections_than_its_share() {
    let stage = Stage::start(LONG, Caps { total: 10, per_address: 1, shared: Vec::new() }).await;
    let mut first = Client::of(&stage, "wiki 1").await;
    first.expect("ok").await;
    let mut second = TcpStream::connect(stage.address).await.unwrap();
    let mut nothing = [0; 1];
    let closed = tokio::io::AsyncReadExt::read(&mut second, &mut nothing);
    assert!(matches!(tokio::time::timeout(Duration::from_secs(10), closed).await.unwrap(), Ok(0) | Err(_)));
    first.say("one").await;
    first.expect("one, again").await;
}
