//! The versions of policies and settings are those that the world listed when it contained them, at every moment.

use crate::house::{Following, StoredJournal, follow, is_the_fold, state};
use countersign_facts::{
    Digest, Fact, PoliciesFact, PolicyFile, PolicyRemoval, Settings, SettingsFact, Stated,
};
use countersign_projections::versions::{
    ListedVersion, PutInForce, VERSIONS, VersionsPage, VersionsProjection,
};
use countersign_projections::{ProjectionError, Projections};
use countersign_testkit::Postgres;
use countersign_testkit::story::{self, Line, digest};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

const WAIT: Duration = Duration::from_secs(60);

async fn following(house: &StoredJournal) -> Following {
    follow(house.of(VersionsProjection, WAIT).await)
}

fn published(n: u8) -> Line {
    let files = BTreeMap::from([("a.cedar".to_owned(), PolicyFile(format!("// {n}\n")))]);
    Line::of(Fact::Policies(PoliciesFact::Published { version: digest(n), files }))
}

fn applied(n: u8) -> Line {
    let (version, why) = (digest(n), "because".to_owned());
    Line::of(Fact::Policies(PoliciesFact::Applied { version, files: BTreeMap::new(), why, rehearsal: None }))
}

fn removed(n: u8) -> Line {
    let removal = PolicyRemoval { version: digest(n), policies: BTreeSet::new() };
    Line::of(Fact::Policies(PoliciesFact::Removed(removal)))
}

fn changed(n: u8, policies: Option<u8>) -> Line {
    let settings = Settings {
        version: digest(n),
        why: format!("change {n}"),
        rehearsal: None,
        policies: policies.map(digest),
        applications: BTreeSet::from([story::name("wiki")]),
        labels: BTreeSet::new(),
        opened: BTreeSet::new(),
        ended: BTreeSet::new(),
    };
    Line::of(Fact::Settings(SettingsFact::Applied { settings }))
}

/// What the world held, and how the control plane listed it.
#[derive(Default)]
struct FormerWorld {
    publications: BTreeMap<Digest, u64>,
    by_seq: BTreeMap<u64, Settings>,
    by_version: BTreeMap<Digest, u64>,
}

impl FormerWorld {
    fn of(stated: &[Stated]) -> Self {
        let mut world = Self::default();
        for (seq, stated) in (1..).zip(stated) {
            match &stated.fact {
                Fact::Policies(
                    PoliciesFact::Published { version, .. } | PoliciesFact::Applied { version, .. },
                ) => {
                    world.publications.insert(*version, seq);
                }
                Fact::Settings(SettingsFact::Applied { settings }) => {
                    world.by_version.insert(settings.version, seq);
                    world.by_seq.insert(seq, settings.clone());
                }
                _ => {}
            }
        }
        world
    }

