//! See `crates/fuzzing/src/ldap_message.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    countersign_fuzzing::ldap_message(bytes);
});
