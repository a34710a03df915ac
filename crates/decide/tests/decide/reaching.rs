//! A reach agrees with decisions: generated worlds, and for every answer the requests that it describes.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests stop at the first surprise")]

use countersign_decide::{Class, Effect, Need, Reach, Remedy, Request, Survey, Target, Who, decide};
use countersign_facts::Member;
use countersign_names::{
    Action, Assurance, CheckResult, DeviceId, PostureCheck, Principal, RiskLevel, Sensitivity,
};
use countersign_policy::{PolicySet, defaults, starter_permits};
use countersign_testkit::story::*;
use countersign_world::World;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestRunner;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The moment of every question: before grants and sessions end.
const NOW: i64 = 400;
const PEOPLE: u128 = 4;

/// The shipped guardrails, and permits for the staff.
fn shipped() -> Arc<PolicySet> {
    let mut files = defaults();
    files.insert(
        "applications/wiki.cedar".to_owned(),
        starter_permits(&name("wiki"), Some(&"staff".parse().unwrap())),
    );
    Arc::new(PolicySet::parse(&files).unwrap_or_else(|rejected| panic!("{rejected}")))
}

/// Policies that read what the shipped ones do not: people's e-mail addresses, names of checks, close numbers.
fn odd() -> Arc<PolicySet> {
    let head = |id: &str| format!("@id(\"{id}\") @owner(\"o\") @reason(\"r\") @review(\"2027-01-01\")\n");
    let forbid = |id: &str, rest: &str| format!("{}forbid {rest};\n", head(id));
    let permit = |id: &str, who: &str, action: &str, rest: &str| {
        format!(
            "{}permit ({who}, {action}, resource in Countersign::Application::\"wiki\") {rest};\n",
            head(id)
        )
    };
    let guardrails = [
        forbid(
            "old-reports",
            "(principal, action, resource) when { context has device.posture_age && context.device.posture_age > 100 }",
        ),
        forbid(
            "no-firewall",
            "(principal, action, resource) when { context has device && context.device.failing.contains(\"firewall\") }",
        ),
        forbid(
            "two-factors",
            "(principal is Countersign::Person, action, resource) when { resource.sensitivity >= 1 } unless { context has authentication && context.authentication.assurance >= 2 }",
        ),
        forbid(
            "managed-device",
            "(principal, action, resource) when { resource.sensitivity >= 2 } unless { context has device && context.device.managed } unless { context.exceptions.contains(\"managed-device\") }",
        ),
        forbid("calm", "(principal, action, resource) when { principal has risk && principal.risk >= 2 }"),
    ];
    let permits = [
        permit(
            "staff",
            "principal in Countersign::Group::\"staff\"",
            "action == Countersign::Action::\"read\"",
            "",
        ),
        permit(
            "by-address",
            "principal is Countersign::Person",
            "action == Countersign::Action::\"write\"",
            "when { principal.email == \"p2@example.test\" }",
        ),
        permit(
            "by-name",
            "principal == Countersign::Person::\"per_00000000000000000000000000000003\"",
            "action == Countersign::Action::\"connect\"",
            "",
        ),
        permit(
            "administering",
            "principal",
            "action == Countersign::Action::\"administer\"",
            "when { context.grant }",
        ),
        permit(
            "machines",
            "principal is Countersign::Service",
            "action",
            "when { context has device && context.device.compliant }",
        ),
        permit(
            "downloads",
            "principal",
            "action == Countersign::Action::\"download\"",
            "when { context has device.posture_age && context.device.posture_age < 50 }",
        ),
    ];
    let files = BTreeMap::from([
        ("guardrails/odd.cedar".to_owned(), guardrails.concat()),
        ("applications/wiki.cedar".to_owned(), permits.concat()),
    ]);
    Arc::new(PolicySet::parse(&files).unwrap_or_else(|rejected| panic!("{rejected}")))
}

/// When the report was collected, and the check that failed, if any.
type Report = (i64, Option<PostureCheck>);

/// The evidence of one person. A device is managed or not, and has reported or not.
#[derive(Debug, Clone)]
struct Having {
    passkey: Option<Assurance>,
    devices: Vec<(bool, Option<Report>)>,
    staff: bool,
    risk: RiskLevel,
    suspended: bool,
    grant: bool,
    excused: bool,
}

