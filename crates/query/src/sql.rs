//! Turns the text of a query into a plan that only reads, or into a helpful error.

use countersign_sql::{LONGEST_SQL, MOST_TOKENS, QueryError, Spot};
use datafusion::common::{DataFusionError, SchemaError};
use datafusion::execution::context::SQLOptions;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::LogicalPlan;
use datafusion::sql::parser::{DFParserBuilder, Statement};
use datafusion::sql::sqlparser::ast::Statement as Standard;
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::parser::ParserError;
use datafusion::sql::sqlparser::tokenizer::{Token, Tokenizer};

/// Maximum nesting of brackets, subqueries and the like. Nesting without brackets is limited by the length.
const DEEPEST: usize = 50;
/// Maximum number of suggestions for an unknown name.
const OFFERED: usize = 3;

/// Parses a text as a single statement that only reads.
pub(crate) fn read(sql: &str) -> Result<Statement, QueryError> {
    if sql.len() > LONGEST_SQL {
        return Err(QueryError::TooLong(sql.len()));
    }
    let tokens = Tokenizer::new(&GenericDialect {}, sql)
        .tokenize()
        .map_err(|error| syntax(&ParserError::TokenizerError(error.to_string())))?;
    let tokens = tokens.iter().filter(|token| !matches!(token, Token::Whitespace(_))).count();
    if tokens > MOST_TOKENS {
        return Err(QueryError::TooMany(tokens));
    }
    let parser = DFParserBuilder::new(sql).with_dialect(&GenericDialect {}).with_recursion_limit(DEEPEST);
    let parsed = parser.build().and_then(|mut parser| parser.parse_statements());
    let mut statements = parsed.map_err(|error| refused(&error))?;
    let count = statements.len();
    match statements.pop_front() {
        Some(statement) if count == 1 => match reads(&statement) {
            true => Ok(statement),
            false => Err(QueryError::NotReading(first_word(sql))),
        },
        _ => Err(QueryError::NotOne(count)),
    }
}

fn reads(statement: &Statement) -> bool {
    match statement {
        Statement::Statement(statement) => match statement.as_ref() {
            Standard::Query(_) | Standard::ExplainTable { .. } => true,
            Standard::Explain { statement, .. } => matches!(statement.as_ref(), Standard::Query(_)),
            _ => false,
        },
        Statement::Explain(explain) => reads(&explain.statement),
        _ => false,
    }
}

fn first_word(sql: &str) -> String {
    let word = |c: char| c.is_ascii_alphabetic();
    let begin = sql.find(word).unwrap_or(0);
    sql.chars().skip(begin).take_while(|c| word(*c)).take(40).collect::<String>().to_uppercase()
}

/// Plans a statement over the known tables.
pub(crate) async fn plan(
    state: &SessionState,
    statement: Statement,
    known: &[&str],
) -> Result<LogicalPlan, QueryError> {
    for table in state.resolve_table_references(&statement).map_err(|error| refused(&error))? {
        let ours = table.schema().is_none_or(|schema| schema == "public");
        if !(ours && known.contains(&table.table())) {
            return Err(no_table(table.table(), known));
        }
    }
    let plan = state.statement_to_plan(statement).await.map_err(|error| refused(&error))?;
    // The statement is a query; this checks for parts of it that write.
    let only_read =
        SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
    only_read
        .verify_plan(&plan)
        .map_err(|_| QueryError::NotReading("a statement with a part that writes".to_owned()))?;
    Ok(plan)
}

fn no_table(table: &str, known: &[&str]) -> QueryError {
    QueryError::NoTable { table: table.to_owned(), known: known.join(", ") }
}

/// Converts an error of the engine into one for the user.
pub(crate) fn refused(error: &DataFusionError) -> QueryError {
    let root = error.find_root();
    let said = || tidy(&root.strip_backtrace());
    match root {
        DataFusionError::SQL(error, _) => syntax(error),
        DataFusionError::SchemaError(error, _) => match error.as_ref() {
            SchemaError::FieldNotFound { field, valid_fields } => {
                let valid: Vec<&str> = valid_fields.iter().map(|field| field.name.as_str()).collect();
                no_column(&field.name, &valid)
            }
            other => QueryError::Refused(tidy(&other.to_string())),
        },
        DataFusionError::Plan(_) | DataFusionError::NotImplemented(_) | DataFusionError::Configuration(_) => {
            QueryError::Refused(said())
        }
        DataFusionError::Execution(_) | DataFusionError::ArrowError(..) | DataFusionError::External(_) => {
            QueryError::Failed(said())
        }
        other => {
            tracing::error!(error = %other, "a query failed in a way that it should not");
            QueryError::Broken
        }
    }
}

