//! No code: its dependencies make cargo build each library with one set of features, whatever part of the workspace is built.
//!
//! `cargo hakari generate` writes its manifest from `.config/hakari.toml`. It must not know anything, and holds no code.
