//! `countersign query`: SQL queries over what happened.

use crate::client::{Client, ServerAnswer};
use crate::console::{Console, read};
use crate::context::Context;
use crate::exit::Failure;
use crate::span;
use clap::Args;
use countersign_api::{Items, NewQuery, QueryAnswer, QueryTable, rows};
use serde_json::Value;
use std::time::Duration;

/// The server's problem type while a part of the software is being built.
const BEING_BUILT: &str = "about:blank#being-built";
/// Pause between two attempts while it is being built.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// A query.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  countersign query --tables\n  \
                        countersign query SELECT application, effect FROM decisions LIMIT 20\n  \
                        countersign query --csv SELECT person, ended_at FROM sessions > sessions.csv\n\n\
                        In a shell, put the SQL into double quotes: \"SELECT count(*) FROM decisions\". It only reads.\n\
                        Ends with 1 if something could not be read, and names it; the rows come from everything else.\n\
                        Tables, limits and more examples: docs/query.md.")]
pub(crate) struct QueryArgs {
    /// One SELECT over the tables decisions, sessions and facts
    #[arg(value_name = "SQL", num_args = 1.., required_unless_present = "tables", conflicts_with = "tables")]
    sql: Vec<String>,
    /// Show the tables and their columns
    #[arg(long, alias = "describe")]
    tables: bool,
    /// Print CSV (RFC 4180), with a header line
    #[arg(long, conflicts_with_all = ["json", "tables"])]
    csv: bool,
    /// Maximum number of rows
    #[arg(long, value_name = "COUNT", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    max_rows: u32,
    /// Maximum time, up to 100s
    #[arg(long, value_name = "SPAN", default_value = "30s", value_parser = timeout)]
    timeout: Duration,
    /// Read only the records in the folder of the process that answers, not those of its store
    #[arg(long)]
    local: bool,
}

fn timeout(text: &str) -> Result<Duration, String> {
    let span = span::parse(text)?;
    if span > Duration::from_secs(100) { Err("a query may take 100s at most".to_owned()) } else { Ok(span) }
}

impl QueryArgs {
    pub(crate) async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        let client = cx.client()?;
        if self.tables {
            let answer = client.all(rows::query::TABLES.to([])).await?;
            return cx.console.show(answer, tables);
        }
        let asked = NewQuery {
            sql: self.sql.join(" "),
            max_rows: Some(self.max_rows),
            timeout_seconds: Some(u32::try_from(self.timeout.as_secs()).unwrap_or(u32::MAX)),
            local: self.local,
        };
        let shown = answered(&client, &mut cx.console, &asked).await?;
        if cx.console.wants_json() {
            cx.console.json(&shown)?;
        }
        let answer: QueryAnswer = read(shown)?;
        if self.csv {
            cx.console.text(&csv(&answer))?;
        } else if !cx.console.wants_json() {
            rows(&mut cx.console, &answer)?;
        }
        if answer.truncated {
            cx.console.remark(format!(
                "there are more rows than these {}: narrow the query, or raise --max-rows",
                answer.rows.len()
            ));
        }
        if answer.incomplete.is_empty() {
            return Ok(());
        }
        // Whoever counts on numbers must not mistake those of a part for those of the whole.
        Err(Failure::Failed(format!(
            "this could not be read: {}; the rows come from everything else",
            answer.incomplete.join("; ")
        )))
    }
}

/// Requests the answer. Waits while the SQL engine is being built, which happens once after a checkout.
async fn answered(
    client: &Client,
    console: &mut Console,
    question: &NewQuery,
) -> Result<ServerAnswer<QueryAnswer>, Failure> {
    let mut waits = false;
    loop {
        match client.send_long_running(rows::query::ASK.to([]), question).await {
            Err(Failure::Problem(problem)) if problem.is(BEING_BUILT) => {
                if !waits {
                    console.remark("the SQL engine is being built; waiting for it (Ctrl-C to stop)");
                }
                waits = true;
                tokio::time::sleep(LOOK_EVERY).await;
            }
            answer => return answer,
        }
    }
}

fn tables(console: &mut Console, tables: Items<QueryTable>) -> Result<(), Failure> {
    if tables.items.is_empty() {
        return console.line("There is no table.");
    }
    for (place, table) in tables.items.into_iter().enumerate() {
        if place > 0 {
            console.line("")?;
        }
        console.line(format!("{}: {}", table.name, table.about))?;
        let rows = table.columns.into_iter().map(|column| {
            let empty = if column.nullable { "may be null" } else { "" };
            [column.name, column.kind, empty.to_owned(), column.about]
        });
        console.table(["COLUMN", "TYPE", "", "MEANING"], rows, "It has no columns.")?;
    }
    Ok(())
}

fn rows(console: &mut Console, answer: &QueryAnswer) -> Result<(), Failure> {
    let heading: Vec<String> = answer.columns.iter().map(|column| column.name.clone()).collect();
    let rows = answer.rows.iter().map(|row| row.iter().map(text).collect());
    console.columns(heading, rows, "No rows.")
}

/// Formats a value for people; null is empty.
fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Formats rows as RFC 4180 requires. Null and empty text look alike there, as in every spreadsheet.
fn csv(answer: &QueryAnswer) -> String {
    let mut out = String::new();
    let names = answer.columns.iter().map(|column| column.name.clone()).collect();
    let rows = answer.rows.iter().map(|row| row.iter().map(text).collect::<Vec<String>>());
    for row in std::iter::once(names).chain(rows) {
        let cells: Vec<String> = row.iter().map(|cell| quoted(&tame(cell))).collect();
        out.push_str(&cells.join(","));
        out.push_str("\r\n");
    }
    out
}

/// Unauthenticated callers choose some of these texts, and a terminal obeys control characters.
fn tame(cell: &str) -> String {
    let tame = |c: char| if c.is_control() && !matches!(c, '\t' | '\n' | '\r') { '\u{fffd}' } else { c };
    cell.chars().map(tame).collect()
}

fn quoted(cell: &str) -> String {
    if !cell.contains(['"', ',', '\r', '\n']) {
        return cell.to_owned();
    }
    format!("\"{}\"", cell.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn csv_is_quoted_where_it_must_be() {
        for (cell, expected) in [
            ("", ""),
            ("plain text", "plain text"),
            ("a,b", "\"a,b\""),
            ("say \"no\"", "\"say \"\"no\"\"\""),
            ("two\nlines", "\"two\nlines\""),
            ("\u{1b}[2J", "\u{fffd}[2J"),
        ] {
            assert_eq!(quoted(&tame(cell)), expected);
        }
    }
}
