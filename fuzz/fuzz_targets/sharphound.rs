//! See `crates/fuzzing/src/sharphound.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    countersign_fuzzing::sharphound(bytes);
});
