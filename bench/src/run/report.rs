//! What came of it, as tables for people and JSON for programs.

use super::aims::{self, Verdict};
use super::figures::Figure;
use super::machine::Machine;
use super::sample::Unit;
use serde::Serialize;
use std::fmt::Write as _;
use std::time::Duration;

/// A whole session.
#[derive(Debug, Serialize)]
pub struct Report {
    /// Where.
    pub machine: Machine,
    /// How many turns each contender had.
    pub rounds: u32,
    /// Whether the slices were too short to believe.
    pub quick: bool,
    /// How long it took, in seconds.
    pub took_seconds: f64,
    /// Who took part besides ourselves.
    pub peers: Vec<Peer>,
    /// What a reader must know.
    pub notes: Vec<String>,
    /// Whether we arrived where we want to.
    pub aims: Vec<Verdict>,
    /// What was compared.
    pub comparisons: Vec<Compared>,
}

/// Somebody else's work that took part.
#[derive(Debug, Serialize)]
pub struct Peer {
    /// Its name.
    pub name: String,
    /// The version that was measured.
    pub version: String,
    /// Its licence.
    pub licence: String,
}

/// A comparison that was made.
#[derive(Debug, Serialize)]
pub struct Compared {
    /// What aims name it by.
    pub id: String,
    /// What it is.
    pub title: String,
    /// What a reader of the table must know.
    pub notes: Vec<String>,
    /// The contender that the ratios are to.
    pub baseline: Option<String>,
    /// Who took part.
    pub contenders: Vec<Competed>,
}

/// One contender of a comparison.
#[derive(Debug, Serialize)]
pub struct Competed {
    /// Its name.
    pub name: String,
    /// Its figures; none when it failed at once.
    pub figures: Vec<Figure>,
    /// Why it stopped, or did not take part.
    pub failed: Option<String>,
}

impl Report {
    /// An empty report.
    pub const fn begin(machine: Machine, rounds: u32, quick: bool) -> Self {
        Self {
            machine,
            rounds,
            quick,
            took_seconds: 0.0,
            peers: Vec::new(),
            notes: Vec::new(),
            aims: Vec::new(),
            comparisons: Vec::new(),
        }
    }

    /// The session ends: judge the aims.
    pub fn end(&mut self, took: Duration) {
        self.took_seconds = took.as_secs_f64();
        self.machine.end();
        self.aims = aims::judge(aims::AIMS, &self.comparisons);
    }

    /// A peer took part; said once.
    pub fn peer(&mut self, name: &str, version: &str, licence: &str) {
        if self.peers.iter().all(|peer| peer.name != name) {
            let [name, version, licence] = [name, version, licence].map(str::to_owned);
            self.peers.push(Peer { name, version, licence });
        }
    }

    /// The tables.
    pub fn markdown(&self) -> String {
        let mut text = String::from("# Measurements\n\n");
        text.push_str(&self.about());
        text.push_str(&aims::markdown(&self.aims));
        for comparison in &self.comparisons {
            text.push_str(&comparison.markdown());
        }
        text
    }

    fn about(&self) -> String {
        let machine = &self.machine;
        let mut lines = vec![
            format!(
                "{} x {}, {} memory, {}, Linux {}",
                machine.cores,
                machine.cpu,
                Unit::Bytes.show(as_float(machine.memory)),
                machine.system,
                machine.kernel
            ),
            format!("load average {} at begin, {} at end", machine.load_at_begin, machine.load_at_end),
            format!("{} rounds, {:.0} s in all", self.rounds, self.took_seconds),
        ];
        if self.quick {
            lines
                .push("**quick**: slices too short to believe, only to see that everything works".to_owned());
        }
        let peers = self.peers.iter().map(|p| format!("{} {} ({})", p.name, p.version, p.licence));
        lines.push(format!("peers: {}", peers.collect::<Vec<_>>().join(", ")));
        lines.extend(self.notes.iter().cloned());
        lines.into_iter().fold(String::new(), |text, line| text + "- " + line.as_str() + "\n") + "\n"
    }
}

