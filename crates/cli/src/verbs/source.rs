//! `countersign source`: the sources of identities.

use super::inventory::percent;
use super::leavers;
use crate::client::{Client, ListOptions};
use crate::console::{Console, read};
use crate::context::{Context, Sure};
use crate::exit::Failure;
use crate::{span, words};
use clap::Subcommand;
use countersign_api::rows::sources::SourceFilter;
use countersign_api::{
    AppliedImport, ConfirmLeavers, InventorySource, Items, LeaverBounds, NewSource, SearchText,
    USUAL_LEAVERS, rows,
};
use countersign_names::{SourceFormat, SourceName, Timestamp};
use std::time::Duration;

/// Commands about sources of identities.
#[derive(Debug, Subcommand)]
pub(crate) enum SourceVerb {
    /// List the sources, each with its last import
    #[command(after_help = "Examples:\n  countersign source list\n  countersign source list --search cloud")]
    List {
        /// Only sources whose name, title or purpose contains this text
        #[arg(long, value_name = "TEXT")]
        search: Option<String>,
        #[command(flatten)]
        options: ListOptions,
    },
    /// Show one source
    #[command(after_help = "Examples:\n  countersign source show people")]
    Show {
        /// Its name
        source: SourceName,
    },
    /// Declare a source, or declare it again
    #[command(
        after_help = "Examples:\n  countersign source declare people --format ldif --title Directory \\\n    \
                      --purpose 'Says who works here' --owner ada@example.org --authoritative \\\n    \
                      --expect-every 24h"
    )]
    Declare {
        /// Its name: lower-case letters, digits and inner hyphens
        source: SourceName,
        /// The format of its exports: ldif, aws-iam, or other
        #[arg(long)]
        format: SourceFormat,
        /// The title for people
        #[arg(long)]
        title: String,
        /// What it is for
        #[arg(long)]
        purpose: String,
        /// The responsible person: an id, mail address or alias
        #[arg(long)]
        owner: String,
        /// It says who belongs to the organisation, as personnel records do
        #[arg(long)]
        authoritative: bool,
        /// It is to be imported this often, from 1h to 366d; otherwise it is shown as overdue
        #[arg(long, value_name = "SPAN", value_parser = span::parse)]
        expect_every: Option<Duration>,
        /// It suspends people here who left, by its word; two people have to declare this
        #[arg(long, requires = "authoritative")]
        suspend_leavers: bool,
        /// The number of people whom one import may suspend [default: 20]
        #[arg(long, value_name = "PEOPLE", requires = "suspend_leavers")]
        max_leavers: Option<u32>,
        /// The share of the people here that one import may suspend, such as 5% [default: 10%]
        #[arg(long, value_name = "PERCENT", requires = "suspend_leavers", value_parser = percent)]
        max_leavers_share: Option<u8>,
    },
    /// List the people here who left, says a source, and what they still have elsewhere
    #[command(after_help = "Examples:\n  countersign source leavers personnel\n  \
                            countersign source leavers personnel --confirm 340")]
    Leavers {
        /// Its name
        source: SourceName,
        /// Let its last import suspend this many people, because they really left
        #[arg(long, value_name = "PEOPLE")]
        confirm: Option<u32>,
        #[command(flatten)]
        options: ListOptions,
    },
    /// Withdraw a source, with everything that it said
    #[command(after_help = "Examples:\n  countersign source withdraw people --dry-run\n  \
                            countersign source withdraw people --yes")]
    Withdraw {
        /// Its name
        source: SourceName,
        #[command(flatten)]
        sure: Sure,
    },
}

impl SourceVerb {
    pub(crate) async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        let (client, now) = (cx.client()?, cx.now());
        match self {
            Self::List { search, options } => {
                let filter = SourceFilter { q: search.map(SearchText) };
                let answer = client.list(rows::sources::LIST.ask([], &filter), &options).await?;
                cx.console
                    .show(answer, |console, sources: Items<InventorySource>| list(console, sources, now))
            }
            Self::Show { source } => {
                let answer = client.call(rows::sources::SHOW.to([source.as_str()])).await?;
                cx.console.show(answer, |console, source| show(console, &source, now))
            }
            Self::Leavers { source, confirm: Some(people), .. } => {
                confirm(cx, &client, &source, people).await
            }
            Self::Leavers { source, confirm: None, options } => {
                let target = rows::sources::LEAVERS.to([source.as_str()]);
                let answer = client.list(target, &options).await?;
                cx.console.show(answer, |console, people| leavers::list(console, people, now))
            }
            Self::Declare {
                source,
                format,
                title,
                purpose,
                owner,
                authoritative,
                expect_every,
                suspend_leavers,
                max_leavers,
                max_leavers_share,
            } => {
                let expected_every_seconds = expect_every.map(|every| every.as_secs());
                let usual = USUAL_LEAVERS;
                let leavers = suspend_leavers.then(|| LeaverBounds {
                    people: max_leavers.unwrap_or(usual.people),
                    percent: max_leavers_share.unwrap_or(usual.percent),
                });
                let new = NewSource {
                    format,
                    title,
                    purpose,
                    owner,
                    authoritative,
                    expected_every_seconds,
                    leavers,
                };
                let answer = client.send(rows::sources::DECLARE.to([source.as_str()]), &new).await?;
                cx.console.say(
                    &answer,
                    format!(
                        "The source {source} is declared. Import what it says with `countersign inventory import {source} --file FILE`."
                    ),
                )
            }
            Self::Withdraw { source, sure } => {
                let found: InventorySource =
                    read(client.call(rows::sources::SHOW.to([source.as_str()])).await?)?;
                let (mut nodes, mut edges) = (0, 0);
                if let Some(last) = &found.last_import {
                    (nodes, edges) = (total(last.nodes), total(last.edges));
                }
                let goes =
                    [format!("{nodes} accounts, groups and the like, and {edges} relations between them")];
                if !sure.agree(cx, &format!("the source {source} ({})", found.title), &goes)? {
                    return Ok(());
                }
                let answer = client.call(rows::sources::WITHDRAW.to([source.as_str()])).await?;
                cx.console.say(&answer, format!("The source {source} is withdrawn."))
            }
        }
    }
}

