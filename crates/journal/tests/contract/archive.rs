//! Entries that left the store for an archive.

use crate::stage::{Stage, append, read_all};
use countersign_journal::{
    Archive, ArchiveError, Entry, Fault, Head, Journal, PruneError, ReadError, Seq, StoredEntry, VerifyError,
};
use std::sync::Arc;

/// An archive in memory, and the error that it returns instead if there is one.
struct InMemory(Vec<Entry>, Option<fn() -> ArchiveError>);

impl Archive for InMemory {
    fn page(&self, after: Seq, limit: u32, _: usize) -> Result<Vec<StoredEntry>, ArchiveError> {
        if let Some(wrong) = self.1 {
            return Err(wrong());
        }
        let later = self.0.iter().filter(|entry| entry.seq > after).take(usize::try_from(limit).unwrap());
        Ok(later
            .map(|entry| StoredEntry {
                seq: i64::try_from(entry.seq.0).unwrap(),
                hash: entry.hash.0.to_vec(),
                payload: entry.payload.clone(),
            })
            .collect())
    }
}

/// Returns a journal of ten entries, of which the first six are archived and deleted, and all its entries.
async fn six_of_ten(stage: &Stage<'_>) -> (Journal, Vec<Entry>) {
    let journal = stage.open().await;
    append(&journal, Head::GENESIS, 10).await;
    let entries = read_all(&journal).await;
    assert_eq!(journal.prune(entries[5].head(), |_| ()).await.unwrap(), 6);
    (journal, entries)
}

pub async fn what_left_the_store_is_read_and_verified_with_the_rest(stage: &Stage<'_>) {
    let (journal, entries) = six_of_ten(stage).await;
    let missing = |error: &ReadError| matches!(error, ReadError::Broken(broken) if broken.fault == Fault::Missing { until: Seq(6) });
    assert!(missing(&journal.read(Seq(0), 100).await.unwrap_err()), "nobody has them");
    assert!(matches!(journal.verify(|_| ()).await, Err(VerifyError::Broken(broken)) if broken.at == Seq(1)));
    journal.close().await;

    // After a restart, with two entries per page and with all.
    let journal = stage.open().await;
    journal.reads_archive(Arc::new(InMemory(entries[..6].to_vec(), None)));
    assert_eq!(read_all(&journal).await, entries);
    let (mut head, mut read) = (Head::GENESIS, Vec::new());
    loop {
        let page = journal.read_chained(head, 2).await.unwrap();
        let Some(last) = page.last() else { break };
        head = last.head();
        read.extend(page);
    }
    assert_eq!(read, entries);
    let anchors = [entries[2].head(), entries[8].head()];
    let found = journal.verify_containing(&anchors, |_| ()).await.unwrap();
    assert_eq!((found.head, found.entries), (entries[9].head(), 10));
    // Appending continues.
    let head = append(&journal, found.head, 2).await;
    assert_eq!(journal.verify(|_| ()).await.unwrap().head, head);
    // Again, and further: deleted entries stay deleted.
    assert_eq!(journal.prune(entries[5].head(), |_| ()).await.unwrap(), 0);
    assert_eq!(journal.prune(entries[7].head(), |_| ()).await.unwrap(), 2);
}

pub async fn only_what_is_archived_leaves_the_store(stage: &Stage<'_>) {
    let journal = stage.open().await;
    append(&journal, Head::GENESIS, 10).await;
    let entries = read_all(&journal).await;
    let other = Head { hash: entries[4].hash, ..entries[5].head() };
    assert!(matches!(journal.prune(other, |_| ()).await, Err(PruneError::Differs(head)) if head == other));
    let last = entries[9].head();
    assert!(matches!(journal.prune(last, |_| ()).await, Err(PruneError::Last(Seq(10)))));
    let beyond = Head { seq: Seq(99), ..last };
    assert!(matches!(journal.prune(beyond, |_| ()).await, Err(PruneError::Last(Seq(99)))));
    let reader = stage.open_for_reading().await;
    assert!(matches!(reader.prune(entries[5].head(), |_| ()).await, Err(PruneError::ReadOnly)));
    assert_eq!(read_all(&journal).await, entries, "nothing was deleted");

    journal.prune(entries[5].head(), |_| ()).await.unwrap();
    let said = stage.sql("DELETE FROM journal_entries WHERE seq = 7").await.unwrap_err();
    assert!(said.contains("append-only"), "{said}");
    // An older call does not reduce what is noted as archived.
    assert!(matches!(journal.prune(entries[2].head(), |_| ()).await, Ok(0)));
    assert!(stage.sql("DELETE FROM journal_entries WHERE seq = 7").await.is_err());
}

