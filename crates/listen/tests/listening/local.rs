//! Sockets of the machine itself.

use crate::common::{is_pending, within};
use countersign_listen::{Caps, Door, Places};
use tokio::net::{UnixListener, UnixStream};

#[tokio::test]
async fn a_local_socket_has_no_address_and_counts_in_all_only() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("socket");
    let places = Places::new("operator", Caps { total: 3, per_address: 1, shared: Vec::new() });
    let door = Door::new(UnixListener::bind(&path).unwrap(), places.clone());
    let mut held = Vec::new();
    for _ in 0..3 {
        let theirs = UnixStream::connect(&path).await.unwrap();
        let (ours, address, place) = within(door.next()).await.unwrap();
        assert_eq!(address, None);
        held.push((theirs, ours, place));
    }
    let state = places.state();
    assert_eq!((state.name, state.open, state.most_of_one_address), ("operator", 3, 0));
    // Its requests and its tasks wait for nobody.
    let place = &held[0].2;
    let _requests = [within(place.request()).await, within(place.request()).await];
    assert_eq!(within(place.in_turn(async { 7 })).await, 7);
    let _waits = UnixStream::connect(&path).await.unwrap();
    assert!(is_pending(&mut Box::pin(door.next())).await);
    held.clear();
    assert!(within(door.next()).await.is_some());
}
