//! A merge takes the later time, from any source and in any order; memory is bounded; no observation is in the future.

use countersign_names::{DeviceId, SessionId, Timestamp};
use countersign_observations::{Observation, ObservationKind, Observations};
use proptest::prelude::*;
use std::collections::BTreeMap;
use uuid::Uuid;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(seconds * 1_000_000)
}

fn observation() -> impl Strategy<Value = Observation> {
    let kind = prop::sample::select(ObservationKind::ALL);
    (kind, 0u128..12, 0i64..40, 0i64..3, 0u8..3).prop_map(|(kind, subject, seconds, of, by)| Observation {
        kind,
        subject: Uuid::from_u128(subject),
        at: at(seconds),
        of,
        by: format!("gate-{by}").into(),
    })
}

fn merged(rows: &[Observation], now: i64) -> BTreeMap<(i64, Uuid), Observation> {
    let all = Observations::new("gate-0");
    rows.iter().for_each(|row| all.merge(row, at(now)));
    known(&all)
}

fn known(all: &Observations) -> BTreeMap<(i64, Uuid), Observation> {
    let subjects = (0..12).map(Uuid::from_u128);
    subjects
        .flat_map(|subject| ObservationKind::ALL.iter().filter_map(move |kind| all.get(*kind, subject)))
        .map(|row| ((row.kind.number(), row.subject), row))
        .collect()
}

proptest! {
    #[test]
    fn the_order_and_the_number_of_times_do_not_matter(
        rows in prop::collection::vec(observation(), 0..60),
        again in prop::collection::vec(any::<prop::sample::Index>(), 0..20),
        turn in 0usize..60,
    ) {
        let expected = merged(&rows, 30);
        let mut other = rows.clone();
        other.rotate_left(turn % rows.len().max(1));
        other.reverse();
        if !rows.is_empty() {
            other.extend(again.iter().map(|index| index.get(&rows).clone()));
        }
        prop_assert_eq!(&merged(&other, 30), &expected);
        // Two processes that exchange everything know the same.
        let (one, two) = (Observations::new("gate-0"), Observations::new("gate-1"));
        for (n, row) in rows.iter().enumerate() {
            if n % 2 == 0 { one.merge(row, at(30)) } else { two.merge(row, at(30)) }
        }
        known(&one).values().for_each(|row| two.merge(row, at(30)));
        known(&two).values().for_each(|row| one.merge(row, at(30)));
        prop_assert_eq!(known(&one), known(&two));
        prop_assert_eq!(known(&one), expected);
    }

    #[test]
    fn the_newest_counts_and_none_is_later_than_now(rows in prop::collection::vec(observation(), 0..60)) {
        let all = merged(&rows, 25);
        for row in &rows {
            let known = &all[&(row.kind.number(), row.subject)];
            prop_assert!(known.at >= row.at.min(at(25)));
            prop_assert!(known.at <= at(25));
        }
    }

    #[test]
    fn memory_is_bounded_and_the_oldest_go_first(moments in prop::collection::vec(0i64..1000, 1..600)) {
        const MOST: usize = 160;
        let all = Observations::bounded("gate-0", MOST);
        for (n, seconds) in moments.iter().enumerate() {
            all.session_used(SessionId::new(Uuid::from_u128(n as u128)), at(*seconds));
            prop_assert!(all.subjects(ObservationKind::SessionUse) <= MOST);
            let newest = moments[..=n].iter().max().copied();
            let last = moments[..=n].iter().rposition(|seconds| Some(*seconds) == newest);
            let newest_is_known = last.and_then(|n| all.session_used_at(SessionId::new(Uuid::from_u128(n as u128))));
            // Of several with the same time any may be dropped, so only a newest one without equals is certain to stay.
            if moments[..=n].iter().filter(|seconds| Some(**seconds) == newest).count() == 1 {
                prop_assert_eq!(newest_is_known, newest.map(at));
            }
        }
        let known = all.subjects(ObservationKind::SessionUse) as u64;
        prop_assert_eq!(known + all.dropped(), moments.len() as u64);
    }
}

#[test]
fn a_posture_that_was_confirmed_says_nothing_of_another() {
    let (device, all) = (DeviceId::new(Uuid::from_u128(1)), Observations::new("gate-0"));
    all.posture_confirmed(device, 7, at(100), at(200));
    assert_eq!(all.posture_confirmed_at(device, 7), Some(at(100)));
    assert_eq!(all.posture_confirmed_at(device, 8), None);
    // An older observation of another posture does not replace the newer one.
    all.posture_confirmed(device, 8, at(90), at(200));
    assert_eq!(
        (all.posture_confirmed_at(device, 7), all.posture_confirmed_at(device, 8)),
        (Some(at(100)), None)
    );
    all.posture_confirmed(device, 8, at(110), at(200));
    assert_eq!(
        (all.posture_confirmed_at(device, 7), all.posture_confirmed_at(device, 8)),
        (None, Some(at(110)))
    );
    // A time in the future counts as now.
    all.posture_confirmed(device, 8, at(900), at(210));
    assert_eq!(all.posture_confirmed_at(device, 8), Some(at(210)));
}

#[test]
fn what_is_shared_is_not_told_again_until_it_is_newer_and_due() {
    let all = Observations::new("gate-1");
    let (session, device) = (SessionId::new(Uuid::from_u128(1)), DeviceId::new(Uuid::from_u128(1)));
    let unshared = |now| all.unshared(at(now)).flatten().collect::<Vec<_>>();
    assert_eq!(unshared(100), []);
    all.session_used(session, at(100));
    let first = unshared(100);
    assert_eq!((first.len(), first[0].at, &*first[0].by), (1, at(100), "gate-1"));
    assert_eq!(unshared(100), first, "until it is said to be shared");
    all.shared(&first);
    all.session_used(session, at(103));
    assert_eq!(unshared(114), [], "within the spacing of the last that was shared");
    assert_eq!(unshared(115)[0].at, at(103), "however long nothing else happens");
    all.posture_confirmed(device, 5, at(101), at(101));
    all.shared(&unshared(102));
    all.posture_confirmed(device, 5, at(103), at(103));
    assert_eq!(unshared(103).len(), 1, "a posture does not wait");
    // An observation from another process is already shared.
    let other = Observation { subject: Uuid::from_u128(2), by: "gate-2".into(), ..first[0].clone() };
    all.merge(&other, at(200));
    assert!(unshared(200).iter().all(|row| row.subject != other.subject));
}

#[test]
fn what_is_older_than_its_kind_is_kept_is_forgotten() {
    const DAY: i64 = 86_400;
    let all = Observations::new("gate-1");
    let (session, device) = (SessionId::new(Uuid::from_u128(1)), DeviceId::new(Uuid::from_u128(1)));
    all.session_used(session, at(0));
    all.posture_confirmed(device, 5, at(0), at(0));
    all.expire(at(31 * DAY));
    assert_eq!(all.session_used_at(session), Some(at(0)));
    all.expire(at(31 * DAY + 1));
    assert_eq!((all.session_used_at(session), all.posture_confirmed_at(device, 5)), (None, Some(at(0))));
    all.expire(at(92 * DAY + 1));
    assert_eq!(all.posture_confirmed_at(device, 5), None);
}
