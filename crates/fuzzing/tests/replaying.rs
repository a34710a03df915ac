//! Each target accepts its corpus, and a number of mutations of it: always the same ones, so that a run of today and one of
//! tomorrow differ only in the product. `make fuzz` looks further.
#![expect(clippy::expect_used, clippy::panic, reason = "tests stop at the first finding")]

use countersign_fuzzing::mutate::Mutator;
use countersign_fuzzing::{FuzzTarget, TARGETS, seeds};
use countersign_testkit::is_long;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

/// How many times as many mutations the long mode tries.
const LONG: u64 = 50;

/// Runs a target on its seeds and on this many mutations of them.
#[track_caller]
fn replay(name: &str, mutations: u64) {
    let (_, target) = TARGETS.iter().find(|(other, _)| *other == name).expect("the target exists");
    let seeds = seeds::of(name);
    let accepted = seeds.iter().filter(|seed| run(name, *target, seed)).count();
    assert!(accepted > 0, "{name}: none of {} seeds is accepted", seeds.len());
    let mut mutator = Mutator::new(1);
    let mut accepted = 0;
    for _ in 0..mutations * if is_long() { LONG } else { 1 } {
        accepted += u64::from(run(name, *target, &mutator.next(&seeds)));
    }
    // A target that accepts no mutation would test how its parser refuses, and nothing else.
    assert!(accepted > 0, "{name}: no mutation got past the parser");
}

fn run(name: &str, target: FuzzTarget, input: &[u8]) -> bool {
    catch_unwind(AssertUnwindSafe(|| target(input)))
        .unwrap_or_else(|_| panic!("{name} fails for b\"{}\"", input.escape_ascii()))
}

#[test]
fn archive_files() {
    replay("archive_file", 15_000);
}

#[test]
fn canonical_paths() {
    replay("canonical_path", 200_000);
}

#[test]
fn checkpoints() {
    replay("checkpoint", 8_000);
}

#[test]
fn chunked_bodies() {
    replay("chunked_body", 1_000_000);
}

#[test]
fn evidence_segments() {
    replay("evidence_segment", 20_000);
}

#[test]
fn facts() {
    replay("fact", 20_000);
}

#[test]
fn header_blocks() {
    replay("header_block", 400_000);
}

#[test]
fn headers_by_rule() {
    replay("header_rules", 40_000);
}

#[test]
fn headers_and_cookies() {
    replay("headers_and_cookies", 20_000);
}

#[test]
fn journal_entries() {
    replay("journal_entry", 200_000);
}

#[test]
fn rows_of_observations() {
    replay("observations", 60_000);
}

#[test]
fn policy_files() {
    replay("policy_file", 400);
}

#[test]
fn documents_of_providers() {
    replay("provider_documents", 60_000);
}

#[test]
fn proxy_headers() {
    replay("proxy_header", 400_000);
}

#[test]
fn request_heads() {
    replay("request_head", 300_000);
}

#[test]
fn route_tables() {
    replay("route_table", 60_000);
}

#[test]
fn identities_of_aws() {
    replay("aws_iam", 10_000);
}

#[test]
fn ldif() {
    replay("ldif", 10_000);
}

#[test]
fn csv_files() {
    replay("csv_file", 10_000);
}

#[test]
fn linux_hosts() {
    replay("linux_host", 4_000);
}

#[test]
fn collections_of_sharphound() {
    replay("sharphound", 6_000);
}

#[test]
fn scim_filters() {
    replay("scim_filter", 100_000);
}

#[test]
fn scim_patches() {
    replay("scim_patch", 20_000);
}

#[test]
fn manifests_of_kubernetes() {
    replay("kubernetes", 6_000);
}

#[test]
fn credential_reports_of_aws() {
    replay("aws_credentials", 10_000);
}

#[test]
fn organisations_of_github() {
    replay("github", 6_000);
}

#[test]
fn messages_of_ldap() {
    replay("ldap_message", 60_000);
}

#[test]
fn rows_of_postgres() {
    replay("postgres", 10_000);
}

#[test]
fn settings_files() {
    replay("settings_file", 30_000);
}

/// What this file forgets would never run in CI, and what `fuzz/` forgets never under libFuzzer.
#[test]
fn every_target_runs_here_and_under_libfuzzer() {
    let targets: BTreeSet<String> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    let here = include_str!("replaying.rs");
    for name in &targets {
        assert!(here.contains(&format!("replay(\"{name}\", ")), "{name} has no test in this file");
    }
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz");
    let manifest = std::fs::read_to_string(fuzz.join("Cargo.toml")).expect("fuzz/ has a manifest");
    let programs = std::fs::read_dir(fuzz.join("fuzz_targets")).expect("fuzz/ has targets");
    let programs: BTreeSet<String> = programs
        .map(|entry| entry.expect("the folder can be listed").path())
        .map(|path| path.file_stem().expect("a file has a name").to_string_lossy().into_owned())
        .collect();
    assert_eq!(programs, targets, "fuzz/fuzz_targets has a program for each target");
    for name in &targets {
        assert!(manifest.contains(&format!("name = \"{name}\"")), "fuzz/Cargo.toml lacks {name}");
    }
}

/// Writes the seeds of every target to folders that libFuzzer can begin with, where `COUNTERSIGN_SEEDS` says (`make fuzz`).
#[test]
fn seeds_are_written_where_libfuzzer_finds_them() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let asked = std::env::var_os("COUNTERSIGN_SEEDS").map(std::path::PathBuf::from);
    let root = asked.unwrap_or_else(|| folder.path().to_owned());
    for (name, _) in TARGETS {
        let folder = root.join(name);
        std::fs::create_dir_all(&folder).expect("a folder can be made");
        for (number, seed) in seeds::of(name).iter().enumerate() {
            std::fs::write(folder.join(format!("seed-{number:03}")), seed).expect("a seed can be written");
        }
        assert!(std::fs::read_dir(&folder).expect("it was written").count() > 0, "{name} has no seed");
    }
}
