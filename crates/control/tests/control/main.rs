//! Tests the control plane through its router. One program, so that the crate is linked once.

mod common;

mod again;
mod applications;
mod authzen;
mod callers;
mod commands;
mod contract;
mod cursors;
mod damage;
mod decisions;
mod drafts;
mod export;
mod facts;
mod independence;
mod inventory;
mod me;
mod names;
mod networks;
mod paging;
mod policies;
mod privilege;
mod projections;
mod proofs;
mod reach;
mod rehearsals;
mod rollouts;
mod safeguards;
mod scim;
mod settings;
mod solving;
mod sql;
mod strangers;
mod trends;
mod upkeep;
mod upstreams;
