//! Components fail, come back and stop in order.

use super::*;
use std::sync::atomic::{AtomicU32, Ordering};

const FAST: RestartPace = RestartPace {
    first: Duration::from_millis(20),
    longest: Duration::from_millis(40),
    settled: Duration::from_secs(60),
};

async fn until(states: &ComponentStates, wanted: impl Fn(&ComponentHealth) -> bool) -> ComponentHealth {
    let looking = async {
        loop {
            let health = states.all().remove(0);
            if wanted(&health) {
                return health;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), looking).await.unwrap()
}

#[tokio::test]
async fn one_that_panics_is_shown_and_comes_back() {
    let components = ComponentSet::with_pace(FAST);
    let runs = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&runs);
    components.keep("upkeep", StopPhase::Work, move |stop| {
        let run = counted.fetch_add(1, Ordering::Relaxed);
        async move {
            assert!(run >= 2, "the disk\nis gone");
            stop.cancelled().await;
        }
    });
    let states = components.states();
    let shown = until(&states, |health| health.state == ComponentState::Restarting).await;
    let trouble = shown.trouble().unwrap();
    assert!(
        trouble.contains("upkeep failed and will be restarted: it panicked: the disk is gone"),
        "{trouble}"
    );
    let back = until(&states, |health| health.state == ComponentState::Running && health.failures == 2).await;
    assert_eq!((back.trouble(), runs.load(Ordering::Relaxed)), (None, 3));
    components.stop().await;
    until(&states, |health| health.state == ComponentState::Stopped).await;
}

#[tokio::test]
async fn one_that_ends_by_itself_has_failed_too() {
    let components = ComponentSet::with_pace(FAST);
    components.keep_until_stopped("watch", StopPhase::Work, || async {});
    let shown = until(&components.states(), |health| health.failures >= 3).await;
    assert_eq!(shown.last_failure.unwrap().0, "it ended by itself");
    components.stop().await;
}

#[tokio::test]
async fn a_listener_that_is_gone_stays_so_and_is_said() {
    let components = ComponentSet::with_pace(FAST);
    components.listen("https", true, |_| async { panic!("no socket") });
    let shown = until(&components.states(), |health| health.state == ComponentState::Failed).await;
    assert!(shown.essential);
    assert_eq!(shown.trouble().unwrap(), "https failed: it panicked: no socket; restart this process");
    components.stop().await;
}

#[tokio::test]
async fn each_phase_ends_before_the_next_is_told() {
    let components = ComponentSet::with_pace(FAST);
    let order = Arc::new(Mutex::new(Vec::new()));
    let noting = |name: &'static str| {
        let order = Arc::clone(&order);
        move |stop: CancellationToken| {
            let order = Arc::clone(&order);
            async move {
                stop.cancelled().await;
                tokio::time::sleep(Duration::from_millis(20)).await;
                order.lock().push(name);
            }
        }
    };
    components.keep("remembered", StopPhase::Evidence, noting("remembered"));
    components.keep("rollouts", StopPhase::Work, noting("rollouts"));
    components.listen("http", true, noting("http"));
    components.stop().await;
    assert_eq!(*order.lock(), ["http", "rollouts", "remembered"]);
}

#[tokio::test]
async fn one_that_does_not_stop_does_not_keep_the_process() {
    let components = ComponentSet::with_pace(FAST);
    components.keep("deaf", StopPhase::Work, |_| std::future::pending());
    let stopping = components.stop_within(Duration::from_millis(50));
    tokio::time::timeout(Duration::from_secs(5), stopping).await.unwrap();
}
