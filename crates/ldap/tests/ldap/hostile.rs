//! Servers that lie, and what Active Directory does that OpenLDAP does not.

use crate::scripted::*;
use countersign_ldap::{
    ConnectionEncryption, DirectoryConnection, FoundItem, LdapError, SearchLimits, SubtreeQuery,
};
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;

fn query() -> SubtreeQuery {
    let attributes = vec!["cn".to_owned(), "member".to_owned()];
    SubtreeQuery { base: "dc=x".to_owned(), present: "objectClass".to_owned(), attributes }
}

const FEW: SearchLimits =
    SearchLimits { entries: 1000, empty_pages: 20, values: 5000, waiting_bytes: 1 << 20 };

/// Reads everything. Returns how much was found, and how it ended.
fn read(
    answer: impl FnMut(ScriptedRequest) -> Vec<u8> + Send + 'static,
) -> (Vec<FoundItem>, Option<LdapError>) {
    let mut connection = connect(answer);
    let (mut found, mut error) = (Vec::new(), None);
    for item in connection.search(query(), FEW) {
        match item {
            Ok(item) => found.push(item),
            Err(failed) => error = Some(failed),
        }
    }
    (found, error)
}

fn said(error: Option<LdapError>) -> String {
    error.expect("an error").to_string()
}

#[test]
fn pages_that_repeat_or_never_end_are_given_up() {
    // The same page for ever, as if the cookie were ignored.
    let (found, error) = read(|request| {
        [entry(request.number, "cn=a", &[("cn", &["a"])]), page_end(request.number, b"again")].concat()
    });
    assert_eq!(found.len(), 2, "the first page has no cookie, so the second could be another");
    assert_eq!(said(error), "the pages of the directory do not come to an end: it gives the same page again");

    // Another page each time, for ever.
    let mut pages = 0;
    let (found, error) = read(move |request| {
        pages += 1;
        let dn = format!("cn={pages}");
        [entry(request.number, &dn, &[]), page_end(request.number, dn.as_bytes())].concat()
    });
    assert_eq!(found.len(), 1000);
    assert_eq!(
        said(error),
        "the pages of the directory do not come to an end: there are more than 1000 entries"
    );

    // Pages without anything.
    let (found, error) = read(|request| page_end(request.number, b"more"));
    assert!(found.is_empty());
    let expected =
        "the pages of the directory do not come to an end: more than 20 pages in a row have no entry";
    assert_eq!(said(error), expected);

    // One page that never ends.
    let (found, error) = read(|request| {
        (0..2000).flat_map(|number| entry(request.number, &format!("cn={number}"), &[])).collect()
    });
    assert_eq!((found.len(), said(error).contains("more than 1000 entries")), (1000, true));
}

#[test]
fn one_cookie_for_the_whole_search_and_pages_without_entries_are_no_lie() {
    // As 389 Directory Server has it.
    let mut page = 0;
    let (found, error) = read(move |request| {
        page += 1;
        let number = request.number;
        let items = if page % 3 == 0 { Vec::new() } else { entry(number, &format!("cn={page}"), &[]) };
        [items, page_end(number, if page == 9 { b"" } else { b"0" })].concat()
    });
    assert_eq!((found.len(), error), (6, None));
}

#[test]
fn a_server_without_pages_is_read_to_its_end() {
    let (found, error) = read(|request| {
        let number = request.number;
        [entry(number, "cn=a", &[]), message(number, &result(0x65, 0), &[])].concat()
    });
    assert_eq!((found.len(), error), (1, None));
}

