//! What is written, and what is refused.

use countersign_archive::{ArchiveWriteError, ArchiveWriter, Archives, WrittenArchive};
use countersign_journal::{Archive as _, Entry, EntryHash, Head, Seq};
use parquet::arrow::arrow_reader::ArrowReaderMetadata;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

/// Returns a chain of this many entries after a head.
fn chain(mut head: Head, entries: u64) -> Vec<Entry> {
    let one = |n: u64| {
        let entry = head.entry(format!("entry {n}").into_bytes());
        head = entry.head();
        entry
    };
    (0..entries).map(one).collect()
}

fn write(folder: &Path, after: Head, entries: &[Entry]) -> WrittenArchive {
    let mut writer = ArchiveWriter::begin(folder, after).unwrap();
    entries.iter().for_each(|entry| writer.push(entry.clone()).unwrap());
    writer.finish().unwrap()
}

fn names(folder: &Path) -> Vec<String> {
    let name = |entry: io::Result<fs::DirEntry>| entry.unwrap().file_name().into_string().unwrap();
    let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(name).collect();
    names.sort();
    names
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn only_the_next_entry_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let first = Head::GENESIS.entry(b"one".to_vec());
    let mut writer = ArchiveWriter::begin(folder.path(), Head::GENESIS).unwrap();
    let skipped = first.head().entry(b"two".to_vec());
    assert!(matches!(writer.push(skipped), Err(ArchiveWriteError::OutOfOrder { .. })));
    let forged = Entry { payload: b"three".to_vec(), ..first };
    assert!(matches!(writer.push(forged), Err(ArchiveWriteError::OutOfOrder { .. })));
    assert!(matches!(writer.finish(), Err(ArchiveWriteError::Empty)));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "nothing of it is left");
}

#[test]
fn a_finished_file_is_what_is_said_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("a/b");
    let entries = chain(Head::GENESIS, 7);
    let written = write(&archive, entries[1].head(), &entries[2..]);
    assert_eq!((written.stretch.first, written.stretch.last), (Seq(3), Seq(7)));
    assert_eq!(written.last, entries[6].head());
    let name = "facts-00000000000000000003-00000000000000000007.parquet";
    assert_eq!((written.path.clone(), names(&archive)), (archive.join(name), vec![name.to_owned()]));
    let bytes = fs::read(&written.path).unwrap();
    assert_eq!(written.bytes, bytes.len() as u64);
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &bytes);
    assert_eq!(written.digest, digest.as_ref());
    // Facts are personal data.
    assert_eq!((mode(&archive), mode(&written.path)), (0o700, 0o600));
}

/// An engine that knows nothing of us reads the columns, and finds in the footer what the file continues.
#[test]
fn the_footer_says_the_format_and_the_head_before() {
    let folder = tempfile::tempdir().unwrap();
    let entries = chain(Head::GENESIS, 10_000);
    let written = write(folder.path(), entries[0].head(), &entries[1..]);
    let footer = ArrowReaderMetadata::load(&File::open(&written.path).unwrap(), Default::default()).unwrap();
    let said = footer.metadata().file_metadata().key_value_metadata().unwrap();
    let value = |key: &str| said.iter().find(|pair| pair.key == key).and_then(|pair| pair.value.clone());
    assert_eq!(value("countersign.archive").as_deref(), Some("1"));
    assert_eq!(value("countersign.after"), Some(entries[0].head().to_string()));
    let columns: Vec<_> = footer.schema().fields().iter().map(|field| field.name().as_str()).collect();
    assert_eq!(columns, ["sequence", "hash", "payload"]);
    let rows: Vec<_> = footer.metadata().row_groups().iter().map(|group| group.num_rows()).collect();
    assert_eq!(rows, [4_096, 4_096, 1_807], "what a reader holds in memory is bounded");
}

