//! See `crates/fuzzing/src/provider_documents.rs`.

#![no_main]

// The product catches what the Parquet parser panics on. libFuzzer's hook would end the process before it can, so this
// target does without; a panic of the target itself still ends it.
libfuzzer_sys::fuzz_target!(
    init: {
        std::panic::set_hook(Box::new(|_| {}));
    },
    |bytes: &[u8]| {
        countersign_fuzzing::provider_documents(bytes);
    }
);
