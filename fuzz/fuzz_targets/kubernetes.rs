//! See `crates/fuzzing/src/kubernetes.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    countersign_fuzzing::kubernetes(bytes);
});
