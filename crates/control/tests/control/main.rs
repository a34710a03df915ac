//! The control plane, met through its router: one program, so that all of it is linked once.

mod common;

mod authzen;
mod callers;
mod commands;
mod contract;
mod damage;
mod decisions;
mod export;
mod independence;
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
mod settings;
mod solving;
mod sql;
mod strangers;
mod upkeep;
