//! A run tells how far it is, and stops wherever it is told to.

use crate::post::{PEOPLE, with};
use crate::rehearsed::{EVER, Rehearsed, ReportedProgress, Run};
use countersign_policy::PolicySet;
use countersign_rehearsals::{PlannedPolicies, RehearsalContext, plan, prove, replay, shadow};
use countersign_rehearse::Past;
use countersign_testkit::story::at;
use countersign_world::World;
use std::sync::Arc;

/// A house with records in two files and in the segment that follows.
async fn lived() -> Rehearsed {
    let mut house = Rehearsed::new().await;
    house.post.publish(&with("@stage(\"shadow\") forbid (principal, action, resource);")).await;
    for second in [30, 40, 50] {
        for n in 1..=PEOPLE {
            assert!(house.reads(second, n, "wiki").await);
        }
        if second < 50 {
            house = house.again().await;
        }
    }
    house
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Replay,
    Plan,
    /// A plan that would ask a solver, if there were one.
    Exhaustive,
    Proof,
    Shadow,
}

const KINDS: [Kind; 5] = [Kind::Replay, Kind::Plan, Kind::Exhaustive, Kind::Proof, Kind::Shadow];

/// What runs are given.
#[derive(Clone)]
struct RunInputs {
    running: Arc<PolicySet>,
    planned: Arc<PolicySet>,
    world: Arc<World>,
}

impl RunInputs {
    fn of(house: &Rehearsed) -> Self {
        let planned = PolicySet::parse(&with("forbid (principal, action, resource);")).unwrap();
        let (running, world) = (house.post.admission.policies(), house.post.ledger.world());
        Self { running, planned: Arc::new(planned), world }
    }

    /// Returns whether a run of this kind came to its end.
    fn ends(&self, kind: Kind, run: &Run, context: &RehearsalContext, past: Past) -> bool {
        let Self { running, planned, world } = self;
        let exhaustive = kind == Kind::Exhaustive;
        let planned = PlannedPolicies { policies: planned, after: None, exhaustive };
        match kind {
            Kind::Replay => replay(run, context, past).is_some(),
            Kind::Plan | Kind::Exhaustive => plan(run, context, past, (running, world), &planned).is_some(),
            Kind::Proof => prove(run, context, past, (running, world), at(60)).is_some(),
            Kind::Shadow => shadow(run, context, past, (running, world), None).is_some(),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_run_tells_how_far_it_is() {
    let house = lived().await;
    for kind in KINDS {
        let given = RunInputs::of(&house);
        let run = move |context: &RehearsalContext, past| {
            let run = Run::over(EVER);
            assert!(given.ends(kind, &run, context, past), "{kind:?}");
            run.said()
        };
        let mut said = house.run(house.context(), run).await;
        // Only a plan with a solver has a second half, and says so first. This one has no solver to ask.
        assert_eq!(said.contains(&ReportedProgress::Half), kind == Kind::Exhaustive, "{kind:?}");
        if kind == Kind::Exhaustive {
            assert_eq!(said.remove(0), ReportedProgress::Half);
        }
        let read = said.iter().map(|said| match said {
            ReportedProgress::Read { accesses, decided, share } => (*accesses, *decided, *share),
            other => panic!("{kind:?}: {other:?}"),
        });
        let read: Vec<_> = read.collect();
        assert!(read.len() >= 6, "{kind:?}: before and after each of three batches: {read:?}");
        assert_eq!(read[0], (0, 0, 0.0), "{kind:?}");
        for pair in read.windows(2) {
            let [(accesses, decided, share), next] = [pair[0], pair[1]];
            assert!(accesses <= next.0 && decided <= next.1 && share <= next.2, "{kind:?}: {read:?}");
            assert!((0.0..=1.0).contains(&next.2), "{kind:?}: {read:?}");
        }
        let (accesses, decided, share) = read[read.len() - 1];
        assert_eq!(accesses, 3 * PEOPLE as u64, "{kind:?}");
        assert!((1..=2 * accesses).contains(&decided) && share > 0.0, "{kind:?}: {read:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_run_stops_at_any_of_its_reports_and_says_nothing_more() {
    let house = lived().await;
    for kind in KINDS {
        // That it comes to the half is told by a plan that asks a solver, and is no question.
        let first = if kind == Kind::Exhaustive { 2 } else { 1 };
        for stop in first..=6 {
            let given = RunInputs::of(&house);
            let run = move |context: &RehearsalContext, past| {
                let run = Run::stopped_at(stop);
                (given.ends(kind, &run, context, past), run.said().len())
            };
            assert_eq!(house.run(house.context(), run).await, (false, stop), "{kind:?}");
        }
    }
    // What was stopped left nothing behind: the same records are read from the beginning.
    assert_eq!(house.replay(EVER).await.same, 3 * PEOPLE as u64);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_is_of_what_was_read() {
    let house = lived().await;
    let given = RunInputs::of(&house);
    let work = move |context: &RehearsalContext, past| {
        let proved =
            prove(&Run::over((at(40), at(50))), context, past, (&given.running, &given.world), at(60))
                .unwrap();
        (proved.proof.went_ahead, proved.proof.denied, proved.reading.is_whole())
    };
    assert_eq!(house.run(house.context(), work).await, (PEOPLE as u64, 0, true));
    std::fs::write(house.files().remove(0), "not Parquet").unwrap();
    let given = RunInputs::of(&house);
    let work = move |context: &RehearsalContext, past| {
        let mut proved =
            prove(&Run::over(EVER), context, past, (&given.running, &given.world), at(60)).unwrap();
        let world = proved.past.world(given.world.seq()).unwrap();
        assert_eq!(world.seq(), given.world.seq(), "the past goes on to be read");
        (proved.proof.went_ahead, proved.reading)
    };
    let (went_ahead, reading) = house.run(house.context(), work).await;
    assert_eq!((went_ahead, reading.is_whole(), reading.unread_records), (2 * PEOPLE as u64, false, None));
    let [sentence] = reading.sentences().collect::<Vec<_>>().try_into().unwrap();
    assert!(sentence.starts_with("Not everything could be read: decisions-"), "{sentence}");
    assert_eq!(reading.notes().count(), 0);
}
