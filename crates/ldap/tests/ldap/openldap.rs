//! A real directory.

use countersign_ldap::{
    ConnectionEncryption, DirectoryConnection, DirectoryServer, FoundItem, LdapError, SearchLimits,
    SubtreeQuery,
};
use countersign_testkit::slapd::{MANAGER, SUFFIX, SlapdCertificate};
use countersign_testkit::{Slapd, skip};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

/// A directory with this many accounts.
fn entries(accounts: usize) -> String {
    let mut text =
        format!("dn: {SUFFIX}\nobjectClass: dcObject\nobjectClass: organization\no: Example\ndc: example\n");
    for number in 0..accounts {
        let _ = write!(
            text,
            "\ndn: uid=u{number},{SUFFIX}\nobjectClass: inetOrgPerson\nuid: u{number}\ncn: User\nsn: {number}\n\
             userPassword: secret-{number}\n"
        );
    }
    text
}

fn server(port: u16, encryption: ConnectionEncryption) -> DirectoryServer {
    DirectoryServer { host: "127.0.0.1".to_owned(), port, encryption }
}

fn search(connection: &mut DirectoryConnection, base: &str) -> Result<Vec<FoundItem>, LdapError> {
    let attributes = vec!["cn".to_owned(), "sn".to_owned()];
    let query = SubtreeQuery { base: base.to_owned(), present: "objectClass".to_owned(), attributes };
    connection.search(query, SearchLimits::default()).collect()
}

#[test]
fn pages_limits_names_and_passwords() {
    if !Slapd::installed() {
        return skip("slapd is not installed");
    }
    let limits = "limits dn.exact=\"uid=u1,dc=example,dc=org\" size=700\n\
                  limits dn.exact=\"uid=u2,dc=example,dc=org\" size=unlimited time=unlimited";
    let slapd = Slapd::start(&entries(1200), limits, None);
    let here = server(slapd.port, ConnectionEncryption::None);
    let connect = || DirectoryConnection::open(&here).unwrap();

    let mut anonymous = connect();
    let error = search(&mut anonymous, SUFFIX).unwrap_err();
    assert_eq!(error.to_string(), "the directory ended the search at its own size limit, after 500 entries");

    let mut manager = connect();
    manager.bind(MANAGER.0, MANAGER.1).unwrap();
    let found = search(&mut manager, SUFFIX).unwrap();
    assert_eq!(found.len(), 1201);
    assert!(found.iter().all(|item| matches!(item, FoundItem::Entry(entry)
        if entry.values.iter().all(|(name, _)| name == "cn" || name == "sn"))));

    // A limit of one account.
    let mut limited = connect();
    limited.bind("uid=u1,dc=example,dc=org", "secret-1").unwrap();
    let error = search(&mut limited, SUFFIX).unwrap_err();
    assert!(matches!(error, LdapError::ServerLimit { limit: "size limit", entries: 700 }), "{error}");

    // As the guide has it for the account that reads.
    let mut reader = connect();
    reader.bind("uid=u2,dc=example,dc=org", "secret-2").unwrap();
    assert_eq!(search(&mut reader, SUFFIX).unwrap().len(), 1201);

    let error = search(&mut manager, "ou=nowhere,dc=example,dc=org").unwrap_err();
    let expected = "the directory has no entry \"ou=nowhere,dc=example,dc=org\"; the nearest above it is \"dc=example,dc=org\"";
    assert_eq!(error.to_string(), expected);
    let error = search(&mut manager, "not a name").unwrap_err();
    assert!(matches!(error, LdapError::Refused { code: 34, .. }), "{error}");

    let error = connect().bind(MANAGER.0, "wrong").unwrap_err();
    assert_eq!(error, LdapError::WrongPassword(String::new()));

    let port = slapd.port;
    drop(slapd);
    let error = DirectoryConnection::open(&server(port, ConnectionEncryption::None)).unwrap_err();
    assert!(
        error.is_unreachable() && error.to_string().starts_with(&format!("127.0.0.1:{port} ")),
        "{error}"
    );
}

/// A client that trusts this authority.
fn trusting(authority: &rcgen::Certificate) -> Arc<rustls::ClientConfig> {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(authority.der().clone()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    Arc::new(config.unwrap().with_root_certificates(roots).with_no_client_auth())
}

fn authority() -> (rcgen::Certificate, rcgen::Issuer<'static, rcgen::KeyPair>) {
    let mut params = rcgen::CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let key = rcgen::KeyPair::generate().unwrap();
    (params.self_signed(&key).unwrap(), rcgen::Issuer::new(params, key))
}

fn write_certificate(issuer: &rcgen::Issuer<'_, rcgen::KeyPair>, certificate: &Path, private_key: &Path) {
    let key = rcgen::KeyPair::generate().unwrap();
    let params = rcgen::CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    std::fs::write(certificate, params.signed_by(&key, issuer).unwrap().pem()).unwrap();
    std::fs::write(private_key, key.serialize_pem()).unwrap();
}

#[test]
fn tls_from_the_beginning_and_by_starttls_trusts_the_authority_alone() {
    if !Slapd::installed() {
        return skip("slapd is not installed");
    }
    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = (folder.path().join("server.pem"), folder.path().join("server.key"));
    let (trusted, issuer) = authority();
    let (other, _) = authority();
    write_certificate(&issuer, &certificate, &key);
    let tls = SlapdCertificate { certificate: &certificate, key: &key };
    // Without encryption this directory answers nothing but StartTLS.
    let slapd = Slapd::start(&entries(600), "security ssf=128", Some(tls));
    for (port, encrypt) in [
        (slapd.tls_port, ConnectionEncryption::Tls as fn(_) -> _),
        (slapd.port, ConnectionEncryption::StartTls as fn(_) -> _),
    ] {
        let mut connection = DirectoryConnection::open(&server(port, encrypt(trusting(&trusted)))).unwrap();
        connection.bind(MANAGER.0, MANAGER.1).unwrap();
        assert_eq!(search(&mut connection, SUFFIX).unwrap().len(), 601);
        let error = DirectoryConnection::open(&server(port, encrypt(trusting(&other)))).unwrap_err();
        assert!(
            matches!(&error, LdapError::Tls { cause, .. } if cause.contains("invalid peer certificate")),
            "{error}"
        );
        let named =
            DirectoryServer { host: "localhost".to_owned(), ..server(port, encrypt(trusting(&trusted))) };
        let error = DirectoryConnection::open(&named).unwrap_err();
        assert!(matches!(error, LdapError::Tls { .. }), "{error}");
    }
    let mut plain = DirectoryConnection::open(&server(slapd.port, ConnectionEncryption::None)).unwrap();
    let error = plain.bind(MANAGER.0, MANAGER.1).unwrap_err();
    assert!(matches!(error, LdapError::Refused { operation: "the bind", code: 13, .. }), "{error}");
}
