//! The files of the evidence that there must be, by the process that keeps them.

use crate::World;
use crate::contradiction::Contradiction;
use countersign_facts::{Digest, EvidenceFact, EvidenceFile, Stated};
use countersign_names::Timestamp;
use imbl::OrdMap;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What one process keeps.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Evidence {
    files: OrdMap<String, Arc<Anchored>>,
    gone_before: Option<Timestamp>,
}

/// A file that there must be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchored {
    /// What it is.
    pub file: EvidenceFile,
    /// When that was stated.
    pub at: Timestamp,
    /// Whether it was found rather than made, so that nothing vouches for the time before.
    pub late: bool,
    /// What it was when it was anchored first, if that was something else.
    pub before: Option<Digest>,
}

impl Evidence {
    /// Every file, by its path.
    pub fn files(&self) -> impl Iterator<Item = &Arc<Anchored>> {
        self.files.values()
    }

    /// The files of one partition, by its folder's name.
    pub fn partition<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'a Arc<Anchored>> {
        let within = move |path: &String| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        let from = self.files.range(format!("{folder}/")..);
        from.take_while(move |(path, _)| within(path)).map(|(_, known)| known)
    }

    /// The file at a path.
    pub fn file(&self, path: &str) -> Option<&Arc<Anchored>> {
        self.files.get(path)
    }

    /// Everything before this moment has expired.
    pub const fn gone_before(&self) -> Option<Timestamp> {
        self.gone_before
    }

    fn anchor(&mut self, file: &EvidenceFile, at: Timestamp, late: bool) -> Result<(), Contradiction> {
        let known = self.files.get(&file.path);
        if known.is_some_and(|known| known.file.digest == file.digest) {
            return Err(Contradiction::taken("files", format!("{} is anchored already", file.path)));
        }
        // A file that is something else than it was is taken note of, not refused: it is what there is now, and
        // whoever verifies is told.
        let before = known.map(|known| known.before.unwrap_or(known.file.digest));
        let anchored = Anchored { file: file.clone(), at, late, before };
        self.files.insert(file.path.clone(), Arc::new(anchored));
        Ok(())
    }
}

impl World {
    /// What the process of this name keeps; none when it never finished a file.
    pub fn evidence(&self, gate: &str) -> Option<&Arc<Evidence>> {
        self.evidence.get(gate)
    }

    /// Every process that keeps evidence, with what it keeps.
    pub fn evidence_of_all(&self) -> impl Iterator<Item = (&String, &Arc<Evidence>)> {
        self.evidence.iter()
    }
}

/// Facts about the files.
pub fn apply(world: &mut World, stated: &Stated, fact: &EvidenceFact) -> Result<(), Contradiction> {
    let (EvidenceFact::Anchored { gate, .. }
    | EvidenceFact::Compacted { gate, .. }
    | EvidenceFact::Expired { gate, .. }) = fact;
    let mut kept = world.evidence.get(gate).map(|kept| Evidence::clone(kept)).unwrap_or_default();
    match fact {
        EvidenceFact::Anchored { files, late, .. } => {
            files.iter().try_for_each(|file| kept.anchor(file, stated.at, *late))?;
        }
        EvidenceFact::Compacted { file, replaced, .. } => {
            let mut late = false;
            for path in replaced {
                let known = kept.files.remove(path);
                late |= known
                    .ok_or_else(|| Contradiction::unknown("replaced", "file of the evidence", path))?
                    .late;
            }
            // It is worth no more than the least of what went into it.
            kept.anchor(file, stated.at, late)?;
        }
        EvidenceFact::Expired { before, files, .. } => {
            if let Some(gone) = kept.gone_before
                && *before < gone
            {
                let what = format!("what was recorded before {gone} has expired already");
                return Err(Contradiction::over("before", what));
            }
            kept.gone_before = Some(*before);
            for file in files {
                kept.files.remove(&file.path);
            }
        }
    }
    world.evidence.insert(gate.clone(), Arc::new(kept));
    Ok(())
}
