//! See `crates/fuzzing/src/proxy_header.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    countersign_fuzzing::proxy_header(bytes);
});
