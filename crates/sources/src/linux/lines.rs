//! The lines of a file of a host, with limits.

use crate::reading::SourceError;
use std::io::{BufRead, Read as _};

/// Maximum length of a line in bytes. A group may have many members.
const LONGEST_LINE: usize = 1 << 20;

/// Maximum size of a file that is no log, in bytes.
const LONGEST_FILE: u64 = 64 << 20;

/// A line with its number, or no line where it is too long.
pub(super) type NumberedLine = (u64, Option<String>);

/// Reads a file by line.
pub(super) struct HostLines<R> {
    input: R,
    number: u64,
    /// The number of bytes that may still be read, if that is limited.
    left: Option<u64>,
}

impl<R: BufRead> HostLines<R> {
    pub(super) const fn of(input: R, is_log: bool) -> Self {
        Self { input, number: 0, left: if is_log { None } else { Some(LONGEST_FILE) } }
    }

    /// Returns the next line with its number, or `None` at the end. What is not UTF-8 is replaced.
    pub(super) fn next_line<E>(
        &mut self,
        host: &str,
        path: &str,
    ) -> Result<Option<NumberedLine>, SourceError<E>> {
        self.number += 1;
        let mut bytes = Vec::new();
        let limit = u64::try_from(LONGEST_LINE + 1).unwrap_or(u64::MAX);
        (&mut self.input).take(limit).read_until(b'\n', &mut bytes)?;
        if bytes.is_empty() {
            return Ok(None);
        }
        let mut length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let ends = bytes.last() == Some(&b'\n');
        let is_long = !ends && bytes.len() > LONGEST_LINE;
        if is_long {
            length += self.skip_line()?;
        }
        if let Some(left) = &mut self.left {
            let Some(rest) = left.checked_sub(length) else {
                let problem =
                    format!("the host `{host}`: `{path}` is larger than {} MiB", LONGEST_FILE >> 20);
                return Err(SourceError::Malformed { line: self.number, problem });
            };
            *left = rest;
        }
        if is_long {
            return Ok(Some((self.number, None)));
        }
        let text = String::from_utf8_lossy(&bytes);
        Ok(Some((self.number, Some(text.trim_end_matches(['\n', '\r']).to_owned()))))
    }

    /// Passes over the rest of a line. Returns its length, which is cut where the file is too long in any case.
    fn skip_line(&mut self) -> Result<u64, std::io::Error> {
        let mut skipped = 0_u64;
        loop {
            let part = self.input.fill_buf()?;
            let end = part.iter().position(|byte| *byte == b'\n');
            let length = end.map_or(part.len(), |end| end + 1);
            self.input.consume(length);
            skipped += u64::try_from(length).unwrap_or(u64::MAX);
            if end.is_some() || length == 0 || self.left.is_some_and(|left| skipped > left) {
                return Ok(skipped);
            }
        }
    }
}
