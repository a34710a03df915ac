//! An attacker who can write the store, and what `verify` detects.

use crate::stage::{Stage, append, read_all};
use countersign_journal::{Batch, Fault, Head, Journal, Seq, VerifyError};

/// A change of a journal of ten entries, and what must be reported about it.
struct Tampering {
    name: &'static str,
    sql: &'static str,
    at: u64,
    fault: fn(&Fault) -> bool,
}

const DIFFERS: fn(&Fault) -> bool = |fault| matches!(fault, Fault::HashDiffers { .. });

const TAMPERINGS: &[Tampering] = &[
    Tampering {
        name: "a payload was altered",
        sql: "UPDATE journal_entries SET payload = BYTES WHERE seq = 4",
        at: 4,
        fault: DIFFERS,
    },
    Tampering {
        name: "the last payload was altered",
        sql: "UPDATE journal_entries SET payload = BYTES WHERE seq = 10",
        at: 10,
        fault: DIFFERS,
    },
    Tampering {
        name: "a hash was altered",
        sql: "UPDATE journal_entries SET hash = (SELECT hash FROM journal_entries WHERE seq = 9) WHERE seq = 4",
        at: 4,
        fault: DIFFERS,
    },
    Tampering {
        name: "a hash was cut",
        sql: "UPDATE journal_entries SET hash = BYTES WHERE seq = 4",
        at: 4,
        fault: |fault| matches!(fault, Fault::NotAHash { bytes: 4 }),
    },
    Tampering {
        name: "an entry was removed",
        sql: "DELETE FROM journal_entries WHERE seq = 4",
        at: 4,
        fault: |fault| *fault == Fault::Missing { until: Seq(4) },
    },
    Tampering {
        name: "several entries were removed",
        sql: "DELETE FROM journal_entries WHERE seq IN (4, 5, 6, 8)",
        at: 4,
        fault: |fault| *fault == Fault::Missing { until: Seq(6) },
    },
    Tampering {
        name: "the first entry was removed",
        sql: "DELETE FROM journal_entries WHERE seq = 1",
        at: 1,
        fault: |fault| *fault == Fault::Missing { until: Seq(1) },
    },
    Tampering {
        name: "an entry was removed and the rest moved up",
        sql: "DELETE FROM journal_entries WHERE seq = 4;
              UPDATE journal_entries SET seq = seq + 1000 WHERE seq > 4;
              UPDATE journal_entries SET seq = seq - 1001 WHERE seq > 4",
        at: 4,
        fault: DIFFERS,
    },
    Tampering {
        name: "two entries changed places",
        sql: "UPDATE journal_entries SET seq = 1000 WHERE seq = 4;
              UPDATE journal_entries SET seq = 4 WHERE seq = 7;
              UPDATE journal_entries SET seq = 7 WHERE seq = 1000",
        at: 4,
        fault: DIFFERS,
    },
    Tampering {
        name: "two payloads changed places",
        sql: "UPDATE journal_entries SET payload = CASE seq
                WHEN 4 THEN (SELECT payload FROM journal_entries WHERE seq = 5)
                ELSE (SELECT payload FROM journal_entries WHERE seq = 4) END
              WHERE seq IN (4, 5)",
        at: 4,
        fault: DIFFERS,
    },
    Tampering {
        name: "an entry was copied to the end",
        sql: "INSERT INTO journal_entries (seq, hash, payload)
              SELECT 11, hash, payload FROM journal_entries WHERE seq = 10",
        at: 11,
        fault: DIFFERS,
    },
    Tampering {
        name: "an entry was put before the first",
        sql: "INSERT INTO journal_entries (seq, hash, payload)
              SELECT -3, hash, payload FROM journal_entries WHERE seq = 10",
        at: 10,
        fault: |fault| *fault == Fault::Strays { rows: 11, met: 10 },
    },
];

pub async fn every_tampering_is_found_and_named(stage: &Stage<'_>) {
    for tampering in TAMPERINGS {
        let stage = stage.another();
        let journal = stage.open().await;
        append(&journal, Head::GENESIS, 10).await;
        stage.tamper(&tampering.sql.replace("BYTES", &stage.bytes(b"evil"))).await;
        match journal.verify(|_| ()).await {
            Err(VerifyError::Broken(broken)) => {
                let found = broken.at == Seq(tampering.at) && (tampering.fault)(&broken.fault);
                assert!(found, "{}: {broken}", tampering.name);
            }
            other => panic!("{}: {other:?}", tampering.name),
        }
        journal.close().await;
    }
}

async fn check_anchor(journal: &Journal, anchor: Head, at: u64, fault: Fault) {
    journal.verify(|_| ()).await.expect("the chain alone cannot show it");
    match journal.verify_against(anchor, |_| ()).await {
        Err(VerifyError::Broken(broken)) => assert_eq!((broken.at, broken.fault), (Seq(at), fault)),
        other => panic!("{other:?}"),
    }
}

pub async fn a_removed_tail_is_found_by_the_anchor_alone(stage: &Stage<'_>) {
    let journal = stage.open().await;
    let anchor = append(&journal, Head::GENESIS, 10).await;
    stage.tamper("DELETE FROM journal_entries WHERE seq > 7").await;
    check_anchor(&journal, anchor, 8, Fault::Truncated { anchor }).await;
    stage.tamper("DELETE FROM journal_entries").await;
    check_anchor(&journal, anchor, 1, Fault::Truncated { anchor }).await;
}

pub async fn a_chain_that_was_written_anew_is_found_by_the_anchor_alone(stage: &Stage<'_>) {
    let journal = stage.open().await;
    let anchor = append(&journal, Head::GENESIS, 10).await;
    let seventh = read_all(&journal).await[6].head();
    let forged = Batch::new(seventh, vec![b"8".to_vec(), b"evil".to_vec(), b"10".to_vec()]).unwrap();
    for entry in forged.entries() {
        let (hash, payload) = (stage.bytes(&entry.hash.0), stage.bytes(&entry.payload));
        let set = format!(
            "UPDATE journal_entries SET hash = {hash}, payload = {payload} WHERE seq = {}",
            entry.seq
        );
        stage.tamper(&set).await;
    }
    let found = forged.head().hash;
    check_anchor(&journal, anchor, 10, Fault::AnchorDiffers { anchor, found }).await;
}

pub async fn a_whole_journal_verifies_against_every_head_it_had(stage: &Stage<'_>) {
    let journal = stage.open().await;
    let head = append(&journal, Head::GENESIS, 10).await;
    for entry in read_all(&journal).await {
        let mut reached = Vec::new();
        let verified = journal.verify_against(entry.head(), |at| reached.push(at)).await.unwrap();
        assert_eq!((verified.head, verified.entries), (head, 10));
        assert_eq!(reached.last(), Some(&head), "progress was told");
    }
    // Heads that the journal never had.
    let other = Head { seq: Seq(4), hash: head.hash };
    assert!(journal.verify_against(other, |_| ()).await.is_err());
    let other = Head { seq: Seq::ZERO, hash: head.hash };
    assert!(journal.verify_against(other, |_| ()).await.is_err());
}
