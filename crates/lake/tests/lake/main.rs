//! What the lake provides for every kind of record, tested with kinds that exist only here.

mod anchoring;
mod beside;
mod book;
mod cells;
mod compaction;
mod elsewhere;
mod faulty;
mod foreign;
mod frames;
mod kill;
mod kinds;
mod life;
mod logins;
mod readers;
mod recording;
mod retention;
mod segments;
mod sharing;
mod spans;
mod tampered;
mod upkeep;
mod wire;

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;
