//! The diagnostics that the author of a policy file sees.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop at the first surprise")]

use countersign_policy::{DEEPEST, LONGEST_FILE, MOST_STEPS, PolicySet, Rejected, Suite};
use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme};
use std::collections::BTreeMap;

const HEAD: &str = "@id(\"one\") @owner(\"o\") @reason(\"r\") @review(\"2027-01-01\")\n";

fn parse(files: &[(&str, &str)]) -> Result<PolicySet, Rejected> {
    let files: BTreeMap<String, String> =
        files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    PolicySet::parse(&files)
}

fn render(problem: &dyn Diagnostic) -> String {
    let mut out = String::new();
    let handler = GraphicalReportHandler::new_themed(GraphicalTheme::none()).with_width(200);
    handler.render_report(&mut out, problem).unwrap();
    out
}

/// Checks that the file is refused for exactly one reason, that the report contains every text of `said`, and that it
/// underlines `underlined`.
#[track_caller]
fn check(path: &str, text: &str, underlined: &str, said: &[&str]) {
    let rejected = parse(&[(path, text)]).unwrap_err();
    assert_eq!(rejected.problems().len(), 1, "{rejected}");
    let problem = &rejected.problems()[0];
    assert_eq!(problem.path(), path);
    let report = render(problem);
    for part in said {
        assert!(report.contains(part), "{part:?} is not in:\n{report}");
    }
    let span = problem.spans().next();
    assert_eq!(span.map_or("", |span| &text[span]), underlined, "underlined in:\n{report}");
}

#[track_caller]
fn guardrail(text: &str, underlined: &str, said: &[&str]) {
    check("guardrails/all.cedar", &format!("{HEAD}{text}"), underlined, said);
}

