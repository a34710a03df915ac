//! See `crates/fuzzing/src/header_block.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    countersign_fuzzing::header_block(bytes);
});
