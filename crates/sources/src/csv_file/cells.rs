//! The cells of a row as values of a record.

use super::header::{BoundAttribute, says_nothing};
use super::schema::CellForm;
use crate::text::{MOST_TEXTS, fit, shortened};
use countersign_names::Timestamp;
use serde_json::Value;

/// Forms of a date that are a number: seconds or milliseconds since 1970, and days since 1899-12-30, as spreadsheets count.
pub(super) const COUNTED: [&str; 3] = ["unix", "unix_ms", "spreadsheet"];

/// Forms of a date that are read where the mapping names none.
const STANDARD: [&str; 4] = ["%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"];

/// The moments at which something ends, which may be `never`.
const ENDS: [&str; 2] = ["ends_at", "expires_at"];

/// Days from 1899-12-30 to 1970-01-01.
const SPREADSHEET_DAYS: f64 = 25_569.0;

/// Microseconds of a day.
const DAY_MICROS: f64 = 86_400_000_000.0;

/// The largest number that is read as a moment: microseconds until the year 9999.
const LAST_MICROS: f64 = 253_402_300_799_000_000.0;

/// A cell that could not be read.
pub(super) struct UnreadCell {
    /// Why.
    pub(super) reason: String,
}

/// Reads the cells of a column.
pub(super) struct CellReader<'a>(&'a BoundAttribute<'a>);

impl<'a> CellReader<'a> {
    pub(super) const fn of(column: &'a BoundAttribute<'a>) -> Self {
        Self(column)
    }

    /// Returns the value of a cell, or `None` if it says nothing.
    pub(super) fn read(&self, cell: &str) -> Result<Option<Value>, UnreadCell> {
        let rule = self.0.rule;
        let cell = if says_nothing(self.0.nothing, cell) {
            let Some(meaning) = &rule.empty else { return Ok(None) };
            meaning.as_str()
        } else {
            cell
        };
        match self.0.form {
            CellForm::Text => Ok(fit(cell).map(Value::from)),
            CellForm::Texts => Ok(texts(cell, &rule.separator)),
            CellForm::Flag => one_of(cell, &[(&rule.words.yes, true), (&rule.words.no, false)]),
            CellForm::Use => one_of(
                cell,
                &[
                    (&rule.words.person, "person"),
                    (&rule.words.service, "service"),
                    (&rule.words.machine, "machine"),
                ],
            ),
            // An end that never comes, as an empty date of leaving means. Of other moments the word says nothing.
            CellForm::Moment if cell == "never" && ENDS.contains(&self.0.attribute) => {
                Ok(Some(Timestamp::MAX.to_string().into()))
            }
            CellForm::Moment => match moment(cell, &rule.dates) {
                Some(moment) => Ok(Some(moment.to_string().into())),
                None => Err(UnreadCell { reason: no_date(cell, &rule.dates) }),
            },
        }
    }
}

fn texts(cell: &str, separator: &str) -> Option<Value> {
    let mut texts: Vec<String> = Vec::new();
    for text in cell.split(separator).filter_map(fit) {
        if texts.len() < MOST_TEXTS && !texts.contains(&text) {
            texts.push(text);
        }
    }
    (!texts.is_empty()).then(|| texts.into())
}

fn one_of<T: Into<Value> + Copy>(
    cell: &str,
    meanings: &[(&Vec<String>, T)],
) -> Result<Option<Value>, UnreadCell> {
    let lower = cell.to_lowercase();
    let meaning =
        meanings.iter().find(|(words, _)| words.iter().any(|word| word.trim().to_lowercase() == lower));
    if let Some((_, meaning)) = meaning {
        return Ok(Some((*meaning).into()));
    }
    let known: Vec<String> =
        meanings.iter().flat_map(|(words, _)| words.iter()).map(|word| format!("`{word}`")).collect();
    Err(UnreadCell {
        reason: format!("`{}` is none of {}; name it under `words`", shortened(cell), known.join(", ")),
    })
}

fn no_date(cell: &str, forms: &[String]) -> String {
    let forms = if forms.is_empty() { "RFC 3339 or `%Y-%m-%d`".to_owned() } else { forms.join(" or ") };
    format!("`{}` is not a date in the form {forms}", shortened(cell))
}

/// Reads a moment. A day is its beginning in UTC; so is a time of day without an offset.
pub(super) fn moment(text: &str, forms: &[String]) -> Option<Timestamp> {
    if forms.is_empty() {
        let standard = || STANDARD.iter().find_map(|form| by_form(text, form));
        return text.parse::<Timestamp>().ok().filter(|moment| *moment != Timestamp::MAX).or_else(standard);
    }
    forms.iter().find_map(|form| match form.as_str() {
        "unix" => by_number(text, 0.0, 1_000_000.0),
        "unix_ms" => by_number(text, 0.0, 1_000.0),
        "spreadsheet" => by_number(text, SPREADSHEET_DAYS, DAY_MICROS),
        form => by_form(text, form),
    })
}

fn by_number(text: &str, zero: f64, unit: f64) -> Option<Timestamp> {
    let number: f64 = text.parse().ok().filter(|number: &f64| number.is_finite())?;
    let micros = ((number - zero) * unit).round();
    // The bound is far within an i64.
    (micros.abs() <= LAST_MICROS).then_some(Timestamp::from_micros(micros as i64))
}

fn by_form(text: &str, form: &str) -> Option<Timestamp> {
    let parts = jiff::fmt::strtime::parse(form, text).ok()?;
    if let Ok(moment) = parts.to_timestamp() {
        return Some(Timestamp::from_micros(moment.as_microsecond()));
    }
    let midnight = || parts.to_date().map(|date| date.at(0, 0, 0, 0));
    let moment = parts.to_datetime().or_else(|_| midnight()).ok()?;
    let moment = moment.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(Timestamp::from_micros(moment.timestamp().as_microsecond()))
}
