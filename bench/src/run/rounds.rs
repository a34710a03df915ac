//! Turns: every contender once a round, in order, round after round.

use super::Outcome;
use super::figures::{Figure, Spread, figures};
use super::machine::Machine;
use super::report::{Compared, Competed, Report};
use super::sample::{Sample, Unit};
use std::io::Write as _;
use std::time::Instant;

/// How to measure.
#[derive(Debug, Clone)]
pub struct Options {
    /// How many turns each contender gets.
    pub rounds: u32,
    /// Smaller worlds and shorter slices.
    pub quick: bool,
    /// Only the comparisons whose ids hold this text.
    pub only: Option<String>,
}

/// One contender's turn.
#[derive(Debug, Clone, Copy)]
pub struct Turn {
    /// Which round, counted from 1; 0 is for warming up and does not count.
    pub round: u32,
    /// Whether the slice should be short.
    pub quick: bool,
}

type Slice<'a> = Box<dyn FnMut(Turn) -> Outcome<Sample> + 'a>;

/// Contenders that do the same work.
pub struct Comparison<'a> {
    id: &'static str,
    title: String,
    notes: Vec<String>,
    baseline: Option<String>,
    warm_up: bool,
    contenders: Vec<(String, Slice<'a>)>,
    absent: Vec<(String, String)>,
}

impl<'a> Comparison<'a> {
    /// A comparison without contenders. The id is what aims and `--only` name it by: `part/what`.
    pub fn new(id: &'static str, title: impl Into<String>) -> Self {
        Self {
            id,
            title: title.into(),
            notes: Vec::new(),
            baseline: None,
            warm_up: true,
            contenders: Vec::new(),
            absent: Vec::new(),
        }
    }

    /// The contender that the ratios are to.
    #[must_use]
    pub fn baseline(mut self, name: impl Into<String>) -> Self {
        self.baseline = Some(name.into());
        self
    }

    /// Something that a reader of the table must know.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Without a first round that does not count: for slices that start from nothing each time.
    #[must_use]
    pub const fn cold(mut self) -> Self {
        self.warm_up = false;
        self
    }

    /// One more contender; turns are taken in the order in which they are added.
    pub fn contender(&mut self, name: impl Into<String>, slice: impl FnMut(Turn) -> Outcome<Sample> + 'a) {
        self.contenders.push((name.into(), Box::new(slice)));
    }

    /// A contender that can not take part here, and why: said in the table rather than left out.
    pub fn absent(&mut self, name: impl Into<String>, why: impl Into<String>) {
        self.absent.push((name.into(), why.into()));
    }
}

/// A session of measurements.
pub struct Bench {
    options: Options,
    report: Report,
    begun: Instant,
}

impl Bench {
    /// Begin a session.
    pub fn begin(options: Options) -> Self {
        let report = Report::begin(Machine::here(), options.rounds, options.quick);
        Self { options, report, begun: Instant::now() }
    }

    /// Whether worlds should be small and slices short.
    pub const fn quick(&self) -> bool {
        self.options.quick
    }

    /// Whether a comparison of this id is wanted at all: ask before building an expensive world.
    pub fn wants(&self, id: &str) -> bool {
        self.options.only.as_ref().is_none_or(|only| id.contains(only.as_str()))
    }

    /// Something that a reader of the report must know.
    pub fn note(&mut self, note: String) {
        self.say(&note);
        self.report.notes.push(note);
    }

    /// A peer that takes part: its name, its version, its licence.
    pub fn peer(&mut self, name: &str, version: &str, licence: &str) {
        self.report.peer(name, version, licence);
    }

    /// Progress, for whoever waits.
    pub fn say(&self, text: &str) {
        let _ = writeln!(std::io::stderr(), "[{:7.1} s] {text}", self.begun.elapsed().as_secs_f64());
    }

    /// Let all contenders of all these comparisons take turns, and keep what came of it.
    pub fn compare(&mut self, comparisons: Vec<Comparison<'_>>) {
        let mut wanted: Vec<_> = comparisons
            .into_iter()
            .filter(|comparison| self.wants(comparison.id))
            .map(Running::new)
            .collect();
        for round in 0..=self.options.rounds {
            let turn = Turn { round, quick: self.options.quick };
            for running in &mut wanted {
                if round > 0 || running.comparison.warm_up {
                    self.take_turns(running, turn);
                }
            }
        }
        self.report.comparisons.extend(wanted.into_iter().map(Running::finish));
    }

    fn take_turns(&self, running: &mut Running<'_>, turn: Turn) {
        for ((name, slice), series) in running.comparison.contenders.iter_mut().zip(&mut running.series) {
            if series.failed.is_some() {
                continue;
            }
            let id = running.comparison.id;
            match slice(turn) {
                Ok(sample) => {
                    let figures = figures(&sample);
                    self.say(&format!("{id}, round {}: {name}: {}", turn.round, brief(&figures)));
                    if turn.round > 0 {
                        series.rounds.push(figures);
                    }
                }
                Err(error) => {
                    self.say(&format!("{id}, round {}: {name} failed: {error}", turn.round));
                    series.failed = Some(error.to_string());
                }
            }
        }
    }

