//! Roles and bindings of Kubernetes: what each rule gives, and how bindings lead to service accounts.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests stop at the first surprise"
)]

use countersign_sources::{
    AccountUse, ManifestFile, NodeBody, PrivilegeLevel, ReadingReport, Relation, SourceEdge, SourceNode,
    SourceRecord, read_kubernetes,
};
use std::collections::BTreeMap;

struct Cluster {
    nodes: BTreeMap<String, SourceNode>,
    edges: Vec<SourceEdge>,
    report: ReadingReport,
}

fn read_files(files: &[(&str, &str)]) -> Result<Cluster, String> {
    let files = files.iter().map(|(name, text)| ManifestFile { name, input: text.as_bytes() });
    let mut records = Vec::new();
    let report = read_kubernetes("prod", files, &mut records).map_err(|error| error.to_string())?;
    let (mut nodes, mut edges) = (BTreeMap::new(), Vec::new());
    for record in records {
        match record {
            SourceRecord::Node(node) => {
                assert!(nodes.insert(node.key.to_string().replace("cluster:prod/", ""), *node).is_none());
            }
            SourceRecord::Edge(edge) => edges.push(edge),
        }
    }
    assert_eq!((report.nodes, report.edges), (nodes.len() as u64, edges.len() as u64));
    Ok(Cluster { nodes, edges, report })
}

fn read(text: &str) -> Cluster {
    read_files(&[("rbac.yaml", text)]).unwrap()
}

fn refused(text: &str) -> String {
    read_files(&[("rbac.yaml", text)]).err().unwrap()
}

impl Cluster {
    fn edges(&self, relation: Relation) -> Vec<String> {
        let short = |key: &str| key.replace("cluster:prod/", "").replace("cluster:prod", "cluster");
        let mut shown: Vec<String> = self
            .edges
            .iter()
            .filter(|edge| edge.relation == relation)
            .map(|edge| {
                let condition = if edge.body.conditional { " if" } else { "" };
                let rights = edge.body.rights.join(" + ");
                let colon = if rights.is_empty() { "" } else { ": " };
                format!("{} {}{condition}{colon}{rights}", short(edge.from.as_str()), short(edge.to.as_str()))
            })
            .collect();
        shown.sort();
        shown
    }

    fn listed(&self) -> Vec<String> {
        self.report.listed.iter().map(ToString::to_string).collect()
    }

    fn is_privileged(&self, key: &str) -> bool {
        match &self.nodes[key].body {
            NodeBody::Role(group) | NodeBody::Group(group) => group.privileged == Some(true),
            _ => panic!("{key}"),
        }
    }
}

/// What `kubectl get -A -o yaml serviceaccounts,roles,rolebindings,clusterroles,clusterrolebindings` gives, in short.
const LIST: &str = r#"
apiVersion: v1
kind: List
metadata:
  resourceVersion: ""
items:
- apiVersion: v1
  kind: ServiceAccount
  metadata:
    name: deployer
    namespace: ci
    creationTimestamp: "2026-01-31T13:14:15Z"
- apiVersion: v1
  kind: ServiceAccount
  metadata: { name: operator, namespace: kube-system }
- apiVersion: rbac.authorization.k8s.io/v1
  kind: Role
  metadata: { name: deploy, namespace: kube-system }
  rules:
  - apiGroups: ["apps"]
    resources: ["deployments"]
    verbs: ["get", "create"]
  - apiGroups: [""]
    resources: ["pods", "pods/log"]
    verbs: ["get", "list"]
- apiVersion: rbac.authorization.k8s.io/v1
  kind: RoleBinding
  metadata:
    name: ci-deploys
    namespace: kube-system
    creationTimestamp: 2026-02-01T00:00:00Z
  roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: deploy }
  subjects:
  - { kind: ServiceAccount, name: deployer, namespace: ci }
  - { kind: User, name: ada@corp.example, apiGroup: rbac.authorization.k8s.io }
