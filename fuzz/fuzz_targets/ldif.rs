//! See `crates/fuzzing/src/ldif.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    countersign_fuzzing::ldif(bytes);
});
