//! The steps of correlation: people, then what is no person, then accounts, then people whom only accounts describe.

use crate::attributes;
use crate::blocks::Blocks;
use crate::compare::{Agreements, compare};
use crate::decisions::{HoldingDecisions, LinkDecision};
use crate::identity::{
    AccountCandidate, AccountState, CorrelatedIdentities, CorrelatedIdentity, IdentityOwner, LinkBasis,
    PossibleDuplicate, SourcedKey,
};
use crate::kinds::{self, OwnerReferences};
use crate::profile::Profile;
use crate::rules::CorrelationRules;
use crate::score::Score;
use countersign_sources::{NodeBody, SourceNode};
use std::collections::BTreeMap;

/// The nodes of all sources.
pub type SourcedNodes<'a> = BTreeMap<SourcedKey, &'a SourceNode>;

/// Finds out which accounts belong to which people, services and machines. `decisions` stand in the order in which they were
/// taken.
pub fn correlate(
    nodes: &SourcedNodes<'_>,
    decisions: &[LinkDecision],
    rules: &CorrelationRules,
) -> CorrelatedIdentities {
    let mut joining = Joining::new(nodes, decisions, rules);
    joining.join_records();
    joining.found_identities();
    joining.link_accounts();
    joining.found_unrecorded();
    joining.link_accounts();
    joining.finish(nodes)
}

/// The work on the way.
pub(crate) struct Joining<'a> {
    pub(crate) rules: &'a CorrelationRules,
    nodes: Vec<(&'a SourcedKey, &'a SourceNode, Profile)>,
    pub(crate) held: HoldingDecisions,
    /// The nodes of each identity.
    identities: Vec<Vec<usize>>,
    /// The identity of each node that has one, and why.
    of_node: BTreeMap<usize, (usize, LinkBasis)>,
    /// Identities by what their nodes have in common with an account.
    pub(crate) blocks: Blocks,
    /// Accounts with candidates: whether several are certain, and which they are.
    pub(crate) pending: BTreeMap<usize, (bool, Vec<AccountCandidate>)>,
    duplicates: Vec<PossibleDuplicate>,
    /// Whether every identity of a person is there, so that it can be said who bears a name alone.
    pub(crate) everybody: bool,
}

impl<'a> Joining<'a> {
    fn new(nodes: &'a SourcedNodes<'a>, decisions: &[LinkDecision], rules: &'a CorrelationRules) -> Self {
        let mut sources: BTreeMap<&str, usize> = BTreeMap::new();
        let mut list = Vec::new();
        let mut numbers: BTreeMap<&SourcedKey, usize> = BTreeMap::new();
        for (at, node) in nodes {
            let next = sources.len();
            let source = *sources.entry(&at.source).or_insert(next);
            let Some(profile) = Profile::of(at, node, source, rules) else { continue };
            numbers.insert(at, list.len());
            list.push((at, *node, profile));
        }
        let held = HoldingDecisions::of(decisions, |at| numbers.get(at).copied());
        Self {
            rules,
            nodes: list,
            held,
            identities: Vec::new(),
            of_node: BTreeMap::new(),
            blocks: Blocks::new(rules.largest_block),
            pending: BTreeMap::new(),
            duplicates: Vec::new(),
            everybody: false,
        }
    }

    pub(crate) fn node(&self, number: usize) -> Option<(&'a SourcedKey, &'a SourceNode)> {
        self.nodes.get(number).map(|(at, node, _)| (*at, *node))
    }

    pub(crate) fn profile(&self, number: usize) -> Option<&Profile> {
        self.nodes.get(number).map(|(_, _, profile)| profile)
    }

    pub(crate) fn members(&self, identity: usize) -> &[usize] {
        self.identities.get(identity).map(Vec::as_slice).unwrap_or_default()
    }

    pub(crate) fn profiles(&self, identity: usize) -> Vec<(usize, &Profile)> {
        self.members(identity).iter().filter_map(|node| Some((*node, self.profile(*node)?))).collect()
    }

    /// Returns the accounts that belong to no identity yet.
    pub(crate) fn free_accounts(&self) -> Vec<usize> {
        (0..self.nodes.len()).filter(|node| !self.of_node.contains_key(node)).collect()
    }

