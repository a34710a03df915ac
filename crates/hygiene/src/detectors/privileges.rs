//! Power that lasts, rights that nobody uses, and duties in one hand.

use super::DetectorRun;
use crate::finding::FindingEvidence;
use crate::settings::{SeparationRule, is_named, is_right};
use crate::table::HygieneDetector;
use countersign_correlate::SourcedKey;
use countersign_sources::{AccountRecord, NodeBody, Relation};
use std::collections::BTreeMap;

/// What of a duty an identity has: an account, and the statement that gives it.
type HeldDuty = (SourcedKey, FindingEvidence);

impl DetectorRun<'_, '_> {
    pub(super) fn privileges(&mut self) {
        for (at, _) in self.view.enabled_accounts() {
            let Some(top) = self.edges.powerful.get(at) else { continue };
            if !self.view.is_person(at) || self.emergency.contains(at) {
                continue;
            }
            let name = self.view.name(top);
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
        self.unused_rights();
        for rule in &self.settings.separation {
            self.separation(rule);
        }
    }

    /// Judges each right and membership of which the source says when it was used last: one finding for each holder.
    fn unused_rights(&mut self) {
        let mut unused: BTreeMap<SourcedKey, Vec<FindingEvidence>> = BTreeMap::new();
        for (source, edge) in &self.view.edges {
            let Some(used) = edge.body.last_used_at else { continue };
            let holder = SourcedKey::new(source, edge.from.clone());
            let granted_lately =
                edge.body.since.is_some_and(|since| self.view.now.since(since) <= self.settings.unused_right);
            if granted_lately
                || self.view.now.since(used) <= self.settings.unused_right
                || self.emergency.contains(&holder)
                || !self.is_in_force(&holder)
            {
                continue;
            }
            let over = self.view.name(&SourcedKey::new(source, edge.to.clone()));
            let what = match edge.relation {
                Relation::May if edge.body.rights.is_empty() => over,
                Relation::May => format!("{} on {over}", edge.body.rights.join(", ")),
                Relation::MemberOf => format!("member of {over}"),
                Relation::Controls | Relation::Has => continue,
            };
            let evidence = FindingEvidence {
                value: format!("{what}: {used}"),
                ..FindingEvidence::at(&holder, "right_last_used_at", used)
            };
            unused.entry(holder).or_default().push(evidence);
        }
        for (holder, evidence) in unused {
            let cause = format!("unused rights in {}", holder.source);
            self.add(HygieneDetector::UnusedRight, vec![holder], cause, evidence);
        }
    }

    /// Returns whether what the node may do can be done: an account must be enabled.
    fn is_in_force(&self, at: &SourcedKey) -> bool {
        match self.view.nodes.get(at).map(|node| &node.body) {
            Some(NodeBody::Account(AccountRecord { enabled, .. })) => *enabled == Some(true),
            Some(NodeBody::Group(_) | NodeBody::Role(_)) => true,
            _ => false,
        }
    }

    fn separation(&mut self, rule: &SeparationRule) {
        let (one, other) = (self.holders(&rule.one), self.holders(&rule.other));
        for (identity, (account, holds)) in one {
            let Some((second, duty)) = other.get(&identity) else { continue };
            let mut subjects = vec![account, second.clone()];
            subjects.dedup();
            let finding = self.add(
                HygieneDetector::SeparationOfDuty,
                subjects,
                rule.name.clone(),
                vec![holds, duty.clone()],
            );
            if let Some(finding) = finding {
                let is_raised = finding.severity > HygieneDetector::SeparationOfDuty.row().severity;
                finding.severity = if is_raised { rule.severity.raised() } else { rule.severity };
                finding.fix = format!(
                    "{} The rule: {} {} answers for it.",
                    finding.fix,
                    as_sentence(&rule.reason),
                    rule.owner
                );
            }
        }
    }

    /// Returns who has a duty, however deep and through whichever account: identities, and accounts of none. Each with an
    /// account that works and what gives it the duty.
    fn holders(&self, names: &[String]) -> BTreeMap<SourcedKey, HeldDuty> {
        let mut holders = BTreeMap::new();
        let mut enter = |account: &SourcedKey, evidence: &dyn Fn(&SourcedKey) -> FindingEvidence| {
            let works = matches!(self.view.nodes.get(account).map(|node| &node.body),
                Some(NodeBody::Account(record)) if record.enabled == Some(true));
            if works {
                let identity = self.view.identities.identity_of(account).map(|identity| identity.id.clone());
                let holder = identity.unwrap_or_else(|| account.clone());
                holders.entry(holder).or_insert_with(|| (account.clone(), evidence(account)));
            }
        };
        for (at, node) in self.view.nodes {
            let is_group = matches!(node.body, NodeBody::Group(_) | NodeBody::Role(_));
            if is_group && names.iter().any(|pattern| is_named(pattern, &node.name)) {
                for account in self.edges.below(vec![(at.clone(), at.clone())]).keys() {
                    enter(account, &|account| FindingEvidence::new(account, "member_of", node.name.as_str()));
                }
            }
        }
        if !names.iter().any(|pattern| pattern.contains(" on ")) {
            return holders;
        }
        for (at, rights) in &self.edges.rights {
            for (to, body) in rights.iter().filter(|(_, body)| !body.conditional) {
                let resource = self.view.name(to);
                let is_duty = |right: &&String| names.iter().any(|name| is_right(name, right, &resource));
                let Some(right) = body.rights.iter().find(is_duty) else { continue };
                for account in self.edges.below(vec![(at.clone(), at.clone())]).keys() {
                    enter(account, &|account| {
                        FindingEvidence::new(account, "may", format!("{right} on {resource}"))
                    });
                }
            }
        }
        holders
    }
}

fn as_sentence(text: &str) -> String {
    let text = text.trim();
    if text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}
