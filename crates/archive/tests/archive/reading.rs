//! What is read from archive files, and which parts of a damaged or foreign file are accepted.

use crate::site::{ArchiveSite, ENTRIES, all, known};
use countersign_archive::ArchiveWriter;
use countersign_journal::{Archive as _, ArchiveError, Head, Seq, VerifyError};
use std::fs;
use std::sync::Arc;

#[tokio::test]
async fn a_journal_of_which_most_is_archived_is_read_and_verified_whole() {
    let site = ArchiveSite::new().await;
    let (one, two) = (site.write(0, 7_000), site.write(7_000, 9_500));
    assert_eq!((one.last, two.last), (site.head(7_000), site.head(9_500)));
    let journal = site.journal().await;
    assert_eq!(journal.prune(two.last, |_| ()).await.unwrap(), 9_500);
    journal.close().await;

    for expected in [vec![], vec![known(&one), known(&two)]] {
        let journal = site.journal().await;
        let archives = site.archives();
        archives.expect(expected.clone());
        assert_eq!(archives.verify_known().unwrap(), expected.len());
        journal.reads_archive(Arc::new(archives));
        for limit in [1_000, 4_097] {
            assert!(all(&journal, limit).await.unwrap() == site.entries);
        }
        // From the middle of a row group, of the other file, and across the boundary between a file and the store.
        for after in [4_095, 4_096, 4_097, 6_999, 7_000, 9_499, 9_500] {
            let page = journal.read(Seq(after), 3).await.unwrap();
            assert!(!page.is_empty() && page[..] == site.entries[after as usize..][..page.len()], "{after}");
        }
        let found = journal.verify_against(site.head(5_000), |_| ()).await.unwrap();
        assert_eq!((found.head, found.entries), (site.head(ENTRIES), ENTRIES));
        journal.close().await;
    }
}

#[tokio::test]
async fn a_file_that_is_not_the_one_that_was_written_is_not_read() {
    let site = ArchiveSite::new().await;
    let written = site.write(0, 9_000);
    let journal = site.journal().await;
    journal.prune(written.last, |_| ()).await.unwrap();
    let archives = Arc::new(site.archives());
    archives.expect([known(&written)]);
    journal.reads_archive(archives.clone());
    assert!(all(&journal, 4_096).await.unwrap() == site.entries);

    let whole = fs::read(&written.path).unwrap();
    // Another, valid chain: an attacker who can write files but not facts.
    let forged = {
        let mut writer = ArchiveWriter::begin(&site.archives_folder(), Head::GENESIS).unwrap();
        let mut head = Head::GENESIS;
        for _ in 0..9_000 {
            let entry = head.entry(b"forged".to_vec());
            head = entry.head();
            writer.push(entry).unwrap();
        }
        fs::read(writer.finish().unwrap().path).unwrap()
    };
    let flipped = {
        let mut bytes = whole.clone();
        bytes[1_000] ^= 1;
        bytes
    };
    let cases = [
        ("forged", forged),
        ("flipped", flipped),
        ("cut", whole[..whole.len() / 2].to_vec()),
        ("empty", vec![]),
    ];
    for (what, bytes) in cases {
        fs::write(&written.path, bytes).unwrap();
        let Err(VerifyError::Broken(broken)) = journal.verify(|_| ()).await else { panic!("{what}") };
        assert!(broken.to_string().contains("its digest is not the one in the journal"), "{what}: {broken}");
        assert!(journal.read(Seq(0), 1).await.is_err(), "{what}");
        // A reader that does not know the digest detects it by the chain, or cannot read it.
        let unaware = site.archives();
        let read: Result<Vec<_>, ArchiveError> = unaware.page(Seq(0), 10, 1_000);
        let believed = read.is_ok_and(|page| {
            page.iter().zip(&site.entries).all(|(read, entry)| read.payload == entry.payload)
        });
        assert!(!believed || what == "flipped", "{what}");
    }
    fs::remove_file(&written.path).unwrap();
    let gone = journal.verify(|_| ()).await.unwrap_err().to_string();
    assert!(
        gone.contains("is missing, which holds the entries 1 to 9000: put it back from a copy"),
        "{gone}"
    );
    // Reading a pipe without a writer would never end.
    assert!(std::process::Command::new("mkfifo").arg(&written.path).status().unwrap().success());
    assert!(journal.read(Seq(0), 1).await.is_err());
    fs::remove_file(&written.path).unwrap();
    fs::write(&written.path, whole).unwrap();
    assert!(all(&journal, 4_096).await.unwrap() == site.entries, "the original is back");
}

/// Damage anywhere neither ends a process nor passes for another entry.
#[tokio::test]
async fn no_damage_passes_for_an_entry() {
    let site = ArchiveSite::new().await;
    let written = site.write(0, 9_000);
    let journal = site.journal().await;
    journal.prune(written.last, |_| ()).await.unwrap();
    journal.close().await;
    let whole = fs::read(&written.path).unwrap();
    // The footer, which holds lengths and positions, and positions all over the file.
    let footer = whole.len() - 400..whole.len();
    let spread = (0..200).map(|step| step * whole.len() / 200);
    let (mut refused, mut read) = (0, 0);
    for at in footer.chain(spread) {
        let mut bytes = whole.clone();
        bytes[at] = bytes[at].wrapping_add(1 + (at % 251) as u8);
        fs::write(&written.path, bytes).unwrap();
        let archives = site.archives();
        for after in [0, 8_000] {
            let mut head = site.head(after);
            match archives.page(Seq(after), 4_096, usize::MAX) {
                Err(_) => refused += 1,
                Ok(page) => {
                    // The journal's own check of each entry.
                    let chained = page.into_iter().map_while(|stored| {
                        let entry = stored.chained_after(head).ok()?;
                        head = entry.head();
                        Some(entry)
                    });
                    let chained: Vec<_> = chained.collect();
                    read += chained.len();
                    assert!(chained[..] == site.entries[after as usize..][..chained.len()], "{at}");
                }
            }
        }
    }
    assert!(refused > 0 && read > 0, "damage of the footer is noticed, and what is not damaged is read");
}
