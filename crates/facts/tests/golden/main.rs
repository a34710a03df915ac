//! Everything ever written must be read for ever, and written again as the same bytes.
//!
//! Each file of the folder `golden` is a journal, one fact per line, as it was on disk. A file there never changes: its
//! digest is pinned here. A new fact, field or value is added in a new file beside the old ones, which is a journal of
//! its own that folds from its first line. `values.rs` lists by exhaustive matches everything that the files must
//! contain, so anything new does not compile, or fails here, until a golden line contains it.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests stop at the first surprise")]

mod values;

use countersign_facts::Stated;
use std::collections::BTreeSet;
use values::Gathered;

/// Every golden journal with the SHA-256 of its bytes. Lines are added here and never changed.
const PINNED: &[(&str, &str)] = &[
    ("2026-11.jsonl", "0635050cd9c32c7efe26dbce788aa2f7d1c8279ed5a8c52b3d1e32e57f27d1ba"),
    ("head-accepted.jsonl", "00d98e7c0bed4f2aad782f448409bea8b3e9ae5185eeae396ddc0c28ab07f95b"),
    ("2026-11-two-people.jsonl", "ccc8dc908413c1fe7d6dc5b6cd026724334913968e8bd49ad66e5d8e70724bbe"),
    ("2026-11-bound-tokens.jsonl", "68b6c1b53a4eb83fa3a0b3b9e889c36af8a1eab6d2c91ef0980a56bca1e412ea"),
    ("request-headers.jsonl", "a41caffeacf19ae50c4212dfb08ea859d124afa207fe1926182d9c3a70f31de5"),
    ("checkpoints.jsonl", "14a44d85a8b7280d7f929ff68abd9ea6739f721f9b921b4a342252c004d125aa"),
    ("archives.jsonl", "f55214f3f492e8dbbdea36ef7f5474e1c791d418f63da01b8b418e12713d09ba"),
    ("networks.jsonl", "20a46ab6105db80ca4dd7e5fd63d9333a6358653e0e26bb9d6eabc2ae7eed0cf"),
];

fn golden(name: &str) -> String {
    std::fs::read_to_string(format!("{}/golden/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

#[test]
fn a_golden_journal_never_changes() {
    let names: BTreeSet<_> = std::fs::read_dir(format!("{}/golden", env!("CARGO_MANIFEST_DIR")))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let pinned: BTreeSet<_> = PINNED.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(names, pinned, "each file of the folder `golden` is pinned here, and each pin has its file");
    for (name, digest) in PINNED {
        let found = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, golden(name).as_bytes());
        assert_eq!(
            hex::encode(found),
            *digest,
            "{name} was changed: facts as they were written once must be read for ever; add a file instead"
        );
    }
}

#[test]
fn what_was_written_is_read_and_written_again_as_the_same_bytes() {
    for (name, _) in PINNED {
        for (line, text) in (1..).zip(golden(name).lines()) {
            let stated = Stated::from_bytes(text.as_bytes())
                .unwrap_or_else(|error| panic!("{name}:{line} is no fact any more: {error}\n{text}"));
            let again = String::from_utf8(stated.to_bytes().unwrap()).unwrap();
            assert_eq!(again, text, "{name}:{line} is written otherwise than it was");
        }
    }
}

#[test]
fn every_fact_and_every_value_that_can_be_written_stands_in_a_golden_journal() {
    let mut gathered = Gathered::default();
    for (name, _) in PINNED {
        for text in golden(name).lines() {
            gathered.fact(&Stated::from_bytes(text.as_bytes()).unwrap());
        }
    }
    assert_eq!(
        gathered.missing(),
        BTreeSet::new(),
        "no golden journal holds these: add a file to crates/facts/golden that does, and pin it"
    );
}
