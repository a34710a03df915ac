//! The lint's view of conditions: which can never be met, and which follow from which.

use crate::found;
use countersign_policy::Code;

fn forbid(rest: &str) -> String {
    format!("forbid (principal, action, resource) {rest};")
}

#[track_caller]
fn check_never(rest: &str, never: bool) {
    let expected: &[&str] = if never { &["one"] } else { &[] };
    assert_eq!(found(Code::NeverApplies, &[("one", &forbid(rest))]), expected, "{rest}");
}

/// Every number of a question: what must be there, its path, its least and its greatest value. An age has no greatest.
const NUMBERS: [(&str, &str, i64, Option<i64>); 9] = [
    ("true", "resource.sensitivity", 0, Some(3)),
    ("principal has risk", "principal.risk", 0, Some(2)),
    ("context has authentication", "context.authentication.assurance", 1, Some(3)),
    ("context has authentication", "context.authentication.age", 0, None),
    ("context has session", "context.session.age", 0, None),
    ("context has session", "context.session.idle", 0, None),
    ("context has device.posture_age", "context.device.posture_age", 0, None),
    ("true", "context.time.hour", 0, Some(23)),
    ("true", "context.time.weekday", 1, Some(7)),
];

#[test]
fn a_number_stays_within_its_range() {
    for (has, number, least, most) in NUMBERS {
        let check = |comparison: &str, never: bool| {
            let comparison = comparison.replace('N', number);
            check_never(&format!("when {{ {has} && {comparison} }}"), never);
        };
        let (below, above) = (least - 1, least + 1);
        check(&format!("N < {least}"), true);
        check(&format!("N <= {below}"), true);
        check(&format!("{least} > N"), true);
        check(&format!("{below} >= N"), true);
        check(&format!("N == {below}"), true);
        check(&format!("!(N >= {least})"), true);
        check(&format!("N <= {least}"), false);
        check(&format!("N < {above}"), false);
        check(&format!("{least} >= N"), false);
        check(&format!("N == {least}"), false);
        check(&format!("N >= {least}"), false);
        check(&format!("N != {least}"), false);
        if let Some(most) = most {
            let (below, above) = (most - 1, most + 1);
            check(&format!("N > {most}"), true);
            check(&format!("N >= {above}"), true);
            check(&format!("{most} < N"), true);
            check(&format!("{above} <= N"), true);
            check(&format!("N == {above}"), true);
            check(&format!("!(N <= {most})"), true);
            check(&format!("N >= {most}"), false);
            check(&format!("N > {below}"), false);
            check(&format!("{most} <= N"), false);
            check(&format!("{below} < N"), false);
            check(&format!("N == {most}"), false);
            check(&format!("N <= {most}"), false);
        } else {
            check("N == 9223372036854775807", false);
        }
    }
}

#[test]
fn parts_that_contradict_each_other_can_not_be_met() {
    for never in [
        "when { false }",
        "when { context.grant && false }",
        "unless { true || context.grant }",
        "when { context.grant } unless { context.grant }",
        "when { !context.grant && context.grant }",
        "when { context.grant && !(resource.labelled || context.grant) }",
        // Two contradictions are no agreement.
        "when { context.grant } unless { context.grant } unless { context.grant }",
        "when { resource.sensitivity > 3 && context.time.hour > 23 }",
        "when { resource.sensitivity > 3 && context.time.hour < 23 }",
        "when { resource.sensitivity >= 2 && resource.sensitivity < 2 }",
        "when { resource.sensitivity == 1 && resource.sensitivity == 2 }",
        "when { resource.sensitivity >= 2 } unless { resource.sensitivity >= 1 }",
        "when { context.grant && resource.labelled } unless { resource.labelled }",
    ] {
        check_never(never, true);
    }
    for may in [
        "",
        "when { true }",
        "unless { false }",
        "when { context.grant } when { context.grant }",
        "unless { context.grant } unless { context.grant }",
        "when { context.grant } unless { context.grant && resource.labelled }",
        "when { context.grant || resource.labelled } unless { context.grant }",
        "when { context.grant } unless { !context.grant }",
        "when { resource.sensitivity >= 2 && resource.sensitivity <= 2 }",
        "when { resource.sensitivity >= 2 && context.time.hour < 2 }",
        "when { resource.sensitivity != 2 && resource.sensitivity == 2 || context.grant }",
        "when { context.item == \"a\" } unless { context.item == \"b\" }",
    ] {
        check_never(may, false);
    }
}

