//! What a condition reads, and for how long its result stays the same.

use crate::{GUARDRAILS, forbid, of_person, permit, permitting, set};
use countersign_policy::{Holds, Items, PolicySet};

fn reads(condition: &str) -> Items {
    permitting(condition).reads(&"one".parse().unwrap())
}

#[test]
fn a_condition_reads_the_items_that_it_names_and_no_others() {
    for (condition, items) in [
        ("true", Items::NONE),
        ("action == Countersign::Action::\"read\"", Items::NONE),
        ("ip(\"10.0.0.1\").isLoopback()", Items::NONE),
        ("principal has risk", Items::PRINCIPAL),
        ("principal in Countersign::Group::\"staff\"", Items::PRINCIPAL),
        ("principal is Countersign::Person && principal.email like \"*@x\"", Items::PRINCIPAL),
        ("resource.labelled", Items::RESOURCE),
        ("resource.hasTag(\"a\") && resource.getTag(\"a\") == \"b\"", Items::RESOURCE),
        ("context has authentication", Items::AUTHENTICATION),
        ("context has authentication && context.authentication.age < 5", Items::AUTHENTICATION),
        ("context has authentication.age", Items::AUTHENTICATION),
        ("context has session", Items::SESSION),
        ("context has session && 5 < context.session.idle", Items::SESSION),
        ("context has session && context.session has idle", Items::SESSION),
        ("context has session && context.session == {age: 1, idle: 2}", Items::SESSION),
        ("context has device", Items::DEVICE),
        ("context has device && context.device.managed", Items::DEVICE),
        ("context has device.posture_age", Items::DEVICE),
        ("context has place && context.place.network == \"office\"", Items::PLACE),
        ("context has place && context.place.address.isInRange(ip(\"10.0.0.0/8\"))", Items::PLACE),
        ("context.time.hour < 12", Items::TIME),
        ("context.grant", Items::GRANT),
        ("!context.grant", Items::GRANT),
        ("context.exceptions.contains(\"a\")", Items::EXCEPTIONS),
        ("context.operation == \"GET\"", Items::OPERATION),
        ("context.item like \"/a/*\"", Items::ITEM),
        ("context has content_type && context.content_type == \"text/html\"", Items::CONTENT_TYPE),
        ("[context.item].contains(context.operation)", Items::ITEM.and(Items::OPERATION)),
        ("{a: context.item, b: context.grant}.b", Items::ITEM.and(Items::GRANT)),
        (
            "if context.grant then resource.labelled else context.item == \"\"",
            Items::GRANT.and(Items::RESOURCE).and(Items::ITEM),
        ),
        ("context.grant || context.operation == \"\"", Items::GRANT.and(Items::OPERATION)),
        ("{a: {b: context.grant}} has a.b", Items::GRANT),
        ("{a: context.grant} has a", Items::GRANT),
        (
            "(if context.grant then context.time else {hour: 1, weekday: 1}).hour == 1",
            Items::GRANT.and(Items::TIME),
        ),
    ] {
        assert_eq!(reads(condition), items, "{condition}");
    }
    // The checks that a device fails are an item of their own, which reading the whole device includes.
    let device = reads("context has device && context.device.compliant");
    let failing = reads("context has device && context.device.failing.isEmpty()");
    assert!(failing != device && failing.has(Items::DEVICE) && !failing.has(Items::SESSION));
    assert_eq!(reads("context has device && context.device has failing"), failing);
    assert_eq!(reads("context has device.failing"), failing);
    assert_eq!(reads("context has device && [context.device].contains(context.device)"), failing);
    // Of the whole context, everything is read.
    let whole = reads("[context].contains(context)");
    for item in [Items::AUTHENTICATION, Items::SESSION, Items::CONTENT_TYPE, Items::PRINCIPAL, failing] {
        assert_eq!(whole.and(item), whole);
    }
}

#[test]
fn items_are_a_set() {
    let both = Items::GRANT.and(Items::ITEM);
    assert!(both.has(Items::GRANT) && both.has(Items::ITEM) && !both.has(Items::TIME));
    assert!(!Items::NONE.has(Items::GRANT));
    assert_eq!(both.and(Items::GRANT), both);
    assert_eq!(Items::NONE.and(Items::GRANT), Items::GRANT);
    let all = [
        Items::PRINCIPAL,
        Items::RESOURCE,
        Items::AUTHENTICATION,
        Items::SESSION,
        Items::DEVICE,
        Items::PLACE,
        Items::TIME,
        Items::GRANT,
        Items::EXCEPTIONS,
        Items::OPERATION,
        Items::ITEM,
        Items::CONTENT_TYPE,
    ];
    for (place, one) in all.iter().enumerate() {
        for (other_place, other) in all.iter().enumerate() {
            assert_eq!(one.has(*other), place == other_place, "{one:?} {other:?}");
        }
    }
}

