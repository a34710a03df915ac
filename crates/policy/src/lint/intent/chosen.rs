//! The basis of a part of a condition: evidence, the place, or only the form of the request.

use crate::reading::children;
use cedar_policy_core::ast::{BinaryOp, Expr, ExprKind, Var};
use std::collections::BTreeSet;

/// The basis of an expression: the strongest of the values that it reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rests {
    /// It reads nothing from the question.
    Nothing,
    /// Values that the requester writes into the request.
    Choice,
    /// The address, and the network that contains it.
    Place,
    /// Anything else: the principal, the device, the purpose, the time.
    Evidence,
}

/// The attributes of the context that the requester chooses.
const CHOSEN: [&str; 3] = ["operation", "item", "content_type"];

pub(super) fn rests(expr: &Expr) -> Rests {
    let below = || children(expr).into_iter().map(rests).max().unwrap_or(Rests::Nothing);
    match expr.expr_kind() {
        ExprKind::Var(_) => Rests::Evidence,
        ExprKind::GetAttr { expr: of, attr } | ExprKind::HasAttr { expr: of, attr } => {
            if is(of, Var::Context) { part_of_context(attr.as_str()) } else { below() }
        }
        ExprKind::ExtHasAttr { expr: of, attrs } if is(of, Var::Context) => {
            part_of_context(attrs.first().as_ref())
        }
        ExprKind::BinaryApp { op: BinaryOp::GetTag | BinaryOp::HasTag, arg1, arg2 }
            if is(arg1, Var::Resource) =>
        {
            rests(arg2).max(Rests::Choice)
        }
        _ => below(),
    }
}

/// Returns the names of the values that an expression reads, for messages.
pub(super) fn read_by(expr: &Expr) -> String {
    let mut names = BTreeSet::new();
    collect(expr, &mut names);
    names.into_iter().collect::<Vec<_>>().join(" and ")
}

fn collect(expr: &Expr, names: &mut BTreeSet<String>) {
    match expr.expr_kind() {
        ExprKind::GetAttr { expr: of, attr } | ExprKind::HasAttr { expr: of, attr }
            if is(of, Var::Context) =>
        {
            names.insert(format!("context.{attr}"));
        }
        ExprKind::ExtHasAttr { expr: of, attrs } if is(of, Var::Context) => {
            names.insert(format!("context.{}", attrs.first()));
        }
        ExprKind::BinaryApp { op: BinaryOp::GetTag | BinaryOp::HasTag, arg2, .. } => {
            names.insert("a tag of the resource".to_owned());
            collect(arg2, names);
        }
        _ => children(expr).into_iter().for_each(|child| collect(child, names)),
    }
}

fn is(expr: &Expr, var: Var) -> bool {
    matches!(expr.expr_kind(), ExprKind::Var(known) if *known == var)
}

fn part_of_context(attribute: &str) -> Rests {
    match attribute {
        "place" => Rests::Place,
        chosen if CHOSEN.contains(&chosen) => Rests::Choice,
        _ => Rests::Evidence,
    }
}
