//! The only place where asking, holding, asking again, draining and recording meet.
//!
//! A gate asks with [`Admission::ask`] and gets an [`Admitted`] or a [`Refused`]. Whoever is admitted holds the permit
//! and can wait on [`OngoingAccess::revoked`], which resolves when the answer has turned to no: because a fact changed what
//! it had read, because policies did, or because its time was up. Nobody polls for that: the world's move is a push.
//!
//! An answer is given again while nothing that it read has changed and its time is not up; it is never given past
//! that. Every answer is recorded, the ones given again too. A privileged one is not given before its record is
//! durable; any other is refused once records can no longer be kept at all.
//!
//! When the control plane is out of reach, decisions go on with the last world for a time that depends on what is asked
//! for, and are then refused (fail static, then fail closed).
//!
//! This room must not know any protocol. If it ever names HTTP, SSH or SQL, the cut is wrong.

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
mod strangers;

pub use admitted::{Admitted, Completion, OngoingAccess};
pub use answers::Answers;
pub use countersign_decide::{Decision, Effect, Permit, Remedy, Request, Who, reserved};
pub use countersign_evidence::Ended;
pub use countersign_observations::{ObservationKind, Observations};
pub use freshness::Freshness;
pub use refused::{Refused, Why};
pub use sighted::{RolloutTurns, TurnedAccesses};
pub use snapshot::Snapshot;
pub use strangers::StrangersCounted;

use countersign_decide::Answer;
use countersign_evidence::{Cause, Decided, DiskSpace, NotDurable, Sink};
use countersign_ledger::Ledger;
use countersign_names::{CheckResult, DecisionId, DeviceId, PostureCheck, RolloutId, Timestamp};
use countersign_policy::PolicySet;
use countersign_world::{Device, World, posture_digest};
use counts::Counts;
use present::Present;
use sighted::Sightings;
use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::time::Instant;
use strangers::{NotedRefusal, Strangers};

/// What an enforcement point is told about itself.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Its name in the records.
    pub gate: String,
    /// For how long it goes on without its control plane.
    pub freshness: Freshness,
}

/// The way to a permit. Clones are handles to the same.
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
    strangers: Strangers,
    draining: AtomicBool,
}

impl Admission {
    /// Begin to follow `ledger` and to record into `sink`. Ends when the last handle is dropped.
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
            strangers: Strangers::default(),
            draining: AtomicBool::new(false),
        }));
        tokio::spawn(put_folded(Arc::downgrade(&admission.0)));
        admission
    }

    /// The state to route and to decide one access on.
    pub fn snapshot(&self) -> Snapshot {
        let present = &self.0.present;
        // The set first: one that comes into force in between belongs to a world that is at least as new.
        let policies = present.policies();
        Snapshot::new(present.world(), policies, self.now())
    }

    /// Ask for one access, on the newest snapshot.
    ///
    /// # Errors
    /// When the answer is no, or could not be given the way it must be.
    pub async fn ask(&self, request: Request) -> Result<Admitted, Refused> {
        self.ask_on(&self.snapshot(), request).await
    }

    /// Ask for one access, on the snapshot in which the request got its meaning.
    ///
    /// # Errors
    /// When the answer is no, or could not be given the way it must be.
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
        observed::used(&self.0.observations, request.who, now);
        Ok(Admitted::new(self.clone(), id, request, answer, permit, now))
    }

    /// Refuse one access for how it was asked for, and record that: `reason` is one of [`reserved`]'s.
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

    /// The world as this enforcement point knows it.
    pub fn world(&self) -> Arc<World> {
        self.0.present.world()
    }

    /// The policies that are in force here.
    pub fn policies(&self) -> Arc<PolicySet> {
        self.0.present.policies()
    }

    /// Why the policy set that was last published is not in force here, if it is not.
    pub fn policies_problem(&self) -> Option<String> {
        self.0.present.problem()
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        self.0.present.ledger().now()
    }

    /// For how long the world has not been known to be the newest.
    pub fn behind(&self) -> std::time::Duration {
        self.0.present.ledger().behind()
    }

    /// The name of this process in records.
    pub fn gate(&self) -> &str {
        &self.0.settings.gate
    }

    /// What this enforcement point and those that share with it observed. Whoever shares it exchanges this.
    pub fn observations(&self) -> &Observations {
        &self.0.observations
    }

    /// When this device's posture was last observed to be still what the world knows.
    pub fn posture_confirmed_at(&self, device: &Device) -> Option<Timestamp> {
        observed::confirmed_at(&self.0.observations, device)
    }

    /// The device's posture still was what the world knows, these checks, at `collected_at`.
    pub fn posture_confirmed(
        &self,
        device: DeviceId,
        checks: &BTreeMap<PostureCheck, CheckResult>,
        collected_at: Timestamp,
    ) {
        let posture = posture_digest(checks);
        self.0.observations.posture_confirmed(device, posture, collected_at, self.now());
    }

    /// Whom staged rollouts turned here since this was last asked. What is taken is told nobody else.
    pub fn sighted(&self) -> BTreeMap<RolloutId, RolloutTurns> {
        self.0.sightings.take()
    }

    /// Resolves once a staged rollout has turned somebody here whom [`Admission::sighted`] has not told.
    pub async fn sighting(&self) {
        self.0.sightings.any().await;
    }

    /// How many refusals of people who were not signed in have no record of their own.
    pub fn strangers(&self) -> StrangersCounted {
        self.0.strangers.counted()
    }

    /// The state of the evidence sink.
    pub fn sink(&self) -> &Sink {
        &self.0.sink
    }

    /// Ask every holder to end, and admit nobody any more.
    pub fn drain(&self) {
        self.0.draining.store(true, Ordering::Release);
        self.0.put(self.0.strangers.all());
        // Holders look at it when they are woken.
        self.0.present.holders().tell_all();
    }
}

