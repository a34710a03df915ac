//! The limits that a file is held against before any recursive reader sees it.

use crate::{GUARDRAILS, files};
use countersign_policy::{DEEPEST, LONGEST_FILE, MOST_STEPS, PolicySet};
use miette::Diagnostic as _;

/// The limit that the text exceeds and the byte at which it does, if any. What else is wrong with it does not matter.
fn exceeded(text: &str) -> Option<(String, Option<usize>)> {
    let rejected = PolicySet::parse(&files(&[(GUARDRAILS, text)])).err()?;
    let first = &rejected.problems()[0];
    let help = first.help()?.to_string();
    if help != "split it into several policies" && help != "split it into several files" {
        return None;
    }
    assert_eq!(rejected.problems().len(), 1, "the file is read no further");
    assert!(first.spans().all(|span| span.len() == 1), "one byte is underlined");
    Some((first.message().to_owned(), first.spans().next().map(|span| span.start)))
}

fn too_deep(at: usize) -> Option<(String, Option<usize>)> {
    Some((format!("brackets are nested deeper than {DEEPEST}"), Some(at)))
}

fn too_many(at: usize) -> Option<(String, Option<usize>)> {
    Some((format!("a policy takes more than {MOST_STEPS} steps"), Some(at)))
}

#[test]
fn the_limits_are_those_that_the_stack_is_large_enough_for() {
    assert_eq!((LONGEST_FILE, MOST_STEPS, DEEPEST), (1_048_576, 400, 24));
}

#[test]
fn a_file_may_be_as_long_as_the_limit() {
    let (longest, longer) = (" ".repeat(LONGEST_FILE), " ".repeat(LONGEST_FILE + 1));
    assert!(PolicySet::parse(&files(&[(GUARDRAILS, &longest)])).unwrap().policies().is_empty());
    let message = format!("the file is longer than {LONGEST_FILE} bytes");
    assert_eq!(exceeded(&longer), Some((message, None)));
}

#[test]
fn brackets_nest_as_deep_as_the_limit() {
    for open in ["(", "[", "{", "([{"] {
        let deep: String = open.chars().cycle().take(DEEPEST + 1).collect();
        assert_eq!(exceeded(&deep[..DEEPEST]), None, "{open}");
        assert_eq!(exceeded(&deep), too_deep(DEEPEST), "{open}");
    }
    // What is closed again does not count, and what was never opened closes nothing.
    for pair in ["()", "[]", "{}"] {
        assert_eq!(exceeded(&pair.repeat(DEEPEST + 1)), None, "{pair}");
    }
    assert_eq!(exceeded(&format!("{}{}", ")".repeat(3), "(".repeat(DEEPEST))), None);
    assert_eq!(exceeded(&format!("{}{}", ")".repeat(3), "(".repeat(DEEPEST + 1))), too_deep(DEEPEST + 3));
}

#[test]
fn a_policy_takes_as_many_steps_as_the_limit() {
    for step in [".", "+", "-", "*", "!", "&", "|", "()", "[]", "{}"] {
        assert_eq!(exceeded(&step.repeat(MOST_STEPS)), None, "{step}");
        let at = MOST_STEPS * step.len();
        assert_eq!(exceeded(&step.repeat(MOST_STEPS + 1)), too_many(at), "{step}");
    }
    assert_eq!(exceeded(&"if ".repeat(MOST_STEPS)), None);
    assert_eq!(exceeded(&"if ".repeat(MOST_STEPS + 1)), too_many(MOST_STEPS * 3 + 1));
    for free in ["f ", "i ", "i f ", "x = ", "== < > , "] {
        assert_eq!(exceeded(&free.repeat(MOST_STEPS + 1)), None, "{free}");
    }
    // Each policy has its own steps.
    let most = ".".repeat(MOST_STEPS);
    assert_eq!(exceeded(&format!("{most};{most}")), None);
    assert_eq!(exceeded(&format!("{most};{most}.")), too_many(2 * MOST_STEPS + 1));
}

#[test]
fn comments_and_strings_hide_what_is_in_them_and_nothing_else() {
    let deep = "(".repeat(DEEPEST + 1);
    for hidden in
        ["// ", "//", "/// \" ", "\"", "\"a", "\"ab", "\"\\\"", "\"\\\\\\\"", "\"//", "\"\n", "a // \" "]
    {
        assert_eq!(exceeded(&format!("{hidden}{deep}")), None, "{hidden:?}");
    }
    for open in [
        "/",
        "/ /",
        "/\n/",
        "// \n",
        "// \r",
        "// \"\n",
        "\"\"",
        "\"a\"",
        "\"ab\"",
        "\"\\\"\"",
        "\"\\\\\"",
        "\"\\\\\\\"\"",
        "\"\\a\"",
        "\"//\"",
        "\"// \n\"",
        "a / ",
    ] {
        assert_eq!(exceeded(&format!("{open}{deep}")), too_deep(open.len() + DEEPEST), "{open:?}");
    }
    // A bracket beside a comment or a string is outside of it.
    for beside in ["(//\n", "(\"\"", "(\"(\""] {
        let at = beside.len() * DEEPEST;
        assert_eq!(exceeded(&beside.repeat(DEEPEST + 1)), too_deep(at), "{beside:?}");
    }
}
