//! The items of a campaign: every access in its scope, with its evidence and its reviewer.

use crate::assign::assign;
use crate::item::{AssignedAs, ItemAccess, ItemAssignment, ItemSubject, ItemUse, ReviewItem};
use crate::people::{ReferenceIndex, ReviewedIdentity};
use crate::power::{Power, SourcePower};
use countersign_correlate::SourcedKey;
use countersign_facts::{ReviewScope, ReviewersRule};
use countersign_names::{GroupName, PersonId};
use countersign_sources::{NodeBody, NodeKind, PrivilegeLevel, Relation, SourceEdge, SourceKey, SourceNode};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// What a source says, and who owns it.
#[derive(Debug, Clone, Copy)]
pub struct AskedSource<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its owner here.
    pub owner: Option<PersonId>,
    /// Its nodes.
    pub nodes: &'a [SourceNode],
    /// Its edges.
    pub edges: &'a [SourceEdge],
}

/// A direct membership in a group of this installation.
#[derive(Debug, Clone)]
pub struct LocalMembership {
    /// The group.
    pub group: GroupName,
    /// What it is for.
    pub purpose: String,
    /// The id of the member, or the name of the nested group.
    pub member: String,
    /// The member's name.
    pub member_name: String,
    /// The people whose access it is: the member, or everybody in the nested group.
    pub people: BTreeSet<PersonId>,
    /// Whether the member is a contractor or a vendor.
    pub is_external: bool,
    /// Whether the member can use it now.
    pub enabled: bool,
    /// Whether the group has power over this installation.
    pub privileged: bool,
    /// When the member was last seen here.
    pub uses: Vec<ItemUse>,
}

/// Everything that a campaign can ask about, as it is now.
#[derive(Debug, Clone)]
pub struct AskingInput<'a> {
    /// The sources.
    pub sources: Vec<AskedSource<'a>>,
    /// The identity of each record and account that has one.
    pub identities: &'a BTreeMap<SourcedKey, Arc<ReviewedIdentity>>,
    /// The memberships in groups here.
    pub here: &'a [LocalMembership],
    /// The active people here, by lower-case mail address.
    pub mails: &'a BTreeMap<String, PersonId>,
}

/// Which accesses are asked about, and whom.
#[derive(Debug, Clone, Copy)]
pub struct ReviewTerms<'a> {
    /// Which accesses.
    pub scope: &'a ReviewScope,
    /// Who reviews them.
    pub reviewers: ReviewersRule,
    /// Who reviews what nobody else can.
    pub fallback: PersonId,
    /// Who reviews what the fallback cannot, and later what was not decided in time.
    pub escalation: Option<PersonId>,
}

/// Makes the items of a campaign, in the order of their subjects' names, numbered from 1.
pub fn ask(input: &AskingInput<'_>, terms: &ReviewTerms<'_>) -> Vec<ReviewItem> {
    let scope = terms.scope;
    let mut items = Vec::new();
    if scope.source.is_none() {
        items.extend(
            input.here.iter().filter(|known| is_asked(scope, known)).map(|known| local(known, terms)),
        );
    }
    if !scope.here {
        let nodes = input.sources.iter().map(|source| (source.name, source.nodes));
        let index = ReferenceIndex::new(nodes, input.identities, input.mails);
        for source in &input.sources {
            if scope.source.as_ref().is_none_or(|only| only.as_str() == source.name) {
                of_source(source, &index, terms, &mut items);
            }
        }
    }
    items.sort_by_cached_key(|item| {
        let access = &item.access;
        let names = [&access.account, &access.target].map(Clone::clone);
        (item.subject.name.to_lowercase(), access.source.clone(), names, access.relation)
    });
    for (number, item) in (1..).zip(&mut items) {
        item.number = number;
    }
    items
}

fn is_asked(scope: &ReviewScope, known: &LocalMembership) -> bool {
    scope.group.as_ref().is_none_or(|group| known.group.as_str() == group)
        && (!scope.privileged || known.privileged)
        && (!scope.contractors || known.is_external)
}

