//! The group or role that an entry describes.

use super::account::time;
use super::attributes::EntryAttributes;
use super::identifiers::sid;
use crate::record::GroupRecord;

/// The last parts of the security identifiers of a domain's groups that control it (MS-DTYP 2.4.2.4): administrators,
/// domain controllers, certificate publishers, schema and enterprise administrators, group policy owners, key
/// administrators of both kinds.
const PRIVILEGED_OF_A_DOMAIN: [&str; 9] = ["512", "516", "517", "518", "519", "520", "521", "526", "527"];

/// The built-in groups that can take control of a domain controller: administrators, account, server, print and backup
/// operators.
const PRIVILEGED_BUILT_IN: [&str; 5] =
    ["S-1-5-32-544", "S-1-5-32-548", "S-1-5-32-549", "S-1-5-32-550", "S-1-5-32-551"];

/// Reads a group or a role.
pub(super) fn read(attributes: &EntryAttributes) -> GroupRecord {
    GroupRecord {
        description: attributes.text(&["description"]),
        owner: attributes.text(&["owner", "managedby"]),
        created_at: time(attributes, &["whencreated", "createtimestamp"]),
        last_used_at: None,
        privileged: privileged(attributes),
    }
}

/// Returns whether the server itself treats the group as one that controls the directory. `adminCount` is never taken away
/// again, so it is not read as such.
fn privileged(attributes: &EntryAttributes) -> Option<bool> {
    sid(attributes).map(|sid| is_privileged_sid(&sid))
}

/// Returns whether a security identifier is that of a group that controls its domain.
pub(crate) fn is_privileged_sid(sid: &str) -> bool {
    let of_a_domain = sid.starts_with("S-1-5-21-")
        && sid.rsplit('-').next().is_some_and(|relative| PRIVILEGED_OF_A_DOMAIN.contains(&relative));
    of_a_domain || PRIVILEGED_BUILT_IN.contains(&sid)
}
