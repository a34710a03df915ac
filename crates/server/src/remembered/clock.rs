//! The operator's acceptance of the clock of this machine, when time in the journal ran ahead of it.
//!
//! The remembered heads outside the journal are checked separately: `journal.head` of each machine keeps the later time
//! until the operator accepts the clock at that machine. Otherwise one entry in the database could set time back everywhere.

use super::{BucketHead, Memory, NotBelieved, Remembered, compare};
use crate::keys;
use countersign_facts::{AcceptedClock, Actor, Fact, JournalFact};
use countersign_gate_http::AssertionKey;
use countersign_ledger::{CommandError, Ledger, MOST_SKEW};
use countersign_names::Timestamp;
use countersign_world::{Contradiction, EndedByClock, World};
use std::fmt::{self, Display, Formatter};
use std::time::Duration;

/// How much later than the remembered moment a process may have decided, if it was killed right before it remembered the
/// next one.
const UNREMEMBERED: Duration = Duration::from_secs(super::EVERY.as_secs() + super::SOON.as_secs());

/// The beginning of 2026, before this software existed. A clock that says less has lost the time.
const IMPOSSIBLE: Timestamp = Timestamp::from_micros(1_767_225_600_000_000);

/// The operator's statement.
#[derive(Debug, Clone, Copy)]
pub struct ClockStatement<'a> {
    /// The reason.
    pub why: &'a str,
    /// Whether only to show what would end.
    pub dry_run: bool,
}

/// What an acceptance of the clock did, or would do.
#[derive(Debug)]
pub struct AcceptedClockReport {
    held: Timestamp,
    clock: Timestamp,
    /// What ends; `None` if an acceptance at another machine has ended it already.
    ended: Option<EndedByClock>,
    dry_run: bool,
    /// Why the bucket does not have the new head, if it does not.
    not_put: Option<String>,
}

