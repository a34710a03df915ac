//! Questions to the figures of each day.

use super::{DAY_TABLE, TRENDS, TrendFigure};
use crate::read::ProjectionAnswer;
use crate::store;
use crate::table::{ColumnValue, ProjectedRow, Statement};
use crate::{ProjectionError, Projections};
use countersign_database::AnyConnection;
use sqlx::Row as _;
use std::collections::BTreeMap;

/// The figures of some days, one after the other: one value for each day. `None` where rows know that they do not know.
pub type FigureDays = BTreeMap<TrendFigure, Vec<Option<u64>>>;

impl Projections {
    /// Returns every figure of each of `count` days from `first` on, once they have reached `wanted`. Days are
    /// counted from 1970, in UTC.
    ///
    /// # Errors
    /// If the figures cannot be read or are behind, or if a row is not one that the fold makes.
    pub fn trends(&self, wanted: u64, first: i64, count: usize) -> ProjectionAnswer<FigureDays> {
        let this = self.clone();
        Box::pin(async move {
            let read = this.read(TRENDS, wanted, |connection| Box::pin(changes(connection, first, count)));
            let FigureChanges { before, rows } = read.await?.value;
            let mut days: BTreeMap<TrendFigure, Vec<i64>> =
                TrendFigure::ALL.iter().map(|figure| (*figure, vec![0; count])).collect();
            let altered = || ProjectionError::Altered { name: TRENDS };
            for (figure, sum) in before {
                let figure = TrendFigure::of(&figure).ok_or_else(altered)?;
                if figure.is_over_the_day() {
                    continue;
                }
                days.entry(figure).or_default().iter_mut().for_each(|value| *value += sum);
            }
            for row in &rows {
                let (figure, day, change) = parsed(row).ok_or_else(altered)?;
                let since = usize::try_from(day - first).unwrap_or(0);
                let most = if figure.is_over_the_day() { 1 } else { usize::MAX };
                let changed = days.entry(figure).or_default().iter_mut().skip(since).take(most);
                changed.for_each(|value| *value += change);
            }
            let whole = |value: &i64| u64::try_from(*value).map_err(|_| altered());
            let shown = days.iter().map(|(figure, values)| {
                let values = values.iter().enumerate().map(|(day, value)| {
                    let value = whole(value)?;
                    Ok(is_known(*figure, &days, day).then_some(value))
                });
                Ok((*figure, values.collect::<Result<_, ProjectionError>>()?))
            });
            shown.collect()
        })
    }
}

/// Returns whether the rows know a figure on a day: policies while their stages can be read, decisions where there are
/// any, and decisions by outcome where each has one.
fn is_known(figure: TrendFigure, days: &BTreeMap<TrendFigure, Vec<i64>>, day: usize) -> bool {
    let on = |figure| days.get(&figure).and_then(|values| values.get(day)).copied().unwrap_or_default();
    let decisions = on(TrendFigure::Decisions);
    match figure {
        TrendFigure::Policies
        | TrendFigure::PoliciesEnforced
        | TrendFigure::PoliciesShadow
        | TrendFigure::PoliciesRollingOut => on(TrendFigure::PoliciesUnread) == 0,
        TrendFigure::Decisions => decisions > 0,
        TrendFigure::DecisionsAllowed
        | TrendFigure::DecisionsDenied
        | TrendFigure::DecisionsWouldBeDenied => {
            let by_outcome = on(TrendFigure::DecisionsAllowed)
                .saturating_add(on(TrendFigure::DecisionsDenied))
                .saturating_add(on(TrendFigure::DecisionsWouldBeDenied));
            decisions > 0 && by_outcome == decisions
        }
        _ => true,
    }
}

/// The changes of figures.
struct FigureChanges {
    /// The sum of those before the first day, by figure.
    before: Vec<(String, i64)>,
    /// The rows of the days themselves.
    rows: Vec<ProjectedRow>,
}

async fn changes(
    connection: &mut AnyConnection,
    first: i64,
    count: usize,
) -> Result<FigureChanges, sqlx::Error> {
    // The sum of whole numbers is a decimal in PostgreSQL.
    let mut sums = Statement::new("SELECT figure, CAST(SUM(change) AS BIGINT) FROM projection_trend_days");
    sums.push(" WHERE day < ? GROUP BY figure", [ColumnValue::Integer(first)]);
    let mut before = Vec::new();
    for row in sums.query().fetch_all(&mut *connection).await? {
        before.push((row.try_get(0)?, row.try_get(1)?));
    }
    let end = first.saturating_add(i64::try_from(count).unwrap_or(i64::MAX));
    let mut within = store::select(&DAY_TABLE);
    within.push(" WHERE day >= ? AND day < ?", [ColumnValue::Integer(first), ColumnValue::Integer(end)]);
    let rows = store::rows_of(connection, &DAY_TABLE, &within).await?;
    Ok(FigureChanges { before, rows })
}

fn parsed(row: &ProjectedRow) -> Option<(TrendFigure, i64, i64)> {
    let [_, figure, day, change] = row.as_slice() else { return None };
    Some((TrendFigure::of(figure.as_text()?)?, day.as_integer()?, change.as_integer()?))
}
