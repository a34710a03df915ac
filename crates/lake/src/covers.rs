//! Which files of a partition count: a compacted file says in its footer (`countersign.covers`) in whose place it
//! stands, and from the moment on that this is known outside the folder they count no more.
//!
//! So every record counts exactly once at every moment. Before that moment the originals count and the compacted file
//! does not; after it the compacted one counts and the originals, while they last, do not.

use crate::disk;
use std::collections::BTreeSet;
use std::path::Path;

/// Of the footer's key-value metadata, the names of the files in whose place this one stands, a line each.
pub(crate) const KEY: &str = "countersign.covers";
/// How the names of compacted files go on after their kind.
const DAY: &str = "-day-";

/// The name of the file that stands in the place of these, without its ending. It follows from their names alone.
pub(crate) fn name(kind: &str, covered: &BTreeSet<String>) -> String {
    let mut sum = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
    for name in covered {
        sum.update(name.as_bytes());
        sum.update(b"\n");
    }
    let digest = hex::encode(sum.finish());
    format!("{kind}{DAY}{}", digest.get(..16).unwrap_or_default())
}

/// Whether a file calls itself compacted; only then its footer is asked.
pub(crate) fn is_compacted(name: &str) -> bool {
    name.contains(DAY)
}

/// The names of the files in whose place this one stands. One that cannot be read stands in the place of none.
pub(crate) fn of(path: &Path) -> BTreeSet<String> {
    use parquet::file::metadata::ParquetMetaDataReader;
    let read = || {
        let file = disk::open(path).ok()?;
        let metadata = ParquetMetaDataReader::new().parse_and_finish(&file).ok()?;
        let pairs = metadata.file_metadata().key_value_metadata()?;
        let covers = pairs.iter().find(|pair| pair.key == KEY)?.value.as_deref()?;
        Some(covers.lines().map(str::to_owned).collect())
    };
    // Parquet's parser may unwind on what is no Parquet: that is a file that says nothing.
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(read)).ok().flatten().unwrap_or_default()
}

/// Those of `names` that count, given the files that must be there (none: nobody keeps account).
pub(crate) fn counting(
    names: BTreeSet<String>,
    known: Option<&BTreeSet<String>>,
    covers: impl Fn(&str) -> BTreeSet<String>,
) -> BTreeSet<String> {
    let mut dropped = BTreeSet::new();
    if names.len() > 1 {
        for name in names.iter().filter(|name| is_compacted(name)) {
            let covered: Vec<String> = covers(name).intersection(&names).cloned().collect();
            let stands = known.is_none_or(|known| known.contains(name));
            if stands {
                dropped.extend(covered);
            } else if !covered.is_empty() {
                dropped.insert(name.clone());
            }
        }
    }
    names.difference(&dropped).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(names: &str) -> BTreeSet<String> {
        names.split_whitespace().map(str::to_owned).collect()
    }

    /// `x-day-1` covers a and b, `x-day-2` covers those two, `x-day-1` and c.
    fn check(present: &str, known: Option<&str>, expected: &str) {
        let covers = |name: &str| match name {
            "x-day-1" => set("a b"),
            "x-day-2" => set("a b c x-day-1"),
            _ => BTreeSet::new(),
        };
        let known = known.map(set);
        assert_eq!(counting(set(present), known.as_ref(), covers), set(expected), "{present} of {known:?}");
    }

    #[test]
    fn every_record_counts_once_at_every_step_of_a_compaction() {
        check("a b", Some("a b"), "a b");
        check("a b x-day-1", Some("a b"), "a b");
        check("a b x-day-1", Some("x-day-1"), "x-day-1");
        check("b x-day-1", Some("x-day-1"), "x-day-1");
        check("x-day-1", Some("x-day-1"), "x-day-1");
        check("c x-day-1 x-day-2", Some("c x-day-1"), "c x-day-1");
        check("c x-day-1 x-day-2", Some("x-day-2"), "x-day-2");
        check("a b c x-day-1 x-day-2", None, "x-day-2");
        check("a b x-day-1", None, "x-day-1");
    }

    #[test]
    fn what_nobody_knows_covers_nothing_that_is_known() {
        check("a b x-day-1", Some("a b"), "a b");
        check("d x-day-1", Some("d"), "d x-day-1");
    }

    #[test]
    fn a_name_follows_from_what_it_covers() {
        assert_eq!(name("decisions", &set("a b")), name("decisions", &set("b a")));
        assert_ne!(name("decisions", &set("a b")), name("decisions", &set("ab")));
        assert!(is_compacted(&name("completions", &set("a"))));
        assert!(!is_compacted("decisions-00000001795305600000-0a1b2c3d.parquet"));
    }
}
