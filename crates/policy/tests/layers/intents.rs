//! Policies that obey the guardrails and defeat their purpose.

use crate::{findings, found};
use countersign_policy::Code;

fn forbid(rest: &str) -> String {
    format!("forbid (principal, action, resource) {rest};")
}

fn permit(principal: &str, action: &str, rest: &str) -> String {
    format!(
        "permit ({principal}, action == Countersign::Action::\"{action}\", \
         resource in Countersign::Application::\"wiki\") {rest};"
    )
}

/// The messages of this finding about one policy.
fn messages(code: Code, policy: &str) -> Vec<String> {
    let findings = findings(&[("one", policy)]);
    findings.into_iter().filter(|found| found.code == code).map(|found| found.message).collect()
}

#[test]
fn what_whoever_asks_may_choose_lifts_a_guardrail() {
    for (lifting, read) in [
        ("context.operation == \"GET\"", "context.operation"),
        ("context.item like \"/a/*\"", "context.item"),
        ("context has content_type", "context.content_type"),
        ("context.item == context.operation", "context.item and context.operation"),
        ("context.item == \"a\" && context.operation == \"b\"", "context.item and context.operation"),
        ("resource.hasTag(\"a\")", "a tag of the resource"),
        ("resource.hasTag(context.item)", "a tag of the resource and context.item"),
        ("{a: context.operation}.a == \"GET\"", "context.operation"),
        // What is read of a record that the condition itself makes is not read of the context.
        ("context.operation == \"GET\" && {a: 1} has a", "context.operation"),
        ("context.operation == \"GET\" && {a: {b: 1}} has a.b", "context.operation"),
        (
            "context.operation == \"GET\" && {a: {b: context.item}} has a.b",
            "context.item and context.operation",
        ),
        (
            "if context.item == \"a\" then context.operation == \"b\" else false",
            "context.item and context.operation",
        ),
        ("[context.item].contains(\"a\")", "context.item"),
    ] {
        assert_eq!(
            messages(Code::SelfServed, &forbid(&format!("unless {{ {lifting} }}"))),
            [format!(
                "the requester can lift it by the form of the request: an exemption depends on {read} alone"
            )],
            "{lifting}"
        );
    }
    for held in [
        "resource == Countersign::Resource::\"wiki/a\" && context.operation == \"GET\"",
        "context.operation == \"GET\" && principal has risk",
        "action == Countersign::Action::\"read\" && context.item == \"a\"",
        "context.grant && context.item == \"a\"",
        "context has device.posture_age && context.item == \"a\"",
        "context has session && context.item == \"a\"",
        "context.time.hour > 8 && context.item == \"a\"",
        "(if context.item == \"a\" then resource else resource).hasTag(\"a\")",
        "resource.hasTag(\"a\") && context.grant",
        "resource.labelled",
        "resource has labelled && context.item == \"a\"",
        "ip(\"10.0.0.1\").isLoopback()",
        "context has place && context.item == \"a\"",
    ] {
        let policy = forbid(&format!("unless {{ {held} }}"));
        assert_eq!(messages(Code::SelfServed, &policy), [""; 0], "{held}");
    }
    // Two exemptions by the same form are told once, and other forms each.
    let twice = forbid("unless { context.item == \"a\" } unless { context.item == \"b\" }");
    assert_eq!(messages(Code::SelfServed, &twice).len(), 1);
    let both = forbid("unless { context.item == \"a\" } unless { context.operation == \"b\" }");
    assert_eq!(messages(Code::SelfServed, &both).len(), 2);
    // A permit is lifted by nothing: it asks for as much as it asks for.
    let asks = permit("principal is Countersign::Person", "read", "unless { context.item == \"a\" }");
    assert_eq!(messages(Code::SelfServed, &asks), [""; 0]);
}

