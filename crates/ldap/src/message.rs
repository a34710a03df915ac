//! Messages (RFC 4511): requests as bytes, and bytes as responses.

use crate::ber::{
    BerElements, ENUMERATED, INTEGER, OCTET_STRING, SEQUENCE, SET, boolean, constructed, element, integer,
    number, string,
};

/// The control of paged results.
const PAGED_RESULTS: &str = "1.2.840.113556.1.4.319";

/// The extended operation that starts TLS.
const START_TLS: &str = "1.3.6.1.4.1.1466.20037";

/// Maximum number of URLs of a referral.
const MOST_REFERRALS: usize = 100;

/// Bytes that are no message of LDAP: what is wrong with them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct MalformedMessage(pub(crate) &'static str);

/// A message of a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryResponse {
    /// The number of the request that it answers; zero if it answers none.
    pub number: i64,
    /// What it says.
    pub operation: ResponseOperation,
    /// The cookie of paged results, if the message has that control: empty at the last page.
    pub cookie: Option<Vec<u8>>,
}

/// What a message of a server says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResponseOperation {
    /// The end of a bind.
    Bound(OperationResult),
    /// An entry that a search found.
    Entry(LdapEntry),
    /// URLs of another server that has a part of what is searched.
    Reference(Vec<String>),
    /// The end of a search.
    SearchDone(OperationResult),
    /// The answer to an extended request, or a notice of the server.
    Extended(OperationResult),
    /// Anything else, by its tag.
    Other(u8),
}

/// How an operation ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperationResult {
    /// The result code (RFC 4511, 4.1.9); zero is success.
    pub code: i64,
    /// For a name that does not exist: the nearest one above that does.
    pub matched: String,
    /// The server's own words.
    pub message: String,
    /// URLs of servers that have what was asked for.
    pub referrals: Vec<String>,
}

/// An entry of a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LdapEntry {
    /// Its distinguished name.
    pub dn: String,
    /// Its values: the attribute as the server describes it, options included, and the bytes.
    pub values: Vec<(String, Vec<u8>)>,
}

/// Which entries a search finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SearchScope {
    /// The base only.
    Base = 0,
    /// The base and everything below it.
    Subtree = 2,
}

/// A search for entries that have an attribute.
#[derive(Debug)]
pub(crate) struct SearchRequest<'a> {
    pub(crate) base: &'a str,
    pub(crate) scope: SearchScope,
    /// The attribute that an entry has to have.
    pub(crate) present: &'a str,
    /// The attributes that the server gives.
    pub(crate) attributes: &'a [String],
    /// The number of entries of a page and the cookie of the page before, if paged.
    pub(crate) page: Option<(u32, &'a [u8])>,
}

impl SearchRequest<'_> {
    pub(crate) fn encode(&self, message: u32) -> Vec<u8> {
        let attributes: Vec<Vec<u8>> = self.attributes.iter().map(|name| string(name)).collect();
        let operation = constructed(
            0x63,
            &[
                string(self.base),
                number(ENUMERATED, self.scope as u32),
                // Aliases are entries of their own, and never followed.
                number(ENUMERATED, 0),
                // No limits of ours on the number of entries and the seconds: the server has its own.
                number(INTEGER, 0),
                number(INTEGER, 0),
                boolean(false),
                element(0x87, self.present.as_bytes()),
                constructed(SEQUENCE, &attributes),
            ],
        );
        let controls = self.page.map(|(size, cookie)| {
            let value = constructed(SEQUENCE, &[number(INTEGER, size), element(OCTET_STRING, cookie)]);
            let control = constructed(SEQUENCE, &[string(PAGED_RESULTS), element(OCTET_STRING, &value)]);
            constructed(0xa0, &[control])
        });
        envelope(message, operation, controls)
    }
}

/// Writes a simple bind.
pub(crate) fn bind(message: u32, name: &str, password: &str) -> Vec<u8> {
    let parts = [number(INTEGER, 3), string(name), element(0x80, password.as_bytes())];
    envelope(message, constructed(0x60, &parts), None)
}

pub(crate) fn start_tls(message: u32) -> Vec<u8> {
    envelope(message, constructed(0x77, &[element(0x80, START_TLS.as_bytes())]), None)
}

pub(crate) fn unbind(message: u32) -> Vec<u8> {
    envelope(message, element(0x42, &[]), None)
}

