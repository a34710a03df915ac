//! Measures how well planted roles are found: `cargo run --release -p countersign-roles --example planted_roles -- SIZE SEED...`
//! prints a row for each noise, with the figures of all seeds.

#![expect(clippy::print_stdout, reason = "an example talks to its caller")]

use countersign_organisation::{AccessNoise, PlantedAccess};
use countersign_roles::{MinedRoles, RoleHolder, RolePattern, RoleSettings, mine_roles};
use std::collections::BTreeMap;
use std::time::Instant;

const NOISES: [AccessNoise; 5] = [
    AccessNoise { missing: 0, extra: 0 },
    AccessNoise { missing: 20, extra: 20 },
    AccessNoise { missing: 50, extra: 50 },
    AccessNoise { missing: 100, extra: 50 },
    AccessNoise { missing: 100, extra: 100 },
];

fn main() {
    let numbers: Vec<u64> = std::env::args().skip(1).filter_map(|word| word.parse().ok()).collect();
    let size = numbers.first().and_then(|size| usize::try_from(*size).ok()).unwrap_or(2000);
    println!(
        "| missing, extra | attributes | seed | grants | functions | roles | ARI | replaced | WSC before | after | added | s |"
    );
    println!("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    for noise in NOISES {
        for known in [true, false] {
            for seed in numbers.iter().skip(1) {
                row(*seed, size, noise, known);
            }
        }
    }
}

fn row(seed: u64, size: usize, noise: AccessNoise, known: bool) {
    let access = PlantedAccess::plant(seed, size, noise);
    let holders = access.holders.iter().map(|holder| RoleHolder {
        key: holder.key.clone(),
        is_person: holder.is_person,
        attributes: if known { holder.attributes.clone() } else { BTreeMap::new() },
        held: holder.held.clone(),
    });
    let (holders, settings) = (holders.collect(), RoleSettings::default());
    let started = Instant::now();
    let Ok(mined) = mine_roles(holders, &settings) else { return };
    let seconds = started.elapsed().as_secs_f64();
    let index = access.measure_roles(&main_roles(&access, &mined));
    let grants = mined.matrix.grants();
    let replaced: usize = mined.proposals.iter().map(|proposal| proposal.replaced).sum();
    let added: usize = mined.proposals.iter().map(|proposal| proposal.added).sum();
    let birthrights =
        mined.proposals.iter().filter(|found| matches!(found.pattern, RolePattern::Birthright(_))).count();
    let (before, after) = (mined.before.weighted(&settings.weights), mined.after.weighted(&settings.weights));
    println!(
        "| {} %, {} % | {} | {seed} | {grants} | {} | {birthrights} + {} | {index:.3} | {:.1} % | {before} | {after} | {added} | {seconds:.1}{} |",
        noise.missing / 10,
        noise.extra / 10,
        if known { "known" } else { "hidden" },
        access.functions,
        mined.proposals.len() - birthrights,
        share(replaced, grants),
        if mined.ended_early { " (ended early)" } else { "" },
    );
    if std::env::var_os("MEMORY").is_some() {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        println!("{}", status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default());
    }
}

#[expect(clippy::cast_precision_loss, reason = "a share for people to read")]
fn share(part: usize, whole: usize) -> f64 {
    100.0 * part as f64 / whole.max(1) as f64
}

/// Returns the role of each identity: of those that it has, or nearly has, the one of which it holds most.
fn main_roles(access: &PlantedAccess, mined: &MinedRoles) -> Vec<Option<usize>> {
    let mut best: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (number, proposal) in mined.proposals.iter().enumerate() {
        let size = proposal.entitlements.len();
        let members = proposal.members.iter().map(|member| (*member, size));
        let near = proposal.near.iter().map(|near| (near.holder, size - near.missing.len()));
        for (holder, held) in members.chain(near) {
            let best = best.entry(mined.matrix.holder_key(holder)).or_insert((0, number));
            if held > best.0 {
                *best = (held, number);
            }
        }
    }
    access.holders.iter().map(|holder| best.get(holder.key.as_str()).map(|(_, number)| *number)).collect()
}