/// Answers as Active Directory does for a group with more members than it gives at once.
fn ranges(request: &ScriptedRequest, members: usize, at_once: usize) -> Vec<u8> {
    let number = request.number;
    let from = (0..members).step_by(at_once).find(|from| request.has(&format!("member;range={from}-*")));
    let values = |from: usize| {
        let to = (from + at_once).min(members);
        let end = if to == members { "*".to_owned() } else { (to - 1).to_string() };
        let values: Vec<String> = (from..to).map(|member| format!("cn={member}")).collect();
        (format!("member;range={from}-{end}"), values)
    };
    let (described, values) = values(from.unwrap_or(0));
    let values: Vec<&str> = values.iter().map(String::as_str).collect();
    let group = entry(number, "cn=group", &[("cn", &["group"]), ("member", &[]), (&described, &values)]);
    if from.is_some() {
        return [group, message(number, &result(0x65, 0), &[])].concat();
    }
    let other = entry(number, "cn=other", &[("member", &["cn=group"])]);
    [group, other, page_end(number, b"")].concat()
}

#[test]
fn a_long_list_is_fetched_range_by_range_to_its_end() {
    for members in [1499, 1500, 1501, 4000] {
        let (found, error) = read(move |request| ranges(&request, members, 1500));
        assert_eq!(error, None);
        let groups: Vec<_> = found
            .iter()
            .filter_map(|item| match item {
                FoundItem::Entry(entry) if entry.dn == "cn=group" => Some(entry),
                _ => None,
            })
            .collect();
        assert_eq!((found.len(), groups.len()), (2, 1));
        let values: Vec<_> = groups[0].values.iter().filter(|(name, _)| name.starts_with("member")).collect();
        assert_eq!(values.len(), members);
        let last = format!("cn={}", members - 1);
        assert!(values.iter().any(|(_, value)| *value == last.as_bytes()));
    }
}

#[test]
fn ranges_that_do_not_come_to_an_end_are_given_up() {
    let first =
        |number| [entry(number, "cn=g", &[("member;range=0-0", &["cn=a"])]), page_end(number, b"")].concat();
    let done = |number| message(number, &result(0x65, 0), &[]);
    // The same range for ever.
    let (_, error) = read(move |request| match request.number {
        1 => first(1),
        number => [entry(number, "cn=g", &[("member;range=0-0", &["cn=a"])]), done(number)].concat(),
    });
    assert!(said(error).contains("it does not answer for those from number 1 on"));
    // Nothing.
    let (_, error) = read(move |request| if request.number == 1 { first(1) } else { done(request.number) });
    assert!(said(error).contains("it does not answer for those from number 1 on"));
    // More and more.
    let (_, error) = read(move |request| match request.number {
        1 => first(1),
        number => {
            let at = number - 1;
            let described = format!("member;range={at}-{at}");
            [entry(number, "cn=g", &[(&described, &["cn=a"])]), done(number)].concat()
        }
    });
    assert!(said(error).contains("there are more than 5000"));
    // A range that ends before it begins.
    let (_, error) = read(move |request| match request.number {
        1 => first(1),
        number => [entry(number, "cn=g", &[("member;range=1-0", &["cn=a"])]), done(number)].concat(),
    });
    assert!(said(error).contains("the range from number 1 on is empty"));
    // Entries without end in the place of the one that was asked for.
    let (_, error) = read(move |request| match request.number {
        1 => first(1),
        number => [entry(number, "cn=g", &[]), entry(number, "cn=g", &[])].concat(),
    });
    assert!(said(error).contains("one entry was asked for, and several are given"));
    // Many long entries that wait for their ranges.
    let long = "x".repeat(100_000);
    let (_, error) = read(move |request| {
        let each = |number: u32| {
            entry(request.number, &format!("cn={number}"), &[("member;range=0-0", &[long.as_str()])])
        };
        (0..100).flat_map(each).collect()
    });
    assert!(matches!(error, Some(LdapError::TooLong { .. })), "{error:?}");
}

