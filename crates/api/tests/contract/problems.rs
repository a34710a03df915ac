//! Problem documents: each field by itself, all of them, and what a client makes of them.

use countersign_api::{Problem, RefusalReason, RefusalRemedy};
use countersign_testkit::contract::{BodySample, sample_component};
use serde_json::{Value, json};

fn whole() -> Value {
    sample_component("Problem", BodySample::whole(0)).unwrap()
}

#[test]
fn a_problem_of_the_document_is_read_and_written_unchanged() {
    let fields: Vec<_> = whole().as_object().unwrap().keys().cloned().collect();
    let expected = [
        "decision", "detail", "field", "problems", "proposal", "reasons", "remedies", "remedy", "status",
        "title", "type",
    ];
    assert_eq!(fields, expected, "a new field needs its row below");
    let problem: Problem = serde_json::from_value(whole()).unwrap();
    assert_eq!(serde_json::to_value(&problem).unwrap(), whole());
}

#[test]
fn each_field_that_may_be_absent_may_be_there_alone() {
    let must = ["type", "title", "status", "detail"];
    let least = sample_component("Problem", BodySample::least(0)).unwrap();
    assert_eq!(
        serde_json::to_value(serde_json::from_value::<Problem>(least.clone()).unwrap()).unwrap(),
        least
    );
    let whole = whole();
    for (field, value) in
        whole.as_object().unwrap().iter().filter(|(field, _)| !must.contains(&field.as_str()))
    {
        let mut one = least.clone();
        one[field] = value.clone();
        let problem: Problem = serde_json::from_value(one.clone()).unwrap();
        assert_eq!(serde_json::to_value(&problem).unwrap(), one, "{field}");
        let others = [
            (problem.field.is_some(), "field"),
            (problem.remedy.is_some(), "remedy"),
            (problem.decision.is_some(), "decision"),
            (problem.proposal.is_some(), "proposal"),
            (!problem.reasons.is_empty(), "reasons"),
            (!problem.remedies.is_empty(), "remedies"),
            (!problem.problems.is_empty(), "problems"),
        ];
        let there: Vec<_> = others.into_iter().filter(|(there, _)| *there).map(|(_, name)| name).collect();
        assert_eq!(there, [field.as_str()]);
    }
}

#[test]
fn ids_in_a_problem_are_ids_of_their_kind() {
    let id = "01939a6f2c3e7d8ab1c2d3e4f5a6b7c8";
    let read = |field: &str, text: String| {
        let mut problem = sample_component("Problem", BodySample::least(0)).unwrap();
        problem[field] = json!(text);
        serde_json::from_value::<Problem>(problem).map_err(|error| error.to_string())
    };
    for (field, prefix, other) in [("decision", "dec", "prp"), ("proposal", "prp", "dec")] {
        assert!(read(field, format!("{prefix}_{id}")).is_ok());
        for wrong in [format!("{other}_{id}"), id.to_owned(), String::new(), format!("{prefix}_{}", &id[1..])]
        {
            let error = read(field, wrong.clone()).unwrap_err();
            assert!(error.contains("is not a"), "{field} {wrong}: {error}");
        }
    }
}

#[test]
fn a_status_is_that_of_an_answer() {
    let with = |status: Value| {
        let mut problem = sample_component("Problem", BodySample::least(0)).unwrap();
        problem["status"] = status;
        serde_json::from_value::<Problem>(problem).map(|problem| problem.status)
    };
    assert_eq!(with(json!(0)).unwrap(), 0);
    assert_eq!(with(json!(65_535)).unwrap(), 65_535);
    for wrong in [json!(65_536), json!(-1), json!(404.5), json!("404"), json!([404]), json!(null)] {
        assert!(with(wrong.clone()).is_err(), "{wrong}");
    }
}

/// Reasons and ways are for a page; the sentence of a log is the problem alone.
#[test]
fn the_sentence_of_a_problem_has_no_second_line() {
    let problem = Problem {
        title: "Denied".to_owned(),
        status: 403,
        detail: "no policy permits it".to_owned(),
        reasons: vec![RefusalReason {
            policy: "managed-device".parse().unwrap(),
            text: "use ours".to_owned(),
        }],
        remedies: vec![RefusalRemedy { remedy: "sign-in".to_owned(), text: "Sign in.".to_owned() }],
        ..Problem::default()
    };
    assert_eq!(problem.to_string(), "Denied: no policy permits it");
    let error: &dyn std::error::Error = &problem;
    assert!(error.source().is_none());
}
