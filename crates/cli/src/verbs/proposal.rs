//! `countersign proposal`: commands that need two people.

use crate::console::read;
use crate::context::Context;
use crate::exit::Failure;
use crate::{span, words};
use clap::{Args, Subcommand};
use countersign_api::rows::proposals::ProposalFilter;
use countersign_api::{Countersigning, Items, Proposal, ProposalState, Reason, rows};
use countersign_names::ProposalId;

/// Commands about proposals.
#[derive(Debug, Subcommand)]
pub(crate) enum ProposalVerb {
    /// List the proposals, the newest first
    #[command(after_help = "Examples:\n  countersign proposal list --state open")]
    List {
        /// Only proposals in this state: open, expired, countersigned or refused
        #[arg(long, value_parser = words::parse::<ProposalState>)]
        state: Option<ProposalState>,
    },
    /// Show one proposal: its effect, and every fact that it states
    #[command(after_help = "Examples:\n  countersign proposal show prp_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8")]
    Show {
        /// The proposal's id
        proposal: ProposalId,
    },
    /// Countersign another person's proposal, which then runs
    #[command(
        after_help = "Examples:\n  countersign proposal countersign prp_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8"
    )]
    Countersign(Countersign),
    /// Refuse a proposal, or withdraw your own
    #[command(
        after_help = "Examples:\n  countersign proposal refuse prp_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 --reason 'nobody told me of it'"
    )]
    Refuse {
        /// The proposal's id
        proposal: ProposalId,
        /// The reason, for the proposer
        #[arg(long)]
        reason: String,
    },
}

/// A proposal to countersign.
#[derive(Debug, Args)]
pub(crate) struct Countersign {
    /// The proposal's id
    proposal: ProposalId,
    /// Do not ask for confirmation
    #[arg(long)]
    yes: bool,
}

impl ProposalVerb {
    pub(crate) async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        let (client, now) = (cx.client()?, cx.now());
        match self {
            Self::List { state } => {
                let wanted = ProposalFilter { state };
                let answer = client.all(rows::proposals::LIST.ask([], &wanted)).await?;
                cx.console.show(answer, |console, proposals: Items<Proposal>| {
                    let rows = proposals.items.into_iter().map(|proposal| {
                        [
                            proposal.email.unwrap_or(proposal.by),
                            proposal.text.replace('\n', "; "),
                            words::of(&proposal.state),
                            span::relative(proposal.proposed_at, now),
                            span::relative(proposal.expires_at, now),
                            proposal.id.to_string(),
                        ]
                    });
                    let heading = ["BY", "WHAT", "STATE", "PROPOSED", "ENDS", "ID"];
                    console.table(heading, rows, "There is no such proposal.")
                })
            }
            Self::Show { proposal } => {
                let answer = client.call(rows::proposals::SHOW.to([&proposal.to_string()])).await?;
                cx.console.show(answer, |console, proposal: Proposal| {
                    console.facts([
                        ("By", proposal.email.unwrap_or(proposal.by)),
                        ("What", proposal.text),
                        ("State", words::of(&proposal.state)),
                        ("Ends", span::moment(proposal.expires_at, now)),
                        ("Answered by", proposal.answered_by.unwrap_or_default()),
                        ("Answer", proposal.answer.unwrap_or_default()),
                        ("Digest", proposal.digest),
                    ])?;
                    proposal.facts.iter().try_for_each(|fact| console.line(fact.to_string()))
                })
            }
            Self::Countersign(it) => it.run(cx).await,
            Self::Refuse { proposal, reason } => {
                let path = rows::proposals::REFUSE.to([&proposal.to_string()]);
                let answer = client.send(path, &Reason { reason }).await?;
                cx.console.say(&answer, format!("The proposal {proposal} is refused."))
            }
        }
    }
}

impl Countersign {
    /// Sends the digest of the shown proposal, so that exactly that one is countersigned.
    async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        let (client, id) = (cx.client()?, self.proposal.to_string());
        let proposal: Proposal = read(client.call(rows::proposals::SHOW.to([&id])).await?)?;
        if !self.yes {
            let by = proposal.email.as_deref().unwrap_or(&proposal.by);
            cx.console.remark(format!("{by} asks you to countersign this:"));
            proposal.text.lines().for_each(|line| cx.console.remark(format!("  - {line}")));
            cx.console.confirm("It runs at once.")?;
        }
        let path = rows::proposals::COUNTERSIGN.to([&id]);
        let answer = client.send(path, &Countersigning { digest: proposal.digest }).await?;
        cx.console.say(&answer, format!("{id} is countersigned, and its command ran."))
    }
}
