//! Files of tests: what a test may give, what it means if it does not, and how a test is judged.

use crate::{GUARDRAILS, HEAD, WIKI, files, forbid, permit, question, set};
use countersign_names::{
    Action, Assurance, CheckResult, PersonId, PolicyId, PostureCheck, Principal, RiskLevel, Sensitivity,
    ServiceId,
};
use countersign_policy::{
    Authentication, DeviceEvidence, Expected, Outcome, Place, PolicySet, Question, SessionAge, Subject,
    Suite, TimeOfWeek,
};
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;

/// What a test means that gives no more than it must.
fn least() -> Question {
    Question {
        principal: Principal::Person(PersonId::new(Uuid::nil())),
        subject: Arc::new(Subject {
            email: String::new(),
            kind: "employee".to_owned(),
            risk: RiskLevel::Low,
            groups: Vec::new(),
        }),
        action: Action::Read,
        resource: "wiki/pages".parse().unwrap(),
        sensitivity: Sensitivity::Restricted,
        labelled: false,
        application_sensitivity: Sensitivity::Restricted,
        tags: BTreeMap::new(),
        operation: String::new(),
        item: String::new(),
        content_type: None,
        authentication: None,
        session: None,
        device: None,
        place: None,
        time: TimeOfWeek { hour: 12, weekday: 3 },
        grant: false,
        exceptions: [].into(),
        enrolled: [].into(),
    }
}

const LEAST: &str = "person = {}, action = \"read\", resource = \"wiki/pages\"";

fn passed_but_for(failing: &[PostureCheck]) -> Arc<BTreeMap<PostureCheck, CheckResult>> {
    let result =
        |check: &PostureCheck| if failing.contains(check) { CheckResult::Fail } else { CheckResult::Pass };
    Arc::new(PostureCheck::ALL.iter().map(|check| (*check, result(check))).collect())
}

#[test]
fn what_a_test_does_not_give_has_a_default() {
    assert_eq!(question(LEAST), least());
    let given = |more: &str| question(&format!("{LEAST}, {more}"));
    let authentication = |age: i64| Authentication {
        assurance: Assurance::Aal2,
        method: "passkey".to_owned(),
        phishing_resistant: true,
        age,
    };
    let unreported =
        DeviceEvidence { managed: false, proved: false, checks: Arc::default(), posture_age: None };
    for (more, expected) in [
        (
            "authentication = { age = \"1s\" }",
            Question { authentication: Some(authentication(1)), ..least() },
        ),
        (
            "session = { age = \"2m\" }",
            Question { session: Some(SessionAge { age: 120, idle: 0 }), ..least() },
        ),
        ("device = {}", Question { device: Some(unreported.clone()), ..least() }),
        // A device that never reported passed no check, whatever else is given.
        ("device = { failing = [] }", Question { device: Some(unreported), ..least() }),
        (
            "place = { address = \"192.0.2.7\" }",
            Question {
                place: Some(Place { address: "192.0.2.7".parse().unwrap(), network: "elsewhere".to_owned() }),
                ..least()
            },
        ),
    ] {
        assert_eq!(given(more), expected, "{more}");
    }
}

