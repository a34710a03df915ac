//! The names of archive files, which contain the range of their entries.

use countersign_journal::Seq;

const PREFIX: &str = "facts-";
const SUFFIX: &str = ".parquet";

/// A range of entries, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stretch {
    /// The first entry.
    pub first: Seq,
    /// The last entry.
    pub last: Seq,
}

impl Stretch {
    /// Returns the name of the file of this range.
    pub fn file_name(&self) -> String {
        format!("{PREFIX}{:020}-{:020}{SUFFIX}", self.first.0, self.last.0)
    }

    /// Returns the range of a file name; `None` if it is not the name of an archive file.
    pub fn of_file(name: &str) -> Option<Self> {
        let (first, last) = name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX)?.split_once('-')?;
        let stretch = Self { first: Seq(first.parse().ok()?), last: Seq(last.parse().ok()?) };
        // Each range has one spelling only, so that no two files can hold the same range.
        (stretch.first <= stretch.last && stretch.file_name() == name).then_some(stretch)
    }

    /// Returns whether the range contains this entry.
    pub fn holds(&self, seq: Seq) -> bool {
        (self.first..=self.last).contains(&seq)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_one_spelling() {
        let stretch = Stretch { first: Seq(1), last: Seq(50_000) };
        let name = "facts-00000000000000000001-00000000000000050000.parquet";
        assert_eq!((stretch.file_name().as_str(), Stretch::of_file(name)), (name, Some(stretch)));
        assert!(stretch.holds(Seq(1)) && stretch.holds(Seq(50_000)));
        assert!(!stretch.holds(Seq(0)) && !stretch.holds(Seq(50_001)));
        for other in [
            "facts-1-50000.parquet",
            "facts-00000000000000050001-00000000000000050000.parquet",
            "facts-00000000000000000001-00000000000000050000.parquet.new",
            "facts-+0000000000000000001-00000000000000050000.parquet",
            "../facts-00000000000000000001-00000000000000050000.parquet",
            "",
        ] {
            assert_eq!(Stretch::of_file(other), None, "{other}");
        }
    }
}