    /// The list of the control plane, newest first.
    fn versions(&self) -> Vec<Listed> {
        let mut changes = self.by_seq.clone();
        let newest = changes.last_key_value().map(|(seq, _)| *seq);
        let mut known = Vec::new();
        for (version, seq) in &self.publications {
            let before = seq.saturating_sub(1);
            let with = changes.get(&before).is_some_and(|settings| settings.policies == Some(*version));
            let with = if with { changes.remove(&before) } else { None };
            known.push(Listed { seq: *seq, version: *version, settings: with, newest: false });
        }
        let last: BTreeSet<u64> = self.by_version.values().copied().collect();
        for (seq, settings) in changes.into_iter().filter(|(seq, _)| last.contains(seq)) {
            let newest = newest == Some(seq);
            known.push(Listed { seq, version: settings.version, settings: Some(settings), newest });
        }
        known.sort_by_key(|listed| std::cmp::Reverse(listed.seq));
        known
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Listed {
    seq: u64,
    version: Digest,
    settings: Option<Settings>,
    newest: bool,
}

impl From<ListedVersion> for Listed {
    fn from(found: ListedVersion) -> Self {
        let (seq, version, newest) = (found.row.seq, found.row.version(), found.newest_settings);
        let settings = match found.row.of {
            PutInForce::Policies(_) => found.with,
            PutInForce::Settings(settings) => Some(settings),
        };
        Self { seq, version, settings: settings.map(|settings| *settings), newest }
    }
}

async fn page(projections: &Projections, wanted: u64, page: VersionsPage) -> Vec<Listed> {
    projections.versions_page(wanted, &page).await.unwrap().into_iter().map(Listed::from).collect()
}

/// Checks every answer, about every moment of a history.
async fn lists_what_the_world_did(house: &StoredJournal, lines: &[Line]) {
    let stated: Vec<Stated> = lines.iter().map(Line::stated).collect();
    let wanted = state(&house.journal, &stated).await;
    let following = following(house).await;
    let projections = &following.projections;
    is_the_fold(house, projections, VERSIONS).await;
    for at in 0..=wanted {
        let until = usize::try_from(at).unwrap();
        let world = FormerWorld::of(&stated[..until]);
        let mut expected = world.versions();
        let all = VersionsPage { at, descending: true, after: None, limit: usize::MAX };
        assert_eq!(page(projections, wanted, all).await, expected, "at {at}");
        assert_eq!(projections.publications(wanted, at).await.unwrap(), world.publications, "at {at}");
        let middle = at / 2;
        let since: Vec<_> = world.by_seq.into_iter().filter(|(seq, _)| *seq > middle).collect();
        assert_eq!(projections.settings_between(wanted, (middle, at)).await.unwrap(), since, "at {at}");
        for n in 0..4 {
            let last = world.publications.get(&digest(n)).copied();
            assert_eq!(projections.publication(wanted, at, &digest(n)).await.unwrap(), last, "{n} at {at}");
            let digits = &digest(n).to_string()[..8];
            let found = projections.versions_beginning(wanted, at, digits).await.unwrap();
            let of_digits = expected.iter().filter(|listed| listed.version.to_string().starts_with(digits));
            let of_digits: Vec<_> = of_digits.take(2).cloned().collect();
            assert_eq!(found.into_iter().map(Listed::from).collect::<Vec<_>>(), of_digits, "{n} at {at}");
        }
        for descending in [true, false] {
            let (mut walked, mut after) = (Vec::new(), None);
            loop {
                let some = page(projections, wanted, VersionsPage { at, descending, after, limit: 2 }).await;
                let Some(last) = some.last() else { break };
                after = Some(last.seq);
                walked.extend(some);
            }
            assert_eq!(walked, expected, "page by page at {at}");
            expected.reverse();
        }
    }
}

fn history() -> Vec<Line> {
    vec![
        story::person(1),
        published(1),
        changed(1, Some(2)),
        applied(2),
        removed(2),
        changed(2, None),
        // The policies of the first change again, without settings: the change is then a version of its own.
        published(2),
        changed(1, Some(3)),
        published(3),
        changed(2, Some(1)),
        published(3),
        published(1),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn versions_are_listed_as_the_world_listed_them() {
    for house in StoredJournal::both().await {
        lists_what_the_world_did(&house, &history()).await;
    }
}

fn line() -> impl Strategy<Value = Line> {
    let policies = prop::option::of(0_u8..4);
    (0_u8..6, 0_u8..4, policies).prop_map(|(kind, n, policies)| match kind {
        0 | 1 => published(n),
        2 => applied(n),
        3 => removed(n),
        4 => changed(n, policies),
        _ => story::group(&format!("g{n}")),
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]
    #[test]
    fn any_history_is_listed_as_the_world_listed_it(lines in prop::collection::vec(line(), 1..25)) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            lists_what_the_world_did(&StoredJournal::sqlite().await, &lines).await;
        });
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn versions_that_left_the_store_for_an_archive_are_folded_too() {
    for house in StoredJournal::both().await {
        let wanted = house.state(&history()).await;
        let journal = house.archived(7).await;
        let opened =
            Projections::open(house.database().await, journal, vec![Arc::new(VersionsProjection)]).await;
        let following = follow(opened.unwrap());
        is_the_fold(&house, &following.projections, VERSIONS).await;
        assert_eq!(following.projections.publication(wanted, 4, &digest(2)).await.unwrap(), Some(4));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_processes_list_the_same_versions() {
    let house = StoredJournal::postgres(&Arc::new(Postgres::start())).await;
    let (one, two) = (following(&house).await, following(&house).await);
    let lines: Vec<Line> = std::iter::repeat_with(history).take(20).flatten().collect();
    for chunk in lines.chunks(7) {
        let wanted = house.state(chunk).await;
        let all = VersionsPage { at: wanted, descending: true, after: None, limit: 100 };
        let (first, second) =
            tokio::join!(page(&one.projections, wanted, all), page(&two.projections, wanted, all));
        assert_eq!(first, second);
    }
    is_the_fold(&house, &one.projections, VERSIONS).await;
    assert_eq!(one.projections.states().await.unwrap()[0].generation, 1, "nothing was built anew");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_row_that_no_fold_makes_is_an_error_until_the_tables_are_built_anew() {
    for house in StoredJournal::both().await {
        let wanted = house.state(&history()).await;
        let following = following(&house).await;
        let projections = &following.projections;
        is_the_fold(&house, projections, VERSIONS).await;
        for tampering in [
            "UPDATE projection_versions SET settings = '{}' WHERE seq = 6",
            "UPDATE projection_versions SET kind = 'settings' WHERE seq = 7",
        ] {
            house.sql(tampering).await;
            let refused = projections.settings_between(wanted, (0, wanted)).await.unwrap_err();
            assert!(matches!(refused, ProjectionError::Altered { name: VERSIONS }), "{refused}");
            assert!(refused.to_string().contains("projection rebuild versions --dry-run"), "{refused}");
            projections.rebuild(VERSIONS).await.unwrap();
            is_the_fold(&house, projections, VERSIONS).await;
            assert_eq!(projections.settings_between(wanted, (0, wanted)).await.unwrap().len(), 4);
        }
    }
}

/// More rows than two pages of a comparison hold.
const MANY: u64 = 5_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_comparison_page_by_page_finds_every_row_that_differs() {
    for house in StoredJournal::both().await {
        let lines: Vec<Line> = (0..MANY).map(|n| published(u8::try_from(n % 200).unwrap())).collect();
        house.state(&lines).await;
        let following = following(&house).await;
        let projections = &following.projections;
        is_the_fold(&house, projections, VERSIONS).await;
        let whole = projections.compare(VERSIONS, |_| ()).await.unwrap();
        assert_eq!((whole.rows, whole.differing), (MANY, 0));
        // At the ends of the table, and on either side of where a page ends.
        house
            .sql("DELETE FROM projection_versions WHERE seq IN (1, 1999, 2000, 2001, 2002, 3999, 4000, 5000)")
            .await;
        house
            .sql(
                "INSERT INTO projection_versions (seq, kind, version, policies, settings)
                 VALUES (-1, 'policies', '', '', ''), (0, 'policies', '', '', ''), (5001, 'policies', '', '', '')",
            )
            .await;
        house.sql("UPDATE projection_versions SET version = 'x' WHERE seq IN (2, 2500)").await;
        let found = projections.compare(VERSIONS, |_| ()).await.unwrap();
        let mut differing: Vec<i64> = found.differences.iter().map(|row| row.key.parse().unwrap()).collect();
        differing.sort_unstable();
        assert_eq!(differing, [-1, 0, 1, 2, 1999, 2000, 2001, 2002, 2500, 3999, 4000, 5000, 5001]);
        assert_eq!((found.rows, found.differing, found.folded), (MANY, 13, whole.folded));
        assert_ne!(found.stored, whole.stored);
    }
}
