//! Groups and roles: empty, dormant, of one, and nearly the same.

use super::DetectorRun;
use crate::finding::FindingEvidence;
use crate::table::HygieneDetector;
use countersign_correlate::SourcedKey;
use countersign_sources::NodeBody;
use std::collections::{BTreeMap, BTreeSet};

/// A right that more roles than this have says nothing about two of them.
const COMMON_RIGHT: usize = 100;

impl DetectorRun<'_, '_> {
    pub(super) fn groups(&mut self) {
        for (at, node) in self.view.nodes {
            let (NodeBody::Group(group) | NodeBody::Role(group)) = &node.body else { continue };
            if let Some(used) = group.last_used_at {
                let limit = self.settings.dormant_group;
                self.add_if_old(HygieneDetector::DormantGroup, at, ("last_used_at", used), limit, Vec::new());
            }
            // Who has just created it is still at it.
            let Some(created) =
                group.created_at.filter(|at| self.view.now.since(*at) > self.settings.new_group)
            else {
                continue;
            };
            let members = self.edges.members.get(at).map(Vec::as_slice).unwrap_or_default();
            let evidence = || vec![FindingEvidence::at(at, "created_at", created)];
            match members {
                [] if self.edges.tells_members.contains(at.source.as_str()) => {
                    self.add(
                        HygieneDetector::EmptyGroup,
                        vec![at.clone()],
                        format!("empty groups in {}", at.source),
                        evidence(),
                    );
                }
                [(member, _)] if matches!(node.body, NodeBody::Role(_)) => {
                    let mut evidence = evidence();
                    evidence.push(FindingEvidence::new(member, "member_of", node.name.as_str()));
                    let subjects = vec![at.clone(), member.clone()];
                    self.add(
                        HygieneDetector::RoleOfOne,
                        subjects,
                        format!("roles of one in {}", at.source),
                        evidence,
                    );
                }
                _ => {}
            }
        }
        self.near_duplicates();
    }

    /// Compares the rights of roles that share some, found by the rights that they share.
    fn near_duplicates(&mut self) {
        let mut rights: BTreeMap<&SourcedKey, BTreeSet<(&SourcedKey, &str)>> = BTreeMap::new();
        for (at, granted) in &self.edges.rights {
            if matches!(
                self.view.nodes.get(at).map(|node| &node.body),
                Some(NodeBody::Role(_) | NodeBody::Group(_))
            ) {
                let each = granted
                    .iter()
                    .flat_map(|(to, body)| body.rights.iter().map(move |right| (to, right.as_str())));
                rights.insert(at, each.collect());
            }
        }
        rights.retain(|_, rights| rights.len() >= self.settings.fewest_rights);
        let mut roles: BTreeMap<(&SourcedKey, &str), Vec<&SourcedKey>> = BTreeMap::new();
        for (at, rights) in &rights {
            for right in rights {
                roles.entry(*right).or_default().push(at);
            }
        }
        let mut shared: BTreeMap<(&SourcedKey, &SourcedKey), usize> = BTreeMap::new();
        for roles in roles.values().filter(|roles| roles.len() <= COMMON_RIGHT) {
            for (place, one) in roles.iter().enumerate() {
                for other in roles.iter().skip(place + 1) {
                    *shared.entry((one, other)).or_default() += 1;
                }
            }
        }
        let mut pairs = Vec::new();
        for ((one, other), shared) in shared {
            let count = |at| rights.get(at).map_or(0, BTreeSet::len);
            let all = count(one) + count(other) - shared;
            if shared * 100 >= all * self.settings.same_rights {
                pairs.push((one.clone(), other.clone(), format!("{shared} of {all} rights are the same")));
            }
        }
        for (one, other, says) in pairs {
            let evidence = vec![
                FindingEvidence::new(&one, "may", says.as_str()),
                FindingEvidence::new(&other, "may", says),
            ];
            let cause = format!("alike roles in {}", one.source);
            self.add(HygieneDetector::NearDuplicateRoles, vec![other, one], cause, evidence);
        }
    }
}
