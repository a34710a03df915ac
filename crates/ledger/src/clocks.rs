//! The present time, when the system's clock cannot be trusted.
//!
//! A session that has expired must stay expired, even if the system's clock is set back. So "now" never goes back: within
//! a process it continues with the monotonic clock when the system's clock is set back, and it is never before the newest
//! fact, nor before a time remembered outside the journal. Ages are measured by the monotonic clock alone.

use countersign_names::Timestamp;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

/// Reads the present time: the only clock of the process, passed in so that tests can control it.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Reads the time since a fixed moment in the past, by a monotonic clock.
pub type Stopwatch = Arc<dyn Fn() -> Duration + Send + Sync>;

/// How far the system's clock may be behind before the control plane counts as unreachable. Synchronised machines differ
/// by far less.
pub const MOST_SKEW: Duration = Duration::from_secs(60);

/// The two clocks of a machine.
#[derive(Clone)]
pub struct Clocks {
    wall: Clock,
    stopwatch: Stopwatch,
    /// Whether they are a machine's clocks, so that they can be compared with the store's clock.
    real: bool,
}

impl Clocks {
    /// Combines the system's clock with the monotonic clock.
    pub fn system(wall: Clock) -> Self {
        let begun = Instant::now();
        Self { wall, stopwatch: Arc::new(move || begun.elapsed()), real: true }
    }

    /// Takes both clocks from the caller.
    pub const fn new(wall: Clock, stopwatch: Stopwatch) -> Self {
        Self { wall, stopwatch, real: true }
    }
}

impl From<Clock> for Clocks {
    /// Makes clocks from a simulated wall clock alone: the stopwatch shows the time that has passed on it.
    fn from(wall: Clock) -> Self {
        let begun = wall();
        let told = wall.clone();
        Self { wall, stopwatch: Arc::new(move || told().since(begun)), real: false }
    }
}

/// A clock that never goes back.
pub struct Steady {
    clocks: Clocks,
    /// The largest lead so far of the system's clock over the stopwatch, in microseconds.
    lead: AtomicI64,
    /// The lower limit of now, in microseconds.
    floor: AtomicI64,
    /// Whether nothing but the clocks counts: the operator is about to set time back.
    heedless: bool,
    /// The lead of the store's clock over the stopwatch, in microseconds; the maximum if the store has no clock.
    store: AtomicI64,
}

impl Steady {
    pub fn new(clocks: Clocks) -> Self {
        let (lead, floor) = (AtomicI64::new(i64::MIN), AtomicI64::new(i64::MIN));
        Self { clocks, lead, floor, heedless: false, store: AtomicI64::new(i64::MAX) }
    }

    /// Believes the system's clock, whatever is known of later moments.
    pub fn heedless(clocks: Clocks) -> Self {
        Self { heedless: true, ..Self::new(clocks) }
    }

    /// Returns the time since a fixed moment in the past.
    pub fn elapsed(&self) -> Duration {
        (self.clocks.stopwatch)()
    }

    /// Returns the present time.
    pub fn now(&self) -> Timestamp {
        self.look().0
    }

    /// Returns how far the system's clock is behind the present.
    pub fn skew(&self) -> Duration {
        let (now, wall) = self.look();
        now.since(wall)
    }

    /// Raises the lower limit of now to this time.
    pub fn not_before(&self, moment: Timestamp) {
        if self.heedless {
            return;
        }
        self.floor.fetch_max(moment.as_micros(), Ordering::Relaxed);
    }

    /// Records what the store's clock said in answer to a question sent at `asked`. Ignored for simulated clocks, with
    /// which it cannot be compared.
    pub fn store_said(&self, micros: i64, asked: Duration) {
        if self.clocks.real {
            let asked = i64::try_from(asked.as_micros()).unwrap_or(i64::MAX);
            self.store.store(micros.saturating_sub(asked), Ordering::Relaxed);
        }
    }

    /// Returns how far the present is ahead of the store's clock.
    pub fn ahead(&self) -> Duration {
        self.store_now().map_or(Duration::ZERO, |store| self.now().since(store))
    }

    /// Returns how far the present is behind the store's clock.
    pub fn late(&self) -> Duration {
        self.store_now().map_or(Duration::ZERO, |store| store.since(self.now()))
    }

    /// Returns the latest time that the store's clock supports.
    pub fn latest(&self) -> Timestamp {
        self.store_now().map_or(Timestamp::MAX, |store| store.plus(MOST_SKEW))
    }

