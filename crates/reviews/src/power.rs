//! What a grant lets an account do: directly, or through the groups and roles that it leads to.

use crate::item::LedTo;
use countersign_sources::{NodeBody, PrivilegeLevel, Relation, SourceEdge, SourceKey, SourceNode};
use std::collections::{BTreeSet, HashMap, HashSet};

/// Number of things that an item names. It states how many there are.
const SHOWN: usize = 5;

/// Number of rights that are named of one thing.
const RIGHTS: usize = 5;

/// What something leads to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Power {
    pub(crate) leads_to: Vec<LedTo>,
    pub(crate) in_all: u32,
    pub(crate) level: Option<PrivilegeLevel>,
    pub(crate) privileged: bool,
}

/// The edges of one source, by the node that has them.
pub(crate) struct SourcePower<'a> {
    edges: HashMap<&'a SourceKey, Vec<&'a SourceEdge>>,
    nodes: HashMap<&'a SourceKey, &'a SourceNode>,
    known: HashMap<&'a SourceKey, Power>,
}

impl<'a> SourcePower<'a> {
    pub(crate) fn new(nodes: &'a [SourceNode], edges: &'a [SourceEdge]) -> Self {
        let mut by_holder: HashMap<_, Vec<_>> = HashMap::new();
        for edge in edges {
            by_holder.entry(&edge.from).or_default().push(edge);
        }
        let nodes = nodes.iter().map(|node| (&node.key, node)).collect();
        Self { edges: by_holder, nodes, known: HashMap::new() }
    }

    /// Returns what one grant gives.
    pub(crate) fn of(&mut self, edge: &'a SourceEdge) -> Power {
        match edge.relation {
            Relation::MemberOf => self.of_group(&edge.to),
            Relation::May | Relation::Controls | Relation::Has => sum([edge], &self.nodes, false),
        }
    }

    /// Returns what members of a group or holders of a role can do. A group that contains itself is met once.
    fn of_group(&mut self, group: &'a SourceKey) -> Power {
        if let Some(known) = self.known.get(group) {
            return known.clone();
        }
        let (mut open, mut met) = (vec![group], HashSet::from([group]));
        let (mut grants, mut privileged) = (Vec::new(), false);
        while let Some(at) = open.pop() {
            privileged |= self.nodes.get(at).is_some_and(|node| is_privileged(node));
            for edge in self.edges.get(at).into_iter().flatten().copied() {
                match edge.relation {
                    Relation::MemberOf if met.insert(&edge.to) => open.push(&edge.to),
                    Relation::May | Relation::Controls => grants.push(edge),
                    Relation::MemberOf | Relation::Has => {}
                }
            }
        }
        let power = sum(grants, &self.nodes, privileged);
        self.known.insert(group, power.clone());
        power
    }
}

fn is_privileged(node: &SourceNode) -> bool {
    match &node.body {
        NodeBody::Group(group) | NodeBody::Role(group) => group.privileged == Some(true),
        _ => false,
    }
}

/// Adds up what grants give. The result does not depend on their order.
fn sum<'a>(
    grants: impl IntoIterator<Item = &'a SourceEdge>,
    nodes: &HashMap<&SourceKey, &SourceNode>,
    privileged: bool,
) -> Power {
    let mut power = Power { privileged, ..Power::default() };
    let mut all = BTreeSet::new();
    for edge in grants {
        let level = match edge.relation {
            Relation::Controls => Some(edge.body.level.unwrap_or(PrivilegeLevel::Administer)),
            _ => edge.body.level,
        };
        power.level = power.level.max(level);
        power.privileged |= level == Some(PrivilegeLevel::Administer);
        let name = nodes.get(&edge.to).map_or(edge.to.as_str(), |node| node.name.as_str());
        let mut rights: Vec<String> = edge.body.rights.iter().take(RIGHTS).cloned().collect();
        if edge.relation == Relation::Controls && rights.is_empty() {
            rights.push("controls".to_owned());
        }
        all.insert((std::cmp::Reverse(level), name.to_owned(), rights));
    }
    power.in_all = u32::try_from(all.len()).unwrap_or(u32::MAX);
    let shown = all.into_iter().take(SHOWN);
    power.leads_to = shown.map(|(level, name, rights)| LedTo { name, rights, level: level.0 }).collect();
    power
}