fn envelope(message: u32, operation: Vec<u8>, controls: Option<Vec<u8>>) -> Vec<u8> {
    constructed(SEQUENCE, &[number(INTEGER, message), operation, controls.unwrap_or_default()])
}

impl DirectoryResponse {
    /// Reads the content of a message, that is, what is within its outermost sequence.
    ///
    /// # Errors
    /// If it is no message of LDAP.
    pub fn decode(content: &[u8]) -> Result<Self, MalformedMessage> {
        let mut parts = BerElements::new(content);
        let number = integer(parts.expect(INTEGER, "a message does not begin with its number")?)?;
        let (tag, content) = parts.take()?;
        let operation = operation(tag, content)?;
        // Active Directory puts the name of a notice behind the operation; only controls are read there.
        let cookie = parts.optional(0xa0)?.map(cookie).transpose()?.flatten();
        Ok(Self { number, operation, cookie })
    }
}

fn operation(tag: u8, content: &[u8]) -> Result<ResponseOperation, MalformedMessage> {
    Ok(match tag {
        0x61 => ResponseOperation::Bound(result(content)?),
        0x64 => ResponseOperation::Entry(entry(content)?),
        0x65 => ResponseOperation::SearchDone(result(content)?),
        0x73 => ResponseOperation::Reference(urls(content)?),
        0x78 => ResponseOperation::Extended(result(content)?),
        other => ResponseOperation::Other(other),
    })
}

fn result(content: &[u8]) -> Result<OperationResult, MalformedMessage> {
    let mut parts = BerElements::new(content);
    let code = integer(parts.expect(ENUMERATED, "a result has no code")?)?;
    let matched = words(parts.expect(OCTET_STRING, "a result has no matched name")?);
    let message = words(parts.expect(OCTET_STRING, "a result has no message")?);
    let referrals = parts.optional(0xa3)?.map(urls).transpose()?.unwrap_or_default();
    Ok(OperationResult { code, matched, message, referrals })
}

fn entry(content: &[u8]) -> Result<LdapEntry, MalformedMessage> {
    let mut parts = BerElements::new(content);
    let dn = text(parts.expect(OCTET_STRING, "an entry has no name")?)?;
    let mut attributes = BerElements::new(parts.expect(SEQUENCE, "an entry has no list of attributes")?);
    let mut values = Vec::new();
    while !attributes.is_empty() {
        let mut attribute = BerElements::new(attributes.expect(SEQUENCE, "an attribute is no sequence")?);
        let name = text(attribute.expect(OCTET_STRING, "an attribute has no name")?)?;
        let mut set = BerElements::new(attribute.expect(SET, "an attribute has no set of values")?);
        while !set.is_empty() {
            values.push((name.clone(), set.expect(OCTET_STRING, "a value is no string")?.to_vec()));
        }
    }
    Ok(LdapEntry { dn, values })
}

fn urls(content: &[u8]) -> Result<Vec<String>, MalformedMessage> {
    let (mut parts, mut urls) = (BerElements::new(content), Vec::new());
    while !parts.is_empty() {
        let url = words(parts.expect(OCTET_STRING, "a referral is no string")?);
        if urls.len() < MOST_REFERRALS {
            urls.push(url);
        }
    }
    Ok(urls)
}

/// Returns the cookie of paged results among the controls of a message.
fn cookie(controls: &[u8]) -> Result<Option<Vec<u8>>, MalformedMessage> {
    let mut controls = BerElements::new(controls);
    while !controls.is_empty() {
        let mut control = BerElements::new(controls.expect(SEQUENCE, "a control is no sequence")?);
        let name = control.expect(OCTET_STRING, "a control has no name")?;
        let _critical = control.optional(crate::ber::BOOLEAN)?;
        let value = control.optional(OCTET_STRING)?;
        if name == PAGED_RESULTS.as_bytes() {
            let mut value = BerElements::new(value.ok_or(MalformedMessage("paged results have no value"))?);
            let mut parts = BerElements::new(value.expect(SEQUENCE, "paged results are no sequence")?);
            let _estimate = parts.expect(INTEGER, "paged results have no size")?;
            let cookie = parts.expect(OCTET_STRING, "paged results have no cookie")?;
            return Ok(Some(cookie.to_vec()));
        }
    }
    Ok(None)
}

fn text(bytes: &[u8]) -> Result<String, MalformedMessage> {
    let wrong = MalformedMessage("the name of an entry or an attribute is not UTF-8");
    std::str::from_utf8(bytes).map(str::to_owned).map_err(|_| wrong)
}

