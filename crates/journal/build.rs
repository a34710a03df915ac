//! Rebuilds when a migration is added or removed: `sqlx::migrate!` tracks only the files that it already knows.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
