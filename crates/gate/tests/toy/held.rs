//! An exchange that depends on two accesses, as one whose answer turns out to be a download does.

use crate::Stage;
use countersign_admission::{Completion, Ended, OngoingAccess, Request, Who, Why};
use countersign_evidence::Effect;
use countersign_gate::HeldAccess;
use countersign_names::Action;
use countersign_testkit::story::*;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Longer than any wait in these tests; only a test that would hang reaches it.
const PATIENCE: Duration = Duration::from_secs(60);

/// Far longer than a test may take.
const LONG: Duration = Duration::from_secs(600);

impl Stage {
    async fn tell(&self, story: &[Line]) {
        for line in story {
            self.ledger.state(line.stated().by, vec![line.stated().fact]).await.unwrap();
        }
    }

    /// Returns an access to the wiki in this session.
    async fn access(&self, session: u128) -> OngoingAccess {
        let request = Request {
            who: Who::Session(ses(session)),
            key: None,
            application: name("wiki"),
            resource: "wiki/pages".parse().unwrap(),
            action: Action::Read,
            operation: "lines".to_owned(),
            item: "/".to_owned(),
            tags: BTreeMap::new(),
            content_type: None,
            address: None,
            idle: 0,
            posture_confirmed_at: None,
        };
        self.admission.ask(request).await.unwrap().spend().1
    }

    /// Returns an exchange that depends on an access in session 1 and on one in session 2.
    async fn exchange(&self) -> HeldAccess {
        let mut held = HeldAccess::new(self.access(1).await);
        held.also(self.access(2).await);
        held
    }
}

async fn begin() -> Stage {
    let stage = Stage::begin().await;
    stage.tell(&[person(2), key(2, 2), session(2, 2, 2)]).await;
    stage
}

#[tokio::test]
async fn it_ends_with_the_first_of_them_that_does() {
    for ends in [1, 2] {
        let stage = begin().await;
        let (held, waiting) = (stage.exchange().await, stage.exchange().await);
        held.may_pass().unwrap();
        stage.tell(&[end_session(ends)]).await;
        assert_eq!(held.may_pass().unwrap_err().why(), Why::Denied, "session {ends} has ended");
        // A grace is for those that only a shutdown ends.
        let refused = tokio::time::timeout(PATIENCE, waiting.ended(LONG)).await.unwrap();
        assert_eq!(refused.why(), Why::Denied, "session {ends} has ended");
    }
}

#[tokio::test]
async fn one_that_only_a_shutdown_ends_has_its_grace() {
    const GRACE: Duration = Duration::from_millis(200);
    let stage = begin().await;
    let held = stage.exchange().await;
    let begun = Instant::now();
    stage.admission.drain();
    let refused = tokio::time::timeout(PATIENCE, held.ended(GRACE)).await.unwrap();
    assert_eq!(refused.why(), Why::Drained);
    assert!(begun.elapsed() >= GRACE, "{:?}", begun.elapsed());
}

#[tokio::test]
async fn how_it_ended_is_recorded_of_each() {
    let stage = begin().await;
    stage.exchange().await.complete(Completion {
        status: 200,
        bytes_in: 3,
        bytes_out: 4,
        ended: Ended::Finished,
    });
    let rows = stage.recorded(2).await;
    let mut found: Vec<_> = rows
        .iter()
        .map(|row| {
            let completed = row.completed.as_ref().unwrap();
            assert_eq!((row.decided.effect, completed.status), (Effect::Allow, 200));
            (row.decided.session, completed.bytes_in, completed.bytes_out, completed.ended)
        })
        .collect();
    found.sort_by_key(|(session, ..)| *session);
    assert_eq!(found, [1, 2].map(|n| (Some(ses(n)), 3, 4, Ended::Finished)));
}
