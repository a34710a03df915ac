//! Asking again what a company did in a month: all of it as it was recorded, and all of it of other policies.
//!
//! The month is lived by the product itself: a real ledger, a real admission with a clock that is moved, real evidence
//! in Parquet. What came of a slice is checked against what was planted: a replay that is not whole, or a plan that names
//! anybody else, has failed.

mod company;
mod life;

use crate::run::{Bench, Clock, Comparison, Outcome, Sample, Turn, Unit};
use crate::store::as_float;
use company::Size;
use countersign_evidence::Accesses;
use countersign_facts::{Stated, TrustKey};
use countersign_journal::{Journal, Seq};
use countersign_names::{PersonId, Principal, Timestamp};
use countersign_policy::{Kind, PolicyMeta, PolicySet};
use countersign_rehearse::{Direction, Facts, Past, Plan, Progress, Proof, Prove, Replay};
use life::Life;
use std::cell::Cell;
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use tokio::runtime::Handle;

/// How many recorded accesses plain Cedar decides in a turn.
const SAMPLED: usize = 5_000;

/// Measure replays and plans.
pub fn measure(bench: &mut Bench) -> Outcome {
    if !bench.wants("rehearsal/month") {
        return Ok(());
    }
    let size = if bench.quick() { Size::QUICK } else { Size::COMPANY };
    bench.say(&format!("rehearsal: {} people live {} days", size.people, size.days));
    let life =
        Life::live(size, |day, accesses| bench.say(&format!("rehearsal: day {day}, {accesses} accesses")))?;
    bench.note(format!(
        "{} accesses of {} people to {} applications with {} routes in {} days, {} policies, {} facts, {} MiB of Parquet",
        life.accesses,
        size.people,
        size.applications,
        size.applications * company::PARTS,
        size.days,
        life.running.policies().len(),
        life.world.seq(),
        life.parquet_bytes()? >> 20,
    ));
    let questions = life.questions(SAMPLED)?;
    let mut comparison = Comparison::new("rehearsal/month", "A month asked again")
        .baseline("plan")
        .note("\"plan\": every access of the policies that run and of those that would, read from Parquet on one thread and asked on another")
        .note("\"replay\": every access as it was recorded; a slice in which one came out differently has failed")
        .note("\"plain Cedar\": cedar-policy's own authorizer over the whole set, a sample of the same accesses, questions made beforehand, once (a plan would need it twice)")
        .note("\"prove\": every access that went ahead again without each item of its evidence; a slice that finds other implicit trusts, idle guardrails or needless exceptions than those planted has failed")
        .note("\"questions\" are those that were really decided; \"peak memory\" is this whole process's, the company's world in it");
    comparison.contender("plan", |turn| plan(&life, turn));
    comparison.contender("replay", |turn| replay(&life, turn));
    let found = Cell::new((0.0, 0.0, 0));
    comparison.contender("prove", |turn| prove(&life, turn, &found));
    comparison.contender("plain Cedar, each access", |_| {
        let clock = Clock::start();
        for question in &questions {
            std::hint::black_box(life.running.judge_plainly(question));
        }
        Ok(clock.stop(questions.len() as u64))
    });
    bench.compare(vec![comparison]);
    let (precision, recall, trusts) = found.get();
    bench.note(format!(
        "implicit trust: {trusts} relationships found, precision {precision:.4}, recall {recall:.4} of what was planted; the \
         guardrail that never bites and the exception that lapsed in spirit are named"
    ));
    Ok(())
}

struct Read(Journal, Handle);

impl Facts for Read {
    fn read(&mut self, after: u64, limit: usize) -> Result<Vec<Stated>, String> {
        let limit = u32::try_from(limit).unwrap_or(u32::MAX);
        let entries = self.1.block_on(self.0.read(Seq(after), limit)).map_err(|error| error.to_string())?;
        entries
            .iter()
            .map(|entry| Stated::from_bytes(&entry.payload).map_err(|error| error.to_string()))
            .collect()
    }
}

fn past(life: &Life) -> Past {
    let facts = Read(life.journal.clone(), life.runtime.handle().clone());
    Past::new(Box::new(facts), Arc::clone(&life.world), &life.running)
}

fn going(_: Progress) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// Read on a thread of its own, as the product does.
fn through(life: &Life, mut ask: impl FnMut(&Accesses)) {
    std::thread::scope(|scope| {
        let (pieces, arriving) = sync_channel::<Accesses>(1);
        scope.spawn(move || {
            for accesses in life.store.sweep(Timestamp::from_micros(0), Timestamp::MAX) {
                if pieces.send(accesses).is_err() {
                    return;
                }
            }
        });
        arriving.iter().for_each(|accesses| ask(&accesses));
    });
}

