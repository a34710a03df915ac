//! A file with the name of an archive file, which anybody could have put there. Reading it ends, in entries or in an
//! error; no entry is longer than an entry may be, and what the journal would accept continues the chain.
//!
//! The journal lists no digest for it, as at a start that folds everything.

use countersign_archive::{Archives, Stretch};
use countersign_journal::{Archive as _, Head, MAX_PAYLOAD_BYTES, Seq};
use std::sync::LazyLock;
use tempfile::TempDir;

/// The entries that the file's name promises.
const NAMED: Stretch = Stretch { first: Seq(1), last: Seq(8) };

/// Removed by nobody: the process ends while it is in use.
static FOLDER: LazyLock<TempDir> = LazyLock::new(|| {
    tempfile::Builder::new().prefix("countersign-fuzz-archive-").tempdir().expect("a folder can be made")
});

/// Reads the bytes as an archive file. Returns whether an entry was read.
pub fn archive_file(bytes: &[u8]) -> bool {
    std::fs::write(FOLDER.path().join(NAMED.file_name()), bytes).expect("the file can be written");
    let archives = Archives::new(FOLDER.path().to_owned(), None);
    let (mut head, mut entries) = (Head::GENESIS, 0);
    while let Ok(page) = archives.page(head.seq, 3, 1 << 20) {
        assert!(page.len() <= 3, "a page is as long as was asked for");
        let before = head;
        for row in page {
            assert!(row.payload.len() <= MAX_PAYLOAD_BYTES, "an entry is as long as one may be");
            entries += 1;
            let Ok(entry) = row.chained_after(head) else { return true };
            assert_eq!(entry.seq, head.seq.next());
            head = entry.head();
        }
        if head == before {
            break;
        }
    }
    entries > 0
}
