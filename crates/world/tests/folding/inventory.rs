//! The inventory: people, groups, devices and applications, the look-ups of each, and the errors.

use super::refused;
use countersign_facts::{
    ApplicationFact, ApplicationStage, AssertionKeyFact, CredentialFact, DeviceFact, Fact, InvitationFact,
    InvitationPurpose, Member, PartRoutes, PersonFact, PoliciesFact, Resource, RiskFact, SettingsFact,
};
use countersign_names::{
    CheckResult, InvitationId, PersonId, PostureCheck, Principal, RiskLevel, Sensitivity,
};
use countersign_testkit::story::*;
use countersign_world::{Kind, Risk, World};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use uuid::Uuid;

fn inv(n: u128) -> InvitationId {
    InvitationId::new(Uuid::from_u128(n))
}

fn sorted_ids(people: impl Iterator<Item = PersonId>) -> Vec<PersonId> {
    people.collect::<BTreeSet<_>>().into_iter().collect()
}

#[test]
fn a_person_is_found_by_id_address_and_alias() {
    let mut world = told(&[person_with(1, "a@x", &["id-1", "id-2"]), person_with(2, "b@x", &[])]);
    assert_eq!(sorted_ids(world.people().map(|known| known.id)), [per(1), per(2)]);
    let by_alias = |world: &World, alias: &str| world.person_by_alias(alias).map(|known| known.id);
    assert_eq!(by_alias(&world, "id-1"), Some(per(1)));
    assert_eq!(by_alias(&world, "id-2"), Some(per(1)));
    assert_eq!(by_alias(&world, "id-3"), None);
    assert_eq!(world.person_by_email("B@X").map(|known| known.id), Some(per(2)));
    // After a change, the former values are free and the new ones are taken.
    tell(&mut world, &[change_person(1, "c@x")]);
    assert_eq!((by_alias(&world, "id-1"), world.person_by_email("a@x").is_some()), (None, false));
    assert_eq!(world.person(per(1)).unwrap().about.email, "c@x");
    refused(vec![person(1), person(2), change_person(2, "p1@example.test")], Kind::Taken, "p1@example.test");
    refused(vec![change_person(1, "a@x")], Kind::Unknown, "person");
    for wrong in ["", "a", "A@x"] {
        refused(vec![person_with(1, wrong, &[])], Kind::Impossible, "mail address");
    }
    // A repeated change does not conflict with itself.
    tell(&mut world, &[change_person(1, "c@x")]);
}

#[test]
fn a_person_has_a_name() {
    for name in ["", "  "] {
        let Fact::Person(PersonFact::Added { person, mut about }) = person(1).stated().fact else {
            unreachable!()
        };
        name.clone_into(&mut about.name);
        refused(
            vec![Line::of(Fact::Person(PersonFact::Added { person, about }))],
            Kind::Impossible,
            "the name of the ",
        );
    }
}

#[test]
fn a_risk_is_that_of_whoever_it_was_stated_of() {
    let stated = |principal: Principal| {
        Line::of(Fact::Risk(RiskFact::Changed {
            principal,
            level: RiskLevel::High,
            reasons: vec!["odd".to_owned()],
        }))
    };
    let before = || vec![person(1), person(2), service(1, 1)];
    let high = Risk { level: RiskLevel::High, reasons: vec!["odd".to_owned()] };
    let mut world = told(&before());
    tell(&mut world, &[stated(Principal::Person(per(1)))]);
    assert_eq!(world.person(per(1)).unwrap().risk, high);
    assert_eq!(world.person(per(2)).unwrap().risk, Risk::NONE);
    assert_eq!(world.service(svc(1)).unwrap().risk, Risk::NONE);
    tell(&mut world, &[stated(Principal::Service(svc(1)))]);
    assert_eq!(world.service(svc(1)).unwrap().risk, high);
    refused([before(), vec![stated(Principal::Anonymous)]].concat(), Kind::Impossible, "an anonymous caller");
    refused([before(), vec![stated(Principal::Person(per(9)))]].concat(), Kind::Unknown, "person");
    refused([before(), vec![stated(Principal::Service(svc(9)))]].concat(), Kind::Unknown, "service");
}

