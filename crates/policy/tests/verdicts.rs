//! Verdicts, case by case, where they differ from Cedar's or go beyond them.
#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use countersign_policy::{Holds, Items, PolicySet, Question, Suite, Verdict};
use std::collections::BTreeMap;

fn set(guardrails: &str, permits: &str) -> PolicySet {
    let files = [("guardrails/all.cedar", guardrails), ("applications/wiki.cedar", permits)];
    let files: BTreeMap<String, String> =
        files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    PolicySet::parse(&files).unwrap()
}

fn policy(id: &str, more: &str, rest: &str) -> String {
    format!("@id(\"{id}\") @owner(\"o\") @reason(\"r\") @review(\"2027-01-01\") {more}\n{rest}\n")
}

fn permit(condition: &str) -> String {
    policy(
        "permit",
        "",
        &format!("permit (principal, action, resource in Countersign::Application::\"wiki\") {condition};"),
    )
}

fn forbid(id: &str, more: &str, condition: &str) -> String {
    policy(id, more, &format!("forbid (principal, action, resource) {condition};"))
}

fn question(given: &str) -> Question {
    let text = format!(
        "[[test]]\nname = \"n\"\nexpect = \"deny\"\ngiven = {{ person = {{}}, action = \"read\", resource = \"wiki/pages\", {given} }}"
    );
    let suite = Suite::parse("tests/a.toml", &text).unwrap();
    suite.questions().next().unwrap().1.clone()
}

/// Checks whether access is allowed, the determining policies, those that failed, and those in the shadow stage.
#[track_caller]
fn check(verdict: &Verdict, allowed: bool, [determining, errors, shadow]: [&str; 3]) {
    let names =
        |ids: &[countersign_names::PolicyId]| ids.iter().map(|id| id.as_str()).collect::<Vec<_>>().join(" ");
    let got = [names(&verdict.determining), names(&verdict.errors), names(&verdict.shadow)];
    assert_eq!((verdict.allowed, got), (allowed, [determining, errors, shadow].map(str::to_owned)));
}

#[test]
fn a_policy_that_cannot_be_evaluated_denies() {
    let overflow = "when { context has session && context.session.age * 9223372036854775807 > 0 }";
    let asked = question("session = { age = \"2s\" }");
    check(&set("", &permit("")).judge(&asked), true, ["permit", "", ""]);
    // A guardrail that fails must not be ignored.
    let guarded = set(&forbid("guard", "", overflow), &permit(""));
    check(&guarded.judge(&asked), false, ["", "guard", ""]);
    let plain = guarded.judge_plainly(&asked);
    assert!(plain.allowed, "Cedar alone skips it: {plain:?}");
    // Neither must a permit that fails beside one that allows.
    let permits = format!("{}{}", permit(""), permit(overflow).replace("\"permit\"", "\"broken\""));
    check(&set("", &permits).judge(&asked), false, ["", "broken", ""]);
    // The forbids are still named.
    let both = format!("{}{}", forbid("guard", "", overflow), forbid("plain", "", ""));
    check(&set(&both, &permit("")).judge(&asked), false, ["plain", "guard", ""]);
}

#[test]
fn a_shadow_policy_is_reported_and_does_not_count() {
    let asked = question("grant = true");
    let shadow = "@stage(\"shadow\")";
    check(&set(&forbid("tried", shadow, ""), &permit("")).judge(&asked), true, ["permit", "", "tried"]);
    check(
        &set(&forbid("tried", shadow, "when { !context.grant }"), &permit("")).judge(&asked),
        true,
        ["permit", "", ""],
    );
    let both = format!("{}{}", forbid("tried", shadow, ""), forbid("real", "", ""));
    check(&set(&both, &permit("")).judge(&asked), false, ["real", "", ""]);
    let tried = permit("").replace("@review", "@stage(\"shadow\") @review");
    check(&set("", &tried).judge(&asked), false, ["", "", "permit"]);
}

#[test]
fn a_verdict_says_for_how_long_it_holds() {
    let check = |condition: &str, given: &str, seconds: Option<u64>, within_hour: bool| {
        let verdict = set("", &permit(&format!("when {{ {condition} }}"))).judge(&question(given));
        assert_eq!(verdict.holds, Holds { seconds, within_hour }, "{condition} given {given}");
    };
    let given = "authentication = { age = \"60s\" }, session = { age = \"50s\", idle = \"5s\" }";
    check("context.grant", given, None, false);
    check("context has authentication && context.authentication.age <= 100", given, Some(41), false);
    check("context has authentication && context.authentication.age < 100", given, Some(40), false);
    check("context has authentication && context.authentication.age > 100", given, Some(41), false);
    check("context has authentication && 100 <= context.authentication.age", given, Some(40), false);
    check("context has authentication && context.authentication.age == 60", given, Some(1), false);
    check("context has authentication && context.authentication.age != 70", given, Some(10), false);
    check("context has authentication && context.authentication.age <= 59", given, None, false);
    check(
        "context has authentication && context.authentication.age <= 9223372036854775807",
        given,
        None,
        false,
    );
    check(
        "context has session && context.session.age < 60 && context.session.idle < 12",
        given,
        Some(7),
        false,
    );
    check("context has session && context.session.age - 50 < 60", given, Some(1), false);
    check("context has session && context.session == {age: 1, idle: 1}", given, Some(1), false);
    check("context has device.posture_age && context.device.posture_age < 60", given, None, false);
    check("context.time.hour < 18", given, None, true);
    check("context has session", given, None, false);
}

