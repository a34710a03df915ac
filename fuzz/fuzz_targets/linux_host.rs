//! See `crates/fuzzing/src/linux_host.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    countersign_fuzzing::linux_host(bytes);
});
