//! The index of the journal finds each fact by what it names, says, and is, as reading the whole journal would.

use crate::house::{Following, StoredJournal, follow, history, is_the_fold};
use countersign_facts::Stated;
use countersign_names::Timestamp;
use countersign_projections::facts::{
    FACTS, FactTerm, FactsPage, FactsProjection, FoundFacts, mentions, terms,
};
use countersign_projections::{ProjectionError, Projections};
use countersign_testkit::story::{self, Line};
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

const WAIT: Duration = Duration::from_secs(60);

async fn following(house: &StoredJournal) -> Following {
    follow(house.of(FactsProjection, WAIT).await)
}

/// Returns the facts of the golden journals, which hold every kind and version, each with its line.
fn golden() -> Vec<(String, Stated)> {
    let files = std::fs::read_dir(countersign_testkit::golden::folder()).unwrap();
    let texts = files.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap());
    let lines: Vec<String> =
        texts.flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>()).collect();
    lines.into_iter().map(|line| (line.clone(), Stated::from_bytes(line.as_bytes()).unwrap())).collect()
}

/// Returns the fact in a file of `tests/data/facts`.
fn sample(name: &str) -> Stated {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/facts").join(format!("{name}.json"));
    serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
}

#[test]
fn every_id_in_a_fact_of_every_kind_is_found_beside_its_subject_and_its_author() {
    let facts = golden();
    assert!(facts.len() > 60, "{}", facts.len());
    for (text, stated) in facts {
        let read: serde_json::Value = serde_json::from_str(&text).unwrap();
        let name = read.get("fact").and_then(serde_json::Value::as_str).unwrap();
        let found = terms(&stated);
        let author = stated.by.to_string();
        let ids = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|piece| {
            piece.split_once('_').is_some_and(|(prefix, digits)| {
                prefix.len() == 3 && digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
            })
        });
        // The author is a term of its own; it is no thing that the fact is about.
        let about_author = text.matches(&author).count() > 1;
        for id in ids.filter(|id| *id != author || about_author) {
            assert!(found.contains(&FactTerm::mention(id)), "{name}: {id}");
        }
        let (kind, version) = name.rsplit_once('/').unwrap();
        assert!(version.parse::<u32>().is_ok(), "{name}");
        let subject = kind.split('.').next().unwrap();
        for term in [FactTerm::author(&author), FactTerm::kind(kind), FactTerm::kind(subject)] {
            assert!(found.contains(&term), "{name}: {term:?}");
        }
    }
}

#[test]
fn names_are_found_with_their_kind_and_texts_by_their_words() {
    let check = |name: &str, about: &[&str], says: &[&str], silent: &[&str]| {
        let stated = sample(name);
        let named = mentions(&stated);
        for thing in about {
            assert!(named.iter().any(|found| found == thing), "{name}: {thing} in {named:?}");
        }
        let found = terms(&stated);
        for word in says {
            assert!(found.contains(&FactTerm::word(word)), "{name}: {word}");
        }
        for word in silent {
            assert!(!found.contains(&FactTerm::word(word)), "{name}: {word}");
        }
    };
    check("application.declared.1", &["application:wiki"], &["WIKI", "knowledge"], &["admin"]);
    check(
        "settings.applied.1",
        &["application:payroll", "resource:wiki/admin", "application:wiki"],
        &[],
        &[],
    );
    check("policies.removed.1", &["policy:freeze", "policy:wiki-users"], &["freeze"], &[]);
    check("exception.opened.1", &["policy:managed-device", "application:wiki"], &["repair", "ciso"], &[]);
    // What a proposal would do is about the people whom it would do it to.
    check(
        "command.proposed.1",
        &["group:administrators", "per_00000000000000000000000000000002"],
        &["cleo", "ben@example.test", "ben"],
        &["abababababababababababababababababababababababababababababababab"],
    );
    check("evidence.anchored.1", &["process:edge-1"], &[], &["parquet"]);
    check(
        "trust.found.1",
        &["resource:payroll/vault", "application:payroll", "policy:payroll-read"],
        &[],
        &[],
    );
    check("risk.changed.1", &["per_00000000000000000000000000000001"], &["countries"], &[]);
}

fn page(terms: &[FactTerm], descending: bool, after: Option<u64>, limit: usize) -> FactsPage {
    FactsPage { terms: terms.to_vec(), descending, after, limit, ..FactsPage::default() }
}

/// Returns all pages of a question, in order.
async fn walk(projections: &Projections, wanted: u64, mut asked: FactsPage) -> Vec<u64> {
    let mut all = Vec::new();
    loop {
        let FoundFacts { seqs, rest } = projections.facts_page(wanted, asked.clone()).await.unwrap();
        assert!(seqs.len() <= asked.limit);
        all.extend(seqs);
        match rest {
            Some(rest) => asked.after = Some(rest),
            None => return all,
        }
    }
}

