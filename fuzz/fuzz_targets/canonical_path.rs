//! See `crates/fuzzing/src/canonical_path.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    countersign_fuzzing::canonical_path(bytes);
});
