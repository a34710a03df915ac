//! Prepares the folder of the built console, so that `cargo check` needs no Node, and compiles the room anew when the
//! built console changed and this build embeds it. Debug builds read the folder while they run.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    // A debug build resolves the folder when it is compiled. If it did not exist yet, it would never find what `make up`
    // builds there meanwhile. Where the source cannot be written, there is nobody to build it either.
    let _writable = std::fs::create_dir_all("../../console/dist");
    if std::env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        println!("cargo:rerun-if-changed=../../console/dist");
    }
}
