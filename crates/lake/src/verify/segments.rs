//! Verifies the segments. They have no anchors yet, but every frame has a checksum, and the store knows which segments
//! exist.

use super::{Fault, Verifier, size};
use crate::kind::RecordKind;
use crate::{disk, frame, segment};
use std::collections::BTreeSet;
use std::io::{self, Read as _};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

/// Number of checks of a segment that seems wrong, because a write may be under way.
const LOOKS: u32 = 40;
/// The pause between these checks.
const PAUSE: Duration = Duration::from_millis(25);

impl<K: RecordKind> Verifier<'_, K> {
    pub(super) fn segments(&mut self) -> ControlFlow<()> {
        let folder = self.store.folder();
        let here: BTreeSet<PathBuf> = match segment::list(folder) {
            Ok(here) => here.into_iter().collect(),
            Err(error) => {
                self.found.found("", Fault::Unreadable, error.to_string());
                return ControlFlow::Continue(());
            }
        };
        self.total += here.iter().map(|path| size(path)).sum::<u64>();
        for path in self.store.segments().keys().filter(|path| !here.contains(*path)) {
            self.absent(path);
        }
        for path in &here {
            self.segment(path);
            self.tell()?;
        }
        for path in segment::list_damaged(folder).unwrap_or_default() {
            let why = "parts of it could not be read when it became Parquet: examine it, then remove it";
            self.found.found(&name(&path), Fault::Damaged, why);
        }
        ControlFlow::Continue(())
    }

    /// Checks a segment of this process that is missing. It may have been created after the folder was listed, or
    /// removed because it was converted.
    fn absent(&mut self, path: &Path) {
        for _ in 0..LOOKS {
            if path.exists() || !self.store.segments().contains_key(path) {
                return;
            }
            thread::sleep(PAUSE);
        }
        let why = "its records were not Parquet yet and are lost: the process still writes to the removed file, which nobody can read";
        self.found.found(&name(path), Fault::Missing, why);
    }

    fn segment(&mut self, path: &Path) {
        // The minimum is read before the file, which only grows.
        let least = self.store.segments().get(path).map_or(0, |length| length.bytes());
        let mut looked = Looked::Gone;
        for _ in 0..LOOKS {
            looked = look::<K>(path, least);
            match &looked {
                // A write may be under way.
                Looked::Torn(_) => thread::sleep(PAUSE),
                _ => break,
            }
        }
        self.read += size(path);
        let shown = name(path);
        match looked {
            Looked::Gone => return,
            Looked::Failed(error) => self.found.found(&shown, Fault::Unreadable, error.to_string()),
            Looked::Damaged(why) => self.found.found(&shown, Fault::Damaged, why),
            Looked::Torn(bytes) => {
                let why = format!(
                    "its last {bytes} bytes are not a complete record: they were changed, or the machine stopped during a write"
                );
                self.found.found(&shown, Fault::Damaged, why);
            }
            Looked::Whole(records) => {
                self.found.segments += 1;
                self.found.records += records;
            }
        }
        if path.exists() && !self.store.segments().contains_key(path) {
            let why =
                "this process did not create it, and it did not exist when the process started: remove it";
            self.found.found(&shown, Fault::Added, why);
        }
    }
}

enum Looked {
    /// It was converted to Parquet meanwhile.
    Gone,
    Failed(io::Error),
    Damaged(String),
    Torn(usize),
    Whole(u64),
}

fn contents(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    disk::open(path)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn look<K: RecordKind>(path: &Path, least: u64) -> Looked {
    let bytes = match contents(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Looked::Gone,
        Err(error) => return Looked::Failed(error),
        Ok(bytes) => bytes,
    };
    let length = bytes.len() as u64;
    if length < least {
        return Looked::Damaged(format!("it was cut off: it has {length} bytes of {least}"));
    }
    if bytes.len() < frame::HEADER {
        return Looked::Torn(bytes.len());
    }
    let Some(salt) = frame::salt_of(K::FILES.magic, &bytes) else {
        return Looked::Damaged("its first bytes are not those of a segment".to_owned());
    };
    let frames = bytes.get(frame::HEADER..).unwrap_or_default();
    let scan = frame::scan(frames, salt);
    if !scan.damaged.is_empty() {
        let stretches = scan.damaged.len();
        return Looked::Damaged(format!("{stretches} parts of it were changed after they were written"));
    }
    if scan.end < frames.len() {
        return Looked::Torn(frames.len() - scan.end);
    }
    let unread = |payload: &std::ops::Range<usize>| {
        frames.get(payload.clone()).is_none_or(|payload| K::read(payload).is_err())
    };
    match scan.payloads.iter().filter(|payload| unread(payload)).count() {
        0 => Looked::Whole(scan.payloads.len() as u64),
        some => Looked::Damaged(format!("{some} records in it are of a kind that this build does not know")),
    }
}

fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
