//! Where we want to arrive, as data, and whether we did.
//!
//! An aim names a comparison, a contender and a figure by the texts that the parts register them under. What is not
//! found was not measured, and is said to be so: it is never taken for met.

use super::figures::{Figure, Spread};
use super::report::Compared;
use super::sample::Unit;
use serde::Serialize;
use std::fmt::Write as _;

/// One number to arrive at.
#[derive(Debug, Clone, Copy)]
pub struct Aim {
    /// What it is about, in words.
    pub what: &'static str,
    /// The figure.
    pub of: Place,
    /// The figure that it is divided by, round by round; none when the figure itself counts.
    pub over: Option<Place>,
    /// The number.
    pub limit: Limit,
    /// What it counts.
    pub unit: Unit,
}

/// A figure: the comparison's id, the contender's name, the figure's name.
pub type Place = (&'static str, &'static str, &'static str);

/// The number to arrive at.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// No more than this.
    AtMost(f64),
    /// No less than this.
    AtLeast(f64),
}

impl Limit {
    fn is_met_by(self, value: f64) -> bool {
        match self {
            Self::AtMost(limit) => value <= limit,
            Self::AtLeast(limit) => value >= limit,
        }
    }

    const fn number(self) -> f64 {
        match self {
            Self::AtMost(limit) | Self::AtLeast(limit) => limit,
        }
    }
}

/// Whether an aim was met.
#[derive(Debug, Clone, Serialize)]
pub struct Verdict {
    /// What it is about.
    pub what: &'static str,
    /// The number.
    pub limit: Limit,
    /// What was measured: the median with its spread.
    pub measured: Option<Spread>,
    /// As text: `met`, `not met`, `not measured`.
    pub verdict: &'static str,
    /// The limit and the measured, for people.
    pub text: [String; 2],
}

const FIRST: &str = "decision/first";
const ALIVE: &str = "decision/alive";
const GATE: &str = "gate/small";
const OURS: &str = "countersign";

const fn aim(what: &'static str, of: Place, limit: Limit, unit: Unit) -> Aim {
    Aim { what, of, over: None, limit, unit }
}

const fn ratio(what: &'static str, of: Place, over: Place, limit: Limit) -> Aim {
    Aim { what, of, over: Some(over), limit, unit: Unit::Number }
}

use Limit::{AtLeast, AtMost};
use Unit::{Bytes, Number, PerSecond, Seconds};

/// Every aim, in the order of the table that they were agreed in. Seconds and bytes.
pub const AIMS: &[Aim] = &[
    aim(
        "first question, 1,000 policies, allows, p50",
        (FIRST, "countersign, 1000", "allow p50"),
        AtMost(10e-6),
        Seconds,
    ),
    ratio(
        "first question, 1,000 policies over 50, allows, p50",
        (FIRST, "countersign, 1000", "allow p50"),
        (FIRST, "countersign, 50", "allow p50"),
        AtMost(1.5),
    ),
    ratio(
        "plain Cedar over ours, first question, 1,000 policies, allows, p50",
        (FIRST, "cedar-policy, 1000", "allow p50"),
        (FIRST, "countersign, 1000", "allow p50"),
        AtLeast(20.0),
    ),
    ratio(
        "ours over data-indexed regorus, first question, 1,000 policies, allows, p50",
        (FIRST, "countersign, 1000", "allow p50"),
        (FIRST, "regorus, 1000", "allow p50"),
        AtMost(1.0),
    ),
    aim("alive answer as a gate gets it, p50", (ALIVE, "answer cache, 1000", "p50"), AtMost(300e-9), Seconds),
    aim(
        "alive answer, allocations each",
        (ALIVE, "answer cache, 1000", "allocations/op"),
        AtMost(0.0),
        Number,
    ),
    ratio(
        "gate, CPU per request over the same gate with no decision",
        (GATE, OURS, "CPU/op"),
        (GATE, "countersign, no decision", "CPU/op"),
        AtMost(1.15),
    ),
    ratio(
        "gate, CPU per request over nginx auth_request with its endpoint",
        (GATE, OURS, "CPU/op"),
        (GATE, "nginx auth_request", "CPU/op"),
        AtMost(0.85),
    ),
    ratio(
        "gate with TLS, CPU per request over nginx with TLS that checks nothing",
        (GATE, "countersign, TLS", "CPU/op"),
        (GATE, "nginx, TLS", "CPU/op"),
        AtMost(1.15),
    ),
    ratio(
        "gate, CPU per request over Caddy forward_auth",
        (GATE, OURS, "CPU/op"),
        (GATE, "Caddy forward_auth", "CPU/op"),
        AtMost(0.20),
    ),
    aim("latency added at 50 % load, p99", ("gate/latency", OURS, "added p99"), AtMost(200e-6), Seconds),
    aim(
        "revocation, 1,000 streams, one process, last byte, p99",
        ("revocation/streams", "one process", "last byte p99"),
        AtMost(5e-3),
        Seconds,
    ),
    aim(
        "revocation, 1,000 streams, two processes, last byte, p99",
        ("revocation/streams", "two processes", "last byte p99"),
        AtMost(25e-3),
        Seconds,
    ),
    aim(
        "durable facts, 64 writers, SQLite",
        ("store/facts", "SQLite, 64 writers", "ops/s"),
        AtLeast(50_000.0),
        PerSecond,
    ),
    aim(
        "cold start, a million facts",
        ("store/cold", "countersign serve", "a million"),
        AtMost(3.0),
        Seconds,
    ),
    aim(
        "evidence, until durable, one core",
        ("store/evidence", "record until durable, one core", "ops/s"),
        AtLeast(200_000.0),
        PerSecond,
    ),
    aim(
        "evidence on disk at company scale, a record",
        ("store/lake", "rotated to Parquet", "bytes/record"),
        AtMost(40.0),
        Bytes,
    ),
    aim(
        "memory of the idle gate, 10,000 people",
        ("gate/memory", OURS, "idle"),
        AtMost(64.0 * 1_048_576.0),
        Bytes,
    ),
    aim(
        "memory of an idle connection",
        ("gate/memory", OURS, "bytes/connection"),
        AtMost(20.0 * 1024.0),
        Bytes,
    ),
];

