//! `countersign identity`: which accounts of which sources belong to one person or one service.

mod decide;
mod show;

use crate::client::ListOptions;
use crate::console::{Console, read};
use crate::context::Context;
use crate::exit::Failure;
use crate::{span, words};
use clap::Subcommand;
use countersign_api::rows::identities::{AccountFilter, IdentityFilter, IdentityPlace};
use countersign_api::{
    CorrelatedAccount, CorrelationRuleText, CorrelationState, IdentityLack, IdentityRuling,
    InventoryAccountState, InventoryIdentity, InventoryIdentityKind, Items, Reason, RecordedIdentityDecision,
    SearchText, rows,
};
use countersign_names::{LinkDecisionId, SourceName, Timestamp};
use decide::TwoNodes;
use std::time::Duration;

/// How often the state is asked for while a correlation runs.
const PAUSE: Duration = Duration::from_secs(1);

/// Commands about identities.
#[derive(Debug, Subcommand)]
pub(crate) enum IdentityVerb {
    /// List identities: people with their accounts, services and machines
    #[command(after_help = "Examples:\n  countersign identity list --search ada\n  \
                            countersign identity list --kind service --lacks owner\n  \
                            countersign identity list --state proposed")]
    List {
        /// Only identities of this kind
        #[arg(long, value_parser = words::one_of::<InventoryIdentityKind>(&["employee", "contractor", "vendor", "person", "service", "automation", "machine", "legacy"]))]
        kind: Option<InventoryIdentityKind>,
        /// Only identities with an account in this state; of proposed and disputed: that such an account may belong to
        #[arg(long, value_parser = words::one_of::<InventoryAccountState>(&["linked", "proposed", "disputed"]))]
        state: Option<InventoryAccountState>,
        /// Only identities of which no source says this
        #[arg(long, value_parser = words::one_of::<IdentityLack>(&["owner", "purpose"]))]
        lacks: Option<IdentityLack>,
        /// Only identities with this text in their name, address, employee number, or the name or key of a record
        #[arg(long, value_name = "TEXT")]
        search: Option<String>,
        #[command(flatten)]
        options: ListOptions,
    },
    /// Show one identity: its values with their sources, what contradicts, and its accounts
    #[command(after_help = "Examples:\n  countersign identity show people 4711\n  \
                            countersign identity show cloud arn:aws:iam::1:user/ada")]
    Show {
        /// The source of any of its records or accounts
        source: SourceName,
        /// The key of that record or account
        key: String,
    },
    /// List the accounts about which a person should decide, with the evidence
    #[command(after_help = "Examples:\n  countersign identity queue\n  \
                            countersign identity queue --source cloud --limit 20\n  \
                            countersign identity queue --state orphan")]
    Queue {
        /// Accounts in this state; those that are proposed or disputed unless given
        #[arg(long, value_parser = words::one_of::<InventoryAccountState>(&["linked", "proposed", "disputed", "orphan"]))]
        state: Option<InventoryAccountState>,
        /// Only accounts of this source
        #[arg(long)]
        source: Option<SourceName>,
        /// Only accounts whose name or key contains this text
        #[arg(long, value_name = "TEXT")]
        search: Option<String>,
        #[command(flatten)]
        options: ListOptions,
    },
    /// Decide that an account belongs to an identity
    #[command(
        after_help = "Examples:\n  countersign identity link cloud arn:aws:iam::1:user/ada people 4711 --reason 'She confirmed it'"
    )]
    Link(TwoNodes),
    /// Decide that two records or accounts do not belong to one identity
    #[command(
        after_help = "Examples:\n  countersign identity separate hosts web1/jdoe people 4711 --reason 'A namesake'"
    )]
    Separate(TwoNodes),
    /// Decide that two identities are one
    #[command(
        after_help = "Examples:\n  countersign identity merge people 17 people 4711 --reason 'She came back'"
    )]
    Merge(TwoNodes),
    /// Undo a decision
    #[command(
        after_help = "Examples:\n  countersign identity undo lnk_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 --reason 'It was somebody else'"
    )]
    Undo {
        /// The decision's id; `countersign identity decisions` shows them
        decision: LinkDecisionId,
        /// The reason; the journal keeps it
        #[arg(long)]
        reason: String,
    },
    /// List the decisions that hold, the newest first
    #[command(after_help = "Examples:\n  countersign identity decisions")]
    Decisions {
        #[command(flatten)]
        options: ListOptions,
    },
    /// Show the rules by which accounts are correlated
    #[command(after_help = "Examples:\n  countersign identity rules > rules.toml")]
    Rules,
    /// Correlate now, and wait for the result
    #[command(
        after_help = "Examples:\n  countersign identity correlate\n  countersign identity correlate --state\n\n\
                      After each import and each decision it runs by itself, within seconds."
    )]
    Correlate {
        /// Only show where it stands
        #[arg(long)]
        state: bool,
    },
}