    /// Returns the store's time, if it has a clock. Errs to the late side, because the duration of the question is
    /// counted.
    fn store_now(&self) -> Option<Timestamp> {
        let ahead = self.store.load(Ordering::Relaxed);
        let passed = i64::try_from(self.elapsed().as_micros()).unwrap_or(i64::MAX);
        (ahead != i64::MAX).then(|| Timestamp::from_micros(ahead.saturating_add(passed)))
    }

    /// Returns the present and the system's time.
    fn look(&self) -> (Timestamp, Timestamp) {
        let wall = (self.clocks.wall)();
        // Read second: a thread that is delayed in between must not make the clock seem ahead.
        let passed = i64::try_from(self.elapsed().as_micros()).unwrap_or(i64::MAX);
        let ahead = wall.as_micros().saturating_sub(passed);
        // Read first: every decision reads the clock, and a write would invalidate the cache line of every other core.
        let known = self.lead.load(Ordering::Relaxed);
        let lead =
            if ahead > known { self.lead.fetch_max(ahead, Ordering::Relaxed).max(ahead) } else { known };
        let now = lead.saturating_add(passed).max(self.floor.load(Ordering::Relaxed));
        (Timestamp::from_micros(now), wall)
    }
}

/// How far a clock may be ahead of the expected time before it counts as a jump.
const JUMP: Duration = Duration::from_secs(3600);

/// How long a clock that jumped ahead must be stable before deletions by age use it.
const STOOD: Duration = Duration::from_secs(86_400);

/// A clock for irreversible actions: after a jump ahead, nothing is deleted by age until the clock has been stable for a
/// day, in which the administrator can correct it.
#[derive(Debug, Clone, Copy)]
pub struct Settled {
    /// The last time that was believed, and the stopwatch at that moment.
    believed: (Timestamp, Duration),
    /// When a jump was first seen, by the stopwatch.
    jumped: Option<Duration>,
}

impl Settled {
    /// Starts with a known time at this reading of the stopwatch; at the start of a process, the newest known time.
    pub const fn new(moment: Timestamp, elapsed: Duration) -> Self {
        Self { believed: (moment, elapsed), jumped: None }
    }

    /// Returns the time from which to count ages, when the clock says `now`.
    pub fn moment(&mut self, now: Timestamp, elapsed: Duration) -> Timestamp {
        let (moment, then) = self.believed;
        let expected = moment.plus(elapsed.saturating_sub(then));
        let jumped = (now > expected.plus(JUMP)).then(|| self.jumped.unwrap_or(elapsed));
        if jumped.is_some_and(|since| elapsed.saturating_sub(since) < STOOD) {
            self.jumped = jumped;
            return expected;
        }
        (self.believed, self.jumped) = ((now, elapsed), None);
        now
    }

