//! What the engine's process is given, and what of its answer arrives.

use crate::played::{EngineServer, NoFacts, PATIENT, Step, answer, script};
use countersign_evidence::Options;
use countersign_lake::Skipped;
use countersign_sql::wire::{FromEngine, Question, SentAnswer, VERSION};
use countersign_sql::{Answer, Limits, QueryError, Spot};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Returns the frame in which an engine sends this answer.
fn framed(answer: &Answer) -> Vec<u8> {
    let sent = SentAnswer::try_from(answer.clone()).unwrap();
    let mut bytes = Vec::new();
    countersign_sql::wire::write(&mut bytes, &FromEngine::Answer(Ok(sent))).unwrap();
    bytes
}

#[tokio::test]
async fn an_engine_receives_the_query_its_limits_and_where_the_records_are() {
    let server = EngineServer::new();
    let limits = Limits { rows: 17, time: Duration::from_millis(400_123), memory: 300 << 20, local: true };
    let steps = [Step::Question, Step::Answer];
    let noted = server.play_within(&steps, limits).await.unwrap().rows.remove(0);
    let question: Question = serde_json::from_value(noted[0].clone()).unwrap();
    assert_eq!((question.version.as_str(), &question.sql), (VERSION, &script(&steps)));
    assert_eq!(question.limits(), limits);
    let [kind] = question.kinds.as_slice() else { panic!("{question:?}") };
    assert_eq!((kind.name.as_str(), &kind.folder), ("decisions", &server.folder.path().join("evidence")));
    assert_eq!((&kind.elsewhere, kind.behind.len()), (&None, 0), "there is no store, and all is on disk");
}

#[tokio::test]
async fn a_process_is_limited_before_it_sees_the_query() {
    let server = EngineServer::new();
    let limits = Limits { time: Duration::from_secs(300), memory: 256 << 20, ..PATIENT };
    let noted = server.play_within(&[Step::Surroundings, Step::Answer], limits).await.unwrap().rows.remove(0);
    let text = noted[0]["limits"].as_str().unwrap();
    let limit = |name: &str| {
        let line =
            text.lines().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("{name}: {text}"));
        let mut words = line[name.len()..].split_whitespace().map(str::to_owned);
        let (soft, hard) = (words.next().unwrap(), words.next().unwrap());
        assert_eq!(soft, hard, "{line}: the process could raise it");
        soft
    };
    let mebi = |count: u64| (count << 20).to_string();
    // What operators may hold, and room for the program itself; addresses cost nothing.
    assert_eq!(limit("Max data size"), mebi(256 + 512));
    assert_eq!(limit("Max address space"), mebi(256 + 512 + 2_048));
    // Five seconds more than the query has, so that the engine reports its own time-out.
    assert_eq!(limit("Max cpu time"), "306");
    assert_eq!(limit("Max open files"), "256");
    assert_eq!((limit("Max file size"), limit("Max core file size")), ("0".to_owned(), "0".to_owned()));

    assert_eq!((&noted[0]["folder"], &noted[0]["leads"]), (&json!("/"), &json!(true)));
    assert_eq!(noted[0]["arenas"], "2");
    let own = ["MALLOC_ARENA_MAX", "PWD", "OLDPWD", "SHLVL", "_"];
    for variable in noted[0]["variables"].as_array().unwrap() {
        assert!(own.contains(&variable.as_str().unwrap()), "{variable} is of the server's environment");
    }
}

#[tokio::test]
async fn memory_that_no_number_holds_is_no_limit_too_many() {
    let server = EngineServer::new();
    let limits = Limits { memory: usize::MAX, ..PATIENT };
    let noted = server.play_within(&[Step::Question, Step::Answer], limits).await.unwrap();
    assert_eq!(noted.rows[0][0]["memory"], json!(usize::MAX));
}

#[tokio::test]
async fn an_answer_arrives_with_every_value_and_gap() {
    let server = EngineServer::new();
    let row =
        json!([null, false, "é\n\u{1}", u64::MAX, i64::MIN, 0.1, 5e-324, [1.5, []], { "a": { "b": 0.3 } }]);
    let Value::Array(row) = row else { panic!("it is a list") };
    let gap =
        |n: u32| Skipped { path: PathBuf::from(format!("two/dt=2026-11-2{n}")), why: format!("gap {n}") };
    let whole = Answer { truncated: true, skipped: vec![gap(1), gap(2)], ..answer(row) };
    assert_eq!(server.play(&[Step::Bytes(framed(&whole))]).await, Ok(whole));
    let empty = Answer::default();
    assert_eq!(server.play(&[Step::Bytes(framed(&empty))]).await, Ok(empty));
}

#[tokio::test]
async fn notes_come_before_the_answer_and_change_nothing() {
    let server = EngineServer::new();
    let noted = server.noted(&[Step::Note("a file is odd".to_owned()), Step::Note(String::new())]).await;
    assert_eq!(noted, Vec::<Value>::new());
}

#[tokio::test]
async fn what_follows_the_answer_is_not_waited_for() {
    let server = EngineServer::new();
    let answered = server.play(&[Step::Answer, Step::Hang]).await;
    assert_eq!(answered, Ok(answer(Vec::new())));
    let answered = server.play(&[Step::Answer, Step::Bytes(vec![255; 64]), Step::Exit(1)]).await;
    assert_eq!(answered, Ok(answer(Vec::new())));
}

#[tokio::test]
async fn errors_of_the_engine_arrive_as_they_are() {
    let server = EngineServer::new();
    for error in [
        QueryError::Syntax { at: Some(Spot { line: 2, column: 7 }), what: "Expected: )".to_owned() },
        QueryError::NoColumn { column: "a".to_owned(), near: vec!["at".to_owned()] },
        QueryError::Memory(PATIENT.memory),
        QueryError::Time(Duration::from_millis(1_500)),
        QueryError::OtherVersion,
    ] {
        assert_eq!(server.play(&[Step::Refuse(error.clone())]).await, Err(error));
    }
}

#[tokio::test]
async fn queries_of_one_server_share_nothing() {
    let server = EngineServer::with(Options::default(), Arc::new(NoFacts));
    let one = [Step::Question, Step::Answer];
    let two = [Step::Question, Step::Question, Step::Answer];
    let (one, two) = tokio::join!(server.play(&one), server.play(&two));
    assert_eq!((one.unwrap().rows[0].len(), two.unwrap().rows[0].len()), (1, 2));
}
