//! Cases that need a server: an outage, lost notifications, settings that could lose entries, the schema's equality.

use crate::stage::{Stage, append, read_all};
use countersign_journal::{
    Access, AppendError, Follower, Head, Journal, OpenError, PostgresOptions, Seq, Wake,
};
use countersign_testkit::Postgres;
use sqlx::ConnectOptions as _;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(60);

async fn open(url: &str) -> Result<Journal, OpenError> {
    let options = PostgresOptions { timeout: Duration::from_secs(5), ..PostgresOptions::default() };
    Journal::open_postgres(url.to_owned().into(), options).await
}

async fn wait_for(follower: &mut Follower, after: Seq, wanted: Wake) {
    let waiting = async { while follower.wait(after).await != wanted {} };
    tokio::time::timeout(PATIENCE, waiting).await.unwrap_or_else(|_| panic!("never told {wanted:?}"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_follower_outlives_an_outage_and_misses_nothing() {
    let mut server = Postgres::start();
    let url = server.fresh_database();
    let ours = open(&url).await.unwrap();
    let theirs = open(&url).await.unwrap();
    let mut follower = ours.follow();
    let mut head = append(&theirs, Head::GENESIS, 3).await;
    wait_for(&mut follower, Seq::ZERO, Wake::Look).await;

    for crash in [false, true] {
        if crash {
            server.crash()
        } else {
            server.stop()
        }
        wait_for(&mut follower, head.seq, Wake::Lost).await;
        assert!(!follower.connected() && !ours.connected());
        let refused = ours.append(head, vec![b"x".to_vec()]).await;
        assert!(matches!(refused, Err(AppendError::Store(_))), "{refused:?}");
        ours.read(Seq::ZERO, 10).await.expect_err("a read says that the server is away");

        server.start_again();
        // Appended by another client, possibly before we listen again.
        head = append_when_back(&theirs, head).await;
        wait_for(&mut follower, Seq(head.seq.0 - 1), Wake::Look).await;
        let seen = async {
            while ours.head().await.ok() != Some(head) {
                wait_for(&mut follower, Seq(head.seq.0 - 1), Wake::Look).await;
            }
        };
        tokio::time::timeout(PATIENCE, seen).await.expect("the entry is seen");
        let back = async {
            while !follower.connected() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(PATIENCE, back).await.expect("connected again");
    }
    assert_eq!(ours.verify_against(head, |_| ()).await.unwrap().head, head);
}

/// Appends one entry, and retries while the server is unavailable; an entry of the outage must not have been inserted.
async fn append_when_back(journal: &Journal, after: Head) -> Head {
    loop {
        match journal.append(after, vec![b"back".to_vec()]).await {
            Ok(entries) => return entries[0].head(),
            Err(AppendError::Store(_)) => tokio::time::sleep(Duration::from_millis(50)).await,
            Err(other) => panic!("{other}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_listening_connection_that_is_cut_is_made_again() {
    let server = Postgres::start();
    let url = server.fresh_database();
    let ours = open(&url).await.unwrap();
    let theirs = open(&url).await.unwrap();
    let mut follower = ours.follow();
    let mut head = append(&theirs, Head::GENESIS, 1).await;
    wait_for(&mut follower, Seq::ZERO, Wake::Look).await;
    for _ in 0..3 {
        let cut = server.run_sql(
            &url,
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
             WHERE query LIKE 'LISTEN%' AND datname = current_database()",
        );
        assert_ne!(cut, "0", "somebody listened");
        wait_for(&mut follower, head.seq, Wake::Lost).await;
        head = append(&theirs, head, 1).await;
        wait_for(&mut follower, Seq(head.seq.0 - 1), Wake::Look).await;
        let back = async {
            while !follower.connected() || ours.head().await.unwrap() != head {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(PATIENCE, back).await.expect("connected again");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn notifications_of_a_stranger_do_no_harm() {
    let server = Postgres::start();
    let url = server.fresh_database();
    let journal = open(&url).await.unwrap();
    let head = append(&journal, Head::GENESIS, 2).await;
    for text in ["", "-1", "nonsense", "18446744073709551615", "99999999999999999999999"] {
        server.run_sql(&url, &format!("SELECT pg_notify('countersign_journal', '{text}')"));
    }
    let mut follower = journal.follow();
    let idle = tokio::time::timeout(Duration::from_millis(1500), follower.wait(head.seq)).await;
    assert!(idle.is_err(), "nothing was appended, but the follower was told {idle:?}");
    assert!(journal.connected());
    append(&journal, head, 1).await;
    wait_for(&mut follower, head.seq, Wake::Look).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_opened_is_named() {
    let server = Postgres::start();
    let url = server.fresh_database();

    for secret in
        ["hunter2", "postgres://hunter2@[::1/x", "mysql://u:hunter2@h/d", "postgres://u:hunter2@h:999999/d"]
    {
        let error = open(secret).await.expect_err("not a URL");
        let said = format!("{error} {error:?}");
        assert!(!said.contains("hunter2"), "a password must not be repeated: {said}");
    }

    let reading = PostgresOptions { access: Access::Read, ..PostgresOptions::default() };
    let absent = Journal::open_postgres(url.clone().into(), reading).await;
    assert!(matches!(absent, Err(OpenError::Missing)), "{absent:?}");

    open(&url).await.unwrap().close().await;
    server.run_sql(
        &url,
        "INSERT INTO journal_migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'from the future', true, '', 0)",
    );
    let newer = open(&url).await;
    assert!(matches!(newer, Err(OpenError::Newer { version: 9999 })), "{newer:?}");

    let elsewhere = open("postgres://nobody@%2Fnowhere/none").await;
    assert!(matches!(elsewhere, Err(OpenError::Store(_))), "{elsewhere:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_does_not_flush_is_refused() {
    let server = Postgres::start();
    let url = server.fresh_database();
    server.run_sql(&url, "ALTER SYSTEM SET fsync = off");
    server.run_sql(&url, "SELECT pg_reload_conf()");
    let refused = async {
        loop {
            // The server reloads its configuration after a delay.
            if let Err(error) = open(&url).await {
                return error;
            }
        }
    };
    let error = tokio::time::timeout(PATIENCE, refused).await.expect("refused");
    assert!(matches!(error, OpenError::NotDurable { setting: "fsync", .. }), "{error:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_may_make_the_schema_at_once() {
    let server = Postgres::start();
    let url = server.fresh_database();
    let (one, two, three) = tokio::join!(open(&url), open(&url), open(&url));
    let head = append(&one.unwrap(), Head::GENESIS, 1).await;
    assert_eq!(two.unwrap().head().await.unwrap(), head);
    assert_eq!(three.unwrap().head().await.unwrap(), head);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_stores_end_in_the_same_schema() {
    let server = Postgres::start();
    let postgres = Stage::postgres(&server);
    let sqlite = Stage::sqlite();
    postgres.open().await.close().await;
    sqlite.open().await.close().await;
    let (Stage::Sqlite { path, .. }, Stage::Postgres { url, .. }) = (&sqlite, &postgres) else {
        panic!("as made")
    };

    let mut connection =
        sqlx::sqlite::SqliteConnectOptions::new().filename(path).read_only(true).connect().await.unwrap();
    let columns: Vec<(String,)> = sqlx::query_as(
        "SELECT m.name || ' ' || c.name || ' ' ||
                CASE c.type WHEN 'INTEGER' THEN 'bigint' WHEN 'BLOB' THEN 'bytea' ELSE c.type END ||
                CASE c.\"notnull\" WHEN 1 THEN ' not null' ELSE '' END || CASE c.pk WHEN 0 THEN '' ELSE ' key' END
         FROM sqlite_master m JOIN pragma_table_info(m.name) c
         WHERE m.type = 'table' AND m.name <> 'journal_migrations' ORDER BY m.name, c.cid",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    let in_sqlite: Vec<_> = columns.into_iter().map(|(line,)| line).collect();
    let in_postgres = server.run_sql(
        url,
        "SELECT c.table_name || ' ' || c.column_name || ' ' || c.data_type ||
                CASE c.is_nullable WHEN 'NO' THEN ' not null' ELSE '' END ||
                CASE WHEN k.column_name IS NULL THEN '' ELSE ' key' END
         FROM information_schema.columns c
         LEFT JOIN information_schema.key_column_usage k USING (table_schema, table_name, column_name)
         WHERE c.table_schema = 'public' AND c.table_name <> 'journal_migrations'
         ORDER BY c.table_name, c.ordinal_position",
    );
    assert_eq!(in_sqlite, in_postgres.lines().collect::<Vec<_>>());
    assert_eq!(in_sqlite.len(), 6, "{in_sqlite:?}");

    let versions: Vec<(i64,)> = sqlx::query_as("SELECT version FROM journal_migrations ORDER BY 1")
        .fetch_all(&mut connection)
        .await
        .unwrap();
    let versions: Vec<_> = versions.iter().map(|(version,)| version.to_string()).collect();
    let others = server.run_sql(url, "SELECT version FROM journal_migrations ORDER BY 1");
    assert_eq!(versions, others.lines().collect::<Vec<_>>());
    assert_eq!(read_all(&postgres.open().await).await, []);
}
