//! Reading returns entries in order, in pages, and nothing that is not the journal's.

use crate::stage::{Stage, append, read_all};
use countersign_journal::{Broken, Fault, Head, MAX_PAYLOAD_BYTES, ReadError, Seq};

pub async fn pages_give_every_entry_in_order(stage: &Stage<'_>) {
    let journal = stage.open().await;
    append(&journal, Head::GENESIS, 10).await;
    let all = read_all(&journal).await;
    let check = async |after: u64, limit, expected: std::ops::Range<usize>| {
        let page = journal.read(Seq(after), limit).await.unwrap();
        assert_eq!(page, all[expected.clone()], "{limit} after {after}");
        if let Some(before) = usize::try_from(after).ok().filter(|at| *at <= all.len()) {
            let head = before.checked_sub(1).map_or(Head::GENESIS, |at| all[at].head());
            assert_eq!(journal.read_chained(head, limit).await.unwrap(), all[expected]);
        }
    };
    check(0, 10, 0..10).await;
    check(0, u32::MAX, 0..10).await;
    check(0, 3, 0..3).await;
    check(3, 3, 3..6).await;
    check(9, 3, 9..10).await;
    check(10, 3, 0..0).await;
    check(4, 0, 0..0).await;
    check(11, 3, 0..0).await;
    check(u64::MAX, 3, 0..0).await;
}

pub async fn a_page_ends_when_it_holds_enough(stage: &Stage<'_>) {
    let journal = stage.open().await;
    let mut head = Head::GENESIS;
    for _ in 0..2 {
        let payloads = vec![vec![b'x'; MAX_PAYLOAD_BYTES]; 10];
        head = journal.append(head, payloads).await.unwrap().last().unwrap().head();
    }
    assert_eq!(journal.read(Seq::ZERO, 1000).await.unwrap().len(), 16);
    assert_eq!(journal.read(Seq(16), 1000).await.unwrap().len(), 4);
    assert_eq!(journal.verify_against(head, |_| ()).await.unwrap().entries, 20);
}

pub async fn a_gap_is_not_read_over(stage: &Stage<'_>) {
    let journal = stage.open().await;
    append(&journal, Head::GENESIS, 5).await;
    stage.tamper("DELETE FROM journal_entries WHERE seq = 3").await;
    let error = journal.read(Seq::ZERO, 10).await.unwrap_err();
    let expected = Broken { at: Seq(3), fault: Fault::Missing { until: Seq(3) } };
    assert!(matches!(&error, ReadError::Broken(broken) if *broken == expected), "{error:?}");
}

pub async fn an_altered_entry_is_not_believed(stage: &Stage<'_>) {
    let journal = stage.open().await;
    append(&journal, Head::GENESIS, 5).await;
    let second = read_all(&journal).await[1].head();
    stage.tamper("UPDATE journal_entries SET payload = hash WHERE seq = 3").await;
    let error = journal.read_chained(second, 10).await.unwrap_err();
    let differs = |fault: &Fault| matches!(fault, Fault::HashDiffers { .. });
    assert!(matches!(&error, ReadError::Broken(b) if b.at == Seq(3) && differs(&b.fault)), "{error:?}");
}
