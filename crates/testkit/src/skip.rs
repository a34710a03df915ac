//! Skips a test that this machine cannot run, with a message; in CI the test fails instead.

#![expect(clippy::print_stdout, reason = "in CI a skip is a failure")]

/// Prints why a test is skipped, and what to install so that it runs.
///
/// # Panics
/// If `CI` is in the environment: nobody reads the message there, and a test that never runs proves nothing.
pub fn skip(reason: &str) {
    assert!(std::env::var_os("CI").is_none(), "in CI nothing is skipped: {reason}");
    println!("skipped: {reason}");
}

/// Returns whether the long modes of tests are enabled, with `COUNTERSIGN_LONG=1`.
pub fn is_long() -> bool {
    std::env::var_os("COUNTERSIGN_LONG").is_some_and(|value| value == "1")
}
