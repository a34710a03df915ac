//! Whom a source suspends because they left: the rules, and everything that can happen in between, against a model.

use countersign_facts::{
    Actor, ChangedRows, Fact, IdentitySource, LeaverLimit, Member, PersonFact, SourceFact,
};
use countersign_names::SourceName;
use countersign_testkit::story::*;
use countersign_world::{EmploymentClaim, HeldLeavers, Standing, StatedBy, World};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// The owner of the sources, about whom no source says anything.
const OWNER: u128 = 99;
/// The people of the model.
const CROWD: u128 = 8;

fn about(leavers: Option<LeaverLimit>) -> IdentitySource {
    IdentitySource {
        format: "csv".parse().unwrap(),
        title: "Personnel".to_owned(),
        purpose: "says who works here".to_owned(),
        owner: per(OWNER),
        authoritative: true,
        expected_every_seconds: None,
        leavers,
    }
}

fn declared(source: &str, leavers: Option<LeaverLimit>) -> Line {
    let about = about(leavers);
    Line::of(Fact::Source(SourceFact::Declared { source: source.parse().unwrap(), about }))
}

fn imported(source: &str, import: u64) -> Line {
    let (nodes, edges) = (ChangedRows::default(), ChangedRows::default());
    let source = source.parse().unwrap();
    Line::of(Fact::Source(SourceFact::ImportApplied { source, import, nodes, edges, max_gone_percent: 20 }))
}

fn confirmed(source: &str, import: u64, people: u32) -> Line {
    let source = source.parse().unwrap();
    Line::of(Fact::Source(SourceFact::LeaversConfirmed { source, import, people }))
}

fn restored(n: u128) -> Line {
    Line::of(Fact::Person(PersonFact::Restored { person: per(n) }))
}

fn claim(n: u128, employed: bool) -> EmploymentClaim {
    EmploymentClaim { person: per(n), record: format!("record {n}"), employed }
}

/// Settles as the software does: the facts are one command at the head.
fn settle(
    world: &mut World,
    source: &str,
    import: u64,
    claims: &[EmploymentClaim],
) -> (usize, usize, Option<HeldLeavers>) {
    let source: SourceName = source.parse().unwrap();
    let settled = world.settle_leavers((&source, import), claims, u64::try_from(CROWD).unwrap());
    let by = Actor::System("leavers".to_owned());
    let stated: Vec<_> =
        settled.facts.iter().flatten().map(|fact| Line::of(fact.clone()).by(by.clone()).stated()).collect();
    *world = world.after(&stated).unwrap();
    (settled.suspended.len(), settled.restored.len(), settled.held)
}

fn crowd(limit: LeaverLimit) -> World {
    let mut story: Vec<_> = (1..=CROWD).chain([OWNER]).map(person).collect();
    story.push(group("administrators"));
    story.push(join("administrators", Member::Person(per(OWNER))));
    story.extend([declared("hr", Some(limit)), declared("cloud", Some(limit))]);
    story.extend([imported("hr", 1), imported("cloud", 1)]);
    told(&story)
}

fn is_active(world: &World, n: u128) -> bool {
    world.person(per(n)).unwrap().standing == Standing::Active
}

const WIDE: LeaverLimit = LeaverLimit { people: 100, percent: 100 };

#[test]
fn a_leaver_is_suspended_once_and_comes_back_with_the_source_that_said_so() {
    let mut world = crowd(WIDE);
    assert_eq!(settle(&mut world, "hr", 1, &[claim(1, false), claim(2, false)]), (2, 0, None));
    let Standing::Suspended(reason) = world.person(per(1)).unwrap().standing.clone() else { unreachable!() };
    assert_eq!(reason, "left, says the source hr (import 1, record record 1)");
    assert_eq!(settle(&mut world, "hr", 1, &[claim(1, false)]), (0, 0, None), "again, nothing happens");
    assert_eq!(
        settle(&mut world, "cloud", 1, &[claim(1, true)]),
        (0, 0, None),
        "another source is not asked"
    );
    tell(&mut world, &[restored(2)]);
    assert_eq!(settle(&mut world, "hr", 1, &[claim(2, false)]), (0, 0, None), "somebody knows better");
    tell(&mut world, &[imported("hr", 2)]);
    assert_eq!(settle(&mut world, "hr", 2, &[claim(1, true), claim(2, true)]), (0, 1, None));
    assert!(is_active(&world, 1) && is_active(&world, 2));
    assert_eq!(settle(&mut world, "hr", 2, &[claim(2, false)]), (1, 0, None), "and left once more");
}

#[test]
fn a_suspension_that_somebody_else_made_stays_when_the_person_is_back() {
    let mut world = crowd(WIDE);
    tell(&mut world, &[suspend(1)]);
    assert_eq!(settle(&mut world, "hr", 1, &[claim(1, false), claim(2, false)]), (1, 0, None));
    // Another suspension takes the place of the source's.
    tell(&mut world, &[suspend(2)]);
    assert_eq!(settle(&mut world, "hr", 1, &[claim(1, true), claim(2, true)]), (0, 0, None));
    assert!(!is_active(&world, 1) && !is_active(&world, 2));
    tell(&mut world, &[restored(1)]);
    assert_eq!(settle(&mut world, "hr", 1, &[claim(1, false)]), (1, 0, None), "who left is not let in by it");
}

