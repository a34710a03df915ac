//! Which facts are valid after which, and the state to which they add up.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::unreachable,
    reason = "tests stop at the first surprise"
)]

mod clock;
mod evidence;
mod findings;
mod hostile;
mod identities;
mod inventory;
mod labels;
mod leaving;
mod openid_clients;
mod origins;
mod privilege;
mod providers;
mod register;
mod reviews;
mod roles;
mod rollouts;
mod sessions;
mod settling;
mod sources;
mod strategies;

use countersign_facts::{
    Actor, AssertionKeyFact, Fact, GrantFact, InvitationPurpose, Member, ServiceFact, Stated,
};
use countersign_names::{CheckResult, GroupName, PostureCheck, Sensitivity, Timestamp};
use countersign_testkit::story::*;
use countersign_world::{Contradiction, Kind, NewInvitation, World};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::time::Duration;
use strategies::*;

/// Folds all but the last fact, then expects the last to contradict, and the world to be unchanged.
fn refused(story: Vec<Line>, kind: Kind, words: &str) {
    let (last, before) = story.split_last().unwrap();
    let mut world = told(before);
    let was = format!("{world:?}");
    let Err(contradiction) = world.apply(&last.stated()) else { panic!("{last:?} was taken") };
    assert_eq!(contradiction.kind, kind, "{contradiction}");
    assert!(contradiction.message.contains(words), "{contradiction} should speak of {words:?}");
    assert_eq!(format!("{world:?}"), was, "a refused fact must leave no trace");
}

#[test]
fn nobody_is_there_twice() {
    refused(vec![person(1), person(1)], Kind::Taken, "already");
    refused(vec![person(1), person_with(2, "p1@example.test", &[])], Kind::Taken, "p1@example.test");
    refused(vec![person_with(1, "a@x", &["id-1"]), person_with(2, "b@x", &["id-1"])], Kind::Taken, "id-1");
    refused(vec![person_with(1, "A@x", &[])], Kind::Impossible, "in lower case");
    refused(vec![person_with(1, "nobody", &[])], Kind::Impossible, "mail address");
}

#[test]
fn an_address_that_was_given_back_can_be_taken() {
    let world = told(&[person(1), change_person(1, "other@x"), person_with(2, "p1@example.test", &[])]);
    assert_eq!(world.person_by_email("P1@Example.test").unwrap().id, per(2));
    assert_eq!(world.person_by_email("other@x").unwrap().id, per(1));
}

