//! See `crates/fuzzing/src/observations.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    countersign_fuzzing::observations(bytes);
});
