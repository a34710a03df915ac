//! Who can reach what: the answers, their pages, and the graph that is read anew after an import.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests stop at the first surprise"
)]

use crate::common::{Door, House, assert_problem};
use serde_json::{Value, json};
use std::time::Duration;

fn node(key: &str, name: &str, kind: &str) -> Value {
    json!({"key": key, "name": name, "kind": kind})
}

fn edge(from: &str, relation: &str, to: &str, attributes: Value) -> Value {
    json!({"from": from, "relation": relation, "to": to, "attributes": attributes})
}

/// A directory: Mallory comes to control the administrators over a help desk, Ada reads payroll by herself and writes it
/// by a group, and two groups have one name.
fn corp() -> (Vec<Value>, Vec<Value>) {
    let mut admins = node("512", "Domain Admins", "group");
    admins["attributes"] = json!({"privileged": true});
    let nodes = vec![
        node("1", "ada", "account"),
        node("2", "mallory", "account"),
        node("3", "dave", "account"),
        node("20", "staff", "group"),
        node("21", "writers", "group"),
        node("22", "Twins", "group"),
        node("23", "twins", "group"),
        node("24", "helpdesk", "group"),
        node("90", "payroll", "resource"),
        admins,
    ];
    let plain = || json!({});
    let edges = vec![
        edge("1", "may", "90", json!({"level": "read", "rights": ["Read"]})),
        edge("1", "member_of", "20", plain()),
        edge("20", "member_of", "21", json!({"granted_by": "line 7", "authorised_by": "Eve"})),
        // They contain each other.
        edge("21", "member_of", "20", plain()),
        edge("21", "may", "90", json!({"level": "write", "rights": ["Read", "Write"]})),
        edge("2", "may", "90", json!({"level": "administer", "conditional": true})),
        edge("2", "member_of", "24", plain()),
        edge("24", "controls", "3", json!({"rights": ["ForceChangePassword"]})),
        edge("3", "member_of", "512", plain()),
        edge("3", "member_of", "unseen", plain()),
    ];
    (nodes, edges)
}

async fn import(house: &House, source: &str, (nodes, edges): (Vec<Value>, Vec<Value>)) {
    let begun = house.ok("POST", &format!("/sources/{source}/imports"), None).await;
    let import = format!("/sources/{source}/imports/{}", begun["import"]);
    let end = json!({"records": nodes.len() + edges.len()});
    let page = json!({"page": 1, "nodes": nodes, "edges": edges});
    house.ok("POST", &format!("{import}/pages"), Some(page)).await;
    house.ok("POST", &format!("{import}/finish"), Some(end)).await;
    house.ok("POST", &format!("{import}/apply"), Some(json!({"max_gone_percent": 100}))).await;
}

async fn declare(house: &House, source: &str) {
    let about = json!({"format": "other", "title": source, "purpose": "tests", "owner": "ada@example.test"});
    house.ok("PUT", &format!("/sources/{source}"), Some(about)).await;
}

/// A house with the directory `corp`.
async fn furnished() -> House {
    let house = House::new().await;
    declare(&house, "corp").await;
    import(&house, "corp", corp()).await;
    house
}

async fn ask(house: &House, question: &str) -> Value {
    house.ok("GET", &format!("/inventory/access/{question}"), None).await
}

/// Asks until the graph is of these imports: on a busy machine an earlier one may answer meanwhile.
async fn ask_as_of(house: &House, imports: &[(&str, u64)], question: &str) -> Value {
    let expected: Vec<_> = imports.iter().map(|(source, import)| (json!(source), json!(import))).collect();
    for _ in 0..60 {
        let answer = ask(house, question).await;
        let sources = answer["as_of"]["sources"].as_array().unwrap();
        let found: Vec<_> =
            sources.iter().map(|known| (known["source"].clone(), known["import"].clone())).collect();
        if found == expected {
            return answer;
        }
    }
    panic!("{question} is never answered as of {imports:?}");
}

/// Writes a path: `ada -member_of-> staff`.
fn chain(path: &Value) -> String {
    let steps = path["steps"].as_array().unwrap();
    assert_eq!(path["length"], steps.len());
    let mut chain =
        steps.first().map_or(String::new(), |step| step["from"]["name"].as_str().unwrap().to_owned());
    for step in steps {
        let (relation, to) = (step["relation"].as_str().unwrap(), step["to"]["name"].as_str().unwrap());
        chain.push_str(&format!(" -{relation}-> {to}"));
    }
    chain
}

