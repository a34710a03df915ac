//! The way to the server: the socket, the network, and what is said when neither leads anywhere.

use crate::fake::{Fake, run};
use countersign_cli::Exit;
use serde_json::json;

fn nobody() -> serde_json::Value {
    json!({ "items": [] })
}

#[tokio::test]
async fn the_operators_socket_needs_no_token() {
    let fake = Fake::start(vec![("GET /api/v1/people", 200, nobody())]);
    let ran = fake.run(&["person", "list", "--json"]).await;
    assert_eq!((ran.exit, ran.err.as_str()), (Exit::Done, ""));
    assert_eq!(serde_json::from_str::<serde_json::Value>(&ran.out).unwrap(), nobody());
    let asked = fake.asked();
    assert_eq!(asked[0].authorization, None);
    assert_eq!(asked[0].host, "localhost");
}

#[tokio::test]
async fn a_server_elsewhere_is_shown_the_token_from_its_file() {
    let (fake, address) = Fake::start_on_port(vec![("GET /api/v1/people", 200, nobody())]).await;
    let token = fake.data.path().join("token");
    std::fs::write(&token, "cst_abc\n").unwrap();
    let ran =
        run(&["person", "list", "--server", &address, "--token-file", token.to_str().unwrap()], None).await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    assert_eq!(fake.asked()[0].authorization.as_deref(), Some("Bearer cst_abc"));
    assert!(!ran.out.contains("cst_abc") && !ran.err.contains("cst_abc"));
}

#[tokio::test]
async fn a_server_elsewhere_without_a_good_token_is_not_asked() {
    let (fake, address) = Fake::start_on_port(vec![("GET /api/v1/people", 200, nobody())]).await;
    let file = |name: &str, text: &str| {
        let path = fake.data.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (empty, page, broken) = (file("e", ""), file("p", "<html>"), file("b", "cst_a\u{7}b"));
    let large = file("l", &"cst_".repeat(10_000));
    for (token, says) in [
        (None, "--server needs a token"),
        (Some("/nowhere/token"), "cannot be read"),
        (Some(empty.as_str()), "does not hold a token"),
        (Some(page.as_str()), "does not hold a token"),
        (Some(large.as_str()), "does not hold a token"),
        (Some(broken.as_str()), "is not a token"),
    ] {
        let mut words = vec!["person", "list", "--server", &address];
        words.extend(token.iter().flat_map(|token| ["--token-file", token]));
        let ran = run(&words, None).await;
        assert_eq!(ran.exit, Exit::Usage, "{token:?}: {}", ran.err);
        assert!(ran.err.contains(says), "{token:?}: {}", ran.err);
    }
    assert!(fake.asked().is_empty());
}

#[tokio::test]
async fn who_is_not_there_is_named_with_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    let data = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
    std::fs::create_dir(data("empty")).unwrap();
    std::fs::create_dir(data("left")).unwrap();
    drop(std::os::unix::net::UnixListener::bind(dir.path().join("left/countersign.sock")).unwrap());
    for (folder, says) in [
        ("none", "the folder does not exist"),
        ("empty", "it has no countersign.sock"),
        ("left", "nothing listens at its countersign.sock"),
    ] {
        let ran = run(&["status", "--data", &data(folder)], None).await;
        assert_eq!(ran.exit, Exit::Unreachable, "{folder}");
        assert!(ran.err.contains(says) && ran.err.contains("countersign up"), "{folder}: {}", ran.err);
        assert_eq!(ran.out, "");
    }
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let closed = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let token = data("token");
    std::fs::write(&token, "cst_x").unwrap();
    let ran = run(&["status", "--server", &closed, "--token-file", &token], None).await;
    assert_eq!(ran.exit, Exit::Unreachable);
    assert!(ran.err.contains(&closed) && ran.err.contains("refused"), "{}", ran.err);
}

