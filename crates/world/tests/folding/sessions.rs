//! Sessions: their cookies, their handovers to applications, and every way in which they end.

use super::refused;
use countersign_facts::{Fact, SessionFact};
use countersign_names::{Assurance, SessionId};
use countersign_testkit::story::*;
use countersign_world::{Kind, World};

fn begun() -> Vec<Line> {
    vec![
        person(1),
        person(2),
        key(1, 1),
        key(2, 1),
        key(3, 2),
        session(1, 1, 1),
        session(2, 1, 2),
        session(3, 2, 3),
        application("wiki"),
        application("shop"),
    ]
}

fn and(more: Vec<Line>) -> Vec<Line> {
    begun().into_iter().chain(more).collect()
}

fn stepped_up(n: u128, credential: u128, assurance: Assurance) -> Line {
    Line::of(Fact::Session(SessionFact::SteppedUp {
        session: ses(n),
        credential: cred(credential),
        assurance,
    }))
}

fn ids(world: &World) -> Vec<SessionId> {
    let mut ids: Vec<_> = world.sessions().map(|session| session.id).collect();
    ids.sort();
    ids
}

#[test]
fn a_session_is_found_by_its_id_its_person_and_its_cookie() {
    let world = told(&begun());
    assert_eq!(ids(&world), [ses(1), ses(2), ses(3)]);
    let mut theirs: Vec<_> = world.sessions_of(per(1)).map(|session| session.id).collect();
    theirs.sort();
    assert_eq!(theirs, [ses(1), ses(2)]);
    for n in 1_u8..=3 {
        let signed_in = world.signed_in(&digest(n), at(20)).unwrap();
        assert_eq!((signed_in.session.id, signed_in.application), (ses(n.into()), None));
        assert_eq!(world.session(ses(n.into())).unwrap().id, ses(n.into()));
    }
    assert!(world.signed_in(&digest(99), at(20)).is_none());
}

#[test]
fn a_session_is_started_once_and_its_cookie_is_nobody_elses() {
    refused(and(vec![session(1, 1, 1)]), Kind::Taken, "already started");
    let copied = |n: u128| {
        let Fact::Session(SessionFact::Started { about, .. }) = session(1, 1, 1).stated().fact else {
            unreachable!()
        };
        Line::of(Fact::Session(SessionFact::Started { session: ses(n), about }))
    };
    refused(and(vec![copied(7)]), Kind::Taken, "already started");
    refused(vec![session(1, 1, 1)], Kind::Unknown, "person");
    refused(vec![person(1), session(1, 1, 1)], Kind::Unknown, "passkey");
    refused(and(vec![end_session(9)]), Kind::Over, "already ended");
    refused(and(vec![end_session(1), end_session(1)]), Kind::Over, "already ended");
}

#[test]
fn ending_one_session_ends_every_cookie_of_it_and_no_other() {
    let opened = || {
        and(vec![
            hand_over(1, "wiki", 41),
            open(1, "wiki", 41, 51),
            hand_over(1, "shop", 42),
            open(1, "shop", 42, 52),
            hand_over(2, "wiki", 43),
            open(2, "wiki", 43, 53),
        ])
    };
    let mut world = told(&opened());
    let at_application = |world: &World, secret: u8| {
        world.signed_in(&digest(secret), at(20)).map(|signed_in| {
            (signed_in.session.id, signed_in.application.map(ToString::to_string).unwrap_or_default())
        })
    };
    assert_eq!(at_application(&world, 51), Some((ses(1), "wiki".to_owned())));
    assert_eq!(at_application(&world, 52), Some((ses(1), "shop".to_owned())));
    assert_eq!(at_application(&world, 53), Some((ses(2), "wiki".to_owned())));
    assert_eq!(world.session(ses(1)).unwrap().opened.len(), 2);
    tell(&mut world, &[end_session(1)]);
    assert_eq!([1, 51, 52].map(|secret| at_application(&world, secret)), [None, None, None]);
    assert_eq!(at_application(&world, 53), Some((ses(2), "wiki".to_owned())));
    assert_eq!(world.sessions_of(per(1)).map(|session| session.id).collect::<Vec<_>>(), [ses(2)]);
    // An ended session can be started again under another id with the same cookies, because nothing remembers them.
    tell(&mut world, &[session(1, 1, 1), hand_over(1, "wiki", 41), open(1, "wiki", 41, 51)]);
    assert_eq!(at_application(&world, 51), Some((ses(1), "wiki".to_owned())));
}

