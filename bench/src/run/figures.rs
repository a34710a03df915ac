//! Figures of a sample, and what many rounds of one come to.

use super::sample::{Sample, Unit};
use serde::Serialize;

/// One figure over all rounds.
#[derive(Debug, Clone, Serialize)]
pub struct Figure {
    /// What it is.
    pub name: String,
    /// What it counts.
    pub unit: Unit,
    /// Its value in each round.
    pub rounds: Vec<f64>,
    /// The middle, the least and the most of them.
    pub spread: Spread,
    /// The same of the ratios to the baseline's value in the same round; none without a baseline.
    pub ratio: Option<Spread>,
}

/// A middle value with how far the rounds lie apart.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Spread {
    /// The middle.
    pub median: f64,
    /// The least.
    pub min: f64,
    /// The most.
    pub max: f64,
}

impl Spread {
    /// Of some values; none of none.
    pub fn of(values: &[f64]) -> Option<Self> {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let (min, max) = (*sorted.first()?, *sorted.last()?);
        let upper = *sorted.get(sorted.len() / 2)?;
        let lower = *sorted.get((sorted.len() - 1) / 2)?;
        Some(Self { median: f64::midpoint(lower, upper), min, max })
    }

    /// Of the ratios of two series, round by round; none where the divisor is nothing.
    pub fn of_ratios(values: &[f64], bases: &[f64]) -> Option<Self> {
        let ratios: Vec<f64> = values.iter().zip(bases).map(|(value, base)| value / base).collect();
        ratios.iter().all(|ratio| ratio.is_finite()).then(|| Self::of(&ratios)).flatten()
    }
}

/// Everything that a sample says, in the order in which tables show it.
#[expect(clippy::cast_precision_loss, reason = "counts of operations and nanoseconds stay below 2^53")]
pub fn figures(sample: &Sample) -> Vec<(String, Unit, f64)> {
    let operations = sample.operations as f64;
    let mut figures = Vec::new();
    if sample.operations > 0 {
        figures.push(("CPU/op".to_owned(), Unit::Seconds, sample.cpu_seconds / operations));
        figures.push(("ops/s".to_owned(), Unit::PerSecond, operations / sample.wall_seconds));
    }
    for (kind, latencies) in &sample.latencies {
        let prefix = if kind.is_empty() { String::new() } else { format!("{kind} ") };
        for (name, at) in [("p50", 0.5), ("p99", 0.99), ("p99.9", 0.999), ("max", 1.0)] {
            let value = latencies.value_at_quantile(at) as f64 / 1e9;
            figures.push((format!("{prefix}{name}"), Unit::Seconds, value));
        }
    }
    figures.extend(sample.others.iter().map(|(name, unit, value)| ((*name).to_owned(), *unit, *value)));
    figures
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_an_even_number_lies_between_two() {
        let check = |values: &[f64], median| assert_eq!(Spread::of(values).map(|s| s.median), median);
        check(&[], None);
        check(&[3.0], Some(3.0));
        check(&[9.0, 1.0, 2.0], Some(2.0));
        check(&[4.0, 1.0, 2.0, 9.0], Some(3.0));
    }

    #[test]
    fn a_ratio_is_taken_within_a_round_and_not_of_the_middles() {
        let ratio = Spread::of_ratios(&[10.0, 200.0, 30.0], &[10.0, 100.0, 10.0]);
        assert_eq!(ratio, Some(Spread { median: 2.0, min: 1.0, max: 3.0 }));
        assert_eq!(Spread::of_ratios(&[1.0], &[0.0]), None);
    }

    #[test]
    fn a_sample_without_operations_claims_no_rate() {
        let names = |sample: &Sample| figures(sample).into_iter().map(|(name, ..)| name).collect::<Vec<_>>();
        assert!(names(&Sample::new(1.0, 1.0, 0)).is_empty());
        let mut sample = Sample::new(1.0, 1.0, 4);
        sample.latency("allow").record(1_000).unwrap();
        assert_eq!(names(&sample), ["CPU/op", "ops/s", "allow p50", "allow p99", "allow p99.9", "allow max"]);
    }
}
