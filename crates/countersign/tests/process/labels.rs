//! Labels by the command line: a real PostgreSQL and a folder with planted values and decoys are scanned, the proposals are
//! confirmed, and no value is in anything that was written.

use crate::stage::*;
use countersign_testkit::planted::{DECOYS, PlantedNumbers};
use countersign_testkit::{Postgres, skip};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::Path;

/// Runs a command; returns its exit code, its answer as JSON, and everything that it printed.
fn ran(stage: &Stage, words: &[&str]) -> (i32, Value, String) {
    let data = stage.data();
    let ran =
        stage.command(&[words, &["--json", "--data", data.to_str().unwrap()]].concat()).output().unwrap();
    let out = String::from_utf8(ran.stdout).unwrap();
    let answer = serde_json::from_str(&out).unwrap_or(Value::Null);
    (ran.status.code().unwrap(), answer, out + &String::from_utf8(ran.stderr).unwrap())
}

fn done(stage: &Stage, words: &[&str]) -> Value {
    let (code, answer, said) = ran(stage, words);
    assert_eq!(code, 0, "{words:?}: {said}");
    answer
}

/// Starts a server, and waits until commands reach it.
fn ready(stage: &Stage) -> impl Sized {
    let process = stage.serve();
    stage.ready();
    until("the operator's socket is open", || Some(ran(stage, &["status"])).filter(|ran| ran.0 == 0));
    process
}

fn conninfo(url: &str, user: &str) -> String {
    let (place, database) = url.rsplit_once('/').unwrap();
    let place = place.rsplit_once('@').unwrap().1;
    let host = place.rsplit_once(':').unwrap().0.replace("%2F", "/");
    format!("host={host} user={user} dbname={database}")
}

/// Fails if a file below a folder holds one of these values.
fn nowhere(folder: &Path, values: &[String]) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            nowhere(&path, values);
        } else if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            let text = String::from_utf8_lossy(&bytes);
            let found = values.iter().find(|value| text.contains(value.as_str()));
            assert_eq!(found, None, "{} holds a value", path.display());
        }
    }
}

/// Creates a table with a column of text for each kind, and returns the planted values.
fn plant(
    sql: &mut String,
    table: &str,
    kinds: &[&str],
    rows: u64,
    value: &mut dyn FnMut(&str, u64) -> String,
) -> Vec<String> {
    let columns: Vec<String> = kinds.iter().map(|kind| format!("c_{kind} text")).collect();
    writeln!(sql, "CREATE TABLE {table} ({});", columns.join(", ")).unwrap();
    let mut planted = Vec::new();
    for place in 0..rows {
        let values: Vec<String> = kinds.iter().map(|kind| value(kind, place)).collect();
        let quoted: Vec<String> =
            values.iter().map(|value| format!("'{}'", value.replace('\'', "''"))).collect();
        writeln!(sql, "INSERT INTO {table} VALUES ({});", quoted.join(", ")).unwrap();
        planted.extend(values);
    }
    planted
}

#[test]
fn a_database_is_sampled_and_its_labels_are_confirmed() {
    if !Postgres::installed() {
        return skip("PostgreSQL is not installed");
    }
    let postgres = Postgres::start();
    let shop = postgres.fresh_database();
    let mut numbers = PlantedNumbers::new(2_001);
    let mut sql = String::new();
    let kinds = ["payment_card", "iban", "german_tax_id", "polish_pesel", "mail_address", "github_token"];
    let secrets = plant(&mut sql, "customers", &kinds, 60, &mut |kind, _| numbers.valid(kind));
    let mut numbers = PlantedNumbers::new(2_002);
    plant(&mut sql, "orders", DECOYS, 60, &mut |kind, place| numbers.decoy(kind, place));
    sql.push_str(
        "CREATE TABLE secret (iban text); CREATE TABLE \"Odd.Names\" (id int, \"Blood Type\" text, payload bytea);
         INSERT INTO \"Odd.Names\" VALUES (1, 'A', 'x'); CREATE VIEW a_view AS SELECT * FROM customers;
         CREATE ROLE reader LOGIN; GRANT SELECT ON customers, orders, \"Odd.Names\", a_view TO reader;",
    );
    postgres.run_sql(&shop, &sql);
    let stage = Stage::new("edge-1", &Where::Here, "");
    let _process = ready(&stage);
    let at = conninfo(&shop, "reader");
    let scan = ["label", "scan", "--postgres", &at, "--name", "shop"];

    let (code, dry, said) = ran(&stage, &[&scan[..], &["--dry-run"]].concat());
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("Nothing was sent"), "{said}");
    assert!(said.contains("public.secret, which the role may not read"), "{said}");
    assert_eq!(done(&stage, &["label", "list"])["items"], json!([]));
    let found: Vec<String> = dry["proposals"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            format!(
                "{} {} {}",
                it["target"].as_str().unwrap(),
                it["kind"].as_str().unwrap(),
                it["evidence"][0]["matched"]
            )
        })
        .collect();
    let expected = [
        "column:shop/public.\"Odd.Names\".Blood Type health 0",
        "column:shop/public.customers.c_payment_card payment 60",
        "column:shop/public.customers.c_iban payment 60",
        "column:shop/public.customers.c_german_tax_id personal 60",
        "column:shop/public.customers.c_polish_pesel personal 60",
        "column:shop/public.customers.c_mail_address personal 60",
        "column:shop/public.customers.c_github_token credentials 60",
    ];
    assert_eq!(found, expected, "the values, a name alone, and none of {} decoys", DECOYS.len());

    assert_eq!(done(&stage, &scan), json!({"new": 7, "changed": 0, "unchanged": 0, "answered": 0}));
    assert_eq!(done(&stage, &scan), json!({"new": 0, "changed": 0, "unchanged": 7, "answered": 0}));
    let open = done(&stage, &["label", "list", "--state", "open", "--search", "c_iban"]);
    let id = open["items"][0]["id"].as_str().unwrap();
    let confirmed = done(&stage, &["label", "confirm", id, "--reason", "Customers pay by transfer"]);
    assert_eq!((&confirmed["state"], &confirmed["sensitivity"]), (&json!("confirmed"), &json!("restricted")));
    let coverage = done(&stage, &["label", "coverage"]);
    assert_eq!(coverage["databases"], json!({"known": 1, "confirmed": 1}));
    assert_eq!(coverage["open"], 6);

    assert_eq!(secrets.len(), 360);
    for text in [said, dry.to_string(), open.to_string()] {
        assert!(!secrets.iter().any(|value| text.contains(value.as_str())), "{text}");
    }
    nowhere(&stage.data(), &secrets);

    let wrong = [&scan[..3], &["host=x user=y dbname=z password=p"]].concat();
    let (code, _, said) = ran(&stage, &wrong);
    assert!(code == 2 && said.contains("use --password-file"), "{code}: {said}");
}

