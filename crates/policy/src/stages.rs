//! The stages of the policies of a set, read without checking anything else.

use crate::load::{check_size, on_deep_stack, place};
use crate::meta::{PolicyMeta, Stage};
use crate::problem::File;
use cedar_policy_core::parser::parse_policyset;
use countersign_names::PolicyId;
use std::collections::BTreeMap;

/// Returns every policy of a set with its stage; `None` if a file cannot be read or a name is there twice.
///
/// A set that was published long ago has to be read too, so it is not validated: a schema that has changed since is no
/// reason to know nothing about it. Of every set that [`PolicySet::parse`](crate::PolicySet::parse) accepts, this
/// returns the same policies and stages.
pub fn stages(files: &BTreeMap<String, String>) -> Option<BTreeMap<PolicyId, Stage>> {
    on_deep_stack(|| read(files)).flatten()
}

fn read(files: &BTreeMap<String, String>) -> Option<BTreeMap<PolicyId, Stage>> {
    let mut stages = BTreeMap::new();
    for (path, text) in files {
        let file = File::new(path, text);
        let Some(kind) = place(&file).ok()? else { continue };
        check_size(&file).ok()?;
        let parsed = parse_policyset(text).ok()?;
        for policy in parsed.static_policies() {
            let meta = PolicyMeta::read(&file, &kind, policy, &mut Vec::new())?;
            if stages.insert(meta.id, meta.stage).is_some() {
                return None;
            }
        }
    }
    Some(stages)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{PolicySet, defaults};

    fn one(text: &str) -> BTreeMap<String, String> {
        BTreeMap::from([("guardrails/one.cedar".to_owned(), text.to_owned())])
    }

    fn policy(id: &str, stage: &str) -> String {
        format!(
            "@id(\"{id}\")\n@owner(\"security\")\n@reason(\"No.\")\n@review(\"2027-01-01\")\n{stage}\n\
             forbid (principal, action, resource);\n"
        )
    }

    #[test]
    fn what_a_set_that_is_accepted_has_is_read_without_the_checks() {
        let mut files = defaults();
        let text = [
            policy("hard", "@stage(\"enforce\")"),
            policy("plain", ""),
            policy("soft", "@stage(\"shadow\")"),
        ];
        files.insert("guardrails/three.cedar".to_owned(), text.concat());
        files.insert("tests/three.toml".to_owned(), "not = 'a policy'".to_owned());
        let set = PolicySet::parse(&files).unwrap();
        let expected = set.policies().iter().map(|policy| (policy.id.clone(), policy.stage)).collect();
        let found = stages(&files).unwrap();
        assert_eq!(found, expected);
        assert!(found.len() > 3);
        assert_eq!(found.values().filter(|stage| **stage == Stage::Shadow).count(), 1);
    }

    #[test]
    fn a_set_that_does_not_validate_any_more_has_stages_and_one_that_does_not_parse_has_none() {
        let old = policy("old", "").replace(");", ") when { principal.former };");
        assert!(PolicySet::parse(&one(&old)).is_err());
        assert_eq!(stages(&one(&old)).unwrap().len(), 1);
        for unreadable in [
            "forbid (",
            &policy("", ""),
            &policy("odd", "@stage(\"half\")"),
            &[policy("twice", ""), policy("twice", "")].concat(),
        ] {
            assert!(stages(&one(unreadable)).is_none(), "{unreadable}");
        }
        let elsewhere = BTreeMap::from([("elsewhere.cedar".to_owned(), policy("one", ""))]);
        assert!(stages(&elsewhere).is_none());
    }
}
