//! A recorded decision is evaluated again with changed evidence.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop at the first surprise")]

use crate::common::{Door, House, Reply, assert_problem, per, policy_files};
use countersign_facts::{Fact, GroupFact, Member};
use countersign_names::GroupName;
use serde_json::{Value, json};

/// Has a decision recorded about a request of this caller, and returns its id.
async fn decision(house: &House, door: &Door) -> String {
    house.send(door, "GET", "/api/v1/people", None).await;
    let list = house.ok("GET", "/decisions?limit=1", None).await;
    house.wait(1);
    list["items"][0]["id"].as_str().unwrap().to_owned()
}

async fn ask(house: &House, id: &str, body: Value) -> Reply {
    house.api("POST", &format!("/decisions/{id}/again"), Some(body)).await
}

async fn answer(house: &House, id: &str, changes: &[(&str, &str)]) -> Value {
    let changes: Vec<Value> =
        changes.iter().map(|(item, value)| json!({"item": item, "value": value})).collect();
    let reply = ask(house, id, json!({"changes": changes})).await;
    assert!(reply.status.is_success(), "{}", reply.json);
    reply.json
}

fn item<'a>(answer: &'a Value, name: &str) -> &'a Value {
    let items = answer["items"].as_array().unwrap();
    items.iter().find(|item| item["item"] == name).unwrap_or(&Value::Null)
}

