//! What a policy says about itself, and what is said to its author when it says too little.

use crate::{GUARDRAILS, HEAD, problems, set};
use countersign_policy::{ANNOTATIONS, Kind, PolicyMeta, Stage};
use miette::Diagnostic as _;

const POLICY: &str = "forbid (principal, action, resource);";

#[test]
fn a_policy_is_what_its_annotations_say() {
    let text = format!(
        "// first\n@reason(\" Because. \")\n@id(\"a-b\") @owner(\" the team \") @review(\"2027-02-28\") @stage(\"shadow\")\n{POLICY}\n"
    );
    let read = set(GUARDRAILS, &text);
    let span = 9..text.len() - 1;
    let expected = PolicyMeta {
        id: "a-b".parse().unwrap(),
        kind: Kind::Guardrail,
        owner: "the team".to_owned(),
        reason: "Because.".to_owned(),
        review: "2027-02-28".parse().unwrap(),
        stage: Stage::Shadow,
        file: GUARDRAILS.into(),
        line: 2,
        text: text[span.clone()].to_owned(),
        span,
    };
    assert_eq!(read.policies(), [expected]);
    for (stage, expected) in [
        ("", Stage::Enforce),
        ("@stage(\"enforce\") ", Stage::Enforce),
        ("@stage(\"shadow\") ", Stage::Shadow),
    ] {
        let read = set(GUARDRAILS, &format!("{stage}{HEAD}{POLICY}"));
        assert_eq!(read.policies()[0].stage, expected, "{stage}");
    }
}

/// Every problem of a policy: its message, what it underlines with where that begins, and its help.
fn said(text: &str) -> Vec<(String, String, usize, String)> {
    let found = problems(GUARDRAILS, text);
    let one = |problem: &countersign_policy::PolicyDiagnostic| {
        let span = problem.spans().next().unwrap();
        (
            problem.message().to_owned(),
            text[span.clone()].to_owned(),
            span.start,
            problem.help().unwrap().to_string(),
        )
    };
    found.iter().map(one).collect()
}

#[test]
fn what_is_missing_is_asked_for_at_the_word_that_begins_the_policy() {
    let bare = format!("// forbid\n{POLICY}");
    let found = said(&bare);
    let asked: Vec<&str> = found.iter().map(|(message, ..)| message.as_str()).collect();
    assert_eq!(
        asked,
        [
            "the policy has no @id",
            "the policy has no @owner",
            "the policy has no @reason",
            "the policy has no @review"
        ]
    );
    assert!(
        found.iter().all(|(_, underlined, start, _)| underlined == "forbid" && *start == 10),
        "{found:?}"
    );
    // An annotation may hold that word.
    let named = format!("@id(\"forbid\") @owner(\"forbid\") @review(\"2027-01-01\")\n{POLICY}");
    let expected = (
        "the policy has no @reason".to_owned(),
        "forbid".to_owned(),
        named.len() - POLICY.len(),
        "write @reason(\"...\") before it: one sentence for the person whom the policy stops or lets in"
            .to_owned(),
    );
    assert_eq!(said(&named), [expected]);
}

#[test]
fn each_annotation_that_is_wrong_is_underlined() {
    for (from, to, message, help) in [
        (
            "@id(\"one\")",
            "@id(\"One\")",
            "@id: \"One\" is not a policy id: use 1 to 63 lower-case letters, digits and inner hyphens",
            "no other policy has the same name",
        ),
        (
            "@owner(\"o\")",
            "@owner(\"\")",
            "@owner is empty",
            "write @owner(\"...\") before it: the team or person who answers for the policy",
        ),
        (
            "@reason(\"r\")",
            "@reason(\" \")",
            "@reason is empty",
            "write @reason(\"...\") before it: one sentence for the person whom the policy stops or lets in",
        ),
        (
            "@review(\"2027-01-01\")",
            "@review(\"20270101\")",
            "@review: \"20270101\" is not a day",
            "write it as year-month-day, such as 2027-06-30",
        ),
        (
            "@review(\"2027-01-01\")",
            "@review(\"2027-02-29\")",
            "@review: \"2027-02-29\" is not a day",
            "write it as year-month-day, such as 2027-06-30",
        ),
        (
            "@owner(\"o\")",
            "@stage(\"Shadow\")",
            "@stage: \"Shadow\" is not a stage",
            "write @stage(\"shadow\") to try it, or @stage(\"enforce\"), which is also what no @stage means",
        ),
        (
            "@owner(\"o\")",
            "@stgae(\"shadow\")",
            "there is no annotation @stgae",
            "a policy has @id, @owner, @reason, @review and, if it is only to be tried, @stage",
        ),
    ] {
        let text = format!("{}{POLICY}", HEAD.replace(from, to));
        let start = text.find(to).unwrap();
        let expected = (message.to_owned(), to.to_owned(), start, help.to_owned());
        let found = said(&text);
        assert!(found.contains(&expected), "{expected:?} is not in {found:#?}");
        // Where the annotation took the place of the owner's, the owner is missing as well.
        let missing = usize::from(from.starts_with("@owner") && !to.starts_with("@owner"));
        assert_eq!(found.len(), 1 + missing, "{found:#?}");
    }
}

#[test]
fn every_annotation_is_known() {
    assert_eq!(ANNOTATIONS, ["id", "owner", "reason", "review", "stage"]);
    let all = format!("@stage(\"enforce\") {HEAD}{POLICY}");
    assert_eq!(set(GUARDRAILS, &all).policies().len(), 1);
}
