//! The objects of Kubernetes that are read (the reference of its API, group `rbac.authorization.k8s.io`).

use countersign_names::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ObjectMetadata {
    #[serde(default)]
    pub(super) name: String,
    #[serde(default)]
    pub(super) namespace: Option<String>,
    #[serde(default)]
    pub(super) labels: Option<BTreeMap<String, String>>,
    #[serde(default)]
    creation_timestamp: Option<String>,
}

impl ObjectMetadata {
    pub(super) fn created_at(&self) -> Option<Timestamp> {
        self.creation_timestamp.as_deref()?.parse().ok().filter(|moment| *moment != Timestamp::MAX)
    }
}

/// A `Role` or a `ClusterRole`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RoleManifest {
    #[serde(default)]
    pub(super) metadata: ObjectMetadata,
    #[serde(default)]
    pub(super) rules: Option<Vec<AccessRule>>,
    #[serde(default)]
    pub(super) aggregation_rule: Option<AggregationRule>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AccessRule {
    #[serde(default)]
    pub(super) api_groups: Vec<String>,
    #[serde(default)]
    pub(super) resources: Vec<String>,
    #[serde(default)]
    pub(super) verbs: Vec<String>,
    #[serde(default)]
    pub(super) resource_names: Vec<String>,
    #[serde(default, rename = "nonResourceURLs")]
    pub(super) urls: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AggregationRule {
    #[serde(default)]
    pub(super) cluster_role_selectors: Vec<LabelSelector>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LabelSelector {
    #[serde(default)]
    pub(super) match_labels: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) match_expressions: Vec<LabelExpression>,
}

#[derive(Deserialize)]
pub(super) struct LabelExpression {
    pub(super) key: String,
    pub(super) operator: String,
    #[serde(default)]
    pub(super) values: Vec<String>,
}

/// A `RoleBinding` or a `ClusterRoleBinding`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct BindingManifest {
    #[serde(default)]
    pub(super) metadata: ObjectMetadata,
    #[serde(default)]
    pub(super) subjects: Option<Vec<BindingSubject>>,
    pub(super) role_ref: RoleReference,
    #[serde(skip)]
    pub(super) is_of_cluster: bool,
}

#[derive(Deserialize)]
pub(super) struct BindingSubject {
    pub(super) kind: String,
    pub(super) name: String,
    #[serde(default)]
    pub(super) namespace: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct RoleReference {
    pub(super) kind: String,
    pub(super) name: String,
}

#[derive(Deserialize)]
pub(super) struct AccountManifest {
    #[serde(default)]
    pub(super) metadata: ObjectMetadata,
}

#[derive(Deserialize)]
struct NamespaceManifest {
    #[serde(default)]
    metadata: ObjectMetadata,
}

/// An object, by its kind.
pub(super) enum ManifestObject {
    Namespace(ObjectMetadata),
    Role(RoleManifest),
    Binding(BindingManifest),
    Account(AccountManifest),
    /// An object of a kind that is not read.
    Other(String),
}

/// Returns the objects of a document: those of its list, or itself.
pub(super) fn objects(document: Value) -> Result<Vec<Value>, String> {
    let Value::Object(mut map) = document else {
        // Between two marks of a document there may be nothing.
        return if document.is_null() {
            Ok(Vec::new())
        } else {
            Err("a document is no object of Kubernetes".to_owned())
        };
    };
    let kind = map.get("kind").and_then(Value::as_str).unwrap_or_default();
    let Some(of) = kind.strip_suffix("List").map(str::to_owned) else { return Ok(vec![Value::Object(map)]) };
    match map.remove("items") {
        Some(Value::Array(mut items)) => {
            // The items of a list of one kind need not say their kind.
            for item in items.iter_mut().filter_map(Value::as_object_mut).filter(|_| !of.is_empty()) {
                item.entry("kind").or_insert_with(|| of.clone().into());
            }
            Ok(items)
        }
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(_) => Err("the `items` of a list are no list".to_owned()),
    }
}

impl ManifestObject {
    /// Reads an object, or says what is wrong with it.
    pub(super) fn read(object: Value) -> Result<Self, String> {
        let Some(kind) = object.get("kind").and_then(Value::as_str).map(str::to_owned) else {
            return Err("it has no `kind`".to_owned());
        };
        let group = object.get("apiVersion").and_then(Value::as_str).unwrap_or_default();
        let group = group.split_once('/').map_or("", |(group, _)| group);
        let is_rbac = matches!(group, "" | "rbac.authorization.k8s.io");
        let read = match kind.as_str() {
            "Role" | "ClusterRole" if is_rbac => {
                serde_json::from_value(object).map(|mut role: RoleManifest| {
                    if kind == "ClusterRole" {
                        role.metadata.namespace = None;
                    }
                    Self::Role(role)
                })
            }
            "RoleBinding" | "ClusterRoleBinding" if is_rbac => {
                serde_json::from_value(object).map(|mut binding: BindingManifest| {
                    binding.is_of_cluster = kind == "ClusterRoleBinding";
                    Self::Binding(binding)
                })
            }
            "ServiceAccount" => serde_json::from_value(object).map(Self::Account),
            "Namespace" => {
                serde_json::from_value(object).map(|found: NamespaceManifest| Self::Namespace(found.metadata))
            }
            _ => return Ok(Self::Other(kind)),
        };
        match read {
            Ok(Self::Role(role)) if kind == "Role" && role.metadata.namespace.is_none() => Err(format!(
                "`{}` has no `namespace`: export it with kubectl, or write it",
                role.metadata.name
            )),
            Ok(object) => Ok(object),
            Err(error) => Err(format!("the {kind} is not understood: {error}")),
        }
    }

    pub(super) fn metadata(&self) -> &ObjectMetadata {
        const NONE: &ObjectMetadata =
            &ObjectMetadata { name: String::new(), namespace: None, labels: None, creation_timestamp: None };
        match self {
            Self::Namespace(metadata) => metadata,
            Self::Role(role) => &role.metadata,
            Self::Binding(binding) => &binding.metadata,
            Self::Account(account) => &account.metadata,
            Self::Other(_) => NONE,
        }
    }

    pub(super) fn needs_namespace(&self) -> bool {
        match self {
            Self::Role(role) => role.metadata.namespace.is_some(),
            Self::Binding(binding) => !binding.is_of_cluster,
            Self::Account(_) => true,
            Self::Namespace(_) | Self::Other(_) => false,
        }
    }
}