impl IdentityVerb {
    pub(crate) async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        let (client, now) = (cx.client()?, cx.now());
        match self {
            Self::List { kind, state, lacks, search, options } => {
                let filter = IdentityFilter { kind, state, lacks, q: search.map(SearchText) };
                let answer = client.list(rows::identities::LIST.ask([], &filter), &options).await?;
                cx.console.show(answer, list)
            }
            Self::Show { source, key } => {
                let place = IdentityPlace { source, key };
                let answer = client.call(rows::identities::SHOW.ask([], &place)).await?;
                cx.console.show(answer, |console, known| show::show(console, &known))
            }
            Self::Queue { state, source, search, options } => {
                let filter = AccountFilter { state, source, q: search.map(SearchText) };
                let answer = client.list(rows::identities::QUEUE.ask([], &filter), &options).await?;
                cx.console.show(answer, |console, accounts: Items<CorrelatedAccount>| {
                    show::queue(console, &accounts)
                })
            }
            Self::Link(nodes) => nodes.decide(cx, IdentityRuling::Linked).await,
            Self::Separate(nodes) => nodes.decide(cx, IdentityRuling::Separated).await,
            Self::Merge(nodes) => nodes.decide(cx, IdentityRuling::Merged).await,
            Self::Undo { decision, reason } => {
                let request = rows::identities::UNDO.to([&decision.to_string()]);
                let answer = client.send(request, &Reason { reason }).await?;
                cx.console
                    .say(&answer, format!("{decision} is undone. The rules decide again, within seconds."))
            }
            Self::Decisions { options } => {
                let answer = client.list(rows::identities::DECISIONS.to([]), &options).await?;
                cx.console.show(answer, |console, all| decisions(console, all, now))
            }
            Self::Rules => {
                let answer = client.call(rows::identities::RULES.to([])).await?;
                cx.console.show(answer, |console, rules: CorrelationRuleText| {
                    if let Some(problem) = &rules.problem {
                        console.remark(problem);
                    }
                    rules.text.lines().try_for_each(|line| console.line(line))
                })
            }
            Self::Correlate { state } => correlate(cx, state).await,
        }
    }
}

fn list(console: &mut Console, found: Items<InventoryIdentity>) -> Result<(), Failure> {
    let rows = found.items.into_iter().map(|identity| {
        let mut remarks: Vec<String> = Vec::new();
        remarks.extend(identity.lacks.iter().map(|lack| format!("no {}", words::of(lack))));
        let contradictions = usize::try_from(identity.contradictions).unwrap_or(usize::MAX);
        remarks.extend((contradictions > 0).then(|| words::count(contradictions, "contradiction")));
        remarks.extend((!identity.recorded).then(|| "in no record".to_owned()));
        [
            identity.name,
            words::of(&identity.kind),
            identity.accounts.to_string(),
            identity.owner.unwrap_or_default(),
            remarks.join(", "),
            identity.source.to_string(),
            identity.key,
        ]
    });
    let none = "There is no such identity. Import something with `countersign inventory import`.";
    console.table(["NAME", "KIND", "ACCOUNTS", "OWNER", "REMARKS", "SOURCE", "KEY"], rows, none)
}

fn decisions(
    console: &mut Console,
    found: Items<RecordedIdentityDecision>,
    now: Timestamp,
) -> Result<(), Failure> {
    let rows = found.items.into_iter().map(|decision| {
        [
            decision.id.to_string(),
            words::of(&decision.ruling),
            format!("{} {}", decision.one.source, decision.one.key),
            format!("{} {}", decision.other.source, decision.other.key),
            span::relative(decision.at, now),
            decision.by_name.unwrap_or(decision.by),
            decision.reason,
        ]
    });
    let none = "Nothing is decided. `countersign identity queue` shows what could be.";
    console.table(["DECISION", "RULING", "ONE", "OTHER", "WHEN", "BY", "REASON"], rows, none)
}

async fn correlate(cx: &mut Context, only_state: bool) -> Result<(), Failure> {
    let (client, now) = (cx.client()?, cx.now());
    let state = || client.call(rows::identities::CORRELATION.to([]));
    let mut answer =
        if only_state { state().await? } else { client.call(rows::identities::CORRELATE.to([])).await? };
    loop {
        let found: CorrelationState = read(answer.clone())?;
        if only_state || !found.requested {
            break;
        }
        if let Some(failure) = found.failure {
            return Err(Failure::Failed(format!("the correlation failed: {failure}")));
        }
        cx.console.progress("correlating");
        tokio::time::sleep(PAUSE).await;
        answer = state().await?;
    }
    cx.console.progress("");
    cx.console.show(answer, |console, state| show::state(console, &state, now))
}