#[test]
fn an_invitation_is_found_by_id_and_by_its_secret_until_it_is_used_or_withdrawn() {
    let withdrawn = |n: u128| Line::of(Fact::Invitation(InvitationFact::Withdrawn { invitation: inv(n) }));
    let before = || vec![person(1), person(2), invite(1, 1, false), invite(2, 2, true)];
    let world = told(&before());
    assert_eq!(world.invitations().count(), 2);
    let open = world.invitation(inv(1)).unwrap();
    assert_eq!((open.person, open.purpose, open.issued_at), (per(1), InvitationPurpose::Enrol, at(10)));
    assert_eq!(world.invitation_by_secret(&digest(102)).unwrap().id, inv(2));
    for used in [withdrawn(1), enrol(1, 1, 1)] {
        let mut world = told(&before());
        tell(&mut world, &[used]);
        assert!(world.invitation(inv(1)).is_none() && world.invitation_by_secret(&digest(101)).is_none());
        assert!(world.invitation(inv(2)).is_some());
    }
    refused([before(), vec![withdrawn(1), withdrawn(1)]].concat(), Kind::Over, "not open");
    refused([before(), vec![invite(1, 2, false)]].concat(), Kind::Taken, "already issued");
    refused(vec![invite(1, 1, false)], Kind::Unknown, "person");
    let same_secret = Fact::Invitation(InvitationFact::Issued {
        invitation: inv(9),
        person: per(1),
        secret: digest(101),
        purpose: InvitationPurpose::Enrol,
        expires_at: at(INVITATION_ENDS),
    });
    refused([before(), vec![Line::of(same_secret)]].concat(), Kind::Taken, "already issued");
}

#[test]
fn a_passkey_is_registered_once_for_somebody_who_may_act() {
    let world = told(&[person(1), person(2), key(1, 1), weak_key(2, 1), key(3, 2)]);
    let mut theirs: Vec<_> = world.credentials_of(per(1)).map(|known| known.id).collect();
    theirs.sort();
    assert_eq!(theirs, [cred(1), cred(2)]);
    assert_eq!(world.credential(cred(3)).unwrap().person, per(2));
    assert_eq!(world.credential(cred(3)).unwrap().registered_at, at(10));
    refused(vec![key(1, 1)], Kind::Unknown, "person");
    refused(vec![person(1), key(1, 1), key(1, 1)], Kind::Taken, "already registered");
    refused(vec![person(1), remove_key(1)], Kind::Unknown, "passkey");
    refused(vec![person(1), enrol(1, 1, 7)], Kind::Over, "not open");
    let world = told(&[person(1), key(1, 1), key(2, 1), remove_key(1)]);
    assert_eq!(world.credentials_of(per(1)).map(|known| known.id).collect::<Vec<_>>(), [cred(2)]);
}

#[test]
fn an_enrolment_keeps_the_passkeys_that_a_recovery_ends() {
    for (recover, rest) in [(false, vec![cred(1), cred(2), cred(9)]), (true, vec![cred(9)])] {
        let world = told(&[
            person(1),
            person(2),
            key(1, 1),
            key(2, 1),
            key(3, 2),
            session(1, 1, 1),
            session(2, 2, 3),
            invite(1, 1, recover),
            enrol(9, 1, 1).at(INVITATION_ENDS - 1),
        ]);
        let mut theirs: Vec<_> = world.credentials_of(per(1)).map(|known| known.id).collect();
        theirs.sort();
        assert_eq!(theirs, rest, "recover: {recover}");
        assert_eq!(world.session(ses(1)).is_some(), !recover);
        assert!(world.session(ses(2)).is_some() && world.credential(cred(3)).is_some(), "nobody else's");
    }
}

#[test]
fn a_use_of_a_passkey_replaces_what_its_verifier_keeps() {
    let used = |n: u128| {
        let passkey = serde_json::json!({ "counter": 7 });
        Line::of(Fact::Credential(CredentialFact::Used { credential: cred(n), passkey }))
    };
    let world = told(&[person(1), key(1, 1), key(2, 1), used(1)]);
    assert_eq!(world.credential(cred(1)).unwrap().passkey["counter"], 7);
    assert!(world.credential(cred(2)).unwrap().passkey.is_null());
    refused(vec![person(1), used(1)], Kind::Unknown, "passkey");
}

