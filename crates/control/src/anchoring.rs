//! Anchors records in the journal: each finished file becomes a fact, and the world lists the files that must exist.
//!
//! Each kind of record has its own account, named by [`KindFiles::account`](countersign_lake::KindFiles::account).

use countersign_facts::{Actor, Digest, EvidenceFact, EvidenceFile, ExpiredFile, Fact};
use countersign_lake::{Anchors, KnownFile, NotAnchored, SealedFile};
use countersign_ledger::{CommandError, Ledger, Never};
use countersign_names::Timestamp;
use countersign_world::{Anchored, Evidence, World};
use std::collections::BTreeSet;
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::Duration;
use tokio::runtime::Handle;

/// Time-out for the journal, after which the caller retries later. A stopping process may wait this long.
const PATIENCE: Duration = Duration::from_secs(5);

/// Maximum number of files that one fact names.
const NAMED: usize = 64;

/// The year 10000: facts hold only earlier moments, because not every reader of a journal can represent later ones.
const LATEST: i64 = 253_402_300_800_000_000;

/// Anchors one process's evidence in the journal. Create it on the runtime on which the ledger lives.
pub struct Anchoring {
    ledger: Ledger,
    gate: String,
    runtime: Handle,
}

impl std::fmt::Debug for Anchoring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Anchoring").field("gate", &self.gate).finish_non_exhaustive()
    }
}

impl Anchoring {
    /// Creates the account of this name: for decisions, the name of the process.
    pub fn new(ledger: Ledger, gate: String) -> Self {
        Self { ledger, gate, runtime: Handle::current() }
    }

    /// States the facts that the world at the head lacks. Blocks, so the calling thread must not be one of the
    /// runtime's.
    fn state(&self, facts: impl Fn(&World) -> Vec<Fact> + Send + 'static) -> Result<(), NotAnchored> {
        let (answer, answered) = sync_channel(1);
        let ledger = self.ledger.clone();
        self.runtime.spawn(async move {
            let actor = Actor::System("evidence".to_owned());
            let stated: Result<(), CommandError<Never>> =
                ledger.command(actor, move |world, _| Ok((facts(world), ()))).await;
            // After a time-out the caller asks again, and then finds the facts already stated.
            let _ = answer.send(stated.map_err(|error| error.to_string()));
        });
        let why = match answered.recv_timeout(PATIENCE) {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(why)) => why,
            Err(RecvTimeoutError::Timeout) => "the journal does not answer".to_owned(),
            Err(RecvTimeoutError::Disconnected) => "the process is stopping".to_owned(),
        };
        Err(NotAnchored { why: format!("what there is could not be stated in the journal: {why}") })
    }
}

impl Anchors for Anchoring {
    fn anchor(&self, files: &[SealedFile]) -> Result<(), NotAnchored> {
        let (gate, files) = (self.gate.clone(), stated(files));
        self.state(move |world| anchored(world, &gate, &files, false))
    }

    fn replace(&self, file: &SealedFile, replaced: &[String]) -> Result<(), NotAnchored> {
        let (gate, file, replaced) = (self.gate.clone(), wire(file), replaced.to_vec());
        self.state(move |world| {
            let fact = || {
                Fact::Evidence(EvidenceFact::Compacted {
                    gate: gate.clone(),
                    file: file.clone(),
                    replaced: replaced.clone(),
                })
            };
            (!is_known(world.evidence(&gate).map(|kept| &**kept), &file)).then(fact).into_iter().collect()
        })
    }

    fn expire(&self, before: Timestamp, files: &[SealedFile]) -> Result<(), NotAnchored> {
        let gate = self.gate.clone();
        let files: Vec<ExpiredFile> = files
            .iter()
            .map(|file| ExpiredFile { path: file.path.clone(), digest: Digest::new(file.digest) })
            .collect();
        self.state(move |world| {
            let gone = world.evidence(&gate).and_then(|kept| kept.gone_before());
            if files.is_empty() && gone == Some(before) {
                return Vec::new();
            }
            let fact = |files: &[ExpiredFile]| {
                Fact::Evidence(EvidenceFact::Expired { gate: gate.clone(), before, files: files.to_vec() })
            };
            if files.is_empty() { vec![fact(&[])] } else { files.chunks(NAMED).map(fact).collect() }
        })
    }

    fn known(&self, partition: &str) -> Option<Vec<KnownFile>> {
        let world = self.ledger.world();
        let kept = world.evidence(&self.gate);
        Some(kept.into_iter().flat_map(|kept| kept.partition(partition)).map(|file| known(file)).collect())
    }

    fn file(&self, path: &str) -> Option<KnownFile> {
        self.ledger.world().evidence(&self.gate)?.file(path).map(|file| known(file))
    }

    fn partitions(&self) -> Vec<String> {
        let world = self.ledger.world();
        let files = world.evidence(&self.gate).into_iter().flat_map(|kept| kept.files());
        let partitions = files.filter_map(|known| known.file.path.split_once('/'));
        let partitions: BTreeSet<&str> = partitions.map(|(partition, _)| partition).collect();
        partitions.into_iter().map(str::to_owned).collect()
    }

    fn gone_before(&self) -> Option<Timestamp> {
        self.ledger.world().evidence(&self.gate)?.gone_before()
    }
}

/// Returns the facts that anchor those of these files that the world does not know yet.
pub fn anchored(world: &World, gate: &str, files: &[EvidenceFile], late: bool) -> Vec<Fact> {
    let kept = world.evidence(gate).map(|kept| &**kept);
    let new: Vec<EvidenceFile> = files.iter().filter(|file| !is_known(kept, file)).cloned().collect();
    let fact = |files: &[EvidenceFile]| {
        Fact::Evidence(EvidenceFact::Anchored { gate: gate.to_owned(), files: files.to_vec(), late })
    };
    new.chunks(NAMED).map(fact).collect()
}

/// Converts files to the form that facts hold.
pub fn stated(files: &[SealedFile]) -> Vec<EvidenceFile> {
    files.iter().map(wire).collect()
}

fn is_known(kept: Option<&Evidence>, file: &EvidenceFile) -> bool {
    kept.and_then(|kept| kept.file(&file.path)).is_some_and(|known| known.file.digest == file.digest)
}

fn wire(file: &SealedFile) -> EvidenceFile {
    // A record may have a moment outside every calendar, but a fact that no reader can parse would end the journal.
    let moment = |at: Timestamp| Timestamp::from_micros(at.as_micros().clamp(0, LATEST - 1));
    EvidenceFile {
        path: file.path.clone(),
        digest: Digest::new(file.digest),
        bytes: file.bytes,
        rows: file.rows,
        first: moment(file.first),
        last: moment(file.last),
        tally: file.tally.clone(),
    }
}

fn known(known: &Anchored) -> KnownFile {
    let file = &known.file;
    let file = SealedFile {
        path: file.path.clone(),
        digest: *file.digest.as_bytes(),
        bytes: file.bytes,
        rows: file.rows,
        first: file.first,
        last: file.last,
        tally: file.tally.clone(),
    };
    KnownFile { file, late: known.late, before: known.before.map(|digest| *digest.as_bytes()) }
}
