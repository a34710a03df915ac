//! Replays and plans are started and followed, and report their results; what cannot be rehearsed is refused first.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]

use crate::common::{Door, House, assert_problem, per, policy_files};
use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;
use tower::ServiceExt as _;

/// Three decisions of Ada, two of Cleo (who is not permitted), one anonymous.
async fn lived() -> House {
    let house = House::new().await;
    for door in [1, 1, 1, 3, 3] {
        house.send(&Door::Session(door), "GET", "/api/v1/people", None).await;
        house.wait(1);
    }
    house.send(&Door::Nobody, "GET", "/api/v1/people", None).await;
    house.wait(1);
    house
}

async fn ended(house: &House, job: &Value) -> Value {
    let path = format!("/jobs/{}", job["id"].as_str().unwrap());
    for _ in 0..500 {
        let job = house.ok("GET", &path, None).await;
        if job["state"] != "running" {
            return job;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the job did not end");
}

fn with(guardrail: &str) -> BTreeMap<String, String> {
    let mut files = policy_files();
    let head = "@id(\"more\")\n@owner(\"security\")\n@reason(\"More.\")\n@review(\"2027-01-01\")\n";
    files.insert("guardrails/more.cedar".to_owned(), format!("{head}{guardrail}\n"));
    files
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_tells_that_everything_came_out_as_it_was_recorded() {
    let house = lived().await;
    let begun = house.api("POST", "/replays", Some(json!({}))).await;
    assert_eq!(begun.status, 201);
    assert_eq!(
        (&begun.json["kind"], &begun.json["since"]),
        (&json!("replay"), &json!("2026-10-23T12:00:06.000000Z"))
    );
    let job = ended(&house, &begun.json).await;
    assert_eq!(job["state"], "finished", "{job}");
    assert_eq!((&job["accesses"], &job["share"]), (&json!(6), &json!(1.0)));
    let report = &job["result"];
    assert_eq!(
        (&report["fidelity"], &report["same"], &report["different"]),
        (&json!(1.0), &json!(6), &json!(0))
    );
    assert_eq!(report["differences"], json!([]));
    // Repeated requests reuse the first decision, such as two of Ada's three.
    assert_eq!(job["decided"], 3);

    let list = house.ok("GET", "/jobs", None).await;
    assert_eq!((&list["items"][0]["id"], &list["items"][0]["result"]), (&job["id"], &Value::Null));
    let path = format!("/jobs/{}", job["id"].as_str().unwrap());
    assert_eq!(house.api("DELETE", &path, None).await.status, 204);
    assert_problem(&house.api("GET", &path, None).await, 404, Some("id"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_names_whom_it_would_stop_and_what_it_does_not_know() {
    let house = lived().await;
    let seq = house.seq();
    let files = with("forbid (principal, action, resource) unless { context has device };");
    let begun = house.api("POST", "/plans", Some(json!({ "files": files }))).await;
    assert_eq!(begun.status, 201, "{}", begun.json);
    let job = ended(&house, &begun.json).await;
    let plan = &job["result"];
    assert_eq!(plan["files"], json!([{ "path": "guardrails/more.cedar", "change": "added" }]));
    assert_eq!(plan["asked"], 6);
    assert_eq!(plan["newly_denied"], json!({ "accesses": 3, "people": 1, "services": 0, "anonymous": 0 }));
    assert_eq!(plan["newly_allowed"]["accesses"], 0);
    let [change] = plan["changes"].as_array().unwrap().as_slice() else { panic!("{plan}") };
    assert_eq!(change["principal"], per(1).to_string());
    assert_eq!((&change["principal_name"], &change["count"]), (&json!("Ada"), &json!(3)));
    assert_eq!((&change["reasons"], &change["device"]), (&json!(["more"]), &json!("none")));
    assert_eq!(change["remedies"], json!(["Use a managed device."]));
    // The example is a recorded decision that can be shown.
    let why = format!("/decisions/{}", change["example"].as_str().unwrap());
    assert_eq!(house.ok("GET", &why, None).await["decision"]["principal"], change["principal"]);
    let unknown: Vec<&str> = plan["unknown"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert!(unknown.iter().any(|text| text.starts_with("Nobody used wiki")), "{unknown:?}");
    assert!(
        unknown.iter().any(|text| text.starts_with("more reads the device, of which no access")),
        "{unknown:?}"
    );
    assert_eq!(house.seq(), seq, "nothing was published");

    // A change for one application leaves the others known.
    let files = with("forbid (principal, action, resource in Countersign::Application::\"wiki\");");
    let begun = house.ok("POST", "/plans", Some(json!({ "files": files }))).await;
    let only = "Nobody used wiki in this span, so it is not known whom the change would stop there.";
    assert_eq!(ended(&house, &begun).await["result"]["unknown"], json!([only]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_is_followed_as_events() {
    let house = lived().await;
    let begun = house.ok("POST", "/replays", Some(json!({}))).await;
    let path = format!("/api/v1/jobs/{}/events", begun["id"].as_str().unwrap());
    let request = Request::get(path).body(Body::empty()).unwrap();
    let answer = house.router(&Door::Operator).oneshot(request).await.unwrap();
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    let body = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
    let text = String::from_utf8(body.to_vec()).unwrap();
    // The stream ends by itself, with the event that states the job's end.
    let last = text.trim_end().rsplit("\n\n").next().unwrap();
    let (name, data) = last.split_once('\n').unwrap();
    assert_eq!(name, "event: ended");
    let job: Value = serde_json::from_str(data.strip_prefix("data: ").unwrap()).unwrap();
    assert_eq!((&job["state"], &job["id"]), (&json!("finished"), &begun["id"]));

    // Over the network the answer rests on an access that lasts as long as it does; the access's completion counts the
    // bytes.
    let path = format!("/api/v1/jobs/{}/events", begun["id"].as_str().unwrap());
    let mut request = Request::get(&path)
        .header("x-test-session", crate::common::ses(1).to_string())
        .body(Body::empty())
        .unwrap();
    let connection =
        countersign_control::Connection { address: Some("10.1.2.3".parse().unwrap()), key: None };
    request.extensions_mut().insert(connection);
    let answer = house.router(&Door::Session(1)).oneshot(request).await.unwrap();
    let body = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
    let completion = async || {
        let listed = house.ok("GET", "/decisions", None).await;
        let items = listed["items"].as_array().unwrap().clone();
        items.into_iter().find(|decision| decision["item"] == *path).unwrap()["completion"].clone()
    };
    for _ in 0..500 {
        if !completion().await.is_null() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(completion().await["bytes_out"], body.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_rehearsed_is_refused_and_starts_nothing() {
    let house = lived().await;
    let good = policy_files();
    let mut locked_out = policy_files();
    locked_out.remove("applications/countersign.cedar");
    for (path, body, status, field) in [
        (
            "/replays",
            json!({"since": "2026-11-22T12:00:00Z", "until": "2026-11-22T12:00:00Z"}),
            422,
            Some("since"),
        ),
        ("/replays", json!({"since": "yesterday"}), 422, Some("since")),
        ("/replays", json!({"sinc": "2026-11-22T12:00:00Z"}), 422, Some("sinc")),
        ("/plans", json!({}), 422, Some("files")),
        ("/plans", json!({"files": good, "until": 5}), 422, Some("until")),
        ("/plans", json!({"files": {"guardrails/x.cedar": "forbid ("}}), 422, Some("files")),
        ("/plans", json!({"files": locked_out}), 422, Some("files")),
    ] {
        let reply = house.api("POST", path, Some(body.clone())).await;
        assert_eq!(
            (reply.status.as_u16(), reply.json["field"].as_str()),
            (status, field),
            "{body}: {}",
            reply.json
        );
    }
    assert_eq!(house.ok("GET", "/jobs", None).await["items"], json!([]));
    assert_problem(&house.api("GET", "/jobs/job_1", None).await, 422, Some("id"));
    // A caller who may not read the control plane may not start a replay either.
    let cleo = house.send(&Door::Session(3), "POST", "/api/v1/replays", Some(json!({}))).await;
    assert_eq!(cleo.status, 403);
    assert_eq!(house.send(&Door::Session(1), "POST", "/api/v1/replays", Some(json!({}))).await.status, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_planned_set_is_applied_with_why_and_taken_back_in_one_step() {
    let house = lived().await;
    let first = house.ok("GET", "/policies/files", None).await["version"].clone();
    let files = with("forbid (principal, action, resource) unless { context has device };");
    let begun = house.ok("POST", "/plans", Some(json!({ "files": files }))).await;
    let job = ended(&house, &begun).await;
    let put = |body: Value| house.api("PUT", "/policies", Some(body));

    // Files that were not planned, have no reason, or name an unknown plan are not applied.
    let other = with("forbid (principal, action, resource);");
    for (body, status, field) in [
        (json!({ "files": files, "plan": job["id"] }), 422, "why"),
        (json!({ "files": files, "why": "  " }), 422, "why"),
        (json!({ "files": files, "why": "x".repeat(1001) }), 422, "why"),
        (json!({ "files": other, "why": "because", "plan": job["id"] }), 409, "plan"),
        (
            json!({ "files": files, "why": "because", "plan": "job_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8" }),
            404,
            "plan",
        ),
    ] {
        assert_problem(&put(body).await, status, Some(field));
    }
    assert_eq!(house.ok("GET", "/policies/files", None).await["version"], first);

    // Nobody used the wiki, so it is unknown whom the change stops there.
    let unknown = json!({ "files": files, "why": "because", "plan": job["id"] });
    assert_problem(&put(unknown).await, 422, Some("accept_unknown"));
    let accepted = json!({
        "files": files, "why": " the audit asks ", "plan": job["id"], "accept_unknown": "nobody uses the wiki yet",
    });
    let applied = put(accepted).await;
    assert_eq!(applied.status, 200, "{}", applied.json);
    // Now the plan started from a set that no longer runs.
    let stale = put(json!({ "files": files, "why": "again", "plan": job["id"] })).await;
    assert_problem(&stale, 409, Some("plan"));

    let history = house.ok("GET", "/policies/history", None).await;
    let [now, before] = history["items"].as_array().unwrap().as_slice() else { panic!("{history}") };
    assert_eq!((&now["version"], &now["in_force"]), (&applied.json["version"], &json!(true)));
    assert_eq!(
        (&now["why"], &now["rehearsal"], &now["by"]),
        (
            &json!("the audit asks (accepted that not everything is known: nobody uses the wiki yet)"),
            &job["digest"],
            &json!("operator")
        )
    );
    assert_eq!(
        (&before["version"], &before["in_force"], &before["why"]),
        (&first, &json!(false), &Value::Null)
    );

    let back = |body: Value| house.api("POST", "/policies/rollback", Some(body));
    let prefix = first.as_str().unwrap().get(..8).unwrap();
    for (body, status, field) in [
        (json!({ "version": prefix, "why": "" }), 422, "why"),
        (json!({ "version": "abc", "why": "x" }), 422, "version"),
        (json!({ "version": "0000000000", "why": "x" }), 404, "version"),
        (json!({ "why": "x" }), 422, "version"),
    ] {
        assert_problem(&back(body).await, status, Some(field));
    }
    let looked = back(json!({ "version": prefix, "why": "x", "dry_run": true })).await;
    assert_eq!(looked.json["changed"], json!([{ "path": "guardrails/more.cedar", "change": "removed" }]));
    assert_eq!(house.ok("GET", "/policies/files", None).await["version"], applied.json["version"]);
    assert_eq!(looked.json["removed"], json!([{ "id": "more", "kind": "guardrail" }]));
    let unsaid = back(json!({ "version": prefix, "why": "finance cannot work" })).await;
    assert_problem(&unsaid, 409, Some("removes"));
    let body = json!({ "version": prefix, "why": "finance cannot work", "removes": ["more"] });
    let went = back(body).await;
    assert_eq!((went.status.as_u16(), &went.json["version"]), (200, &first), "{}", went.json);
    house.policies_in_force().await;
    let history = house.ok("GET", "/policies/history?limit=1", None).await;
    assert_eq!(history["items"][0]["version"], first);
    assert_eq!(history["items"][0]["why"], "finance cannot work");
    assert_eq!(history["items"][0]["removed"], json!(["more"]));
    assert_eq!(house.ok("GET", "/policies", None).await["why"], "finance cannot work");

    // Decisions of either set come out the same, and are explained by the texts of their set.
    house.send(&Door::Session(1), "GET", "/api/v1/people", None).await;
    let begun = house.ok("POST", "/replays", Some(json!({}))).await;
    assert_eq!(ended(&house, &begun).await["result"]["fidelity"], 1.0);
}
