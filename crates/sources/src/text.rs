//! Texts as they may stand in a record or in a message.

use crate::record::LONGEST_TEXT;

/// Maximum number of values of an attribute that become part of a record (addresses, aliases). Members are not limited so.
pub(crate) const MOST_TEXTS: usize = 64;

/// Maximum number of characters of a text of the input in a message.
const LONGEST_QUOTE: usize = 120;

/// Returns a text as it may stand in a record, or `None` if nothing remains of it.
pub(crate) fn fit(text: &str) -> Option<String> {
    let clean: String =
        text.trim().chars().map(|character| if character.is_control() { ' ' } else { character }).collect();
    let mut end = clean.len().min(LONGEST_TEXT);
    while !clean.is_char_boundary(end) {
        end -= 1;
    }
    clean.get(..end).map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// Returns a text for a message, at most [`LONGEST_QUOTE`] characters of it.
pub(crate) fn shortened(text: &str) -> String {
    let mut short: String =
        text.chars().filter(|character| !character.is_control()).take(LONGEST_QUOTE).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}
