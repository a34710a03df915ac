//! Recorded decisions: listed, followed, explained.

use super::PER;
use crate::fake::Fake;
use countersign_cli::Exit;
use serde_json::{Value, json};

fn decision(item: &str) -> Value {
    json!({
        "id": "dec_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8", "at": "2026-11-22T08:58:00Z", "gate": "http", "principal": PER,
        "principal_name": "Ada Lovelace", "application": "wiki", "resource": "wiki/pages", "action": "read",
        "operation": "GET", "item": item, "effect": "deny", "enforced": true, "cause": "first", "world": 7,
        "policies": "00", "reasons": ["signed-in"], "shadow": [], "errors": [], "remedies": ["sign-in"],
        "exceptions": [], "sensitivity": "internal", "labelled": true, "risk": "low", "latency_micros": 12,
    })
}

#[tokio::test]
async fn decisions_are_asked_for_and_a_stranger_cannot_steer_the_terminal() {
    let line = "GET /api/v1/decisions?since=2026-11-22T08%3A00%3A00.000000Z&application=wiki&person=ada&effect=deny&action=read&limit=5";
    let answer = json!({ "items": [decision("/\u{1b}[2J")], "incomplete": ["a day is missing"] });
    let fake = Fake::start(vec![(line, 200, answer)]);
    let words = [
        "decisions",
        "--since",
        "1h",
        "--app",
        "wiki",
        "--person",
        "ada",
        "--effect",
        "deny",
        "--action",
        "read",
        "--limit",
        "5",
    ];
    let ran = fake.run(&words).await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    assert!(
        ran.out.contains("2m ago") && ran.out.contains("signed-in") && ran.out.contains("\\u{1b}[2J"),
        "{}",
        ran.out
    );
    assert!(!ran.out.contains('\u{1b}'));
    assert!(ran.err.contains("a day is missing"));
}

#[tokio::test]
async fn an_item_of_four_kilobytes_is_cut_in_the_table_and_whole_as_json() {
    let item = format!("/{}", "x".repeat(4095));
    let answer = || vec![("GET /api/v1/decisions?limit=20", 200, json!({ "items": [decision(&item)] }))];
    let ran = Fake::start(answer()).run(&["decisions", "--limit", "20"]).await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    assert!(ran.out.contains("xxx…"), "{}", ran.out);
    assert!(ran.out.lines().all(|line| line.chars().count() < 400), "{}", ran.out);
    let ran = Fake::start(answer()).run(&["decisions", "--limit", "20", "--json"]).await;
    assert!(ran.out.contains(&item), "{}", ran.out);
}

#[tokio::test]
async fn following_shows_each_decision_once_and_ends_with_the_server() {
    let mut second = decision("/second");
    second["id"] = json!("dec_01939a6f2c3e7d8ab1c2d3e4f5a6b7c9");
    second["at"] = json!("2026-11-22T08:58:01Z");
    // Every look begins ten seconds before the newest that was seen; the third finds the server gone.
    let fake = Fake::start(vec![
        ("GET /api/v1/decisions?limit=3", 200, json!({ "items": [decision("/first")] })),
        (
            "GET /api/v1/decisions?since=2026-11-22T08%3A57%3A50.000000Z&limit=10000",
            200,
            json!({ "items": [second, decision("/first")] }),
        ),
        (
            "GET /api/v1/decisions?since=2026-11-22T08%3A57%3A51.000000Z&limit=10000",
            503,
            json!({ "title": "Going down" }),
        ),
    ]);
    let ran = fake.run(&["decisions", "--follow", "--limit", "3", "--json"]).await;
    assert_eq!(ran.exit, Exit::Failed, "{}", ran.err);
    let items: Vec<Value> = ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let items: Vec<_> = items.iter().map(|item| item["item"].as_str().unwrap()).collect();
    assert_eq!(items, ["/first", "/second"]);
    assert!(ran.err.contains("Going down"), "{}", ran.err);
}

#[tokio::test]
async fn why_prints_the_explanation() {
    let explained = json!({
        "decision": decision("/"),
        "explanation": { "summary": "s", "determined_by": [], "evidence": [], "notes": [], "remedies": [], "basis": "b",
                         "text": "Ada was refused.\n  because: signed-in" },
    });
    let line = "GET /api/v1/decisions/dec_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8";
    let fake = Fake::start(vec![(line, 200, explained)]);
    let ran = fake.run(&["why", "dec_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8"]).await;
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::Done, "Ada was refused.\n  because: signed-in\n"));
}

#[tokio::test]
async fn a_list_that_was_cut_says_so_below_it_and_says_how_to_see_the_rest() {
    for (more, limit, says) in [
        (false, "1", None),
        (true, "1", Some("The newest 1 are shown, and there are more: narrow the list with --since")),
    ] {
        let line = "GET /api/v1/decisions?limit=1";
        let answer = json!({ "items": [decision("/")], "more": more });
        let fake = Fake::start(vec![(line, 200, answer.clone())]);
        let ran = fake.run(&["decisions", "--limit", limit]).await;
        assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
        match says {
            Some(says) => {
                let last = ran.err.lines().last().unwrap();
                assert!(last.contains(says) && last.contains("raise --limit"), "{last}");
            }
            None => assert_eq!(ran.err, ""),
        }
        assert!(!ran.out.contains("there are more"), "{}", ran.out);
        let ran = fake.run(&["decisions", "--limit", limit, "--json"]).await;
        assert_eq!((serde_json::from_str::<Value>(&ran.out).unwrap(), ran.err.as_str()), (answer, ""));
    }
}

#[tokio::test]
async fn more_than_a_page_is_fetched_page_by_page_up_to_the_limit() {
    let page = |items: &[&str], next: Option<&str>| {
        let items: Vec<Value> = items.iter().map(|item| decision(item)).collect();
        match next {
            Some(next) => json!({ "items": items, "more": true, "next": next }),
            None => json!({ "items": items, "more": false }),
        }
    };
    let answers = || {
        vec![
            ("GET /api/v1/decisions?limit=10000", 200, page(&["/1", "/2"], Some("c1"))),
            ("GET /api/v1/decisions?limit=10000&cursor=c1", 200, page(&["/3"], Some("c2"))),
            ("GET /api/v1/decisions?limit=10000&cursor=c2", 200, page(&["/4"], None)),
        ]
    };
    let ran = Fake::start(answers()).run(&["decisions", "--limit", "20000"]).await;
    assert_eq!((ran.exit, ran.err.as_str()), (Exit::Done, ""));
    for item in ["/1", "/2", "/3", "/4"] {
        assert!(ran.out.contains(&format!("GET {item} ")), "{}", ran.out);
    }
    let ran = Fake::start(answers()).run(&["decisions", "--limit", "20000", "--json"]).await;
    let whole: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((whole["items"].as_array().unwrap().len(), &whole["more"]), (4, &json!(false)));
    assert_eq!(whole.get("next"), None);
    let first = vec![("GET /api/v1/decisions?limit=2", 200, page(&["/1", "/2"], Some("c1")))];
    let ran = Fake::start(first).run(&["decisions", "--limit", "2"]).await;
    assert!(ran.err.contains("The newest 2 are shown"), "{}", ran.err);
}
