//! Lines of the AWS command line.

use super::{SafeChange, Unwritten};
use countersign_sources::SourceNode;

pub(super) fn write(change: &SafeChange<'_>) -> Result<String, Unwritten> {
    match change {
        SafeChange::Disable(account) => {
            let partition = partition(account)?;
            Ok(format!(
                "# Denies the user everything; take it back with detach-user-policy.\n\
                 aws iam attach-user-policy --user-name={} --policy-arn='arn:{partition}:iam::aws:policy/AWSDenyAll'\n",
                user(account)?
            ))
        }
        SafeChange::Leave { account, group } => {
            if !group.key.as_str().contains(":group/") {
                return Err("only memberships in groups can be taken away by one command");
            }
            Ok(format!(
                "aws iam remove-user-from-group --user-name={} --group-name={}\n",
                user(account)?,
                word(&group.name)?
            ))
        }
        SafeChange::Delete { credential, owner } => {
            let user = user(owner)?;
            if credential.key.as_str().strip_prefix(owner.key.as_str()) == Some("/password") {
                return Ok(format!("aws iam delete-login-profile --user-name={user}\n"));
            }
            Err("the credential report does not say the id of a key: `aws iam list-access-keys` does")
        }
    }
}

/// Returns the name of a user as one word.
fn user(account: &SourceNode) -> Result<String, Unwritten> {
    if !account.key.as_str().contains(":user/") {
        return Err("it is no user of the account");
    }
    word(&account.name)
}

/// Returns a name as one word. The command line would read a file for a name such as `file:///etc/passwd`, so only the
/// characters that names of IAM can have are written.
fn word(name: &str) -> Result<String, Unwritten> {
    let is_name = (1..=128).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+=,.@_-".contains(&byte));
    if is_name { Ok(format!("'{name}'")) } else { Err("its name is none that IAM allows") }
}

/// Returns the partition of an account: `aws`, `aws-cn` or `aws-us-gov`.
fn partition(account: &SourceNode) -> Result<&str, Unwritten> {
    let mut parts = account.key.as_str().split(':');
    match (parts.next(), parts.next()) {
        (Some("arn"), Some(partition @ ("aws" | "aws-cn" | "aws-us-gov"))) => Ok(partition),
        _ => Err("its key is no ARN"),
    }
}