/// The bound on the verdict of a permit under this condition, where every age is 60 seconds.
fn holds(condition: &str) -> Holds {
    permitting(condition)
        .judge(&of_person(
            "authentication = { age = \"60s\" }, session = { age = \"60s\", idle = \"60s\" }, \
             device = { posture_age = \"60s\" }",
        ))
        .holds
}

const AGES: [(&str, &str); 4] = [
    ("context has authentication", "context.authentication.age"),
    ("context has session", "context.session.age"),
    ("context has session", "context.session.idle"),
    ("context has device.posture_age", "context.device.posture_age"),
];

#[test]
fn a_comparison_of_an_age_with_a_number_turns_at_that_number() {
    for (has, age) in AGES {
        for (comparison, seconds) in [
            ("AGE < 100", Some(40)),
            ("AGE <= 100", Some(41)),
            ("AGE > 100", Some(41)),
            ("AGE >= 100", Some(40)),
            ("AGE == 100", Some(40)),
            ("AGE != 60", Some(1)),
            ("AGE == 59", None),
            ("AGE < 60", None),
            ("AGE <= 60", Some(1)),
            ("100 < AGE", Some(41)),
            ("100 <= AGE", Some(40)),
            ("100 > AGE", Some(40)),
            ("100 >= AGE", Some(41)),
            ("100 == AGE", Some(40)),
            ("60 == AGE", Some(1)),
            ("AGE <= 9223372036854775807", None),
            ("9223372036854775807 < AGE", None),
            ("AGE < 100 && AGE < 90", Some(30)),
            // No comparison of an age with a number: it could turn at any second.
            ("AGE + 0 < 100", Some(1)),
            ("AGE < AGE", Some(1)),
            ("AGE < resource.sensitivity", Some(1)),
            ("[AGE].contains(100)", Some(1)),
            ("100 < 100 - AGE", Some(1)),
        ] {
            let condition = format!("{has} && {}", comparison.replace("AGE", age));
            assert_eq!(holds(&condition), Holds { seconds, within_hour: false }, "{condition}");
        }
    }
}

#[test]
fn a_record_that_holds_an_age_is_as_old_as_it() {
    for (condition, seconds) in [
        ("context has authentication && [context.authentication].contains(context.authentication)", Some(1)),
        ("context has session && context.session == {age: 60, idle: 60}", Some(1)),
        ("context has device && [context.device].contains(context.device)", Some(1)),
        ("[context].contains(context)", Some(1)),
        ("context has place && [context.place].contains(context.place)", None),
        // That it is there, and what else it holds, time does not change.
        ("context has session", None),
        ("context has session.age", None),
        ("context has device && context.device has posture_age", None),
        ("context has authentication && context.authentication.assurance < 3", None),
        ("context has device && context.device.compliant", None),
    ] {
        assert_eq!(holds(condition).seconds, seconds, "{condition}");
    }
    for (condition, within_hour) in [
        ("context.time.hour < 12", true),
        ("context has session", false),
        ("[context].contains(context)", true),
    ] {
        assert_eq!(holds(condition).within_hour, within_hour, "{condition}");
    }
}

#[test]
fn each_age_of_a_whole_context_is_used_freely() {
    let whole = permitting("[context].contains(context)");
    assert_eq!([0, 5, 70].map(|age| whole.class_of_idle(age)), [0, 5, 70]);
    assert_eq!([0, 5, 70].map(|age| whole.class_of_posture_age(age)), [0, 5, 70]);
    for only in [
        "authentication = { age = \"60s\" }",
        "session = { age = \"60s\" }",
        "device = { posture_age = \"60s\" }",
    ] {
        assert_eq!(whole.judge(&of_person(only)).holds.seconds, Some(1), "{only}");
    }
    let device = permitting("context has device && [context.device].contains(context.device)");
    assert_eq!([0, 5, 70].map(|age| device.class_of_posture_age(age)), [0, 5, 70]);
    assert_eq!([0, 5, 70].map(|age| device.class_of_idle(age)), [0, 0, 0]);
}

