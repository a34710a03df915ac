//! The rules of a role with those of the cluster roles that it is made of.

use super::manifest::{AccessRule, LabelExpression, LabelSelector, ObjectMetadata, RoleManifest};
use std::collections::{BTreeMap, BTreeSet};

/// The roles by namespace and name.
pub(super) type Roles = BTreeMap<(String, String), RoleManifest>;

/// Returns the rules of a role, once each. In a cluster its controller has filled in those of the others already; in
/// manifests they are missing.
pub(super) fn rules_of(roles: &Roles, identity: &(String, String)) -> Option<Vec<AccessRule>> {
    let mut rules = Vec::new();
    let mut seen = BTreeSet::new();
    let mut next = vec![identity];
    while let Some(identity) = next.pop() {
        if !seen.insert(identity) {
            continue;
        }
        let Some(role) = roles.get(identity) else { continue };
        for rule in role.rules.iter().flatten() {
            if !rules.contains(rule) {
                rules.push(rule.clone());
            }
        }
        for selector in role.aggregation_rule.iter().flat_map(|rule| &rule.cluster_role_selectors) {
            let of_cluster = roles.iter().filter(|((namespace, _), _)| namespace.is_empty());
            next.extend(
                of_cluster.filter(|(_, role)| selects(selector, &role.metadata)).map(|(other, _)| other),
            );
        }
    }
    roles.contains_key(identity).then_some(rules)
}

fn selects(selector: &LabelSelector, metadata: &ObjectMetadata) -> bool {
    let empty = BTreeMap::new();
    let labels = metadata.labels.as_ref().unwrap_or(&empty);
    // A selector without a condition would select every role, itself among them.
    let has_condition = !selector.match_labels.is_empty() || !selector.match_expressions.is_empty();
    has_condition
        && selector.match_labels.iter().all(|(key, value)| labels.get(key) == Some(value))
        && selector.match_expressions.iter().all(|expression| holds(expression, labels))
}

fn holds(
    LabelExpression { key, operator, values }: &LabelExpression,
    labels: &BTreeMap<String, String>,
) -> bool {
    let value = labels.get(key);
    match operator.as_str() {
        "In" => value.is_some_and(|value| values.contains(value)),
        "NotIn" => value.is_none_or(|value| !values.contains(value)),
        "Exists" => value.is_some(),
        "DoesNotExist" => value.is_none(),
        _ => false,
    }
}
