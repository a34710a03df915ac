//! Each shape is recognised, the shapes beside it are not, and an atom answers as the question says.

use super::{Flag, Item, Number, PlainAtom};
use crate::question::Question;
use crate::suite::Suite;
use cedar_policy_core::ast::Expr;
use countersign_names::PrincipalKind;

fn of(text: &str) -> Option<PlainAtom> {
    PlainAtom::of(&text.parse::<Expr>().unwrap())
}

const NUMBERS: [(&str, Number); 9] = [
    ("context.authentication.assurance", Number::Assurance),
    ("context.authentication.age", Number::AuthenticationAge),
    ("context.session.age", Number::SessionAge),
    ("context.session.idle", Number::SessionIdle),
    ("context.device.posture_age", Number::PostureAge),
    ("context.time.hour", Number::Hour),
    ("context.time.weekday", Number::Weekday),
    ("resource.sensitivity", Number::Sensitivity),
    ("principal.risk", Number::Risk),
];

const FLAGS: [(&str, Flag); 6] = [
    ("context.authentication.phishing_resistant", Flag::PhishingResistant),
    ("context.device.managed", Flag::Managed),
    ("context.device.proved", Flag::Proved),
    ("context.device.compliant", Flag::Compliant),
    ("context.grant", Flag::Grant),
    ("resource.labelled", Flag::Labelled),
];

const ITEMS: [(&str, Item); 5] = [
    ("authentication", Item::Authentication),
    ("session", Item::Session),
    ("device", Item::Device),
    ("place", Item::Place),
    ("content_type", Item::ContentType),
];

#[test]
fn each_simple_shape_is_recognised() {
    for (path, number) in NUMBERS {
        for (comparison, atom) in [
            ("N < 5", PlainAtom::Below(number, 5)),
            ("N <= 5", PlainAtom::Below(number, 6)),
            ("5 < N", PlainAtom::Above(number, 5)),
            ("5 <= N", PlainAtom::Above(number, 4)),
            ("N == 5", PlainAtom::Equals(number, 5)),
            ("5 == N", PlainAtom::Equals(number, 5)),
            ("N < 9223372036854775807", PlainAtom::Below(number, i64::MAX)),
            ("-9223372036854775808 < N", PlainAtom::Above(number, i64::MIN)),
        ] {
            assert_eq!(of(&comparison.replace('N', path)), Some(atom), "{comparison} of {path}");
        }
    }
    for (path, flag) in FLAGS {
        assert_eq!(of(path), Some(PlainAtom::Flag(flag)), "{path}");
    }
    for (name, item) in ITEMS {
        assert_eq!(of(&format!("context has {name}")), Some(PlainAtom::Has(item)), "{name}");
    }
    for (kind, is) in [
        ("Anonymous", Some(PrincipalKind::Anonymous)),
        ("Person", Some(PrincipalKind::Person)),
        ("Service", Some(PrincipalKind::Service)),
        ("Group", None),
    ] {
        assert_eq!(
            of(&format!("principal is Countersign::{kind}")),
            Some(PlainAtom::PrincipalIs(is)),
            "{kind}"
        );
    }
    let read = "Countersign::Action::\"read\"";
    for (text, atom) in [
        ("true".to_owned(), PlainAtom::Always(true)),
        ("false".to_owned(), PlainAtom::Always(false)),
        ("context.device has posture_age".to_owned(), PlainAtom::DeviceHasPostureAge),
        ("context has device.posture_age".to_owned(), PlainAtom::HasPostureAge),
        ("principal has risk".to_owned(), PlainAtom::HasRisk),
        (format!("action == {read}"), PlainAtom::ActionIs(read.parse().unwrap())),
        ("context.exceptions.contains(\"a b\")".to_owned(), PlainAtom::Excepted("a b".to_owned())),
    ] {
        assert_eq!(of(&text), Some(atom), "{text}");
    }
}

#[test]
fn what_is_only_like_a_simple_shape_is_left_to_cedar() {
    for text in [
        "5",
        "\"a\"",
        "principal",
        "context",
        "context.device",
        "context.time.hour",
        "context has grant",
        "context has device.managed",
        "context has session.age",
        "context.session has age",
        "context.place has network",
        "resource has labelled",
        "resource has device",
        "principal has email",
        "principal has session",
        "resource has device.posture_age",
        "context.device has posture_age.seconds",
        "principal.grant",
        "resource.grant",
        "principal.labelled",
        "context.labelled",
        "context.session.grant",
        "principal.sensitivity < 5",
        "context.risk < 5",
        "resource.risk < 5",
        "context.session.age < context.session.idle",
        "context.session.age + 1 < 5",
        "context.session.age == true",
        "context.session.age < true",
        "5 < 6",
        "5 == 6",
        // There is no adjacent number.
        "context.session.age <= 9223372036854775807",
        "-9223372036854775808 <= context.session.age",
        "resource is Countersign::Resource",
        "context.a is Countersign::Person",
        "principal == Countersign::Person::\"a\"",
        "Countersign::Action::\"read\" == action",
        "action in Countersign::Action::\"read\"",
        "context.exceptions.contains(context.item)",
        "context.exceptions.containsAll(\"a\")",
        "context.device.exceptions.contains(\"a\")",
        "context.failing.contains(\"a\")",
        "resource.exceptions.contains(\"a\")",
        "[\"a\"].contains(\"a\")",
        "context.item == \"a\"",
        "!context.grant",
        "context.grant && resource.labelled",
        "context.item like \"a\"",
    ] {
        assert_eq!(of(text), None, "{text}");
    }
}

