//! Access reviews: opened, decided, escalated, given to others, and closed once.

use countersign_facts::{
    Actor, Digest, Fact, ReviewEscalation, ReviewFact, ReviewScope, ReviewVerdict, ReviewersRule,
    UndecidedRule,
};
use countersign_names::{ReviewId, Timestamp};
use countersign_testkit::story::*;
use countersign_world::{Kind, LONGEST_REVIEW, StatedBy, World};
use std::time::Duration;

const DAY: Duration = Duration::from_secs(86_400);

fn rev(n: u128) -> ReviewId {
    format!("rev_{n:032x}").parse().unwrap()
}

fn fact(fact: ReviewFact) -> Line {
    Line::of(Fact::Review(fact))
}

fn now() -> Timestamp {
    closed(1, 0, 0).stated().at
}

fn opening(n: u128, items: u32, due_at: Timestamp) -> ReviewFact {
    ReviewFact::Opened {
        review: rev(n),
        title: "Administrators".to_owned(),
        scope: ReviewScope { here: true, ..ReviewScope::default() },
        reviewers: ReviewersRule::Owner,
        fallback: per(1),
        escalation: None,
        due_at,
        undecided: UndecidedRule::Nothing,
        items,
        asked: Digest::new([7; 32]),
    }
}

fn opened(n: u128, items: u32, due_at: Timestamp) -> Line {
    fact(opening(n, items, due_at))
}

fn decided(n: u128, items: &[u32], verdict: ReviewVerdict, reason: Option<&str>) -> Line {
    let reason = reason.map(ToOwned::to_owned);
    fact(ReviewFact::Decided { review: rev(n), items: items.to_vec(), verdict, reason })
}

fn closed(n: u128, kept: u32, undecided: u32) -> Line {
    fact(ReviewFact::Closed { review: rev(n), report: Digest::new([8; 32]), kept, revoked: 0, undecided })
}

fn refused(world: &World, line: &Line) -> (Kind, &'static str) {
    let refused = world.clone().apply(&line.stated()).unwrap_err();
    (refused.kind, refused.field)
}

#[test]
fn an_opening_makes_sense() {
    let world = told(&[person(1)]);
    let due = now().plus(DAY);
    let escalated = |at| {
        let mut opening = opening(1, 1, due);
        if let ReviewFact::Opened { escalation, .. } = &mut opening {
            *escalation = Some(ReviewEscalation { at, to: per(1) });
        }
        fact(opening)
    };
    for (line, expected) in [
        (opened(1, 0, due), (Kind::Impossible, "items")),
        (opened(1, 10_001, due), (Kind::Impossible, "items")),
        (opened(1, 1, now()), (Kind::Impossible, "due_at")),
        (opened(1, 1, now().plus(LONGEST_REVIEW + DAY)), (Kind::Impossible, "due_at")),
        (escalated(due), (Kind::Impossible, "escalation")),
        (closed(1, 0, 1), (Kind::Unknown, "review")),
    ] {
        assert_eq!(refused(&world, &line), expected);
    }
    assert_eq!(refused(&World::empty(), &opened(1, 1, due)).0, Kind::Unknown, "there is no fallback");
    let mut world = world;
    tell(&mut world, &[escalated(now())]);
    assert_eq!(refused(&world, &opened(1, 1, due)), (Kind::Taken, "review"));
    assert_eq!(world.stated_by(&opened(1, 1, due).stated().fact), StatedBy::One);
    assert_eq!(world.reviews().count(), 1);
}

#[test]
fn a_campaign_is_decided_until_it_is_closed_once() {
    let keep = ReviewVerdict::Keep;
    let mut world = told(&[person(1), opened(1, 3, now().plus(DAY))]);
    let opened_at = world.review(rev(1)).unwrap().changed;
    for (line, expected) in [
        (decided(1, &[], keep, None), (Kind::Impossible, "items")),
        (decided(1, &[2, 1], keep, None), (Kind::Impossible, "items")),
        (decided(1, &[1, 1], keep, None), (Kind::Impossible, "items")),
        (decided(1, &[4], keep, None), (Kind::Unknown, "items")),
        (decided(1, &[0], keep, None), (Kind::Unknown, "items")),
        (decided(1, &[1], ReviewVerdict::Revoke, None), (Kind::Impossible, "reason")),
        (decided(1, &[1], ReviewVerdict::Revoke, Some(" ")), (Kind::Impossible, "reason")),
        (closed(1, 1, 1), (Kind::Impossible, "items")),
        (closed(1, u32::MAX, 4), (Kind::Impossible, "items")),
    ] {
        assert_eq!(refused(&world, &line), expected);
    }
    tell(&mut world, &[decided(1, &[1, 2], keep, None)]);
    let known = world.review(rev(1)).unwrap();
    assert!(known.changed > opened_at && known.assigned == opened_at, "a decision assigns nothing");
    let (review, items, reviewer) = (rev(1), vec![3], per(1));
    tell(&mut world, &[fact(ReviewFact::Escalated { review, items, reviewer })]);
    let known = world.review(rev(1)).unwrap();
    assert!(known.escalated && known.assigned == known.changed);
    tell(&mut world, &[closed(1, 2, 1)]);
    assert_eq!(world.review(rev(1)).unwrap().sealed.as_ref().unwrap().kept, 2);
    assert_eq!(refused(&world, &closed(1, 2, 1)), (Kind::Over, "review"), "it is closed once");
    assert_eq!(refused(&world, &decided(1, &[3], keep, None)), (Kind::Over, "review"));
}

#[test]
fn only_the_software_decides_after_the_due_date() {
    let world = told(&[person(1), opened(1, 1, now().plus(DAY))]);
    let mut stated = decided(1, &[1], ReviewVerdict::Revoke, Some("nobody decided it")).stated();
    stated.at = now().plus(DAY * 2);
    assert_eq!(world.clone().apply(&stated).unwrap_err().kind, Kind::Over);
    stated.by = Actor::System("reviews".to_owned());
    world.clone().apply(&stated).unwrap();
}
