//! What a query may not do, and its limits.

use crate::house::{FactsInMemory, House, rows};
use countersign_evidence::Options;
use countersign_sql::{LONGEST_SQL, Limits, MOST_AT_ONCE, MOST_TOKENS, QueryError};
use countersign_testkit::story::person;
use serde_json::json;
use std::time::Duration;

/// Practically never ends, and needs little memory: the cross product of three copies of two thousand facts.
const ENDLESS: &str = "SELECT count(*) FROM facts a, facts b, facts c WHERE a.at + (b.at - c.at) < c.at";

async fn house() -> House {
    let people: Vec<_> = (1..2_000).map(person).collect();
    let house = House::with(Options::default(), FactsInMemory::of(&people));
    rows(5, 2_000, 0).iter().for_each(|row| house.record(row, true));
    house.sink.flush().await.unwrap();
    house
}

async fn refused(house: &House, sql: &str, limits: Limits) -> QueryError {
    match house.try_ask(sql, limits).await {
        Ok(answer) => panic!("{sql} was answered: {} rows", answer.rows.len()),
        Err(error) => error,
    }
}

#[tokio::test]
async fn only_the_tables_are_there() {
    let house = house().await;
    let check = async |sql: &str, expected: &str| {
        let error = refused(&house, sql, Limits::default()).await;
        assert!(error.is_askers(), "{sql}: {error:?}");
        assert!(error.to_string().contains(expected), "{sql}: {error}");
    };
    let no_table = "there are decisions, sessions, facts";
    check("SELECT * FROM '/etc/passwd'", no_table).await;
    check("SELECT * FROM '/etc/passwd.csv'", no_table).await;
    check("SELECT * FROM \"file:///etc/passwd\"", no_table).await;
    check("SELECT * FROM information_schema.tables", no_table).await;
    check("SELECT * FROM datafusion.other.decisions", no_table).await;
    check("SELECT * FROM decision", no_table).await;
    check("SELECT * FROM read_csv('/etc/passwd')", "read_csv").await;
    check("SELECT * FROM generate_series(1, 10)", "generate_series").await;
    check("SELECT repeat('x', 1000000000)", "repeat").await;
    check("SELECT lpad('x', 1000000000)", "lpad").await;
    check("SELECT range(1, 1000000000)", "range").await;
    check("SELECT array_repeat(1, 1000000000)", "array_repeat").await;
    check("WITH x AS (INSERT INTO facts SELECT * FROM facts RETURNING 1) SELECT * FROM x", "").await;
    check("SELECT * INTO other FROM facts", "").await;
}

#[tokio::test]
async fn what_is_misspelt_is_told_with_what_was_meant() {
    let house = house().await;
    let check = async |sql: &str, expected: &str| {
        let error = refused(&house, sql, Limits::default()).await;
        assert_eq!(error.to_string(), expected, "{sql}");
    };
    check("SELECT princpal FROM decisions", "there is no column \"princpal\"; the nearest are principal")
        .await;
    check("SELECT x.zzzzzzzz FROM decisions x", "there is no column \"zzzzzzzz\"").await;
    check("SELECT count(* FROM facts", "at line 1, column 16: Expected: ), found: FROM").await;
    check("SELECT 1/0", "Divide by zero error").await;
}

#[tokio::test]
async fn an_answer_ends_at_its_limit_and_says_so() {
    let house = house().await;
    let limits = |rows| Limits { rows, ..Limits::default() };
    for (rows, count, truncated) in
        [(10, 10, true), (1_999, 1_999, true), (2_000, 2_000, false), (0, 0, true)]
    {
        let answer = house.try_ask("SELECT id FROM decisions ORDER BY at", limits(rows)).await.unwrap();
        assert_eq!((answer.rows.len(), answer.truncated), (count, truncated));
    }
    let explained = house.try_ask("EXPLAIN SELECT * FROM decisions", limits(1)).await.unwrap();
    assert_eq!((explained.rows.len(), explained.truncated), (1, true));
    // Few rows can be long as well: nineteen pages of text in each of two thousand.
    let long = "SELECT string_agg(item, ',') OVER () FROM decisions";
    let answer = house.try_ask(long, limits(100_000)).await.unwrap();
    assert!(answer.truncated && answer.rows.len() < 2_000, "{}", answer.rows.len());
}

#[tokio::test]
async fn time_ends_a_question() {
    let house = house().await;
    let limits = Limits { time: Duration::from_secs(1), ..Limits::default() };
    assert_eq!(refused(&house, ENDLESS, limits).await, QueryError::Time(limits.time));
    assert_eq!(house.value("SELECT count(*) FROM decisions").await, json!(2_000));
}

#[tokio::test]
async fn memory_ends_a_question() {
    let house = house().await;
    let limits = Limits { memory: 4 << 20, ..Limits::default() };
    for sql in [
        "SELECT a.sequence * 10000 + b.sequence AS x, count(*) FROM facts a, facts b GROUP BY x",
        "SELECT array_agg(a.body) FROM facts a, facts b",
    ] {
        assert_eq!(refused(&house, sql, limits).await, QueryError::Memory(limits.memory), "{sql}");
    }
}

