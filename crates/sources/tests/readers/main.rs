//! What each reader makes of its source's own export.

mod aws;
mod csv;
mod directory;
mod github;
mod kubernetes;
mod ldif;
mod linux;
mod postgres;
mod sharphound;
