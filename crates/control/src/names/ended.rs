//! The names of sessions, passkeys, tokens, grants, exceptions and invitations that have ended: the world has forgotten
//! them, and the journal has the fact with which each began, or that proposed it.

use super::{names_of, worded};
use crate::{Control, Refusal, facts};
use countersign_facts::{
    CommandFact, CredentialFact, ExceptionFact, Fact, GrantFact, InvitationFact, ProviderFact, ServiceFact,
    SessionFact, Stated,
};
use countersign_names::{CredentialId, ExceptionId, GrantId, InvitationId, SessionId, Timestamp, TokenId};
use countersign_projections::facts::FactTerm;
use countersign_world::World;
use std::collections::{BTreeMap, BTreeSet};

/// Maximum number of ended things whose beginning is looked up for one answer. Each may be a read of the journal.
const LOOKED_UP: usize = 200;

/// Returns the names of those of these ids that have one, also of what has ended.
///
/// A name is a courtesy: if the index or the journal cannot be read, the names of what has ended are left out.
pub async fn names_with_ended<'a>(
    control: &Control,
    ids: impl IntoIterator<Item = &'a str>,
) -> BTreeMap<String, String> {
    let world = control.world();
    let ids: BTreeSet<&str> = ids.into_iter().collect();
    let mut names = names_of(&world, ids.iter().copied());
    let ended = ids.into_iter().filter(|id| is_named_by_its_beginning(id) && !names.contains_key(*id));
    let ended: BTreeSet<String> = ended.take(LOOKED_UP).map(ToOwned::to_owned).collect();
    if !ended.is_empty() {
        names.extend(by_beginning(control, &world, &ended).await.unwrap_or_default());
    }
    names
}

/// Returns the names of those of these things whose first fact says what they are.
async fn by_beginning(
    control: &Control,
    world: &World,
    ended: &BTreeSet<String>,
) -> Result<BTreeMap<String, String>, Refusal> {
    let terms = ended.iter().map(|id| FactTerm::mention(id)).collect();
    let first = control.projections()?.first_facts(world.seq(), terms).await?;
    let mut names = BTreeMap::new();
    for run in facts::runs(&first) {
        // One that cannot be read takes no other name away.
        for entry in facts::read_run(control, run, false).await.unwrap_or_default() {
            let Ok(stated) = Stated::from_bytes(&entry.payload) else { continue };
            let facts = std::iter::once(&stated.fact).chain(proposed_by(&stated.fact));
            let begun = facts.filter_map(|fact| begun(world, stated.at, fact));
            names.extend(begun.filter(|(id, _)| ended.contains(id)));
        }
    }
    Ok(names)
}

fn is_named_by_its_beginning(id: &str) -> bool {
    id.parse::<SessionId>().is_ok()
        || id.parse::<CredentialId>().is_ok()
        || id.parse::<TokenId>().is_ok()
        || id.parse::<GrantId>().is_ok()
        || id.parse::<ExceptionId>().is_ok()
        || id.parse::<InvitationId>().is_ok()
}

/// Returns the facts that a proposal would state: they have the ids of what would begin.
fn proposed_by(fact: &Fact) -> &[Fact] {
    match fact {
        Fact::Command(CommandFact::Proposed { facts, .. }) => facts,
        _ => &[],
    }
}

/// Returns the id of what began with this fact, and its name.
fn begun(world: &World, at: Timestamp, fact: &Fact) -> Option<(String, String)> {
    Some(match fact {
        Fact::Session(SessionFact::Started { session, about }) => {
            (session.to_string(), worded::session(world, about.person, at))
        }
        Fact::Session(SessionFact::Federated { session, about }) => {
            (session.to_string(), worded::session(world, about.person, at))
        }
        Fact::Provider(ProviderFact::Linked { link, about }) => {
            (link.to_string(), worded::link(world, about.person, &about.provider))
        }
        Fact::Credential(CredentialFact::Registered { credential, person, name, .. }) => {
            (credential.to_string(), worded::passkey(world, *person, name))
        }
        Fact::Service(ServiceFact::TokenIssued { token, service, application, expires_at, .. }) => {
            (token.to_string(), worded::token(world, *service, application.as_ref(), *expires_at))
        }
        Fact::Grant(GrantFact::Requested { grant, person, application, .. }) => {
            (grant.to_string(), worded::grant(world, *person, application))
        }
        Fact::Exception(ExceptionFact::Opened { exception, policy, scope, .. }) => {
            (exception.to_string(), worded::exception(world, policy, scope))
        }
        Fact::Invitation(InvitationFact::Issued { invitation, person, expires_at, .. }) => {
            (invitation.to_string(), worded::invitation(world, *person, *expires_at))
        }
        _ => return None,
    })
}
