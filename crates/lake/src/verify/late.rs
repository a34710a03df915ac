//! Files that nobody anchored: those that an older release left, or that somebody put there.

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

/// Files that nobody anchored, as they are now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unknown {
    /// Those that can be taken in.
    pub files: Vec<SealedFile>,
    /// Those that cannot, because they are damaged or not ours.
    pub skipped: Vec<Skipped>,
}

impl<K: RecordKind> RecordStore<K> {
    /// The files that are in the partitions and that nobody anchored. None when it was broken off.
    ///
    /// Its call reads files: from async code call it where blocking is fine.
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

    /// What a file is now, when it is as it was sealed.
    pub(crate) fn sealed(&self, path: &str) -> Result<SealedFile, LakeError> {
        let full = self.folder().join(path);
        let file = File::open(&full)?;
        let bytes = file.metadata()?.len();
        let digest = digest::of(file, &mut |_| ControlFlow::Continue(()))?.unwrap_or_default();
        let rows = self.partitions().rows_of(&full)?;
        let (first, last) = self.partitions().span_of(&full)?;
        Ok(SealedFile { path: path.to_owned(), digest, bytes, rows, first, last })
    }
}
