//! See `crates/fuzzing/src/headers_and_cookies.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    countersign_fuzzing::headers_and_cookies(bytes);
});