#[test]
fn nobody_is_suspended_beyond_the_bound_until_somebody_confirms_it() {
    let mut world = crowd(LeaverLimit { people: 3, percent: 25 });
    let three: Vec<_> = (1..=3).map(|n| claim(n, false)).collect();
    let held = Some(HeldLeavers { people: 3, allowed: 2 });
    assert_eq!(settle(&mut world, "hr", 1, &three), (0, 0, held), "a quarter of eight people");
    assert_eq!(settle(&mut world, "hr", 1, &three[..2]), (2, 0, None));
    assert_eq!(settle(&mut world, "hr", 1, &three), (0, 0, held), "those of before count");
    let early = confirmed("hr", 2, 3).stated();
    assert!(world.clone().apply(&early).is_err(), "an import that is still to come is confirmed by nobody");
    tell(&mut world, &[confirmed("hr", 1, 3)]);
    assert_eq!(settle(&mut world, "hr", 1, &three), (1, 0, None));
    tell(&mut world, &[imported("hr", 2)]);
    let more: Vec<_> = (1..=7).map(|n| claim(n, false)).collect();
    let held = Some(HeldLeavers { people: 4, allowed: 2 });
    assert_eq!(settle(&mut world, "hr", 2, &more), (0, 0, held), "a confirmation is for one import");
}

#[test]
fn who_administers_is_neither_suspended_nor_restored_by_a_source() {
    let mut world = crowd(WIDE);
    let administers = join("administrators", Member::Person(per(1)));
    tell(&mut world, std::slice::from_ref(&administers));
    assert_eq!(settle(&mut world, "hr", 1, &[claim(1, false)]), (0, 0, None));
    assert!(is_active(&world, 1));
    let hr = "hr".parse().unwrap();
    assert_eq!(world.settle_leavers((&hr, 1), &[claim(1, false)], 8).protected, [per(1)]);
    tell(&mut world, &[leave("administrators", Member::Person(per(1)))]);
    assert_eq!(settle(&mut world, "hr", 1, &[claim(1, false)]), (1, 0, None), "once they do not");
    tell(&mut world, &[administers]);
    assert_eq!(settle(&mut world, "hr", 1, &[claim(1, true)]), (0, 0, None), "a word gives no such power");
    assert!(!is_active(&world, 1));
}

#[test]
fn a_source_suspends_by_the_word_of_two_and_stops_by_that_of_one() {
    let world = crowd(WIDE);
    let by = |leavers| {
        let (source, about) = ("hr".parse().unwrap(), about(leavers));
        world.stated_by(&Fact::Source(SourceFact::Declared { source, about }))
    };
    assert_eq!((by(None), by(Some(WIDE))), (StatedBy::One, StatedBy::One), "nothing, or nothing new");
    assert!(matches!(by(Some(LeaverLimit { people: 1, percent: 1 })), StatedBy::Two(_)));
    let mut quiet = world.clone();
    tell(&mut quiet, &[declared("hr", None)]);
    assert_eq!(settle(&mut quiet, "hr", 1, &[claim(1, false)]), (0, 0, None));
    for limit in [LeaverLimit { people: 0, percent: 10 }, LeaverLimit { people: 1, percent: 101 }] {
        assert_eq!(world.clone().apply(&declared("hr", Some(limit)).stated()).unwrap_err().field, "leavers");
    }
    let mut about = about(Some(WIDE));
    about.authoritative = false;
    let fact = Line::of(Fact::Source(SourceFact::Declared { source: "hr".parse().unwrap(), about }));
    assert_eq!(world.clone().apply(&fact.stated()).unwrap_err().field, "leavers");
    let mut gone = world.clone();
    settle(&mut gone, "hr", 1, &[claim(1, false)]);
    tell(&mut gone, &[Line::of(Fact::Source(SourceFact::Withdrawn { source: "hr".parse().unwrap() }))]);
    assert!(!is_active(&gone, 1) && gone.left_people().next().is_none(), "who is suspended stays so");
}

/// Something that happens between imports.
#[derive(Debug, Clone)]
enum Event {
    Says(BTreeMap<u128, bool>),
    Suspend(u128),
    Restore(u128),
    Promote(u128),
    Demote(u128),
    Confirm(u32),
    Remove(u128),
}

fn any_event() -> impl Strategy<Value = Event> {
    let whom = 1..=CROWD;
    prop_oneof![
        4 => proptest::collection::btree_map(whom.clone(), any::<bool>(), 1..8).prop_map(Event::Says),
        2 => whom.clone().prop_map(Event::Suspend),
        2 => whom.clone().prop_map(Event::Restore),
        1 => whom.clone().prop_map(Event::Promote),
        1 => whom.clone().prop_map(Event::Demote),
        1 => (0..9_u32).prop_map(Event::Confirm),
        1 => whom.prop_map(Event::Remove),
    ]
}

