//! The names that an answer gives beside its ids, as they are now. What was removed has none.

use countersign_names::{PersonId, Principal};
use countersign_rehearsals::name_of;
use countersign_world::World;
use std::collections::BTreeMap;

/// Returns the name of a person.
pub fn person_name(world: &World, person: PersonId) -> Option<String> {
    name_of(world, Principal::Person(person))
}

/// Returns the name of the person, service account or device with this id. Any other text, such as `operator`, has none.
pub fn current_name(world: &World, id: &str) -> Option<String> {
    if let Ok(person) = id.parse() {
        return person_name(world, person);
    }
    if let Ok(service) = id.parse() {
        return name_of(world, Principal::Service(service));
    }
    world.device(id.parse().ok()?).map(|device| device.about.name.clone())
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
        let ids = ["per_00000000000000000000000000000001", "operator", "system:rollouts", "group:staff", ""];
        assert!(names_of(&world, ids).is_empty());
    }
}
