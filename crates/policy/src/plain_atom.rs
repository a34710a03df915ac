//! Simple atoms that are evaluated directly on the question, without Cedar.
//!
//! Most policies test the same few things in the same few shapes: whether an item is present, whether a flag is set,
//! whether a number is below a bound. Cedar's evaluator needs about 0.1 µs for each, but first the question must be
//! converted into Cedar's values, which takes longer than all the rest. So exactly these shapes are evaluated here, and
//! Cedar evaluates everything else. The property tests compare every shape with Cedar's own authorizer; add no shape
//! that they do not generate.

use crate::question::Question;
use crate::schema;
use cedar_policy_core::ast::{BinaryOp, EntityType, EntityUID, Expr, ExprKind, Literal, Var};
use countersign_names::PrincipalKind;

/// An atom of a simple shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PlainAtom {
    /// `true` or `false`.
    Always(bool),
    /// Whether an item of the context is present.
    Has(Item),
    /// `context.device has posture_age`, which fails if there is no device.
    DeviceHasPostureAge,
    /// `context has device.posture_age`, which does not fail.
    HasPostureAge,
    /// A boolean.
    Flag(Flag),
    /// Whether a number is below the bound.
    Below(Number, i64),
    /// Whether a number is above the bound.
    Above(Number, i64),
    /// Whether a number equals the other.
    Equals(Number, i64),
    /// Whether the principal has a risk level. All but the anonymous have.
    HasRisk,
    /// Whether the principal is of a kind.
    PrincipalIs(Option<PrincipalKind>),
    /// Whether the action is this one.
    ActionIs(EntityUID),
    /// Whether an exception lifts this guardrail.
    Excepted(String),
}

/// An optional item of the context.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Item {
    Authentication,
    Session,
    Device,
    Place,
    ContentType,
}

/// A boolean of the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flag {
    PhishingResistant,
    Managed,
    Proved,
    Compliant,
    Grant,
    Labelled,
}

/// A number of the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Number {
    Assurance,
    AuthenticationAge,
    SessionAge,
    SessionIdle,
    PostureAge,
    Hour,
    Weekday,
    Sensitivity,
    Risk,
}

impl PlainAtom {
    /// Returns the atom if its shape is simple.
    pub(crate) fn of(expr: &Expr) -> Option<Self> {
        match expr.expr_kind() {
            ExprKind::Lit(Literal::Bool(always)) => Some(Self::Always(*always)),
            ExprKind::HasAttr { expr, attr } => {
                let (var, path) = path(expr)?;
                presence(var, &path, attr.as_str())
            }
            ExprKind::ExtHasAttr { expr, attrs } => {
                let attrs: Vec<&str> = attrs.iter().map(|attr| attr.as_str()).collect();
                let whole = path(expr)? == (Var::Context, Vec::new()) && attrs == ["device", "posture_age"];
                whole.then_some(Self::HasPostureAge)
            }
            ExprKind::GetAttr { .. } => flag(expr).map(Self::Flag),
            ExprKind::Is { expr, entity_type } => match expr.expr_kind() {
                ExprKind::Var(Var::Principal) => Some(Self::PrincipalIs(kind(entity_type))),
                _ => None,
            },
            ExprKind::BinaryApp { op, arg1, arg2 } => binary(*op, arg1, arg2),
            _ => None,
        }
    }

    /// Returns the result; `None` if the tested value is absent, in which case Cedar fails too.
    pub(crate) fn answer(&self, question: &Question) -> Option<bool> {
        Some(match self {
            Self::Always(always) => *always,
            Self::Has(item) => has(*item, question),
            Self::DeviceHasPostureAge => question.device.as_ref()?.posture_age.is_some(),
            Self::HasPostureAge => {
                question.device.as_ref().is_some_and(|device| device.posture_age.is_some())
            }
            Self::Flag(flag) => flag_in(*flag, question)?,
            Self::Below(number, bound) => number_in(*number, question)? < *bound,
            Self::Above(number, bound) => *bound < number_in(*number, question)?,
            Self::Equals(number, other) => number_in(*number, question)? == *other,
            Self::HasRisk => question.principal.kind() != PrincipalKind::Anonymous,
            Self::PrincipalIs(kind) => *kind == Some(question.principal.kind()),
            Self::ActionIs(uid) => *schema::action(question.action) == *uid,
            Self::Excepted(id) => question.exceptions.contains(id.as_str()),
        })
    }
}

/// Returns a variable and the attributes that lead from it.
fn path(expr: &Expr) -> Option<(Var, Vec<&str>)> {
    match expr.expr_kind() {
        ExprKind::Var(var) => Some((*var, Vec::new())),
        ExprKind::GetAttr { expr, attr } => {
            let (var, mut path) = path(expr)?;
            path.push(attr.as_str());
            Some((var, path))
        }
        _ => None,
    }
}

fn presence(var: Var, path: &[&str], attribute: &str) -> Option<PlainAtom> {
    let item = match (var, path, attribute) {
        (Var::Context, [], "authentication") => Item::Authentication,
        (Var::Context, [], "session") => Item::Session,
        (Var::Context, [], "device") => Item::Device,
        (Var::Context, [], "place") => Item::Place,
        (Var::Context, [], "content_type") => Item::ContentType,
        (Var::Context, ["device"], "posture_age") => return Some(PlainAtom::DeviceHasPostureAge),
        (Var::Principal, [], "risk") => return Some(PlainAtom::HasRisk),
        _ => return None,
    };
    Some(PlainAtom::Has(item))
}