/// Who suspended a person of the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ModelState {
    Active,
    /// The source suspended them, and somebody restored them.
    Overruled,
    BySource(u64),
    ByAnother,
}

/// The rules once more, in another form: each person for themselves, and the count at the end.
#[derive(Debug)]
struct Model {
    people: BTreeMap<u128, (ModelState, bool)>,
    overruled_by: BTreeMap<u128, u64>,
    limit: u32,
    import: u64,
    confirmed: u32,
}

impl Model {
    fn says(&mut self, said: &BTreeMap<u128, bool>) {
        let counted = |state: &ModelState, by: Option<&u64>| match state {
            ModelState::BySource(import) => *import == self.import,
            ModelState::Overruled => by == Some(&self.import),
            ModelState::Active | ModelState::ByAnother => false,
        };
        // Who is back counts no more only after the count.
        let before =
            self.people.iter().filter(|(n, (state, _))| counted(state, self.overruled_by.get(n))).count();
        let leaves = |n: &u128| {
            self.people.get(n).is_some_and(|(state, admin)| *state == ModelState::Active && !admin)
        };
        let new = said.iter().filter(|(n, employed)| !**employed && leaves(n)).count();
        let fits = before + new <= usize::try_from(self.limit.max(self.confirmed)).unwrap();
        for (n, employed) in said {
            let Some((state, admin)) = self.people.get_mut(n) else { continue };
            *state = match (*employed, *state, *admin) {
                (true, ModelState::Overruled, _) | (true, ModelState::BySource(_), false) => {
                    ModelState::Active
                }
                (false, ModelState::Active, false) if fits => ModelState::BySource(self.import),
                (_, state, _) => state,
            };
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn whatever_happens_in_between_the_rules_hold(
        events in proptest::collection::vec(any_event(), 1..40),
        people in 1..5_u32,
    ) {
        let mut world = crowd(LeaverLimit { people, percent: 100 });
        let everybody = (1..=CROWD).map(|n| (n, (ModelState::Active, false))).collect();
        let mut model =
            Model { people: everybody, overruled_by: BTreeMap::new(), limit: people, import: 1, confirmed: 0 };
        for event in events {
            match &event {
                Event::Says(said) => {
                    model.import += 1;
                    model.confirmed = 0;
                    tell(&mut world, &[imported("hr", model.import)]);
                    let claims: Vec<_> = said.iter().map(|(n, employed)| claim(*n, *employed)).collect();
                    model.says(said);
                    settle(&mut world, "hr", model.import, &claims);
                    let before = world.seq();
                    let (_, restored, _) = settle(&mut world, "hr", model.import, &claims);
                    prop_assert_eq!((world.seq(), restored), (before, 0), "settling again changes nothing");
                }
                Event::Confirm(more) => {
                    model.confirmed = *more;
                    tell(&mut world, &[confirmed("hr", model.import, *more)]);
                }
                Event::Suspend(n) => {
                    let Some((state, _)) = model.people.get_mut(n) else { continue };
                    *state = ModelState::ByAnother;
                    tell(&mut world, &[suspend(*n)]);
                }
                Event::Restore(n) => {
                    let Some((state, _)) = model.people.get_mut(n) else { continue };
                    match *state {
                        ModelState::Active | ModelState::Overruled => continue,
                        ModelState::ByAnother => *state = ModelState::Active,
                        ModelState::BySource(import) => {
                            model.overruled_by.insert(*n, import);
                            *state = ModelState::Overruled;
                        }
                    }
                    tell(&mut world, &[restored(*n)]);
                }
                Event::Promote(n) | Event::Demote(n) => {
                    let promotes = matches!(event, Event::Promote(_));
                    let Some((_, admin)) = model.people.get_mut(n).filter(|(_, admin)| *admin != promotes)
                    else {
                        continue;
                    };
                    *admin = promotes;
                    let member = Member::Person(per(*n));
                    let changed = if promotes { join } else { leave };
                    tell(&mut world, &[changed("administrators", member)]);
                }
                Event::Remove(n) => {
                    if model.people.remove(n).is_some() {
                        tell(&mut world, &[remove_person(*n)]);
                    }
                }
            }
            for (n, (state, _)) in &model.people {
                let wanted = matches!(state, ModelState::Active | ModelState::Overruled);
                prop_assert_eq!(is_active(&world, *n), wanted, "{} after {:?}", n, event);
                let mark = world.left_person(per(*n)).map(|mark| mark.overruled);
                let expected = match state {
                    ModelState::BySource(_) => Some(false),
                    ModelState::Overruled => Some(true),
                    ModelState::Active | ModelState::ByAnother => None,
                };
                prop_assert_eq!(mark, expected, "{} after {:?}", n, event);
            }
        }
    }
}
