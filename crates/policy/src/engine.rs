//! Evaluation: the policies that can match, each with its condition ready, and what they say together.
//!
//! A condition is taken apart into *atoms* (what stands between `&&`, `||`, `!` and `if`). Policies of one set ask the
//! same things again and again, so an atom is evaluated once for a question however many conditions hold it. What
//! remains here is only the order in which Cedar looks at atoms, and that a failed one fails what holds it.
//!
//! This layer works for any Cedar policy set. It must not know our schema: the outside corpus goes through it.

use crate::index::{Index, NumberedQuestion, Rule};
use crate::reading::without_places;
use cedar_policy_core::ast::{Effect, Expr, ExprKind, Literal, Policy, SlotEnv, UnaryOp, ValueKind};
use cedar_policy_core::evaluator::Evaluator;
use std::cell::Cell;
use std::collections::HashMap;

/// An atom, by its place in [`Engine::atoms`].
pub(crate) type Atom = u32;

/// A policy set made ready for questions.
#[derive(Debug, Clone, Default)]
pub(crate) struct Engine {
    pub(crate) index: Index,
    pub(crate) atoms: Vec<Expr>,
    rules: Vec<Ready>,
}

#[derive(Debug, Clone)]
struct Ready {
    effect: Effect,
    /// What the `when` and `unless` clauses come to; none when there are none, and the scope decides alone.
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

/// What the policies that can match come to, each by its number, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) permits: Vec<Rule>,
    pub(crate) forbids: Vec<Rule>,
    pub(crate) errors: Vec<Rule>,
}

impl Engine {
    pub(crate) fn new<'a>(policies: impl IntoIterator<Item = &'a Policy> + Clone) -> Self {
        let mut atoms = Atoms::default();
        let ready = |policy: &'a Policy| Ready {
            effect: policy.effect(),
            condition: policy.non_scope_constraints().map(|condition| atoms.node(&without_places(condition))),
        };
        let rules = policies.clone().into_iter().map(ready).collect();
        Self { index: Index::new(policies), rules, atoms: atoms.all }
    }

    pub(crate) fn matching(&self, asked: &NumberedQuestion) -> Vec<Rule> {
        self.index.matching(asked)
    }

    /// What `rules`, whose scopes match, come to. Atoms are answered by `ask`, with none when evaluating fails; it is
    /// asked for each at most once.
    pub(crate) fn tally(&self, rules: &[Rule], ask: &dyn Fn(Atom) -> Option<bool>) -> Tally {
        let asking = AtomAnswers { known: vec![Cell::new(None); self.atoms.len()], ask };
        let mut tally = Tally::default();
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

    /// Cedar's own answer to an atom; none when evaluating it fails, or it is not a yes or no.
    pub(crate) fn evaluate(&self, atom: Atom, evaluator: &Evaluator<'_>) -> Option<bool> {
        // A condition has no template slots: Cedar allows them in scopes only.
        let no_slots = SlotEnv::new();
        match evaluator.interpret(self.atoms.get(atom as usize)?, &no_slots).ok()?.value_kind() {
            ValueKind::Lit(Literal::Bool(answer)) => Some(*answer),
            _ => None,
        }
    }
}

/// Atoms while a set is made ready, each once.
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

/// One question's atoms, as far as they were asked.
struct AtomAnswers<'a> {
    /// For each atom nothing yet, or what came of asking.
    known: Vec<Cell<Option<Option<bool>>>>,
    ask: &'a dyn Fn(Atom) -> Option<bool>,
}

impl AtomAnswers<'_> {
    /// Whether a condition holds; none when evaluating it fails. Cedar looks from left to right and no further than
    /// it must, and what it does not look at cannot fail.
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