#[test]
fn what_is_no_answer_is_refused() {
    for (bytes, expected) in [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec(), "what is no LDAP: a message is no sequence"),
        (vec![0x30, 0x80, 0, 0], "a length is indefinite"),
        // Four gigabytes are announced: not a byte of memory is for them.
        (vec![0x30, 0x84, 0xff, 0xff, 0xff, 0xff], "has 4294967295 bytes"),
        (vec![0x30, 3, 2, 1, 1], "an element is cut"),
        (message(9, &result(0x65, 0), &[]), "answers another request than the last"),
        (message(1, &result(0x61, 0), &[]), "no part of an answer"),
        (message(0, &result(0x78, 52), &[]), "ended the connection (so it is)"),
        (message(1, &result(0x65, 53), &[]), "refuses the search with result 53 (so it is)"),
        (message(1, &result(0x65, 3), &[]), "at its own time limit, after 0 entries"),
        (message(1, &result(0x65, 11), &[]), "at its own administrative limit"),
        (Vec::new(), "ended the connection"),
    ] {
        let (found, error) = read(move |_| bytes.clone());
        let said = said(error);
        assert!(found.is_empty() && said.contains(expected), "{said}");
    }
    // Constructed elements in one another, as deep as they go.
    let mut deep = Vec::new();
    for _ in 0..100_000 {
        deep.extend_from_slice(&[0x30, 0x84, 0, 0, 0, 0]);
    }
    let (_, error) = read(move |request| message(request.number, &deep, &[]));
    assert!(said(error).contains("no part of an answer"));
}

#[test]
fn a_part_on_another_server_is_reported_and_not_followed() {
    let (found, error) = read(|request| {
        let number = request.number;
        let reference = element(0x73, &[&element(4, &[b"ldap://other.example/dc=y"])]);
        [message(number, &reference, &[]), entry(number, "cn=a", &[]), page_end(number, b"")].concat()
    });
    assert_eq!(error, None);
    assert_eq!(found[0], FoundItem::Reference(vec!["ldap://other.example/dc=y".to_owned()]));
    assert_eq!(found.len(), 2);

    let (_, error) = read(|request| {
        let elsewhere = element(0xa3, &[&element(4, &[b"ldap://other.example/"])]);
        let result = [&element(10, &[&[10]])[..], &element(4, &[]), &element(4, &[]), &elsewhere];
        message(request.number, &element(0x65, &result), &[])
    });
    assert_eq!(said(error), "the directory refers to ldap://other.example/, and referrals are not followed");
}

#[test]
fn an_empty_password_is_never_sent() {
    let mut connection = connect(|request| message(request.number, &result(0x61, 0), &[]));
    assert!(matches!(connection.bind("cn=a", ""), Err(LdapError::WrongPassword(_))));
    assert_eq!(connection.bind("cn=a", "secret"), Ok(()));
}

/// A client that trusts nobody.
fn distrusting() -> Arc<rustls::ClientConfig> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    Arc::new(config.unwrap().with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth())
}

#[test]
fn nothing_is_said_before_a_connection_is_encrypted() {
    // The server refuses StartTLS; the client must not go on without.
    let refuses = server(
        |request| {
            assert!(!request.has("secret"));
            message(request.number, &result(0x78, 2), &[])
        },
        ConnectionEncryption::StartTls(distrusting()),
    );
    let error = DirectoryConnection::open(&refuses).unwrap_err();
    assert_eq!(error.to_string(), "the directory refuses StartTLS with result 2 (so it is)");

    // Somebody on the way adds an answer to a request that is not made yet.
    let adds = server(
        |request| {
            [message(request.number, &result(0x78, 0), &[]), message(2, &result(0x61, 0), &[])].concat()
        },
        ConnectionEncryption::StartTls(distrusting()),
    );
    let error = DirectoryConnection::open(&adds).unwrap_err();
    assert!(error.to_string().contains("without encryption"), "{error}");

    // What answers does not speak TLS.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut plain = server(|_| Vec::new(), ConnectionEncryption::Tls(distrusting()));
    plain.port = listener.local_addr().unwrap().port();
    let speaker = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _read = stream.read(&mut [0; 1000]);
        let _written = stream.write_all(b"220 mail.example ESMTP\r\n");
        let _end = stream.read(&mut [0; 1000]);
    });
    let error = DirectoryConnection::open(&plain).unwrap_err();
    assert!(matches!(error, LdapError::Tls { .. }), "{error}");
    speaker.join().unwrap();
}
