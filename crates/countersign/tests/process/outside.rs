//! What operators and their tools read: `/healthz`, `/readyz`, `/metrics`, the log, and what signals do.

use crate::stage::*;
use countersign_testkit::{LinkState, Postgres};
use std::time::Duration;

#[test]
fn metrics_count_what_happens_and_are_served_at_their_own_address_alone() {
    let stage = Stage::new("edge", &Where::Here, "");
    let upstream = upstream();
    seed(
        &runtime(),
        &stage,
        somebody(Duration::from_secs(3600)).into_iter().chain(board(upstream)).collect(),
    );
    let process = stage.serve();
    stage.ready();
    assert_eq!(stage.watched("/healthz").unwrap().0, 200);
    assert!(stage.watched("/readyz").unwrap().1.ends_with("ready\n"));
    let head = stage.metric("countersign_world_sequence");
    assert!(head > 0.0);
    let visit = |cookie| stage.visit("board.localhost", cookie).unwrap().0;
    let cookie = secret(2);
    assert_eq!(visit(Some((AT_APPLICATION, cookie.as_str()))), 200);
    let denied = visit(None);
    assert!(denied != 200, "{denied}");
    let (_, text) = stage.watched("/metrics").unwrap();
    for line in [
        "countersign_decisions_total{effect=\"allow\",cause=\"first\"} 1",
        "countersign_decisions_total{effect=\"deny\",cause=\"first\"} 1",
        "countersign_gate_requests_total{application=\"board\",effect=\"allow\"} 1",
        "countersign_clock_behind_seconds 0",
    ] {
        assert!(text.contains(line), "{line} is missing:\n{text}");
    }
    assert!(text.contains("# TYPE countersign_gate_decision_seconds"), "{text}");
    until("records are counted", || {
        (stage.metric("countersign_evidence_recorded_total") >= 2.0).then_some(())
    });
    assert!(stage.metric("countersign_world_behind_seconds") < 10.0);
    for path in ["/metrics", "/readyz", "/healthz"] {
        let at_front = get(stage.front, path, "host: localhost\r\n").unwrap();
        assert!(
            !at_front.1.contains("countersign_decisions_total") && !at_front.1.ends_with("ready\n"),
            "{path}"
        );
    }
    assert_eq!(stage.watched("/api/v1/status").unwrap().0, 404, "nothing else is served there");
    process.stop();
}

#[test]
fn it_is_not_ready_while_its_store_hangs_and_says_so_and_is_again_when_the_store_is() {
    let server = Postgres::start();
    let link = server.link();
    let url = server.url_by(&link, &server.fresh_database());
    let stage = Stage::new("edge", &Where::At(url), "");
    let process = stage.serve();
    stage.ready();
    link.set(LinkState::Stalled);
    until("it is not ready", || {
        let (status, text) = stage.watched("/readyz")?;
        (status == 503 && text.contains("last known to be read to its end")).then_some(())
    });
    assert_eq!(stage.watched("/healthz").unwrap().0, 200, "it is alive all the same");
    assert!(stage.metric("countersign_world_behind_seconds") > 10.0, "the same is measured");
    link.set(LinkState::Clear);
    stage.ready();
    process.stop();
}

#[test]
fn every_line_of_the_log_is_json_with_a_time_a_level_and_a_message_and_holds_no_secret() {
    let stage = Stage::new("edge", &Where::Here, "");
    seed(&runtime(), &stage, somebody(Duration::from_secs(3600)));
    let process = stage.serve_as(|command| {
        command.env("COUNTERSIGN_LOG", "debug");
    });
    stage.ready();
    assert!(stage.signs_in(&secret(1)));
    until("policies are in force", || process.logged("policies are in force").then_some(()));
    let lines = process.lines.clone();
    process.stop();
    let lines = lines.lock().unwrap();
    assert!(lines.len() > 3);
    for line in lines.iter() {
        let read: serde_json::Value =
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        for field in ["timestamp", "level", "target"] {
            assert!(read[field].is_string(), "{field} is missing: {line}");
        }
        assert!(!line.contains(&secret(1)), "a secret: {line}");
    }
}

#[test]
fn policies_are_reloaded_when_their_files_change_and_a_hangup_ends_nothing() {
    let stage = Stage::new("edge", &Where::Here, "");
    let mut process = stage.serve();
    stage.ready();
    let folder = stage.data().join("policies");
    let before = stage.metric("countersign_world_sequence");
    std::fs::write(folder.join("applications/late.cedar"), "permit (principal, action, resource").unwrap();
    until("what is wrong is said", || process.logged("late.cedar").then_some(()));
    assert!((stage.metric("countersign_world_sequence") - before).abs() < 0.5, "what runs stays");
    std::fs::remove_file(folder.join("applications/late.cedar")).unwrap();
    let guardrails = std::fs::read_dir(folder.join("guardrails")).unwrap();
    let file = guardrails
        .map(|entry| entry.unwrap().path())
        .find(|path| path.extension().is_some_and(|e| e == "cedar"));
    let file = file.unwrap();
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, format!("// Looked at.\n{text}")).unwrap();
    until("what changed is published", || {
        (stage.metric("countersign_world_sequence") > before).then_some(())
    });

    process.signal("-HUP");
    until("it says what a hangup does", || process.logged("hangup").then_some(()));
    assert!(process.runs());
    assert_eq!(stage.watched("/readyz").unwrap().0, 200);
    std::fs::write(stage.config(), "nonsense").unwrap();
    process.signal("-HUP");
    until("it says that the file cannot be used", || {
        process.logged("the configuration file is not valid").then_some(())
    });
    assert!(process.runs(), "a file that is wrong ends nothing either");
    process.stop();
}
