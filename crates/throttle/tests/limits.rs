//! How many requests are taken, by a clock that the tests advance.
#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use countersign_throttle::{CallerRates, Callers, Rates, Throttle, Wait};
use governor::clock::FakeRelativeClock;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

fn n(number: u32) -> NonZeroU32 {
    NonZeroU32::new(number).unwrap()
}

/// One request per second sustained, for an address and for all.
fn rates(burst: u32, all: u32, addresses: usize) -> Rates {
    Rates {
        address_per_second: n(1),
        address_burst: n(burst),
        all_per_second: n(1),
        all_burst: n(all),
        addresses,
    }
}

fn address(text: &str) -> Option<IpAddr> {
    Some(text.parse().unwrap())
}

fn numbered(number: u32) -> Option<IpAddr> {
    Some(IpAddr::V4(number.into()))
}

/// A throttle, and the clock that it reads.
fn throttle(rates: &Rates) -> (Throttle<FakeRelativeClock>, FakeRelativeClock) {
    let clock = FakeRelativeClock::default();
    (Throttle::with_clock(rates, clock.clone()), clock)
}

fn callers(rates: &CallerRates) -> (Callers<FakeRelativeClock>, FakeRelativeClock) {
    let clock = FakeRelativeClock::default();
    (Callers::with_clock(rates, clock.clone()), clock)
}

/// Counts how many of this many requests are admitted.
fn admitted(requests: u32, mut admit: impl FnMut() -> Result<(), Wait>) -> u32 {
    (0..requests).map(|_| u32::from(admit().is_ok())).sum()
}

#[test]
fn an_address_uses_up_its_own_share_and_no_other_s() {
    let (throttle, _clock) = throttle(&rates(2, 100, 100));
    for (text, expected) in [
        ("192.0.2.1", true),
        ("192.0.2.1", true),
        ("192.0.2.1", false),
        ("192.0.2.2", true),
        ("::ffff:192.0.2.1", false),
        // One /64 of IPv6 is one client; the next /64 is another.
        ("2001:db8:0:1::1", true),
        ("2001:db8:0:1::2", true),
        ("2001:db8:0:1:ffff::3", false),
        ("2001:db8:0:2::1", true),
        // Neither is the IPv4 address whose bits begin in the same way.
        ("32.1.13.184", true),
    ] {
        assert_eq!(throttle.admit(address(text)).is_ok(), expected, "{text}");
    }
}

#[test]
fn clients_without_an_address_share_one() {
    let (throttle, _clock) = throttle(&rates(2, 100, 100));
    assert_eq!(admitted(5, || throttle.admit(None)), 2);
    assert_eq!(admitted(5, || throttle.admit(address("0.0.0.0"))), 2, "which is that of nobody else");
    assert_eq!(admitted(5, || throttle.admit(address("::"))), 2);
}

#[test]
fn all_addresses_together_have_a_share_too() {
    let (throttle, clock) = throttle(&rates(100, 3, 100));
    let mut next = 0;
    let mut admit = || {
        next += 1;
        throttle.admit(numbered(next))
    };
    assert_eq!(admitted(10, &mut admit), 3);
    clock.advance(Duration::from_secs(2));
    assert_eq!(admitted(10, &mut admit), 2, "it is refilled");
}

/// An attacker alone must not close the door for all.
#[test]
fn a_client_over_its_own_limit_uses_nothing_of_the_share_of_all() {
    let (throttle, _clock) = throttle(&rates(2, 5, 100));
    assert_eq!(admitted(1_000, || throttle.admit(numbered(1))), 2);
    assert_eq!(admitted(2, || throttle.admit(numbered(2))), 2);
    assert_eq!(admitted(2, || throttle.admit(numbered(3))), 1, "five in all");
}

#[test]
fn each_caller_has_a_share_of_their_own() {
    let (callers, _clock) = callers(&CallerRates::new(n(1), n(3)));
    let counts = [1, 2, 1].map(|caller| admitted(10, || callers.admit(caller)));
    assert_eq!(counts, [3, 3, 0]);
    assert_eq!(admitted(10, || callers.admit(u128::MAX)), 3, "each bit of an id counts");
    assert_eq!(admitted(10, || callers.admit(u128::MAX >> 1)), 3);
}

#[test]
fn several_requests_are_counted_all_or_none() {
    let (callers, clock) = callers(&CallerRates::new(n(1), n(3)));
    let several = |number| callers.admit_several(3, n(number));
    assert_eq!(several(4), Err(Wait(Duration::from_secs(1))), "more than the burst, whenever they come");
    assert_eq!(several(2), Ok(()), "what was refused was not counted");
    assert_eq!(several(2), Err(Wait(Duration::from_secs(1))), "one is left, and one is refilled in a second");
    assert_eq!(several(1), Ok(()));
    clock.advance(Duration::from_secs(3));
    assert_eq!(several(3), Ok(()));
    assert_eq!(several(3), Err(Wait(Duration::from_secs(3))));
}

/// A caller who waits as long as the answer says is admitted, and none earlier.
#[test]
fn a_share_is_refilled_as_fast_as_the_answer_says() {
    for (per_second, burst) in [(1, 1), (1, 5), (3, 2), (7, 40), (2_000, 10_000)] {
        let (callers, clock) = callers(&CallerRates::new(n(per_second), n(burst)));
        assert_eq!(admitted(burst + 10, || callers.admit(1)), burst, "{per_second}, {burst}");
        for _ in 0..20 {
            let Wait(wait) = callers.admit(1).unwrap_err();
            assert!(wait <= Duration::from_secs(1) / per_second, "{wait:?}");
            clock.advance(wait.saturating_sub(Duration::from_nanos(1)));
            assert_eq!(callers.admit(1), Err(Wait(Duration::from_nanos(1))), "{per_second}, {burst}");
            clock.advance(Duration::from_nanos(1));
            assert_eq!(callers.admit(1), Ok(()), "{per_second}, {burst}");
        }
    }
}

