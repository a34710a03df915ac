//! How a problem of a file is reported.

use crate::{GUARDRAILS, HEAD, files, forbid, problems, set};
use countersign_policy::{PolicySet, Suite};
use miette::{Diagnostic, Severity};

/// The labels of a problem, with the texts that they underline.
fn labels(problem: &dyn Diagnostic, text: &str) -> Vec<(String, String)> {
    let label = |label: miette::LabeledSpan| {
        let underlined = text[label.offset()..label.offset() + label.len()].to_owned();
        (label.label().unwrap_or_default().to_owned(), underlined)
    };
    problem.labels().unwrap().map(label).collect()
}

#[test]
fn a_problem_has_all_that_a_report_shows() {
    let text = format!("// é\n{}", forbid("one", "when { context.grnat }"));
    let found = problems(GUARDRAILS, &text);
    assert_eq!(found.len(), 1, "{found:#?}");
    let problem = &found[0];
    // Neither Cedar's number of the policy nor the action that it happened to check is shown.
    assert_eq!(problem.message(), "attribute `grnat` in context not found");
    assert_eq!((problem.path(), problem.line()), (GUARDRAILS, Some(3)));
    assert_eq!(problem.to_string(), "guardrails/all.cedar:3: attribute `grnat` in context not found");
    assert_eq!(problem.help().unwrap().to_string(), "did you mean `grant`?");
    assert_eq!(problem.severity(), Some(Severity::Error));
    assert_eq!(labels(problem, &text), [(String::new(), "context.grnat".to_owned())]);
    let source = problem.source_code().unwrap();
    let shown = source.read_span(&(0, text.len()).into(), 0, 0).unwrap();
    assert_eq!((shown.data(), shown.name()), (text.as_bytes(), Some(GUARDRAILS)));
}

#[test]
fn a_message_of_cedar_is_told_without_what_the_author_never_wrote() {
    for (condition, message) in [
        (
            "context.device.managed",
            "unable to guarantee safety of access to optional attribute `device` in context",
        ),
        (
            "principal is Countersign::Person && principal.colour == 1",
            "attribute `colour` on entity type `Countersign::Person` not found",
        ),
        ("resource in Countersign::Aplication::\"a\"", "unrecognized entity type `Countersign::Aplication`"),
    ] {
        let found = problems(GUARDRAILS, &forbid("one", &format!("when {{ {condition} }}")));
        assert_eq!(found[0].message(), message);
    }
    // So is its advice.
    let compared = forbid("one", "when { [1].contains(context.item) }");
    let found = problems(GUARDRAILS, &compared);
    let helps: Vec<String> = found.iter().filter_map(|problem| Some(problem.help()?.to_string())).collect();
    assert!(!helps.is_empty() && helps.iter().all(|help| !help.contains("policy0")), "{helps:?}");
    assert!(helps.iter().any(|help| help.starts_with("elements of the first operand")), "{helps:?}");
    // A message about an action that the author did write keeps it.
    let text = format!("{HEAD}forbid (principal, action == Countersign::Action::\"raed\", resource);");
    assert_eq!(
        problems(GUARDRAILS, &text)[0].message(),
        "unrecognized action `Countersign::Action::\"raed\"`"
    );
    // A parser's message has nothing to be left out.
    assert_eq!(problems(GUARDRAILS, "forbid")[0].message(), "unexpected end of input");
}

#[test]
fn a_problem_of_a_whole_file_has_no_line() {
    let problem = &problems("all.cedar", "a\nb")[0];
    assert_eq!((problem.line(), problem.spans().count()), (None, 0));
    assert_eq!(problem.to_string(), "all.cedar: no file is read from this place in the policy folder");
}

#[test]
fn a_warning_is_one_and_does_not_refuse() {
    let set = set(GUARDRAILS, &forbid("one", "when { false }"));
    let [warning] = set.warnings() else { unreachable!("{:?}", set.warnings()) };
    assert_eq!(warning.severity(), Some(Severity::Warning));
    assert_eq!(
        warning.to_string(),
        "guardrails/all.cedar:1: policy is impossible: the policy expression evaluates to false for all valid requests"
    );
}

#[test]
fn a_refused_set_tells_every_problem_once_in_the_order_of_the_files() {
    let all = |policies: &[(&str, &str)]| PolicySet::parse(&files(policies)).unwrap_err();
    let one = all(&[("all.cedar", "")]);
    assert_eq!(
        one.to_string(),
        "the policy set is refused: all.cedar: no file is read from this place in the policy folder"
    );
    let broken = forbid("one", "when { context.grnat && context.gnart }");
    let several = all(&[("b", ""), (GUARDRAILS, &broken), ("a", "")]);
    assert_eq!(
        several.to_string(),
        "the policy set is refused, for 4 reasons\n  \
         a: no file is read from this place in the policy folder\n  \
         b: no file is read from this place in the policy folder\n  \
         guardrails/all.cedar:2: attribute `grnat` in context not found\n  \
         guardrails/all.cedar:2: attribute `gnart` in context not found"
    );
    assert_eq!(several.problems().len(), 4);
    let related: Vec<String> = several.related().unwrap().map(ToString::to_string).collect();
    let problems: Vec<String> = several.problems().iter().map(ToString::to_string).collect();
    assert_eq!(related, problems);
}

#[test]
fn a_problem_of_a_test_file_is_on_its_line() {
    let text = "[[test]]\nname = \"n\"\n[[test]]\nname = \"m\"\nexpect = \"allow\"\n\
                given = { action = \"read\", resource = \"wiki/a\" }\n";
    let missing = Suite::parse("tests/a.toml", text).unwrap_err();
    assert_eq!((missing.path(), missing.line()), ("tests/a.toml", Some(1)));
    let text = text.replacen("[[test]]\nname = \"n\"\n", "\n\n", 1);
    let nobody = Suite::parse("tests/a.toml", &text).unwrap_err();
    assert_eq!((nobody.message(), nobody.line()), ("it must be clear who asks", Some(3)));
    assert_eq!(labels(&nobody, &text)[0].0, "in this test");
    assert_eq!(
        nobody.help().unwrap().to_string(),
        "give exactly one of person = {}, service = {} or anonymous = true"
    );
}
