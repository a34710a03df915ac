//! Turns, figures, ratios and the report. A part adds [`Comparison`]s of [`Contender`]s; what a slice of work is, it
//! alone knows.
//!
//! A contender is a name and a closure that does one slice of work and says what it cost, as a [`Sample`]:
//!
//! ```ignore
//! let mut comparison = Comparison::new("store/facts", "Durable facts").baseline("SQLite, 1 writer");
//! comparison.contender("SQLite, 1 writer", |turn| {
//!     let clock = Clock::start();
//!     // the work; asynchronous work runs in a runtime's block_on
//!     let mut sample = clock.stop(operations);
//!     sample.latency("").record(nanoseconds)?;
//!     Ok(sample)
//! });
//! bench.compare(vec![comparison]);
//! ```
//!
//! This module must not know what is measured.

pub mod aims;
pub mod clock;
pub mod figures;
pub mod machine;
pub mod report;
pub mod rounds;
pub mod sample;

pub use clock::{Clock, cpu_of};
pub use rounds::{Bench, Comparison, Options, Turn};
pub use sample::{Sample, Unit};

/// What a step of a measurement comes to. The errors are for whoever runs it, so any will do.
pub type Outcome<T = ()> = Result<T, Box<dyn std::error::Error + Send + Sync>>;
