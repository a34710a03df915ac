//! Methods that no gate forwards.

/// One creates a tunnel, and two echo a request including headers that the client must not see. `PRI` begins HTTP/2 and
/// nothing else (RFC 9113, section 3.4).
const REFUSED: [&str; 4] = ["CONNECT", "TRACE", "TRACK", "PRI"];

/// Returns whether a gate forwards requests with this method, written in upper case.
pub fn is_forwarded(method: &str) -> bool {
    !REFUSED.contains(&method)
}
