//! The figures of each day are those that the world had at the end of that day.

use crate::house::{StoredJournal, follow, found, is_the_fold, key};
use crate::recorded::{self, RecordedFiles};
use countersign_facts::{
    AcceptedClock, Actor, ApplicationStage, DeviceFact, ExceptionFact, ExceptionFact::Ended, Fact, GrantFact,
    JournalFact, Member, PersonFact, PoliciesFact, PolicyFile, SessionFact, Stated,
};
use countersign_names::{PolicyId, Timestamp};
use countersign_projections::register::{EntryStanding, RegisterEntry, TrustState, named};
use countersign_projections::trends::{StageOfText, TRENDS, TrendFigure, TrendsProjection, day_of};
use countersign_projections::{ProjectionError, Projections};
use countersign_testkit::story::{self, Line};
use countersign_world::{ADMINISTRATORS, GrantState, World};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::time::Duration;

const WAIT: Duration = Duration::from_secs(60);
const DAY: i64 = 86_400;
const PROJECTION: TrendsProjection = TrendsProjection { administrators: ADMINISTRATORS, stages_of };

/// The stages of policies as this test writes them: a file is a policy, and its text is the stage.
fn stages_of(files: &BTreeMap<String, PolicyFile>) -> Option<BTreeMap<PolicyId, StageOfText>> {
    let stage = |file: &PolicyFile| match file.0.as_str() {
        "enforce" => Some(StageOfText::Enforce),
        "shadow" => Some(StageOfText::Shadow),
        _ => None,
    };
    files.iter().map(|(name, file)| Some((name.parse().ok()?, stage(file)?))).collect()
}

fn publish(policies: &[(&str, &str)]) -> Line {
    let file = |(name, stage): &(&str, &str)| ((*name).to_owned(), PolicyFile((*stage).to_owned()));
    let files = policies.iter().map(file).collect();
    Line::of(Fact::Policies(PoliciesFact::Published { version: story::digest(1), files }))
}

fn a_person(n: u128) -> Member {
    Member::Person(story::per(n))
}

fn restore(n: u128) -> Line {
    Line::of(Fact::Person(PersonFact::Restored { person: story::per(n) }))
}

/// The world and the register after a fact.
#[derive(Clone)]
struct KnownState {
    world: World,
    register: BTreeMap<String, RegisterEntry>,
    recorded: RecordedFiles,
}

impl KnownState {
    /// Folds in a fact. Returns `None` if the world refuses it.
    fn after(&self, stated: &Stated) -> Option<Self> {
        let mut next = self.clone();
        next.world.apply(stated).ok()?;
        if let Fact::Trust(fact) = &stated.fact {
            for key in named(fact) {
                let name = key.to_string();
                if let Some(entry) = RegisterEntry::after(next.register.get(&name), key, fact, stated.at) {
                    next.register.insert(name, entry);
                }
            }
        }
        if let Fact::Evidence(fact) = &stated.fact {
            next.recorded.apply(fact);
        }
        if let Fact::Journal(JournalFact::ClockAccepted(clock)) = &stated.fact {
            for entry in next.register.values_mut() {
                if let TrustState::Documented { expires_at, .. } = &mut entry.state {
                    *expires_at = expires_at.minus(clock.held.since(stated.at));
                }
            }
        }
        Some(next)
    }

    /// Returns a figure; `None` if it is not known.
    fn figure(&self, figure: TrendFigure, now: Timestamp) -> Option<u64> {
        if figure.is_over_the_day() {
            return self.recorded.figure(figure, day_of(now));
        }
        self.counted(figure, now).map(|counted| counted as u64)
    }

