//! A whole gate, for a line protocol over TCP. A client's first line names an application and a session (`wiki 1`),
//! which a toy trusts. The gate answers `ok` and connects the client to the application, or answers `no` and the
//! reason. Before it closes a connection that did not end by itself, it sends `bye` and the reason.

use countersign_admission::{Admission, Completion, Refused, Request, Snapshot, Who};
use countersign_facts::Application;
use countersign_gate::{
    AcceptedConnection, ConnectionTasks, HeldAccess, Peer, Pump, PumpEnd, StreamHalves, connect,
};
use countersign_listen::{Door, Places};
use countersign_names::{Action, ApplicationName, ResourceName, SessionId};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{
    AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader,
};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Time-out for a client's first line, and for reading what is written to it.
const PATIENCE: Duration = Duration::from_secs(5);

/// Maximum length of the first line in bytes.
const LONGEST: u64 = 256;

pub struct ToyGate {
    admission: Admission,
    connections: ConnectionTasks,
    idle: Duration,
}

impl ToyGate {
    pub fn new(admission: Admission, idle: Duration) -> Self {
        Self { admission, connections: ConnectionTasks::new(Duration::from_secs(2)), idle }
    }

    pub async fn serve(self: Arc<Self>, listener: TcpListener, places: Places, stop: CancellationToken) {
        let gate = Arc::clone(&self);
        let serve = move |accepted| Arc::clone(&gate).connected(accepted);
        self.connections.accept(Door::new(listener, places), PATIENCE, stop, serve).await;
    }

    async fn connected<S: AsyncRead + AsyncWrite + Unpin>(self: Arc<Self>, accepted: AcceptedConnection<S>) {
        let AcceptedConnection { stream, peer, place: _place } = accepted;
        let (read, mut write) = tokio::io::split(stream);
        let mut read = BufReader::new(read);
        let mut line = String::new();
        let first = async { (&mut read).take(LONGEST).read_line(&mut line).await };
        if !matches!(tokio::time::timeout(PATIENCE, first).await, Ok(Ok(1..))) {
            return;
        }
        let farewell = match self.access(&line, peer, &mut read, &mut write).await {
            Ok(end) => format!("bye {end:?}\n").to_lowercase(),
            Err(why) => format!("no {why}\n"),
        };
        let _ = write.write_all(farewell.as_bytes()).await;
        let _ = write.shutdown().await;
    }

    /// Handles one access, from its first line to its end.
    async fn access<R, W>(
        &self,
        line: &str,
        peer: Peer,
        read: &mut R,
        write: &mut W,
    ) -> Result<EndWord, String>
    where
        R: AsyncRead + Unpin,
        W: AsyncWrite + Unpin,
    {
        let snapshot = self.admission.snapshot();
        let question = question(&snapshot, line, peer).ok_or("no such application")?;
        let admitted =
            self.admission.ask_on(&snapshot, question).await.map_err(|refused| reasons(&refused))?;
        let (permit, ongoing) = admitted.spend();
        let held = HeldAccess::new(ongoing);
        let application = tokio::select! {
            refused = held.ended(Duration::ZERO) => return Err(reasons(&refused)),
            connected = connect(permit, address) => connected.map_err(|error| error.to_string())?,
        };
        write.write_all(b"ok\n").await.map_err(|error| error.to_string())?;
        let (mut application_read, mut application_write) = application.into_split();
        let pump = Pump { held: &held, idle: self.idle, stop: self.connections.stopping() };
        let client = StreamHalves { read, write };
        let application = StreamHalves { read: &mut application_read, write: &mut application_write };
        let (end, moved) = pump.run(client, application, |_| {}).await;
        drop((application_read, application_write));
        held.complete(Completion {
            status: 0,
            bytes_in: moved.up,
            bytes_out: moved.down,
            ended: end.ended(),
        });
        Ok(EndWord::of(&end))
    }
}

/// The reason that the client receives when the access ends.
#[derive(Debug)]
pub enum EndWord {
    Finished,
    Cut,
    Closing,
    Idle,
    Broken,
}

impl EndWord {
    const fn of(end: &PumpEnd) -> Self {
        match end {
            PumpEnd::Finished => Self::Finished,
            PumpEnd::Refused(_) => Self::Cut,
            PumpEnd::Stopped => Self::Closing,
            PumpEnd::Idle => Self::Idle,
            PumpEnd::ClientFailed | PumpEnd::ApplicationFailed => Self::Broken,
        }
    }
}

fn address(about: &Application) -> Option<(&str, u16)> {
    about.http().map(|http| (&*http.upstream.host, http.upstream.port))
}

/// Parses the first line into a request.
fn question(snapshot: &Snapshot, line: &str, peer: Peer) -> Option<Request> {
    let (application, session) = line.trim_end().split_once(' ')?;
    let application: ApplicationName = application.parse().ok()?;
    snapshot.world().application(application.as_str())?;
    let session: u128 = session.parse().ok()?;
    Some(Request {
        who: Who::Session(SessionId::new(uuid::Uuid::from_u128(session))),
        key: peer.key,
        resource: ResourceName::new(&application, "pages").ok()?,
        application,
        action: Action::Read,
        operation: "lines".to_owned(),
        item: "/".to_owned(),
        tags: BTreeMap::new(),
        content_type: None,
        address: Some(peer.address),
        idle: 0,
        posture_confirmed_at: None,
    })
}

fn reasons(refused: &Refused) -> String {
    refused.reasons().iter().map(|(policy, _)| policy.as_str()).collect::<Vec<_>>().join(" ")
}