#[test]
fn a_passkey_that_goes_ends_the_sessions_that_rest_on_it() {
    let gone = |more: Vec<Line>, n: u128| {
        let mut world = told(&and(more));
        tell(&mut world, &[remove_key(n)]);
        ids(&world)
    };
    assert_eq!(gone(vec![], 1), [ses(2), ses(3)]);
    assert_eq!(gone(vec![], 2), [ses(1), ses(3)]);
    // After a step-up with another passkey, the session rests on both.
    let with_other = || vec![stepped_up(1, 2, Assurance::Aal2)];
    assert_eq!(gone(with_other(), 1), [ses(2), ses(3)]);
    assert_eq!(gone(with_other(), 2), [ses(3)]);
}

#[test]
fn to_step_up_says_when_and_with_what_and_only_with_ones_own_passkey() {
    let world = told(&and(vec![stepped_up(1, 2, Assurance::Aal3).at(70)]));
    let session = world.session(ses(1)).unwrap();
    assert_eq!((session.proved_at, session.started_at), (at(70), at(10)));
    assert_eq!((session.credential, session.begun_by), (cred(2), cred(1)));
    assert_eq!(session.assurance, Assurance::Aal3);
    assert_eq!(world.session(ses(2)).unwrap().proved_at, at(10));
    refused(and(vec![stepped_up(1, 3, Assurance::Aal2)]), Kind::Impossible, "not a passkey of");
    refused(and(vec![stepped_up(1, 9, Assurance::Aal2)]), Kind::Unknown, "passkey");
    refused(and(vec![stepped_up(9, 1, Assurance::Aal2)]), Kind::Over, "sign in again");
}

#[test]
fn nothing_comes_of_a_session_past_its_time() {
    // The second session lasts a second longer than the first.
    for line in [stepped_up(1, 1, Assurance::Aal2), hand_over(1, "wiki", 41)] {
        refused(and(vec![line.at(SESSION_ENDS)]), Kind::Over, "sign in again");
    }
    let late = Fact::Session(SessionFact::HandedOver {
        session: ses(1),
        application: name("wiki"),
        code: digest(41),
        state: digest(0),
        expires_at: at(SESSION_ENDS + 50),
    });
    let handed = Line::of(late);
    refused(and(vec![handed, open(1, "wiki", 41, 51).at(SESSION_ENDS)]), Kind::Over, "sign in again");
    let world = told(&begun());
    assert!(world.signed_in(&digest(1), at(SESSION_ENDS - 1)).is_some());
    assert!(world.signed_in(&digest(1), at(SESSION_ENDS)).is_none());
    assert!(world.signed_in(&digest(2), at(SESSION_ENDS)).is_some());
}

#[test]
fn what_is_past_its_time_is_forgotten_and_what_is_not_is_kept() {
    let mut world = told(&and(vec![hand_over(2, "wiki", 41), hand_over(3, "wiki", 42).at(20)]));
    tell(&mut world, &[end_session(3).at(CODE_ENDS - 1)]);
    assert!(world.handover(&digest(41)).is_some(), "a second before its end it is there");
    tell(&mut world, &[stepped_up(1, 1, Assurance::Aal2).at(CODE_ENDS)]);
    assert!(world.handover(&digest(41)).is_none());
    assert_eq!(ids(&world), [ses(1), ses(2)]);
    tell(&mut world, &[stepped_up(2, 1, Assurance::Aal2).at(SESSION_ENDS)]);
    assert_eq!(ids(&world), [ses(2)], "the one ended at this moment, the other a second later");
}

#[test]
fn a_code_leads_one_session_to_one_application_once() {
    let handed = || and(vec![hand_over(1, "wiki", 41)]);
    let world = told(&handed());
    let handover = world.handover(&digest(41)).unwrap();
    assert_eq!((handover.session, handover.application.as_str()), (ses(1), "wiki"));
    let then = |line: Line| [handed(), vec![line]].concat();
    refused(then(open(2, "wiki", 41, 51)), Kind::Impossible, "another application");
    refused(then(open(1, "shop", 41, 51)), Kind::Impossible, "another application");
    refused(then(open(1, "wiki", 99, 51)), Kind::Over, "already used");
    refused(then(open(1, "wiki", 41, 2)), Kind::Taken, "already identifies a session");
    refused(then(hand_over(2, "shop", 41)), Kind::Taken, "already exists");
    refused(and(vec![hand_over(1, "nowhere", 41)]), Kind::Unknown, "application");
    refused(and(vec![hand_over(9, "wiki", 41)]), Kind::Over, "sign in again");
    refused(then(open(1, "wiki", 41, 51).at(CODE_ENDS)), Kind::Over, "has expired");
    let world = told(&then(open(1, "wiki", 41, 51).at(CODE_ENDS - 1)));
    assert!(world.handover(&digest(41)).is_none(), "it was used");
}
