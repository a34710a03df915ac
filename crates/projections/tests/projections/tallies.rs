//! The machinery of every projection, by one that exists only here and uses each of its parts: rows by key, by column
//! and all at once, rows that lead to others, rows that are removed, and facts without an effect.

use crate::house::{Following, StoredJournal, follow, is_the_fold, state};
use countersign_facts::{Fact, GroupFact, NetworkFact, PersonFact, Stated};
use countersign_projections::{
    ColumnValue, ProjectedRow, Projection, ProjectionError, ProjectionTable, RowSelection, RowSet,
    TableColumn,
};
use countersign_testkit::story::{self, Line};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::time::Duration;

pub(crate) const TALLIES: &str = "tallies";

const PEOPLE: usize = 0;
const GROUPS: usize = 1;

const TABLES: &[ProjectionTable] = &[
    ProjectionTable {
        name: "projection_tallied_people",
        columns: &[TableColumn::Text("person"), TableColumn::Integer("seen"), TableColumn::Text("network")],
        indexes: &[&["network"]],
    },
    ProjectionTable {
        name: "projection_tallied_networks",
        columns: &[TableColumn::Text("network"), TableColumn::Integer("n")],
        indexes: &[],
    },
];

/// Counts how often each person was stated and removed, in which network since, and how many in each network.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TalliesProjection {
    pub(crate) shape: u32,
}

fn person_row(person: &ColumnValue, seen: i64, network: &str) -> ProjectedRow {
    vec![person.clone(), ColumnValue::Integer(seen), ColumnValue::text(network)]
}

fn add(rows: &mut RowSet, network: &ColumnValue, change: i64) {
    let count = rows.get(GROUPS, network).and_then(|row| row.get(1)?.as_integer()).unwrap_or(0) + change;
    match count {
        0 => rows.remove(GROUPS, network),
        _ => rows.put(GROUPS, vec![network.clone(), ColumnValue::Integer(count)]),
    }
}

impl Projection for TalliesProjection {
    fn name(&self) -> &'static str {
        TALLIES
    }

    fn shape(&self) -> u32 {
        self.shape
    }

    fn tables(&self) -> &'static [ProjectionTable] {
        TABLES
    }

    fn reads(&self, stated: &Stated) -> Vec<RowSelection> {
        match &stated.fact {
            Fact::Person(PersonFact::Added { person, .. } | PersonFact::Removed { person }) => {
                vec![
                    RowSelection::Keys(PEOPLE, vec![ColumnValue::text(person)]),
                    RowSelection::Keys(GROUPS, vec![ColumnValue::text("")]),
                ]
            }
            Fact::Group(GroupFact::Added { .. }) => {
                vec![RowSelection::All(PEOPLE), RowSelection::All(GROUPS)]
            }
            Fact::Network(NetworkFact::Removed { network }) => {
                let network = ColumnValue::text(network);
                let emptied = vec![network.clone(), ColumnValue::text("")];
                vec![RowSelection::Having(PEOPLE, "network", network), RowSelection::Keys(GROUPS, emptied)]
            }
            _ => Vec::new(),
        }
    }

    /// The network that a person is in, which only the person's row says.
    fn reads_further(&self, rows: &RowSet, stated: &Stated) -> Vec<RowSelection> {
        let Fact::Person(PersonFact::Added { person, .. } | PersonFact::Removed { person }) = &stated.fact
        else {
            return Vec::new();
        };
        let network = rows.get(PEOPLE, &ColumnValue::text(person)).and_then(|row| row.get(2).cloned());
        vec![RowSelection::Keys(GROUPS, network.into_iter().collect())]
    }

    fn fold(&self, rows: &mut RowSet, _: u64, stated: &Stated) {
        let of = |row: &ProjectedRow| (row.first().cloned(), row.get(1).and_then(ColumnValue::as_integer));
        match &stated.fact {
            Fact::Person(PersonFact::Added { person, .. }) => {
                let person = ColumnValue::text(person);
                match rows.get(PEOPLE, &person).cloned() {
                    Some(mut row) => {
                        if let Some(ColumnValue::Integer(seen)) = row.get_mut(1) {
                            *seen += 1;
                        }
                        rows.put(PEOPLE, row);
                    }
                    None => {
                        rows.put(PEOPLE, person_row(&person, 1, ""));
                        add(rows, &ColumnValue::text(""), 1);
                    }
                }
            }
            Fact::Person(PersonFact::Removed { person }) => {
                let person = ColumnValue::text(person);
                if let Some(network) = rows.get(PEOPLE, &person).and_then(|row| row.get(2).cloned()) {
                    add(rows, &network, -1);
                }
                rows.remove(PEOPLE, &person);
            }
            Fact::Group(GroupFact::Added { group, .. }) => {
                let people: Vec<_> = rows.all(PEOPLE).map(of).collect();
                let networks: Vec<ColumnValue> =
                    rows.all(GROUPS).filter_map(|row| row.first().cloned()).collect();
                networks.iter().for_each(|network| rows.remove(GROUPS, network));
                for (person, seen) in people.iter().cloned() {
                    let (Some(person), Some(seen)) = (person, seen) else { continue };
                    rows.put(PEOPLE, person_row(&person, seen, group.as_str()));
                }
                if !people.is_empty() {
                    add(rows, &ColumnValue::text(group), people.len() as i64);
                }
            }
            Fact::Network(NetworkFact::Removed { network }) if !network.is_empty() => {
                let network = ColumnValue::text(network);
                let people: Vec<_> = rows.having(PEOPLE, "network", &network).map(of).collect();
                for (person, seen) in people.iter().cloned() {
                    let (Some(person), Some(seen)) = (person, seen) else { continue };
                    rows.put(PEOPLE, person_row(&person, seen, ""));
                }
                if !people.is_empty() {
                    rows.remove(GROUPS, &network);
                    add(rows, &ColumnValue::text(""), people.len() as i64);
                }
            }
            _ => {}
        }
    }
}

