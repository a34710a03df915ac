//! Damage anywhere in a file: it ends no process, and no entry of it passes for another one.

use countersign_archive::{ArchiveWriter, Archives, KnownArchive, Stretch, WrittenArchive};
use countersign_journal::{Archive as _, ArchiveError, Entry, Head, Seq};
use proptest::prelude::*;
use std::fs;
use std::sync::LazyLock;

/// A file with two row groups, its bytes, and its entries.
struct Sample {
    written: WrittenArchive,
    bytes: Vec<u8>,
    entries: Vec<Entry>,
}

const ENTRIES: u64 = 4_200;

static SAMPLE: LazyLock<Sample> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = ArchiveWriter::begin(folder.path(), Head::GENESIS).unwrap();
    let (mut head, mut entries) = (Head::GENESIS, Vec::new());
    for n in 0..ENTRIES {
        let entry = head.entry(format!("entry {n}").into_bytes());
        head = entry.head();
        writer.push(entry.clone()).unwrap();
        entries.push(entry);
    }
    let written = writer.finish().unwrap();
    let bytes = fs::read(&written.path).unwrap();
    Sample { written, bytes, entries }
});

impl Sample {
    /// Reads these bytes in place of the file, from each place; returns how many entries the journal would accept.
    /// `known` says whether the journal lists the file.
    fn accepted(&self, bytes: &[u8], known: bool) -> Result<usize, ArchiveError> {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(self.written.stretch.file_name()), bytes).unwrap();
        let archives = Archives::new(folder.path().to_owned(), None);
        if known {
            archives.expect([KnownArchive { stretch: self.written.stretch, digest: self.written.digest }]);
        }
        let (mut head, mut accepted) = (Head::GENESIS, 0);
        loop {
            let page = archives.page(head.seq, 1_500, usize::MAX)?;
            let before = accepted;
            for stored in page {
                let Ok(entry) = stored.chained_after(head) else { return Ok(accepted) };
                assert_eq!(entry, self.entries[accepted], "another entry passes for one of ours");
                head = entry.head();
                accepted += 1;
            }
            if accepted == before {
                return Ok(accepted);
            }
        }
    }
}

#[test]
fn the_whole_file_is_read_whole() {
    for known in [false, true] {
        assert_eq!(SAMPLE.accepted(&SAMPLE.bytes, known).unwrap(), SAMPLE.entries.len());
    }
}

/// The footer is at the end, so a cut at any byte leaves none of the file readable.
#[test]
fn a_file_that_is_cut_anywhere_is_refused() {
    let whole = SAMPLE.bytes.len();
    let places = (0..300).map(|from_end| whole - 1 - from_end).chain((0..50).map(|step| step * whole / 50));
    for length in places {
        for known in [false, true] {
            let error = SAMPLE.accepted(&SAMPLE.bytes[..length], known).unwrap_err();
            let ArchiveError::Altered(said) = &error else { panic!("{length}: {error}") };
            let why = if known { "its digest is not the one in the journal" } else { "cannot be read: " };
            assert!(said.contains(why) && said.contains("copy"), "{length}: {said}");
        }
    }
}

#[test]
fn a_file_with_more_at_its_end_or_its_beginning_is_refused_if_it_is_known() {
    let longer = [&SAMPLE.bytes[..], b"x"].concat();
    let shifted = [b"x", &SAMPLE.bytes[..]].concat();
    for bytes in [longer, shifted, Vec::new(), b"PAR1PAR1".to_vec(), vec![0; 100]] {
        assert!(matches!(SAMPLE.accepted(&bytes, true), Err(ArchiveError::Altered(_))));
        let _no_panic = SAMPLE.accepted(&bytes, false);
    }
}

/// A file of other columns that any tool could have put there.
#[test]
fn a_parquet_file_of_something_else_is_refused() {
    use arrow_array::{Int64Array, RecordBatch};
    let batch =
        RecordBatch::try_from_iter([("sequence", std::sync::Arc::new(Int64Array::from(vec![1])) as _)]);
    let batch = batch.unwrap();
    let mut bytes = Vec::new();
    let mut writer = parquet::arrow::ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    let error = SAMPLE.accepted(&bytes, false).unwrap_err();
    assert!(error.to_string().contains("cannot be read: its columns are not those of an archive"), "{error}");
}

/// A name promises a range. Renaming a file moves its entries to another place, where they do not chain.
#[test]
fn a_file_under_another_name_gives_nothing_that_chains() {
    let folder = tempfile::tempdir().unwrap();
    for (first, last) in [(2, ENTRIES + 1), (101, 101 + ENTRIES)] {
        let stretch = Stretch { first: Seq(first), last: Seq(last) };
        let path = folder.path().join(stretch.file_name());
        fs::write(&path, &SAMPLE.bytes).unwrap();
        let archives = Archives::new(folder.path().to_owned(), None);
        let after = Head { seq: Seq(first - 1), ..SAMPLE.entries[0].head() };
        let page = archives.page(after.seq, 5, usize::MAX).unwrap();
        assert!(!page.is_empty());
        assert!(page.into_iter().next().unwrap().chained_after(after).is_err());
        fs::remove_file(path).unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Several bytes are changed anywhere. A known file is refused; of an unknown one only whole entries are accepted.
    #[test]
    fn changed_bytes_never_make_another_entry(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<bool>(), 1_u8..), 1..4),
    ) {
        let mut bytes = SAMPLE.bytes.clone();
        let whole = bytes.len();
        for (at, in_footer, by) in changes {
            // Half of them in the last kilobyte, where the lengths and positions are.
            let at = if in_footer { whole - 1 - at.index(1_000) } else { at.index(whole) };
            bytes[at] = bytes[at].wrapping_add(by);
        }
        if bytes != SAMPLE.bytes {
            prop_assert!(matches!(SAMPLE.accepted(&bytes, true), Err(ArchiveError::Altered(_))));
        }
        // It checks what it accepts, and a panic would fail the test.
        let _accepted = SAMPLE.accepted(&bytes, false);
    }

    /// Every range has one name, and no other text names one.
    #[test]
    fn a_range_and_its_name_belong_together(first in any::<u64>(), more in any::<u32>(), noise in ".{0,12}") {
        let stretch = Stretch { first: Seq(first), last: Seq(first.saturating_add(more.into())) };
        let name = stretch.file_name();
        prop_assert_eq!(Stretch::of_file(&name), Some(stretch));
        prop_assert!(stretch.holds(stretch.first) && stretch.holds(stretch.last));
        prop_assert!(!noise.is_empty() || Stretch::of_file(&noise).is_none());
        for other in [format!("{noise}{name}"), format!("{name}{noise}"), name.replace("facts-", &noise)] {
            prop_assert!(other == name || Stretch::of_file(&other).is_none(), "{}", other);
        }
    }
}
