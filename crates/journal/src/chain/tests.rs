//! A journal entry in, a verdict out: each kind of damage, one at a time.

use super::*;
use proptest::prelude::*;

fn chain(payloads: &[&[u8]]) -> Vec<Entry> {
    Batch::new(Head::GENESIS, payloads.iter().map(|p| p.to_vec()).collect()).unwrap().into_entries()
}

fn stored(entry: &Entry) -> StoredEntry {
    StoredEntry {
        seq: i64::try_from(entry.seq.0).unwrap(),
        hash: entry.hash.0.to_vec(),
        payload: entry.payload.clone(),
    }
}

#[test]
fn the_hash_is_the_one_that_the_documentation_describes() {
    // Computed with Python's hashlib from the description at the top of the module; a change of either is a new format.
    let entries = chain(&[b"", b"hello", &[0xff; 300]]);
    let hashes: Vec<_> = entries.iter().map(|entry| entry.hash.to_string()).collect();
    assert_eq!(
        hashes,
        [
            "aedb7059fe5d82556a36ee45f068a915dbb878e35b9d1b8b74ecfbd0a5bcc09c",
            "cddbbaa38dacbbd72da958fe6e7f876339a876fa4b0b233dc4f3b25243a205d1",
            "3a13ebabdfc3565e34c782d88b08e3570e677a94ae908d810877029394e259ba",
        ]
    );
}

#[test]
fn a_head_has_one_spelling() {
    let head = chain(&[b"a"])[0].head();
    assert_eq!(head.to_string().parse::<Head>().unwrap(), head);
    assert_eq!(Head::GENESIS.to_string().parse::<Head>().unwrap(), Head::GENESIS);
    let hash = head.hash.to_string();
    for other in [
        String::new(),
        "1".into(),
        "1:".into(),
        hash.clone(),
        format!("+1:{hash}"),
        format!("01:{hash}"),
        format!("-1:{hash}"),
        format!("1:{hash} "),
        format!("1:{}", hash.to_uppercase()),
        format!("1:{hash}00"),
        format!("18446744073709551616:{hash}"),
    ] {
        assert_eq!(other.parse::<Head>(), Err(HeadError), "{other:?} must not parse");
    }
}

#[test]
fn a_batch_that_no_journal_takes_is_refused() {
    let mib = || vec![0; MAX_PAYLOAD_BYTES];
    let far = Head { seq: Seq(i64::MAX.unsigned_abs()), ..Head::GENESIS };
    let end = Head { seq: Seq(u64::MAX), ..Head::GENESIS };
    let check = |after, payloads, error| assert_eq!(Batch::new(after, payloads).unwrap_err(), error);
    check(Head::GENESIS, vec![], BatchError::Empty);
    let long = MAX_PAYLOAD_BYTES + 1;
    check(Head::GENESIS, vec![vec![], vec![0; long]], BatchError::PayloadTooLarge { index: 1, bytes: long });
    let mut many = vec![mib(); 16];
    many.push(vec![0]);
    check(Head::GENESIS, many, BatchError::TooLarge { bytes: MAX_BATCH_BYTES + 1 });
    check(far, vec![vec![]], BatchError::Full);
    check(end, vec![vec![]], BatchError::Full);
    assert_eq!(Batch::new(Head::GENESIS, vec![mib(); 16]).unwrap().head().seq, Seq(16));
}

#[test]
fn what_does_not_follow_is_named() {
    let entries = chain(&[b"a", b"b", b"c"]);
    let after = entries[0].head();
    let check = |change: &dyn Fn(&mut StoredEntry), fault: Option<Fault>| {
        let mut next = stored(&entries[1]);
        change(&mut next);
        assert_eq!(next.chained_after(after).err(), fault);
    };
    check(&|_| (), None);
    check(&|next| next.seq = 5, Some(Fault::Missing { until: Seq(4) }));
    check(&|next| next.seq = 1, Some(Fault::OutOfOrder { stored: 1 }));
    check(&|next| next.seq = 0, Some(Fault::OutOfOrder { stored: 0 }));
    check(&|next| next.seq = i64::MIN, Some(Fault::OutOfOrder { stored: i64::MIN }));
    check(&|next| next.hash.clear(), Some(Fault::NotAHash { bytes: 0 }));
    check(&|next| next.hash.push(0), Some(Fault::NotAHash { bytes: 33 }));
    let computed = after.hash_next(b"x");
    check(
        &|next| next.payload = b"x".to_vec(),
        Some(Fault::HashDiffers { stored: entries[1].hash, computed }),
    );
}

proptest! {
    #[test]
    fn a_chain_accepts_itself_and_no_single_changed_bit(
        payloads in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 1..8),
        at in any::<prop::sample::Index>(),
        bit in any::<prop::sample::Index>(),
    ) {
        let batch = Batch::new(Head::GENESIS, payloads).unwrap();
        let mut head = Head::GENESIS;
        for entry in batch.entries() {
            head = stored(entry).chained_after(head).unwrap().head();
        }
        prop_assert_eq!(head, batch.head());

        // Hash and payload as one string of bits, of which one is flipped.
        let at = at.index(batch.entries().len());
        let mut bad = stored(&batch.entries()[at]);
        let bit = bit.index((32 + bad.payload.len()) * 8);
        let byte = bit / 8;
        let cell = if byte < 32 { &mut bad.hash[byte] } else { &mut bad.payload[byte - 32] };
        *cell ^= 1 << (bit % 8);
        let before = at.checked_sub(1).map_or(Head::GENESIS, |i| batch.entries()[i].head());
        let found = bad.chained_after(before);
        prop_assert!(matches!(found, Err(Fault::HashDiffers { .. })), "{found:?}");
    }

    #[test]
    fn bytes_that_nobody_chained_are_refused_without_a_panic(
        seq in prop_oneof![-2..12_i64, any::<i64>()],
        hash in prop::collection::vec(any::<u8>(), 30..35),
        payload in any::<Vec<u8>>(),
        last in prop_oneof![0..10_u64, any::<u64>()],
    ) {
        let head = Head { seq: Seq(last), hash: EntryHash([7; 32]) };
        let found = StoredEntry { seq, hash, payload }.chained_after(head);
        prop_assert!(found.is_err(), "{found:?}");
    }
}
