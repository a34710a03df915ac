//! The gate as a whole, over real connections, in front of a real application and with real decisions behind it.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]

mod access;
mod balancers;
mod breaking_off;
mod client;
mod differential;
mod forward_auth;
mod header_blocks;
mod installation;
mod proxies;
mod raw_upstream;
mod smuggling;
mod streams;
mod tls;
mod trailers;
mod upstream;
mod upstreams;
mod waiting;
mod wire;