#[test]
fn only_policies_that_can_match_bound_a_verdict() {
    let administer = policy(
        "a",
        "",
        "forbid (principal, action == Countersign::Action::\"administer\", resource) unless { context has session && context.session.age < 10 };",
    );
    let verdict = set(&administer, &permit("")).judge(&question("session = { age = \"1s\" }"));
    assert_eq!(verdict.holds, Holds { seconds: None, within_hour: false });
}

#[test]
fn a_version_is_of_the_files_and_of_nothing_else() {
    let one = set(&forbid("a", "", ""), &permit(""));
    assert_eq!(one.version(), set(&forbid("a", "", ""), &permit("")).version());
    assert_ne!(one.version(), set(&forbid("b", "", ""), &permit("")).version());
    let parse = |files: &[(&str, &str)]| {
        let files = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        PolicySet::parse(&files).unwrap().version()
    };
    // The version changes if a byte moves from a path to its text, or from one file to the next.
    assert_ne!(parse(&[("tests/a.toml", "b")]), parse(&[("tests/a.toml", ""), ("tests/b.toml", "")]));
    assert_ne!(parse(&[("tests/a.toml", "xy")]), parse(&[("tests/a.toml", "x")]));
}

#[test]
fn a_policy_knows_its_place() {
    let set = set(&format!("// a comment\n\n{}", forbid("a", "", "")), &permit(""));
    let meta = set.get(&"a".parse().unwrap()).unwrap();
    assert_eq!((&*meta.file, meta.line, meta.span.start), ("guardrails/all.cedar", 3, 14));
    assert!(meta.text.starts_with("@id(\"a\")") && meta.text.ends_with("resource) ;"), "{}", meta.text);
    assert_eq!(set.files()["guardrails/all.cedar"][meta.span.clone()], meta.text);
}

#[test]
fn whom_a_policy_concerns_is_read_off_its_first_line() {
    let on = |id: &str, resource: &str| policy(id, "", &format!("forbid (principal, action, {resource});"));
    let guardrails = [
        on("all", "resource"),
        on("application", "resource in Countersign::Application::\"wiki\""),
        on("resource", "resource == Countersign::Resource::\"wiki/pages\""),
    ];
    let set = set(&guardrails.concat(), "");
    for (id, wiki, other) in [
        ("all", true, true),
        ("application", true, false),
        ("resource", true, false),
        ("there-is-none", false, false),
    ] {
        let concerns = |application: &str| set.concerns(&id.parse().unwrap(), &application.parse().unwrap());
        assert_eq!((concerns("wiki"), concerns("pay")), (wiki, other), "{id}");
    }
}

#[test]
fn idle_times_that_no_policy_tells_apart_are_of_one_class() {
    let classes = |condition: &str| {
        let set = set("", &permit(&format!("when {{ context has session && {condition} }}")));
        [0, 11, 12, 3_600].map(|idle| set.class_of_idle(idle))
    };
    let [before, just_before, after, long_after] = classes("context.session.idle < 12");
    assert!(before == just_before && just_before != after && after == long_after);
    let [one, same, too, all] = classes("context.session.age < 12");
    assert!([same, too, all] == [one; 3], "nothing compares it");
    // The result of arithmetic may change at any second.
    assert_eq!(classes("context.session.idle - 1 < 12"), [0, 11, 12, 3_600]);
}

#[test]
fn a_policy_says_what_of_a_question_it_reads() {
    let set = set("", &permit("when { context has session && context.session.age < 10 }"));
    let reads = |id: &str| set.reads(&id.parse().unwrap());
    assert!(reads("permit").has(Items::SESSION) && !reads("permit").has(Items::DEVICE));
    assert_eq!(reads("there-is-none"), Items::NONE);
}

#[test]
fn posture_ages_that_no_policy_tells_apart_are_of_one_class() {
    let classes = |condition: &str| {
        let set = set("", &permit(&format!("when {{ context has device.posture_age && {condition} }}")));
        [0, 11, 12, 3_600].map(|age| set.class_of_posture_age(age))
    };
    let [before, just_before, after, long_after] = classes("context.device.posture_age < 12");
    assert!(before == just_before && just_before != after && after == long_after);
    let [one, same, too, all] = classes("context.device.managed");
    assert!([same, too, all] == [one; 3], "nothing compares it");
    assert_eq!(classes("context.device.posture_age - 1 < 12"), [0, 11, 12, 3_600]);
}
