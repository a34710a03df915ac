//! What stands behind the gate: protected, declared.

use super::wiki;
use crate::fake::{Answers, Fake};
use countersign_api::Publication;
use countersign_cli::Exit;
use serde_json::{Value, json};

fn protecting(found: (u16, Value), files: Value) -> Answers {
    vec![
        ("GET /api/v1/applications/notes", found.0, found.1),
        ("PUT /api/v1/applications/notes", 200, json!({ "name": "notes" })),
        ("GET /api/v1/policies/files", 200, json!({ "version": "v1", "files": files })),
        (
            "GET /api/v1/policies/starter?application=notes&group=finance",
            200,
            json!({ "path": "applications/notes.cedar", "text": "permit" }),
        ),
        (
            "GET /api/v1/policies/starter?application=notes",
            200,
            json!({ "path": "applications/notes.cedar", "text": "permit" }),
        ),
        (
            "PUT /api/v1/policies",
            200,
            json!({ "version": "v2", "dry_run": false, "changed": [], "warnings": [] }),
        ),
        ("GET /api/v1/status", 200, json!({ "origin": "http://countersign.localhost:8080" })),
    ]
}

#[tokio::test]
async fn to_protect_declares_then_permits_then_says_where() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let upstream = format!("http://{}", listener.local_addr().unwrap());
    let fake = Fake::start(protecting((404, json!({ "title": "No" })), json!({ "guardrails/a.cedar": "x" })));
    let words = ["protect", &upstream, "--name", "notes", "--sensitivity", "internal", "--group", "finance"];
    let ran = fake.run(&words).await;
    assert_eq!((ran.exit, ran.err.as_str()), (Exit::Done, ""));
    assert!(ran.out.contains("http://notes.localhost:8080/"), "{}", ran.out);
    let asked = fake.asked();
    let declared = asked.iter().find(|asked| asked.line == "PUT /api/v1/applications/notes").unwrap();
    assert_eq!(declared.body["hosts"], json!(["notes.localhost"]));
    assert_eq!(declared.body["upstream"], json!(upstream));
    let published = asked.iter().find(|asked| asked.line == "PUT /api/v1/policies").unwrap();
    let published: Publication = serde_json::from_value(published.body.clone()).unwrap();
    assert_eq!(published.expected_version.as_deref(), Some("v1"));
    assert_eq!(
        published.files.into_keys().collect::<Vec<_>>(),
        ["applications/notes.cedar", "guardrails/a.cedar"]
    );
}

#[tokio::test]
async fn to_protect_again_keeps_the_policies_and_another_declaration() {
    let mut same = wiki();
    same["name"] = json!("notes");
    same["declared"]["hosts"] = json!(["notes.localhost"]);
    same["declared"]["resources"] = json!([]);
    same["labels"] = json!({});
    let mut answers = protecting((200, same), json!({ "applications/notes.cedar": "mine" }));
    answers.push((
        "POST /api/v1/upstreams/check",
        200,
        json!({
            "upstream": "127.0.0.1:1",
            "answers": false,
            "result": "closed",
            "message": "does not answer: the connection was refused",
        }),
    ));
    let fake = Fake::start(answers);
    let words = ["protect", "http://127.0.0.1:1", "--name", "notes"];
    let ran = fake.run(&words).await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    assert!(!fake.lines().iter().any(|line| line == "PUT /api/v1/policies"));
    assert!(ran.err.contains("does not answer"), "nobody listens there, which is a warning: {}", ran.err);
    assert!(ran.out.contains("counts as restricted"), "{}", ran.out);

    let mut other = wiki();
    other["name"] = json!("notes");
    let fake = Fake::start(protecting((200, other), json!({})));
    let ran = fake.run(&words).await;
    assert_eq!(ran.exit, Exit::Conflict);
    assert_eq!(fake.lines().len(), 1, "nothing was changed");
}

#[tokio::test]
async fn an_application_file_is_declared_and_a_wrong_one_underlined() {
    let fake = Fake::start(vec![("PUT /api/v1/applications/wiki", 200, wiki())]);
    let file = fake.data.path().join("wiki.toml");
    let path = file.to_str().unwrap();
    let good = "name = \"wiki\"\nowner = \"a\"\nhosts = [\"w\"]\nupstream = \"http://a\"\n";
    std::fs::write(&file, good).unwrap();
    assert_eq!(fake.run(&["application", "add", "--file", path]).await.exit, Exit::Done);
    std::fs::write(&file, format!("{good}colour = \"red\"\n")).unwrap();
    let ran = fake.run(&["application", "add", "--file", path]).await;
    assert_eq!(ran.exit, Exit::Usage);
    assert!(ran.err.contains("wiki.toml:5") && ran.err.contains("colour"), "{}", ran.err);
    assert_eq!(fake.run(&["application", "add", "--file", "/nowhere"]).await.exit, Exit::Usage);
    assert_eq!(fake.asked().len(), 1);
    std::fs::write(&file, good).unwrap();
    let expecting = ["application", "add", "--file", path, "--expected-version", "9f86d081"];
    let expected =
        Fake::start(vec![("PUT /api/v1/applications/wiki?expected_version=9f86d081", 200, wiki())]);
    assert_eq!(expected.run(&expecting).await.exit, Exit::Done);
}

#[tokio::test]
async fn the_meaning_of_a_request_is_asked_of_what_is_declared_or_of_a_file() {
    let meant = json!({
        "path": "/admin", "resource": "wiki/admin", "action": "administer", "sensitivity": "restricted", "labelled": false,
    });
    let fake = Fake::start(vec![("POST /api/v1/applications/wiki/meaning", 200, meant)]);
    let words = ["application", "meaning", "wiki", "GET", "/admin"];
    let ran = fake.run(&words).await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    for text in ["wiki/admin", "administer", "unlabelled (counts as restricted)"] {
        assert!(ran.out.contains(text), "{}", ran.out);
    }
    assert_eq!(fake.asked()[0].body, json!({ "method": "GET", "path": "/admin", "upgrade": false }));

    let file = fake.data.path().join("wiki.toml");
    let declared = "name = \"wiki\"\nowner = \"a\"\nhosts = [\"w\"]\nupstream = \"http://a\"\nsensitivity = \"public\"\n\
                    [[resource]]\npart = \"admin\"\nroutes = [{ path = \"/admin/**\" }]\n";
    std::fs::write(&file, declared).unwrap();
    let with_file = [&words[..], &["--file", file.to_str().unwrap()]].concat();
    assert_eq!(fake.run(&with_file).await.exit, Exit::Done);
    let parts = json!({ "sensitivity": "public", "resources": [{ "part": "admin", "routes": [{ "path": "/admin/**" }] }] });
    assert_eq!(fake.asked()[1].body["parts"], parts);

    std::fs::write(&file, declared.replace("\"wiki\"", "\"notes\"")).unwrap();
    let ran = fake.run(&with_file).await;
    assert_eq!(ran.exit, Exit::Usage);
    assert!(ran.err.contains("is the file of notes, not of wiki"), "{}", ran.err);
    assert_eq!(fake.asked().len(), 2);
}
