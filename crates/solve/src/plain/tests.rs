//! What a change needs stays in its example; everything else becomes plain.

use super::*;
use countersign_names::{PersonId, Sensitivity};
use countersign_policy::{Authentication, DeviceEvidence, Place, Subject, TimeOfWeek};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// A question as a solver makes one up: every value is odd, and everything that can be there is.
fn odd() -> Question {
    let names = |names: &[&str]| names.iter().map(|name| name.parse().unwrap()).collect::<Vec<_>>();
    Question {
        principal: Principal::Person(PersonId::new(Uuid::from_u128(7))),
        subject: Arc::new(Subject {
            email: "!0!".to_owned(),
            kind: "vendor".to_owned(),
            risk: RiskLevel::High,
            groups: names(&["blue", "green", "red"]),
        }),
        action: countersign_names::Action::Read,
        resource: "wiki/any-0".parse().unwrap(),
        sensitivity: Sensitivity::Restricted,
        labelled: false,
        application_sensitivity: Sensitivity::Restricted,
        tags: BTreeMap::from([("area".to_owned(), "!1!".to_owned())]),
        operation: "!2!".to_owned(),
        item: "!3!".to_owned(),
        content_type: Some("!4!".to_owned()),
        authentication: Some(Authentication {
            assurance: Assurance::Aal1,
            method: "!5!".to_owned(),
            phishing_resistant: false,
            age: 9_000,
        }),
        session: Some(SessionAge { age: 8_000, idle: 700 }),
        device: Some(DeviceEvidence {
            managed: false,
            proved: false,
            checks: Arc::new(PostureCheck::ALL.iter().map(|check| (*check, CheckResult::Fail)).collect()),
            posture_age: Some(600),
        }),
        place: Some(Place { address: "203.0.113.9".parse().unwrap(), network: "!6!".to_owned() }),
        time: TimeOfWeek { hour: 3, weekday: 6 },
        grant: true,
        exceptions: ["fresh-passkey", "managed-device"].iter().map(|name| name.parse().unwrap()).collect(),
        enrolled: BTreeSet::new(),
    }
}

/// A question of which nothing is left but what every question has.
fn plain() -> Question {
    let odd = odd();
    Question {
        subject: Arc::new(Subject {
            email: String::new(),
            kind: "employee".to_owned(),
            risk: RiskLevel::Low,
            groups: Vec::new(),
        }),
        sensitivity: Sensitivity::Internal,
        labelled: true,
        tags: BTreeMap::new(),
        operation: String::new(),
        item: String::new(),
        content_type: None,
        authentication: None,
        session: None,
        device: None,
        place: None,
        time: TimeOfWeek { hour: 12, weekday: 1 },
        grant: false,
        exceptions: BTreeSet::new(),
        ..odd
    }
}

/// Checks what is left of the odd question for a change that needs this, and that nothing more can be taken away.
#[track_caller]
fn check(needs: impl Fn(&Question) -> bool, expected: impl FnOnce(&mut Question)) {
    let mut wanted = plain();
    expected(&mut wanted);
    let found = plainest(odd(), &needs);
    assert_eq!(found, wanted);
    assert!(needs(&found), "the two sets would no longer differ");
    assert_eq!(plainest(found.clone(), &needs), found, "a second time takes nothing away");
}

#[test]
fn a_change_that_needs_nothing_has_the_plainest_example() {
    check(|_| true, |_| {});
}

#[test]
fn a_change_that_needs_everything_keeps_it() {
    let all = odd();
    assert_eq!(plainest(odd(), &|question| *question == all), all);
}

#[test]
fn of_who_asks_only_what_is_needed_stays() {
    check(
        |question| question.subject.kind == "vendor",
        |wanted| {
            Arc::make_mut(&mut wanted.subject).kind = "vendor".to_owned();
        },
    );
    check(
        |question| question.subject.risk >= RiskLevel::Medium,
        |wanted| {
            Arc::make_mut(&mut wanted.subject).risk = RiskLevel::High;
        },
    );
    check(
        |question| !question.subject.email.is_empty(),
        |wanted| {
            Arc::make_mut(&mut wanted.subject).email = "!0!".to_owned();
        },
    );
    let red = |question: &Question| question.subject.groups.iter().any(|group| group.as_str() == "red");
    check(red, |wanted| Arc::make_mut(&mut wanted.subject).groups = vec!["red".parse().unwrap()]);
    check(
        |question| question.subject.groups.len() == 2,
        |wanted| {
            // Of several that would do, the last in their order stay.
            Arc::make_mut(&mut wanted.subject).groups =
                vec!["green".parse().unwrap(), "red".parse().unwrap()];
        },
    );
}