#[test]
fn a_report_shows_the_file_the_line_and_the_remedy() {
    let text = format!("// first\n{HEAD}permit (principal, action, resource);\n");
    let rejected = parse(&[("guardrails/all.cedar", &text)]).unwrap_err();
    assert_eq!(
        render(&rejected.problems()[0]),
        "  x guardrails/all.cedar:2: a guardrail does not permit
   ,-[guardrails/all.cedar:2:1]
 1 |     // first
 2 | ,-> @id(\"one\") @owner(\"o\") @reason(\"r\") @review(\"2027-01-01\")
 3 | |-> permit (principal, action, resource);
   : `---- a permit among guardrails
   `----
  help: permits belong in applications/<application>.cedar; write forbid here
"
    );
}

#[test]
fn a_syntax_error_is_underlined() {
    guardrail(
        "forbid (principal, action, resource) when { context.grant = true };",
        "context.grant = true",
        &["'=' is not a valid operator", "try using '=='"],
    );
    guardrail("forbid (principal, action, resource)", "", &["unexpected end of input"]);
    guardrail("forbid (principal, action);", "", &["missing the `resource` variable"]);
}

#[test]
fn what_the_schema_does_not_know_is_underlined() {
    guardrail(
        "forbid (principal, action, resource) when { context.grnat };",
        "context.grnat",
        &["attribute `grnat`", "did you mean `grant`"],
    );
    guardrail(
        "forbid (principal, action, resource) when { context.device.managed };",
        "context.device.managed",
        &["optional attribute `device`", "context has device"],
    );
    guardrail(
        "forbid (principal, action, resource) when { resource.sensitivity > \"high\" };",
        "\"high\"",
        &["unexpected type", "Long"],
    );
    guardrail(
        "forbid (principal, action == Countersign::Action::\"raed\", resource);",
        "Countersign::Action::\"raed\"",
        &["unrecognized action", "read"],
    );
    guardrail(
        "forbid (principal is Countersign::Persona, action, resource);",
        "Countersign::Persona",
        &["unrecognized entity type", "Countersign::Person"],
    );
}

#[test]
fn a_policy_follows_references_no_further_than_the_question_carries() {
    guardrail(
        "forbid (principal, action, resource) when { Countersign::Application::\"wiki\".sensitivity > 1 };",
        "Countersign::Application::\"wiki\"",
        &["entity literal"],
    );
}

#[test]
fn every_annotation_is_asked_for_and_read() {
    let policy = "forbid (principal, action, resource);";
    let annotations = [
        ("@id(\"one\")", "the policy has no @id", "write @id(\"...\")"),
        ("@owner(\"o\")", "the policy has no @owner", "who answers for the policy"),
        ("@reason(\"r\")", "the policy has no @reason", "one sentence for the person"),
        ("@review(\"2027-01-01\")", "the policy has no @review", "the day by which"),
    ];
    for (annotation, message, help) in annotations {
        let text = format!("{}{policy}", HEAD.replace(annotation, ""));
        check("guardrails/all.cedar", &text, "forbid", &[message, help]);
    }
    let with = |from: &str, to: &str| format!("{}{policy}", HEAD.replace(from, to));
    check(
        "guardrails/a.cedar",
        &with("(\"one\")", "(\"One Two\")"),
        "@id(\"One Two\")",
        &["is not a policy id", "lower-case letters"],
    );
    check("guardrails/a.cedar", &with("(\"o\")", "(\" \")"), "@owner(\" \")", &["@owner is empty"]);
    check(
        "guardrails/a.cedar",
        &with("2027-01-01", "next year"),
        "@review(\"next year\")",
        &["\"next year\" is not a day", "year-month-day"],
    );
    check(
        "guardrails/a.cedar",
        &with("2027-01-01", "2027-02-30"),
        "@review(\"2027-02-30\")",
        &["is not a day"],
    );
    check(
        "guardrails/a.cedar",
        &with("@id", "@stage(\"shade\") @id"),
        "@stage(\"shade\")",
        &["\"shade\" is not a stage", "@stage(\"shadow\")"],
    );
    check(
        "guardrails/a.cedar",
        &with("@id", "@stgae(\"shadow\") @id"),
        "@stgae(\"shadow\")",
        &["there is no annotation @stgae"],
    );
}

#[test]
fn each_folder_says_what_its_owner_may_say() {
    let permit = |resource: &str| format!("{HEAD}permit (principal, action, {resource});");
    let wiki = "applications/wiki.cedar";
    let remedy = "write `resource in Countersign::Application::\"wiki\"` or `resource == Countersign::Resource::\"wiki/...\"`";
    check(wiki, &permit("resource"), permit("resource").as_str(), &["not for wiki alone", remedy]);
    check(
        wiki,
        &permit("resource is Countersign::Resource"),
        &permit("resource is Countersign::Resource"),
        &[remedy],
    );
    check(
        wiki,
        &permit("resource in Countersign::Application::\"pay\""),
        "Countersign::Application::\"pay\"",
        &[remedy, "outside of it"],
    );
    check(
        wiki,
        &permit("resource == Countersign::Resource::\"wikis/a\""),
        "Countersign::Resource::\"wikis/a\"",
        &[remedy],
    );
    check(
        wiki,
        &format!("{HEAD}forbid (principal, action, resource in Countersign::Application::\"wiki\");"),
        &format!("{HEAD}forbid (principal, action, resource in Countersign::Application::\"wiki\");"),
        &["an application's policies only permit"],
    );
    for good in [
        "resource in Countersign::Application::\"wiki\"",
        "resource == Countersign::Resource::\"wiki/a/b\"",
        "resource is Countersign::Resource in Countersign::Application::\"wiki\"",
    ] {
        assert!(parse(&[(wiki, &permit(good))]).is_ok(), "{good}");
    }
}

#[test]
fn a_file_in_the_wrong_place_is_refused_as_a_whole() {
    for path in [
        "all.cedar",
        "guardrail/all.cedar",
        "guardrails/deeper/all.cedar",
        "guardrails/all.txt",
        "guardrails/.cedar",
        "applications/Wi ki.cedar",
        "tests/all.cedar",
        "tests/a/b.toml",
        "",
        "/",
    ] {
        check(path, "", "", &["guardrails/<name>.cedar"]);
    }
    let set = parse(&[("tests/all.toml", "anything")]).unwrap();
    assert!(set.policies().is_empty() && set.files().len() == 1);
}

#[test]
fn an_id_is_taken_once_over_the_whole_set() {
    let text = format!("{HEAD}forbid (principal, action, resource);");
    let rejected = parse(&[("guardrails/a.cedar", &text), ("guardrails/b.cedar", &text)]).unwrap_err();
    let report = render(&rejected.problems()[0]);
    assert!(report.contains("guardrails/b.cedar:1: there are two policies one"), "{report}");
    assert!(report.contains("the first is at guardrails/a.cedar:1"), "{report}");
}

#[test]
fn a_template_is_not_a_policy() {
    guardrail(
        "forbid (principal == ?principal, action, resource);",
        &format!("{HEAD}forbid (principal == ?principal, action, resource);"),
        &["a policy template is not a policy", "instead of ?principal"],
    );
}

#[test]
fn a_name_that_nothing_can_have_is_refused() {
    guardrail(
        "forbid (principal == Countersign::Person::\"alice\", action, resource);",
        "Countersign::Person::\"alice\"",
        &["never matches", "is not a person id"],
    );
    guardrail(
        "forbid (principal, action, resource) when { principal in Countersign::Group::\"Staff\" };",
        "Countersign::Group::\"Staff\"",
        &["is not a group name"],
    );
    guardrail(
        "forbid (principal == Countersign::Anonymous::\"me\", action, resource);",
        "Countersign::Anonymous::\"me\"",
        &["is not anonymous"],
    );
}

#[test]
fn everything_that_is_wrong_is_said_at_once() {
    let text = "forbid (principal, action, resource) when { context.grnat };\n@id(\"two\") permit (principal, action, resource);";
    let rejected = parse(&[("guardrails/all.cedar", text), ("guardrails/none", "")]).unwrap_err();
    assert_eq!(rejected.problems().len(), 1 + 4 + 3 + 1 + 1, "{rejected}");
    assert!(
        rejected
            .to_string()
            .starts_with("the policy set is refused, for 10 reasons\n  guardrails/all.cedar:1: ")
    );
}

#[test]
fn a_policy_that_can_never_match_is_a_warning() {
    let set = parse(&[(
        "guardrails/all.cedar",
        &format!("{HEAD}forbid (principal, action, resource) when {{ false }};"),
    )])
    .unwrap();
    assert_eq!(set.warnings().len(), 1);
    assert!(set.warnings()[0].to_string().contains("policy is impossible"), "{}", set.warnings()[0]);
}

#[test]
fn hostile_texts_are_refused_and_exhaust_nothing() {
    let policy =
        |condition: &str| format!("{HEAD}forbid (principal, action, resource) when {{ {condition} }};");
    let at_most = |unit: &str, limit: usize| unit.repeat(limit / unit.len());
    for text in [
        "(".repeat(100_000),
        "x".repeat(LONGEST_FILE + 1),
        policy(&"(".repeat(DEEPEST + 1)),
        policy(&format!("{}true", at_most("true && ", LONGEST_FILE - 500))),
        policy(&format!("{}true", at_most("true || ", LONGEST_FILE - 500))),
        policy(&format!("context{}", at_most(".a", LONGEST_FILE - 500))),
        policy(&format!("1{} > 0", at_most("+1", LONGEST_FILE - 500))),
        policy(&format!("{}true", at_most("!", LONGEST_FILE - 500))),
        policy(&format!("{}1 > 0", at_most("-", LONGEST_FILE - 500))),
        policy(&format!("{}true", at_most("if true then true else ", LONGEST_FILE - 500))),
        policy(&format!("context has a{}", at_most(".a", LONGEST_FILE - 500))),
        at_most("@a(\"b\")", LONGEST_FILE),
        at_most("\0", LONGEST_FILE),
        at_most("forbid(principal,action,resource);", LONGEST_FILE / 8),
    ] {
        let refused = parse(&[("guardrails/all.cedar", &text)]);
        assert!(refused.is_err(), "{:.80}", text);
    }
    // Within the limits, the reader has enough stack to refuse the file.
    for unit in [
        "true && ",
        "true || ",
        "1 + ",
        "-",
        "!",
        "if true then true else ",
        "context.grant.",
        "1 * ",
        "[1].contains(",
    ] {
        for steps in [1, 2, 3] {
            let _ = parse(&[("guardrails/all.cedar", &policy(&unit.repeat((MOST_STEPS - 3) / steps)))]);
            let _ = parse(&[(
                "guardrails/all.cedar",
                &policy(&format!("{}true", unit.repeat((MOST_STEPS - 3) / steps))),
            )]);
        }
    }
    // Just within the limits, a policy is accepted. Comments and strings do not count.
    for text in [
        policy(&format!("{}context.grant", "context.grant && ".repeat(MOST_STEPS / 3 - 3))),
        policy(&format!("{}context.grant{}", "(".repeat(DEEPEST - 1), ")".repeat(DEEPEST - 1))),
        policy(&format!("context.item == \"{}\\\"\" // {}\n", "(".repeat(500), "(".repeat(500))),
    ] {
        parse(&[("guardrails/all.cedar", &text)]).unwrap();
    }
}

#[test]
fn a_test_file_is_refused_with_the_words_underlined() {
    #[track_caller]
    fn check(text: &str, underlined: &str, said: &str) {
        let problem = Suite::parse("tests/a.toml", text).unwrap_err();
        let report = render(&problem);
        assert!(report.contains(said), "{said:?} is not in:\n{report}");
        let span = problem.spans().next().unwrap();
        assert!(text[span].starts_with(underlined), "{report}");
    }
    let given = |given: &str| format!("[[test]]\nname = \"n\"\nexpect = \"allow\"\ngiven = {{ {given} }}\n");
    check(
        &given("person = {}, action = \"read\", resource = \"wiki/a\", colour = 1"),
        "colour",
        "unknown field `colour`",
    );
    check(
        &given("person = {}, action = \"reed\", resource = \"wiki/a\""),
        "\"reed\"",
        "unknown variant `reed`",
    );
    check(
        &given("person = {}, action = \"read\", resource = \"wiki\""),
        "\"wiki\"",
        "is not a resource name",
    );
    check(
        &given("person = {}, action = \"read\", resource = \"wiki/a\", session = { age = \"5\" }"),
        "\"5\"",
        "is not a length of time",
    );
    check(&given("action = \"read\", resource = \"wiki/a\""), "", "it must be clear who asks");
    check(
        &given("person = {}, anonymous = true, action = \"read\", resource = \"wiki/a\""),
        "",
        "exactly one of",
    );
    check(
        &given("person = {}, action = \"read\", resource = \"wiki/a\", time = { hour = 24, weekday = 1 }"),
        "",
        "there is no such time",
    );
    check(
        "[[test]]\nname = \"n\"\nexpect = \"perhaps\"\ngiven = 1\n",
        "\"perhaps\"",
        "unknown variant `perhaps`",
    );
}

/// A text that identifies a set, or all its problems.
fn told(set: Result<PolicySet, Rejected>) -> String {
    match set {
        Ok(set) => format!("{:?} {:?} {:?}", set.version(), set.policies(), set.warnings()),
        Err(rejected) => rejected.to_string(),
    }
}

#[test]
fn an_edited_set_is_the_set_of_the_files_that_were_edited() {
    let forbid = |id: &str| HEAD.replace("one", id) + "forbid (principal, action, resource);";
    let never = HEAD.to_owned() + "forbid (principal, action, resource) when { false };";
    let before: BTreeMap<String, String> = [
        ("guardrails/a.cedar", forbid("a")),
        ("guardrails/b.cedar", forbid("b")),
        ("guardrails/never.cedar", never),
        ("tests/all.toml", "anything".to_owned()),
    ]
    .map(|(path, text)| (path.to_owned(), text))
    .into();
    let set = PolicySet::parse(&before).unwrap();
    for (what, path, text) in [
        ("nothing changes", "guardrails/a.cedar", Some(forbid("a"))),
        ("a file changes", "guardrails/a.cedar", Some(forbid("c"))),
        ("a file goes", "guardrails/a.cedar", None),
        ("a file comes", "guardrails/c.cedar", Some(forbid("c"))),
        ("a test changes", "tests/all.toml", Some("another".to_owned())),
        ("a file is broken", "guardrails/b.cedar", Some("forbid".to_owned())),
        ("an id is taken by a file that stays", "guardrails/c.cedar", Some(forbid("b"))),
        ("an id is taken by a file that changes", "guardrails/a.cedar", Some(forbid("b"))),
        ("a text moves to a place where it may not be", "applications/wiki.cedar", Some(forbid("d"))),
    ] {
        let mut after = before.clone();
        after.remove(path);
        after.extend(text.map(|text| (path.to_owned(), text)));
        assert_eq!(told(set.edited(&after)), told(PolicySet::parse(&after)), "{what}");
    }
}