/// Maximum number of characters of a server's words.
const LONGEST_WORDS: usize = 300;

/// Returns a server's words, fit for a terminal.
fn words(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let fit = text.chars().filter(|character| !character.is_control());
    fit.take(LONGEST_WORDS).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(operation: Vec<u8>, controls: Option<Vec<u8>>) -> Result<DirectoryResponse, MalformedMessage> {
        let message = envelope(7, operation, controls);
        DirectoryResponse::decode(BerElements::new(&message).expect(SEQUENCE, "")?)
    }

    #[test]
    fn a_search_is_written_as_the_standard_has_it() {
        let request = SearchRequest {
            base: "dc=x",
            scope: SearchScope::Subtree,
            present: "objectClass",
            attributes: &["cn".to_owned()],
            page: Some((500, b"ab")),
        };
        let expected = [
            &[0x30, 0x55, 2, 1, 7, 0x63, 0x28, 4, 4][..],
            b"dc=x",
            &[10, 1, 2, 10, 1, 0, 2, 1, 0, 2, 1, 0, 1, 1, 0, 0x87, 11],
            b"objectClass",
            &[0x30, 4, 4, 2],
            b"cn",
            &[0xa0, 0x26, 0x30, 0x24, 4, 0x16],
            PAGED_RESULTS.as_bytes(),
            &[4, 10, 0x30, 8, 2, 2, 1, 0xf4, 4, 2],
            b"ab",
        ]
        .concat();
        assert_eq!(request.encode(7), expected);
        assert_eq!(bind(1, "cn=a", "pw"), b"\x30\x12\x02\x01\x01\x60\x0d\x02\x01\x03\x04\x04cn=a\x80\x02pw");
    }

    #[test]
    fn results_entries_and_cookies_are_read() {
        let refused = constructed(
            0x65,
            &[
                number(ENUMERATED, 10),
                string("dc=x"),
                string("go \u{7}elsewhere"),
                constructed(0xa3, &[string("ldap://b/")]),
            ],
        );
        let value = constructed(SEQUENCE, &[number(INTEGER, 0), element(OCTET_STRING, b"next")]);
        let others = constructed(SEQUENCE, &[string("1.2.3"), boolean(true)]);
        let paged = constructed(SEQUENCE, &[string(PAGED_RESULTS), element(OCTET_STRING, &value)]);
        let read = decoded(refused, Some(constructed(0xa0, &[others, paged]))).unwrap();
        assert_eq!((read.number, read.cookie.as_deref()), (7, Some(&b"next"[..])));
        let ResponseOperation::SearchDone(result) = read.operation else { panic!("no end of a search") };
        assert_eq!((result.code, result.message.as_str()), (10, "go elsewhere"));
        assert_eq!(result.referrals, ["ldap://b/"]);

        let attribute = constructed(
            SEQUENCE,
            &[string("mail"), constructed(SET, &[string("a@x"), element(OCTET_STRING, &[0xff])])],
        );
        let found = constructed(0x64, &[string("uid=a"), constructed(SEQUENCE, &[attribute])]);
        let ResponseOperation::Entry(entry) = decoded(found, None).unwrap().operation else {
            panic!("no entry")
        };
        let mail = |value: &[u8]| ("mail".to_owned(), value.to_vec());
        assert_eq!((entry.dn.as_str(), entry.values), ("uid=a", vec![mail(b"a@x"), mail(&[0xff])]));
        assert_eq!(decoded(element(0x79, &[]), None).unwrap().operation, ResponseOperation::Other(0x79));
    }

    #[test]
    fn what_is_no_message_is_refused_with_what_is_wrong() {
        let wrong = |operation: Vec<u8>| decoded(operation, None).unwrap_err().to_string();
        assert_eq!(wrong(Vec::new()), "an element is cut");
        assert_eq!(wrong(element(0x61, &[])), "an element is cut");
        assert_eq!(wrong(constructed(0x61, &[number(INTEGER, 0)])), "a result has no code");
        assert_eq!(
            wrong(constructed(0x64, &[element(OCTET_STRING, &[0xff]), constructed(SEQUENCE, &[])])),
            "the name of an entry or an attribute is not UTF-8"
        );
        let done = constructed(0x65, &[number(ENUMERATED, 0), string(""), string("")]);
        let paged = constructed(SEQUENCE, &[string(PAGED_RESULTS)]);
        assert!(decoded(done, Some(constructed(0xa0, &[paged]))).is_err());
    }
}