/// Confirms how many people the last import of a source may suspend.
async fn confirm(cx: &mut Context, client: &Client, source: &SourceName, people: u32) -> Result<(), Failure> {
    let known: InventorySource = read(client.call(rows::sources::SHOW.to([source.as_str()])).await?)?;
    let Some(left) = known.left else {
        return Err(Failure::input(
            format!("no import of {source} was looked at for people who left"),
            "declare the source with --suspend-leavers, and import it; if it was just imported, try again",
        ));
    };
    let body = ConfirmLeavers { import: left.import, people };
    let answer = client.send(rows::sources::CONFIRM_LEAVERS.to([source.as_str()]), &body).await?;
    cx.console.show(answer, |console, source: InventorySource| console.line(leavers::outcome(&source)))
}

/// Returns the number of nodes or edges after an import.
const fn total(count: countersign_api::ImportCount) -> u64 {
    count.new + count.changed + count.same
}

fn list(console: &mut Console, sources: Items<InventorySource>, now: Timestamp) -> Result<(), Failure> {
    let rows = sources.items.into_iter().map(|source| {
        let last = source.last_import.as_ref();
        let number = |count: Option<u64>| words::or_dash(count);
        [
            source.name.to_string(),
            source.title.clone(),
            source.format.to_string(),
            if source.authoritative { "yes" } else { "no" }.to_owned(),
            last.map_or_else(|| "never".to_owned(), |last| span::relative(last.applied_at, now)),
            expected(&source),
            last.map_or_else(|| "-".to_owned(), applied_by),
            number(last.map(|last| total(last.nodes))),
            number(last.map(|last| total(last.edges))),
        ]
    });
    let none = "There is no source. Declare one with `countersign source declare`.";
    let heading =
        ["SOURCE", "TITLE", "FORMAT", "AUTHORITATIVE", "IMPORTED", "EXPECTED", "BY", "NODES", "EDGES"];
    console.table(heading, rows, none)
}

fn show(console: &mut Console, source: &InventorySource, now: Timestamp) -> Result<(), Failure> {
    let last = source.last_import.as_ref();
    console.facts([
        ("name", source.name.to_string()),
        ("title", source.title.clone()),
        ("purpose", source.purpose.clone()),
        ("format", source.format.to_string()),
        ("owner", source.owner_name.clone().unwrap_or_else(|| source.owner.to_string())),
        ("authoritative", if source.authoritative { "yes" } else { "no" }.to_owned()),
        ("leavers", leavers::bounds(source.leavers)),
        ("left", leavers::outcome(source)),
        ("imported", last.map_or_else(|| "never".to_owned(), |last| span::moment(last.applied_at, now))),
        ("expected", expected(source)),
        ("by", last.map(applied_by).unwrap_or_default()),
        ("import", last.map(|last| last.import.to_string()).unwrap_or_default()),
        ("nodes", last.map(|last| total(last.nodes).to_string()).unwrap_or_default()),
        ("edges", last.map(|last| total(last.edges).to_string()).unwrap_or_default()),
        ("being staged", source.staging.map(|import| format!("import {import}")).unwrap_or_default()),
    ])
}

/// Returns how often an import is expected, and whether one is overdue.
fn expected(source: &InventorySource) -> String {
    let every = source.expected_every_seconds.map(|seconds| span::show(Duration::from_secs(seconds)));
    let overdue = if source.overdue { ", overdue" } else { "" };
    every.map_or_else(|| "-".to_owned(), |every| format!("every {every}{overdue}"))
}

/// Returns who applied an import, by name if there is one.
fn applied_by(applied: &AppliedImport) -> String {
    applied.applied_by_name.clone().unwrap_or_else(|| applied.applied_by.clone())
}
