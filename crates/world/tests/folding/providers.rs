//! Providers, links to accounts there, and the sessions that they start.

use super::refused;
use countersign_facts::{
    Actor, Fact, FederatedSession, IdentityProvider, Member, PersonKind, ProviderFact, ProviderLink,
    SessionFact, Stated,
};
use countersign_names::{Assurance, InvitationId, Principal};
use countersign_testkit::story::*;
use countersign_world::{Kind, Session, StatedBy, World};
use std::collections::BTreeSet;
use uuid::Uuid;

fn about(issuer: &str) -> IdentityProvider {
    IdentityProvider {
        title: "Corp".to_owned(),
        issuer: issuer.to_owned(),
        client_id: "us".to_owned(),
        scopes: BTreeSet::new(),
        domains: BTreeSet::new(),
        creates_people: None,
        assurance: Vec::new(),
        max_age: None,
        session: None,
    }
}

fn declare(name: &str, about: IdentityProvider) -> Line {
    Line::of(Fact::Provider(ProviderFact::Declared { provider: name.parse().unwrap(), about }))
}

fn provider(name: &str) -> Line {
    declare(name, about(&format!("https://{name}.example.com")))
}

fn withdraw(name: &str) -> Line {
    Line::of(Fact::Provider(ProviderFact::Withdrawn { provider: name.parse().unwrap() }))
}

fn linked_by(link: u128, provider: &str, subject: &str, person: u128, invitation: Option<u128>) -> Line {
    Line::of(Fact::Provider(ProviderFact::Linked {
        link: cred(link),
        about: ProviderLink {
            provider: provider.parse().unwrap(),
            subject: subject.to_owned(),
            person: per(person),
            invitation: invitation.map(|n| InvitationId::new(Uuid::from_u128(n))),
        },
    }))
}

fn link(id: u128, provider: &str, subject: &str, person: u128) -> Line {
    linked_by(id, provider, subject, person, None)
}

fn unlink(id: u128) -> Line {
    Line::of(Fact::Provider(ProviderFact::Unlinked { link: cred(id) }))
}

fn federated(n: u8, person: u128, link: u128, authenticated_at: Option<i64>) -> Line {
    Line::of(Fact::Session(SessionFact::Federated {
        session: ses(u128::from(n)),
        about: FederatedSession {
            person: per(person),
            link: cred(link),
            secret: digest(n),
            assurance: Assurance::Aal1,
            phishing_resistant: false,
            authenticated_at: authenticated_at.map(at),
            provider_session: Some(digest(200)),
            address: None,
            expires_at: at(SESSION_ENDS),
        },
    }))
}

fn begun() -> Vec<Line> {
    vec![
        person(1),
        person(2),
        key(1, 1),
        provider("okta"),
        provider("partner"),
        link(11, "okta", "s1", 1),
        link(12, "partner", "s1", 2),
        federated(1, 1, 11, Some(4)),
        federated(2, 2, 12, None),
    ]
}

fn and(more: Vec<Line>) -> Vec<Line> {
    begun().into_iter().chain(more).collect()
}

fn step_up(n: u128, credential: u128) -> Line {
    let assurance = Assurance::Aal2;
    Line::of(Fact::Session(SessionFact::SteppedUp {
        session: ses(n),
        credential: cred(credential),
        assurance,
    }))
}

#[test]
fn a_session_says_what_proved_its_person_and_when() {
    let world = told(&begun());
    let session = world.session(ses(1)).unwrap();
    assert_eq!((session.proved_at, session.method().as_str()), (at(4), "federated:okta"));
    assert!(!session.proved_by_provider().unwrap().phishing_resistant);
    // A provider that does not say when is never taken for one that says now.
    assert_eq!(world.session(ses(2)).unwrap().proved_at, Session::UNKNOWN_PROOF);
    let ahead = told(&and(vec![federated(3, 1, 11, Some(5_000))]));
    assert_eq!(ahead.session(ses(3)).unwrap().proved_at, at(10), "no proof is younger than its session");

    let stepped = told(&and(vec![step_up(1, 1)]));
    let session = stepped.session(ses(1)).unwrap();
    assert_eq!((session.proved_at, session.method().as_str()), (at(10), "passkey"));
    assert!(session.proved_by_provider().is_none(), "a passkey proved more since");
    assert_eq!(session.federated.as_ref().unwrap().provider.as_str(), "okta", "who started it stays");
}

