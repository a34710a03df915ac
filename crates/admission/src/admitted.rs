//! Admitted accesses: their permits, and the watch over them while they last.

use crate::refused::Refused;
use crate::{Admission, Ended};
use countersign_decide::{Answer, Decision, Permit, Request};
use countersign_evidence::{Cause, Completed};
use countersign_names::{DecisionId, Timestamp};
use countersign_world::{Application, Person};
use parking_lot::Mutex;
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Instant;

/// An access that is admitted but not yet made: the permit for the target, and the ongoing access that watches it. A
/// component that forwards it takes it apart ([`Admitted::spend`]), so that one access is made once.
///
/// ```
/// # use countersign_admission::Admitted;
/// fn reach(admitted: Admitted) {
///     let (permit, ongoing) = admitted.spend();
///     drop((permit, ongoing));
/// }
/// ```
///
/// ```compile_fail,E0382
/// # use countersign_admission::Admitted;
/// fn reach_twice(admitted: Admitted) {
///     let (first, _) = admitted.spend();
///     let (second, _) = admitted.spend();
///     drop((first, second));
/// }
/// ```
///
/// An admitted access cannot be cloned:
///
/// ```compile_fail,E0599
/// # use countersign_admission::Admitted;
/// fn double(admitted: Admitted) -> (Admitted, Admitted) {
///     (admitted.clone(), admitted)
/// }
/// ```
///
/// Nor made by other crates of an ongoing access and a permit from elsewhere:
///
/// ```compile_fail,E0451
/// # use countersign_admission::{Admitted, OngoingAccess, Permit};
/// fn put_together(permit: Permit, ongoing: OngoingAccess) -> Admitted {
///     Admitted { permit, ongoing }
/// }
/// ```
///
/// A reference to the permit does not give the permit itself:
///
/// ```compile_fail,E0308
/// # use countersign_admission::{Admitted, Permit};
/// fn take(admitted: &Admitted) -> Permit {
///     admitted.permit()
/// }
/// ```
///
/// The ongoing access that remains cannot reach anything:
///
/// ```compile_fail,E0599
/// # use countersign_admission::Admitted;
/// fn reach_again(admitted: Admitted) {
///     let (_, ongoing) = admitted.spend();
///     drop(ongoing.spend());
/// }
/// ```
///
/// ```compile_fail,E0599
/// # use countersign_admission::{OngoingAccess, Permit};
/// fn reach_once_more(ongoing: &OngoingAccess) -> &Permit {
///     ongoing.permit()
/// }
/// ```
#[must_use = "an access that nobody makes is recorded as one whose client went away"]
pub struct Admitted {
    permit: Permit,
    ongoing: OngoingAccess,
}

impl Admitted {
    /// Takes the permit out, to make the access with it.
    pub fn spend(self) -> (Permit, OngoingAccess) {
        (self.permit, self.ongoing)
    }

    /// Returns a reference to the permit.
    pub const fn permit(&self) -> &Permit {
        &self.permit
    }

    /// Records the result of the access.
    pub fn complete(self, completion: Completion) {
        self.ongoing.complete(completion);
    }
}

impl Deref for Admitted {
    type Target = OngoingAccess;

    fn deref(&self) -> &OngoingAccess {
        &self.ongoing
    }
}

/// An ongoing access. It may continue until [`OngoingAccess::revoked`] resolves. If it is dropped without
/// [`OngoingAccess::complete`], it is recorded as one whose client disconnected.
///
/// Boxed, because it is moved through every state of an exchange while its content should stay in one place.
pub struct OngoingAccess(Box<AccessParts>);

struct AccessParts {
    admission: Admission,
    id: DecisionId,
    request: Request,
    application: Arc<Application>,
    /// The current answer; a later one than the first after a new decision.
    answer: Mutex<Arc<Answer>>,
    /// The value of [`Present::moves`](crate::present::Present::moves) at which [`OngoingAccess::may_pass`] last found
    /// the answer valid.
    looked: AtomicU64,
    admitted_at: Timestamp,
    /// When [`OngoingAccess::touch`] last recorded a use, in microseconds.
    touched: AtomicI64,
    completed: bool,
}

/// How long a recorded use stands for those after it. Uses are only read in whole minutes.
const USE_EVERY: i64 = 1_000_000;

/// The result of an access.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Completion {
    /// The status code of the response, as the protocol defines it.
    pub status: u16,
    /// The number of bytes from the client.
    pub bytes_in: u64,
    /// The number of bytes to the client.
    pub bytes_out: u64,
    /// How the access ended.
    pub ended: Ended,
}

impl Admitted {
    pub(crate) fn new(
        admission: Admission,
        id: DecisionId,
        request: Request,
        answer: Arc<Answer>,
        permit: Permit,
        admitted_at: Timestamp,
    ) -> Self {
        let answer = Mutex::new(answer);
        let application = Arc::clone(permit.application());
        let ongoing = OngoingAccess(Box::new(AccessParts {
            admission,
            id,
            request,
            application,
            answer,
            looked: AtomicU64::new(0),
            admitted_at,
            touched: AtomicI64::new(admitted_at.as_micros()),
            completed: false,
        }));
        Self { permit, ongoing }
    }
}

impl OngoingAccess {
    /// Returns the id of the recorded decision.
    pub const fn id(&self) -> DecisionId {
        self.0.id
    }

    /// Returns the request.
    pub const fn request(&self) -> &Request {
        &self.0.request
    }

