//! Kubernetes: who may do what in a cluster, from its roles and bindings (RBAC), as `kubectl get -o yaml` or `-o json` gives
//! them, or from manifests.
//!
//! A binding becomes a role: its subjects are members of it, and what its role allows it may do in its namespace, or in the
//! cluster. Whoever can run something as a service account controls the account.

mod aggregation;
mod bindings;
mod manifest;
mod rules;
mod yaml;

use crate::reading::{ReadingReport, SourceError, SourceSink};
use crate::record::{
    AccountRecord, AccountUse, NodeBody, NodeKind, ResourceRecord, SourceKey, SourceNode, SourceRecord,
};
use crate::relations::{HeldRelations, InputPlace};
use crate::text::shortened;
use manifest::{AccountManifest, BindingManifest, ManifestObject, RoleManifest};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

/// Maximum size of a file in bytes.
const LONGEST_FILE: u64 = 256 << 20;

/// Maximum number of kinds of objects that the report names.
const MOST_KINDS: usize = 100;

/// A file of manifests.
#[derive(Debug)]
pub struct ManifestFile<'a, R> {
    /// Its name, for messages.
    pub name: &'a str,
    /// Its bytes: YAML documents, or one JSON document.
    pub input: R,
}

/// Reads the roles, bindings and service accounts of a cluster with this name.
///
/// # Errors
/// [`SourceError::Malformed`] with the file if it is no YAML or JSON, has aliases or too much depth, or if an object is there
/// twice. Records that were handed over before must not be used then.
pub fn read_kubernetes<'a, R: Read, S: SourceSink>(
    cluster: &str,
    files: impl IntoIterator<Item = ManifestFile<'a, R>>,
    sink: &mut S,
) -> Result<ReadingReport, SourceError<S::Error>> {
    let key = SourceKey::new(&format!("cluster:{cluster}")).filter(|_| !cluster.trim().is_empty());
    let Some(key) = key else {
        let problem = "the name of the cluster is empty, too long or has a control character".to_owned();
        return Err(SourceError::Malformed { line: 1, problem });
    };
    let mut reading = ClusterReading::of(key);
    for ManifestFile { name, input } in files {
        let mut bytes = Vec::new();
        input.take(LONGEST_FILE + 1).read_to_end(&mut bytes)?;
        let malformed = |(line, problem): (u64, String)| SourceError::Malformed {
            line,
            problem: format!("`{name}`: {problem}"),
        };
        if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > LONGEST_FILE {
            return Err(malformed((1, format!("it is larger than {} MiB", LONGEST_FILE >> 20))));
        }
        let mut number = 0;
        for document in yaml::documents(&bytes).map_err(malformed)? {
            reading.document(name, document, &mut number).map_err(|problem| malformed((1, problem)))?;
        }
    }
    reading.hand_over(cluster, sink)
}

/// A cluster that is being read.
struct ClusterReading {
    key: SourceKey,
    report: ReadingReport,
    relations: HeldRelations,
    namespaces: BTreeSet<String>,
    /// By namespace and name; the namespace of what is of the cluster is empty.
    roles: BTreeMap<(String, String), RoleManifest>,
    bindings: BTreeMap<(String, String), BindingManifest>,
    accounts: BTreeMap<(String, String), AccountManifest>,
    /// The groups that bindings name.
    groups: BTreeSet<String>,
    /// The users that bindings name.
    users: BTreeSet<String>,
    /// Kinds of objects that are not read, and how many there were.
    other_kinds: BTreeMap<String, u64>,
}

impl ClusterReading {
    fn of(key: SourceKey) -> Self {
        Self {
            key,
            report: ReadingReport::default(),
            relations: HeldRelations::default(),
            namespaces: BTreeSet::new(),
            roles: BTreeMap::new(),
            bindings: BTreeMap::new(),
            accounts: BTreeMap::new(),
            groups: BTreeSet::new(),
            users: BTreeSet::new(),
            other_kinds: BTreeMap::new(),
        }
    }

    /// Reads a document, which may be a list of objects, and counts these. Returns what makes the input useless.
    fn document(&mut self, file: &str, document: serde_json::Value, number: &mut u64) -> Result<(), String> {
        for object in manifest::objects(document)? {
            *number += 1;
            let place = format!("`{file}`, object {number}");
            match ManifestObject::read(object) {
                Ok(ManifestObject::Other(kind)) => {
                    if self.other_kinds.len() < MOST_KINDS || self.other_kinds.contains_key(&kind) {
                        *self.other_kinds.entry(kind).or_default() += 1;
                    }
                }
                Ok(object) => self.object(object, place)?,
                Err(problem) => self.report.leave_out(place, problem),
            }
        }
        Ok(())
    }

