//! `docs/query.md` lists exactly the existing tables.

use countersign_sql::{LONGEST_SQL, Limits, MOST_AT_ONCE, MOST_TOKENS, tables};
use std::fmt::Write as _;
use std::path::PathBuf;

const BEGIN: &str = "<!-- The tables: UPDATE_QUERY=1 cargo nextest run -p countersign-sql writes them. -->\n";

fn written() -> String {
    let mut text = BEGIN.to_owned();
    for table in tables() {
        writeln!(text, "\n### `{}`\n\n{}\n", table.name, table.about).unwrap();
        text.push_str("| column | type | may be null | meaning |\n| --- | --- | --- | --- |\n");
        for column in &table.columns {
            let null = if column.nullable { "yes" } else { "" };
            let line = format!("| `{}` | {} | {null} | {} |", column.name, column.kind, column.about);
            writeln!(text, "{}", line.replace("|  |", "| |")).unwrap();
        }
    }
    text
}

#[test]
fn the_page_shows_the_tables_there_are() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/query.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (told, kept) = page.split_once(BEGIN).expect("the page has no marker for the tables");
    let written = written();
    if std::env::var_os("UPDATE_QUERY").is_some() {
        std::fs::write(&path, format!("{told}{written}")).unwrap();
        return;
    }
    assert!(format!("{BEGIN}{kept}") == written, "docs/query.md is out of date: run with UPDATE_QUERY=1");
}

#[test]
fn the_page_names_the_limits_there_are() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/query.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let limits = Limits::default();
    for (what, value) in [
        ("rows", "10,000 (at most 100,000)".to_owned()),
        ("time", format!("{} s (at most {} s)", limits.time.as_secs(), Limits::LONGEST.as_secs())),
        ("memory", format!("{} MiB", limits.memory >> 20)),
        ("length of the text", format!("{} KiB, 2,000 tokens", LONGEST_SQL >> 10)),
        ("at once", format!("{MOST_AT_ONCE} queries")),
    ] {
        assert!(page.contains(&format!("| {what} | {value} |")), "{what}: {value}");
    }
    assert_eq!((limits.rows, Limits::MOST_ROWS, MOST_TOKENS), (10_000, 100_000, 2_000));
}
