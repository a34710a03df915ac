//! The networks in a configuration file are declared when its process starts.
#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use countersign_facts::Actor;
use countersign_journal::Seq;
use countersign_server::{Config, Running};
use std::collections::BTreeMap;
use std::path::Path;

type Section<'a> = Option<&'a [(&'a str, &'a [&'a str])]>;

/// Starts a process with this `[networks]` section, reads the declared networks, and stops it. Returns the networks by
/// name, and the number of facts about them.
async fn declared(
    data: &Path,
    control: bool,
    section: Section<'_>,
) -> (BTreeMap<String, Vec<String>>, usize) {
    let mut config = Config::embedded(data.to_owned(), "127.0.0.1:0".parse().unwrap(), None);
    config.origin = "http://countersign.localhost:8080".to_owned();
    config.control = control;
    config.networks = section.map(|networks| {
        let parsed = |ranges: &[&str]| ranges.iter().map(|range| range.parse().unwrap()).collect();
        networks.iter().map(|(name, ranges)| ((*name).to_owned(), parsed(ranges))).collect()
    });
    let running = Running::start(config).await.unwrap();
    let world = running.ledger.world();
    let all = running.ledger.journal().read(Seq(0), 10_000).await.unwrap();
    running.stop().await;
    let by = Actor::System("configuration of countersign".to_owned());
    let ours = |entry: &&countersign_journal::Entry| {
        countersign_facts::Stated::from_bytes(&entry.payload).unwrap().by == by
    };
    let text = |ranges: &std::collections::BTreeSet<_>| ranges.iter().map(ToString::to_string).collect();
    let named = world.networks().named().iter().map(|(name, ranges)| (name.clone(), text(ranges)));
    (named.collect(), all.iter().filter(ours).count())
}

fn named(networks: &[(&str, &[&str])]) -> BTreeMap<String, Vec<String>> {
    let text = |ranges: &[&str]| ranges.iter().map(|range| (*range).to_owned()).collect();
    networks.iter().map(|(name, ranges)| ((*name).to_owned(), text(ranges))).collect()
}

const OFFICE: &[(&str, &[&str])] = &[("office", &["10.0.0.0/8"]), ("vpn", &["192.0.2.0/24"])];
const LABORATORY: &[(&str, &[&str])] = &[("laboratory", &["10.9.0.0/16"]), ("office", &["10.0.0.0/8"])];

#[tokio::test(flavor = "multi_thread")]
async fn a_start_declares_what_its_file_says_otherwise() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    for (section, expected, facts) in [
        (None, &[][..], 0),
        (Some(OFFICE), OFFICE, 2),
        // The same file states nothing new, and a file without the section states nothing.
        (Some(OFFICE), OFFICE, 2),
        (None, OFFICE, 2),
        (Some(LABORATORY), LABORATORY, 4),
        (Some(&[][..]), &[], 6),
    ] {
        let found = declared(data, true, section).await;
        assert_eq!(found, (named(expected), facts), "{section:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_of_a_gate_counts_only_while_nothing_is_declared() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    for (control, section, expected, facts) in [
        (false, OFFICE, OFFICE, 2),
        (false, LABORATORY, OFFICE, 2),
        (true, LABORATORY, LABORATORY, 4),
        (false, OFFICE, LABORATORY, 4),
    ] {
        let found = declared(data, control, Some(section)).await;
        assert_eq!(found, (named(expected), facts), "{control} {section:?}");
    }
}
