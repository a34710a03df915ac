//! What the lake provides for every kind of record, tested with two kinds that exist only here.

mod beside;
mod book;
mod kill;
mod kinds;
mod life;
mod logins;
mod upkeep;

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;