- apiVersion: rbac.authorization.k8s.io/v1
  kind: ClusterRoleBinding
  metadata:
    name: operators
  roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin }
  subjects:
  - kind: ServiceAccount
    name: operator
    namespace: kube-system
  - kind: Group
    name: "system:masters"
- apiVersion: v1
  kind: Pod
  metadata: { name: p, namespace: ci }
"#;

#[test]
fn a_list_of_kubectl_leads_from_a_pipeline_to_the_cluster() {
    let cluster = read(LIST);
    assert_eq!(cluster.listed(), ["objects of the kind `Pod`: 1 are not read"]);
    assert_eq!(
        cluster.edges(Relation::MemberOf),
        [
            "group/system:masters clusterrolebinding/operators",
            "serviceaccount/ci/deployer rolebinding/kube-system/ci-deploys",
            "serviceaccount/kube-system/operator clusterrolebinding/operators",
            "user/ada@corp.example rolebinding/kube-system/ci-deploys",
        ]
    );
    assert_eq!(
        cluster.edges(Relation::May),
        [
            "clusterrolebinding/operators cluster: * */*",
            "group/system:masters cluster: * */*",
            "rolebinding/kube-system/ci-deploys namespace/kube-system: get,create apps/deployments + get,list pods,pods/log",
        ]
    );
    assert_eq!(
        cluster.edges(Relation::Controls),
        [
            "clusterrolebinding/operators serviceaccount/ci/deployer: impersonate",
            "clusterrolebinding/operators serviceaccount/kube-system/operator: impersonate",
            "rolebinding/kube-system/ci-deploys serviceaccount/kube-system/operator: create workloads",
        ],
        "a deployment runs as any account of its namespace"
    );
    assert!(
        cluster.is_privileged("clusterrolebinding/operators")
            && cluster.is_privileged("group/system:masters")
    );
    assert!(!cluster.is_privileged("rolebinding/kube-system/ci-deploys"));
    let NodeBody::Account(deployer) = &cluster.nodes["serviceaccount/ci/deployer"].body else { panic!() };
    assert_eq!(deployer.used_by, Some(AccountUse::Service));
    assert_eq!(deployer.created_at, Some("2026-01-31T13:14:15Z".parse().unwrap()));
    assert_eq!(cluster.nodes["serviceaccount/ci/deployer"].name, "system:serviceaccount:ci:deployer");
    let NodeBody::Role(binding) = &cluster.nodes["rolebinding/kube-system/ci-deploys"].body else { panic!() };
    assert_eq!(binding.description.as_deref(), Some("Role deploy"));
    assert_eq!(binding.created_at, Some("2026-02-01T00:00:00Z".parse().unwrap()));
    assert!(
        cluster.nodes.contains_key("namespace/ci") && cluster.nodes.contains_key("namespace/kube-system")
    );
}

#[test]
fn json_and_documents_of_yaml_are_read_alike() {
    let documents = "\
---
kind: ServiceAccount
apiVersion: v1
metadata: {name: a, namespace: n}
---
# nothing
---
kind: ClusterRoleBinding
apiVersion: rbac.authorization.k8s.io/v1
metadata: {name: b}
roleRef: {kind: ClusterRole, name: cluster-admin}
subjects: [{kind: ServiceAccount, name: a, namespace: n}]
";
    let json = r#"{"kind": "List", "items": [
        {"kind": "ServiceAccount", "apiVersion": "v1", "metadata": {"name": "a", "namespace": "n"}},
        {"kind": "ClusterRoleBinding", "apiVersion": "rbac.authorization.k8s.io/v1", "metadata": {"name": "b"},
         "roleRef": {"kind": "ClusterRole", "name": "cluster-admin"}, "subjects": [{"kind": "ServiceAccount", "name": "a", "namespace": "n"}]}]}"#;
    let items = r#"{"kind": "ServiceAccountList", "items": [{"metadata": {"name": "a", "namespace": "n"}}]}"#;
    let (one, other) = (read(documents), read(json));
    assert_eq!((one.listed(), other.listed()), (vec![], vec![]));
    assert_eq!((&one.nodes, &one.edges), (&other.nodes, &other.edges));
    assert!(read(items).nodes.contains_key("serviceaccount/n/a"), "a list of one kind");
}

