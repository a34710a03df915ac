//! Finds the person or member that a text names.

use crate::Refusal;
use countersign_facts::Member;
use countersign_names::{GroupName, PersonId, ServiceId};
use countersign_world::{Person, World};
use std::sync::Arc;

/// Returns the person with this id, address or alias. An alias that equals the address of another person does not
/// count: otherwise the administrator of aliases could impersonate anybody.
pub fn person<'a>(world: &'a World, text: &str) -> Option<&'a Arc<Person>> {
    if let Ok(id) = text.parse::<PersonId>() {
        return world.person(id);
    }
    world.person_by_email(text).or_else(|| world.person_by_alias(text))
}

/// As [`person`], for a person in the path.
pub fn person_in_path<'a>(world: &'a World, text: &str) -> Result<&'a Arc<Person>, Refusal> {
    person(world, text).ok_or_else(|| {
        Refusal::not_found("person", text)
            .about_field("person")
            .remedy("give their id, address or an alias; `countersign person list` shows them")
    })
}

/// As [`person`], for a person in a field.
pub fn person_in_field<'a>(world: &'a World, field: &str, text: &str) -> Result<&'a Arc<Person>, Refusal> {
    person(world, text).ok_or_else(|| {
        Refusal::invalid(field, format!("there is no person {text}"))
            .remedy("give their id, address or an alias; `countersign person list` shows them")
    })
}

/// Returns the member of a group that a path names.
pub fn member(world: &World, text: &str) -> Result<Member, Refusal> {
    if let Some(group) = text.strip_prefix("group:") {
        let name: GroupName = crate::input::in_path("member", group)?;
        return match world.group(name.as_str()) {
            Some(_) => Ok(Member::Group(name)),
            None => Err(Refusal::not_found("group", name).about_field("member")),
        };
    }
    if let Ok(service) = text.parse::<ServiceId>() {
        return match world.service(service) {
            Some(_) => Ok(Member::Service(service)),
            None => Err(Refusal::not_found("service account", service).about_field("member")),
        };
    }
    person(world, text).map(|person| Member::Person(person.id)).ok_or_else(|| {
        Refusal::not_found("person", text).about_field("member").remedy(
            "give a person's id, address or alias, a service account's id, or group: and a group's name",
        )
    })
}
