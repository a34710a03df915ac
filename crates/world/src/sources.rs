//! The declared sources of identities. What they say is not here: no decision reads it.

use crate::World;
use crate::contradiction::Contradiction;
use crate::people::Standing;
use countersign_facts::{IdentitySource, SourceFact};
use countersign_names::{PersonId, SourceName};
use imbl::OrdMap;
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

/// A person whom a source suspended because they left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftPerson {
    /// The person.
    pub person: PersonId,
    /// The source that says so.
    pub source: SourceName,
    /// The import with which it said so.
    pub import: u64,
    /// The key of the person's record in it.
    pub record: String,
    /// Whether the suspension was ended by other means: the source does not suspend the person again until it has them
    /// back.
    pub overruled: bool,
}

/// How many people an import may suspend by the word of an administrator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfirmedLeavers {
    /// The import.
    pub import: u64,
    /// The number of people.
    pub people: u32,
}

/// All sources.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sources {
    declared: BTreeMap<SourceName, Arc<DeclaredSource>>,
    /// The last applied import of each source, also of those that were withdrawn: numbers only rise.
    imports: BTreeMap<SourceName, u64>,
    /// The people whom sources suspended.
    #[serde(default, skip_serializing_if = "OrdMap::is_empty", with = "crate::maps::pairs")]
    left: OrdMap<PersonId, Arc<LeftPerson>>,
    /// The last confirmation of each source.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    confirmed: BTreeMap<SourceName, ConfirmedLeavers>,
}

/// Returns whether there is no source, in which case a checkpoint does not mention them.
pub fn are_none(sources: &Sources) -> bool {
    sources.declared.is_empty() && sources.imports.is_empty()
}

/// Notes that a person was suspended or restored by other means than the word of a source, or removed.
pub fn note_other_means(world: &mut World, person: PersonId, by: OtherMeans) {
    let Some(mark) = world.sources.left.get(&person) else { return };
    let overruled = LeftPerson { overruled: true, ..LeftPerson::clone(mark) };
    let mut sources = Sources::clone(&world.sources);
    match by {
        OtherMeans::Restored => sources.left.insert(person, Arc::new(overruled)),
        OtherMeans::Suspended | OtherMeans::Removed => sources.left.remove(&person),
    };
    world.sources = Arc::new(sources);
}

/// What happened to a person by other means than the word of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OtherMeans {
    /// The suspension ended.
    Restored,
    /// Another suspension took its place.
    Suspended,
    /// The person was removed.
    Removed,
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
            if let Some(limit) = about.leavers {
                if !about.authoritative {
                    let why = "only a source that is authoritative suspends people who left: declare it so";
                    return Err(Contradiction::impossible("leavers", why));
                }
                if limit.people == 0 || !(1..=100).contains(&limit.percent) {
                    let why =
                        "an import suspends at least 1 person, and at most 100 percent: give a bound between";
                    return Err(Contradiction::impossible("leavers", why));
                }
            }
            let declared = DeclaredSource { name: source.clone(), about: about.clone() };
            sources.declared.insert(source.clone(), Arc::new(declared));
        }
        SourceFact::Withdrawn { source } => {
            sources.get(source)?;
            sources.declared.remove(source);
            sources.confirmed.remove(source);
            // Who is suspended stays so; nobody says any more that they are back.
            let of_others = sources.left.iter().filter(|(_, mark)| mark.source != *source);
            sources.left = of_others.map(|(person, mark)| (*person, mark.clone())).collect();
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
        SourceFact::PersonLeft { source, import, person, record } => {
            sources.get(source)?;
            if matches!(world.people.get(*person)?.standing, Standing::Active) {
                let why = format!("{person} is not suspended: the suspension comes first");
                return Err(Contradiction::impossible("person", why));
            }
            let (source, record) = (source.clone(), record.clone());
            let mark = LeftPerson { person: *person, source, import: *import, record, overruled: false };
            sources.left.insert(*person, Arc::new(mark));
        }
        SourceFact::PersonReturned { source, person, .. } => {
            let mark = sources.left.get(person).filter(|mark| mark.source == *source);
            mark.ok_or_else(|| {
                Contradiction::over("person", format!("{source} did not suspend {person}, or no longer"))
            })?;
            sources.left.remove(person);
        }
        SourceFact::LeaversConfirmed { source, import, people } => {
            sources.get(source)?;
            if sources.imports.get(source) != Some(import) {
                let why = format!("import {import} of {source} is not the last one that is on record");
                return Err(Contradiction::over("import", why));
            }
            sources.confirmed.insert(source.clone(), ConfirmedLeavers { import: *import, people: *people });
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

    /// Returns the people whom sources suspended, also those whom somebody restored since.
    pub fn left_people(&self) -> impl Iterator<Item = &Arc<LeftPerson>> {
        self.sources.left.values()
    }

    /// Returns whom a source suspended, if it suspended this person.
    pub fn left_person(&self, person: PersonId) -> Option<&Arc<LeftPerson>> {
        self.sources.left.get(&person)
    }

    /// Returns the last confirmation of a source.
    pub fn confirmed_leavers(&self, source: &SourceName) -> Option<ConfirmedLeavers> {
        self.sources.confirmed.get(source).copied()
    }
}
