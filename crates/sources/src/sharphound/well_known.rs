//! Principals that every domain or computer has (MS-DTYP 2.4.2.4). Collectors put the name of the domain before the
//! identifiers that are the same everywhere: `CORP.EXAMPLE-S-1-5-11`.

use crate::record::{AccountRecord, AccountUse, GroupRecord, NodeBody, ResourceRecord};

pub(super) const EVERYONE: &str = "S-1-1-0";
pub(super) const AUTHENTICATED_USERS: &str = "S-1-5-11";

/// The owner of an object, whoever it is: a placeholder in access control lists, and no principal.
const PLACEHOLDERS: [&str; 4] = ["S-1-3-0", "S-1-3-1", "S-1-3-4", "S-1-5-10"];

const NAMES: [(&str, &str); 42] = [
    (EVERYONE, "Everyone"),
    ("S-1-2-0", "Local"),
    ("S-1-5-2", "Network"),
    ("S-1-5-4", "Interactive"),
    ("S-1-5-6", "Service"),
    ("S-1-5-7", "Anonymous Logon"),
    ("S-1-5-9", "Enterprise Domain Controllers"),
    (AUTHENTICATED_USERS, "Authenticated Users"),
    ("S-1-5-15", "This Organization"),
    ("S-1-5-17", "IUSR"),
    ("S-1-5-18", "Local System"),
    ("S-1-5-19", "Local Service"),
    ("S-1-5-20", "Network Service"),
    ("S-1-5-32-544", "Administrators"),
    ("S-1-5-32-545", "Users"),
    ("S-1-5-32-546", "Guests"),
    ("S-1-5-32-547", "Power Users"),
    ("S-1-5-32-548", "Account Operators"),
    ("S-1-5-32-549", "Server Operators"),
    ("S-1-5-32-550", "Print Operators"),
    ("S-1-5-32-551", "Backup Operators"),
    ("S-1-5-32-552", "Replicators"),
    ("S-1-5-32-554", "Pre-Windows 2000 Compatible Access"),
    ("S-1-5-32-555", "Remote Desktop Users"),
    ("S-1-5-32-556", "Network Configuration Operators"),
    ("S-1-5-32-557", "Incoming Forest Trust Builders"),
    ("S-1-5-32-558", "Performance Monitor Users"),
    ("S-1-5-32-559", "Performance Log Users"),
    ("S-1-5-32-560", "Windows Authorization Access Group"),
    ("S-1-5-32-561", "Terminal Server License Servers"),
    ("S-1-5-32-562", "Distributed COM Users"),
    ("S-1-5-32-568", "IIS_IUSRS"),
    ("S-1-5-32-569", "Cryptographic Operators"),
    ("S-1-5-32-573", "Event Log Readers"),
    ("S-1-5-32-574", "Certificate Service DCOM Access"),
    ("S-1-5-32-575", "RDS Remote Access Servers"),
    ("S-1-5-32-576", "RDS Endpoint Servers"),
    ("S-1-5-32-577", "RDS Management Servers"),
    ("S-1-5-32-578", "Hyper-V Administrators"),
    ("S-1-5-32-579", "Access Control Assistance Operators"),
    ("S-1-5-32-580", "Remote Management Users"),
    ("S-1-5-32-582", "Storage Replica Administrators"),
];

/// The groups of a domain, by the last part of their identifiers.
const OF_A_DOMAIN: [(&str, &str); 14] = [
    ("498", "Enterprise Read-only Domain Controllers"),
    ("500", "Administrator"),
    ("501", "Guest"),
    ("502", "krbtgt"),
    ("512", "Domain Admins"),
    ("513", "Domain Users"),
    ("514", "Domain Guests"),
    ("515", "Domain Computers"),
    ("516", "Domain Controllers"),
    ("517", "Cert Publishers"),
    ("518", "Schema Admins"),
    ("519", "Enterprise Admins"),
    ("520", "Group Policy Creator Owners"),
    ("526", "Key Admins"),
];

/// Returns the security identifier of a key, without the name of the domain before it.
pub(super) fn sid(key: &str) -> &str {
    let start = if key.starts_with("S-1-") { Some(0) } else { key.find("-S-1-").map(|place| place + 1) };
    start.and_then(|start| key.get(start..)).unwrap_or(key)
}

/// Returns whether an identifier stands for whoever owns or created an object.
pub(super) fn is_placeholder(key: &str) -> bool {
    PLACEHOLDERS.contains(&sid(key))
}

/// Returns the name of a principal that has the same identifier everywhere, or in every domain.
pub(super) fn name(key: &str) -> Option<&'static str> {
    let sid = sid(key);
    let named = |list: &[(&str, &'static str)], id: &str| {
        list.iter().find(|(known, _)| *known == id).map(|(_, name)| *name)
    };
    named(&NAMES, sid).or_else(|| {
        let relative = sid.strip_prefix("S-1-5-21-")?.rsplit('-').next()?;
        named(&OF_A_DOMAIN, relative)
    })
}

/// Returns what to hand over for an object that no file describes, by the type that a reference gives it. `None` if that
/// says nothing.
pub(super) fn mentioned(key: &str, class: &str) -> Option<NodeBody> {
    let group = || {
        let privileged = Some(crate::directory::is_privileged_sid(sid(key)));
        NodeBody::Group(GroupRecord { privileged, ..GroupRecord::default() })
    };
    let account = |used_by| NodeBody::Account(AccountRecord { used_by, ..AccountRecord::default() });
    let resource =
        |class: &str| NodeBody::Resource(ResourceRecord { class: Some(class.to_owned()), owner: None });
    match class.to_ascii_lowercase().as_str() {
        "user" | "localuser" => Some(account(None)),
        "computer" => Some(account(Some(AccountUse::Machine))),
        "group" | "localgroup" | "adlocalgroup" => Some(group()),
        "domain" => Some(resource("domain")),
        "ou" => Some(resource("organizational unit")),
        "gpo" => Some(resource("group policy")),
        "container" => Some(resource("container")),
        // An identifier that is the same everywhere, whose type the collector did not look up.
        _ if NAMES.iter().any(|(known, _)| *known == sid(key)) => Some(group()),
        _ => None,
    }
}