/// Returns a role and its binding in the namespace `n`, or in the cluster, with two accounts.
fn with_rule(rule: &str, of_cluster: bool) -> Cluster {
    let (prefix, namespace) = if of_cluster { ("Cluster", "") } else { ("", ", namespace: n") };
    read(&format!(
        "kind: ServiceAccount\nmetadata: {{name: a, namespace: n}}\n---\nkind: ServiceAccount\nmetadata: {{name: b, namespace: m}}\n---\n\
         kind: {prefix}Role\nmetadata: {{name: r{namespace}}}\nrules:\n- {rule}\n---\n\
         kind: {prefix}RoleBinding\nmetadata: {{name: rb{namespace}}}\nroleRef: {{kind: {prefix}Role, name: r}}\nsubjects: [{{kind: User, name: u}}]\n"
    ))
}

#[test]
fn the_level_of_a_rule_follows_from_what_it_leads_to() {
    use PrivilegeLevel::{Administer, Read, Write};
    let rbac = "rbac.authorization.k8s.io";
    for (groups, resources, verbs, level, controls) in [
        ("\"\"", "pods, configmaps", "get, list, watch", Read, ""),
        ("\"\"", "pods/log", "get", Read, ""),
        ("\"\"", "configmaps", "create", Write, ""),
        ("\"\"", "pods", "delete", Write, ""),
        ("\"*\"", "\"*\"", "\"*\"", Administer, "impersonate"),
        ("\"\"", "secrets", "list", Administer, "if: read secrets"),
        ("\"\"", "\"*\"", "get", Administer, "if: pods/exec"),
        ("\"\"", "pods/exec", "create", Administer, "if: pods/exec"),
        ("\"\"", "\"pods/*\"", "create", Administer, "if: pods/exec"),
        ("\"\"", "pods", "create", Administer, ": create workloads"),
        ("batch", "cronjobs", "\"*\"", Administer, ": create workloads"),
        ("apps", "deployments", "patch", Administer, "if: change workloads"),
        ("apps", "deployments/scale", "patch", Write, ""),
        ("\"\"", "serviceaccounts/token", "create", Administer, ": create serviceaccounts/token"),
        ("\"\"", "serviceaccounts", "impersonate", Administer, ": impersonate"),
        (rbac, "roles", "escalate", Administer, ""),
        (rbac, "clusterroles", "bind", Administer, ""),
        (rbac, "rolebindings", "create", Administer, ""),
        (rbac, "rolebindings", "get", Read, ""),
        ("\"\"", "nodes/proxy", "get", Administer, ""),
        ("apps", "secrets", "get", Read, ""),
    ] {
        let rule = format!("{{apiGroups: [{groups}], resources: [{resources}], verbs: [{verbs}]}}");
        let cluster = with_rule(&rule, false);
        assert_eq!(cluster.listed(), [""; 0], "{rule}");
        let may = cluster.edges.iter().find(|edge| edge.relation == Relation::May).unwrap();
        assert_eq!(may.body.level, Some(level), "{rule}");
        let found = cluster.edges(Relation::Controls);
        if controls.is_empty() {
            assert_eq!(found, [""; 0], "{rule}");
        } else {
            let [found] = &found[..] else { panic!("{rule}: {found:?}") };
            assert!(
                found.starts_with("rolebinding/n/rb serviceaccount/n/a") && found.ends_with(controls),
                "{rule}: {found}"
            );
        }
    }
}

