//! See `crates/fuzzing/src/checkpoint.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    countersign_fuzzing::checkpoint(bytes);
});
