//! The policies that ship with the product: the guardrails, their tests, and the initial permits of a newly protected
//! application.

use countersign_names::{ApplicationName, GroupName};
use std::collections::BTreeMap;

macro_rules! shipped {
    ($($path:literal),+ $(,)?) => { &[$(($path, include_str!(concat!("../defaults/", $path)))),+] };
}

const SHIPPED: &[(&str, &str)] = shipped![
    "guardrails/devices.cedar",
    "guardrails/labels.cedar",
    "guardrails/privilege.cedar",
    "guardrails/risk.cedar",
    "guardrails/services.cedar",
    "guardrails/sessions.cedar",
    "guardrails/signing-in.cedar",
    "guardrails/unmanaged.cedar",
    "tests/guardrails.toml",
];

/// Maximum length of a policy id in bytes.
const LONGEST_ID: usize = 63;

/// Returns the files of a new policy folder: the guardrails that ship with the product, and their tests.
pub fn defaults() -> BTreeMap<String, String> {
    SHIPPED.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

/// Returns the initial text of `applications/<application>.cedar` for an application that was just put behind the gate:
/// its people may use it, and only the group `administrators` may administer it.
///
/// Its people are the members of `group`, or every person if there is no group. The guardrails apply in addition, as
/// always.
pub fn starter_permits(application: &ApplicationName, group: Option<&GroupName>) -> String {
    let people = match group {
        Some(group) => format!("principal in Countersign::Group::\"{group}\""),
        None => "principal is Countersign::Person".to_owned(),
    };
    let whom =
        group.map_or_else(|| "everybody".to_owned(), |group| format!("everybody in the group {group}"));
    let (users, administrators) = (id(application, "users"), id(application, "administrators"));
    format!(
        "// What {application} lets in; the guardrails hold on top of it. Written when it was put behind the gate:\n\
         // make it yours.\n\
         \n\
         @id(\"{users}\")\n\
         @owner(\"{application}\")\n\
         @reason(\"{application} is open to {whom}.\")\n\
         @review(\"2027-05-31\")\n\
         permit (\n  \
           {people},\n  \
           action in [\n    \
             Countersign::Action::\"read\",\n    \
             Countersign::Action::\"write\",\n    \
             Countersign::Action::\"download\",\n    \
             Countersign::Action::\"connect\"\n  \
           ],\n  \
           resource in Countersign::Application::\"{application}\"\n\
         );\n\
         \n\
         @id(\"{administrators}\")\n\
         @owner(\"{application}\")\n\
         @reason(\"Administrators may administer {application}.\")\n\
         @review(\"2027-05-31\")\n\
         permit (\n  \
           principal in Countersign::Group::\"administrators\",\n  \
           action == Countersign::Action::\"administer\",\n  \
           resource in Countersign::Application::\"{application}\"\n\
         );\n"
    )
}

/// Returns a policy id for this application. Two long application names may share a prefix, so a truncated name also
/// contains a digest of the full one.
fn id(application: &ApplicationName, suffix: &str) -> String {
    let whole = format!("{application}-{suffix}");
    if whole.len() <= LONGEST_ID {
        return whole;
    }
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, application.as_str().as_bytes());
    let digest: String = digest.as_ref().iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    let room = LONGEST_ID - suffix.len() - digest.len() - 2;
    let name: String = application.as_str().chars().take(room).collect();
    format!("{name}-{digest}-{suffix}")
}
