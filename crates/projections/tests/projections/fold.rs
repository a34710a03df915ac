//! The fold of the register has the same result as the world had when it contained the register.

use crate::house::{StoredJournal, equals_the_journal, history, state};
use countersign_facts::{Fact, JournalFact, Stated, TrustEntry, TrustFact, TrustKey, TrustUse};
use countersign_names::Timestamp;
use countersign_projections::register::{Drift, RegisterEntry, TrustState};
use countersign_testkit::story::Line;
use countersign_world::World;
use std::collections::BTreeMap;
use std::time::Duration;

type Register = BTreeMap<TrustKey, RegisterEntry>;

/// The former fold of the world, without its refusals: a refused fact is not in a journal.
fn apply(register: &mut Register, stated: &Stated, fact: &TrustFact) {
    let at = stated.at;
    match fact {
        TrustFact::Found { found } => found.iter().for_each(|found| find(register, found, at)),
        TrustFact::Eliminated { keys, up_to } => {
            let state = TrustState::Eliminated { at, up_to: *up_to };
            keys.iter().for_each(|key| put(register, key, state.clone()));
        }
        TrustFact::Owned { keys, owner } => {
            let state = TrustState::Owned { owner: *owner };
            keys.iter().for_each(|key| put(register, key, state.clone()));
        }
        TrustFact::Documented { keys, owner, authority, reason, expires_at } => {
            let state = TrustState::Documented {
                owner: *owner,
                authority: authority.clone(),
                reason: reason.clone(),
                expires_at: *expires_at,
            };
            keys.iter().for_each(|key| put(register, key, state.clone()));
        }
    }
}

fn find(register: &mut Register, found: &TrustEntry, at: Timestamp) {
    let known = register.get(&found.key);
    let entry = match known {
        None => RegisterEntry {
            key: found.key.clone(),
            seen: found.seen.clone(),
            discovered_at: at,
            state: TrustState::Discovered,
            drift: None,
        },
        Some(known) => {
            let first = known.seen.first.min(found.seen.first);
            let came_back = !known.is_live();
            RegisterEntry {
                key: found.key.clone(),
                seen: TrustUse { first, ..found.seen.clone() },
                discovered_at: known.discovered_at,
                state: if came_back { TrustState::Discovered } else { known.state.clone() },
                drift: if came_back { Some(Drift { at, by: found.brought_back_by }) } else { known.drift },
            }
        }
    };
    register.insert(found.key.clone(), entry);
}

fn put(register: &mut Register, key: &TrustKey, state: TrustState) {
    let Some(known) = register.get(key).filter(|known| known.is_live()) else { return };
    let entry = RegisterEntry { state, ..known.clone() };
    register.insert(key.clone(), entry);
}

/// An approval has as much time left as it had, when time is set back by this much.
fn set_back(register: &mut Register, by: Duration) {
    for known in register.values_mut() {
        if let TrustState::Documented { expires_at, .. } = &mut known.state {
            *expires_at = expires_at.minus(by);
        }
    }
}

