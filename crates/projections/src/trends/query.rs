//! Questions to the figures of each day.

use super::{DAY_TABLE, TRENDS, TrendFigure};
use crate::read::ProjectionAnswer;
use crate::store;
use crate::table::{ColumnValue, ProjectedRow, Statement};
use crate::{ProjectionError, Projections};
use countersign_database::AnyConnection;
use sqlx::Row as _;
use std::collections::BTreeMap;

/// The figures at the end of some days, one after the other: one value for each day.
pub type FigureDays = BTreeMap<TrendFigure, Vec<u64>>;

impl Projections {
    /// Returns every figure at the end of each of `count` days from `first` on, once they have reached `wanted`. Days are
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
                days.entry(figure).or_default().iter_mut().for_each(|value| *value += sum);
            }
            for row in &rows {
                let (figure, day, change) = parsed(row).ok_or_else(altered)?;
                let since = usize::try_from(day - first).unwrap_or(0);
                days.entry(figure).or_default().iter_mut().skip(since).for_each(|value| *value += change);
            }
            let whole = |value: i64| u64::try_from(value).map_err(|_| altered());
            let shown = days.into_iter().map(|(figure, values)| {
                Ok((figure, values.into_iter().map(whole).collect::<Result<_, ProjectionError>>()?))
            });
            shown.collect()
        })
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
