//! See `crates/fuzzing/src/aws_credentials.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    countersign_fuzzing::aws_credentials(bytes);
});
