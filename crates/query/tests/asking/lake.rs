//! The table of decisions: each record exactly once, wherever it is stored, and every gap reported.

use crate::house::{House, rows};
use countersign_evidence::{Effect, Options, Row};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

/// Returns the expected results for these rows, of the queries below.
fn summed(rows: &[Row]) -> Value {
    let denied = rows.iter().filter(|row| row.decided.effect == Effect::Deny).count();
    let ended = rows.iter().filter_map(|row| row.completed.as_ref());
    json!([
        rows.len(),
        rows.len(),
        denied,
        rows.iter().map(|row| u64::from(row.decided.latency_micros)).sum::<u64>(),
        ended.clone().count(),
        ended.map(|end| end.bytes_out).sum::<u64>(),
        rows.iter().map(|row| row.decided.at).min().map(|at| at.to_string()),
        rows.iter().map(|row| row.decided.reasons.len()).sum::<usize>(),
    ])
}

const SUMS: &str = "SELECT count(*), count(DISTINCT id), count(*) FILTER (WHERE effect = 'deny'), \
                    coalesce(sum(latency_micros), 0), count(completed_at), coalesce(sum(bytes_out), 0), \
                    min(at), coalesce(sum(array_length(reasons)), 0) FROM decisions";

async fn check(house: &House, condition: &str, expected: &[Row]) {
    let answer = house.ask(&format!("{SUMS} {condition}")).await;
    assert_eq!(answer.skipped, [], "{condition}");
    assert_eq!(Value::from(answer.rows[0].clone()), summed(expected), "{condition}");
    let plain = house.value(&format!("SELECT count(*) FROM decisions {condition}")).await;
    assert_eq!(plain, json!(expected.len()), "{condition}");
}

/// Three days: the first two are completely Parquet, the third not at all. Every third access ended after its segment.
async fn three_days() -> (House, Vec<Vec<Row>>) {
    let days: Vec<Vec<Row>> = (0..3).map(|day| rows(day as u64, 600, day)).collect();
    let mut house = House::new();
    for (place, day) in days.iter().enumerate() {
        day.iter().enumerate().for_each(|(n, row)| house.record(row, n % 3 != 0));
        if place < 2 {
            house = house.rotate().await;
            day.iter().step_by(3).for_each(|row| house.end(row));
        }
    }
    days[2].iter().step_by(3).for_each(|row| house.end(row));
    house.sink.flush().await.unwrap();
    (house, days)
}

#[tokio::test]
async fn every_record_counts_once_with_what_came_of_it() {
    let (house, days) = three_days().await;
    assert_eq!((house.files("decisions-").len(), house.files("completions-").len()), (2, 1));
    let all: Vec<Row> = days.concat();
    check(&house, "", &all).await;
    check(&house, "WHERE at >= '2026-11-23T00:00:00Z' AND at < '2026-11-24T00:00:00Z'", &days[1]).await;
    check(&house, "WHERE at >= TIMESTAMP '2026-11-24 00:00:00'", &days[2]).await;
    check(&house, "WHERE at BETWEEN '2026-11-22' AND '2026-11-23T00:00:00Z'", &days[0]).await;
    let slow: Vec<Row> = all
        .iter()
        .filter(|row| row.completed.as_ref().is_some_and(|end| end.status == 404))
        .cloned()
        .collect();
    assert!(!slow.is_empty());
    check(&house, "WHERE status = 404", &slow).await;
    let of_wiki: Vec<Row> =
        all.iter().filter(|row| row.decided.application.as_str() == "wiki").cloned().collect();
    check(&house, "WHERE application = 'wiki'", &of_wiki).await;
    let one = &days[1][5].decided.id;
    check(&house, &format!("WHERE id = '{one}'"), &days[1][5..6]).await;
    check(&house, "WHERE at < '2020-01-01'", &[]).await;
    // A day as a moment is its midnight, though its records come later.
    let first_day = "CAST(CAST(at AS DATE) AS TIMESTAMP) <= TIMESTAMP '2026-11-22 00:00:00'";
    check(&house, &format!("WHERE {first_day}"), &days[0]).await;

    // The same if the last day is Parquet too.
    let house = house.rotate().await;
    check(&house, "", &all).await;
    check(&house, "WHERE status = 404", &slow).await;
}

