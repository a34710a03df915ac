//! A policy folder in which one file is the input: as a guardrail, as an application's permits, and as tests. What is
//! accepted is accepted again, with the same version; what is refused says where; and an accepted set answers.

#![no_main]

use countersign_policy::{PolicySet, Suite, defaults, starter_permits};
use libfuzzer_sys::fuzz_target;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Questions of every shape: those that the shipped tests ask.
static SHIPPED: LazyLock<Vec<Suite>> = LazyLock::new(|| {
    let tests = defaults().into_iter().filter(|(path, _)| path.starts_with("tests/"));
    tests.map(|(path, text)| Suite::parse(&path, &text).expect("the shipped tests parse")).collect()
});

static STARTER: LazyLock<String> = LazyLock::new(|| starter_permits(&"wiki".parse().expect("a name"), None));

fuzz_target!(|input: (u8, &str)| {
    let (place, text) = input;
    if place % 3 == 2 {
        tests(text);
        return;
    }
    let path = if place % 3 == 0 { "guardrails/given.cedar" } else { "applications/wiki.cedar" };
    let mut files = BTreeMap::from([("applications/wiki.cedar".to_owned(), STARTER.clone())]);
    files.insert(path.to_owned(), text.to_owned());
    match PolicySet::parse(&files) {
        Ok(set) => {
            let again = PolicySet::parse(set.files()).expect("what was accepted is accepted again");
            assert_eq!(again.version(), set.version());
            for suite in &*SHIPPED {
                for (name, question) in suite.questions() {
                    let verdict = set.judge(question);
                    assert_eq!(verdict, again.judge(question), "{name}");
                    assert!(
                        verdict.errors.is_empty() || !verdict.allowed,
                        "a failed policy allows nothing: {name}"
                    );
                }
            }
        }
        Err(rejected) => assert!(!rejected.to_string().is_empty()),
    }
});

fn tests(text: &str) {
    match Suite::parse("tests/given.toml", text) {
        Ok(suite) => {
            let files = BTreeMap::from([("applications/wiki.cedar".to_owned(), STARTER.clone())]);
            let set = PolicySet::parse(&files).expect("the starting permits parse");
            let _outcomes_or_problem = suite.run(&set);
        }
        Err(problem) => assert!(!problem.message().is_empty()),
    }
}
