//! The decision, rule by rule: one program, so that all of it is linked once.

mod deciding;
mod holding;
mod reaching;
mod remedies;
mod rolling_out;
mod setting_back;
mod touching;
mod varied;
mod without;
mod words;
