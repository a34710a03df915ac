//! Accepting connections: which are taken, which wait, which are closed, and that it continues after every error.

use crate::common::{ListenerSite, PATIENCE, is_closed, is_pending, until, within};
use countersign_listen::{Caps, Door, Place, Places, Spare};
use socket2::SockRef;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

const ONE: Ipv4Addr = Ipv4Addr::new(127, 7, 0, 1);
const TWO: Ipv4Addr = Ipv4Addr::new(127, 7, 0, 2);
const THREE: Ipv4Addr = Ipv4Addr::new(127, 7, 0, 3);

type Accepted = (TcpStream, Option<IpAddr>, Place);

/// A real listener on loopback whose connections are taken one after another.
struct Tcp {
    to: SocketAddr,
    places: Places,
    accepted: mpsc::UnboundedReceiver<Accepted>,
    taking: JoinHandle<()>,
}

impl Tcp {
    async fn new(total: usize, per_address: usize) -> Self {
        let places = Places::new("listen.test", Caps { total, per_address, shared: Vec::new() });
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let (to, door) = (listener.local_addr().unwrap(), Door::new(listener, places.clone()));
        let (send, accepted) = mpsc::unbounded_channel();
        let taking = tokio::spawn(async move {
            while let Some(one) = door.next().await {
                send.send(one).unwrap();
            }
        });
        Self { to, places, accepted, taking }
    }

    async fn connect(&self, from: Ipv4Addr) -> TcpStream {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind((from, 0).into()).unwrap();
        within(socket.connect(self.to)).await.unwrap()
    }

    /// Connects, and returns both ends.
    async fn taken(&mut self, from: Ipv4Addr) -> (TcpStream, Accepted) {
        let theirs = self.connect(from).await;
        let ours = within(self.accepted.recv()).await.unwrap();
        assert_eq!(ours.1, Some(from.into()));
        (theirs, ours)
    }
}

impl Drop for Tcp {
    fn drop(&mut self) {
        self.taking.abort();
    }
}

#[tokio::test]
async fn an_address_that_holds_its_places_is_closed_at_once_and_others_are_taken() {
    let mut tcp = Tcp::new(10, 2).await;
    let (first, second) = (tcp.taken(ONE).await, tcp.taken(ONE).await);
    for refused in 1..=5 {
        let mut more = tcp.connect(ONE).await;
        assert!(is_closed(&mut more).await);
        assert_eq!(tcp.places.state().refused, refused);
    }
    let _other = tcp.taken(TWO).await;
    let state = tcp.places.state();
    assert_eq!((state.open, state.limit, state.most_of_one_address, state.full), (3, 10, 2, 0));
    assert!(state.saturated_ago.unwrap() < PATIENCE);
    // What ends makes room for the next one, and for one only.
    drop(first);
    let _third = tcp.taken(ONE).await;
    let mut more = tcp.connect(ONE).await;
    assert!(is_closed(&mut more).await);
    drop(second);
}

#[tokio::test]
async fn one_address_never_gets_more_than_half_whatever_is_configured() {
    let mut tcp = Tcp::new(6, usize::MAX).await;
    let _crowd = [tcp.taken(ONE).await, tcp.taken(ONE).await, tcp.taken(ONE).await];
    for _ in 0..10 {
        assert!(is_closed(&mut tcp.connect(ONE).await).await);
    }
    let _others = [tcp.taken(TWO).await, tcp.taken(TWO).await, tcp.taken(THREE).await];
    assert_eq!(tcp.places.state().open, 6);
}

