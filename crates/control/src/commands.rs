//! Turns a command into facts or, if it needs two people, into a proposal.

use crate::{Caller, Control, Refusal, proposals, secret};
use countersign_facts::{CommandFact, Fact, Stated};
use countersign_names::{ProposalId, Timestamp};
use countersign_world::{Kind, World};
use std::time::Duration;

/// How long a proposal waits for its second person.
const PROPOSAL_LIFE: Duration = Duration::from_secs(24 * 3600);

/// The outcome of a command.
pub enum Done<T> {
    /// The command was carried out.
    Carried(T),
    /// The command needs a second person and was proposed.
    Proposed(T, Waiting),
}

/// A proposal that was just made.
pub struct Waiting {
    /// The proposal's id.
    pub id: ProposalId,
    why: String,
    /// Whether anybody except the operator could countersign it.
    somebody: bool,
}

impl Control {
    /// Evaluates a command against the world at the head, and states its facts in the caller's name. The ledger may
    /// call the closure again, so random values must be drawn before.
    ///
    /// A command that needs two people is proposed, and the refusal says so.
    pub(crate) async fn command<T, F>(&self, caller: &Caller, decide: F) -> Result<T, Refusal>
    where
        T: Send + 'static,
        F: Fn(&World, Timestamp) -> Result<(Vec<Fact>, T), Refusal> + Send + 'static,
    {
        match self.command_or_propose(caller, decide).await? {
            Done::Carried(value) => Ok(value),
            Done::Proposed(_, waiting) => Err(waiting.into()),
        }
    }

    /// As [`command`](Self::command), but returns a proposal to the caller instead of refusing.
    pub(crate) async fn command_or_propose<T, F>(
        &self,
        caller: &Caller,
        decide: F,
    ) -> Result<Done<T>, Refusal>
    where
        T: Send + 'static,
        F: Fn(&World, Timestamp) -> Result<(Vec<Fact>, T), Refusal> + Send + 'static,
    {
        let actor = caller.actor();
        let id = ProposalId::new(secret::fresh(self.now())?);
        let by = actor.clone();
        let done = move |world: &World, now: Timestamp| {
            let (facts, value) = decide(world, now)?;
            let stated: Vec<_> =
                facts.iter().map(|fact| Stated { at: now, by: by.clone(), fact: fact.clone() }).collect();
            match world.after(&stated) {
                Err(contradiction) if contradiction.kind == Kind::Countersign => {
                    let text = proposals::described(world, &facts);
                    let digest = proposals::digest_of(&facts)?;
                    let expires_at = now.plus(PROPOSAL_LIFE);
                    let somebody = proposals::somebody_may_countersign(world, &by, now);
                    let waiting = Waiting { id, why: contradiction.message, somebody };
                    let proposed = Fact::Command(CommandFact::Proposed {
                        proposal: id,
                        text,
                        digest,
                        facts,
                        expires_at,
                    });
                    Ok((vec![proposed], Done::Proposed(value, waiting)))
                }
                // The ledger checks the same, and reports any other contradiction.
                _ => Ok((facts, Done::Carried(value))),
            }
        };
        Ok(self.ledger().command(actor, done).await?)
    }
}

impl From<Waiting> for Refusal {
    fn from(waiting: Waiting) -> Self {
        let Waiting { id, why, somebody } = waiting;
        let remedy = if somebody {
            format!(
                "let somebody who is independent of you countersign it: `countersign proposal countersign {id}`. The \
                 operator can, at the machine"
            )
        } else {
            format!(
                "nobody here is independent of you yet: at the machine, run `countersign proposal countersign {id}`, and \
                 `countersign person confirm NAME` for a second administrator"
            )
        };
        Self::proposed(id, format!("{why}; it was proposed as {id}, and nothing has changed yet"))
            .remedy(remedy)
    }
}