#[tokio::test]
async fn answers_have_columns_types_and_values() {
    let (house, days) = three_days().await;
    let answer = house
        .ask(
            "SELECT id, at, world, enforced, reasons, tags, grant, status, avg(status) OVER () IS NULL AS none, \
             1.5 AS half, at - at AS nothing, DATE '2026-11-22' AS day FROM decisions ORDER BY at LIMIT 1",
        )
        .await;
    let kinds: Vec<(&str, &str)> =
        answer.columns.iter().map(|column| (column.name.as_str(), column.kind.as_str())).collect();
    assert_eq!(
        kinds,
        [
            ("id", "text"),
            ("at", "timestamp"),
            ("world", "uint64"),
            ("enforced", "boolean"),
            ("reasons", "list<text>"),
            ("tags", "map<text, text>"),
            ("grant", "text"),
            ("status", "uint64"),
            ("none", "boolean"),
            ("half", "float64"),
            ("nothing", "duration(µs)"),
            ("day", "date32"),
        ]
    );
    let first = &days[0][0];
    assert_eq!(
        Value::from(answer.rows[0].clone()),
        json!([
            first.decided.id,
            first.decided.at,
            first.decided.world,
            true,
            first.decided.reasons,
            null,
            null,
            first.completed.as_ref().map(|end| end.status),
            false,
            1.5,
            "P0D",
            "2026-11-22",
        ])
    );
}

#[tokio::test]
async fn a_question_during_rotation_sees_every_record_once() {
    // So small that segments rotate constantly in the background.
    let options = Options { segment_bytes: 16 << 10, linger: Duration::from_millis(1), ..Options::default() };
    let house = House::with(options, Default::default());
    let all = rows(3, 4_000, 0);
    let mut said = 0;
    for part in all.chunks(400) {
        part.iter().for_each(|row| house.record(row, true));
        house.sink.flush().await.unwrap();
        said += part.len();
        check(&house, "", &all[..said]).await;
    }
    assert!(!house.files("decisions-").is_empty(), "something was rotated meanwhile");
}

#[tokio::test]
async fn a_file_beside_those_that_it_replaces_adds_nothing() {
    let (house, days) = three_days().await;
    let all = days.concat();
    let original = house.files("decisions-").remove(0);
    std::fs::copy(&original, original.with_file_name("compacted.parquet")).unwrap();
    check(&house, "", &all).await;
    check(&house, "WHERE effect = 'deny' AND at < '2026-11-23'", &denied(&days[0])).await;
}

fn denied(rows: &[Row]) -> Vec<Row> {
    rows.iter().filter(|row| row.decided.effect == Effect::Deny).cloned().collect()
}

#[tokio::test]
async fn what_cannot_be_read_is_named_and_the_rest_is_answered() {
    let (house, days) = three_days().await;
    let rest: usize = days[1].len() + days[2].len();
    let first = house.files("decisions-").remove(0);
    let whole = std::fs::read(&first).unwrap();
    let named = async |why: &str| {
        let answer = house.ask("SELECT count(*) AS n, count(DISTINCT id) AS d FROM decisions").await;
        assert_eq!(answer.rows, [[json!(rest), json!(rest)]], "{why}");
        let said: BTreeMap<_, _> = answer.skipped.into_iter().map(|gap| (gap.path, gap.why)).collect();
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said[&first].contains(why), "{said:?}");
    };

    let mut flipped = whole.clone();
    flipped[whole.len() / 3] ^= 1;
    std::fs::write(&first, &flipped).unwrap();
    named("its checksum differs").await;
    std::fs::write(&first, &whole[..whole.len() / 2]).unwrap();
    named("it is not Parquet").await;
    std::fs::write(&first, "not Parquet").unwrap();
    named("it is not Parquet").await;
    std::fs::remove_file(&first).unwrap();
    std::fs::create_dir(&first).unwrap();
    named("").await;

    // For a time that the file does not cover, nothing is missing.
    let later = house.ask("SELECT count(*) FROM decisions WHERE at >= '2026-11-23'").await;
    assert_eq!((later.rows, later.skipped), (vec![vec![json!(rest)]], vec![]));
}

#[tokio::test]
async fn ends_that_cannot_be_read_are_named() {
    let (house, days) = three_days().await;
    let ends = house.files("completions-").remove(0);
    std::fs::write(&ends, "not Parquet").unwrap();
    let count = "SELECT count(*) FROM decisions";
    assert_eq!(house.value(count).await, json!(days.concat().len()), "who does not ask for ends misses none");
    let answer = house.ask("SELECT count(completed_at) FROM decisions").await;
    assert_eq!(answer.skipped.iter().map(|gap| &gap.path).collect::<Vec<_>>(), [&ends]);
}