#[tokio::test]
async fn while_all_places_are_taken_connections_wait_and_lose_nothing() {
    let mut tcp = Tcp::new(2, 100).await;
    let (first, _second) = (tcp.taken(ONE).await, tcp.taken(TWO).await);
    until("it finds itself full", || tcp.places.state().full == 1).await;
    let mut waiting = tcp.connect(THREE).await;
    waiting.write_all(b"hello").await.unwrap();
    assert!(tcp.accepted.try_recv().is_err());
    assert_eq!((tcp.places.state().open, tcp.places.state().refused), (2, 0));
    drop(first);
    let (mut ours, from, _place) = within(tcp.accepted.recv()).await.unwrap();
    assert_eq!(from, Some(THREE.into()));
    let mut said = [0; 5];
    within(ours.read_exact(&mut said)).await.unwrap();
    assert_eq!(&said, b"hello");
}

#[tokio::test]
async fn a_place_is_given_back_however_its_task_ends() {
    let mut tcp = Tcp::new(4, 2).await;
    let held = |(theirs, ours): (TcpStream, Accepted)| async move {
        let _both = (theirs, ours);
        std::future::pending::<()>().await;
    };
    for round in 0..3 {
        let aborted = tokio::spawn(held(tcp.taken(ONE).await));
        let (theirs, ours) = tcp.taken(ONE).await;
        let broken = tokio::spawn(async move {
            let _both = (theirs, ours);
            panic!("round {round}");
        });
        assert!(within(broken).await.unwrap_err().is_panic());
        assert_eq!(tcp.places.state().open, 1);
        aborted.abort();
        assert!(within(aborted).await.unwrap_err().is_cancelled());
        let state = tcp.places.state();
        assert_eq!((state.open, state.most_of_one_address), (0, 0), "round {round}");
    }
}

/// A door that is asked in a `select!` is dropped whenever another branch is ready.
#[tokio::test]
async fn waiting_that_is_given_up_keeps_no_place_and_no_connection() {
    let site = ListenerSite::of(3, 1);
    for _ in 0..50 {
        assert!(is_pending(&mut Box::pin(site.door.next())).await, "nobody comes");
    }
    let mut held = vec![];
    for address in ["192.0.2.1", "192.0.2.2", "192.0.2.3"] {
        held.push(site.take(address).await.unwrap());
    }
    for _ in 0..50 {
        assert!(is_pending(&mut Box::pin(site.door.next())).await, "there is no place");
    }
    let _waits = site.connect("192.0.2.4");
    let mut granted = Box::pin(site.door.next());
    assert!(is_pending(&mut granted).await);
    held.pop();
    // It was given the place that became free, and is dropped before it looks.
    drop(granted);
    let (_, address, place) = within(site.door.next()).await.unwrap();
    assert_eq!(address, Some("192.0.2.4".parse().unwrap()));
    assert_eq!(site.places.state().open, 3);
    drop((held, place));
    assert_eq!(site.places.state().open, 0);
}

#[tokio::test]
async fn a_connection_that_ended_while_it_waited_is_no_failure() {
    let site = ListenerSite::of(4, 2);
    for kind in [
        io::ErrorKind::ConnectionAborted,
        io::ErrorKind::ConnectionReset,
        io::ErrorKind::Interrupted,
        io::ErrorKind::ConnectionAborted,
    ] {
        site.fail(kind.into());
    }
    assert!(site.take("192.0.2.1").await.is_some());
    let state = site.places.state();
    assert_eq!((state.failures, state.saturated_ago), (0, None));
}

#[tokio::test]
async fn after_any_other_error_it_tries_again_with_a_growing_pause() {
    let site = ListenerSite::of(4, 2);
    for _ in 0..5 {
        site.fail(io::Error::from_raw_os_error(rustix::io::Errno::MFILE.raw_os_error()));
    }
    let begun = Instant::now();
    assert!(site.take("192.0.2.1").await.is_some());
    // 10, 20, 40, 80 and 160 ms.
    assert!(begun.elapsed() >= Duration::from_millis(310), "{:?}", begun.elapsed());
    let state = site.places.state();
    assert_eq!((state.failures, state.open, state.refused), (5, 0, 0));
    assert!(state.saturated_ago.is_some());
}