#[test]
fn names_and_scopes_limit_what_a_rule_leads_to() {
    let named =
        with_rule("{apiGroups: [\"\"], resources: [secrets], verbs: [get], resourceNames: [x]}", false);
    let may = named.edges.iter().find(|edge| edge.relation == Relation::May).unwrap();
    assert_eq!(
        (may.body.level, &may.body.rights[..]),
        (Some(PrivilegeLevel::Read), &["get secrets named x".to_owned()][..])
    );
    let one = with_rule(
        "{apiGroups: [\"\"], resources: [serviceaccounts], verbs: [impersonate], resourceNames: [b]}",
        true,
    );
    assert_eq!(one.edges(Relation::Controls), ["clusterrolebinding/rb serviceaccount/m/b: impersonate"]);
    let group = with_rule(
        "{apiGroups: [\"\"], resources: [groups], verbs: [impersonate], resourceNames: [\"system:masters\"]}",
        true,
    );
    assert_eq!(group.edges(Relation::Controls), ["clusterrolebinding/rb group/system:masters: impersonate"]);
    assert!(group.is_privileged("clusterrolebinding/rb") && group.is_privileged("group/system:masters"));
    let everywhere = with_rule("{apiGroups: [apps], resources: [daemonsets], verbs: [create]}", true);
    assert_eq!(everywhere.edges(Relation::Controls).len(), 2);
    let url = with_rule("{nonResourceURLs: [/metrics], verbs: [get]}", true);
    assert_eq!(url.edges(Relation::May), ["clusterrolebinding/rb cluster: get /metrics"]);
}

#[test]
fn a_cluster_role_bound_in_a_namespace_gives_nothing_beyond_it() {
    let cluster = read(
        "kind: ClusterRole\nmetadata: {name: r}\nrules: [{apiGroups: [\"*\"], resources: [\"*\"], verbs: [\"*\"]}]\n---\n\
         kind: RoleBinding\nmetadata: {name: rb, namespace: n}\nroleRef: {kind: ClusterRole, name: r}\nsubjects: [{kind: Group, name: g}]\n",
    );
    assert_eq!(cluster.edges(Relation::May), ["rolebinding/n/rb namespace/n: * */*"]);
    assert!(!cluster.is_privileged("rolebinding/n/rb"));
}

#[test]
fn roles_are_made_of_those_that_their_labels_select() {
    let role = |name: &str, labels: &str, more: &str| {
        format!("kind: ClusterRole\nmetadata: {{name: {name}, labels: {{{labels}}}}}\n{more}\n---\n")
    };
    let rule =
        |resource: &str| format!("rules: [{{apiGroups: [\"\"], resources: [{resource}], verbs: [get]}}]");
    let text = role(
        "whole",
        "x: loop",
        "aggregationRule: {clusterRoleSelectors: [{matchLabels: {to: whole}}, {matchExpressions: [{key: x, operator: In, values: [a, loop]}]}]}\nrules: null",
    ) + &role("one", "to: whole", &rule("one"))
        + &role("two", "x: a", &rule("two"))
        + &role("three", "x: c", &rule("three"))
        + "kind: ClusterRoleBinding\nmetadata: {name: b}\nroleRef: {kind: ClusterRole, name: whole}\nsubjects: [{kind: Group, name: \"system:serviceaccounts:n\"}]\n---\n\
           kind: ServiceAccount\nmetadata: {name: a, namespace: n}\n---\nkind: ServiceAccount\nmetadata: {name: a, namespace: m}\n";
    let cluster = read(&text);
    assert_eq!(cluster.listed(), [""; 0]);
    assert_eq!(cluster.edges(Relation::May), ["clusterrolebinding/b cluster: get one + get two"]);
    assert!(
        cluster
            .edges(Relation::MemberOf)
            .contains(&"serviceaccount/n/a group/system:serviceaccounts:n".to_owned()),
        "Kubernetes itself puts each account into the group of its namespace"
    );
    assert_eq!(cluster.edges(Relation::MemberOf).len(), 2);
}

