//! The entries of LDIF.

use super::lines::{LineReader, LogicalLine, malformed};
use crate::directory::{DirectoryEntry, is_read, is_secret};
use crate::reading::SourceError;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::io::BufRead;

/// Maximum number of values of an entry. A group with more members than this is exported in ranges.
const MOST_VALUES: usize = 1_000_000;

/// Reads entries.
pub(super) struct EntryReader<R> {
    lines: LineReader<R>,
    begun: bool,
}

impl<R: BufRead> EntryReader<R> {
    pub(super) const fn new(input: R) -> Self {
        Self { lines: LineReader::new(input), begun: false }
    }

    /// Returns the next entry, or `None` at the end.
    pub(super) fn next_entry<E>(&mut self) -> Result<Option<DirectoryEntry>, SourceError<E>> {
        let Some(first) = self.first_line()? else { return Ok(None) };
        let field = Field::of(&first)?;
        if !field.name.eq_ignore_ascii_case("dn") {
            return Err(malformed(first.number, not_an_entry(field.name)));
        }
        let dn = text(first.number, "the distinguished name", field.value(first.number)?)?;
        let mut entry = DirectoryEntry { line: first.number, dn, values: Vec::new() };
        while let Some(line) = self.lines.next_line()? {
            if line.bytes.is_empty() {
                break;
            }
            let field = Field::of(&line)?;
            if field.name.eq_ignore_ascii_case("changetype") {
                let change = text(line.number, "changetype", field.value(line.number)?)?;
                if change.eq_ignore_ascii_case("add") {
                    continue;
                }
                return Err(malformed(
                    line.number,
                    format!(
                        "the file lists changes (`changetype: {change}`); export the content of the directory instead"
                    ),
                ));
            }
            if entry.values.len() == MOST_VALUES {
                return Err(malformed(
                    line.number,
                    format!(
                        "the entry has more than {MOST_VALUES} values; import this directory over LDAP instead"
                    ),
                ));
            }
            let name = field.name.to_ascii_lowercase();
            // What is not read is not kept: photographs, and hashes of passwords.
            if is_read(&name) {
                let value = if is_secret(&name) { Vec::new() } else { field.value(line.number)? };
                entry.values.push((name, value));
            }
        }
        Ok(Some(entry))
    }

    /// Returns the first line of the next entry. The first line of all may state the version of the format.
    fn first_line<E>(&mut self) -> Result<Option<LogicalLine>, SourceError<E>> {
        while let Some(line) = self.lines.next_line()? {
            if line.bytes.is_empty() {
                continue;
            }
            let field = Field::of(&line)?;
            if !std::mem::replace(&mut self.begun, true) && field.name.eq_ignore_ascii_case("version") {
                let version = text(line.number, "the version", field.value(line.number)?)?;
                if version != "1" {
                    return Err(malformed(
                        line.number,
                        format!("version {version} of LDIF is unknown; only 1 exists"),
                    ));
                }
                continue;
            }
            return Ok(Some(line));
        }
        Ok(None)
    }
}

fn not_an_entry(name: &str) -> String {
    if name.eq_ignore_ascii_case("search") || name.eq_ignore_ascii_case("result") {
        return format!("`{name}:` is no part of LDIF; export with `ldapsearch -LLL`");
    }
    format!("an entry begins with `dn:`, but this one begins with `{name}:`")
}

/// A line of an entry, cut at its first colon.
struct Field<'a> {
    name: &'a str,
    written: WrittenValue<'a>,
}

/// How a value is written.
enum WrittenValue<'a> {
    Plain(&'a [u8]),
    Base64(&'a [u8]),
    /// By a URL, which is not fetched.
    Elsewhere,
}

impl<'a> Field<'a> {
    fn of<E>(line: &'a LogicalLine) -> Result<Self, SourceError<E>> {
        let wrong = |problem: &str| malformed(line.number, problem);
        let colon = line.bytes.iter().position(|byte| *byte == b':');
        let (name, rest) = colon.and_then(|at| line.bytes.split_at_checked(at)).ok_or_else(|| {
            wrong("the line has no colon, so it is neither a value nor the continuation of one")
        })?;
        let name = std::str::from_utf8(name).ok().filter(|name| is_description(name));
        let name = name.ok_or_else(|| {
            wrong("the name of an attribute has letters, digits, hyphens, dots and options after semicolons")
        })?;
        let written = match rest {
            [b':', b':', value @ ..] => WrittenValue::Base64(value.trim_ascii()),
            [b':', b'<', ..] => WrittenValue::Elsewhere,
            [b':', value @ ..] => WrittenValue::Plain(trim_start(value)),
            _ => return Err(wrong("the line has no colon")),
        };
        Ok(Self { name, written })
    }

    fn value<E>(&self, line: u64) -> Result<Vec<u8>, SourceError<E>> {
        match self.written {
            WrittenValue::Plain(value) => Ok(value.to_vec()),
            WrittenValue::Base64(value) => STANDARD.decode(value).map_err(|error| {
                malformed(line, format!("the value of `{}` is not base64: {error}", self.name))
            }),
            WrittenValue::Elsewhere => Err(malformed(
                line,
                format!(
                    "the value of `{}` is named by a URL, which is not fetched; write the value itself",
                    self.name
                ),
            )),
        }
    }
}

/// Returns whether this is an attribute description: a name or an object identifier, and options.
fn is_description(text: &str) -> bool {
    let mut parts = text.split(';');
    let ok = |part: &str, others: &[u8]| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || others.contains(&byte))
    };
    parts.next().is_some_and(|name| ok(name, b"-."))
        // Active Directory writes the ranges of a long list as an option: `member;range=0-1499`.
        && parts.all(|option| ok(option, b"-=*"))
}

fn trim_start(mut value: &[u8]) -> &[u8] {
    while let [b' ', rest @ ..] = value {
        value = rest;
    }
    value
}

fn text<E>(line: u64, what: &str, value: Vec<u8>) -> Result<String, SourceError<E>> {
    String::from_utf8(value)
        .map_err(|_| malformed(line, format!("{what} is not UTF-8; export the directory in UTF-8")))
}
