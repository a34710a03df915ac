//! Measures the detectors on planted organisations: `cargo run -p countersign-hygiene --example planted_faults -- SIZE EACH SEED...`
//! adds up the figures of all seeds.

#![expect(clippy::print_stdout, reason = "an example talks to its caller")]

#[path = "../tests/support/mod.rs"]
mod support;

use countersign_hygiene::DETECTORS;
use countersign_organisation::{FaultFigures, FaultKind, Organisation};
use std::collections::{BTreeMap, BTreeSet};

fn main() {
    let started = std::time::Instant::now();
    let numbers: Vec<u64> = std::env::args().skip(1).filter_map(|word| word.parse().ok()).collect();
    let number = |place: usize, default: usize| {
        numbers.get(place).and_then(|number| usize::try_from(*number).ok()).unwrap_or(default)
    };
    let mut all: BTreeMap<FaultKind, FaultFigures> = BTreeMap::new();
    for seed in numbers.iter().skip(2) {
        let organisation = Organisation::with_faults(*seed, number(0, 2000), number(1, 20));
        let found = support::measured(&support::SourceStatements::by(&organisation).findings());
        for (kind, figures) in organisation.measure_faults(&found) {
            let sum = all.entry(kind).or_default();
            sum.planted += figures.planted;
            sum.decoys += figures.decoys;
            sum.found += figures.found;
            sum.correct += figures.correct;
            sum.recalled += figures.recalled;
        }
        show_errors(&organisation, &found, *seed);
    }
    println!("| detector | planted | decoys | findings | true | precision | recall |");
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
    for row in DETECTORS {
        let Some(figures) = all.get(&support::kind(row.detector)) else { continue };
        let FaultFigures { planted, decoys, found, correct, .. } = figures;
        let (precision, recall) = (figures.precision() * 100.0, figures.recall() * 100.0);
        println!(
            "| `{}` | {planted} | {decoys} | {found} | {correct} | {precision:.1} % | {recall:.1} % |",
            row.name
        );
    }
    println!("\nin {:.0?}", started.elapsed());
}

/// Prints the false findings and the missed faults, for tuning.
fn show_errors(
    organisation: &Organisation,
    found: &[(FaultKind, Vec<countersign_organisation::PlantedKey>)],
    seed: u64,
) {
    if std::env::var_os("SHOW").is_none() {
        return;
    }
    let nodes: BTreeMap<_, _> = organisation
        .sources
        .iter()
        .flat_map(|(name, source)| {
            source.nodes.iter().map(|node| (((*name).to_owned(), node.key.clone()), node))
        })
        .collect();
    let planted: BTreeSet<_> = organisation
        .faults
        .iter()
        .map(|(kind, source, key)| (*kind, (*source).to_owned(), key.clone()))
        .collect();
    let is_planted = |kind: FaultKind, (source, key): &countersign_organisation::PlantedKey| {
        planted.contains(&(kind, source.clone(), key.clone()))
    };
    for (kind, subjects) in
        found.iter().filter(|(kind, subjects)| !subjects.iter().any(|at| is_planted(*kind, at)))
    {
        println!("{seed} FALSE {kind:?} {:?}", subjects.first().map(|at| nodes.get(at)));
        let owner = |at: &countersign_organisation::PlantedKey| {
            organisation
                .owners
                .iter()
                .find(|((source, key), _)| *source == at.0 && *key == at.1)
                .map(|(_, owner)| *owner)
        };
        let first = subjects.first().and_then(owner);
        let others = organisation.owners.iter().filter(|(_, owner)| Some(**owner) == first);
        for ((source, key), owner) in others {
            println!("    {owner:?} {:?}", nodes.get(&((*source).to_owned(), key.clone())));
        }
    }
    for (kind, source, key) in &planted {
        let at = (source.clone(), key.clone());
        if !found.iter().any(|(other, subjects)| other == kind && subjects.contains(&at)) {
            println!("{seed} MISSED {kind:?} {:?}", nodes.get(&at));
        }
    }
}
