//! How near to the truth an answer is.

use crate::{FaultKind, Organisation, PERSONNEL, TrueOwner};
use countersign_sources::SourceKey;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// A node, by its source and key.
pub type PlantedKey = (String, SourceKey);

/// Identities and candidates, as somebody found them.
#[derive(Debug, Clone, Default)]
pub struct FoundLinks {
    /// The people that were found, each with the node that it is known by and its other nodes.
    pub people: Vec<(PlantedKey, Vec<PlantedKey>)>,
    /// Accounts that were left to a person to decide, each with the node that each candidate is known by.
    pub proposed: Vec<(PlantedKey, Vec<PlantedKey>)>,
}

/// Figures about the links of one source.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LinkFigures {
    /// Accounts of people, but for those that a person is known by.
    pub planted: usize,
    /// Accounts that were linked.
    pub linked: usize,
    /// Accounts that were linked to their person.
    pub correct: usize,
    /// Accounts that were not linked, with their person among the candidates.
    pub proposed: usize,
}

impl LinkFigures {
    /// Returns the share of the links that are true.
    pub fn precision(&self) -> f64 {
        share(self.correct, self.linked)
    }

    /// Returns the share of the true links that were found.
    pub fn recall(&self) -> f64 {
        share(self.correct, self.planted)
    }

    fn add(&mut self, other: &Self) {
        self.planted += other.planted;
        self.linked += other.linked;
        self.correct += other.correct;
        self.proposed += other.proposed;
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of some ten thousands")]
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

impl fmt::Display for LinkFigures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (precision, recall) = (self.precision() * 100.0, self.recall() * 100.0);
        let Self { planted, linked, correct, proposed } = self;
        write!(
            f,
            "{planted:>7} | {linked:>7} | {correct:>7} | {proposed:>5} | {precision:>7.3} % | {recall:>7.3} %"
        )
    }
}

/// Figures about the findings of one kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FaultFigures {
    /// Faults that were planted.
    pub planted: usize,
    /// Things that look like it and were planted too.
    pub decoys: usize,
    /// Findings.
    pub found: usize,
    /// Findings that speak of a planted fault.
    pub correct: usize,
    /// Planted faults that a finding speaks of.
    pub recalled: usize,
}

impl FaultFigures {
    /// Returns the share of the findings that are true.
    pub fn precision(&self) -> f64 {
        share(self.correct, self.found)
    }

    /// Returns the share of the faults that were found.
    pub fn recall(&self) -> f64 {
        share(self.recalled, self.planted)
    }
}

impl Organisation {
    /// Compares findings, each with the nodes that it speaks of, with the faults that were planted. A finding about an account
    /// that says nothing about its person counts for neither side.
    pub fn measure_faults(
        &self,
        found: &[(FaultKind, Vec<PlantedKey>)],
    ) -> BTreeMap<FaultKind, FaultFigures> {
        let neutral: BTreeSet<PlantedKey> =
            self.unidentifiable.iter().map(|(source, key)| ((*source).to_owned(), key.clone())).collect();
        let mut figures = BTreeMap::new();
        for kind in FaultKind::ALL {
            let planted: BTreeSet<PlantedKey> = self
                .faults
                .iter()
                .filter(|(fault, ..)| *fault == kind)
                .map(|(_, source, key)| ((*source).to_owned(), key.clone()))
                .collect();
            let mut recalled = BTreeSet::new();
            let decoys = self.decoys.iter().filter(|(decoy, ..)| *decoy == kind).count();
            let mut figure = FaultFigures { planted: planted.len(), decoys, ..FaultFigures::default() };
            for (_, subjects) in found.iter().filter(|(other, _)| *other == kind) {
                if subjects.iter().any(|subject| neutral.contains(subject)) {
                    continue;
                }
                figure.found += 1;
                figure.correct += usize::from(subjects.iter().any(|subject| planted.contains(subject)));
                recalled.extend(subjects.iter().filter(|subject| planted.contains(*subject)).cloned());
            }
            figure.recalled = recalled.len();
            figures.insert(kind, figure);
        }
        figures
    }

    /// Compares links with the truth. Returns the figures of each source, and of all.
    pub fn measure_links(&self, found: &FoundLinks) -> BTreeMap<&'static str, LinkFigures> {
        let owners: BTreeMap<(&str, &SourceKey), TrueOwner> =
            self.owners.iter().map(|((source, key), owner)| ((*source, key), *owner)).collect();
        let owner = |(source, key): &PlantedKey| owners.get(&(source.as_str(), key)).copied();
        let known_by: BTreeSet<(&str, &SourceKey)> =
            found.people.iter().map(|((source, key), _)| (source.as_str(), key)).collect();

        let mut figures: BTreeMap<&'static str, LinkFigures> = BTreeMap::new();
        for ((source, key), owner) in &self.owners {
            if *source != PERSONNEL
                && matches!(owner, TrueOwner::Human(_))
                && !known_by.contains(&(*source, key))
            {
                figures.entry(source).or_default().planted += 1;
            }
        }
        for (id, nodes) in &found.people {
            for node in nodes.iter().filter(|node| *node != id && node.0 != PERSONNEL) {
                let Some(figures) = figures.get_mut(node.0.as_str()) else { continue };
                figures.linked += 1;
                figures.correct += usize::from(owner(node) == owner(id));
            }
        }
        for (account, candidates) in &found.proposed {
            if candidates.iter().any(|candidate| owner(candidate) == owner(account))
                && let Some(figures) = figures.get_mut(account.0.as_str())
            {
                figures.proposed += 1;
            }
        }
        let mut all = LinkFigures::default();
        figures.values().for_each(|source| all.add(source));
        figures.insert("all", all);
        figures
    }
}