#[test]
fn all_conditions_of_a_set_together_use_an_age() {
    let idle =
        |operation: &str| format!("when {{ context has session && context.session.idle {operation} }}");
    let classes = |conditions: &[&str]| {
        let policies: Vec<String> = conditions
            .iter()
            .zip(["a", "b", "c"])
            .map(|(condition, id)| forbid(id, &idle(condition)))
            .collect();
        let set = set(GUARDRAILS, &policies.concat());
        [0, 9, 10, 19, 20, 30].map(|age| set.class_of_idle(age))
    };
    assert_eq!(classes(&["< 10"]), [0, 0, 1, 1, 1, 1]);
    assert_eq!(classes(&["< 10", "< 20"]), [0, 0, 1, 1, 2, 2]);
    assert_eq!(classes(&["< 10", "- 1 < 20"]), [0, 9, 10, 19, 20, 30]);
    assert_eq!(classes(&["- 1 < 20", "< 10"]), [0, 9, 10, 19, 20, 30]);
    // Two free uses are as free as one.
    assert_eq!(classes(&["- 1 < 10", "- 1 < 20"]), [0, 9, 10, 19, 20, 30]);
}

#[test]
fn a_condition_tests_the_groups_that_it_names() {
    let asked = of_person("grant = true").clone();
    let member = |groups: &str| {
        crate::question(&format!(
            "person = {{ groups = [{groups}] }}, action = \"read\", resource = \"wiki/pages\", grant = true"
        ))
    };
    for condition in [
        "principal in Countersign::Group::\"staff\"",
        "principal in [Countersign::Group::\"guests\", Countersign::Group::\"staff\"]",
        "principal in (if context.grant then Countersign::Group::\"staff\" else Countersign::Group::\"guests\")",
        "principal is Countersign::Person in Countersign::Group::\"staff\"",
        "context.grant && !(context.item == \"x\" || !(principal in Countersign::Group::\"staff\"))",
        "{a: principal in Countersign::Group::\"staff\"}.a",
        "[principal in Countersign::Group::\"staff\"].contains(true)",
    ] {
        let set = permitting(condition);
        assert!(set.judge(&member("\"staff\"")).allowed, "{condition}");
        assert!(set.judge(&member("\"finance\", \"staff\"")).allowed, "{condition}");
        assert!(!set.judge(&member("\"finance\"")).allowed, "{condition}");
        assert!(!set.judge(&asked).allowed, "{condition}");
    }
}

/// The lint and the index look at conditions without their places, which must be the same conditions.
#[test]
fn every_form_of_expression_is_evaluated() {
    let asked = crate::question(
        "person = { email = \"ann@example.com\", groups = [\"staff\"] }, action = \"read\", resource = \"wiki/pages\", \
         operation = \"GET\", item = \"/public/a\", tags = { owner = \"ann\" }, place = { address = \"10.1.2.3\" }, \
         session = { age = \"9s\", idle = \"3s\" }, time = { hour = 9, weekday = 3 }, sensitivity = \"internal\"",
    );
    for condition in [
        "if context.operation == \"GET\" then resource.sensitivity == 1 else false",
        "context.operation == \"GET\" && context.item like \"/public/*\"",
        "context.operation == \"PUT\" || resource.labelled",
        "!(context.operation == \"PUT\")",
        "-resource.sensitivity == -1",
        "resource.sensitivity + 2 * 3 - 1 == 6",
        "[1, context.time.hour].contains(9)",
        "[1, 9].containsAll([context.time.hour])",
        "[1, 9].containsAny([context.time.hour])",
        "context.exceptions.isEmpty()",
        "{a: 1, b: context.time.hour}.b == 9",
        "{a: 1} has a && !({b: 1} has a)",
        "context has session.idle && context.session.idle == 3",
        "context.time == {hour: 9, weekday: 3}",
        "principal is Countersign::Person && principal.email like \"*@example.com\"",
        "resource in Countersign::Application::\"wiki\"",
        "resource.hasTag(\"owner\") && resource.getTag(\"owner\") == \"ann\"",
        "context has place && context.place.address.isInRange(ip(\"10.0.0.0/8\"))",
        "decimal(\"1.5\").lessThan(decimal(\"1.6\"))",
        "datetime(\"2026-11-22\") < datetime(\"2026-11-23\")",
        "principal in Countersign::Group::\"staff\"",
    ] {
        let held: PolicySet = set(crate::WIKI, &permit("one", &format!("when {{ {condition} }}")));
        assert!(held.judge(&asked).allowed && held.judge_plainly(&asked).allowed, "{condition}");
        let not = permitting(&format!("!({condition})"));
        assert!(!not.judge(&asked).allowed && !not.judge_plainly(&asked).allowed, "{condition}");
    }
}
