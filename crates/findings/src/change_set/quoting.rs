//! Quoting: a name stays a name, whatever it holds.

use std::fmt::Write as _;

/// Returns whether a name can be written into a change set. Control characters could end a line or move the cursor, and
/// characters that change the direction of text show something else than what is executed.
pub fn is_writable(name: &str) -> bool {
    !name.is_empty() && !name.chars().any(is_strange)
}

fn is_strange(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{61c}' | '\u{180e}' | '\u{e0000}'..='\u{e007f}')
}

/// Returns a name as one word of a POSIX shell; `None` if it cannot be written.
pub fn shell_word(name: &str) -> Option<String> {
    is_writable(name).then(|| format!("'{}'", name.replace('\'', "'\\''")))
}

/// Returns a name as an identifier of SQL; `None` if it cannot be written.
pub fn sql_identifier(name: &str) -> Option<String> {
    is_writable(name).then(|| format!("\"{}\"", name.replace('"', "\"\"")))
}

/// Returns a text that stays on its line of comment.
pub(super) fn in_comment(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut line, c| {
        if is_strange(c) {
            let _ = write!(line, "\\u{{{:x}}}", u32::from(c));
        } else {
            line.push(c);
        }
        line
    })
}
