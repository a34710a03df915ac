//! Reads: sorted, filtered, and only once the projection has reached the wanted entry.

use crate::house::{StoredJournal, found, history, key};
use countersign_facts::{Fact, TrustFact};
use countersign_names::Timestamp;
use countersign_projections::register::{
    EntryStanding, PlacedEntry, REGISTER, RegisterEntry, RegisterPage, RegisterProjection, TrustFilter,
    TrustOrder,
};
use countersign_projections::{ProjectionError, Projections};
use countersign_testkit::story::Line;
use std::time::{Duration, Instant};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_projection_that_is_behind_says_by_how_much_within_its_time() {
    for house in StoredJournal::both().await {
        let wanted = house.state(&history(100)).await;
        // Nothing follows the journal here.
        let projections = house.of(RegisterProjection, Duration::from_millis(200)).await;
        let begun = Instant::now();
        let refused = projections.up_to(REGISTER, wanted).await.unwrap_err();
        assert!(begun.elapsed() < Duration::from_secs(2));
        assert!(matches!(refused, ProjectionError::Behind { behind, .. } if behind == wanted), "{refused}");
        assert_eq!(
            refused.to_string(),
            format!("the projection register is {wanted} facts behind the journal")
        );
        // Once the projection is there, the same read succeeds.
        let following = house.following().await;
        following.projections.up_to(REGISTER, wanted).await.unwrap();
        projections.up_to(REGISTER, wanted).await.unwrap_err();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_has_just_stated_a_fact_reads_it_back() {
    for house in StoredJournal::both().await {
        let following = house.following().await;
        for n in 0..100 {
            let fact = Fact::Trust(TrustFact::Found { found: vec![found(n, 7)] });
            let wanted = house.state(&[Line::of(fact)]).await;
            let entries = following.projections.register_whole(wanted).await.unwrap().value;
            assert!(entries.contains_key(&key(n)), "{n}");
        }
    }
}

fn page(order: TrustOrder, descending: bool) -> RegisterPage {
    RegisterPage { of: TrustFilter::default(), standing: None, order, descending, after: None, limit: 7 }
}

const ORDERS: [(TrustOrder, bool); 4] = [
    (TrustOrder::Sensitivity, true),
    (TrustOrder::Sensitivity, false),
    (TrustOrder::Accesses, true),
    (TrustOrder::Accesses, false),
];

/// Reads this page and all later ones.
async fn walk(
    projections: &Projections,
    (wanted, now): (u64, Timestamp),
    mut asked: RegisterPage,
) -> Vec<PlacedEntry> {
    let mut places = Vec::new();
    loop {
        let some = projections.register_page(wanted, &asked, now).await.unwrap().value;
        let Some((key, name, _)) = some.last().cloned() else { return places };
        asked.after = Some((key, name));
        places.extend(some);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_give_every_entry_once_in_order() {
    for house in StoredJournal::both().await {
        let wanted = house.state(&history(400)).await;
        let following = house.following().await;
        let projections = &following.projections;
        let now = Timestamp::from_micros(0);
        let all = projections.register_whole(wanted).await.unwrap().value;
        let late = Timestamp::from_micros(2_000_000_000);
        for (standing, now) in [
            (None, now),
            (Some(EntryStanding::Discovered), now),
            (Some(EntryStanding::Owned), now),
            (Some(EntryStanding::Documented), now),
            (Some(EntryStanding::Lapsed), late),
            (Some(EntryStanding::Eliminated), now),
        ] {
            let wants = |trust: &&RegisterEntry| match standing {
                None => trust.is_live(),
                Some(standing) => trust.standing(now) == standing,
            };
            let expected = all.values().filter(wants).count();
            assert!(expected > 10, "{standing:?}: {expected}");
            for (order, descending) in ORDERS {
                let places =
                    walk(projections, (wanted, now), RegisterPage { standing, ..page(order, descending) })
                        .await;
                assert_eq!(places.len(), expected, "{standing:?} {order:?} {descending}");
                let in_order = |(a, x, _): &PlacedEntry, (b, y, _): &PlacedEntry| {
                    let by_key = if descending { b.cmp(a) } else { a.cmp(b) };
                    by_key.then_with(|| x.cmp(y)).is_lt()
                };
                assert!(places.is_sorted_by(in_order), "{standing:?} {order:?} {descending}");
                assert!(places.iter().all(|(_, _, trust)| wants(&trust)));
            }
        }
        let counts = projections.register_counts(wanted, late).await.unwrap().value;
        let count = |standing| all.values().filter(|trust| trust.standing(late) == standing).count() as u64;
        assert_eq!(
            (counts.discovered, counts.owned),
            (count(EntryStanding::Discovered), count(EntryStanding::Owned))
        );
        assert_eq!((counts.documented, counts.lapsed), (0, count(EntryStanding::Lapsed)));
        assert_eq!(counts.eliminated, count(EntryStanding::Eliminated));
        let drifted = all.values().filter(|trust| trust.is_live() && trust.drift.is_some()).count() as u64;
        assert_eq!((counts.live() + counts.eliminated, counts.drifted), (all.len() as u64, drifted));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_filter_narrows_by_each_of_its_fields() {
    for house in StoredJournal::both().await {
        let wanted = house.state(&history(400)).await;
        let following = house.following().await;
        let all =
            following.projections.register_selected(wanted, &TrustFilter::default()).await.unwrap().value;
        let one = all[all.len() / 2].key.clone();
        let application = one.resource.application().clone();
        let narrowed = [
            TrustFilter { application: Some(application.clone()), ..TrustFilter::default() },
            TrustFilter { resource: Some(one.resource.clone()), ..TrustFilter::default() },
            TrustFilter { cohort: Some(one.cohort), ..TrustFilter::default() },
            TrustFilter { item: Some(one.item), ..TrustFilter::default() },
            TrustFilter {
                resource: Some(one.resource.clone()),
                action: Some(one.action),
                cohort: Some(one.cohort),
                item: Some(one.item),
                application: Some(application.clone()),
            },
        ];
        for of in narrowed {
            let found = following.projections.register_selected(wanted, &of).await.unwrap().value;
            let expected: Vec<_> = all
                .iter()
                .filter(|trust| {
                    let key = &trust.key;
                    of.application.as_ref().is_none_or(|wanted| key.resource.application() == wanted)
                        && of.resource.as_ref().is_none_or(|wanted| key.resource == *wanted)
                        && of.cohort.is_none_or(|wanted| key.cohort == wanted)
                        && of.item.is_none_or(|wanted| key.item == wanted)
                })
                .cloned()
                .collect();
            assert_eq!(found, expected, "{of:?}");
            assert!(!found.is_empty() && found.len() < all.len());
        }
    }
}
