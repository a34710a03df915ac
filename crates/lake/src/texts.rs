//! Finds the rows of a row group that hold the texts of a query.
//!
//! A text column is read as Parquet stores it: each text once, and per row the number of its text. So a query compares
//! each text once. Which texts a row group has is kept, as checksums: a later query for another text, such as the id of
//! one person of many, skips the row group without reading it.

use crate::cells::{BadCell, Read, bad};
use crate::partitions::Stamp;
use arrow_array::cast::AsArray;
use arrow_array::types::Int32Type;
use arrow_array::{RecordBatch, StringArray};
use parking_lot::Mutex;
use std::collections::HashMap;
use std::path::PathBuf;

/// Maximum number of kept checksums in all row groups: 16 MiB.
const KEPT: usize = 4 << 20;

/// A column of a row group: the path of the file, the row group, and the name of the column.
pub(crate) type TextColumn = (PathBuf, usize, &'static str);

/// Which texts the columns of row groups have.
#[derive(Debug, Default)]
pub(crate) struct KnownTexts {
    sets: Mutex<HashMap<TextColumn, TextSet>>,
}

/// The checksums of all texts of one column, sorted, and the file of which they were read.
#[derive(Debug)]
struct TextSet {
    stamp: Stamp,
    checksums: Box<[u32]>,
}

impl KnownTexts {
    /// Returns whether the column may hold this text. Two texts may have the same checksum, which only costs a read.
    pub(crate) fn could_hold(&self, column: &TextColumn, stamp: &Stamp, text: &str) -> bool {
        let sets = self.sets.lock();
        let known = sets.get(column).filter(|set| set.stamp == *stamp);
        known.is_none_or(|set| set.checksums.binary_search(&checksum(text)).is_ok())
    }

    /// Keeps the texts of a column. Forgets everything else if that would be too much.
    pub(crate) fn keep(&self, column: TextColumn, stamp: Stamp, mut checksums: Vec<u32>) {
        checksums.sort_unstable();
        checksums.dedup();
        let mut sets = self.sets.lock();
        let kept: usize = sets.values().map(|set| set.checksums.len()).sum();
        if kept + checksums.len() > KEPT {
            sets.clear();
        }
        if checksums.len() <= KEPT {
            sets.insert(column, TextSet { stamp, checksums: checksums.into() });
        }
    }
}

fn checksum(text: &str) -> u32 {
    crc32fast::hash(text.as_bytes())
}

/// One column of a query, while the row group is read.
pub(crate) struct WantedText<'a> {
    pub(crate) column: &'static str,
    text: &'a str,
    /// The checksums of all texts so far.
    pub(crate) checksums: Vec<u32>,
}

impl<'a> WantedText<'a> {
    pub(crate) fn new(column: &'static str, text: &'a str) -> Self {
        Self { column, text, checksums: Vec::new() }
    }

    /// Sets the rows of the batch that do not hold the text to false.
    pub(crate) fn narrow(&mut self, batch: &RecordBatch, rows: &mut [bool]) -> Read<()> {
        let column = batch.column_by_name(self.column).ok_or_else(|| bad(self.column, "it is missing"))?;
        let numbered = column.as_dictionary_opt::<Int32Type>().ok_or_else(|| self.not_text())?;
        let texts: &StringArray = numbered.values().as_string_opt().ok_or_else(|| self.not_text())?;
        self.checksums.extend(texts.iter().flatten().map(checksum));
        let is_wanted: Vec<bool> = texts.iter().map(|text| text == Some(self.text)).collect();
        for (row, number) in rows.iter_mut().zip(numbered.keys()) {
            let place = number.and_then(|number| usize::try_from(number).ok());
            *row &= place.and_then(|place| is_wanted.get(place)).is_some_and(|wanted| *wanted);
        }
        Ok(())
    }

    fn not_text(&self) -> BadCell {
        bad(self.column, "it is not text")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::File;

    #[test]
    fn a_text_that_a_column_does_not_have_is_known_of_that_file_alone() {
        let folder = tempfile::tempdir().unwrap();
        let stamp = |name: &str| Stamp::of(&File::create(folder.path().join(name)).unwrap()).unwrap();
        let (stamp, other) = (stamp("a"), stamp("b"));
        let column = |group| -> TextColumn { (PathBuf::from("a"), group, "principal") };
        let known = KnownTexts::default();
        assert!(known.could_hold(&column(0), &stamp, "ada"), "nothing is known yet");
        known.keep(column(0), stamp, ["ben", "cleo", "ben"].map(checksum).to_vec());
        let holds = |text| known.could_hold(&column(0), &stamp, text);
        assert_eq!(["ada", "ben", "cleo"].map(holds), [false, true, true]);
        assert!(known.could_hold(&column(0), &other, "ada"), "the file was replaced");
        assert!(known.could_hold(&column(1), &stamp, "ada"), "another row group");
    }

    #[test]
    fn no_more_is_kept_than_is_allowed() {
        let folder = tempfile::tempdir().unwrap();
        let stamp = Stamp::of(&File::create(folder.path().join("a")).unwrap()).unwrap();
        let column = |group| -> TextColumn { (PathBuf::from("a"), group, "principal") };
        let known = KnownTexts::default();
        let half: Vec<u32> = (0..u32::try_from(KEPT / 2).unwrap()).collect();
        let kept = || known.sets.lock().values().map(|set| set.checksums.len()).sum::<usize>();
        for group in 0..5 {
            known.keep(column(group), stamp, half.clone());
            assert!(kept() <= KEPT);
        }
        known.keep(column(5), stamp, (0..=u32::try_from(KEPT).unwrap()).collect());
        assert_eq!(kept(), 0, "one column alone is too much");
    }
}
