//! Anchors for tests: in memory, outliving the store, and unreachable on demand.
#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use countersign_lake::{Anchors, KnownFile, NotAnchored, SealedFile};
use countersign_names::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

#[derive(Debug, Default)]
pub struct Book {
    pub files: Mutex<BTreeMap<String, KnownFile>>,
    gone_before: Mutex<Option<Timestamp>>,
    away: AtomicBool,
}

impl Book {
    pub fn set_away(&self, away: bool) {
        self.away.store(away, SeqCst);
    }

    pub fn paths(&self) -> Vec<String> {
        self.files.lock().unwrap().keys().cloned().collect()
    }

    fn asked(&self) -> Result<(), NotAnchored> {
        match self.away.load(SeqCst) {
            true => Err(NotAnchored { why: "the journal does not answer".to_owned() }),
            false => Ok(()),
        }
    }
}

impl Anchors for Book {
    fn anchor(&self, files: &[SealedFile]) -> Result<(), NotAnchored> {
        self.asked()?;
        let mut known = self.files.lock().unwrap();
        for file in files {
            let before =
                known.get(&file.path).filter(|k| k.file.digest != file.digest).map(|k| k.file.digest);
            let file = KnownFile { file: file.clone(), late: false, before };
            known.insert(file.file.path.clone(), file);
        }
        Ok(())
    }

    fn replace(&self, file: &SealedFile, replaced: &[String]) -> Result<(), NotAnchored> {
        self.asked()?;
        let mut known = self.files.lock().unwrap();
        for path in replaced {
            known.remove(path);
        }
        known.insert(file.path.clone(), KnownFile { file: file.clone(), late: false, before: None });
        Ok(())
    }

    fn expire(&self, before: Timestamp, files: &[SealedFile]) -> Result<(), NotAnchored> {
        self.asked()?;
        *self.gone_before.lock().unwrap() = Some(before);
        let mut known = self.files.lock().unwrap();
        files.iter().for_each(|file| drop(known.remove(&file.path)));
        Ok(())
    }

    fn known(&self, partition: &str) -> Option<Vec<KnownFile>> {
        let within = format!("{partition}/");
        let known = self.files.lock().unwrap();
        Some(known.values().filter(|known| known.file.path.starts_with(&within)).cloned().collect())
    }

    fn partitions(&self) -> Vec<String> {
        let known = self.files.lock().unwrap();
        let partitions = known.keys().filter_map(|path| path.split_once('/'));
        partitions.map(|(partition, _)| partition.to_owned()).collect::<BTreeSet<_>>().into_iter().collect()
    }

    fn gone_before(&self) -> Option<Timestamp> {
        *self.gone_before.lock().unwrap()
    }
}