    fn counted(&self, figure: TrendFigure, now: Timestamp) -> Option<usize> {
        let world = &self.world;
        let files = world.policies().map(|policies| &policies.files);
        let stages = files.map_or(Some(BTreeMap::new()), stages_of);
        let policies = |stage, rolled_out: Option<bool>| {
            let rollouts = world.active_rollouts();
            let is_rolled_out = |id: &PolicyId| rollouts.iter().any(|rollout| rollout.policy == *id);
            let of_stage = stages.as_ref()?.iter().filter(|(_, known)| **known == stage);
            Some(
                of_stage
                    .filter(|(id, _)| rolled_out.is_none_or(|wanted| is_rolled_out(id) == wanted))
                    .count(),
            )
        };
        let standing = |wanted: EntryStanding| {
            self.register.values().filter(|entry| entry.standing(now) == wanted).count()
        };
        Some(match figure {
            TrendFigure::Administrators => world.administrators().count(),
            TrendFigure::Policies => stages.as_ref()?.len(),
            TrendFigure::PoliciesEnforced => return policies(StageOfText::Enforce, None),
            TrendFigure::PoliciesShadow => return policies(StageOfText::Shadow, Some(false)),
            TrendFigure::PoliciesRollingOut => return policies(StageOfText::Shadow, Some(true)),
            TrendFigure::PoliciesUnread => usize::from(stages.is_none()),
            TrendFigure::Decisions
            | TrendFigure::DecisionsAllowed
            | TrendFigure::DecisionsDenied
            | TrendFigure::DecisionsWouldBeDenied => return None,
            TrendFigure::People => world.people().count(),
            TrendFigure::PeopleWithPasskeys => {
                world.people().filter(|person| world.credentials_of(person.id).next().is_some()).count()
            }
            TrendFigure::Devices => world.devices().count(),
            TrendFigure::DevicesManaged => world.devices().filter(|device| device.about.managed).count(),
            TrendFigure::Applications => world.applications().count(),
            TrendFigure::ApplicationsEnforcing => world
                .applications()
                .filter(|application| application.about.stage == ApplicationStage::Enforce)
                .count(),
            TrendFigure::Sessions => world.sessions().filter(|session| now < session.expires_at).count(),
            TrendFigure::GrantsRequested => {
                world.grants().filter(|grant| grant.state == GrantState::Requested).count()
            }
            TrendFigure::GrantsActive => {
                world.grants().filter(|grant| grant.active_until(now).is_some()).count()
            }
            TrendFigure::Exceptions => {
                world.exceptions().iter().filter(|exception| now < exception.expires_at).count()
            }
            TrendFigure::Trusts => self.register.values().filter(|entry| entry.is_live()).count(),
            TrendFigure::TrustsDiscovered => standing(EntryStanding::Discovered),
            TrendFigure::TrustsOwned => standing(EntryStanding::Owned),
            TrendFigure::TrustsDocumented => standing(EntryStanding::Documented),
            TrendFigure::TrustsLapsed => standing(EntryStanding::Lapsed),
        })
    }
}

/// Returns the facts of the lines that the world accepts, each some hours after the one before, and the state after each.
fn told(lines: &[(Line, i64)]) -> (Vec<Stated>, Vec<KnownState>) {
    let mut state =
        KnownState { world: World::empty(), register: BTreeMap::new(), recorded: RecordedFiles::default() };
    let (mut facts, mut states, mut second) = (Vec::new(), Vec::new(), 10 * DAY);
    for (line, hours) in lines {
        second += hours * 3_600;
        let stated = lasting(line.clone().at(second).stated());
        if let Some(next) = state.after(&stated) {
            state = next;
            facts.push(stated);
            states.push(state.clone());
        }
    }
    (facts, states)
}

/// Moves the ends of the story's things to some days after the fact.
fn lasting(mut stated: Stated) -> Stated {
    let at = stated.at;
    let days = |n: u64| at.plus(Duration::from_secs(n * 86_400 / 2));
    match &mut stated.fact {
        Fact::Session(SessionFact::Started { about, .. }) => about.expires_at = days(3),
        Fact::Exception(ExceptionFact::Opened { expires_at, .. }) => *expires_at = days(5),
        // Longer than the ten minutes that the story requests, which count then.
        Fact::Grant(GrantFact::Approved { expires_at, .. }) => *expires_at = days(4),
        Fact::Grant(GrantFact::Requested { seconds, .. }) => *seconds = 40_000,
        Fact::Invitation(countersign_facts::InvitationFact::Issued { expires_at, .. }) => {
            *expires_at = days(100);
        }
        Fact::Trust(countersign_facts::TrustFact::Documented { expires_at, .. }) => *expires_at = days(4),
        _ => {}
    }
    stated
}

