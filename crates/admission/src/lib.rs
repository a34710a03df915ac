//! Admission: the only place where decisions are requested, held, renewed, drained and recorded.
//!
//! A gate calls [`Admission::ask`] and gets an [`Admitted`] or a [`Refused`]. An admitted caller holds the permit and can
//! wait on [`OngoingAccess::revoked`], which resolves when the answer has become a denial: because a fact changed a value
//! that it had read, because the policies changed, or because it expired. Nobody polls for that: changes of the world are
//! pushed.
//!
//! An answer is reused while nothing that it read has changed and it has not expired, and never after. Every answer is
//! recorded, including reused ones. A privileged one is only given after its record is durable. The others are refused
//! once records can no longer be stored at all.
//!
//! If the control plane is unreachable, decisions continue with the last world for a time that depends on the resource's
//! sensitivity, and are then refused (fail static, then fail closed).
//!
//! This room must not know any protocol. If it ever names HTTP, SSH or SQL, the boundary is wrong.

mod admitted;
mod answers;
mod counts;
mod freshness;
mod holders;
mod observed;
mod present;
mod record;
mod refused;
mod sighted;
mod snapshot;
mod unauthenticated;

pub use admitted::{Admitted, Completion, OngoingAccess};
pub use answers::Answers;
pub use countersign_decide::{Decision, Effect, Permit, Remedy, Request, Who, reserved};
pub use countersign_evidence::Ended;
pub use countersign_observations::{ObservationKind, Observations};
pub use freshness::Freshness;
pub use refused::{Refused, Why};
pub use sighted::{RolloutTurns, TurnedAccesses};
pub use snapshot::Snapshot;
pub use unauthenticated::RefusalCounts;

use countersign_decide::Answer;
use countersign_evidence::{Cause, Decided, DiskSpace, NotDurable, Sink};
use countersign_ledger::Ledger;
use countersign_names::{CheckResult, DecisionId, DeviceId, PostureCheck, RolloutId, Timestamp};
use countersign_policy::PolicySet;
use countersign_world::{Device, World};
use counts::Counts;
use present::Present;
use sighted::Sightings;
use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};
use unauthenticated::{NotedRefusal, UnauthenticatedRefusals};

/// How often to record the refusals whose window is over.
const FOLDED_EVERY: Duration = Duration::from_secs(15);

/// The settings of an enforcement point.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Its name in the records.
    pub gate: String,
    /// How long it may continue without its control plane.
    pub freshness: Freshness,
}

/// The interface to request permits. Clones are handles to the same admission.
#[derive(Clone)]
pub struct Admission(Arc<Inner>);

struct Inner {
    settings: Settings,
    present: Present,
    answers: Answers,
    observations: Observations,
    sink: Sink,
    counts: Counts,
    sightings: Sightings,
    unauthenticated: UnauthenticatedRefusals,
    draining: AtomicBool,
}

impl Admission {
    /// Starts to follow `ledger` and to record into `sink`. Ends when the last handle is dropped.
    pub fn start(settings: Settings, ledger: Ledger, sink: Sink) -> Self {
        let present = Present::follow(ledger, settings.freshness.shortest());
        let observations = Observations::new(&settings.gate);
        let admission = Self(Arc::new(Inner {
            settings,
            present,
            answers: Answers::default(),
            observations,
            sink,
            counts: Counts::default(),
            sightings: Sightings::default(),
            unauthenticated: UnauthenticatedRefusals::default(),
            draining: AtomicBool::new(false),
        }));
        tokio::spawn(put_folded(Arc::downgrade(&admission.0), FOLDED_EVERY));
        admission
    }

    /// Returns the state on which one access is to be routed and decided.
    pub fn snapshot(&self) -> Snapshot {
        let present = &self.0.present;
        // Reads the policies first: a set that comes into force in between belongs to a world that is at least as new.
        let policies = present.policies();
        Snapshot::new(present.world(), policies, self.now())
    }

    /// Requests one access, on the newest snapshot.
    ///
    /// # Errors
    /// If the access is denied, its record cannot be stored, the world is too old, or this enforcement point is draining.
    pub async fn ask(&self, request: Request) -> Result<Admitted, Refused> {
        self.ask_on(&self.snapshot(), request).await
    }

    /// Requests one access, on the snapshot on which the gate interpreted the request.
    ///
    /// # Errors
    /// As [`Admission::ask`].
    pub async fn ask_on(&self, snapshot: &Snapshot, mut request: Request) -> Result<Admitted, Refused> {
        let begun = Instant::now();
        let now = snapshot.at();
        observed::fill(&self.0.observations, snapshot.world(), &mut request, now);
        let (answer, reused) = self.0.answer(snapshot, &request);
        let cause = if reused { Cause::Reused } else { Cause::First };
        let id = self.0.new_id(now);
        let stale = self.0.is_stale(&answer);
        let decided = self.0.record(id, now, &request, &answer, cause, stale, begun.elapsed());
        let kept = kept(self.0.keep(&request, decided)).await.map_err(|why| Refused::unavailable(id, why))?;
        let id = kept.unwrap_or(id);
        self.0.counts.answered(&answer, cause, stale);
        self.0.sightings.answered(id, &answer, stale);
        if stale {
            return Err(Refused::stale(id));
        }
        if self.0.is_draining() {
            return Err(Refused::drained(Some(id)));
        }
        let Some(permit) = answer.permit() else { return Err(Refused::denied(id, &answer)) };
        observed::used(&self.0.observations, request.who, &answer, now);
        Ok(Admitted::new(self.clone(), id, request, answer, permit, now))
    }

