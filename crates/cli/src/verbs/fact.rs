//! `countersign fact`: the facts of the journal, and the history of one thing.

use crate::client::ListOptions;
use crate::context::Context;
use crate::exit::Failure;
use crate::{span, words};
use clap::{Args, Subcommand};
use countersign_api::rows::facts::FactFilter;
use countersign_api::{Items, RecordedFact, rows};
use serde_json::Value;

/// Commands about facts.
#[derive(Debug, Subcommand)]
pub(crate) enum FactVerb {
    /// List facts, the newest first: who changed what, when and why
    #[command(
        after_help = "Examples:\n  countersign fact list --about per_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8\n  \
                            countersign fact list --about group:administrators --since 30d\n  \
                            countersign fact list --kind policies --by operator\n  \
                            countersign fact list --words 'ticket 4711' --json"
    )]
    List(ListFactsArgs),
    /// Show one fact with all that it says
    #[command(after_help = "Examples:\n  countersign fact show 4711")]
    Show {
        /// The fact's sequence, from `countersign fact list`
        sequence: u64,
    },
}

/// A selection of facts. All given options must match.
#[derive(Debug, Args)]
pub(crate) struct ListFactsArgs {
    /// Only facts that name this: an id, or a kind and a name, such as group:staff or application:wiki
    #[arg(long, value_name = "ID")]
    about: Option<String>,
    /// Only facts of this subject (person) or of this kind (person.added)
    #[arg(long)]
    kind: Option<String>,
    /// Only facts that this author stated: an id, operator, or system: and a part of the software
    #[arg(long, value_name = "ID")]
    by: Option<String>,
    /// Only facts since then: a duration before now (1h), or a moment (RFC 3339)
    #[arg(long, value_name = "SPAN", value_parser = span::parse_since)]
    since: Option<span::Since>,
    /// Only facts before then: a duration before now, or a moment
    #[arg(long, value_name = "SPAN", value_parser = span::parse_since)]
    until: Option<span::Since>,
    /// Only facts that say each of these words: of names, addresses, reasons and authorities
    #[arg(long, value_name = "TEXT")]
    words: Option<String>,
    /// Maximum number of facts
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
}

impl FactVerb {
    pub(crate) async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        match self {
            Self::List(list) => list.run(cx).await,
            Self::Show { sequence } => show(cx, sequence).await,
        }
    }
}

impl ListFactsArgs {
    async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        let now = cx.now();
        let wanted = FactFilter {
            about: self.about,
            kind: self.kind,
            by: self.by,
            since: self.since.map(|since| since.moment(now)),
            until: self.until.map(|until| until.moment(now)),
            q: self.words,
        };
        let request = rows::facts::LIST.ask([], &wanted);
        let answer = cx.client()?.list(request, &ListOptions::at_most(self.limit)).await?;
        cx.console.show(answer, |console, facts: Items<RecordedFact>| {
            let shown = facts.items.len();
            let rows = facts.items.into_iter().map(|fact| {
                let why = reason(&fact);
                let RecordedFact { sequence, at, kind, by, about, .. } = fact;
                [sequence.to_string(), span::relative(at, now), kind, by, about.join(" "), why]
            });
            console.table(["FACT", "WHEN", "WHAT", "BY", "ABOUT", "WHY"], rows, "There is no such fact.")?;
            if shown >= self.limit as usize {
                console.remark(format!("{} are shown, and there may be more: --limit", self.limit));
            }
            Ok(())
        })
    }
}

/// Returns why a fact was stated, as far as it says so.
fn reason(fact: &RecordedFact) -> String {
    let said = ["reason", "why"].iter().find_map(|field| fact.body.get(*field).and_then(Value::as_str));
    words::or_dash(said)
}

async fn show(cx: &mut Context, sequence: u64) -> Result<(), Failure> {
    let answer = cx.client()?.call(rows::facts::SHOW.to([&sequence.to_string()])).await?;
    let now = cx.now();
    cx.console.show(answer, |console, fact: RecordedFact| {
        // JSON that was read can be written.
        let body = serde_json::to_string_pretty(&fact.body).unwrap_or_default();
        console.facts([
            ("Fact", fact.sequence.to_string()),
            ("Stated", span::moment(fact.at, now)),
            ("What", format!("{}, version {}", fact.kind, fact.version)),
            ("By", fact.by),
            ("About", words::or_dash(Some(fact.about.join(" ")).filter(|about| !about.is_empty()))),
        ])?;
        body.lines().try_for_each(|line| console.line(line))
    })
}
