//! Checks the house rules: `cargo xtask tidy`.
//!
//! This room knows how the workspace is built: its manifests, its sources as text and syntax, and the table in
//! ARCHITECTURE.md. It must not know what any room does, and no room may depend on it.

mod tidy;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask TASK

tasks:
  tidy    check the house rules: crate edges, module docs, lengths, excuses, forbidden words
";

fn main() -> ExitCode {
    let task = std::env::args().nth(1);
    match task.as_deref() {
        Some("tidy") => tidy::run(&root()),
        Some("help" | "--help" | "-h") => {
            say(USAGE);
            ExitCode::SUCCESS
        }
        Some(other) => {
            complain(&format!("there is no task {other:?}\n\n{USAGE}"));
            ExitCode::from(2)
        }
        None => {
            complain(USAGE);
            ExitCode::from(2)
        }
    }
}

/// Returns the root of the checkout: two folders above the package, whose folder cargo sets in the environment.
fn root() -> PathBuf {
    let here = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let root = here.as_deref().and_then(Path::parent).and_then(Path::parent);
    root.map_or_else(|| PathBuf::from("."), Path::to_path_buf)
}

#[expect(clippy::print_stdout, reason = "a command's result goes to standard output")]
fn say(text: &str) {
    println!("{}", text.trim_end());
}

#[expect(clippy::print_stderr, reason = "a command's complaint goes to standard error")]
fn complain(text: &str) {
    eprintln!("{}", text.trim_end());
}
