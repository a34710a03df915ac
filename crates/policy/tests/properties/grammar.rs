//! Random policies from a grammar of Cedar's expressions, typed so that nearly all pass the schema's validation: nested
//! conditions, arithmetic that overflows, sets, records, `like`, `has`, `in`, tags, addresses, decimals and moments.
//!
//! [`generate`](crate::generate) writes policies as administrators write them. This writes what they could write.

use crate::generate;
use countersign_policy::PolicySet;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The choices of which a policy is made. At its end every choice is the first, which is the simplest, so that a failure
/// shrinks to a short policy.
#[derive(Debug)]
struct Choices {
    left: std::vec::IntoIter<u16>,
}

impl Choices {
    fn below(&mut self, limit: usize) -> usize {
        usize::from(self.left.next().unwrap_or(0)) % limit
    }

    fn of<'a>(&mut self, texts: &[&'a str]) -> &'a str {
        texts[self.below(texts.len())]
    }
}

/// What a condition may read, because a test that stands before it holds.
const GUARDS: [(&str, Guard); 8] = [
    ("context has authentication", Guard::Authentication),
    ("context has session", Guard::Session),
    ("context has device", Guard::Device),
    ("context has device && context.device has posture_age", Guard::Posture),
    ("context has place", Guard::Place),
    ("context has content_type", Guard::ContentType),
    ("principal has risk", Guard::Risk),
    ("resource.hasTag(\"owner\")", Guard::Owner),
];

#[derive(Debug, Clone, Copy, PartialEq)]
enum Guard {
    Authentication,
    Session,
    Device,
    Posture,
    Place,
    ContentType,
    Risk,
    Owner,
}

const GROUPS: [&str; 3] = [
    "Countersign::Group::\"staff\"",
    "Countersign::Group::\"finance\"",
    "Countersign::Group::\"administrators\"",
];
const NUMBERS: [&str; 9] =
    ["0", "1", "2", "3", "9", "10", "30", "9223372036854775807", "-9223372036854775807"];
const TEXTS: [&str; 8] = ["owner", "ann", "GET", "/public/a", "", "é*", "\\\"", "application/pdf"];
const PATTERNS: [&str; 6] = ["*", "/public/*", "*a*", "\\*", "ann@*", ""];

struct Writer {
    choices: Choices,
    holds: Vec<Guard>,
}

impl Writer {
    fn has(&self, guard: Guard) -> bool {
        self.holds.contains(&guard)
    }

    /// Writes a condition in which some items are known to be there.
    fn condition(&mut self) -> String {
        let before = self.holds.len();
        let mut text = String::new();
        for _ in 0..self.choices.below(3) {
            let (guard, holds) = GUARDS[self.choices.below(GUARDS.len())];
            write!(text, "{guard} && ").unwrap();
            self.holds.push(holds);
            if holds == Guard::Posture {
                self.holds.push(Guard::Device);
            }
        }
        let depth = self.choices.below(4);
        // Ages by themselves: bounds and overflows are rare within longer conditions.
        let rest = if depth == 0 { self.about_age() } else { self.boolean(depth) };
        self.holds.truncate(before);
        format!("{text}({rest})")
    }

    fn about_age(&mut self) -> String {
        let (guard, read) = match self.choices.below(4) {
            0 => ("context has session", "context.session.idle"),
            1 => ("context has session", "context.session.age"),
            2 => ("context has authentication", "context.authentication.age"),
            _ => ("context has device.posture_age", "context.device.posture_age"),
        };
        let operator = self.choices.of(&["<", "<=", ">", ">=", "==", "!="]);
        let number = self.choices.of(&["2", "5", "10", "30"]);
        match self.choices.below(6) {
            0 | 1 => format!("{guard} && {read} {operator} {number}"),
            2 => format!("{guard} && {number} {operator} {read}"),
            3 => format!("{guard} && {read} * 9223372036854775807 {operator} {number}"),
            4 => format!("{guard} && {read} + {number} {operator} {}", self.number(1)),
            _ => format!("{guard} && [{number}, 9].contains({read})"),
        }
    }

    fn boolean(&mut self, depth: usize) -> String {
        let shapes = if depth == 0 { 9 } else { 17 };
        match self.choices.below(shapes) {
            0 => self.fact(),
            1 => {
                let operator = self.choices.of(&["<", "<=", ">", ">=", "==", "!="]);
                let (left, right) = (self.number(depth), self.number(depth));
                format!("({left}) {operator} ({right})")
            }
            2 => {
                let operator = self.choices.of(&["==", "!="]);
                format!("{} {operator} {}", self.text(), self.text())
            }
            3 => format!("{} like \"{}\"", self.text(), self.choices.of(&PATTERNS)),
            4 => format!("principal in {}", self.groups()),
            5 => format!("{}.contains({})", self.set(), self.text()),
            6 => {
                let word = self.choices.of(&["containsAll", "containsAny"]);
                format!("{}.{word}({})", self.set(), self.set())
            }
            7 => format!("{}.isEmpty()", self.set()),
            8 => self.extension(),
            9 => format!("({}) && ({})", self.boolean(depth - 1), self.boolean(depth - 1)),
            10 => format!("({}) || ({})", self.boolean(depth - 1), self.boolean(depth - 1)),
            11 => format!("!({})", self.boolean(depth - 1)),
            12 => {
                let parts = [(); 3].map(|()| self.boolean(depth - 1));
                format!("if ({}) then ({}) else ({})", parts[0], parts[1], parts[2])
            }
            13 => {
                let operator = self.choices.of(&["==", "!="]);
                format!("({}) {operator} ({})", self.boolean(depth - 1), self.boolean(depth - 1))
            }
            14 => format!("{} == {}", self.set(), self.set()),
            15 => format!("({} || true) && ({})", self.condition(), self.boolean(depth - 1)),
            _ => self.condition(),
        }
    }

