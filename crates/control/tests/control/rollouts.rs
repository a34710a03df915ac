//! A policy on trial is reported, rolled out in stages, and taken back by itself: over real decisions, with a clock
//! that the test controls. The test calls the watch; nothing here waits for a background task.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]

use crate::common::{House, assert_problem, key, per, policy_files, ses};
use countersign_admission::{Completion, Ended, Request, Who};
use countersign_decide::rollout::is_within;
use countersign_facts::{CredentialFact, Digest, Fact, Person, PersonFact, PersonKind, Session, SessionFact};
use countersign_names::{Action, Assurance, Principal, RolloutId};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

const PEOPLE: u128 = 40;

/// Number of finished jobs that a process keeps.
const REPORTS_KEPT: usize = 8;

const PERMIT: &str = "@id(\"wiki-readers\") @owner(\"wiki\") @reason(\"Read.\") @review(\"2027-01-01\")\n\
    permit (principal is Countersign::Person, action, resource in Countersign::Application::\"wiki\");\n";

const TRIED: &str = "@id(\"on-trial\") @owner(\"security\") @reason(\"Use a device.\") @review(\"2027-01-01\") @stage(\"shadow\")\n\
    forbid (principal, action, resource in Countersign::Application::\"wiki\") unless { context has device };\n";

fn files(tried: &str) -> BTreeMap<String, String> {
    let mut files = policy_files();
    files.insert("applications/wiki.cedar".to_owned(), PERMIT.to_owned());
    files.insert("guardrails/tried.cedar".to_owned(), tried.to_owned());
    files
}

/// A house with more signed-in people than the usual four (1 to 4).
async fn house() -> House {
    let mut facts = Vec::new();
    for n in 5..=PEOPLE {
        let about = Person {
            name: format!("Person {n}"),
            email: format!("p{n}@example.test"),
            kind: PersonKind::Employee,
            aliases: BTreeSet::new(),
        };
        facts.push(Fact::Person(PersonFact::Added { person: per(n), about }));
        facts.push(Fact::Credential(CredentialFact::Registered {
            credential: key(n),
            person: per(n),
            name: "laptop".to_owned(),
            invitation: None,
            assurance: Assurance::Aal2,
            passkey: Value::Null,
        }));
        let about = Session {
            person: per(n),
            credential: key(n),
            secret: Digest::new([u8::try_from(n).unwrap(); 32]),
            assurance: Assurance::Aal2,
            address: None,
            expires_at: crate::common::noon().plus(Duration::from_secs(86_400)),
        };
        facts.push(Fact::Session(SessionFact::Started { session: ses(n), about }));
    }
    let house = House::with(facts).await;
    publish(&house, TRIED).await;
    house
}

async fn publish(house: &House, tried: &str) -> Value {
    let published = house.ok("PUT", "/policies", Some(json!({ "files": files(tried) }))).await;
    house.policies_in_force().await;
    published
}

/// Lets a person read the wiki without a known device, and returns whether they may.
async fn reads(house: &House, n: u128) -> bool {
    let request = Request {
        who: Who::Session(ses(n)),
        key: None,
        application: "wiki".parse().unwrap(),
        resource: "wiki/pages".parse().unwrap(),
        action: Action::Read,
        operation: "GET".into(),
        item: "/".into(),
        tags: BTreeMap::new(),
        content_type: None,
        address: None,
        idle: 0,
        posture_confirmed_at: None,
    };
    match house.admission.ask(request).await {
        Ok(admitted) => {
            admitted.complete(Completion { status: 200, bytes_in: 0, bytes_out: 0, ended: Ended::Finished });
            true
        }
        Err(_) => false,
    }
}

