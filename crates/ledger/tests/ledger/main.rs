//! A ledger, alone and beside others on one store.

mod beginning;
mod commanding;
mod database_clock;
mod freshness;
mod loading;
mod set_back;
mod together;