#[test]
fn everything_that_a_test_gives_is_in_its_question() {
    let id = PersonId::new(Uuid::from_u128(7));
    let check = PostureCheck::ALL[0];
    let text = format!(
        "person = {{ id = \"{id}\", email = \"ann@example.com\", kind = \"vendor\", groups = [\"staff\"] }}, \
         risk = \"medium\", action = \"write\", resource = \"pay/runs\", sensitivity = \"internal\", \
         tags = {{ a = \"b\" }}, operation = \"PUT\", item = \"/a\", content_type = \"text/html\", \
         authentication = {{ assurance = \"aal3\", method = \"token\", phishing_resistant = false, age = \"3h\" }}, \
         session = {{ age = \"2d\", idle = \"5s\" }}, \
         device = {{ managed = true, proved = true, failing = [\"{check}\"], posture_age = \"9s\" }}, \
         place = {{ address = \"10.0.0.1\", network = \"office\" }}, time = {{ hour = 23, weekday = 7 }}, \
         grant = true, exceptions = [\"x\"]"
    );
    let expected = Question {
        principal: Principal::Person(id),
        subject: Arc::new(Subject {
            email: "ann@example.com".to_owned(),
            kind: "vendor".to_owned(),
            risk: RiskLevel::Medium,
            groups: vec!["staff".parse().unwrap()],
        }),
        action: Action::Write,
        resource: "pay/runs".parse().unwrap(),
        sensitivity: Sensitivity::Internal,
        labelled: true,
        application_sensitivity: Sensitivity::Internal,
        tags: [("a".to_owned(), "b".to_owned())].into(),
        operation: "PUT".to_owned(),
        item: "/a".to_owned(),
        content_type: Some("text/html".to_owned()),
        authentication: Some(Authentication {
            assurance: Assurance::Aal3,
            method: "token".to_owned(),
            phishing_resistant: false,
            age: 10_800,
        }),
        session: Some(SessionAge { age: 172_800, idle: 5 }),
        device: Some(DeviceEvidence {
            managed: true,
            proved: true,
            checks: passed_but_for(&[check]),
            posture_age: Some(9),
        }),
        place: Some(Place { address: "10.0.0.1".parse().unwrap(), network: "office".to_owned() }),
        time: TimeOfWeek { hour: 23, weekday: 7 },
        grant: true,
        exceptions: ["x".parse().unwrap()].into(),
        enrolled: [].into(),
    };
    assert_eq!(question(&text), expected);
}

#[test]
fn a_test_is_of_a_person_a_service_account_or_nobody() {
    let asked = |who: &str| question(&format!("{who}, action = \"read\", resource = \"wiki/pages\""));
    let id = ServiceId::new(Uuid::from_u128(7));
    let subject = |kind: &str, risk: RiskLevel, groups: &[&str]| Subject {
        email: String::new(),
        kind: kind.to_owned(),
        risk,
        groups: groups.iter().map(|group| group.parse().unwrap()).collect(),
    };
    for (who, principal, subject) in [
        (
            "service = {}".to_owned(),
            Principal::Service(ServiceId::new(Uuid::nil())),
            subject("", RiskLevel::Low, &[]),
        ),
        (
            format!("service = {{ id = \"{id}\", name = \"robot\", groups = [\"bots\"] }}, risk = \"high\""),
            Principal::Service(id),
            subject("robot", RiskLevel::High, &["bots"]),
        ),
        ("anonymous = true".to_owned(), Principal::Anonymous, subject("", RiskLevel::Low, &[])),
    ] {
        let found = asked(&who);
        assert_eq!((found.principal, &*found.subject), (principal, &subject), "{who}");
    }
    let refused = |who: &str| {
        let given = format!("{who}action = \"read\", resource = \"wiki/pages\"");
        let text = format!("[[test]]\nname = \"n\"\nexpect = \"deny\"\ngiven = {{ {given} }}");
        Suite::parse("tests/a.toml", &text).unwrap_err().message().to_owned()
    };
    for who in [
        "",
        "anonymous = false, ",
        "person = {}, anonymous = true, ",
        "service = {}, anonymous = true, ",
        "person = {}, service = {}, ",
        "person = {}, service = {}, anonymous = true, ",
    ] {
        assert_eq!(refused(who), "it must be clear who asks", "{who}");
    }
}

/// The question of this evidence, or the message of the refusal.
fn read(more: &str) -> Result<Question, String> {
    let text = format!("[[test]]\nname = \"n\"\nexpect = \"deny\"\ngiven = {{ {LEAST}, {more} }}");
    let suite = Suite::parse("tests/a.toml", &text).map_err(|problem| problem.message().to_owned())?;
    Ok(suite.questions().next().unwrap().1.clone())
}

