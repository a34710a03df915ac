//! The values that a condition reads, determined by one walk when the condition is loaded.
//!
//! This has two uses. A question builds only the values that a condition reads. And a verdict knows how long it stays
//! valid: an age that is compared only with fixed numbers matters at those numbers and nowhere else. If the walk cannot
//! determine how a value is used, it assumes the worst.

use cedar_policy_core::ast::{BinaryOp, EntityUID, Expr, ExprKind, Literal, Var};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The items of a question that conditions read, one bit per item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Items(u32);

impl Items {
    /// No items.
    pub const NONE: Self = Self(0);
    /// The attributes of the principal: its groups, its risk.
    pub const PRINCIPAL: Self = Self(1);
    /// The attributes of the resource: its sensitivity, its tags.
    pub const RESOURCE: Self = Self(1 << 1);
    /// The authentication of the principal, and its age.
    pub const AUTHENTICATION: Self = Self(1 << 2);
    /// The ages of the session.
    pub const SESSION: Self = Self(1 << 3);
    /// The device and its posture.
    pub const DEVICE: Self = Self(1 << 4);
    pub(crate) const FAILING: Self = Self(1 << 5);
    /// The address, and the network that contains it.
    pub const PLACE: Self = Self(1 << 6);
    /// The hour and the weekday.
    pub const TIME: Self = Self(1 << 7);
    /// Whether a grant is active.
    pub const GRANT: Self = Self(1 << 8);
    /// The exceptions that cover the access.
    pub const EXCEPTIONS: Self = Self(1 << 9);
    /// The protocol's name of the action.
    pub const OPERATION: Self = Self(1 << 10);
    /// The protocol's name of the requested item.
    pub const ITEM: Self = Self(1 << 11);
    /// The content type of a download.
    pub const CONTENT_TYPE: Self = Self(1 << 12);
    pub(crate) const ALL: Self = Self((1 << 13) - 1);

    /// Returns the union.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Returns whether `item` is included.
    pub const fn has(self, item: Self) -> bool {
        self.0 & item.0 != 0
    }

    /// Returns the bit of a context attribute; every bit if the schema does not know the attribute.
    fn of(attribute: &str) -> Self {
        match attribute {
            "authentication" => Self::AUTHENTICATION,
            "session" => Self::SESSION,
            "device" => Self::DEVICE,
            "place" => Self::PLACE,
            "time" => Self::TIME,
            "grant" => Self::GRANT,
            "exceptions" => Self::EXCEPTIONS,
            "operation" => Self::OPERATION,
            "item" => Self::ITEM,
            "content_type" => Self::CONTENT_TYPE,
            _ => Self::ALL,
        }
    }
}

/// A value that grows by one per second while nothing else happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Age {
    Authentication,
    Session,
    Idle,
    Posture,
}

impl Age {
    pub(crate) const ALL: [Self; 4] = [Self::Authentication, Self::Session, Self::Idle, Self::Posture];

    fn at(path: &[&str]) -> Option<Self> {
        match path {
            ["authentication", "age"] => Some(Self::Authentication),
            ["session", "age"] => Some(Self::Session),
            ["session", "idle"] => Some(Self::Idle),
            ["device", "posture_age"] => Some(Self::Posture),
            _ => None,
        }
    }

    /// Returns the ages within a record of the context. Reading the whole record reads them.
    fn within(record: &str) -> &'static [Self] {
        match record {
            "authentication" => &[Self::Authentication],
            "session" => &[Self::Session, Self::Idle],
            "device" => &[Self::Posture],
            _ => &[],
        }
    }
}

/// The use of one age by a condition.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct AgeUse {
    /// The values at which the result of a comparison may change, in ascending order.
    pub(crate) turns: BTreeSet<i64>,
    /// Whether the result could change at any value.
    pub(crate) freely: bool,
}

impl AgeUse {
    /// Returns how all these conditions together use an age.
    pub(crate) fn of_all(readings: &[Reading], age: Age) -> Self {
        let used = readings.iter().filter_map(|reading| reading.ages.get(age as usize));
        used.fold(Self::default(), |mut all, used| {
            all.turns.extend(&used.turns);
            all.freely |= used.freely;
            all
        })
    }
}

