//! Findings: looked for, accepted, expired, fixed and returned, through the API.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]

use crate::common::{Door, House, assert_problem, noon};
use countersign_facts::{Fact, FindingFact};
use countersign_jobs::ScheduleRun;
use countersign_testkit::ocsf::judge;
use serde_json::{Value, json};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

const DAY: i64 = 86_400;

/// Declares a source.
async fn declare(house: &House, source: &str, format: &str, authoritative: bool) {
    let body = json!({"format": format, "title": source, "purpose": "test", "owner": "ada@example.test",
        "authoritative": authoritative});
    house.ok("PUT", &format!("/sources/{source}"), Some(body)).await;
}

async fn import(house: &House, source: &str, nodes: &[Value], edges: &[Value]) {
    let begun = house.ok("POST", &format!("/sources/{source}/imports"), None).await;
    let import = format!("/sources/{source}/imports/{}", begun["import"]);
    let page = json!({"page": 1, "nodes": nodes, "edges": edges});
    house.ok("POST", &format!("{import}/pages"), Some(page)).await;
    house.ok("POST", &format!("{import}/finish"), Some(json!({"records": nodes.len() + edges.len()}))).await;
    house.ok("POST", &format!("{import}/apply"), Some(json!({"max_gone_percent": 100}))).await;
}

fn moment(days_before_noon: i64) -> String {
    countersign_names::Timestamp::from_micros(noon().as_micros() - days_before_noon * DAY * 1_000_000)
        .to_string()
}

/// An account of a person in `people`, used last so many days before the house began.
fn person(login: &str, used_days_ago: i64) -> Value {
    json!({"key": format!("uid={login},dc=example"), "name": login, "kind": "account", "attributes": {
        "display_name": format!("{login} Lovelace"), "mails": [format!("{login}@example.test")], "used_by": "person",
        "aliases": [format!("uid={login},dc=example")],
        "enabled": true, "last_used_at": moment(used_days_ago)}})
}

/// An enabled account of the cloud whose name nobody has.
fn stranger(login: &str) -> Value {
    json!({"key": format!("arn:aws:iam::1:user/{login}"), "name": login, "kind": "account", "attributes": {
        "display_name": "Eve Nobody", "enabled": true}})
}

