//! The findings of the lint: for each code a policy that has it, and one that almost has it.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests stop at the first surprise")]

use countersign_names::Timestamp;
use countersign_policy::{Code, Finding, PolicySet, Severity, defaults, starter_permits};
use std::collections::BTreeMap;

const HEAD: &str = "@owner(\"o\") @reason(\"r\") @review(\"2027-01-01\")\n";

fn now() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

fn findings(files: &BTreeMap<String, String>) -> Vec<Finding> {
    PolicySet::parse(files).unwrap_or_else(|rejected| panic!("{rejected}")).lint(now())
}

/// Creates one-line policies by id. Guardrails begin with `forbid`; the rest are permits of the wiki.
fn set(policies: &[(&str, &str)]) -> BTreeMap<String, String> {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    for (id, text) in policies {
        let path = if text.contains("forbid (") { "guardrails/all.cedar" } else { "applications/wiki.cedar" };
        let text = if text.starts_with('@') {
            format!("@id(\"{id}\") {text}\n")
        } else {
            format!("@id(\"{id}\") {HEAD}{text}\n")
        };
        files.entry(path.to_owned()).or_default().push_str(&text);
    }
    files
}

/// Checks that the findings of this code concern exactly these policies.
#[track_caller]
fn check(code: Code, policies: &[(&str, &str)], about: &[&str]) {
    let all = findings(&set(policies));
    let found: Vec<_> =
        all.iter().filter(|found| found.code == code).map(|found| found.policy.as_str()).collect();
    assert_eq!(found, about, "{code} in {policies:#?}: {all:#?}");
    for finding in &all {
        assert!(!finding.message.is_empty() && !finding.remedy.is_empty() && finding.line > 0, "{finding:?}");
    }
}

const WIKI: &str = "resource in Countersign::Application::\"wiki\"";

fn permit(rest: &str) -> String {
    format!(
        "permit (principal is Countersign::Person, action == Countersign::Action::\"read\", {WIKI}) {rest};"
    )
}

fn forbid(rest: &str) -> String {
    format!("forbid (principal, action, resource) {rest};")
}

#[test]
fn what_ships_has_no_finding() {
    let mut files = defaults();
    for application in ["wiki", "countersign"] {
        let text = starter_permits(&application.parse().unwrap(), Some(&"staff".parse().unwrap()));
        files.insert(format!("applications/{application}.cedar"), text);
    }
    assert_eq!(findings(&files), []);
    // The starter permits for everybody, too.
    files.insert("applications/open.cedar".to_owned(), starter_permits(&"open".parse().unwrap(), None));
    assert_eq!(findings(&files), []);
}

#[test]
fn reviews_that_are_late_or_far_away() {
    let with = |day: &str| format!("@owner(\"o\") @reason(\"r\") @review(\"{day}\")\n{}", permit(""));
    for (day, code) in [
        ("2026-11-21", Some(Code::ReviewOverdue)),
        ("2026-11-22", None),
        ("2027-11-22", None),
        ("2027-11-23", Some(Code::ReviewFar)),
    ] {
        let found: Vec<_> = findings(&set(&[("one", &with(day))])).iter().map(|found| found.code).collect();
        assert_eq!(found, code.into_iter().collect::<Vec<_>>(), "{day}");
    }
}

#[test]
fn policies_that_can_never_apply() {
    for never in [
        // Found by Cedar's validator.
        "when { false }",
        // Ranges of numbers, which the validator does not know.
        "when { resource.sensitivity >= 4 }",
        "when { resource.sensitivity >= 2 && resource.sensitivity <= 1 }",
        "when { 24 <= context.time.hour }",
        "unless { context.time.weekday <= 7 }",
        "when { principal has risk && principal.risk > 2 }",
        // Contradictions.
        "when { context.grant } unless { context.grant }",
        "when { context.operation == \"GET\" } unless { context.operation == \"GET\" || context.grant }",
    ] {
        check(Code::NeverApplies, &[("one", &forbid(never))], &["one"]);
    }
    for may in [
        "when { resource.sensitivity >= 3 }",
        "when { resource.sensitivity >= 1 && resource.sensitivity <= 1 }",
        "when { context.time.hour >= 23 }",
        "unless { context.time.weekday <= 6 }",
        "when { context.grant } unless { resource.labelled }",
        "when { context.operation == \"GET\" || context.grant } unless { context.operation == \"GET\" }",
    ] {
        check(Code::NeverApplies, &[("one", &forbid(may))], &[]);
    }
}

