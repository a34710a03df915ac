//! See `crates/fuzzing/src/policy_file.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    countersign_fuzzing::policy_file(bytes);
});
