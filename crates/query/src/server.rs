//! Calls to the server for what only it has, over standard output and standard input.
//!
//! A separate thread reads standard input while the process lives. If the input ends, the server no longer waits for
//! the answer, so this process ends too.

use countersign_lake::{
    Anchors, Away, Elsewhere, Fetched, KnownFile, NotAnchored, RecordKind, RecordStore, SealedFile, Skipped,
};
use countersign_names::Timestamp;
use countersign_sql::wire::{self, Call, FilesCall, FromEngine, Reply, SentKind};
use countersign_sql::{Entry, Facts, Reading, ReadingWorld};
use parking_lot::Mutex;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

/// The connection to the server. Clones are handles to the same connection.
#[derive(Debug, Clone)]
pub(crate) struct Server(Arc<Mutex<Receiver<Reply>>>);

impl Server {
    /// Starts to receive replies, and sends `note` for the log. The query must have been read before.
    pub(crate) fn listen(note: Option<&str>) -> io::Result<Self> {
        if let Some(note) = note {
            wire::write(&mut io::stdout().lock(), &FromEngine::Note(note.to_owned()))?;
        }
        let (tell, told) = sync_channel(1);
        let listen = move || {
            while let Ok(Some(reply)) = wire::read(&mut io::stdin().lock()) {
                if tell.send(reply).is_err() {
                    break;
                }
            }
            std::process::exit(1);
        };
        thread::Builder::new().name("listen".to_owned()).spawn(listen)?;
        Ok(Self(Arc::new(Mutex::new(told))))
    }

    /// Opens the records of a kind, with the server's account of the files.
    pub(crate) fn store<K: RecordKind>(&self, kind: &SentKind) -> RecordStore<K> {
        let files = KindFilesCalls { server: self.clone(), kind: K::FILES.name };
        let elsewhere = kind.elsewhere.clone().map(|(folder, process)| {
            Arc::new(Others { files: files.clone(), folder, process }) as Arc<dyn Elsewhere>
        });
        let behind = kind.behind.iter().cloned().map(Skipped::from).collect();
        RecordStore::read_only(kind.folder.clone(), Arc::new(ExpectedFiles(files)), elsewhere, behind)
    }

    /// Returns the journal, read through the server.
    pub(crate) fn facts(&self) -> Arc<dyn Facts> {
        Arc::new(JournalFacts(self.clone()))
    }

    /// Makes a call and waits for the reply. Blocks.
    fn call(&self, call: Call) -> Reply {
        let replies = self.0.lock();
        if wire::write(&mut io::stdout().lock(), &FromEngine::Call(call)).is_err() {
            std::process::exit(1);
        }
        match replies.recv() {
            Ok(reply) => reply,
            // The receiving thread ends the process.
            Err(_) => std::process::exit(1),
        }
    }
}

/// The journal.
#[derive(Debug)]
struct JournalFacts(Server);

impl Facts for JournalFacts {
    fn read(&self, after: u64, limit: usize) -> Reading {
        let server = self.0.clone();
        Box::pin(async move {
            let calling = tokio::task::spawn_blocking(move || server.call(Call::Facts { after, limit }));
            match calling.await.map_err(|error| error.to_string())? {
                Reply::Facts(entries) => {
                    let entries = entries?.into_iter().map(Entry::try_from);
                    entries.collect::<Result<_, _>>().map_err(|error| error.to_string())
                }
                other => Err(format!("the server replied {other:?}")),
            }
        })
    }

    fn earlier_world(&self, before: Timestamp) -> ReadingWorld {
        let (server, before) = (self.0.clone(), before.as_micros());
        Box::pin(async move {
            let reading = move || {
                let mut bytes = Vec::new();
                while let Reply::World(Some(part)) =
                    server.call(Call::EarlierWorld { before, after: bytes.len() })
                {
                    bytes.extend(wire::world_bytes(&part).ok()?);
                }
                Some(bytes).filter(|bytes| !bytes.is_empty())
            };
            tokio::task::spawn_blocking(reading).await.ok().flatten()
        })
    }
}

/// Calls about the files of one kind.
#[derive(Debug, Clone)]
struct KindFilesCalls {
    server: Server,
    kind: &'static str,
}

impl KindFilesCalls {
    fn call(&self, call: FilesCall) -> Reply {
        self.server.call(Call::Files(self.kind.to_owned(), call))
    }
}

/// The expected files.
#[derive(Debug)]
struct ExpectedFiles(KindFilesCalls);

impl ExpectedFiles {
    fn refused<T>() -> Result<T, NotAnchored> {
        Err(NotAnchored { why: "this process only reads".to_owned() })
    }
}

impl Anchors for ExpectedFiles {
    fn anchor(&self, _: &[SealedFile]) -> Result<(), NotAnchored> {
        Self::refused()
    }

    fn replace(&self, _: &SealedFile, _: &[String]) -> Result<(), NotAnchored> {
        Self::refused()
    }

    fn expire(&self, _: Timestamp, _: &[SealedFile]) -> Result<(), NotAnchored> {
        Self::refused()
    }

    fn known(&self, partition: &str) -> Option<Vec<KnownFile>> {
        match self.0.call(FilesCall::Known(partition.to_owned())) {
            Reply::Known(known) => known.map(|known| known.into_iter().map(KnownFile::from).collect()),
            _ => None,
        }
    }

    fn partitions(&self) -> Vec<String> {
        partitions(self.0.call(FilesCall::Partitions))
    }

    fn gone_before(&self) -> Option<Timestamp> {
        match self.0.call(FilesCall::GoneBefore) {
            Reply::Moment(at) => at.map(Timestamp::from_micros),
            _ => None,
        }
    }
}

fn partitions(reply: Reply) -> Vec<String> {
    match reply {
        Reply::Partitions(names) => names,
        _ => Vec::new(),
    }
}

/// The files of other processes.
#[derive(Debug)]
struct Others {
    files: KindFilesCalls,
    folder: PathBuf,
    process: String,
}

impl Elsewhere for Others {
    fn process(&self) -> &str {
        &self.process
    }

    fn folder(&self) -> &Path {
        &self.folder
    }

    fn partitions(&self) -> Vec<String> {
        partitions(self.files.call(FilesCall::OthersPartitions))
    }

    fn others(&self, partition: &str) -> Vec<Away> {
        match self.files.call(FilesCall::Others(partition.to_owned())) {
            Reply::Others(others) => others.into_iter().map(Away::from).collect(),
            _ => Vec::new(),
        }
    }

    fn gone_before(&self) -> Vec<(String, Timestamp)> {
        match self.files.call(FilesCall::OthersGone) {
            Reply::Gone(gone) => {
                gone.into_iter().map(|(process, at)| (process, Timestamp::from_micros(at))).collect()
            }
            _ => Vec::new(),
        }
    }

    fn fetch(&self, away: &Away) -> Result<Fetched, String> {
        match self.files.call(FilesCall::Fetch(away.process.clone(), away.file.path.clone())) {
            Reply::Fetched(fetched) => {
                let (number, path) = fetched?;
                Ok(Fetched::new(path, Arc::new(FileLease { server: self.files.server.clone(), number })))
            }
            other => Err(format!("the server replied {other:?}")),
        }
    }
}

/// A fetched file that is being read; released on drop.
#[derive(Debug)]
struct FileLease {
    server: Server,
    number: u64,
}

impl Drop for FileLease {
    fn drop(&mut self) {
        self.server.call(Call::Release(self.number));
    }
}
