//! The content of files: the columns of CSV and JSON, and text.

use crate::{ColumnSample, SampledValue};
use serde_json::Value;

/// Maximum number of columns of one file.
const MOST_COLUMNS: usize = 500;

/// The longest name of a column that is kept, in characters.
const LONGEST_NAME: usize = 100;

/// A column of a file, or the whole of one that has none.
pub struct ScannedColumn {
    /// The name of the column; empty for a file without columns.
    pub name: String,
    /// What was counted in it.
    pub sample: ColumnSample,
}

/// Why a file was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnreadContent {
    /// It is no text.
    Binary,
    /// It has more columns than are counted.
    ManyColumns,
}

impl std::fmt::Display for UnreadContent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Binary => f.write_str("it is no text"),
            Self::ManyColumns => write!(f, "it has more than {MOST_COLUMNS} columns"),
        }
    }
}

/// Scans the content of a file, or the beginning of a long one. The end of its name says whether it is CSV or JSON.
///
/// # Errors
/// If it is no text, or has too many columns.
pub fn scan_file(name: &str, content: &[u8]) -> Result<Vec<ScannedColumn>, UnreadContent> {
    let content = content.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(content);
    if content.contains(&0) {
        return Err(UnreadContent::Binary);
    }
    let text = String::from_utf8_lossy(content);
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    match ending.as_deref() {
        Some("csv" | "tsv") => scan_csv(&text),
        Some("json" | "jsonl" | "ndjson") => match scan_json(&text)? {
            columns if columns.is_empty() => Ok(scan_text(&text)),
            columns => Ok(columns),
        },
        _ => Ok(scan_text(&text)),
    }
}

fn scan_text(text: &str) -> Vec<ScannedColumn> {
    let mut sample = ColumnSample::new("");
    let mut rest = text;
    // Cut at the end of a line, so that no value is cut apart; lines longer than a part are cut where the part ends.
    while !rest.is_empty() {
        let part = rest.get(..rest.floor_char_boundary(SampledValue::LONGEST)).unwrap_or(rest);
        let end = if part.len() == rest.len() { None } else { part.rfind('\n').map(|at| at + 1) };
        let (part, after) = rest.split_at_checked(end.unwrap_or(part.len())).unwrap_or((rest, ""));
        sample.observe_lines(&SampledValue::new(part));
        rest = after;
    }
    vec![ScannedColumn { name: String::new(), sample }]
}

#[derive(Default)]
struct FileColumns(Vec<ScannedColumn>);

impl FileColumns {
    fn named(&mut self, name: &str) -> Result<&mut ColumnSample, UnreadContent> {
        let place = self.0.iter().position(|column| column.name == name);
        let place = match place {
            Some(place) => place,
            None if self.0.len() >= MOST_COLUMNS => return Err(UnreadContent::ManyColumns),
            None => {
                self.0.push(ScannedColumn { name: name.to_owned(), sample: ColumnSample::new(name) });
                self.0.len() - 1
            }
        };
        self.0.get_mut(place).map(|column| &mut column.sample).ok_or(UnreadContent::ManyColumns)
    }
}

fn scan_json(text: &str) -> Result<Vec<ScannedColumn>, UnreadContent> {
    let mut columns = FileColumns::default();
    // One document, or one on each line; what comes after a mistake is not read.
    for value in serde_json::Deserializer::from_str(text).into_iter::<Value>().map_while(Result::ok) {
        leaves(&value, "", &mut columns)?;
    }
    Ok(columns.0)
}

fn leaves(value: &Value, name: &str, columns: &mut FileColumns) -> Result<(), UnreadContent> {
    match value {
        Value::Object(fields) => fields.iter().try_for_each(|(key, value)| {
            let key: String = key.chars().take(LONGEST_NAME).collect();
            leaves(value, &key, columns)
        }),
        Value::Array(items) => items.iter().try_for_each(|item| leaves(item, name, columns)),
        Value::String(text) => {
            columns.named(name)?.observe(&SampledValue::new(text));
            Ok(())
        }
        Value::Number(number) => {
            columns.named(name)?.observe(&SampledValue::new(&number.to_string()));
            Ok(())
        }
        Value::Null | Value::Bool(_) => Ok(()),
    }
}

fn scan_csv(text: &str) -> Result<Vec<ScannedColumn>, UnreadContent> {
    let first = text.lines().next().unwrap_or_default();
    let count = |separator: &char| first.matches(*separator).count();
    let separator = [',', ';', '\t', '|'].into_iter().rev().max_by_key(count).unwrap_or(',');
    let mut rows = CsvRows { rest: text, separator };
    let Some(header) = rows.next() else { return Ok(Vec::new()) };
    if header.len() > MOST_COLUMNS {
        return Err(UnreadContent::ManyColumns);
    }
    // A first line with a value in it is no header.
    let is_header = !header.iter().any(|name| name.bytes().any(|b| b.is_ascii_digit()) && name.len() > 8);
    let mut columns: Vec<ScannedColumn> = Vec::new();
    for (place, name) in header.iter().enumerate() {
        let name = if is_header { name.trim().chars().take(LONGEST_NAME).collect() } else { String::new() };
        let mut sample = ColumnSample::new(&name);
        if !is_header && let Some(value) = header.get(place) {
            sample.observe(&SampledValue::new(value));
        }
        let name = if name.is_empty() { format!("column {}", place + 1) } else { name };
        columns.push(ScannedColumn { name, sample });
    }
    for row in rows {
        for (value, column) in row.iter().zip(&mut columns) {
            column.sample.observe(&SampledValue::new(value));
        }
    }
    Ok(columns)
}

/// The rows of CSV as RFC 4180 has it, with any separator. A quotation mark that is never closed ends with the text.
struct CsvRows<'a> {
    rest: &'a str,
    separator: char,
}

impl Iterator for CsvRows<'_> {
    type Item = Vec<String>;

    fn next(&mut self) -> Option<Vec<String>> {
        if self.rest.is_empty() {
            return None;
        }
        let (mut row, mut field, mut quoted) = (Vec::new(), String::new(), false);
        let mut characters = self.rest.char_indices().peekable();
        let mut end = self.rest.len();
        while let Some((at, c)) = characters.next() {
            match c {
                '"' if quoted => match characters.next_if(|(_, next)| *next == '"') {
                    Some(_) => field.push('"'),
                    None => quoted = false,
                },
                '"' if field.is_empty() => quoted = true,
                '\n' if !quoted => {
                    end = at + 1;
                    break;
                }
                '\r' if !quoted => {}
                c if c == self.separator && !quoted => row.push(std::mem::take(&mut field)),
                c => field.push(c),
            }
        }
        row.push(field);
        self.rest = self.rest.get(end..).unwrap_or_default();
        Some(row)
    }
}
