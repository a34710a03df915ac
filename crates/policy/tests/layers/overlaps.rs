//! Policies that have no effect beside another, by their scopes, and what the lint says of each.

use crate::{HEAD, WIKI, findings, found, set};
use countersign_names::PersonId;
use countersign_policy::{Code, Finding, Severity};
use uuid::Uuid;

/// Which of two guardrails with these scopes the other does the work of.
fn shadowed(wide: &str, narrow: &str) -> Vec<String> {
    let text = |scope: &str| format!("forbid ({scope});");
    found(Code::Shadowed, &[("wide", &text(wide)), ("narrow", &text(narrow))])
}

#[test]
fn a_scope_covers_another() {
    let person =
        |number: u128| format!("Countersign::Person::\"{}\"", PersonId::new(Uuid::from_u128(number)));
    let (seven, eight) = (person(7), person(8));
    let any = "principal".to_owned();
    let is = |kind: &str| format!("principal is Countersign::{kind}");
    let within = |group: &str| format!("principal in Countersign::Group::\"{group}\"");
    let is_within = |kind: &str, group: &str| format!("{} in Countersign::Group::\"{group}\"", is(kind));
    let equal = |uid: &str| format!("principal == {uid}");
    for (wide, narrow, covers) in [
        (any.clone(), any.clone(), true),
        (any.clone(), is("Person"), true),
        (any.clone(), within("staff"), true),
        (any.clone(), is_within("Person", "staff"), true),
        (any.clone(), equal(&seven), true),
        (is("Person"), is("Person"), true),
        (is("Person"), is_within("Person", "staff"), true),
        (is("Person"), equal(&seven), true),
        (is("Person"), is("Service"), false),
        (is("Service"), is_within("Person", "staff"), false),
        (is("Service"), equal(&seven), false),
        (is("Person"), within("staff"), false),
        (equal(&seven), equal(&seven), true),
        (equal(&seven), equal(&eight), false),
        (equal(&seven), within("staff"), false),
        (within("staff"), within("staff"), true),
        (within("staff"), is_within("Person", "staff"), true),
        (within("staff"), within("finance"), false),
        (within("staff"), is_within("Person", "finance"), false),
        (within("staff"), equal(&seven), false),
        (format!("principal in {seven}"), equal(&seven), true),
        (format!("principal in {seven}"), equal(&eight), false),
        (is_within("Person", "staff"), is_within("Person", "staff"), true),
        (is_within("Person", "staff"), is_within("Service", "staff"), false),
        (is_within("Person", "staff"), is_within("Person", "finance"), false),
        (is_within("Person", "staff"), equal(&seven), false),
    ] {
        let scope = |principal: &str| format!("{principal}, action, resource");
        let expected: &[&str] = if covers { &["narrow"] } else { &[] };
        assert_eq!(shadowed(&scope(&wide), &scope(&narrow)), expected, "{wide} / {narrow}");
    }
    // The other way round, it is the first that has no effect of its own.
    assert_eq!(
        shadowed("principal is Countersign::Person, action, resource", "principal, action, resource"),
        ["wide"]
    );
}