fn asked(more: &Value) -> Value {
    let mut body = json!({
        "policy": "on-trial", "percents": [25, 60, 100], "watch_seconds": 60, "halt_if": "newly denied people > 3",
    });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

async fn start(house: &House, more: Value) -> (RolloutId, Value) {
    let started = house.ok("POST", "/rollouts", Some(asked(&more))).await;
    (started["id"].as_str().unwrap().parse().unwrap(), started)
}

async fn status(house: &House, id: RolloutId) -> Value {
    house.ok("GET", &format!("/rollouts/{id}"), None).await
}

/// Returns the people in the sample at this percentage, and the others.
fn sample(id: RolloutId, percent: u8) -> (Vec<u128>, Vec<u128>) {
    (1..=PEOPLE).partition(|n| is_within(id, percent, Principal::Person(per(*n))))
}

async fn ended(house: &House, job: &Value) -> Value {
    let path = format!("/jobs/{}", job["id"].as_str().unwrap());
    for _ in 0..2_000 {
        let job = house.ok("GET", &path, None).await;
        if job["state"] != "running" {
            return job;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the job did not end");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_goes_through_its_stages_and_counts_for_the_sample_alone() {
    let house = house().await;
    let mut watch = house.control.rollout_watch();
    let (id, started) =
        start(&house, json!({ "halt_if": "newly denied people > 100", "why": "ticket 4711" })).await;
    assert_eq!((&started["state"], &started["percent"]), (&json!("running"), &json!(25)));
    assert_eq!((&started["why"], &started["moves"][0]["by"]), (&json!("ticket 4711"), &json!("operator")));
    let mut denied = BTreeSet::new();
    let listed = async || {
        let policies = house.ok("GET", "/policies", None).await["policies"].clone();
        policies.as_array().unwrap().iter().find(|policy| policy["id"] == "on-trial").unwrap()["rolled_out"]
            .clone()
    };
    for percent in [25, 60, 100] {
        assert_eq!(status(&house, id).await["percent"], percent);
        assert_eq!(listed().await, percent, "the list of policies says so");
        let (within, without) = sample(id, percent);
        for n in &within {
            assert!(!reads(&house, *n).await, "{n} is in the sample at {percent} percent");
            denied.insert(*n);
        }
        for n in &without {
            assert!(reads(&house, *n).await, "{n} is not in the sample at {percent} percent");
        }
        // Nothing advances before its time, whatever was seen.
        house.wait(59);
        watch.look().await;
        let shown = status(&house, id).await;
        assert_eq!((&shown["percent"], &shown["state"]), (&json!(percent), &json!("running")));
        assert_eq!(shown["newly_denied"]["people"], denied.len());
        house.wait(1);
        watch.look().await;
    }
    let shown = status(&house, id).await;
    assert_eq!((&shown["state"], &shown["percent"]), (&json!("finished"), &json!(100)));
    assert!(
        shown["next"].as_str().unwrap().starts_with("Take @stage(\"shadow\") out of on-trial"),
        "{shown}"
    );
    assert!(!reads(&house, 1).await, "it goes on to count for everybody");

    // The policy counts by its own text now, and the rollout has ended.
    let published = publish(&house, &TRIED.replace("@stage(\"shadow\")", "")).await;
    assert_eq!(published["rollouts"], json!([format!("{id} has ended: on-trial counts by its own text")]));
    assert_eq!(status(&house, id).await["state"], "ended");
    assert_eq!(listed().await, json!(null));
    assert!(!reads(&house, 1).await);
    assert_eq!(house.ok("GET", "/rollouts?active=true", None).await["items"], json!([]));
    assert_eq!(house.ok("GET", "/rollouts", None).await["items"][0]["id"], id.to_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn more_denials_than_it_bears_take_it_back_for_everybody_with_the_numbers() {
    let house = house().await;
    let mut watch = house.control.rollout_watch();
    let (id, _) = start(&house, json!({ "percents": [60, 100] })).await;
    let (within, without) = sample(id, 60);
    assert!(within.len() > 6 && without.len() > 3, "{within:?}");
    for n in &within[..3] {
        // Each returns a few times but counts as one person.
        for _ in 0..3 {
            assert!(!reads(&house, *n).await);
        }
    }
    watch.look().await;
    let shown = status(&house, id).await;
    assert_eq!((&shown["state"], &shown["newly_denied"]["people"]), (&json!("running"), &json!(3)));
    for n in &without[..3] {
        assert!(reads(&house, *n).await);
    }
    assert!(!reads(&house, within[3]).await);
    watch.look().await;
    let shown = status(&house, id).await;
    assert_eq!((&shown["state"], &shown["percent"]), (&json!("halted"), &json!(0)), "{shown}");
    let because = shown["halted_because"].as_str().unwrap();
    assert!(
        because.starts_with("4 newly denied people at 60 percent, and it halts at more than 3"),
        "{because}"
    );
    assert_eq!(shown["moves"][1]["by"], "system:rollout");
    for n in 1..=PEOPLE {
        assert!(reads(&house, n).await, "{n} may again");
    }
    // The example is a decision that names its rollout.
    let why = house.ok("GET", &format!("/decisions/{}", shown["example"].as_str().unwrap()), None).await;
    assert_eq!(why["decision"]["reasons"], json!(["on-trial"]));
    let notes = why["explanation"]["notes"].to_string();
    let says = format!(
        "The policy on-trial was enforced under rollout {id}, at 60 percent: the principal is in its sample."
    );
    assert!(notes.contains(&says), "{notes}");
    // The policy stays taken back, whatever happens.
    house.wait(3600);
    watch.look().await;
    assert_eq!(status(&house, id).await["state"], "halted");
    // It can be tried again, with a new sample.
    let (again, _) = start(&house, json!({})).await;
    assert_ne!(again, id);

    // Every recorded decision comes out the same in a replay.
    let begun = house.ok("POST", "/replays", Some(json!({}))).await;
    let job = ended(&house, &begun).await;
    assert_eq!(job["result"]["fidelity"], json!(1.0), "{job}");
    assert!(job["accesses"].as_u64().unwrap() > 50, "{job}");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_text_takes_a_rollout_back() {
    let house = house().await;
    let (id, _) = start(&house, json!({ "percents": [100] })).await;
    assert!(!reads(&house, 1).await);
    // A change of another policy does not matter to the rollout.
    let mut same = files(TRIED);
    same.insert("guardrails/more.cedar".to_owned(), TRIED.replace("on-trial", "another"));
    house.ok("PUT", "/policies", Some(json!({ "files": same }))).await;
    house.policies_in_force().await;
    assert_eq!(status(&house, id).await["state"], "running");
    assert!(!reads(&house, 1).await);

    let dry =
        json!({ "files": files(&TRIED.replace("context has device", "context has place")), "dry_run": true });
    let dry = house.ok("PUT", "/policies", Some(dry)).await;
    let says = format!("{id} is halted: the text of on-trial was changed while it was rolled out");
    assert_eq!(dry["rollouts"], json!([says]));
    assert_eq!(status(&house, id).await["state"], "running");

    let published = publish(&house, &TRIED.replace("context has device", "context has place")).await;
    assert_eq!(published["rollouts"], json!([says]));
    assert_eq!(status(&house, id).await["state"], "halted");
    assert!(reads(&house, 1).await);
    let (id, _) = start(&house, json!({ "percents": [100] })).await;
    publish(&house, "").await;
    let because = status(&house, id).await["halted_because"].to_string();
    assert!(because.contains("was removed"), "{because}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_says_whom_it_would_stop_and_a_dry_run_whom_each_step_reaches() {
    let house = house().await;
    for n in 1..=10 {
        assert!(reads(&house, n).await);
        house.wait(1);
    }
    let begun = house.api("POST", "/shadow-reports", Some(json!({ "policy": "on-trial" }))).await;
    assert_eq!((begun.status.as_u16(), &begun.json["kind"]), (201, &json!("shadow")), "{}", begun.json);
    let job = ended(&house, &begun.json).await;
    let [found] = job["result"]["policies"].as_array().unwrap().as_slice() else { panic!("{job}") };
    assert_eq!(
        (&found["policy"], &found["asked"], &found["people"]),
        (&json!("on-trial"), &json!(10), &json!(10))
    );
    assert_eq!(found["newly_denied"], json!({ "accesses": 10, "people": 10, "services": 0, "anonymous": 0 }));
    assert_eq!(found["applications"][0]["application"], "wiki");
    assert_eq!(found["changes"][0]["remedies"], json!(["Use a managed device."]));
    assert_eq!(found["unknown"], json!([]));
    assert_eq!(found["first"], "2026-11-22T12:00:00.000000Z");

    let rehearsed = json!({ "rehearsal": job["id"], "halt_if": null, "dry_run": true });
    let (id, dry) = start(&house, rehearsed).await;
    assert_eq!((&dry["dry_run"], &dry["halt_if"]), (&json!(true), &json!("newly denied people > 10")));
    assert_eq!(house.ok("GET", "/rollouts", None).await["items"], json!([]), "nothing was started");
    for step in dry["steps"].as_array().unwrap() {
        let (within, _) = sample(id, u8::try_from(step["percent"].as_u64().unwrap()).unwrap());
        let seen = within.iter().filter(|n| **n <= 10).count();
        assert_eq!((&step["people"], &step["seen"]), (&json!(within.len()), &json!(seen)), "{step}");
        assert_eq!((&step["newly_denied"], &step["newly_allowed"]), (&json!(seen), &json!(0)), "{step}");
    }
    // With the id of the dry run, the sample is the same.
    let more = json!({ "rehearsal": job["id"], "halt_if": null, "id": id });
    let (started, shown) = start(&house, more).await;
    assert_eq!(started, id);
    assert_eq!(shown["rehearsal"], job["digest"]);
    assert_eq!(shown["steps"], dry["steps"]);
    let report = format!("/jobs/{}", job["id"].as_str().unwrap());

    // During the rollout, the report covers the people whom it has not reached.
    for n in 1..=PEOPLE {
        reads(&house, n).await;
    }
    house.wait(1);
    let begun = house.ok("POST", "/shadow-reports", Some(json!({}))).await;
    let job = ended(&house, &begun).await;
    let found = &job["result"]["policies"][0];
    assert_eq!(found["rolled_out"], 25);
    let (_, without) = sample(id, 25);
    assert_eq!(found["newly_denied"]["accesses"], 10 + without.len());

    // What was predicted is known for good: the journal has it, and the report need not be kept.
    let fact = house.ok("GET", "/facts?kind=rollout.started", None).await["items"][0]["body"].clone();
    let stages = fact["predicted"].as_array().unwrap();
    assert_eq!(stages.iter().map(|stage| &stage["percent"]).collect::<Vec<_>>(), [25, 60, 100]);
    for _ in 0..REPORTS_KEPT {
        let begun = house.ok("POST", "/shadow-reports", Some(json!({}))).await;
        ended(&house, &begun).await;
    }
    assert_problem(&house.api("GET", &report, None).await, 404, Some("id"));
    assert_eq!(status(&house, id).await["steps"], dry["steps"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_never_reached_is_said_to_be_unknown() {
    let house = house().await;
    let begun = house.ok("POST", "/shadow-reports", Some(json!({}))).await;
    let job = ended(&house, &begun).await;
    let unknown = job["result"]["policies"][0]["unknown"].to_string();
    assert!(unknown.contains("It was never reached"), "{job}");
    assert_problem(
        &house.api("POST", "/shadow-reports", Some(json!({ "policy": "nonsense" }))).await,
        422,
        Some("policy"),
    );
    assert_problem(
        &house.api("POST", "/shadow-reports", Some(json!({ "policy": "wiki-readers" }))).await,
        422,
        Some("policy"),
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_permit_can_be_rolled_out_too() {
    let house = house().await;
    let permit = "@id(\"on-trial\") @owner(\"wiki\") @reason(\"Change.\") @review(\"2027-01-01\") @stage(\"shadow\")\n\
        permit (principal is Countersign::Person, action, resource in Countersign::Application::\"wiki\");\n";
    let mut set = files("");
    set.insert("applications/wiki.cedar".to_owned(), permit.to_owned());
    house.ok("PUT", "/policies", Some(json!({ "files": set }))).await;
    house.policies_in_force().await;
    let mut watch = house.control.rollout_watch();
    let (id, _) =
        start(&house, json!({ "percents": [60, 100], "halt_if": "newly allowed accesses > 4" })).await;
    let (within, without) = sample(id, 60);
    for n in &without[..3] {
        assert!(!reads(&house, *n).await);
    }
    for _ in 0..4 {
        assert!(reads(&house, within[0]).await);
    }
    watch.look().await;
    assert_eq!(status(&house, id).await["newly_allowed"]["people"], 1);
    assert!(reads(&house, within[0]).await);
    watch.look().await;
    let shown = status(&house, id).await;
    assert_eq!(
        (&shown["state"], &shown["newly_allowed"]["accesses"]),
        (&json!("halted"), &json!(5)),
        "{shown}"
    );
    assert!(!reads(&house, within[0]).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_started_is_refused_with_the_field_and_nothing_changes() {
    let house = house().await;
    let seq = house.seq();
    let job = "job_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8";
    for (more, status, field) in [
        (json!({ "policy": "nonsense" }), 422, "policy"),
        (json!({ "policy": "wiki-readers" }), 422, "policy"),
        (json!({ "percents": [] }), 422, "percents"),
        (json!({ "percents": [25, 5, 100] }), 422, "percents"),
        (json!({ "percents": [5, 25] }), 422, "percents"),
        (json!({ "percents": [0, 100] }), 422, "percents"),
        (json!({ "percents": [5, 300] }), 422, "percents[1]"),
        (json!({ "watch_seconds": 1 }), 422, "watch_seconds"),
        (json!({ "watch_seconds": 10_000_000 }), 422, "watch_seconds"),
        (json!({ "halt_if": "too many" }), 422, "halt_if"),
        (json!({ "halt_if": null }), 422, "halt_if"),
        (json!({ "why": " " }), 422, "why"),
        (json!({ "rehearsal": job }), 404, "rehearsal"),
        (json!({ "colour": "blue" }), 422, "colour"),
    ] {
        assert_problem(&house.api("POST", "/rollouts", Some(asked(&more))).await, status, Some(field));
    }
    assert_eq!(house.seq(), seq);
    let nothing = "/rollouts/rol_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8";
    assert_problem(&house.api("GET", nothing, None).await, 404, Some("id"));
    assert_problem(&house.api("POST", &format!("{nothing}/advance"), None).await, 404, Some("id"));

    let (id, _) = start(&house, json!({})).await;
    assert_problem(&house.api("POST", "/rollouts", Some(asked(&json!({})))).await, 409, Some("policy"));
    let path = format!("/rollouts/{id}");
    assert_problem(
        &house.api("POST", &format!("{path}/halt"), Some(json!({ "reason": "" }))).await,
        422,
        Some("reason"),
    );
    assert_eq!(house.ok("POST", &format!("{path}/advance"), None).await["percent"], 60);
    let halted = house.ok("POST", &format!("{path}/halt"), Some(json!({ "reason": "enough" }))).await;
    assert_eq!((&halted["state"], &halted["halted_because"]), (&json!("halted"), &json!("enough")));
    assert_problem(
        &house.api("POST", &format!("{path}/halt"), Some(json!({ "reason": "again" }))).await,
        409,
        Some("rollout"),
    );
    assert_problem(&house.api("POST", &format!("{path}/advance"), None).await, 409, Some("id"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_would_lock_every_administrator_out_is_not_started() {
    let house = house().await;
    let shut = TRIED
        .replace(" in Countersign::Application::\"wiki\"", "")
        .replace("unless { context has device }", "");
    publish(&house, &shut).await;
    let refused = house.api("POST", "/rollouts", Some(asked(&json!({})))).await;
    assert_problem(&refused, 422, Some("policy"));
    assert!(refused.json["detail"].as_str().unwrap().contains("no administrator"), "{}", refused.json);
}
