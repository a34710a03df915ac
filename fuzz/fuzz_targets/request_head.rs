//! See `crates/fuzzing/src/request_head.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    countersign_fuzzing::request_head(bytes);
});