    /// Returns the requested application.
    pub const fn application(&self) -> &Arc<Application> {
        &self.0.application
    }

    /// Returns the latest decision.
    pub fn decision(&self) -> Arc<Decision> {
        self.0.answer.lock().decision().clone()
    }

    /// Returns the current answer with its evidence.
    pub fn answer(&self) -> Arc<Answer> {
        self.0.answer.lock().clone()
    }

    /// Returns the person who makes the access, if the principal is one.
    pub fn person(&self) -> Option<Arc<Person>> {
        self.0.answer.lock().evidence().and_then(|evidence| evidence.person.clone())
    }

    /// Records that bytes were transferred, so the session, the person and the device are in use. At most once a second.
    pub fn touch(&self) {
        let now = self.0.admission.now();
        let last = self.0.touched.load(Ordering::Relaxed);
        if now.as_micros().saturating_sub(last) < USE_EVERY {
            return;
        }
        self.0.touched.store(now.as_micros(), Ordering::Relaxed);
        let observations = &self.0.admission.0.observations;
        crate::observed::used(observations, self.0.request.who, &self.answer(), now);
    }

    /// Waits until the access must end; never resolves otherwise. Cancel-safe: it may be dropped and called again.
    pub async fn revoked(&self) -> Refused {
        let inner = &self.0.admission.0;
        let mut rests_on = self.answer().rests_on();
        let mut holder = inner.present.holders().enter(rests_on.clone());
        loop {
            // Checked after entering, so that a change between the decision and this call is not missed.
            if inner.is_draining() {
                return Refused::drained(Some(self.0.id));
            }
            let now = self.0.admission.now();
            if let Err(refused) = self.still() {
                return refused;
            }
            let answer = self.answer();
            let rests_on_now = answer.rests_on();
            if rests_on_now != rests_on {
                // A new decision rests on other values, which may have changed before they were entered.
                holder = inner.present.holders().enter(rests_on_now.clone());
                rests_on = rests_on_now;
                continue;
            }
            let left = answer.decision().valid_until.since(now);
            // A very long timer is as good as none, and the runtime's timers have a limit.
            let left = left.min(std::time::Duration::from_secs(86_400)) + std::time::Duration::from_millis(1);
            tokio::select! {
                () = holder.told() => {}
                () = tokio::time::sleep(left) => {}
            }
        }
    }

    /// Checks whether data that has just arrived may pass. This is one comparison while the world is unchanged. After a
    /// change, the answer is checked before anything else passes, however many other holders are still to be notified.
    /// After a refusal the access has ended: it is recorded as cut, and [`OngoingAccess::revoked`] must not be called.
    ///
    /// # Errors
    /// If the access must end.
    pub fn may_pass(&self) -> Result<(), Refused> {
        let moves = self.0.admission.0.present.moves();
        if self.0.looked.load(Ordering::Relaxed) == moves {
            return Ok(());
        }
        self.still()?;
        self.0.looked.store(moves, Ordering::Relaxed);
        Ok(())
    }

    /// Checks whether the access may continue, by the current answer or by a new decision.
    fn still(&self) -> Result<(), Refused> {
        let inner = &self.0.admission.0;
        let begun = Instant::now();
        let snapshot = self.0.admission.snapshot();
        let (world, now) = (snapshot.world(), snapshot.at());
        let answer = self.0.answer.lock().clone();
        let stale = inner.is_stale(&answer);
        if !stale && answer.is_alive(world, snapshot.policies(), now) {
            return Ok(());
        }
        let mut request = self.0.request.clone();
        crate::observed::fill(&inner.observations, world, &mut request, now);
        let (next, _) = inner.answer(&snapshot, &request);
        let goes_on = next.decision().goes_ahead() && !stale;
        let cause = if goes_on { Cause::Reasked } else { Cause::Cut };
        let id = inner.new_id(now);
        let kept = inner
            .record(id, now, &request, &next, cause, stale, begun.elapsed())
            .map_or(Ok(()), |decided| inner.sink.record(&decided));
        inner.counts.answered(&next, cause, stale);
        inner.sightings.answered(id, &next, stale);
        match (goes_on, kept) {
            (true, Ok(())) => {
                *self.0.answer.lock() = next;
                Ok(())
            }
            (true, Err(full)) => Err(Refused::unavailable(id, full.to_string())),
            (false, _) if stale => Err(Refused::stale(id)),
            (false, _) => Err(Refused::denied(id, &next)),
        }
    }

    /// Records the result of the access.
    pub fn complete(mut self, completion: Completion) {
        self.0.completed = true;
        self.put(completion);
    }

    fn put(&self, completion: Completion) {
        let at = self.0.admission.now();
        let completed = Completed {
            id: self.0.id,
            at,
            status: completion.status,
            bytes_in: completion.bytes_in,
            bytes_out: completion.bytes_out,
            duration_micros: u64::try_from(at.since(self.0.admitted_at).as_micros()).unwrap_or(u64::MAX),
            ended: completion.ended,
        };
        // The result of an access matters less than its decision. If it cannot be stored, the sink's state says so, and
        // the decision's record remains.
        if let Err(full) = self.0.admission.0.sink.complete(&completed) {
            tracing::warn!(decision = %self.0.id, %full, "the end of an access was not recorded");
        }
    }
}

impl Drop for OngoingAccess {
    fn drop(&mut self) {
        if !self.0.completed {
            self.put(Completion { status: 0, bytes_in: 0, bytes_out: 0, ended: Ended::ClientGone });
        }
    }
}
