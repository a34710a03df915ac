//! The tables of sessions and facts.

use crate::house::{FactsInMemory, House};
use countersign_evidence::Options;
use countersign_sql::{Answer, Entry, Limits};
use countersign_testkit::story::{
    Line, application, at, hand_over, join, key, open, per, person, remove_key, ses, session, step_up,
    suspend, told,
};
use serde_json::{Value, json};

fn story() -> Vec<Line> {
    vec![
        person(1),
        person(2),
        key(1, 1),
        key(2, 2),
        key(3, 2),
        application("wiki"),
        session(1, 1, 1).at(20),
        session(2, 2, 2).at(30),
        session(3, 2, 3).at(31),
        hand_over(1, "wiki", 9).at(40),
        open(1, "wiki", 9, 10).at(41),
        step_up(1).at(50),
        remove_key(3).at(60),
        suspend(2).at(70),
    ]
}

fn house(facts: FactsInMemory) -> House {
    House::with(Options::default(), facts)
}

#[tokio::test]
async fn sessions_are_told_from_their_beginning_to_their_end() {
    let house = house(FactsInMemory::of(&story()));
    let answer = house
        .ask("SELECT session, person, sequence, applications, stepped_up_at IS NOT NULL, end_reason FROM sessions ORDER BY began_at")
        .await;
    assert_eq!(answer.skipped, []);
    let rows: Vec<Value> = answer.rows.into_iter().map(Value::from).collect();
    assert_eq!(
        rows,
        [
            json!([ses(1), per(1), 7, ["wiki"], true, null]),
            json!([ses(2), per(2), 8, [], false, "person_suspended"]),
            json!([ses(3), per(2), 9, [], false, "credential_removed"]),
        ]
    );
    let open = "SELECT count(*) FROM sessions WHERE ended_at IS NULL AND method = 'passkey'";
    assert_eq!(house.value(open).await, json!(1));
}

/// A query for sessions since a moment folds nothing from before it, and has the same answer.
#[tokio::test]
async fn sessions_since_a_moment_are_told_from_the_newest_world_before_it() {
    let story = story();
    let whole = house(FactsInMemory::of(&story));
    // Up to the first session; earlier facts can no longer be read.
    let world = told(&story[..7]);
    let mut facts = FactsInMemory::of(&story);
    facts.earlier = Some((world.to_checkpoint().unwrap(), at(21)));
    facts.entries.retain(|entry| entry.sequence > 7);
    let begun = house(facts);
    let columns = "session, person, sequence, applications, stepped_up_at, end_reason";
    for since in [21, 30, 31, 32] {
        let sql =
            format!("SELECT {columns} FROM sessions WHERE began_at >= '{}' ORDER BY began_at", at(since));
        let (found, expected) = (begun.ask(&sql).await, whole.ask(&sql).await);
        assert_eq!(found.skipped, [], "{since}");
        let rows = |answer: Answer| answer.rows.into_iter().map(Value::from).collect::<Vec<_>>();
        let (found, expected) = (rows(found), rows(expected));
        assert_eq!((found.len(), &found), (expected.len(), &expected), "{since}");
        assert_eq!(found.is_empty(), since == 32);
    }
    // A query for all sessions reports that they cannot be read.
    let all = begun.ask("SELECT count(*) FROM sessions").await;
    assert_eq!(all.skipped.len(), 1, "{all:?}");
}

#[tokio::test]
async fn facts_are_shown_as_they_were_stated() {
    let house = house(FactsInMemory::of(&story()));
    assert_eq!(house.value("SELECT count(*) FROM facts").await, json!(14));
    let answer =
        house.ask("SELECT sequence, at, kind, version, stated_by, body FROM facts WHERE sequence = 14").await;
    let row = &answer.rows[0];
    assert_eq!(row[0], json!(14));
    assert_eq!((&row[2], &row[3], &row[4]), (&json!("person.suspended"), &json!(1), &json!("operator")));
    let body: Value = serde_json::from_str(row[5].as_str().unwrap()).unwrap();
    assert_eq!(body["person"], json!(per(2)));
    let kinds = house
        .ask("SELECT kind, count(*) FROM facts WHERE kind LIKE 'session.%' GROUP BY kind ORDER BY kind")
        .await;
    let kinds: Vec<Value> = kinds.rows.into_iter().map(Value::from).collect();
    assert_eq!(
        kinds,
        [
            json!(["session.handed_over", 1]),
            json!(["session.opened", 1]),
            json!(["session.started", 3]),
            json!(["session.stepped_up", 1]),
        ]
    );
    let some = house.ask("SELECT sequence FROM facts WHERE sequence > 3 AND sequence <= 5 ORDER BY 1").await;
    assert_eq!(some.rows, [[json!(4)], [json!(5)]]);
}

#[tokio::test]
async fn more_facts_than_one_page_are_all_there() {
    let mut story = story();
    story.push(countersign_testkit::story::group("staff"));
    for n in 100..2_600 {
        story.push(person(n));
        story.push(join("staff", countersign_facts::Member::Person(per(n))));
    }
    let house = house(FactsInMemory::of(&story));
    assert_eq!(house.value("SELECT count(DISTINCT sequence) FROM facts").await, json!(5_015));
    assert_eq!(house.value("SELECT count(*) FROM sessions").await, json!(3));
    assert_eq!(house.value("SELECT max(sequence) FROM facts WHERE sequence < 2500").await, json!(2_499));
}

#[tokio::test]
async fn a_journal_that_breaks_off_is_a_stated_part() {
    let mut told = FactsInMemory::of(&story());
    let payload = br#"{"at":"2030-01-01T00:00:00Z","by":"operator","fact":"moon.landed/3"}"#.to_vec();
    told.entries.push(Entry { sequence: 15, payload });
    let house = house(told);
    // A fact of a future version is shown, but cannot be folded.
    assert_eq!(house.value("SELECT count(*) FROM facts").await, json!(15));
    let answer = house.ask("SELECT count(*) FROM sessions").await;
    assert_eq!(answer.rows, [[json!(3)]]);
    assert!(answer.skipped[0].why.contains("entry 15 cannot be folded"), "{:?}", answer.skipped);

    let mut told = FactsInMemory::of(&story());
    told.broken_after = Some(14);
    let house = self::house(told);
    for table in ["facts", "sessions"] {
        let answer =
            house.try_ask(&format!("SELECT count(*) FROM {table}"), Limits::default()).await.unwrap();
        assert!(answer.skipped[0].why.contains("does not answer"), "{table}: {:?}", answer.skipped);
    }
}
