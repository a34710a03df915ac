//! The parts of a text that may be a value of their own.

use crate::recognisers::iban_length;

/// The longest value that is a candidate as a whole, in bytes.
const LONGEST_WHOLE: usize = 64;

/// The longest token that is a candidate, in bytes: a token of a sign-in with many claims is long.
const LONGEST_TOKEN: usize = 8 * 1024;

/// How many groups of digits, separated by single spaces, a number can have.
const FEWEST_GROUPS: usize = 2;
const MOST_GROUPS: usize = 7;

/// Calls `look` with each part of a text that may be a value of its own, until it returns true for the widest of several that
/// overlap.
pub(crate) fn each_candidate(text: &str, look: &mut dyn FnMut(&str) -> bool) {
    if text.len() <= LONGEST_WHOLE && look(text) {
        return;
    }
    for line in text.lines() {
        if line.contains(';') {
            look(line);
        }
        of_line(line, look);
    }
}

fn of_line(line: &str, look: &mut dyn FnMut(&str) -> bool) {
    let ends = |c: char| c.is_whitespace() || "\"'`<>()[]{},;|\\".contains(c);
    let mut digits: Vec<&str> = Vec::new();
    let all: Vec<&str> = line.split(ends).collect();
    for (place, token) in all.iter().enumerate() {
        let token = token.trim_end_matches(['.', ',', ':', '!', '?']).trim_start_matches(['.', ',', ':']);
        if !token.is_empty() && token.bytes().all(|b| b.is_ascii_digit()) {
            digits.push(token);
        } else {
            groups(&digits, look);
            digits.clear();
        }
        spaced_account(all.get(place..).unwrap_or_default(), look);
        one_token(token, look);
    }
    groups(&digits, look);
}

/// Looks at a token, and at what stands behind its last separator if nothing has the form of the whole.
fn one_token(token: &str, look: &mut dyn FnMut(&str) -> bool) {
    let interesting = token.len() >= 16 || token.bytes().any(|b| b.is_ascii_digit() || b == b'@');
    if !interesting || token.len() > LONGEST_TOKEN || look(token) {
        return;
    }
    if let Some((_, last)) = token.rsplit_once([':', '=']) {
        look(last);
    }
}

/// Looks at numbers that are written in groups.
fn groups(digits: &[&str], look: &mut dyn FnMut(&str) -> bool) {
    let mut from = 0;
    while from + FEWEST_GROUPS <= digits.len() {
        let widest = (digits.len() - from).min(MOST_GROUPS);
        let found = (FEWEST_GROUPS..=widest).rev().find(|count| {
            let window = digits.get(from..from + count).unwrap_or_default();
            look(&window.join(" "))
        });
        from += found.unwrap_or(1);
    }
}

/// Looks at an account number that is written in groups of four.
fn spaced_account(tokens: &[&str], look: &mut dyn FnMut(&str) -> bool) {
    let Some(first) = tokens.first().filter(|first| first.len() == 4) else { return };
    let Some(length) = first.get(..2).and_then(iban_length) else { return };
    if let Some(groups) = tokens.get(..length.div_ceil(4)) {
        let joined = groups.join(" ");
        look(joined.trim_end_matches(['.', ':', '!', '?']));
    }
}
