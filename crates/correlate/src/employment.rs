//! Until when authoritative sources have people, and what else these people have.

use crate::joining::SourcedNodes;
use crate::{CorrelatedIdentities, CorrelatedIdentity, SourcedKey};
use countersign_names::Timestamp;
use countersign_sources::{AccountUse, NodeBody};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What an authoritative source says about a person with one record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Employment {
    /// The record: of a person, or the account of one if the source has no records of people.
    pub record: SourcedKey,
    /// From when on the person does not belong to the organisation; [`Timestamp::MAX`] if the source does not say.
    pub ends_at: Timestamp,
    /// The mail addresses by which the person is known, in lower case: those of all nodes of the identity that no other
    /// identity shows.
    pub mails: BTreeSet<String>,
    /// The accounts of the person in other sources.
    pub accounts: Vec<SourcedKey>,
}

/// Returns from when on a record says that its person does not belong to the organisation; `None` if it is no record of a
/// person, and no account of one.
pub fn employment_end(body: &NodeBody, now: Timestamp) -> Option<Timestamp> {
    let (is_over, ends_at) = match body {
        // Who is yet to start is not active, and has not left.
        NodeBody::Person(person) => {
            let has_started = person.starts_at.is_none_or(|start| start <= now);
            (person.active == Some(false) && has_started, person.ends_at)
        }
        NodeBody::Account(account) if account.used_by.is_none_or(|by| by == AccountUse::Person) => {
            (account.enabled == Some(false), account.expires_at)
        }
        _ => return None,
    };
    // Over since a moment that the source does not say: since ever.
    let ended = ends_at.filter(|end| *end <= now).unwrap_or(Timestamp::from_micros(0));
    Some(if is_over { ended } else { ends_at.unwrap_or(Timestamp::MAX) })
}

/// Returns the mail addresses that a node shows, in lower case.
pub fn shown_mails(body: &NodeBody) -> impl Iterator<Item = String> {
    let mails = match body {
        NodeBody::Person(person) => person.personal.mails.as_slice(),
        NodeBody::Account(account) => account.personal.mails.as_slice(),
        _ => &[],
    };
    mails.iter().map(|mail| mail.trim().to_lowercase()).filter(|mail| !mail.is_empty())
}

/// Returns what authoritative sources say about people, by record.
///
/// Only what certainly belongs to an identity counts: its records, and the accounts that are linked to it. An address that
/// two identities show tells nobody apart, and is left out.
pub fn employments(
    found: &CorrelatedIdentities,
    nodes: &SourcedNodes<'_>,
    authoritative: &BTreeSet<String>,
    now: Timestamp,
) -> Vec<Employment> {
    let mut shown_by: BTreeMap<String, BTreeSet<&SourcedKey>> = BTreeMap::new();
    for identity in found.identities.values() {
        for at in &identity.nodes {
            for mail in nodes.get(at).into_iter().flat_map(|node| shown_mails(&node.body)) {
                shown_by.entry(mail).or_default().insert(&identity.id);
            }
        }
    }
    let people = found.identities.values().filter(|identity| identity.kind.is_person());
    let of = |identity| of_identity(identity, nodes, authoritative, (&shown_by, now));
    people.flat_map(of).collect()
}

fn of_identity(
    identity: &CorrelatedIdentity,
    nodes: &SourcedNodes<'_>,
    authoritative: &BTreeSet<String>,
    (shown_by, now): (&BTreeMap<String, BTreeSet<&SourcedKey>>, Timestamp),
) -> Vec<Employment> {
    let is_record =
        |at: &SourcedKey| matches!(nodes.get(at).map(|node| &node.body), Some(NodeBody::Person(_)));
    // Where a source has records of people, its accounts say nothing about employment.
    let recorded: BTreeSet<&str> =
        identity.nodes.iter().filter(|at| is_record(at)).map(|at| at.source.as_str()).collect();
    let all_mails =
        identity.nodes.iter().filter_map(|at| nodes.get(at)).flat_map(|node| shown_mails(&node.body));
    let is_own = |mail: &String| shown_by.get(mail).is_none_or(|identities| identities.len() == 1);
    let mails: BTreeSet<String> = all_mails.filter(is_own).collect();
    let records = identity.nodes.iter().filter(|at| {
        authoritative.contains(&at.source) && (is_record(at) || !recorded.contains(at.source.as_str()))
    });
    let employment = |at: &SourcedKey| {
        let is_elsewhere = |other: &&SourcedKey| is_account(nodes, other) && other.source != at.source;
        Some(Employment {
            record: at.clone(),
            ends_at: employment_end(&nodes.get(at)?.body, now)?,
            mails: mails.clone(),
            accounts: identity.nodes.iter().filter(is_elsewhere).cloned().collect(),
        })
    };
    records.filter_map(employment).collect()
}

fn is_account(nodes: &SourcedNodes<'_>, at: &SourcedKey) -> bool {
    matches!(nodes.get(at).map(|node| &node.body), Some(NodeBody::Account(_)))
}
