//! Identities and accounts in the form of the contract.

use crate::Refusal;
use countersign_api as api;
use countersign_correlate::{
    IdentityKind, IdentityOwner, LinkBasis, MatchEvidence, NodeComparison, ShownAttribute, SourcedKey,
};
use countersign_identities::{CorrelatedMember, IdentityDetail, MemberState, StoredIdentity};
use countersign_names::SourceName;

/// Converts a kind from the API.
pub const fn kind_of(kind: api::InventoryIdentityKind) -> IdentityKind {
    match kind {
        api::InventoryIdentityKind::Employee => IdentityKind::Employee,
        api::InventoryIdentityKind::Contractor => IdentityKind::Contractor,
        api::InventoryIdentityKind::Vendor => IdentityKind::Vendor,
        api::InventoryIdentityKind::Person => IdentityKind::Person,
        api::InventoryIdentityKind::Service => IdentityKind::Service,
        api::InventoryIdentityKind::Automation => IdentityKind::Automation,
        api::InventoryIdentityKind::Machine => IdentityKind::Machine,
        api::InventoryIdentityKind::Legacy => IdentityKind::Legacy,
    }
}

const fn kind(kind: IdentityKind) -> api::InventoryIdentityKind {
    match kind {
        IdentityKind::Employee => api::InventoryIdentityKind::Employee,
        IdentityKind::Contractor => api::InventoryIdentityKind::Contractor,
        IdentityKind::Vendor => api::InventoryIdentityKind::Vendor,
        IdentityKind::Person => api::InventoryIdentityKind::Person,
        IdentityKind::Service => api::InventoryIdentityKind::Service,
        IdentityKind::Automation => api::InventoryIdentityKind::Automation,
        IdentityKind::Machine => api::InventoryIdentityKind::Machine,
        IdentityKind::Legacy => api::InventoryIdentityKind::Legacy,
    }
}

/// Converts a state from the API.
pub const fn state_of(state: api::InventoryAccountState) -> MemberState {
    match state {
        api::InventoryAccountState::Linked => MemberState::Linked,
        api::InventoryAccountState::Proposed => MemberState::Proposed,
        api::InventoryAccountState::Disputed => MemberState::Disputed,
        api::InventoryAccountState::Orphan => MemberState::Orphan,
    }
}

/// Converts an identity.
pub fn identity(identity: &StoredIdentity) -> Result<api::InventoryIdentity, Refusal> {
    let is_person = identity.kind.is_person();
    let (owner, owner_node) = match &identity.owner {
        IdentityOwner::Itself | IdentityOwner::Missing => (None, None),
        IdentityOwner::Known(at) | IdentityOwner::Account(at) => {
            (Some(identity.owner_name.clone().unwrap_or_else(|| at.key.to_string())), Some(reference(at)?))
        }
        IdentityOwner::Unresolved(text) | IdentityOwner::Several(text) => (Some(text.clone()), None),
    };
    let ownerless = matches!(identity.owner, IdentityOwner::Missing | IdentityOwner::Unresolved(_));
    let mut lacks = Vec::new();
    lacks.extend((!is_person && ownerless).then_some(api::IdentityLack::Owner));
    lacks.extend((!is_person && identity.purpose.is_none()).then_some(api::IdentityLack::Purpose));
    let api::NodeReference { source, key } = reference(&identity.id)?;
    Ok(api::InventoryIdentity {
        source,
        key,
        name: identity.name.clone(),
        kind: kind(identity.kind),
        recorded: identity.recorded,
        accounts: identity.accounts,
        contradictions: u64::try_from(identity.clashes.len()).unwrap_or(u64::MAX),
        owner,
        owner_node,
        purpose: identity.purpose.clone(),
        lacks,
    })
}

