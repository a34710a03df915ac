//! Finds policies that have no effect because of another policy.

use super::{Code, Finding, LintedPolicy};

/// Finds policies whose whole effect another policy already has, and permits that a guardrail forbids completely.
///
/// Compares every policy with every other: a million comparisons of a few pointers for a thousand policies.
pub(super) fn find(policies: &[&LintedPolicy<'_>]) -> Vec<Finding> {
    let mut found = Vec::new();
    for (place, policy) in policies.iter().enumerate() {
        let mut covering =
            policies.iter().enumerate().filter(|(_, other)| other.counts() && contains(other, policy));
        let forbidding = covering.clone().find(|(_, other)| policy.permits() && !other.permits());
        if let Some((_, guardrail)) = forbidding {
            let message = format!("{} forbids everything that it permits", guardrail.place());
            let remedy = "remove it, or narrow the guardrail so that the permit has an effect";
            found.push(Finding::about(Code::AlwaysForbidden, policy.meta, message, remedy));
            continue;
        }
        // Of two equal policies, report the later one, unless the earlier one is in the shadow stage. So no policy is
        // reported because of itself.
        let earlier =
            |at: usize, other: &LintedPolicy<'_>| at < place || !policy.counts() || !contains(policy, other);
        let same = covering.find(|(at, other)| other.permits() == policy.permits() && earlier(*at, other));
        if let Some((_, other)) = same {
            let does = if policy.permits() { "permits" } else { "forbids" };
            let message = format!("everything that it {does}, {} {does} already", other.place());
            let remedy = "remove it, or narrow the other one";
            found.push(Finding::about(Code::Shadowed, policy.meta, message, remedy));
        }
    }
    found
}

/// Returns whether every question that satisfies `inner` also satisfies `outer`.
fn contains(outer: &LintedPolicy<'_>, inner: &LintedPolicy<'_>) -> bool {
    outer.scope.covers(&inner.scope) && outer.clauses.follow_from(&inner.clauses)
}