    /// Evaluates what a request would be answered on this snapshot. It is no access: nothing is recorded, and there is no
    /// permit.
    pub fn would_decide(&self, snapshot: &Snapshot, mut request: Request) -> Decision {
        observed::fill(&self.0.observations, snapshot.world(), &mut request, snapshot.at());
        let (answer, _) = self.0.answer(snapshot, &request);
        Decision::clone(answer.decision())
    }

    /// Returns whether a request would be let through on this snapshot; `None` if the world is too old to say. It is no
    /// access: nothing is recorded. Nothing is cached either, because a search over everybody would displace the answers
    /// of those who work.
    pub fn would_permit(&self, snapshot: &Snapshot, mut request: Request) -> Option<bool> {
        let (world, policies, now) = (snapshot.world(), snapshot.policies(), snapshot.at());
        observed::fill(&self.0.observations, world, &mut request, now);
        let answer = countersign_decide::decide(world, policies, &request, now);
        (!self.0.is_stale(&answer)).then(|| answer.permit().is_some())
    }

    /// Refuses one access because of the way it was requested, and records that. `reason` is one of [`reserved`]'s.
    pub async fn turn_away(
        &self,
        snapshot: &Snapshot,
        mut request: Request,
        reason: &'static str,
    ) -> Refused {
        let begun = Instant::now();
        let (world, policies, now) = (snapshot.world(), snapshot.policies(), snapshot.at());
        observed::fill(&self.0.observations, world, &mut request, now);
        let answer = Arc::new(countersign_decide::refuse(world, policies, &request, reason, now));
        let id = self.0.new_id(now);
        let decided = self.0.record(id, now, &request, &answer, Cause::First, false, begun.elapsed());
        let kept = match kept(self.0.keep(&request, decided)).await {
            Ok(kept) => kept,
            Err(why) => return Refused::unavailable(id, why),
        };
        self.0.counts.answered(&answer, Cause::First, false);
        Refused::denied(kept.unwrap_or(id), &answer)
    }

    /// Returns the world as this enforcement point knows it.
    pub fn world(&self) -> Arc<World> {
        self.0.present.world()
    }

    /// Returns the policies in force here.
    pub fn policies(&self) -> Arc<PolicySet> {
        self.0.present.policies()
    }

    /// Returns why the policy set that was last published is not in force here, if it is not.
    pub fn policies_problem(&self) -> Option<String> {
        self.0.present.problem()
    }

    /// Returns the present time.
    pub fn now(&self) -> Timestamp {
        self.0.present.ledger().now()
    }

    /// Returns for how long the world has not been confirmed as the newest.
    pub fn behind(&self) -> Duration {
        self.0.present.ledger().behind()
    }

    /// Returns the name of this process in records.
    pub fn gate(&self) -> &str {
        &self.0.settings.gate
    }

    /// Returns the observations of this enforcement point and of those that share with it, for the exchange.
    pub fn observations(&self) -> &Observations {
        &self.0.observations
    }

    /// Returns when this device's posture was last observed to be the recorded one.
    pub fn posture_confirmed_at(&self, device: &Device) -> Option<Timestamp> {
        observed::confirmed_at(&self.0.observations, &self.0.present.world(), device)
    }

    /// Records that the device's posture at `collected_at` was still the one in the world, with these checks.
    pub fn posture_confirmed(
        &self,
        device: DeviceId,
        checks: &BTreeMap<PostureCheck, CheckResult>,
        collected_at: Timestamp,
    ) {
        let posture = self.0.present.world().posture_digest(checks);
        self.0.observations.posture_confirmed(device, posture, collected_at, self.now());
    }

    /// Takes the outcomes that staged rollouts changed here since the last call. Each is returned only once.
    pub fn sighted(&self) -> BTreeMap<RolloutId, RolloutTurns> {
        self.0.sightings.take()
    }

    /// Resolves once a staged rollout has changed an outcome here that [`Admission::sighted`] has not returned.
    pub async fn sighting(&self) {
        self.0.sightings.any().await;
    }

    /// Returns how many refusals of anonymous requests have no record of their own.
    pub fn unauthenticated_refusals(&self) -> RefusalCounts {
        self.0.unauthenticated.counted()
    }

    /// Returns the evidence sink.
    pub fn sink(&self) -> &Sink {
        &self.0.sink
    }

    /// Asks every holder to end, and refuses every new request.
    pub fn drain(&self) {
        self.0.draining.store(true, Ordering::Release);
        self.0.put(self.0.unauthenticated.all());
        // A woken holder checks the flag.
        self.0.present.holders().tell_all();
    }
}

