//! `countersign rollout`: enforces a policy on trial for a growing sample of people.

use super::job::run_to_the_end;
use super::plan::summary::reach;
use crate::client::{Client, ServerAnswer};
use crate::console::{Console, read};
use crate::context::Context;
use crate::exit::Failure;
use crate::{span, words};
use clap::{Args, Subcommand};
use countersign_api::rows::rollouts::RolloutFilter;
use countersign_api::{
    EndpointRequest, Items, JobResult, NewRollout, NewShadowReport, NoBody, Reason, Rollout, RolloutState,
    RolloutTurned, rows,
};
use countersign_names::{JobId, PolicyId, RolloutId, Timestamp};
use std::time::Duration;

/// Commands about staged rollouts.
#[derive(Debug, Subcommand)]
pub(crate) enum RolloutVerb {
    /// Show whom each stage would reach, ask for confirmation, and begin with the first
    Start(Start),
    /// Show the state of one rollout, and what to do next
    #[command(after_help = "Examples:\n  countersign rollout status rol_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8")]
    Status {
        /// Its id
        rollout: RolloutId,
    },
    /// List the rollouts that enforce a policy now
    #[command(after_help = "Examples:\n  countersign rollout list --json")]
    List,
    /// List all rollouts, the newest first, with how they ended
    #[command(after_help = "Examples:\n  countersign rollout history")]
    History,
    /// Begin the next stage early
    #[command(after_help = "Examples:\n  countersign rollout advance rol_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8")]
    Advance {
        /// Its id
        rollout: RolloutId,
    },
    /// Halt a rollout: it enforces its policy for nobody
    #[command(
        after_help = "Examples:\n  countersign rollout halt rol_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 --why ticket-4711"
    )]
    Halt {
        /// Its id
        rollout: RolloutId,
        /// The reason, in one sentence; the journal keeps it
        #[arg(long, value_name = "TEXT", value_parser = clap::builder::NonEmptyStringValueParser::new())]
        why: String,
    },
}

/// The policy, and the stages of its rollout.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  countersign rollout start --policy no-old-pages --percent 5,25,100 --watch 1h --dry-run\n  \
                  countersign rollout start --policy no-old-pages --percent 5,25,100 --watch 1h --why ticket-4711\n\n\
                  --halt-if takes a condition in quotes: newly denied people > 3 (or allowed, or accesses). Without\n\
                  it, the rollout halts if it newly denies more people than the report predicted."
)]
pub(crate) struct Start {
    /// The policy, which must have @stage("shadow")
    #[arg(long, value_name = "ID")]
    policy: PolicyId,
    /// The stages: ascending percentages of people; the last is 100
    #[arg(long, value_name = "LIST", value_delimiter = ',', required = true)]
    percent: Vec<u8>,
    /// How long each stage is watched before the next
    #[arg(long, value_name = "SPAN", value_parser = span::parse)]
    watch: Duration,
    /// The condition that halts it
    #[arg(long, value_name = "CONDITION")]
    halt_if: Option<String>,
    /// The reason, in one sentence; the journal keeps it
    #[arg(long, value_name = "TEXT", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    why: Option<String>,
    /// The start of the period for the report: a duration before now (7d), or a moment (RFC 3339)
    #[arg(long, value_name = "SPAN", default_value = "7d", value_parser = span::parse_since, conflicts_with = "rehearsal")]
    since: span::Since,
    /// A plan or shadow report that you reviewed, instead of a new report
    #[arg(long, value_name = "JOB")]
    rehearsal: Option<JobId>,
    /// Start although the report is incomplete, for this reason, which the journal keeps
    #[arg(long, value_name = "TEXT", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    accept_unknown: Option<String>,
    /// Only show whom each stage would reach
    #[arg(long)]
    dry_run: bool,
    /// Do not ask for confirmation
    #[arg(long)]
    yes: bool,
}

impl RolloutVerb {
    pub(crate) async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        match self {
            Self::Start(start) => start.run(cx).await,
            Self::Status { rollout } => {
                let answer = cx.client()?.call(rows::rollouts::SHOW.to([&rollout.to_string()])).await?;
                status(cx, answer)
            }
            Self::List => list(cx, rows::rollouts::LIST.ask([], &RolloutFilter { active: Some(true) })).await,
            Self::History => list(cx, rows::rollouts::LIST.to([])).await,
            Self::Advance { rollout } => {
                let answer = cx.client()?.call(rows::rollouts::ADVANCE.to([&rollout.to_string()])).await?;
                status(cx, answer)
            }
            Self::Halt { rollout, why } => {
                let halt = rows::rollouts::HALT.to([&rollout.to_string()]);
                let answer = cx.client()?.send(halt, &Reason { reason: why }).await?;
                status(cx, answer)
            }
        }
    }
}