/// Returns the facts of a history in which the operator set time back to `back` hours before its last fact, and some
/// facts after that, with the state at the end.
fn set_back(lines: &[(Line, i64)], back: i64, after: &[(Line, i64)]) -> (Vec<Stated>, KnownState) {
    let (mut facts, states) = told(lines);
    let mut state = states.last().unwrap().clone();
    let held = facts.last().unwrap().at;
    let mut second = held.as_seconds() - back * 3_600;
    let why = "the battery was empty".to_owned();
    let clock = AcceptedClock { gate: "main".to_owned(), held, why };
    let accepted = Line::of(Fact::Journal(JournalFact::ClockAccepted(clock))).by(Actor::Operator);
    for (line, hours) in [(accepted, 0)].iter().chain(after) {
        second += hours * 3_600;
        let stated = lasting(line.clone().at(second).stated());
        if let Some(next) = state.after(&stated) {
            state = next;
            facts.push(stated);
        }
    }
    (facts, state)
}

/// Compares the decisions of each day of the stories with a plain account of the files.
async fn counts_what_was_recorded(projections: &Projections, wanted: u64, state: &KnownState) {
    let found = projections.trends(wanted, recorded::day(1), 8).await.unwrap();
    for figure in TrendFigure::ALL.iter().filter(|figure| figure.is_over_the_day()) {
        let expected: Vec<_> =
            (recorded::day(1)..).take(8).map(|day| state.recorded.figure(*figure, day)).collect();
        assert_eq!(found[figure], expected, "{figure:?}");
    }
}

