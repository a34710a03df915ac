//! The rows of a CSV file: UTF-8, all of one length, none longer than a limit.

use super::breaks::{LineBreaks, WatchedReader};
use crate::budget::{BudgetedReader, RecordBudget};
use crate::reading::SourceError;
use crate::text::shortened;
use csv::{ByteRecord, ErrorKind, ReaderBuilder, StringRecord};
use std::io::{BufRead, Chain, Cursor, Read};

/// Maximum length of a row in bytes.
const LONGEST_ROW: u64 = 4 << 20;

/// A row that is appended to the input. If a quote is still open at the end, it becomes a part of the last cell; without it
/// the end of the input would close the quote, and everything behind the quote would be one cell.
const LAST_ROW: &[u8] = b"\n\x1eend of input\x1e\n";

/// Reads the rows of a file.
pub(super) struct RowReader<R> {
    rows: csv::Reader<WatchedReader<BudgetedReader<RowBytes<R>>>>,
    budget: RecordBudget,
    breaks: LineBreaks,
    /// The line of the row that was read last.
    line: u64,
    /// The name of the file.
    file: String,
    ended: bool,
}

type RowBytes<R> = Chain<Chain<Cursor<Vec<u8>>, R>, &'static [u8]>;

/// A row.
pub(super) struct CsvRow {
    /// The line where it begins, counted from 1.
    pub(super) line: u64,
    cells: StringRecord,
}

impl CsvRow {
    /// Returns the cell of the column with this number, without spaces around it.
    pub(super) fn cell(&self, column: usize) -> &str {
        self.cells.get(column).unwrap_or_default().trim()
    }
}

impl<R: BufRead> RowReader<R> {
    /// Begins to read. Refuses what is not UTF-8 by its byte order mark.
    pub(super) fn open<E>(mut input: R, separator: u8, file: &str) -> Result<Self, SourceError<E>> {
        let mut beginning = Vec::new();
        (&mut input).take(3).read_to_end(&mut beginning)?;
        let other = match beginning.as_slice() {
            [0xff, 0xfe, ..] => Some("UTF-16, little-endian"),
            [0xfe, 0xff, ..] => Some("UTF-16, big-endian"),
            [_, 0, ..] | [0, _, ..] => Some("UTF-16 or UTF-32 without a byte order mark"),
            _ => None,
        };
        if let Some(encoding) = other {
            let problem = format!(
                "`{file}`: the file is {encoding}; save it as UTF-8 (in a spreadsheet: \"CSV UTF-8\"; or `iconv -f UTF-16 -t UTF-8`)"
            );
            return Err(SourceError::Malformed { line: 1, problem });
        }
        if beginning == [0xef, 0xbb, 0xbf] {
            beginning.clear();
        }
        let budget = RecordBudget::of(LONGEST_ROW);
        let breaks = LineBreaks::default();
        let input = breaks.watch(budget.limit(Cursor::new(beginning).chain(input).chain(LAST_ROW)));
        let rows =
            ReaderBuilder::new().delimiter(separator).has_headers(false).flexible(true).from_reader(input);
        Ok(Self { rows, budget, breaks, line: 1, file: file.to_owned(), ended: false })
    }

    /// Returns the names of the columns.
    pub(super) fn header<E>(&mut self) -> Result<Vec<String>, SourceError<E>> {
        let Some(row) = self.any_row()? else {
            return Err(self.malformed(1, "it is empty: the first row has to name the columns"));
        };
        Ok(row.cells.iter().map(|cell| cell.trim().to_owned()).collect())
    }

    /// Returns the next row that has anything in it, or `None` at the end.
    pub(super) fn next_row<E>(&mut self, columns: usize) -> Result<Option<CsvRow>, SourceError<E>> {
        loop {
            let Some(row) = self.any_row()? else { return Ok(None) };
            // A spreadsheet writes rows of nothing but separators behind the last one.
            if row.cells.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            if row.cells.len() != columns {
                let problem = format!(
                    "the row has {} cells, and the header has {columns}: is a cell with the separator in it not in quotes?",
                    row.cells.len()
                );
                return Err(self.malformed(row.line, problem));
            }
            return Ok(Some(row));
        }
    }

    fn any_row<E>(&mut self) -> Result<Option<CsvRow>, SourceError<E>> {
        if self.ended {
            return Ok(None);
        }
        let offset = self.rows.position().byte();
        let mut bytes = ByteRecord::new();
        let read = self.rows.read_byte_record(&mut bytes);
        self.line += self.breaks.pass(offset);
        let line = self.line;
        let read = match read {
            Ok(read) => read,
            Err(_) if self.budget.is_spent() => {
                let problem = format!(
                    "the row is longer than {} MiB: is there a quote that does not end?",
                    LONGEST_ROW >> 20
                );
                return Err(self.malformed(line, problem));
            }
            Err(error) => match error.into_kind() {
                ErrorKind::Io(error) => return Err(SourceError::Input(error)),
                other => return Err(self.malformed(line, format!("not CSV: {other:?}"))),
            },
        };
        self.budget.renew();
        let last = LAST_ROW.trim_ascii();
        if read && bytes.len() == 1 && bytes.get(0).is_some_and(|cell| cell == last) {
            self.ended = true;
            return Ok(None);
        }
        // The last cell of a row that ends with the input holds the appended row.
        if !read || bytes.iter().any(|cell| cell.windows(last.len()).any(|part| part == last)) {
            return Err(self.malformed(line, "a quote opens in this row and does not end"));
        }
        let cells = StringRecord::from_byte_record(bytes).map_err(|error| {
            let place = error.utf8_error().clone();
            let bytes = error.into_byte_record();
            let cell = bytes.get(place.field()).unwrap_or_default();
            let byte = cell.get(place.valid_up_to()).copied().unwrap_or_default();
            let before = String::from_utf8_lossy(cell.get(..place.valid_up_to()).unwrap_or_default()).into_owned();
            let problem = format!(
                "cell {} is not UTF-8 (byte 0x{byte:02X} after `{}`); the file is probably Windows-1252 or ISO 8859-1: save it as UTF-8 (`iconv -f WINDOWS-1252 -t UTF-8`)",
                place.field() + 1,
                shortened(&before)
            );
            self.malformed(line, problem)
        })?;
        Ok(Some(CsvRow { line, cells }))
    }

    fn malformed<E>(&self, line: u64, problem: impl std::fmt::Display) -> SourceError<E> {
        SourceError::Malformed { line, problem: format!("`{}`: {problem}", self.file) }
    }
}
