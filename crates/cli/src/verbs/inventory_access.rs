//! `countersign access`: who can reach what by what the sources of identities say, and by which path.

use crate::console::Console;
use crate::context::Context;
use crate::exit::Failure;
use crate::{span, words};
use clap::{Args, Subcommand};
use countersign_api::rows::inventory_access::{
    CompromiseQuestion, PathQuestion, TierZeroFilter, WhatIsReached, WhoHasAccess,
};
use countersign_api::{
    AccessAnswer, AccessAsOf, AccessEnd, AccessMeans, AccessNode, AccessPath, AccessStep, CompromiseAnswer,
    EdgeRelation, InventoryKind, ItemLimit, PathAnswer, RightCounts, RightLevel, TierZeroAnswer, rows,
};
use countersign_names::{SourceName, Timestamp};

/// Number of items that are shown by default.
const USUAL: u32 = 100;

/// Commands about who can reach what.
#[derive(Debug, Subcommand)]
pub(crate) enum AccessVerb {
    /// Show which accounts can reach a resource, a group or a role, and by which path
    #[command(after_help = "Examples:\n  countersign access who-can corp 'Domain Admins'\n  \
                      countersign access who-can cloud arn:aws:s3:::payroll --level write\n  \
                      countersign access who-can corp ada --means control\n\n\
                      A record is named by its source and its key, as in `inventory show`,\n\
                      or by a name that no other record of the source has. docs/access.md")]
    WhoCan {
        #[command(flatten)]
        place: NodeOfSource,
        /// What is meant: who can reach it today, or who can come to control it [default: reach]
        #[arg(long, value_parser = words::one_of::<AccessMeans>(&["reach", "control"]))]
        means: Option<AccessMeans>,
        /// Only accounts that reach it at this level or a higher one
        #[arg(long, value_parser = words::one_of::<RightLevel>(&["read", "write", "administer"]))]
        level: Option<RightLevel>,
        #[command(flatten)]
        most: MostItems,
    },
    /// Show what an account, group or role can reach, and by which path
    #[command(after_help = "Examples:\n  countersign access what-can corp ada\n  \
                      countersign access what-can cloud deploy --kind resource --level administer --json")]
    WhatCan {
        #[command(flatten)]
        place: NodeOfSource,
        /// Only what is reached at this level or a higher one
        #[arg(long, value_parser = words::one_of::<RightLevel>(&["read", "write", "administer"]))]
        level: Option<RightLevel>,
        /// Only those of this kind
        #[arg(long, value_parser = words::one_of::<InventoryKind>(&["person", "account", "group", "role", "resource", "credential"]))]
        kind: Option<InventoryKind>,
        #[command(flatten)]
        most: MostItems,
    },
    /// Show a shortest path from one record to another, or to tier zero
    #[command(after_help = "Examples:\n  countersign access path corp ada\n  \
                      countersign access path corp ada 'Domain Admins' --means control\n  \
                      countersign access path cloud ada arn:aws:s3:::payroll\n\n\
                      No path leads from one source to another. Ends with 0 also if there is no path.")]
    Path {
        /// The source of both
        source: SourceName,
        /// Where it begins: a key, or a name that no other record of the source has
        from: String,
        /// Where it ends, in the same way [default: tier zero]
        to: Option<String>,
        /// What is meant: to reach it today, or to come to control it [default: reach; to tier zero: control]
        #[arg(long, value_parser = words::one_of::<AccessMeans>(&["reach", "control"]))]
        means: Option<AccessMeans>,
    },
    /// Show tier zero, and who can come to control some of it by which path
    #[command(
        after_help = "Examples:\n  countersign access tier-zero\n  countersign access tier-zero --source corp --kind account --limit 1000"
    )]
    TierZero {
        /// Only those of this source
        #[arg(long)]
        source: Option<SourceName>,
        /// Only those of this kind
        #[arg(long, value_parser = words::one_of::<InventoryKind>(&["person", "account", "group", "role", "resource", "credential"]))]
        kind: Option<InventoryKind>,
        #[command(flatten)]
        most: MostItems,
    },
    /// Show everything that the holder of a compromised account can come to control
    #[command(after_help = "Examples:\n  countersign access compromise corp ada\n  \
                            countersign access compromise corp svc-backup --kind account --json")]
    Compromise {
        #[command(flatten)]
        place: NodeOfSource,
        /// Only those of this kind
        #[arg(long, value_parser = words::one_of::<InventoryKind>(&["person", "account", "group", "role", "resource", "credential"]))]
        kind: Option<InventoryKind>,
        #[command(flatten)]
        most: MostItems,
    },
}

/// A record of a source.
#[derive(Debug, Args)]
pub(crate) struct NodeOfSource {
    /// Its source
    source: SourceName,
    /// Its key in the source, or a name that no other record of the source has
    node: String,
}

