//! A running server as a whole, in one binary: each that links the whole product takes 300 MB and many seconds.

mod archives;
mod checkpoints;
mod history;
mod jobs;
mod networks;
mod operator;
mod provisioning;
mod schedules;
mod signing_keys;
mod strangers;
