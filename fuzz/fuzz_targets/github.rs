//! See `crates/fuzzing/src/github.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    countersign_fuzzing::github(bytes);
});
