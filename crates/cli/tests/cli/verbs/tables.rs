//! Tables: without a row they are a sentence, with one they are a heading and a line, and what is unusual in a row is said.

use super::{GRA, PER, check, grant, session};
use crate::fake::Fake;
use countersign_cli::Exit;
use serde_json::{Value, json};

#[tokio::test]
async fn a_list_without_items_is_a_sentence_that_leads_on() {
    for (words, line, says) in [
        ("person list", "GET /api/v1/people", "There are no people. Add one with `countersign person add`."),
        ("group list", "GET /api/v1/groups", "There is no group. Create one with `countersign group add`."),
        (
            "service list",
            "GET /api/v1/services",
            "There is no service account. Create one with `countersign service add`.",
        ),
        (
            "device list",
            "GET /api/v1/devices",
            "There is no device. Register one with `countersign device register`.",
        ),
        (
            "application list",
            "GET /api/v1/applications",
            "There is no application. Put one behind the gate with `countersign protect`.",
        ),
        ("session list", "GET /api/v1/sessions", "Nobody is signed in."),
        ("grant list", "GET /api/v1/grants", "There is no such grant."),
        ("proposal list", "GET /api/v1/proposals", "There is no such proposal."),
        ("exception list", "GET /api/v1/exceptions", "There is no exception."),
        ("policy history", "GET /api/v1/policies/history", "No policy set was ever published."),
        ("rollout list", "GET /api/v1/rollouts?active=true", "There is no staged rollout."),
        ("rollout history", "GET /api/v1/rollouts", "There is no staged rollout."),
        ("trust list", "GET /api/v1/trusts?limit=200", "There is no such entry."),
        ("job list", "GET /api/v1/jobs", "No job is running, and none is stored."),
        ("schedule list", "GET /api/v1/schedules", "There is no schedule."),
        ("fact list", "GET /api/v1/facts?limit=100", "There is no such fact."),
        ("key list", "GET /api/v1/keys", "There is no key yet: a gate makes its own when it starts."),
        (
            "network list",
            "GET /api/v1/networks",
            "No network is declared: write [networks] in the server's configuration file, and start it again.",
        ),
        ("decisions", "GET /api/v1/decisions?limit=100", "No such decision was recorded."),
    ] {
        // Decisions alone say whether there are more of them.
        let answer =
            if words == "decisions" { json!({ "items": [], "more": false }) } else { json!({ "items": [] }) };
        let fake = Fake::start(vec![(line, 200, answer)]);
        let words: Vec<&str> = words.split(' ').collect();
        let ran = fake.run(&words).await;
        assert_eq!((ran.exit, ran.err.as_str()), (Exit::Done, ""), "{words:?}");
        assert_eq!(ran.out, format!("{says}\n"), "{words:?}");
    }
}

/// The whole of a table with one row: what scripts must not read, and people copy ids from.
async fn shows(words: &str, line: &'static str, answer: Value, expected: &[&str]) {
    let fake = Fake::start(vec![(line, 200, answer)]);
    let ran = fake.run(&words.split(' ').collect::<Vec<_>>()).await;
    assert_eq!((ran.exit, ran.err.as_str()), (Exit::Done, ""), "{words}");
    // Columns are apart by two spaces at least; how wide they are depends on the row.
    let rows: Vec<Vec<&str>> = ran
        .out
        .lines()
        .map(|line| line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect())
        .collect();
    assert_eq!(rows.iter().map(|cells| cells.join(" | ")).collect::<Vec<_>>(), expected, "{words}");
}

#[tokio::test]
async fn a_row_says_what_there_is_and_a_dash_where_there_is_nothing() {
    let mut quiet = session();
    for field in ["address", "last_use"] {
        quiet.as_object_mut().unwrap().remove(field);
    }
    quiet["applications"] = json!([]);
    shows(
        "session list",
        "GET /api/v1/sessions",
        json!({ "items": [session(), quiet] }),
        &[
            "PERSON | BEGAN | PROVED | USED | ASSURANCE | FROM | APPLICATIONS | ENDS | ID",
            "ada@example.org | 1h ago | 1m ago | 30s ago | aal2 | 192.0.2.7 | wiki | in 9h | ses_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8",
            "ada@example.org | 1h ago | 1m ago | - | aal2 | - | - | in 9h | ses_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8",
        ],
    )
    .await;
    let mut refused = grant();
    (refused["state"], refused["answer"]) = (json!("refused"), json!("no ticket"));
    refused.as_object_mut().unwrap().remove("expires_at");
    shows(
        "grant list",
        "GET /api/v1/grants",
        json!({ "items": [grant(), refused] }),
        &[
            "PERSON | APPLICATION | FOR | STATE | ENDS | REASON | ID",
            &format!("ada@example.org | wiki | 1h | active | in 1h | clean up | {GRA}"),
            &format!("ada@example.org | wiki | 1h | refused: no ticket | - | clean up | {GRA}"),
        ],
    )
    .await;
    shows(
        "network list",
        "GET /api/v1/networks",
        json!({ "items": [{ "name": "office", "ranges": ["10.0.0.0/8", "2001:db8::/32"] }] }),
        &["NETWORK | RANGES", "office | 10.0.0.0/8, 2001:db8::/32"],
    )
    .await;
    let member = |kind: &str, id: &str, name: &str| json!({ "kind": kind, "id": id, "name": name });
    let members =
        [member("person", PER, "Ada"), member("group", "ops", "ops"), member("service", "svc", "hr")];
    shows(
        "group list",
        "GET /api/v1/groups",
        json!({ "items": [
            { "name": "staff", "purpose": "all", "members": members },
            { "name": "empty", "purpose": "none yet", "members": [] },
        ] }),
        &["GROUP | PURPOSE | MEMBERS", "staff | all | Ada, group:ops, hr", "empty | none yet | -"],
    )
    .await;
}