fn flag(expr: &Expr) -> Option<Flag> {
    let (var, path) = path(expr)?;
    match (var, path.as_slice()) {
        (Var::Context, ["authentication", "phishing_resistant"]) => Some(Flag::PhishingResistant),
        (Var::Context, ["device", "managed"]) => Some(Flag::Managed),
        (Var::Context, ["device", "proved"]) => Some(Flag::Proved),
        (Var::Context, ["device", "compliant"]) => Some(Flag::Compliant),
        (Var::Context, ["grant"]) => Some(Flag::Grant),
        (Var::Resource, ["labelled"]) => Some(Flag::Labelled),
        _ => None,
    }
}

fn number(expr: &Expr) -> Option<Number> {
    let (var, path) = path(expr)?;
    match (var, path.as_slice()) {
        (Var::Context, ["authentication", "assurance"]) => Some(Number::Assurance),
        (Var::Context, ["authentication", "age"]) => Some(Number::AuthenticationAge),
        (Var::Context, ["session", "age"]) => Some(Number::SessionAge),
        (Var::Context, ["session", "idle"]) => Some(Number::SessionIdle),
        (Var::Context, ["device", "posture_age"]) => Some(Number::PostureAge),
        (Var::Context, ["time", "hour"]) => Some(Number::Hour),
        (Var::Context, ["time", "weekday"]) => Some(Number::Weekday),
        (Var::Resource, ["sensitivity"]) => Some(Number::Sensitivity),
        (Var::Principal, ["risk"]) => Some(Number::Risk),
        _ => None,
    }
}

fn kind(entity_type: &EntityType) -> Option<PrincipalKind> {
    let kinds = [PrincipalKind::Anonymous, PrincipalKind::Person, PrincipalKind::Service];
    kinds.into_iter().find(|kind| schema::principal_type(*kind) == entity_type)
}

fn literal(expr: &Expr) -> Option<&Literal> {
    match expr.expr_kind() {
        ExprKind::Lit(literal) => Some(literal),
        _ => None,
    }
}

fn binary(op: BinaryOp, left: &Expr, right: &Expr) -> Option<PlainAtom> {
    // `<=` becomes `<` with the adjacent number as the bound; if there is no adjacent number, Cedar evaluates the atom.
    match (op, number(left), literal(left), number(right), literal(right)) {
        (BinaryOp::Less, Some(number), _, _, Some(Literal::Long(bound))) => {
            Some(PlainAtom::Below(number, *bound))
        }
        (BinaryOp::LessEq, Some(number), _, _, Some(Literal::Long(bound))) => {
            Some(PlainAtom::Below(number, bound.checked_add(1)?))
        }
        (BinaryOp::Less, _, Some(Literal::Long(bound)), Some(number), _) => {
            Some(PlainAtom::Above(number, *bound))
        }
        (BinaryOp::LessEq, _, Some(Literal::Long(bound)), Some(number), _) => {
            Some(PlainAtom::Above(number, bound.checked_sub(1)?))
        }
        (BinaryOp::Eq, Some(number), _, _, Some(Literal::Long(other)))
        | (BinaryOp::Eq, _, Some(Literal::Long(other)), Some(number), _) => {
            Some(PlainAtom::Equals(number, *other))
        }
        (BinaryOp::Eq, _, _, _, Some(Literal::EntityUID(uid))) => match left.expr_kind() {
            ExprKind::Var(Var::Action) => Some(PlainAtom::ActionIs((**uid).clone())),
            _ => None,
        },
        (BinaryOp::Contains, _, _, _, Some(Literal::String(id))) => match path(left)? {
            (Var::Context, path) if path == ["exceptions"] => Some(PlainAtom::Excepted(id.to_string())),
            _ => None,
        },
        _ => None,
    }
}

fn has(item: Item, question: &Question) -> bool {
    match item {
        Item::Authentication => question.authentication.is_some(),
        Item::Session => question.session.is_some(),
        Item::Device => question.device.is_some(),
        Item::Place => question.place.is_some(),
        Item::ContentType => question.content_type.is_some(),
    }
}

fn flag_in(flag: Flag, question: &Question) -> Option<bool> {
    Some(match flag {
        Flag::PhishingResistant => question.authentication.as_ref()?.phishing_resistant,
        Flag::Managed => question.device.as_ref()?.managed,
        Flag::Proved => question.device.as_ref()?.proved,
        Flag::Compliant => question.device.as_ref()?.compliant(),
        Flag::Grant => question.grant,
        Flag::Labelled => question.labelled,
    })
}

fn number_in(number: Number, question: &Question) -> Option<i64> {
    Some(match number {
        Number::Assurance => question.authentication.as_ref()?.assurance.rank(),
        Number::AuthenticationAge => question.authentication.as_ref()?.age,
        Number::SessionAge => question.session?.age,
        Number::SessionIdle => question.session?.idle,
        Number::PostureAge => question.device.as_ref()?.posture_age?,
        Number::Hour => question.time.hour.into(),
        Number::Weekday => question.time.weekday.into(),
        Number::Sensitivity => question.sensitivity.rank(),
        Number::Risk if question.principal.kind() == PrincipalKind::Anonymous => return None,
        Number::Risk => question.subject.risk.rank(),
    })
}

#[cfg(test)]
mod tests;