pub(crate) async fn following(house: &StoredJournal, shape: u32) -> Following {
    follow(house.of(TalliesProjection { shape }, Duration::from_secs(60)).await)
}

/// What the tables hold: each person with its count and network, and each network with its number.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct TalliedRows {
    people: BTreeMap<String, (i64, String)>,
    networks: BTreeMap<String, i64>,
}

impl TalliedRows {
    /// The fold, written down once more without rows, selections and batches.
    fn folded(stated: &[Stated]) -> Self {
        let mut people: BTreeMap<String, (i64, String)> = BTreeMap::new();
        for stated in stated {
            match &stated.fact {
                Fact::Person(PersonFact::Added { person, .. }) => {
                    people.entry(person.to_string()).or_default().0 += 1;
                }
                Fact::Person(PersonFact::Removed { person }) => drop(people.remove(&person.to_string())),
                Fact::Group(GroupFact::Added { group, .. }) => {
                    people.values_mut().for_each(|(_, network)| *network = group.to_string());
                }
                Fact::Network(NetworkFact::Removed { network }) => {
                    let of = people.values_mut().filter(|(_, of)| of == network);
                    of.for_each(|(_, network)| network.clear());
                }
                _ => {}
            }
        }
        let mut networks = BTreeMap::new();
        people.values().for_each(|(_, network)| *networks.entry(network.clone()).or_default() += 1);
        Self { people, networks }
    }

    async fn read(house: &StoredJournal) -> Self {
        let database = house.database().await;
        let people = database.read("reading", async |connection| {
            sqlx::query_as("SELECT person, seen, network FROM projection_tallied_people")
                .fetch_all(connection)
                .await
        });
        let people: Vec<(String, i64, String)> = people.await.unwrap();
        let networks = database.read("reading", async |connection| {
            sqlx::query_as("SELECT network, n FROM projection_tallied_networks").fetch_all(connection).await
        });
        let networks: Vec<(String, i64)> = networks.await.unwrap();
        let people = people.into_iter().map(|(person, seen, network)| (person, (seen, network))).collect();
        Self { people, networks: networks.into_iter().collect() }
    }
}

/// States the facts part by part, each once the one before is folded, or all at once before anything is folded. Both
/// come to what the fold says, to what a rebuild makes, and to what a comparison folds again.
async fn comes_to_its_fold(house: &StoredJournal, lines: &[Line], part: usize) {
    let stated: Vec<Stated> = lines.iter().map(Line::stated).collect();
    let mut one = None;
    if part < stated.len() {
        one = Some(following(house, 1).await);
    }
    for part in stated.chunks(part) {
        let wanted = state(&house.journal, part).await;
        if let Some(one) = &one {
            one.projections.up_to(TALLIES, wanted).await.unwrap();
        }
    }
    let one = match one {
        Some(one) => one,
        None => following(house, 1).await,
    };
    is_the_fold(house, &one.projections, TALLIES).await;
    let expected = TalliedRows::folded(&stated);
    assert_eq!(TalliedRows::read(house).await, expected);
    one.projections.rebuild(TALLIES).await.unwrap();
    is_the_fold(house, &one.projections, TALLIES).await;
    assert_eq!(TalliedRows::read(house).await, expected);
    let state = one.projections.states().await.unwrap().remove(0);
    assert_eq!((state.generation, state.rows), (2, (expected.people.len() + expected.networks.len()) as u64));
}

