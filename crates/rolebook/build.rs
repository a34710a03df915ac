//! Rebuilds when a migration is added or removed: `sqlx::migrate!` only tracks the files that it already knows.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