fn finish(life: &Life, clock: Clock, decided: u64) -> Sample {
    let mut sample = clock.stop(life.accesses);
    sample.also("in all", Unit::Seconds, sample.wall_seconds);
    sample.also("questions", Unit::Number, as_float(decided));
    sample.also("peak memory", Unit::Bytes, as_float(peak()));
    sample
}

/// The most memory that this process had since it was last asked for.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok()).unwrap_or(0) * 1024
}

fn replay(life: &Life, _: Turn) -> Outcome<Sample> {
    // Begin to count anew; where the system does not let us, the figure is the process's since its start.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    let (clock, mut past, mut replay) = (Clock::start(), past(life), Replay::default());
    through(life, |accesses| {
        let _going = replay.ask(&mut past, accesses, going);
    });
    let outcome = replay.finish();
    if (outcome.same, outcome.different) != (life.accesses, 0) {
        let first = outcome.differences.first();
        return Err(format!("{} of {} came out the same: {first:?}", outcome.same, life.accesses).into());
    }
    Ok(finish(life, clock, outcome.decided))
}

fn plan(life: &Life, _: Turn) -> Outcome<Sample> {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    let candidate = Arc::new(PolicySet::parse(&company::stricter(&life.running))?);
    let clock = Clock::start();
    let (mut past, mut plan) = (past(life), Plan::new(Arc::clone(&life.running), candidate));
    through(life, |accesses| {
        let _going = plan.ask(&mut past, accesses, going);
    });
    let impact = plan.finish();
    let denied = impact.changed.iter().filter(|kind| kind.change.direction == Direction::Denied);
    let stopped: BTreeSet<Principal> = denied.map(|kind| kind.change.whom.principal).collect();
    let planted = company::planted().map(|person| Principal::Person(PersonId::new(company::bits(person))));
    let allowed = impact.changed.iter().any(|kind| kind.change.direction == Direction::Allowed);
    if stopped != BTreeSet::from(planted) || allowed || impact.asked != life.accesses {
        return Err(format!("the plan names {stopped:?}, of {} accesses", impact.asked).into());
    }
    Ok(finish(life, clock, impact.decided))
}

fn prove(life: &Life, _: Turn, found: &Cell<(f64, f64, usize)>) -> Outcome<Sample> {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    let clock = Clock::start();
    let now = "2026-11-22T00:00:00Z".parse()?;
    let (mut past, mut prove) =
        (past(life), Prove::new(Arc::clone(&life.world), Arc::clone(&life.running), now));
    through(life, |accesses| {
        let _going = prove.ask(&mut past, accesses, going);
    });
    let proof = prove.finish();
    let trusts: BTreeSet<&TrustKey> =
        proof.resting.iter().filter(|(_, resting)| resting.accesses > 0).map(|(key, _)| key).collect();
    let right = trusts.iter().filter(|key| life.trusts.contains(**key)).count();
    let share = |of: usize| if of == 0 { 0.0 } else { as_float(right as u64) / as_float(of as u64) };
    found.set((share(trusts.len()), share(life.trusts.len()), trusts.len()));
    if (right, right) != (trusts.len(), life.trusts.len()) {
        let wrong = trusts.iter().find(|key| !life.trusts.contains(**key));
        let missed = life.trusts.iter().find(|key| !trusts.contains(key));
        return Err(format!(
            "{} found, {} planted, {right} of them right: {wrong:?} is none, {missed:?} is missed",
            trusts.len(),
            life.trusts.len()
        )
        .into());
    }
    if proof.went_ahead + proof.denied != life.accesses {
        return Err(format!("{} of {} were proved", proof.went_ahead, life.accesses).into());
    }
    idle(life, &proof)?;
    Ok(finish(life, clock, proof.decided))
}

/// What does nothing is named, and nothing else is.
fn idle(life: &Life, proof: &Proof) -> Outcome {
    let bites = |policy: &&PolicyMeta| {
        proof.bites.get(&policy.id).is_some_and(|bites| bites.denied > 0 || bites.would > 0)
    };
    let guardrails = life.running.policies().iter().filter(|policy| policy.kind == Kind::Guardrail);
    let idle: BTreeSet<&str> =
        guardrails.filter(|policy| !bites(policy)).map(|policy| policy.id.as_str()).collect();
    if idle != BTreeSet::from(company::IDLE) {
        return Err(format!("these guardrails are found to be idle: {idle:?}").into());
    }
    for number in 0..4 {
        let used = proof.exceptions.get(&company::exception_id(number)).copied().unwrap_or_default();
        // The first has lapsed in spirit; each of the others is needed for every access that it covers from the device
        // of their own, and for none from their laptop.
        if used.accesses == 0 || (used.needed == 0) != (number == 0) {
            return Err(format!("exception {number} was found to be {used:?}").into());
        }
    }
    Ok(())
}