    /// Returns whether the clock jumped ahead and is not used yet.
    pub const fn is_waiting(&self) -> bool {
        self.jumped.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Clocks that are moved by hand: seconds of the system's clock, seconds of the stopwatch.
    struct Hands(Arc<[AtomicI64; 2]>);

    impl Hands {
        fn new() -> (Self, Steady) {
            let hands = Arc::new([AtomicI64::new(1_000_000), AtomicI64::new(0)]);
            let (wall, passed) = (hands.clone(), hands.clone());
            let read = |hands: &[AtomicI64; 2], which: usize| hands[which].load(Ordering::Relaxed);
            let clocks = Clocks::new(
                Arc::new(move || Timestamp::from_micros(read(&wall, 0) * 1_000_000)),
                Arc::new(move || Duration::from_secs(read(&passed, 1).unsigned_abs())),
            );
            (Self(hands), Steady::new(clocks))
        }

        fn pass(&self, seconds: i64) {
            self.0[0].fetch_add(seconds, Ordering::Relaxed);
            self.0[1].fetch_add(seconds, Ordering::Relaxed);
        }

        fn set(&self, seconds: i64) {
            self.0[0].store(seconds, Ordering::Relaxed);
        }
    }

    fn seconds(steady: &Steady) -> (i64, u64) {
        (steady.now().as_seconds(), steady.skew().as_secs())
    }

    #[test]
    fn now_goes_on_when_the_clock_is_set_back() {
        let (hands, steady) = Hands::new();
        assert_eq!(seconds(&steady), (1_000_000, 0));
        hands.pass(10);
        assert_eq!(seconds(&steady), (1_000_010, 0));
        hands.set(500_000);
        assert_eq!(seconds(&steady), (1_000_010, 500_010));
        hands.pass(10);
        assert_eq!(seconds(&steady), (1_000_020, 500_010), "time passes all the same");
        hands.set(1_000_020);
        assert_eq!(seconds(&steady), (1_000_020, 0), "and a clock that is right again is believed");
        hands.set(2_000_000);
        assert_eq!(seconds(&steady), (2_000_000, 0), "a clock that was late may be put right");
    }

    #[test]
    fn now_is_not_before_what_was_known_at_the_start() {
        let (hands, steady) = Hands::new();
        steady.not_before(Timestamp::from_micros(1_000_100_000_000));
        steady.not_before(Timestamp::from_micros(1_000_050_000_000));
        assert_eq!(seconds(&steady), (1_000_100, 100));
        hands.pass(99);
        assert_eq!(seconds(&steady), (1_000_100, 1));
        hands.pass(2);
        assert_eq!(seconds(&steady), (1_000_101, 0), "the clock has caught up, and is believed again");
    }

    #[test]
    fn one_who_is_about_to_set_time_back_believes_the_clock_alone() {
        let (hands, steady) = Hands::new();
        let steady = Steady::heedless(steady.clocks);
        steady.not_before(Timestamp::from_micros(2_000_000_000_000));
        assert_eq!(seconds(&steady), (1_000_000, 0));
        hands.pass(5);
        steady.store_said(1_000_105 * 1_000_000, Duration::from_secs(5));
        assert_eq!((steady.late().as_secs(), steady.ahead()), (100, Duration::ZERO));
        hands.set(1_000_305);
        assert_eq!((steady.late(), steady.ahead().as_secs()), (Duration::ZERO, 200));
    }

    #[test]
    fn the_present_is_held_against_the_clock_of_the_store() {
        let (hands, steady) = Hands::new();
        let at = |seconds: i64| Timestamp::from_micros(seconds * 1_000_000);
        assert_eq!((steady.ahead(), steady.latest()), (Duration::ZERO, Timestamp::MAX), "it has no clock");
        hands.pass(50);
        // The question was sent twenty seconds ago, and the answer was this machine's time of then.
        steady.store_said(1_000_030 * 1_000_000, Duration::from_secs(30));
        assert_eq!((steady.ahead(), steady.latest()), (Duration::ZERO, at(1_000_050).plus(MOST_SKEW)));
        hands.set(1_000_130);
        assert_eq!(steady.ahead(), Duration::from_secs(80));
        assert_eq!(steady.latest(), at(1_000_050).plus(MOST_SKEW), "whatever this machine's clock says");
        hands.pass(10);
        assert_eq!((steady.ahead().as_secs(), steady.latest()), (80, at(1_000_060).plus(MOST_SKEW)));
    }

    #[test]
    fn a_clock_that_jumps_ahead_deletes_nothing_until_it_has_stood_for_a_day() {
        const HOUR: i64 = 3600;
        let mut settled = Settled::new(Timestamp::from_micros(0), Duration::ZERO);
        // Hours of the stopwatch, hours of the clock, and the expected hour.
        for (passed, now, believed) in [
            (1, 1, 1),
            (2, 3, 3),
            // A year ahead; corrected; ahead again, and stays so.
            (3, 8760, 4),
            (4, 8761, 5),
            (5, 6, 6),
            (6, 9000, 7),
            (29, 9023, 30),
            (30, 9024, 9024),
            (31, 9025, 9025),
            // A clock that is behind is used: nothing is deleted too early because of it.
            (32, 100, 100),
        ] {
            let moment = settled.moment(
                Timestamp::from_micros(now * HOUR * 1_000_000),
                Duration::from_secs((passed * HOUR).unsigned_abs()),
            );
            assert_eq!(moment.as_seconds() / HOUR, believed, "after {passed} hours, at {now}");
            assert_eq!(settled.is_waiting(), believed != now, "after {passed} hours, at {now}");
        }
        // At the start of a process, the clock is compared with the newest known time.
        let mut settled = Settled::new(Timestamp::from_micros(0), Duration::ZERO);
        assert_eq!(settled.moment(Timestamp::from_micros(1 << 50), Duration::ZERO).as_micros(), 0);
        assert!(settled.is_waiting());
    }

    #[test]
    fn a_clock_that_is_told_passes_as_it_is_told() {
        let told = Arc::new(AtomicI64::new(7));
        let reads = told.clone();
        let clock: Clock =
            Arc::new(move || Timestamp::from_micros(reads.load(Ordering::Relaxed) * 1_000_000));
        let steady = Steady::new(clock.into());
        assert_eq!(seconds(&steady), (7, 0));
        told.store(9, Ordering::Relaxed);
        assert_eq!((seconds(&steady), steady.elapsed().as_secs()), ((9, 0), 2));
    }
}