#[tokio::test]
async fn an_exception_is_to_a_person_or_a_group_at_one_application_or_all() {
    let exception = |of: Value| {
        let mut exception = json!({
            "id": "exc_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8", "policy": "managed-device", "owner": PER, "authority": "CISO",
            "reason": "repair", "opened_at": "2026-11-22T08:00:00Z", "expires_at": "2026-11-24T09:00:00Z",
            "expired": false,
        });
        exception.as_object_mut().unwrap().extend(of.as_object().unwrap().clone());
        exception
    };
    shows(
        "exception list",
        "GET /api/v1/exceptions",
        json!({ "items": [
            exception(json!({ "group": "support", "application": "wiki" })),
            exception(json!({ "person": PER })),
            exception(json!({ "expires_at": "never", "group": "support" })),
        ] }),
        &[
            "POLICY | FOR | APPLICATION | ENDS | OWNER | AUTHORITY | REASON | ID",
            &format!("managed-device | group:support | wiki | in 2d | {PER} | CISO | repair | exc_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8"),
            &format!("managed-device | {PER} | all | in 2d | {PER} | CISO | repair | exc_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8"),
            &format!("managed-device | group:support | all | never | {PER} | CISO | repair | exc_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8"),
        ],
    )
    .await;
    let line = "GET /api/v1/exceptions/exc_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8";
    let words = ["exception", "show", "exc_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8"];
    let shown = exception(json!({ "person": PER, "expired": true, "expires_at": "2026-11-22T08:30:00Z" }));
    check(
        vec![(line, 200, shown)],
        &words,
        &[(line, Value::Null)],
        &[
            "Application      all\n",
            "Opened           2026-11-22 08:00:00Z (1h ago)\n",
            "Ended            2026-11-22 08:30:00Z (30m ago)\n",
        ],
    )
    .await;
}

#[tokio::test]
async fn a_key_that_leaves_says_until_when_it_is_believed() {
    let key = |id: &str, state: &str, until: Option<&str>| {
        let mut key = json!({ "id": id, "state": state, "published_at": "2026-11-22T08:00:00Z" });
        if let Some(until) = until {
            key["believed_until"] = json!(until);
        }
        key
    };
    shows(
        "key list",
        "GET /api/v1/keys",
        json!({ "items": [key("one", "signs", None), key("two", "leaving", Some("2026-11-22T09:01:00Z"))] }),
        &[
            "ID | STATE | PUBLISHED",
            "one | signs | 1h ago",
            "two | valid until 2026-11-22 09:01:00Z (in 1m) | 1h ago",
        ],
    )
    .await;
    let fake =
        Fake::start(vec![("GET /api/v1/keys", 200, json!({ "items": [key("two", "leaving", None)] }))]);
    let ran = fake.run(&["key", "rotate"]).await;
    assert_eq!(ran.exit, Exit::NotFound, "{}", ran.out);
    assert!(ran.err.contains("no key signs at present"), "{}", ran.err);
}

#[tokio::test]
async fn figures_are_shown_with_what_is_known_of_them() {
    let trend = |figure: &str, now: Option<u64>, values: Value| {
        let mut trend = json!({ "figure": figure, "measure": "at_end_of_day", "values": values });
        if let Some(now) = now {
            trend["now"] = json!(now);
        }
        trend
    };
    shows(
        "trends --days 3",
        "GET /api/v1/trends?days=3",
        json!({ "days": ["2026-11-19", "2026-11-20", "2026-11-21"], "figures": [
            trend("people", Some(9), json!([5, 7, 6])),
            trend("decisions_denied", None, json!([null, 2, null])),
            trend("devices", Some(0), json!([null, null, null])),
        ] }),
        &[
            "FIGURE | NOW | YESTERDAY | FIRST | LOWEST | HIGHEST | DAYS KNOWN",
            "people | 9 | 6 | 5 | 5 | 7 | 3 of 3",
            "decisions denied | - | - | 2 | 2 | 2 | 1 of 3",
            "devices | 0 | - | - | - | - | 0 of 3",
        ],
    )
    .await;
}