fn having() -> impl Strategy<Value = Having> {
    let passkey = select(&[None, Some(Assurance::Aal1), Some(Assurance::Aal2), Some(Assurance::Aal2)][..]);
    let failing = select(&[None, None, Some(PostureCheck::Firewall), Some(PostureCheck::ScreenLock)][..]);
    let report = prop::option::weighted(0.8, (select(&[10_i64, 290, 320, 360, 390][..]), failing));
    let devices = prop::collection::vec((any::<bool>(), report), 0..3);
    let risk = select(&[RiskLevel::Low, RiskLevel::Low, RiskLevel::Medium, RiskLevel::High][..]);
    (passkey, devices, any::<bool>(), risk, prop::bool::weighted(0.1), any::<bool>(), any::<bool>()).prop_map(
        |(passkey, devices, staff, risk, suspended, grant, excused)| Having {
            passkey,
            devices,
            staff,
            risk,
            suspended,
            grant,
            excused,
        },
    )
}

/// Returns the number of a person's nth device.
const fn device_number(person: u128, place: usize) -> u128 {
    person * 10 + place as u128
}

fn world(everybody: &[Having], label: Option<Sensitivity>, machines_are_staff: bool) -> World {
    let mut story =
        vec![application("wiki"), self::label("wiki/pages", label), group("everybody"), group("staff")];
    story.push(join("staff", in_group("everybody")));
    for (n, having) in (1..).zip(everybody) {
        story.push(person(n));
        match having.passkey {
            Some(Assurance::Aal1) => story.push(weak_key(n, n)),
            Some(_) => story.extend([weak_key(n + 100, n), key(n, n)]),
            None => {}
        }
        for (place, (managed, report)) in having.devices.iter().enumerate() {
            let number = device_number(n, place);
            story.push(device_of(number, n, *managed));
            story.extend(report.map(|(collected, failing)| match failing {
                Some(check) => one_check(number, collected, check, CheckResult::Fail),
                None => all_checks(number, collected, CheckResult::Pass),
            }));
        }
        // Some are members through another group.
        let into = if n % 2 == 0 { "everybody" } else { "staff" };
        story.extend(having.staff.then(|| join(into, Member::Person(per(n)))));
        story.extend((having.risk != RiskLevel::Low).then(|| risk(n, having.risk)));
        if having.grant {
            story.extend([request(n, n), approve(n)]);
        }
        story.extend(having.excused.then(|| exception(n, Some(n), None)));
        story.extend(having.suspended.then(|| suspend(n)));
    }
    story.push(service(1, 1));
    story.extend(machines_are_staff.then(|| join("staff", Member::Service(svc(1)))));
    told(&story)
}

fn target(action: Action) -> Target {
    Target {
        resource: "wiki/pages".parse().unwrap(),
        action,
        operation: "GET".to_owned(),
        item: "/".to_owned(),
        address: None,
    }
}

/// Decides the request of a principal who has just signed in with its best passkey, from a device.
fn decided(
    world: &World,
    policies: &Arc<PolicySet>,
    who: Principal,
    device: Option<u128>,
    action: Action,
) -> Effect {
    let mut world = world.clone();
    let who = match who {
        Principal::Person(id) => {
            let best = world.credentials_of(id).max_by_key(|known| (known.assurance, known.id)).cloned();
            let number = id.bits().as_u128();
            best.map_or(Who::Person(id), |best| {
                let credential = best.id.bits().as_u128();
                tell(&mut world, &[session_of(200, number, credential, best.assurance).at(NOW)]);
                Who::Session(ses(200))
            })
        }
        Principal::Service(id) => Who::Service(id),
        Principal::Anonymous => Who::Anonymous,
    };
    let target = target(action);
    let request = Request {
        who,
        key: device.map(|number| digest(u8::try_from(number).unwrap())),
        application: name("wiki"),
        resource: target.resource,
        action,
        operation: target.operation,
        item: target.item,
        tags: BTreeMap::new(),
        content_type: None,
        address: None,
        idle: 0,
        posture_confirmed_at: None,
    };
    let answer = decide(&Arc::new(world), policies, &request, at(NOW));
    answer.decision().effect
}

fn number_of(device: DeviceId) -> u128 {
    device.bits().as_u128()
}

/// A device without an owner.
const SPARE: u128 = 99;