fn line() -> impl Strategy<Value = Line> {
    (0..8_u8, 1..7_u128).prop_map(|(kind, n)| match kind {
        0..=2 => story::person(n),
        3 => story::remove_person(n),
        4 => story::group(&format!("g{}", n % 3)),
        5 => story::remove_network(&format!("g{}", n % 3)),
        6 => story::remove_network("nowhere"),
        _ => story::application(&format!("app-{n}")),
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10, ..ProptestConfig::default() })]
    #[test]
    fn any_history_comes_to_its_fold_step_by_step_and_at_once(
        lines in prop::collection::vec(line(), 1..40),
        part in 1..50_usize,
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(async { comes_to_its_fold(&StoredJournal::sqlite().await, &lines, part).await });
    }
}

/// People, of whom some are removed again, in networks that come and go.
fn many(count: u128) -> Vec<Line> {
    let mut lines = Vec::new();
    for n in 0..count {
        lines.push(story::person(n));
        match n % 1_000 {
            100 => lines.push(story::group("g1")),
            500 => lines.push(story::remove_network("g1")),
            900 => lines.push(story::group("g2")),
            rest if rest % 50 == 30 => lines.push(story::remove_person(n / 2)),
            _ => {}
        }
    }
    lines
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_rows_than_a_statement_and_a_batch_hold_are_folded_on_both_stores() {
    for house in StoredJournal::both().await {
        // More rows than a statement writes, and facts that change all of them.
        comes_to_its_fold(&house, &many(1_600), 10_000).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_row_that_differs_is_counted_and_the_first_hundred_are_named() {
    let house = StoredJournal::sqlite().await;
    house.state(&many(260)).await;
    let following = following(&house, 1).await;
    is_the_fold(&house, &following.projections, TALLIES).await;
    house.sql("UPDATE projection_tallied_people SET seen = 99, network = 'x'").await;
    let found = following.projections.compare(TALLIES, |_| ()).await.unwrap();
    let people = TalliedRows::read(&house).await.people.len() as u64;
    assert!(people > 200);
    assert_eq!((found.differing, found.differences.len()), (people, 100));
    let said = "seen is 99, but the journal says 1; network is \"x\", but the journal says \"g1\"";
    assert_eq!(found.differences[0].what, said);
    following.projections.rebuild(TALLIES).await.unwrap();
    is_the_fold(&house, &following.projections, TALLIES).await;
    house.sql("INSERT INTO projection_tallied_networks VALUES ('line\nfeed', 5)").await;
    let found = following.projections.compare(TALLIES, |_| ()).await.unwrap();
    let named: Vec<_> = found.differences.iter().map(|row| (row.key.as_str(), row.what.as_str())).collect();
    assert_eq!(named, [("line feed", "the journal has no such row")], "in one line");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn facts_without_an_effect_move_it_in_memory_and_now_and_then_on_disk() {
    const NOTED: u64 = 4_096;
    let house = StoredJournal::sqlite().await;
    let saved = async || -> i64 {
        let database = house.database().await;
        let read = database.read("reading", async |connection| {
            sqlx::query_scalar("SELECT seq FROM projection_positions").fetch_one(connection).await
        });
        read.await.unwrap()
    };
    let following = following(&house, 1).await;
    let wanted = house.state(&[story::person(1), story::application("wiki")]).await;
    following.projections.up_to(TALLIES, wanted).await.unwrap();
    assert_eq!(saved().await, 1, "the second has no effect");
    let lines: Vec<Line> = (0..NOTED).map(|n| story::application(&format!("app-{n}"))).collect();
    let wanted = house.state(&lines).await;
    following.projections.up_to(TALLIES, wanted).await.unwrap();
    assert!(saved().await > 1, "after so many it is saved, so that the next start does not read them again");
    // Another process that has not read them knows only what is saved; one that follows reads the rest.
    let reading = house.of(TalliesProjection { shape: 1 }, Duration::from_millis(50)).await;
    let state = reading.states().await.unwrap().remove(0);
    assert_eq!(i64::try_from(state.reached).unwrap(), saved().await);
    is_the_fold(&house, &following.projections, TALLIES).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_projection_of_no_facts_is_whole_and_so_is_one_that_nobody_folded_yet() {
    for house in StoredJournal::both().await {
        let projections = house.of(TalliesProjection { shape: 1 }, Duration::from_secs(60)).await;
        let state = projections.states().await.unwrap().remove(0);
        assert_eq!((state.name, state.shape, state.generation, state.reached), (TALLIES, 1, 0, 0));
        assert_eq!((state.rows, state.trouble), (0, None));
        assert_eq!(projections.names().collect::<Vec<_>>(), [TALLIES]);
        // Nothing is registered, so there is nothing to make anew and nothing to read.
        projections.rebuild(TALLIES).await.unwrap();
        let said = projections.compare(TALLIES, |_| ()).await.unwrap_err().to_string();
        assert_eq!(said, "the projection tallies is 0 facts behind the journal");
        let impatient = house.of(TalliesProjection { shape: 1 }, Duration::from_millis(30)).await;
        let said = impatient.up_to(TALLIES, 0).await.unwrap_err().to_string();
        assert_eq!(said, "the projection tallies is 0 facts behind the journal");
        let following = follow(projections);
        is_the_fold(&house, &following.projections, TALLIES).await;
        let comparison = following.projections.compare(TALLIES, |_| ()).await.unwrap();
        assert_eq!((comparison.seq, comparison.rows), (0, 0));
        for said in [
            following.projections.up_to("tally", 0).await.unwrap_err(),
            following.projections.compare("tally", |_| ()).await.unwrap_err(),
            following.projections.rebuild("tally").await.unwrap_err(),
        ] {
            assert!(matches!(said, ProjectionError::Unknown { .. }));
            assert_eq!(said.to_string(), "there is no projection \"tally\": the projections are tallies");
        }
    }
}

#[test]
fn a_set_of_rows_knows_what_it_was_given_and_no_more() {
    let mut rows = RowSet::new(TABLES);
    let (one, two) = (ColumnValue::text("one"), ColumnValue::text("two"));
    assert!(rows.get(PEOPLE, &one).is_none() && rows.all(PEOPLE).next().is_none());
    rows.put(PEOPLE, person_row(&one, 1, "lan"));
    rows.put(PEOPLE, person_row(&two, 2, "lan"));
    rows.put(PEOPLE, person_row(&two, 3, "wan"));
    assert_eq!(rows.get(PEOPLE, &two), Some(&person_row(&two, 3, "wan")), "the key is replaced");
    let having = |rows: &RowSet, column, value: &str| {
        let value = ColumnValue::text(value);
        rows.having(PEOPLE, column, &value).filter_map(|row| row.first().cloned()).collect::<Vec<_>>()
    };
    assert_eq!(having(&rows, "network", "lan"), std::slice::from_ref(&one));
    assert_eq!(having(&rows, "network", "wan"), std::slice::from_ref(&two));
    assert!(having(&rows, "nowhere", "wan").is_empty(), "no such column");
    rows.remove(PEOPLE, &one);
    rows.remove(PEOPLE, &one);
    assert_eq!(rows.all(PEOPLE).count(), 1);
    assert!(rows.get(GROUPS, &two).is_none(), "of another table");
    // A table that is none takes nothing.
    rows.put(7, person_row(&one, 1, ""));
    rows.remove(7, &one);
    assert!(rows.get(7, &one).is_none() && rows.all(7).next().is_none());
}

#[test]
fn values_are_ordered_as_the_databases_order_them_and_counts_do_not_wrap() {
    let (number, text) = (ColumnValue::Integer, |text: &str| ColumnValue::text(text));
    assert!(number(-1) < number(0) && number(9) < number(10));
    assert!(text("Z") < text("a") && text("a") < text("a\n") && text("z") < text("é"));
    assert_eq!(ColumnValue::count(7), number(7));
    assert_eq!(ColumnValue::count(i64::MAX.unsigned_abs()), number(i64::MAX));
    assert_eq!(ColumnValue::count(u64::MAX), number(i64::MAX));
    assert_eq!((text("x").as_text(), text("x").as_integer()), (Some("x"), None));
    assert_eq!((number(5).as_text(), number(5).as_integer()), (None, Some(5)));
    assert_eq!(
        (number(-5).to_string(), text("a\"b\n").to_string()),
        ("-5".to_owned(), "\"a\\\"b\\n\"".to_owned())
    );
}