#[test]
fn policies_that_another_does_the_work_of() {
    let staff = |rest: &str| {
        format!(
            "permit (principal in Countersign::Group::\"staff\", action == Countersign::Action::\"read\", {WIKI}) {rest};"
        )
    };
    let page = "permit (principal in Countersign::Group::\"staff\", action in [Countersign::Action::\"read\"], \
                resource == Countersign::Resource::\"wiki/pages\");";
    let anybody = format!("permit (principal, action, {WIKI}) when {{ resource.sensitivity <= 1 }};");
    // A wider scope, and a narrower condition.
    check(Code::Shadowed, &[("all", &staff("")), ("page", page)], &["page"]);
    check(Code::Shadowed, &[("all", &staff("")), ("some", &staff("when { context.grant }"))], &["some"]);
    check(
        Code::Shadowed,
        &[("all", &anybody), ("some", &staff("when { resource.sensitivity == 0 }"))],
        &["some"],
    );
    // Of two equal policies, the later one.
    check(Code::Shadowed, &[("one", &staff("")), ("two", &staff(""))], &["two"]);
    // Forbids too: a bound of 3 or more implies a bound of 2 or more.
    let above =
        |n: i64| forbid(&format!("when {{ resource.sensitivity >= {n} }} unless {{ context.grant }}"));
    check(Code::Shadowed, &[("three", &above(3)), ("two", &above(2))], &["three"]);

    // Almost: another group, another action, one more condition, a wider bound, the shadow stage.
    let other = staff("").replace("\"staff\"", "\"guests\"");
    check(Code::Shadowed, &[("all", &staff("")), ("other", &other)], &[]);
    let write = staff("").replace("\"read\"", "\"write\"");
    check(Code::Shadowed, &[("all", &staff("")), ("write", &write)], &[]);
    check(
        Code::Shadowed,
        &[("all", &staff("when { context.grant }")), ("some", &staff("when { resource.labelled }"))],
        &[],
    );
    check(Code::Shadowed, &[("all", &anybody), ("some", &staff("when { resource.sensitivity <= 2 }"))], &[]);
    let trial = format!("@stage(\"shadow\") {HEAD}{}", staff(""));
    check(Code::Shadowed, &[("all", &trial), ("page", page)], &[]);
    check(Code::Shadowed, &[("one", &trial), ("two", &staff(""))], &["one"]);
}

#[test]
fn permits_that_a_guardrail_takes_back_whole() {
    let all = "forbid (principal, action, resource in Countersign::Application::\"wiki\");";
    let people =
        "forbid (principal is Countersign::Person, action == Countersign::Action::\"read\", resource);";
    check(Code::AlwaysForbidden, &[("stop", all), ("one", &permit(""))], &["one"]);
    check(Code::AlwaysForbidden, &[("stop", people), ("one", &permit("when { context.grant }"))], &["one"]);
    let high = "forbid (principal, action, resource) when { resource.sensitivity >= 2 };";
    check(
        Code::AlwaysForbidden,
        &[("stop", high), ("one", &permit("when { resource.sensitivity == 3 }"))],
        &["one"],
    );

    let services = people.replace("Person", "Service");
    check(Code::AlwaysForbidden, &[("stop", &services), ("one", &permit(""))], &[]);
    let write = people.replace("\"read\"", "\"write\"");
    check(Code::AlwaysForbidden, &[("stop", &write), ("one", &permit(""))], &[]);
    check(
        Code::AlwaysForbidden,
        &[("stop", high), ("one", &permit("when { resource.sensitivity >= 1 }"))],
        &[],
    );
    let excused = all.replace(';', " unless { context.grant };");
    check(Code::AlwaysForbidden, &[("stop", &excused), ("one", &permit(""))], &[]);
    let trial = format!("@stage(\"shadow\") {HEAD}{all}");
    check(Code::AlwaysForbidden, &[("stop", &trial), ("one", &permit(""))], &[]);
}