#[test]
fn a_folder_is_read_without_following_links_and_shows_no_value_in_a_name() {
    let stage = Stage::new("edge-1", &Where::Here, "");
    let _process = ready(&stage);
    let folder = stage.folder.path().join("files");
    std::fs::create_dir_all(folder.join("deep")).unwrap();
    let mut numbers = PlantedNumbers::new(2_003);
    let (token, mail) = (numbers.valid("github_token"), numbers.valid("mail_address"));
    let cards: Vec<String> = (0..20).map(|_| numbers.valid("payment_card")).collect();
    std::fs::write(folder.join("deep/settings.env"), format!("TOKEN={token}\n")).unwrap();
    std::fs::write(
        folder.join("orders.csv"),
        format!("id,card\n{}", cards.iter().map(|card| format!("1,{card}\n")).collect::<String>()),
    )
    .unwrap();
    std::fs::write(folder.join(format!("{mail}.json")), format!("[{{\"mail\": \"{mail}\"}}]")).unwrap();
    std::fs::write(folder.join("picture.bin"), b"\0\0\0").unwrap();
    std::os::unix::fs::symlink("/etc/passwd", folder.join("link")).unwrap();
    std::os::unix::fs::symlink(".", folder.join("circle")).unwrap();
    let path = folder.to_str().unwrap();
    let (code, dry, said) =
        ran(&stage, &["label", "scan", "--folder", path, "--target", "host:files1", "--dry-run"]);
    assert_eq!(code, 0, "{said}");
    for expected in ["2 files: it is a symbolic link", "1 file: it is no text", "Read 3 files"] {
        assert!(said.contains(expected), "{expected}: {said}");
    }
    let places: Vec<(&str, &str)> = dry["proposals"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (it["kind"].as_str().unwrap(), it["evidence"][0]["place"].as_str().unwrap()))
        .collect();
    let sorted: std::collections::BTreeMap<&str, &str> = places.into_iter().collect();
    let personal = sorted["personal"];
    assert!(personal.starts_with("file "), "{personal}: the name of the file is an address");
    assert_eq!((sorted["credentials"], sorted["payment"]), ("deep/settings.env", "orders.csv: card"));
    let sent = done(&stage, &["label", "scan", "--folder", path, "--target", "host:files1"]);
    assert_eq!(sent, json!({"new": 3, "changed": 0, "unchanged": 0, "answered": 0}));
    let values = [vec![token, mail], cards].concat();
    assert!(
        !values.iter().any(|value| said.contains(value.as_str()) || dry.to_string().contains(value.as_str()))
    );
    nowhere(&stage.data(), &values);
    let (code, _, said) = ran(&stage, &["label", "scan", "--folder", "/nonexistent", "--target", "host:a"]);
    assert!(code == 2 && said.contains("is not a folder"), "{code}: {said}");
    let (code, _, said) = ran(&stage, &["label", "scan", "--folder", path]);
    assert!(code == 2 && said.contains("--target"), "{code}: {said}");
}
