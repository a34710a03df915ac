//! See `crates/fuzzing/src/fact.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    countersign_fuzzing::fact(bytes);
});
