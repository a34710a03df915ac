//! The limits of the memory for anonymous refusals: how many windows, and how much each holds.

use super::*;
use countersign_evidence::{Cause, Place};
use countersign_names::{RiskLevel, Sensitivity, SessionId};
use countersign_testkit::story::*;
use std::collections::BTreeSet;
use std::net::Ipv4Addr;
use uuid::Uuid;

/// Makes the `n`th refusal, at this second, by the policy `reason`, from the `n`th address.
fn refusal(n: u32, second: i64, reason: &str) -> Decided {
    let address = IpAddr::V4(Ipv4Addr::from_bits(n));
    Decided {
        id: DecisionId::new(Uuid::from_u128(u128::from(n) + 1)),
        at: at(second),
        gate: "test".into(),
        principal: Principal::Anonymous,
        session: None,
        device: None,
        application: name("wiki"),
        resource: "wiki/pages".parse().unwrap(),
        action: Action::Read,
        operation: "GET".into(),
        item: "/".into(),
        effect: Effect::Deny,
        enforced: true,
        cause: Cause::First,
        world: 1,
        policies: [0; 32],
        reasons: vec![reason.parse().unwrap()],
        shadow: Vec::new(),
        errors: Vec::new(),
        remedies: Vec::new(),
        exceptions: Vec::new(),
        grant: None,
        sensitivity: Sensitivity::Internal,
        labelled: true,
        authentication: None,
        session_age_seconds: None,
        session_idle_seconds: None,
        device_evidence: None,
        place: Some(Place { address, network: "elsewhere".into() }),
        risk: RiskLevel::Low,
        content_type: None,
        latency_micros: 1,
        tags: std::collections::BTreeMap::new(),
        folded: None,
        item_cut: None,
    }
}

/// Notes a number of refusals with alternating reasons, and returns the records of all windows.
fn flood(refusals: u32, reasons: u32) -> (UnauthenticatedRefusals, Vec<Decided>) {
    let unauthenticated = UnauthenticatedRefusals::default();
    for n in 0..refusals {
        let reason = format!("reason-{}", n % reasons);
        let kept: usize = unauthenticated.note(refusal(n, 20, &reason), DiskSpace::Enough).record.len();
        assert!(kept <= 1);
        assert!(unauthenticated.windows.lock().len() <= WINDOWS + 1, "everybody's is one more");
    }
    let records = unauthenticated.all();
    (unauthenticated, records)
}

#[test]
fn with_many_addresses_they_are_told_apart_no_longer_and_none_goes_uncounted() {
    let refusals = u32::try_from(BY_ADDRESS).unwrap() + 1_000;
    let (unauthenticated, records) = flood(refusals, 1);
    let folded: Vec<_> = records.iter().filter_map(|record| record.folded).collect();
    let all: Vec<_> = folded.iter().map(|folded| (folded.over, folded.count)).collect();
    assert_eq!(all, [(FoldedOver::Application, 999)]);
    assert_eq!(unauthenticated.counted(), RefusalCounts { folded: 999, dropped: 0 });
}

#[test]
fn with_many_reasons_too_only_their_number_is_kept() {
    let refusals = u32::try_from(WINDOWS).unwrap() + 1_000;
    let (unauthenticated, records) = flood(refusals, refusals);
    let folded: Vec<_> = records.iter().filter_map(|record| record.folded).collect();
    let all: Vec<_> = folded.iter().map(|folded| (folded.over, folded.count)).collect();
    assert_eq!(all, [(FoldedOver::Everybody, 1_000)]);
    assert_eq!(unauthenticated.counted(), RefusalCounts { folded: 0, dropped: 1_000 });
}

#[test]
fn a_sample_that_waits_is_no_longer_than_its_record() {
    let unauthenticated = UnauthenticatedRefusals::default();
    for second in 0..2 {
        let long = "x".repeat(60_000);
        let refusal = refusal(1, second, "reason");
        unauthenticated.note(
            Decided { item: long.clone(), content_type: Some(long.clone()), operation: long, ..refusal },
            DiskSpace::Enough,
        );
    }
    let sample = unauthenticated.all().pop().unwrap();
    for text in [&sample.item, &sample.operation, sample.content_type.as_ref().unwrap()] {
        assert!(text.len() <= 4_096 && text.ends_with("x…"), "{}", text.len());
    }
}

#[test]
fn whoever_s_session_has_just_ended_is_no_stranger() {
    let stranger = refusal(1, 20, "reason");
    assert!(is_anonymous(&stranger));
    let session = Some(SessionId::new(Uuid::from_u128(7)));
    assert!(!is_anonymous(&Decided { session, ..stranger }));
}

/// Returns the id of the `n`th decision of [`noted`].
fn id(n: u128) -> DecisionId {
    DecisionId::new(Uuid::from_u128(n))
}