/// Looks at the inventory as a job, and returns its report.
async fn look(house: &House) -> Value {
    let begun = house.ok("POST", "/inventory/findings/look", None).await;
    let path = format!("/jobs/{}", begun["id"].as_str().unwrap());
    for _ in 0..3_000 {
        let job = house.ok("GET", &path, None).await;
        if job["state"] != "running" {
            assert_eq!(job["state"], "finished", "{job}");
            return job["result"].clone();
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the job did not end");
}

async fn list(house: &House, query: &str) -> Vec<Value> {
    let list = house.ok("GET", &format!("/inventory/findings{query}"), None).await;
    list["items"].as_array().unwrap().clone()
}

/// Returns name, detector, severity and state of each finding.
async fn short(house: &House, query: &str) -> Vec<[String; 4]> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    list(house, query)
        .await
        .iter()
        .map(|it| {
            [
                text(&it["subjects"][0]["name"]),
                text(&it["detector"]),
                text(&it["severity"]),
                text(&it["state"]),
            ]
        })
        .collect()
}

fn rows(expected: &[[&str; 4]]) -> Vec<[String; 4]> {
    expected.iter().map(|row| row.map(ToOwned::to_owned)).collect()
}

/// A house with two faults: `ada` has not been used for 200 days, and nobody has the account `eve`.
async fn faulty() -> House {
    let house = House::new().await;
    declare(&house, "people", "ldif", true).await;
    declare(&house, "cloud", "aws-iam", false).await;
    import(&house, "people", &[person("ada", 200), person("bob", 1)], &[]).await;
    import(&house, "cloud", &[stranger("eve")], &[]).await;
    let report = look(&house).await;
    assert_eq!(
        report,
        json!({"kind": "findings", "sources": 2, "nodes": 3, "findings": 2, "new": 2, "returned": 0, "fixed": 0})
    );
    house
}

async fn id_of(house: &House, detector: &str) -> String {
    let found = list(house, &format!("?detector={detector}")).await;
    found[0]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_finding_is_accepted_expires_is_fixed_and_returns() {
    let house = faulty().await;
    let eve = ["eve", "orphaned_account", "high", "open"];
    assert_eq!(short(&house, "").await, rows(&[eve, ["ada", "unused_account", "medium", "open"]]));
    let id = id_of(&house, "unused_account").await;
    let shown = house.ok("GET", &format!("/inventory/findings/{id}"), None).await;
    assert_eq!(shown["cause"], "unused_account in people");
    assert_eq!(shown["evidence"][1]["attribute"], "last_used_at");
    assert!(shown.get("acceptance").is_none() && shown.get("fixed_at").is_none(), "{shown}");

    let end = json!({"reason": "on leave", "expires_in_seconds": 30 * DAY});
    let accepted = house.ok("POST", &format!("/inventory/findings/{id}/accept"), Some(end)).await;
    assert_eq!(accepted["state"], "accepted");
    let acceptance = &accepted["acceptance"];
    assert_eq!((&acceptance["accepted_by"], &acceptance["reason"]), (&json!("operator"), &json!("on leave")));
    assert_eq!(acceptance["severity"], "medium");
    assert_eq!(short(&house, "").await, rows(&[eve]));
    assert_eq!(
        short(&house, "?state=accepted").await,
        rows(&[["ada", "unused_account", "medium", "accepted"]])
    );
    assert_eq!(look(&house).await["findings"], 2, "an accepted one is still found");
    assert_eq!(short(&house, "").await, rows(&[eve]));

    house.wait(31 * DAY);
    assert_eq!(
        short(&house, "?state=returned").await,
        rows(&[["ada", "unused_account", "medium", "returned"]])
    );
    assert_eq!(look(&house).await["returned"], 1);

    // The repaired exports: ada was used, and eve is disabled.
    let mut repaired = stranger("eve");
    repaired["attributes"]["enabled"] = json!(false);
    import(&house, "people", &[person("ada", -30), person("bob", -30)], &[]).await;
    import(&house, "cloud", &[repaired], &[]).await;
    assert_eq!(look(&house).await["fixed"], 2);
    assert_eq!(short(&house, "").await, rows(&[]));
    let fixed = house.ok("GET", &format!("/inventory/findings/{id}"), None).await;
    assert_eq!((&fixed["state"], fixed["fixed_at"].is_string()), (&json!("fixed"), true));
    let again = json!({"reason": "x", "expires_in_seconds": DAY});
    let refused = house.api("POST", &format!("/inventory/findings/{id}/accept"), Some(again)).await;
    assert_problem(&refused, 409, Some("id"));

    import(&house, "people", &[person("ada", 200), person("bob", -30)], &[]).await;
    assert_eq!(look(&house).await["returned"], 1);
    let back = list(&house, "").await;
    assert_eq!((&back[0]["id"], &back[0]["state"]), (&json!(id), &json!("returned")), "it is recognised");
    assert!(back[0]["first_seen"].as_str().unwrap() < back[0]["returned_at"].as_str().unwrap());
}

#[tokio::test]
async fn an_accepted_finding_returns_when_it_becomes_worse_or_is_reopened() {
    let house = faulty().await;
    let id = id_of(&house, "unused_account").await;
    let accept = format!("/inventory/findings/{id}/accept");
    let until = noon().plus(Duration::from_secs(300 * 86_400)).to_string();
    let body = json!({"reason": "on leave", "expires_at": until});
    house.ok("POST", &accept, Some(body.clone())).await;
    let reopen = format!("/inventory/findings/{id}/reopen");
    let reopened = house.ok("POST", &reopen, Some(json!({"reason": "back at work"}))).await;
    assert_eq!(reopened["state"], "open");
    assert!(reopened.get("acceptance").is_none());
    let refused = house.api("POST", &reopen, Some(json!({"reason": "x"}))).await;
    assert_problem(&refused, 409, Some("id"));

    house.ok("POST", &accept, Some(body)).await;
    let admins = json!({"key": "cn=admins,dc=example", "name": "admins", "kind": "group",
        "attributes": {"privileged": true}});
    let member = json!({"from": "uid=ada,dc=example", "relation": "member_of", "to": "cn=admins,dc=example"});
    import(&house, "people", &[person("ada", 200), person("bob", 1), admins], &[member]).await;
    look(&house).await;
    let worse = short(&house, "?detector=unused_account").await;
    assert_eq!(worse, rows(&[["ada", "unused_account", "high", "returned"]]));
    // The group makes another finding, whose change is to leave it.
    let standing = short(&house, "?detector=standing_privilege").await;
    assert_eq!(standing, rows(&[["ada", "standing_privilege", "high", "open"]]));
    let set = house.ok("GET", "/inventory/finding-export?format=changes&source=people", None).await;
    let text = set["text"].as_str().unwrap();
    assert!(text.contains(
        "dn: cn=admins,dc=example\nchangetype: modify\ndelete: member\nmember: uid=ada,dc=example\n-\n"
    ));
    assert!(
        text.contains("dn: uid=ada,dc=example\nchangetype: modify\nreplace: pwdAccountLockedTime\n"),
        "{text}"
    );
    assert_eq!((&set["findings"], &set["unwritten"]), (&json!(2), &json!(0)));

    // Both decisions are on record, in the caller's name.
    let entries = house.ledger.journal().read(countersign_journal::Seq::ZERO, 10_000).await.unwrap();
    let facts =
        entries.iter().map(|entry| countersign_facts::Stated::from_bytes(&entry.payload).unwrap().fact);
    let stated: Vec<_> = facts
        .filter_map(|fact| match fact {
            Fact::Finding(FindingFact::Accepted { about, .. }) => Some(about),
            Fact::Finding(FindingFact::Reopened { reason, .. }) => Some(reason),
            _ => None,
        })
        .collect();
    assert_eq!(stated, ["unused_account: ada in people", "back at work", "unused_account: ada in people"]);
}

#[tokio::test]
async fn what_is_wrong_with_a_request_is_named() {
    let house = faulty().await;
    let id = id_of(&house, "unused_account").await;
    let accept = format!("/inventory/findings/{id}/accept");
    let year = 367 * DAY;
    for (body, field) in [
        (json!({"reason": " ", "expires_in_seconds": 60}), "reason"),
        (json!({"reason": "x"}), "expires_at"),
        (json!({"reason": "x", "expires_in_seconds": 59}), "expires_in_seconds"),
        (json!({"reason": "x", "expires_in_seconds": year}), "expires_in_seconds"),
        (json!({"reason": "x", "expires_at": moment(1)}), "expires_at"),
        (json!({"reason": "x", "expires_at": moment(-400)}), "expires_at"),
        (json!({"reason": "x", "expires_at": moment(-4), "expires_in_seconds": 60}), "expires_in_seconds"),
    ] {
        assert_problem(&house.api("POST", &accept, Some(body)).await, 422, Some(field));
    }
    let body = json!({"reason": "x", "expires_in_seconds": 60});
    let unknown = "/inventory/findings/fnd_00000000000000000000000000000000";
    assert_problem(&house.api("POST", &format!("{unknown}/accept"), Some(body)).await, 404, Some("id"));
    assert_problem(&house.api("GET", unknown, None).await, 404, Some("id"));
    assert_problem(&house.api("GET", "/inventory/findings/fnd_1", None).await, 422, Some("id"));
    for (query, field) in [
        ("?detector=nothing", "detector"),
        ("?severity=awful", "severity"),
        ("?state=lost", "state"),
        ("?source=elsewhere", "source"),
    ] {
        let reply = house.api("GET", &format!("/inventory/findings{query}"), None).await;
        assert_problem(&reply, 422, Some(field));
    }
    declare(&house, "sheets", "csv", false).await;
    for (query, field) in [
        ("?format=changes", "source"),
        ("?format=changes&source=sheets", "source"),
        ("?format=xml", "format"),
        ("", "format"),
    ] {
        let reply = house.api("GET", &format!("/inventory/finding-export{query}"), None).await;
        assert_problem(&reply, 422, Some(field));
    }
    // Who may only read cannot accept.
    let body = json!({"reason": "x", "expires_in_seconds": 60});
    let path = format!("/api/v1{accept}");
    let refused = house.send(&Door::Session(3), "POST", &path, Some(body)).await;
    assert_eq!(refused.status, 403, "{}", refused.json);
}

#[tokio::test]
async fn causes_are_ranked_and_exports_are_in_the_words_of_others() {
    let house = faulty().await;
    import(&house, "people", &[person("ada", 200), person("bob", 300), person("cy", 91)], &[]).await;
    look(&house).await;
    let causes = house.ok("GET", "/inventory/finding-causes", None).await;
    let told: Vec<_> = causes["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|cause| (cause["cause"].clone(), cause["severity"].clone(), cause["findings"].clone()))
        .collect();
    assert_eq!(
        told,
        [
            (json!("accounts of nobody in cloud"), json!("high"), json!(1)),
            (json!("unused_account in people"), json!("medium"), json!(3))
        ]
    );
    let by_cause = short(&house, "?cause=unused_account%20in%20people&q=BO").await;
    assert_eq!(by_cause, rows(&[["bob", "unused_account", "medium", "open"]]));

    let events = house.ok("GET", "/inventory/finding-export?format=ocsf", None).await;
    assert_eq!((&events["findings"], &events["is_cut"]), (&json!(4), &json!(false)));
    if let Some(judged) = judge(events["text"].as_str().unwrap().as_bytes()) {
        assert_eq!((judged.lines, judged.faults), (4, Vec::new()));
    }
    let csv = house.ok("GET", "/inventory/finding-export?format=csv&severity=high", None).await;
    assert_eq!(csv["text"].as_str().unwrap().lines().count(), 2);
    let set = house.ok("GET", "/inventory/finding-export?format=changes&source=cloud", None).await;
    assert_eq!(set["file_name"], "findings.sh");
    let text = set["text"].as_str().unwrap();
    assert!(text.contains("\naws iam attach-user-policy --user-name='eve' --policy-arn="), "{text}");
}

#[tokio::test]
async fn a_schedule_looks_after_imports_and_once_a_day() {
    let house = House::new().await;
    let run = async || {
        let began_at = house.ledger.now();
        house.control.look_if_due(ScheduleRun { began_at, stop: CancellationToken::new() }).await
    };
    let last_seen =
        async || list(&house, "").await.first().map(|it| it["last_seen"].as_str().unwrap().to_owned());
    run().await.unwrap();
    declare(&house, "people", "ldif", true).await;
    import(&house, "people", &[person("ada", 200)], &[]).await;
    assert_eq!(last_seen().await, None);
    run().await.unwrap();
    let first = last_seen().await.unwrap();
    house.wait(DAY - 1);
    run().await.unwrap();
    assert_eq!(last_seen().await.unwrap(), first, "nothing changed, and the look is younger than a day");
    house.wait(1);
    run().await.unwrap();
    let second = last_seen().await.unwrap();
    assert!(second > first);
    house.wait(1);
    import(&house, "people", &[person("ada", 201)], &[]).await;
    run().await.unwrap();
    assert!(last_seen().await.unwrap() > second);
    house.ok("DELETE", "/sources/people", None).await;
    run().await.unwrap();
    assert_eq!(last_seen().await, None, "a source that was withdrawn has no findings");
}

/// Findings rest on whose an account is. That correlation ran says nothing new: a look correlates by itself.
#[tokio::test]
async fn a_schedule_looks_once_for_a_decision_about_identities() {
    let house = House::new().await;
    let run = async || {
        house.wait(1);
        let began_at = house.ledger.now();
        house.control.look_if_due(ScheduleRun { began_at, stop: CancellationToken::new() }).await.unwrap();
        list(&house, "").await[0]["last_seen"].as_str().unwrap().to_owned()
    };
    declare(&house, "people", "ldif", true).await;
    import(&house, "people", &[person("ada", 200), person("bob", 200)], &[]).await;
    let first = run().await;
    house.control.correlate_once().await.unwrap().unwrap();
    assert_eq!(run().await, first, "it correlated the same");
    let node = |login: &str| json!({ "source": "people", "key": format!("uid={login},dc=example") });
    let body =
        json!({ "ruling": "separated", "one": node("ada"), "other": node("bob"), "reason": "namesakes" });
    house.ok("POST", "/inventory/identities/decisions", Some(body)).await;
    let second = run().await;
    assert!(second > first, "{first} {second}");
    assert_eq!(run().await, second, "the decision was looked at");
}

/// What the operator sets counts from the next look on; while the file is wrong, nothing is looked for.
#[tokio::test]
async fn the_operators_settings_count_and_a_wrong_file_is_named() {
    const RULE: &str = "[days]\nunused_person = 30\n\n[[emergency]]\naccount = \"ada\"\nreason = \"the last way in\"\n\n\
        [[separation]]\nname = \"orders and payments\"\none = [\"orders\"]\nother = [\"payments\"]\n\
        reason = \"Whoever orders must not pay\"\nowner = \"Finance\"\nseverity = \"critical\"\n";
    let house = House::new().await;
    let run = async || {
        let began_at = house.ledger.now();
        house.control.look_if_due(ScheduleRun { began_at, stop: CancellationToken::new() }).await
    };
    let group = |name: &str| json!({"key": name, "name": name, "kind": "group", "attributes": {}});
    let member = |who: &str, group: &str| json!({"from": who, "relation": "member_of", "to": group});
    let bob = "uid=bob,dc=example";
    declare(&house, "people", "ldif", true).await;
    import(
        &house,
        "people",
        &[person("ada", 200), person("bob", 40), group("orders"), group("payments"), group("clerks")],
        &[member(bob, "orders"), member(bob, "clerks"), member("clerks", "payments")],
    )
    .await;
    run().await.unwrap();
    let ada = ["ada", "unused_account", "medium", "open"];
    assert_eq!(short(&house, "").await, rows(&[ada]));
    let shown = house.ok("GET", "/inventory/finding-settings", None).await;
    assert!(shown["declared"] == true && shown["text"].as_str().unwrap().contains("unused_person = 90\n"));

    house.set_finding_settings(RULE);
    run().await.unwrap();
    let expected =
        [["bob", "separation_of_duty", "critical", "open"], ["bob", "unused_account", "medium", "open"]];
    assert_eq!(short(&house, "").await, rows(&expected));
    let duties = &list(&house, "?detector=separation_of_duty").await[0];
    assert!(
        duties["fix"].as_str().unwrap().ends_with("Whoever orders must not pay. Finance answers for it.")
    );
    let shown = house.ok("GET", "/inventory/finding-settings", None).await;
    assert!(shown["text"].as_str().unwrap().contains("unused_person = 30\n") && shown["problem"].is_null());

    house.set_finding_settings(&RULE.replace("= 30", "= -1"));
    let problem = run().await.unwrap_err();
    assert!(problem.contains("finding-settings.toml: line 2: "), "{problem}");
    let shown = house.ok("GET", "/inventory/finding-settings", None).await;
    assert!(shown["problem"].as_str().unwrap().contains("line 2: "), "{shown}");
    assert_eq!(short(&house, "").await, rows(&expected), "what was found before stays");
}