/// Writes the items of an answer: name, level, whether there is a condition, and path.
fn items(answer: &Value) -> Vec<String> {
    let written = answer["items"].as_array().unwrap().iter().map(|item| {
        let level = item["level"].as_str().unwrap_or("-");
        let condition = if item["conditional"] == true { "?" } else { "" };
        format!("{} {level}{condition}: {}", item["node"]["name"].as_str().unwrap(), chain(&item["path"]))
    });
    written.collect()
}

#[tokio::test]
async fn who_can_reach_a_resource_or_a_group_is_answered_with_level_and_path() {
    let house = furnished().await;
    let found = ask(&house, "who-can?source=corp&node=payroll").await;
    let writers = "ada write: ada -member_of-> staff -member_of-> writers -may-> payroll";
    assert_eq!(
        items(&found),
        ["mallory administer?: mallory -may-> payroll", writers],
        "the strongest first"
    );
    assert_eq!(
        (&found["total"], &found["means"], &found["node"]["key"]),
        (&json!(2), &json!("reach"), &json!("90"))
    );
    let step = &found["items"][1]["path"]["steps"][1];
    assert_eq!((&step["granted_by"], &step["authorised_by"]), (&json!("line 7"), &json!("Eve")));
    assert_eq!(found["items"][1]["path"]["steps"][2]["rights"], "Read, Write");
    let administer = ask(&house, "who-can?source=corp&node=90&level=administer").await;
    assert_eq!(items(&administer), ["mallory administer?: mallory -may-> payroll"]);
    let members = ask(&house, "who-can?source=corp&node=WRITERS").await;
    assert_eq!(items(&members), ["ada -: ada -member_of-> staff -member_of-> writers"]);
    let control = ask(&house, "who-can?source=corp&node=dave&means=control").await;
    assert_eq!(items(&control), ["mallory -: mallory -member_of-> helpdesk -controls-> dave"]);
}

#[tokio::test]
async fn what_is_reached_is_answered_with_its_groups_and_filtered() {
    let house = furnished().await;
    let all = ask(&house, "what-can?source=corp&node=ada").await;
    let expected = [
        "payroll write: ada -member_of-> staff -member_of-> writers -may-> payroll",
        "staff -: ada -member_of-> staff",
        "writers -: ada -member_of-> staff -member_of-> writers",
    ];
    assert_eq!(items(&all), expected);
    assert_eq!(items(&ask(&house, "what-can?source=corp&node=1&kind=resource").await), expected[..1]);
    assert_eq!(items(&ask(&house, "what-can?source=corp&node=1&level=write").await), expected[..1]);
    assert_eq!(items(&ask(&house, "what-can?source=corp&node=1&level=administer").await), [""; 0]);
    // What the source only mentions is shown as such.
    let dave = ask(&house, "what-can?source=corp&node=dave").await;
    assert_eq!(
        items(&dave),
        ["Domain Admins -: dave -member_of-> Domain Admins", "unseen -: dave -member_of-> unseen"]
    );
    assert!(dave["items"][1]["node"].get("kind").is_none(), "{dave}");
    assert_eq!(dave["items"][0]["node"]["tier_zero"], true);
}

#[tokio::test]
async fn paths_tier_zero_and_a_compromise_are_answered() {
    let house = furnished().await;
    let to_tier_zero = "mallory -member_of-> helpdesk -controls-> dave -member_of-> Domain Admins";
    let found = ask(&house, "path?source=corp&from=mallory").await;
    assert_eq!((chain(&found["path"]), &found["means"]), (to_tier_zero.to_owned(), &json!("control")));
    assert_eq!(found["to"]["name"], "Domain Admins");
    let reach = ask(&house, "path?source=corp&from=mallory&to=dave").await;
    assert!(reach.get("path").is_none(), "{reach}");
    let control = ask(&house, "path?source=corp&from=mallory&to=dave&means=control").await;
    assert_eq!(control["path"]["length"], 2);
    assert_eq!(
        ask(&house, "path?source=corp&from=ada&to=payroll").await["path"]["length"],
        1,
        "a shortest one"
    );
    let nowhere = ask(&house, "path?source=corp&from=ada").await;
    assert!(nowhere.get("path").is_none() && nowhere.get("to").is_none(), "{nowhere}");
    assert_eq!(ask(&house, "path?source=corp&from=512").await["path"]["length"], 0);

    let tier_zero = ask(&house, "tier-zero").await;
    assert_eq!(
        (&tier_zero["tier_zero_total"], &tier_zero["tier_zero"][0]["key"]),
        (&json!(1), &json!("512"))
    );
    assert_eq!((&tier_zero["accounts"], &tier_zero["of_accounts"]), (&json!(2), &json!(3)));
    let helpdesk = "helpdesk -: helpdesk -controls-> dave -member_of-> Domain Admins";
    let mallory = format!("mallory -: {to_tier_zero}");
    assert_eq!(items(&tier_zero), ["dave -: dave -member_of-> Domain Admins", helpdesk, &mallory]);
    let accounts = ask(&house, "tier-zero?source=corp&kind=account").await;
    assert_eq!((items(&accounts).len(), &accounts["total"]), (2, &json!(2)));

    let compromise = ask(&house, "compromise?source=corp&node=mallory").await;
    assert_eq!(compromise["reaches_tier_zero"], true);
    assert_eq!(compromise["rights"], json!({"administer": 1, "write": 0, "read": 0, "unstated": 0}));
    let names: Vec<_> =
        items(&compromise).iter().map(|item| item.split(' ').next().unwrap().to_owned()).collect();
    // A right to administer is control too.
    assert_eq!(names, ["helpdesk", "payroll", "dave", "Domain", "unseen"]);
    let none = ask(&house, "compromise?source=corp&node=ada&kind=account").await;
    assert_eq!((&none["reaches_tier_zero"], &none["total"]), (&json!(false), &json!(0)));
}

