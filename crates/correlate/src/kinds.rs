//! What an identity is, who answers for it, and what it is for.

use crate::attributes::{AttributeName, ShownAttribute, personal};
use crate::identity::{IdentityKind, IdentityOwner, SourcedKey};
use crate::joining::SourcedNodes;
use crate::rules::CorrelationRules;
use countersign_sources::{NodeBody, SourceNode};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Returns the kind of a person, by the employment that is shown.
pub(crate) fn of_person(
    shown: &BTreeMap<AttributeName, ShownAttribute>,
    rules: &CorrelationRules,
) -> IdentityKind {
    let employment = shown.get(&AttributeName::Employment);
    employment.and_then(|shown| rules.employment(&shown.value)).unwrap_or(IdentityKind::Person)
}

/// Returns the first purpose that a source states.
pub(crate) fn purpose(nodes: &[(&SourcedKey, &SourceNode)]) -> Option<String> {
    let stated = nodes.iter().filter_map(|(_, node)| match &node.body {
        NodeBody::Account(account) => account.description.as_ref(),
        _ => None,
    });
    stated.map(|text| text.trim().to_owned()).find(|text| !text.is_empty())
}

/// The identities of nodes.
type Homes = BTreeMap<SourcedKey, SourcedKey>;

/// Texts by which sources refer to people, with the nodes that they mean.
#[derive(Debug, Default)]
pub(crate) struct OwnerReferences<'a> {
    /// By source, and by a key, login or other name in it.
    local: HashMap<(&'a str, String), &'a SourcedKey>,
    /// By mail address, in all sources.
    mails: HashMap<String, &'a SourcedKey>,
    /// By login, in all sources.
    logins: HashMap<String, Vec<&'a SourcedKey>>,
}

impl<'a> OwnerReferences<'a> {
    pub(crate) fn of(nodes: &'a SourcedNodes<'a>) -> Self {
        let mut references = Self::default();
        for (at, node) in nodes {
            let aliases = match &node.body {
                NodeBody::Account(account) => account.aliases.as_slice(),
                _ => &[],
            };
            for text in aliases.iter().map(String::as_str).chain([at.key.as_str(), &node.name]) {
                references.local.entry((&at.source, text.to_lowercase())).or_insert(at);
            }
            if matches!(node.body, NodeBody::Account(_)) {
                references.logins.entry(node.name.to_lowercase()).or_default().push(at);
            }
            for mail in personal(node).into_iter().flat_map(|personal| &personal.mails) {
                references.mails.entry(mail.to_lowercase()).or_insert(at);
            }
        }
        references
    }

    /// Returns whom a text in a source refers to: by an address, by a key or name in the source, or by a login
    /// in whatever sources have it. That several people have the login, or that nobody knows whose it is, is no
    /// reason to say that it names nobody.
    fn meant(&self, source: &'a str, text: &str, of_node: &Homes) -> Option<IdentityOwner> {
        let text = text.trim().to_lowercase();
        let logins = self.logins.get(&text).map_or(&[][..], Vec::as_slice);
        let local = self.local.get(&(source, text.clone()));
        if let Some(node) = self.mails.get(&text).or(local) {
            let owner = of_node.get(*node).cloned().map(IdentityOwner::Known);
            return Some(owner.unwrap_or_else(|| IdentityOwner::Account((*node).clone())));
        }
        let homes: BTreeSet<&SourcedKey> = logins.iter().filter_map(|node| of_node.get(*node)).collect();
        let mut found = homes.into_iter();
        match (found.next(), found.next()) {
            (Some(home), None) => Some(IdentityOwner::Known(home.clone())),
            (Some(_), Some(_)) => Some(IdentityOwner::Several(text)),
            (None, _) => logins.first().map(|node| IdentityOwner::Account((*node).clone())),
        }
    }

    /// Returns the owner that the nodes of an identity state.
    pub(crate) fn owner(&self, nodes: &[(&'a SourcedKey, &'a SourceNode)], of_node: &Homes) -> IdentityOwner {
        let mut owner = IdentityOwner::Missing;
        for (at, node) in nodes {
            let NodeBody::Account(account) = &node.body else { continue };
            let Some(text) = account.owner.as_deref().filter(|text| !text.trim().is_empty()) else {
                continue;
            };
            if let Some(meant) = self.meant(&at.source, text, of_node) {
                return meant;
            }
            owner = IdentityOwner::Unresolved(text.to_owned());
        }
        owner
    }
}
