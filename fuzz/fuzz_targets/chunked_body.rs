//! See `crates/fuzzing/src/chunked_body.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    countersign_fuzzing::chunked_body(bytes);
});
