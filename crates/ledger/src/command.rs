//! A command on its way: asked of a world, perhaps several times, and answered once.

use countersign_facts::{Actor, Fact, Stated};
use countersign_names::Timestamp;
use countersign_world::{Contradiction, World};
use tokio::sync::oneshot;

/// Why a command did not become facts.
#[derive(Debug, thiserror::Error)]
pub enum CommandError<E> {
    /// The command itself said no.
    #[error("{0}")]
    Refused(E),
    /// Its facts would contradict those before.
    #[error(transparent)]
    Contradiction(#[from] Contradiction),
    /// The journal does not answer. It is not known whether the facts were stated.
    #[error("nothing can be changed right now: {0}")]
    Unavailable(String),
    /// The clock of this machine is not to be believed. Nothing was stated.
    #[error("nothing was changed: {0}")]
    Early(String),
}

/// Why what was agreed to did not become facts.
#[derive(Debug, Clone, Copy)]
pub enum Unstated<'a> {
    /// Or perhaps it did: the journal did not say.
    Unknown(&'a str),
    /// It would have been dated too late.
    Early(&'a str),
}

/// What the keeper sees of a command.
pub trait Command: Send {
    /// Ask `world`. The facts are folded into it already when they come back; on `None` it is as it was, the command
    /// is finished, and its caller has the refusal once it is settled.
    fn attempt(&mut self, world: &mut World, now: Timestamp) -> Option<Vec<Stated>>;

    /// Answer the caller: the last attempt stands, or the journal did not take it.
    fn settle(self: Box<Self>, failed: Option<Unstated<'_>>);
}

struct Waiting<T, E, F> {
    actor: Actor,
    decide: F,
    outcome: Option<Result<T, CommandError<E>>>,
    answer: oneshot::Sender<Result<T, CommandError<E>>>,
}

pub fn boxed<T, E, F>(
    actor: Actor,
    decide: F,
    answer: oneshot::Sender<Result<T, CommandError<E>>>,
) -> Box<dyn Command>
where
    T: Send + 'static,
    E: Send + 'static,
    F: Fn(&World, Timestamp) -> Result<(Vec<Fact>, T), E> + Send + 'static,
{
    Box::new(Waiting { actor, decide, outcome: None, answer })
}

impl<T, E, F> Command for Waiting<T, E, F>
where
    T: Send,
    E: Send,
    F: Fn(&World, Timestamp) -> Result<(Vec<Fact>, T), E> + Send,
{
    fn attempt(&mut self, world: &mut World, now: Timestamp) -> Option<Vec<Stated>> {
        let (facts, value) = match (self.decide)(world, now) {
            Ok(agreed) => agreed,
            Err(refusal) => {
                self.outcome = Some(Err(CommandError::Refused(refusal)));
                return None;
            }
        };
        let stated: Vec<_> =
            facts.into_iter().map(|fact| Stated { at: now, by: self.actor.clone(), fact }).collect();
        match world.after(&stated) {
            Ok(next) => {
                *world = next;
                self.outcome = Some(Ok(value));
                Some(stated)
            }
            Err(contradiction) => {
                self.outcome = Some(Err(contradiction.into()));
                None
            }
        }
    }

    fn settle(self: Box<Self>, failed: Option<Unstated<'_>>) {
        let outcome = match (self.outcome, failed) {
            // A refusal does not depend on the journal: the caller gets it even when the journal is gone.
            (Some(Err(refusal)), _) => Err(refusal),
            (_, Some(Unstated::Unknown(why))) => Err(CommandError::Unavailable(why.to_owned())),
            (_, Some(Unstated::Early(why))) => Err(CommandError::Early(why.to_owned())),
            (Some(outcome), None) => outcome,
            (None, None) => Err(CommandError::Unavailable("the command was never asked".to_owned())),
        };
        // A caller that stopped waiting is told nothing; what it asked for happened all the same.
        let _gone = self.answer.send(outcome);
    }
}
