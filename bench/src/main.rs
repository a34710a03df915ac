//! The product measured beside its peers, side by side in one session: `make bench`.
//!
//! Each part builds contenders that do the same work, and [`run`] lets them take turns (A B A B ...), so that what
//! happens to the machine happens to all of them. What is believed is the ratio within a round, not the figure.
//!
//! This program must not know anything that a user of the product's crates could not: it measures what ships.

mod decision;
mod gate;
mod load;
mod rehearsal;
mod revocation;
mod run;
mod store;

use clap::{Parser, ValueEnum};
use run::{Bench, Options, Outcome};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

/// Measure the product beside its peers, taking turns in one session.
#[derive(Debug, Parser)]
#[command(name = "countersign-bench", version)]
struct Arguments {
    /// What to measure.
    #[arg(value_enum, default_value_t = Which::All)]
    part: Which,
    /// How many turns each contender gets.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=1000))]
    rounds: u32,
    /// Only these comparisons: part of their id, as the tables show it.
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,
    /// Write everything, every round's figures included, as JSON.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Write the tables to a file; they are printed in any case.
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
    /// Smaller worlds and shorter slices: to see that everything works, not to believe the figures.
    #[arg(long)]
    quick: bool,
}

/// The parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Which {
    /// Everything but the rehearsal, which takes as long by itself.
    All,
    /// The decision core, in process.
    Decision,
    /// The gate, over sockets, beside other proxies.
    Gate,
    /// From the commit of a revocation to the last byte accepted.
    Revocation,
    /// The journal, the cold start and the evidence.
    Store,
    /// A company's month asked again: replays and plans.
    Rehearsal,
}

fn main() -> ExitCode {
    match measure(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "bench: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Measures one part.
type Measure = fn(&mut Bench) -> Outcome;

fn measure(arguments: &Arguments) -> Outcome {
    let options = Options { rounds: arguments.rounds, quick: arguments.quick, only: arguments.only.clone() };
    let mut bench = Bench::begin(options);
    let parts: [(Which, Measure); 5] = [
        (Which::Decision, decision::measure),
        (Which::Store, store::measure),
        (Which::Rehearsal, rehearsal::measure),
        (Which::Gate, gate::measure),
        (Which::Revocation, revocation::measure),
    ];
    for (part, measure) in parts {
        let asked_for = match arguments.part {
            Which::All => part != Which::Rehearsal,
            only => only == part,
        };
        if asked_for {
            // One part that can not be had must not cost the figures of the others.
            if let Err(error) = measure(&mut bench) {
                bench.note(format!("{part:?} was not measured to its end: {error}"));
            }
        }
    }
    let report = bench.end();
    let tables = report.markdown();
    if let Some(path) = &arguments.json {
        std::fs::write(path, serde_json::to_vec_pretty(&report)?)?;
    }
    if let Some(path) = &arguments.markdown {
        std::fs::write(path, &tables)?;
    }
    std::io::stdout().write_all(tables.as_bytes())?;
    Ok(())
}
