//! A rollout at an enforcement point, and the watch over it.

use crate::post::{PEOPLE, Post, asking, shipped, with};
use countersign_decide::rollout::is_within;
use countersign_facts::{Actor, Fact, RolloutFact, Stated};
use countersign_journal::Seq;
use countersign_names::{Action, Principal, RolloutId};
use countersign_rollouts::{RolloutContext, RolloutWatch};
use countersign_testkit::story::{digest, name, per, rol};
use countersign_world::Rollout;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// How long each step is watched.
pub const WATCH: Duration = Duration::from_secs(60);
/// How long the watch gathers what it knows already, and how long it does not read the evidence again.
pub const HALF_MINUTE: Duration = Duration::from_secs(30);
pub const MICROSECOND: Duration = Duration::from_micros(1);

pub struct WatchedHouse {
    pub post: Post,
    pub watch: RolloutWatch,
    folder: tempfile::TempDir,
}

/// Forbids to read the wiki, and nothing else.
pub fn forbidding() -> BTreeMap<String, String> {
    with(
        "@stage(\"shadow\") forbid (principal, action == Countersign::Action::\"read\", \
         resource in Countersign::Application::\"wiki\");",
    )
}

/// Permits to read the wiki, which nothing else does.
pub fn permitting() -> BTreeMap<String, String> {
    let mut files = with(
        "@stage(\"shadow\") permit (principal, action == Countersign::Action::\"read\", \
         resource in Countersign::Application::\"wiki\");",
    );
    let permit = files.remove("guardrails/more.cedar").unwrap();
    files.insert("applications/wiki.cedar".to_owned(), permit);
    assert_eq!(files.len(), shipped().len());
    files
}

impl WatchedHouse {
    pub async fn new() -> Self {
        Self::over(&forbidding()).await
    }

    /// The policy with the id `more` of these files is on trial.
    pub async fn over(files: &BTreeMap<String, String>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let post = Post::open(folder.path(), 32 << 20).await;
        post.begin().await;
        post.publish(files).await;
        let watch = watch(&post);
        Self { post, watch, folder }
    }

    /// Starts a rollout in whose first step are exactly so many people.
    pub async fn start(&self, percents: &[u8], people: usize, halt_if: &str) -> RolloutId {
        let begins = |id: &RolloutId| sample(*id, percents[0]).0.len() == people;
        let id = (1..10_000).map(rol).find(begins).unwrap();
        self.start_as(id, percents, halt_if).await;
        id
    }

    pub async fn start_as(&self, rollout: RolloutId, percents: &[u8], halt_if: &str) {
        let started = RolloutFact::Started {
            rollout,
            policy: "more".parse().unwrap(),
            text: digest(9),
            percents: percents.to_vec(),
            watch_seconds: u32::try_from(WATCH.as_secs()).unwrap(),
            halt_if: halt_if.parse().unwrap(),
            why: None,
            rehearsal: None,
            predicted: Vec::new(),
        };
        self.state(started).await;
    }

    pub async fn state(&self, fact: RolloutFact) {
        self.post.ledger.state(Actor::Operator, vec![Fact::Rollout(fact)]).await.unwrap();
    }

    pub fn wait(&self, time: Duration) {
        self.post.now.fetch_add(i64::try_from(time.as_micros()).unwrap(), Ordering::SeqCst);
    }

    /// Lets a person read, and returns whether they may.
    pub async fn reads(&self, n: u128, application: &str) -> bool {
        self.post.ask(asking(n, application, Action::Read, "/")).await
    }

    /// Lets a person change the wiki, which no policy on trial concerns.
    pub async fn writes(&self, n: u128) -> bool {
        self.post.ask(asking(n, "wiki", Action::Write, "/")).await
    }

    /// Does one round, and returns what it stated.
    pub async fn look(&mut self) -> Vec<RolloutFact> {
        let before = self.post.ledger.seq();
        self.watch.look().await;
        self.stated_after(before).await
    }

    pub async fn stated_after(&self, seq: u64) -> Vec<RolloutFact> {
        let entries = self.post.ledger.journal().read(Seq(seq), 100).await.unwrap();
        let stated = entries.iter().map(|entry| Stated::from_bytes(&entry.payload).unwrap());
        let facts = stated.map(|stated| {
            assert_eq!(stated.by, Actor::System("rollout".to_owned()));
            match stated.fact {
                Fact::Rollout(fact) => fact,
                other => panic!("{other:?}"),
            }
        });
        facts.collect()
    }

    pub fn rollout(&self, id: RolloutId) -> Arc<Rollout> {
        Arc::clone(self.post.ledger.world().rollout(id).unwrap())
    }

    /// The place of a file in the evidence's only day that cannot be read.
    fn damage(&self) -> PathBuf {
        self.folder.path().join("evidence/dt=1970-01-01/decisions-damaged.parquet")
    }

    pub fn damages(&self) {
        std::fs::create_dir_all(self.damage().parent().unwrap()).unwrap();
        std::fs::write(self.damage(), "not Parquet").unwrap();
    }

    pub fn mends(&self) {
        std::fs::remove_file(self.damage()).unwrap();
    }
}

/// Another process's watch over the same journal.
pub fn watch(post: &Post) -> RolloutWatch {
    RolloutWatch::new(RolloutContext {
        ledger: post.ledger.clone(),
        admission: post.admission.clone(),
        store: post.store.clone(),
        control_plane: name("countersign"),
    })
}

/// Returns the people in the sample at this percentage, and the others.
pub fn sample(id: RolloutId, percent: u8) -> (Vec<u128>, Vec<u128>) {
    (1..=PEOPLE).partition(|n| is_within(id, percent, Principal::Person(per(*n))))
}
