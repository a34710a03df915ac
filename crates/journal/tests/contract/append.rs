//! Appending is conditional, atomic and durable, and refuses invalid batches.

use crate::stage::{Stage, append, read_all};
use countersign_journal::{
    AppendError, Batch, BatchError, EntryHash, Head, Journal, MAX_BATCH_BYTES, MAX_PAYLOAD_BYTES, Seq,
};
use std::time::Duration;

pub async fn an_empty_journal_begins_at_genesis(stage: &Stage<'_>) {
    let journal = stage.open().await;
    assert_eq!(journal.head().await.unwrap(), Head::GENESIS);
    assert_eq!(journal.read(Seq::ZERO, 10).await.unwrap(), []);
    assert_eq!(journal.verify(|_| ()).await.unwrap().entries, 0);
}

pub async fn what_was_appended_is_there_after_opening_again(stage: &Stage<'_>) {
    let journal = stage.open().await;
    let payloads = vec![b"first".to_vec(), vec![], vec![0, 255, 10]];
    let mut appended = journal.append(Head::GENESIS, payloads.clone()).await.unwrap();
    let head = appended.last().unwrap().head();
    // More than one statement's worth on SQLite, and not a round number of them.
    let many: Vec<_> = (0..150_u8).map(|i| vec![i; 20]).collect();
    appended.extend(journal.append(head, many).await.unwrap());
    assert_eq!(appended.iter().take(3).map(|e| e.payload.clone()).collect::<Vec<_>>(), payloads);
    assert_eq!(appended.iter().map(|e| e.seq.0).collect::<Vec<_>>(), (1..=153).collect::<Vec<_>>());
    journal.close().await;

    let again = stage.open().await;
    assert_eq!(read_all(&again).await, appended);
    assert_eq!(again.head().await.unwrap(), appended.last().unwrap().head());
    assert_eq!(again.verify(|_| ()).await.unwrap().entries, 153);
}

pub async fn an_append_to_an_old_head_conflicts_and_changes_nothing(stage: &Stage<'_>) {
    let journal = stage.open().await;
    let old = append(&journal, Head::GENESIS, 3).await;
    let new = append(&journal, old, 2).await;
    for stale in [Head::GENESIS, old] {
        check_conflict(&journal, stale, new).await;
    }
}

pub async fn an_append_to_a_head_that_never_was_conflicts(stage: &Stage<'_>) {
    let journal = stage.open().await;
    let made_up = EntryHash([7; 32]);
    check_conflict(&journal, Head { seq: Seq::ZERO, hash: made_up }, Head::GENESIS).await;
    check_conflict(&journal, Head { seq: Seq(1), hash: made_up }, Head::GENESIS).await;
    let head = append(&journal, Head::GENESIS, 3).await;
    check_conflict(&journal, Head { seq: Seq(3), hash: made_up }, head).await;
    check_conflict(&journal, Head { seq: Seq(9), hash: head.hash }, head).await;
    check_conflict(&journal, Head { seq: Seq::ZERO, hash: made_up }, head).await;
}

async fn check_conflict(journal: &Journal, expected: Head, actual: Head) {
    match journal.append(expected, vec![b"x".to_vec()]).await {
        Err(AppendError::Conflict { head }) => assert_eq!(head, actual),
        other => panic!("expected a conflict at {expected}, got {other:?}"),
    }
    assert_eq!(journal.head().await.unwrap(), actual);
}

pub async fn of_two_racing_appends_exactly_one_gets_in(stage: &Stage<'_>) {
    let journal = stage.open().await;
    let rival = stage.rival(&journal).await;
    let mut head = Head::GENESIS;
    for round in 0..30 {
        // Batches of different length would reveal a store that inserts half of the longer one.
        let short = journal.append(head, vec![format!("short {round}").into_bytes()]);
        let long = rival.append(head, vec![format!("long {round}").into_bytes(); 3]);
        let (winner, loser) = match tokio::join!(short, long) {
            (Ok(winner), Err(loser)) | (Err(loser), Ok(winner)) => (winner, loser),
            other => panic!("round {round}: not exactly one got in: {other:?}"),
        };
        head = winner.last().unwrap().head();
        assert!(matches!(loser, AppendError::Conflict { head: at } if at == head), "{loser:?}");
        assert_eq!(journal.head().await.unwrap(), head);
    }
    journal.verify_against(head, |_| ()).await.unwrap();
    rival.close().await;
}

