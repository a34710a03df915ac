//! The names that an answer gives beside its ids: of people, service accounts and devices as they are now, and of
//! sessions, passkeys, tokens, grants, exceptions, invitations, proposals and rollouts by what they belong to.

mod ended;
mod worded;

pub use ended::names_with_ended;

use countersign_names::{
    CredentialId, ExceptionId, GrantId, InvitationId, PersonId, Principal, ProposalId, RolloutId, SessionId,
    TokenId,
};
use countersign_rehearsals::name_of;
use countersign_world::World;
use std::collections::BTreeMap;

/// Returns the name of a person.
pub fn person_name(world: &World, person: PersonId) -> Option<String> {
    name_of(world, Principal::Person(person))
}

/// Returns the name of what has this id in the world. Any other text, such as `operator`, has none.
pub fn current_name(world: &World, id: &str) -> Option<String> {
    if let Ok(person) = id.parse() {
        return person_name(world, person);
    }
    if let Ok(service) = id.parse() {
        return name_of(world, Principal::Service(service));
    }
    if let Ok(device) = id.parse() {
        return world.device(device).map(|device| device.about.name.clone());
    }
    name_by_owner(world, id)
}

/// Returns the name of what has this id and no name of its own.
fn name_by_owner(world: &World, id: &str) -> Option<String> {
    let (prefix, _) = id.split_once('_')?;
    Some(match prefix {
        SessionId::PREFIX => {
            let session = world.session(id.parse().ok()?)?;
            worded::session(world, session.person, session.started_at)
        }
        CredentialId::PREFIX => {
            let id = id.parse().ok()?;
            if let Some(link) = world.linked_account(id) {
                return Some(worded::link(world, link.person, &link.provider));
            }
            let passkey = world.credential(id)?;
            worded::passkey(world, passkey.person, &passkey.name)
        }
        TokenId::PREFIX => {
            let token = world.token(id.parse().ok()?)?;
            worded::token(world, token.service, token.application.as_ref(), token.expires_at)
        }
        GrantId::PREFIX => {
            let grant = world.grant(id.parse().ok()?)?;
            worded::grant(world, grant.person, &grant.application)
        }
        ExceptionId::PREFIX => {
            let exception = world.exception(id.parse().ok()?)?;
            worded::exception(world, &exception.policy, &exception.scope)
        }
        InvitationId::PREFIX => {
            let invitation = world.invitation(id.parse().ok()?)?;
            worded::invitation(world, invitation.person, invitation.expires_at)
        }
        ProposalId::PREFIX => worded::proposal(&world.proposal(id.parse().ok()?)?.text),
        RolloutId::PREFIX => worded::rollout(&world.rollout(id.parse().ok()?)?.policy),
        _ => return None,
    })
}

/// Returns the names of those of these ids that have one.
pub fn names_of<'a>(world: &World, ids: impl IntoIterator<Item = &'a str>) -> BTreeMap<String, String> {
    ids.into_iter().filter_map(|id| Some((id.to_owned(), current_name(world, id)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_there_or_is_no_id_has_no_name() {
        let world = World::default();
        let zeros = "0".repeat(31);
        for id in ["operator", "system:rollouts", "group:staff", "", "_", "ses_", "tok_nonsense"] {
            assert_eq!(current_name(&world, id), None, "{id}");
        }
        for prefix in ["per", "svc", "dev", "ses", "key", "tok", "gra", "exc", "inv", "prp", "rol"] {
            let id = format!("{prefix}_{zeros}1");
            assert_eq!(current_name(&world, &id), None, "{id}");
        }
    }
}
