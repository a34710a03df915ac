//! The attributes of an entry, and which of them are read at all.

use super::DirectoryEntry;
use crate::text::{MOST_TEXTS, fit};

/// The attributes that are read, in lower case. No other is kept.
const READ: [&str; 71] = [
    "accountexpires",
    "admincount",
    "authtimestamp",
    "cn",
    "createtimestamp",
    "department",
    "departmentnumber",
    "description",
    "displayname",
    "employeeid",
    "employeenumber",
    "employeetype",
    "entryuuid",
    "gecos",
    "gidnumber",
    "givenname",
    "grouptype",
    "ipauniqueid",
    "krblastpwdchange",
    "krblastsuccessfulauth",
    "krbprincipalexpiration",
    "krbprincipalname",
    "l",
    "lastlogin",
    "lastlogintime",
    "lastlogon",
    "lastlogontimestamp",
    "logindisabled",
    "mail",
    "mailalternateaddress",
    "maillocaladdress",
    "managedby",
    "manager",
    "member",
    "memberof",
    "memberuid",
    "memberurl",
    "msds-groupmsamembership",
    "nsaccountlock",
    "nsuniqueid",
    "o",
    "objectclass",
    "objectguid",
    "objectsid",
    "ou",
    "owner",
    "physicaldeliveryofficename",
    "primarygroupid",
    "proxyaddresses",
    "pwdaccountlockedtime",
    "pwdchangedtime",
    "pwdlastset",
    "pwdlastsuccess",
    "rfc822mailbox",
    "roleoccupant",
    "samaccountname",
    "serviceprincipalname",
    "shadowexpire",
    "shadowlastchange",
    "sn",
    "st",
    "title",
    "uid",
    "uidnumber",
    "uniquemember",
    "useraccountcontrol",
    "userpassword",
    "userprincipalname",
    "usersmimecertificate",
    "whenchanged",
    "whencreated",
];

/// Returns the attributes that are read with their values, in lower case: a directory need not give others.
pub fn directory_attributes() -> impl Iterator<Item = &'static str> {
    READ.into_iter().filter(|name| !is_secret(name))
}

/// Returns the attributes of which only the presence is read, in lower case: a directory need not give their values.
pub fn directory_secrets() -> impl Iterator<Item = &'static str> {
    READ.into_iter().filter(|name| is_secret(name))
}

/// Returns whether an attribute is read, by its lower-case name with its options.
pub(crate) fn is_read(description: &str) -> bool {
    READ.binary_search(&base(description)).is_ok()
}

/// Returns whether only the presence of an attribute is read, never its value.
pub(crate) fn is_secret(description: &str) -> bool {
    base(description) == "userpassword"
}

/// Returns the name without its options.
fn base(description: &str) -> &str {
    description.split(';').next().unwrap_or_default()
}

/// The attributes of one entry.
pub(super) struct EntryAttributes<'a> {
    entry: &'a DirectoryEntry,
}

impl<'a> EntryAttributes<'a> {
    pub(super) const fn of(entry: &'a DirectoryEntry) -> Self {
        Self { entry }
    }

    /// Returns whether the attribute has a value.
    pub(super) fn has(&self, name: &str) -> bool {
        self.bytes(name).next().is_some()
    }

    /// Returns the values of an attribute, whatever their options.
    pub(super) fn bytes(&self, name: &str) -> impl Iterator<Item = &'a [u8]> {
        self.described(name).map(|(_, value)| value)
    }

    /// Returns the values of an attribute with the name as it was described, options included.
    pub(super) fn described(&self, name: &str) -> impl Iterator<Item = (&'a str, &'a [u8])> {
        let values = self.entry.values.iter();
        values
            .filter(move |(described, _)| base(described) == name)
            .map(|(described, value)| (described.as_str(), &**value))
    }

    /// Returns the values of an attribute that are UTF-8.
    pub(super) fn texts(&self, name: &str) -> impl Iterator<Item = &'a str> {
        self.bytes(name).filter_map(|value| std::str::from_utf8(value).ok())
    }

    /// Returns the first value of the first of these attributes that has one fit for a record: trimmed, without control
    /// characters, cut to the length of a text of a record.
    pub(super) fn text(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| self.texts(name).find_map(fit))
    }

    /// Returns the first values of these attributes that are fit for a record, once each.
    pub(super) fn all_texts(&self, names: &[&str]) -> Vec<String> {
        let mut texts: Vec<String> = Vec::new();
        for text in names.iter().flat_map(|name| self.texts(name)).filter_map(fit) {
            if texts.len() < MOST_TEXTS && !texts.contains(&text) {
                texts.push(text);
            }
        }
        texts
    }

    /// Returns the first value as a whole number.
    pub(super) fn number(&self, name: &str) -> Option<i64> {
        self.texts(name).next()?.trim().parse().ok()
    }

    /// Returns the first value as a Boolean of LDAP.
    pub(super) fn flag(&self, name: &str) -> Option<bool> {
        match self.texts(name).next()?.trim() {
            flag if flag.eq_ignore_ascii_case("true") => Some(true),
            flag if flag.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_is_asked_for_no_value_of_a_secret() {
        assert_eq!(directory_secrets().collect::<Vec<_>>(), ["userpassword"]);
        assert_eq!(directory_attributes().count(), READ.len() - 1);
        assert!(directory_attributes().all(|name| !is_secret(name)));
    }

    #[test]
    fn every_attribute_of_the_list_is_read_and_no_other() {
        assert!(READ.is_sorted(), "it is searched by halves");
        for name in READ {
            assert!(is_read(name) && is_read(&format!("{name};binary")), "{name}");
        }
        for name in ["jpegphoto", "unicodepwd", "sambantpassword", ""] {
            assert!(!is_read(name), "{name}");
        }
    }
}
