//! Builds again when a migration comes or goes: `sqlx::migrate!` sees only the files that it already knows.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
