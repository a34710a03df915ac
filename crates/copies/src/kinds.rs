//! The files of other processes, of one kind of record.
//!
//! Each kind is anchored in the journal under its own name: that of the process, or the process and the kind
//! (`edge-1/flows`).

use crate::Copies;
use crate::read::sealed;
use countersign_evidence::Decisions;
use countersign_lake::{Away, Elsewhere, Fetched, KindFiles, RecordKind as _};
use countersign_names::Timestamp;
use countersign_world::{Evidence, World};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

/// The copies of one kind of record.
#[derive(Debug, Clone)]
pub struct KindCopies {
    copies: Copies,
    kind: KindFiles,
}

impl Copies {
    /// Returns the copies of one kind.
    pub fn of_kind(&self, kind: KindFiles) -> KindCopies {
        KindCopies { copies: self.clone(), kind }
    }
}

/// The copies of decisions.
impl Elsewhere for Copies {
    fn process(&self) -> &str {
        &self.0.gate
    }

    fn folder(&self) -> &Path {
        self.0.cache.folder()
    }

    fn partitions(&self) -> Vec<String> {
        self.of_kind(Decisions::FILES).partitions()
    }

    fn others(&self, partition: &str) -> Vec<Away> {
        self.of_kind(Decisions::FILES).others(partition)
    }

    fn gone_before(&self) -> Vec<(String, Timestamp)> {
        self.of_kind(Decisions::FILES).gone_before()
    }

    fn fetch(&self, away: &Away) -> Result<Fetched, String> {
        self.fetch_of(&Decisions::FILES, away)
    }
}

impl KindCopies {
    /// Returns the process that anchors this kind under the name `account`; `None` if it is another kind's name.
    fn process_of<'a>(&self, account: &'a str) -> Option<&'a str> {
        let of_kind = |kind: &KindFiles| account.strip_suffix(kind.folder?)?.strip_suffix('/');
        match self.kind.folder {
            Some(_) => of_kind(&self.kind),
            None => self.copies.0.kinds.iter().all(|kind| of_kind(kind).is_none()).then_some(account),
        }
    }

    /// Returns the other processes, with their files of this kind.
    fn other_processes<'a>(&self, world: &'a World) -> Vec<(&'a str, &'a Arc<Evidence>)> {
        let accounts = world.evidence_of_all();
        let processes = accounts.filter_map(|(account, kept)| Some((self.process_of(account)?, kept)));
        processes.filter(|(process, _)| *process != self.copies.0.gate).collect()
    }
}

impl Elsewhere for KindCopies {
    fn process(&self) -> &str {
        self.copies.process()
    }

    fn folder(&self) -> &Path {
        self.copies.0.cache.folder()
    }

    fn partitions(&self) -> Vec<String> {
        let world = self.copies.0.ledger.world();
        let files = self.other_processes(&world).into_iter().flat_map(|(_, kept)| kept.files());
        let partitions = files.filter_map(|known| known.file.path.split_once('/'));
        let partitions: BTreeSet<&str> = partitions.map(|(partition, _)| partition).collect();
        partitions.into_iter().map(str::to_owned).collect()
    }

    fn others(&self, partition: &str) -> Vec<Away> {
        let world = self.copies.0.ledger.world();
        let away = self.other_processes(&world).into_iter().flat_map(|(process, kept)| {
            let files = kept.partition(partition).map(|known| sealed(&known.file));
            files.map(|file| Away { process: process.to_owned(), file }).collect::<Vec<_>>()
        });
        away.collect()
    }

    fn gone_before(&self) -> Vec<(String, Timestamp)> {
        let world = self.copies.0.ledger.world();
        let others = self.other_processes(&world).into_iter();
        others.filter_map(|(process, kept)| Some((process.to_owned(), kept.gone_before()?))).collect()
    }

    fn fetch(&self, away: &Away) -> Result<Fetched, String> {
        self.copies.fetch_of(&self.kind, away)
    }
}
