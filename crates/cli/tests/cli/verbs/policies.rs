//! Policy sets: pulled, published, compared.

use crate::fake::Fake;
use countersign_api::Publication;
use countersign_cli::Exit;
use serde_json::json;

#[tokio::test]
async fn policies_are_pulled_published_and_compared() {
    let published = |dry: bool| {
        json!({ "version": "v2", "dry_run": dry, "warnings": [],
                "changed": [{ "path": "guardrails/a.cedar", "change": "changed" }] })
    };
    let files = json!({ "guardrails/a.cedar": "one\ntwo\n", "tests/t.toml": "t" });
    let fake = Fake::start(vec![
        ("GET /api/v1/policies/files", 200, json!({ "version": "v1", "files": files })),
        ("PUT /api/v1/policies", 200, published(true)),
    ]);
    let dir = fake.data.path().join("policies");
    let folder = dir.to_str().unwrap();
    let ran = fake.run(&["policy", "pull", folder]).await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    assert_eq!(std::fs::read_to_string(dir.join("guardrails/a.cedar")).unwrap(), "one\ntwo\n");
    std::fs::write(dir.join("guardrails/a.cedar"), "one\nthree\n").unwrap();
    let ran = fake.run(&["policy", "publish", folder, "--dry-run"]).await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    assert!(ran.out.contains("changed  guardrails/a.cedar\n    -two\n    +three\n"), "{}", ran.out);
    let body: Publication = serde_json::from_value(fake.asked().pop().unwrap().body).unwrap();
    assert_eq!((body.dry_run, body.expected_version.as_deref()), (true, Some("v1")));
    assert_eq!(body.files.len(), 2, "the file that remembers the version is not published");

    // What was changed here is not lost to a pull.
    let ran = fake.run(&["policy", "pull", folder]).await;
    assert_eq!(ran.exit, Exit::Conflict);
    assert_eq!(std::fs::read_to_string(dir.join("guardrails/a.cedar")).unwrap(), "one\nthree\n");
    assert_eq!(fake.run(&["policy", "pull", folder, "--overwrite"]).await.exit, Exit::Done);
    assert_eq!(std::fs::read_to_string(dir.join("guardrails/a.cedar")).unwrap(), "one\ntwo\n");

    // Somebody else has published since: the folder still names the version that it was made from.
    let later = Fake::start(vec![
        ("GET /api/v1/policies/files", 200, json!({ "version": "v9", "files": files })),
        ("PUT /api/v1/policies", 409, json!({ "title": "Another version was published" })),
    ]);
    let ran = later.run(&["policy", "publish", folder]).await;
    assert_eq!(ran.exit, Exit::Conflict);
    assert_eq!(later.asked().pop().unwrap().body["expected_version"], "v1");
    later.run(&["policy", "publish", folder, "--overwrite"]).await;
    assert_eq!(later.asked().pop().unwrap().body["expected_version"], "v9");
}

#[tokio::test]
async fn a_set_whose_paths_lead_out_of_the_folder_writes_nothing() {
    let fake = Fake::start(vec![(
        "GET /api/v1/policies/files",
        200,
        json!({ "version": "v1", "files": { "guardrails/a.cedar": "x", "../outside.cedar": "y" } }),
    )]);
    let dir = fake.data.path().join("policies");
    let ran = fake.run(&["policy", "pull", dir.to_str().unwrap()]).await;
    assert_eq!(ran.exit, Exit::Failed);
    assert!(!dir.exists() && !fake.data.path().join("outside.cedar").exists());
}

#[tokio::test]
async fn a_refused_set_shows_each_problem_where_it_is() {
    let fake = Fake::start(vec![
        ("GET /api/v1/policies/files", 200, json!({ "files": {} })),
        (
            "PUT /api/v1/policies",
            422,
            json!({
                "type": "about:blank#rejected-policies", "title": "The policies are refused", "status": 422, "detail": "one problem",
                "problems": [{ "file": "guardrails/a.cedar", "line": 1, "message": "no", "rendered": "  x no\n   ,-[guardrails/a.cedar:1:1]\n" }],
            }),
        ),
    ]);
    std::fs::create_dir(fake.data.path().join("guardrails")).unwrap();
    std::fs::write(fake.data.path().join("guardrails/a.cedar"), "x").unwrap();
    let ran = fake.run(&["policy", "publish", fake.data.path().to_str().unwrap()]).await;
    assert_eq!(ran.exit, Exit::Usage);
    assert_eq!(
        ran.err,
        "error: The policies are refused: one problem\n  x no\n   ,-[guardrails/a.cedar:1:1]\n"
    );
}