#[test]
fn membership_is_known_through_any_depth_and_forgotten_at_once() {
    let mut world = told(&[person(1), group("a"), group("b"), group("c"), join("a", Member::Person(per(1)))]);
    let of = |world: &World| {
        world.person(per(1)).unwrap().groups.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(of(&world), ["a"]);
    tell(&mut world, &[join("b", in_group("a")), join("c", in_group("b"))]);
    assert_eq!(of(&world), ["a", "b", "c"]);
    tell(&mut world, &[leave("b", in_group("a"))]);
    assert_eq!(of(&world), ["a"]);
    tell(&mut world, &[join("c", in_group("a")), remove_group("c")]);
    assert_eq!(of(&world), ["a"]);
    tell(&mut world, &[remove_person(1)]);
    assert!(world.group("a").unwrap().members.is_empty());
}

#[test]
fn groups_as_they_would_be_are_those_that_the_facts_would_make() {
    let me = Member::Person(per(1));
    let story = vec![
        person(1),
        group("a"),
        group("b"),
        group("c"),
        group("d"),
        join("a", me.clone()),
        join("b", in_group("a")),
    ];
    let world = told(&story);
    let changed = |changes: &[(&str, bool)]| -> BTreeMap<GroupName, bool> {
        changes.iter().map(|(group, is_in)| (group.parse().unwrap(), *is_in)).collect()
    };
    let told_with =
        |more: Vec<Line>| told(&[story.clone(), more].concat()).person(per(1)).unwrap().groups.clone();
    for (changes, facts) in [
        (changed(&[]), vec![]),
        (changed(&[("c", true)]), vec![join("c", me.clone())]),
        (changed(&[("c", false)]), vec![]),
        // Out of a group that another leads into: the membership that leads there ends.
        (changed(&[("b", false)]), vec![leave("a", me.clone())]),
        (changed(&[("b", false), ("d", true)]), vec![leave("a", me.clone()), join("d", me.clone())]),
    ] {
        assert_eq!(world.groups_if(&me, &changes), told_with(facts), "{changes:?}");
    }
}

#[test]
fn groups_have_no_circles_and_names_are_not_taken_twice() {
    refused(vec![group("a"), join("a", in_group("a"))], Kind::Impossible, "contain itself");
    refused(
        vec![
            group("a"),
            group("b"),
            group("c"),
            join("b", in_group("a")),
            join("c", in_group("b")),
            join("a", in_group("c")),
        ],
        Kind::Impossible,
        "contain itself",
    );
    refused(vec![group("a"), remove_group("a"), group("a")], Kind::Taken, "is the name of a removed group");
    refused(vec![group("a"), join("a", Member::Person(per(9)))], Kind::Unknown, "per_");
    refused(
        vec![application("wiki"), remove_application("wiki"), application("wiki")],
        Kind::Taken,
        "is the name of a removed application",
    );
}

#[test]
fn a_session_ends_with_what_it_rested_on() {
    let begin = || vec![person(1), key(1, 1), session(1, 1, 1)];
    let gone = |more: Line| {
        let mut story = begin();
        story.push(more);
        told(&story).signed_in(&digest(1), at(100)).is_none()
    };
    assert!(told(&begin()).signed_in(&digest(1), at(100)).is_some());
    assert!(told(&begin()).signed_in(&digest(1), at(SESSION_ENDS)).is_none(), "at its end it is over");
    assert!(gone(end_session(1)));
    assert!(gone(suspend(1)));
    assert!(gone(remove_person(1)));
    assert!(gone(remove_key(1)));
    let mut story = begin();
    story.push(suspend(1));
    story.push(session(2, 1, 1));
    refused(story, Kind::Over, "suspended");
    refused(vec![person(1), person(2), key(1, 1), session(1, 2, 1)], Kind::Impossible, "not a passkey of");
}

#[test]
fn a_cookie_is_valid_at_one_application_and_its_code_works_once() {
    let begin = || {
        vec![
            person(1),
            key(1, 1),
            session(1, 1, 1),
            application("wiki"),
            application("shop"),
            hand_over(1, "wiki", 7),
        ]
    };
    let mut story = begin();
    story.push(open(1, "wiki", 7, 8));
    let world = told(&story);
    let signed_in = world.signed_in(&digest(8), at(100)).unwrap();
    assert_eq!(signed_in.application.unwrap().as_str(), "wiki");
    story.push(open(1, "wiki", 7, 9));
    refused(story, Kind::Over, "already used");
    let mut other = begin();
    other.push(open(1, "shop", 7, 8));
    refused(other, Kind::Impossible, "another application");
    let mut late = begin();
    late.push(open(1, "wiki", 7, 8).at(CODE_ENDS));
    refused(late, Kind::Over, "has expired");
}

#[test]
fn what_has_expired_is_forgotten_when_the_next_session_begins() {
    let mut world =
        told(&[person(1), key(1, 1), session(1, 1, 1), application("wiki"), hand_over(1, "wiki", 7)]);
    assert_eq!(world.sessions().count(), 1);
    tell(&mut world, &[session(2, 1, 1).at(SESSION_ENDS)]);
    assert_eq!(world.sessions().map(|s| s.id).collect::<Vec<_>>(), [ses(2)]);
    assert!(world.handover(&digest(7)).is_none());
}

#[test]
fn an_invitation_works_once_in_its_time_and_a_recovery_ends_what_was_before() {
    refused(vec![person(1), invite(1, 1, false), enrol(1, 1, 1).at(INVITATION_ENDS)], Kind::Over, "expired");
    refused(vec![person(1), invite(1, 1, false), enrol(1, 1, 1), enrol(2, 1, 1)], Kind::Over, "not open");
    refused(
        vec![person(1), person(2), invite(1, 1, false), enrol(1, 2, 1)],
        Kind::Impossible,
        "is for another person",
    );
    let world = told(&[person(1), key(1, 1), session(1, 1, 1), invite(1, 1, true), enrol(2, 1, 1)]);
    assert!(world.credential(cred(1)).is_none());
    assert!(world.credential(cred(2)).is_some());
    assert_eq!(
        world.sessions().count(),
        0,
        "who recovered signs in anew, and whoever had the old key is out"
    );
}

#[test]
fn nobody_is_invited_who_cannot_come_or_for_ever_and_the_newest_link_is_the_one_that_works() {
    let world = told(&[person(1), person(2), suspend(2), invite(1, 1, false), invite(2, 1, true)]);
    let asked = |n, days: u64| NewInvitation {
        id: "inv_00000000000000000000000000000009".parse().unwrap(),
        person: per(n),
        secret: digest(9),
        purpose: InvitationPurpose::Enrol,
        life: Duration::from_secs(days * 86_400),
    };
    for (n, days, kind, field) in [
        (2, 1, Kind::Over, "person"),
        (1, 0, Kind::Impossible, "expires"),
        (1, 31, Kind::Impossible, "expires"),
    ] {
        let refused = world.invite(&asked(n, days), at(20)).unwrap_err();
        assert_eq!((refused.kind, refused.field), (kind, field), "{refused}");
    }
    let facts = world.invite(&asked(1, 30), at(20)).unwrap();
    let world = world.after(&stated(facts)).unwrap();
    let open: Vec<_> = world.invitations().map(|open| open.secret).collect();
    assert_eq!(open, [digest(9)]);
    let nobody = world.after(&stated(world.invite(&asked(7, 1), at(20)).unwrap())).unwrap_err();
    assert_eq!((nobody.kind, nobody.field), (Kind::Unknown, "person"));
}

fn stated(facts: Vec<Fact>) -> Vec<Stated> {
    facts.into_iter().map(|fact| Stated { at: at(20), by: Actor::Operator, fact }).collect()
}

/// Folds the lines as one command, to test what a command may not cause although each of its facts is valid.
fn commanded(world: &World, lines: &[Line]) -> Result<World, Contradiction> {
    let stated: Vec<_> = lines.iter().map(Line::stated).collect();
    world.after(&stated)
}

#[test]
fn no_command_takes_the_last_administrator_away() {
    let administrators = || join("administrators", Member::Person(per(1)));
    let alone = told(&[group("administrators"), person(1), key(1, 1), administrators()]);
    let nested = told(&[
        group("administrators"),
        group("ops"),
        person(1),
        key(1, 1),
        join("administrators", in_group("ops")),
        join("ops", Member::Person(per(1))),
    ]);
    for (world, lines, field) in [
        (&alone, vec![suspend(1)], "person"),
        (&alone, vec![remove_person(1)], "person"),
        (&alone, vec![leave("administrators", Member::Person(per(1)))], "member"),
        (&alone, vec![remove_key(1)], "credential"),
        (&alone, vec![remove_group("administrators")], "group"),
        (&nested, vec![leave("ops", Member::Person(per(1)))], "member"),
        (&nested, vec![leave("administrators", in_group("ops"))], "member"),
        (&nested, vec![remove_group("ops")], "group"),
        (&alone, vec![person(2), join("administrators", Member::Person(per(2))), suspend(1)], "person"),
    ] {
        let refused = commanded(world, &lines).unwrap_err();
        assert_eq!((refused.kind, refused.field), (Kind::Last, field), "{lines:?}: {refused}");
        assert!(refused.message.contains("p1@example.test"), "{refused}");
        // The facts of a journal happened: the fold must accept them, or the server could not start any more.
        tell(&mut world.clone(), &lines);
    }
    let second = || vec![person(2), key(2, 2), join("administrators", Member::Person(per(2)))];
    let two = commanded(&alone, &second()).unwrap();
    let one = commanded(&two, &[suspend(1)]).unwrap();
    assert!(commanded(&one, &[remove_key(2)]).is_err());
    let both = commanded(&two, &[suspend(1), suspend(2)]).unwrap_err();
    assert!(both.message.contains("p1@example.test, p2@example.test are the last"), "{both}");
    // An administrator added by the same command may be the remaining one; and one of two passkeys may be removed.
    assert!(commanded(&alone, &[second(), vec![remove_person(1)]].concat()).is_ok());
    assert!(commanded(&alone, &[key(3, 1), remove_key(1)]).is_ok());
    assert!(commanded(&alone, &[invite(1, 1, true), enrol(4, 1, 1)]).is_ok());
    // Without any administrator before, none must remain.
    let nobody = told(&[group("administrators"), person(1), administrators()]);
    assert!(commanded(&nobody, &[suspend(1)]).is_ok());
}

#[test]
fn a_key_is_rotated_once_never_comes_back_and_the_last_that_signs_stays() {
    let published = |kid: &str| {
        Fact::AssertionKey(AssertionKeyFact::Published { kid: kid.to_owned(), jwk: serde_json::Value::Null })
    };
    let rotated = |kid: &str| Fact::AssertionKey(AssertionKeyFact::Rotated { kid: kid.to_owned() });
    let retired = |kid: &str| Fact::AssertionKey(AssertionKeyFact::Retired { kid: kid.to_owned() });
    let told = |facts: Vec<Fact>| World::empty().after(&stated(facts));
    for (facts, kind) in [
        (vec![rotated("a")], Kind::Unknown),
        (vec![retired("a")], Kind::Unknown),
        (vec![published("a"), published("a")], Kind::Taken),
        (vec![published("a"), rotated("a"), rotated("a")], Kind::Over),
        (vec![published("a"), published("b"), retired("a"), published("a")], Kind::Over),
        (vec![published("a"), retired("a")], Kind::Last),
        (vec![published("a"), rotated("a"), retired("a")], Kind::Last),
    ] {
        assert_eq!(told(facts.clone()).unwrap_err().kind, kind, "{facts:?}");
    }
    let world =
        told(vec![published("a"), published("b"), published("c"), rotated("a"), retired("b")]).unwrap();
    let known: Vec<_> =
        world.assertion_keys().map(|key| (key.kid.as_str(), key.rotated_at.is_some())).collect();
    assert_eq!(known, [("a", true), ("c", false)]);
    let spent: Vec<_> = ["a", "b", "c", "d"].into_iter().filter(|kid| world.is_spent_key(kid)).collect();
    assert_eq!(spent, ["a", "b"], "what was never published is not spent");
}

#[test]
fn nobody_countersigns_their_own_grant_and_it_is_answered_once() {
    let asked = || vec![person(1), person(2), application("wiki"), request(1, 1)];
    let then = |more: Vec<Line>| asked().into_iter().chain(more).collect::<Vec<_>>();
    refused(then(vec![approve(1).by(Actor::Person(per(1)))]), Kind::Impossible, "their own grant");
    refused(then(vec![approve(1).by(Actor::Person(per(2))), approve(1)]), Kind::Over, "already answered");
    refused(then(vec![refuse(1), approve(1)]), Kind::Over, "already answered");
    refused(then(vec![revoke_grant(1)]), Kind::Over, "nobody approved");
    let world = told(&then(vec![approve(1)]));
    let grant = world.grant(gra(1)).unwrap();
    assert!(grant.active_until(at(100)).is_some());
    assert!(grant.active_until(at(GRANT_ENDS)).is_none());
    assert!(
        told(&then(vec![approve(1), revoke_grant(1)])).grant(gra(1)).unwrap().active_until(at(100)).is_none()
    );
}

#[test]
fn no_approval_outlives_what_was_asked_for() {
    let approved = |expires_at| {
        let before = [person(1), person(2), application("wiki"), request(1, 1)];
        let approval = Fact::Grant(GrantFact::Approved { grant: gra(1), expires_at });
        let facts = before.iter().map(|line| line.stated().fact).chain([approval]).collect();
        let world = World::empty().after(&stated(facts))?;
        Ok::<_, Contradiction>(world.grant(gra(1)).and_then(|grant| grant.active_until(at(100))))
    };
    for too_late in [Timestamp::MAX, at(1_000_000)] {
        assert_eq!(approved(too_late).unwrap_err().field, "expires_at", "{too_late}");
    }
    assert_eq!(approved(at(200)).unwrap(), Some(at(200)), "an approver may give less");
}

#[test]
fn a_token_is_bound_once_from_its_issue_on() {
    let token = |n: u128| countersign_names::TokenId::new(uuid::Uuid::from_u128(n));
    let commands = std::collections::BTreeSet::from(["groups.join".to_owned()]);
    let binding = |n| countersign_facts::TokenBinding {
        token: token(n),
        key: Some(digest(7)),
        commands: commands.clone(),
    };
    let issued = |n: u8| {
        Fact::Service(ServiceFact::TokenIssued {
            token: token(n.into()),
            service: svc(1),
            secret: digest(n),
            application: None,
            expires_at: at(900),
        })
    };
    let facts = vec![
        person(1).stated().fact,
        service(1, 1).stated().fact,
        issued(1),
        Fact::Service(ServiceFact::TokenBound(binding(1))),
        issued(2),
    ];
    let world = World::empty().after(&stated(facts)).unwrap();
    let bound = world.token_by_secret(&digest(1), at(100)).unwrap();
    assert_eq!((bound.key, &bound.commands), (Some(digest(7)), &commands));
    assert!(world.token_by_secret(&digest(2), at(100)).unwrap().key.is_none());
    assert_eq!(world.token_bound_to(svc(1), &digest(7)).unwrap().id, token(1));
    assert!(world.token_bound_to(svc(1), &digest(8)).is_none());
    assert!(world.token_bound_to(svc(2), &digest(7)).is_none());
    assert!(world.token_for_provisioning(svc(1)).is_none(), "neither names the command");
    for (n, words) in [(1, "already bound"), (3, "no token")] {
        let again = World::after(&world, &stated(vec![Fact::Service(ServiceFact::TokenBound(binding(n)))]))
            .unwrap_err();
        assert!(again.message.contains(words), "{again}");
    }
}

#[test]
fn an_exception_is_for_somebody_and_covers_nobody_else() {
    let world = told(&[
        person(1),
        person(2),
        application("wiki"),
        application("shop"),
        exception(1, Some(1), Some("wiki")),
    ]);
    let exception_ = world.exception(exc(1)).unwrap();
    assert!(exception_.covers(Some(per(1)), &[], &name("wiki")));
    assert!(!exception_.covers(Some(per(1)), &[], &name("shop")));
    assert!(!exception_.covers(Some(per(2)), &[], &name("wiki")));
    assert!(!exception_.covers(None, &[], &name("wiki")));
    refused(
        vec![person(1), application("wiki"), exception(1, None, Some("wiki"))],
        Kind::Impossible,
        "names nobody",
    );
}

#[test]
fn the_newest_posture_counts_and_none_comes_from_the_future() {
    let mut world = told(&[person(1), device(1), posture(1, 50, CheckResult::Pass).at(60)]);
    tell(&mut world, &[posture(1, 40, CheckResult::Fail).at(61)]);
    let seen = |world: &World| {
        let device = world.device(dev(1)).unwrap();
        (device.collected_at.unwrap(), device.checks.get(&PostureCheck::Firewall).copied())
    };
    assert_eq!(seen(&world), (at(50), Some(CheckResult::Pass)), "late news change nothing");
    tell(&mut world, &[posture(1, 9_999, CheckResult::Fail).at(62)]);
    assert_eq!(seen(&world), (at(62), Some(CheckResult::Fail)));
}

#[test]
fn what_has_no_label_counts_as_restricted() {
    let mut world = told(&[application("wiki")]);
    let wiki = world.application("wiki").unwrap();
    assert_eq!(wiki.sensitivity(), Sensitivity::Restricted);
    assert_eq!(wiki.label(&"wiki/pages".parse().unwrap()), None);
    tell(&mut world, &[label("wiki/pages", Some(Sensitivity::Internal))]);
    assert_eq!(
        world.application("wiki").unwrap().label(&"wiki/pages".parse().unwrap()),
        Some(Sensitivity::Internal)
    );
    tell(&mut world, &[application("wiki")]);
    assert_eq!(
        world.application("wiki").unwrap().label(&"wiki/pages".parse().unwrap()),
        Some(Sensitivity::Internal),
        "a label outlives a new declaration"
    );
}

#[test]
fn one_host_leads_to_one_application_and_paths_can_be_matched() {
    refused(
        vec![application("wiki"), application_at("shop", "wiki.localhost", "/")],
        Kind::Taken,
        "already a host of the application wiki",
    );
    for path in ["", "a", "/a//b", "/a/**/b", "/a/../b", "/a*", "/%41", "/a?b"] {
        refused(vec![application_at("shop", "shop.localhost", path)], Kind::Impossible, "route path");
    }
    for path in ["/", "/a", "/a/*/b", "/**", "/a/**", "/a/"] {
        told(&[application_at("shop", "shop.localhost", path)]);
    }
}

proptest! {
    /// For facts in any order: each is accepted or refused, folding is deterministic, and `replay` of the accepted facts
    /// builds the same world as `apply`.
    #[test]
    fn replaying_what_was_taken_gives_the_same_world(lines in proptest::collection::vec(any_line(), 1..60)) {
        let mut world = World::empty();
        let mut taken = Vec::new();
        for (step, line) in lines.into_iter().enumerate() {
            let stated = line.at(i64::try_from(step).unwrap()).stated();
            if world.apply(&stated).is_ok() {
                taken.push(stated);
            }
        }
        let mut again = World::empty();
        for stated in &taken {
            again.replay(stated).unwrap();
        }
        prop_assert_eq!(format!("{:?}", sorted(&world)), format!("{:?}", sorted(&again)));
        prop_assert_eq!(world.seq(), taken.len() as u64);
    }

    /// The flattened membership equals the result of a search from scratch.
    #[test]
    fn flattened_membership_is_what_a_search_finds(lines in proptest::collection::vec(any_group_line(), 1..80)) {
        let mut world = told(&[person(1), person(2), person(3)]);
        for line in lines {
            let _taken_or_not = world.apply(&line.stated());
        }
        for person in world.people() {
            prop_assert_eq!(&person.groups, &searched(&world, &Member::Person(person.id)));
        }
    }
}