fn local(known: &LocalMembership, terms: &ReviewTerms<'_>) -> ReviewItem {
    let subject = ItemSubject {
        name: known.member_name.clone(),
        identity: None,
        people: known.people.iter().copied().collect(),
        is_external: known.is_external,
    };
    let access = ItemAccess {
        source: None,
        account: known.member.clone(),
        account_name: known.member_name.clone(),
        enabled: Some(known.enabled),
        relation: Relation::MemberOf,
        target: known.group.to_string(),
        target_name: known.group.to_string(),
        target_kind: Some(NodeKind::Group),
        purpose: Some(known.purpose.clone()).filter(|purpose| !purpose.is_empty()),
        leads_to: Vec::new(),
        leads_to_in_all: 0,
        level: known.privileged.then_some(PrivilegeLevel::Administer),
        privileged: known.privileged,
        granted_by: None,
        authorised_by: None,
        since: None,
    };
    // Groups here have no owner, and people here no manager.
    let assignment = assigned(terms, &subject.people, &[]);
    ReviewItem { number: 0, subject, access, uses: newest_first(known.uses.clone()), assignment }
}

fn assigned(terms: &ReviewTerms<'_>, subject: &[PersonId], found: &[PersonId]) -> ItemAssignment {
    let named;
    let candidates = match terms.reviewers {
        ReviewersRule::Owner => (AssignedAs::Owner, found),
        ReviewersRule::Manager => (AssignedAs::Manager, found),
        ReviewersRule::Person(person) => {
            named = [person];
            (AssignedAs::Named, &named[..])
        }
    };
    assign(subject, candidates, terms.fallback, terms.escalation)
}

fn newest_first(mut uses: Vec<ItemUse>) -> Vec<ItemUse> {
    uses.sort_unstable_by(|one, other| other.cmp(one));
    uses
}

/// The accesses that a source says somebody has.
fn of_source<'a>(
    source: &AskedSource<'a>,
    index: &ReferenceIndex<'a>,
    terms: &ReviewTerms<'_>,
    items: &mut Vec<ReviewItem>,
) {
    let scope = terms.scope;
    let mut power = SourcePower::new(source.nodes, source.edges);
    let credentials = credentials(source, index);
    let below = scope.group.as_ref().map(|_| MembersBelow::new(source));
    for edge in source.edges {
        if edge.relation == Relation::Has {
            continue;
        }
        let target = index.node(source.name, edge.to.as_str());
        let target_name = target.map_or(edge.to.as_str(), |node| node.name.as_str());
        let is_in_group = match &scope.group {
            None => true,
            Some(group) => {
                edge.relation == Relation::MemberOf && (edge.to.as_str() == group || target_name == group)
            }
        };
        let Some(holder) = index.node(source.name, edge.from.as_str()).filter(|_| is_in_group) else {
            continue;
        };
        let is_account = matches!(holder.body, NodeBody::Account(_));
        // What a group has is asked about through its members, unless the question is who is in one group.
        if !is_account && scope.group.is_none() {
            continue;
        }
        let (is_external, given) = (index.is_external(source.name, holder), power.of(edge));
        if (scope.privileged && !given.privileged) || (scope.contractors && !is_external) {
            continue;
        }
        let people = if is_account {
            index.people_of(source.name, holder)
        } else {
            let below = below.as_ref().map(|below| below.of(&edge.from)).unwrap_or_default();
            below.into_iter().flat_map(|account| index.people_of(source.name, account)).collect()
        };
        let identity = index.identity(source.name, holder);
        let subject = ItemSubject {
            name: identity.map_or_else(|| holder.name.clone(), |identity| identity.name.clone()),
            identity: identity.map(|identity| identity.id.to_string()),
            people: people.into_iter().collect(),
            is_external,
        };
        let found: Vec<PersonId> = match terms.reviewers {
            ReviewersRule::Person(_) => Vec::new(),
            ReviewersRule::Manager => index.managers_of(source.name, holder).into_iter().collect(),
            ReviewersRule::Owner => {
                let owner = target.and_then(owner_of).map(|owner| index.meant(source.name, owner));
                owner.into_iter().flatten().chain(source.owner).collect()
            }
        };
        let assignment = assigned(terms, &subject.people, &found);
        let uses = uses(holder, target, credentials.get(&edge.from).map_or(&[][..], Vec::as_slice));
        let access = access(source.name, (holder, edge, target), given);
        items.push(ReviewItem { number: 0, subject, access, uses, assignment });
    }
}