#[test]
fn an_hour_and_a_weekday_are_of_the_clock() {
    let read = |hour: u8, weekday: u8| read(&format!("time = {{ hour = {hour}, weekday = {weekday} }}"));
    for (hour, weekday) in [(0, 1), (23, 7), (0, 7), (23, 1)] {
        assert_eq!(read(hour, weekday).unwrap().time, TimeOfWeek { hour, weekday });
    }
    for (hour, weekday) in [(24, 1), (255, 1), (0, 0), (0, 8), (24, 8)] {
        assert_eq!(read(hour, weekday).unwrap_err(), "there is no such time", "{hour} {weekday}");
    }
}

#[test]
fn a_length_of_time_has_a_number_and_a_unit() {
    let read = |age: &str| read(&format!("session = {{ age = \"{age}\" }}"));
    for (age, seconds) in [
        ("0s", 0),
        ("90s", 90),
        ("15m", 900),
        ("12h", 43_200),
        ("2d", 172_800),
        ("9223372036854775807s", i64::MAX),
        ("007s", 7),
    ] {
        assert_eq!(read(age).unwrap().session.unwrap().age, seconds, "{age}");
    }
    for age in [
        "",
        "s",
        "5",
        "5w",
        "5S",
        "+5s",
        "-5s",
        "5 s",
        " 5s",
        "5.5s",
        "5é",
        "é",
        "9223372036854775808s",
        "9223372036854775807m",
    ] {
        assert_eq!(
            read(age).unwrap_err(),
            format!("{age:?} is not a length of time: write 90s, 15m, 12h or 2d"),
            "{age}"
        );
    }
}

#[test]
fn a_file_of_tests_that_says_something_unknown_is_refused() {
    for (text, message) in [
        ("tests = 1", "unknown field `tests`, expected `with` or `test`"),
        ("[[test]]\nname = \"n\"\n", "missing field `given`"),
        ("[[test]]\nname = \"n\"\nexpect = \"deny\"\ngiven = {}", "missing field `action`"),
        ("[[test", "unclosed array table, expected `]]`"),
    ] {
        let problem = Suite::parse("tests/a.toml", text).unwrap_err();
        assert_eq!(problem.message(), message, "{text}");
        assert!(problem.line().is_some(), "{text}");
    }
    for unknown in [
        "authentication = { age = \"1s\", x = 1 }",
        "session = { age = \"1s\", x = 1 }",
        "device = { x = 1 }",
        "place = { address = \"::1\", x = 1 }",
        "time = { hour = 1, weekday = 1, x = 1 }",
        "x = 1",
    ] {
        let message = read(unknown).unwrap_err();
        assert!(message.starts_with("unknown field `x`"), "{unknown}: {message}");
    }
}

/// Runs a file of tests against a guardrail `guard` for everybody without a grant, and a permit `permit`.
fn run(text: &str) -> Vec<Outcome> {
    let set = PolicySet::parse(&files(&[
        (GUARDRAILS, &forbid("guard", "unless { context.grant }")),
        (WIKI, &permit("permit", "")),
    ]))
    .unwrap();
    Suite::parse("tests/a.toml", text).unwrap().run(&set).unwrap()
}

fn test(expect: &str, more: &str, given: &str) -> String {
    format!(
        "[[test]]\nname = '{expect} {given}'\nexpect = \"{expect}\"\n{more}\ngiven = {{ {LEAST}, {given} }}\n"
    )
}

#[test]
fn a_test_passes_if_the_answer_and_its_causes_are_as_expected() {
    let check = |expect: &str, because: &str, grant: bool, reasons: &[&str]| {
        let [outcome] = &run(&test(expect, because, &format!("grant = {grant}")))[..] else {
            unreachable!("one test")
        };
        assert_eq!(outcome.reasons, reasons, "{expect} {because} {grant}");
        assert_eq!(outcome.passed, reasons.is_empty(), "{expect} {because} {grant}");
        assert_eq!(outcome.got, if grant { Expected::Allow } else { Expected::Deny });
        let determining: PolicyId = if grant { "permit" } else { "guard" }.parse().unwrap();
        assert_eq!(outcome.determining, [determining]);
    };
    check("allow", "", true, &[]);
    check("deny", "", false, &[]);
    check("allow", "", false, &["expected allow, and the answer is deny"]);
    check("deny", "", true, &["expected deny, and the answer is allow"]);
    check("allow", "because = [\"permit\"]", true, &[]);
    check("deny", "because = [\"guard\"]", false, &[]);
    check(
        "deny",
        "because = [\"guard\", \"permit\"]",
        false,
        &["expected because of permit, which did not determine it"],
    );
    check("deny", "because = [\"other\", \"guard\"]", false, &["there is no policy other"]);
    check("deny", "because = []", false, &["expected that no policy determines it"]);
    check(
        "allow",
        "because = [\"permit\"]",
        false,
        &["expected allow, and the answer is deny", "expected because of permit, which did not determine it"],
    );
}

