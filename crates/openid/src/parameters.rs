//! The parameters of a request: a query or a form, read in one way only.

use crate::error::ProtocolError;

/// Maximum number of bytes of a query or form.
pub const LONGEST_PARAMETERS: usize = 8 * 1024;
/// Maximum number of parameters.
const MOST: usize = 50;

/// The parameters of a request, each named once. It has no `Debug`: a value may be a secret.
pub struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Parses `application/x-www-form-urlencoded` text. A parameter without a value is left out, as RFC 6749 asks.
    ///
    /// # Errors
    /// If the text is too long, a percent encoding or the text behind it is not valid, a value holds a control character, or a
    /// parameter is named twice: two readers could take different ones.
    pub fn parse(text: &str) -> Result<Self, ProtocolError> {
        if text.len() > LONGEST_PARAMETERS {
            return Err(ProtocolError::request(format!("it is longer than {LONGEST_PARAMETERS} bytes")));
        }
        let mut all: Vec<(String, String)> = Vec::new();
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name =
                decoded(name).ok_or_else(|| ProtocolError::request("a parameter's name is not valid"))?;
            let value = decoded(value).ok_or_else(|| unreadable(&name))?;
            if all.iter().any(|(known, _)| *known == name) {
                return Err(ProtocolError::request(format!("the parameter {} is there twice", shown(&name))));
            }
            if all.len() >= MOST {
                return Err(ProtocolError::request(format!("there are more than {MOST} parameters")));
            }
            all.push((name, value));
        }
        all.retain(|(_, value)| !value.is_empty());
        Ok(Self(all))
    }

    /// Returns the value of a parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Returns the value of a parameter that must be there.
    ///
    /// # Errors
    /// If it is not.
    pub fn required(&self, name: &str) -> Result<&str, ProtocolError> {
        self.get(name).ok_or_else(|| ProtocolError::request(format!("the parameter {name} is missing")))
    }
}

fn unreadable(name: &str) -> ProtocolError {
    let text =
        format!("the value of {} is not percent-encoded UTF-8 without control characters", shown(name));
    ProtocolError::request(text)
}

/// Returns a parameter's name for an error: a stranger chose it.
fn shown(name: &str) -> &str {
    let plain = name.len() <= 40 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if plain { name } else { "of an unknown name" }
}

/// Decodes one name or value; `None` if it could be read in two ways.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        bytes.push(match first {
            b'+' => b' ',
            b'%' => {
                let (digits, after) = rest.split_at_checked(2)?;
                rest = after;
                let digits = std::str::from_utf8(digits).ok()?;
                digits.bytes().all(|b| b.is_ascii_hexdigit()).then_some(())?;
                u8::from_str_radix(digits, 16).ok()?
            }
            other => *other,
        });
    }
    let text = String::from_utf8(bytes).ok()?;
    (!text.chars().any(char::is_control)).then_some(text)
}
