//! The method of a request, in the one form that every server reads alike.

use crate::pages::Notice;
use countersign_facts::Method as WellFormed;
use countersign_routes::is_forwarded;
use http::{Method, StatusCode};

/// Parses a method.
///
/// # Errors
/// If it is not in upper case, or is never forwarded.
pub fn read(text: &[u8]) -> Result<Method, Box<Notice>> {
    let well_formed = std::str::from_utf8(text).ok().filter(|text| WellFormed::is_well_formed(text));
    let method = well_formed
        .and_then(|text| text.parse::<Method>().ok())
        .ok_or_else(|| Notice::bad_request("The method must be written in capital letters, as in GET."))?;
    if !is_forwarded(method.as_str()) {
        let text = format!("The method {method} is not passed on.");
        let status = StatusCode::METHOD_NOT_ALLOWED;
        return Err(Box::new(Notice::new(status, "method", "Not this method", text)));
    }
    Ok(method)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, status: Option<u16>) {
        let found = read(text.as_bytes());
        assert_eq!(found.err().map(|notice| notice.status.as_u16()), status, "{text:?}");
    }

    #[test]
    fn a_method_is_written_in_capital_letters() {
        for method in ["GET", "HEAD", "POST", "PROPFIND", "BASELINE-CONTROL", "M-SEARCH", "UPDATEREDIRECTREF"]
        {
            check(method, None);
        }
        for method in
            ["", "get", "Post", "pOST", "POST ", " POST", "PO ST", "G\u{c9}T", "GET2", "GET,POST", "*", "A_B"]
        {
            check(method, Some(400));
        }
        check(&"A".repeat(20), None);
        check(&"A".repeat(21), Some(400));
        for method in ["CONNECT", "TRACE", "TRACK", "PRI"] {
            check(method, Some(405));
        }
    }
}
