//! Grants and exceptions: their scope, their duration, and their ends.

use super::refused;
use countersign_facts::{Actor, ExceptionFact, ExceptionScope, Fact, GrantFact};
use countersign_names::ExceptionId;
use countersign_testkit::story::*;
use countersign_world::{GrantState, Kind, World};
use std::sync::Arc;

const WHOLE: ExceptionScope = ExceptionScope { person: None, group: None, application: None };

/// An exception with the fields that a case tests, and valid values for the rest.
fn opened(n: u128, scope: ExceptionScope, expires_at: i64) -> Line {
    worded(n, scope, ("CISO", "test"), expires_at)
}

fn worded(n: u128, scope: ExceptionScope, (authority, reason): (&str, &str), expires_at: i64) -> Line {
    Line::of(Fact::Exception(ExceptionFact::Opened {
        exception: exc(n),
        policy: "managed-device".parse().unwrap(),
        scope,
        owner: per(1),
        authority: authority.to_owned(),
        reason: reason.to_owned(),
        expires_at: at(expires_at),
    }))
}

fn ended(n: u128) -> Line {
    Line::of(Fact::Exception(ExceptionFact::Ended { exception: exc(n), reason: "over".to_owned() }))
}

fn for_person(n: u128) -> ExceptionScope {
    ExceptionScope { person: Some(per(n)), ..WHOLE }
}

fn for_group(name: &str) -> ExceptionScope {
    ExceptionScope { group: Some(name.parse().unwrap()), ..WHOLE }
}

fn open(world: &World) -> Vec<ExceptionId> {
    world.exceptions().iter().map(|exception| exception.id).collect()
}

/// Two people, a group and two applications.
fn before() -> Vec<Line> {
    vec![person(1), person(2), group("staff"), application("wiki"), application("shop")]
}

fn and(more: Vec<Line>) -> Vec<Line> {
    before().into_iter().chain(more).collect()
}

#[test]
fn ending_an_exception_ends_that_one_and_no_other() {
    let two = || and(vec![opened(1, for_person(1), 500), opened(2, for_person(2), 500)]);
    for (n, rest) in [(1, exc(2)), (2, exc(1))] {
        let mut world = told(&two());
        let read = Arc::clone(world.exceptions());
        tell(&mut world, &[ended(n)]);
        assert_eq!(open(&world), [rest]);
        assert!(world.exception(exc(n)).is_none());
        assert!(world.exception(rest).is_some());
        assert!(!Arc::ptr_eq(&read, world.exceptions()), "who read the list learns that it changed");
    }
    refused([two(), vec![ended(1), ended(1)]].concat(), Kind::Unknown, "open exception");
    refused([two(), vec![ended(7)]].concat(), Kind::Unknown, "exc_");
}

#[test]
fn an_exception_goes_with_the_person_it_was_for_and_stays_for_everybody_else() {
    let story = and(vec![
        opened(1, for_person(2), 500),
        opened(2, for_person(1), 500),
        opened(3, for_group("staff"), 500),
    ]);
    let mut world = told(&story);
    tell(&mut world, &[remove_person(2)]);
    assert_eq!(open(&world), [exc(2), exc(3)]);
    // If the removed person had none, the list is the same for its readers.
    let mut other = told(&and(vec![opened(2, for_person(1), 500)]));
    let read = Arc::clone(other.exceptions());
    tell(&mut other, &[remove_person(2)]);
    assert!(Arc::ptr_eq(&read, other.exceptions()));
}

#[test]
fn what_has_expired_is_dropped_when_the_next_exception_opens_and_nothing_else_is() {
    let mut world = told(&and(vec![opened(1, for_person(1), 100), opened(2, for_person(2), 101)]));
    assert_eq!(open(&world), [exc(1), exc(2)], "nothing was over yet");
    tell(&mut world, &[opened(3, for_person(1), 500).at(100)]);
    assert_eq!(open(&world), [exc(2), exc(3)], "one that ends at a moment is over at it");
}