impl Inner {
    /// The answer to `request`: one that still holds, or a new one.
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

    /// An id whose first bits are the time, so that records sort and are found by it.
    #[expect(clippy::unused_self, reason = "ids belong to the enforcement point that draws them")]
    fn new_id(&self, now: Timestamp) -> DecisionId {
        let seconds = u64::try_from(now.as_seconds()).unwrap_or(0);
        let nanos = u32::try_from(now.as_micros().rem_euclid(1_000_000) * 1000).unwrap_or(0);
        DecisionId::new(uuid::Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, seconds, nanos)))
    }

    /// Put a record away: durably for what is privileged, which then has to be waited for; within the sink's bounds for
    /// the rest. No record, no access. Repeated refusals of strangers are counted, and recorded a minute later as one.
    fn keep(&self, request: &Request, decided: Option<Decided>) -> Result<RecordKeeping, String> {
        let Some(decided) = decided else { return Ok(RecordKeeping::AsItIs) };
        if !strangers::is_anonymous(&decided) {
            return self.keep_one(request, &decided);
        }
        let space = self.sink.space();
        if strangers::is_refusal(&decided) {
            let NotedRefusal { id, record } = self.strangers.note(decided, space);
            let (own, ended): (Vec<_>, Vec<_>) = record.into_iter().partition(|record| record.id == id);
            self.put(ended);
            return match own.first() {
                Some(own) => self.keep_one(request, own),
                None => Ok(RecordKeeping::StoodFor(id)),
            };
        }
        if space == DiskSpace::Reserved {
            return Err(
                "the disk space that is left is for the records of people who are signed in".to_owned()
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

    /// Record folded refusals. A record that cannot be kept is counted: no request waits for it.
    fn put(&self, folded: Vec<Decided>) {
        for record in folded {
            if let Err(full) = self.sink.record(&record) {
                self.strangers.lost(&record);
                tracing::warn!(%full, "a record of refused strangers was not kept");
            }
        }
    }
}

/// Records folded refusals when their window is over, until the admission is dropped.
async fn put_folded(inner: Weak<Inner>) {
    loop {
        tokio::time::sleep(strangers::WINDOW / 4).await;
        let Some(inner) = inner.upgrade() else { return };
        inner.put(inner.strangers.ended(inner.present.ledger().now()));
    }
}

/// How a record is kept.
enum RecordKeeping {
    /// It is, within the sink's bounds.
    AsItIs,
    /// It will be once this resolves.
    Once(Durable),
    /// The record of another decision stands for it.
    StoodFor(DecisionId),
}

/// Resolves when a record is durable.
type Durable = Pin<Box<dyn Future<Output = Result<(), NotDurable>> + Send>>;

/// Waits for a record that has to be waited for. Answers with the decision whose record stands for it, if another's does.
async fn kept(keeping: Result<RecordKeeping, String>) -> Result<Option<DecisionId>, String> {
    match keeping? {
        RecordKeeping::AsItIs => Ok(None),
        RecordKeeping::Once(durable) => durable.await.map(|()| None).map_err(|error| error.to_string()),
        RecordKeeping::StoodFor(id) => Ok(Some(id)),
    }
}

/// The text of a reason for whoever it stops: the policy's own, or that of a reserved reason.
pub fn reason_text(policies: &PolicySet, reason: &countersign_names::PolicyId) -> String {
    policies
        .get(reason)
        .map(|policy| policy.reason.clone())
        .or_else(|| reserved::text(reason.as_str()).map(str::to_owned))
        .unwrap_or_else(|| format!("The policy {reason} says no."))
}
