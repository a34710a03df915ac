//! A test that this machine cannot run says so, and fails where nobody reads what it says.

#![expect(clippy::print_stdout, reason = "in CI a skip is a failure")]

/// Says why a test does not run here, and what to install so that it does.
///
/// # Panics
/// With `CI` in the environment: there nobody reads it, and a test that is never run holds nothing.
pub fn skip(reason: &str) {
    assert!(std::env::var_os("CI").is_none(), "in CI nothing is skipped: {reason}");
    println!("skipped: {reason}");
}

/// Whether the long modes of tests were asked for, with `COUNTERSIGN_LONG=1`.
pub fn is_long() -> bool {
    std::env::var_os("COUNTERSIGN_LONG").is_some_and(|value| value == "1")
}
