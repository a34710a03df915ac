//! What an entry is known by: the key that outlives a renaming, and the name that people know.

use super::attributes::EntryAttributes;
use crate::record::SourceKey;
use crate::text::fit;
use std::fmt::Write as _;

/// Returns the key: what the server itself identifies the entry by for as long as it exists, else its distinguished name.
pub(super) fn key(attributes: &EntryAttributes, dn: &str) -> Option<SourceKey> {
    let guid = attributes.bytes("objectguid").find_map(guid);
    let unique = ["entryuuid", "ipauniqueid", "nsuniqueid"].iter().find_map(|name| attributes.text(&[name]));
    let unique = unique.map(|text| text.to_ascii_lowercase());
    SourceKey::new(guid.or(unique).or_else(|| sid(attributes)).as_deref().unwrap_or(dn))
}

/// Returns the name that people know the entry by.
pub(super) fn shown_name(attributes: &EntryAttributes, dn: &str, is_account: bool) -> String {
    let logins: &[&str] =
        if is_account { &["samaccountname", "uid", "userprincipalname", "krbprincipalname"] } else { &[] };
    let first_value =
        || dn.split_once('=').and_then(|(_, rest)| fit(rest.split(',').next().unwrap_or_default()));
    let name = attributes.text(logins).or_else(|| attributes.text(&["cn", "samaccountname", "displayname"]));
    name.or_else(first_value).unwrap_or_else(|| dn.to_owned())
}

/// Returns the security identifier of the entry as text (MS-DTYP 2.4.2.1), whether it is stored as bytes or as text.
pub(super) fn sid(attributes: &EntryAttributes) -> Option<String> {
    attributes.bytes("objectsid").find_map(|value| match value {
        [b'S' | b's', b'-', ..] => {
            std::str::from_utf8(value).ok().and_then(fit).map(|text| text.to_ascii_uppercase())
        }
        bytes => sid_of(bytes),
    })
}

fn sid_of(bytes: &[u8]) -> Option<String> {
    let [1, count, a, b, c, d, e, f, rest @ ..] = bytes else { return None };
    if rest.len() != usize::from(*count) * 4 {
        return None;
    }
    let mut text = format!("S-1-{}", u64::from_be_bytes([0, 0, *a, *b, *c, *d, *e, *f]));
    for part in rest.chunks_exact(4) {
        let number = u32::from_le_bytes(part.try_into().ok()?);
        let _ = write!(text, "-{number}");
    }
    Some(text)
}

/// Returns a GUID as text (MS-DTYP 2.3.4): its first three fields are stored with the lowest byte first.
fn guid(bytes: &[u8]) -> Option<String> {
    let bytes: [u8; 16] = bytes.try_into().ok()?;
    const ORDER: [usize; 16] = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
    let mut text = String::with_capacity(36);
    for (place, from) in ORDER.into_iter().enumerate() {
        if matches!(place, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        let _ = write!(text, "{:02x}", bytes.get(from)?);
    }
    Some(text)
}