#[test]
fn a_group_is_found_by_name_with_who_is_directly_in_it() {
    let mut world = told(&[person(1), service(1, 1), group("a"), group("b"), join("b", in_group("a"))]);
    assert_eq!(world.groups().count(), 2);
    assert_eq!(world.group("a").unwrap().name.as_str(), "a");
    assert!(world.group("c").is_none());
    tell(&mut world, &[join("a", Member::Service(svc(1))), join("a", Member::Person(per(1)))]);
    let names =
        |groups: &[countersign_names::GroupName]| groups.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(names(&world.service(svc(1)).unwrap().groups), ["a", "b"]);
    tell(&mut world, &[leave("a", Member::Service(svc(1)))]);
    assert!(world.service(svc(1)).unwrap().groups.is_empty());
    assert_eq!(names(&world.person(per(1)).unwrap().groups), ["a", "b"], "who stays stays");
    tell(&mut world, &[remove_group("b")]);
    assert_eq!(names(&world.person(per(1)).unwrap().groups), ["a"]);
    assert!(world.group("b").is_none());
    let before = || vec![person(1), group("a"), join("a", Member::Person(per(1)))];
    refused([before(), vec![join("a", Member::Person(per(1)))]].concat(), Kind::Taken, "already");
    refused([before(), vec![leave("a", Member::Person(per(2)))]].concat(), Kind::Unknown, "member");
    refused([before(), vec![join("b", Member::Person(per(1)))]].concat(), Kind::Unknown, "group");
    refused([before(), vec![join("a", in_group("b"))]].concat(), Kind::Unknown, "group");
    refused([before(), vec![join("a", Member::Service(svc(9)))]].concat(), Kind::Unknown, "service");
    refused([before(), vec![remove_group("b")]].concat(), Kind::Unknown, "group");
    refused([before(), vec![group("a")]].concat(), Kind::Taken, "already");
}

fn changed(n: u128, name: &str, owner: Option<u128>, key: Option<u8>) -> Line {
    Line::of(Fact::Device(DeviceFact::Changed { device: dev(n), about: about(name, owner, key) }))
}

fn about(name: &str, owner: Option<u128>, key: Option<u8>) -> countersign_facts::Device {
    countersign_facts::Device {
        name: name.to_owned(),
        owner: owner.map(per),
        platform: "Debian 12".to_owned(),
        managed: true,
        key: key.map(digest),
    }
}

#[test]
fn a_device_is_found_by_id_and_by_its_key_alone() {
    let before = || vec![person(1), device(1), device_of(2, 1, false)];
    let mut world = told(&before());
    let by_key = |world: &World, n: u8| world.device_by_key(&digest(n)).map(|known| known.id);
    assert_eq!((by_key(&world, 1), by_key(&world, 2), by_key(&world, 3)), (Some(dev(1)), Some(dev(2)), None));
    assert_eq!(world.devices().count(), 2);
    // After a change of the key, the old one finds nothing.
    tell(&mut world, &[changed(1, "laptop", None, Some(3))]);
    assert_eq!((by_key(&world, 1), by_key(&world, 3)), (None, Some(dev(1))));
    tell(&mut world, &[changed(1, "laptop", None, Some(3))]);
    assert_eq!(by_key(&world, 3), Some(dev(1)), "its own key is no other's");
    tell(&mut world, &[changed(1, "laptop", None, None)]);
    assert_eq!(by_key(&world, 3), None);
    tell(&mut world, &[Line::of(Fact::Device(DeviceFact::Removed { device: dev(2) }))]);
    assert!(world.device(dev(2)).is_none() && by_key(&world, 2).is_none());
    refused([before(), vec![device(1)]].concat(), Kind::Taken, "the inventory already contains");
    refused(
        [before(), vec![changed(1, "laptop", None, Some(2))]].concat(),
        Kind::Taken,
        "already has this key",
    );
    refused([before(), vec![changed(1, " ", None, None)]].concat(), Kind::Impossible, "the name of the ");
    refused([before(), vec![changed(1, "laptop", Some(9), None)]].concat(), Kind::Unknown, "person");
    refused([before(), vec![changed(9, "laptop", None, None)]].concat(), Kind::Unknown, "device");
    refused(
        [before(), vec![Line::of(Fact::Device(DeviceFact::Removed { device: dev(9) }))]].concat(),
        Kind::Unknown,
        "device",
    );
    refused([before(), vec![posture(9, 5, CheckResult::Pass)]].concat(), Kind::Unknown, "device");
    let nobodys =
        Fact::Device(DeviceFact::Registered { device: dev(5), about: about("laptop", Some(9), None) });
    refused([before(), vec![Line::of(nobodys)]].concat(), Kind::Unknown, "person");
}

