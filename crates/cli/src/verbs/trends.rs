//! `countersign trends`: the figures of the last days.

use crate::context::Context;
use crate::exit::Failure;
use crate::words;
use clap::Args;
use countersign_api::rows::trends::TrendsPeriod;
use countersign_api::{Trend, TrendDays, Trends, rows};

/// The days to show.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  countersign trends\n  countersign trends --days 90 --json\n\n\
                        A figure is what there was at the end of a day in UTC, and numbers of decisions are what was\n\
                        recorded on it. With --json, each day has its value; a day of which nothing is known has null.")]
pub(crate) struct TrendsArgs {
    /// Number of complete days; the last is yesterday
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=366))]
    days: u32,
}

impl TrendsArgs {
    pub(crate) async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        let period = TrendsPeriod { days: Some(TrendDays(self.days)) };
        let answer = cx.client()?.call(rows::trends::SHOW.ask([], &period)).await?;
        cx.console.show(answer, |console, trends: Trends| {
            let rows = trends.figures.iter().map(row);
            console.table(
                ["FIGURE", "NOW", "YESTERDAY", "FIRST", "LOWEST", "HIGHEST", "DAYS KNOWN"],
                rows,
                "There are no figures.",
            )
        })
    }
}

fn row(trend: &Trend) -> [String; 7] {
    let known = || trend.values.iter().flatten();
    [
        words::of(&trend.figure),
        words::or_dash(trend.now),
        words::or_dash(trend.values.last().copied().flatten()),
        words::or_dash(known().next()),
        words::or_dash(known().min()),
        words::or_dash(known().max()),
        format!("{} of {}", known().count(), trend.values.len()),
    ]
}
