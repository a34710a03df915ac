//! How often the proposals are right, on generated columns and texts. docs/labels.md has the table that this prints.

use countersign_labels::{ColumnSample, Recogniser, SampledValue, scan_file};
use countersign_testkit::planted::{DECOYS, PLANTED, PlantedNumbers};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The seeds of the table, which were not run before it.
const SEEDS: std::ops::Range<u64> = 2_000..2_040;

/// Seeds that were run while the scan was written, for every day.
const SOME: std::ops::Range<u64> = 1_000..1_003;

/// Numbers without a check digit, or with that of others, are recognised only in a column whose name says so.
const NAMED: &[(&str, &str)] = &[("us_ssn", "ssn"), ("uk_nhs", "nhs_number")];

#[derive(Default)]
struct Tally {
    planted: u32,
    found: u32,
    wrong: u32,
}

fn recognised(sample: &ColumnSample) -> Vec<Recogniser> {
    sample.proposals().iter().flat_map(|proposal| &proposal.evidence).map(|share| share.recogniser).collect()
}

fn column(name: &str, values: &[String]) -> Vec<Recogniser> {
    let mut sample = ColumnSample::new(name);
    values.iter().for_each(|value| sample.observe(&SampledValue::new(value)));
    recognised(&sample)
}

/// Counts what was found in something that holds values of one kind, or none.
fn count(
    tallies: &mut BTreeMap<&'static str, Tally>,
    planted: Option<&'static str>,
    found: &[Recogniser],
    about: &str,
) {
    if let Some(kind) = planted {
        let tally = tallies.entry(kind).or_default();
        tally.planted += 1;
        tally.found += u32::from(found.iter().any(|recogniser| recogniser.name() == kind));
    }
    for other in found.iter().filter(|recogniser| Some(recogniser.name()) != planted) {
        println!("wrong: {} in {about}", other.name());
        tallies.entry(other.name()).or_default().wrong += 1;
    }
}

fn measure(seeds: std::ops::Range<u64>) -> BTreeMap<&'static str, Tally> {
    let mut tallies = BTreeMap::new();
    for seed in seeds {
        let mut numbers = PlantedNumbers::new(seed);
        for kind in PLANTED {
            let name = NAMED.iter().find(|(other, _)| other == kind).map_or("ref", |(_, name)| name);
            // A column of nothing else, and one in which a tenth is mistyped or empty.
            let pure: Vec<String> = (0..200).map(|_| numbers.valid(kind)).collect();
            count(
                &mut tallies,
                Some(kind),
                &column(name, &pure),
                &format!("a column of {kind}, seed {seed}"),
            );
            let dirty: Vec<String> = (0..60)
                .map(|place| match place % 10 {
                    3 => String::new(),
                    7 => "unknown".to_owned(),
                    _ => numbers.valid(kind),
                })
                .collect();
            count(
                &mut tallies,
                Some(kind),
                &column(name, &dirty),
                &format!("a dirty column of {kind}, seed {seed}"),
            );
            if name != "ref" {
                continue;
            }
            // A text in which a value is in every fourth line, among numbers of orders and words.
            let mut text = String::new();
            for place in 0..120 {
                let (words, order) = (numbers.decoy("words", place), numbers.decoy("order_number", place));
                let value =
                    if place % 4 == 0 { numbers.valid(kind) } else { numbers.decoy("version", place) };
                writeln!(text, "{words} {order}: {value}").unwrap();
            }
            let scanned = scan_file("notes.txt", text.as_bytes()).unwrap();
            let found = recognised(&scanned.first().unwrap().sample);
            count(&mut tallies, Some(kind), &found, &format!("a text with {kind}, seed {seed}"));
        }
        for kind in DECOYS {
            for rows in [40, 1_000] {
                let decoys: Vec<String> = (0..rows).map(|place| numbers.decoy(kind, place)).collect();
                count(
                    &mut tallies,
                    None,
                    &column("ref", &decoys),
                    &format!("{rows} decoys {kind}, seed {seed}"),
                );
            }
            // One value again and again: a tenth of all numbers passes a check digit.
            let same = vec![numbers.decoy(kind, 0); 500];
            count(&mut tallies, None, &column("ref", &same), &format!("one decoy {kind}, seed {seed}"));
        }
    }
    tallies
}

#[test]
fn the_proposals_are_right_on_data_that_nobody_tuned_for() {
    let tallies = measure(if countersign_testkit::is_long() { SEEDS } else { SOME });
    println!("| recogniser | planted | found | wrong | precision | recall |");
    println!("| --- | --- | --- | --- | --- | --- |");
    for kind in PLANTED {
        let tally = tallies.get(kind).unwrap();
        let share = |part: u32, whole: u32| f64::from(part) / f64::from(whole.max(1));
        let (precision, recall) =
            (share(tally.found, tally.found + tally.wrong), share(tally.found, tally.planted));
        println!(
            "| {kind} | {} | {} | {} | {:.1} % | {:.1} % |",
            tally.planted,
            tally.found,
            tally.wrong,
            precision * 100.0,
            recall * 100.0
        );
        assert!(precision >= 0.98 && recall >= 0.98, "{kind}: precision {precision}, recall {recall}");
    }
}
