//! A command in progress: evaluated against a world, perhaps several times, and answered once.

use countersign_facts::{Actor, Fact, Stated};
use countersign_names::Timestamp;
use countersign_world::{Contradiction, World};
use tokio::sync::oneshot;

/// The reasons why a command stated nothing, or perhaps nothing.
#[derive(Debug, thiserror::Error)]
pub enum CommandError<E> {
    /// The command's closure refused.
    #[error("{0}")]
    Refused(E),
    /// Its facts would contradict earlier ones.
    #[error(transparent)]
    Contradiction(#[from] Contradiction),
    /// The journal does not answer. It is unknown whether the facts were stated.
    #[error("nothing can be changed at present: {0}")]
    Unavailable(String),
    /// This machine's clock cannot be trusted. Nothing was stated.
    #[error("nothing was changed: {0}")]
    Early(String),
}

/// The reasons why accepted facts were not stated.
#[derive(Debug, Clone, Copy)]
pub enum Unstated<'a> {
    /// The outcome of the append is unknown.
    Unknown(&'a str),
    /// The facts would have a date that is too late.
    Early(&'a str),
}

/// The keeper's view of a command.
pub trait Command: Send {
    /// Evaluates the command against `world`. If it returns facts, these are folded into `world` already. If it returns
    /// `None`, `world` is unchanged, the command is finished, and its caller receives the refusal when it is settled.
    fn attempt(&mut self, world: &mut World, now: Timestamp) -> Option<Vec<Stated>>;

    /// Answers the caller: with the last attempt, or with the failure of the append.
    fn settle(self: Box<Self>, failed: Option<Unstated<'_>>);
}

struct WaitingCommand<T, E, F> {
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
    Box::new(WaitingCommand { actor, decide, outcome: None, answer })
}

impl<T, E, F> Command for WaitingCommand<T, E, F>
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
            // A refusal does not depend on the journal: the caller receives it even if the journal is unreachable.
            (Some(Err(refusal)), _) => Err(refusal),
            (_, Some(Unstated::Unknown(why))) => Err(CommandError::Unavailable(why.to_owned())),
            (_, Some(Unstated::Early(why))) => Err(CommandError::Early(why.to_owned())),
            (Some(outcome), None) => outcome,
            (None, None) => Err(CommandError::Unavailable("the command was never asked".to_owned())),
        };
        // A caller that stopped waiting receives nothing; its facts were stated nevertheless.
        let _gone = self.answer.send(outcome);
    }
}