#[test]
fn an_account_is_one_persons_and_found_by_provider_and_subject() {
    let world = told(&begun());
    let found = |provider: &str, subject| {
        world.link_of_subject(&provider.parse().unwrap(), subject).map(|link| link.person)
    };
    assert_eq!((found("okta", "s1"), found("partner", "s1")), (Some(per(1)), Some(per(2))));
    assert_eq!(found("okta", "S1"), None);
    refused(and(vec![link(13, "okta", "s1", 2)]), Kind::Taken, "already linked");
    refused(and(vec![link(11, "okta", "s2", 2)]), Kind::Taken, "already exists");
    refused(and(vec![link(1, "okta", "s2", 2)]), Kind::Taken, "already exists");
    refused(and(vec![link(13, "other", "s2", 2)]), Kind::Unknown, "provider other");
    refused(and(vec![link(13, "okta", "", 2)]), Kind::Impossible, "subject");
    refused(and(vec![link(13, "okta", "s2", 9)]), Kind::Unknown, "person");
    refused(and(vec![suspend(2), link(13, "okta", "s2", 2)]), Kind::Over, "suspended");
    refused(and(vec![federated(3, 2, 11, None)]), Kind::Impossible, "not a link of");
    refused(and(vec![federated(3, 1, 99, None)]), Kind::Unknown, "link");
    refused(and(vec![suspend(1), federated(3, 1, 11, None)]), Kind::Over, "suspended");
}

#[test]
fn a_declaration_states_what_it_needs_and_keeps_its_issuer() {
    let with = |change: fn(&mut IdentityProvider)| {
        let mut declared = about("https://new.example.com");
        change(&mut declared);
        vec![declare("new", declared)]
    };
    refused(with(|it| it.title.clear()), Kind::Impossible, "title");
    refused(with(|it| it.issuer.clear()), Kind::Impossible, "issuer");
    refused(with(|it| it.client_id.clear()), Kind::Impossible, "client id");
    refused(with(|it| it.creates_people = Some(PersonKind::Employee)), Kind::Impossible, "domains");
    refused(
        with(|it| {
            it.assurance.push(countersign_facts::AssuranceRule {
                acr: None,
                amr: BTreeSet::new(),
                assurance: Assurance::Aal2,
                phishing_resistant: true,
            });
        }),
        Kind::Impossible,
        "never assumed",
    );
    let moved = |name| declare(name, about("https://elsewhere.example.com"));
    refused(and(vec![moved("okta")]), Kind::Impossible, "another name");
    assert!(told(&[provider("okta"), moved("okta")]).provider("okta").is_some(), "nobody was linked yet");
    let same = declare("copy", about("https://okta.example.com"));
    refused(and(vec![same]), Kind::Taken, "already the issuer");
}

#[test]
fn what_goes_takes_its_links_once_its_sessions_have_ended() {
    refused(and(vec![unlink(11)]), Kind::Impossible, "must end the session");
    refused(and(vec![withdraw("okta")]), Kind::Impossible, "must end the session");
    let unlinked = told(&and(vec![end_session(1), unlink(11)]));
    assert!(unlinked.links_of(per(1)).next().is_none() && unlinked.linked_account(cred(11)).is_none());
    let gone = told(&and(vec![end_session(1), withdraw("okta")]));
    assert!(gone.provider("okta").is_none() && gone.links_of(per(1)).next().is_none());
    assert_eq!(gone.links_of(per(2)).count(), 1, "the other provider's links stay");
    refused(and(vec![end_session(1), withdraw("okta"), provider("okta")]), Kind::Over, "never used again");
    // An expired session needs no end.
    let late = told(&and(vec![unlink(11).at(SESSION_ENDS + 1)]));
    assert!(late.linked_account(cred(11)).is_none());
}

