//! Change records of an LDAP directory (RFC 2849).

use super::quoting::is_writable;
use super::{STRANGE, SafeChange, Unwritten};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign_sources::{NodeBody, SourceNode};

/// The value of `pwdAccountLockedTime` that means: locked until an administrator unlocks it.
const LOCKED_FOR_GOOD: &str = "000001010000Z";

pub(super) fn write(change: &SafeChange<'_>) -> Result<String, Unwritten> {
    match change {
        SafeChange::Disable(account) => {
            let dn = dn_of(account)?;
            Ok(format!(
                "# Locks it by the password policy of OpenLDAP and others. Active Directory refuses this record: disable the\n\
                 # account with Disable-ADAccount there, because userAccountControl has other flags too.\n\
                 {}\nchangetype: modify\nreplace: pwdAccountLockedTime\npwdAccountLockedTime: {LOCKED_FOR_GOOD}\n-\n",
                line("dn", &dn)
            ))
        }
        SafeChange::Leave { account, group } => {
            let (member, group) = (dn_of(account)?, dn_of(group)?);
            Ok(format!(
                "{}\nchangetype: modify\ndelete: member\n{}\n-\n",
                line("dn", &group),
                line("member", &member)
            ))
        }
        SafeChange::Delete { .. } => Err("a directory has no credential that could be deleted alone"),
    }
}

/// Returns the distinguished name of an entry: the last alias of an account, or the key if the server gave the entry no
/// identifier of its own. Earlier aliases are logins, which a stranger may have chosen to look like another entry's name.
fn dn_of(node: &SourceNode) -> Result<String, Unwritten> {
    let aliases = match &node.body {
        NodeBody::Account(account) => account.aliases.as_slice(),
        _ => &[],
    };
    let names = [aliases.last().map(String::as_str), Some(node.key.as_str())];
    let dn = names.into_iter().flatten().find(|name| is_dn(name));
    let dn = dn.ok_or("its distinguished name is not known")?;
    if is_writable(dn) { Ok(dn.to_owned()) } else { Err(STRANGE) }
}

/// Returns whether a text is a distinguished name of at least two parts: `uid=ada,dc=example`.
fn is_dn(text: &str) -> bool {
    let is_type = |text: &str| {
        let mut chars = text.trim().chars();
        chars.next().is_some_and(|c| c.is_ascii_alphabetic())
            && chars.all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    let mut parts = text.splitn(2, ',').map(|part| part.split_once('='));
    let first = parts.next().flatten().is_some_and(|(name, value)| is_type(name) && !value.is_empty());
    let rest = text.contains(',') && text.rsplit(',').next().is_some_and(|last| last.contains('='));
    first && rest
}

/// Returns a line of an attribute, as text if that is a SAFE-STRING of RFC 2849, and in base64 otherwise.
fn line(attribute: &str, value: &str) -> String {
    let begins = !value.starts_with([' ', ':', '<']) && !value.ends_with(' ');
    if begins && value.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
        format!("{attribute}: {value}")
    } else {
        format!("{attribute}:: {}", STANDARD.encode(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_distinguished_name_is_told_from_other_names() {
        for (text, expected) in [
            ("uid=ada,ou=people,dc=example", true),
            ("CN=Lovelace\\, Ada,DC=corp,DC=example", true),
            ("ada@example.org", false),
            ("a=b@example.org", false),
            ("7c5e0f0a-0d0e-4f7c-9f43-6f1d2d3c4b5a", false),
            ("=x,dc=y", false),
            ("1a=x,dc=y", false),
            ("uid=ada,", false),
        ] {
            assert_eq!(is_dn(text), expected, "{text}");
        }
    }

    /// Reads a line as RFC 2849 says: the value is text after one colon, and base64 after two.
    fn value_of(line: &str) -> String {
        let (_, rest) = line.split_once(':').unwrap();
        match rest.strip_prefix(':') {
            Some(encoded) => String::from_utf8(STANDARD.decode(encoded.trim()).unwrap()).unwrap(),
            None => rest.trim_start_matches(' ').to_owned(),
        }
    }

    proptest! {
        #[test]
        fn a_value_is_read_as_it_was_written(value in "[ :<a-z\u{e9}=,\r\n\\PC]{1,20}") {
            let line = line("dn", &value);
            prop_assert!(!line.contains(['\r', '\n']), "{line:?}");
            prop_assert_eq!(value_of(&line), value);
        }
    }
}
