//! Measures correlation on planted organisations: `cargo run -p countersign-correlate --example planted -- SIZE SEED...`.
//! With `--show N` as the last words it lists the first wrong and missing links.

#![expect(clippy::print_stdout, reason = "an example talks to its caller")]

#[path = "../tests/support/mod.rs"]
mod support;

use countersign_correlate::{AccountState, correlate};
use countersign_organisation::{Organisation, TrueOwner};
use std::time::Instant;

fn main() {
    let numbers: Vec<u64> = std::env::args().skip(1).filter_map(|word| word.parse().ok()).collect();
    let show = std::env::args().any(|word| word == "--show");
    let size = numbers.first().copied().unwrap_or(2000);
    let rules = support::rules();
    println!("seed | source    | planted |  linked | correct | prop. | precision | recall");
    for seed in numbers.iter().skip(1).take(if show { 1 } else { usize::MAX }) {
        let organisation = Organisation::plant(*seed, usize::try_from(size).unwrap_or(2000));
        let nodes = support::nodes(&organisation);
        let started = Instant::now();
        let found = correlate(&nodes, &[], &rules);
        let took = started.elapsed();
        for (source, figures) in organisation.measure_links(&support::links(&found)) {
            println!("{seed:>4} | {source:<9} | {figures}");
        }
        println!(
            "{seed:>4} | {} nodes, {} identities, {} namesakes, {} unidentifiable, {} pairs of records, {took:.1?}",
            nodes.len(),
            found.identities.len(),
            organisation.namesakes,
            organisation.unidentifiable.len(),
            found.duplicates.len(),
        );
        if show {
            list(&organisation, &found, usize::try_from(numbers.last().copied().unwrap_or(20)).unwrap_or(20));
        }
    }
}

fn list(organisation: &Organisation, found: &countersign_correlate::CorrelatedIdentities, most: usize) {
    let owner = |at: &countersign_correlate::SourcedKey| {
        let mut owners = organisation.owners.iter();
        owners.find(|((source, key), _)| *source == at.source && *key == at.key).map(|(_, owner)| *owner)
    };
    let nodes = support::nodes(organisation);
    let brief = |at: &countersign_correlate::SourcedKey| {
        let Some(node) = nodes.get(at) else { return String::new() };
        let personal = match &node.body {
            countersign_sources::NodeBody::Person(person) => &person.personal,
            countersign_sources::NodeBody::Account(account) => &account.personal,
            _ => return String::new(),
        };
        let (given, family) = (&personal.given_name, &personal.family_name);
        let (number, employment) = (&personal.employee_number, &personal.employment);
        let display = &personal.display_name;
        format!(
            "{} {} {display:?} {given:?} {family:?} {:?} {number:?} {employment:?}",
            at.source, node.name, personal.mails
        )
    };
    let (mut wrong, mut missing) = (0, 0);
    for (account, state) in &found.accounts {
        let own = owner(account);
        match state {
            AccountState::Linked { identity, basis } if owner(identity) != own && wrong < most => {
                wrong += 1;
                let text: String = format!("{basis:?}").chars().take(1500).collect();
                println!("WRONG {}\n  -> {}\n  {text}", brief(account), brief(identity));
            }
            AccountState::Linked { .. } => {}
            state if matches!(own, Some(TrueOwner::Human(_))) && missing < most => {
                missing += 1;
                let text: Vec<String> = match state {
                    AccountState::Proposed(candidates) | AccountState::Disputed(candidates) => candidates
                        .iter()
                        .map(|one| {
                            let rules: Vec<_> =
                                one.evidence.iter().map(|rule| (&rule.rule, rule.points)).collect();
                            format!("{} {} {rules:?}", owner(&one.identity) == own, brief(&one.identity))
                        })
                        .collect(),
                    _ => Vec::new(),
                };
                println!("MISSING {}\n     {}", brief(account), text.join("\n     "));
            }
            _ => {}
        }
    }
}
