//! Networks by name from the configuration file: stated as facts, so that every process names an address alike.

use crate::config::Config;
use crate::running::StartError;
use countersign_facts::{Actor, Fact, NetworkFact};
use countersign_ledger::{CommandError, Ledger, Never};
use countersign_world::Networks;
use ipnet::IpNet;
use std::collections::{BTreeMap, BTreeSet};

/// States the networks of the file where they differ from the journal. A file without the section changes nothing. The
/// file of a gate that follows a control plane counts only while no networks are declared: otherwise two files could
/// overwrite each other, and a gate that was upgraded first would declare none.
///
/// # Errors
/// If the journal does not answer, or a network in the file is invalid.
pub async fn state(config: &Config, ledger: &Ledger) -> Result<(), StartError> {
    let Some(written) = &config.networks else { return Ok(()) };
    let wanted: BTreeMap<String, BTreeSet<IpNet>> =
        written.iter().map(|(name, ranges)| (name.clone(), ranges.iter().copied().collect())).collect();
    let speaks = config.control;
    let by = Actor::System(format!("configuration of {}", config.name));
    let decide = move |world: &countersign_world::World, _| {
        let known = world.networks();
        let differ = changes(known, &wanted);
        let stated = if speaks || known.named().is_empty() { differ.clone() } else { Vec::new() };
        Ok::<_, Never>((stated.clone(), (stated.len(), differ.len() - stated.len())))
    };
    let answer: Result<_, CommandError<Never>> = ledger.command(by, decide).await;
    let (stated, ignored) = answer.map_err(|error| StartError::Networks(error.to_string()))?;
    if stated > 0 {
        tracing::info!(changes = stated, "this process declared the networks of [networks]");
    }
    if ignored > 0 {
        tracing::warn!(
            differences = ignored,
            "this process ignores [networks] of its file, which differs from the declared networks: the \
             control plane's file declares them; remove the section from this file"
        );
    }
    Ok(())
}

/// Returns the facts that change `known` into `wanted`.
fn changes(known: &Networks, wanted: &BTreeMap<String, BTreeSet<IpNet>>) -> Vec<Fact> {
    let known = known.named();
    let gone = known
        .keys()
        .filter(|name| !wanted.contains_key(*name))
        .map(|name| NetworkFact::Removed { network: name.clone() });
    let other = wanted
        .iter()
        .filter(|(name, ranges)| known.get(*name) != Some(ranges))
        .map(|(name, ranges)| NetworkFact::Declared { network: name.clone(), ranges: ranges.clone() });
    gone.chain(other).map(Fact::Network).collect()
}
