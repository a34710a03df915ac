//! Formats the text of a policy file as Cedar's own formatter does.

use crate::load::{load, on_deep_stack};
use crate::problem::{File, PolicyDiagnostic, Rejected};
use cedar_policy_formatter::{Config, policies_str_to_pretty};
use std::collections::BTreeMap;

/// The width of a line and of an indentation, as the policies that ship have them.
const LAYOUT: Config = Config { line_width: 100, indent_width: 2 };

/// Returns the text of a policy file, formatted. Comments and annotations stay; the meaning does too, which Cedar's
/// formatter checks itself.
///
/// # Errors
/// If the file is invalid by itself. Only what passed the reader's limits is formatted, because the formatter recurses
/// as deep as the text is nested.
pub fn formatted(path: &str, text: &str) -> Result<String, Rejected> {
    let files = BTreeMap::from([(path.to_owned(), text.to_owned())]);
    let problems = load(&files, &|_, _| None).problems;
    if !problems.is_empty() {
        return Err(Rejected::new(problems));
    }
    let pretty = on_deep_stack(|| policies_str_to_pretty(text, &LAYOUT).map_err(|error| error.to_string()));
    let failed = |why: &str| {
        let problem = PolicyDiagnostic::new(&File::new(path, text), format!("it cannot be formatted: {why}"));
        Rejected::new(vec![problem])
    };
    match pretty {
        Some(Ok(pretty)) => Ok(pretty),
        Some(Err(why)) => Err(failed(&why)),
        None => Err(failed("the formatter failed")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOOSE: &str = "// Why.\n@id(\"wiki-open\")   @owner(\"team\") @reason(\"R.\")\n@review(\"2099-01-01\")\npermit(principal is Countersign::Person,\naction==Countersign::Action::\"read\", resource in Countersign::Application::\"wiki\") when{context.grant};\n";

    #[test]
    fn what_is_formatted_stays_what_it_says_and_is_not_changed_again() {
        let once = formatted("applications/wiki.cedar", LOOSE).unwrap();
        assert!(once.contains("// Why."), "{once}");
        assert!(once.contains("\npermit (\n"), "{once}");
        assert_ne!(once, LOOSE);
        assert_eq!(formatted("applications/wiki.cedar", &once).unwrap(), once);
        let set = |text: &str| {
            let files = BTreeMap::from([("applications/wiki.cedar".to_owned(), text.to_owned())]);
            let set = crate::PolicySet::parse(&files).unwrap();
            let policy = set.policies().first().unwrap().clone();
            (policy.id, policy.owner, policy.reason, policy.review)
        };
        assert_eq!(set(&once), set(LOOSE));
    }

    #[test]
    fn a_file_that_is_invalid_is_not_formatted_and_the_problem_has_its_line() {
        let broken = LOOSE.replace("context.grant", "context.nonsense");
        let rejected = formatted("applications/wiki.cedar", &broken).unwrap_err();
        assert_eq!(rejected.problems().first().unwrap().line(), Some(5));
        let deep = format!("{}{}", LOOSE.replace("context.grant", &"(".repeat(5000)), ")".repeat(5000));
        assert!(formatted("applications/wiki.cedar", &deep).is_err());
    }
}
