//! The operator's acceptance of the clock: time that ran ahead is set back, and nothing comes back with it.
//!
//! Ends are moments, so setting time back alone would make valid again what had ended. The fold of the acceptance
//! therefore leaves everything as it was at the held moment. Sessions, links, open requests and grants end. Tokens and
//! exceptions that had ended are dropped; the others keep the rest of their life. A posture keeps its age.
//!
//! Only one kind of act can set time back, and only its fold reads two moments. All other folds still take "now" from
//! their fact.

use crate::contradiction::Contradiction;
use crate::{World, devices};
use countersign_facts::{AcceptedClock, Stated};
use countersign_names::{CheckResult, ExceptionId, PostureCheck, Timestamp, TokenId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// The earliest moment to which anything is shifted, the beginning of the year 1: an earlier one could not be written.
const EARLIEST: Timestamp = Timestamp::from_micros(-62_135_596_800_000_000);

/// The reason on record for what ends because time was set back.
pub const SET_BACK: &str = "time was set back: what was open or lent before has ended";

/// An acceptance that set time back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockSetBack {
    /// The time to which it was set back, when the fact was stated.
    pub at: Timestamp,
    /// The sequence of the fact.
    pub seq: u64,
    /// The moment that counted as the present before.
    pub held: Timestamp,
    /// The process on whose machine the operator stated it.
    pub gate: String,
    /// The reason, as the operator wrote it.
    pub why: String,
}

/// Returns whether time was never set back.
pub fn is_none(clocks: &Arc<Vec<ClockSetBack>>) -> bool {
    clocks.is_empty()
}

/// What an acceptance of the clock ends, for a preview.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EndedByClock {
    /// The number of sessions.
    pub sessions: usize,
    /// The number of handovers of sessions to applications.
    pub handovers: usize,
    /// The number of open invitations.
    pub invitations: usize,
    /// The number of proposals that nobody answered.
    pub proposals: usize,
    /// The number of requests for a grant that nobody answered.
    pub requests: usize,
    /// The number of approved grants.
    pub grants: usize,
    /// The tokens that had ended at the held moment.
    pub tokens: Vec<TokenId>,
    /// The tokens that end sooner.
    pub shortened_tokens: Vec<TokenId>,
    /// The exceptions that had ended at the held moment.
    pub exceptions: Vec<ExceptionId>,
    /// The exceptions that end sooner.
    pub shortened_exceptions: Vec<ExceptionId>,
    /// The number of devices whose posture becomes as old as it was.
    pub postures: usize,
    /// The number of rollouts whose watch begins anew.
    pub rollouts: usize,
    /// The number of keys whose assertions are no longer valid.
    pub keys: usize,
}

/// A step of time from the held moment back to the accepted one.
#[derive(Debug, Clone, Copy)]
pub struct StepBack {
    /// The accepted moment, which is the present from now on.
    pub at: Timestamp,
    /// The moment that was the present.
    pub held: Timestamp,
}

impl StepBack {
    fn by(self) -> Duration {
        self.held.since(self.at)
    }

    /// Returns whether something with this end had ended at the held moment.
    pub fn had_ended(self, end: Timestamp) -> bool {
        end <= self.held
    }

    /// Returns the moment that is as far from the accepted moment as `moment` is from the held one.
    pub fn shifted(self, moment: Timestamp) -> Timestamp {
        if moment == Timestamp::MAX { moment } else { moment.minus(self.by()).max(EARLIEST) }
    }
}

/// Folds in an acceptance that sets time back.
pub fn accepted(world: &mut World, stated: &Stated, clock: &AcceptedClock) -> Result<(), Contradiction> {
    let step = step_to(world, stated.at, clock)?;
    world.step_back(stated, step);
    let AcceptedClock { gate, why, .. } = clock.clone();
    // The sequence is raised after the fact is folded in.
    let (at, seq, held) = (stated.at, world.seq + 1, step.held);
    let mut all = Vec::clone(&world.clocks);
    all.push(ClockSetBack { at, seq, held, gate, why });
    world.clocks = Arc::new(all);
    world.latest_before = world.latest_dated();
    world.newest = Some(at);
    Ok(())
}

