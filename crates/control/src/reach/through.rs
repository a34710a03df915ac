//! Finds the groups through which a permit reaches a principal, as the paths that an administrator would break to end
//! it.

use countersign_facts::Member;
use countersign_names::{GroupName, PolicyId, Principal};
use countersign_policy::{PolicyReference, PolicySet};
use countersign_world::World;
use std::collections::{HashMap, HashSet, VecDeque};

/// The groups that policies name, and the groups of which each member is a direct member.
pub struct Through<'a> {
    world: &'a World,
    named: HashMap<PolicyId, Vec<GroupName>>,
    parents: HashMap<&'a Member, Vec<&'a GroupName>>,
}

impl<'a> Through<'a> {
    pub fn new(world: &'a World, policies: &PolicySet) -> Self {
        let mut named: HashMap<PolicyId, Vec<GroupName>> = HashMap::new();
        for mention in policies.mentions() {
            if let PolicyReference::Group(group) = mention.named {
                named.entry(mention.policy).or_default().push(group);
            }
        }
        let mut parents: HashMap<&Member, Vec<&GroupName>> = HashMap::new();
        for group in world.groups() {
            for member in &group.members {
                parents.entry(member).or_default().push(&group.name);
            }
        }
        parents.values_mut().for_each(|above| above.sort());
        Self { world, named, parents }
    }

    /// Returns the shortest path to each group that these policies name and this principal is in.
    pub fn of(&self, who: Principal, policies: &[PolicyId]) -> Vec<Vec<GroupName>> {
        let (member, groups) = match who {
            Principal::Person(id) => (Member::Person(id), self.world.person(id).map(|known| &known.groups)),
            Principal::Service(id) => {
                (Member::Service(id), self.world.service(id).map(|known| &known.groups))
            }
            Principal::Anonymous => return Vec::new(),
        };
        let named: HashSet<_> = policies.iter().filter_map(|id| self.named.get(id)).flatten().collect();
        let theirs = groups.into_iter().flatten().filter(|group| named.contains(group));
        theirs.filter_map(|group| self.path(&member, group)).collect()
    }

    fn path(&self, member: &Member, to: &GroupName) -> Option<Vec<GroupName>> {
        let mut open: VecDeque<Vec<GroupName>> =
            self.parents.get(member)?.iter().map(|group| vec![(*group).clone()]).collect();
        let mut seen = HashSet::new();
        while let Some(path) = open.pop_front() {
            let last = path.last()?;
            if last == to {
                return Some(path);
            }
            if !seen.insert(last.clone()) {
                continue;
            }
            let above = self.parents.get(&Member::Group(last.clone()));
            for group in above.into_iter().flatten() {
                open.push_back([path.as_slice(), &[(*group).clone()]].concat());
            }
        }
        None
    }
}
