//! See `crates/fuzzing/src/route_table.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    countersign_fuzzing::route_table(bytes);
});