/// Compares the index with a reading of every fact.
async fn finds_what_reading_everything_finds(house: &StoredJournal, lines: &[Line]) {
    let stated: Vec<Stated> = lines.iter().map(Line::stated).collect();
    let wanted = crate::house::state(&house.journal, &stated).await;
    let following = following(house).await;
    is_the_fold(house, &following.projections, FACTS).await;
    let known: Vec<(u64, BTreeSet<FactTerm>)> = (1..).zip(stated.iter().map(terms)).collect();
    let every: BTreeSet<&FactTerm> = known.iter().flat_map(|(_, terms)| terms).collect();
    for wanted in [wanted, wanted / 2] {
        let first =
            |term: &FactTerm| known.iter().find(|(_, terms)| terms.contains(term)).map(|(seq, _)| *seq);
        let expected: BTreeSet<u64> =
            every.iter().filter_map(|term| first(term)).filter(|seq| *seq <= wanted).collect();
        let terms = every.iter().map(|term| (*term).clone()).chain([FactTerm::word("nowhere")]).collect();
        let found = following.projections.first_facts(wanted, terms).await.unwrap();
        assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "the first facts up to {wanted}");
    }
    let kind = FactTerm::kind("person");
    let mut asked: Vec<Vec<FactTerm>> = vec![Vec::new(), vec![FactTerm::word("nowhere")]];
    asked.extend(every.iter().map(|term| vec![(*term).clone()]));
    asked.extend(every.iter().map(|term| vec![(*term).clone(), kind.clone()]));
    for terms in asked {
        let mut expected: Vec<u64> = known
            .iter()
            .filter(|(_, known)| terms.iter().all(|term| known.contains(term)))
            .map(|(seq, _)| *seq)
            .collect();
        for (descending, limit) in [(false, 1000), (false, 2), (true, 1000), (true, 3)] {
            let found = walk(&following.projections, wanted, page(&terms, descending, None, limit)).await;
            let mut expected = expected.clone();
            if descending {
                expected.reverse();
            }
            assert_eq!(found, expected, "{terms:?} {descending} {limit}");
        }
        // A list is about the world as the caller knows it.
        expected.retain(|seq| *seq <= wanted / 2);
        let found = walk(&following.projections, wanted / 2, page(&terms, false, None, 1000)).await;
        assert_eq!(found, expected, "{terms:?} up to half");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_term_finds_the_facts_that_have_it_page_by_page() {
    for house in StoredJournal::both().await {
        finds_what_reading_everything_finds(&house, &history(12)).await;
    }
}

fn line() -> impl Strategy<Value = Line> {
    (0_u8..6, 1_u128..5).prop_map(|(kind, n)| match kind {
        0 => story::person(n),
        1 => story::suspend(n),
        2 => story::group(&format!("g{n}")),
        3 => story::join(&format!("g{n}"), countersign_facts::Member::Person(story::per(n))),
        4 => story::application(&format!("app-{n}")),
        _ => story::device(n),
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, ..ProptestConfig::default() })]
    #[test]
    fn any_history_is_found_as_reading_everything_finds_it(lines in prop::collection::vec(line(), 1..15)) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            finds_what_reading_everything_finds(&StoredJournal::sqlite().await, &lines).await;
        });
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_span_of_time_leaves_out_whole_hours_and_never_a_fact_within_it() {
    const HOUR: i64 = 3_600;
    let second = |second: i64| Timestamp::from_micros(second * 1_000_000);
    for house in StoredJournal::both().await {
        // Two facts each hour; the last is dated before others, as after a clock that was set back.
        let mut at: Vec<i64> = (0..20).map(|n| n * HOUR / 2 + 60).collect();
        at.push(3 * HOUR);
        let lines: Vec<Line> = (1..).zip(&at).map(|(n, at)| story::person(n).at(*at)).collect();
        let stated: Vec<Stated> = lines.iter().map(Line::stated).collect();
        let wanted = crate::house::state(&house.journal, &stated).await;
        let following = following(&house).await;
        let moments: Vec<i64> = stated.iter().map(|stated| stated.at.as_seconds()).collect();
        for (since, until) in [(None, Some(2 * HOUR)), (Some(5 * HOUR), None), (Some(HOUR), Some(4 * HOUR))] {
            for terms in [vec![], vec![FactTerm::kind("person.added")]] {
                let asked = FactsPage {
                    since: since.map(second),
                    until: until.map(second),
                    ..page(&terms, true, None, 5)
                };
                let found = walk(&following.projections, wanted, asked).await;
                let within = |at: &i64| since.is_none_or(|s| s <= *at) && until.is_none_or(|u| *at < u);
                let expected = (1_u64..).zip(&moments).filter(|(_, at)| within(at)).map(|(seq, _)| seq);
                for seq in expected {
                    assert!(found.contains(&seq), "{since:?} {until:?}: {seq} of {found:?}");
                }
                assert!(found.is_sorted_by(|a, b| a > b), "{found:?}");
            }
        }
        let none = FactsPage { since: Some(second(1_000 * HOUR)), ..page(&[], true, None, 5) };
        assert_eq!(walk(&following.projections, wanted, none).await, Vec::<u64>::new());
        let early = FactsPage { until: Some(second(HOUR)), ..page(&[], true, None, 5) };
        let found = walk(&following.projections, wanted, early).await;
        assert!(found.len() < 5, "later hours are left out: {found:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_altered_row_is_an_error_and_facts_of_an_archive_are_found() {
    for house in StoredJournal::both().await {
        let wanted = house.state(&history(12)).await;
        let archived = house.archived(5).await;
        let opened = Projections::waiting(
            house.database().await,
            archived,
            vec![std::sync::Arc::new(FactsProjection)],
            WAIT,
        );
        let following = follow(opened.await.unwrap());
        let person = [FactTerm::kind("person")];
        let whole = walk(&following.projections, wanted, page(&person, false, None, 100)).await;
        assert_eq!(whole[0], 1, "the first fact left the store");
        house.sql("INSERT INTO projection_fact_terms (entry) VALUES ('k:person\n000000000001x')").await;
        let refused = following.projections.facts_page(wanted, page(&person, false, None, 100)).await;
        assert!(matches!(refused, Err(ProjectionError::Altered { name: FACTS })), "{refused:?}");
        let first = following.projections.first_facts(wanted, person.to_vec()).await;
        assert!(matches!(first, Ok(seqs) if seqs == [1]), "the altered row comes after the first");
    }
}