/// Compares the figures from the last fact on with the world, after time was set back.
async fn counts_as_the_world_from_then_on(house: &StoredJournal, (facts, state): &(Vec<Stated>, KnownState)) {
    let wanted = crate::house::state(&house.journal, facts).await;
    let following = follow(house.of(PROJECTION, WAIT).await);
    is_the_fold(house, &following.projections, TRENDS).await;
    counts_what_was_recorded(&following.projections, wanted, state).await;
    let first = day_of(facts.last().unwrap().at);
    let found = following.projections.trends(wanted, first, 4_000).await.unwrap();
    for (place, day) in (first..).take(4_000).enumerate() {
        let now = Timestamp::from_micros((day + 1) * DAY * 1_000_000 - 1);
        for figure in TrendFigure::ALL {
            let expected = state.figure(*figure, now);
            assert_eq!(found[figure][place], expected, "{figure:?} on day {day} of {facts:#?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_wrong_clock_dated_ahead_counts_from_the_acceptance_of_the_right_one() {
    let lines = history();
    let after = [(story::remove_person(1), 5), (story::person(7), 30), (story::request(9, 3), 1)];
    for (taken, back) in [(19, 3), (19, 24 * 30), (26, 24 * 400), (lines.len(), 24 * 400)] {
        let told = set_back(lines.get(..taken).unwrap(), back, &after);
        let accepted = told.0.iter().any(|stated| matches!(stated.fact, Fact::Journal(_)));
        assert!(accepted, "the world refused the acceptance");
        for house in StoredJournal::both().await {
            counts_as_the_world_from_then_on(&house, &told).await;
        }
    }
}

/// Compares the figures at the end of every day with the world.
async fn counts_what_the_world_counts(house: &StoredJournal, lines: &[(Line, i64)]) {
    let (facts, states) = told(lines);
    let wanted = crate::house::state(&house.journal, &facts).await;
    let following = follow(house.of(PROJECTION, WAIT).await);
    is_the_fold(house, &following.projections, TRENDS).await;
    let Some((first, last)) = facts.first().zip(facts.last()) else { return };
    counts_what_was_recorded(&following.projections, wanted, states.last().unwrap()).await;
    let first = day_of(first.at) - 1;
    let count = usize::try_from(day_of(last.at) - first).unwrap() + 60;
    let found = following.projections.trends(wanted, first, count).await.unwrap();
    assert_eq!(found.len(), TrendFigure::ALL.len());
    for (place, day) in (first..).take(count).enumerate() {
        // Just before midnight.
        let now = Timestamp::from_micros((day + 1) * DAY * 1_000_000 - 1);
        let known = facts.iter().zip(&states).take_while(|(stated, _)| stated.at <= now).last();
        for figure in TrendFigure::ALL {
            // What was recorded on a day may be stated and counted anew on a later one.
            let state = if figure.is_over_the_day() { states.last() } else { known.map(|(_, state)| state) };
            let expected = state.map_or(Some(0), |state| state.figure(*figure, now));
            assert_eq!(found[figure][place], expected, "{figure:?} on day {day} of {facts:#?}");
        }
    }
    // A later first day begins with the sum of what came before.
    let later = following.projections.trends(wanted, first + 3, count - 3).await.unwrap();
    for figure in TrendFigure::ALL {
        assert_eq!(later[figure], found[figure][3..], "{figure:?}");
    }
}

fn history() -> Vec<(Line, i64)> {
    let remove_device = Line::of(Fact::Device(DeviceFact::Removed { device: story::dev(2) }));
    let end = Line::of(Fact::Exception(Ended { exception: story::exc(1), reason: "done".to_owned() }));
    vec![
        (story::person(1), 0),
        (story::person(2), 1),
        (story::person(3), 1),
        (story::application("wiki"), 1),
        (story::key(1, 1), 4),
        (story::key(2, 1), 0),
        (story::key(3, 2), 0),
        (story::session(1, 1, 1), 5),
        (story::session(2, 1, 2), 5),
        (story::session(3, 2, 3), 12),
        (story::remove_key(2), 1),
        (story::device_of(1, 1, true), 10),
        (story::device_of(2, 2, false), 10),
        (story::stage("wiki", ApplicationStage::Observe), 3),
        (story::request(1, 1), 3),
        (story::request(2, 2), 3),
        (story::approve(1).by(countersign_facts::Actor::Operator), 3),
        (story::exception(1, Some(2), None), 20),
        (story::exception(2, Some(3), None), 20),
        (story::trust_found(vec![found(1, 3), found(2, 3), found(3, 1)]), 5),
        (story::trust_owned(vec![key(1)], 1), 20),
        (story::trust_documented(vec![key(1), key(2)], 1, "CISO", "legacy", 1), 30),
        (story::trust_eliminated(vec![key(3), key(1)], 5), 10),
        (story::trust_found(vec![found(1, 9)]), 30),
        (end, 3),
        (story::remove_key(1), 30),
        (story::key(4, 3), 1),
        (story::session(4, 3, 4), 2),
        (story::suspend(3), 2),
        (restore(3), 30),
        (story::session(5, 3, 4), 2),
        (story::invite(9, 3, true), 2),
        (story::enrol(5, 3, 9), 2),
        (remove_device, 2),
        (story::stage("wiki", ApplicationStage::Enforce), 30),
        (story::remove_person(2), 3),
        (story::remove_application("wiki"), 30),
    ]
}

/// People who become administrators in every way and are so no longer.
fn administering() -> Vec<(Line, i64)> {
    vec![
        (story::person(1), 0),
        (story::person(2), 1),
        (story::person(3), 1),
        (story::person(4), 1),
        (story::group(ADMINISTRATORS), 1),
        (story::group("security"), 1),
        (story::group("on-call"), 1),
        (story::join(ADMINISTRATORS, a_person(1)), 30),
        // Nobody is below the administrators yet, so these count with their groups.
        (story::join("security", a_person(1)), 20),
        (story::join("security", a_person(2)), 20),
        (story::join("on-call", a_person(3)), 20),
        (story::join("security", story::in_group("on-call")), 20),
        (story::join(ADMINISTRATORS, story::in_group("security")), 20),
        (story::suspend(3), 20),
        (story::suspend(4), 20),
        (story::join("on-call", a_person(4)), 20),
        (restore(4), 20),
        (restore(3), 20),
        (story::leave("security", a_person(1)), 20),
        (story::remove_person(2), 20),
        (story::leave("security", story::in_group("on-call")), 20),
        (story::join(ADMINISTRATORS, story::in_group("on-call")), 20),
        (story::remove_group("on-call"), 20),
        (story::leave(ADMINISTRATORS, a_person(1)), 20),
    ]
}

/// Policies that go through every stage, and a set that cannot be read.
fn staging() -> Vec<(Line, i64)> {
    vec![
        (publish(&[("a", "enforce"), ("b", "shadow"), ("c", "shadow")]), 30),
        (story::roll_out(1, "b", &[5, 100]), 30),
        (story::roll_out(2, "c", &[100]), 30),
        (story::advance(1, 100), 30),
        (story::finish(1), 30),
        (story::halt(2), 30),
        (publish(&[("a", "what it means is not known")]), 30),
        (story::end_rollout(1), 30),
        (publish(&[("a", "nor of this")]), 30),
        (publish(&[("a", "shadow"), ("b", "enforce")]), 30),
        (story::roll_out(3, "a", &[5, 100]), 30),
        (publish(&[("b", "enforce")]), 30),
        (publish(&[("a", "enforce"), ("b", "enforce")]), 30),
        (story::end_rollout(3), 30),
    ]
}

/// Decisions of two processes, compacted, expired, and in part not counted by outcome.
fn recording() -> Vec<(Line, i64)> {
    let file = recorded::file;
    let (one, two) = (file(3, "decisions-1", [7, 2, 1], true), file(3, "decisions-2", [5, 0, 0], false));
    let all = file(3, "decisions-day", [12, 2, 1], true);
    let (others, unknown) =
        (file(3, "decisions-1", [0, 4, 0], true), file(4, "decisions-1", [9, 9, 9], false));
    let ends = file(5, "completions-1", [8, 8, 8], true);
    let mut half = file(6, "decisions-1", [6, 0, 3], true);
    half.rows += 1;
    vec![
        (recorded::anchored("edge-1", vec![one.clone(), two.clone()]), 1),
        (recorded::anchored("edge-2", vec![others.clone(), unknown]), 1),
        (recorded::compacted("edge-1", all.clone(), &[&one, &two]), 30),
        (recorded::anchored("edge-1", vec![ends, half]), 1),
        (recorded::expired("edge-1", &[&all]), 30),
        (recorded::anchored("edge-1/logins", vec![file(3, "logins-1", [3, 3, 3], true)]), 1),
        (recorded::expired("edge-2", &[&others]), 30),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn decisions_of_a_day_are_counted_once_and_outlive_their_files() {
    for house in StoredJournal::both().await {
        let (facts, _) = told(&recording());
        assert_eq!(facts.len(), recording().len(), "the world refused a line of the story");
        let wanted = crate::house::state(&house.journal, &facts).await;
        let following = follow(house.of(PROJECTION, WAIT).await);
        let found = following.projections.trends(wanted, recorded::day(2), 5).await.unwrap();
        let of = |figure| found[&figure].clone();
        assert_eq!(of(TrendFigure::Decisions), [None, Some(19), Some(27), None, Some(10)]);
        // Of the fourth nobody knows the outcomes, and of the sixth not of every decision.
        assert_eq!(of(TrendFigure::DecisionsAllowed), [None, Some(12), None, None, None]);
        assert_eq!(of(TrendFigure::DecisionsDenied), [None, Some(6), None, None, None]);
        assert_eq!(of(TrendFigure::DecisionsWouldBeDenied), [None, Some(1), None, None, None]);
        is_the_fold(&house, &following.projections, TRENDS).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_figure_of_every_day_is_what_the_world_had_at_its_end() {
    for story in [history(), administering(), staging()] {
        let (facts, _) = told(&story);
        assert_eq!(facts.len(), story.len(), "the world refused a line of the story");
        for house in StoredJournal::both().await {
            counts_what_the_world_counts(&house, &story).await;
        }
    }
}

fn line() -> impl Strategy<Value = Line> {
    (0_u8..36, 1_u8..5, 1_u128..4).prop_map(|(kind, n, owner)| {
        let wide = u128::from(n);
        match kind {
            0 => story::person(owner),
            1 => story::key(wide, owner),
            2 => story::remove_key(wide),
            3 => story::session(n, owner, wide),
            4 => story::end_session(wide),
            5 => story::suspend(owner),
            6 => story::remove_person(owner),
            7 => story::invite(n, owner, n % 2 == 0),
            8 => story::enrol(wide + 4, owner, wide),
            9 => story::device_of(wide, owner, n % 2 == 0),
            10 => story::request(wide, owner),
            11 => story::approve(wide),
            12 => story::revoke_grant(wide),
            13 => story::exception(wide, Some(owner), None),
            14 => story::trust_found(vec![found(n.into(), 1), found(1, 1)]),
            15 => story::trust_owned(vec![key(n.into())], owner),
            16 => story::trust_documented(vec![key(n.into())], owner, "CISO", "legacy", 1),
            17 => story::trust_eliminated(vec![key(n.into())], 1),
            18 => story::application("wiki"),
            19 => story::join(ADMINISTRATORS, a_person(owner)),
            20 => story::leave(ADMINISTRATORS, a_person(owner)),
            21 => story::join("security", a_person(owner)),
            22 => story::leave("security", a_person(owner)),
            23 => story::join("on-call", a_person(owner)),
            24 => story::join(ADMINISTRATORS, story::in_group("security")),
            25 => story::leave(ADMINISTRATORS, story::in_group("security")),
            26 => story::join("security", story::in_group("on-call")),
            27 => story::leave("security", story::in_group("on-call")),
            28 => story::remove_group("on-call"),
            29 => restore(owner),
            30 => publish(&[("a", "enforce"), ("b", "shadow"), ("c", "shadow")][..usize::from(n) - 1]),
            31 => publish(&[("a", if n % 2 == 0 { "shadow" } else { "unread" }), ("b", "enforce")]),
            32 => story::roll_out(wide, if n % 2 == 0 { "a" } else { "b" }, &[5, 100]),
            33 => story::halt(wide),
            34 => {
                let files =
                    [recorded::file(n, &format!("decisions-{owner}"), [wide as u64, 1, 2], n % 3 > 0)];
                recorded::anchored(if n % 2 == 0 { "edge-1" } else { "edge-2" }, files.into())
            }
            _ => {
                let gate = if n % 2 == 0 { "edge-1" } else { "edge-2" };
                let replaced = recorded::file(n, &format!("decisions-{owner}"), [wide as u64, 1, 2], true);
                if owner == 3 {
                    recorded::expired(gate, &[&replaced])
                } else {
                    recorded::compacted(
                        gate,
                        recorded::file(n, "decisions-day", [4, 5, 6], true),
                        &[&replaced],
                    )
                }
            }
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    #[test]
    fn any_history_is_counted_as_the_world_counts_it(
        lines in prop::collection::vec((line(), 0_i64..40), 1..90),
    ) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let people = (1..4).map(|n| (story::person(n), 0));
        let keys = (1..4).map(|n| (story::key(n, n), 0));
        let groups = [ADMINISTRATORS, "security", "on-call"].map(|group| (story::group(group), 0));
        let told = people.chain(keys).chain(groups).chain([(story::application("wiki"), 0)]);
        let lines: Vec<_> = told.chain(lines).collect();
        runtime.block_on(async {
            counts_what_the_world_counts(&StoredJournal::sqlite().await, &lines).await;
        });
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    #[test]
    fn any_history_is_counted_as_the_world_counts_it_after_time_was_set_back(
        lines in prop::collection::vec((line(), 0_i64..40), 1..60),
        back in 1_i64..4_000,
        after in prop::collection::vec((line(), 0_i64..40), 0..12),
    ) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let people = (1..4).map(|n| (story::person(n), 0));
        let keys = (1..4).map(|n| (story::key(n, n), 0));
        let groups = [ADMINISTRATORS, "security", "on-call"].map(|group| (story::group(group), 0));
        let told = people.chain(keys).chain(groups).chain([(story::application("wiki"), 0)]);
        let lines: Vec<_> = told.chain(lines).collect();
        let told = set_back(&lines, back, &after);
        runtime.block_on(async {
            counts_as_the_world_from_then_on(&StoredJournal::sqlite().await, &told).await;
        });
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn figures_that_were_folded_fact_by_fact_are_those_of_one_fold() {
    for story in [history(), administering(), staging(), recording()] {
        let house = StoredJournal::sqlite().await;
        let (facts, _) = told(&story);
        let following = follow(house.of(PROJECTION, WAIT).await);
        for stated in &facts {
            // Each fact is a batch of its own, so what it changes has to be read from the tables.
            let seq = crate::house::state(&house.journal, std::slice::from_ref(stated)).await;
            following.projections.up_to(TRENDS, seq).await.unwrap();
        }
        is_the_fold(&house, &following.projections, TRENDS).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_figure_that_no_fold_makes_is_an_error() {
    for house in StoredJournal::both().await {
        let wanted = house.state(&[story::person(1)]).await;
        let following = follow(house.of(PROJECTION, WAIT).await);
        is_the_fold(&house, &following.projections, TRENDS).await;
        house.sql("UPDATE projection_trend_days SET change = -5").await;
        let refused = following.projections.trends(wanted, 0, 3).await.unwrap_err();
        assert!(matches!(refused, ProjectionError::Altered { name: TRENDS }), "{refused}");
    }
}