/// Removes the engine's names of error kinds, and its advice to report them, from a message.
fn tidy(said: &str) -> String {
    let mut said = said.trim();
    for kind in ["Error during planning: ", "Execution error: ", "Arrow error: ", "Schema error: "] {
        said = said.strip_prefix(kind).unwrap_or(said);
    }
    let said = said
        .strip_prefix("This feature is not implemented: ")
        .map_or_else(|| said.to_owned(), |what| format!("this is not supported here: {what}"));
    said.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

fn syntax(error: &ParserError) -> QueryError {
    let said = match error {
        ParserError::TokenizerError(said) | ParserError::ParserError(said) => said.as_str(),
        ParserError::RecursionLimitExceeded => {
            let what = format!("it is nested more than {DEEPEST} deep");
            return QueryError::Syntax { at: None, what };
        }
    };
    let (what, at) = match said.rsplit_once(" at Line: ") {
        Some((what, place)) => (what, spot(place)),
        None => (said, None),
    };
    QueryError::Syntax { at, what: what.trim().to_owned() }
}

/// Parses `4, Column: 17`.
fn spot(place: &str) -> Option<Spot> {
    let (line, column) = place.split_once(", Column: ")?;
    let digits: String = column.chars().take_while(char::is_ascii_digit).collect();
    Some(Spot { line: line.trim().parse().ok()?, column: digits.parse().ok()? })
}

fn no_column(column: &str, valid: &[&str]) -> QueryError {
    let mut near: Vec<(usize, &str)> = valid.iter().map(|known| (distance(column, known), *known)).collect();
    near.sort_unstable();
    near.dedup();
    // If more than half of the letters differ, the names are unrelated.
    let close = |(far, name): &(usize, &str)| {
        *far * 2 <= column.chars().count().max(2) || name.contains(column) || column.contains(name)
    };
    let near = near.into_iter().filter(close).take(OFFERED).map(|(_, name)| name.to_owned()).collect();
    QueryError::NoColumn { column: column.to_owned(), near }
}

/// Returns the number of letters to change to turn one name into the other.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(80).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, letter) in a.chars().take(80).enumerate() {
        let mut left = i + 1;
        let mut next = vec![left];
        for (other, pair) in b.iter().zip(row.windows(2)) {
            let [diagonal, above] = pair else { continue };
            let changed = diagonal + usize::from(letter != *other);
            left = changed.min(above + 1).min(left + 1);
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_writes_or_sets_is_no_query() {
        for (sql, word) in [
            ("INSERT INTO facts VALUES (1)", "INSERT"),
            ("  -- hello\n delete from facts", "HELLO"),
            ("DELETE FROM facts", "DELETE"),
            ("UPDATE decisions SET effect = 'allow'", "UPDATE"),
            ("CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '/etc/passwd'", "CREATE"),
            ("CREATE TABLE t AS SELECT 1", "CREATE"),
            ("COPY decisions TO '/tmp/x.csv'", "COPY"),
            ("COPY (SELECT 1) TO '/tmp/x.csv'", "COPY"),
            ("SET datafusion.execution.batch_size = 1", "SET"),
            ("RESET datafusion.execution.batch_size", "RESET"),
            ("DROP TABLE decisions", "DROP"),
            ("TRUNCATE decisions", "TRUNCATE"),
            ("EXPLAIN INSERT INTO facts VALUES (1)", "EXPLAIN"),
            ("EXPLAIN COPY decisions TO '/tmp/x.csv'", "EXPLAIN"),
            ("PREPARE p AS SELECT 1", "PREPARE"),
            ("SHOW TABLES", "SHOW"),
            ("BEGIN", "BEGIN"),
        ] {
            assert_eq!(read(sql).unwrap_err(), QueryError::NotReading(word.to_owned()), "{sql}");
        }
        for sql in ["SELECT 1", "WITH a AS (SELECT 1) SELECT * FROM a;", "EXPLAIN SELECT 1", "(SELECT 1)"] {
            assert!(read(sql).is_ok(), "{sql}");
        }
    }

    #[test]
    fn a_slip_says_where_it_is() {
        let check =
            |sql: &str, expected: &str| assert_eq!(read(sql).unwrap_err().to_string(), expected, "{sql}");
        check("", "there are 0 statements; a query is one");
        check("SELECT 1; SELECT 2", "there are 2 statements; a query is one");
        check("SELECT *\n FORM decisions", "at line 2, column 2: Expected: end of statement, found: FORM");
        check("SELECT 'x", "at line 1, column 8: Unterminated string literal");
        let deep = format!("SELECT {}1{}", "(".repeat(200), ")".repeat(200));
        check(&deep, "it is nested more than 50 deep");
        let many = format!("SELECT 1{}", "+1".repeat(2_000));
        check(&many, "the query has 4002 tokens, and may have 2000");
        let long = format!("SELECT '{}'", "x".repeat(LONGEST_SQL));
        check(&long, "the query is 16393 bytes long, and may have 16384");
    }

    #[test]
    fn names_are_near_by_their_letters() {
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", ""), 3);
        assert_eq!(distance("principle", "principal"), 2);
        assert_eq!(distance("effect", "effect"), 0);
        let QueryError::NoColumn { near, .. } = no_column("princpal", &["effect", "principal", "at"]) else {
            panic!("it is no column")
        };
        assert_eq!(near, ["principal"]);
    }
}
