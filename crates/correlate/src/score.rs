//! Points: what the rules make of a comparison.

use crate::NodeComparison;
use crate::compare::Agreements;
use crate::rules::{CorrelationRules, MatchRule};
use std::collections::BTreeSet;

/// What the rules make of one candidate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Score {
    /// The sum, which may be above 1000.
    pub(crate) sum: i64,
    /// The names of the rules that counted, with their points; below zero if they speak against.
    pub(crate) counted: Vec<(String, i64, Vec<NodeComparison>)>,
}

impl Score {
    /// Returns the total: at most 1000.
    pub(crate) fn total(&self) -> i64 {
        self.sum.clamp(0, 1000)
    }

    /// Adds up the rules up to a tier, and says which they are.
    pub(crate) fn of(agreements: &Agreements, rules: &CorrelationRules, up_to_tier: u8) -> Self {
        let mut counted = Vec::new();
        let found = bits(agreements);
        let (sum, _) = add_up(found, rules, up_to_tier, |rule| {
            counted.push((rule.name.clone(), rule.points, rule.all.clone()))
        });
        for against in rules.contradictions.iter().filter(|rule| found & rule.when.bit() != 0) {
            counted.push((against.name.clone(), -against.subtract.unwrap_or(1000), vec![against.when]));
        }
        Self { sum, counted }
    }
}

fn bits(agreements: &Agreements) -> u32 {
    agreements.iter().fold(0, |bits, (comparison, _)| bits | comparison.bit())
}

/// Adds up the rules up to a tier: everything, and only what speaks for the candidate.
fn add_up<'a>(
    found: u32,
    rules: &'a CorrelationRules,
    up_to_tier: u8,
    mut counts: impl FnMut(&'a MatchRule),
) -> (i64, i64) {
    let matching = || {
        let places = rules.rules.iter().zip(0u64..);
        places.filter(|(rule, _)| rule.tier <= up_to_tier && found & rule.mask == rule.mask)
    };
    let subsumed = matching().fold(0, |subsumed, (rule, _)| subsumed | rule.subsumes);
    let mut support = 0;
    for (rule, _) in matching().filter(|(_, place)| subsumed & (1 << place) == 0) {
        support += rule.points;
        counts(rule);
    }
    let mut sum = support;
    for against in rules.contradictions.iter().filter(|rule| found & rule.when.bit() != 0) {
        match against.subtract {
            Some(points) => sum -= points,
            None => return (0, 0),
        }
    }
    (sum, support)
}

/// What the rules make of all candidates of an account, given as numbers of identities.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum CandidateVerdict {
    /// It belongs to this one.
    Certain(usize, Score),
    /// A person should look at these, the best first.
    Review(Vec<(usize, Score)>),
    /// Several are certain.
    Several(Vec<(usize, Score)>),
    /// No candidate has enough.
    #[default]
    Nobody,
}

/// Decides between candidates, tier by tier.
pub(crate) fn decide(candidates: &[(usize, Agreements)], rules: &CorrelationRules) -> CandidateVerdict {
    let tiers: BTreeSet<u8> = rules.rules.iter().map(|rule| rule.tier).collect();
    let mut last = Vec::new();
    for tier in tiers {
        let sum = |found| add_up(bits(found), rules, tier, |_| ());
        let mut scored: Vec<((i64, i64), usize, &Agreements)> =
            candidates.iter().map(|(identity, found)| (sum(found), *identity, found)).collect();
        scored.retain(|((sum, support), ..)| *sum >= rules.review || *support >= rules.certain);
        scored.sort_by_key(|(sums, identity, _)| (std::cmp::Reverse(*sums), *identity));
        // What speaks for another one counts whole here, whatever speaks against it: a number of one person beside the address
        // of a namesake is for a person to look at.
        let mut claims = scored.iter().filter(|((_, support), ..)| *support >= rules.certain).skip(1);
        if let Some(((best, _), identity, found)) =
            scored.first().filter(|((best, _), ..)| *best >= rules.certain)
            && claims.all(|((_, support), ..)| best - support >= rules.lead)
        {
            return CandidateVerdict::Certain(*identity, Score::of(found, rules, tier));
        }
        scored.retain(|((sum, _), ..)| *sum >= rules.review);
        last = scored;
    }
    let last: Vec<(usize, Score)> =
        last.into_iter().map(|(_, identity, found)| (identity, Score::of(found, rules, u8::MAX))).collect();
    match last.iter().filter(|(_, score)| score.sum >= rules.certain).count() {
        _ if last.is_empty() => CandidateVerdict::Nobody,
        0 | 1 => CandidateVerdict::Review(last),
        _ => CandidateVerdict::Several(last),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NodeComparison::*;

    fn found(comparisons: &[NodeComparison]) -> Agreements {
        comparisons.iter().map(|comparison| (*comparison, 0)).collect()
    }

    fn sum(comparisons: &[NodeComparison]) -> i64 {
        Score::of(&found(comparisons), &CorrelationRules::default(), 9).sum
    }

    #[test]
    fn a_rule_that_is_subsumed_does_not_count_twice() {
        assert_eq!(sum(&[Mail]), 900);
        assert_eq!(sum(&[Mail, GivenNameLike]), 950);
        assert_eq!(sum(&[Mail, GivenNameLike, FamilyNameLike]), 1400);
        assert_eq!(sum(&[GivenName, GivenNameLike, FamilyName, FamilyNameLike]), 650);
        assert_eq!(sum(&[GivenName, GivenNameLike, FamilyName, FamilyNameLike, LoginMadeOfName]), 650);
    }

    #[test]
    fn what_contradicts_is_taken_off_and_a_veto_ends_it() {
        assert_eq!(sum(&[Mail, NamesDiffer]), 300);
        assert_eq!(sum(&[NamesDiffer]), -600);
        let veto = CorrelationRules::read(
            "[[contradictions]]\nname = \"n\"\nwhen = \"names_differ\"\nveto = true\nreason = \"never\"\n",
        );
        let score = Score::of(&found(&[EmployeeNumber, GivenNameLike, Mail, NamesDiffer]), &veto.unwrap(), 9);
        assert_eq!(score.total(), 0);
    }

    #[test]
    fn weight_and_scale_multiply() {
        let rule = "scale = 0.5\n[[rules]]\nname = \"m\"\ntier = 1\nall = [\"mail\"]\nconfidence = 0.8\nweight = 2.0\nreason = \"r\"\n";
        let rules = CorrelationRules::read(rule).unwrap();
        assert_eq!(Score::of(&found(&[Mail]), &rules, 1).sum, 800);
    }

    #[test]
    fn the_best_of_two_certain_ones_must_lead() {
        let rules = CorrelationRules::default();
        let (certain, better) =
            (found(&[Mail]), found(&[Mail, EmployeeNumber, GivenNameLike, FamilyNameLike]));
        assert!(matches!(decide(&[(1, certain.clone())], &rules), CandidateVerdict::Certain(1, _)));
        assert!(matches!(
            decide(&[(1, certain.clone()), (2, certain.clone())], &rules),
            CandidateVerdict::Several(_)
        ));
        assert!(matches!(decide(&[(1, certain), (2, better)], &rules), CandidateVerdict::Certain(2, _)));
        assert!(matches!(decide(&[(1, found(&[Login]))], &rules), CandidateVerdict::Review(_)));
        assert!(matches!(decide(&[(1, found(&[LoginMadeOfName]))], &rules), CandidateVerdict::Nobody));
        assert!(matches!(decide(&[], &rules), CandidateVerdict::Nobody));
    }
}
