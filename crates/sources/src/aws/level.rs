//! How much power an action gives. AWS classes its actions in its service authorization reference (List, Read, Write, Tagging,
//! Permissions management), which is not part of an export; the names of actions follow these classes closely.

use crate::record::PrivilegeLevel;

/// First words of actions that only read.
const READING: [&str; 18] = [
    "BatchGet", "Check", "Describe", "Detect", "Discover", "Download", "Estimate", "Filter", "Get", "Head",
    "List", "Lookup", "Preview", "Query", "Scan", "Search", "Simulate", "View",
];

/// Words in the names of actions that change who may do what.
const OVER_PERMISSIONS: [&str; 9] =
    ["Policy", "Policies", "Permission", "Permissions", "Acl", "Grant", "AccessKey", "LoginProfile", "Trust"];

/// Actions that let the caller become more than it is, although their names do not say so (Rhino Security Labs, "AWS IAM
/// privilege escalation methods").
const ESCALATING: [&str; 4] =
    ["iam:PassRole", "iam:AddUserToGroup", "sts:AssumeRole", "sts:GetFederationToken"];

/// Returns the level of an action, which may have wildcards.
pub(super) fn of(action: &str) -> PrivilegeLevel {
    let Some((_, name)) = action.split_once(':') else { return PrivilegeLevel::Administer };
    if name.starts_with('*')
        || action.starts_with('*')
        || ESCALATING.iter().any(|known| known.eq_ignore_ascii_case(action))
    {
        return PrivilegeLevel::Administer;
    }
    if READING.iter().any(|verb| starts_with(name, verb)) {
        return PrivilegeLevel::Read;
    }
    let changes_permissions = OVER_PERMISSIONS.iter().any(|word| contains(name, word));
    if changes_permissions { PrivilegeLevel::Administer } else { PrivilegeLevel::Write }
}

/// Returns whether an action on everything administers the identities of the account: everything, or everything of IAM.
pub(super) fn is_over_identities(action: &str) -> bool {
    matches!(action.to_ascii_lowercase().as_str(), "*" | "*:*" | "iam:*")
}

/// Actions are compared without regard to case.
fn starts_with(name: &str, verb: &str) -> bool {
    name.get(..verb.len()).is_some_and(|start| start.eq_ignore_ascii_case(verb))
}

fn contains(name: &str, word: &str) -> bool {
    name.to_ascii_lowercase().contains(&word.to_ascii_lowercase())
}