#[test]
fn a_place_alone_lifts_a_guardrail() {
    for (lifting, read) in [
        ("context has place", "context.place"),
        ("context has place.network", "context.place"),
        ("context has place && context.place.network == \"office\"", "context.place"),
        ("context has place && context.place.network == context.item", "context.item and context.place"),
        (
            "context has place && resource.hasTag(context.place.network)",
            "a tag of the resource and context.place",
        ),
    ] {
        assert_eq!(
            messages(Code::PlaceIsTrusted, &forbid(&format!("unless {{ {lifting} }}"))),
            [format!("a place lifts it: an exemption depends on {read} alone")],
            "{lifting}"
        );
    }
    for held in [
        "context has place && context has device",
        "context.item == \"a\"",
        "context.grant",
        "context.item == \"a\" && (if context.item == \"a\" then context else context) has place",
        "context.item == \"a\" && (if context.item == \"a\" then context else context) has place.network",
    ] {
        let policy = forbid(&format!("unless {{ {held} }}"));
        assert_eq!(messages(Code::PlaceIsTrusted, &policy), [""; 0], "{held}");
    }
}

#[test]
fn an_exception_lifts_the_guardrail_that_it_names() {
    let lifts = |id: &str| forbid(&format!("unless {{ context.exceptions.contains(\"{id}\") }}"));
    let told = |policies: &[(&str, &str)]| -> Vec<String> {
        let findings = findings(policies).into_iter();
        findings.filter(|found| found.code == Code::BorrowedException).map(|found| found.message).collect()
    };
    assert_eq!(told(&[("one", &lifts("one"))]), [""; 0]);
    assert_eq!(
        told(&[("one", &lifts("two")), ("two", &lifts("two"))]),
        ["an exception to two lifts this guardrail too"]
    );
    assert_eq!(
        told(&[("one", &lifts("three")), ("two", &lifts("two"))]),
        ["it reads exceptions to \"three\", but there is no such policy, so none can be opened"]
    );
    assert_eq!(
        told(&[("one", &lifts("Not an id"))]),
        ["it reads exceptions to \"Not an id\", but there is no such policy, so none can be opened"]
    );
    let wants =
        permit("principal is Countersign::Person", "read", "when { context.exceptions.contains(\"a\") }");
    assert_eq!(
        messages(Code::ExceptionPermits, &wants),
        ["an exception to a lets people in, so the people who open exceptions decide who gets access"]
    );
    let other = permit("principal is Countersign::Person", "read", "when { context.grant }");
    assert_eq!(messages(Code::ExceptionPermits, &other), [""; 0]);
    assert_eq!(
        messages(Code::ExceptionPermits, &forbid("when { context.exceptions.contains(\"a\") }")),
        [""; 0]
    );
}

#[test]
fn administering_needs_a_grant_that_the_permit_or_a_guardrail_asks_for() {
    let plain = permit("principal is Countersign::Person", "administer", "");
    let check = |guardrail: &str, permit: &str, expected: bool| {
        let expected: &[&str] = if expected { &["permit"] } else { &[] };
        let found = found(Code::AdministerWithoutGrant, &[("guard", guardrail), ("permit", permit)]);
        assert_eq!(found, expected, "{guardrail} {permit}");
    };
    let unrelated = forbid("when { context.item == \"a\" }");
    check(&unrelated, &plain, true);
    check(&unrelated, &permit("principal is Countersign::Person", "read", ""), false);
    check(
        &unrelated,
        &permit("principal is Countersign::Person", "administer", "when { context.grant }"),
        false,
    );
    // Whoever has a grant is not asked for one by a permit for those without.
    check(
        &unrelated,
        &permit("principal is Countersign::Person", "administer", "unless { context.grant }"),
        true,
    );
    for asks in [
        "unless { context.grant }",
        "unless { context.grant || context.exceptions.contains(\"guard\") }",
        "when { !(principal is Countersign::Service) } unless { context.grant }",
        "unless { context.grant } unless { principal is Countersign::Service }",
    ] {
        check(&forbid(asks), &plain, false);
    }
    for lacks in [
        "when { context.grant }",
        "unless { context.grant } when { resource.labelled }",
        "unless { context.grant } when { principal is Countersign::Service }",
        "unless { context.grant } when { context.exceptions.contains(\"guard\") }",
        "unless { context.grant } when { resource.sensitivity > 1 }",
        "unless { context.grant || context.exceptions.contains(\"other\") }",
        "unless { context.grant || principal is Countersign::Person }",
        "unless { context.grant || resource.labelled }",
        "unless { context.grant || (if resource.labelled then principal else principal) is Countersign::Service }",
        "unless { context.grant && resource.labelled }",
        "unless { context.exceptions.contains(\"guard\") }",
        "unless { principal is Countersign::Service }",
    ] {
        check(&forbid(lacks), &plain, true);
    }
    let tried = format!("{}// tried", forbid("unless { context.grant }"));
    check(&tried, &plain, true);
    let scoped = |scope: &str| format!("forbid ({scope}) unless {{ context.grant }};");
    check(&scoped("principal is Countersign::Service, action, resource"), &plain, true);
    check(&scoped("principal, action == Countersign::Action::\"read\", resource"), &plain, true);
    check(&scoped("principal, action, resource in Countersign::Application::\"pay\""), &plain, true);
    // A guardrail for this action alone is enough for a permit of all.
    let all =
        "permit (principal is Countersign::Person, action, resource in Countersign::Application::\"wiki\");";
    check(&scoped("principal, action == Countersign::Action::\"administer\", resource"), all, false);
    check(&unrelated, all, true);
    assert_eq!(
        messages(Code::AdministerWithoutGrant, &plain),
        ["it permits administering, and neither it nor a guardrail requires a grant"]
    );
}

