//! The logical lines of LDIF: folded lines joined, comments left out.

use crate::reading::SourceError;
use std::io::{BufRead, Read as _};

/// Maximum length of a logical line in bytes. A photograph or a list of revoked certificates may be long.
const LONGEST_LINE: usize = 16 << 20;

/// Reads logical lines, each with the number of its first physical line.
pub(super) struct LineReader<R> {
    input: R,
    /// The number of physical lines that were read.
    read: u64,
    /// A physical line that was read ahead.
    ahead: Option<Vec<u8>>,
}

/// A logical line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct LogicalLine {
    /// The number of its first physical line, counted from 1.
    pub(super) number: u64,
    /// Its bytes, without the end of the line; empty between two entries.
    pub(super) bytes: Vec<u8>,
}

impl<R: BufRead> LineReader<R> {
    pub(super) const fn new(input: R) -> Self {
        Self { input, read: 0, ahead: None }
    }

    /// Returns the next logical line that is no comment, or `None` at the end.
    pub(super) fn next_line<E>(&mut self) -> Result<Option<LogicalLine>, SourceError<E>> {
        loop {
            let Some(mut bytes) = self.physical()? else { return Ok(None) };
            let number = self.read;
            if bytes.first() == Some(&b' ') {
                return Err(malformed(number, "the line continues another, but there is none before it"));
            }
            // An empty line ends an entry; what follows it cannot continue it.
            if !bytes.is_empty() {
                self.unfold(number, &mut bytes)?;
            }
            if bytes.first() != Some(&b'#') {
                return Ok(Some(LogicalLine { number, bytes }));
            }
        }
    }

    /// Appends the lines that continue this one.
    fn unfold<E>(&mut self, number: u64, bytes: &mut Vec<u8>) -> Result<(), SourceError<E>> {
        while let Some(next) = self.physical()? {
            let Some(continued) = next.strip_prefix(b" ") else {
                self.ahead = Some(next);
                self.read -= 1;
                return Ok(());
            };
            if bytes.len() + continued.len() > LONGEST_LINE {
                return Err(too_long(number));
            }
            bytes.extend_from_slice(continued);
        }
        Ok(())
    }

    fn physical<E>(&mut self) -> Result<Option<Vec<u8>>, SourceError<E>> {
        self.read += 1;
        if let Some(ahead) = self.ahead.take() {
            return Ok(Some(ahead));
        }
        let mut bytes = Vec::new();
        let limit = u64::try_from(LONGEST_LINE + 2).unwrap_or(u64::MAX);
        (&mut self.input).take(limit).read_until(b'\n', &mut bytes)?;
        if bytes.is_empty() {
            return Ok(None);
        }
        if bytes.last() == Some(&b'\n') {
            bytes.pop();
            if bytes.last() == Some(&b'\r') {
                bytes.pop();
            }
        } else if bytes.len() > LONGEST_LINE {
            return Err(too_long(self.read));
        }
        Ok(Some(bytes))
    }
}

pub(super) fn malformed<E>(line: u64, problem: impl Into<String>) -> SourceError<E> {
    SourceError::Malformed { line, problem: problem.into() }
}

fn too_long<E>(line: u64) -> SourceError<E> {
    malformed(
        line,
        format!("the value is longer than {} MiB; leave its attribute out of the export", LONGEST_LINE >> 20),
    )
}