#[test]
fn what_is_not_read_is_said() {
    let cluster = read(
        "kind: RoleBinding\nmetadata: {name: a, namespace: n}\nroleRef: {kind: ClusterRole, name: edit}\nsubjects:\n- {kind: Robot, name: r}\n- {kind: ServiceAccount, name: s}\n---\n\
         kind: RoleBinding\nmetadata: {name: nowhere}\nroleRef: {kind: Role, name: x}\n---\n\
         kind: Role\nmetadata: {name: nowhere}\n---\n\
         kind: Role\nmetadata: {name: odd, namespace: n}\nrules: [get]\n---\n\
         kind: ClusterRoleBinding\nmetadata: {name: c}\nroleRef: {kind: ClusterRole, name: cluster-admin}\nsubjects: [{kind: ServiceAccount, name: s}]\n---\n\
         metadata: {name: x}\n---\nkind: Secret\nmetadata: {name: s, namespace: n}\ndata: {password: SECRET}\n",
    );
    assert_eq!(
        cluster.listed(),
        [
            "`rbac.yaml`, object 2: `nowhere` has no `namespace`: export it with kubectl, or write it",
            "`rbac.yaml`, object 3: `nowhere` has no `namespace`: export it with kubectl, or write it",
            "`rbac.yaml`, object 4: the Role is not understood: invalid type: string \"get\", expected struct AccessRule",
            "`rbac.yaml`, object 6: it has no `kind`",
            "the ClusterRoleBinding `c`: its subject `s` has no `namespace`",
            "the RoleBinding `n/a`: the input has no ClusterRole `edit`: what it gives is not known; export roles and clusterroles too",
            "the RoleBinding `n/a`: it has a subject of the kind `Robot`, which is not known",
            "objects of the kind `Secret`: 1 are not read",
        ]
    );
    assert_eq!(cluster.edges(Relation::MemberOf), ["serviceaccount/n/s rolebinding/n/a"]);
    assert!(!format!("{:?}", cluster.nodes).contains("SECRET"));
}

#[test]
fn what_contradicts_itself_or_grows_is_refused() {
    let deep = format!("a: {}{}", "[".repeat(100), "]".repeat(100));
    for (text, says) in [
        ("a: &x [1]\nb: *x\n", "line 2: `rbac.yaml`: it has an alias"),
        ("kind: List\nkind: List\n", "line 2: `rbac.yaml`: the key `kind` is there twice"),
        (
            "{\"kind\": \"List\", \"kind\": \"x\"}",
            "line 1: `rbac.yaml`: not JSON: the key `kind` is there twice",
        ),
        ("{\"kind\": ", "line 1: `rbac.yaml`: not JSON: EOF"),
        (&deep, "line 1: `rbac.yaml`: it is deeper than 64 levels"),
        ("a: [1\nb", "`rbac.yaml`: not YAML: "),
        ("a: b: c", "`rbac.yaml`: not YAML: "),
        ("just words", "line 1: `rbac.yaml`: a document is no object of Kubernetes"),
        ("kind: List\nitems: 7", "line 1: `rbac.yaml`: the `items` of a list are no list"),
        (
            "kind: ServiceAccount\nmetadata: {name: a, namespace: n}\n---\nkind: ServiceAccount\nmetadata: {name: a, namespace: n}\n",
            "line 1: `rbac.yaml`: `rbac.yaml`, object 2: the service account `n/a` is in the input twice",
        ),
    ] {
        let error = refused(text);
        assert!(error.contains(says), "{error}");
    }
    let deep = format!("{{\"a\": {}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(refused(&deep).contains("not JSON: recursion limit exceeded"));
    let twice = read_files(&[("a.yaml", LIST), ("b.yaml", LIST)]).err().unwrap();
    assert!(
        twice.contains("`b.yaml`, object 1: the service account `ci/deployer` is in the input twice"),
        "{twice}"
    );
    let nameless = read_kubernetes(" ", [ManifestFile { name: "a", input: &b""[..] }], &mut Vec::new());
    assert!(nameless.unwrap_err().to_string().contains("the name of the cluster is empty"));
}