/// The number of items.
#[derive(Debug, Args)]
pub(crate) struct MostItems {
    /// Maximum number of items
    #[arg(long, value_name = "NUMBER", default_value_t = USUAL, value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
}

impl AccessVerb {
    pub(crate) async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        let (client, now) = (cx.client()?, cx.now());
        match self {
            Self::WhoCan { place, means, level, most } => {
                let page = |limit: Option<u32>, cursor| {
                    let NodeOfSource { source, node } = &place;
                    let (source, node, limit) = (source.clone(), node.clone(), limit.map(ItemLimit));
                    let question = WhoHasAccess { source, node, means, level, limit, cursor };
                    rows::inventory_access::WHO_CAN.ask([], &question)
                };
                let answer = client.pages(page, Some(most.limit)).await?;
                cx.console.show(answer, |console, found: AccessAnswer| {
                    let doing = match found.means {
                        AccessMeans::Reach => "can reach",
                        AccessMeans::Control => "can come to control",
                    };
                    let accounts = words::count(counted(found.total), "account");
                    console.line(format!("{accounts} {doing} {}", named(&found.node)))?;
                    ends(console, (found.items, found.total), found.means)?;
                    as_of(console, &found.as_of, now);
                    Ok(())
                })
            }
            Self::WhatCan { place, level, kind, most } => {
                let page = |limit: Option<u32>, cursor| {
                    let NodeOfSource { source, node } = &place;
                    let (source, node, limit) = (source.clone(), node.clone(), limit.map(ItemLimit));
                    let question = WhatIsReached { source, node, level, kind, limit, cursor };
                    rows::inventory_access::WHAT_CAN.ask([], &question)
                };
                let answer = client.pages(page, Some(most.limit)).await?;
                cx.console.show(answer, |console, found: AccessAnswer| {
                    let records = words::count(counted(found.total), "record");
                    console.line(format!("{} can reach {records}", named(&found.node)))?;
                    ends(console, (found.items, found.total), found.means)?;
                    as_of(console, &found.as_of, now);
                    Ok(())
                })
            }
            Self::Path { source, from, to, means } => {
                let question = PathQuestion { source, from, to, means };
                let answer = client.call(rows::inventory_access::PATH.ask([], &question)).await?;
                cx.console.show(answer, |console, found: PathAnswer| {
                    path(console, &found)?;
                    as_of(console, &found.as_of, now);
                    Ok(())
                })
            }
            Self::TierZero { source, kind, most } => {
                let page = |limit: Option<u32>, cursor| {
                    let limit = limit.map(ItemLimit);
                    let question = TierZeroFilter { source: source.clone(), kind, limit, cursor };
                    rows::inventory_access::TIER_ZERO.ask([], &question)
                };
                let answer = client.pages(page, Some(most.limit)).await?;
                cx.console.show(answer, |console, found: TierZeroAnswer| {
                    tier_zero(console, &found)?;
                    ends(console, (found.items, found.total), AccessMeans::Control)?;
                    as_of(console, &found.as_of, now);
                    Ok(())
                })
            }
            Self::Compromise { place, kind, most } => {
                let page = |limit: Option<u32>, cursor| {
                    let NodeOfSource { source, node } = &place;
                    let (source, node, limit) = (source.clone(), node.clone(), limit.map(ItemLimit));
                    let question = CompromiseQuestion { source, node, kind, limit, cursor };
                    rows::inventory_access::COMPROMISE.ask([], &question)
                };
                let answer = client.pages(page, Some(most.limit)).await?;
                cx.console.show(answer, |console, found: CompromiseAnswer| {
                    compromise(console, &found)?;
                    ends(console, (found.items, found.total), AccessMeans::Control)?;
                    as_of(console, &found.as_of, now);
                    Ok(())
                })
            }
        }
    }
}

fn tier_zero(console: &mut Console, found: &TierZeroAnswer) -> Result<(), Failure> {
    console.line(format!("Tier zero: {}", words::count(counted(found.tier_zero_total), "record")))?;
    let rows = found
        .tier_zero
        .iter()
        .map(|node| [node.name.clone(), kind(node), node.source.to_string(), node.key.clone()]);
    let none = "No source says of a group or role that it has power over the source.";
    console.table(["NAME", "KIND", "SOURCE", "KEY"], rows, none)?;
    console.line("")?;
    console.line(format!(
        "{} of {} accounts are tier zero or can come to control some of it",
        found.accounts, found.of_accounts
    ))?;
    console.line(format!("Can come to control it: {}", words::count(counted(found.total), "record")))
}

