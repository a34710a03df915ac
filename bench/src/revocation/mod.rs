//! From the commit of a revocation to the last byte accepted.
//!
//! A thousand streams are open through the gate, half of them event streams, half WebSockets, all of one session. Then one
//! fact is committed that takes the access away, and for each stream it is noted when the client saw it end. Times count
//! from *before* the fact was handed to the ledger, so they hold its writing too, and nothing is left out; how long the
//! commit took by itself stands beside them.
//!
//! In one process, the product's own assembly runs inside this program, so that the commit can be seen from within. Across
//! two, this program commits to PostgreSQL and the binary that ships follows.

mod site;

use crate::gate::company::{self, NESTED, Size, VAULT, WIKI};
use crate::gate::ground::Ground;
use crate::gate::upstream::{ECHO, SMALL, TICKS};
use crate::load::{Fleet, Target, Work, allow_many_connections};
use crate::run::sample::histogram;
use crate::run::{Bench, Comparison, Outcome, Sample, Turn, Unit};
use countersign_facts::{EndReason, Fact, GroupFact, Member, SessionFact};
use countersign_names::CheckResult;
use hdrhistogram::Histogram;
use site::Site;
use std::cell::Cell;
use std::time::{Duration, Instant};

/// How long a stream may stay open before the run has failed.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long requests are made before the access is taken away.
const ASKED: Duration = Duration::from_millis(20);

/// Connections on which new requests are made while the access ends.
const ASKING: usize = 4;

const HOW: &str = "p50 to max: from before the fact was handed to the ledger until the client saw a stream end, over all \
    streams and repetitions of a round; its writing is in it. `after commit`: the same from the acknowledgement, or from \
    the first stream that ended if that was earlier. `last byte`: from that same commit to the last byte of an event stream, \
    which says something every 100 ms; `writing in it`: from before the fact was handed over. `request`: the last request that was begun and still let in, on 4 connections that ask without a pause, \
    in repetitions of its own. `commit`: until the acknowledgement. Nothing is pinned; clients and upstream share the \
    machine with the gate.";

/// What takes the access away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cause {
    Session,
    Device,
    Group,
    Policy,
}

/// Measure revocation.
///
/// # Errors
/// When the ground can not be laid, or no site can be had.
pub fn measure(bench: &mut Bench) -> Outcome {
    let causes = [
        ("revocation/streams", "A session revoked", Cause::Session),
        ("revocation/device", "A device's firewall found off (TLS, client certificates)", Cause::Device),
        ("revocation/group", "A nested group taken out of the one above it", Cause::Group),
        ("revocation/policy", "A policy edited, of 320", Cause::Policy),
    ];
    if !causes.iter().any(|(id, ..)| bench.wants(id)) {
        return Ok(());
    }
    allow_many_connections();
    let ground = Ground::unpinned()?;
    let size = if bench.quick() { Size::QUICK } else { Size::COMPANY };
    bench.say("revocation: starting a process of the product in here, and another one over PostgreSQL");
    let one = Site::one_process(&ground, size)?;
    let two = Site::two_processes(&ground, size);
    let next = Cell::new(Size::COMPANY.sessions);
    let mut comparisons = Vec::new();
    for (id, title, cause) in causes {
        let mut comparison = Comparison::new(id, format!("{title}: until 1,000 streams have ended"));
        if cause == Cause::Session {
            comparison = comparison.note(HOW);
        }
        let (ground, next) = (&ground, &next);
        comparison.contender("one process", {
            let one = &one;
            move |turn| repetitions(ground, one, cause, size, turn, next)
        });
        match &two {
            Ok(two) => comparison
                .contender("two processes", move |turn| repetitions(ground, two, cause, size, turn, next)),
            Err(error) => comparison.absent("two processes", error.to_string()),
        }
        comparisons.push(comparison);
    }
    bench.compare(comparisons);
    one.stop();
    Ok(())
}

