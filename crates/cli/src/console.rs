//! The terminal, or the streams in its place: answers out, questions in.

use crate::client::ServerAnswer;
use crate::exit::Failure;
use comfy_table::{Table, presets};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::io::{BufRead, IsTerminal, Write};

/// The destination of a command's answers and errors, and the source of answers to its questions.
pub struct Console {
    out: Box<dyn Write + Send>,
    err: Box<dyn Write + Send>,
    /// The source of the user's answers; `None` if there is no user.
    person: Option<Box<dyn BufRead + Send>>,
    json: bool,
    /// Whether a user watches while a command works.
    watched: bool,
}

impl std::fmt::Debug for Console {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Console").field("json", &self.json).finish_non_exhaustive()
    }
}

impl Console {
    /// Returns the process's own streams. Commands ask questions only if both ends are a terminal.
    pub fn standard(json: bool) -> Self {
        let asks = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
        Self {
            out: Box::new(std::io::stdout()),
            err: Box::new(std::io::stderr()),
            person: asks.then(|| Box::new(std::io::BufReader::new(std::io::stdin())) as Box<_>),
            json,
            watched: std::io::stderr().is_terminal(),
        }
    }

    /// Returns other streams, for tests and for programs that embed the command line. Without a `person`, commands ask
    /// no questions.
    pub fn over(
        out: Box<dyn Write + Send>,
        err: Box<dyn Write + Send>,
        person: Option<Box<dyn BufRead + Send>>,
        json: bool,
    ) -> Self {
        Self { out, err, person, json, watched: false }
    }

    /// Whether answers are printed as JSON.
    pub(crate) const fn wants_json(&self) -> bool {
        self.json
    }

    /// Prints one line of the answer.
    pub(crate) fn line(&mut self, text: impl AsRef<str>) -> Result<(), Failure> {
        writeln!(self.out, "{}", printable(text.as_ref()))?;
        Ok(())
    }

    /// Prints text that this program composed and that contains line breaks, unchanged.
    pub(crate) fn text(&mut self, text: &str) -> Result<(), Failure> {
        self.out.write_all(text.as_bytes())?;
        self.out.flush()?;
        Ok(())
    }

    /// Prints lines unchanged: an answer in another system's format.
    pub(crate) fn bytes(&mut self, lines: &[u8]) -> Result<(), Failure> {
        self.out.write_all(lines)?;
        self.out.flush()?;
        Ok(())
    }

    /// Prints a remark for the user, which is never part of the answer. Ignores a failure to print it.
    pub(crate) fn remark(&mut self, text: impl AsRef<str>) {
        let _ = writeln!(self.err, "{}", printable(text.as_ref()));
    }

    /// Prints the progress over the previous one; nothing clears it. Only if a user watches.
    pub(crate) fn progress(&mut self, text: &str) {
        if self.watched {
            let _ = write!(self.err, "\r\u{1b}[K{}", printable(text));
            let _ = self.err.flush();
        }
    }

    /// Prints the answer as JSON; nothing if the API's answer is empty.
    pub(crate) fn json(&mut self, answer: &Value) -> Result<(), Failure> {
        if answer.is_null() {
            return Ok(());
        }
        writeln!(self.out, "{answer:#}")?;
        Ok(())
    }

    /// Prints the answer as JSON on one line, for answers that never end.
    pub(crate) fn json_line(&mut self, answer: &Value) -> Result<(), Failure> {
        writeln!(self.out, "{answer}")?;
        self.out.flush()?;
        Ok(())
    }

    /// Prints the API's own answer as JSON, or otherwise the result of `words`.
    pub(crate) fn show<T: DeserializeOwned>(
        &mut self,
        answer: ServerAnswer<T>,
        words: impl FnOnce(&mut Self, T) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        if self.json {
            return self.json(&answer);
        }
        words(self, read(answer)?)
    }

    /// Prints the API's own answer as JSON, or otherwise one sentence.
    pub(crate) fn say(&mut self, answer: &Value, sentence: impl AsRef<str>) -> Result<(), Failure> {
        if self.json { self.json(answer) } else { self.line(sentence) }
    }

    /// Prints rows under a heading or, if there are none, a sentence. The table is not fitted to the width of a
    /// terminal, because nobody can copy an id that is broken over two lines. A very long cell is cut; the JSON has all
    /// of it.
    pub(crate) fn table<const N: usize>(
        &mut self,
        heading: [&str; N],
        rows: impl IntoIterator<Item = [String; N]>,
        none: &str,
    ) -> Result<(), Failure> {
        let heading = heading.map(str::to_owned).to_vec();
        self.columns(heading, rows.into_iter().map(|row| row.to_vec()), none)
    }

    /// Prints rows under a heading with any number of columns; see [`table`](Self::table).
    pub(crate) fn columns(
        &mut self,
        heading: Vec<String>,
        rows: impl IntoIterator<Item = Vec<String>>,
        none: &str,
    ) -> Result<(), Failure> {
        let mut table = Table::new();
        let cells = |cells: Vec<String>| cells.iter().map(|text| cell(text)).collect::<Vec<_>>();
        table.load_style(presets::NOTHING).set_header(cells(heading));
        for row in rows {
            table.add_row(cells(row));
        }
        if table.row_count() == 0 {
            return self.line(none);
        }
        for column in table.column_iter_mut() {
            column.set_padding((0, 2));
        }
        writeln!(self.out, "{}", table.trim_fmt())?;
        Ok(())
    }

