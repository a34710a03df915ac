//! Evaluation: selects the policies that can match, prepares their conditions, and combines their results.
//!
//! A condition is divided into *atoms*: the operands of `&&`, `||`, `!` and `if`. The policies of one set repeat the
//! same atoms, so each atom is evaluated once per question, however many conditions contain it. This module keeps only
//! two rules of Cedar: the order in which it evaluates atoms, and that an atom that fails makes its condition fail.
//!
//! This layer works for any Cedar policy set. It must not know our schema: a test runs Cedar's public corpus through
//! it.

use crate::index::{Index, NumberedQuestion, Rule};
use crate::reading::without_places;
use cedar_policy_core::ast::{Effect, Expr, ExprKind, Literal, Policy, SlotEnv, UnaryOp, ValueKind};
use cedar_policy_core::evaluator::Evaluator;
use std::cell::Cell;
use std::collections::HashMap;

/// The index of an atom in [`Engine::atoms`].
pub(crate) type Atom = u32;

/// A policy set prepared for evaluation.
#[derive(Debug, Clone, Default)]
pub(crate) struct Engine {
    pub(crate) index: Index,
    pub(crate) atoms: Vec<Expr>,
    rules: Vec<PreparedPolicy>,
}

#[derive(Debug, Clone)]
struct PreparedPolicy {
    effect: Effect,
    /// The combined `when` and `unless` clauses; `None` if there are none and the scope alone decides.
    condition: Option<Node>,
}

#[derive(Debug, Clone)]
enum Node {
    Atom(Atom),
    Not(Box<Self>),
    And(Box<[Self; 2]>),
    Or(Box<[Self; 2]>),
    If(Box<[Self; 3]>),
}

/// The results of the policies that can match: their numbers, in ascending order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct PolicyOutcomes {
    pub(crate) permits: Vec<Rule>,
    pub(crate) forbids: Vec<Rule>,
    pub(crate) errors: Vec<Rule>,
}

impl Engine {
    pub(crate) fn new<'a>(policies: impl IntoIterator<Item = &'a Policy> + Clone) -> Self {
        let mut atoms = Atoms::default();
        let ready = |policy: &'a Policy| PreparedPolicy {
            effect: policy.effect(),
            condition: policy.non_scope_constraints().map(|condition| atoms.node(&without_places(condition))),
        };
        let rules = policies.clone().into_iter().map(ready).collect();
        Self { index: Index::new(policies), rules, atoms: atoms.all }
    }

    pub(crate) fn matching(&self, asked: &NumberedQuestion) -> Vec<Rule> {
        self.index.matching(asked)
    }

    /// Evaluates `rules`, whose scopes match. Calls `ask` at most once per atom; `ask` returns `None` if evaluation
    /// fails.
    pub(crate) fn tally(&self, rules: &[Rule], ask: &dyn Fn(Atom) -> Option<bool>) -> PolicyOutcomes {
        let asking = AtomAnswers { known: vec![Cell::new(None); self.atoms.len()], ask };
        let mut tally = PolicyOutcomes::default();
        for rule in rules {
            let Some(ready) = self.rules.get(*rule as usize) else {
                tally.errors.push(*rule);
                continue;
            };
            let satisfied = match &ready.condition {
                None => Some(true),
                Some(condition) => asking.holds(condition),
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

    /// Evaluates an atom with Cedar. Returns `None` if evaluation fails or the result is not a boolean.
    pub(crate) fn evaluate(&self, atom: Atom, evaluator: &Evaluator<'_>) -> Option<bool> {
        // A condition has no template slots: Cedar allows them in scopes only.
        let no_slots = SlotEnv::new();
        match evaluator.interpret(self.atoms.get(atom as usize)?, &no_slots).ok()?.value_kind() {
            ValueKind::Lit(Literal::Bool(answer)) => Some(*answer),
            _ => None,
        }
    }
}

/// Collects the distinct atoms while a set is prepared.
#[derive(Default)]
struct Atoms {
    all: Vec<Expr>,
    known: HashMap<Expr, Atom>,
}

impl Atoms {
    fn node(&mut self, expr: &Expr) -> Node {
        match expr.expr_kind() {
            ExprKind::And { left, right } => Node::And(Box::new([self.node(left), self.node(right)])),
            ExprKind::Or { left, right } => Node::Or(Box::new([self.node(left), self.node(right)])),
            ExprKind::UnaryApp { op: UnaryOp::Not, arg } => Node::Not(Box::new(self.node(arg))),
            ExprKind::If { test_expr, then_expr, else_expr } => {
                Node::If(Box::new([self.node(test_expr), self.node(then_expr), self.node(else_expr)]))
            }
            _ => Node::Atom(self.atom(expr)),
        }
    }

    fn atom(&mut self, expr: &Expr) -> Atom {
        let next = Atom::try_from(self.all.len()).unwrap_or(Atom::MAX);
        let atom = *self.known.entry(expr.clone()).or_insert(next);
        if atom == next {
            self.all.push(expr.clone());
        }
        atom
    }
}

/// The results of the atoms evaluated so far for one question.
struct AtomAnswers<'a> {
    /// Per atom: `None` if not yet evaluated, otherwise the result.
    known: Vec<Cell<Option<Option<bool>>>>,
    ask: &'a dyn Fn(Atom) -> Option<bool>,
}

impl AtomAnswers<'_> {
    /// Returns whether a condition holds, or `None` if evaluation fails. Like Cedar, it evaluates from left to right
    /// and stops as soon as the result is certain; an atom that is not evaluated cannot fail.
    fn holds(&self, node: &Node) -> Option<bool> {
        match node {
            Node::Atom(atom) => self.atom(*atom),
            Node::Not(inner) => self.holds(inner).map(|holds| !holds),
            Node::And(sides) => {
                let [left, right] = &**sides;
                if self.holds(left)? { self.holds(right) } else { Some(false) }
            }
            Node::Or(sides) => {
                let [left, right] = &**sides;
                if self.holds(left)? { Some(true) } else { self.holds(right) }
            }
            Node::If(parts) => {
                let [test, yes, no] = &**parts;
                if self.holds(test)? { self.holds(yes) } else { self.holds(no) }
            }
        }
    }

    fn atom(&self, atom: Atom) -> Option<bool> {
        let known = self.known.get(atom as usize)?;
        known.get().unwrap_or_else(|| {
            let answer = (self.ask)(atom);
            known.set(Some(answer));
            answer
        })
    }
}

impl PolicyOutcomes {
    /// Cedar's rule: a satisfied forbid denies; otherwise a satisfied permit allows; otherwise the result is deny.
    pub(crate) fn allowed(&self) -> bool {
        self.forbids.is_empty() && !self.permits.is_empty()
    }

    /// Cedar's reasons: the forbids that deny or the permits that allow; empty for a denial by default.
    pub(crate) fn determining(&self) -> &[Rule] {
        if self.forbids.is_empty() { &self.permits } else { &self.forbids }
    }
}
