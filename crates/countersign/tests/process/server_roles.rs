//! A real PostgreSQL server, read live: what `psql` prints for the question and what the program reads are the same.

use crate::stage::*;
use countersign_testkit::{Postgres, skip};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// The question that the guide has people ask.
const QUESTION: &str = include_str!("../../../sources/src/postgres/roles.sql");

/// A file of the server's own folder, as SQL.
const SERVER_LOG: &str =
    "SELECT pg_read_file(regexp_replace(current_setting('data_directory'), 'data$', 'server.log'))";

struct RolesStage {
    stage: Stage,
    _process: Process,
}

impl RolesStage {
    fn start() -> Self {
        let stage = Stage::new("edge-1", &Where::Here, "");
        let process = stage.serve();
        stage.ready();
        let this = Self { stage, _process: process };
        until("the operator's socket is open", || Some(()).filter(|()| this.run(&["status"]).0 == 0));
        this.done(&["person", "add", "--name", "Ada", "--email", "ada@example.org"]);
        let words =
            ["source", "declare", "db", "--format", "postgres", "--title", "Main", "--purpose", "tests"];
        this.done(&[&words[..], &["--owner", "ada@example.org"]].concat());
        this
    }

    fn run(&self, words: &[&str]) -> (i32, Value, String) {
        let data = self.stage.data();
        let ran =
            self.stage.command(&[words, &["--json", "--data", data.to_str().unwrap()]].concat()).output();
        let ran = ran.unwrap();
        let answer = serde_json::from_slice(&ran.stdout).unwrap_or(Value::Null);
        (ran.status.code().unwrap(), answer, String::from_utf8(ran.stderr).unwrap())
    }

    fn done(&self, words: &[&str]) -> Value {
        let (code, answer, said) = self.run(words);
        assert_eq!(code, 0, "{words:?}: {said}");
        answer
    }

    fn import(&self, words: &[&str]) -> (i32, Value, String) {
        self.run(&[&["inventory", "import", "db", "--yes"], words].concat())
    }