#[test]
fn a_permit_that_would_let_anybody_in_says_to_what() {
    let code = Code::AnonymousIfLabelled;
    let told = |permit: &str| messages(code, permit);
    let open = "if wiki/other were restricted, it would let anybody in, without signing in";
    for principal in [
        "principal",
        "principal is Countersign::Anonymous",
        "principal == Countersign::Anonymous::\"anonymous\"",
    ] {
        assert_eq!(told(&permit(principal, "read", "")), [open], "{principal}");
    }
    for principal in [
        "principal is Countersign::Person",
        "principal in Countersign::Group::\"staff\"",
        "principal is Countersign::Service",
    ] {
        assert_eq!(told(&permit(principal, "read", "")), [""; 0], "{principal}");
    }
    assert_eq!(
        told(&permit("principal", "read", "when { resource.sensitivity <= 2 }")),
        ["if wiki/other were confidential, it would let anybody in, without signing in"]
    );
    assert_eq!(told(&permit("principal", "read", "when { resource.sensitivity <= 1 }")), [""; 0]);
    let page = permit("principal", "read", "")
        .replace("in Countersign::Application::\"wiki\"", "== Countersign::Resource::\"wiki/a/b\"");
    assert_eq!(told(&page), ["if wiki/a/b were restricted, it would let anybody in, without signing in"]);
    // The simplest request of each action.
    for (action, operation) in [("read", "GET"), ("write", "POST"), ("connect", "POST")] {
        for asked in ["GET", "POST"] {
            let permit = permit("principal", action, &format!("when {{ context.operation == \"{asked}\" }}"));
            assert_eq!(told(&permit).len(), usize::from(asked == operation), "{action} by {asked}");
        }
    }
    assert_eq!(
        told(&permit("principal", "read", "when { resource.labelled && context.item == \"/\" }")),
        [open]
    );
    // The policy that lets them in is told, and not another for which nobody asked.
    let (anybody, people) =
        (permit("principal", "read", ""), permit("principal is Countersign::Person", "read", ""));
    assert_eq!(found(code, &[("one", &anybody), ("two", &people)]), ["one"]);
    assert_eq!(found(code, &[("two", &people), ("one", &anybody)]), ["one"]);
    let tried = format!("{anybody}// tried");
    assert_eq!(found(code, &[("one", &tried)]), [""; 0]);
    let guard = forbid("when { resource.sensitivity >= 2 } unless { context has authentication }");
    assert_eq!(found(code, &[("guard", &guard), ("one", &anybody)]), [""; 0]);
}
