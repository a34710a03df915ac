//! Several writers and readers at once.

use crate::site::{ArchiveSite, known};
use countersign_archive::{ArchiveWriter, Archives};
use countersign_journal::{Archive as _, Head, Seq};
use std::fs;

/// An administrator and the schedule may archive the same entries at the same moment. Neither spoils the other's file.
#[tokio::test]
async fn two_writers_of_the_same_entries_do_not_meet() {
    let site = ArchiveSite::new().await;
    let folder = site.archives_folder();
    let begin = || ArchiveWriter::begin(&folder, Head::GENESIS).unwrap();
    let (mut one, mut two) = (begin(), begin());
    for entry in &site.entries[..6_000] {
        one.push(entry.clone()).unwrap();
        two.push(entry.clone()).unwrap();
    }
    for entry in &site.entries[6_000..9_000] {
        two.push(entry.clone()).unwrap();
    }
    // A third one begins and gives up, and a fourth finishes in between.
    drop(begin());
    let one = one.finish().unwrap();
    let short = site.write(0, 10);
    let two = two.finish().unwrap();
    for written in [&one, &short, &two] {
        let bytes = fs::read(&written.path).unwrap();
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &bytes);
        assert_eq!(written.digest, digest.as_ref(), "{:?}", written.stretch);
        let archives = Archives::new(folder.clone(), None);
        archives.expect([known(written)]);
        assert_eq!(archives.verify_known().unwrap(), 1);
        let last = archives.page(Seq(written.last.seq.0 - 1), 10, usize::MAX).unwrap();
        assert_eq!(last.len(), 1);
        assert_eq!(last[0].payload, site.entries[written.last.seq.0 as usize - 1].payload);
    }
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 3, "nothing unfinished is left");
}

/// The same range, written by many threads at the same time: each finishes, and the file that stays is whole.
#[tokio::test]
async fn many_writers_of_one_file_leave_a_whole_one() {
    let site = ArchiveSite::new().await;
    let written = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..8).map(|_| scope.spawn(|| site.write(0, 500))).collect();
        writers.into_iter().map(|writer| writer.join().unwrap()).collect::<Vec<_>>()
    });
    assert!(written.iter().all(|one| *one == written[0]), "the same entries are the same bytes");
    let archives = site.archives();
    archives.expect([known(&written[0])]);
    assert_eq!(archives.verify_known().unwrap(), 1);
    assert_eq!(fs::read_dir(site.archives_folder()).unwrap().count(), 1);
}

#[tokio::test]
async fn many_readers_of_different_places_get_their_own_entries() {
    let site = ArchiveSite::new().await;
    let files = [site.write(0, 5_000), site.write(5_000, 10_000)];
    let archives = site.archives();
    archives.expect(files.iter().map(known));
    std::thread::scope(|scope| {
        for reader in 0..4_usize {
            let (archives, entries) = (&archives, &site.entries);
            scope.spawn(move || {
                for step in 0..10 {
                    let after = (reader * 2_477 + step * 991) % 9_990;
                    let page = archives.page(Seq(after as u64), 5, usize::MAX).unwrap();
                    assert!(!page.is_empty());
                    for (read, entry) in page.iter().zip(&entries[after..]) {
                        assert_eq!((read.seq as u64, &read.payload), (entry.seq.0, &entry.payload));
                    }
                }
            });
        }
    });
}
