//! Clients that take nothing, or little.

use crate::common::within;
use countersign_listen::Paced;
use std::io;
use std::net::Ipv4Addr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

/// Short, so that it is over soon. The runtime's clock stands still between two polls of a test, so none is too slow.
const SHORT: Duration = Duration::from_millis(50);

const GIVEN_UP: &str = "the other side does not read";

/// What a peer does at the moment.
#[derive(Debug, Default)]
struct Willing {
    accepts: AtomicBool,
    flushes: AtomicBool,
}

/// A peer that accepts one byte after the other while it is willing.
struct Peer(Arc<Willing>);

impl AsyncRead for Peer {
    fn poll_read(self: Pin<&mut Self>, _: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        buf.put_slice(b"r");
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Peer {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        if self.0.accepts.load(Ordering::Relaxed) { Poll::Ready(Ok(buf.len().min(1))) } else { Poll::Pending }
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.0.flushes.load(Ordering::Relaxed) { Poll::Ready(Ok(())) } else { Poll::Pending }
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// A paced connection, polled by hand.
struct Scene {
    paced: Paced<Peer>,
    willing: Arc<Willing>,
}

impl Scene {
    fn new() -> Self {
        let willing = Arc::<Willing>::default();
        Self { paced: Paced::new(Peer(Arc::clone(&willing)), SHORT), willing }
    }

    fn write(&mut self) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.paced).poll_write(&mut Context::from_waker(Waker::noop()), b"data")
    }

    fn write_vectored(&mut self) -> Poll<io::Result<usize>> {
        let data = [io::IoSlice::new(b"da"), io::IoSlice::new(b"ta")];
        Pin::new(&mut self.paced).poll_write_vectored(&mut Context::from_waker(Waker::noop()), &data)
    }

    fn flush(&mut self) -> Poll<io::Result<()>> {
        Pin::new(&mut self.paced).poll_flush(&mut Context::from_waker(Waker::noop()))
    }

    fn accepts(&self, willing: bool) {
        self.willing.accepts.store(willing, Ordering::Relaxed);
    }

    fn flushes(&self, willing: bool) {
        self.willing.flushes.store(willing, Ordering::Relaxed);
    }
}

fn is_given_up<T>(poll: Poll<io::Result<T>>) -> bool {
    let Poll::Ready(Err(error)) = poll else { return false };
    error.kind() == io::ErrorKind::TimedOut && error.to_string() == GIVEN_UP
}

/// Waits until a wait that has begun is over.
async fn pass() {
    tokio::time::sleep(SHORT + Duration::from_millis(20)).await;
}

#[tokio::test]
async fn who_takes_nothing_is_given_up() {
    let mut scene = Scene::new();
    assert!(scene.write().is_pending());
    pass().await;
    assert!(is_given_up(scene.write()));
    assert!(is_given_up(scene.write()), "and stays so");
}

#[tokio::test]
async fn every_way_of_writing_is_paced() {
    let mut vectored = Scene::new();
    assert!(vectored.write_vectored().is_pending());
    let mut flushed = Scene::new();
    assert!(flushed.flush().is_pending());
    pass().await;
    assert!(is_given_up(vectored.write_vectored()) && is_given_up(flushed.flush()));
}

/// A dribble is slow, but it is progress: the wait begins anew with each byte.
#[tokio::test]
async fn who_takes_a_little_at_a_time_is_served() {
    let mut scene = Scene::new();
    for _ in 0..4 {
        scene.accepts(false);
        assert!(scene.write().is_pending(), "a new wait");
        pass().await;
        scene.accepts(true);
        assert!(matches!(scene.write(), Poll::Ready(Ok(1))), "late, but taken");
    }
}

/// A socket has nothing to flush, and says so at once, whether its peer reads or not.
#[tokio::test]
async fn a_flush_that_does_nothing_does_not_extend_the_wait() {
    let mut scene = Scene::new();
    assert!(scene.write().is_pending());
    pass().await;
    scene.flushes(true);
    assert!(matches!(scene.flush(), Poll::Ready(Ok(()))));
    assert!(is_given_up(scene.write()));
}

#[tokio::test]
async fn who_has_nothing_to_take_is_waited_for() {
    let mut scene = Scene::new();
    scene.accepts(true);
    assert!(scene.write().is_ready());
    pass().await;
    assert!(scene.write().is_ready(), "nothing waited meanwhile");
    let mut read = [0; 1];
    within(scene.paced.read_exact(&mut read)).await.unwrap();
    assert_eq!(&read, b"r");
    within(scene.paced.shutdown()).await.unwrap();
    assert!(scene.paced.inner().0.accepts.load(Ordering::Relaxed));
}

#[tokio::test]
async fn a_client_that_reads_gets_all_and_one_that_stops_is_ended() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let mut theirs = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let mut ours = Paced::new(listener.accept().await.unwrap().0, Duration::from_millis(200));
    assert!(ours.is_write_vectored());
    let reading = tokio::spawn(async move {
        let mut read = vec![0; 100_000];
        within(theirs.read_exact(&mut read)).await.unwrap();
        assert!(read.iter().all(|byte| *byte == 7));
        // Still connected, but reads no more.
        theirs
    });
    within(ours.write_all(&[7; 100_000])).await.unwrap();
    let _theirs = within(reading).await.unwrap();
    // More than the buffers of both kernels' sides hold.
    let error = within(async {
        loop {
            if let Err(error) = ours.write_all(&[0; 1 << 20]).await {
                return error;
            }
        }
    });
    let error = error.await;
    assert_eq!((error.kind(), error.to_string().as_str()), (io::ErrorKind::TimedOut, GIVEN_UP));
}
