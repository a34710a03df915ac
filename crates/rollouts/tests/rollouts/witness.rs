//! A step needs a witness: an access during its watch, by a person whom it reached, to a resource of the policy. It also
//! needs evidence that can be read to its end.

use crate::watched::{HALF_MINUTE, MICROSECOND, WATCH, WatchedHouse, sample};
use countersign_decide::rollout::is_within;
use countersign_facts::RolloutFact;
use countersign_names::{Principal, RolloutId};
use countersign_testkit::story::{rol, service, svc};

const MANY: &str = "newly denied people > 100";

fn advanced(rollout: RolloutId, percent: u8) -> Vec<RolloutFact> {
    vec![RolloutFact::Advanced { rollout, percent }]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_that_nobody_used_waits_for_somebody() {
    let mut house = WatchedHouse::new().await;
    let id = house.start(&[50, 100], 3, MANY).await;
    let (within, without) = sample(id, 50);
    house.wait(WATCH);
    assert_eq!(house.look().await, []);
    // Whom it did not reach, and who used something else, are no witnesses.
    for n in &without {
        assert!(house.writes(*n).await);
    }
    for n in &within {
        assert!(house.reads(*n, "shop").await);
    }
    house.wait(HALF_MINUTE);
    assert_eq!(house.look().await, []);
    assert!(house.writes(within[0]).await);
    // The evidence is read again after half a minute: its span may be long.
    house.wait(HALF_MINUTE - MICROSECOND);
    assert_eq!(house.look().await, []);
    house.wait(MICROSECOND);
    assert_eq!(house.look().await, advanced(id, 100));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_witness_of_one_step_is_none_of_the_next() {
    let mut house = WatchedHouse::new().await;
    let id = house.start(&[50, 80, 100], 3, MANY).await;
    let user = sample(id, 50).0[0];
    house.wait(MICROSECOND);
    house.writes(user).await;
    house.wait(WATCH);
    // In the same moment as the step, but before it.
    assert_eq!(house.look().await, advanced(id, 80));
    house.wait(WATCH);
    assert_eq!(house.look().await, [], "only the first step was used");
    house.writes(user).await;
    house.wait(HALF_MINUTE);
    assert_eq!(house.look().await, advanced(id, 100));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_access_at_the_moment_of_either_end_is_a_witness() {
    let mut house = WatchedHouse::new().await;
    let id = house.start(&[50, 80, 100], 3, MANY).await;
    let user = sample(id, 50).0[0];
    house.writes(user).await;
    house.wait(WATCH);
    assert_eq!(house.look().await, advanced(id, 80), "made when the step began");
    house.wait(WATCH);
    house.writes(user).await;
    assert_eq!(house.look().await, advanced(id, 100), "made when it was due");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_that_reaches_nobody_needs_no_witness() {
    let mut house = WatchedHouse::new().await;
    let id = house.start(&[1, 100], 0, MANY).await;
    house.wait(WATCH);
    assert_eq!(house.look().await, advanced(id, 100));
    // At 100 percent it reaches everybody.
    house.wait(WATCH);
    assert_eq!(house.look().await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_that_reaches_a_service_account_needs_one() {
    let mut house = WatchedHouse::new().await;
    house.post.tell(service(1, 1)).await;
    let alone =
        |id: &RolloutId| sample(*id, 40).0.is_empty() && is_within(*id, 40, Principal::Service(svc(1)));
    let id = (1..10_000).map(rol).find(alone).unwrap();
    house.start_as(id, &[40, 100], MANY).await;
    house.wait(WATCH);
    assert_eq!(house.look().await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn evidence_that_is_damaged_twice_halts_it() {
    let mut house = WatchedHouse::new().await;
    let id = house.start(&[50, 100], 3, MANY).await;
    // There is a witness, but what cannot be read may show otherwise.
    house.writes(sample(id, 50).0[0]).await;
    house.damages();
    house.wait(WATCH);
    assert_eq!(house.look().await, [], "a disk may be slow for a moment");
    house.wait(HALF_MINUTE - MICROSECOND);
    assert_eq!(house.look().await, []);
    house.wait(MICROSECOND);
    let facts = house.look().await;
    let [RolloutFact::Halted { rollout, why, example }] = facts.as_slice() else { panic!("{facts:?}") };
    assert_eq!((rollout, example), (&id, &None));
    let expected =
        "the evidence of its watch at 50 percent is not whole: decisions-damaged.parquet: it is not Parquet";
    assert!(why.starts_with(expected), "{why}");
    assert_eq!(house.rollout(id).percent(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn evidence_that_is_mended_in_between_is_whole() {
    let mut house = WatchedHouse::new().await;
    let id = house.start(&[50, 100], 3, MANY).await;
    let look = async |house: &mut WatchedHouse| {
        house.wait(HALF_MINUTE);
        house.look().await
    };
    house.damages();
    house.wait(WATCH - HALF_MINUTE);
    assert_eq!(look(&mut house).await, []);
    house.mends();
    assert_eq!(look(&mut house).await, [], "it is whole, and nobody is in it");
    // Damage counts from the beginning again.
    house.damages();
    assert_eq!(look(&mut house).await, []);
    house.mends();
    house.writes(sample(id, 50).0[0]).await;
    assert_eq!(look(&mut house).await, advanced(id, 100));
}