#[tokio::test]
async fn lists_come_in_pages_and_a_page_of_one_leads_through_all_of_them() {
    let house = furnished().await;
    for question in
        ["what-can?source=corp&node=ada", "tier-zero?kind=account", "compromise?source=corp&node=2"]
    {
        let whole = ask(&house, question).await;
        let sep = if question.contains('?') { '&' } else { '?' };
        let (mut found, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = ask(&house, &format!("{question}{sep}limit=1{cursor}")).await;
            assert_eq!(page["total"], whole["total"], "{question}");
            found.extend(page["items"].as_array().unwrap().iter().cloned());
            let Some(next) = page["next"].as_str() else { break };
            cursor = format!("&cursor={next}");
            assert!(found.len() < 20, "{question} has no end");
        }
        assert!(found.len() > 1, "{question}");
        assert_eq!(json!(found), whole["items"], "{question}");
    }
}

#[tokio::test]
async fn a_new_import_and_a_withdrawal_change_the_answers() {
    let house = furnished().await;
    assert_eq!(ask(&house, "who-can?source=corp&node=payroll").await["total"], 2);
    let (nodes, mut edges) = corp();
    edges.retain(|edge| edge["from"] != "2");
    edges.push(edge("3", "may", "90", json!({"level": "read"})));
    import(&house, "corp", (nodes, edges)).await;
    let corp_2 = ("corp", 2);
    let found = ask_as_of(&house, &[corp_2], "who-can?source=corp&node=payroll").await;
    assert_eq!(items(&found)[1], "dave read: dave -may-> payroll");
    assert!(ask(&house, "path?source=corp&from=mallory").await.get("path").is_none());

    declare(&house, "cloud").await;
    let early = house.api("GET", "/inventory/access/what-can?source=cloud&node=ada", None).await;
    assert_problem(&early, 404, Some("node"));
    assert!(early.json["remedy"].as_str().unwrap().contains("import the source first"), "{}", early.json);
    import(&house, "cloud", corp()).await;
    let both = ask_as_of(&house, &[("cloud", 1), corp_2], "tier-zero").await;
    assert_eq!(both["tier_zero_total"], 2);
    let state = house.ok("GET", "/inventory/access", None).await;
    assert!(state["bytes"].as_u64().unwrap() > 0 && state["edges"] == 19 && state["nodes"] == 22, "{state}");

    house.ok("DELETE", "/sources/cloud", None).await;
    // Not even for the moment in which the graph still has it.
    let at_once = ask(&house, "tier-zero").await;
    assert_eq!((&at_once["tier_zero_total"], &at_once["of_accounts"]), (&json!(1), &json!(3)));
    let is_forgotten = async || house.ok("GET", "/inventory/access", None).await["nodes"] == 11;
    let mut looks = 0;
    while !is_forgotten().await {
        looks += 1;
        assert!(looks < 60, "what was withdrawn stays in the graph");
    }
    let gone = house.api("GET", "/inventory/access/what-can?source=cloud&node=ada", None).await;
    assert_problem(&gone, 422, Some("source"));
}

