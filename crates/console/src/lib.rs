//! The built console: one document, and the assets that it loads.
//!
//! The files come from `console/dist`, which `make console` builds. A debug build reads them from that folder while it
//! runs; every other build holds them. A build without them works, and says that the console is not there.
//!
//! The document states a Content-Security-Policy with a nonce of its own, is never cached, and can be framed by no page.
//! An asset's name holds the digest of its content, so it is cached for good.
//!
//! This room must not know the API, who asks, or what is decided.

mod answer;
mod files;

pub use answer::{Nonce, RefusalPage, asset, document, not_built, refused};

/// The path at which the console is served. Everything below it is the console's.
pub const PATH: &str = "/console/";

/// The path below which the assets are served.
pub const ASSETS: &str = "/console/assets/";

/// Returns whether a path belongs to the console.
pub fn serves(path: &str) -> bool {
    path == PATH.trim_end_matches('/') || path.starts_with(PATH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_console_serves_its_own_paths_and_no_others() {
        for own in ["/console", "/console/", "/console/people", "/console/assets/a.js"] {
            assert!(serves(own), "{own}");
        }
        for other in ["/", "/consoles", "/api/v1/people", "/sign-in", "/Console/"] {
            assert!(!serves(other), "{other}");
        }
    }
}