#[test]
fn a_scope_covers_the_resources_and_actions_of_another() {
    let wiki = "in Countersign::Application::\"wiki\"";
    let page = |name: &str| format!("== Countersign::Resource::\"{name}\"");
    for (wide, narrow, covers) in [
        (String::new(), String::new(), true),
        (String::new(), wiki.to_owned(), true),
        (String::new(), page("wiki/a"), true),
        // There is one type of resources.
        ("is Countersign::Resource".to_owned(), String::new(), true),
        (format!("is Countersign::Resource {wiki}"), wiki.to_owned(), true),
        (wiki.to_owned(), format!("is Countersign::Resource {wiki}"), true),
        (wiki.to_owned(), page("wiki/a"), true),
        (wiki.to_owned(), page("pay/a"), false),
        (wiki.to_owned(), page("wikis/a"), false),
        (wiki.to_owned(), "in Countersign::Application::\"pay\"".to_owned(), false),
        (page("wiki/a"), page("wiki/a"), true),
        (page("wiki/a"), page("wiki/b"), false),
    ] {
        let scope = |resource: &str| format!("principal, action, resource {resource}");
        let expected: &[&str] = if covers { &["narrow"] } else { &[] };
        assert_eq!(shadowed(&scope(&wide), &scope(&narrow)), expected, "{wide} / {narrow}");
    }
    let some = |names: &[&str]| {
        let names: Vec<String> =
            names.iter().map(|name| format!("Countersign::Action::\"{name}\"")).collect();
        format!("principal, action in [{}], resource", names.join(", "))
    };
    let one = |name: &str| format!("principal, action == Countersign::Action::\"{name}\", resource");
    for (wide, narrow, covers) in [
        ("principal, action, resource".to_owned(), one("administer"), true),
        (
            some(&["read", "write", "download", "connect", "administer"]),
            "principal, action, resource".to_owned(),
            true,
        ),
        (some(&["read", "write"]), some(&["write", "read"]), true),
        (some(&["read", "write"]), one("write"), true),
        (one("write"), some(&["write"]), true),
        (some(&["read", "write"]), some(&["read", "administer"]), false),
        (one("read"), one("write"), false),
    ] {
        let expected: &[&str] = if covers { &["narrow"] } else { &[] };
        assert_eq!(shadowed(&wide, &narrow), expected, "{wide} / {narrow}");
    }
    // All three must be covered.
    for narrow in
        ["principal, action, resource in Countersign::Application::\"pay\"", "principal, action, resource"]
    {
        let wide = "principal is Countersign::Person, action, resource in Countersign::Application::\"wiki\"";
        let expected: &[&str] = if narrow.ends_with("resource") { &["wide"] } else { &[] };
        assert_eq!(shadowed(wide, narrow), expected, "{narrow}");
    }
}

const PERMIT: &str = "permit (principal is Countersign::Person, action == Countersign::Action::\"read\", \
                      resource in Countersign::Application::\"wiki\")";
const FORBID: &str =
    "forbid (principal is Countersign::Person, action == Countersign::Action::\"read\", resource)";

#[test]
fn only_what_is_enforced_does_the_work_of_another() {
    let (permit, tried) = (format!("{PERMIT};"), format!("{PERMIT};// tried"));
    let shadowed = |one: &str, two: &str| found(Code::Shadowed, &[("one", one), ("two", two)]);
    assert_eq!(shadowed(&permit, &permit), ["two"]);
    assert_eq!(shadowed(&tried, &permit), ["one"]);
    assert_eq!(shadowed(&permit, &tried), ["two"]);
    assert_eq!(shadowed(&tried, &tried), [""; 0]);
    // Of three equal ones, the first does the work.
    assert_eq!(found(Code::Shadowed, &[("a", &permit), ("b", &permit), ("c", &permit)]), ["b", "c"]);
}

#[test]
fn a_permit_and_a_guardrail_do_not_do_the_same_work() {
    // A permit that covers a guardrail leaves it its effect.
    let (permit, forbid) = (
        "permit (principal, action, resource in Countersign::Application::\"wiki\");",
        "forbid (principal, action, resource == Countersign::Resource::\"wiki/a\");",
    );
    let of_overlaps = |policies: &[(&str, &str)]| -> Vec<(Code, String)> {
        let overlaps = [Code::Shadowed, Code::AlwaysForbidden];
        let findings = findings(policies).into_iter().filter(|found| overlaps.contains(&found.code));
        findings.map(|found| (found.code, found.policy.to_string())).collect()
    };
    assert_eq!(of_overlaps(&[("permit", permit), ("forbid", forbid)]), []);
    // A permit of which nothing is left is said to be forbidden, and no more.
    let (permit, forbid, tried) = (format!("{PERMIT};"), format!("{FORBID};"), format!("{FORBID};// tried"));
    assert_eq!(
        of_overlaps(&[("one", &permit), ("two", &permit), ("stop", &forbid)]),
        [(Code::AlwaysForbidden, "one".to_owned()), (Code::AlwaysForbidden, "two".to_owned())]
    );
    assert_eq!(of_overlaps(&[("one", &permit), ("stop", &tried)]), []);
    // A guardrail that can never apply takes nothing back, and one that another covers is still one.
    let never = format!("{FORBID} when {{ resource.sensitivity > 3 }};");
    assert_eq!(of_overlaps(&[("one", &permit), ("stop", &never)]), []);
    assert_eq!(of_overlaps(&[("one", &forbid), ("two", &never)]), []);
    let of_no_resource = "forbid (principal, action, resource is Countersign::Person);";
    assert_eq!(of_overlaps(&[("one", &permit), ("stop", of_no_resource)]), []);
    assert_eq!(of_overlaps(&[("one", &forbid), ("two", &forbid)]), [(Code::Shadowed, "two".to_owned())]);
}