/// The values that one condition reads.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reading {
    pub(crate) items: Items,
    pub(crate) ages: [AgeUse; 4],
    /// The entities that it names. A condition can test membership only in these.
    pub(crate) named: BTreeSet<Arc<EntityUID>>,
}

impl Reading {
    pub(crate) fn of(condition: &Expr) -> Self {
        let mut reading = Self::default();
        reading.walk(condition);
        reading
    }

    pub(crate) fn reads_time(&self) -> bool {
        self.items.has(Items::TIME)
    }

    fn add(&mut self, items: Items) {
        self.items = self.items.and(items);
    }

    fn walk(&mut self, expr: &Expr) {
        if self.comparison(expr) {
            return;
        }
        match expr.expr_kind() {
            ExprKind::Var(Var::Context) => self.value(&[]),
            ExprKind::Var(Var::Principal) => self.add(Items::PRINCIPAL),
            ExprKind::Var(Var::Resource) => self.add(Items::RESOURCE),
            ExprKind::Lit(Literal::EntityUID(uid)) => {
                self.named.insert(uid.clone());
            }
            ExprKind::GetAttr { expr: inner, .. } => match path(expr) {
                Some(path) => self.value(&path),
                None => self.walk(inner),
            },
            ExprKind::HasAttr { expr: inner, attr } => match path(inner) {
                Some(mut path) => {
                    path.push(attr.as_str());
                    self.presence(&path);
                }
                None => self.walk(inner),
            },
            ExprKind::ExtHasAttr { expr: inner, attrs } => match path(inner) {
                Some(mut path) => {
                    path.extend(attrs.iter().map(|attr| attr.as_str()));
                    self.presence(&path);
                }
                None => self.walk(inner),
            },
            _ => children(expr).into_iter().for_each(|child| self.walk(child)),
        }
    }

    /// Handles a comparison of an age with a fixed number, the only use in which the values between do not matter.
    /// Returns false if the expression is not such a comparison.
    fn comparison(&mut self, expr: &Expr) -> bool {
        let ExprKind::BinaryApp { op, arg1, arg2 } = expr.expr_kind() else {
            return false;
        };
        let (turns, age_path) = match (op, age(arg1), number(arg2), number(arg1), age(arg2)) {
            (BinaryOp::Less, Some(age), Some(bound), ..) => ([Some(bound), None], age),
            (BinaryOp::LessEq, Some(age), Some(bound), ..) => ([bound.checked_add(1), None], age),
            (BinaryOp::Less, .., Some(bound), Some(age)) => ([bound.checked_add(1), None], age),
            (BinaryOp::LessEq, .., Some(bound), Some(age)) => ([Some(bound), None], age),
            (BinaryOp::Eq, Some(age), Some(bound), ..) | (BinaryOp::Eq, .., Some(bound), Some(age)) => {
                ([Some(bound), bound.checked_add(1)], age)
            }
            _ => return false,
        };
        let (age, item) = age_path;
        self.add(item);
        if let Some(used) = self.ages.get_mut(age as usize) {
            used.turns.extend(turns.into_iter().flatten());
        }
        true
    }

    /// Records that the value at this path of the context is used in an unknown way.
    fn value(&mut self, path: &[&str]) {
        self.presence(path);
        match path {
            [] => Age::ALL.iter().for_each(|age| self.freely(*age)),
            [record] => {
                Age::within(record).iter().for_each(|age| self.freely(*age));
                if *record == "device" {
                    self.add(Items::FAILING);
                }
            }
            _ => Age::at(path).into_iter().for_each(|age| self.freely(age)),
        }
    }

    /// Records that the presence of a value at this path of the context matters. Time alone does not change presence.
    fn presence(&mut self, path: &[&str]) {
        match path {
            [] => self.add(Items::ALL),
            ["device", "failing", ..] => self.add(Items::DEVICE.and(Items::FAILING)),
            [attribute, ..] => self.add(Items::of(attribute)),
        }
    }

    fn freely(&mut self, age: Age) {
        if let Some(used) = self.ages.get_mut(age as usize) {
            used.freely = true;
        }
    }
}