/// Why the clock was not accepted.
#[derive(Debug, thiserror::Error)]
pub enum ClockNotAccepted {
    /// Nothing is later than the clock.
    #[error(
        "there is nothing to accept: the latest known moment is {latest}, and the clock of this machine says \
         {clock}, which is at most {} s behind", MOST_SKEW.as_secs()
    )]
    NotAhead {
        /// The latest known moment.
        latest: Timestamp,
        /// The time of this machine.
        clock: Timestamp,
    },
    /// The clock cannot be right.
    #[error(
        "the clock of this machine says {0}, which is impossible: correct the clock first, then accept it"
    )]
    Impossible(Timestamp),
    /// The database's clock disagrees.
    #[error(
        "the clock of this machine is {} s {how} the database's, so one of the two is wrong: correct it \
         first, then accept the clock", .by.as_secs()
    )]
    StoreDisagrees {
        /// How far the clocks are apart.
        by: Duration,
        /// The direction.
        how: &'static str,
    },
    /// The journal or what is remembered of it cannot be believed.
    #[error(transparent)]
    Doubted(#[from] NotBelieved),
    /// The acceptance could not be recorded.
    #[error(transparent)]
    Ledger(#[from] CommandError<Contradiction>),
    /// The acceptance is not possible.
    #[error(transparent)]
    Contradiction(#[from] Contradiction),
    /// The new head could not be remembered.
    #[error(transparent)]
    Key(#[from] keys::KeyError),
}

/// Everything on this machine, in its bucket and in the journal that says what the present was.
struct HeldMoments {
    newest: Option<Timestamp>,
    remembered: Vec<Memory>,
}

impl HeldMoments {
    async fn of(
        (remembered, bucket): (&Remembered, Option<&BucketHead>),
        ledger: &Ledger,
        key: &AssertionKey,
    ) -> Result<Self, NotBelieved> {
        let mut known: Vec<Memory> = remembered.recall(&ledger.world(), key)?.into_iter().collect();
        if let Some(bucket) = bucket {
            match bucket.recall(ledger, key).await {
                Ok(memory) => known.extend(memory),
                // `journal.head` is newer in any case; without that file, the next start asks the bucket.
                Err(away) => {
                    tracing::warn!(away, "this process cannot read the remembered head from the bucket")
                }
            }
        }
        for memory in &known {
            compare(ledger.journal(), ledger.head(), *memory).await?;
        }
        Ok(Self { newest: ledger.world().newest(), remembered: known })
    }

    fn latest(&self) -> Option<Timestamp> {
        self.newest.max(self.remembered.iter().map(|memory| memory.at).max())
    }

    /// Returns the moment by which everything ends that a process of this machine may have seen ended.
    fn held(&self) -> Option<Timestamp> {
        let remembered = self.remembered.iter().map(|memory| memory.at.plus(UNREMEMBERED)).max();
        self.newest.max(remembered)
    }

    /// Returns whether an acceptance that is on record says all that is to be said, except for this machine: no fact
    /// holds a later time any more, and this machine remembers only moments from before it.
    fn is_accepted_elsewhere(&self, world: &World, clock: Timestamp, held: Timestamp) -> bool {
        world.newest().is_none_or(|newest| newest <= clock)
            && world.clock_set_back().is_some_and(|known| {
                held <= known.held && self.remembered.iter().all(|memory| memory.head.seq.0 < known.seq)
            })
    }
}

/// Accepts the clock of this machine, on the operator's authority, and records that. The ledger must have been opened to
/// accept the clock, because any other counts the later moment as the present.
///
/// # Errors
/// If time did not run ahead, a clock is wrong, the journal is not to be believed, or it could not be recorded.
pub async fn accept_clock(
    (remembered, bucket): (&Remembered, Option<&BucketHead>),
    ledger: &Ledger,
    key: &AssertionKey,
    statement: ClockStatement<'_>,
) -> Result<AcceptedClockReport, ClockNotAccepted> {
    let moments = HeldMoments::of((remembered, bucket), ledger, key).await?;
    let clock = is_plausible(ledger)?;
    let latest = moments.latest().unwrap_or(clock);
    if latest <= clock.plus(MOST_SKEW) {
        return Err(ClockNotAccepted::NotAhead { latest, clock });
    }
    let held = moments.held().unwrap_or(latest);
    let accepted = AcceptedClock { gate: remembered.gate.clone(), held, why: statement.why.to_owned() };
    if statement.dry_run {
        let world = ledger.world();
        let elsewhere = moments.is_accepted_elsewhere(&world, clock, held);
        // The preview needs no reason.
        let accepted = AcceptedClock { why: "preview".to_owned(), ..accepted };
        let ended = if elsewhere { None } else { Some(world.ended_by_clock(clock, &accepted)?) };
        return Ok(AcceptedClockReport { held, clock, ended, dry_run: true, not_put: None });
    }
    let stated = move |world: &World, now: Timestamp| {
        if moments.is_accepted_elsewhere(world, now, held) {
            let fact = Fact::Journal(JournalFact::ClockConfirmed(accepted.clone()));
            return Ok((vec![fact], None));
        }
        let ended = world.ended_by_clock(now, &accepted)?;
        Ok((vec![Fact::Journal(JournalFact::ClockAccepted(accepted.clone()))], Some(ended)))
    };
    let ended = ledger.command(Actor::Operator, stated).await?;
    // The key has signed what is dated ahead, and is retired; what is remembered is signed with the next one.
    keys::unspent_assertion_key(&remembered.key_file, &ledger.world())?;
    remembered.write(Memory { head: ledger.head(), at: ledger.borne_out() })?;
    let put = match bucket {
        Some(bucket) => bucket.leave(ledger).await.map(drop),
        None => Ok(()),
    };
    Ok(AcceptedClockReport { held, clock, ended, dry_run: false, not_put: put.err() })
}

/// Returns the time of this machine, unless it is certainly wrong.
fn is_plausible(ledger: &Ledger) -> Result<Timestamp, ClockNotAccepted> {
    let clock = ledger.now();
    if clock < IMPOSSIBLE {
        return Err(ClockNotAccepted::Impossible(clock));
    }
    for (by, how) in [(ledger.ahead_of_store(), "ahead of"), (ledger.behind_store(), "behind")] {
        if by > MOST_SKEW {
            return Err(ClockNotAccepted::StoreDisagrees { by, how });
        }
    }
    Ok(clock)
}

/// Checks that this machine does not remember, from before an acceptance of the clock elsewhere, a moment that has not
/// come yet.
///
/// # Errors
/// If it does.
pub fn has_heard(ledger: &Ledger, memory: Memory) -> Result<(), NotBelieved> {
    let world = ledger.world();
    let Some(accepted) = world.clock_set_back() else { return Ok(()) };
    if accepted.seq <= memory.head.seq.0 || memory.at <= ledger.now().plus(MOST_SKEW) {
        return Ok(());
    }
    Err(NotBelieved::TimeSetBack { remembered: memory, accepted: Box::new(accepted.clone()) })
}

impl Display for AcceptedClockReport {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { held, clock, dry_run, .. } = self;
        if *dry_run {
            writeln!(
                f,
                "Nothing was changed. The latest known moment is {held}; the clock of this machine says \
                 {clock}."
            )?;
        } else {
            writeln!(
                f,
                "The clock is accepted, and the journal records it: the present is {clock}, and no longer \
                 {held}."
            )?;
        }
        match &self.ended {
            None => writeln!(
                f,
                "The acceptance of another machine, which the journal records, ended everything that had to \
                 end. This machine {} the later time.",
                if *dry_run { "would only discard" } else { "only discarded" }
            )?,
            Some(ended) => lines(ended, *dry_run, f)?,
        }
        if let Some(why) = &self.not_put {
            writeln!(
                f,
                "The new head could not be written to the bucket ({why}): the server writes it when the \
                 bucket can be reached."
            )?;
        }
        let next = match *dry_run {
            true => "If the clock is right, run `countersign journal accept-clock --why ...`",
            false => {
                "Start the server. Every other process of this journal stops when it reads this entry: run \
                 the same command on its machine."
            }
        };
        f.write_str(next)
    }
}

fn lines(ended: &EndedByClock, dry_run: bool, f: &mut Formatter<'_>) -> fmt::Result {
    let EndedByClock { sessions, handovers, invitations, proposals, requests, grants, .. } = ended;
    let EndedByClock { postures, rollouts, keys, .. } = ended;
    writeln!(f, "{}", if dry_run { "This would end:" } else { "This ended:" })?;
    for (count, what) in [
        (sessions, "sessions: everybody signs in again"),
        (handovers, "sign-ins that had not reached their application"),
        (invitations, "open invitations: issue new ones"),
        (proposals, "proposals that nobody answered: propose them again"),
        (requests, "requests for a grant that nobody answered"),
        (grants, "approved grants"),
        (keys, "keys: gates make new ones, and signatures of the old keys are invalid"),
    ] {
        writeln!(f, "  {count:>6}  {what}")?;
    }
    listed(&ended.tokens, "tokens that had expired", f)?;
    listed(&ended.exceptions, "exceptions that had expired", f)?;
    writeln!(f, "{}", if dry_run { "And this would change:" } else { "And this changed:" })?;
    listed(&ended.shortened_tokens, "tokens end sooner: each keeps its remaining lifetime", f)?;
    listed(&ended.shortened_exceptions, "exceptions end sooner, in the same way", f)?;
    writeln!(f, "  {postures:>6}  postures keep their age until the device reports again")?;
    writeln!(f, "  {rollouts:>6}  rollouts restart the watch over their present step")
}

fn listed(ids: &[impl Display], what: &str, f: &mut Formatter<'_>) -> fmt::Result {
    writeln!(f, "  {:>6}  {what}", ids.len())?;
    ids.iter().try_for_each(|id| writeln!(f, "          {id}"))
}