/// Converts everything about an identity.
pub fn detail(detail: &IdentityDetail) -> Result<api::KnownInventoryIdentity, Refusal> {
    let IdentityDetail { identity: stored, members, in_question } = detail;
    let attributes = stored.shown.iter().map(|(name, shown)| attribute(name.as_str(), shown));
    let contradicting = stored.clashes.iter().map(|clash| {
        let name = clash.attribute.as_str();
        let values =
            clash.values.iter().map(|value| attribute(name, value)).collect::<Result<_, Refusal>>()?;
        Ok(api::ContradictingAttribute { attribute: name.to_owned(), values })
    });
    let (records, linked): (Vec<_>, Vec<_>) =
        members.iter().partition(|member| member.state == MemberState::Record);
    let record = |member: &&CorrelatedMember| {
        let api::NodeReference { source, key } = reference(&member.at)?;
        Ok(api::NamedRecord { source, key, name: member.name.clone() })
    };
    Ok(api::KnownInventoryIdentity {
        identity: identity(stored)?,
        attributes: attributes.collect::<Result<_, _>>()?,
        contradicting: contradicting.collect::<Result<_, Refusal>>()?,
        records: records.iter().map(record).collect::<Result<_, Refusal>>()?,
        linked: linked.into_iter().map(account).collect::<Result<_, _>>()?,
        in_question: in_question.iter().map(account).collect::<Result<_, _>>()?,
    })
}

/// Converts an account.
pub fn account(member: &CorrelatedMember) -> Result<api::CorrelatedAccount, Refusal> {
    let state = match member.state {
        MemberState::Linked => api::InventoryAccountState::Linked,
        MemberState::Proposed => api::InventoryAccountState::Proposed,
        MemberState::Disputed => api::InventoryAccountState::Disputed,
        MemberState::Orphan => api::InventoryAccountState::Orphan,
        MemberState::Record => return Err(damaged("a record of a person is in the place of an account")),
    };
    let (ground, decision, evidence) = match &member.basis {
        None => (None, None, &[][..]),
        Some(LinkBasis::Itself) => (Some(api::LinkGround::Itself), None, &[][..]),
        Some(LinkBasis::Rules(evidence)) => (Some(api::LinkGround::Rules), None, evidence.as_slice()),
        Some(LinkBasis::Decision(id)) => (Some(api::LinkGround::Decision), id.parse().ok(), &[][..]),
    };
    let api::NodeReference { source, key } = reference(&member.at)?;
    let candidates = member.candidates.iter().map(|candidate| {
        let api::NodeReference { source, key } = reference(&candidate.identity)?;
        Ok(api::IdentityCandidate {
            source,
            key,
            name: candidate.name.clone(),
            total: candidate.total,
            evidence: rules(&candidate.evidence)?,
        })
    });
    Ok(api::CorrelatedAccount {
        source,
        key,
        name: member.name.clone(),
        state,
        identity: member.identity.as_ref().map(reference).transpose()?,
        ground,
        decision,
        evidence: rules(evidence)?,
        candidates: candidates.collect::<Result<_, Refusal>>()?,
    })
}

fn rules(evidence: &[MatchEvidence]) -> Result<Vec<api::RuleEvidence>, Refusal> {
    let rule = |matched: &MatchEvidence| {
        let compared = matched.compared.iter().map(|pair| {
            let api::NodeReference { source, key } = reference(&pair.node)?;
            Ok(api::ComparedPair {
                comparison: comparison(pair.comparison),
                account: pair.account.clone(),
                identity: pair.identity.clone(),
                source,
                key,
            })
        });
        let compared = compared.collect::<Result<_, Refusal>>()?;
        Ok(api::RuleEvidence { rule: matched.rule.clone(), points: matched.points, compared })
    };
    evidence.iter().map(rule).collect()
}

/// Returns the word of the file of rules for what was compared.
fn comparison(compared: NodeComparison) -> String {
    let word = serde_json::to_value(compared).unwrap_or_default();
    word.as_str().unwrap_or_default().to_owned()
}

fn attribute(name: &str, shown: &ShownAttribute) -> Result<api::IdentityAttribute, Refusal> {
    let api::NodeReference { source, key } = reference(&shown.node)?;
    Ok(api::IdentityAttribute { attribute: name.to_owned(), value: shown.value.clone(), source, key })
}

fn reference(at: &SourcedKey) -> Result<api::NodeReference, Refusal> {
    let source: SourceName = at.source.parse().map_err(|_| damaged("a name of a source is none"))?;
    Ok(api::NodeReference { source, key: at.key.to_string() })
}

fn damaged(problem: &str) -> Refusal {
    Refusal::unavailable(format!("a row of the identities is damaged: {problem}"))
        .remedy("run `countersign identity correlate`")
}
