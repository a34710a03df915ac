//! Policy sets: pulled, published, compared.

use crate::fake::Fake;
use countersign_api::Publication;
use countersign_cli::Exit;
use serde_json::{Value, json};

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

#[tokio::test]
async fn a_folder_is_put_in_force_only_by_whoever_says_so_and_a_guardrail_goes_only_by_name() {
    let published = json!({ "version": "v2", "dry_run": true, "warnings": [],
                            "changed": [{ "path": "guardrails/a.cedar", "change": "changed" }],
                            "removed": [{ "id": "freeze", "kind": "guardrail" }] });
    let fake = Fake::start(vec![
        ("GET /api/v1/policies/files", 200, json!({ "version": "v1", "files": {} })),
        ("PUT /api/v1/policies", 200, published),
    ]);
    std::fs::create_dir(fake.data.path().join("guardrails")).unwrap();
    std::fs::write(fake.data.path().join("guardrails/a.cedar"), "x").unwrap();
    let folder = fake.data.path().to_str().unwrap().to_owned();
    let publish = ["policy", "publish", folder.as_str()];
    let bodies = || -> Vec<Publication> {
        let puts = fake.asked().into_iter().filter(|asked| asked.line.starts_with("PUT"));
        puts.map(|asked| serde_json::from_value(asked.body).unwrap()).collect()
    };
    for (typed, exit) in [(None, Exit::Usage), (Some("no\n"), Exit::Failed)] {
        let ran = fake.run_with(&publish, typed).await;
        assert_eq!(ran.exit, exit, "{}", ran.err);
    }
    assert!(bodies().iter().all(|body| body.dry_run), "nothing was published before somebody said yes");
    let ran = fake.run_with(&publish, Some("yes\n")).await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    assert!(ran.err.contains("These guardrails would no longer be enforced: freeze."), "{}", ran.err);
    assert!(ran.out.contains("REMOVED  the guardrail freeze"), "{}", ran.out);
    let said = |body: &Publication| body.removes.iter().map(ToString::to_string).collect::<Vec<_>>();
    let last = bodies().pop().unwrap();
    assert_eq!((last.dry_run, said(&last)), (false, vec!["freeze".to_owned()]));
    // Whoever does not look says it beforehand, or the server refuses.
    fake.run(&[&publish[..], &["--yes"]].concat()).await;
    assert_eq!(said(&bodies().pop().unwrap()), Vec::<String>::new());
    fake.run(&[&publish[..], &["--yes", "--removes", "freeze"]].concat()).await;
    assert_eq!(said(&bodies().pop().unwrap()), ["freeze"]);
}

#[tokio::test]
async fn a_list_of_policies_says_for_how_many_one_counts_on_trial() {
    let policy = json!({
        "id": "on-trial", "kind": "guardrail", "owner": "security", "reason": "Soon.", "review": "2027-05-31", "overdue": false,
        "stage": "shadow", "rolled_out": 30, "reads_exceptions": false, "file": "guardrails/a.cedar", "line": 1, "text": "forbid",
    });
    let policies = json!({ "version": "00", "policies": [policy], "warnings": [] });
    for (words, says) in [
        (&["policy", "list"][..], "shadow, enforced for 30 % of people"),
        (&["policy", "show", "on-trial"][..], "shadow, enforced for 30 % of people"),
    ] {
        let looks = &[("GET /api/v1/policies", Value::Null)];
        super::check(vec![("GET /api/v1/policies", 200, policies.clone())], words, looks, &[says]).await;
    }
}
