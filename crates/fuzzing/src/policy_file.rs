//! A policy folder in which one file is the input: as a guardrail, as an application's permits, and as tests. What is
//! accepted is accepted again, with the same version; what is refused says where; and an accepted set answers.

use crate::Fields;
use countersign_policy::{PolicySet, Suite, defaults, starter_permits};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Questions of every shape: those that the shipped tests ask.
static SHIPPED: LazyLock<Vec<Suite>> = LazyLock::new(|| {
    let tests = defaults().into_iter().filter(|(path, _)| path.starts_with("tests/"));
    tests.map(|(path, text)| Suite::parse(&path, &text).expect("the shipped tests parse")).collect()
});

static STARTER: LazyLock<String> = LazyLock::new(|| starter_permits(&"wiki".parse().expect("a name"), None));

/// Reads the rest of the bytes as the file that the first byte names. Returns whether it was accepted.
pub fn policy_file(bytes: &[u8]) -> bool {
    let mut fields = Fields::new(bytes);
    let (place, text) = (fields.byte(), fields.rest_text());
    if place % 3 == 2 {
        return tests(text);
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
            true
        }
        Err(rejected) => {
            assert!(!rejected.to_string().is_empty());
            false
        }
    }
}

fn tests(text: &str) -> bool {
    match Suite::parse("tests/given.toml", text) {
        Ok(suite) => {
            let files = BTreeMap::from([("applications/wiki.cedar".to_owned(), STARTER.clone())]);
            let set = PolicySet::parse(&files).expect("the starting permits parse");
            let _outcomes_or_problem = suite.run(&set);
            true
        }
        Err(problem) => {
            assert!(!problem.message().is_empty());
            false
        }
    }
}
