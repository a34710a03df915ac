//! Time is set back by the operator's acceptance of the clock: what it ends, what it leaves, and when it is refused.

use super::refused;
use countersign_facts::{AcceptedClock, Fact, JournalFact, Stated};
use countersign_names::{PersonId, Timestamp};
use countersign_testkit::golden;
use countersign_testkit::story::*;
use countersign_world::{GrantState, Kind, ProposalState, World};
use std::time::Duration;

const TEN_YEARS: i64 = 10 * 365 * 86_400;

fn moment(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// The worlds before and after time was set back, in a journal that holds one of everything with an end.
fn around_the_acceptance() -> (World, Stated, World) {
    let mut world = World::empty();
    for stated in golden::journal("clocks") {
        if matches!(stated.fact, Fact::Journal(JournalFact::ClockAccepted(_))) {
            let mut after = world.clone();
            after.apply(&stated).unwrap();
            return (world, stated, after);
        }
        world.apply(&stated).unwrap();
    }
    panic!("the golden journal sets no time back")
}

fn clock(held: i64, why: &str) -> AcceptedClock {
    AcceptedClock { gate: "edge".into(), held: at(held), why: why.into() }
}

fn accepted(now: i64, held: i64) -> Line {
    Line::of(Fact::Journal(JournalFact::ClockAccepted(clock(held, "test")))).at(now)
}

fn confirmed(now: i64, held: i64) -> Line {
    Line::of(Fact::Journal(JournalFact::ClockConfirmed(clock(held, "test")))).at(now)
}

#[test]
fn whatever_was_open_or_lent_ends_and_a_preview_says_so() {
    let (before, stated, after) = around_the_acceptance();
    let Fact::Journal(JournalFact::ClockAccepted(clock)) = &stated.fact else { panic!("as found") };
    let told = before.ended_by_clock(stated.at, clock).unwrap();
    assert_eq!((before.sessions().count(), after.sessions().count(), told.sessions), (1, 0, 1));
    let code = "6".repeat(64).parse().unwrap();
    assert!(before.handover(&code).is_some() && after.handover(&code).is_none());
    assert_eq!(told.handovers, 1);
    assert_eq!((before.invitations().count(), after.invitations().count(), told.invitations), (1, 0, 1));
    let secret = "8".repeat(64).parse().unwrap();
    assert!(before.invitation_by_secret(&secret).is_some() && after.invitation_by_secret(&secret).is_none());
    let proposal = after.proposals().next().unwrap();
    assert!(matches!(&proposal.state, ProposalState::Refused { at, .. } if *at == stated.at));
    assert!(proposal.facts.is_empty());
    let states: Vec<_> = after.grants().map(|grant| grant.state.clone()).collect();
    assert!(states.iter().any(|state| matches!(state, GrantState::Revoked { .. })), "{states:?}");
    assert!(states.iter().any(|state| matches!(state, GrantState::Refused { .. })), "{states:?}");
    let per_person = |n| after.grants_of(PersonId::new(uuid::Uuid::from_u128(n))).unwrap().len();
    assert_eq!((states.len(), per_person(2)), (2, 2));
    assert_eq!((told.proposals, told.requests, told.grants), (1, 1, 1));
    assert!(after.is_spent_key("k1") && after.assertion_keys().next().is_none());
    assert_eq!((told.keys, told.rollouts, told.postures), (1, 1, 1));
    assert_eq!(after.evidence("edge-1").unwrap().gone_before(), Some(stated.at));
    assert_eq!(after.head_accepted().unwrap().at, stated.at);
    assert_eq!((after.register_changed(), before.register_changed()), (after.seq(), 0));
    assert_eq!((after.newest(), after.latest_dated()), (Some(stated.at), before.newest()));
    let known = after.clock_set_back().unwrap();
    assert_eq!((known.at, known.held, known.seq), (stated.at, clock.held, after.seq()));
    assert_eq!((known.gate.as_str(), &known.why), ("edge-1", &clock.why));
    // A preview changes nothing.
    assert!(before.clock_set_back().is_none() && before.sessions().count() == 1);
}

#[test]
fn what_had_ended_is_dropped_and_the_rest_keeps_its_age_and_what_was_left_of_it() {
    let (before, stated, after) = around_the_acceptance();
    let Fact::Journal(JournalFact::ClockAccepted(clock)) = &stated.fact else { panic!("as found") };
    let told = before.ended_by_clock(stated.at, clock).unwrap();
    let back = clock.held.since(stated.at);
    assert_eq!((told.tokens, told.shortened_tokens), (vec![tok(1)], vec![tok(2)]));
    assert_eq!((told.exceptions, told.shortened_exceptions), (vec![exc(1)], vec![exc(2)]));
    let ends =
        |world: &World, n| world.tokens().find(|token| token.id == tok(n)).map(|token| token.expires_at);
    assert_eq!((ends(&before, 1).is_some(), ends(&after, 1)), (true, None));
    assert!(after.token_by_secret(&"1".repeat(64).parse().unwrap(), stated.at).is_none());
    assert_eq!(ends(&after, 2), ends(&before, 2).map(|end| end.minus(back)));
    assert_eq!(ends(&after, 3), Some(Timestamp::MAX), "what never ends never ends");
    let exception = |world: &World| world.exception(exc(2)).unwrap().clone();
    assert!(after.exception(exc(1)).is_none());
    assert_eq!(exception(&after).expires_at, exception(&before).expires_at.minus(back));
    assert_eq!(exception(&after).opened_at, stated.at);
    // At the held moment it was ten years old.
    let device = after.device(dev(1)).unwrap();
    let age = stated.at.age_of(device.collected_at.unwrap());
    assert_eq!(age, clock.held.age_of(moment("2026-11-30T08:00:00Z")));
    assert!(age > TEN_YEARS && *device.checks == *before.device(dev(1)).unwrap().checks);
    // The watch begins anew, instead of in ten years.
    let due = |world: &World| world.rollouts().next().unwrap().due_at().unwrap();
    assert_eq!(due(&after), stated.at.plus(Duration::from_secs(3_600)));
    assert!(due(&before) > clock.held);
    assert_eq!(after.active_rollouts().first().unwrap().due_at(), Some(due(&after)));
}

#[test]
fn a_grant_that_had_ended_by_then_is_left_as_it_is() {
    let story = [application("wiki"), person(1), request(1, 1), approve(1)];
    for (now, held, revoked) in [(400, 600, true), (499, 600, true), (500, 600, false)] {
        let mut world = told(&story);
        tell(&mut world, &[accepted(now, held)]);
        let state = &world.grant(gra(1)).unwrap().state;
        assert_eq!(matches!(state, GrantState::Revoked { .. }), revoked, "{now}: {state:?}");
        assert!(world.grant(gra(1)).unwrap().active_until(at(now)).is_none());
    }
}

#[test]
fn observations_from_before_say_nothing_and_dates_from_before_are_corrected() {
    let mut world = told(&[person(1).at(10), person(2).at(900)]);
    let checks = [(countersign_names::PostureCheck::Firewall, countersign_names::CheckResult::Pass)].into();
    let mut digests = vec![world.posture_digest(&checks)];
    tell(&mut world, &[accepted(100, 1_000), person(3).at(120)]);
    digests.push(world.posture_digest(&checks));
    tell(&mut world, &[person(4).at(500), accepted(130, 500), person(5).at(140)]);
    digests.push(world.posture_digest(&checks));
    digests.dedup();
    assert_eq!(digests.len(), 3);
    let dates = [(1, 10), (2, 900), (3, 100), (4, 120), (5, 500), (6, 130), (7, 140)];
    let corrected = dates.map(|(seq, dated)| world.stated_by_then(seq, at(dated)).as_seconds());
    assert_eq!(corrected, [10, 100, 100, 120, 130, 130, 140]);
    assert_eq!((world.newest(), world.latest_dated()), (Some(at(140)), Some(at(900))));
}

#[test]
fn one_more_machine_changes_nothing_in_the_world() {
    let story = [person(1), key(1, 1), accepted(100, 900), session(1, 1, 1).at(110)];
    let mut world = told(&story);
    tell(&mut world, &[confirmed(120, 900), confirmed(120, 300)]);
    assert_eq!((world.sessions().count(), world.newest()), (1, Some(at(120))));
    assert_eq!(world.clock_set_back().unwrap().seq, 3);
    let refused_with = |line: Line, words| {
        refused(story.iter().cloned().chain([line]).collect(), Kind::Impossible, words);
    };
    refused_with(confirmed(120, 901), "accept the clock for all machines");
    refused_with(confirmed(120, 120), "there is nothing to accept");
    refused(vec![confirmed(120, 900)], Kind::Impossible, "accept the clock for all machines");
}

#[test]
fn a_clock_is_accepted_with_a_reason_and_only_if_time_ran_ahead() {
    let ahead = person(1).at(900);
    let with = |now, held: Timestamp, why: &str| {
        let accepted = AcceptedClock { gate: "edge".into(), held, why: why.into() };
        Line::of(Fact::Journal(JournalFact::ClockAccepted(accepted))).at(now)
    };
    for (line, words) in [
        (with(100, at(900), " "), "say why"),
        (with(900, at(900), "test"), "there is nothing to accept"),
        (with(950, at(900), "test"), "there is nothing to accept"),
        (with(100, at(899), "test"), "has the later date"),
        (with(100, Timestamp::MAX, "test"), "there is nothing to accept"),
    ] {
        refused(vec![ahead.clone(), line], Kind::Impossible, words);
    }
}
