//! See `crates/fuzzing/src/journal_entry.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    countersign_fuzzing::journal_entry(bytes);
});
