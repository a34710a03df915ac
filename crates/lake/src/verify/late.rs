//! Files without anchors: those of an older release, or those that an attacker or another program added.

use super::{Fault, Going};
use crate::anchors::SealedFile;
use crate::day::Day;
use crate::digest;
use crate::kind::RecordKind;
use crate::partitions::{LakeError, guarded};
use crate::query::Skipped;
use crate::store::RecordStore;
use countersign_names::Timestamp;
use std::fs::File;
use std::ops::ControlFlow;

/// The files without anchors.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unknown {
    /// Files that can be adopted.
    pub files: Vec<SealedFile>,
    /// Files that cannot, because they are damaged or not ours.
    pub skipped: Vec<Skipped>,
}

impl<K: RecordKind> RecordStore<K> {
    /// Returns the files in the partitions that have no anchor; `None` if `going` stopped it.
    ///
    /// This call reads files: from async code, call it where blocking is allowed.
    pub fn unanchored(&self, going: Going<'_>) -> Option<Unknown> {
        let verified = self.verify(Timestamp::from_micros(i64::MIN), going)?;
        let mut unknown = Unknown::default();
        for finding in verified.findings.into_iter().filter(|finding| finding.fault == Fault::Added) {
            let within = finding.path.split_once('/').and_then(|(partition, _)| Day::from_folder(partition));
            if within.is_none() {
                continue;
            }
            match guarded(|| self.sealed(&finding.path)) {
                Ok(file) => unknown.files.push(file),
                Err(error) => {
                    let path = self.folder().join(&finding.path);
                    unknown.skipped.push(Skipped { path, why: error.to_string() });
                }
            }
        }
        Some(unknown)
    }

    /// Returns the description of a file as it is now, after its checksum was verified. Its records are not counted by
    /// their words.
    pub(crate) fn sealed(&self, path: &str) -> Result<SealedFile, LakeError> {
        let full = self.folder().join(path);
        let file = File::open(&full)?;
        let bytes = file.metadata()?.len();
        let digest = digest::of(file, &mut |_| ControlFlow::Continue(()))?.unwrap_or_default();
        let rows = self.partitions().rows_of(&full)?;
        let (first, last) = self.partitions().span_of(&full)?;
        Ok(SealedFile { path: path.to_owned(), digest, bytes, rows, first, last, tally: None })
    }
}