#[tokio::test]
async fn a_fact_says_why_where_it_says_so_and_a_full_page_that_there_may_be_more() {
    let fact = |sequence: u64, body: Value| {
        json!({
            "sequence": sequence, "at": "2026-11-22T08:00:00Z", "kind": "person.suspended", "version": 1,
            "by": "operator", "about": [PER], "names": {}, "body": body,
        })
    };
    let facts =
        json!({ "items": [fact(9, json!({ "reason": "stolen" })), fact(8, json!({ "why": "tidy" }))] });
    let fake = Fake::start(vec![("GET /api/v1/facts?limit=2", 200, facts.clone())]);
    let ran = fake.run(&["fact", "list", "--limit", "2"]).await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    assert!(ran.out.contains("stolen") && ran.out.contains("tidy") && ran.out.contains(PER), "{}", ran.out);
    assert_eq!(ran.err, "2 are shown, and there may be more: --limit\n");
    let fake = Fake::start(vec![("GET /api/v1/facts?limit=3", 200, facts)]);
    assert_eq!(fake.run(&["fact", "list", "--limit", "3"]).await.err, "", "there are no more");
    let line = "GET /api/v1/facts/9";
    let mut bare = fact(9, json!({ "nested": { "deep": [1] } }));
    bare["about"] = json!([]);
    check(
        vec![(line, 200, bare)],
        &["fact", "show", "9"],
        &[(line, Value::Null)],
        &["What             person.suspended, version 1\n", "About            -\n", "\"deep\": [\n"],
    )
    .await;
}

#[tokio::test]
async fn a_proposal_is_shown_whole_and_countersigned_by_its_digest() {
    const PRP: &str = "prp_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8";
    let proposal = json!({
        "id": PRP, "by": PER, "email": "ada@example.org", "text": "Remove the guardrail a\nand the guardrail b",
        "state": "open", "proposed_at": "2026-11-22T08:00:00Z", "expires_at": "2026-11-23T08:00:00Z",
        "digest": "ab".repeat(32), "facts": [{ "fact": "policies.published/2" }],
    });
    shows(
        "proposal list --state open",
        "GET /api/v1/proposals?state=open",
        json!({ "items": [proposal] }),
        &[
            "BY | WHAT | STATE | PROPOSED | ENDS | ID",
            &format!("ada@example.org | Remove the guardrail a; and the guardrail b | open | 1h ago | in 23h | {PRP}"),
        ],
    )
    .await;
    let (show, sign) = (
        "GET /api/v1/proposals/prp_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8",
        "POST /api/v1/proposals/prp_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8/countersign",
    );
    let answers = || vec![(show, 200, proposal.clone()), (sign, 200, proposal.clone())];
    for (typed, exit, signs) in
        [(None, Exit::Usage, false), (Some("no\n"), Exit::Failed, false), (Some("yes\n"), Exit::Done, true)]
    {
        let fake = Fake::start(answers());
        let ran = fake.run_with(&["proposal", "countersign", PRP], typed).await;
        assert_eq!(ran.exit, exit, "{typed:?}: {}", ran.err);
        let said = "ada@example.org asks you to countersign this:\n  - Remove the guardrail a\n  - and the guardrail b\n";
        assert!(ran.err.starts_with(said), "{}", ran.err);
        let asked = fake.asked();
        assert_eq!(asked.len(), 1 + usize::from(signs), "{typed:?}");
        assert!(!signs || asked[1].body == json!({ "digest": "ab".repeat(32) }), "{asked:?}");
    }
    check(
        answers(),
        &["proposal", "show", PRP],
        &[(show, Value::Null)],
        &["By               ada@example.org\n", "{\"fact\":\"policies.published/2\"}\n"],
    )
    .await;
}

#[tokio::test]
async fn who_asks_is_told_what_the_policies_would_answer() {
    let report = json!({
        "kind": "person", "name": "Ada", "id": PER, "email": "ada@example.org",
        "permissions": [
            { "resource": "countersign/control", "action": "read", "allowed": true, "remedies": [] },
            { "resource": "countersign/control", "action": "administer", "allowed": false, "remedies": [
                { "remedy": "sign-in", "text": "Sign in." }, { "remedy": "ask-the-owner", "text": "Ask." } ] },
        ],
    });
    check(
        vec![("GET /api/v1/me", 200, report)],
        &["whoami"],
        &[("GET /api/v1/me", Value::Null)],
        &[
            "Caller           person\n",
            "Address          ada@example.org\n",
            "administer  refused  Sign in. Ask.",
        ],
    )
    .await;
    let operator = json!({ "kind": "operator", "name": "operator", "permissions": [] });
    check(
        vec![("GET /api/v1/me", 200, operator)],
        &["whoami"],
        &[("GET /api/v1/me", Value::Null)],
        &["Caller           operator\nName             operator\nNothing is decided about you here.\n"],
    )
    .await;
}