/// Gives a principal what it needs; returns the device to use then.
fn give(world: &mut World, who: Principal, needs: &[Need], device: Option<u128>) -> Option<u128> {
    let number = match who {
        Principal::Person(id) => id.bits().as_u128(),
        _ => 0,
    };
    let mut device = device;
    for need in needs {
        match need {
            Need::EnrolPasskey => tell(world, &[key(number + 200, number)]),
            Need::Remedy(Remedy::UseManagedDevice) => {
                tell(world, &[self::device(SPARE), all_checks(SPARE, NOW, CheckResult::Pass)]);
                device = Some(SPARE);
            }
            Need::Remedy(Remedy::FixPosture(_)) => {
                tell(world, &[all_checks(device.unwrap(), NOW, CheckResult::Pass)]);
            }
            Need::Remedy(Remedy::ReportPosture) => {
                let known = world.device(dev(device.unwrap())).unwrap();
                let failing = PostureCheck::ALL
                    .iter()
                    .find(|check| known.checks.get(check) != Some(&CheckResult::Pass))
                    .filter(|_| !known.checks.is_empty());
                let report = match failing {
                    Some(check) => one_check(device.unwrap(), NOW, *check, CheckResult::Fail),
                    None => all_checks(device.unwrap(), NOW, CheckResult::Pass),
                };
                tell(world, &[report]);
            }
            Need::Remedy(Remedy::RequestGrant) => tell(world, &[request(77, number), approve(77)]),
            Need::Remedy(other) => panic!("{other:?} is nothing that a reach asks for"),
        }
    }
    device
}

fn devices_of(world: &World, who: Principal) -> Vec<Option<u128>> {
    let Principal::Person(id) = who else { return vec![None] };
    let theirs = world.devices().filter(|device| device.about.owner == Some(id));
    std::iter::once(None).chain(theirs.map(|device| Some(number_of(device.id)))).collect()
}

fn everything(who: Principal) -> Vec<Need> {
    match who {
        Principal::Anonymous => Vec::new(),
        Principal::Service(_) => vec![Need::Remedy(Remedy::UseManagedDevice)],
        Principal::Person(_) => vec![
            Need::EnrolPasskey,
            Need::Remedy(Remedy::UseManagedDevice),
            Need::Remedy(Remedy::RequestGrant),
        ],
    }
}

fn holds(world: &World, policies: &Arc<PolicySet>, who: Principal, action: Action, reach: &Reach) {
    let told = |reach: &Reach| format!("{who} to {action}: {reach:?}");
    let suspended = match who {
        Principal::Person(id) => world.person(id).unwrap().standing != countersign_world::Standing::Active,
        _ => false,
    };
    assert_eq!(reach.suspended, suspended, "{}", told(reach));
    if suspended {
        assert_eq!(reach.class, Class::Never, "{}", told(reach));
        return;
    }
    let now: Vec<_> = devices_of(world, who)
        .into_iter()
        .filter(|device| decided(world, policies, who, *device, action) == Effect::Allow)
        .collect();
    match &reach.class {
        Class::Now => {
            assert!(now.contains(&reach.device.map(number_of)), "{}", told(reach));
            assert!(!reach.permitted_by.is_empty() && reach.stopped_by.is_empty(), "{}", told(reach));
        }
        Class::With(needs) => {
            assert!(now.is_empty() && !needs.is_empty(), "{}", told(reach));
            assert!(!reach.permitted_by.is_empty() && !reach.stopped_by.is_empty(), "{}", told(reach));
            let mut better = world.clone();
            let from = give(&mut better, who, needs, reach.device.map(number_of));
            assert_eq!(decided(&better, policies, who, from, action), Effect::Allow, "{}", told(reach));
            for left_out in 0..needs.len() {
                let mut fewer = needs.clone();
                fewer.remove(left_out);
                let mut less = world.clone();
                let from = give(&mut less, who, &fewer, reach.device.map(number_of));
                assert_eq!(decided(&less, policies, who, from, action), Effect::Deny, "{}", told(reach));
            }
        }
        Class::Never => {
            assert!(now.is_empty(), "{}", told(reach));
            assert!(reach.permitted_by.is_empty() && !reach.stopped_by.is_empty(), "{}", told(reach));
            let mut better = world.clone();
            let from = give(&mut better, who, &everything(who), None);
            assert_eq!(decided(&better, policies, who, from, action), Effect::Deny, "{}", told(reach));
        }
    }
}

fn askers() -> Vec<Principal> {
    let people = (1..=PEOPLE).map(|n| Principal::Person(per(n)));
    people.chain([Principal::Service(svc(1)), Principal::Anonymous]).collect()
}

