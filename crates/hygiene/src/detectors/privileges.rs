//! Power that lasts, and duties in one hand.

use super::DetectorRun;
use crate::finding::FindingEvidence;
use crate::settings::SeparationRule;
use crate::table::HygieneDetector;
use countersign_correlate::SourcedKey;
use countersign_sources::NodeBody;
use std::collections::BTreeMap;

impl DetectorRun<'_, '_> {
    pub(super) fn privileges(&mut self) {
        for (at, _) in self.view.enabled_accounts() {
            let Some(top) = self.edges.powerful.get(at) else { continue };
            if !self.view.is_person(at) || self.settings.emergency.contains(at) {
                continue;
            }
            let name = self.view.nodes.get(top).map_or_else(|| top.key.to_string(), |node| node.name.clone());
            let evidence = vec![
                FindingEvidence::new(at, "leads_to", name.as_str()),
                FindingEvidence::new(at, "enabled", "true"),
            ];
            let subjects = vec![at.clone(), top.clone()];
            self.add(
                HygieneDetector::StandingPrivilege,
                subjects,
                format!("{name} in {}", top.source),
                evidence,
            );
        }
        for rule in &self.settings.separation {
            self.separation(rule);
        }
    }

    fn separation(&mut self, rule: &SeparationRule) {
        let (one, other) = (self.holders(&rule.one), self.holders(&rule.other));
        for (identity, (account, group)) in &one {
            let Some((second, duty)) = other.get(identity) else { continue };
            let evidence = vec![
                FindingEvidence::new(account, "member_of", group.as_str()),
                FindingEvidence::new(second, "member_of", duty.as_str()),
            ];
            let mut subjects = vec![account.clone(), second.clone()];
            subjects.dedup();
            let finding = self.add(HygieneDetector::SeparationOfDuty, subjects, rule.name.clone(), evidence);
            if let Some(finding) = finding {
                finding.fix = format!("{} The rule: {}", finding.fix, rule.reason);
            }
        }
    }

    /// Returns the identities that are in a group of these names, however deep, each with an account and the group.
    fn holders(&self, names: &[String]) -> BTreeMap<SourcedKey, (SourcedKey, String)> {
        let mut holders = BTreeMap::new();
        for (at, node) in self.view.nodes {
            let is_group = matches!(node.body, NodeBody::Group(_) | NodeBody::Role(_));
            if !is_group || !SeparationRule::names(names, &node.name) {
                continue;
            }
            for account in self.edges.below(vec![(at.clone(), at.clone())]).into_keys() {
                if let Some(identity) = self.view.identities.identity_of(&account) {
                    holders.entry(identity.id.clone()).or_insert_with(|| (account, node.name.clone()));
                }
            }
        }
        holders
    }
}
