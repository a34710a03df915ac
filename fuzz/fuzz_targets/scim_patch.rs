//! See `crates/fuzzing/src/scim_patch.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    countersign_fuzzing::scim_patch(bytes);
});