/// As many repetitions as make twenty in five rounds.
fn repetitions(
    ground: &Ground,
    site: &Site,
    cause: Cause,
    size: Size,
    turn: Turn,
    next: &Cell<u32>,
) -> Outcome<Sample> {
    let (times, streams) = if turn.quick || turn.round == 0 { (1, 100) } else { (4, 1_000) };
    let mut seen = TurnTimes::default();
    for _ in 0..times {
        let session = begin_session(ground, site, cause, next)?;
        end_streams(ground, site, cause, size, (session, streams), &mut seen)?;
        restore(site, cause, size)?;
        let session = begin_session(ground, site, cause, next)?;
        end_requests(ground, site, cause, size, session, &mut seen)?;
        restore(site, cause, size)?;
    }
    Ok(seen.sample())
}

/// Everything that was seen in a turn, in nanoseconds.
struct TurnTimes {
    /// From before the fact was handed over to the end of a stream.
    ended: Histogram<u64>,
    /// From the commit, as far as it can be seen from outside, to the end of a stream.
    after_commit: Histogram<u64>,
    /// From the commit, as far as it can be seen from outside, to the last byte of a stream; nothing when that was before.
    last_byte: Histogram<u64>,
    /// From before the fact was handed over to the last byte of a stream.
    last_byte_in_all: Histogram<u64>,
    /// From before the fact was handed over to the last request that was begun and still let in.
    requests: Histogram<u64>,
    /// From before the fact was handed over to its acknowledgement.
    commit: Histogram<u64>,
}

impl Default for TurnTimes {
    fn default() -> Self {
        let [ended, after_commit, last_byte, last_byte_in_all, requests, commit] =
            std::array::from_fn(|_| histogram());
        Self { ended, after_commit, last_byte, last_byte_in_all, requests, commit }
    }
}

impl TurnTimes {
    #[expect(clippy::cast_precision_loss, reason = "nanoseconds of a few seconds fit a double")]
    fn sample(self) -> Sample {
        let mut sample = Sample::new(0.0, 0.0, 0);
        let at = |times: &Histogram<u64>, quantile| times.value_at_quantile(quantile) as f64 / 1e9;
        sample.also("after commit p99", Unit::Seconds, at(&self.after_commit, 0.99));
        sample.also("last byte p99", Unit::Seconds, at(&self.last_byte, 0.99));
        sample.also("last byte max", Unit::Seconds, at(&self.last_byte, 1.0));
        sample.also("last byte, writing in it, p99", Unit::Seconds, at(&self.last_byte_in_all, 0.99));
        sample.also("request p99", Unit::Seconds, at(&self.requests, 0.99));
        sample.also("request max", Unit::Seconds, at(&self.requests, 1.0));
        sample.also("commit p50", Unit::Seconds, at(&self.commit, 0.5));
        sample.also("commit max", Unit::Seconds, at(&self.commit, 1.0));
        *sample.latency("") = self.ended;
        sample
    }
}

/// A new session, once the gate lets it in: the gate follows, and what was taken away before may only just be back.
fn begin_session(ground: &Ground, site: &Site, cause: Cause, next: &Cell<u32>) -> Outcome<u32> {
    let session = next.replace(next.get() + 1);
    site.state(company::signed_in(session)?)?;
    let target = site.target(cause == Cause::Device, host_of(cause), session);
    let begun = Instant::now();
    loop {
        match ground.core.run(Fleet::open(target.clone(), Work::Get(SMALL.0, SMALL.1), 1))? {
            Ok(_) => return Ok(session),
            Err(error) if begun.elapsed() > PATIENCE => return Err(error),
            Err(_) => std::thread::sleep(ASKED),
        }
    }
}