/// Checks that the journal folds to the same register as before, and that each entry has its resource's sensitivity in
/// the world.
async fn comes_to_what_it_did(house: &StoredJournal, stated: &[Stated]) -> usize {
    let (mut register, mut world) = (Register::new(), World::empty());
    for stated in stated {
        if let Fact::Trust(fact) = &stated.fact {
            apply(&mut register, stated, fact);
        }
        if let Fact::Journal(JournalFact::ClockAccepted(clock)) = &stated.fact {
            set_back(&mut register, clock.held.since(stated.at));
        }
        // A fact that the world refuses is in no journal, but the fold must accept every fact.
        let _taken = world.apply(stated);
    }
    let wanted = state(&house.journal, stated).await;
    let following = house.following().await;
    let folded = following.projections.register_whole(wanted).await.unwrap();
    assert_eq!(folded.value, register);
    assert!(folded.seq >= wanted);
    equals_the_journal(house, &following.projections).await;
    let page = countersign_projections::register::RegisterPage {
        of: Default::default(),
        standing: None,
        order: countersign_projections::register::TrustOrder::Sensitivity,
        descending: true,
        after: None,
        limit: usize::MAX,
    };
    let now = Timestamp::from_micros(0);
    for (rank, _, trust) in following.projections.register_page(wanted, &page, now).await.unwrap().value {
        let resource = &trust.key.resource;
        let application = world.application(resource.application().as_str());
        let label = application.and_then(|application| application.label(resource));
        let sensitivity = label.unwrap_or(countersign_names::Sensitivity::Restricted);
        assert_eq!(rank >> 48, sensitivity as i64, "{resource}");
    }
    register.len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_golden_journal_comes_to_the_register_that_it_always_did() {
    let mut entries = 0;
    for (_, stated) in countersign_testkit::golden::journals() {
        entries += comes_to_what_it_did(&StoredJournal::sqlite().await, &stated).await;
    }
    assert!(entries > 0, "no golden journal has an entry of the register");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_history_comes_to_the_register_that_it_always_did() {
    for house in StoredJournal::both().await {
        let stated: Vec<Stated> = history(900).iter().map(Line::stated).collect();
        let entries = comes_to_what_it_did(&house, &stated).await;
        assert!(entries > 300, "{entries}");
    }
}

mod random {
    use super::comes_to_what_it_did;
    use crate::house::{StoredJournal, found, key};
    use countersign_facts::{AcceptedClock, Fact, JournalFact, Stated, TrustFact};
    use countersign_names::{Sensitivity, Timestamp};
    use countersign_testkit::story::{self, Line};
    use proptest::prelude::*;

    /// Generates a fact about a few entries, whether or not they exist. A fact that the world would have refused is not
    /// in a journal, but the fold must be total, so such a fact has no effect.
    fn line() -> impl Strategy<Value = Line> {
        let keys = prop::collection::vec(0_usize..40, 1..4);
        let fact = (0..7_u8, keys, 0_i64..200).prop_map(|(kind, numbers, at)| {
            let keys = || numbers.iter().map(|n| key(*n)).collect::<Vec<_>>();
            let fact = match kind {
                0 | 1 => {
                    TrustFact::Found { found: numbers.iter().map(|n| found(*n, at.unsigned_abs())).collect() }
                }
                2 => TrustFact::Eliminated { keys: keys(), up_to: at.unsigned_abs() },
                3 => TrustFact::Owned { keys: keys(), owner: story::per(1) },
                4 => TrustFact::Documented {
                    keys: keys(),
                    owner: story::per(1),
                    authority: "CISO".to_owned(),
                    reason: "legacy".to_owned(),
                    expires_at: Timestamp::from_micros(1_000_000_000),
                },
                5 => {
                    let (gate, why) = ("edge".to_owned(), "test".to_owned());
                    let clock = AcceptedClock { gate, held: story::at(at + 50), why };
                    return Line::of(Fact::Journal(JournalFact::ClockAccepted(clock))).at(at);
                }
                _ => {
                    let label = (at % 2 == 0).then_some(Sensitivity::Public);
                    let resource = key(numbers.first().copied().unwrap_or_default()).resource;
                    return story::label(resource.as_str(), label);
                }
            };
            Line::of(Fact::Trust(fact)).at(at)
        });
        fact.boxed()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]
        #[test]
        fn any_history_comes_to_the_register_that_it_always_did(lines in prop::collection::vec(line(), 1..120)) {
            let mut story = vec![story::person(1)];
            story.extend((0..7).map(|n| story::application(&format!("app-{n}"))));
            story.extend(lines);
            let stated: Vec<Stated> = story.iter().map(Line::stated).collect();
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
            runtime.block_on(async { comes_to_what_it_did(&StoredJournal::sqlite().await, &stated).await });
        }
    }
}
