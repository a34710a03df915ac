//! People who left, and the accounts that they still have.

use crate::joining::SourcedNodes;
use crate::{CorrelatedIdentities, SourcedKey};
use countersign_names::Timestamp;
use countersign_sources::NodeBody;

/// An enabled account of a person who left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeaverAccount {
    /// The person.
    pub identity: SourcedKey,
    /// The record that says so.
    pub record: SourcedKey,
    /// When the person left, if the record says so.
    pub ended_at: Option<Timestamp>,
    /// The account.
    pub account: SourcedKey,
}

/// Lists the enabled accounts of people all of whose records have ended. An account of which no source says that it is
/// enabled is not listed.
pub fn leavers(found: &CorrelatedIdentities, nodes: &SourcedNodes<'_>, now: Timestamp) -> Vec<LeaverAccount> {
    let mut leavers = Vec::new();
    for identity in found.identities.values() {
        let records = identity.nodes.iter().filter_map(|at| match &nodes.get(at)?.body {
            NodeBody::Person(person) => Some((at, person)),
            _ => None,
        });
        let ended = |person: &countersign_sources::PersonRecord| {
            person.ends_at.is_some_and(|end| end <= now)
                || (person.active == Some(false) && person.starts_at.is_some_and(|start| start <= now))
        };
        if records.clone().any(|(_, person)| !ended(person)) {
            continue;
        }
        let Some((record, person)) = records.max_by_key(|(_, person)| person.ends_at) else { continue };
        let enabled = identity.nodes.iter().filter(|at| {
            matches!(nodes.get(*at).map(|node| &node.body), Some(NodeBody::Account(account)) if account.enabled == Some(true))
        });
        leavers.extend(enabled.map(|account| LeaverAccount {
            identity: identity.id.clone(),
            record: record.clone(),
            ended_at: person.ends_at,
            account: account.clone(),
        }));
    }
    leavers
}