/// Notes a refusal with this number at this second. All are alike, and of one address.
fn noted(
    unauthenticated: &UnauthenticatedRefusals,
    n: u128,
    second: i64,
    space: DiskSpace,
) -> (DecisionId, Vec<Decided>) {
    let refusal = Decided { id: id(n), ..refusal(1, second, "reason") };
    let NotedRefusal { id, record } = unauthenticated.note(refusal, space);
    (id, record)
}

/// Returns the id and the time of each record, and what it stands for.
fn read(records: &[Decided]) -> Vec<(DecisionId, Timestamp, Option<Folded>)> {
    records.iter().map(|record| (record.id, record.at, record.folded)).collect()
}

#[test]
fn repeats_are_one_record_once_their_minute_is_over() {
    let unauthenticated = UnauthenticatedRefusals::default();
    let note = |n, second| {
        let (told, record) = noted(&unauthenticated, n, second, DiskSpace::Enough);
        (told, read(&record))
    };
    assert_eq!(note(1, 20), (id(1), vec![(id(1), at(20), None)]));
    assert_eq!(note(2, 30), (id(1), vec![]), "the record of the first stands for it");
    assert_eq!(note(3, 79), (id(1), vec![]));
    let minute = Folded { count: 2, first: at(30), over: FoldedOver::Address };
    assert_eq!(note(4, 80), (id(4), vec![(id(3), at(79), Some(minute)), (id(4), at(80), None)]));
    assert_eq!(note(5, 90), (id(4), vec![]));
    assert_eq!(read(&unauthenticated.ended(at(139))), []);
    let next = Folded { count: 1, first: at(90), over: FoldedOver::Address };
    assert_eq!(read(&unauthenticated.ended(at(140))), [(id(5), at(90), Some(next))]);
    assert_eq!(read(&unauthenticated.all()), [], "nothing is recorded twice");
    assert_eq!(note(6, 141), (id(6), vec![(id(6), at(141), None)]));
    assert_eq!(unauthenticated.counted(), RefusalCounts { folded: 3, dropped: 0 });
}

#[test]
fn with_the_last_space_one_record_has_the_id_that_everybody_is_told() {
    let unauthenticated = UnauthenticatedRefusals::default();
    for (n, second) in [(1, 20), (2, 30), (3, 40)] {
        let (told, record) = noted(&unauthenticated, n, second, DiskSpace::Reserved);
        assert_eq!((told, read(&record)), (id(1), vec![]), "not even the first has a record yet");
    }
    let all = Folded { count: 3, first: at(20), over: FoldedOver::Everybody };
    assert_eq!(read(&unauthenticated.all()), [(id(1), at(40), Some(all))]);
    assert_eq!(unauthenticated.counted(), RefusalCounts { folded: 0, dropped: 3 });
}

#[test]
fn what_a_lost_record_stood_for_is_counted() {
    let unauthenticated = UnauthenticatedRefusals::default();
    let folded = Folded { count: 5, first: at(20), over: FoldedOver::Address };
    unauthenticated.lost(&Decided { folded: Some(folded), ..refusal(1, 20, "reason") });
    unauthenticated.lost(&refusal(1, 20, "reason"));
    assert_eq!(unauthenticated.counted(), RefusalCounts { folded: 0, dropped: 6 });
}

#[test]
fn an_address_stands_for_the_64_that_it_is_in() {
    let groups = |addresses: &[&str]| {
        addresses.iter().map(|address| neighbour(address.parse().unwrap())).collect::<BTreeSet<_>>().len()
    };
    assert_eq!(groups(&["2001:db8:0:1::1", "2001:db8:0:1::2", "2001:db8:0:1:ffff:ffff:ffff:ffff"]), 1);
    assert_eq!(groups(&["2001:db8:0:1::1", "2001:db8:0:2::1", "2001:db9:0:1::1"]), 3);
    assert_eq!(groups(&["192.0.2.1", "192.0.2.2", "::ffff:192.0.2.1"]), 2);
}

#[test]
fn only_a_denial_that_stops_somebody_is_a_refusal() {
    for (effect, enforced, expected) in [
        (Effect::Deny, true, true),
        (Effect::Deny, false, false),
        (Effect::Allow, true, false),
        (Effect::Allow, false, false),
    ] {
        let decided = Decided { effect, enforced, ..refusal(1, 20, "reason") };
        assert_eq!(is_refusal(&decided), expected, "{effect:?}, {enforced}");
    }
}

#[test]
fn a_strangers_long_path_is_cut_unless_a_policy_read_it() {
    let session = Some(SessionId::new(Uuid::from_u128(7)));
    for (session, reads, is_cut) in [
        (None, Items::NONE, true),
        (None, Items::ITEM, false),
        (session, Items::NONE, false),
        (session, Items::ITEM, false),
    ] {
        let item = "x".repeat(LONGEST_ITEM + 1);
        let mut decided = Decided { session, item: item.clone(), ..refusal(1, 20, "reason") };
        trim(&mut decided, reads);
        assert_eq!(decided.item_cut.is_some(), is_cut, "{session:?}, {reads:?}");
        assert_eq!(decided.item != item, is_cut);
    }
}