    fn file(&self, name: &str, text: &str) -> String {
        let path = self.stage.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

/// Returns how an address of the testkit is written for `--postgres`, with this user.
fn conninfo(url: &str, user: &str) -> String {
    let (place, database) = url.rsplit_once('/').unwrap();
    let place = place.rsplit_once('@').unwrap().1;
    let host = place.rsplit_once(':').unwrap().0.replace("%2F", "/");
    format!("host={host} user={user} dbname={database}")
}

#[test]
fn what_psql_prints_and_a_live_reading_are_the_same() {
    if !Postgres::installed() {
        return skip("PostgreSQL is not installed");
    }
    let postgres = Postgres::start();
    let (shop, crm) = (postgres.fresh_database(), postgres.fresh_database());
    postgres.run_sql(
        &shop,
        "CREATE ROLE reader LOGIN PASSWORD 'reader-secret'; CREATE ROLE clerks; CREATE ROLE \"O'Hara\" LOGIN IN ROLE clerks;
         CREATE TABLE orders (id int); GRANT SELECT, UPDATE ON orders TO clerks; GRANT SELECT ON orders TO PUBLIC",
    );
    postgres
        .run_sql(&crm, "CREATE SCHEMA people; GRANT USAGE ON SCHEMA people TO \"O'Hara\" WITH GRANT OPTION");
    let stage = RolesStage::start();
    let printed = format!("{}\n{}\n", postgres.run_sql(&shop, QUESTION), postgres.run_sql(&crm, QUESTION));
    let file = stage.file("main.jsonl", &printed);
    let (code, first, said) = stage.import(&["--file", &file]);
    assert_eq!(code, 0, "{said}");
    let counts = |answer: &Value, what: &str| answer["applied"][what].clone();
    let (nodes, edges) = (counts(&first, "nodes")["new"].clone(), counts(&first, "edges")["new"].clone());
    assert!(nodes.as_u64().unwrap() > 20 && edges.as_u64().unwrap() > 20, "{first:#}");

    // From now on the role has to prove itself, and what the databases set for their sessions lies.
    let guarded = "local all reader scram-sha-256\nlocal all all trust\nhost all all all reject\n";
    let write = format!(
        "COPY (SELECT line FROM regexp_split_to_table('{guarded}', '\\n') AS line) TO '%s'; SELECT pg_reload_conf()"
    );
    let hba = postgres.run_sql(&shop, "SHOW hba_file");
    postgres.run_sql(&shop, &write.replace("%s", hba.trim()));
    let mut lie = String::from(
        "CREATE SCHEMA lies; CREATE VIEW lies.pg_roles AS SELECT * FROM pg_catalog.pg_roles LIMIT 0; ",
    );
    let _ = write!(lie, "GRANT USAGE ON SCHEMA lies TO PUBLIC; GRANT SELECT ON lies.pg_roles TO PUBLIC");
    let extra = postgres.fresh_database();
    postgres.run_sql(&extra, &lie);
    let extra_name = extra.rsplit_once('/').unwrap().1;
    postgres.run_sql(&extra, &format!("ALTER DATABASE {extra_name} SET search_path = lies, pg_catalog"));
    postgres.run_sql(&shop, "ALTER SYSTEM SET log_statement = 'all'; ");
    postgres.run_sql(&shop, "SELECT pg_reload_conf()");

    let password = stage.file("password", "reader-secret\n");
    let (shop_at, crm_at) = (conninfo(&shop, "reader"), conninfo(&crm, "reader"));
    let live = ["--postgres", &shop_at, "--postgres", &crm_at, "--password-file", &password];
    let (code, again, said) = stage.import(&live);
    assert_eq!(code, 0, "{said}");
    for (what, count) in [("nodes", &nodes), ("edges", &edges)] {
        assert_eq!(
            counts(&again, what),
            json!({"new": 0, "changed": 0, "gone": 0, "same": count}),
            "{again:#}"
        );
    }
    until("the server has logged the transaction", || {
        Some(()).filter(|()| postgres.run_sql(&shop, SERVER_LOG).contains("statement: BEGIN READ ONLY"))
    });

    // The database that lies to its sessions gives the same roles.
    let lying = conninfo(&extra, "reader");
    let (code, answer, said) =
        stage.import(&["--postgres", &lying, "--password-file", &password, "--max-gone", "100%"]);
    assert_eq!(code, 0, "{said}");
    let shown = stage.done(&["inventory", "list", "--source", "db", "--kind", "account"]);
    let names: Vec<_> = shown["items"].as_array().unwrap().iter().map(|node| node["name"].clone()).collect();
    assert!(names.contains(&json!("reader")) && names.contains(&json!("O'Hara")), "{names:?}: {answer:#}");

    // What is refused leaves it as it is.
    let wrong = stage.file("wrong", "wrong\n");
    let nobody = conninfo(&shop, "nobody");
    let (host, _) = shop_at.split_once(' ').unwrap();
    let absent = format!("{host} user=reader dbname=absent");
    let link = postgres.link();
    let by_link = |more: &str| {
        let address = link.address();
        format!("host={} port={} user=reader dbname=x {more}", address.ip(), address.port())
    };
    let (encrypted, closed) = (by_link("sslmode=verify-full"), "host=127.0.0.1 port=1 user=reader dbname=x");
    for (words, code, expected) in [
        (&["--postgres", &shop_at, "--password-file", &wrong][..], 2, "password authentication failed"),
        (&["--postgres", &shop_at], 2, "password authentication failed"),
        (&["--postgres", &nobody, "--password-file", &password], 2, "does not exist"),
        (&["--postgres", &absent, "--password-file", &password], 2, "does not exist"),
        (
            &["--postgres", &shop_at, "--postgres", &shop_at, "--password-file", &password],
            2,
            "is there twice",
        ),
        (&["--postgres", "host=a user=b"], 2, "dbname= is missing"),
        (&["--postgres", "host=a user=b dbname=c password=d"], 2, "use --password-file"),
        (&["--postgres", &shop_at, "--file", "x"], 2, "cannot be used with"),
        (&["--postgres", &shop_at, "--format", "ldif"], 2, "gives what the format postgres has"),
        // A socket has no TLS, and the password does not go without.
        (
            &["--postgres", &encrypted, "--password-file", &password],
            2,
            "there is no trusted encrypted connection",
        ),
        (&["--postgres", closed, "--password-file", &password], 5, "does not answer"),
    ] {
        let (ended, _, said) = stage.import(words);
        assert!(ended == code && said.contains(expected), "{words:?}: {ended}: {said}");
        assert!(!said.contains("reader-secret"));
    }
    assert!(stage.done(&["source", "show", "db"]).get("staging").is_none(), "each was dropped");
}