/// Streams of a session are open, and all end.
fn end_streams(
    ground: &Ground,
    site: &Site,
    cause: Cause,
    size: Size,
    (session, count): (u32, usize),
    seen: &mut TurnTimes,
) -> Outcome {
    let open = streams_of(ground, site, cause, session, count)?;
    let ended = ground.core.begin(open.ended());
    let (ordered, acknowledged) = commit(site, cause, size, session)?;
    let ends = ended.recv_timeout(PATIENCE).map_err(|_| "a stream stayed open")?;
    // No stream ends before the commit, so the first that does shows that it was made by then.
    let first = ends.iter().map(|end| end.seen).min().ok_or("no streams")?;
    let committed = acknowledged.min(first);
    for end in ends {
        seen.ended.record(nanos(end.seen, ordered))?;
        seen.after_commit.record(nanos(end.seen, committed))?;
        seen.last_byte.record(nanos(end.last_byte, committed))?;
        seen.last_byte_in_all.record(nanos(end.last_byte, ordered))?;
    }
    Ok(seen.commit.record(nanos(acknowledged, ordered))?)
}

/// New requests are made all the while, and are refused in the end.
fn end_requests(
    ground: &Ground,
    site: &Site,
    cause: Cause,
    size: Size,
    session: u32,
    seen: &mut TurnTimes,
) -> Outcome {
    let target = site.target(cause == Cause::Device, host_of(cause), session);
    let asking = ground.core.run(Fleet::open(target, Work::Get(SMALL.0, SMALL.1), ASKING))??;
    let last = ground.core.begin(asking.last_let_in());
    std::thread::sleep(ASKED);
    let (ordered, acknowledged) = commit(site, cause, size, session)?;
    for last in last.recv_timeout(PATIENCE).map_err(|_| "requests go on being let in")? {
        seen.requests.record(nanos(last?, ordered))?;
    }
    Ok(seen.commit.record(nanos(acknowledged, ordered))?)
}

/// Nothing for what was earlier.
fn nanos(moment: Instant, since: Instant) -> u64 {
    u64::try_from(moment.saturating_duration_since(since).as_nanos()).unwrap_or(u64::MAX)
}

const fn host_of(cause: Cause) -> &'static str {
    if matches!(cause, Cause::Device) { VAULT } else { WIKI }
}

/// Half of them event streams, half WebSockets, and all of them begun.
fn streams_of(ground: &Ground, site: &Site, cause: Cause, session: u32, count: usize) -> Outcome<Fleet> {
    let target = site.target(cause == Cause::Device, host_of(cause), session);
    let open = |target: Target, work| ground.core.run(Fleet::open(target, work, count / 2));
    let watching = open(target.clone(), Work::Watch(TICKS))??;
    Ok(watching.and(open(target, Work::Echo(ECHO))??))
}

/// Commit the fact; when it was handed over, and when it was acknowledged.
fn commit(site: &Site, cause: Cause, size: Size, number: u32) -> Outcome<(Instant, Instant)> {
    let fact = match cause {
        Cause::Session => Fact::Session(SessionFact::Ended {
            session: company::session(number),
            reason: EndReason::Revoked,
        }),
        Cause::Device => company::posture(CheckResult::Fail),
        Cause::Group => Fact::Group(GroupFact::MemberRemoved {
            group: NESTED[2].parse()?,
            member: Member::Group(NESTED[1].parse()?),
        }),
        Cause::Policy => company::policies(size, "write")?,
    };
    let ordered = Instant::now();
    site.state(vec![fact])?;
    Ok((ordered, Instant::now()))
}

fn restore(site: &Site, cause: Cause, size: Size) -> Outcome {
    let fact = match cause {
        Cause::Session => return Ok(()),
        Cause::Device => company::posture(CheckResult::Pass),
        Cause::Group => Fact::Group(GroupFact::MemberAdded {
            group: NESTED[2].parse()?,
            member: Member::Group(NESTED[1].parse()?),
        }),
        Cause::Policy => company::policies(size, "read")?,
    };
    site.state(vec![fact])
}
