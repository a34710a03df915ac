//! Everything ever written must be read for ever, and written again as the same bytes.
//!
//! Each file of the folder `golden` is a journal, one fact per line, as it was on disk. Its name ends with its digest, so
//! a file that changes needs another name, and `cargo xtask tidy` refuses a checkout without a file that the history
//! has. A new fact, field or value is added in a new file beside the old ones, which is a journal of its own that folds
//! from its first line; `UPDATE_GOLDEN=1 cargo test -p countersign-world --test golden` gives it its name. `values.rs`
//! and the end of each file in `fact/` list by exhaustive matches everything that the files must contain, so anything new
//! does not compile, or fails here, until a golden line contains it.

pub mod values;

use crate::Stated;
use std::collections::BTreeSet;
use values::Gathered;

pub(crate) use values::every_fact;

/// Returns the golden journals: the name of each file, and its text.
pub fn journals() -> Vec<(String, String)> {
    let folder = format!("{}/golden", env!("CARGO_MANIFEST_DIR"));
    let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut found: Vec<_> = paths
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, std::fs::read_to_string(path).unwrap())
        })
        .collect();
    found.sort();
    assert!(!found.is_empty(), "the golden journals were not found");
    found
}

#[test]
fn a_golden_journal_never_changes() {
    for (name, text) in journals() {
        let digest = hex::encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes()));
        let pinned = name.strip_suffix(".jsonl").and_then(|name| name.rsplit_once('.')).map(|(_, it)| it);
        assert_eq!(
            pinned,
            digest.get(..16),
            "{name} does not end with its digest. A new journal: \
             `UPDATE_GOLDEN=1 cargo test -p countersign-world --test golden` names it. A published one: facts as they \
             were written once must be read for ever, so undo the change and add a file instead"
        );
    }
}

#[test]
fn what_was_written_is_read_and_written_again_as_the_same_bytes() {
    for (name, text) in journals() {
        for (line, text) in (1..).zip(text.lines()) {
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
    for (_, text) in journals() {
        for line in text.lines() {
            gathered.fact(&Stated::from_bytes(line.as_bytes()).unwrap());
        }
    }
    assert_eq!(
        gathered.missing(),
        BTreeSet::new(),
        "no golden journal holds these: add a file to crates/facts/golden that does"
    );
}