    fn object(&mut self, object: ManifestObject, place: String) -> Result<(), String> {
        let metadata = object.metadata();
        let (name, namespace) = (metadata.name.clone(), metadata.namespace.clone().unwrap_or_default());
        if name.is_empty() {
            self.report.leave_out(place, "its `metadata` has no `name`");
            return Ok(());
        }
        if namespace.is_empty() && object.needs_namespace() {
            let reason =
                format!("`{}` has no `namespace`: export it with kubectl, or write it", shortened(&name));
            self.report.leave_out(place, reason);
            return Ok(());
        }
        if !namespace.is_empty() {
            self.namespaces.insert(namespace.clone());
        }
        let identity = if object.needs_namespace() { (namespace, name) } else { (String::new(), name) };
        let twice = |kind: &str| {
            let (namespace, name) = &identity;
            let of = if namespace.is_empty() { String::new() } else { format!("{namespace}/") };
            format!("{place}: the {kind} `{}` is in the input twice", shortened(&format!("{of}{name}")))
        };
        let (is_new, kind) = match object {
            ManifestObject::Namespace(metadata) => {
                self.namespaces.insert(metadata.name);
                (true, "namespace")
            }
            ManifestObject::Role(role) => (self.roles.insert(identity.clone(), role).is_none(), "role"),
            ManifestObject::Binding(binding) => {
                (self.bindings.insert(identity.clone(), binding).is_none(), "binding")
            }
            ManifestObject::Account(account) => {
                (self.accounts.insert(identity.clone(), account).is_none(), "service account")
            }
            ManifestObject::Other(_) => (true, "object"),
        };
        if is_new { Ok(()) } else { Err(twice(kind)) }
    }

    fn hand_over<S: SourceSink>(
        mut self,
        cluster: &str,
        sink: &mut S,
    ) -> Result<ReadingReport, SourceError<S::Error>> {
        let body = NodeBody::Resource(ResourceRecord { class: Some("cluster".to_owned()), owner: None });
        self.take((self.key.clone(), cluster.to_owned(), body), sink)?;
        // A binding may be the only thing that is known of a namespace.
        for namespace in std::mem::take(&mut self.namespaces) {
            let Some(key) = self.key_of("namespace", &namespace) else { continue };
            let body =
                NodeBody::Resource(ResourceRecord { class: Some("namespace".to_owned()), owner: None });
            self.take((key, namespace, body), sink)?;
        }
        for ((namespace, name), account) in &self.accounts {
            let Some(key) = self.account_key(namespace, name) else { continue };
            let body = NodeBody::Account(AccountRecord {
                used_by: Some(AccountUse::Service),
                created_at: account.metadata.created_at(),
                ..AccountRecord::default()
            });
            let node = (key, format!("system:serviceaccount:{namespace}:{name}"), body);
            describe(&mut self.relations, &mut self.report, node, sink)?;
        }
        self.bind(sink)?;
        for (kind, count) in &self.other_kinds {
            self.report.unread += count - 1;
            self.report.leave_out(
                format!("objects of the kind `{}`", shortened(kind)),
                format!("{count} are not read"),
            );
        }
        self.relations.hand_over(&mut self.report, sink)?;
        Ok(self.report)
    }

    fn take<S: SourceSink>(
        &mut self,
        node: (SourceKey, String, NodeBody),
        sink: &mut S,
    ) -> Result<(), SourceError<S::Error>> {
        describe(&mut self.relations, &mut self.report, node, sink)
    }

    fn key_of(&self, kind: &str, name: &str) -> Option<SourceKey> {
        SourceKey::new(&format!("{}/{kind}/{name}", self.key))
    }

    fn account_key(&self, namespace: &str, name: &str) -> Option<SourceKey> {
        self.key_of("serviceaccount", &format!("{namespace}/{name}"))
    }
}

/// Hands over a node, once.
fn describe<S: SourceSink>(
    relations: &mut HeldRelations,
    report: &mut ReadingReport,
    (key, name, body): (SourceKey, String, NodeBody),
    sink: &mut S,
) -> Result<(), SourceError<S::Error>> {
    let kind: NodeKind = body.kind();
    if relations.describe(&key, kind, InputPlace { file: 0, at: 0 }).is_err() {
        report.leave_out(
            format!("`{}`", shortened(key.as_str())),
            "two objects have this key: the first is read",
        );
        return Ok(());
    }
    report.nodes += 1;
    let name = crate::text::fit(&name).unwrap_or_else(|| key.to_string());
    sink.take(SourceRecord::Node(Box::new(SourceNode { key, name, body }))).map_err(SourceError::Sink)
}
