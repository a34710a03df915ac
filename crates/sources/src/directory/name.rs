//! Distinguished names (RFC 4514) in one spelling.

/// Returns a distinguished name in one spelling: lower case, no spaces around its separators, one way to escape. Two
/// spellings of one name become equal; the values are compared as a directory compares names, without regard to case.
/// `None` if it is no distinguished name.
pub(super) fn normalised(dn: &str) -> Option<String> {
    let mut out = String::with_capacity(dn.len());
    let mut rest = dn.trim();
    loop {
        let (kind, value) = rest.split_once('=')?;
        let kind = kind.trim();
        let described = !kind.is_empty()
            && kind.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte));
        if !described {
            return None;
        }
        out.push_str(&kind.to_ascii_lowercase());
        out.push('=');
        let (value, next) = value_of(value)?;
        for character in String::from_utf8(value).ok()?.trim().to_lowercase().chars() {
            if ",+\"\\<>;=#".contains(character) {
                out.push('\\');
            }
            out.push(character);
        }
        let Some((separator, next)) = next else { return Some(out) };
        out.push(separator);
        rest = next;
    }
}

/// The separator after a value, and what follows it.
type Next<'a> = Option<(char, &'a str)>;

/// Reads an attribute value: its bytes without escapes, and what follows.
fn value_of(text: &str) -> Option<(Vec<u8>, Next<'_>)> {
    let mut value = Vec::new();
    // How long the value is without the spaces at its end that no escape protects.
    let mut kept = 0;
    let mut characters = text.trim_start().char_indices();
    let text = text.trim_start();
    let mut quoted = false;
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => quoted = !quoted,
            '\\' => {
                let (_, escaped) = characters.next()?;
                if let Some(high) = escaped.to_digit(16).filter(|_| !is_special(escaped)) {
                    let (_, low) = characters.next()?;
                    value.push(u8::try_from(high * 16 + low.to_digit(16)?).ok()?);
                } else {
                    push(&mut value, escaped);
                }
                kept = value.len();
            }
            ',' | ';' | '+' if !quoted => {
                let separator = if character == '+' { '+' } else { ',' };
                value.truncate(kept);
                return Some((value, Some((separator, text.get(at + 1..)?))));
            }
            _ => {
                push(&mut value, character);
                if character != ' ' {
                    kept = value.len();
                }
            }
        }
    }
    value.truncate(kept);
    (!quoted).then_some((value, None))
}

const fn is_special(character: char) -> bool {
    matches!(character, ' ' | '"' | '#' | '+' | ',' | ';' | '<' | '=' | '>' | '\\')
}

fn push(value: &mut Vec<u8>, character: char) {
    value.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
}