fn access(
    source: &str,
    (holder, edge, target): (&SourceNode, &SourceEdge, Option<&SourceNode>),
    given: Power,
) -> ItemAccess {
    let enabled = match &holder.body {
        NodeBody::Account(account) => account.enabled,
        _ => None,
    };
    let purpose = target.and_then(|node| match &node.body {
        NodeBody::Group(group) | NodeBody::Role(group) => group.description.clone(),
        _ => None,
    });
    ItemAccess {
        source: Some(source.to_owned()),
        account: edge.from.to_string(),
        account_name: holder.name.clone(),
        enabled,
        relation: edge.relation,
        target: edge.to.to_string(),
        target_name: target.map_or_else(|| edge.to.to_string(), |node| node.name.clone()),
        target_kind: target.map(|node| node.body.kind()),
        purpose,
        leads_to: given.leads_to,
        leads_to_in_all: given.in_all,
        level: given.level,
        privileged: given.privileged,
        granted_by: edge.body.granted_by.clone(),
        authorised_by: edge.body.authorised_by.clone(),
        since: edge.body.since,
    }
}

fn owner_of(node: &SourceNode) -> Option<&str> {
    match &node.body {
        NodeBody::Group(group) | NodeBody::Role(group) => group.owner.as_deref(),
        NodeBody::Resource(resource) => resource.owner.as_deref(),
        NodeBody::Account(account) => account.owner.as_deref(),
        NodeBody::Person(_) | NodeBody::Credential(_) => None,
    }
}

/// Returns when an access can have been used last: the account, its credentials, and the role.
fn uses(holder: &SourceNode, target: Option<&SourceNode>, credentials: &[&SourceNode]) -> Vec<ItemUse> {
    let used = |node: &SourceNode| match &node.body {
        NodeBody::Account(account) => account.last_used_at,
        NodeBody::Group(group) | NodeBody::Role(group) => group.last_used_at,
        NodeBody::Credential(credential) => credential.last_used_at,
        NodeBody::Person(_) | NodeBody::Resource(_) => None,
    };
    let named = [("account", Some(holder)), ("group or role", target)];
    let nodes = named.into_iter().filter_map(|(what, node)| Some((what, node?)));
    let nodes = nodes.chain(credentials.iter().map(|node| ("credential", *node)));
    let uses = nodes
        .filter_map(|(what, node)| Some(ItemUse { at: used(node)?, what: format!("{what} {}", node.name) }));
    newest_first(uses.collect())
}

fn credentials<'a>(
    source: &AskedSource<'a>,
    index: &ReferenceIndex<'a>,
) -> HashMap<&'a SourceKey, Vec<&'a SourceNode>> {
    let mut all: HashMap<_, Vec<_>> = HashMap::new();
    for edge in source.edges.iter().filter(|edge| edge.relation == Relation::Has) {
        if let Some(node) = index.node(source.name, edge.to.as_str()) {
            all.entry(&edge.from).or_default().push(node);
        }
    }
    all
}

/// The members of the groups of a source.
struct MembersBelow<'a> {
    members: HashMap<&'a SourceKey, Vec<&'a SourceKey>>,
    nodes: HashMap<&'a SourceKey, &'a SourceNode>,
}

impl<'a> MembersBelow<'a> {
    fn new(source: &AskedSource<'a>) -> Self {
        let mut members: HashMap<_, Vec<_>> = HashMap::new();
        for edge in source.edges.iter().filter(|edge| edge.relation == Relation::MemberOf) {
            members.entry(&edge.to).or_default().push(&edge.from);
        }
        Self { members, nodes: source.nodes.iter().map(|node| (&node.key, node)).collect() }
    }

    /// Returns the accounts in a group, at any depth. A group that contains itself is met once.
    fn of(&self, group: &'a SourceKey) -> Vec<&'a SourceNode> {
        let (mut open, mut met, mut found) = (vec![group], HashSet::from([group]), Vec::new());
        while let Some(at) = open.pop() {
            for member in self.members.get(at).into_iter().flatten().copied() {
                if met.insert(member) {
                    open.push(member);
                    let known = self.nodes.get(member).copied();
                    found.extend(known.filter(|node| matches!(node.body, NodeBody::Account(_))));
                }
            }
        }
        found
    }
}
