//! Policies on trial: whom each would have stopped, and what of it nobody can know.

use crate::post::{PEOPLE, shipped, with};
use crate::rehearsed::Rehearsed;
use countersign_api::{Radius, ShadowPolicy, Verdict};
use countersign_facts::{Digest, Fact, RolloutFact};
use countersign_names::PolicyId;
use countersign_policy::PolicySet;
use countersign_rehearsals::ShadowPeople;
use countersign_testkit::story::{Line, advance, at, digest, observe, per, rol};
use std::collections::BTreeMap;

const TRIED: &str =
    "@stage(\"shadow\") forbid (principal, action, resource in Countersign::Application::\"wiki\");";

/// Two policies on trial: one about the wiki, and one about the shop.
fn two() -> BTreeMap<String, String> {
    let mut files = with(TRIED);
    let text = "@id(\"other\")\n@owner(\"shop\")\n@reason(\"Other.\")\n@review(\"2027-01-01\")\n@stage(\"shadow\")\n\
        forbid (principal, action, resource in Countersign::Application::\"shop\");\n";
    files.insert("guardrails/other.cedar".to_owned(), text.to_owned());
    files
}

fn id(text: &str) -> PolicyId {
    text.parse().unwrap()
}

fn of<'a>(report: &'a countersign_api::ShadowReport, id: &str) -> &'a ShadowPolicy {
    report.policies.iter().find(|tried| tried.policy.as_str() == id).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_policy_on_trial_is_reported_with_its_people() {
    let house = Rehearsed::new().await;
    house.post.publish(&two()).await;
    for n in [1, 2, 2] {
        assert!(house.reads(30 + i64::try_from(n).unwrap(), n, "wiki").await);
    }
    assert!(house.reads(40, 3, "payroll").await);
    let (report, windows) = house.shadow(None).await;
    let version = PolicySet::parse(&two()).unwrap().version();
    assert_eq!((&report.running, report.incomplete.len()), (&Digest::new(version).to_string(), 0));
    assert_eq!(report.policies.len(), 2, "what is enforced is not on trial");
    let tried = of(&report, "more");
    assert_eq!((tried.owner.as_str(), tried.reason.as_str()), ("security", "More."));
    assert_eq!(tried.place, "guardrails/more.cedar:1");
    assert_eq!((tried.asked, tried.people, tried.rolled_out), (3, 2, None));
    assert_eq!(tried.newly_denied, Radius { accesses: 3, people: 2, services: 0, anonymous: 0 });
    assert_eq!(tried.newly_allowed, Radius::default());
    assert_eq!((tried.first, tried.last), (Some(at(31)), Some(at(32))));
    let [application] = tried.applications.as_slice() else { panic!("{tried:?}") };
    assert_eq!((application.application.as_str(), application.newly_denied), ("wiki", tried.newly_denied));
    assert_eq!((tried.unknown.len(), tried.basis.verdict), (0, Verdict::Known));

    // Nobody used what the other is about: that is no proof that it stops nobody.
    let other = of(&report, "other");
    let gap = "It was never reached: nobody has used an application to which other can apply since it has this text.";
    assert_eq!((other.asked, other.newly_denied, other.unknown[0].as_str()), (0, Radius::default(), gap));
    assert_eq!(other.basis.verdict, Verdict::Unknown);
    assert!(other.basis.gaps.contains(&gap.to_owned()), "{other:?}");

    let two = [per(1), per(2)].into();
    let expected =
        ShadowPeople { people: [per(1), per(2)].into(), newly_denied: two, newly_allowed: [].into() };
    assert_eq!(**windows.get(&id("more")).unwrap(), expected);
    assert_eq!(**windows.get(&id("other")).unwrap(), ShadowPeople::default());

    let (only, windows) = house.shadow(Some("other")).await;
    assert_eq!((only.policies.len(), windows.len()), (1, 1));
    assert_eq!(only.policies[0].policy.as_str(), "other");
    let (none, windows) = house.shadow(Some("wiki-users")).await;
    assert_eq!((none.policies.len(), windows.len()), (0, 0), "it is enforced, so nothing is tried");
}

#[tokio::test(flavor = "multi_thread")]
async fn decisions_before_a_text_tell_nothing_of_it() {
    let house = Rehearsed::new().await;
    assert!(house.reads(30, 1, "wiki").await);
    house.post.publish(&with(TRIED)).await;
    let (report, _) = house.shadow(None).await;
    let tried = of(&report, "more");
    let before = "1 accesses were made before it had this text and this stage: `countersign plan` evaluates them again.";
    assert_eq!((tried.asked, tried.basis.recorded), (0, 1));
    assert!(tried.unknown.contains(&before.to_owned()), "{tried:?}");
    assert!(tried.unknown[0].starts_with("It was never reached"), "{tried:?}");
    assert!(house.reads(40, 1, "wiki").await);
    let (report, _) = house.shadow(None).await;
    let tried = of(&report, "more");
    assert_eq!((tried.asked, tried.basis.recorded, &tried.unknown), (1, 2, &vec![before.to_owned()]));
    assert_eq!(tried.basis.verdict, Verdict::Known, "the rest is whole");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_only_observed_is_in_no_figure() {
    let house = Rehearsed::new().await;
    house.post.publish(&with(TRIED)).await;
    house.post.tell(observe("wiki")).await;
    assert!(house.reads(30, 1, "wiki").await);
    let (report, windows) = house.shadow(None).await;
    let tried = of(&report, "more");
    assert_eq!((tried.asked, tried.newly_denied), (1, Radius::default()));
    assert_eq!(
        tried.unknown,
        ["1 accesses that it would turn are of applications that are only observed, and in no figure here."]
    );
    assert!(windows[&id("more")].newly_denied.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_a_rollout_reached_is_stopped_already() {
    let house = Rehearsed::new().await;
    let files = with(TRIED);
    house.post.publish(&files).await;
    let set = PolicySet::parse(&files).unwrap();
    let within = |n: u128, id| {
        countersign_decide::rollout::is_within(rol(id), 50, countersign_names::Principal::Person(per(n)))
    };
    let id = (1..10_000).find(|id| (1..=PEOPLE).filter(|n| within(*n, *id)).count() == 2).unwrap();
    let started = RolloutFact::Started {
        rollout: rol(id),
        policy: "more".parse().unwrap(),
        text: countersign_decide::rollout::text_of(set.get(&"more".parse().unwrap()).unwrap()),
        percents: vec![50, 100],
        watch_seconds: 60,
        halt_if: "newly denied people > 9".parse().unwrap(),
        why: None,
        rehearsal: Some(digest(1)),
        predicted: Vec::new(),
    };
    house.post.tell(Line::of(Fact::Rollout(started))).await;
    for n in 1..=PEOPLE {
        assert_eq!(house.reads(30, n, "wiki").await, !within(n, id), "{n}");
    }
    let (report, _) = house.shadow(None).await;
    let tried = of(&report, "more");
    assert_eq!((tried.rolled_out, tried.newly_denied.accesses), (Some(50), PEOPLE as u64 - 2));
    house.post.tell(advance(id, 100)).await;
    let (report, _) = house.shadow(None).await;
    assert_eq!(of(&report, "more").rolled_out, Some(100));
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_is_on_trial_there_is_nothing_to_report() {
    let house = Rehearsed::new().await;
    assert!(house.reads(30, 1, "wiki").await);
    house.post.publish(&shipped()).await;
    let (report, windows) = house.shadow(None).await;
    assert_eq!((report.policies.len(), windows.len()), (0, 0));
}