    /// End the session.
    pub fn end(mut self) -> Report {
        self.report.end(self.begun.elapsed());
        self.report
    }
}

fn brief(figures: &[(String, Unit, f64)]) -> String {
    let some = figures.iter().take(4);
    some.map(|(name, unit, value)| format!("{name} {}", unit.show(*value))).collect::<Vec<_>>().join(", ")
}

struct Running<'a> {
    comparison: Comparison<'a>,
    series: Vec<Series>,
}

/// What one contender's turns gave so far.
#[derive(Default)]
struct Series {
    rounds: Vec<Vec<(String, Unit, f64)>>,
    failed: Option<String>,
}

impl Series {
    fn figures(&self) -> Vec<Figure> {
        let Some(first) = self.rounds.first() else { return Vec::new() };
        let figure = |(name, unit, _): &(String, Unit, f64)| {
            let of_round = |round: &Vec<(String, Unit, f64)>| {
                round.iter().find(|(other, ..)| other == name).map(|(_, _, value)| *value)
            };
            let rounds: Vec<f64> = self.rounds.iter().filter_map(of_round).collect();
            let spread = Spread::of(&rounds)?;
            Some(Figure { name: name.clone(), unit: *unit, rounds, spread, ratio: None })
        };
        first.iter().filter_map(figure).collect()
    }
}

impl<'a> Running<'a> {
    fn new(comparison: Comparison<'a>) -> Self {
        let series = comparison.contenders.iter().map(|_| Series::default()).collect();
        Self { comparison, series }
    }

    fn finish(self) -> Compared {
        let Self { comparison, series } = self;
        let mut contenders: Vec<Competed> = comparison
            .contenders
            .into_iter()
            .zip(series)
            .map(|((name, _), series)| Competed { name, figures: series.figures(), failed: series.failed })
            .collect();
        let absent = comparison.absent.into_iter();
        contenders.extend(absent.map(|(name, why)| Competed {
            name,
            figures: Vec::new(),
            failed: Some(why),
        }));
        if let Some(baseline) = &comparison.baseline {
            set_ratios(&mut contenders, baseline);
        }
        Compared {
            id: comparison.id.to_owned(),
            title: comparison.title,
            notes: comparison.notes,
            baseline: comparison.baseline,
            contenders,
        }
    }
}

fn set_ratios(contenders: &mut [Competed], baseline: &str) {
    let found = contenders.iter().find(|contender| contender.name == baseline);
    let Some(bases) = found.map(|base| base.figures.clone()) else { return };
    for figure in contenders.iter_mut().flat_map(|contender| &mut contender.figures) {
        let base = bases.iter().find(|base| base.name == figure.name);
        figure.ratio = base.and_then(|base| Spread::of_ratios(&figure.rounds, &base.rounds));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    fn bench(rounds: u32) -> Bench {
        Bench::begin(Options { rounds, quick: true, only: None })
    }

    #[test]
    fn contenders_of_all_comparisons_take_turns() {
        let order = RefCell::new(String::new());
        let mut comparisons =
            vec![Comparison::new("a/one", "One").cold(), Comparison::new("a/two", "Two").cold()];
        for (comparison, names) in comparisons.iter_mut().zip([["A", "B"], ["C", "D"]]) {
            for name in names {
                let order = &order;
                comparison.contender(name, move |turn| {
                    order.borrow_mut().push_str(&format!("{name}{} ", turn.round));
                    Ok(Sample::new(1.0, 1.0, 1))
                });
            }
        }
        bench(2).compare(comparisons);
        assert_eq!(order.into_inner(), "A1 B1 C1 D1 A2 B2 C2 D2 ");
    }

    #[test]
    fn a_contender_that_fails_is_named_with_why_and_costs_nobody_else_a_turn() {
        let mut comparison = Comparison::new("a/one", "One").baseline("fine");
        comparison.contender("broken", |_| Err("no such program".into()));
        comparison.contender("fine", |turn| Ok(Sample::new(f64::from(turn.round), 1.0, 1)));
        comparison.absent("away", "cannot be installed");
        let mut bench = bench(3);
        bench.compare(vec![comparison]);
        let compared = bench.end().comparisons.remove(0);
        let failed: Vec<_> =
            compared.contenders.iter().map(|c| (c.name.as_str(), c.failed.as_deref())).collect();
        assert_eq!(
            failed,
            [("broken", Some("no such program")), ("fine", None), ("away", Some("cannot be installed"))]
        );
        let figure = &compared.contenders[1].figures[0];
        assert_eq!((figure.name.as_str(), figure.rounds.as_slice()), ("CPU/op", [1.0, 2.0, 3.0].as_slice()));
        assert_eq!(figure.ratio, Some(Spread { median: 1.0, min: 1.0, max: 1.0 }));
    }
}