#[test]
fn a_finding_tells_of_the_other_policy() {
    let told = |policies: &[(&str, &str)], code: Code| -> Finding {
        findings(policies).into_iter().find(|found| found.code == code).unwrap()
    };
    let (permit, forbid) = (format!("{PERMIT};"), format!("{FORBID};"));
    let found = told(&[("one", &permit), ("two", &permit)], Code::Shadowed);
    assert_eq!(found.message, "everything that it permits, one (applications/wiki.cedar:1) permits already");
    assert_eq!((found.file.as_str(), found.line, found.severity()), (WIKI, 2, Severity::Warning));
    let found = told(&[("one", &forbid), ("two", &forbid)], Code::Shadowed);
    assert_eq!(found.message, "everything that it forbids, one (guardrails/all.cedar:1) forbids already");
    let found = told(&[("one", &permit), ("stop", &forbid)], Code::AlwaysForbidden);
    assert_eq!(found.message, "stop (guardrails/all.cedar:1) forbids everything that it permits");
    let found = told(&[("one", &format!("{FORBID} when {{ context.time.hour > 23 }};"))], Code::NeverApplies);
    assert_eq!(found.message, "no access can match its scope and its conditions together");
}

#[test]
fn a_doubt_of_cedar_is_on_its_line_and_of_its_policy() {
    let doubtful =
        |operation: &str| format!("{PERMIT}\nwhen {{\n  context.operation == \"{operation}\"\n}};\n");
    let first = format!("{HEAD}{}", doubtful("GET"));
    // A Cyrillic letter among Latin ones.
    let text = format!("{first}{}{}", HEAD.replace("one", "two"), doubtful("G\u{415}T"));
    let findings = set(WIKI, &text).lint("2026-11-22T12:00:00Z".parse().unwrap());
    let [doubt] = &findings[..] else { panic!("{findings:#?}") };
    assert_eq!((doubt.code, doubt.policy.as_str(), doubt.file.as_str()), (Code::Doubtful, "two", WIKI));
    assert_eq!(doubt.line, first.lines().count() + 4);
    assert!(doubt.message.contains("contains mixed scripts"), "{doubt:?}");
    assert!(!doubt.message.contains("policy1"), "{doubt:?}");
}

#[test]
fn findings_are_in_the_order_of_files_lines_and_codes() {
    let overdue = |text: String| text.replace("2027-01-01", "2026-01-01");
    let never = "forbid (principal, action, resource) when { context.time.hour > 23 };";
    let guardrails = overdue(format!("{HEAD}{never}\n{}{never}\n", HEAD.replace("one", "two")));
    let permits = overdue(format!("{}{PERMIT};", HEAD.replace("one", "three")));
    let files = crate::files(&[(crate::GUARDRAILS, &guardrails), (WIKI, &permits)]);
    let set = countersign_policy::PolicySet::parse(&files).unwrap();
    let findings = set.lint("2026-11-22T12:00:00Z".parse().unwrap());
    let told: Vec<_> = findings.iter().map(|found| (found.policy.as_str(), found.code)).collect();
    assert_eq!(
        told,
        [
            ("three", Code::ReviewOverdue),
            ("one", Code::ReviewOverdue),
            ("one", Code::NeverApplies),
            ("two", Code::ReviewOverdue),
            ("two", Code::NeverApplies),
        ]
    );
    assert_eq!(findings[0].message, "o should have reviewed it by 2026-01-01");
    // A day so late that no later one can be written has nothing after it.
    assert!(
        set.lint(countersign_names::Timestamp::from_micros(i64::MAX))
            .iter()
            .all(|found| found.code != Code::ReviewOverdue)
    );
}
