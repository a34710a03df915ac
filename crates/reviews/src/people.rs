//! Which people of this installation a node of a source stands for, and whom a reference of a source means.

use countersign_correlate::SourcedKey;
use countersign_names::PersonId;
use countersign_sources::{NodeBody, PersonalAttributes, SourceNode};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// An identity, as correlation found it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewedIdentity {
    /// The node that it is named by.
    pub id: SourcedKey,
    /// Its name.
    pub name: String,
    /// Whether it is a contractor, a vendor or the like.
    pub is_external: bool,
    /// Its records and accounts.
    pub nodes: Vec<SourcedKey>,
}

/// All nodes of all sources, by key and by what references name them by.
pub(crate) struct ReferenceIndex<'a> {
    nodes: HashMap<(&'a str, &'a str), &'a SourceNode>,
    /// By source and lower-case name of a person or account; `None` if several have it.
    named: HashMap<(&'a str, String), Option<&'a SourceNode>>,
    identities: &'a BTreeMap<SourcedKey, Arc<ReviewedIdentity>>,
    mails: &'a BTreeMap<String, PersonId>,
}

impl<'a> ReferenceIndex<'a> {
    pub(crate) fn new(
        sources: impl Iterator<Item = (&'a str, &'a [SourceNode])>,
        identities: &'a BTreeMap<SourcedKey, Arc<ReviewedIdentity>>,
        mails: &'a BTreeMap<String, PersonId>,
    ) -> Self {
        let mut index = Self { nodes: HashMap::new(), named: HashMap::new(), identities, mails };
        for (source, nodes) in sources {
            for node in nodes {
                index.nodes.insert((source, node.key.as_str()), node);
                for name in names_of(node) {
                    let other = index.named.entry((source, name)).or_insert(Some(node));
                    if other.is_some_and(|other| other.key != node.key) {
                        *other = None;
                    }
                }
            }
        }
        index
    }

    pub(crate) fn node(&self, source: &'a str, key: &str) -> Option<&'a SourceNode> {
        self.nodes.get(&(source, key)).copied()
    }

    pub(crate) fn identity(&self, source: &'a str, node: &SourceNode) -> Option<&'a ReviewedIdentity> {
        self.identities.get(&SourcedKey::new(source, node.key.clone())).map(|identity| &**identity)
    }

    /// Returns the nodes of the same identity, the node itself first.
    fn alike(&self, source: &'a str, node: &'a SourceNode) -> Vec<(&'a str, &'a SourceNode)> {
        let mut all = Vec::new();
        if let Some(((source, _), node)) = self.nodes.get_key_value(&(source, node.key.as_str())) {
            all.push((*source, *node));
        }
        let others = self.identity(source, node).into_iter().flat_map(|identity| &identity.nodes);
        for other in others {
            let known = self.nodes.get_key_value(&(other.source.as_str(), other.key.as_str()));
            all.extend(known.map(|((source, _), node)| (*source, *node)));
        }
        all
    }

    /// Returns the people of this installation who have one of the mail addresses of a node, or of another node of its
    /// identity.
    pub(crate) fn people_of(&self, source: &'a str, node: &'a SourceNode) -> BTreeSet<PersonId> {
        let alike = self.alike(source, node);
        let mails = alike.iter().filter_map(|(_, node)| personal(node)).flat_map(|about| &about.mails);
        mails.filter_map(|mail| self.mails.get(&mail.to_lowercase())).copied().collect()
    }

    /// Returns whom a reference of a source means, if that is one person or account there, or a mail address.
    pub(crate) fn meant(&self, source: &'a str, reference: &str) -> BTreeSet<PersonId> {
        let named = || self.named.get(&(source, reference.to_lowercase())).copied().flatten();
        match self.node(source, reference).or_else(named) {
            Some(node) => self.people_of(source, node),
            None => self.mails.get(&reference.to_lowercase()).copied().into_iter().collect(),
        }
    }

    /// Returns the managers whom the sources name for an identity.
    pub(crate) fn managers_of(&self, source: &'a str, node: &'a SourceNode) -> BTreeSet<PersonId> {
        let named = self
            .alike(source, node)
            .into_iter()
            .filter_map(|(source, node)| Some((source, personal(node)?.manager.as_deref()?)));
        named.flat_map(|(source, manager)| self.meant(source, manager)).collect()
    }

    /// Returns whether a source says that the holder of an account is not employed.
    pub(crate) fn is_external(&self, source: &'a str, node: &'a SourceNode) -> bool {
        self.identity(source, node).is_some_and(|identity| identity.is_external)
            || self.alike(source, node).into_iter().any(|(_, node)| {
                personal(node).and_then(|about| about.employment.as_deref()).is_some_and(means_external)
            })
    }
}

/// What people who are not employed are called.
const EXTERNAL: &[&str] =
    &["contract", "vendor", "extern", "consult", "supplier", "freelance", "partner", "temporary", "agency"];

fn means_external(employment: &str) -> bool {
    let employment = employment.to_lowercase();
    EXTERNAL.iter().any(|word| employment.contains(word))
}

fn personal(node: &SourceNode) -> Option<&PersonalAttributes> {
    match &node.body {
        NodeBody::Person(person) => Some(&person.personal),
        NodeBody::Account(account) => Some(&account.personal),
        NodeBody::Group(_) | NodeBody::Role(_) | NodeBody::Resource(_) | NodeBody::Credential(_) => None,
    }
}

/// Returns what references name a person or an account by. Not its display name, which several people may have.
fn names_of(node: &SourceNode) -> impl Iterator<Item = String> {
    let about = personal(node);
    let aliases = match &node.body {
        NodeBody::Account(account) => account.aliases.as_slice(),
        _ => &[],
    };
    let mails = about.map_or(&[][..], |about| about.mails.as_slice());
    let number = about.and_then(|about| about.employee_number.as_ref());
    let names = about.map(|_| &node.name).into_iter().chain(aliases).chain(mails).chain(number);
    names.map(|name| name.to_lowercase()).collect::<BTreeSet<_>>().into_iter()
}
