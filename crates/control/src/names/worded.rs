//! The names of what has none of its own: whose it is, and what else tells it from the others.

use super::person_name;
use countersign_facts::ExceptionScope;
use countersign_names::{ApplicationName, PersonId, PolicyId, Principal, ProviderName, ServiceId, Timestamp};
use countersign_rehearsals::name_of;
use countersign_world::World;

/// Maximum number of characters of a proposal's text in its name.
const LONGEST_LINE: usize = 80;

/// Names a session.
pub fn session(world: &World, person: PersonId, started_at: Timestamp) -> String {
    format!("session of {} since {}", owner(world, person), minute(started_at))
}

/// Names a passkey.
pub fn passkey(world: &World, person: PersonId, name: &str) -> String {
    format!("passkey {name} of {}", owner(world, person))
}

/// Names a link to an account at a provider.
pub fn link(world: &World, person: PersonId, provider: &ProviderName) -> String {
    format!("account of {} at {provider}", owner(world, person))
}

/// Names a bearer token.
pub fn token(
    world: &World,
    service: ServiceId,
    application: Option<&ApplicationName>,
    expires_at: Timestamp,
) -> String {
    let service = name_of(world, Principal::Service(service))
        .unwrap_or_else(|| "a service account that was removed".to_owned());
    let place = application.map_or_else(String::new, |application| format!(" for {application}"));
    format!("token of {service}{place} until {}", minute(expires_at))
}

/// Names a grant.
pub fn grant(world: &World, person: PersonId, application: &ApplicationName) -> String {
    format!("grant of {} at {application}", owner(world, person))
}

/// Names an exception.
pub fn exception(world: &World, policy: &PolicyId, scope: &ExceptionScope) -> String {
    let mut name = format!("exception to {policy}");
    if let Some(person) = scope.person {
        name.push_str(&format!(" for {}", owner(world, person)));
    }
    if let Some(group) = &scope.group {
        name.push_str(&format!(" for the group {group}"));
    }
    if let Some(application) = &scope.application {
        name.push_str(&format!(" at {application}"));
    }
    name
}

/// Names an invitation.
pub fn invitation(world: &World, person: PersonId, expires_at: Timestamp) -> String {
    format!("invitation of {} until {}", owner(world, person), minute(expires_at))
}

/// Names a proposal by the first line of what it does.
pub fn proposal(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let short: String = line.chars().take(LONGEST_LINE).collect();
    let cut = if short == text { "" } else { " \u{2026}" };
    format!("proposal: {short}{cut}")
}

/// Names a rollout.
pub fn rollout(policy: &PolicyId) -> String {
    format!("rollout of {policy}")
}

fn owner(world: &World, person: PersonId) -> String {
    person_name(world, person).unwrap_or_else(|| "somebody who was removed".to_owned())
}

/// Writes a moment to the minute.
fn minute(at: Timestamp) -> String {
    let text = at.to_string();
    match (text.get(..10), text.get(11..16)) {
        (Some(day), Some(time)) => format!("{day} {time} UTC"),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_to_the_minute_and_the_end_of_time_as_a_word() {
        assert_eq!(minute("2026-11-22T09:05:59Z".parse().unwrap()), "2026-11-22 09:05 UTC");
        assert_eq!(minute(Timestamp::MAX), "never");
    }

    #[test]
    fn a_proposal_is_named_by_its_first_line_and_says_that_there_is_more() {
        assert_eq!(proposal("remove the group staff"), "proposal: remove the group staff");
        assert_eq!(proposal("one\ntwo"), "proposal: one \u{2026}");
        assert_eq!(proposal(&"a".repeat(81)), format!("proposal: {} \u{2026}", "a".repeat(80)));
    }

    #[test]
    fn an_exception_is_named_by_all_of_its_scope() {
        let world = World::default();
        let policy: PolicyId = "managed-device".parse().unwrap();
        let scope = ExceptionScope {
            person: Some("per_00000000000000000000000000000001".parse().unwrap()),
            group: Some("staff".parse().unwrap()),
            application: Some("wiki".parse().unwrap()),
        };
        assert_eq!(
            exception(&world, &policy, &scope),
            "exception to managed-device for somebody who was removed for the group staff at wiki"
        );
        let scope = ExceptionScope { person: None, application: None, ..scope };
        assert_eq!(exception(&world, &policy, &scope), "exception to managed-device for the group staff");
    }
}
