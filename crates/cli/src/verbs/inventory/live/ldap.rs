//! A directory, read over LDAP: the entries that an LDIF export of it has, in the same records.

use super::{LiveOptions, read_password};
use crate::client::{TrustedAuthorities, is_near};
use crate::exit::Failure;
use crate::verbs::inventory::pages::{PageSink, Unsendable};
use countersign_ldap::{
    ConnectionEncryption, DirectoryConnection, DirectoryServer, FoundItem, LdapEntry, LdapError,
    SearchLimits, SubtreeQuery,
};
use countersign_sources::{
    DirectoryEntry, DirectoryItem, ReadingReport, SourceError, Unread, directory_attributes,
    directory_secrets, read_directory,
};
use secrecy::{ExposeSecret as _, SecretString};
use std::collections::HashSet;
use std::io;
use url::{Host, Url};

/// The attribute that every entry has.
const EVERY_ENTRY: &str = "objectClass";

/// The name of no attribute, for a search that asks for none (RFC 4511, 4.5.1.8).
const NO_ATTRIBUTES: &str = "1.1";

/// A directory that is to be read.
#[derive(Debug)]
pub(in crate::verbs::inventory) struct LdapReading {
    server: DirectoryServer,
    url: String,
    base: String,
    /// The account to sign in with, and its password.
    account: Option<(String, SecretString)>,
}

impl LdapReading {
    pub(super) fn of(address: &str, options: &LiveOptions) -> Result<Self, Failure> {
        let server = server(address, options)?;
        let account = match (&options.bind_dn, &options.password_file) {
            (Some(name), _) if name.trim().is_empty() => {
                let remedy = "leave --bind-dn out to read anonymously";
                return Err(Failure::input("--bind-dn is empty", remedy));
            }
            (Some(name), file) => Some((name.clone(), read_password(file.as_deref())?)),
            (None, Some(_)) => {
                let remedy = "say whose password it is with --bind-dn";
                return Err(Failure::input("there is a password and no account", remedy));
            }
            (None, None) => None,
        };
        let base = options.base.clone().unwrap_or_default();
        Ok(Self { server, url: address.to_owned(), base, account })
    }

    pub(super) fn shown(&self) -> String {
        self.url.clone()
    }

    pub(super) fn read(&self, sink: &mut PageSink) -> Result<ReadingReport, SourceError<Unsendable>> {
        let mut connection = DirectoryConnection::open(&self.server).map_err(io::Error::other)?;
        if let Some((name, password)) = &self.account {
            connection.bind(name, password.expose_secret()).map_err(io::Error::other)?;
        }
        let mut secrets = Vec::new();
        for attribute in directory_secrets() {
            secrets.push((attribute, self.having(&mut connection, attribute).map_err(io::Error::other)?));
        }
        let query = SubtreeQuery {
            base: self.base.clone(),
            present: EVERY_ENTRY.to_owned(),
            attributes: directory_attributes().map(str::to_owned).collect(),
        };
        let found = connection.search(query, SearchLimits::default());
        let items = found.zip(1..).map(|(item, number)| match item.map_err(io::Error::other)? {
            FoundItem::Entry(entry) => Ok(DirectoryItem::Entry(entry_of(number, entry, &secrets))),
            FoundItem::Reference(urls) => Ok(DirectoryItem::Unread(Unread {
                place: format!("a part of {} on another server ({})", self.base, urls.join(", ")),
                reason: "referrals are not followed; import that server as a source of its own".to_owned(),
            })),
        });
        read_directory(items, sink)
    }

    /// Returns the names of the entries that have this attribute, without fetching a value of it: an account that may read
    /// the hashes of passwords shall not bring them here.
    fn having(
        &self,
        connection: &mut DirectoryConnection,
        attribute: &str,
    ) -> Result<HashSet<String>, LdapError> {
        let query = SubtreeQuery {
            base: self.base.clone(),
            present: attribute.to_owned(),
            attributes: vec![NO_ATTRIBUTES.to_owned()],
        };
        let mut names = HashSet::new();
        for item in connection.search(query, SearchLimits::default()) {
            if let FoundItem::Entry(entry) = item? {
                names.insert(entry.dn);
            }
        }
        Ok(names)
    }