#[test]
fn a_test_may_expect_that_no_policy_determines_the_answer() {
    let denied = |because: &str| {
        let text = test("deny", because, "grant = true").replace("wiki/pages", "pay/runs");
        run(&text).remove(0)
    };
    assert!(denied("because = []").passed && denied("").passed);
    assert_eq!(denied("because = []").determining, []);
    assert!(!denied("because = [\"guard\"]").passed);
}

#[test]
fn a_policy_that_could_not_be_evaluated_fails_a_test() {
    let overflow = "when { context has session && context.session.age * 9223372036854775807 > 0 }";
    let set = set(GUARDRAILS, &forbid("guard", overflow));
    let text = test("deny", "", "session = { age = \"2s\" }");
    let outcome = Suite::parse("tests/a.toml", &text).unwrap().run(&set).unwrap().remove(0);
    assert_eq!((outcome.passed, outcome.reasons), (false, vec!["guard could not be evaluated".to_owned()]));
}

#[test]
fn an_outcome_says_which_test_it_is_of() {
    let text = format!("# first\n{}{}", test("allow", "", "grant = true"), test("deny", "", "grant = true"));
    let outcomes = run(&text);
    let told: Vec<_> = outcomes
        .iter()
        .map(|outcome| {
            (outcome.name.as_str(), outcome.file.as_str(), outcome.line, outcome.passed, outcome.expected)
        })
        .collect();
    assert_eq!(
        told,
        [
            ("allow grant = true", "tests/a.toml", 2, true, Expected::Allow),
            ("deny grant = true", "tests/a.toml", 7, false, Expected::Deny),
        ]
    );
    assert_eq!([Expected::Allow, Expected::Deny].map(|expected| expected.to_string()), ["allow", "deny"]);
    let suite = Suite::parse("tests/a.toml", &text).unwrap();
    let names: Vec<&str> = suite.questions().map(|(name, _)| name).collect();
    assert_eq!(names, ["allow grant = true", "deny grant = true"]);
    assert!(suite.questions().all(|(_, question)| question.grant));
    assert_eq!(Suite::parse("tests/a.toml", "").unwrap().questions().count(), 0);
}

#[test]
fn a_file_of_tests_may_have_policies_of_its_own() {
    let own = |path: &str, text: &str| format!("[with]\n\"{path}\" = '''\n{text}'''\n");
    let closed = forbid("closed", "");
    let text =
        own("guardrails/closed.cedar", &closed) + &test("deny", "because = [\"closed\"]", "grant = true");
    assert!(run(&text)[0].passed, "{:?}", run(&text));
    // It takes the place of the file of the same path.
    let text = own(GUARDRAILS, &closed) + &test("deny", "because = [\"closed\", \"guard\"]", "grant = false");
    assert_eq!(run(&text)[0].reasons, ["there is no policy guard"]);
    // Without any, the set is asked as it is.
    assert!(run(&test("allow", "because = [\"permit\"]", "grant = true"))[0].passed);
    let broken = own(GUARDRAILS, &format!("{HEAD}permit (principal, action, resource);"));
    let suite = Suite::parse("tests/a.toml", &broken).unwrap();
    assert_eq!(suite.run(&PolicySet::default()).unwrap_err().problems().len(), 1);
}
