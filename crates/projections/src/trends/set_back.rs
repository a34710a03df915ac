//! The figures after time was set back: what the wrong clock dated ahead counts from the accepted moment on, and what
//! ends or ends sooner by the acceptance does so in the figures too. The rules are those of the world.

use super::things::{CountedThing, read, shift};
use super::{DAYS, THINGS, TrendFigure, day_of};
use crate::rows::RowSet;
use crate::table::ColumnValue;
use countersign_names::{InvitationId, Timestamp};

/// Folds in an acceptance of the clock at `at`, before which `held` counted as the present.
pub(super) fn fold(rows: &mut RowSet, at: Timestamp, held: Timestamp) {
    let today = day_of(at);
    bring_forward(rows, today);
    // Every change that lay ahead counts today, so a thing that ends by itself counts as after its end now.
    let things: Vec<CountedThing> = rows.all(THINGS).filter_map(read).collect();
    let invitation = format!("{}_", InvitationId::PREFIX);
    for thing in things {
        let key = ColumnValue::text(&thing.name);
        let counts = |figure| thing.counts.contains(&figure);
        if counts(TrendFigure::GrantsRequested) {
            shift(rows, TrendFigure::GrantsRequested, today, -1);
            rows.remove(THINGS, &key);
        } else if counts(TrendFigure::Sessions)
            || counts(TrendFigure::GrantsActive)
            || thing.name.starts_with(&invitation)
            || counts(TrendFigure::Exceptions) && thing.ends_at <= held.as_micros()
        {
            rows.remove(THINGS, &key);
        } else if thing.ends_at != 0 {
            thing.then_counts.iter().for_each(|figure| shift(rows, *figure, today, -1));
            let shortened = thing.with_the_rest_of_its_life(at, held);
            shortened.count(rows, at, 1);
            rows.put(THINGS, shortened.row());
        }
    }
}

/// Moves the changes of later days to this day.
fn bring_forward(rows: &mut RowSet, today: i64) {
    let ahead: Vec<_> = rows
        .all(DAYS)
        .filter_map(|row| match row.as_slice() {
            [key, figure, day, change] if day.as_integer()? > today => {
                let figure = TrendFigure::of(figure.as_text()?)?;
                // What was recorded under a day of the wrong clock stays under that day, as its files do.
                (!figure.is_over_the_day()).then(|| Some((key.clone(), figure, change.as_integer()?)))?
            }
            _ => None,
        })
        .collect();
    for (key, figure, change) in ahead {
        rows.remove(DAYS, &key);
        shift(rows, figure, today, change);
    }
}