    pub(super) fn failure(&self, error: &io::Error) -> Failure {
        let Some(error) = error.get_ref().and_then(|inner| inner.downcast_ref::<LdapError>()) else {
            return Failure::Failed(format!("{}: {error}", self.url));
        };
        match error {
            LdapError::Unreachable { address, cause } => {
                Failure::Unreachable { address: address.clone(), cause: cause.clone() }
            }
            error if error.is_unreachable() => {
                Failure::Unreachable { address: self.url.clone(), cause: error.to_string() }
            }
            error => Failure::input(
                format!("{}: {error}", self.url),
                format!("{}; nothing was changed", remedy(error)),
            ),
        }
    }
}

/// Makes the entry that the reader takes. `secrets` has the names of the entries that have each secret attribute.
fn entry_of(number: u64, found: LdapEntry, secrets: &[(&'static str, HashSet<String>)]) -> DirectoryEntry {
    let LdapEntry { dn, values } = found;
    let present = secrets.iter().filter(|(_, names)| names.contains(&dn)).map(|(attribute, _)| *attribute);
    let present: Vec<&str> = present.collect();
    let mut entry = DirectoryEntry::new(number, dn);
    for (description, value) in values {
        entry.add(&description, value);
    }
    for attribute in present {
        entry.add(attribute, Vec::new());
    }
    entry
}

/// Returns the server that a URL names, if it may be spoken to so.
fn server(address: &str, options: &LiveOptions) -> Result<DirectoryServer, Failure> {
    let refused = |why: &str| {
        Failure::input(
            format!("--ldap {address:?} {why}"),
            "give the server, as in ldaps://dc1.example.org, and the rest with options",
        )
    };
    let url = Url::parse(address).map_err(|error| refused(&format!("is not an address: {error}")))?;
    let is_encrypted = match url.scheme() {
        "ldaps" => true,
        "ldap" => false,
        _ => return Err(refused("begins with neither ldaps:// nor ldap://")),
    };
    if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
        return Err(refused("is more than a server"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refused("holds a user or a password, which no address should"));
    }
    let name = url.host_str().ok_or_else(|| refused("names no host"))?;
    // The library takes the host of a scheme that it does not know for a mere text.
    let host = Host::parse(name).map_err(|error| refused(&format!("names no host: {error}")))?;
    let near = is_near(&match &host {
        Host::Domain(name) => Host::Domain(name.as_str()),
        Host::Ipv4(ip) => Host::Ipv4(*ip),
        Host::Ipv6(ip) => Host::Ipv6(*ip),
    });
    let encryption = match (is_encrypted, options.starttls) {
        (true, true) => return Err(refused("is encrypted from the beginning; leave --starttls out")),
        (true, false) => ConnectionEncryption::Tls(trusted(options)?),
        (false, true) => ConnectionEncryption::StartTls(trusted(options)?),
        (false, false) if options.ldap_ca.is_some() => {
            return Err(refused("is not encrypted, so --ldap-ca is of no use; use ldaps:// or --starttls"));
        }
        (false, false) => ConnectionEncryption::None,
    };
    let is_plain = matches!(encryption, ConnectionEncryption::None);
    if is_plain && !near && options.bind_dn.is_some() && !options.without_encryption {
        return Err(Failure::input(
            format!("--ldap {address:?} is not encrypted, and the password would be read on the way"),
            "use ldaps:// or --starttls, or accept it with --without-encryption",
        ));
    }
    let host = match host {
        // A system's resolver may give this name to another machine.
        Host::Domain(_) if near && is_plain => "127.0.0.1".to_owned(),
        Host::Domain(name) => name,
        Host::Ipv4(ip) => ip.to_string(),
        Host::Ipv6(ip) => ip.to_string(),
    };
    let port = url.port().unwrap_or(if is_encrypted { 636 } else { 389 });
    Ok(DirectoryServer { host, port, encryption })
}

fn trusted(options: &LiveOptions) -> Result<std::sync::Arc<rustls::ClientConfig>, Failure> {
    let authorities = TrustedAuthorities { file: options.ldap_ca.as_deref(), option: "--ldap-ca" };
    Ok(std::sync::Arc::new(authorities.config()?.with_no_client_auth()))
}

/// Returns what to do about an error of a directory that answers.
const fn remedy(error: &LdapError) -> &'static str {
    match error {
        LdapError::Tls { .. } => {
            "name the file with the authority of its certificate with --ldap-ca FILE, and the host as the certificate has it"
        }
        LdapError::Malformed(_) => {
            "check the port: ldaps:// speaks TLS from the beginning, ldap:// and --starttls do not"
        }
        LdapError::WrongPassword(_) => "check --bind-dn and the password",
        LdapError::NoSuchBase { .. } => "give --base an entry that exists and that the account may read",
        LdapError::ServerLimit { .. } => {
            "have the directory lift the limit for this account, as docs/sources.md says"
        }
        LdapError::Elsewhere(_) => "give the server that it refers to with --ldap",
        LdapError::Refused { code: 8 | 13, .. } => "use ldaps:// or --starttls",
        LdapError::Refused { .. } => "give an account that may read the directory with --bind-dn",
        LdapError::TooLong { .. } | LdapError::Endless(_) | LdapError::BrokenRange { .. } => {
            "ask who runs the directory, or import an export of it with --file"
        }
        LdapError::Unreachable { .. } | LdapError::Silent { .. } | LdapError::Ended(_) => "try again",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser as _;

    #[derive(clap::Parser)]
    struct Line {
        #[arg(long)]
        file: Option<String>,
        #[command(flatten)]
        live: LiveOptions,
    }

    fn server_of(words: &str) -> Result<(String, u16), String> {
        let line = Line::try_parse_from(["import"].into_iter().chain(words.split(' '))).unwrap();
        assert!(line.file.is_none());
        let server = server(line.live.ldap.as_deref().unwrap(), &line.live);
        server.map(|server| (server.host, server.port)).map_err(|failure| failure.words().unwrap().0)
    }

    #[test]
    fn a_server_is_a_host_and_keeps_the_password_secret() {
        for (words, host, port) in [
            ("--ldap ldap://127.0.0.1 --base x --bind-dn y", "127.0.0.1", 389),
            ("--ldap ldap://dir.localhost:1389/ --base x --bind-dn y", "127.0.0.1", 1389),
            ("--ldap ldap://[::1] --base x --bind-dn y", "::1", 389),
            ("--ldap ldap://dc1.example.org --base x", "dc1.example.org", 389),
            (
                "--ldap ldap://dc1.example.org --base x --bind-dn y --without-encryption",
                "dc1.example.org",
                389,
            ),
        ] {
            assert_eq!(server_of(words), Ok((host.to_owned(), port)), "{words}");
        }
        for (words, why) in [
            ("--ldap dc1.example.org --base x", "is not an address"),
            ("--ldap https://dc1.example.org --base x", "begins with neither"),
            ("--ldap ldap://dc1.example.org/dc=x --base x", "more than a server"),
            ("--ldap ldap://dc1.example.org?cn --base x", "more than a server"),
            ("--ldap ldap://u:p@dc1.example.org --base x", "a user or a password"),
            ("--ldap ldap:///x --base x", "more than a server"),
            ("--ldap ldap:/// --base x", "names no host"),
            ("--ldap ldaps://dc1.example.org --base x --starttls", "leave --starttls out"),
            ("--ldap ldap://dc1.example.org --base x --ldap-ca ca.pem", "of no use"),
            ("--ldap ldap://dc1.example.org --base x --bind-dn y", "would be read on the way"),
            ("--ldap ldap://192.0.2.7 --base x --bind-dn y", "would be read on the way"),
        ] {
            let said = server_of(words).unwrap_err();
            assert!(said.contains(why), "{words}: {said}");
        }
    }
}
