//! Which entries a file holds, as its name says it.

use countersign_journal::Seq;

const PREFIX: &str = "facts-";
const SUFFIX: &str = ".parquet";

/// The entries from one to another, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stretch {
    /// The first.
    pub first: Seq,
    /// The last.
    pub last: Seq,
}

impl Stretch {
    /// The name of the file that holds them.
    pub fn file_name(&self) -> String {
        format!("{PREFIX}{:020}-{:020}{SUFFIX}", self.first.0, self.last.0)
    }

    /// The stretch that a file of this name holds; none for a name that this room does not give.
    pub fn of_file(name: &str) -> Option<Self> {
        let (first, last) = name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX)?.split_once('-')?;
        let stretch = Self { first: Seq(first.parse().ok()?), last: Seq(last.parse().ok()?) };
        // One spelling only, so that no two files hold the same stretch.
        (stretch.first <= stretch.last && stretch.file_name() == name).then_some(stretch)
    }

    /// Whether it holds this entry.
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
