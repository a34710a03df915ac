//! One of the two policy sets of a question: its enforced policies, rewritten as Cedar policies that give the same
//! answers as our engine.
//!
//! Two things are rewritten for the solver; neither changes an answer.
//!
//! **An error denies.** Cedar ignores a policy whose evaluation fails, but our engine then denies. So each policy that
//! could fail is evaluated first, as `(condition || !condition)`: this is true, or it fails as the condition does, and
//! then the permit that contains it fails too.
//!
//! **One permit and one forbid.** A set of thousands would become a chain of thousands in the formula, and the
//! translation recurses over chains. A balanced tree is only about a dozen levels deep. Since errors are handled as
//! above, an `||` of conditions is true exactly if one of the policies is satisfied.

use cedar_policy_core::ast::{
    BinaryOp, Effect, EntityUID, Expr, ExprKind, Literal, Policy, PolicyID, PolicySet as CedarSet, UnaryOp,
};
use cedar_policy_core::parser::parse_policy;
use countersign_names::{ApplicationName, Principal, ResourceName};
use countersign_policy::{PolicySet, Stage};
use std::collections::BTreeSet;

/// The enforced policies of a set.
#[derive(Debug)]
pub(crate) struct EnforcedPolicies {
    rules: Vec<EnforcedPolicy>,
}

#[derive(Debug)]
struct EnforcedPolicy {
    effect: Effect,
    /// The complete condition, including the scope.
    condition: Expr,
    /// Whether it permits, and its text; used to find the same policy on the other side.
    key: (bool, String),
    /// The application that its scope names, if any.
    application: Option<ApplicationName>,
    may_fail: bool,
}

/// The part of a set that a question covers.
#[derive(Debug, Clone, Copy)]
pub(crate) enum CoveredPart<'a> {
    /// The policies that can apply at these applications. A resource belongs to one application, so the others have no
    /// influence there.
    Applications(&'a [ApplicationName]),
    /// The forbids, as if everything else were permitted.
    Forbids,
}

/// The entities that policies name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct NamedEntities {
    pub(crate) applications: BTreeSet<ApplicationName>,
    pub(crate) resources: BTreeSet<ResourceName>,
    pub(crate) groups: BTreeSet<String>,
    pub(crate) principals: BTreeSet<Principal>,
}

/// The policies that one side has and the other lacks.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Extra {
    /// The applications for which only this side has some permit.
    pub(crate) permits_at: BTreeSet<ApplicationName>,
    /// Those of them where one of its own permits may fail, and thereby deny what another permits.
    pub(crate) may_fail_at: BTreeSet<ApplicationName>,
    /// Whether it has a forbid of its own.
    pub(crate) forbids: bool,
}

impl EnforcedPolicies {
    /// Returns the enforced policies of `set`. The error names a policy that does not parse again, which cannot happen
    /// for a checked set.
    pub(crate) fn of(set: &PolicySet) -> Result<Self, String> {
        let counting = set.policies().iter().filter(|policy| policy.stage == Stage::Enforce);
        let rules = counting.map(|meta| {
            let parsed = parse_policy(Some(PolicyID::from_string(meta.id.as_str())), &meta.text)
                .map_err(|error| format!("the policy {} cannot be read again: {error}", meta.id))?;
            Ok(EnforcedPolicy::of(&Policy::from(parsed)))
        });
        Ok(Self { rules: rules.collect::<Result<_, String>>()? })
    }

    /// Returns what this side has and `other` lacks, regardless of names and positions. Ignores policies that cannot
    /// fail and for which `applies` returns false.
    pub(crate) fn beyond(&self, other: &Self, applies: &dyn Fn(cedar_policy::Policy) -> bool) -> Extra {
        let known: BTreeSet<&(bool, String)> = other.rules.iter().map(|rule| &rule.key).collect();
        let mut extra = Extra::default();
        for rule in self.rules.iter().filter(|rule| !known.contains(&rule.key)) {
            if !rule.may_fail && !applies(rule.alone()) {
                continue;
            }
            match rule.effect {
                Effect::Forbid => extra.forbids = true,
                Effect::Permit => extra.permits_at.extend(rule.application.clone()),
            }
            if rule.may_fail {
                extra.may_fail_at.extend(rule.application.clone());
            }
        }
        extra
    }

    /// Returns every application for which it has a permit.
    pub(crate) fn permits_at(&self) -> BTreeSet<ApplicationName> {
        let permits = self.rules.iter().filter(|rule| rule.effect == Effect::Permit);
        permits.filter_map(|rule| rule.application.clone()).collect()
    }

    /// Returns the entities that the policies of this part name.
    pub(crate) fn names(&self, part: CoveredPart) -> NamedEntities {
        let mut names = NamedEntities::default();
        for found in self.part(part).flat_map(|rule| rule.condition.subexpressions()) {
            if let ExprKind::Lit(Literal::EntityUID(uid)) = found.expr_kind() {
                names.add(uid);
            }
        }
        names
    }

    fn part<'a>(&'a self, part: CoveredPart<'a>) -> impl Iterator<Item = &'a EnforcedPolicy> {
        self.rules.iter().filter(move |rule| match part {
            CoveredPart::Forbids => rule.effect == Effect::Forbid,
            CoveredPart::Applications(names) => {
                rule.application.as_ref().is_none_or(|application| names.contains(application))
            }
        })
    }