#[test]
fn of_two_reports_of_one_moment_the_later_told_counts() {
    let mut world = told(&[device(1), posture(1, 50, CheckResult::Pass).at(60)]);
    let firewall = |world: &World| world.device(dev(1)).unwrap().checks.get(&PostureCheck::Firewall).copied();
    tell(&mut world, &[posture(1, 50, CheckResult::Fail).at(61)]);
    assert_eq!(firewall(&world), Some(CheckResult::Fail));
    let read = Arc::clone(&world.device(dev(1)).unwrap().checks);
    tell(&mut world, &[posture(1, 70, CheckResult::Fail).at(71)]);
    assert!(Arc::ptr_eq(&read, &world.device(dev(1)).unwrap().checks), "the same findings are kept once");
    assert_eq!(world.device(dev(1)).unwrap().collected_at, Some(at(70)));
}

/// Returns the declaration of an application with a change.
fn declared(change: impl FnOnce(&mut countersign_facts::Application)) -> Line {
    let Fact::Application(ApplicationFact::Declared { application, mut about }) =
        application("wiki").stated().fact
    else {
        unreachable!()
    };
    change(&mut about);
    Line::of(Fact::Application(ApplicationFact::Declared { application, about }))
}

#[test]
fn an_application_is_found_by_name_and_by_each_of_its_hosts() {
    let mut world = told(&[application("wiki"), application("shop")]);
    let by_host =
        |world: &World, host: &str| world.application_by_host(host).map(|known| known.name.to_string());
    assert_eq!(world.applications().count(), 2);
    assert_eq!(by_host(&world, "wiki.localhost").as_deref(), Some("wiki"));
    assert_eq!(by_host(&world, "nowhere.localhost"), None);
    tell(
        &mut world,
        &[declared(|about| http_of(about).hosts = ["a.example".to_owned(), "b.example".to_owned()].into())],
    );
    assert_eq!(by_host(&world, "wiki.localhost"), None, "a host that was given up leads nowhere");
    assert_eq!(by_host(&world, "b.example").as_deref(), Some("wiki"));
    tell(&mut world, &[remove_application("wiki"), application_at("docs", "a.example", "/")]);
    assert_eq!(by_host(&world, "a.example").as_deref(), Some("docs"));
    assert_eq!(by_host(&world, "b.example"), None);
    assert!(world.application("wiki").is_none());
    refused(vec![remove_application("wiki")], Kind::Unknown, "application");
    refused(vec![stage("wiki", ApplicationStage::Observe)], Kind::Unknown, "application");
    refused(vec![label("wiki/pages", None)], Kind::Unknown, "application");
}

#[test]
fn whatever_changes_an_application_changes_the_number_that_tables_depend_on() {
    let mut world = told(&[application("wiki"), person(1)]);
    let mut last = world.applications_epoch();
    for line in [
        label("wiki/pages", Some(Sensitivity::Public)),
        label("wiki/pages", None),
        observe("wiki"),
        application("wiki"),
        application("shop"),
        remove_application("shop"),
    ] {
        tell(&mut world, std::slice::from_ref(&line));
        assert!(world.applications_epoch() > last, "{line:?}");
        last = world.applications_epoch();
    }
    tell(&mut world, &[person(2)]);
    assert_eq!(world.applications_epoch(), last, "what has nothing to do with them moves nothing");
    refused(
        vec![application("wiki"), observe("wiki"), observe("wiki")],
        Kind::Taken,
        "already at this stage",
    );
    assert_eq!(
        told(&[application("wiki"), observe("wiki")]).application("wiki").unwrap().about.stage,
        ApplicationStage::Observe
    );
}

