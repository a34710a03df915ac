//! What an enforcement point recorded, evaluated again.

use crate::post::Post;
use countersign_facts::Stated;
use countersign_journal::{Journal, Seq};
use countersign_names::Timestamp;
use countersign_policy::PolicySet;
use countersign_rehearse::{
    Facts, Impact, Outcome, Past, Plan, Proof, Prove, Replay, Settings, Shadow, Tried,
};
use countersign_testkit::story::Line;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::runtime::Handle;

struct Read(Journal);

impl Facts for Read {
    fn read(&mut self, after: u64, limit: usize) -> Result<Vec<Stated>, String> {
        let limit = u32::try_from(limit).unwrap();
        let entries =
            Handle::current().block_on(self.0.read(Seq(after), limit)).map_err(|e| e.to_string())?;
        entries.iter().map(|entry| Stated::from_bytes(&entry.payload).map_err(|e| e.to_string())).collect()
    }
}

impl Post {
    pub async fn past(&self) -> Past {
        let (facts, world) = (Box::new(Read(self.ledger.journal().clone())), self.ledger.world());
        let entries = self.ledger.journal().read(Seq(0), u32::MAX).await.unwrap();
        let stated = entries.iter().map(|entry| (entry.seq.0, Stated::from_bytes(&entry.payload).unwrap()));
        let published = stated.filter_map(|(seq, stated)| Some((*stated.fact.policies()?.0, seq)));
        Past::new(facts, world, &self.admission.policies()).with_publications(published.collect())
    }

    pub async fn replay(&self) -> Outcome {
        self.admission.sink().flush().await.unwrap();
        let (mut past, store) = (self.past().await, self.store.clone());
        let asking = tokio::task::spawn_blocking(move || {
            let mut replay = Replay::default();
            let mut sweep = store.sweep(Timestamp::from_micros(0), Timestamp::MAX);
            for accesses in sweep.by_ref() {
                assert!(replay.ask(&mut past, &accesses, |_| ControlFlow::Continue(())).is_continue());
            }
            assert_eq!(sweep.skipped(), []);
            replay.finish()
        });
        asking.await.unwrap()
    }

    pub async fn plan(&self, files: &BTreeMap<String, String>) -> Impact {
        self.plan_with(files, &[]).await
    }

    /// Plans these policies, together with the world that these facts would produce.
    pub async fn plan_with(&self, files: &BTreeMap<String, String>, changes: &[Line]) -> Impact {
        self.admission.sink().flush().await.unwrap();
        let (mut past, store) = (self.past().await, self.store.clone());
        let candidate = Arc::new(PolicySet::parse(files).unwrap());
        let running = self.admission.policies();
        let present = self.ledger.world();
        let stated: Vec<Stated> = changes.iter().map(Line::stated).collect();
        let planned = present.after(&stated).unwrap();
        let asking = tokio::task::spawn_blocking(move || {
            let settings = Settings::between((&present, &running), (&planned, &candidate));
            let mut plan = Plan::new(running, candidate).with(settings);
            for accesses in store.sweep(Timestamp::from_micros(0), Timestamp::MAX) {
                assert!(plan.ask(&mut past, &accesses, |_| ControlFlow::Continue(())).is_continue());
            }
            plan.finish()
        });
        asking.await.unwrap()
    }

    pub async fn shadow(&self) -> Vec<Tried> {
        self.admission.sink().flush().await.unwrap();
        let (mut past, store) = (self.past().await, self.store.clone());
        let running = self.admission.policies();
        let asking = tokio::task::spawn_blocking(move || {
            let mut shadow = Shadow::new(running);
            for accesses in store.sweep(Timestamp::from_micros(0), Timestamp::MAX) {
                assert!(shadow.ask(&mut past, &accesses, |_| ControlFlow::Continue(())).is_continue());
            }
            shadow.finish()
        });
        asking.await.unwrap()
    }

    pub async fn prove(&self) -> Proof {
        self.admission.sink().flush().await.unwrap();
        let (mut past, store) = (self.past().await, self.store.clone());
        let now = Timestamp::from_micros(self.now.load(Ordering::SeqCst));
        let mut prove = Prove::new(self.ledger.world(), self.admission.policies(), now);
        let asking = tokio::task::spawn_blocking(move || {
            for accesses in store.sweep(Timestamp::from_micros(0), Timestamp::MAX) {
                assert!(prove.ask(&mut past, &accesses, |_| ControlFlow::Continue(())).is_continue());
            }
            prove.finish()
        });
        asking.await.unwrap()
    }
}