/// Large entries bound a row group before their number does.
#[test]
fn a_group_ends_by_its_bytes_too() {
    let folder = tempfile::tempdir().unwrap();
    let mut head = Head::GENESIS;
    let entries: Vec<_> = (0..20)
        .map(|n| {
            let entry = head.entry(vec![n; 1 << 20]);
            head = entry.head();
            entry
        })
        .collect();
    let written = write(folder.path(), Head::GENESIS, &entries);
    let footer = ArrowReaderMetadata::load(&File::open(&written.path).unwrap(), Default::default()).unwrap();
    let rows: Vec<_> = footer.metadata().row_groups().iter().map(|group| group.num_rows()).collect();
    assert_eq!(rows, [8, 8, 4]);
    let archives = Archives::new(folder.path().to_owned(), None);
    let page = |after, limit, bytes| archives.page(Seq(after), limit, bytes).unwrap().len();
    assert_eq!([page(0, 100, usize::MAX), page(5, 100, usize::MAX), page(19, 100, usize::MAX)], [8, 3, 1]);
    // A page ends with the entry that reaches the bytes, and has one at least.
    assert_eq!(
        [page(0, 100, 0), page(0, 100, 1), page(0, 100, 1 << 20), page(0, 100, (1 << 20) + 1)],
        [1, 1, 1, 2]
    );
    assert_eq!([page(0, 3, usize::MAX), page(0, 1, usize::MAX), page(0, 0, usize::MAX)], [3, 1, 0]);
}

#[test]
fn what_does_not_follow_is_refused_by_its_numbers_and_what_does_is_taken_afterwards() {
    let folder = tempfile::tempdir().unwrap();
    let entries = chain(Head::GENESIS, 4);
    let other = chain(Head::GENESIS.entry(b"another".to_vec()).head(), 3);
    let mut writer = ArchiveWriter::begin(folder.path(), entries[0].head()).unwrap();
    writer.push(entries[1].clone()).unwrap();
    for (what, entry, says) in [
        ("a gap", entries[3].clone(), "entry 4 does not follow entry 2"),
        ("again", entries[1].clone(), "entry 2 does not follow entry 2"),
        ("back", entries[0].clone(), "entry 1 does not follow entry 2"),
        ("another chain", other[1].clone(), "entry 3 does not follow entry 2"),
        ("another number", Entry { seq: Seq(7), ..entries[2].clone() }, "entry 7 does not follow entry 2"),
        (
            "another hash",
            Entry { hash: EntryHash([7; 32]), ..entries[2].clone() },
            "entry 3 does not follow entry 2",
        ),
        (
            "other bytes",
            Entry { payload: b"x".to_vec(), ..entries[2].clone() },
            "entry 3 does not follow entry 2",
        ),
    ] {
        let error = writer.push(entry).unwrap_err();
        assert_eq!(error.to_string(), says, "{what}");
    }
    writer.push(entries[2].clone()).unwrap();
    writer.push(entries[3].clone()).unwrap();
    assert_eq!(writer.finish().unwrap().last, entries[3].head());
    let archives = Archives::new(folder.path().to_owned(), None);
    let page = archives.page(Seq(1), 10, usize::MAX).unwrap();
    let payloads: Vec<_> = page.iter().map(|entry| entry.payload.clone()).collect();
    let expected: Vec<_> = entries[1..].iter().map(|entry| entry.payload.clone()).collect();
    assert_eq!(payloads, expected);
}

#[test]
fn a_folder_that_cannot_be_written_is_an_error_of_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    for place in [file.clone(), file.join("below")] {
        let error = ArchiveWriter::begin(&place, Head::GENESIS).map(drop).unwrap_err();
        assert!(matches!(error, ArchiveWriteError::Disk(_)), "{error}");
    }
    assert_eq!(ArchiveWriteError::Empty.to_string(), "there is no entry to archive");
}

/// The folder vanishes while a file is written: nothing is reported as written.
#[test]
fn a_file_that_cannot_get_its_name_is_not_reported() {
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("archive");
    let mut writer = ArchiveWriter::begin(&archive, Head::GENESIS).unwrap();
    writer.push(chain(Head::GENESIS, 1).remove(0)).unwrap();
    fs::remove_dir_all(&archive).unwrap();
    assert!(
        matches!(writer.finish(), Err(ArchiveWriteError::Disk(error)) if error.kind() == io::ErrorKind::NotFound)
    );
    assert!(!archive.exists());
}

/// A process that was killed leaves its file; the next writer removes it, and nothing else.
#[test]
fn what_a_killed_writer_left_is_removed_and_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let entries = chain(Head::GENESIS, 2);
    let kept = ["notes.txt", ".unfinished-facts-1", ".hidden", ".unfinished-"];
    for name in kept.iter().chain(&[".unfinished-0", ".unfinished-0-1-0", ".unfinished-17"]) {
        fs::write(folder.path().join(name), "half").unwrap();
    }
    let written = write(folder.path(), Head::GENESIS, &entries);
    let mut expected: Vec<_> = kept.iter().map(ToString::to_string).collect();
    expected.push(written.stretch.file_name());
    expected.sort();
    assert_eq!(names(folder.path()), expected);
}
