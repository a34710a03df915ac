//! A condition as parts that must all hold, and when the parts of one policy follow from those of another.
//!
//! The comparison is of texts, not of meanings: two parts are the same when Cedar parses them to the same expression.
//! Only comparisons of a number of the question with a fixed one are understood further, since a bound of 3 or more
//! is also a bound of 2 or more.

use crate::plain_atom::{Number, PlainAtom};
use crate::reading::without_places;
use cedar_policy_core::ast::{Expr, ExprKind, Literal, UnaryOp};
use std::collections::BTreeMap;

/// The parts of a condition, all of which must hold.
#[derive(Debug, Clone, Default)]
pub(super) struct Clauses {
    /// Numbers of the question, each within both bounds.
    bounds: BTreeMap<Number, (i64, i64)>,
    /// Everything else: the expression, and whether it must hold or must not.
    parts: Vec<(Expr, bool)>,
    impossible: bool,
}

impl Clauses {
    /// The parts of a condition: what its `when` clauses ask for, and the opposite of what its `unless` clauses do.
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
            ExprKind::Lit(Literal::Bool(always)) => self.impossible |= *always != holds,
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

    /// Whether no question can meet all of it.
    pub(super) const fn can_not_be_met(&self) -> bool {
        self.impossible
    }

    /// What must hold, beside bounds of numbers.
    pub(super) fn wanted(&self) -> impl Iterator<Item = &Expr> {
        self.parts.iter().filter(|(_, holds)| *holds).map(|(expr, _)| expr)
    }

    /// What must not hold: what would lift a guardrail.
    pub(super) fn lifting(&self) -> impl Iterator<Item = &Expr> {
        self.parts.iter().filter(|(_, holds)| !holds).map(|(expr, _)| expr)
    }

    /// Whether these hold whenever `others` do.
    pub(super) fn follow_from(&self, others: &Self) -> bool {
        self.follow_but_for(others, |_, _| false)
    }

    /// The same, leaving the parts aside that are `excused`.
    pub(super) fn follow_but_for(&self, others: &Self, excused: impl Fn(&Expr, bool) -> bool) -> bool {
        let within = |(number, (low, high)): (&Number, &(i64, i64))| {
            let (least, most) = others.bounds.get(number).copied().unwrap_or_else(|| range_of(*number));
            *low <= least && most <= *high
        };
        self.bounds.iter().all(within)
            && self.parts.iter().all(|(expr, holds)| excused(expr, *holds) || others.has(expr, *holds))
    }
}

/// The values that a number of the question can have.
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

/// A comparison of a number of the question with a fixed one, as the bounds within which it holds.
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
