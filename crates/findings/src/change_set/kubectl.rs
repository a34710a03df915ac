//! Lines of kubectl and jq.

use super::quoting::shell_word;
use super::{STRANGE, SafeChange, Unwritten};
use countersign_sources::SourceNode;

pub(super) fn write(change: &SafeChange<'_>) -> Result<String, Unwritten> {
    match change {
        SafeChange::Disable(_) => Err("an account of a cluster cannot be disabled: take its bindings away"),
        SafeChange::Delete { .. } => Err("it is not known in which object the credential is"),
        SafeChange::Leave { account, group } => {
            let binding = binding(group)?;
            let (condition, arguments) = subject(account)?;
            Ok(format!(
                "kubectl get {binding} --output=json \\\n  | jq {arguments} '.subjects |= map(select(({condition}) | not))' \\\n  \
                 | kubectl replace --filename=-\n"
            ))
        }
    }
}

/// Returns the words that name a binding.
fn binding(group: &SourceNode) -> Result<String, Unwritten> {
    if is_of(group, "clusterrolebinding") {
        return Ok(format!("'clusterrolebinding/{}'", plain(&group.name)?));
    }
    match group.name.split_once('/') {
        Some((namespace, name)) if is_of(group, "rolebinding") => {
            Ok(format!("--namespace='{}' 'rolebinding/{}'", plain(namespace)?, plain(name)?))
        }
        _ => Err("it is no binding"),
    }
}

/// Returns the condition by which jq finds a subject, and its arguments.
fn subject(account: &SourceNode) -> Result<(&'static str, String), Unwritten> {
    const SERVICE: &str = "system:serviceaccount:";
    match account.name.strip_prefix(SERVICE).and_then(|rest| rest.split_once(':')) {
        Some((namespace, name)) => {
            let (namespace, name) = (plain(namespace)?, plain(name)?);
            let condition = r#".kind == "ServiceAccount" and .namespace == $namespace and .name == $name"#;
            Ok((condition, format!("--arg namespace '{namespace}' --arg name '{name}'")))
        }
        None => {
            let name = shell_word(&account.name).ok_or(STRANGE)?;
            Ok((r#".kind == "User" and .name == $name"#, format!("--arg name {name}")))
        }
    }
}

/// Returns a name of an object if it has only characters that such names can have, so that it needs no quoting.
fn plain(name: &str) -> Result<&str, Unwritten> {
    let is_plain = name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.:@_".contains(&byte));
    if is_plain { Ok(name) } else { Err("its name is none that a cluster allows") }
}

/// Returns whether the key of a node says that it is of this kind.
fn is_of(node: &SourceNode, kind: &str) -> bool {
    let before = node.key.as_str().strip_suffix(node.name.as_str());
    before.is_some_and(|before| before.ends_with(&format!("/{kind}/")))
}
