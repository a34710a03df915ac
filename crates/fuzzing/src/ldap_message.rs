//! A message of an LDAP server. What is accepted holds nothing that was not in it, and its words are fit for a terminal.

use countersign_ldap::{DirectoryResponse, ResponseOperation};

/// Reads the bytes as the content of a message. Returns whether they were accepted as an answer that a client awaits.
pub fn ldap_message(bytes: &[u8]) -> bool {
    let Ok(response) = DirectoryResponse::decode(bytes) else { return false };
    let cookie = response.cookie.as_deref().unwrap_or_default();
    assert!(cookie.is_empty() || bytes.windows(cookie.len()).any(|part| part == cookie));
    match response.operation {
        ResponseOperation::Entry(entry) => {
            let values = entry.values.iter().map(|(_, value)| value.len()).sum::<usize>();
            assert!(entry.dn.len() + values < bytes.len(), "no value is there twice");
        }
        ResponseOperation::Reference(urls) => hold(&urls),
        ResponseOperation::Bound(result)
        | ResponseOperation::SearchDone(result)
        | ResponseOperation::Extended(result) => {
            hold(&result.referrals);
            hold(&[result.matched, result.message]);
        }
        ResponseOperation::Other(_) => return false,
    }
    true
}

fn hold(words: &[String]) {
    for words in words {
        assert!(words.chars().count() <= 300 && !words.chars().any(char::is_control), "{words:?}");
    }
}
