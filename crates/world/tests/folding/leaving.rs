//! What is removed with a person or a service account, and what stays.

use super::refused;
use countersign_facts::{Actor, CommandFact, Fact, Member, PersonFact, ServiceFact};
use countersign_names::{ProposalId, TokenId};
use countersign_testkit::story::*;
use countersign_world::{Kind, World};
use uuid::Uuid;

fn tok(n: u128) -> TokenId {
    TokenId::new(Uuid::from_u128(n))
}

fn token(n: u8, holder: u128, application: Option<&str>) -> Line {
    Line::of(Fact::Service(ServiceFact::TokenIssued {
        token: tok(n.into()),
        service: svc(holder),
        secret: digest(150 + n),
        application: application.map(name),
        expires_at: at(500),
    }))
}

fn revoked(n: u8) -> Line {
    Line::of(Fact::Service(ServiceFact::TokenRevoked { token: tok(n.into()) }))
}

fn remove_service(n: u128) -> Line {
    Line::of(Fact::Service(ServiceFact::Removed { service: svc(n) }))
}

/// Two people with everything that a person can have.
fn two() -> Vec<Line> {
    let mut story = vec![application("wiki"), group("staff")];
    for (n, small) in [(1, 1_u8), (2, 2)] {
        story.extend([
            person_with(n, &format!("p{n}@example.test"), &[&format!("id-{n}")]),
            key(n, n),
            key(n + 10, n),
            invite(small, n, false),
            session(small, n, n),
            hand_over(n, "wiki", 20 + small),
            open(n, "wiki", 20 + small, 30 + small),
            device_of(n, n, true),
            request(n, n),
            join("staff", Member::Person(per(n))),
        ]);
    }
    story
}

/// Returns the parts of a person that can still be found, each by its own look-up.
fn found(world: &World, n: u128) -> Vec<&'static str> {
    let small = u8::try_from(n).unwrap();
    let email = format!("p{n}@example.test");
    let owner = world.device(dev(n)).and_then(|device| device.about.owner);
    let all = [
        ("id", world.person(per(n)).is_some()),
        ("people", world.people().any(|known| known.id == per(n))),
        ("address", world.person_by_email(&email).is_some()),
        ("alias", world.person_by_alias(&format!("id-{n}")).is_some()),
        ("passkeys", world.credentials_of(per(n)).count() == 2),
        ("first passkey", world.credential(cred(n)).is_some()),
        ("second passkey", world.credential(cred(n + 10)).is_some()),
        ("invitation", world.invitations().any(|open| open.person == per(n))),
        ("invitation by its secret", world.invitation_by_secret(&digest(100 + small)).is_some()),
        ("session", world.session(ses(n)).is_some()),
        ("sessions", world.sessions_of(per(n)).count() == 1),
        ("cookie", world.signed_in(&digest(small), at(20)).is_some()),
        ("cookie at an application", world.signed_in(&digest(30 + small), at(20)).is_some()),
        ("grants", world.grants_of(per(n)).is_some()),
        ("grant", world.grant(gra(n)).is_some()),
        ("member", world.group("staff").unwrap().members.contains(&Member::Person(per(n)))),
        ("owned device", owner == Some(per(n))),
    ];
    all.into_iter().filter(|(_, there)| *there).map(|(what, _)| what).collect()
}

#[test]
fn nothing_of_a_person_who_left_is_left_and_everybody_else_keeps_everything() {
    let mut world = told(&two());
    let everything = found(&world, 1);
    assert_eq!(everything.len(), 17, "{everything:?}");
    tell(&mut world, &[remove_person(1)]);
    assert_eq!(found(&world, 1), Vec::<&str>::new());
    assert_eq!(found(&world, 2), everything);
    assert!(world.device(dev(1)).is_some(), "the device stays in the inventory, without an owner");
    assert_eq!(world.people().count(), 1);
    // The address and the alias are free again, and a new owner does not get the old possessions.
    tell(&mut world, &[person_with(3, "p1@example.test", &["id-1"])]);
    assert_eq!(world.person_by_email("p1@example.test").unwrap().id, per(3));
    assert!(world.person(per(3)).unwrap().groups.is_empty());
    refused([two(), vec![remove_person(1), remove_person(1)]].concat(), Kind::Unknown, "person");
    refused([two(), vec![remove_person(1), change_person(1, "x@y")]].concat(), Kind::Unknown, "person");
}

