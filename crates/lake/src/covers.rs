//! Decides which files of a partition count. A compacted file lists in its footer (`countersign.covers`) the files that
//! it replaces. From the moment when its anchor exists, those do not count.
//!
//! So every record counts exactly once at every moment. Before that moment the originals count and the compacted file
//! does not; after it the compacted file counts and the remaining originals do not.

use crate::disk;
use std::collections::BTreeSet;
use std::path::Path;

/// The footer key of the names of the files that this one replaces, one per line.
pub(crate) const KEY: &str = "countersign.covers";
/// The part of a compacted file's name after its prefix.
const DAY: &str = "-day-";

/// Returns the name of the compacted file of these files, without its suffix. It depends on their names alone.
pub(crate) fn name(kind: &str, covered: &BTreeSet<String>) -> String {
    let mut sum = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
    for name in covered {
        sum.update(name.as_bytes());
        sum.update(b"\n");
    }
    let digest = hex::encode(sum.finish());
    format!("{kind}{DAY}{}", digest.get(..16).unwrap_or_default())
}

/// Returns whether a file has the name of a compacted file; only then is its footer read.
pub(crate) fn is_compacted(name: &str) -> bool {
    name.contains(DAY)
}

/// Returns the names of the files that this one replaces. Empty if the file cannot be read.
pub(crate) fn of(path: &Path) -> BTreeSet<String> {
    use parquet::file::metadata::ParquetMetaDataReader;
    let read = || {
        let file = disk::open(path).ok()?;
        let metadata = ParquetMetaDataReader::new().parse_and_finish(&file).ok()?;
        let pairs = metadata.file_metadata().key_value_metadata()?;
        let covers = pairs.iter().find(|pair| pair.key == KEY)?.value.as_deref()?;
        Some(covers.lines().map(str::to_owned).collect())
    };
    // Parquet's parser may panic on invalid input; such a file replaces nothing.
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(read)).ok().flatten().unwrap_or_default()
}

/// Returns those of `names` that count, given the anchored files. Without anchors (`None`) a compacted file replaces its
/// originals at once.
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

    /// `x-day-1` replaces a and b; `x-day-2` replaces those two, `x-day-1` and c.
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
