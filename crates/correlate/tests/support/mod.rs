//! The planted organisation, as correlation takes it and as it is measured.

use countersign_correlate::{AccountState, CorrelatedIdentities, CorrelationRules, SourcedKey, SourcedNodes};
use countersign_organisation::{FoundLinks, Organisation, PlantedKey};

/// Returns the shipped rules with what the organisation declares about itself.
#[expect(clippy::expect_used, reason = "the file belongs to the tests")]
pub(crate) fn rules() -> CorrelationRules {
    CorrelationRules::read(include_str!("../planted.toml")).expect("the rules of the tests are valid")
}

/// Returns the nodes of all sources.
pub(crate) fn nodes(organisation: &Organisation) -> SourcedNodes<'_> {
    let sources = organisation.sources.iter();
    sources
        .flat_map(|(name, source)| {
            source.nodes.iter().map(|node| (SourcedKey::new(name, node.key.clone()), node))
        })
        .collect()
}

/// Returns what was found, in the form in which it is measured.
pub(crate) fn links(found: &CorrelatedIdentities) -> FoundLinks {
    let key = |at: &SourcedKey| -> PlantedKey { (at.source.clone(), at.key.clone()) };
    let people = found.identities.values().filter(|identity| identity.kind.is_person());
    let proposed = found.accounts.iter().filter_map(|(account, state)| match state {
        AccountState::Proposed(candidates) | AccountState::Disputed(candidates) => {
            Some((key(account), candidates.iter().map(|candidate| key(&candidate.identity)).collect()))
        }
        _ => None,
    });
    FoundLinks {
        people: people
            .map(|identity| (key(&identity.id), identity.nodes.iter().map(key).collect()))
            .collect(),
        proposed: proposed.collect(),
    }
}