/// Returns the attributes that lead from the context to this expression; `None` if it is anything else.
fn path(expr: &Expr) -> Option<Vec<&str>> {
    match expr.expr_kind() {
        ExprKind::Var(Var::Context) => Some(Vec::new()),
        ExprKind::GetAttr { expr, attr } => {
            let mut path = path(expr)?;
            path.push(attr.as_str());
            Some(path)
        }
        _ => None,
    }
}

fn age(expr: &Expr) -> Option<(Age, Items)> {
    let path = path(expr)?;
    Some((Age::at(&path)?, Items::of(path.first()?)))
}

fn number(expr: &Expr) -> Option<i64> {
    match expr.expr_kind() {
        ExprKind::Lit(Literal::Long(number)) => Some(*number),
        _ => None,
    }
}

/// Returns the direct operands of an expression.
pub(crate) fn children(expr: &Expr) -> Vec<&Expr> {
    match expr.expr_kind() {
        ExprKind::If { test_expr, then_expr, else_expr } => vec![test_expr, then_expr, else_expr],
        ExprKind::And { left, right } | ExprKind::Or { left, right } => vec![left, right],
        ExprKind::UnaryApp { arg, .. } => vec![arg],
        ExprKind::BinaryApp { arg1, arg2, .. } => vec![arg1, arg2],
        ExprKind::ExtensionFunctionApp { args, .. } => args.iter().collect(),
        ExprKind::GetAttr { expr, .. }
        | ExprKind::HasAttr { expr, .. }
        | ExprKind::ExtHasAttr { expr, .. }
        | ExprKind::Like { expr, .. }
        | ExprKind::Is { expr, .. } => vec![expr],
        ExprKind::Set(parts) => parts.iter().collect(),
        ExprKind::Record(fields) => fields.values().collect(),
        ExprKind::Lit(_) | ExprKind::Var(_) | ExprKind::Slot(_) | ExprKind::Unknown(_) => Vec::new(),
    }
}

/// Returns the same expression without its source locations.
///
/// Cedar's evaluator clones a location at every step. That is a shared reference count that every thread writes to: a
/// third of the time on one core, and a bottleneck on many. Errors do not need locations, because we report the policy.
pub(crate) fn without_places(expr: &Expr) -> Expr {
    let again = |expr: &Expr| without_places(expr);
    match expr.expr_kind() {
        ExprKind::If { test_expr, then_expr, else_expr } => {
            Expr::ite(again(test_expr), again(then_expr), again(else_expr))
        }
        ExprKind::And { left, right } => Expr::and(again(left), again(right)),
        ExprKind::Or { left, right } => Expr::or(again(left), again(right)),
        ExprKind::UnaryApp { op, arg } => Expr::unary_app(*op, again(arg)),
        ExprKind::BinaryApp { op, arg1, arg2 } => Expr::binary_app(*op, again(arg1), again(arg2)),
        ExprKind::ExtensionFunctionApp { fn_name, args } => {
            Expr::call_extension_fn(fn_name.clone(), args.iter().map(again).collect())
        }
        ExprKind::GetAttr { expr, attr } => Expr::get_attr(again(expr), attr.clone()),
        ExprKind::HasAttr { expr, attr } => Expr::has_attr(again(expr), attr.clone()),
        ExprKind::ExtHasAttr { expr, attrs } => Expr::extended_has_attr(again(expr), attrs.clone()),
        ExprKind::Like { expr, pattern } => Expr::like(again(expr), pattern.clone()),
        ExprKind::Is { expr, entity_type } => Expr::is_entity_type(again(expr), entity_type.clone()),
        ExprKind::Set(parts) => Expr::set(parts.iter().map(again)),
        ExprKind::Record(fields) => Expr::record_arc(Arc::new(
            fields.iter().map(|(name, field)| (name.clone(), again(field))).collect(),
        )),
        ExprKind::Lit(_) | ExprKind::Var(_) | ExprKind::Slot(_) | ExprKind::Unknown(_) => {
            expr.clone().with_maybe_source_loc(None)
        }
    }
}