#[test]
fn a_suspended_a_removed_and_a_recovered_person_keep_no_session_of_a_provider() {
    let sessions = |more: Vec<Line>| told(&and(more)).sessions_of(per(1)).count();
    assert_eq!(sessions(Vec::new()), 1);
    assert_eq!(sessions(vec![suspend(1)]), 0);
    assert_eq!(sessions(vec![invite(7, 1, true), enrol(21, 1, 7)]), 0);
    let removed = told(&and(vec![remove_person(1)]));
    assert_eq!((removed.sessions_of(per(1)).count(), removed.links_of(per(1)).count()), (0, 0));
    assert!(removed.link_of_subject(&"okta".parse().unwrap(), "s1").is_none());
}

#[test]
fn an_invitation_links_once_and_only_its_own_person() {
    let invited = |rest: Vec<Line>| {
        [person(1), person(2), provider("okta"), invite(7, 1, false), invite(8, 2, true)]
            .into_iter()
            .chain(rest)
            .collect::<Vec<_>>()
    };
    let world = told(&invited(vec![linked_by(11, "okta", "s1", 1, Some(7))]));
    assert_eq!((world.links_of(per(1)).count(), world.invitations().count()), (1, 1));
    refused(invited(vec![linked_by(11, "okta", "s1", 2, Some(7))]), Kind::Impossible, "another person");
    refused(invited(vec![linked_by(11, "okta", "s1", 2, Some(8))]), Kind::Impossible, "recovery");
    refused(
        invited(vec![linked_by(11, "okta", "s1", 1, Some(7)).at(INVITATION_ENDS)]),
        Kind::Over,
        "expired",
    );
    let twice = vec![linked_by(11, "okta", "s1", 1, Some(7)), linked_by(12, "okta", "s2", 1, Some(7))];
    refused(invited(twice), Kind::Over, "not open");
}

fn administered() -> World {
    told(&[
        group("administrators"),
        person(1),
        person(2),
        join("administrators", Member::Person(per(1))),
        provider("okta"),
    ])
}

fn commanded(world: &World, by: Actor, line: &Line) -> Result<World, Kind> {
    let stated = Stated { by, ..line.stated() };
    world.after(&[stated]).map_err(|contradiction| contradiction.kind)
}

#[test]
fn two_people_decide_who_may_say_as_whom_people_sign_in() {
    let world = administered();
    let one = || Actor::Person(per(2));
    assert!(matches!(world.stated_by(&provider("new").stated().fact), StatedBy::Two(_)));
    assert_eq!(commanded(&world, one(), &provider("new")).unwrap_err(), Kind::Countersign);
    assert!(commanded(&world, one(), &withdraw("okta")).is_ok(), "one person alone may take it away");
    // Of an administrator a link takes two, also if the person themselves states it after signing in.
    for by in [one(), Actor::Person(per(1))] {
        let refused = commanded(&world, by, &link(11, "okta", "s1", 1)).unwrap_err();
        assert_eq!(refused, Kind::Countersign);
    }
    assert!(commanded(&world, one(), &link(11, "okta", "s1", 2)).is_ok());
    // Nobody starts a session for another.
    let world = told(&begun());
    assert_eq!(commanded(&world, one(), &federated(3, 1, 11, None)).unwrap_err(), Kind::Impossible);
    assert!(commanded(&world, Actor::Person(per(1)), &federated(3, 1, 11, None)).is_ok());
}

#[test]
fn whoever_linked_an_account_vouches_for_its_person() {
    let mut world = administered();
    tell(&mut world, &[link(11, "okta", "s1", 2).by(Actor::Person(per(1)))]);
    assert!(!world.independent(per(1), per(2), at(20)));
    assert!(world.behind(Principal::Person(per(2)), at(20)).contains(&Principal::Person(per(1))));
    let mut world = administered();
    tell(&mut world, &[link(11, "okta", "s1", 2).by(Actor::Person(per(2)))]);
    assert!(world.independent(per(1), per(2), at(20)), "their own sign-in is nobody else's word");
}