#[test]
fn a_label_is_the_resources_own_or_its_declarations_or_its_applications() {
    let of =
        |own: Option<Sensitivity>, declaration: Option<Sensitivity>, application: Option<Sensitivity>| {
            let mut story = vec![declared(|about| {
                about.sensitivity = application;
                about.resources.first_mut().unwrap().sensitivity = declaration;
            })];
            story.extend(own.map(|own| label("wiki/pages", Some(own))));
            let world = told(&story);
            let wiki = world.application("wiki").unwrap();
            (
                wiki.label(&"wiki/pages".parse().unwrap()),
                wiki.label(&"wiki/other".parse().unwrap()),
                wiki.sensitivity(),
            )
        };
    use Sensitivity::{Confidential, Internal, Public, Restricted};
    assert_eq!(of(None, None, None), (None, None, Restricted));
    assert_eq!(of(None, None, Some(Public)), (Some(Public), Some(Public), Public));
    assert_eq!(of(None, Some(Internal), Some(Public)), (Some(Internal), Some(Public), Public));
    let all = of(Some(Confidential), Some(Internal), Some(Public));
    assert_eq!(all, (Some(Confidential), Some(Public), Public));
    let world = told(&[application("wiki"), label("wiki/pages", Some(Public)), label("wiki/pages", None)]);
    assert_eq!(world.application("wiki").unwrap().label(&"wiki/pages".parse().unwrap()), None);
}

#[test]
fn a_declaration_that_cannot_be_is_refused_with_its_field() {
    let hosts = |host: &str| declared(|about| http_of(about).hosts = [host.to_owned()].into());
    let header = |name: &str| declared(|about| name.clone_into(&mut http_of(about).assertion_header));
    let resources = |parts: &[&str]| {
        declared(|about| {
            let one = |part: &&str| Resource { part: (*part).to_owned(), sensitivity: None };
            http_of(about).routes = PartRoutes::default();
            about.resources = parts.iter().map(one).collect();
        })
    };
    refused(vec![declared(|about| http_of(about).hosts.clear())], Kind::Impossible, "no host");
    for host in ["", "Wiki.localhost", "wiki.localhost:80", "w\u{ef}ki", "a b", "*.example", &"a".repeat(254)]
    {
        refused(vec![hosts(host)], Kind::Impossible, "host name");
    }
    for host in ["a", "a-b.c_d.9", &"a".repeat(253)] {
        told(&[hosts(host)]);
    }
    for name in ["", "X-Who", "x_who", "x who", "x:who"] {
        refused(vec![header(name)], Kind::Impossible, "header name");
    }
    told(&[header("x-who-9")]);
    for parts in [&["Pages"][..], &[""], &["a/"], &["a", "a"]] {
        refused(vec![resources(parts)], Kind::Impossible, "");
    }
    refused(vec![resources(&["a", "b", "a"])], Kind::Impossible, "twice");
    told(&[resources(&["a", "b", "a/b"])]);
    for path in ["/a#b", "/a\\b", "/a\nb", "/./a", "/a/..", "/**/a", "/a**", "/**/"] {
        refused(vec![application_at("wiki", "wiki.localhost", path)], Kind::Impossible, "route path");
    }
    told(&[application_at("wiki", "wiki.localhost", "/a/**")]);
    let unnamed = declared(|about| about.resources.clear());
    refused(vec![unnamed], Kind::Impossible, "not a declared part");
}