/// Which of two guardrails, for everybody and under these conditions, the other does the work of.
#[track_caller]
fn check_shadowed(wide: &str, narrow: &str, expected: &[&str]) {
    let policies = [("wide", forbid(wide)), ("narrow", forbid(narrow))];
    let policies: Vec<(&str, &str)> = policies.iter().map(|(id, text)| (*id, text.as_str())).collect();
    assert_eq!(found(Code::Shadowed, &policies), expected, "{wide} / {narrow}");
}

#[test]
fn a_condition_follows_from_one_that_asks_for_as_much() {
    let narrow = &["narrow"][..];
    for (one, other) in [
        ("", "when { context.grant }"),
        ("when { true }", ""),
        ("unless { false }", ""),
        ("when { context.grant }", "when { context.grant && resource.labelled }"),
        ("unless { context.grant }", "unless { context.grant || resource.labelled }"),
        ("unless { context.grant }", "unless { resource.labelled } unless { context.grant }"),
        (
            "when { context.grant }",
            "when { resource.labelled && context.item == \"a\" } when { context.grant }",
        ),
        ("when { resource.sensitivity >= 1 }", "when { resource.sensitivity >= 2 }"),
        ("when { resource.sensitivity >= 1 }", "when { resource.sensitivity == 1 }"),
        ("when { resource.sensitivity <= 2 }", "when { resource.sensitivity < 2 }"),
        ("when { resource.sensitivity <= 2 }", "when { resource.sensitivity == 2 }"),
        (
            "when { resource.sensitivity <= 2 && context.grant }",
            "when { context.grant && resource.sensitivity < 1 }",
        ),
        ("when { resource.sensitivity >= 1 }", "unless { resource.sensitivity < 1 }"),
    ] {
        check_shadowed(one, other, narrow);
    }
    for (one, other) in [
        ("when { context.grant }", "unless { context.grant }"),
        ("when { context.grant }", "when { resource.labelled }"),
        ("when { context.grant && resource.labelled }", "when { context.grant && context.item == \"a\" }"),
        ("when { resource.sensitivity >= 2 }", "when { context.grant }"),
        ("when { resource.sensitivity >= 2 }", "when { resource.sensitivity <= 2 }"),
        (
            "when { resource.sensitivity >= 2 && resource.sensitivity <= 2 }",
            "when { resource.sensitivity <= 1 }",
        ),
        ("when { resource.sensitivity >= 2 && context.grant }", "when { resource.sensitivity >= 3 }"),
        ("when { resource.sensitivity >= 2 }", "when { context.time.hour >= 2 }"),
        ("when { context.grant || resource.labelled }", "when { context.grant }"),
    ] {
        check_shadowed(one, other, &[]);
    }
    // The other way round.
    check_shadowed("when { resource.sensitivity >= 2 }", "when { resource.sensitivity >= 1 }", &["wide"]);
    check_shadowed("when { context.grant }", "", &["wide"]);
}

#[test]
fn a_bound_that_every_value_meets_asks_for_nothing() {
    for (has, number, least, most) in NUMBERS {
        let with = |comparison: &str| format!("when {{ {has} && {} }}", comparison.replace('N', number));
        let without = format!("when {{ {has} }}");
        check_shadowed(&with(&format!("N >= {least}")), &without, &["narrow"]);
        check_shadowed(&with(&format!("N > {least}")), &without, &["wide"]);
        if let Some(most) = most {
            check_shadowed(&with(&format!("N <= {most}")), &without, &["narrow"]);
            check_shadowed(&with(&format!("N < {most}")), &without, &["wide"]);
        }
    }
}
