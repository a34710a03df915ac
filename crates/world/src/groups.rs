//! Nested groups, and the flattened membership of each person and service account, updated with each change.
//!
//! Decisions read the flattened list, so the cost of nesting falls on the rare facts that change it. Such a fact
//! recomputes only the members below the group that changed.

use crate::World;
use crate::contradiction::Contradiction;
use crate::maps::{HashMap, HashSet};
use countersign_facts::{GroupFact, Member};
use countersign_names::GroupName;
use imbl::OrdSet;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// The name.
    pub name: GroupName,
    /// The purpose.
    pub purpose: String,
    /// The direct members.
    pub members: OrdSet<Member>,
}

/// All groups, and the direct parents of each member.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Groups {
    #[serde(with = "crate::maps::pairs")]
    pub(crate) by_name: HashMap<GroupName, Arc<Group>>,
    #[serde(with = "crate::maps::pairs")]
    parents: HashMap<Member, OrdSet<GroupName>>,
    #[serde(with = "crate::maps::items")]
    gone: HashSet<GroupName>,
}

impl Groups {
    fn get(&self, group: &GroupName) -> Result<&Arc<Group>, Contradiction> {
        self.by_name.get(group).ok_or_else(|| Contradiction::unknown("group", "group", group))
    }

    /// Returns all groups of which `member` is a direct member.
    pub(crate) fn above(&self, member: &Member) -> impl Iterator<Item = &GroupName> {
        self.parents.get(member).into_iter().flat_map(|above| above.iter())
    }

    /// Returns all groups above `member`, at any depth, sorted.
    pub(crate) fn ancestors(&self, member: &Member) -> Vec<GroupName> {
        let mut found = BTreeSet::new();
        let mut open: Vec<GroupName> =
            self.parents.get(member).into_iter().flat_map(|above| above.iter().cloned()).collect();
        while let Some(group) = open.pop() {
            if found.insert(group.clone()) {
                let above = self.parents.get(&Member::Group(group));
                open.extend(above.into_iter().flat_map(|above| above.iter().cloned()));
            }
        }
        found.into_iter().collect()
    }

    /// Returns all groups above `member`, at any depth, sorted, if its direct memberships were changed: see
    /// [`World::groups_if`].
    pub(crate) fn ancestors_if(
        &self,
        member: &Member,
        changed: &BTreeMap<GroupName, bool>,
    ) -> Vec<GroupName> {
        let with_above = |group: &GroupName| {
            let mut all = self.ancestors(&Member::Group(group.clone()));
            all.push(group.clone());
            all
        };
        let leaves = |group: &GroupName| changed.get(group) == Some(&false);
        let kept = self.above(member).map(with_above).filter(|all| !all.iter().any(leaves));
        let joined = changed.iter().filter(|(_, is_member)| **is_member).map(|(group, _)| with_above(group));
        let all: BTreeSet<GroupName> = kept.chain(joined).flatten().collect();
        all.into_iter().collect()
    }

    /// Returns all people and service accounts below `group`, at any depth.
    pub(crate) fn leaves(&self, group: &str) -> BTreeSet<Member> {
        let mut seen = BTreeSet::new();
        let mut leaves = BTreeSet::new();
        let mut open: Vec<Arc<Group>> = self.by_name.get(group).cloned().into_iter().collect();
        while let Some(group) = open.pop() {
            if !seen.insert(group.name.clone()) {
                continue;
            }
            for member in &group.members {
                match member {
                    Member::Group(inner) => open.extend(self.by_name.get(inner).cloned()),
                    leaf => {
                        leaves.insert(leaf.clone());
                    }
                }
            }
        }
        leaves
    }

    fn link(&mut self, group: &GroupName, member: &Member) -> Result<(), Contradiction> {
        let mut next = Group::clone(self.get(group)?);
        if next.members.insert(member.clone()).is_some() {
            return Err(Contradiction::taken("member", format!("the group {group} already has this member")));
        }
        self.by_name.insert(group.clone(), Arc::new(next));
        self.parents.entry(member.clone()).or_default().insert(group.clone());
        Ok(())
    }

