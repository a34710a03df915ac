//! The declared sources of identities. What they say is not here: no decision reads it.

use crate::World;
use crate::contradiction::Contradiction;
use countersign_facts::{IdentitySource, SourceFact};
use countersign_names::SourceName;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A source of identities.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeclaredSource {
    /// The name.
    pub name: SourceName,
    /// The declaration.
    pub about: IdentitySource,
}

/// All sources.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sources {
    declared: BTreeMap<SourceName, Arc<DeclaredSource>>,
    /// The last applied import of each source, also of those that were withdrawn: numbers only rise.
    imports: BTreeMap<SourceName, u64>,
}

/// Returns whether there is no source, in which case a checkpoint does not mention them.
pub fn are_none(sources: &Sources) -> bool {
    sources.declared.is_empty() && sources.imports.is_empty()
}

impl Sources {
    fn get(&self, source: &SourceName) -> Result<&Arc<DeclaredSource>, Contradiction> {
        self.declared.get(source).ok_or_else(|| Contradiction::unknown("source", "source", source))
    }
}

/// Folds in facts about sources.
pub fn apply(world: &mut World, fact: &SourceFact) -> Result<(), Contradiction> {
    let mut sources = Sources::clone(&world.sources);
    match fact {
        SourceFact::Declared { source, about } => {
            world.people.get(about.owner).map_err(|unknown| Contradiction { field: "owner", ..unknown })?;
            for (field, text) in [("title", &about.title), ("purpose", &about.purpose)] {
                if text.trim().is_empty() {
                    let why = format!("the {field} of the source is empty: give it one");
                    return Err(Contradiction::impossible(field, why));
                }
            }
            if about.expected_every_seconds == Some(0) {
                let why = "the source is expected every 0 seconds: give a longer time, or none";
                return Err(Contradiction::impossible("expected_every_seconds", why.to_owned()));
            }
            let declared = DeclaredSource { name: source.clone(), about: about.clone() };
            sources.declared.insert(source.clone(), Arc::new(declared));
        }
        SourceFact::Withdrawn { source } => {
            sources.get(source)?;
            sources.declared.remove(source);
        }
        SourceFact::ImportApplied { source, import, .. } => {
            sources.get(source)?;
            let last = sources.imports.get(source).copied().unwrap_or_default();
            if *import <= last {
                let why = format!("import {import} of {source}, or a later one, is on record already");
                return Err(Contradiction::taken("import", why));
            }
            sources.imports.insert(source.clone(), *import);
        }
    }
    world.sources = Arc::new(sources);
    Ok(())
}

impl World {
    /// Returns all declared sources, by name.
    pub fn sources(&self) -> impl Iterator<Item = &Arc<DeclaredSource>> {
        self.sources.declared.values()
    }

    /// Returns a declared source.
    pub fn source(&self, source: &SourceName) -> Option<&Arc<DeclaredSource>> {
        self.sources.declared.get(source)
    }

    /// Returns the number of the last import of a source that is on record as applied; 0 if none is. It outlives the
    /// withdrawal of the source.
    pub fn last_import(&self, source: &SourceName) -> u64 {
        self.sources.imports.get(source).copied().unwrap_or_default()
    }
}
