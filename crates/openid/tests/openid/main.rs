//! The protocol as clients and strangers meet it.

mod requests;
mod uris_and_tokens;
