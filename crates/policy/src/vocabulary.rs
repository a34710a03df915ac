//! What a policy can name, from the schema: attributes and types of entities.

use crate::schema::{TYPES, VALIDATOR};
use cedar_policy_core::validator::types::{Attributes, Type};
use std::collections::BTreeMap;

/// An attribute that a policy can read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadableAttribute {
    /// Its path from a variable of a policy, as `context.device.managed`.
    pub path: String,
    /// Its type in Cedar's words: `Bool`, `Long`, `String`, `Set<String>`, `ipaddr`, `Record`.
    pub kind: String,
    /// Whether it can be absent, so that a policy must ask with `has` first.
    pub optional: bool,
    /// The types of entities that have it. Empty for the context.
    pub of: Vec<String>,
}

/// Returns every attribute that a policy can read, sorted by path.
pub fn readable_attributes() -> Vec<ReadableAttribute> {
    let schema = VALIDATOR.schema();
    let mut found = BTreeMap::new();
    for (variable, kind) in
        [("principal", &TYPES.person), ("principal", &TYPES.service), ("resource", &TYPES.resource)]
    {
        if let Some(entity) = schema.get_entity_type(kind) {
            add(&mut found, variable, entity.attributes(), Some(&kind.to_string()));
        }
    }
    // Every action has the same context.
    let context = schema.actions().next().and_then(|action| schema.context_type(action));
    if let Some(Type::Record { attrs, .. }) = context {
        add(&mut found, "context", attrs, None);
    }
    found.into_values().collect()
}

/// Returns the types of entities that a policy can name.
pub fn entity_types() -> Vec<String> {
    let mut names: Vec<String> = VALIDATOR.schema().entity_type_names().map(ToString::to_string).collect();
    names.push(TYPES.action.to_string());
    names.sort();
    names
}

fn add(
    found: &mut BTreeMap<String, ReadableAttribute>,
    of: &str,
    attributes: &Attributes,
    entity: Option<&str>,
) {
    for (name, attribute) in attributes.iter() {
        let path = format!("{of}.{name}");
        let known = found.entry(path.clone()).or_insert_with(|| ReadableAttribute {
            path: path.clone(),
            kind: kind(&attribute.attr_type),
            optional: !attribute.is_required,
            of: Vec::new(),
        });
        known.of.extend(entity.map(str::to_owned));
        if let Type::Record { attrs, .. } = &*attribute.attr_type {
            add(found, &path, attrs, entity);
        }
    }
}

fn kind(of: &Type) -> String {
    match of {
        Type::Record { .. } => "Record".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_can_read_what_the_schema_says() {
        let found = readable_attributes();
        let check = |path: &str, kind: &str, optional: bool, of: &[&str]| {
            let attribute = found.iter().find(|attribute| attribute.path == path).unwrap();
            let expected: Vec<_> = of.iter().map(|of| format!("Countersign::{of}")).collect();
            let (found, wanted) =
                ((attribute.kind.as_str(), attribute.optional, &attribute.of), (kind, optional, &expected));
            assert_eq!(found, wanted, "{path}");
        };
        check("principal.email", "String", false, &["Person"]);
        check("principal.risk", "Long", false, &["Person", "Service"]);
        check("resource.labelled", "Bool", false, &["Resource"]);
        check("context.device", "Record", true, &[]);
        check("context.device.failing", "Set<String>", false, &[]);
        check("context.device.posture_age", "Long", true, &[]);
        check("context.place.address", "ipaddr", false, &[]);
        assert!(entity_types().contains(&"Countersign::Group".to_owned()));
        assert!(entity_types().contains(&"Countersign::Action".to_owned()));
    }
}