    /// Returns whether an identity of a person begins with the node.
    fn is_record(&self, node: usize) -> bool {
        let Some((at, _, profile)) = self.nodes.get(node) else { return false };
        let authoritative = self.rules.source(&at.source).is_some_and(|source| source.authoritative);
        let first_account =
            profile.non_human.is_none() && profile.login.as_ref().is_some_and(|login| !login.second);
        profile.person || (authoritative && first_account)
    }

    /// Joins records of one person, and notes the pairs that a person should look at.
    fn join_records(&mut self) {
        let records: Vec<usize> = (0..self.nodes.len()).filter(|node| self.is_record(*node)).collect();
        let mut blocks = Blocks::new(self.rules.largest_block);
        for record in &records {
            if let Some(profile) = self.profile(*record) {
                blocks.enter(profile, *record);
            }
        }
        let mut pairs: Vec<(Score, usize, usize, Agreements)> = Vec::new();
        for one in &records {
            let Some(profile) = self.profile(*one) else { continue };
            for other in blocks.candidates(profile).0.into_iter().filter(|other| other > one) {
                let Some(second) = self.profile(other) else { continue };
                let agreements = compare(profile, &[(other, second)], self.rules);
                let score = Score::of(&agreements, self.rules, u8::MAX);
                if score.sum >= self.rules.review {
                    pairs.push((score, *one, other, agreements));
                }
            }
        }
        pairs.sort_by_key(|(score, one, other, _)| (std::cmp::Reverse(score.sum), *one, *other));
        // A record that fits several of one source fits none of them for certain, unless a number says so.
        let mut partners: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        for (_, one, other, _) in pairs.iter().filter(|(score, ..)| score.sum >= self.rules.certain) {
            for (node, partner) in [(*one, *other), (*other, *one)] {
                let source = self.profile(partner).map_or(0, |profile| profile.source);
                *partners.entry((node, source)).or_default() += 1;
            }
        }
        let mut doubtful = Vec::new();
        for (score, one, other, agreements) in pairs {
            let (Some(first), Some(second)) = (self.profile(one), self.profile(other)) else { continue };
            let same_number = first.number.is_some() && first.number == second.number;
            let alone = |node, source| partners.get(&(node, source)).is_none_or(|count| *count == 1);
            let sure = same_number
                || (first.source != second.source && alone(one, second.source) && alone(other, first.source));
            let (a, b) = (self.held.joined.group(one), self.held.joined.group(other));
            if self.held.are_apart(&a, &b) {
                continue;
            }
            if sure && score.sum >= self.rules.certain {
                self.held.joined.join(one, other);
            } else {
                doubtful.push((score, one, other, agreements));
            }
        }
        doubtful.retain(|(_, one, other, _)| !self.held.joined.group(*one).contains(other));
        self.duplicates = doubtful
            .into_iter()
            .filter_map(|(score, one, other, agreements)| {
                Some(PossibleDuplicate {
                    one: self.node(one)?.0.clone(),
                    other: self.node(other)?.0.clone(),
                    total: score.total(),
                    evidence: self.side_by_side(one, &score, &agreements),
                })
            })
            .collect();
    }

    /// Begins the identities: of records, of what people joined, and of accounts that are for no person.
    fn found_identities(&mut self) {
        for node in 0..self.nodes.len() {
            if self.of_node.contains_key(&node) {
                continue;
            }
            let group = self.held.joined.group(node);
            let non_human = self.profile(node).is_some_and(|profile| profile.non_human.is_some());
            if group.len() == 1 && !non_human && !self.is_record(node) {
                continue;
            }
            self.found(&group);
        }
    }

    fn found(&mut self, group: &[usize]) {
        let identity = self.identities.len();
        self.identities.push(Vec::new());
        let human = group.iter().any(|node| self.is_human(*node));
        for node in group {
            let decided = self.held.by.get(node).filter(|_| !self.is_record(*node)).cloned();
            let basis = decided.map_or(LinkBasis::Itself, LinkBasis::Decision);
            if human {
                self.link(*node, identity, basis);
            } else {
                // No account of a person is ever compared with it.
                self.of_node.insert(*node, (identity, basis));
                if let Some(members) = self.identities.get_mut(identity) {
                    members.push(*node);
                }
            }
        }
    }

    fn is_human(&self, node: usize) -> bool {
        self.profile(node).is_some_and(|profile| profile.non_human.is_none())
    }

    /// Adds a node to an identity.
    pub(crate) fn link(&mut self, node: usize, identity: usize, basis: LinkBasis) {
        if let Some((_, _, profile)) = self.nodes.get(node) {
            self.blocks.enter(profile, identity);
        }
        self.of_node.insert(node, (identity, basis));
        if let Some(members) = self.identities.get_mut(identity) {
            members.push(node);
            members.sort_unstable();
        }
    }

