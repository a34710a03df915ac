//! How many connections and requests an address may have.

use crate::common::{ListenerSite, is_pending, within};
use countersign_listen::{Caps, Places};
use std::net::IpAddr;

fn caps(total: usize, per_address: usize) -> Caps {
    let shared = vec![
        ("192.0.2.0/24".parse().unwrap(), 6),
        ("192.0.2.7/32".parse().unwrap(), 100),
        ("2001:db8::/32".parse().unwrap(), 7),
    ];
    Caps { total, per_address, shared }
}

#[test]
fn an_address_never_has_more_than_a_part_of_all() {
    for (total, per_address, address, cap) in [
        (100, 10, "198.51.100.1", 10),
        (100, 90, "198.51.100.1", 50),
        (100, 10, "::ffff:198.51.100.1", 10),
        (1, 90, "198.51.100.1", 1),
        (0, 90, "198.51.100.1", 1),
        (100, 10, "192.0.2.1", 6),
        (100, 10, "::ffff:192.0.2.1", 6),
        // The longest prefix counts, and at most three quarters of all.
        (100, 10, "192.0.2.7", 75),
        (4, 10, "192.0.2.7", 3),
        (1, 10, "192.0.2.7", 1),
        (100, 10, "2001:db8::1", 7),
        (100, 0, "198.51.100.1", 1),
        (usize::MAX, usize::MAX, "198.51.100.1", usize::MAX / 2),
    ] {
        let found = caps(total, per_address).of(address.parse().unwrap());
        assert_eq!(found, cap, "{address} of {total}, {per_address} each");
    }
}

#[tokio::test]
async fn places_are_counted_for_each_address_and_given_back() {
    let site = ListenerSite::new(caps(10, 2));
    let first = site.take("198.51.100.1").await.unwrap();
    let _second = site.take("198.51.100.1").await.unwrap();
    assert!(site.take("198.51.100.1").await.is_none());
    assert!(site.take("198.51.100.2").await.is_some(), "others are not concerned");
    let _one = site.take("2001:db8:1::1").await.unwrap();
    let _same = site.take("2001:db8:1::2").await.unwrap();
    let state = site.places.state();
    assert_eq!((state.open, state.refused), (4, 1));
    assert!(state.saturated_ago.is_some());
    drop(first);
    assert!(site.take("198.51.100.1").await.is_some());
    assert_eq!(site.places.state().most_of_one_address, 2);
}

#[tokio::test]
async fn addresses_of_one_ipv6_network_count_as_one() {
    let site = ListenerSite::of(10, 1);
    let _first = site.take("2001:db8::1").await.unwrap();
    assert!(site.take("2001:db8::2").await.is_none());
    assert!(site.take("2001:db8::ffff:ffff:ffff:ffff").await.is_none(), "to the last of the /64");
    assert!(site.take("2001:db8:0:1::2").await.is_some());
    let _four = site.take("192.0.2.1").await.unwrap();
    assert!(site.take("::ffff:192.0.2.1").await.is_none(), "an IPv4 address has two spellings");
    assert_eq!(site.places.state().refused, 3);
}

#[tokio::test]
async fn a_connection_that_is_passed_on_counts_for_whose_it_is() {
    let site = ListenerSite::new(caps(10, 2));
    let client: IpAddr = "198.51.100.1".parse().unwrap();
    let waiting = [site.take_uncounted().await, site.take_uncounted().await, site.take_uncounted().await];
    let state = site.places.state();
    assert_eq!((state.open, state.most_of_one_address), (3, 0), "nobody said yet whose they are");
    let [first, second, third] = waiting.map(|place| place.count_for(client));
    assert!(first.is_some() && second.is_some() && third.is_none());
    let state = site.places.state();
    assert_eq!((state.open, state.most_of_one_address, state.refused), (2, 2, 1));
    let other = site.take_uncounted().await.count_for("198.51.100.2".parse().unwrap()).unwrap();
    let again = other.count_for(client).unwrap();
    assert_eq!(site.places.state().most_of_one_address, 2, "it counts for whom it counted");
    drop((first, second, again));
    let state = site.places.state();
    assert_eq!((state.open, state.most_of_one_address), (0, 0));
}

#[tokio::test]
async fn an_address_has_as_many_requests_in_progress_as_it_may_have_connections() {
    let site = ListenerSite::new(caps(10, 2));
    let (first, second) =
        (site.take("198.51.100.1").await.unwrap(), site.take("198.51.100.1").await.unwrap());
    let other = site.take("198.51.100.2").await.unwrap();
    let local = site.take_uncounted().await;
    let held = [first.request().await, first.request().await];
    let mut waiting = Box::pin(second.request());
    assert!(is_pending(&mut waiting).await, "its neighbour has both");
    drop((other.request().await, local.request().await, local.request().await, local.request().await));
    assert!(is_pending(&mut waiting).await);
    drop(held);
    drop(within(waiting).await);
}

/// A stream that is reset while its request waits takes nothing with it.
#[tokio::test]
async fn a_request_that_gives_up_waiting_leaves_its_place_to_the_next() {
    let site = ListenerSite::of(10, 1);
    let place = site.take("198.51.100.1").await.unwrap();
    let held = within(place.request()).await;
    for _ in 0..20 {
        assert!(is_pending(&mut Box::pin(place.request())).await);
    }
    let mut granted = Box::pin(place.request());
    assert!(is_pending(&mut granted).await);
    drop(held);
    drop(granted);
    let held = within(place.request()).await;
    assert!(is_pending(&mut Box::pin(place.request())).await, "there is one, and not two");
    drop(held);
}

#[tokio::test]
async fn a_connection_that_becomes_a_clients_waits_with_the_clients_requests() {
    let site = ListenerSite::of(10, 1);
    let place = site.take_uncounted().await;
    let _free = [within(place.request()).await, within(place.request()).await];
    let place = place.count_for("198.51.100.1".parse().unwrap()).unwrap();
    let _one = within(place.request()).await;
    assert!(is_pending(&mut Box::pin(place.request())).await);
}

/// A count of zero would let nobody in, and one above what tokio can count would end the process.
#[test]
fn a_total_is_at_least_one_and_no_more_than_can_be_counted() {
    let limit = |total| Places::new("listen.test", Caps { total, ..Caps::default() }).state().limit;
    assert_eq!([limit(0), limit(1), limit(77)], [1, 1, 77]);
    assert_eq!(limit(usize::MAX), tokio::sync::Semaphore::MAX_PERMITS);
}

/// Several listeners may share one count; what one takes the other lacks.
#[tokio::test]
async fn clones_are_one_count() {
    let site = ListenerSite::of(4, 1);
    let place = site.take("198.51.100.1").await.unwrap();
    let clone = site.places.clone();
    assert_eq!(clone.state(), site.places.state());
    assert_eq!(clone.state().open, 1);
    drop(place);
    assert_eq!(clone.state().open, 0);
}
