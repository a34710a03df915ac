//! Properties of every policy set and every question. `COUNTERSIGN_LONG=1` evaluates a million questions.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop at the first surprise")]

mod as_cedar;
mod checked;
mod discerning;
mod generate;
mod grammar;
mod holding;
mod monotone;
mod reading;
mod staged;

/// Returns how many sets to generate and how many questions per set. Many sets with few questions each: the questions
/// of one set have similar results, so with few sets the coverage would depend on luck.
fn effort() -> (u32, usize) {
    if std::env::var_os("COUNTERSIGN_LONG").is_some_and(|value| value == "1") {
        (10_000, 100)
    } else {
        (300, 20)
    }
}

/// Runs `check` on `sets` inputs drawn from `strategy`; a failure is shrunk and shown.
fn for_all<S: proptest::strategy::Strategy>(
    sets: u32,
    strategy: S,
    check: impl Fn(S::Value) -> Result<(), proptest::test_runner::TestCaseError>,
) {
    let config = proptest::test_runner::Config {
        cases: sets,
        failure_persistence: None,
        max_shrink_iters: 2_000,
        ..Default::default()
    };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    if let Err(failure) = runner.run(&strategy, check) {
        assert!(failure.to_string().is_empty(), "{failure}");
    }
}