#[test]
fn guardrails_that_whoever_asks_can_lift() {
    for lifted in [
        "unless { context.operation == \"GET\" }",
        "unless { context.grant || context.item like \"/public/*\" }",
        "when { context.operation != \"GET\" }",
        "unless { context has content_type && context.content_type == \"text/html\" }",
        "unless { resource.hasTag(\"public\") && resource.getTag(\"public\") == \"yes\" }",
        "unless { context.operation == \"GET\" && context.item like \"/public/*\" }",
    ] {
        check(Code::SelfServed, &[("one", &forbid(lifted))], &["one"]);
    }
    for held in [
        // It forbids more for some, and permits nothing to anybody.
        "when { context.operation == \"DELETE\" }",
        // The exemption requires evidence too.
        "unless { context.operation == \"GET\" && context.grant }",
        "unless { context has device && context.device.managed }",
        "unless { resource.labelled }",
        "unless { context.time.hour >= 8 }",
    ] {
        check(Code::SelfServed, &[("one", &forbid(held))], &[]);
    }
}

#[test]
fn guardrails_that_a_place_lifts() {
    for lifted in [
        "unless { context has place && context.place.network == \"office\" }",
        "unless { context has place && context.place.address.isInRange(ip(\"10.0.0.0/8\")) }",
        "unless { context has place && context.place.network == \"office\" && context.operation == \"GET\" }",
    ] {
        check(Code::PlaceIsTrusted, &[("one", &forbid(lifted))], &["one"]);
    }
    for held in [
        "unless { context has place && context.place.network == \"office\" && context has authentication }",
        "when { context has place && context.place.network == \"elsewhere\" }",
    ] {
        check(Code::PlaceIsTrusted, &[("one", &forbid(held))], &[]);
    }
}

#[test]
fn exceptions_in_the_wrong_place() {
    let lifts = |id: &str| {
        forbid(&format!(
            "when {{ resource.sensitivity >= 2 }} unless {{ context.exceptions.contains(\"{id}\") }}"
        ))
    };
    check(Code::BorrowedException, &[("one", &lifts("two")), ("two", &lifts("two"))], &["one"]);
    check(Code::BorrowedException, &[("one", &lifts("three"))], &["one"]);
    check(Code::BorrowedException, &[("one", &lifts("one"))], &[]);
    let known = findings(&set(&[("one", &lifts("two")), ("two", &lifts("two"))]));
    let unknown = findings(&set(&[("one", &lifts("three"))]));
    let says = |found: &[Finding], text: &str| found.iter().any(|found| found.message.contains(text));
    assert!(says(&known, "an exception to two lifts"), "{known:#?}");
    assert!(says(&unknown, "no such policy"), "{unknown:#?}");

    let excused = permit("when { context.exceptions.contains(\"one\") }");
    check(Code::ExceptionPermits, &[("one", &excused)], &["one"]);
    let refused = permit("unless { context.exceptions.contains(\"one\") }");
    check(Code::ExceptionPermits, &[("one", &refused)], &[]);
}