#[test]
fn of_the_resource_only_what_is_needed_stays() {
    check(
        |question| question.sensitivity >= Sensitivity::Confidential,
        |wanted| {
            wanted.sensitivity = Sensitivity::Confidential;
        },
    );
    check(
        |question| question.sensitivity == Sensitivity::Restricted,
        |wanted| {
            wanted.sensitivity = Sensitivity::Restricted;
        },
    );
    // A resource without a label counts as restricted, so its example does too.
    check(
        |question| !question.labelled,
        |wanted| {
            (wanted.labelled, wanted.sensitivity) = (false, Sensitivity::Restricted);
        },
    );
    check(
        |question| question.tags.contains_key("area"),
        |wanted| {
            wanted.tags = odd().tags;
        },
    );
    check(|question| question.item.starts_with('!'), |wanted| wanted.item = "!3!".to_owned());
    check(|question| !question.operation.is_empty(), |wanted| wanted.operation = "!2!".to_owned());
    check(|question| question.content_type.is_some(), |wanted| wanted.content_type = odd().content_type);
    check(|question| question.time.hour < 6, |wanted| wanted.time.hour = 3);
    check(|question| question.time.weekday > 5, |wanted| wanted.time.weekday = 6);
    check(|question| question.grant, |wanted| wanted.grant = true);
}

#[test]
fn evidence_that_is_needed_is_good_except_where_it_must_be_bad() {
    let good = Authentication {
        assurance: Assurance::Aal2,
        method: "passkey".to_owned(),
        phishing_resistant: true,
        age: 0,
    };
    check(
        |question| question.authentication.is_some(),
        |wanted| {
            wanted.authentication = Some(good.clone());
            // A session begins with an authentication.
            wanted.session = Some(SessionAge { age: 0, idle: 0 });
        },
    );
    let old = |question: &Question| question.session.is_some_and(|session| session.age > 3600);
    check(old, |wanted| wanted.session = Some(SessionAge { age: 8_000, idle: 0 }));
    let idle = |question: &Question| question.session.is_some_and(|session| session.idle > 600);
    check(idle, |wanted| wanted.session = Some(SessionAge { age: 0, idle: 700 }));
    let place = |question: &Question| question.place.is_some();
    check(place, |wanted| {
        wanted.place = Some(Place { address: NOBODYS, network: "elsewhere".to_owned() });
    });
    let network = |question: &Question| question.place.as_ref().is_some_and(|place| place.network == "!6!");
    check(network, |wanted| {
        wanted.place = Some(Place { address: NOBODYS, network: "!6!".to_owned() });
    });
}

#[test]
fn a_device_that_is_needed_fails_one_check_at_most() {
    let with =
        |failing: &[PostureCheck], managed: bool, proved: bool, posture_age: Option<i64>| DeviceEvidence {
            managed,
            proved,
            checks: Arc::new(
                PostureCheck::ALL
                    .iter()
                    .map(|check| {
                        (*check, if failing.contains(check) { CheckResult::Fail } else { CheckResult::Pass })
                    })
                    .collect(),
            ),
            posture_age,
        };
    let first = PostureCheck::ALL[0];
    check(
        |question| question.device.is_some(),
        |wanted| {
            wanted.device = Some(with(&[first], true, true, Some(0)));
        },
    );
    let failing = |question: &Question| {
        question.device.as_ref().is_some_and(|device| device.failing().next().is_some() && !device.proved)
    };
    check(failing, |wanted| wanted.device = Some(with(&[first], false, false, Some(0))));
    let stale = |question: &Question| {
        question.device.as_ref().and_then(|device| device.posture_age).is_some_and(|age| age > 60)
    };
    check(stale, |wanted| wanted.device = Some(with(&[first], false, true, Some(600))));
}

#[test]
fn an_exception_gives_way_to_a_device_in_good_order() {
    // Either lifts the guardrail; the device is the more usual.
    let passes = |question: &Question| {
        let device = question.device.as_ref();
        !question.exceptions.is_empty() || device.is_some_and(|device| device.managed && device.proved)
    };
    let found = plainest(odd(), &passes);
    assert_eq!(found.exceptions, BTreeSet::new());
    assert!(found.device.is_some_and(|device| device.managed && device.proved));
    // One that nothing stands in for stays, alone.
    let one = |question: &Question| question.exceptions.iter().any(|name| name.as_str() == "managed-device");
    check(one, |wanted| wanted.exceptions = BTreeSet::from(["managed-device".parse().unwrap()]));
}

#[test]
fn nobody_who_is_not_a_person_gets_a_kind_of_person() {
    let mut question = odd();
    question.principal = Principal::Anonymous;
    let found = plainest(question, &|_| true);
    assert_eq!((found.principal, found.subject.kind.as_str()), (Principal::Anonymous, ""));
}
