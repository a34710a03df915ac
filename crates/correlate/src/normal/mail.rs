//! Mail addresses.

use std::collections::{BTreeMap, BTreeSet};

/// What is declared about domains.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct MailDomains {
    /// The domain that each declared domain stands for: itself, or the one that it is another name of.
    pub(crate) canonical: BTreeMap<String, String>,
    /// Domains where `name+tag` is `name`.
    pub(crate) tags: BTreeSet<String>,
    /// Domains where dots in the local part mean nothing.
    pub(crate) dotless: BTreeSet<String>,
    /// Domains of the organisation, where a local part is given to one person only.
    pub(crate) own: BTreeSet<String>,
    /// Local parts that belong to a task and not to a person.
    pub(crate) shared: BTreeSet<String>,
}

/// A mail address in the form in which it is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ComparedMail {
    /// Local part and domain.
    pub(crate) address: String,
    /// The local part, if the domain is one of the organisation's own.
    pub(crate) own_local: Option<String>,
}

impl MailDomains {
    /// Returns the address as it is compared. `None` if it is none, or belongs to a task.
    pub(crate) fn compared(&self, text: &str) -> Option<ComparedMail> {
        let (local, domain) = text.trim().trim_start_matches("mailto:").rsplit_once('@')?;
        let (mut local, domain) = (local.to_lowercase(), domain.trim_end_matches('.').to_lowercase());
        if local.is_empty() || domain.is_empty() {
            return None;
        }
        let domain = self.canonical.get(&domain).unwrap_or(&domain);
        if self.tags.contains(domain)
            && let Some((name, _)) = local.split_once('+')
        {
            local = name.to_owned();
        }
        if self.dotless.contains(domain) {
            local.retain(|letter| letter != '.');
        }
        if self.shared.contains(local.trim_end_matches(|c: char| c.is_ascii_digit())) {
            return None;
        }
        let own_local = self
            .own
            .contains(domain)
            .then(|| super::login::compact(&local))
            .filter(|local| !local.is_empty());
        Some(ComparedMail { address: format!("{local}@{domain}"), own_local })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn domains() -> MailDomains {
        let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        MailDomains {
            canonical: [("group.example".to_owned(), "corp.example".to_owned())].into(),
            tags: set(&["corp.example"]),
            dotless: set(&["free.example"]),
            own: set(&["corp.example"]),
            shared: set(&["info"]),
        }
    }

    #[test]
    fn only_what_is_declared_is_taken_off() {
        for (text, compared) in [
            ("John.Doe@CORP.example", Some("john.doe@corp.example")),
            ("john.doe+list@corp.example", Some("john.doe@corp.example")),
            ("john.doe@group.example", Some("john.doe@corp.example")),
            ("john.doe+x@else.example", Some("john.doe+x@else.example")),
            ("j.o.hn@free.example", Some("john@free.example")),
            ("j.o.hn@corp.example", Some("j.o.hn@corp.example")),
            ("mailto:a@corp.example.", Some("a@corp.example")),
            ("info@corp.example", None),
            ("info2@corp.example", None),
            ("@corp.example", None),
            ("nobody", None),
            ("x@", None),
        ] {
            assert_eq!(domains().compared(text).map(|mail| mail.address).as_deref(), compared, "{text}");
        }
    }

    #[test]
    fn the_local_part_counts_in_own_domains_only() {
        let local = |text| domains().compared(text).and_then(|mail| mail.own_local);
        assert_eq!(local("John.Doe@group.example").as_deref(), Some("johndoe"));
        assert_eq!(local("john.doe@free.example"), None);
    }
}
