//! A plan names whom a change would stop, by the names of today, and each thing that the records cannot tell.

use crate::post::{PEOPLE, asking, shipped, with};
use crate::rehearsed::{EVER, Rehearsed};
use countersign_admission::Who;
use countersign_api::{Radius, Turn, Verdict};
use countersign_facts::{Application, ApplicationFact, Digest, Fact, HttpApplication, Stated};
use countersign_names::{Action, Principal};
use countersign_policy::PolicySet;
use countersign_rehearsals::name_of;
use countersign_testkit::story::{
    Line, application, at, exception, http_of, name, observe, per, person, service, svc, told,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;

#[tokio::test(flavor = "multi_thread")]
async fn changes_name_whom_what_why_and_how_often() {
    let house = Rehearsed::new().await;
    for second in [30, 31, 40] {
        assert!(house.reads(second, 1, "wiki").await);
    }
    assert!(house.reads(50, 2, "wiki").await);
    // Without a device, and as nobody.
    house.post.now.store(at(60).as_micros(), Ordering::SeqCst);
    let mut request = asking(3, "wiki", Action::Read, "/");
    request.key = None;
    assert!(house.post.ask(request.clone()).await);
    request.who = Who::Anonymous;
    assert!(!house.post.ask(request).await);
    let files = with("forbid (principal, action, resource) when { context has device };");
    let plan = house.plan(&files, &[]).await;
    let version = |files: &BTreeMap<String, String>| {
        Digest::new(PolicySet::parse(files).unwrap().version()).to_string()
    };
    assert_eq!((plan.running, plan.planned), (version(&shipped()), version(&files)));
    assert_eq!((plan.asked, plan.of_other_policies, plan.renamed), (6, 0, 0));
    assert_eq!(plan.newly_denied, Radius { accesses: 4, people: 2, services: 0, anonymous: 0 });
    assert_eq!(plan.newly_allowed, Radius::default());
    let shown: Vec<_> = plan.changes.iter().map(|change| (change.principal, change.count)).collect();
    assert_eq!(
        shown,
        [(Principal::Person(per(1)), 3), (Principal::Person(per(2)), 1)],
        "most frequent first"
    );
    let change = &plan.changes[0];
    assert_eq!((change.direction, change.principal_name.as_deref()), (Turn::Denied, Some("Somebody")));
    assert_eq!((change.device.as_str(), change.enforced), ("compliant", true));
    assert_eq!(change.resource, "wiki/pages".parse().unwrap());
    assert_eq!(
        (change.reasons.as_slice(), &change.application),
        (["more".parse().unwrap()].as_slice(), &name("wiki"))
    );
    assert_eq!((change.first, change.last), (at(30), at(40)));

    // What lets somebody in is the other direction.
    let files = with("forbid (principal, action, resource) unless { context has device };");
    let plan = house.plan(&files, &[]).await;
    assert_eq!(plan.newly_denied, Radius { accesses: 1, people: 1, services: 0, anonymous: 0 });
    assert_eq!(plan.changes[0].device, "none");
    let mut open = shipped();
    let permit = "@id(\"open\")\n@owner(\"wiki\")\n@reason(\"Open.\")\n@review(\"2027-01-01\")\n\
        permit (principal, action == Countersign::Action::\"read\", resource in \
        Countersign::Application::\"wiki\");\n";
    open.entry("applications/wiki.cedar".to_owned()).or_default().push_str(permit);
    open.retain(|path, _| !path.starts_with("guardrails/"));
    let plan = house.plan(&open, &[]).await;
    assert_eq!(plan.newly_allowed, Radius { accesses: 1, people: 0, services: 0, anonymous: 1 });
    assert_eq!((plan.changes[0].direction, plan.changes[0].principal_name.as_ref()), (Turn::Allowed, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_only_observed_changes_nothing_that_anybody_feels() {
    let house = Rehearsed::new().await;
    house.post.tell(observe("shop")).await;
    assert!(house.reads(30, 1, "shop").await);
    let plan = house.plan(&with("forbid (principal, action, resource);"), &[]).await;
    assert_eq!((plan.newly_denied, plan.changes.len()), (Radius::default(), 1));
    assert!(!plan.changes[0].enforced);
}

/// Each sentence about what no record can tell.
#[tokio::test(flavor = "multi_thread")]
async fn what_no_access_can_tell_is_said() {
    let house = Rehearsed::new().await;
    house.post.now.store(at(30).as_micros(), Ordering::SeqCst);
    // One access, without a device, a place or a content type.
    let mut request = asking(1, "wiki", Action::Read, "/");
    (request.key, request.address) = (None, None);
    assert!(house.post.ask(request).await);
    let in_wiki = "resource in Countersign::Application::\"wiki\"";
    let nobody = |application: &str| {
        format!(
            "Nobody used {application} in this span, so it is not known whom the change would stop there."
        )
    };
    let reads = |what: &str| format!("more reads {what}, of which no access of this span recorded any.");
    for (policy, expected) in [
        (format!("forbid (principal, action, {in_wiki}) when {{ context.item == \"/x\" }};"), vec![]),
        (
            format!("forbid (principal, action, {in_wiki}) unless {{ context has device }};"),
            vec![reads("the device")],
        ),
        (
            format!("forbid (principal, action, {in_wiki}) when {{ context has place }};"),
            vec![reads("the place")],
        ),
        (
            format!(
                "forbid (principal, action == Countersign::Action::\"download\", {in_wiki}) when {{ context has \
                 content_type && context.content_type == \"text/html\" }};"
            ),
            vec![reads("the type of what is downloaded")],
        ),
        (
            "forbid (principal, action, resource in Countersign::Application::\"shop\");".to_owned(),
            vec![nobody("shop")],
        ),
        (
            "forbid (principal, action, resource) unless { context has device };".to_owned(),
            vec![nobody("payroll"), nobody("shop"), reads("the device")],
        ),
    ] {
        let plan = house.plan(&with(&policy), &[]).await;
        let mut unknown = plan.unknown.clone();
        unknown.sort_unstable();
        assert_eq!(unknown, expected, "{policy}");
        let verdict = if expected.is_empty() { Verdict::Known } else { Verdict::Unknown };
        assert_eq!((plan.basis.verdict, plan.basis.gaps), (verdict, plan.unknown), "{policy}");
    }
    // A policy that would be gone or count otherwise concerns the same.
    let shop = "forbid (principal, action, resource in Countersign::Application::\"shop\");";
    house.post.publish(&with(shop)).await;
    assert_eq!(house.plan(&with(shop), &[]).await.unknown, Vec::<String>::new(), "nothing changes");
    assert_eq!(house.plan(&shipped(), &[]).await.unknown, [nobody("shop")], "it would be gone");
    let staged = with(&format!("@stage(\"shadow\") {shop}"));
    assert_eq!(house.plan(&staged, &[]).await.unknown, [nobody("shop")], "it would be on trial");
}

/// Declares an application again, changed.
fn declared(application: &str, about: &Application) -> Line {
    Line::of(Fact::Application(ApplicationFact::Declared {
        application: name(application),
        about: about.clone(),
    }))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_of_a_declaration_is_on_no_record_is_said() {
    let house = Rehearsed::new().await;
    assert!(house.reads(30, 1, "wiki").await);
    let world = house.post.ledger.world();
    let changed = |change: &dyn Fn(&mut HttpApplication)| {
        let mut about = world.application("wiki").unwrap().about.clone();
        change(http_of(&mut about));
        declared("wiki", &about)
    };
    for (line, expected) in [
        (
            changed(&|http| http.hosts = ["other.localhost".to_owned()].into()),
            "wiki would not be reached under wiki.localhost any more: by which host an access came is not on record.",
        ),
        (
            changed(&|http| http.upstream = "http://127.0.0.1:2".parse().unwrap()),
            "wiki would be forwarded to http://127.0.0.1:2: what answers there is not known.",
        ),
        (
            changed(&|http| http.download_types = ["text/csv".to_owned()].into()),
            "What counts as a download at wiki would change: which answers were of which type is on record only where a \
             policy read it.",
        ),
        (
            changed(&|http| http.request_headers = Some(BTreeSet::new())),
            "wiki would be told other request headers: what it makes of them is not known.",
        ),
    ] {
        assert_eq!(house.plan(&shipped(), &[line]).await.unknown, [expected]);
    }
    // A host more, and the order of nothing, lead nowhere.
    let more = changed(&|http| http.hosts.extend(["more.localhost".to_owned()]));
    let plan = house.plan(&shipped(), &[more]).await;
    assert_eq!((plan.unknown, plan.notes), (vec![], vec![]));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_that_is_new_or_excepted_is_named() {
    let house = Rehearsed::new().await;
    assert!(house.reads(30, 1, "wiki").await);
    let plan = house.plan(&shipped(), &[application("novel")]).await;
    assert_eq!(plan.notes, ["novel is new: it stops nobody, and no recorded access shows whom it lets in."]);
    assert_eq!(plan.unknown, Vec::<String>::new(), "it has no users whom the change could stop");
    // An exception at an application that nobody used, and its end.
    let nobody = "Nobody used shop in this span, so it is not known whom the change would stop there.";
    let open = exception(1, Some(1), Some("shop"));
    assert_eq!(house.plan(&shipped(), &[open]).await.unknown, [nobody]);
    house.post.tell(exception(1, Some(1), Some("shop"))).await;
    let end = countersign_facts::ExceptionFact::Ended {
        exception: countersign_testkit::story::exc(1),
        reason: "over".to_owned(),
    };
    let end = Line::of(Fact::Exception(end));
    assert_eq!(house.plan(&shipped(), &[end]).await.unknown, [nobody]);
    // One at the application that was used is seen in its accesses.
    assert_eq!(
        house.plan(&shipped(), &[exception(2, Some(1), Some("wiki"))]).await.unknown,
        Vec::<String>::new()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_names_what_came_out_otherwise_and_why() {
    let house = Rehearsed::new().await;
    for n in 1..=PEOPLE {
        assert!(house.reads(30, n, "wiki").await);
    }
    let rows = house.post.rows().await;
    let mut forged = rows[0].decided.clone();
    forged.effect = countersign_evidence::Effect::Deny;
    forged.id = countersign_names::DecisionId::new(uuid(1));
    house.post.admission.sink().record(&forged).unwrap();
    let mut future = rows[0].decided.clone();
    (future.world, future.id) = (9_000, countersign_names::DecisionId::new(uuid(2)));
    house.post.admission.sink().record(&future).unwrap();
    let report = house.replay(EVER).await;
    assert_eq!((report.same, report.different, report.basis.unanswered), (6, 2, 1));
    assert_eq!((report.basis.recorded, report.fidelity), (8, Some(0.75)));
    let of = |id| report.differences.iter().find(|difference| difference.id == id).unwrap();
    let (otherwise, unknown) = (of(forged.id), of(future.id));
    assert_eq!((otherwise.recorded.effect.as_str(), otherwise.recorded.enforced), ("deny", true));
    let again = otherwise.again.as_ref().unwrap();
    assert_eq!((again.effect.as_str(), &again.reasons), ("allow", &rows[0].decided.reasons));
    assert_eq!((otherwise.at, &otherwise.why_not), (at(30), &None));
    let end = house.post.ledger.seq();
    let why = format!("it knew the facts up to number 9000, and the journal ends with number {end}");
    assert_eq!((&unknown.again, unknown.why_not.as_ref()), (&None, Some(&why)));
}

fn uuid(n: u128) -> uuid::Uuid {
    uuid::Uuid::from_u128(n)
}

#[test]
fn a_principal_has_the_name_of_today() {
    let mut world = told(&[person(1), service(2, 1)]);
    assert_eq!(name_of(&world, Principal::Anonymous), None);
    assert_eq!(name_of(&world, Principal::Person(per(1))).as_deref(), Some("Somebody"));
    assert_eq!(name_of(&world, Principal::Service(svc(2))).as_deref(), Some("service-2"));
    assert_eq!(name_of(&world, Principal::Person(per(9))), None);
    assert_eq!(name_of(&world, Principal::Service(svc(9))), None);
    let Stated { at, by, .. } = person(1).stated();
    let mut about = world.person(per(1)).unwrap().about.clone();
    about.name = "Ada".to_owned();
    let fact = Fact::Person(countersign_facts::PersonFact::Changed { person: per(1), about });
    world.apply(&Stated { at, by, fact }).unwrap();
    assert_eq!(name_of(&world, Principal::Person(per(1))).as_deref(), Some("Ada"));
}
