//! Rounds: accounts are compared with what is known of identities so far, and what is linked is known in the next round.
//!
//! All accounts of a round are compared with the same identities, so that their order does not matter.

use crate::NodeComparison;
use crate::compare::{Agreements, compare};
use crate::identity::{AccountCandidate, ComparedValues, LinkBasis, MatchEvidence};
use crate::joining::Joining;
use crate::profile::Profile;
use crate::score::{CandidateVerdict, Score, decide};
use std::collections::{BTreeMap, BTreeSet};

/// Chains of accounts that are linked through each other are short; this bounds the work on hostile input.
const MOST_ROUNDS: usize = 8;

impl Joining<'_> {
    /// Links accounts until nothing more is certain.
    pub(crate) fn link_accounts(&mut self) {
        let mut fresh: Option<BTreeSet<usize>> = None;
        for _ in 0..MOST_ROUNDS {
            let linked = self.round(fresh.as_ref());
            if linked.is_empty() {
                return;
            }
            fresh = Some(linked);
        }
    }

    /// Compares each free account with its candidates, if one of them is fresh. Returns the identities that grew.
    fn round(&mut self, fresh: Option<&BTreeSet<usize>>) -> BTreeSet<usize> {
        let mut certain: BTreeMap<usize, (usize, LinkBasis)> = BTreeMap::new();
        for account in self.free_accounts() {
            let Some(profile) = self.profile(account) else { continue };
            let (candidates, all) = self.blocks.candidates(profile);
            if fresh.is_some_and(|fresh| fresh.is_disjoint(&candidates)) {
                continue;
            }
            let mut compared: Vec<(usize, Agreements)> = candidates
                .into_iter()
                .filter(|identity| !self.held.are_apart(&[account], self.members(*identity)))
                .map(|identity| (identity, compare(profile, &self.profiles(identity), self.rules)))
                .filter(|(_, agreements)| !agreements.is_empty())
                .collect();
            if all && self.everybody {
                self.note_only_bearer(profile, &mut compared);
            }
            let verdict = decide(&compared, self.rules);
            let candidates = |scored: &[(usize, Score)]| -> Vec<AccountCandidate> {
                scored
                    .iter()
                    .filter_map(|(identity, score)| self.candidate(account, *identity, score, &compared))
                    .collect()
            };
            match &verdict {
                CandidateVerdict::Certain(identity, score) => {
                    let evidence = self.evidence(account, *identity, score, &compared);
                    certain.insert(account, (*identity, LinkBasis::Rules(evidence)));
                }
                CandidateVerdict::Review(scored) => {
                    let proposed = candidates(scored);
                    self.pending.insert(account, (false, proposed));
                }
                CandidateVerdict::Several(scored) => {
                    let claimed = candidates(scored);
                    self.pending.insert(account, (true, claimed));
                }
                CandidateVerdict::Nobody => {
                    self.pending.remove(&account);
                }
            }
        }
        let mut grown = BTreeSet::new();
        let certain = self.without_parted(certain);
        for (account, (identity, basis)) in certain {
            self.pending.remove(&account);
            self.link(account, identity, basis);
            grown.insert(identity);
        }
        grown
    }

    /// Leaves out accounts of which a person said that they are not the same, and which would come to one identity: one of the
    /// two at least is not its own, and it is not known which.
    fn without_parted(
        &mut self,
        mut certain: BTreeMap<usize, (usize, LinkBasis)>,
    ) -> BTreeMap<usize, (usize, LinkBasis)> {
        let parted = |account: &usize, identity: &usize| {
            let same_home =
                |(other, (home, _)): (&usize, &(usize, LinkBasis))| (home == identity).then_some(*other);
            self.held.parts()
                && self.held.are_apart(&[*account], &certain.iter().filter_map(same_home).collect::<Vec<_>>())
        };
        let parted: Vec<usize> = certain
            .iter()
            .filter(|(account, (identity, _))| parted(account, identity))
            .map(|(account, _)| *account)
            .collect();
        for account in parted {
            if let Some((identity, LinkBasis::Rules(evidence))) = certain.remove(&account)
                && let Some(identity) = self.id(identity)
            {
                let total = evidence.iter().map(|rule| rule.points).sum::<i64>().clamp(0, 1000);
                self.pending.insert(account, (false, vec![AccountCandidate { identity, total, evidence }]));
            }
        }
        certain
    }

    /// Notes that one candidate alone has a name like the account's, if no account of the same source is linked to it.
    fn note_only_bearer(&self, account: &Profile, compared: &mut [(usize, Agreements)]) {
        let mut bearers = compared.iter_mut().filter(|(_, agreements)| {
            let has = |wanted| agreements.iter().any(|(found, _)| *found == wanted);
            has(NodeComparison::GivenNameLike) && has(NodeComparison::FamilyNameLike)
        });
        let (Some((identity, agreements)), None) = (bearers.next(), bearers.next()) else { return };
        let profiles = self.profiles(*identity);
        let has_account =
            profiles.iter().any(|(_, member)| !member.person && member.source == account.source);
        if !has_account && let Some((node, _)) = profiles.first() {
            agreements.push((NodeComparison::OnlyBearer, *node));
        }
    }

    fn candidate(
        &self,
        account: usize,
        identity: usize,
        score: &Score,
        compared: &[(usize, Agreements)],
    ) -> Option<AccountCandidate> {
        Some(AccountCandidate {
            identity: self.id(identity)?,
            total: score.total(),
            evidence: self.evidence(account, identity, score, compared),
        })
    }

    fn evidence(
        &self,
        account: usize,
        identity: usize,
        score: &Score,
        compared: &[(usize, Agreements)],
    ) -> Vec<MatchEvidence> {
        let agreements =
            compared.iter().find(|(number, _)| *number == identity).map(|(_, agreements)| agreements);
        agreements.map(|agreements| self.side_by_side(account, score, agreements)).unwrap_or_default()
    }

    /// Returns the rules that counted, each with the values that it compared.
    pub(crate) fn side_by_side(
        &self,
        account: usize,
        score: &Score,
        agreements: &Agreements,
    ) -> Vec<MatchEvidence> {
        let values = |comparison| {
            let (_, node) = agreements.iter().find(|(found, _)| *found == comparison)?;
            let ((_, own), (at, other)) = (self.node(account)?, self.node(*node)?);
            Some(ComparedValues {
                comparison,
                account: ComparedValues::value(comparison, own),
                node: at.clone(),
                identity: ComparedValues::value(comparison, other),
            })
        };
        let evidence = score.counted.iter().map(|(rule, points, all)| MatchEvidence {
            rule: rule.clone(),
            points: *points,
            compared: all.iter().filter_map(|comparison| values(*comparison)).collect(),
        });
        evidence.collect()
    }
}