fn determined_by(answer: &Value) -> Vec<&str> {
    let policies = answer["determined_by"].as_array().unwrap();
    policies.iter().map(|policy| policy["id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn without_changes_the_answer_is_the_recorded_one() {
    let house = House::new().await;
    for (door, effect, policy) in [
        (Door::Session(1), "allow", "house-administrators"),
        (Door::Session(3), "deny", "no-permit"),
        (Door::Nobody, "deny", "no-permit"),
    ] {
        let id = decision(&house, &door).await;
        let recorded = house.ok("GET", &format!("/decisions/{id}"), None).await;
        let again = house.ok("POST", &format!("/decisions/{id}/again"), None).await;
        assert_eq!(again["unchanged"], again["changed"]);
        assert_eq!(again["changed"]["effect"], effect);
        assert_eq!(determined_by(&again["changed"]), [policy]);
        assert_eq!(again["changed"]["determined_by"], recorded["explanation"]["determined_by"]);
        assert_eq!(again["changed"]["remedies"], recorded["explanation"]["remedies"]);
        assert_eq!((&again["policies"], &again["notes"]), (&json!("then"), &json!([])));
        assert_eq!(again["version"], recorded["decision"]["policies"]);
        // Each item set to its recorded value changes nothing, one by one.
        for known in again["items"].as_array().unwrap() {
            let (name, value) = (known["item"].as_str().unwrap(), known["recorded"].as_str().unwrap());
            assert_eq!(known["value"], value);
            let is_choice = known["choices"].as_array().unwrap().iter().any(|choice| choice == value);
            if is_choice || known["most"].is_number() && value.parse::<u64>().is_ok() {
                let same = answer(&house, &id, &[(name, value)]).await;
                assert_eq!(same["changed"], again["changed"], "{name}={value}");
                assert_eq!(item(&same, name)["changed"], true);
            }
        }
    }
}

#[tokio::test]
async fn a_change_of_the_evidence_changes_the_answer_and_nothing_else() {
    let house = House::new().await;
    let allowed = decision(&house, &Door::Session(1)).await;
    let denied = decision(&house, &Door::Session(3)).await;
    let seq = house.seq();
    for (id, changes, effect, policy) in [
        (&allowed, vec![("identity", "absent")], "deny", "sessions-only"),
        (
            &allowed,
            vec![("identity", "absent"), ("exception.sessions-only", "yes")],
            "allow",
            "house-administrators",
        ),
        (&allowed, vec![("identity", "absent"), ("label", "public")], "allow", "house-administrators"),
        (&allowed, vec![("risk", "high")], "deny", "no-high-risk"),
        (&allowed, vec![("standing", "suspended")], "deny", "suspended"),
        (&allowed, vec![("group.administrators", "no")], "deny", "no-permit"),
        (&allowed, vec![("network", "elsewhere"), ("hour", "3")], "allow", "house-administrators"),
        (&denied, vec![("group.administrators", "yes")], "allow", "house-administrators"),
        (&denied, vec![("group.administrators", "yes"), ("risk", "high")], "deny", "no-high-risk"),
        (&denied, vec![("device", "managed"), ("grant", "yes")], "deny", "no-permit"),
    ] {
        let found = answer(&house, id, &changes).await;
        assert_eq!(found["changed"]["effect"], effect, "{changes:?}");
        assert_eq!(determined_by(&found["changed"]), [policy], "{changes:?}");
    }
    assert_eq!(house.seq(), seq, "no fact was stated");
    let again = house.send(&Door::Session(3), "GET", "/api/v1/people", None).await;
    assert_eq!(again.status, 403, "what was allowed in the answer is still refused");
}

#[tokio::test]
async fn the_single_changes_are_those_that_turn_the_answer_by_themselves_and_no_others() {
    let house = House::new().await;
    let named = |item: &str, value: &str| (item.to_owned(), value.to_owned());
    let none: &[(&str, &str)] = &[];
    let absent: &[(&str, &str)] = &[("identity", "absent")];
    let elsewhere: &[(&str, &str)] = &[("address", "203.0.113.9")];
    for (door, stays, turns) in [
        (Door::Session(1), none, ("identity", "absent")),
        (Door::Session(1), absent, ("exception.sessions-only", "yes")),
        (Door::Session(1), elsewhere, ("risk", "high")),
        (Door::Session(3), none, ("group.administrators", "yes")),
    ] {
        let id = decision(&house, &door).await;
        let with = |more: Option<(&str, &str)>| -> Vec<Value> {
            // The address determines the network, so a trial of the one takes the other away.
            let goes = |item: &str| {
                more.is_some_and(|(new, _)| new == item || (new, item) == ("network", "address"))
            };
            let stays = stays.iter().filter(|(item, _)| !goes(item)).copied();
            stays.chain(more).map(|(item, value)| json!({"item": item, "value": value})).collect()
        };
        let found = ask(&house, &id, json!({"changes": with(None), "single_changes": true})).await.json;
        let mut turning = std::collections::BTreeMap::new();
        for change in found["single_changes"]["turning"].as_array().unwrap() {
            for value in change["values"].as_array().unwrap() {
                let name = named(change["item"].as_str().unwrap(), value.as_str().unwrap());
                assert!(turning.insert(name, change).is_none(), "{change} stands there twice");
            }
        }
        let (item, value) = turns;
        assert!(turning.contains_key(&named(item, value)), "{stays:?}: {turns:?} of {:?}", turning.keys());
        // Every trial is also made by itself.
        let mut tried = 0;
        for item in found["items"].as_array().unwrap() {
            let name = item["item"].as_str().unwrap();
            let choices = item["choices"].as_array().unwrap().iter();
            let mut values: Vec<String> = choices.map(|choice| choice.as_str().unwrap().to_owned()).collect();
            match name {
                "hour" => values.extend((0..24).map(|hour| hour.to_string())),
                _ if item["most"].is_u64() => values.extend(["0".to_owned(), "31536000".to_owned()]),
                _ => {}
            }
            for value in values.iter().filter(|value| item["value"] != value.as_str()) {
                let one = ask(&house, &id, json!({"changes": with(Some((name, value.as_str())))})).await;
                let listed = turning.remove(&named(name, value));
                if one.status == 422 {
                    assert!(listed.is_none(), "{name}={value} cannot be changed");
                    continue;
                }
                tried += 1;
                let changed = &one.json["changed"];
                assert_eq!(
                    changed["effect"] != found["changed"]["effect"],
                    listed.is_some(),
                    "{name}={value}"
                );
                for field in ["effect", "enforced", "determined_by"] {
                    assert!(
                        listed.is_none_or(|listed| listed[field] == changed[field]),
                        "{name}={value} {field}"
                    );
                }
            }
        }
        assert!(turning.is_empty(), "these were not tried: {:?}", turning.keys());
        assert_eq!(found["single_changes"]["tried"], tried);
        assert_eq!(found["single_changes"]["more"], false);
        let without = ask(&house, &id, json!({"changes": with(None)})).await.json;
        assert_eq!(without.get("single_changes"), None, "they are tried for whoever asks for them");
    }
}

#[tokio::test]
async fn no_more_single_changes_are_tried_than_a_bound_and_that_is_said() {
    let mut facts = Vec::new();
    for n in 0..400 {
        let group: GroupName = format!("g{n}").parse().unwrap();
        facts.push(Fact::Group(GroupFact::Added { group: group.clone(), purpose: "test".to_owned() }));
        facts.push(Fact::Group(GroupFact::MemberAdded { group, member: Member::Person(per(3)) }));
    }
    let house = House::with(facts).await;
    let id = decision(&house, &Door::Session(3)).await;
    let found = ask(&house, &id, json!({"single_changes": true})).await.json;
    let single = &found["single_changes"];
    assert_eq!(single["more"], true, "{single}");
    assert!(single["tried"].as_u64().unwrap() <= 400, "{single}");
}

#[tokio::test]
async fn the_items_say_what_they_were_and_what_they_are() {
    let house = House::new().await;
    let id = decision(&house, &Door::Session(1)).await;
    let found = answer(&house, &id, &[("device", "managed"), ("posture.firewall", "fail")]).await;
    for (name, recorded, value, changed) in [
        ("identity", "present", "present", false),
        ("assurance", "aal2", "aal2", false),
        ("device", "absent", "present", true),
        ("managed", "absent", "yes", false),
        ("posture_age", "absent", "0", false),
        ("posture.firewall", "absent", "fail", true),
        ("posture.screen_lock", "absent", "pass", false),
        ("network", "office", "office", false),
        ("address", "10.1.2.3", "10.1.2.3", false),
        ("group.administrators", "yes", "yes", false),
        ("exception.sessions-only", "no", "no", false),
        ("weekday", "sunday", "sunday", false),
        ("hour", "12", "12", false),
        ("label", "internal", "internal", false),
    ] {
        let shown = item(&found, name);
        assert_eq!(
            (&shown["recorded"], &shown["value"], &shown["changed"]),
            (&json!(recorded), &json!(value), &json!(changed)),
            "{name}"
        );
    }
    assert_eq!(item(&found, "identity")["read"], true);
    assert_eq!(item(&found, "hour")["read"], false);
    assert_eq!(item(&found, "exception.no-high-risk"), &Value::Null, "that one knows no exceptions");
    let elsewhere = answer(&house, &id, &[("address", "203.0.113.9")]).await;
    assert_eq!(item(&elsewhere, "network")["value"], "elsewhere");
    let absent = answer(&house, &id, &[("network", "absent")]).await;
    assert_eq!(item(&absent, "address")["value"], "absent");
    let nobody = decision(&house, &Door::Nobody).await;
    let found = answer(&house, &nobody, &[]).await;
    for name in ["group.administrators", "risk", "standing", "grant"] {
        assert_eq!(item(&found, name), &Value::Null, "{name} of nobody");
    }
}

#[tokio::test]
async fn a_bad_change_is_refused_by_its_field() {
    let house = House::new().await;
    let id = decision(&house, &Door::Session(1)).await;
    let check = async |changes: Value, field: &str| {
        let reply = ask(&house, &id, json!({"changes": changes})).await;
        assert_problem(&reply, 422, Some(field));
        assert!(reply.json["remedy"].is_string() || field.contains("length"), "{}", reply.json);
    };
    let one = |item: &str, value: &str| json!([{"item": item, "value": value}]);
    for (item, value, field) in [
        ("colour", "red", "changes[0].item"),
        ("posture.courage", "pass", "changes[0].item"),
        ("group.nobody-knows", "yes", "changes[0].item"),
        ("group.Not A Name", "yes", "changes[0].item"),
        ("exception.nobody-knows", "yes", "changes[0].item"),
        ("managed", "yes", "changes[0].item"),
        ("posture.firewall", "pass", "changes[0].item"),
        ("device", "broken", "changes[0].value"),
        ("device", "present", "changes[0].value"),
        ("risk", "extreme", "changes[0].value"),
        ("proof_age", "-1", "changes[0].value"),
        ("proof_age", "+1", "changes[0].value"),
        ("proof_age", "99999999999999999999", "changes[0].value"),
        ("hour", "24", "changes[0].value"),
        ("weekday", "0", "changes[0].value"),
        ("network", "the-moon", "changes[0].value"),
        ("address", "10.0.0", "changes[0].value"),
        ("group.staff", "maybe", "changes[0].value"),
    ] {
        check(one(item, value), field).await;
    }
    let twice = json!([{"item": "device", "value": "absent"}, {"item": "device", "value": "managed"}]);
    check(twice, "changes[1].item").await;
    let both = json!([{"item": "network", "value": "office"}, {"item": "address", "value": "10.0.0.1"}]);
    check(both, "changes[1].item").await;
    let gone = json!([{"item": "identity", "value": "absent"}, {"item": "assurance", "value": "aal3"}]);
    check(gone, "changes[1].item").await;
    let many: Vec<Value> = (0..65).map(|n| json!({"item": format!("group.g{n}"), "value": "yes"})).collect();
    check(json!(many), "changes").await;
    let long = ask(&house, &id, json!({"changes": one("address", &"1".repeat(300))})).await;
    assert_problem(&long, 422, Some("changes[0].value"));
    let extra = ask(&house, &id, json!({"changes": [], "effect": "allow"})).await;
    assert_problem(&extra, 422, Some("effect"));
    let other = ask(&house, &id, json!({"policies": "tomorrow"})).await;
    assert_problem(&other, 422, Some("policies"));
    let unknown = ask(&house, "dec_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8", json!({})).await;
    assert_problem(&unknown, 404, Some("id"));
}

#[tokio::test]
async fn only_who_may_read_the_decision_may_ask() {
    let house = House::new().await;
    let id = decision(&house, &Door::Session(3)).await;
    let path = format!("/api/v1/decisions/{id}/again");
    for (door, status) in [(Door::Session(1), 200), (Door::Session(2), 403), (Door::Session(3), 403)] {
        let reply = house.send(&door, "POST", &path, Some(json!({}))).await;
        assert_eq!(reply.status, status, "{door:?}: {}", reply.json);
    }
    assert_eq!(house.send(&Door::Nobody, "POST", &path, Some(json!({}))).await.status, 401);
}

#[tokio::test]
async fn the_policies_of_then_and_of_now_answer_on_the_same_evidence() {
    let house = House::new().await;
    let id = decision(&house, &Door::Session(1)).await;
    let mut files = policy_files();
    let strict = "@id(\"devices-only\") @owner(\"security\") @reason(\"Use a device.\") @review(\"2027-05-31\")\n\
                  forbid (principal is Countersign::Person, action == Countersign::Action::\"read\", resource)\n\
                  unless { context has device && context.device.managed };\n";
    files.insert("guardrails/strict.cedar".to_owned(), strict.to_owned());
    house.ok("PUT", "/policies", Some(json!({"files": files, "why": "test"}))).await;
    house.policies_in_force().await;
    house.ok("PUT", "/groups/administrators/members/hr-3", None).await;
    let then = answer(&house, &id, &[]).await;
    assert_eq!(determined_by(&then["changed"]), ["house-administrators"]);
    let now = ask(&house, &id, json!({"policies": "now"})).await.json;
    assert_eq!(determined_by(&now["unchanged"]), ["devices-only"]);
    assert_eq!(now["changed"]["remedies"], json!(["Use a managed device."]));
    assert_ne!(now["version"], then["version"]);
    assert_eq!(now["notes"].as_array().unwrap().len(), 1);
    assert_eq!(now["world"], then["world"], "the evidence is that of the decision");
    let body = json!({"policies": "now", "changes": [{"item": "device", "value": "managed"}]});
    assert_eq!(determined_by(&ask(&house, &id, body).await.json["changed"]), ["house-administrators"]);
}
