//! Findings: accepted for a while, accepted again, and reopened.

use countersign_facts::{AcceptedSeverity, Fact, FindingFact};
use countersign_names::{FindingId, Timestamp};
use countersign_testkit::story::*;
use countersign_world::{Kind, LONGEST_ACCEPTANCE, StatedBy, World};
use std::time::Duration;

const DAY: Duration = Duration::from_secs(86_400);

fn fnd(n: u128) -> FindingId {
    format!("fnd_{n:032x}").parse().unwrap()
}

fn accepted(n: u128, reason: &str, expires_at: Timestamp) -> Line {
    Line::of(Fact::Finding(FindingFact::Accepted {
        finding: fnd(n),
        about: "unused_account: bob in people".to_owned(),
        severity: AcceptedSeverity::Medium,
        reason: reason.to_owned(),
        expires_at,
    }))
}

fn reopened(n: u128) -> Line {
    Line::of(Fact::Finding(FindingFact::Reopened { finding: fnd(n), reason: "done".to_owned() }))
}

fn refused(world: &World, line: &Line) -> (Kind, &'static str) {
    let refused = world.clone().apply(&line.stated()).unwrap_err();
    (refused.kind, refused.field)
}

#[test]
fn a_finding_is_accepted_with_a_reason_and_a_bounded_end() {
    let now = accepted(1, "x", Timestamp::MAX).stated().at;
    let mut world = told(&[accepted(1, "a vendor", now.plus(DAY))]);
    let known = world.accepted_finding(fnd(1)).unwrap();
    assert_eq!((known.reason.as_str(), known.expires_at), ("a vendor", now.plus(DAY)));
    tell(&mut world, &[accepted(1, "still a vendor", now.plus(DAY * 9))]);
    assert_eq!(world.accepted_finding(fnd(1)).unwrap().reason, "still a vendor");
    assert_eq!(world.accepted_findings().len(), 1);
    for (line, expected) in [
        (accepted(2, " ", now.plus(DAY)), (Kind::Impossible, "reason")),
        (accepted(2, "x", Timestamp::from_micros(0)), (Kind::Impossible, "expires_at")),
        (accepted(2, "x", now.plus(LONGEST_ACCEPTANCE + DAY)), (Kind::Impossible, "expires_at")),
        (reopened(2), (Kind::Unknown, "finding")),
    ] {
        assert_eq!(refused(&world, &line), expected);
    }
    tell(&mut world, &[reopened(1)]);
    assert_eq!(world.accepted_finding(fnd(1)), None);
    assert_eq!(refused(&world, &reopened(1)), (Kind::Unknown, "finding"));
    assert_eq!(world.stated_by(&reopened(1).stated().fact), StatedBy::One);
}

#[test]
fn an_acceptance_is_remembered_for_a_while_after_it_expired() {
    let now = accepted(1, "x", Timestamp::MAX).stated().at;
    let mut world = told(&[accepted(1, "x", now.plus(DAY))]);
    let later = |days: u32, n| {
        let at = now.plus(DAY * days);
        accepted(n, "x", at.plus(DAY)).at(at.as_micros() / 1_000_000)
    };
    tell(&mut world, &[later(80, 2)]);
    assert!(world.accepted_finding(fnd(1)).is_some(), "79 days after its end");
    tell(&mut world, &[later(100, 3)]);
    assert!(world.accepted_finding(fnd(1)).is_none(), "99 days after its end");
    assert!(world.accepted_finding(fnd(2)).is_some());
}
