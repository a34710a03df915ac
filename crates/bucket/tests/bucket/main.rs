//! A bucket: its address, its credentials, and what becomes of every answer. A third-party store checks what is sent; a
//! server on loopback gives the answers that no healthy store gives.
#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

mod addresses;
mod answers;
mod credentials;
mod roles;
mod server;
mod store;
mod tls;
