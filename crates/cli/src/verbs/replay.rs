//! `countersign replay`: evaluates every recorded decision again with the state and the policies of that time.

use super::job::{self, Finished, run_to_the_end};
use crate::console::Console;
use crate::context::Context;
use crate::exit::Failure;
use crate::{span, words};
use clap::Args;
use countersign_api::{Fell, JobResult, NewReplay, ReplayReport, rows};

/// The decisions to evaluate.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  countersign replay --since 30d\n  countersign replay --since 1h --json\n\n\
                        Ends with 6 if a decision does not give the recorded result, and names it, or if something could\n\
                        not be read; with 7 if there was nothing to evaluate."
)]
pub(crate) struct ReplayArgs {
    /// The start of the period: a duration before now (30d), or a moment (RFC 3339)
    #[arg(long, value_name = "SPAN", default_value = "30d", value_parser = span::parse_since)]
    since: span::Since,
    /// The end of the period: a duration before now, or a moment; default: now
    #[arg(long, value_name = "SPAN", value_parser = span::parse_since)]
    until: Option<span::Since>,
}

impl ReplayArgs {
    pub(crate) async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        let (client, now) = (cx.client()?, cx.now());
        let asked = NewReplay {
            since: Some(self.since.moment(now)),
            until: self.until.map(|until| until.moment(now)),
        };
        let Finished { answer, job } =
            run_to_the_end(cx, &client, rows::replays::START.to([]), &asked).await?;
        let Some(JobResult::Replay(report)) = job.result else { return Err(job::without_result(&job)) };
        if cx.console.wants_json() {
            cx.console.json(&answer)?;
        } else {
            say(&mut cx.console, &report, job.decided)?;
        }
        if report.different > 0 || !report.incomplete.is_empty() {
            return Err(Failure::CheckFailed);
        }
        if report.same + report.different == 0 {
            let remedy = "with --since, name a period in which decisions were recorded";
            let message =
                "the verdict is unknown: no decision of this period can be evaluated again".to_owned();
            return Err(Failure::Unknown { message, remedy: remedy.to_owned() });
        }
        Ok(())
    }
}

/// Prints a replay for people.
pub(crate) fn say(console: &mut Console, report: &ReplayReport, decided: u64) -> Result<(), Failure> {
    match report.fidelity {
        Some(fidelity) => console.line(format!(
            "Replay fidelity: {}. {} of {} decisions gave the recorded result, {decided} of them distinct.",
            percent(fidelity),
            report.same,
            report.same + report.different,
        ))?,
        None if report.incomplete.is_empty() => {
            console.line("No decision of that period could be evaluated again.")?;
        }
        None => console.line(format!(
            "Replay fidelity: not known, since nobody can tell how much could not be read. {} of the {} decisions that \
             could came out as they were recorded.",
            report.same,
            report.same + report.different
        ))?,
    }
    for (reason, count) in &report.unasked {
        console.line(format!("{count} more were made without evaluating policies ({reason})."))?;
    }
    for difference in &report.differences {
        let again = match (&difference.again, &difference.why_not) {
            (Some(again), _) => format!("evaluated again, it is {}", fell(again)),
            (None, why) => {
                format!("it cannot be evaluated again: {}", why.as_deref().unwrap_or("no reason is given"))
            }
        };
        console.line(format!(
            "DIFFERENT  {} of {}: recorded as {}; {again}",
            difference.id,
            difference.at,
            fell(&difference.recorded)
        ))?;
    }
    let unnamed = report.different.saturating_sub(report.differences.len() as u64);
    if unnamed > 0 {
        console.line(format!("and {unnamed} more"))?;
    }
    report.incomplete.iter().for_each(|gap| console.remark(format!("warning: incomplete: {gap}")));
    Ok(())
}

/// Formats the fidelity: never rounds it up to the whole.
fn percent(fidelity: f64) -> String {
    if fidelity >= 1.0 { "100 %".to_owned() } else { format!("{:.4} %", (fidelity * 1e6).floor() / 1e4) }
}

fn fell(fell: &Fell) -> String {
    let observed = if fell.enforced { "" } else { " (observed)" };
    format!("{}{observed} by {}", fell.effect, words::list_or(&fell.reasons, "no policy"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_in_ten_million_is_not_a_hundred_per_cent() {
        assert_eq!(percent(1.0), "100 %");
        assert_eq!(percent(1.0 - 1e-7), "99.9999 %");
        assert_eq!(percent(0.5), "50.0000 %");
    }
}
