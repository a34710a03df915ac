//! Derives the range of a column from conditions, so that a table can skip whole days and pages.

use datafusion::arrow::datatypes::{DataType, TimeUnit};
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Expr, Operator, utils::split_conjunction};
use std::ops::RangeInclusive;

/// Returns the range that the conditions, all of which hold, leave for a column of time stamps (in microseconds) or
/// whole numbers.
pub(crate) fn bounds(filters: &[Expr], column: &str) -> RangeInclusive<i128> {
    let (mut least, mut most) = (i128::MIN, i128::MAX);
    for condition in filters.iter().flat_map(split_conjunction) {
        let Some((operator, value)) = compared(condition, column) else { continue };
        // A value between two microseconds was rounded down. The upper bound is one larger for that: a range that is
        // too wide is harmless.
        match operator {
            Operator::Eq => (least, most) = (least.max(value), most.min(value.saturating_add(1))),
            Operator::Gt | Operator::GtEq => least = least.max(value),
            Operator::Lt | Operator::LtEq => most = most.min(value.saturating_add(1)),
            _ => {}
        }
    }
    least..=most
}

/// Returns the comparison of a condition, with the column on the left.
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
        // The planner's cast to a time stamp that is at least as fine keeps every value. A coarser one, or a date, makes
        // values of a whole second or day equal, so a comparison with it says less about the column.
        Expr::Cast(cast) => is_fine(cast.field.data_type()) && is(&cast.expr, column),
        _ => false,
    }
}

const fn is_fine(cast_to: &DataType) -> bool {
    matches!(cast_to, DataType::Timestamp(TimeUnit::Microsecond | TimeUnit::Nanosecond, _))
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
    use datafusion::logical_expr::cast;
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

    #[test]
    fn a_cast_that_makes_moments_equal_narrows_nothing() {
        let noon = lit(ScalarValue::TimestampSecond(Some(1), None));
        let check = |cast_to: DataType, most: i128| {
            let filter = cast(col("at"), cast_to).lt_eq(noon.clone());
            assert_eq!(bounds(std::slice::from_ref(&filter), "at"), i128::MIN..=most, "{filter}");
        };
        check(DataType::Timestamp(TimeUnit::Nanosecond, None), 1_000_001);
        check(DataType::Timestamp(TimeUnit::Microsecond, None), 1_000_001);
        check(DataType::Timestamp(TimeUnit::Millisecond, None), i128::MAX);
        check(DataType::Timestamp(TimeUnit::Second, None), i128::MAX);
        check(DataType::Date32, i128::MAX);
    }
}
