//! What a part of a condition rests on: what somebody proved, where they are, or only how they ask.

use crate::reading::children;
use cedar_policy_core::ast::{BinaryOp, Expr, ExprKind, Var};
use std::collections::BTreeSet;

/// What an expression rests on, the strongest of what it reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rests {
    /// It reads nothing of the question.
    Nothing,
    /// What whoever asks writes into the request.
    Choice,
    /// The address, and the network that it lies in.
    Place,
    /// Anything else: who asks, with what, what for, when.
    Evidence,
}

/// The parts of the context that whoever asks chooses.
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

/// The names of what an expression reads, for people.
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