/// Returns how many descriptors of this process lead to the device that reserves one.
fn reserved() -> usize {
    let files = std::fs::read_dir("/proc/self/fd").unwrap();
    let targets = files.filter_map(|file| std::fs::read_link(file.unwrap().path()).ok());
    targets.filter(|target| target.as_os_str() == "/dev/null").count()
}

/// The reserve is for the lack of descriptors. Any other error leaves it whole.
#[tokio::test]
async fn only_a_lack_of_descriptors_uses_the_reserve() {
    let before = reserved();
    let mut site = ListenerSite::of(4, 2);
    site.door = site.door.with_spare(Spare::hold(4).unwrap());
    assert_eq!(reserved(), before + 4);
    for (error, left) in [
        (io::ErrorKind::PermissionDenied.into(), 4),
        (io::Error::from_raw_os_error(rustix::io::Errno::NOBUFS.raw_os_error()), 4),
        (io::Error::from_raw_os_error(rustix::io::Errno::NFILE.raw_os_error()), 0),
    ] {
        let failures = site.places.state().failures;
        site.fail(error);
        while site.places.state().failures == failures {
            assert!(is_pending(&mut Box::pin(site.door.next())).await);
        }
        assert_eq!(reserved(), before + left);
    }
    // The next connection finds that there are enough again.
    assert!(site.take("192.0.2.1").await.is_some());
    assert_eq!(reserved(), before + 4);
}

#[tokio::test]
async fn a_connection_of_a_relay_counts_for_no_address_until_it_says_for_whose() {
    let site = ListenerSite::of(10, 2);
    let relay: IpAddr = "192.0.2.1".parse().unwrap();
    let relays = move |address: IpAddr| address == relay;
    let mut clients = vec![];
    let mut held = vec![];
    for _ in 0..5 {
        clients.push(site.connect("192.0.2.1"));
        let (_, address, place) = within(site.door.next_relayed(relays)).await.unwrap();
        assert_eq!(address, Some(relay));
        held.push(place);
    }
    let state = site.places.state();
    assert_eq!((state.open, state.most_of_one_address, state.refused), (5, 0, 0));
    // An address that is no relay has its share as everywhere.
    for _ in 0..3 {
        clients.push(site.connect("192.0.2.2"));
    }
    let other = [
        within(site.door.next_relayed(relays)).await.unwrap().2,
        within(site.door.next_relayed(relays)).await.unwrap().2,
    ];
    assert!(is_pending(&mut Box::pin(site.door.next_relayed(relays))).await);
    assert!(is_closed(clients.last_mut().unwrap()).await);
    drop((held, other));
}

/// The kernel is told what the crate promises: little that waits unsent, and an end of what is not acknowledged.
#[tokio::test]
async fn an_accepted_connection_has_the_options_that_bound_it() {
    let mut tcp = Tcp::new(2, 2).await;
    let (_theirs, (ours, ..)) = tcp.taken(ONE).await;
    assert!(ours.nodelay().unwrap());
    let socket = SockRef::from(&ours);
    assert_eq!(socket.tcp_user_timeout().unwrap(), Some(Duration::from_secs(90)));
    assert_eq!(socket.tcp_notsent_lowat().unwrap(), 128 * 1024);
}

/// A listener for both families shows an IPv4 client by its IPv4 address.
#[tokio::test]
async fn an_ipv4_client_of_a_listener_for_both_families_has_its_own_address() {
    let Ok(listener) = TcpListener::bind("[::]:0").await else {
        assert!(std::env::var_os("CI").is_none(), "in CI nothing is skipped: there is no IPv6");
        return;
    };
    let to = (Ipv4Addr::LOCALHOST, listener.local_addr().unwrap().port());
    let door =
        Door::new(listener, Places::new("listen.test", Caps { total: 4, per_address: 1, shared: vec![] }));
    let _theirs = within(TcpStream::connect(to)).await.unwrap();
    let (_, address, _place) = within(door.next()).await.unwrap();
    assert_eq!(address, Some(Ipv4Addr::LOCALHOST.into()));
}