#[test]
fn a_supposed_world_has_these_applications_and_exceptions_and_is_otherwise_the_same() {
    let world = told(&[person(1), application("wiki"), application("shop"), exception(1, Some(1), None)]);
    let other = told(&[application("wiki"), observe("wiki")]);
    let supposed = world.supposing(other.applications(), Arc::default());
    assert_eq!(supposed.application("wiki").unwrap().about.stage, ApplicationStage::Observe);
    assert!(Arc::ptr_eq(supposed.application("shop").unwrap(), world.application("shop").unwrap()));
    assert!(supposed.exceptions().is_empty());
    assert_eq!((supposed.seq(), world.exceptions().len()), (world.seq(), 1), "the one it was made of stays");
    assert_eq!(world.application("wiki").unwrap().about.stage, ApplicationStage::Enforce);
    let kept = world.supposing([], Arc::clone(world.exceptions()));
    assert_eq!(kept.exceptions().len(), 1);
    assert!(kept.person(per(1)).is_some());
}

#[test]
fn the_world_knows_when_policies_and_settings_were_last_put_in_force() {
    let applied = |n: u8| {
        let settings = countersign_facts::Settings {
            version: digest(n),
            why: format!("change {n}"),
            rehearsal: None,
            policies: None,
            applications: BTreeSet::new(),
            labels: BTreeSet::new(),
            opened: BTreeSet::new(),
            ended: BTreeSet::new(),
        };
        Line::of(Fact::Settings(SettingsFact::Applied { settings }))
    };
    let published = |n: u8| {
        Line::of(Fact::Policies(PoliciesFact::Published { version: digest(n), files: BTreeMap::new() }))
    };
    let mut world = told(&[person(1)]);
    let known = |world: &World| {
        let changed = world.versions_changed();
        (changed.last(), changed.last_settings(), changed.settings_count())
    };
    assert_eq!(known(&world), (0, 0, 0));
    for (line, expected) in [
        (applied(1), (2, 2, 1)),
        (published(1), (3, 2, 1)),
        (person(2), (3, 2, 1)),
        (applied(2), (5, 5, 2)),
        (published(1), (6, 5, 2)),
        (applied(1), (7, 7, 3)),
    ] {
        tell(&mut world, &[line]);
        assert_eq!(known(&world), expected);
    }
}

#[test]
fn the_policies_in_force_are_those_last_put_there_with_why() {
    let published =
        |n: u8| Fact::Policies(PoliciesFact::Published { version: digest(n), files: BTreeMap::new() });
    let applied = |n: u8| {
        Fact::Policies(PoliciesFact::Applied {
            version: digest(n),
            files: BTreeMap::new(),
            why: "why".to_owned(),
            rehearsal: Some(digest(7)),
        })
    };
    let mut world = told(&[]);
    assert!(world.policies().is_none());
    tell(&mut world, &[Line::of(published(1))]);
    let in_force = world.policies().unwrap();
    assert_eq!((in_force.version, in_force.why.as_deref(), in_force.rehearsal), (digest(1), None, None));
    assert_eq!(in_force.at, at(10));
    tell(&mut world, &[Line::of(applied(2)).at(20)]);
    let in_force = world.policies().unwrap();
    assert_eq!((in_force.version, in_force.at), (digest(2), at(20)));
    assert_eq!((in_force.why.as_deref(), in_force.rehearsal), (Some("why"), Some(digest(7))));
}

#[test]
fn an_assertion_key_is_found_by_its_id_until_it_is_retired() {
    let published = |kid: &str| {
        Line::of(Fact::AssertionKey(AssertionKeyFact::Published {
            kid: kid.to_owned(),
            jwk: serde_json::json!({ "kid": kid }),
        }))
    };
    let rotated = Line::of(Fact::AssertionKey(AssertionKeyFact::Rotated { kid: "a".to_owned() })).at(30);
    let mut world = told(&[published("a"), published("b"), rotated]);
    let known = world.assertion_key("a").unwrap();
    assert_eq!((known.published_at, known.rotated_at), (at(10), Some(at(30))));
    assert_eq!((known.jwk["kid"].as_str(), world.assertion_key("b").unwrap().rotated_at), (Some("a"), None));
    tell(&mut world, &[Line::of(Fact::AssertionKey(AssertionKeyFact::Retired { kid: "a".to_owned() }))]);
    assert!(world.assertion_key("a").is_none());
    assert_eq!(world.assertion_keys().count(), 1);
}
