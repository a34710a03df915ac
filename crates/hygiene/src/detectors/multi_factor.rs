//! Second factors: accounts without one, and accounts that are exempt from it.

use super::DetectorRun;
use crate::finding::FindingEvidence;
use crate::table::HygieneDetector;
use countersign_correlate::SourcedKey;
use countersign_sources::{AccountRecord, CredentialClass, NodeBody};
use std::collections::BTreeMap;

/// Of fewer accounts nobody can tell whether a second factor is asked for.
const FEWEST: usize = 10;

impl DetectorRun<'_, '_> {
    pub(super) fn multi_factor(&mut self) {
        let asking = self.asking();
        for (at, account) in self.view.enabled_accounts() {
            if account.multi_factor != Some(false) {
                continue;
            }
            let mut evidence = vec![
                FindingEvidence::new(at, "multi_factor", "false"),
                FindingEvidence::new(at, "enabled", "true"),
            ];
            if self.view.is_person(at) {
                self.add(
                    HygieneDetector::MissingMultiFactor,
                    vec![at.clone()],
                    format!("sign-in to {}", at.source),
                    evidence,
                );
                continue;
            }
            // What is no person's, as far as is known, needs none if nobody signs in to it by hand.
            let (Some((having, all)), Some(password)) =
                (asking.get(at.source.as_str()), self.working_password(at))
            else {
                continue;
            };
            if self.emergency.contains(at) {
                continue;
            }
            evidence.push(FindingEvidence::new(&password, "enabled", "true"));
            evidence.push(FindingEvidence::new(
                at,
                "others",
                format!("{having} of {all} have a second factor"),
            ));
            self.add(
                HygieneDetector::MultiFactorExemption,
                vec![at.clone()],
                format!("accounts left out in {}", at.source),
                evidence,
            );
        }
        self.exempting_groups();
    }

    /// Returns the sources that ask people for a second factor: nearly all of their people have one. Each with how many do.
    /// Whose source says nothing has none here, so that silence never makes an exemption of others.
    fn asking(&self) -> BTreeMap<String, (usize, usize)> {
        let mut counts: BTreeMap<String, (usize, usize)> = BTreeMap::new();
        for (at, node) in self.view.nodes {
            let NodeBody::Account(account) = &node.body else { continue };
            if account.enabled != Some(false) && self.view.is_person(at) {
                let (having, all) = counts.entry(at.source.clone()).or_default();
                *having += usize::from(account.multi_factor == Some(true));
                *all += 1;
            }
        }
        let share = self.settings.multi_factor_asked;
        counts.retain(|_, (having, all)| *all >= FEWEST && *having * 100 >= *all * share);
        counts
    }

    /// Returns a password of the account, if its source says that there is one that works.
    fn working_password(&self, at: &SourcedKey) -> Option<SourcedKey> {
        let credentials = self.edges.credentials.get(at).into_iter().flatten();
        let mut passwords = credentials.filter(|(credential, _)| {
            matches!(self.view.nodes.get(credential).map(|node| &node.body),
                Some(NodeBody::Credential(record))
                    if record.class == CredentialClass::Password && record.enabled == Some(true))
        });
        passwords.next().map(|(credential, _)| credential.clone())
    }

    /// Lists who is in a group that the operator says is not asked for a second factor.
    fn exempting_groups(&mut self) {
        let mut exempt: Vec<(SourcedKey, SourcedKey, String)> = Vec::new();
        for (at, node) in self.view.nodes {
            let is_exempting = matches!(node.body, NodeBody::Group(_) | NodeBody::Role(_))
                && self.settings.exempting.iter().any(|groups| groups.has(at, &node.name));
            if !is_exempting {
                continue;
            }
            for member in self.edges.below(vec![(at.clone(), at.clone())]).into_keys() {
                let works = matches!(
                    self.view.nodes.get(&member).map(|node| &node.body),
                    Some(NodeBody::Account(AccountRecord { enabled: Some(true), .. }))
                );
                if works && !self.emergency.contains(&member) {
                    exempt.push((member, at.clone(), node.name.clone()));
                }
            }
        }
        for (member, group, name) in exempt {
            let evidence = vec![
                FindingEvidence::new(&member, "member_of", name.as_str()),
                FindingEvidence::new(&member, "enabled", "true"),
            ];
            let cause = format!("{name} in {}", group.source);
            self.add(HygieneDetector::MultiFactorExemption, vec![member, group], cause, evidence);
        }
    }
}