#[tokio::test]
async fn a_problem_is_rendered_and_ends_with_its_code() {
    for (status, body, exit, says) in [
        (
            400,
            json!({ "type": "about:blank#invalid", "title": "Not valid", "status": 400, "detail": "\"x\" is no address",
                    "field": "email", "remedy": "write name@host" }),
            Exit::Usage,
            "error: Not valid (field email): \"x\" is no address\nwhat to do: write name@host\n",
        ),
        (403, json!({ "title": "Refused" }), Exit::Failed, "error: Refused\n"),
        (404, json!({ "title": "No such person" }), Exit::NotFound, "error: No such person\n"),
        (409, json!({ "title": "Taken" }), Exit::Conflict, "error: Taken\n"),
        (422, json!({ "title": "Refused set" }), Exit::Usage, "error: Refused set\n"),
        (503, json!({ "title": "Busy\u{1b}[2J" }), Exit::Failed, "error: Busy\\u{1b}[2J\n"),
        (200, json!("not a list"), Exit::Failed, "does not have the form that this version expects"),
    ] {
        let fake = Fake::of_another_kind(vec![("GET /api/v1/people", status, body.clone())]);
        let ran = fake.run(&["person", "list"]).await;
        assert_eq!(ran.exit, exit, "{status}");
        assert!(ran.err.contains(says), "{status}: {}", ran.err);
        assert_eq!(ran.out, "");
        if status != 200 {
            let ran = fake.run(&["person", "list", "--json"]).await;
            assert_eq!(serde_json::from_str::<serde_json::Value>(&ran.err).unwrap(), body);
            assert_eq!(ran.out, "");
        }
    }
}

#[tokio::test]
async fn a_server_that_hangs_up_is_said_not_to_answer() {
    let dir = tempfile::tempdir().unwrap();
    let listener = tokio::net::UnixListener::bind(dir.path().join("countersign.sock")).unwrap();
    let task = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            drop(stream);
        }
    });
    let ran = run(&["status", "--data", dir.path().to_str().unwrap()], None).await;
    task.abort();
    assert_eq!(ran.exit, Exit::Unreachable, "{}", ran.err);
}

#[tokio::test]
async fn a_token_is_shown_only_to_a_server_whose_certificate_is_believed() {
    let (fake, address, pem) = Fake::start_with_tls(vec![("GET /api/v1/people", 200, nobody())]).await;
    let file = |name: &str, text: &str| {
        let path = fake.data.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let stranger = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap().cert.pem();
    let (token, ours, theirs) =
        (file("token", "cst_x"), file("ours.pem", &pem), file("theirs.pem", &stranger));
    let words = ["person", "list", "--server", &address, "--token-file", &token, "--ca"];
    let ran = run(&[words.as_slice(), &[theirs.as_str()]].concat(), None).await;
    assert_eq!(ran.exit, Exit::Unreachable, "{}", ran.err);
    assert!(ran.err.contains("certificate"), "{}", ran.err);
    assert!(fake.asked().is_empty());
    let ran = run(&[words.as_slice(), &[ours.as_str()]].concat(), None).await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    assert_eq!(fake.asked().len(), 1);

    // The same authority, and another name than the certificate's.
    let elsewhere = address.replace("localhost", "127.0.0.1");
    let words = ["person", "list", "--server", &elsewhere, "--token-file", &token, "--ca", &ours];
    assert_eq!(run(&words, None).await.exit, Exit::Unreachable);
    assert_eq!(fake.asked().len(), 1);
}

#[tokio::test]
async fn where_the_api_answers_with_nothing_nothing_is_printed() {
    let line = "DELETE /api/v1/sessions/ses_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8";
    let fake = Fake::start(vec![(line, 204, serde_json::Value::Null)]);
    let ran = fake.run(&["session", "revoke", "ses_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8", "--json"]).await;
    assert_eq!((ran.exit, ran.out.as_str(), ran.err.as_str()), (Exit::Done, "", ""));
}