/// Checks an acceptance for one more machine, which changes nothing in the world.
pub fn confirmed(world: &World, stated: &Stated, clock: &AcceptedClock) -> Result<(), Contradiction> {
    is_ahead(stated.at, clock)?;
    if world.clock_set_back().is_none_or(|known| known.held < clock.held) {
        let why = "the journal records no acceptance for a moment that late: accept the clock for all \
                   machines";
        return Err(Contradiction::impossible("held", why));
    }
    Ok(())
}

/// Checks an acceptance that sets time back.
fn step_to(world: &World, at: Timestamp, clock: &AcceptedClock) -> Result<StepBack, Contradiction> {
    if let Some(newest) = world.newest.filter(|newest| *newest > clock.held) {
        let why = format!(
            "a fact has the later date {newest}: accept the clock again, so that this date counts as well"
        );
        return Err(Contradiction::impossible("held", why));
    }
    is_ahead(at, clock)
}

fn is_ahead(at: Timestamp, clock: &AcceptedClock) -> Result<StepBack, Contradiction> {
    if clock.why.trim().is_empty() {
        return Err(Contradiction::impossible("why", "say why: the journal keeps the reason"));
    }
    if clock.held <= at || clock.held == Timestamp::MAX {
        let why = format!(
            "{} is not later than the clock, which says {at}: there is nothing to accept",
            clock.held
        );
        return Err(Contradiction::impossible("held", why));
    }
    Ok(StepBack { at, held: clock.held })
}

impl World {
    /// Returns the last acceptance that set time back.
    pub fn clock_set_back(&self) -> Option<&ClockSetBack> {
        self.clocks.last()
    }

    /// Returns when a fact with this date was really stated, as far as is known: facts from before an acceptance of the
    /// clock were stated no later than it. In the order of the journal, these times ascend.
    pub fn stated_by_then(&self, seq: u64, dated: Timestamp) -> Timestamp {
        let later = self.clocks.iter().filter(|clock| seq < clock.seq);
        later.map(|clock| clock.at).fold(dated, Timestamp::min)
    }

    /// Returns the digest of a posture for observations of it. An observation from before time was set back is dated by
    /// the wrong clock, so it must not confirm a posture after that: the digest differs.
    pub fn posture_digest(&self, checks: &BTreeMap<PostureCheck, CheckResult>) -> i64 {
        devices::posture_digest(checks, self.clocks.len())
    }

    /// Returns what this acceptance would end if it were stated at `at`.
    ///
    /// # Errors
    /// If it could not be stated then.
    pub fn ended_by_clock(
        &self,
        at: Timestamp,
        clock: &AcceptedClock,
    ) -> Result<EndedByClock, Contradiction> {
        let step = step_to(self, at, clock)?;
        let fact = countersign_facts::JournalFact::ClockAccepted(clock.clone());
        let stated = Stated {
            at,
            by: countersign_facts::Actor::Operator,
            fact: countersign_facts::Fact::Journal(fact),
        };
        Ok(self.clone().step_back(&stated, step))
    }

    /// Takes everything that has an age or an end back with the clock, and returns what ended.
    fn step_back(&mut self, stated: &Stated, step: StepBack) -> EndedByClock {
        let mut ended = EndedByClock::default();
        (ended.sessions, ended.handovers) = self.sessions.end_all();
        ended.invitations = self.people.drop_invitations();
        ended.proposals = self.proposals.refuse_open(stated);
        self.privilege.step_back(stated, step, &mut ended);
        self.services.step_back(step, &mut ended);
        ended.postures = self.devices.step_back(step);
        ended.rollouts = self.rollouts.watch_anew(step.at);
        ended.keys = self.assertion_keys.retire_all();
        crate::evidence::step_back(self, step);
        if let Some(known) = &mut self.head_accepted
            && known.at > step.at
        {
            // The evidence since then is searched for decisions that knew more, so it must not lie ahead.
            Arc::make_mut(known).at = step.at;
        }
        self.register_changed = self.seq + 1;
        ended
    }
}
