//! Makes rows of what correlation found.

use crate::{CorrelatedMember, IdentityError, MemberState, NamedCandidate, RunCounts, StoredIdentity};
use countersign_correlate::{
    AccountCandidate, AccountState, AttributeName, CorrelatedIdentities, CorrelatedIdentity, IdentityOwner,
    SourcedKey, SourcedNodes,
};
use countersign_sources::NodeBody;

/// A row of an identity.
pub(crate) struct IdentityRow {
    pub(crate) id: SourcedKey,
    pub(crate) kind: &'static str,
    pub(crate) folded: String,
    pub(crate) searched: String,
    pub(crate) ownerless: bool,
    pub(crate) aimless: bool,
    pub(crate) body: String,
}

/// A row of a record of a person or of an account.
pub(crate) struct MemberRow {
    pub(crate) at: SourcedKey,
    pub(crate) state: MemberState,
    pub(crate) identity: Option<SourcedKey>,
    pub(crate) candidates: Vec<SourcedKey>,
    pub(crate) folded: String,
    pub(crate) searched: String,
    pub(crate) body: String,
}

/// What correlation found, beside the nodes that it read.
pub(crate) struct CorrelationRows<'a> {
    pub(crate) found: &'a CorrelatedIdentities,
    pub(crate) nodes: &'a SourcedNodes<'a>,
}

impl CorrelationRows<'_> {
    /// Returns the numbers of the result.
    pub(crate) fn counts(&self) -> RunCounts {
        let mut counts = RunCounts::default();
        let described = |body: &NodeBody| matches!(body, NodeBody::Person(_) | NodeBody::Account(_));
        counts.nodes = count(self.nodes.values().filter(|node| described(&node.body)));
        counts.people = count(self.found.identities.values().filter(|identity| identity.kind.is_person()));
        counts.others = count(self.found.identities.values()) - counts.people;
        for state in self.found.accounts.values() {
            let counted = match state {
                AccountState::Linked { .. } => &mut counts.linked,
                AccountState::Proposed(_) => &mut counts.proposed,
                AccountState::Disputed(_) => &mut counts.disputed,
                AccountState::Orphan => &mut counts.orphans,
            };
            *counted += 1;
        }
        counts
    }

    /// Returns the name of a node in its source, or its key if it is not described.
    fn node_name(&self, at: &SourcedKey) -> String {
        self.nodes.get(at).map_or_else(|| at.key.to_string(), |node| node.name.clone())
    }

    /// Returns the name of an identity.
    fn name(&self, id: &SourcedKey) -> String {
        let identity = self.found.identities.get(id);
        let shown = |attribute| Some(identity?.shown.get(&attribute)?.value.clone());
        let of_parts =
            || Some(format!("{} {}", shown(AttributeName::GivenName)?, shown(AttributeName::FamilyName)?));
        shown(AttributeName::DisplayName).or_else(of_parts).unwrap_or_else(|| self.node_name(id))
    }

    /// Makes the row of an identity.
    pub(crate) fn identity(&self, identity: &CorrelatedIdentity) -> Result<IdentityRow, IdentityError> {
        let name = self.name(&identity.id);
        let accounts = count(identity.nodes.iter().filter(|at| self.found.accounts.contains_key(at)));
        let owner_name = match &identity.owner {
            IdentityOwner::Known(owner) => Some(self.name(owner)),
            IdentityOwner::Account(account) => Some(self.node_name(account)),
            IdentityOwner::Itself
            | IdentityOwner::Several(_)
            | IdentityOwner::Unresolved(_)
            | IdentityOwner::Missing => None,
        };
        let mut words = vec![name.clone()];
        let searched = [AttributeName::Mail, AttributeName::EmployeeNumber];
        words.extend(searched.iter().filter_map(|name| Some(identity.shown.get(name)?.value.clone())));
        for at in &identity.nodes {
            words.push(at.key.to_string());
            words.push(self.node_name(at));
        }
        let is_person = identity.kind.is_person();
        let stored = StoredIdentity {
            id: identity.id.clone(),
            kind: identity.kind,
            recorded: identity.recorded,
            accounts,
            shown: identity.shown.clone(),
            clashes: identity.clashes.clone(),
            owner: identity.owner.clone(),
            owner_name,
            purpose: identity.purpose.clone(),
            name,
        };
        Ok(IdentityRow {
            id: identity.id.clone(),
            kind: identity.kind.as_str(),
            folded: stored.name.to_lowercase(),
            searched: words.join("\n").to_lowercase(),
            ownerless: matches!(identity.owner, IdentityOwner::Missing | IdentityOwner::Unresolved(_)),
            aimless: !is_person && identity.purpose.is_none(),
            body: serde_json::to_string(&stored).map_err(IdentityError::row)?,
        })
    }

    /// Makes the row of a node; `None` if it is neither a record of a person nor an account.
    pub(crate) fn member(&self, at: &SourcedKey) -> Result<Option<MemberRow>, IdentityError> {
        let record = self.nodes.get(at).is_some_and(|node| matches!(node.body, NodeBody::Person(_)));
        let account = self.found.accounts.get(at);
        if !record && account.is_none() {
            return Ok(None);
        }
        let (state, basis, candidates) = match account {
            None => (MemberState::Record, None, &[][..]),
            Some(AccountState::Linked { basis, .. }) => (MemberState::Linked, Some(basis.clone()), &[][..]),
            Some(AccountState::Proposed(candidates)) => (MemberState::Proposed, None, candidates.as_slice()),
            Some(AccountState::Disputed(candidates)) => (MemberState::Disputed, None, candidates.as_slice()),
            Some(AccountState::Orphan) => (MemberState::Orphan, None, &[][..]),
        };
        let member = CorrelatedMember {
            at: at.clone(),
            name: self.node_name(at),
            state,
            identity: self.found.identity_of(at).map(|identity| identity.id.clone()),
            basis,
            candidates: candidates.iter().map(|candidate| self.candidate(candidate)).collect(),
        };
        Ok(Some(MemberRow {
            at: at.clone(),
            state,
            identity: member.identity.clone(),
            candidates: candidates.iter().map(|candidate| candidate.identity.clone()).collect(),
            folded: member.name.to_lowercase(),
            searched: format!("{}\n{}", member.name, at.key).to_lowercase(),
            body: serde_json::to_string(&member).map_err(IdentityError::row)?,
        }))
    }

    fn candidate(&self, candidate: &AccountCandidate) -> NamedCandidate {
        NamedCandidate {
            identity: candidate.identity.clone(),
            name: self.name(&candidate.identity),
            total: candidate.total,
            evidence: candidate.evidence.clone(),
        }
    }
}

fn count(items: impl Iterator) -> u64 {
    u64::try_from(items.count()).unwrap_or(u64::MAX)
}