    /// Writes something that is so or not.
    fn fact(&mut self) -> String {
        let mut known = vec![
            "true",
            "false",
            "context.grant",
            "resource.labelled",
            "principal is Countersign::Person",
            "principal is Countersign::Service",
            "principal is Countersign::Person in Countersign::Group::\"staff\"",
            "principal == Countersign::Anonymous::\"anonymous\"",
            "principal has email",
            "principal has name",
            "principal has risk",
            "context has session.idle",
            "context has device.posture_age",
            "context has place",
            "context has content_type",
            "action == Countersign::Action::\"read\"",
            "action in [Countersign::Action::\"write\", Countersign::Action::\"connect\"]",
            "resource in Countersign::Application::\"wiki\"",
            "resource in [Countersign::Application::\"wiki\", Countersign::Application::\"pay\"]",
            "resource == Countersign::Resource::\"pay/runs\"",
            "resource.hasTag(\"owner\")",
            "resource.hasTag(context.item)",
            "resource.hasTag(context.operation) && resource.getTag(context.operation) == \"ann\"",
            "context.time == {hour: 9, weekday: 3}",
            "[1, context.time.hour, 9].contains(context.time.weekday)",
        ];
        if self.has(Guard::Authentication) {
            known.push("context.authentication.phishing_resistant");
        }
        if self.has(Guard::Session) {
            known.push("context.session == {age: 9, idle: 10}");
        }
        if self.has(Guard::Device) {
            known.extend(["context.device.managed", "context.device.proved", "context.device.compliant"]);
        }
        self.choices.of(&known).to_owned()
    }

    fn number(&mut self, depth: usize) -> String {
        let shapes = if depth == 0 { 2 } else { 6 };
        match self.choices.below(shapes) {
            0 => self.choices.of(&NUMBERS).to_owned(),
            1 => {
                let mut known = vec!["resource.sensitivity", "context.time.hour", "context.time.weekday"];
                for (guard, reads) in [
                    (
                        Guard::Authentication,
                        &["context.authentication.age", "context.authentication.assurance"][..],
                    ),
                    (Guard::Session, &["context.session.age", "context.session.idle"]),
                    (Guard::Posture, &["context.device.posture_age"]),
                    (Guard::Risk, &["principal.risk"]),
                ] {
                    if self.has(guard) {
                        // Twice: ages are what the bounds of a verdict are made of.
                        known.extend(reads.iter().chain(reads));
                    }
                }
                self.choices.of(&known).to_owned()
            }
            2 => {
                let operator = self.choices.of(&["+", "-", "*"]);
                format!("({}) {operator} ({})", self.number(depth - 1), self.number(depth - 1))
            }
            3 => format!("-({})", self.number(depth - 1)),
            4 => {
                let test = self.boolean(depth - 1);
                format!("if ({test}) then ({}) else ({})", self.number(depth - 1), self.number(depth - 1))
            }
            _ if self.has(Guard::Session) => {
                let test = self.boolean(depth - 1);
                format!("(if ({test}) then context.session else {{age: 3, idle: 9}}).idle")
            }
            _ => format!("{{a: {}, b: context.grant}}.a", self.number(depth - 1)),
        }
    }

    fn text(&mut self) -> String {
        let mut known = vec!["context.item", "context.operation"];
        for (guard, read) in [
            (Guard::Authentication, "context.authentication.method"),
            (Guard::Place, "context.place.network"),
            (Guard::ContentType, "context.content_type"),
            (Guard::Owner, "resource.getTag(\"owner\")"),
        ] {
            if self.has(guard) {
                known.push(read);
            }
        }
        match self.choices.below(2) {
            0 => self.choices.of(&known).to_owned(),
            _ => format!("\"{}\"", self.choices.of(&TEXTS)),
        }
    }

    fn set(&mut self) -> String {
        match self.choices.below(4) {
            0 => "context.exceptions".to_owned(),
            1 if self.has(Guard::Device) => "context.device.failing".to_owned(),
            2 => "[\"one\", \"firewall\"]".to_owned(),
            _ => format!("[{}, {}]", self.text(), self.text()),
        }
    }

    fn groups(&mut self) -> String {
        let group = self.choices.of(&GROUPS);
        match self.choices.below(4) {
            0 | 1 => group.to_owned(),
            2 => format!("[{group}, {}]", self.choices.of(&GROUPS)),
            _ => format!("(if context.grant then {group} else {})", self.choices.of(&GROUPS)),
        }
    }

