//! Who the gate says the requester is: the assertion header, decoded for display.
//!
//! The signature is deliberately not verified. A sample shows what it receives. An application that relies on the
//! assertion must first verify it against the gate's published keys; the page says so.

use crate::page::escape;
use axum::http::HeaderMap;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

/// The header in which a gate states the requester, unless the application's declaration names another.
const HEADER: &str = "x-countersign-assertion";

/// The content of the header.
pub(crate) enum StatedIdentity {
    /// No header: the request did not come through a gate.
    Nobody,
    /// The header is not a JWT.
    Unreadable,
    /// The claims, unverified.
    Claims(Map<String, Value>),
}

impl StatedIdentity {
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let Some(value) = headers.get(HEADER) else { return Self::Nobody };
        value.to_str().ok().and_then(claims).map_or(Self::Unreadable, Self::Claims)
    }

    /// Returns the box at the foot of every page, as HTML.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Nobody => format!(
                "<p>No <code>{HEADER}</code> header: this request reached the application <strong>around</strong> \
                 the gate.</p>"
            ),
            Self::Unreadable => {
                format!("<p>The <code>{HEADER}</code> header holds no readable assertion.</p>")
            }
            Self::Claims(claims) => {
                let rows: String = claims.iter().map(|(name, value)| row(name, value)).collect();
                format!("<dl>{rows}</dl>")
            }
        }
    }
}

fn claims(token: &str) -> Option<Map<String, Value>> {
    let mut parts = token.split('.');
    let (_header, payload, _signature) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
}

fn row(name: &str, value: &Value) -> String {
    let value = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    format!("<dt>{}</dt><dd>{}</dd>", escape(name), escape(&value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn check(header: Option<&str>, shown: &str) {
        let mut headers = HeaderMap::new();
        if let Some(value) = header {
            headers.insert(HEADER, HeaderValue::from_str(value).unwrap());
        }
        let page = StatedIdentity::of(&headers).shown();
        assert!(page.contains(shown), "{header:?}: {page}");
    }

    #[test]
    fn the_claims_are_shown_whatever_the_signature() {
        let payload = URL_SAFE_NO_PAD.encode(r#"{"name":"Ada <b>","level":2}"#);
        check(Some(&format!("e30.{payload}.AAAA")), "<dt>level</dt><dd>2</dd>");
        check(Some(&format!("e30.{payload}.")), "Ada &lt;b&gt;");
    }

    #[test]
    fn what_is_no_assertion_is_called_that() {
        check(None, "around");
        for bad in ["", "x", "a.b", "e30.!!.x", "e30.e30.e30.e30", "e30.WzFd.x"] {
            check(Some(bad), "no readable assertion");
        }
    }
}