#[test]
fn a_clock_that_stands_still_refills_nothing_and_one_that_leaps_no_more_than_the_burst() {
    let rates = rates(4, 1_000_000, 100);
    let (throttle, clock) = throttle(&rates);
    let (callers, other) = callers(&CallerRates::new(n(1), n(4)));
    let both = |requests: u32, expected: u32, what: &str| {
        assert_eq!(admitted(requests, || throttle.admit(numbered(1))), expected, "address, {what}");
        assert_eq!(admitted(requests, || callers.admit(1)), expected, "caller, {what}");
    };
    both(10_000, 4, "the clock stands still");
    for leap in [Duration::from_secs(3_600), Duration::from_secs(100 * 365 * 86_400)] {
        clock.advance(leap);
        other.advance(leap);
        both(100, 4, "after a leap");
    }
}

/// A burst and the sustained rate together bound every span of time, however the requests are spread over it.
#[test]
fn no_pattern_of_requests_gets_more_than_burst_and_rate() {
    for pause in [0, 1, 10, 99, 100, 101, 333, 1_000, 5_000].map(Duration::from_millis) {
        let (callers, clock) = callers(&CallerRates::new(n(10), n(5)));
        let mut counted = 0;
        for _ in 0..500 {
            counted += admitted(3, || callers.admit(7));
            clock.advance(pause);
        }
        let most = 5 + 10 * pause.as_millis() * 500 / 1_000;
        assert!(u128::from(counted) <= most, "{counted} of {most} with pauses of {pause:?}");
        let asked = 3 * 500;
        let steady = (10 * pause.as_millis() * 499 / 1_000).min(asked);
        assert!(u128::from(counted) >= steady.min(most), "{counted} of {steady} with pauses of {pause:?}");
    }
}

#[test]
fn very_many_addresses_do_not_cost_very_much_memory() {
    let (throttle, clock) = throttle(&rates(5, 1_000_000, 50));
    let remembered = |throttle: &Throttle<FakeRelativeClock>| {
        let shown = format!("{throttle:?}");
        let digits: String = shown.chars().filter(char::is_ascii_digit).collect();
        digits.parse::<usize>().unwrap()
    };
    assert_eq!(admitted(50, || throttle.admit(numbered(1))), 5);
    let waits = (2..10_000).filter_map(|next| throttle.admit(numbered(next)).err());
    assert!(waits.map(|wait| wait.0).eq(std::iter::repeat_n(Duration::from_secs(1), 10_000 - 51)));
    assert_eq!(remembered(&throttle), 50);
    assert!(throttle.admit(numbered(2)).is_err(), "everybody waits, those that are remembered too");
    // The 49 that asked once have their whole share again after a second, and are forgotten a second later.
    clock.advance(Duration::from_secs(2));
    assert_eq!(throttle.admit(numbered(10_000)), Ok(()));
    assert_eq!(remembered(&throttle), 2);
    assert_eq!(admitted(10, || throttle.admit(numbered(1))), 2, "whoever asked for much is not forgotten");
}

#[test]
fn very_many_callers_do_not_cost_very_much_memory() {
    let (callers, clock) = callers(&CallerRates { callers: 10, ..CallerRates::new(n(1), n(1)) });
    assert_eq!((0..1_000).filter(|caller| callers.admit(*caller).is_ok()).count(), 10);
    assert!(format!("{callers:?}").contains("10"), "{callers:?}");
    assert_eq!(callers.admit_several(1_000, n(1)), Err(Wait(Duration::from_secs(1))));
    clock.advance(Duration::from_secs(2));
    assert_eq!(callers.admit(1_000), Ok(()));
    assert!(format!("{callers:?}").contains("callers: 1,"), "{callers:?}");
}

/// What is counted at once from many threads is counted exactly.
#[test]
fn many_threads_together_get_no_more_than_one_share() {
    let (throttle, _clock) = throttle(&rates(100, 150, 100));
    let ask = |number: u32| admitted(200, || throttle.admit(numbered(number)));
    let counts = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|thread| scope.spawn(move || ask(thread % 2))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum::<u32>()
    });
    assert_eq!(counts, 150);
}

#[test]
fn the_message_and_the_header_give_seconds_that_are_enough() {
    for (wait, seconds) in [
        (Duration::ZERO, 1),
        (Duration::from_nanos(1), 1),
        (Duration::from_millis(999), 1),
        (Duration::from_secs(1), 1),
        (Duration::new(1, 1), 2),
        (Duration::from_millis(2_500), 3),
        (Duration::MAX, u64::MAX),
    ] {
        assert_eq!(Wait(wait).seconds(), seconds, "{wait:?}");
        assert_eq!(Wait(wait).to_string(), format!("too many requests: try again in {seconds} s"));
    }
}

/// The machine's clock moves: a share is refilled, and no sooner than it was told.
#[test]
fn with_the_machines_clock_whoever_waits_is_admitted() {
    let callers = Callers::new(&CallerRates::new(n(20), n(1)));
    let throttle = Throttle::new(&Rates { address_burst: n(1), ..Rates::default() });
    for _ in 0..3 {
        while let Err(Wait(wait)) = callers.admit(1) {
            assert!(wait <= Duration::from_millis(50), "{wait:?}");
            std::thread::sleep(wait);
        }
        while let Err(Wait(wait)) = throttle.admit(numbered(1)) {
            assert!(wait <= Duration::from_millis(50), "{wait:?}");
            std::thread::sleep(wait);
        }
    }
}
