//! Who reviews an access. Nobody reviews their own.

use crate::item::{AssignedAs, ItemAssignment};
use countersign_names::PersonId;

/// Chooses the reviewer of an access of `subject`: the first of `candidates`, or else the fallback, or else the person to
/// whom the campaign escalates. `expected` says as what the candidates would review it.
pub fn assign(
    subject: &[PersonId],
    (expected, candidates): (AssignedAs, &[PersonId]),
    fallback: PersonId,
    escalation: Option<PersonId>,
) -> ItemAssignment {
    let may = |person: &PersonId| !subject.contains(person);
    if let Some(reviewer) = candidates.iter().copied().find(may) {
        return ItemAssignment { reviewer: Some(reviewer), assigned_as: expected, why: None };
    }
    let role = expected.as_str();
    let mut why = if candidates.is_empty() {
        format!("no {role} is known here")
    } else {
        format!("the {role} would review their own access")
    };
    if may(&fallback) {
        return ItemAssignment {
            reviewer: Some(fallback),
            assigned_as: AssignedAs::Fallback,
            why: Some(why),
        };
    }
    why.push_str(", and so would the fallback");
    match escalation.filter(may) {
        Some(person) => {
            ItemAssignment { reviewer: Some(person), assigned_as: AssignedAs::Escalation, why: Some(why) }
        }
        None => ItemAssignment { reviewer: None, assigned_as: AssignedAs::Nobody, why: Some(why) },
    }
}
