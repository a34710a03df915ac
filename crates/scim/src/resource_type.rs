//! The types of resources that this server has.

use crate::attribute::{ScimAttribute, ScimSchema, find};
use crate::schemas::{COMMON, ENTERPRISE_USER_SCHEMA, GROUP_SCHEMA, USER_SCHEMA};
use serde_json::{Value, json};

/// A type of resource: a schema, and its extensions.
#[derive(Debug)]
pub struct ResourceType {
    /// Its name, which is its identifier too.
    pub name: &'static str,
    /// Where its resources are, below the base address.
    pub endpoint: &'static str,
    /// What it is.
    pub description: &'static str,
    /// The schema of its attributes.
    pub schema: &'static ScimSchema,
    /// Further schemas. Their attributes stand under the schema's URN.
    pub extensions: &'static [&'static ScimSchema],
}

/// Users.
pub const SCIM_USER: ResourceType = ResourceType {
    name: "User",
    endpoint: "/Users",
    description: "People with an account",
    schema: &USER_SCHEMA,
    extensions: &[&ENTERPRISE_USER_SCHEMA],
};

/// Groups.
pub const SCIM_GROUP: ResourceType = ResourceType {
    name: "Group",
    endpoint: "/Groups",
    description: "Groups of users and groups",
    schema: &GROUP_SCHEMA,
    extensions: &[],
};

impl ResourceType {
    /// Returns the attribute outside the extensions with a name in any case.
    pub fn attribute(&self, name: &str) -> Option<&'static ScimAttribute> {
        find(COMMON, name).or_else(|| self.schema.attribute(name))
    }

    /// Returns the extension with a URN in any case.
    pub fn extension(&self, urn: &str) -> Option<&'static ScimSchema> {
        self.extensions.iter().copied().find(|schema| schema.id.eq_ignore_ascii_case(urn))
    }

    /// Returns all attributes outside the extensions.
    pub fn attributes(&self) -> impl Iterator<Item = &'static ScimAttribute> {
        COMMON.iter().chain(self.schema.attributes)
    }

    /// Returns the type as `/ResourceTypes` shows it; `location` is its address.
    pub fn definition(&self, location: &str) -> Value {
        let extensions: Vec<Value> =
            self.extensions.iter().map(|schema| json!({ "schema": schema.id, "required": false })).collect();
        json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
            "id": self.name,
            "name": self.name,
            "description": self.description,
            "endpoint": self.endpoint,
            "schema": self.schema.id,
            "schemaExtensions": extensions,
            "meta": { "resourceType": "ResourceType", "location": location },
        })
    }
}
