//! Temporary databases: separate from each other, as large as needed, and gone with the process.

use countersign_database::{Database, DatabaseError};

async fn run(database: &Database, text: &'static str) -> Result<(), DatabaseError> {
    database.write("testing", async |connection| sqlx::query(text).execute(connection).await.map(drop)).await
}

async fn count(database: &Database) -> Result<i64, DatabaseError> {
    let rows = database
        .read("testing", async |connection| {
            sqlx::query_scalar("SELECT count(*) FROM t").fetch_one(connection).await
        })
        .await?;
    Ok(rows)
}

#[tokio::test]
async fn a_temporary_database_is_its_own_and_its_file_has_no_name() {
    let (one, other) = (Database::open_scratch().await.unwrap(), Database::open_scratch().await.unwrap());
    run(&one, "CREATE TABLE t (n BIGINT NOT NULL PRIMARY KEY, text TEXT NOT NULL)").await.unwrap();
    let refused = count(&other).await.unwrap_err();
    let source = std::error::Error::source(&refused).unwrap().to_string();
    assert!(source.contains("no such table"), "{source}");
    // More than SQLite holds in memory, which is 2 MiB.
    let rows = "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 20000)
        INSERT INTO t (n, text) SELECT n, hex(randomblob(200)) FROM c";
    run(&one, rows).await.unwrap();
    assert_eq!(count(&one).await.unwrap(), 20_000);
    let open =
        std::fs::read_dir("/proc/self/fd").unwrap().filter_map(|file| file.ok()?.path().read_link().ok());
    let temporary: Vec<_> = open.filter(|path| path.to_string_lossy().contains("etilqs_")).collect();
    assert!(!temporary.is_empty(), "it is in a file");
    for path in temporary {
        assert!(path.to_string_lossy().ends_with(" (deleted)"), "{path:?} would stay after a kill");
    }
}