/// Whether each aim was met.
pub fn judge(aims: &[Aim], comparisons: &[Compared]) -> Vec<Verdict> {
    aims.iter().map(|aim| verdict(aim, comparisons)).collect()
}

fn verdict(aim: &Aim, comparisons: &[Compared]) -> Verdict {
    let figure = find(aim.of, comparisons);
    let measured = match aim.over {
        None => figure.map(|figure| figure.spread),
        Some(over) => figure
            .zip(find(over, comparisons))
            .and_then(|(figure, over)| Spread::of_ratios(&figure.rounds, &over.rounds)),
    };
    let verdict = match measured {
        None => "not measured",
        Some(measured) if aim.limit.is_met_by(measured.median) => "met",
        Some(_) => "not met",
    };
    let show = |value: f64| aim.unit.show(value);
    let sign = if matches!(aim.limit, AtMost(_)) { "<=" } else { ">=" };
    let limit = format!("{sign} {}", show(aim.limit.number()));
    let spread = |m: Spread| format!("{} ({}..{})", show(m.median), show(m.min), show(m.max));
    let text = [limit, measured.map(spread).unwrap_or_default()];
    Verdict { what: aim.what, limit: aim.limit, measured, verdict, text }
}

fn find((id, name, figure): Place, comparisons: &[Compared]) -> Option<&Figure> {
    let comparison = comparisons.iter().find(|comparison| comparison.id == id)?;
    comparison.contenders.iter().find(|contender| contender.name == name)?.figure(figure)
}

/// The aims as a table.
pub fn markdown(verdicts: &[Verdict]) -> String {
    let mut text = "## Aims\n\n| what | aim | measured | |\n| --- | --- | --- | --- |\n".to_owned();
    for verdict in verdicts {
        let [limit, measured] = &verdict.text;
        let _ = writeln!(text, "| {} | {limit} | {measured} | {} |", verdict.what, verdict.verdict);
    }
    text + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::{Bench, Comparison, Options, Sample};

    #[test]
    fn an_aim_is_met_not_met_or_not_measured() {
        let mut comparison = Comparison::new("p/c", "Work");
        comparison.contender("a", |_| Ok(Sample::new(2.0, 1.0, 1)));
        comparison.contender("b", |_| Ok(Sample::new(1.0, 1.0, 1)));
        let mut bench = Bench::begin(Options { rounds: 3, quick: true, only: None });
        bench.compare(vec![comparison]);
        let comparisons = bench.end().comparisons;
        let check = |aim: Aim, expected| assert_eq!(verdict(&aim, &comparisons).verdict, expected);
        let (a, b) = (("p/c", "a", "CPU/op"), ("p/c", "b", "CPU/op"));
        check(aim("w", a, AtMost(2.0), Number), "met");
        check(aim("w", a, AtMost(1.9), Number), "not met");
        check(aim("w", a, AtLeast(2.1), Number), "not met");
        check(ratio("w", a, b, AtMost(2.0)), "met");
        check(ratio("w", a, b, AtMost(1.9)), "not met");
        check(ratio("w", a, ("p/c", "gone", "CPU/op"), AtMost(9.0)), "not measured");
        check(aim("w", ("p/other", "a", "CPU/op"), AtMost(9.0), Number), "not measured");
    }
}