/// The question of a test with this evidence.
fn question(given: &str) -> Question {
    let text = format!(
        "[[test]]\nname = \"n\"\nexpect = \"deny\"\ngiven = {{ {given}, action = \"read\", resource = \"wiki/a\" }}"
    );
    let suite = Suite::parse("tests/a.toml", &text).unwrap();
    suite.questions().next().unwrap().1.clone()
}

const EVIDENCE: &str = "person = {}, risk = \"high\", sensitivity = \"internal\", \
    authentication = { assurance = \"aal3\", age = \"4s\" }, session = { age = \"5s\", idle = \"6s\" }, \
    device = { managed = true, proved = false, posture_age = \"7s\" }, place = { address = \"::1\" }, \
    content_type = \"text/html\", time = { hour = 8, weekday = 5 }, exceptions = [\"a\"]";

#[test]
fn an_atom_answers_as_the_question_says() {
    let (full, bare) = (question(EVIDENCE), question("anonymous = true"));
    let check = |atom: PlainAtom, in_full: Option<bool>, in_bare: Option<bool>| {
        assert_eq!((atom.answer(&full), atom.answer(&bare)), (in_full, in_bare), "{atom:?}");
    };
    for always in [true, false] {
        check(PlainAtom::Always(always), Some(always), Some(always));
    }
    for (_, item) in ITEMS {
        check(PlainAtom::Has(item), Some(true), Some(false));
    }
    check(PlainAtom::DeviceHasPostureAge, Some(true), None);
    check(PlainAtom::HasPostureAge, Some(true), Some(false));
    check(PlainAtom::HasRisk, Some(true), Some(false));
    for (kind, in_full, in_bare) in [
        (Some(PrincipalKind::Person), true, false),
        (Some(PrincipalKind::Anonymous), false, true),
        (Some(PrincipalKind::Service), false, false),
        (None, false, false),
    ] {
        check(PlainAtom::PrincipalIs(kind), Some(in_full), Some(in_bare));
    }
    for (action, is) in [("read", true), ("write", false)] {
        let uid = format!("Countersign::Action::\"{action}\"").parse().unwrap();
        check(PlainAtom::ActionIs(uid), Some(is), Some(is));
    }
    check(PlainAtom::Excepted("a".to_owned()), Some(true), Some(false));
    check(PlainAtom::Excepted("b".to_owned()), Some(false), Some(false));
    let silent = question("person = {}, device = {}");
    assert_eq!(PlainAtom::DeviceHasPostureAge.answer(&silent), Some(false));
    assert_eq!(PlainAtom::HasPostureAge.answer(&silent), Some(false));
    assert_eq!(PlainAtom::Below(Number::PostureAge, 5).answer(&silent), None);
}

#[test]
fn a_flag_is_the_one_of_the_question() {
    let (full, bare) = (question(EVIDENCE), question("anonymous = true"));
    let device = |more: &str| question(&format!("person = {{}}, device = {{ {more} }}"));
    for (flag, in_full, in_bare) in [
        (Flag::PhishingResistant, Some(true), None),
        (Flag::Managed, Some(true), None),
        (Flag::Proved, Some(false), None),
        (Flag::Compliant, Some(true), None),
        (Flag::Grant, Some(false), Some(false)),
        (Flag::Labelled, Some(true), Some(false)),
    ] {
        let atom = PlainAtom::Flag(flag);
        assert_eq!((atom.answer(&full), atom.answer(&bare)), (in_full, in_bare), "{flag:?}");
    }
    let proved = device("proved = true");
    assert_eq!(PlainAtom::Flag(Flag::Proved).answer(&proved), Some(true));
    assert_eq!(PlainAtom::Flag(Flag::Managed).answer(&proved), Some(false));
    assert_eq!(PlainAtom::Flag(Flag::Compliant).answer(&proved), Some(false));
    assert_eq!(PlainAtom::Flag(Flag::Grant).answer(&question("person = {}, grant = true")), Some(true));
}

#[test]
fn a_number_is_the_one_of_the_question() {
    let (full, bare) = (question(EVIDENCE), question("anonymous = true"));
    for (number, value, in_bare) in [
        (Number::Assurance, 3, None),
        (Number::AuthenticationAge, 4, None),
        (Number::SessionAge, 5, None),
        (Number::SessionIdle, 6, None),
        (Number::PostureAge, 7, None),
        (Number::Hour, 8, Some(12)),
        (Number::Weekday, 5, Some(3)),
        (Number::Sensitivity, 1, Some(3)),
        (Number::Risk, 2, None),
    ] {
        for (question, value) in [(&full, Some(value)), (&bare, in_bare)] {
            for bound in 0..14 {
                let answers = [
                    PlainAtom::Below(number, bound),
                    PlainAtom::Above(number, bound),
                    PlainAtom::Equals(number, bound),
                ]
                .map(|atom| atom.answer(question));
                let expected = match value {
                    Some(value) => [value < bound, value > bound, value == bound].map(Some),
                    None => [None; 3],
                };
                assert_eq!(answers, expected, "{number:?} against {bound}");
            }
        }
    }
}
