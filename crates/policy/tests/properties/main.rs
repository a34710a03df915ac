//! What must hold for every policy set and every question. `COUNTERSIGN_LONG=1` asks a million questions.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop at the first surprise")]

mod as_cedar;
mod checked;
mod discerning;
mod generate;
mod holding;
mod monotone;
mod reading;
mod staged;

/// How many sets to make and how many questions to ask of each. Many sets and few questions: what the questions of one set
/// come upon is much the same, so that how often anything comes up would be a matter of luck.
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