#[test]
fn permits_to_administer_for_which_nothing_asks_for_a_grant() {
    let administer = |rest: &str| {
        format!(
            "permit (principal in Countersign::Group::\"administrators\", action == Countersign::Action::\"administer\", {WIKI}) {rest};"
        )
    };
    let guard = |scope: &str, rest: &str| {
        format!(
            "forbid ({scope}, action == Countersign::Action::\"administer\", resource) {rest} unless {{ context.grant }};"
        )
    };
    let code = Code::AdministerWithoutGrant;
    check(code, &[("one", &administer(""))], &["one"]);
    check(code, &[("one", &format!("permit (principal, action, {WIKI});"))], &["one"]);
    // A guardrail that covers only part of the permit is not enough: some could administer without a grant.
    check(
        code,
        &[("g", &guard("principal is Countersign::Service", "")), ("one", &administer(""))],
        &["one"],
    );
    check(
        code,
        &[("g", &guard("principal", "when { resource.sensitivity >= 2 }")), ("one", &administer(""))],
        &["one"],
    );
    check(
        code,
        &[
            ("g", &guard("principal", "unless { context.exceptions.contains(\"other\") }")),
            ("one", &administer("")),
        ],
        &["one"],
    );
    let trial = format!("@stage(\"shadow\") {HEAD}{}", guard("principal", ""));
    check(code, &[("g", &trial), ("one", &administer(""))], &["one"]);

    check(code, &[("one", &administer("when { context.grant }"))], &[]);
    check(code, &[("g", &guard("principal", "")), ("one", &administer(""))], &[]);
    check(
        code,
        &[
            ("g", &guard("principal", "unless { context.exceptions.contains(\"g\") }")),
            ("one", &administer("")),
        ],
        &[],
    );
    check(
        code,
        &[
            ("g", &guard("principal", "when { resource.sensitivity >= 2 }")),
            ("one", &administer("when { resource.sensitivity >= 2 }")),
        ],
        &[],
    );
    check(code, &[("one", &permit(""))], &[]);
}

#[test]
fn permits_that_let_nobody_in_particular_in() {
    let anybody =
        |rest: &str| format!("permit (principal, action == Countersign::Action::\"read\", {WIKI}) {rest};");
    let code = Code::AnonymousIfLabelled;
    check(code, &[("one", &anybody(""))], &["one"]);
    check(
        code,
        &[("one", &anybody("").replace("(principal,", "(principal is Countersign::Anonymous,"))],
        &["one"],
    );
    check(code, &[("one", &anybody("when { resource.sensitivity <= 2 }"))], &["one"]);

    check(code, &[("one", &anybody("when { resource.sensitivity <= 1 }"))], &[]);
    check(code, &[("one", &anybody("when { context has authentication }"))], &[]);
    check(code, &[("one", &permit(""))], &[]);
    let signed_in = forbid("when { resource.sensitivity >= 1 } unless { context has authentication }");
    check(code, &[("signed-in", &signed_in), ("one", &anybody(""))], &[]);
    let trial = format!("@stage(\"shadow\") {HEAD}{}", anybody(""));
    check(code, &[("one", &trial)], &[]);
}

#[test]
fn a_finding_says_where_and_how_much_it_matters() {
    let files = set(&[
        ("first", &forbid("when { context.grant }")),
        ("second", &forbid("unless { context.item == \"/\" }")),
    ]);
    let found = findings(&files);
    let [only] = found.as_slice() else { panic!("{found:#?}") };
    assert_eq!(
        (only.file.as_str(), only.line, only.severity()),
        ("guardrails/all.cedar", 3, Severity::Error)
    );
    assert!(only.message.contains("context.item"), "{only:?}");
    assert_eq!(
        (only.code.to_string().as_str(), Severity::Error.to_string().as_str()),
        ("self-served", "error")
    );
}

#[test]
fn the_guide_tells_of_every_code() {
    let guide = include_str!("../../../docs/policies.md");
    for code in Code::ALL {
        assert!(
            guide.contains(&format!("| `{code}` | {} |", code.severity())),
            "{code} is not in docs/policies.md"
        );
    }
}
