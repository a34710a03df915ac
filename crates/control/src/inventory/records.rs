//! Records on the wire and records of a source: the same statements in two forms.
//!
//! Both forms write the same JSON, so one is read from what the other writes. What one of them does not know is refused,
//! never lost.

use crate::Refusal;
use countersign_api as api;
use countersign_inventory::{LinkedEdge, StoredNode};
use countersign_names::SourceName;
use countersign_sources::{
    EdgeBody, LONGEST_TEXT, NodeBody, NodeKind, PrivilegeLevel, Relation, SourceEdge, SourceKey, SourceNode,
    SourceRecord,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::collections::HashSet;

/// The tag of a node's body.
const KIND: &str = "kind";

/// Reads the records of a page, in their order, each with its place in the page. Refuses the first that is wrong, by its
/// index and field.
pub fn read(page: api::ImportPage) -> Result<Vec<(String, SourceRecord)>, Refusal> {
    let count = page.nodes.len() + page.edges.len();
    if count > api::LARGEST_IMPORT_PAGE {
        let field = if page.nodes.is_empty() { "edges" } else { "nodes" };
        return Err(Refusal::invalid(
            field,
            format!("the page has {count} records, more than {}", api::LARGEST_IMPORT_PAGE),
        )
        .remedy("send them in several pages"));
    }
    let mut seen = HashSet::with_capacity(count);
    let mut records = Vec::with_capacity(count);
    for (index, node) in page.nodes.into_iter().enumerate() {
        let place = format!("nodes[{index}]");
        if !seen.insert((node.key.clone(), "", String::new())) {
            return Err(twice(&format!("{place}.key"), &node.key));
        }
        let record = SourceRecord::Node(Box::new(read_node(&place, node)?));
        records.push((format!("{place}.key"), record));
    }
    for (index, edge) in page.edges.into_iter().enumerate() {
        let place = format!("edges[{index}]");
        if !seen.insert((edge.from.clone(), edge.relation.as_str(), edge.to.clone())) {
            return Err(twice(&place, &edge.from));
        }
        let record = SourceRecord::Edge(read_edge(&place, edge)?);
        records.push((place, record));
    }
    Ok(records)
}

/// Returns the refusal of a record that the import has already.
pub fn twice(place: &str, key: &str) -> Refusal {
    Refusal::invalid(place, format!("the import has this record already: `{key}`"))
        .remedy("make its key unique, or leave one of the two out")
}

fn read_node(place: &str, node: api::ImportedNode) -> Result<SourceNode, Refusal> {
    let key = read_key(&format!("{place}.key"), &node.key)?;
    check_text(&format!("{place}.name"), &node.name)?;
    let place = format!("{place}.attributes");
    let mut fields = fields_of(&node.attributes);
    check_texts(&place, &fields)?;
    fields.insert(KIND.to_owned(), node.kind.as_str().into());
    let body: NodeBody = read_fields(&place, fields.clone())?;
    // What a node of this kind cannot have was ignored.
    let known = fields_of(&body);
    if let Some(field) = fields.keys().find(|field| !known.contains_key(*field)) {
        let detail = format!("a record of the kind {} has no {field}", node.kind.as_str());
        return Err(Refusal::invalid(format!("{place}.{field}"), detail).remedy("leave it out"));
    }
    Ok(SourceNode { key, name: node.name, body })
}

fn read_edge(place: &str, edge: api::ImportedEdge) -> Result<SourceEdge, Refusal> {
    let from = read_key(&format!("{place}.from"), &edge.from)?;
    let to = read_key(&format!("{place}.to"), &edge.to)?;
    let place = format!("{place}.attributes");
    let fields = fields_of(&edge.attributes);
    check_texts(&place, &fields)?;
    let body: EdgeBody = read_fields(&place, fields)?;
    let relation = match edge.relation {
        api::EdgeRelation::MemberOf => Relation::MemberOf,
        api::EdgeRelation::May => Relation::May,
        api::EdgeRelation::Controls => Relation::Controls,
        api::EdgeRelation::Has => Relation::Has,
    };
    Ok(SourceEdge { from, relation, to, body })
}

fn read_key(field: &str, text: &str) -> Result<SourceKey, Refusal> {
    SourceKey::new(text).ok_or_else(|| {
        Refusal::invalid(field, "the key is empty, too long, or has a control character")
            .remedy(format!("give a text of 1 to {LONGEST_TEXT} bytes without control characters"))
    })
}

fn check_text(field: &str, text: &str) -> Result<(), Refusal> {
    if text.len() <= LONGEST_TEXT {
        return Ok(());
    }
    let detail = format!("the text has {} bytes, more than {LONGEST_TEXT}", text.len());
    Err(Refusal::invalid(field, detail).remedy("shorten it"))
}

fn check_texts(place: &str, fields: &Map<String, Value>) -> Result<(), Refusal> {
    for (name, value) in fields {
        let field = format!("{place}.{name}");
        match value {
            Value::String(text) => check_text(&field, text)?,
            Value::Array(values) => {
                for (index, text) in values.iter().filter_map(Value::as_str).enumerate() {
                    check_text(&format!("{field}[{index}]"), text)?;
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => {}
        }
    }
    Ok(())
}

/// Returns the fields that a value writes. Texts, numbers and lists of them can always be written.
fn fields_of(value: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(value) {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    }
}

fn read_fields<T: DeserializeOwned>(place: &str, fields: Map<String, Value>) -> Result<T, Refusal> {
    serde_json::from_value(Value::Object(fields)).map_err(|error| Refusal::invalid(place, error.to_string()))
}

/// Converts a kind for the API.
pub const fn kind(kind: NodeKind) -> api::InventoryKind {
    match kind {
        NodeKind::Person => api::InventoryKind::Person,
        NodeKind::Account => api::InventoryKind::Account,
        NodeKind::Group => api::InventoryKind::Group,
        NodeKind::Role => api::InventoryKind::Role,
        NodeKind::Resource => api::InventoryKind::Resource,
        NodeKind::Credential => api::InventoryKind::Credential,
    }
}

/// Converts a kind of the API.
pub const fn source_kind(kind: api::InventoryKind) -> NodeKind {
    match kind {
        api::InventoryKind::Person => NodeKind::Person,
        api::InventoryKind::Account => NodeKind::Account,
        api::InventoryKind::Group => NodeKind::Group,
        api::InventoryKind::Role => NodeKind::Role,
        api::InventoryKind::Resource => NodeKind::Resource,
        api::InventoryKind::Credential => NodeKind::Credential,
    }
}

/// Converts a relation for the API.
pub const fn relation(relation: Relation) -> api::EdgeRelation {
    match relation {
        Relation::MemberOf => api::EdgeRelation::MemberOf,
        Relation::May => api::EdgeRelation::May,
        Relation::Controls => api::EdgeRelation::Controls,
        Relation::Has => api::EdgeRelation::Has,
    }
}

/// Converts a level for the API.
pub const fn level(level: PrivilegeLevel) -> api::RightLevel {
    match level {
        PrivilegeLevel::Read => api::RightLevel::Read,
        PrivilegeLevel::Write => api::RightLevel::Write,
        PrivilegeLevel::Administer => api::RightLevel::Administer,
    }
}

/// Converts a level of the API.
pub const fn privilege(level: api::RightLevel) -> PrivilegeLevel {
    match level {
        api::RightLevel::Read => PrivilegeLevel::Read,
        api::RightLevel::Write => PrivilegeLevel::Write,
        api::RightLevel::Administer => PrivilegeLevel::Administer,
    }
}

/// Converts a stored node for the API.
pub fn shown_node(node: StoredNode) -> Result<api::InventoryNode, Refusal> {
    let source: SourceName =
        node.source.parse().map_err(|_| unreadable(&node.source, "it has no name of a source"))?;
    let mut fields = fields_of(&node.body);
    fields.remove(KIND);
    let attributes = serde_json::from_value(Value::Object(fields));
    let attributes = attributes.map_err(|error| unreadable(&node.source, &error.to_string()))?;
    Ok(api::InventoryNode {
        source,
        key: node.key,
        name: node.name,
        kind: kind(node.body.kind()),
        attributes,
    })
}

/// Converts a stored edge for the API.
pub fn shown_edge(source: &SourceName, linked: LinkedEdge) -> Result<api::InventoryEdge, Refusal> {
    let LinkedEdge { edge, other } = linked;
    let attributes = serde_json::from_value(Value::Object(fields_of(&edge.body)));
    let attributes = attributes.map_err(|error| unreadable(source.as_str(), &error.to_string()))?;
    let (other_kind, other_name) = match other {
        Some((found, name)) => (Some(kind(found)), Some(name)),
        None => (None, None),
    };
    Ok(api::InventoryEdge {
        from: edge.from,
        relation: relation(edge.relation),
        to: edge.to,
        other_kind,
        other_name,
        attributes,
    })
}

fn unreadable(source: &str, problem: &str) -> Refusal {
    Refusal::unavailable(format!("a row of the inventory cannot be shown ({problem})"))
        .remedy(format!("import the source {source} again"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_sources::{
        AccountRecord, AccountUse, CredentialClass, CredentialRecord, GroupRecord, PersonRecord,
        PersonalAttributes, ResourceRecord,
    };

    /// Every kind of node with everything that it can have: a field that is added does not compile until it is here.
    fn whole_bodies() -> Vec<NodeBody> {
        let text = |text: &str| Some(text.to_owned());
        let at = Some("2026-11-30T15:00:00Z".parse().unwrap());
        let personal = || PersonalAttributes {
            display_name: text("Ada Lovelace"),
            given_name: text("Ada"),
            family_name: text("Lovelace"),
            mails: vec!["ada@example.org".to_owned()],
            employee_number: text("1815"),
            employment: text("employee"),
            title: text("Engineer"),
            department: text("Analysis"),
            location: text("London"),
            manager: text("cn=Charles"),
        };
        let group = || GroupRecord {
            description: text("those who"),
            owner: text("cn=Ada"),
            created_at: at,
            last_used_at: at,
            privileged: Some(false),
        };
        vec![
            NodeBody::Person(PersonRecord {
                personal: personal(),
                starts_at: at,
                ends_at: at,
                active: Some(false),
            }),
            NodeBody::Account(AccountRecord {
                personal: personal(),
                used_by: Some(AccountUse::Machine),
                aliases: vec!["ada@corp".to_owned()],
                description: text("hers"),
                owner: text("cn=Ada"),
                enabled: Some(false),
                created_at: at,
                last_used_at: at,
                password_set_at: at,
                password_never_expires: Some(true),
                expires_at: at,
                multi_factor: Some(false),
            }),
            NodeBody::Group(group()),
            NodeBody::Role(group()),
            NodeBody::Resource(ResourceRecord { class: text("bucket"), owner: text("cn=Ada") }),
            NodeBody::Credential(CredentialRecord {
                class: CredentialClass::SshKey,
                enabled: Some(true),
                created_at: at,
                last_used_at: at,
                expires_at: at,
            }),
        ]
    }

    #[test]
    fn both_forms_say_the_same_of_every_kind_of_node() {
        let bodies = whole_bodies();
        assert_eq!(bodies.iter().map(NodeBody::kind).collect::<Vec<_>>(), NodeKind::ALL);
        for body in bodies {
            let stored = StoredNode {
                source: "corp".to_owned(),
                key: "1".to_owned(),
                name: "one".to_owned(),
                body: body.clone(),
            };
            let shown = shown_node(stored).unwrap();
            assert_eq!(source_kind(shown.kind), body.kind());
            let sent = api::ImportedNode {
                key: shown.key,
                name: shown.name,
                kind: shown.kind,
                attributes: shown.attributes,
            };
            assert_eq!(read_node("nodes[0]", sent).unwrap().body, body);
        }
    }

    #[test]
    fn both_forms_say_the_same_of_an_edge() {
        let body = EdgeBody {
            rights: vec!["s3:GetObject".to_owned()],
            level: Some(PrivilegeLevel::Administer),
            conditional: true,
            granted_by: Some("p (inline)".to_owned()),
            authorised_by: Some("cn=Ada".to_owned()),
            since: Some("2026-11-30T15:00:00Z".parse().unwrap()),
            last_used_at: Some("2026-11-30T16:00:00Z".parse().unwrap()),
        };
        for found in Relation::ALL {
            let stored = countersign_inventory::StoredEdge {
                from: "a".to_owned(),
                relation: found,
                to: "b".to_owned(),
                body: body.clone(),
            };
            let source = "corp".parse().unwrap();
            let shown = shown_edge(&source, LinkedEdge { edge: stored, other: None }).unwrap();
            let sent = api::ImportedEdge {
                from: shown.from,
                relation: shown.relation,
                to: shown.to,
                attributes: shown.attributes,
            };
            let again = read_edge("edges[0]", sent).unwrap();
            assert_eq!((again.relation, again.body), (found, body.clone()));
        }
    }
}
