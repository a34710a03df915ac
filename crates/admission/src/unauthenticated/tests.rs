//! The limits of the memory for anonymous refusals: how many windows, and how much each holds.

use super::*;
use countersign_evidence::{Cause, Place};
use countersign_names::{RiskLevel, Sensitivity, SessionId};
use countersign_testkit::story::*;
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
