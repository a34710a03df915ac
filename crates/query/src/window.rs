//! Between which values a column must lie, as far as conditions say so: what lets a table leave out whole days and pages.

use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Expr, Operator, utils::split_conjunction};
use std::ops::RangeInclusive;

/// The widest that the conditions, all of which hold, leave to a column of moments (in microseconds) or whole numbers.
pub(crate) fn bounds(filters: &[Expr], column: &str) -> RangeInclusive<i128> {
    let (mut least, mut most) = (i128::MIN, i128::MAX);
    for condition in filters.iter().flat_map(split_conjunction) {
        let Some((operator, value)) = compared(condition, column) else { continue };
        // A value between two microseconds bounds by the one below, and that is in either way: too wide is harmless.
        match operator {
            Operator::Eq => (least, most) = (least.max(value), most.min(value.saturating_add(1))),
            Operator::Gt | Operator::GtEq => least = least.max(value),
            Operator::Lt | Operator::LtEq => most = most.min(value.saturating_add(1)),
            _ => {}
        }
    }
    least..=most
}

/// The comparison that a condition is, with the column on its left.
fn compared(condition: &Expr, column: &str) -> Option<(Operator, i128)> {
    match condition {
        Expr::BinaryExpr(binary) => {
            if is(&binary.left, column) {
                Some((binary.op, value(&binary.right)?))
            } else if is(&binary.right, column) {
                Some((binary.op.swap()?, value(&binary.left)?))
            } else {
                None
            }
        }
        _ => None,
    }
}

fn is(expr: &Expr, column: &str) -> bool {
    match expr {
        Expr::Column(found) => found.name == column,
        // A cast of ours to a finer moment or a wider number keeps the order.
        Expr::Cast(cast) => cast.field.data_type().is_temporal() && is(&cast.expr, column),
        _ => false,
    }
}

fn value(expr: &Expr) -> Option<i128> {
    let Expr::Literal(value, _) = expr else { return None };
    Some(match value {
        ScalarValue::TimestampSecond(Some(at), _) => i128::from(*at) * 1_000_000,
        ScalarValue::TimestampMillisecond(Some(at), _) => i128::from(*at) * 1_000,
        ScalarValue::TimestampMicrosecond(Some(at), _) => i128::from(*at),
        ScalarValue::TimestampNanosecond(Some(at), _) => i128::from(*at).div_euclid(1_000),
        ScalarValue::UInt64(Some(number)) => i128::from(*number),
        ScalarValue::Int64(Some(number)) => i128::from(*number),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use datafusion::prelude::{col, lit};

    #[test]
    fn conditions_that_all_hold_narrow_and_others_do_not() {
        let check = |filter: Expr, least: i128, most: i128| {
            assert_eq!(bounds(std::slice::from_ref(&filter), "n"), least..=most, "{filter}");
        };
        let (all, none) = (i128::MAX, i128::MIN);
        check(col("n").gt_eq(lit(5_u64)), 5, all);
        check(col("n").gt(lit(5_u64)).and(col("n").lt(lit(9_u64))), 5, 10);
        check(lit(5_u64).lt(col("n")), 5, all);
        check(col("n").eq(lit(5_u64)), 5, 6);
        check(col("m").eq(lit(5_u64)), none, all);
        check(col("n").eq(lit(5_u64)).or(col("n").eq(lit(6_u64))), none, all);
        check(col("n").not_eq(lit(5_u64)), none, all);
        check(col("n").lt(lit("x")), none, all);
        check(col("n").gt_eq(lit(ScalarValue::TimestampNanosecond(Some(-1), None))), -1, all);
    }
}
