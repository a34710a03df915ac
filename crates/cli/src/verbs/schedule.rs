//! `countersign schedule`: recurring work.

use crate::context::Context;
use crate::exit::Failure;
use crate::span;
use clap::Subcommand;
use countersign_api::{Items, Schedule, rows};
use std::time::Duration;

/// Commands about schedules.
#[derive(Debug, Subcommand)]
pub(crate) enum ScheduleVerb {
    /// List recurring work: when it is due, which process does it, and its last result
    #[command(after_help = "Examples:\n  countersign schedule list")]
    List,
}

impl ScheduleVerb {
    pub(crate) async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        match self {
            Self::List => list(cx).await,
        }
    }
}

async fn list(cx: &mut Context) -> Result<(), Failure> {
    let answer = cx.client()?.all(rows::schedules::LIST.to([])).await?;
    let now = cx.now();
    cx.console.show(answer, |console, schedules: Items<Schedule>| {
        let rows = schedules.items.into_iter().map(|schedule| {
            let due = match schedule.overdue_seconds {
                Some(late) if late > 0 => format!("for {}", span::show(Duration::from_secs(late))),
                _ => span::moment(schedule.due_at, now),
            };
            let outcome = match (schedule.last_error, schedule.last_ended_at) {
                (Some(why), _) => format!("failed ({} in a row): {why}", schedule.failures),
                (None, Some(at)) => span::relative(at, now),
                (None, None) => "never".to_owned(),
            };
            let every = span::show(Duration::from_secs(schedule.every_seconds));
            // The text of a failure is in the column before.
            let what_to_do = match (schedule.trouble, schedule.remedy) {
                (Some(trouble), Some(remedy)) if schedule.failures == 0 => format!("{trouble}: {remedy}"),
                (_, remedy) => remedy.unwrap_or_default(),
            };
            [schedule.name, every, due, schedule.holder.unwrap_or_default(), outcome, what_to_do]
        });
        let heading = ["SCHEDULE", "EVERY", "DUE", "AT WORK", "DONE LAST", "WHAT TO DO"];
        console.table(heading, rows, "There is no schedule.")
    })
}