    /// Begins identities of people whom no record describes, where the rules say that an account of such a person does.
    fn found_unrecorded(&mut self) {
        let founding: Vec<usize> = self
            .free_accounts()
            .into_iter()
            .filter(|node| !self.pending.contains_key(node))
            .filter(|node| {
                let Some((at, _, profile)) = self.nodes.get(*node) else { return false };
                let Some(source) = self.rules.source(&at.source) else { return false };
                let second = profile.login.as_ref().is_some_and(|login| login.second);
                !second && profile.employment.is_some_and(|employment| source.founds.contains(&employment))
            })
            .collect();
        for node in &founding {
            self.found(&[*node]);
        }
        self.everybody = true;
    }

    /// Returns the id of an identity: its first record, or its first node.
    pub(crate) fn id(&self, identity: usize) -> Option<SourcedKey> {
        let members = self.members(identity);
        let record = members.iter().find(|node| self.profile(**node).is_some_and(|profile| profile.person));
        let record = record.or_else(|| members.iter().find(|node| self.is_record(**node)));
        // What was linked later than the first node does not change the name.
        let itself =
            members.iter().find(|node| matches!(self.of_node.get(node), Some((_, LinkBasis::Itself))));
        let first = record.or(itself).or_else(|| members.first())?;
        self.node(*first).map(|(at, _)| at.clone())
    }

    fn finish(mut self, nodes: &'a SourcedNodes<'a>) -> CorrelatedIdentities {
        let mut found = CorrelatedIdentities {
            duplicates: std::mem::take(&mut self.duplicates),
            overridden: std::mem::take(&mut self.held.overridden),
            ..CorrelatedIdentities::default()
        };
        let ids: Vec<Option<SourcedKey>> =
            (0..self.identities.len()).map(|identity| self.id(identity)).collect();
        for (node, (identity, _)) in &self.of_node {
            if let (Some((at, _)), Some(Some(id))) = (self.node(*node), ids.get(*identity)) {
                found.of_node.insert(at.clone(), id.clone());
            }
        }
        let references = OwnerReferences::of(nodes);
        for (identity, id) in ids.iter().enumerate() {
            let Some(id) = id else { continue };
            let identity = self.identity(identity, id, &references, &found.of_node);
            found.identities.insert(id.clone(), identity);
        }
        for (number, (at, node, _)) in self.nodes.iter().enumerate() {
            if matches!(node.body, NodeBody::Account(_)) {
                found.accounts.insert((*at).clone(), self.state(number, &ids));
            }
        }
        found
    }

    fn identity(
        &self,
        identity: usize,
        id: &SourcedKey,
        references: &OwnerReferences<'a>,
        of_node: &BTreeMap<SourcedKey, SourcedKey>,
    ) -> CorrelatedIdentity {
        let members = self.members(identity);
        let nodes: Vec<(&SourcedKey, &SourceNode)> =
            members.iter().filter_map(|node| self.node(*node)).collect();
        let (shown, clashes) = attributes::shown(&nodes, self.rules);
        let human = members.iter().any(|node| self.is_human(*node));
        let non_human = members.iter().find_map(|node| self.profile(*node)?.non_human).filter(|_| !human);
        CorrelatedIdentity {
            id: id.clone(),
            kind: non_human.unwrap_or_else(|| kinds::of_person(&shown, self.rules)),
            recorded: members.iter().any(|node| self.is_record(*node)),
            owner: if human { IdentityOwner::Itself } else { references.owner(&nodes, of_node) },
            purpose: if human { None } else { kinds::purpose(&nodes) },
            nodes: nodes.into_iter().map(|(at, _)| at.clone()).collect(),
            shown,
            clashes,
        }
    }

    fn state(&self, number: usize, ids: &[Option<SourcedKey>]) -> AccountState {
        let linked = self.of_node.get(&number).and_then(|(identity, basis)| {
            Some(AccountState::Linked { identity: ids.get(*identity)?.clone()?, basis: basis.clone() })
        });
        linked.unwrap_or_else(|| match self.pending.get(&number) {
            Some((true, candidates)) => AccountState::Disputed(candidates.clone()),
            Some((false, candidates)) => AccountState::Proposed(candidates.clone()),
            None => AccountState::Orphan,
        })
    }
}
