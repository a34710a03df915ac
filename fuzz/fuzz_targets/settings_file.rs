//! See `crates/fuzzing/src/settings_file.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    countersign_fuzzing::settings_file(bytes);
});
