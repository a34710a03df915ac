//! Answers: problems, pages, secrets.

use countersign_api::{Items, Problem, ShownOnce};
use serde_json::json;

#[test]
fn a_problem_says_what_where_and_what_to_do() {
    let bare = Problem {
        kind: "about:blank#invalid".to_owned(),
        title: "Invalid".to_owned(),
        status: 422,
        detail: "a name has letters".to_owned(),
        ..Problem::default()
    };
    assert_eq!(bare.to_string(), "Invalid: a name has letters");
    let field = Problem { field: Some("resources[0].part".to_owned()), ..bare.clone() };
    assert_eq!(field.to_string(), "Invalid: a name has letters (field resources[0].part)");
    let remedy = Problem { remedy: Some("write one".to_owned()), ..bare.clone() };
    assert_eq!(remedy.to_string(), "Invalid: a name has letters; write one");
    let all = Problem { remedy: Some("write one".to_owned()), ..field };
    assert_eq!(all.to_string(), "Invalid: a name has letters (field resources[0].part); write one");

    // What is not there is not written, and its kind has the name of the standard.
    let written = serde_json::to_value(&bare).unwrap();
    let expected = json!({
        "type": "about:blank#invalid", "title": "Invalid", "status": 422, "detail": "a name has letters"
    });
    assert_eq!(written, expected);
    for problem in [bare, all] {
        let text = serde_json::to_string(&problem).unwrap();
        assert_eq!(serde_json::from_str::<Problem>(&text).unwrap(), problem);
    }
}

#[test]
fn a_problem_without_its_members_is_none() {
    let whole = json!({"type": "t", "title": "T", "status": 500, "detail": "d"});
    for name in ["type", "title", "status", "detail"] {
        let mut cut = whole.clone();
        cut.as_object_mut().unwrap().remove(name);
        let error = serde_json::from_value::<Problem>(cut).unwrap_err().to_string();
        assert_eq!(error, format!("missing field `{name}`"));
    }
    for status in [json!(-1), json!(65_536), json!("500"), json!(null)] {
        let mut wrong = whole.clone();
        wrong["status"] = status.clone();
        assert!(serde_json::from_value::<Problem>(wrong).is_err(), "{status}");
    }
}

#[test]
fn the_last_page_has_no_next_one() {
    let last = Items { items: vec![1, 2], next: None };
    assert_eq!(serde_json::to_value(&last).unwrap(), json!({"items": [1, 2]}));
    let page = Items { items: vec![3], next: Some("c".to_owned()) };
    assert_eq!(serde_json::to_value(&page).unwrap(), json!({"items": [3], "next": "c"}));
    let read = |value| serde_json::from_value::<Items<u8>>(value).unwrap();
    assert_eq!(read(json!({"items": [1, 2]})), last.clone());
    assert_eq!(read(json!({"items": [1, 2], "next": null, "total": 9})), last);
    assert!(serde_json::from_value::<Items<u8>>(json!({"next": "c"})).is_err());
}

/// It crosses the wire, and never a log.
#[test]
fn a_secret_is_in_the_answer_and_in_no_debug_output() {
    let secret = ShownOnce::new("cst_hidden".to_owned());
    assert_eq!(serde_json::to_value(&secret).unwrap(), json!("cst_hidden"));
    assert_eq!(serde_json::from_value::<ShownOnce>(json!("cst_hidden")).unwrap(), secret);
    assert_eq!(secret.reveal(), "cst_hidden");
    assert_eq!(format!("{secret:?} {:#?}", Some(&secret)), "[shown once] Some(\n    [shown once],\n)");
}
