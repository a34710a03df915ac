//! The schema for Cedar, and our names as Cedar entities.

use cedar_policy_core::ast::{Eid, EntityType, EntityUID};
use cedar_policy_core::extensions::Extensions;
use cedar_policy_core::validator::{Validator, ValidatorSchema};
use countersign_names::{Action, ApplicationName, GroupName, Principal, PrincipalKind, ResourceName};
use std::sync::{Arc, LazyLock};

/// The schema that every policy is validated against, in Cedar's notation.
pub const SCHEMA: &str = include_str!("countersign.cedarschema");

#[expect(clippy::expect_used, reason = "the schema is part of this crate, and every test would stop here")]
pub(crate) static VALIDATOR: LazyLock<Validator> = LazyLock::new(|| {
    let (schema, _) = ValidatorSchema::from_cedarschema_str(SCHEMA, Extensions::all_available())
        .expect("our own schema is one");
    Validator::new(schema)
});

/// The entity types of the schema, parsed once.
pub(crate) struct Types {
    pub(crate) group: EntityType,
    pub(crate) person: EntityType,
    pub(crate) service: EntityType,
    pub(crate) anonymous: EntityType,
    pub(crate) application: EntityType,
    pub(crate) resource: EntityType,
    pub(crate) action: EntityType,
}

pub(crate) static TYPES: LazyLock<Types> = LazyLock::new(|| Types {
    group: entity_type("Group"),
    person: entity_type("Person"),
    service: entity_type("Service"),
    anonymous: entity_type("Anonymous"),
    application: entity_type("Application"),
    resource: entity_type("Resource"),
    action: entity_type("Action"),
});

#[expect(clippy::expect_used, reason = "called with the seven words above only")]
fn entity_type(word: &str) -> EntityType {
    format!("Countersign::{word}").parse().expect("a type's name")
}

/// Every action as a Cedar entity, in the order of `Action::ALL`; shared, because every question contains one.
static ACTIONS: LazyLock<Vec<Arc<EntityUID>>> = LazyLock::new(|| {
    Action::ALL.iter().map(|action| Arc::new(uid(&TYPES.action, action.as_str()))).collect()
});

pub(crate) fn uid(kind: &EntityType, id: &str) -> EntityUID {
    EntityUID::from_components(kind.clone(), Eid::new(id), None)
}

pub(crate) fn principal_type(kind: PrincipalKind) -> &'static EntityType {
    match kind {
        PrincipalKind::Anonymous => &TYPES.anonymous,
        PrincipalKind::Person => &TYPES.person,
        PrincipalKind::Service => &TYPES.service,
    }
}

pub(crate) fn principal(principal: &Principal) -> EntityUID {
    uid(principal_type(principal.kind()), &principal.to_string())
}

pub(crate) fn action(action: Action) -> Arc<EntityUID> {
    let shared = Action::ALL.iter().zip(ACTIONS.iter()).find(|(known, _)| **known == action);
    shared.map_or_else(|| Arc::new(uid(&TYPES.action, action.as_str())), |(_, shared)| shared.clone())
}

pub(crate) fn group(group: &GroupName) -> EntityUID {
    uid(&TYPES.group, group.as_str())
}

pub(crate) fn application(application: &ApplicationName) -> EntityUID {
    uid(&TYPES.application, application.as_str())
}

pub(crate) fn resource(resource: &ResourceName) -> EntityUID {
    uid(&TYPES.resource, resource.as_str())
}

/// Checks that an entity name in a policy can exist; the error says which form would be valid.
///
/// Cedar accepts any text as a name, but the policy would never match: a permit would have no effect, or worse, a
/// guardrail.
pub(crate) fn check_name(uid: &EntityUID) -> Result<(), String> {
    let id = uid.eid().as_ref();
    let kind = uid.entity_type();
    let parsed = if *kind == TYPES.group {
        id.parse::<GroupName>().map(drop)
    } else if *kind == TYPES.person {
        id.parse::<countersign_names::PersonId>().map(drop)
    } else if *kind == TYPES.service {
        id.parse::<countersign_names::ServiceId>().map(drop)
    } else if *kind == TYPES.application {
        id.parse::<ApplicationName>().map(drop)
    } else if *kind == TYPES.resource {
        id.parse::<ResourceName>().map(drop)
    } else if *kind == TYPES.anonymous && id != "anonymous" {
        return Err(format!("{id:?} is not anonymous: write Countersign::Anonymous::\"anonymous\""));
    } else {
        return Ok(());
    };
    parsed.map_err(|error| error.to_string())
}