pub async fn racing_appenders_that_retry_make_one_total_order(stage: &Stage<'_>) {
    const EACH: u64 = 20;
    let journal = stage.open().await;
    let mut tasks = Vec::new();
    for who in 0..4_u8 {
        let journal = stage.rival(&journal).await;
        tasks.push(tokio::spawn(async move {
            let mut head = journal.head().await.unwrap();
            for i in 0..EACH {
                let payload = format!("{who} {i:03}").into_bytes();
                head = loop {
                    match journal.append(head, vec![payload.clone()]).await {
                        Ok(entries) => break entries[0].head(),
                        Err(AppendError::Conflict { head: moved }) => head = moved,
                        Err(other) => panic!("{other}"),
                    }
                };
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    let all = read_all(&journal).await;
    assert_eq!(all.len() as u64, 4 * EACH);
    for who in 0..4_u8 {
        let prefix = format!("{who} ").into_bytes();
        let mine: Vec<_> =
            all.iter().filter(|e| e.payload.starts_with(&prefix)).map(|e| &e.payload).collect();
        assert_eq!(mine.len() as u64, EACH);
        assert!(mine.is_sorted(), "each appender's entries stand in the order in which it appended them");
    }
    assert_eq!(journal.verify(|_| ()).await.unwrap().entries, 4 * EACH);
}

pub async fn an_append_that_nobody_waits_for_still_happens(stage: &Stage<'_>) {
    let journal = stage.open().await;
    let mut follower = journal.follow();
    // Polled once, then dropped.
    let left = tokio::time::timeout(Duration::ZERO, journal.append(Head::GENESIS, vec![b"x".to_vec()])).await;
    drop(left);
    tokio::time::timeout(Duration::from_secs(20), follower.wait(Seq::ZERO))
        .await
        .expect("the entry is there");
    assert_eq!(journal.head().await.unwrap().seq, Seq(1));
}

pub async fn asking_again_after_a_lost_answer_is_safe(stage: &Stage<'_>) {
    let journal = stage.open().await;
    let payloads = vec![b"a".to_vec(), b"b".to_vec()];
    // As if this result had never arrived.
    journal.append(Head::GENESIS, payloads.clone()).await.unwrap();
    let ours = Batch::new(Head::GENESIS, payloads.clone()).unwrap().head();
    check_conflict(&journal, Head::GENESIS, ours).await;
    assert_eq!(read_all(&journal).await.len(), 2);
}

pub async fn a_batch_that_no_journal_takes_changes_nothing(stage: &Stage<'_>) {
    let journal = stage.open().await;
    let check = async |payloads, error: BatchError| {
        let refused = journal.append(Head::GENESIS, payloads).await;
        assert!(matches!(&refused, Err(AppendError::Refused(e)) if *e == error), "{error:?}");
        assert_eq!(journal.head().await.unwrap(), Head::GENESIS);
    };
    let long = MAX_PAYLOAD_BYTES + 1;
    check(vec![], BatchError::Empty).await;
    check(vec![b"x".to_vec(), vec![0; long]], BatchError::PayloadTooLarge { index: 1, bytes: long }).await;
    let mut many = vec![vec![0; MAX_PAYLOAD_BYTES]; 16];
    many.push(vec![0]);
    check(many, BatchError::TooLarge { bytes: MAX_BATCH_BYTES + 1 }).await;
}

pub async fn the_largest_batch_is_taken(stage: &Stage<'_>) {
    let journal = stage.open().await;
    let payloads: Vec<_> = (0..16).map(|i| vec![i; MAX_PAYLOAD_BYTES]).collect();
    let appended = journal.append(Head::GENESIS, payloads).await.unwrap();
    assert_eq!(read_all(&journal).await, appended);
}

pub async fn a_reader_cannot_append(stage: &Stage<'_>) {
    let journal = stage.open().await;
    let head = append(&journal, Head::GENESIS, 3).await;
    // Beside the handle that appends.
    let reader = stage.open_for_reading().await;
    let refused = reader.append(head, vec![b"x".to_vec()]).await;
    assert!(matches!(refused, Err(AppendError::ReadOnly)), "{refused:?}");
    let more = append(&journal, head, 1).await;
    assert_eq!(reader.verify(|_| ()).await.unwrap().head, more);
}

pub async fn sql_cannot_change_an_entry(stage: &Stage<'_>) {
    let journal = stage.open().await;
    let head = append(&journal, Head::GENESIS, 3).await;
    journal.close().await;
    for sql in [
        "UPDATE journal_entries SET payload = hash WHERE seq = 2".to_owned(),
        "DELETE FROM journal_entries WHERE seq = 3".to_owned(),
    ] {
        let said = stage.sql(&sql).await.unwrap_err();
        assert!(said.contains("append-only"), "{sql}: {said}");
    }
    assert_eq!(stage.open().await.verify(|_| ()).await.unwrap().head, head);
}