impl Compared {
    /// A table: a contender a row, a figure a column; the median, its spread, and the ratio to the baseline.
    fn markdown(&self) -> String {
        let mut columns: Vec<&str> = Vec::new();
        for figure in self.contenders.iter().flat_map(|contender| &contender.figures) {
            if !columns.contains(&figure.name.as_str()) {
                columns.push(&figure.name);
            }
        }
        let mut text = format!("## {} (`{}`)\n\n", self.title, self.id);
        let _ = writeln!(text, "| contender | {} |", columns.join(" | "));
        let _ = writeln!(text, "| --- |{}", " --- |".repeat(columns.len()));
        for contender in &self.contenders {
            let cells = columns.iter().map(|column| contender.cell(column));
            let _ = writeln!(text, "| {} | {} |", contender.name, cells.collect::<Vec<_>>().join(" | "));
        }
        text.push('\n');
        if let Some(baseline) = &self.baseline {
            let _ = writeln!(text, "- x: the median over the rounds of the ratio to \"{baseline}\"");
        }
        let failures = self.contenders.iter().filter_map(|c| c.failed.as_ref().map(|why| (&c.name, why)));
        for (name, why) in failures {
            let _ = writeln!(text, "- not measured: {name}: {why}");
        }
        for note in &self.notes {
            let _ = writeln!(text, "- {note}");
        }
        text.push('\n');
        text
    }
}

impl Competed {
    /// A figure of it.
    pub fn figure(&self, name: &str) -> Option<&Figure> {
        self.figures.iter().find(|figure| figure.name == name)
    }

    fn cell(&self, column: &str) -> String {
        let Some(figure) = self.figure(column) else { return "-".to_owned() };
        let show = |value| figure.unit.show(value);
        let spread = &figure.spread;
        let mut cell = show(spread.median);
        if figure.rounds.len() > 1 {
            let _ = write!(cell, " ({}..{})", show(spread.min), show(spread.max));
        }
        if let Some(ratio) = &figure.ratio {
            let _ = write!(cell, " x{:.3}", ratio.median);
        }
        cell
    }
}

impl Unit {
    /// A value for people.
    pub fn show(self, value: f64) -> String {
        match self {
            Self::Seconds if value < 1e-6 => format!("{:.0} ns", value * 1e9),
            Self::Seconds if value < 1e-3 => format!("{:.2} us", value * 1e6),
            Self::Seconds if value < 1.0 => format!("{:.2} ms", value * 1e3),
            Self::Seconds => format!("{value:.2} s"),
            Self::PerSecond if value >= 1e4 => format!("{:.1} k/s", value / 1e3),
            Self::PerSecond => format!("{value:.1} /s"),
            Self::Bytes if value >= 1_048_576.0 => format!("{:.1} MiB", value / 1_048_576.0),
            Self::Bytes if value >= 4096.0 => format!("{:.1} KiB", value / 1024.0),
            Self::Bytes => format!("{value:.1} B"),
            Self::Number => format!("{value:.2}"),
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "shown to one digit")]
const fn as_float(number: u64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use crate::run::{Bench, Comparison, Options, Sample};

    #[test]
    fn a_table_has_medians_spread_ratios_and_whoever_failed() {
        let mut comparison = Comparison::new("x/y", "Work").baseline("slow").note("In all honesty.");
        comparison.contender("fast", |turn| Ok(Sample::new(1e-3 * f64::from(turn.round), 1.0, 1_000)));
        comparison.contender("slow", |turn| Ok(Sample::new(4e-3 * f64::from(turn.round), 2.0, 1_000)));
        comparison.absent("peer", "is not installed");
        let mut bench = Bench::begin(Options { rounds: 3, quick: true, only: None });
        bench.peer("peer", "1.0", "MIT");
        bench.compare(vec![comparison]);
        let text = bench.end().markdown();
        for expected in [
            "## Work (`x/y`)",
            "| contender | CPU/op | ops/s |",
            "| fast | 2.00 us (1.00 us..3.00 us) x0.250 | 1000.0 /s (1000.0 /s..1000.0 /s) x2.000 |",
            "- not measured: peer: is not installed",
            "- In all honesty.",
            "peers: peer 1.0 (MIT)",
        ] {
            assert!(text.contains(expected), "{expected:?} is missing in:\n{text}");
        }
    }
}
