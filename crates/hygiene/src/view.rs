//! What detectors look at.

use countersign_correlate::{CorrelatedIdentities, SourcedKey, SourcedNodes};
use countersign_names::Timestamp;
use countersign_sources::{AccountRecord, EdgeBody, NodeBody, PrivilegeLevel, Relation, SourceEdge};
use std::collections::{BTreeMap, BTreeSet};

/// What sources say, what correlation made of it, and what is known of use.
#[derive(Debug, Clone)]
pub struct HygieneView<'a> {
    /// The nodes of all sources.
    pub nodes: &'a SourcedNodes<'a>,
    /// The edges of all sources, each with the name of its source.
    pub edges: Vec<(&'a str, &'a SourceEdge)>,
    /// What correlation made of the nodes.
    pub identities: &'a CorrelatedIdentities,
    /// When accounts and credentials were used last as far as something other than their source knows.
    pub uses: &'a BTreeMap<SourcedKey, Timestamp>,
    /// The present moment.
    pub now: Timestamp,
}

/// Edges, by their ends.
pub(crate) struct EdgeIndex<'a> {
    /// Of each group and role its members.
    pub(crate) members: BTreeMap<SourcedKey, Vec<(SourcedKey, &'a EdgeBody)>>,
    /// Of each group, role and account the groups and roles that it is in.
    pub(crate) groups: BTreeMap<SourcedKey, Vec<(SourcedKey, &'a EdgeBody)>>,
    /// Of each node what it may do something with.
    pub(crate) rights: BTreeMap<SourcedKey, Vec<(SourcedKey, &'a EdgeBody)>>,
    /// Of each account its credentials.
    pub(crate) credentials: BTreeMap<SourcedKey, Vec<(SourcedKey, &'a EdgeBody)>>,
    /// Of each node those that can take it.
    pub(crate) controllers: BTreeMap<SourcedKey, Vec<(SourcedKey, &'a EdgeBody)>>,
    /// Sources that say who is in groups.
    pub(crate) tells_members: BTreeSet<&'a str>,
    /// Nodes with lasting power over a system, each with the privileged group or right that gives it.
    pub(crate) powerful: BTreeMap<SourcedKey, SourcedKey>,
    /// Nodes that can take something with lasting power, step by step, each with what gives the power.
    pub(crate) leading: BTreeMap<SourcedKey, SourcedKey>,
}

impl<'a> EdgeIndex<'a> {
    pub(crate) fn of(view: &HygieneView<'a>) -> Self {
        let mut index = Self {
            members: BTreeMap::new(),
            groups: BTreeMap::new(),
            rights: BTreeMap::new(),
            credentials: BTreeMap::new(),
            controllers: BTreeMap::new(),
            tells_members: BTreeSet::new(),
            powerful: BTreeMap::new(),
            leading: BTreeMap::new(),
        };
        for (source, edge) in &view.edges {
            let (from, to) =
                (SourcedKey::new(source, edge.from.clone()), SourcedKey::new(source, edge.to.clone()));
            match edge.relation {
                Relation::MemberOf => {
                    index.tells_members.insert(source);
                    index.groups.entry(from.clone()).or_default().push((to.clone(), &edge.body));
                    index.members.entry(to).or_default().push((from, &edge.body));
                }
                Relation::May => index.rights.entry(from).or_default().push((to, &edge.body)),
                Relation::Controls => index.controllers.entry(to).or_default().push((from, &edge.body)),
                Relation::Has => index.credentials.entry(from).or_default().push((to, &edge.body)),
            }
        }
        let privileged = view.nodes.iter().filter_map(|(at, node)| match &node.body {
            NodeBody::Group(group) | NodeBody::Role(group) if group.privileged == Some(true) => {
                Some((at.clone(), at.clone()))
            }
            _ => None,
        });
        let administers = index.rights.iter().filter_map(|(at, rights)| {
            let right = rights
                .iter()
                .find(|(_, body)| body.level == Some(PrivilegeLevel::Administer) && !body.conditional);
            right.map(|(to, _)| (at.clone(), to.clone()))
        });
        let powerful: Vec<_> = privileged.chain(administers).collect();
        index.leading = index.leading_to(powerful.clone(), true);
        index.powerful = index.below(powerful);
        index
    }

    /// Returns the nodes, and all that are in them without a condition, however deep: each with what it leads to.
    pub(crate) fn below(&self, tops: Vec<(SourcedKey, SourcedKey)>) -> BTreeMap<SourcedKey, SourcedKey> {
        self.leading_to(tops, false)
    }

    /// Returns the nodes with all that are in them and, if asked for, all that can take these.
    fn leading_to(
        &self,
        tops: Vec<(SourcedKey, SourcedKey)>,
        by_control: bool,
    ) -> BTreeMap<SourcedKey, SourcedKey> {
        let mut found = BTreeMap::new();
        let mut waiting = tops;
        while let Some((at, top)) = waiting.pop() {
            if found.contains_key(&at) {
                continue;
            }
            let members = self.members.get(&at).into_iter().flatten();
            let controllers = self.controllers.get(&at).into_iter().flatten().filter(|_| by_control);
            let nearer = members.chain(controllers).filter(|(_, body)| !body.conditional);
            waiting.extend(nearer.map(|(nearer, _)| (nearer.clone(), top.clone())));
            found.insert(at, top);
        }
        found
    }

    /// Returns whether the node reaches so many resources, by itself or through groups, without a condition.
    pub(crate) fn reaches(&self, at: &SourcedKey, many: usize) -> bool {
        let (mut resources, mut seen) = (BTreeSet::new(), BTreeSet::new());
        let mut waiting = vec![at];
        while let Some(at) = waiting.pop() {
            if !seen.insert(at) {
                continue;
            }
            let rights = self.rights.get(at).into_iter().flatten().filter(|(_, body)| !body.conditional);
            resources.extend(rights.map(|(to, _)| to));
            if resources.len() >= many {
                return true;
            }
            let groups = self.groups.get(at).into_iter().flatten().filter(|(_, body)| !body.conditional);
            waiting.extend(groups.map(|(group, _)| group));
        }
        false
    }
}

impl<'a> HygieneView<'a> {
    /// Returns the accounts that their source says are enabled.
    pub(crate) fn enabled_accounts(&self) -> impl Iterator<Item = (&'a SourcedKey, &'a AccountRecord)> {
        let nodes: &'a SourcedNodes<'a> = self.nodes;
        nodes.iter().filter_map(|(at, node)| match &node.body {
            NodeBody::Account(account) if account.enabled == Some(true) => Some((at, account)),
            _ => None,
        })
    }

    /// Returns the newest use that anybody knows of.
    pub(crate) fn last_use(&self, at: &SourcedKey, stated: Option<Timestamp>) -> Option<Timestamp> {
        stated.max(self.uses.get(at).copied())
    }

    /// Returns the name of a node, or its key if no source describes it.
    pub(crate) fn name(&self, at: &SourcedKey) -> String {
        self.nodes.get(at).map_or_else(|| at.key.to_string(), |node| node.name.clone())
    }

    /// Returns whether the node belongs to a person.
    pub(crate) fn is_person(&self, at: &SourcedKey) -> bool {
        self.identities.identity_of(at).is_some_and(|identity| identity.kind.is_person())
    }
}