pub async fn an_archive_is_not_believed(stage: &Stage<'_>) {
    let (journal, entries) = six_of_ten(stage).await;
    let mut altered = entries[..6].to_vec();
    altered[3].payload = b"other".to_vec();
    type Wrong = Option<fn() -> ArchiveError>;
    let cut = Fault::Missing { until: Seq(6) };
    let altered_file = Fault::Archive { why: "it was altered".to_owned() };
    let cases: [(Vec<Entry>, Wrong, u64, Fault); 3] = [
        (altered, None, 4, Fault::HashDiffers { stored: entries[3].hash, computed: entries[3].hash }),
        (entries[..4].to_vec(), None, 5, cut),
        (Vec::new(), Some(|| ArchiveError::Altered("it was altered".to_owned())), 1, altered_file),
    ];
    journal.close().await;
    for (archived, wrong, at, fault) in cases {
        let journal = stage.open().await;
        journal.reads_archive(Arc::new(InMemory(archived, wrong)));
        let Err(VerifyError::Broken(broken)) = journal.verify(|_| ()).await else { panic!("{fault}") };
        assert_eq!(broken.at, Seq(at));
        assert_eq!(std::mem::discriminant(&broken.fault), std::mem::discriminant(&fault), "{broken}");
        let before = if at > 1 { entries[usize::try_from(at).unwrap() - 2].head() } else { Head::GENESIS };
        let read = journal.read_chained(before, 100).await;
        assert!(matches!(read, Err(ReadError::Broken(broken)) if broken.at == Seq(at)));
        journal.close().await;
    }
    let journal = stage.open().await;
    journal.reads_archive(Arc::new(InMemory(Vec::new(), Some(|| ArchiveError::Away("no link".to_owned())))));
    assert!(matches!(journal.read(Seq(0), 100).await, Err(ReadError::Store(_))), "later it may be there");
    // Reading what the store has needs no archive, and neither does finding out that there is no more.
    assert_eq!(journal.read(Seq(6), 100).await.unwrap(), entries[6..]);
    assert_eq!(journal.read(Seq(10), 100).await.unwrap(), []);
    assert_eq!(journal.read_chained(entries[9].head(), 100).await.unwrap(), []);
}

pub async fn a_row_that_came_back_is_found(stage: &Stage<'_>) {
    let (journal, entries) = six_of_ten(stage).await;
    let bytes = |bytes: &[u8]| stage.bytes(bytes);
    let (hash, payload) = (bytes(&entries[2].hash.0), bytes(&entries[2].payload));
    stage.tamper(&format!("INSERT INTO journal_entries VALUES (3, {hash}, {payload})")).await;
    journal.reads_archive(Arc::new(InMemory(entries[..6].to_vec(), None)));
    let Err(VerifyError::Broken(broken)) = journal.verify(|_| ()).await else { panic!("it was not found") };
    assert_eq!(broken.fault, Fault::Strays { rows: 5, met: 4 });
}

/// The schema of the releases before archives: the first schema.
pub async fn a_journal_from_before_archives_is_brought_up_to_date(stage: &Stage<'_>) {
    let journal = stage.open().await;
    let head = append(&journal, Head::GENESIS, 10).await;
    let entries = read_all(&journal).await;
    journal.close().await;
    let back = match stage {
        Stage::Sqlite { .. } => {
            "CREATE TRIGGER journal_entries_never_go BEFORE DELETE ON journal_entries
             BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;"
        }
        Stage::Postgres { .. } => {
            "DROP FUNCTION journal_entries_refuse_unarchived;
             CREATE TRIGGER journal_entries_never_change BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_entries
                FOR EACH STATEMENT EXECUTE FUNCTION journal_entries_refuse();"
        }
    };
    stage.tamper("DROP TABLE journal_archived; DELETE FROM journal_migrations WHERE version = 2").await;
    stage.sql(back).await.unwrap();
    if matches!(stage, Stage::Sqlite { .. }) {
        let never = "CREATE TRIGGER journal_entries_never_change BEFORE UPDATE ON journal_entries
                     BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;";
        stage.sql(never).await.unwrap();
    }
    // A reader changes nothing, and needs no migration.
    let reader = stage.open_for_reading().await;
    assert_eq!(reader.verify(|_| ()).await.unwrap().head, head);
    reader.close().await;
    let journal = stage.open().await;
    assert_eq!(read_all(&journal).await, entries);
    assert_eq!(journal.prune(entries[5].head(), |_| ()).await.unwrap(), 6);
    let said = stage.sql("DELETE FROM journal_entries WHERE seq = 7").await.unwrap_err();
    assert!(said.contains("append-only"), "{said}");
}
