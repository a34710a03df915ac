//! What every kind of record gets from the lake, shown with two kinds that no product has.

mod beside;
mod book;
mod kill;
mod kinds;
mod life;
mod logins;
mod upkeep;

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;