    fn unlink(&mut self, group: &GroupName, member: &Member) -> Result<(), Contradiction> {
        let mut next = Group::clone(self.get(group)?);
        if next.members.remove(member).is_none() {
            return Err(Contradiction::unknown("member", "such member in", group));
        }
        self.by_name.insert(group.clone(), Arc::new(next));
        if let Some(above) = self.parents.get_mut(member) {
            above.remove(group);
        }
        Ok(())
    }

    /// Removes a former member from every group.
    pub(crate) fn forget(&mut self, member: &Member) {
        for group in self.parents.remove(member).unwrap_or_default() {
            if let Some(known) = self.by_name.get(&group) {
                let mut next = Group::clone(known);
                next.members.remove(member);
                self.by_name.insert(group, Arc::new(next));
            }
        }
    }
}

/// Folds in facts about groups.
pub fn apply(world: &mut World, fact: &GroupFact) -> Result<(), Contradiction> {
    match fact {
        GroupFact::Added { group, purpose } => add(&mut world.groups, group, purpose),
        GroupFact::Removed { group } => {
            world.groups.get(group)?;
            let below = world.groups.leaves(group.as_str());
            let inner = Member::Group(group.clone());
            world.groups.forget(&inner);
            if let Some(gone) = world.groups.by_name.remove(group) {
                for member in &gone.members {
                    if let Some(above) = world.groups.parents.get_mut(member) {
                        above.remove(group);
                    }
                }
            }
            world.groups.gone.insert(group.clone());
            refresh(world, below)
        }
        GroupFact::MemberAdded { group, member } => {
            exists(world, member)?;
            if let Member::Group(inner) = member {
                let above = world.groups.ancestors(&Member::Group(group.clone()));
                if inner == group || above.contains(inner) {
                    return Err(Contradiction::impossible(
                        "member",
                        format!("{inner} contains {group}: a group cannot contain itself"),
                    ));
                }
            }
            world.groups.link(group, member)?;
            let below = below(&world.groups, member);
            refresh(world, below)
        }
        GroupFact::MemberRemoved { group, member } => {
            world.groups.unlink(group, member)?;
            let below = below(&world.groups, member);
            refresh(world, below)
        }
    }
}

fn add(groups: &mut Groups, group: &GroupName, purpose: &str) -> Result<(), Contradiction> {
    if groups.by_name.contains_key(group) {
        return Err(Contradiction::taken("group", format!("the group {group} already exists")));
    }
    if groups.gone.contains(group) {
        return Err(Contradiction::taken(
            "group",
            format!(
                "{group} is the name of a removed group, which policies may still use: choose another name"
            ),
        ));
    }
    let added = Group { name: group.clone(), purpose: purpose.to_owned(), members: OrdSet::new() };
    groups.by_name.insert(group.clone(), Arc::new(added));
    Ok(())
}

fn exists(world: &World, member: &Member) -> Result<(), Contradiction> {
    match member {
        Member::Person(person) => world.people.get(*person).map(|_| ()),
        Member::Service(service) => world.services.get(*service).map(|_| ()),
        Member::Group(group) => world.groups.get(group).map(|_| ()),
    }
}

fn below(groups: &Groups, member: &Member) -> BTreeSet<Member> {
    match member {
        Member::Group(group) => groups.leaves(group.as_str()),
        leaf => BTreeSet::from([leaf.clone()]),
    }
}

/// Recomputes the flattened membership of these people and service accounts.
fn refresh(world: &mut World, members: BTreeSet<Member>) -> Result<(), Contradiction> {
    for member in members {
        let groups = world.groups.ancestors(&member);
        match member {
            Member::Person(person) => world.people.change(person, |known| known.groups = groups)?,
            Member::Service(service) => world.services.change(service, |known| known.groups = groups)?,
            Member::Group(_) => {}
        }
    }
    Ok(())
}