#[test]
fn an_exception_covers_whom_and_where_it_says() {
    let scope = |person: Option<u128>, group: Option<&str>, application: Option<&str>| ExceptionScope {
        person: person.map(per),
        group: group.map(|group| group.parse().unwrap()),
        application: application.map(name),
    };
    let staff = ["staff".parse().unwrap()];
    for (what, scope, in_staff, elsewhere) in [
        ("a person", scope(Some(1), None, None), [true, false], [true, false]),
        ("a person at one application", scope(Some(1), None, Some("wiki")), [true, false], [false, false]),
        ("a group", scope(None, Some("staff"), None), [true, true], [true, true]),
        (
            "a group at one application",
            scope(None, Some("staff"), Some("wiki")),
            [true, true],
            [false, false],
        ),
        ("a person in a group", scope(Some(1), Some("staff"), None), [true, false], [true, false]),
    ] {
        let by_group = scope.group.is_some();
        let by_person = scope.person.is_some();
        let world = told(&and(vec![opened(1, scope, 500)]));
        let exception = world.exception(exc(1)).unwrap();
        for (n, (here, there)) in (1..).zip(in_staff.into_iter().zip(elsewhere)) {
            assert_eq!(exception.covers(Some(per(n)), &staff, &name("wiki")), here, "{what}, person {n}");
            assert_eq!(exception.covers(Some(per(n)), &staff, &name("shop")), there, "{what}, person {n}");
            let outside = exception.covers(Some(per(n)), &[], &name("wiki"));
            assert_eq!(outside, here && !by_group, "{what}, person {n} outside the group");
        }
        assert_eq!(exception.covers(None, &staff, &name("wiki")), !by_person, "{what}, nobody's person");
        assert!(!exception.covers(None, &[], &name("wiki")), "{what}, nobody in particular");
    }
}

#[test]
fn an_exception_names_what_there_is_says_why_and_ends() {
    for (what, line, kind, words) in [
        ("a person who is not there", opened(1, for_person(9), 500), Kind::Unknown, "person"),
        ("a group that is not there", opened(1, for_group("nobody"), 500), Kind::Unknown, "group"),
        ("no authority", worded(1, for_person(1), (" ", "why"), 500), Kind::Impossible, "authority"),
        ("no reason", worded(1, for_person(1), ("CISO", ""), 500), Kind::Impossible, "reason"),
        (
            "an end at its beginning",
            opened(1, for_person(1), 10),
            Kind::Impossible,
            "would end before it begins",
        ),
        (
            "an end before its beginning",
            opened(1, for_person(1), 9),
            Kind::Impossible,
            "would end before it begins",
        ),
    ] {
        println!("{what}");
        refused(and(vec![line]), kind, words);
    }
    let nowhere = ExceptionScope { application: Some(name("nowhere")), ..for_person(1) };
    refused(and(vec![opened(1, nowhere, 500)]), Kind::Unknown, "application");
    refused(
        and(vec![opened(1, for_person(1), 500), opened(1, for_person(2), 500)]),
        Kind::Taken,
        "already open",
    );
    refused(vec![person(2), opened(1, for_person(2), 500)], Kind::Unknown, "person");
    assert_eq!(open(&told(&and(vec![opened(1, for_person(1), 11)]))), [exc(1)], "a second is some time");
}

fn asked(n: u128, seconds: u32, reason: &str) -> Line {
    Line::of(Fact::Grant(GrantFact::Requested {
        grant: gra(n),
        person: per(1),
        application: name("wiki"),
        reason: reason.to_owned(),
        seconds,
    }))
}

#[test]
fn a_grant_is_asked_for_by_somebody_for_something_and_for_a_working_day_at_most() {
    for seconds in [60, 600, 12 * 3600] {
        let world = told(&and(vec![asked(1, seconds, "test")]));
        let grant = world.grant(gra(1)).unwrap();
        assert_eq!((grant.seconds, grant.requested_at), (seconds, at(10)));
        assert_eq!(grant.state, GrantState::Requested);
    }
    for (line, kind, words) in [
        (asked(1, 59, "test"), Kind::Impossible, "one minute"),
        (asked(1, 12 * 3600 + 1, "test"), Kind::Impossible, "twelve hours"),
        (asked(1, 600, " "), Kind::Impossible, "say why"),
        (request(1, 9), Kind::Unknown, "person"),
    ] {
        refused(and(vec![line]), kind, words);
    }
    refused(vec![person(1), request(1, 1)], Kind::Unknown, "application");
    refused(and(vec![request(1, 1), request(1, 2)]), Kind::Taken, "already");
    refused(and(vec![approve(1)]), Kind::Unknown, "grant");
    refused(and(vec![refuse(1)]), Kind::Unknown, "grant");
    refused(and(vec![revoke_grant(1)]), Kind::Unknown, "grant");
}