    /// Returns a part as Cedar policies: at most one permit, which also requires `premise`, and at most one forbid.
    pub(crate) fn posed(&self, part: CoveredPart, premise: Option<&Expr>) -> cedar_policy::PolicySet {
        let of = |effect: Effect| {
            self.part(part).filter(move |rule| rule.effect == effect).map(|rule| rule.condition.clone())
        };
        let permitted = match part {
            CoveredPart::Forbids => Some(Expr::val(true)),
            CoveredPart::Applications(_) => halved(of(Effect::Permit).collect(), &Expr::or),
        };
        let mut set = CedarSet::new();
        let mut add = |effect: Effect, name: &str, when: Expr| {
            let id = PolicyID::from_string(name);
            // Cannot fail, because the two names differ.
            let _ok = set.add(Policy::from_when_clause(effect, when, id, None));
        };
        if let Some(permitted) = permitted {
            let failing = self.part(part).filter(|rule| rule.may_fail).map(|rule| &rule.condition);
            let evaluated =
                failing.map(|condition| Expr::or(condition.clone(), Expr::not(condition.clone())));
            let mut all: Vec<Expr> = premise.cloned().into_iter().chain(evaluated).collect();
            all.push(permitted);
            add(Effect::Permit, "permitted", halved(all, &Expr::and).unwrap_or_else(|| Expr::val(false)));
        }
        if let Some(forbidden) = halved(of(Effect::Forbid).collect(), &Expr::or) {
            add(Effect::Forbid, "forbidden", forbidden);
        }
        set.into()
    }
}

impl EnforcedPolicy {
    fn of(policy: &Policy) -> Self {
        let condition = policy.condition();
        Self {
            effect: policy.effect(),
            key: (policy.effect() == Effect::Permit, condition.to_string()),
            application: policy.resource_constraint().as_inner().get_euid().and_then(|uid| application(uid)),
            may_fail: may_fail(&condition),
            condition,
        }
    }

    fn alone(&self) -> cedar_policy::Policy {
        let id = PolicyID::from_string("alone");
        Policy::from_when_clause(self.effect, self.condition.clone(), id, None).into()
    }
}

/// Returns the application to which an entity in a scope belongs.
fn application(uid: &EntityUID) -> Option<ApplicationName> {
    let mut names = NamedEntities::default();
    names.add(uid);
    names.applications.pop_first()
}

/// Joins the expressions as a balanced tree, in their order; `None` if there are none.
pub(crate) fn halved(mut parts: Vec<Expr>, join: &dyn Fn(Expr, Expr) -> Expr) -> Option<Expr> {
    if parts.len() < 2 {
        return parts.pop();
    }
    let second = parts.split_off(parts.len() / 2);
    Some(join(halved(parts, join)?, halved(second, join)?))
}

/// Returns whether evaluation could fail, because the condition does arithmetic or calls a function. A validated
/// condition fails in no other way. A false positive costs time but changes no answer.
fn may_fail(condition: &Expr) -> bool {
    condition.subexpressions().any(|part| match part.expr_kind() {
        ExprKind::BinaryApp { op, .. } => matches!(op, BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul),
        ExprKind::UnaryApp { op, .. } => *op == UnaryOp::Neg,
        ExprKind::ExtensionFunctionApp { fn_name, args } => {
            // A literal that the validator accepted cannot fail, nor can a test of an address.
            let read = args.iter().all(|arg| matches!(arg.expr_kind(), ExprKind::Lit(Literal::String(_))));
            !(read || NEVER_FAILING.contains(&fn_name.to_string().as_str()))
        }
        _ => false,
    })
}

const NEVER_FAILING: &[&str] = &["isIpv4", "isIpv6", "isLoopback", "isMulticast", "isInRange"];

impl NamedEntities {
    /// Ignores invalid names. The set refused those when it was read, so nothing is lost.
    fn add(&mut self, uid: &EntityUID) {
        let id: &str = uid.eid().as_ref();
        match uid.entity_type().to_string().as_str() {
            "Countersign::Application" => self.applications.extend(id.parse::<ApplicationName>()),
            "Countersign::Resource" => {
                if let Ok(resource) = id.parse::<ResourceName>() {
                    self.applications.insert(resource.application().clone());
                    self.resources.insert(resource);
                }
            }
            "Countersign::Group" => {
                self.groups.insert(id.to_owned());
            }
            "Countersign::Person" | "Countersign::Service" => self.principals.extend(id.parse::<Principal>()),
            _ => {}
        }
    }

    /// Returns the union.
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.applications.extend(other.applications);
        self.resources.extend(other.resources);
        self.groups.extend(other.groups);
        self.principals.extend(other.principals);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fails(condition: &str) -> bool {
        may_fail(&condition.parse().unwrap())
    }

    #[test]
    fn what_computes_may_fail_and_what_compares_does_not() {
        assert!(fails("context.session.age + context.session.idle > 10"));
        assert!(fails("-(context.session.age) < 0"));
        assert!(fails("duration(context.item).toHours() > 1"));
        assert!(!fails("context.session.age > 10 && context.exceptions.contains(\"x\")"));
        assert!(!fails("context.place.address.isInRange(ip(\"10.0.0.0/8\"))"));
    }

    #[test]
    fn many_become_one_of_little_depth_in_their_order() {
        let parts: Vec<Expr> = (0..5).map(|n| format!("context.grant == {n}").parse().unwrap()).collect();
        let whole = halved(parts, &Expr::or).unwrap().to_string();
        let places: Vec<usize> = (0..5).map(|n| whole.find(&n.to_string()).unwrap()).collect();
        assert!(places.is_sorted(), "{whole}");
        assert!(halved(Vec::new(), &Expr::or).is_none());
    }
}
