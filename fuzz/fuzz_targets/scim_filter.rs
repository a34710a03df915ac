//! See `crates/fuzzing/src/scim_filter.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    countersign_fuzzing::scim_filter(bytes);
});
