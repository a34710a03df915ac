//! Values are read, counted, and forgotten.

use crate::candidates::each_candidate;
use crate::columns::NameHints;
use crate::proposal::{LabelProposal, RecognisedShare, by_kind};
use crate::recognisers::{FormMatch, check};
use crate::{CheckStrength, Recogniser, SampledValue};
use std::collections::HashSet;
use std::hash::{BuildHasher as _, RandomState};

/// Maximum number of different candidates that are counted.
const MOST_CANDIDATES: usize = 100_000;

/// How improbable it must be that chance gives what was counted. A scan asks thousands of columns more than ten questions each.
const UNLIKELY: f64 = 1e-6;

/// The same, if the name of the column says what the values are.
const UNLIKELY_IF_NAMED: f64 = 1e-2;

/// How many values of a usual form there must be.
const FEWEST_USUAL: u64 = 3;

/// The counts of one column or one file. No value stays in it.
pub struct ColumnSample {
    hints: NameHints,
    sampled: u64,
    counts: Vec<RecogniserCount>,
    /// Hashes of candidates with a form that some recogniser knows, so that a repeated value counts once.
    seen: HashSet<u64>,
    hasher: RandomState,
}

#[derive(Clone, Copy)]
struct RecogniserCount {
    recogniser: Recogniser,
    formed: u64,
    passed: u64,
}

impl ColumnSample {
    /// Begins to count. The name of the column says what its values may be; an empty one says nothing.
    pub fn new(name: &str) -> Self {
        let count =
            |recogniser: &Recogniser| RecogniserCount { recogniser: *recogniser, formed: 0, passed: 0 };
        Self {
            hints: NameHints::of(name),
            sampled: 0,
            counts: Recogniser::ALL.iter().map(count).collect(),
            seen: HashSet::new(),
            hasher: RandomState::new(),
        }
    }

    /// Looks at a value, counts, and forgets it. An empty value does not count.
    pub fn observe(&mut self, value: &SampledValue<'_>) {
        let text = value.reveal().trim();
        if text.is_empty() {
            return;
        }
        self.sampled += 1;
        // A key has white space in it, so it is looked for in the whole text.
        if text.contains("-----BEGIN ") {
            self.look(text, &[Recogniser::PrivateKey]);
        }
        each_candidate(text, &mut |candidate| self.look(candidate, Recogniser::ALL));
    }

    /// As [`observe`](Self::observe), for a part of a text of which each line counts as a value.
    pub(crate) fn observe_lines(&mut self, part: &SampledValue<'_>) {
        let before = self.sampled;
        self.observe(part);
        let lines = part.reveal().lines().filter(|line| !line.trim().is_empty()).count();
        self.sampled = before + u64::try_from(lines).unwrap_or(u64::MAX);
    }

    /// Returns the number of values that were not empty.
    pub const fn sampled(&self) -> u64 {
        self.sampled
    }

    fn look(&mut self, candidate: &str, recognisers: &[Recogniser]) -> bool {
        let hints = &self.hints;
        let asked = |recogniser: &Recogniser| {
            // Nine digits are anything, unless hyphens or the name say what they are.
            recognisers.contains(recogniser)
                && (*recogniser != Recogniser::UsSsn || candidate.contains('-') || hints.name(*recogniser))
        };
        let all: Vec<FormMatch> =
            self.counts
                .iter()
                .map(|count| {
                    if asked(&count.recogniser) {
                        check(count.recogniser, candidate)
                    } else {
                        FormMatch::Other
                    }
                })
                .collect();
        if all.iter().all(|found| *found == FormMatch::Other) {
            return false;
        }
        if self.seen.len() < MOST_CANDIDATES && self.seen.insert(self.hasher.hash_one(candidate)) {
            for (count, found) in self.counts.iter_mut().zip(all) {
                count.formed += u64::from(found >= FormMatch::OnlyForm);
                count.passed += u64::from(found == FormMatch::Passes);
            }
        }
        true
    }

    /// Returns the labels that the counts and the name of the column suggest.
    pub fn proposals(&self) -> Vec<LabelProposal> {
        let sampled = self.sampled;
        let by_values = self.counts.iter().filter(|count| self.suggests(count)).map(move |count| {
            // A value that is a text may hold several.
            let sampled = sampled.max(count.passed);
            RecognisedShare { recogniser: count.recogniser, matched: count.passed, sampled }
        });
        let by_name = self.hints.alone().iter().map(move |recogniser| RecognisedShare {
            recogniser: *recogniser,
            matched: 0,
            sampled,
        });
        by_kind(by_values.chain(by_name))
    }

    fn suggests(&self, count: &RecogniserCount) -> bool {
        let RecogniserCount { recogniser, formed, passed } = *count;
        let named = self.hints.name(recogniser);
        let nearly_all = passed > 0 && passed * 10 >= formed * 9;
        match recogniser.strength() {
            CheckStrength::Particular => passed > 0,
            CheckStrength::Usual => {
                passed >= if named { 1 } else { FEWEST_USUAL } && passed * 10 >= formed * 9
            }
            CheckStrength::Chance(share) => {
                let limit = if named { UNLIKELY_IF_NAMED } else { UNLIKELY };
                (named && share > 0.5 && nearly_all) || chance_of_more(passed, formed, share) <= limit
            }
            CheckStrength::OnlyNamed => named && nearly_all,
            CheckStrength::Name => false,
        }
    }
}

/// Returns an upper bound of the probability that at least `passed` of `formed` values pass, if each does with the probability
/// `share`: the bound of Chernoff, exp(-n D(k/n || p)) (W. Hoeffding, "Probability Inequalities for Sums of Bounded Random
/// Variables", 1963, theorem 1).
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn chance_of_more(passed: u64, formed: u64, share: f64) -> f64 {
    if formed == 0 {
        return 1.0;
    }
    let (total, observed) = (formed as f64, passed as f64 / formed as f64);
    if observed <= share {
        return 1.0;
    }
    let term = |part: f64, expected: f64| if part > 0.0 { part * (part / expected).ln() } else { 0.0 };
    // A little more, so that rounding does not decide at the limit itself.
    (-total * (term(observed, share) + term(1.0 - observed, 1.0 - share)) - 1e-9).exp()
}

/// Returns whether a text that is to be shown, as the name of a file, is or holds a value that a recogniser matches.
pub fn reveals_a_value(text: &str) -> bool {
    let mut sample = ColumnSample::new("");
    sample.observe(&SampledValue::new(text));
    let stem = text.rsplit_once('.').map_or(text, |(stem, _)| stem);
    for part in stem.split('/').chain(stem.split(['/', '_'])) {
        sample.observe(&SampledValue::new(part));
    }
    sample.counts.iter().any(|count| count.passed > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_is_one_where_there_is_nothing_and_exact_where_all_pass() {
        let near = |left: f64, right: f64| (left - right).abs() < right * 1e-6;
        assert!(near(chance_of_more(0, 0, 0.1), 1.0) && near(chance_of_more(1, 10, 0.1), 1.0));
        assert!(near(chance_of_more(6, 6, 0.1), 1e-6));
        assert!(chance_of_more(6, 6, 0.1) <= UNLIKELY && chance_of_more(5, 5, 0.1) > UNLIKELY);
        assert!(chance_of_more(130, 1000, 0.1) > UNLIKELY && chance_of_more(200, 1000, 0.1) < UNLIKELY);
    }
}