    /// Prints names and values below each other, without empty values.
    pub(crate) fn facts<'a>(
        &mut self,
        facts: impl IntoIterator<Item = (&'a str, String)>,
    ) -> Result<(), Failure> {
        for (name, value) in facts.into_iter().filter(|(_, value)| !value.is_empty()) {
            self.line(format!("{name:<16} {value}"))?;
        }
        Ok(())
    }

    /// Asks before something that cannot be undone. Without a user it assumes nothing and fails.
    pub(crate) fn confirm(&mut self, question: &str) -> Result<(), Failure> {
        let unasked = Failure::input(
            "this command cannot ask for confirmation here, so it removes nothing",
            "check it with --dry-run, then add --yes",
        );
        self.agree(question, unasked)
    }

    /// Asks a question, and returns whether the answer is `yes`; without a user, `unasked`.
    pub(crate) fn agree(&mut self, question: &str, unasked: Failure) -> Result<(), Failure> {
        let Some(person) = &mut self.person else { return Err(unasked) };
        write!(self.err, "{} Type yes to go on: ", printable(question))?;
        self.err.flush()?;
        let mut answer = String::new();
        person.read_line(&mut answer)?;
        if answer.trim() == "yes" { Ok(()) } else { Err(Failure::Declined) }
    }

    /// Prints an error and its remedy: as the API's problem document if JSON is wanted.
    pub(crate) fn complain(&mut self, failure: &Failure) {
        let Some((message, remedy)) = failure.words() else { return };
        if self.json {
            let problem = match failure {
                Failure::Problem(problem) => problem.raw.clone(),
                _ => serde_json::json!({ "type": failure.kind(), "title": message, "remedy": remedy }),
            };
            let _ = writeln!(self.err, "{problem:#}");
            return;
        }
        // A refused policy set comes with the lines it means underlined, so the message may have lines.
        let mut lines = message.lines();
        self.remark(format!("error: {}", lines.next().unwrap_or_default()));
        lines.for_each(|line| self.remark(line));
        if let Some(remedy) = remedy {
            self.remark(format!("what to do: {remedy}"));
        }
    }
}

/// Parses an answer into the type of the contract.
pub(crate) fn read<T: DeserializeOwned>(answer: ServerAnswer<T>) -> Result<T, Failure> {
    serde_json::from_value(answer.into_json()).map_err(|error| {
        Failure::Failed(format!(
            "the server's answer does not have the form that this version expects ({error}); use the `countersign` that the server is"
        ))
    })
}

/// Maximum number of characters in a cell of a table: every id and nearly every path has fewer. A path of 4 KB, which
/// any client can send, would make every line of the table as wide.
const WIDEST: usize = 160;

/// Returns text as a cell of a table, cut if it is very long.
fn cell(text: &str) -> String {
    let mut shown = printable(text);
    if shown.chars().nth(WIDEST).is_some() {
        shown = shown.chars().take(WIDEST - 1).chain(['…']).collect();
    }
    shown
}

/// Escapes the characters that control a terminal. Unauthenticated callers choose some of the shown texts (the paths of
/// their requests), and must not be able to move the reader's cursor or reverse the direction of a line.
pub(crate) fn printable(text: &str) -> String {
    let steers = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if steers(c) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_steer_a_terminal_is_spelled_out() {
        for (text, shown) in [
            ("plain, ünïcode, 日本", "plain, ünïcode, 日本"),
            ("\u{1b}[2J", "\\u{1b}[2J"),
            ("a\nb\r\tc", "a\\u{a}b\\u{d}\\u{9}c"),
            ("\u{9b}31m", "\\u{9b}31m"),
            ("user\u{202e}gpj.exe", "user\\u{202e}gpj.exe"),
        ] {
            assert_eq!(printable(text), shown);
        }
    }

    #[test]
    fn a_cell_of_a_table_is_cut_where_it_is_very_long() {
        for (text, shown) in [
            ("x".repeat(WIDEST), "x".repeat(WIDEST)),
            ("x".repeat(WIDEST + 1), "x".repeat(WIDEST - 1) + "…"),
            ("ü".repeat(4096), "ü".repeat(WIDEST - 1) + "…"),
            // As it is shown, not as it came.
            ("\u{1b}".repeat(100), "\\u{1b}".repeat(26) + "\\u{…"),
        ] {
            assert_eq!(cell(&text), shown);
        }
    }

    #[test]
    fn only_yes_is_yes() {
        for (typed, agreed) in
            [("yes\n", true), (" yes \n", true), ("y\n", false), ("", false), ("no\n", false)]
        {
            let person: Box<dyn BufRead + Send> = Box::new(typed.as_bytes());
            let mut console =
                Console::over(Box::new(std::io::sink()), Box::new(std::io::sink()), Some(person), false);
            assert_eq!(console.confirm("Remove it?").is_ok(), agreed, "{typed:?}");
        }
    }
}