#[test]
fn a_grant_is_active_from_its_approval_to_its_end_and_in_no_other_state() {
    let until = |more: Vec<Line>, moment: i64| {
        let world = told(&and([vec![request(1, 1)], more].concat()));
        world.grant(gra(1)).unwrap().active_until(at(moment))
    };
    assert_eq!(until(vec![], 100), None);
    assert_eq!(until(vec![refuse(1)], 100), None);
    assert_eq!(until(vec![approve(1)], 100), Some(at(GRANT_ENDS)));
    assert_eq!(until(vec![approve(1)], GRANT_ENDS - 1), Some(at(GRANT_ENDS)));
    assert_eq!(until(vec![approve(1)], GRANT_ENDS), None);
    assert_eq!(until(vec![approve(1), revoke_grant(1)], 100), None);
    let approved =
        |end: i64| Line::of(Fact::Grant(GrantFact::Approved { grant: gra(1), expires_at: at(end) }));
    for end in [9, 10] {
        refused(and(vec![request(1, 1), approved(end)]), Kind::Impossible, "would end before it begins");
    }
    for (answers, words) in [
        (vec![approve(1), refuse(1)], "already answered"),
        (vec![refuse(1), revoke_grant(1)], "already answered"),
        (vec![approve(1), revoke_grant(1), revoke_grant(1)], "already answered"),
        (vec![approve(1), revoke_grant(1), approve(1)], "already answered"),
    ] {
        refused(and([vec![request(1, 1)], answers].concat()), Kind::Over, words);
    }
}

#[test]
fn who_answered_is_on_record_with_why() {
    let by = Actor::Person(per(2));
    let state = |more: Vec<Line>| {
        let world = told(&and([vec![request(1, 1)], more].concat()));
        world.grant(gra(1)).unwrap().state.clone()
    };
    let reason = || "test".to_owned();
    let (approved, refusal) = (approve(1).by(by.clone()), refuse(1).by(by.clone()));
    assert_eq!(
        state(vec![approved.clone()]),
        GrantState::Approved { by: by.clone(), expires_at: at(GRANT_ENDS) }
    );
    assert_eq!(state(vec![refusal]), GrantState::Refused { by: by.clone(), reason: reason() });
    let revoked = revoke_grant(1).by(by.clone());
    assert_eq!(state(vec![approved, revoked]), GrantState::Revoked { by, reason: reason() });
}

#[test]
fn each_person_has_each_of_their_grants_once_as_it_is_now() {
    let mut world = told(&and(vec![request(1, 1), request(2, 1), request(3, 2)]));
    let read = Arc::clone(world.grants_of(per(1)).unwrap());
    let others = Arc::clone(world.grants_of(per(2)).unwrap());
    tell(&mut world, &[approve(2)]);
    let theirs = world.grants_of(per(1)).unwrap();
    assert_eq!(theirs.iter().map(|grant| grant.id).collect::<Vec<_>>(), [gra(1), gra(2)]);
    assert!(theirs[1].active_until(at(100)).is_some() && theirs[0].active_until(at(100)).is_none());
    assert!(!Arc::ptr_eq(&read, theirs), "who read them learns that one changed");
    assert!(Arc::ptr_eq(&others, world.grants_of(per(2)).unwrap()));
    assert_eq!(world.grants().count(), 3);
    tell(&mut world, &[remove_person(1)]);
    assert!(world.grants_of(per(1)).is_none() && world.grant(gra(1)).is_none());
    assert_eq!(world.grants().map(|grant| grant.id).collect::<Vec<_>>(), [gra(3)]);
}