impl Start {
    async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        let client = cx.client()?;
        let rehearsal = match self.rehearsal {
            Some(job) => job,
            None => self.report(cx, &client).await?,
        };
        let asked = NewRollout {
            policy: self.policy,
            percents: self.percent,
            watch_seconds: self.watch.as_secs(),
            halt_if: self.halt_if,
            why: self.why,
            rehearsal: Some(rehearsal),
            accept_unknown: self.accept_unknown,
            id: None,
            dry_run: true,
        };
        let answer = client.send(rows::rollouts::START.to([]), &asked).await?;
        let preview: Rollout = read(answer.clone())?;
        if self.dry_run {
            return cx.console.show(answer, |console, preview: Rollout| {
                say_preview(console, &preview)?;
                console.line("This was a rehearsal: nothing was started.")
            });
        }
        if !self.yes {
            say_preview(&mut cx.console, &preview)?;
            let unasked = Failure::input(
                "nothing was started: this command cannot ask for confirmation here",
                "check it with --dry-run, then add --yes",
            );
            let first = preview.percents.first().copied().unwrap_or(100);
            cx.console.agree(&format!("Begin with {first} percent?"), unasked)?;
        }
        // The same id is the same sample as was shown.
        let started = NewRollout { id: Some(preview.id), dry_run: false, ..asked };
        let answer = client.send(rows::rollouts::START.to([]), &started).await?;
        status(cx, answer)
    }

    /// Requests a shadow report about the policy.
    async fn report(&self, cx: &mut Context, client: &Client) -> Result<JobId, Failure> {
        let asked = NewShadowReport {
            since: Some(self.since.moment(cx.now())),
            until: None,
            policy: Some(self.policy.clone()),
        };
        let finished = run_to_the_end(cx, client, rows::shadow::START.to([]), &asked).await?;
        if let Some(JobResult::Shadow(report)) = &finished.job.result
            && let Some(found) = report.policies.first()
        {
            let (asked, denied) = (found.asked, reach(&found.newly_denied));
            cx.console.remark(format!("{} would have stopped {denied}, in {asked} decisions", found.policy));
            for unknown in &found.unknown {
                cx.console.remark(format!("not known: {unknown}"));
            }
        }
        Ok(finished.job.id)
    }
}

fn say_preview(console: &mut Console, preview: &Rollout) -> Result<(), Failure> {
    let known = |count: Option<u64>| count.map_or_else(|| "not known".to_owned(), |count| count.to_string());
    let rows = preview.steps.iter().map(|step| {
        [
            format!("{} %", step.percent),
            step.people.to_string(),
            known(step.seen),
            known(step.newly_denied),
            known(step.newly_allowed),
        ]
    });
    console.table(["STAGE", "PEOPLE", "SEEN", "NEWLY DENIED", "NEWLY ALLOWED"], rows, "")?;
    let watch = span::show(Duration::from_secs(preview.watch_seconds));
    console.line(format!("Each is watched for {watch}; it halts by itself if: {}", preview.halt_if))
}

async fn list(cx: &mut Context, request: EndpointRequest<NoBody, Items<Rollout>>) -> Result<(), Failure> {
    let answer = cx.client()?.all(request).await?;
    let now = cx.now();
    cx.console.show(answer, |console, rollouts: Items<Rollout>| {
        let rows = rollouts.items.into_iter().map(|rollout| {
            let moved = rollout.moves.last().map(|moved| span::relative(moved.at, now));
            [
                rollout.id.to_string(),
                rollout.policy.to_string(),
                words::of(&rollout.state),
                format!("{} %", rollout.percent),
                moved.unwrap_or_default(),
                rollout.newly_denied.people.to_string(),
                rollout.halted_because.unwrap_or_default(),
            ]
        });
        let heading = ["ROLLOUT", "POLICY", "STATE", "REACHES", "MOVED", "NEWLY DENIED", "HALTED BECAUSE"];
        console.table(heading, rows, "There is no staged rollout.")
    })
}

fn status(cx: &mut Context, answer: ServerAnswer<Rollout>) -> Result<(), Failure> {
    let now = cx.now();
    cx.console.show(answer, |console, rollout: Rollout| say(console, &rollout, now))
}

fn say(console: &mut Console, rollout: &Rollout, now: Timestamp) -> Result<(), Failure> {
    let percents: Vec<String> = rollout.percents.iter().map(ToString::to_string).collect();
    let due = rollout.due_at.filter(|_| rollout.state == RolloutState::Running);
    console.facts([
        ("Rollout", rollout.id.to_string()),
        ("Policy", rollout.policy.to_string()),
        ("State", words::of(&rollout.state)),
        ("Reaches", format!("{} percent of people, of {}", rollout.percent, percents.join(", "))),
        ("Watch", span::show(Duration::from_secs(rollout.watch_seconds))),
        ("Due", due.map(|at| span::moment(at, now)).unwrap_or_default()),
        ("Halts if", rollout.halt_if.clone()),
        ("Newly denied", turned(&rollout.newly_denied)),
        ("Newly allowed", turned(&rollout.newly_allowed)),
        ("Why", rollout.why.clone().unwrap_or_default()),
        ("Halted because", rollout.halted_because.clone().unwrap_or_default()),
        ("Example", rollout.example.map(|id| id.to_string()).unwrap_or_default()),
    ])?;
    let rows = rollout
        .moves
        .iter()
        .map(|moved| [span::moment(moved.at, now), format!("{} %", moved.percent), moved.by.clone()]);
    console.table(["WHEN", "REACHED", "BY"], rows, "")?;
    console.line(&rollout.next)
}

fn turned(turned: &RolloutTurned) -> String {
    let example = turned.example.map_or_else(String::new, |id| format!("; the first: {id}"));
    format!("{} people, {} accesses{example}", turned.people, turned.accesses)
}
