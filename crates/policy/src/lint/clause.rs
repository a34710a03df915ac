//! A condition as a conjunction of parts, and whether the parts of one policy follow from those of another.
//!
//! The comparison is syntactic: two parts are the same if Cedar parses them to the same expression. The one exception
//! is a comparison of a number of the question with a constant, since a bound of 3 or more implies a bound of 2 or
//! more.

use crate::plain_atom::{Number, PlainAtom};
use crate::reading::without_places;
use cedar_policy_core::ast::{Expr, ExprKind, Literal, UnaryOp};
use std::collections::BTreeMap;

/// The parts of a condition, all of which must hold.
#[derive(Debug, Clone, Default)]
pub(super) struct Clauses {
    /// Numbers of the question, with inclusive bounds.
    bounds: BTreeMap<Number, (i64, i64)>,
    /// All other parts: the expression, and whether it must hold or must not hold.
    parts: Vec<(Expr, bool)>,
    impossible: bool,
}

impl Clauses {
    /// Returns the parts of a condition: those of its `when` clauses, and the negation of its `unless` clauses.
    pub(super) fn of(condition: Option<&Expr>) -> Self {
        let mut clauses = Self::default();
        if let Some(condition) = condition {
            clauses.add(&without_places(condition), true);
        }
        clauses
    }

    fn add(&mut self, expr: &Expr, holds: bool) {
        match expr.expr_kind() {
            ExprKind::And { left, right } if holds => {
                self.add(left, holds);
                self.add(right, holds);
            }
            ExprKind::Or { left, right } if !holds => {
                self.add(left, holds);
                self.add(right, holds);
            }
            ExprKind::UnaryApp { op: UnaryOp::Not, arg } => self.add(arg, !holds),
            // The validator has found each condition that a literal makes impossible, so here it asks for nothing.
            ExprKind::Lit(Literal::Bool(_)) => {}
            _ => match bound(expr, holds) {
                Some((number, low, high)) => self.narrow(number, low, high),
                None => self.part(expr, holds),
            },
        }
    }

    fn narrow(&mut self, number: Number, low: i64, high: i64) {
        let known = self.bounds.entry(number).or_insert_with(|| range_of(number));
        *known = (known.0.max(low), known.1.min(high));
        self.impossible |= known.0 > known.1;
    }

    fn part(&mut self, expr: &Expr, holds: bool) {
        self.impossible |= self.parts.contains(&(expr.clone(), !holds));
        if !self.has(expr, holds) {
            self.parts.push((expr.clone(), holds));
        }
    }

    fn has(&self, expr: &Expr, holds: bool) -> bool {
        self.parts.iter().any(|(known, known_holds)| *known_holds == holds && known == expr)
    }

    /// Returns whether no question can satisfy all parts.
    pub(super) const fn can_not_be_met(&self) -> bool {
        self.impossible
    }

    /// Returns the parts that must hold, except bounds of numbers.
    pub(super) fn wanted(&self) -> impl Iterator<Item = &Expr> {
        self.parts.iter().filter(|(_, holds)| *holds).map(|(expr, _)| expr)
    }

    /// Returns the parts that must not hold: those that would lift a guardrail.
    pub(super) fn lifting(&self) -> impl Iterator<Item = &Expr> {
        self.parts.iter().filter(|(_, holds)| !holds).map(|(expr, _)| expr)
    }

    /// Returns whether these parts hold whenever `others` do.
    pub(super) fn follow_from(&self, others: &Self) -> bool {
        self.follow_but_for(others, |_, _| false)
    }

    /// Like [`Self::follow_from`], but ignores the parts for which `excused` returns true.
    pub(super) fn follow_but_for(&self, others: &Self, excused: impl Fn(&Expr, bool) -> bool) -> bool {
        let within = |(number, (low, high)): (&Number, &(i64, i64))| {
            let (least, most) = others.bounds.get(number).copied().unwrap_or_else(|| range_of(*number));
            *low <= least && most <= *high
        };
        self.bounds.iter().all(within)
            && self.parts.iter().all(|(expr, holds)| excused(expr, *holds) || others.has(expr, *holds))
    }
}

/// Returns the range of values of a number of the question.
const fn range_of(number: Number) -> (i64, i64) {
    match number {
        Number::Sensitivity => (0, 3),
        Number::Risk => (0, 2),
        Number::Assurance => (1, 3),
        Number::Hour => (0, 23),
        Number::Weekday => (1, 7),
        Number::AuthenticationAge | Number::SessionAge | Number::SessionIdle | Number::PostureAge => {
            (0, i64::MAX)
        }
    }
}

/// Converts a comparison of a number of the question with a constant into inclusive bounds.
fn bound(expr: &Expr, holds: bool) -> Option<(Number, i64, i64)> {
    let (number, low, high) = match (PlainAtom::of(expr)?, holds) {
        (PlainAtom::Below(number, bound), true) => (number, i64::MIN, bound.checked_sub(1)?),
        (PlainAtom::Below(number, bound), false) => (number, bound, i64::MAX),
        (PlainAtom::Above(number, bound), true) => (number, bound.checked_add(1)?, i64::MAX),
        (PlainAtom::Above(number, bound), false) => (number, i64::MIN, bound),
        (PlainAtom::Equals(number, other), true) => (number, other, other),
        _ => return None,
    };
    Some((number, low, high))
}