#[tokio::test]
async fn a_few_are_asked_at_once_and_one_that_nobody_waits_for_ends() {
    let house = house().await;
    let limits = Limits { time: Duration::from_secs(600), ..Limits::default() };
    let mut waiting = Vec::new();
    for _ in 0..MOST_AT_ONCE {
        let engine = house.engine.clone();
        waiting.push(tokio::spawn(async move { engine.ask(ENDLESS, limits).await }));
        tokio::task::yield_now().await;
    }
    // Each took its slot at its first poll, before any other task here could.
    while house.engine.ask("SELECT 1", limits).await != Err(QueryError::Busy) {
        tokio::task::yield_now().await;
    }
    for asked in waiting {
        asked.abort();
    }
    // It ends at the next point where it yields; when that is depends on the machine.
    loop {
        match house.engine.ask("SELECT 1", limits).await {
            Err(QueryError::Busy) => tokio::time::sleep(Duration::from_millis(20)).await,
            answer => break assert_eq!(answer.unwrap().rows, [[json!(1)]]),
        }
    }
}

#[tokio::test]
async fn a_question_as_deep_as_its_length_allows_does_not_overflow() {
    let house = house().await;
    // As often as the limits of length and words allow; `words` are those of `again`.
    let times = |words: usize, length: usize| ((MOST_TOKENS - 20) / words).min((LONGEST_SQL - 200) / length);
    let fill = |begin: &str, again: &str, words: usize, end: &str| {
        format!("{begin}{}{end}", again.repeat(times(words, again.len())))
    };
    let nested = |open: &str, close: &str, words: usize| {
        let times = times(words, open.len() + close.len());
        format!("SELECT {}1{}", open.repeat(times), close.repeat(times))
    };
    let limits = Limits::default();
    for sql in [
        fill("SELECT 1", "+1", 2, ""),
        fill("SELECT sequence", "+1", 2, " FROM facts LIMIT 1"),
        fill("SELECT 'a'", "||'a'", 2, ""),
        fill("SELECT count(*) FROM facts WHERE version=1", " OR version=1", 4, ""),
        fill("SELECT count(*) FROM facts WHERE sequence<3", " AND sequence<9", 4, ""),
        fill("SELECT 1", " UNION ALL SELECT 1", 4, ""),
        fill("SELECT ", "- ", 1, "1"),
        fill("SELECT ", "NOT ", 1, "true"),
        fill("SELECT '1'", "::text", 2, ""),
        fill("SELECT 1 IN (1", ",1", 2, ")"),
        nested("(", ")", 2),
        nested("abs(", ")", 3),
        nested("(SELECT ", ")", 3),
        nested("CASE WHEN true THEN ", " END", 5),
        nested("[", "]", 2),
    ] {
        // An answer, or an error about its depth: anything but the end of the process.
        let answer = house.try_ask(&sql, limits).await;
        let shown = sql.chars().take(60).collect::<String>();
        println!("{shown}: {}", answer.as_ref().map_or_else(ToString::to_string, |_| "answered".to_owned()));
        assert!(matches!(answer, Ok(_) | Err(QueryError::Syntax { .. })), "{shown}: {answer:?}");
    }
}

/// Set for the server of the test below.
const SERVER: &str = "COUNTERSIGN_QUERY_SERVER";

#[test]
fn an_engine_ends_with_its_server() {
    let server = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "bounds::a_server_that_asks", "--ignored"])
        .env(SERVER, "1")
        .stdout(std::process::Stdio::null())
        .spawn();
    let mut server = server.unwrap();
    let engine = wait_for(|| child_of(server.id()));
    server.kill().unwrap();
    server.wait().unwrap();
    wait_for(|| has_ended(engine).then_some(()));
}

#[tokio::test]
#[ignore = "a part of the test above, which starts it and kills it"]
async fn a_server_that_asks() {
    if std::env::var_os(SERVER).is_some() {
        let limits = Limits { time: Duration::from_secs(600), ..Limits::default() };
        refused(&house().await, ENDLESS, limits).await;
    }
}

fn wait_for<T>(mut there: impl FnMut() -> Option<T>) -> T {
    for _ in 0..6_000 {
        if let Some(there) = there() {
            return there;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("it does not come to be")
}

/// Returns the fields of `/proc/PID/stat` after the name: the state, the parent.
fn stat(process: u32) -> Option<Vec<String>> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    Some(stat.rsplit_once(") ")?.1.split(' ').map(str::to_owned).collect())
}

/// Returns the engine that this process started.
fn child_of(parent: u32) -> Option<u32> {
    let processes = std::fs::read_dir("/proc").unwrap();
    let mut processes = processes.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    processes.find(|process| {
        let name = std::fs::read_to_string(format!("/proc/{process}/comm")).unwrap_or_default();
        name.starts_with("countersign-que")
            && stat(*process).is_some_and(|stat| stat[1] == parent.to_string())
    })
}

fn has_ended(process: u32) -> bool {
    stat(process).is_none_or(|stat| stat[0] == "Z")
}
