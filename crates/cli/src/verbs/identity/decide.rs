//! Decisions about two records or accounts.

use crate::console::read;
use crate::context::Context;
use crate::exit::Failure;
use clap::Args;
use countersign_api::{IdentityRuling, NewIdentityDecision, NodeReference, RecordedIdentityDecision, rows};
use countersign_names::SourceName;

/// Two records or accounts, by the names that they have in their sources.
#[derive(Debug, Args)]
pub(crate) struct TwoNodes {
    /// The source of the account, or of one of the two
    source: SourceName,
    /// Its key there
    key: String,
    /// The source of any record or account of the identity, or of the other one
    other_source: SourceName,
    /// Its key there
    other_key: String,
    /// The reason; the journal keeps it
    #[arg(long)]
    reason: String,
}

impl TwoNodes {
    pub(super) async fn decide(self, cx: &mut Context, ruling: IdentityRuling) -> Result<(), Failure> {
        let new = NewIdentityDecision {
            ruling,
            one: NodeReference { source: self.source, key: self.key },
            other: NodeReference { source: self.other_source, key: self.other_key },
            reason: self.reason,
        };
        let answer = cx.client()?.send(rows::identities::DECIDE.to([]), &new).await?;
        let decided: RecordedIdentityDecision = read(answer.clone())?;
        let said = format!(
            "Decided, as {}. It shows in the identities after the next correlation, within seconds; `countersign identity \
             undo {}` takes it back.",
            decided.id, decided.id
        );
        cx.console.say(&answer, said)
    }
}
