//! See `crates/fuzzing/src/evidence_segment.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    countersign_fuzzing::evidence_segment(bytes);
});
