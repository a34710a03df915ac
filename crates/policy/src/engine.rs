//! Evaluation: the policies that can match, each with its condition ready, and what they say together.
//!
//! This layer works for any Cedar policy set. It must not know our schema: the outside corpus goes through it.

use crate::index::{Asked, Index, Rule};
use crate::reading::without_places;
use cedar_policy_core::ast::{Effect, Expr, Policy, SlotEnv};
use cedar_policy_core::evaluator::Evaluator;

/// A policy set made ready for questions.
#[derive(Debug, Clone, Default)]
pub(crate) struct Engine {
    pub(crate) index: Index,
    rules: Vec<Ready>,
}

#[derive(Debug, Clone)]
struct Ready {
    effect: Effect,
    /// What the `when` and `unless` clauses come to; none when there are none, and the scope decides alone.
    condition: Option<Expr>,
}

/// What the policies that can match come to, each by its number, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) permits: Vec<Rule>,
    pub(crate) forbids: Vec<Rule>,
    pub(crate) errors: Vec<Rule>,
}

impl Engine {
    pub(crate) fn new<'a>(policies: impl IntoIterator<Item = &'a Policy> + Clone) -> Self {
        let rules = policies
            .clone()
            .into_iter()
            .map(|policy| Ready {
                effect: policy.effect(),
                condition: policy.non_scope_constraints().map(without_places),
            })
            .collect();
        Self { index: Index::new(policies), rules }
    }

    pub(crate) fn matching(&self, asked: &Asked) -> Vec<Rule> {
        self.index.matching(asked)
    }

    /// Evaluates the conditions of `rules`, whose scopes match.
    pub(crate) fn tally(&self, rules: &[Rule], evaluator: &Evaluator<'_>) -> Tally {
        // A condition has no template slots: Cedar allows them in scopes only.
        let no_slots = SlotEnv::new();
        let mut tally = Tally::default();
        for rule in rules {
            let Some(ready) = self.rules.get(*rule as usize) else {
                tally.errors.push(*rule);
                continue;
            };
            let satisfied = match &ready.condition {
                None => Some(true),
                Some(condition) => holds(condition, evaluator, &no_slots),
            };
            match (satisfied, ready.effect) {
                (Some(true), Effect::Permit) => tally.permits.push(*rule),
                (Some(true), Effect::Forbid) => tally.forbids.push(*rule),
                (Some(false), _) => {}
                (None, _) => tally.errors.push(*rule),
            }
        }
        tally
    }
}

/// Whether a condition holds; none when evaluating it is an error.
fn holds(condition: &Expr, evaluator: &Evaluator<'_>, no_slots: &SlotEnv) -> Option<bool> {
    use cedar_policy_core::ast::{Literal, ValueKind};
    match evaluator.interpret(condition, no_slots).ok()?.value_kind() {
        ValueKind::Lit(Literal::Bool(holds)) => Some(*holds),
        _ => None,
    }
}

impl Tally {
    /// Cedar's rule: a forbid that is satisfied denies, else a permit that is satisfied allows, else it is denied.
    pub(crate) fn allowed(&self) -> bool {
        self.forbids.is_empty() && !self.permits.is_empty()
    }

    /// Cedar's reasons: the forbids that deny, the permits that allow, and none for a denial by default.
    pub(crate) fn determining(&self) -> &[Rule] {
        if self.forbids.is_empty() { &self.permits } else { &self.forbids }
    }
}