#[test]
fn suspending_ends_the_sessions_and_nothing_else_and_restoring_gives_none_back() {
    let restored = || Line::of(Fact::Person(PersonFact::Restored { person: per(1) }));
    let mut world = told(&two());
    let gone = ["session", "sessions", "cookie", "cookie at an application"];
    let rest: Vec<_> = found(&world, 1).into_iter().filter(|what| !gone.contains(what)).collect();
    tell(&mut world, &[suspend(1)]);
    assert_eq!(found(&world, 1), rest);
    assert_eq!(found(&world, 2).len(), 17);
    refused([two(), vec![suspend(1), key(5, 1)]].concat(), Kind::Over, "suspended");
    refused([two(), vec![suspend(1), session(9, 1, 1)]].concat(), Kind::Over, "suspended");
    tell(&mut world, &[restored()]);
    assert_eq!(found(&world, 1), rest);
    tell(&mut world, &[session(9, 1, 1)]);
    assert!(world.signed_in(&digest(9), at(20)).is_some());
    refused([two(), vec![restored()]].concat(), Kind::Taken, "not suspended");
    refused(vec![restored()], Kind::Unknown, "person");
    refused(vec![suspend(1)], Kind::Unknown, "person");
}

#[test]
fn only_administrators_who_may_act_count() {
    let join_both =
        [1, 2].map(|n| join("administrators", Member::Person(per(n)))).into_iter().collect::<Vec<_>>();
    let story = [two(), vec![group("administrators"), service(1, 1)], join_both].concat();
    let mut world = told(&story);
    let ids = |world: &World| {
        let mut ids: Vec<_> = world.administrators().map(|known| known.id).collect();
        ids.sort();
        ids
    };
    tell(&mut world, &[join("administrators", Member::Service(svc(1)))]);
    assert_eq!(ids(&world), [per(1), per(2)]);
    tell(&mut world, &[suspend(1)]);
    assert_eq!(ids(&world), [per(2)]);
    assert_eq!(told(&two()).administrators().count(), 0);
}

#[test]
fn a_service_account_takes_its_tokens_and_memberships_along() {
    let story = || {
        vec![
            person(1),
            group("staff"),
            join("staff", Member::Service(svc(1))),
            application("wiki"),
            token(1, 1, Some("wiki")),
            token(2, 1, None),
            service(2, 1),
            token(3, 2, None),
        ]
    };
    let mut story: Vec<_> = story();
    story.insert(1, service(1, 1));
    let mut world = told(&story);
    assert_eq!(world.service(svc(1)).unwrap().groups, ["staff".parse().unwrap()]);
    assert_eq!((world.services().count(), world.tokens().count()), (2, 3));
    tell(&mut world, &[remove_service(1)]);
    assert!(world.service(svc(1)).is_none() && world.service(svc(2)).is_some());
    assert!(world.group("staff").unwrap().members.is_empty());
    let valid = |n: u8| world.token_by_secret(&digest(150 + n), at(20)).is_some();
    assert_eq!([1, 2, 3].map(valid), [false, false, true]);
    assert_eq!(world.tokens().map(|token| token.id).collect::<Vec<_>>(), [tok(3)]);
    refused([story.clone(), vec![remove_service(7)]].concat(), Kind::Unknown, "service account");
    refused([story, vec![remove_service(1), token(4, 1, None)]].concat(), Kind::Unknown, "service");
}