#[tokio::test]
async fn a_graph_that_cannot_be_read_is_said_and_the_one_before_goes_on_answering() {
    let house = furnished().await;
    let damage = "UPDATE inventory_nodes SET body = 'x' || body WHERE kind = 'account'";
    house.sql(damage).await;
    let reply = house.api("GET", "/inventory/access/tier-zero", None).await;
    assert_problem(&reply, 503, None);
    let detail = reply.json["detail"].as_str().unwrap();
    assert!(detail.contains("import the source `corp` again"), "{}", reply.json);
    house.sql("UPDATE inventory_nodes SET body = substr(body, 2) WHERE kind = 'account'").await;
    assert_eq!(ask(&house, "tier-zero").await["total"], 3);
    house.sql(damage).await;
    import(&house, "corp", corp()).await;
    let before = ask(&house, "tier-zero").await;
    assert_eq!((&before["total"], &before["as_of"]["sources"][0]["import"]), (&json!(3), &json!(1)));
}

#[tokio::test]
async fn a_question_that_makes_no_sense_names_its_field_and_the_remedy() {
    let house = furnished().await;
    for (question, status, field) in [
        ("who-can?source=corp", 422, "node"),
        ("who-can?node=payroll", 422, "source"),
        ("who-can?source=none&node=payroll", 422, "source"),
        ("who-can?source=corp&node=nobody", 404, "node"),
        ("who-can?source=corp&node=", 404, "node"),
        ("who-can?source=corp&node=ada", 422, "node"),
        ("who-can?source=corp&node=90&level=root", 422, "level"),
        ("who-can?source=corp&node=90&means=control&level=read", 422, "level"),
        ("who-can?source=corp&node=90&means=magic", 422, "means"),
        ("what-can?source=corp&node=ada&kind=robot", 422, "kind"),
        ("what-can?source=corp&node=ada&limit=0", 422, "limit"),
        ("what-can?source=corp&node=ada&cursor=nonsense", 422, "cursor"),
        ("path?source=corp&from=nobody&to=ada", 404, "from"),
        ("path?source=corp&from=ada&to=nobody", 404, "to"),
        ("path?source=corp&from=ada&means=reach", 422, "means"),
        ("tier-zero?source=none", 422, "source"),
        ("compromise?source=corp&node=nobody", 404, "node"),
        ("compromise?source=corp&node=ada&colour=red", 422, "colour"),
    ] {
        let reply = house.api("GET", &format!("/inventory/access/{question}"), None).await;
        assert_problem(&reply, status, Some(field));
        let is_missing = reply.json["detail"].as_str().unwrap().starts_with("say which ");
        assert!(is_missing || reply.json["remedy"].is_string(), "{question}: {}", reply.json);
    }
    let several = house.api("GET", "/inventory/access/what-can?source=corp&node=TWINS", None).await;
    assert_problem(&several, 422, Some("node"));
    let expected = "2 records of corp have the name `TWINS`: `22` (group), `23` (group)";
    assert_eq!(several.json["detail"], expected);
    let other = ask(&house, "what-can?source=corp&node=ada&limit=1").await;
    let cursor = other["next"].as_str().unwrap();
    let foreign = house.api("GET", &format!("/inventory/access/tier-zero?cursor={cursor}"), None).await;
    assert_problem(&foreign, 422, Some("cursor"));
    let cleo = house.send(&Door::Session(3), "GET", "/api/v1/inventory/access/tier-zero", None).await;
    assert_eq!(cleo.status.as_u16(), 403, "{}", cleo.json);
}

#[tokio::test]
async fn an_inventory_without_an_import_has_an_empty_graph() {
    let house = House::new().await;
    let empty = ask(&house, "tier-zero").await;
    assert_eq!(
        (&empty["total"], &empty["of_accounts"], &empty["as_of"]["sources"]),
        (&json!(0), &json!(0), &json!([]))
    );
    assert_eq!(house.ok("GET", "/inventory/access", None).await["nodes"], 0);
}

#[tokio::test]
async fn many_ask_at_once_and_the_graph_is_read_once() {
    let house = furnished().await;
    let asked = (0..12).map(|_| ask(&house, "who-can?source=corp&node=payroll"));
    let mut asked = std::pin::pin!(futures_util::future::join_all(asked));
    // Two readings would begin at different moments.
    let answers = loop {
        match tokio::time::timeout(Duration::from_millis(1), asked.as_mut()).await {
            Ok(answers) => break answers,
            Err(_) => house.wait(1),
        }
    };
    let first = &answers[0]["as_of"]["read_at"];
    for answer in &answers {
        assert_eq!((&answer["total"], &answer["as_of"]["read_at"]), (&json!(2), first));
    }
}
