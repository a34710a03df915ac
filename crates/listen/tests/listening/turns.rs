//! Turns of addresses on the processors, on a runtime with more threads than there are.

use crate::common::{ListenerSite, PATIENCE, within};
use countersign_listen::Place;
use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::available_parallelism;
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Runtime};

fn processors() -> usize {
    available_parallelism().map_or(1, NonZero::get)
}

/// A runtime with twice as many threads as there are processors.
fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(processors() * 2).enable_all().build().unwrap()
}

async fn places(addresses: usize) -> Vec<Arc<Place>> {
    let site = ListenerSite::of(addresses * 2, 1);
    let mut places = Vec::new();
    for address in 0..addresses {
        places.push(Arc::new(site.take(&format!("192.0.2.{address}")).await.unwrap()));
    }
    places
}

/// How many tasks are being polled, and how many were at most.
#[derive(Default)]
struct Polls {
    now: AtomicUsize,
    most: AtomicUsize,
}

impl Polls {
    /// Computes for a moment without giving way.
    fn compute(&self) {
        let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(now, Ordering::SeqCst);
        std::thread::sleep(Duration::from_micros(300));
        self.now.fetch_sub(1, Ordering::SeqCst);
    }

    /// Stays until as many are polled at the same time as there are processors; returns whether that happened.
    fn meet(&self) -> bool {
        self.now.fetch_add(1, Ordering::SeqCst);
        let begun = Instant::now();
        while self.now.load(Ordering::SeqCst) < processors() {
            if begun.elapsed() > PATIENCE {
                return false;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        true
    }
}

/// Tasks that end, panic, are aborted at any moment, or are never polled leave every turn to those after them.
#[test]
fn no_turn_is_lost_however_tasks_end_and_never_are_there_too_many() {
    let runtime = runtime();
    runtime.block_on(async {
        let (places, polls) = (places(5).await, Arc::<Polls>::default());
        let mut tasks = Vec::new();
        for n in 0..300 {
            let (place, polls) = (Arc::clone(&places[n % places.len()]), Arc::clone(&polls));
            let task = place.in_turn(async move {
                for step in 0..4 {
                    polls.compute();
                    assert!(n % 3 != 0 || step != n % 4, "it was to end so");
                    tokio::task::yield_now().await;
                }
            });
            if n % 11 == 0 {
                drop(task);
            } else {
                tasks.push((n, tokio::spawn(task)));
            }
        }
        for (n, task) in &tasks {
            if n % 3 == 1 {
                task.abort();
                tokio::task::yield_now().await;
            }
        }
        let mut whole = 0;
        for (n, task) in tasks {
            match within(task).await {
                Ok(()) => whole += 1,
                Err(error) => assert_eq!(error.is_panic(), n % 3 == 0, "{n}: {error}"),
            }
        }
        assert!(whole >= 80, "{whole}");
        assert!(polls.most.load(Ordering::SeqCst) <= processors(), "{:?}", polls.most);

        let together = Arc::<Polls>::default();
        let meeting: Vec<_> = (0..processors())
            .map(|n| {
                let together = Arc::clone(&together);
                tokio::spawn(places[n % places.len()].in_turn(async move { together.meet() }))
            })
            .collect();
        for one in meeting {
            assert!(one.await.unwrap(), "a turn was lost");
        }
    });
}

/// A task that waits for its client holds no turn.
#[test]
fn tasks_that_wait_keep_nobody_from_working() {
    let runtime = runtime();
    runtime.block_on(async {
        let places = places(2).await;
        let idle: Vec<_> =
            (0..50).map(|_| tokio::spawn(places[0].in_turn(std::future::pending::<()>()))).collect();
        for n in 0..20 {
            let work = places[n % 2].in_turn(async move {
                tokio::task::yield_now().await;
                n
            });
            assert_eq!(within(tokio::spawn(work)).await.unwrap(), n);
        }
        idle.iter().for_each(|task| task.abort());
    });
}
