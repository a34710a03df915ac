//! The evidence files that must exist, by the process that keeps them.

use crate::World;
use crate::clock::StepBack;
use crate::contradiction::Contradiction;
use countersign_facts::{Digest, EvidenceFact, EvidenceFile, Stated};
use countersign_names::Timestamp;
use imbl::OrdMap;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The evidence files of one process.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Evidence {
    files: OrdMap<String, Arc<Anchored>>,
    gone_before: Option<Timestamp>,
}

/// A file that must exist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchored {
    /// Its path, digest, size and time span.
    pub file: EvidenceFile,
    /// When it was anchored.
    pub at: Timestamp,
    /// Whether it was found rather than written by the process: nothing vouches for it before that time.
    pub late: bool,
    /// The digest at its first anchoring, if it was a different one.
    pub before: Option<Digest>,
}

impl Evidence {
    /// Returns all files by path.
    pub fn files(&self) -> impl Iterator<Item = &Arc<Anchored>> {
        self.files.values()
    }

    /// Returns the files of one partition, by the name of its folder.
    pub fn partition<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'a Arc<Anchored>> {
        let within = move |path: &String| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        let from = self.files.range(format!("{folder}/")..);
        from.take_while(move |(path, _)| within(path)).map(|(_, known)| known)
    }

    /// Returns the file at a path.
    pub fn file(&self, path: &str) -> Option<&Arc<Anchored>> {
        self.files.get(path)
    }

    /// Returns the time before which everything has expired.
    pub const fn gone_before(&self) -> Option<Timestamp> {
        self.gone_before
    }

    fn anchor(&mut self, file: &EvidenceFile, at: Timestamp, late: bool) -> Result<(), Contradiction> {
        let known = self.files.get(&file.path);
        if known.is_some_and(|known| known.file.digest == file.digest) {
            return Err(Contradiction::taken("files", format!("the journal already anchors {}", file.path)));
        }
        // A file with a different digest is recorded, not refused: it is the file that exists now, and the verification
        // reports the change.
        let before = known.map(|known| known.before.unwrap_or(known.file.digest));
        let anchored = Anchored { file: file.clone(), at, late, before };
        self.files.insert(file.path.clone(), Arc::new(anchored));
        Ok(())
    }
}

impl World {
    /// Returns the evidence of the process of this name, or `None` if it never finished a file.
    pub fn evidence(&self, gate: &str) -> Option<&Arc<Evidence>> {
        self.evidence.get(gate)
    }

    /// Returns all processes that keep evidence, with their files.
    pub fn evidence_of_all(&self) -> impl Iterator<Item = (&String, &Arc<Evidence>)> {
        self.evidence.iter()
    }
}

/// Limits, for every process, the time before which everything has expired to the accepted moment. Records that
/// expired by the wrong clock are gone; new records are not.
pub fn step_back(world: &mut World, step: StepBack) {
    let ahead = |kept: &Evidence| kept.gone_before.is_some_and(|before| before > step.at);
    let late: Vec<_> = world
        .evidence
        .iter()
        .filter(|(_, kept)| ahead(kept))
        .map(|(gate, kept)| (gate.clone(), kept.clone()))
        .collect();
    for (gate, kept) in late {
        world
            .evidence
            .insert(gate, Arc::new(Evidence { gone_before: Some(step.at), ..Evidence::clone(&kept) }));
    }
}

/// Folds in facts about evidence files.
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
                late |= known.ok_or_else(|| Contradiction::unknown("replaced", "evidence file", path))?.late;
            }
            // The compacted file is anchored late if any of its sources was.
            kept.anchor(file, stated.at, late)?;
        }
        EvidenceFact::Expired { before, files, .. } => {
            if let Some(gone) = kept.gone_before
                && *before < gone
            {
                let what =
                    format!("records before {gone} have already expired: give this moment or a later one");
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