#[test]
fn a_token_works_until_it_expires_or_is_revoked() {
    let story =
        vec![person(1), service(1, 1), application("wiki"), token(1, 1, Some("wiki")), token(2, 1, None)];
    let mut world = told(&story);
    let holder = |world: &World, n: u8, moment: i64| {
        world.token_by_secret(&digest(150 + n), at(moment)).map(|token| (token.id, token.service))
    };
    assert_eq!(holder(&world, 1, 20), Some((tok(1), svc(1))));
    assert_eq!(holder(&world, 1, 499), Some((tok(1), svc(1))));
    assert_eq!(holder(&world, 1, 500), None, "at its end it is over");
    assert_eq!(holder(&world, 1, 501), None);
    let application = world.token_by_secret(&digest(151), at(20)).unwrap().application.clone();
    assert_eq!(application, Some(name("wiki")));
    tell(&mut world, &[revoked(1)]);
    assert_eq!((holder(&world, 1, 20), holder(&world, 2, 20)), (None, Some((tok(2), svc(1)))));
    refused([story.clone(), vec![revoked(1), revoked(1)]].concat(), Kind::Unknown, "token");
    refused([story.clone(), vec![token(1, 1, None)]].concat(), Kind::Taken, "already issued");
    let same_secret = Fact::Service(ServiceFact::TokenIssued {
        token: tok(9),
        service: svc(1),
        secret: digest(151),
        application: None,
        expires_at: at(500),
    });
    refused([story.clone(), vec![Line::of(same_secret)]].concat(), Kind::Taken, "already issued");
    refused([story.clone(), vec![token(3, 9, None)]].concat(), Kind::Unknown, "service account");
    refused([story, vec![token(3, 1, Some("nowhere"))]].concat(), Kind::Unknown, "application");
}

/// A proposal of `by`, countersigned by 2.
fn countersigned(by: Actor, what: &Line) -> [Line; 3] {
    let (proposal, what) = (ProposalId::new(Uuid::from_u128(1)), what.clone().by(Actor::Person(per(2))));
    let proposed = Fact::Command(CommandFact::Proposed {
        proposal,
        text: "issue a token".to_owned(),
        digest: digest(1),
        facts: vec![what.stated().fact],
        expires_at: at(100),
    });
    let agreed = Fact::Command(CommandFact::Countersigned { proposal, digest: digest(1) });
    [Line::of(proposed).by(by), Line::of(agreed).by(Actor::Person(per(2))), what]
}

#[test]
fn a_token_that_one_issued_alone_commands_until_its_service_account_administers_or_approves() {
    let by_one = |by: Actor| vec![token(1, 1, None).by(by)];
    let by_two = |by: Actor| countersigned(by, &token(1, 1, None)).to_vec();
    for (what, issued, alone) in [
        ("a person", by_one(Actor::Person(per(1))), true),
        ("a service account", by_one(Actor::Service(svc(2))), true),
        ("the operator", by_one(Actor::Operator), false),
        ("the software", by_one(Actor::System("test".to_owned())), false),
        ("two people", by_two(Actor::Person(per(1))), false),
        ("a service account and a person", by_two(Actor::Service(svc(2))), false),
        // A command that was carried out does not cover later facts.
        (
            "a person after two",
            [by_two(Actor::Operator), vec![revoked(1)], by_one(Actor::Person(per(1)))].concat(),
            true,
        ),
    ] {
        let before =
            vec![person(1), person(2), service(1, 1), service(2, 1), group("administrators"), group("inner")];
        let mut world = told(&[before, issued, vec![join("administrators", in_group("inner"))]].concat());
        let lacks =
            |world: &World| world.lacks_second_person(world.token_by_secret(&digest(151), at(20)).unwrap());
        assert!(!lacks(&world), "{what}: it administers nothing yet");
        tell(&mut world, &[join("inner", Member::Service(svc(2)))]);
        assert!(!lacks(&world), "{what}: another one administers");
        tell(&mut world, &[join("inner", Member::Service(svc(1)))]);
        assert_eq!(lacks(&world), alone, "{what}");
        tell(&mut world, &[leave("inner", Member::Service(svc(1)))]);
        assert!(!lacks(&world), "{what}: it administers no more");
    }
}

#[test]
fn a_service_account_has_an_owner_and_a_name_of_its_own() {
    let named = |n: u128, called: &str| {
        Line::of(Fact::Service(ServiceFact::Added {
            service: svc(n),
            name: called.to_owned(),
            owner: per(1),
            purpose: "test".to_owned(),
        }))
    };
    refused(vec![named(1, "backup")], Kind::Unknown, "person");
    refused(vec![person(1), named(1, " ")], Kind::Impossible, "the name of the service account is empty");
    refused(
        vec![person(1), named(1, "backup"), named(1, "other")],
        Kind::Taken,
        "the inventory already contains",
    );
    refused(vec![person(1), named(1, "backup"), named(2, "backup")], Kind::Taken, "backup");
    let world = told(&[person(1), named(1, "backup"), remove_service(1), named(2, "backup")]);
    assert_eq!(world.services().map(|known| known.id).collect::<Vec<_>>(), [svc(2)]);
}
