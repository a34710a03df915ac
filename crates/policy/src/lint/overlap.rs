//! Policies that change nothing because of another.

use super::{Code, Finding, LintedPolicy};

/// Policies that another does all the work of, and permits that a guardrail takes back whole.
///
/// Every policy is held against every other, which for a thousand is a million comparisons of a few pointers.
pub(super) fn find(policies: &[&LintedPolicy<'_>]) -> Vec<Finding> {
    let mut found = Vec::new();
    for (place, policy) in policies.iter().enumerate() {
        let others = policies.iter().enumerate().filter(|(other, _)| *other != place);
        let mut covering = others.filter(|(_, other)| other.counts() && contains(other, policy));
        let forbidding = covering.clone().find(|(_, other)| policy.permits() && !other.permits());
        if let Some((_, guardrail)) = forbidding {
            let message = format!("{} forbids everything that it permits", guardrail.place());
            let remedy = "remove it, or narrow the guardrail so that something is left of it";
            found.push(Finding::about(Code::AlwaysForbidden, policy.meta, message, remedy));
            continue;
        }
        // Of two that are the same, the later is the one too many, unless the earlier is only on trial.
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

/// Whether `outer` is satisfied by every question that satisfies `inner`.
fn contains(outer: &LintedPolicy<'_>, inner: &LintedPolicy<'_>) -> bool {
    outer.scope.covers(&inner.scope) && outer.clauses.follow_from(&inner.clauses)
}