fn compromise(console: &mut Console, found: &CompromiseAnswer) -> Result<(), Failure> {
    let name = named(&found.node);
    let records = words::count(counted(found.total), "record");
    console.line(format!("The holder of {name} can come to control {records}"))?;
    console.line(if found.reaches_tier_zero {
        "Tier zero can come under control."
    } else {
        "Tier zero cannot come under control."
    })?;
    let RightCounts { administer, write, read, unstated } = found.rights;
    console.line(format!(
        "Rights with all of these: {administer} to administer, {write} to write, {read} to read, {unstated} of no stated level"
    ))
}

/// Prints a path as a chain, one step per line.
fn path(console: &mut Console, found: &PathAnswer) -> Result<(), Failure> {
    let from = named(&found.from);
    let doing = match found.means {
        AccessMeans::Reach => "reaches",
        AccessMeans::Control => "can come to control",
    };
    let Some(path) = &found.path else {
        let to = found.to.as_ref().map_or_else(|| "tier zero".to_owned(), named);
        return console.line(format!("There is no path by which {from} {doing} {to}."));
    };
    if path.steps.is_empty() {
        return console.line(if found.from.tier_zero {
            format!("{from} is tier zero.")
        } else {
            format!("Both are {from}.")
        });
    }
    console.line(format!("{from} ({})", described(&found.from)))?;
    for step in &path.steps {
        console.line(format!("  {} {} ({})", relation(step), named(&step.to), described(&step.to)))?;
        let details = details(step);
        if !details.is_empty() {
            console.line(format!("      {details}"))?;
        }
    }
    let left = path.length.saturating_sub(u64::try_from(path.steps.len()).unwrap_or(u64::MAX));
    if left > 0 {
        console.line(format!("  and {left} more steps"))?;
    }
    Ok(())
}

/// Prints what is at the other end of each path, with levels if what is meant has them.
fn ends(
    console: &mut Console,
    (items, total): (Vec<AccessEnd>, u64),
    means: AccessMeans,
) -> Result<(), Failure> {
    let shown = items.len();
    let mut heading = vec!["NAME", "KIND", "LEVEL", "PATH", "SOURCE", "KEY"];
    let has_levels = means == AccessMeans::Reach;
    heading.retain(|name| has_levels || *name != "LEVEL");
    let rows = items.into_iter().map(|end| {
        let level = end.level.map_or_else(|| "-".to_owned(), |level| words::of(&level));
        let condition = if end.conditional { " under conditions" } else { "" };
        let (kind, path) = (kind(&end.node), chain(&end.path));
        let mut row = vec![end.node.name, kind];
        row.extend(has_levels.then(|| format!("{level}{condition}")));
        row.extend([path, end.node.source.to_string(), end.node.key]);
        row
    });
    console.columns(heading.into_iter().map(str::to_owned).collect(), rows, "none")?;
    if counted(total) > shown {
        console.remark(format!("{shown} of {total} are shown: --limit NUMBER shows more"));
    }
    Ok(())
}

/// Says when what answers was read, and as of which imports.
fn as_of(console: &mut Console, as_of: &AccessAsOf, now: Timestamp) {
    let sources = as_of.sources.iter().map(|known| format!("{} import {}", known.source, known.import));
    let sources = words::list_or(&sources.collect::<Vec<_>>(), "no source");
    console.remark(format!("as read {}, of {sources}", span::moment(as_of.read_at, now)));
    if as_of.being_read {
        console.remark("what the sources say now is being read: ask again in a moment");
    }
}

fn named(node: &AccessNode) -> String {
    node.name.clone()
}

fn kind(node: &AccessNode) -> String {
    node.kind.map_or_else(|| "only mentioned".to_owned(), |kind| words::of(&kind))
}

fn described(node: &AccessNode) -> String {
    if node.tier_zero { format!("{}, tier zero", kind(node)) } else { kind(node) }
}

/// Formats a path on one line: the first node, then each relation and where it leads.
fn chain(path: &AccessPath) -> String {
    let mut chain = path.steps.first().map_or_else(String::new, |step| named(&step.from));
    for step in &path.steps {
        chain.push_str(&format!(" -{}-> {}", relation(step), named(&step.to)));
    }
    chain
}

fn relation(step: &AccessStep) -> String {
    let relation = words::of(&step.relation);
    match step.level {
        Some(level) if step.relation == EdgeRelation::May => format!("{relation} {}", words::of(&level)),
        _ => relation,
    }
}

/// Formats what a source says about a step.
fn details(step: &AccessStep) -> String {
    let mut details = Vec::new();
    details.extend(step.rights.as_ref().map(|rights| format!("by {rights}")));
    details.extend(step.conditional.then(|| "under conditions".to_owned()));
    details.extend(step.granted_by.as_ref().map(|place| format!("granted by {place}")));
    details.extend(step.authorised_by.as_ref().map(|who| format!("authorised by {who}")));
    details.extend(step.since.map(|since| format!("since {since}")));
    details.join(", ")
}

fn counted(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