    /// Writes a use of Cedar's extension types.
    fn extension(&mut self) -> String {
        let address = if self.has(Guard::Place) { "context.place.address" } else { "ip(\"10.1.2.3\")" };
        match self.choices.below(5) {
            0 => {
                let range =
                    self.choices.of(&["10.0.0.0/8", "192.0.2.7", "2001:db8::/32", "0.0.0.0/0", "::1"]);
                format!("{address}.isInRange(ip(\"{range}\"))")
            }
            1 => {
                format!("{address}.{}()", self.choices.of(&["isIpv4", "isIpv6", "isLoopback", "isMulticast"]))
            }
            2 => format!("{address} == ip(\"{}\")", self.choices.of(&["10.1.2.3", "2001:db8::1"])),
            3 => {
                let word = self.choices.of(&["lessThan", "greaterThanOrEqual"]);
                format!("decimal(\"1.5\").{word}(decimal(\"{}\"))", self.choices.of(&["1.5", "-0.0001"]))
            }
            _ => {
                let moment = self.choices.of(&["2026-11-22", "1970-01-01T00:00:00Z"]);
                format!("datetime(\"2026-11-22\").offset(duration(\"1d\")) > datetime(\"{moment}\")")
            }
        }
    }
}

/// Writes one policy, without its annotations.
fn policy(choices: Vec<u16>) -> (bool, String) {
    let mut writer = Writer { choices: Choices { left: choices.into_iter() }, holds: Vec::new() };
    let is_guardrail = writer.choices.below(2) == 1;
    let principal = writer.choices.of(&[
        "principal",
        "principal in Countersign::Group::\"staff\"",
        "principal is Countersign::Person",
        "principal is Countersign::Person in Countersign::Group::\"finance\"",
    ]);
    let action = writer.choices.of(&[
        "action",
        "action == Countersign::Action::\"read\"",
        "action in [Countersign::Action::\"read\", Countersign::Action::\"write\"]",
    ]);
    let resource = match is_guardrail {
        true => writer.choices.of(&["resource", "resource in Countersign::Application::\"pay\""]),
        false => "resource in Countersign::Application::\"wiki\"",
    };
    let clauses: Vec<String> = (0..=writer.choices.below(2))
        .map(|_| format!("{} {{ {} }}", writer.choices.of(&["when", "unless"]), writer.condition()))
        .collect();
    let effect = if is_guardrail { "forbid" } else { "permit" };
    (is_guardrail, format!("{effect} ({principal}, {action}, {resource}) {};", clauses.join(" ")))
}

fn files(policies: &[(usize, bool, String)]) -> BTreeMap<String, String> {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    for (number, is_guardrail, text) in policies {
        let path = if *is_guardrail { "guardrails/all.cedar" } else { "applications/wiki.cedar" };
        let annotations = format!("@id(\"p{number}\") @owner(\"o\") @reason(\"r\") @review(\"2027-01-01\")");
        writeln!(files.entry(path.to_owned()).or_default(), "{annotations}\n{text}").unwrap();
    }
    files
}

/// A set of up to `most` policies. A policy that the validator refuses is left out; [`tests`] counts how many are.
pub fn set(most: usize) -> impl Strategy<Value = PolicySet> {
    let choices = proptest::collection::vec(any::<u16>(), 0..120);
    proptest::collection::vec(choices, 1..most).prop_map(|policies| {
        let drafts = policies
            .into_iter()
            .map(policy)
            .enumerate()
            .map(|(n, (is_guardrail, text))| (n, is_guardrail, text));
        let accepted: Vec<_> =
            drafts.filter(|draft| PolicySet::parse(&files(std::slice::from_ref(draft))).is_ok()).collect();
        PolicySet::parse(&files(&accepted)).unwrap()
    })
}

/// A question of [`generate`], more often about what the policies of this grammar are about.
pub fn question() -> impl Strategy<Value = countersign_policy::Question> {
    (generate::question(), any::<bool>()).prop_map(|(mut question, is_wiki)| {
        if is_wiki {
            question.resource = "wiki/pages".parse().unwrap();
        }
        question
    })
}

mod tests {
    use super::*;
    use proptest::strategy::ValueTree as _;
    use proptest::test_runner::TestRunner;

    /// What the validator refuses is never evaluated: a grammar of which little is accepted tests little.
    #[test]
    fn most_policies_of_the_grammar_are_accepted() {
        let mut runner = TestRunner::deterministic();
        let choices = proptest::collection::vec(any::<u16>(), 0..120);
        let mut refused = Vec::new();
        for number in 0..400 {
            let (is_guardrail, text) = policy(choices.new_tree(&mut runner).unwrap().current());
            if let Err(rejected) = PolicySet::parse(&files(&[(number, is_guardrail, text.clone())])) {
                refused.push(format!("{text}\n{rejected:?}"));
            }
        }
        assert!(refused.len() < 100, "{} of 400 are refused: {:#?}", refused.len(), &refused[..5]);
    }
}
