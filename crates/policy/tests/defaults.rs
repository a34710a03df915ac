//! The shipped policies parse, and their own tests pass. Some test fails without each guardrail.
#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use countersign_names::{ApplicationName, PolicyId};
use countersign_policy::{Kind, PolicySet, Suite, defaults, starter_permits};

fn shipped() -> PolicySet {
    PolicySet::parse(&defaults()).unwrap()
}

#[test]
fn the_shipped_guardrails_pass_the_tests_that_ship_with_them() {
    let set = shipped();
    let mut asked = 0;
    for (path, text) in set.files().iter().filter(|(path, _)| path.starts_with("tests/")) {
        for outcome in Suite::parse(path, text).unwrap().run(&set).unwrap() {
            assert!(outcome.passed, "{}:{} {}: {:?}", path, outcome.line, outcome.name, outcome.reasons);
            asked += 1;
        }
    }
    assert!(asked >= 25, "only {asked} tests ship");
}

#[test]
fn every_shipped_guardrail_has_a_test_that_it_makes_fail() {
    let set = shipped();
    for meta in set.policies() {
        // Without the guardrail, some test must fail.
        let mut files = set.files().clone();
        let text = files.get_mut(&*meta.file).unwrap();
        *text = text.replace(&meta.text, "");
        let without = PolicySet::parse(&files).unwrap();
        assert!(without.get(&meta.id).is_none());
        let missed =
            without.files().iter().filter(|(path, _)| path.starts_with("tests/")).any(|(path, text)| {
                Suite::parse(path, text).unwrap().run(&without).unwrap().iter().any(|outcome| !outcome.passed)
            });
        assert!(missed, "no test would miss {}", meta.id);
    }
}

#[test]
fn the_shipped_set_has_no_warnings_and_only_guardrails() {
    let set = shipped();
    assert!(set.warnings().is_empty(), "{:?}", set.warnings());
    assert!(set.policies().iter().all(|meta| meta.kind == Kind::Guardrail));
    assert!(set.policies().len() >= 12);
}

#[test]
fn a_guardrail_names_itself_in_its_exception_or_has_none() {
    let without = [
        "service-key",
        "service-key-to-administer",
        "signed-in",
        "no-high-risk",
        "medium-risk-steps-up",
        "privileged-needs-grant",
    ];
    for meta in shipped().policies() {
        let named = format!("context.exceptions.contains(\"{}\")", meta.id);
        let expected = usize::from(!without.contains(&meta.id.as_str()));
        assert_eq!(meta.text.matches("context.exceptions").count(), expected, "{}", meta.id);
        assert_eq!(meta.text.matches(&named).count(), expected, "{}", meta.id);
    }
}

#[test]
fn the_starting_permits_of_an_application_parse_beside_the_guardrails() {
    let long: ApplicationName = "a".repeat(63).parse().unwrap();
    let longer: ApplicationName = format!("{}b", "a".repeat(62)).parse().unwrap();
    let wiki: ApplicationName = "wiki".parse().unwrap();
    let group = "staff".parse().unwrap();
    let mut files = defaults();
    for (application, group) in [(&wiki, None), (&long, Some(&group)), (&longer, None)] {
        files.insert(format!("applications/{application}.cedar"), starter_permits(application, group));
    }
    let set = PolicySet::parse(&files).unwrap();
    let id: PolicyId = "wiki-users".parse().unwrap();
    assert_eq!(set.get(&id).unwrap().kind, Kind::Application(wiki));
    assert!(set.warnings().is_empty(), "{:?}", set.warnings());
}

#[test]
fn the_examples_in_the_guide_are_good() {
    let guide = include_str!("../../../docs/policies.md");
    let blocks = |language: &str| {
        let fence = format!("```{language}\n");
        let ends = |block: &str| block.split_once("```").map(|(block, _)| block.to_owned()).unwrap();
        guide.split(&fence).skip(1).map(ends).collect::<Vec<_>>()
    };
    let permit = blocks("cedar").swap_remove(0);
    let files = [("applications/wiki.cedar".to_owned(), permit)].into_iter().chain(defaults()).collect();
    let set = PolicySet::parse(&files).unwrap();
    let suites = blocks("toml");
    assert_eq!(suites.len(), 2);
    for text in suites {
        let suite = Suite::parse("tests/guide.toml", &text).unwrap();
        assert!(suite.run(&set).unwrap().iter().all(|outcome| outcome.passed));
    }
    for meta in set.policies().iter().filter(|meta| meta.kind == Kind::Guardrail) {
        assert!(guide.contains(&format!("`{}`", meta.id)), "{} is not in the guide", meta.id);
    }
}
