//! The age of its world that a follower reports while its store is unreachable, in every way that a store can be.
//!
//! The claim: a world reported as the newest is the newest. So in every outage `behind` grows, whatever state the
//! connection seems to have, until the last fact is folded. It is never less than the time since the store was last read
//! to its end.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests stop at the first surprise")]

use countersign_facts::Actor;
use countersign_journal::{Access, Journal, PostgresOptions};
use countersign_ledger::{Clocks, LATE, Ledger};
use countersign_testkit::story::*;
use countersign_testkit::{Link, LinkState, Postgres};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Time-out for progress on a machine that is busy with other tests.
const PATIENCE: Duration = Duration::from_secs(120);

/// The age that the follower must report in an outage: more than it ever reports normally.
const OLD: Duration = Duration::from_secs(6);

struct Scene {
    server: Postgres,
    link: Link,
    /// Connected directly to the server.
    elsewhere: Ledger,
    /// Connected through the faulty link.
    follower: Ledger,
    told: u128,
}

async fn opened(url: String, access: Access) -> Ledger {
    let options = PostgresOptions { timeout: Duration::from_secs(2), access, ..PostgresOptions::default() };
    let journal = Journal::open_postgres(url.into(), options).await.unwrap();
    let begun = Instant::now();
    let wall = Arc::new(move || at(100).plus(begun.elapsed()));
    Ledger::open_by(journal, Clocks::system(wall), None, |_| ()).await.unwrap()
}

impl Scene {
    async fn begin() -> Self {
        let server = Postgres::start();
        let url = server.fresh_database();
        let link = server.link();
        let elsewhere = opened(url.clone(), Access::Append).await;
        let follower = opened(server.url_by(&link, &url), Access::Append).await;
        let mut scene = Self { server, link, elsewhere, follower, told: 0 };
        scene.tell().await;
        scene.level().await;
        scene
    }

    /// States facts elsewhere that are larger than the answer to a question for the head.
    async fn tell(&mut self) {
        self.told += 1;
        let facts = (0..20).map(|n| person(self.told * 100 + n).stated().fact).collect();
        self.elsewhere.state(Actor::Operator, facts).await.unwrap();
    }

    /// Waits until the follower has all facts, and reports that.
    async fn level(&self) {
        until("the follower is level", || {
            self.follower.seq() == self.elsewhere.seq() && self.follower.behind() < LATE
        })
        .await;
    }

    /// Waits until the follower reports an age of `OLD`, and checks that it has no later facts.
    async fn is_out(&self, since: Instant, folded: u64) {
        until("the follower says that it is old", || {
            // Read in this order, so that the reported age may only be older.
            let (passed, said) = (since.elapsed(), self.follower.behind());
            assert!(said >= passed, "it says {said:?}, and has not heard anything for {passed:?}");
            said >= OLD
        })
        .await;
        assert_eq!(self.follower.seq(), folded, "it cannot know what nobody could tell it");
    }
}

async fn until(what: &str, mut done: impl FnMut() -> bool) {
    let reached = async {
        while !done() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, reached).await.unwrap_or_else(|_| panic!("never: {what}"));
}

/// Tests an outage between `begin` and `end`, while facts are stated elsewhere.
async fn check(begin: impl Fn(&Link), end: impl Fn(&Link)) {
    let mut scene = Scene::begin().await;
    let folded = scene.follower.seq();
    begin(&scene.link);
    scene.tell().await;
    scene.is_out(Instant::now(), folded).await;
    end(&scene.link);
    scene.level().await;
    scene.tell().await;
    scene.level().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_that_says_its_head_but_not_its_entries_vouches_for_nothing() {
    check(
        |link| link.set_each(LinkState::Clear, LinkState::ShortOnly(1_000)),
        |link| link.set(LinkState::Clear),
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_that_says_nothing_vouches_for_nothing() {
    check(|link| link.set(LinkState::Stalled), |link| link.set(LinkState::Clear)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn questions_that_are_not_heard_vouch_for_nothing() {
    check(|link| link.set_each(LinkState::Stalled, LinkState::Clear), |link| link.set(LinkState::Clear))
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_that_are_not_heard_vouch_for_nothing() {
    check(|link| link.set_each(LinkState::Clear, LinkState::Stalled), |link| link.set(LinkState::Clear))
        .await;
}

/// A firewall lost its connections: the old ones stay dead, and new ones work once the link is clear.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_went_deaf_are_not_waited_for() {
    check(
        |link| link.set(LinkState::Stalled),
        |link| {
            link.cut();
            link.set(LinkState::Clear);
        },
    )
    .await;
}

/// No page arrives within the time-out of a question: the follower is slow, but it makes progress.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_a_slow_link_the_follower_gets_there_and_says_so_only_then() {
    let mut scene = Scene::begin().await;
    // About 40 KiB at 8 KiB/s, with two seconds per question.
    scene.link.set_each(LinkState::Clear, LinkState::Slow(400, Duration::from_millis(50)));
    for _ in 0..6 {
        scene.tell().await;
    }
    let head = scene.elsewhere.seq();
    let mut last = (scene.follower.seq(), scene.follower.behind());
    until("the follower gets to the end", || {
        let (behind, seq) = (scene.follower.behind(), scene.follower.seq());
        assert!(seq >= head || behind >= last.1 || seq > last.0, "younger without having read anything");
        last = (seq, behind);
        seq >= head && behind < LATE
    })
    .await;
}

/// Packets are lost and sent again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_a_lossy_link_the_follower_keeps_up_and_is_never_younger_than_it_says() {
    let mut scene = Scene::begin().await;
    scene.link.set(LinkState::Lossy(9, Duration::from_millis(700)));
    for _ in 0..4 {
        let folded = scene.follower.seq();
        scene.tell().await;
        let (told, head) = (Instant::now(), scene.elsewhere.seq());
        until("the follower knows it", || {
            let (passed, said, seq) = (told.elapsed(), scene.follower.behind(), scene.follower.seq());
            assert!(seq > folded || said >= passed, "it says {said:?}, and misses what is {passed:?} old");
            seq >= head
        })
        .await;
    }
    scene.link.set(LinkState::Clear);
    scene.level().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_hangs_vouches_for_nothing() {
    let mut scene = Scene::begin().await;
    let folded = scene.follower.seq();
    scene.server.freeze();
    scene.is_out(Instant::now(), folded).await;
    let refused = scene.follower.state(Actor::Operator, vec![person(9_999).stated().fact]).await;
    assert!(refused.is_err(), "nothing is acknowledged that is not kept");
    scene.server.thaw();
    until("the follower has heard again", || scene.follower.behind() < LATE).await;
    scene.tell().await;
    scene.level().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_nothing_happens_a_quiet_journal_vouches_by_being_asked() {
    let scene = Scene::begin().await;
    let since = Instant::now();
    let mut asked = Vec::new();
    until("it was asked several times", || {
        let behind = scene.follower.behind();
        assert!(behind < LATE, "{behind:?}");
        // The time of the last question, give or take the duration of this line.
        let moment = since.elapsed().checked_sub(behind).unwrap_or_default().as_millis() / 500;
        if asked.last() != Some(&moment) {
            asked.push(moment);
        }
        asked.len() > 3
    })
    .await;
}
