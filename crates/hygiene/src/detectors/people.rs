//! People: two records of one, and sources that contradict each other.

use super::DetectorRun;
use crate::finding::FindingEvidence;
use crate::table::HygieneDetector;
use countersign_correlate::{AttributeClash, AttributeName, NodeComparison, SourcedKey};
use countersign_sources::NodeBody;

impl DetectorRun<'_, '_> {
    pub(super) fn people(&mut self) {
        for pair in &self.view.identities.duplicates {
            // A shared name alone is a namesake.
            let shared = pair.evidence.iter().flat_map(|rule| &rule.compared).find(|compared| {
                matches!(compared.comparison, NodeComparison::Mail | NodeComparison::EmployeeNumber)
            });
            let Some(shared) = shared.filter(|_| self.is_current(&pair.one) && self.is_current(&pair.other))
            else {
                continue;
            };
            let attribute =
                if shared.comparison == NodeComparison::Mail { "mails" } else { "employee_number" };
            let evidence = vec![
                FindingEvidence::new(&pair.one, attribute, shared.account.as_str()),
                FindingEvidence::new(&pair.other, attribute, shared.identity.as_str()),
            ];
            let subjects = vec![pair.other.clone(), pair.one.clone()];
            self.add(
                HygieneDetector::DuplicatePerson,
                subjects,
                format!("records of {}", pair.other.source),
                evidence,
            );
        }
        for identity in self.view.identities.identities.values().filter(|identity| identity.kind.is_person())
        {
            if link_is_in_doubt(&identity.clashes) {
                continue;
            }
            for clash in
                identity.clashes.iter().filter(|clash| self.settings.agreeing.contains(&clash.attribute))
            {
                let attribute = clash.attribute.as_str();
                let evidence = clash
                    .values
                    .iter()
                    .map(|shown| FindingEvidence::new(&shown.node, attribute, shown.value.as_str()));
                let subjects = clash.values.iter().rev().map(|shown| shown.node.clone()).collect();
                let sources: Vec<&str> =
                    clash.values.iter().map(|shown| shown.node.source.as_str()).collect();
                let cause = format!("{attribute} in {}", sources.join(" and "));
                self.add(HygieneDetector::ContradictingSources, subjects, cause, evidence.collect());
            }
        }
    }

    /// Returns whether the node describes a person who has not left.
    fn is_current(&self, at: &SourcedKey) -> bool {
        match self.view.nodes.get(at).map(|node| &node.body) {
            Some(NodeBody::Person(person)) => {
                person.active != Some(false) && person.ends_at.is_none_or(|end| end > self.view.now)
            }
            Some(NodeBody::Account(account)) => account.enabled != Some(false),
            _ => false,
        }
    }
}

/// Returns whether sources contradict each other about so much that they rather speak of two people: an external in one
/// is an employee in another, and two more attributes differ. That is a matter for whoever looks after links.
fn link_is_in_doubt(clashes: &[AttributeClash]) -> bool {
    clashes.len() > 2 && clashes.iter().any(|clash| clash.attribute == AttributeName::Employment)
}
