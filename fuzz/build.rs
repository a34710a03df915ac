//! Without libFuzzer a target has no `main`. CI links one nevertheless, so that all of it is compiled; it cannot be run.

fn main() {
    if std::env::var_os("CARGO_FEATURE_LINK").is_none() {
        println!("cargo::rustc-link-arg-bins=-Wl,--defsym=main=0");
    }
    println!("cargo::rerun-if-changed=build.rs");
}