#[test]
fn a_reach_is_what_a_decision_would_be() {
    let labels = [
        None,
        Some(Sensitivity::Public),
        Some(Sensitivity::Internal),
        Some(Sensitivity::Confidential),
        Some(Sensitivity::Restricted),
    ];
    let strategy = (prop::collection::vec(having(), PEOPLE as usize), select(labels.to_vec()), any::<bool>());
    let policies = [shipped(), odd()];
    // Counts the results: now, with each number of needs, and never. A property whose cases never occur proves nothing.
    let met = Cell::new([0_u32; 6]);
    let check = |(everybody, label, machines_are_staff): (Vec<Having>, Option<Sensitivity>, bool)| {
        let world = world(&everybody, label, machines_are_staff);
        for policies in &policies {
            let mut survey = Survey::new(&world, policies, at(NOW));
            for (action, who) in
                Action::ALL.iter().flat_map(|action| askers().into_iter().map(move |who| (action, who)))
            {
                let reach = survey.reach(who, &target(*action)).unwrap();
                holds(&world, policies, who, *action, &reach);
                let mut counts = met.get();
                let place = match &reach.class {
                    Class::Now => 0,
                    Class::With(needs) => needs.len(),
                    Class::Never => 5,
                };
                counts[place] += 1;
                met.set(counts);
                // Earlier questions of the same survey do not affect the result.
                let alone = Survey::new(&world, policies, at(NOW)).reach(who, &target(*action));
                prop_assert_eq!(Some(reach), alone);
            }
        }
        Ok(())
    };
    let config = ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() };
    let outcome = TestRunner::new(config).run(&strategy, check);
    assert!(outcome.is_ok(), "{}", outcome.unwrap_err());
    let [now, one, two, three, _, never] = met.get();
    println!("now {now}, one need {one}, two {two}, three {three}, never {never}");
    assert!([now, one, two + three, never].iter().all(|count| *count > 50), "{:?}", met.get());
}

#[test]
fn what_is_not_there_is_not_reached() {
    let world = told(&[person(1), application("wiki")]);
    let policies = shipped();
    let mut survey = Survey::new(&world, &policies, at(NOW));
    assert!(survey.reach(Principal::Person(per(9)), &target(Action::Read)).is_none());
    assert!(survey.reach(Principal::Service(svc(9)), &target(Action::Read)).is_none());
    let elsewhere = Target { resource: "shop/x".parse().unwrap(), ..target(Action::Read) };
    assert!(survey.reach(Principal::Person(per(1)), &elsewhere).is_none());
}

/// One example of each class, because the numbers of a property test tell a reader little.
#[test]
fn three_people_and_a_restricted_page() {
    let mut everybody = vec![
        Having {
            passkey: Some(Assurance::Aal2),
            devices: vec![(true, Some((390, None)))],
            staff: true,
            risk: RiskLevel::Low,
            suspended: false,
            grant: false,
            excused: false,
        };
        3
    ];
    everybody[1].devices = vec![(true, Some((390, Some(PostureCheck::Firewall))))];
    everybody[2].staff = false;
    let world = world(&everybody, Some(Sensitivity::Restricted), false);
    let policies = shipped();
    let mut survey = Survey::new(&world, &policies, at(NOW));
    let mut asked =
        |n: u128, action: Action| survey.reach(Principal::Person(per(n)), &target(action)).unwrap();
    let ids = |ids: &[countersign_names::PolicyId]| ids.iter().map(ToString::to_string).collect::<Vec<_>>();

    let first = asked(1, Action::Read);
    assert_eq!((first.class, first.device), (Class::Now, Some(dev(device_number(1, 0)))));
    assert_eq!(ids(&first.permitted_by), ["wiki-users"]);
    let second = asked(2, Action::Read);
    let mend = Need::Remedy(Remedy::FixPosture(vec![PostureCheck::Firewall]));
    assert_eq!(
        (second.class, ids(&second.stopped_by)),
        (Class::With(vec![mend]), vec!["compliant-device".to_owned()])
    );
    let third = asked(3, Action::Read);
    assert_eq!((third.class, ids(&third.stopped_by)), (Class::Never, vec!["no-permit".to_owned()]));
    assert_eq!(
        asked(1, Action::Administer).class,
        Class::Never,
        "a grant is of no use to who is no administrator"
    );
}
