//! See `crates/fuzzing/src/csv_file.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    countersign_fuzzing::csv_file(bytes);
});
