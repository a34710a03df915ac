//! See `crates/fuzzing/src/postgres.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    countersign_fuzzing::postgres(bytes);
});
