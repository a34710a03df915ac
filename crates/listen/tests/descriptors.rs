//! A process at its limit of descriptors. A test of its own process, because it lowers the limit.

use countersign_listen::{Caps, Door, Places, Spare, raise_limit};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::fs::File;
use std::net::Ipv4Addr;
use std::time::{Duration, Instant};
use tokio::net::{TcpListener, TcpStream};

const PATIENCE: Duration = Duration::from_secs(60);

fn places() -> Places {
    Places::new("listen.test", Caps { total: 100, per_address: 100, shared: Vec::new() })
}

/// Opens files until none can be opened.
fn take_all(into: &mut Vec<File>) {
    while let Ok(file) = File::open("/dev/null") {
        into.push(file);
    }
}

#[tokio::test]
async fn a_reserve_serves_while_no_descriptor_is_left_and_others_wait_until_one_is() {
    let limit = |current: u64, maximum| {
        setrlimit(Resource::Nofile, Rlimit { current: Some(current), maximum }).unwrap();
    };
    let most = getrlimit(Resource::Nofile).maximum;
    limit(128, most);
    let raised = raise_limit().unwrap();
    assert_eq!(getrlimit(Resource::Nofile).current, Some(u64::try_from(raised).unwrap()));
    assert!(raised > 128, "{raised}");
    limit(256, most);

    let (with, without) = (places(), places());
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let (reserved_at, reserved) = (
        listener.local_addr().unwrap(),
        Door::new(listener, with.clone()).with_spare(Spare::hold(8).unwrap()),
    );
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let (plain_at, plain) = (listener.local_addr().unwrap(), Door::new(listener, without.clone()));

    let mut hog = Vec::new();
    take_all(&mut hog);
    // For the ends of the clients in this process.
    hog.truncate(hog.len() - 2);
    let _first = TcpStream::connect(reserved_at).await.unwrap();
    let _second = TcpStream::connect(plain_at).await.unwrap();
    assert!(File::open("/dev/null").is_err());

    let (_ours, address, _place) = tokio::time::timeout(PATIENCE, reserved.next()).await.unwrap().unwrap();
    assert_eq!(address, Some(Ipv4Addr::LOCALHOST.into()));
    assert_eq!((with.state().failures, with.state().open), (1, 1), "it failed first, and used the reserve");
    // What is left of the reserve, so that there is nothing again.
    take_all(&mut hog);

    let waiting = tokio::spawn(async move { plain.next().await.map(|(_, address, _place)| address) });
    let begun = Instant::now();
    while without.state().failures < 3 {
        assert!(begun.elapsed() < PATIENCE, "{:?}", without.state());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(without.state().open, 0);
    drop(hog);
    let address = tokio::time::timeout(PATIENCE, waiting).await.unwrap().unwrap().unwrap();
    assert_eq!(address, Some(Ipv4Addr::LOCALHOST.into()));

    // The reserve was filled again by the next connection, and serves a second time.
    let _third = TcpStream::connect(reserved_at).await.unwrap();
    let _ours = tokio::time::timeout(PATIENCE, reserved.next()).await.unwrap().unwrap();
    let mut hog = Vec::new();
    take_all(&mut hog);
    hog.pop();
    let _fourth = TcpStream::connect(reserved_at).await.unwrap();
    assert!(File::open("/dev/null").is_err());
    assert!(tokio::time::timeout(PATIENCE, reserved.next()).await.unwrap().is_some());
    assert_eq!(with.state().failures, 2);
}