impl Inner {
    /// Returns the answer to `request`, cached or new, and whether it was cached.
    fn answer(&self, snapshot: &Snapshot, request: &Request) -> (Arc<Answer>, bool) {
        let (world, policies, now) = (snapshot.world(), snapshot.policies(), snapshot.at());
        let kept = self.answers.get(request, policies);
        if let Some(alive) = kept.filter(|answer| answer.is_alive(world, policies, now)) {
            return (alive, true);
        }
        let answer = countersign_decide::decide(world, policies, request, now);
        let answer = Arc::new(answer);
        self.answers.put(request, &answer);
        (answer, false)
    }

    fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Acquire)
    }

    fn is_stale(&self, answer: &Answer) -> bool {
        let sensitivity = answer.evidence().map(|evidence| evidence.question.sensitivity);
        let behind = self.present.ledger().behind();
        sensitivity.is_some_and(|sensitivity| behind > self.settings.freshness.bound(sensitivity))
    }

    /// Makes an id that begins with the time, so that records sort by it and can be found by it.
    #[expect(clippy::unused_self, reason = "ids belong to the enforcement point that draws them")]
    fn new_id(&self, now: Timestamp) -> DecisionId {
        let seconds = u64::try_from(now.as_seconds()).unwrap_or(0);
        let nanos = u32::try_from(now.as_micros().rem_euclid(1_000_000) * 1000).unwrap_or(0);
        DecisionId::new(uuid::Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, seconds, nanos)))
    }

    /// Stores a record: a privileged one durably, so that the caller must wait for it; the others within the sink's
    /// bounds. Without a record there is no access. Repeated refusals of anonymous requests are counted, and recorded as
    /// one after a minute.
    fn keep(&self, request: &Request, decided: Option<Decided>) -> Result<RecordKeeping, String> {
        let Some(decided) = decided else { return Ok(RecordKeeping::AsItIs) };
        if !unauthenticated::is_anonymous(&decided) {
            return self.keep_one(request, &decided);
        }
        let space = self.sink.space();
        if unauthenticated::is_refusal(&decided) {
            let NotedRefusal { id, record } = self.unauthenticated.note(decided, space);
            let (own, ended): (Vec<_>, Vec<_>) = record.into_iter().partition(|record| record.id == id);
            self.put(ended);
            return match own.first() {
                Some(own) => self.keep_one(request, own),
                None => Ok(RecordKeeping::StoodFor(id)),
            };
        }
        if space == DiskSpace::Reserved {
            return Err(
                "the remaining disk space is reserved for records of people who are signed in".to_owned()
            );
        }
        self.keep_one(request, &decided)
    }

    fn keep_one(&self, request: &Request, decided: &Decided) -> Result<RecordKeeping, String> {
        if request.action.is_privileged() {
            return Ok(RecordKeeping::Once(Box::pin(self.sink.record_durably(decided))));
        }
        self.sink.record(decided).map(|()| RecordKeeping::AsItIs).map_err(|error| error.to_string())
    }

    /// Records folded refusals. One that cannot be stored is counted: no request waits for it.
    fn put(&self, folded: Vec<Decided>) {
        for record in folded {
            if let Err(full) = self.sink.record(&record) {
                self.unauthenticated.lost(&record);
                tracing::warn!(%full, "a record of refused unauthenticated callers was not kept");
            }
        }
    }
}

/// Records folded refusals when their window is over, until the admission is dropped.
async fn put_folded(inner: Weak<Inner>, every: Duration) {
    loop {
        tokio::time::sleep(every).await;
        let Some(inner) = inner.upgrade() else { return };
        inner.put(inner.unauthenticated.ended(inner.present.ledger().now()));
    }
}

/// How a record is stored.
enum RecordKeeping {
    /// It is stored, within the sink's bounds.
    AsItIs,
    /// It is stored once this resolves.
    Once(Durable),
    /// The record of another decision represents it.
    StoodFor(DecisionId),
}

/// Resolves when a record is durable.
type Durable = Pin<Box<dyn Future<Output = Result<(), NotDurable>> + Send>>;

/// Waits for a record if necessary. Returns the other decision whose record represents it, if there is one.
async fn kept(keeping: Result<RecordKeeping, String>) -> Result<Option<DecisionId>, String> {
    match keeping? {
        RecordKeeping::AsItIs => Ok(None),
        RecordKeeping::Once(durable) => durable.await.map(|()| None).map_err(|error| error.to_string()),
        RecordKeeping::StoodFor(id) => Ok(Some(id)),
    }
}

/// Returns the text of a reason for the person who is refused: the policy's own, or that of a reserved reason.
pub fn reason_text(policies: &PolicySet, reason: &countersign_names::PolicyId) -> String {
    policies
        .get(reason)
        .map(|policy| policy.reason.clone())
        .or_else(|| reserved::text(reason.as_str()).map(str::to_owned))
        .unwrap_or_else(|| format!("The policy {reason} denies it."))
}

#[cfg(test)]
mod tests;
