//! The answer to "what is there": XML, of which five elements matter.
//!
//! Keys are asked for percent-encoded, so that the names in it are plain. What is not written as a store writes it is
//! refused as a whole: a listing that is half understood would pass for one with less in it.

use crate::error::BucketError;

/// An object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its key.
    pub key: String,
    /// How many bytes it has.
    pub bytes: u64,
}

/// A part of a listing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// The objects, in the order of their keys.
    pub objects: Vec<Listed>,
    /// What to ask for the next part with; none: this was the last.
    pub next: Option<String>,
}

/// Reads a part of a listing.
///
/// # Errors
/// What is wrong with it.
pub fn read_page(body: &[u8]) -> Result<Page, &'static str> {
    let text = std::str::from_utf8(body).map_err(|_| "it is not UTF-8")?;
    if text.contains("<!") {
        return Err("it has what no listing has");
    }
    let (_, inner) = text.split_once("<ListBucketResult").ok_or("it is no listing")?;
    let (inner, _) = inner.split_once("</ListBucketResult>").ok_or("it is cut off")?;
    let mut page = Page::default();
    let mut rest = inner;
    let mut around = String::new();
    while let Some((before, after)) = rest.split_once("<Contents>") {
        around.push_str(before);
        let (object, after) = after.split_once("</Contents>").ok_or("an object is cut off")?;
        let key = element(object, "Key")?.ok_or("an object has no key")?;
        let bytes = element(object, "Size")?.ok_or("an object has no size")?;
        let key = decoded(&key).ok_or("a key is not written as one")?;
        let bytes = bytes.parse().map_err(|_| "a size is no number")?;
        page.objects.push(Listed { key, bytes });
        rest = after;
    }
    around.push_str(rest);
    if element(&around, "IsTruncated")?.is_some_and(|more| more == "true") {
        let next = element(&around, "NextContinuationToken")?;
        page.next = Some(next.filter(|next| !next.is_empty()).ok_or("it goes on, and does not say where")?);
    }
    Ok(page)
}

impl Page {
    pub(crate) fn of(body: &[u8], origin: &str) -> Result<Self, BucketError> {
        read_page(body)
            .map_err(|why| BucketError::NotAStore { origin: origin.to_owned(), why: why.to_owned() })
    }
}

/// The text of an element that stands there once at most.
fn element(text: &str, name: &str) -> Result<Option<String>, &'static str> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let Some((_, after)) = text.split_once(&open) else { return Ok(None) };
    let (inner, after) = after.split_once(&close).ok_or("an element is cut off")?;
    if after.contains(&open) {
        return Err("an element is there twice");
    }
    unescaped(inner).map(Some).ok_or("an element holds what it should not")
}

/// The five entities that XML has by itself, and no others.
fn unescaped(text: &str) -> Option<String> {
    if text.contains('<') {
        return None;
    }
    let mut parts = text.split('&');
    let mut out = parts.next()?.to_owned();
    for part in parts {
        let (entity, rest) = part.split_once(';')?;
        out.push(match entity {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" | "#34" => '"',
            "apos" | "#39" => '\'',
            _ => return None,
        });
        out.push_str(rest);
    }
    Some(out)
}

/// A key without its percent-encoding.
fn decoded(key: &str) -> Option<String> {
    let mut parts = key.split('%');
    let mut out = parts.next()?.replace('+', " ").into_bytes();
    for part in parts {
        let (digits, rest) = part.split_at_checked(2)?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        out.push(u8::from_str_radix(digits, 16).ok()?);
        out.extend_from_slice(rest.replace('+', " ").as_bytes());
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn listing(inner: &str) -> String {
        format!(
            "<?xml version=\"1.0\"?><ListBucketResult xmlns=\"http://s3\"><Name>b</Name>{inner}</ListBucketResult>"
        )
    }

    #[test]
    fn a_listing_is_read() {
        let inner = "<IsTruncated>true</IsTruncated><Contents><Key>p/dt%3D1/a%2520b</Key><ETag>&#34;x&#34;</ETag>\
                     <Size>12</Size></Contents><Contents><Size>0</Size><Key>z</Key></Contents>\
                     <NextContinuationToken>a&amp;b=</NextContinuationToken>";
        let page = read_page(listing(inner).as_bytes()).unwrap();
        let listed = |key: &str, bytes| Listed { key: key.to_owned(), bytes };
        assert_eq!(page.objects, [listed("p/dt=1/a%20b", 12), listed("z", 0)]);
        assert_eq!(page.next.as_deref(), Some("a&b="));
        assert_eq!(read_page(listing("").as_bytes()), Ok(Page::default()));
    }

    #[test]
    fn what_is_no_listing_is_refused_as_a_whole() {
        let object = |inner: &str| listing(&format!("<Contents>{inner}</Contents>"));
        for (text, why) in [
            (String::new(), "it is no listing"),
            ("<html>".to_owned(), "it is no listing"),
            ("<ListBucketResult>".to_owned(), "it is cut off"),
            (listing("<Contents><Key>a</Key>"), "an object is cut off"),
            (object("<Key>a</Key>"), "an object has no size"),
            (object("<Size>1</Size>"), "an object has no key"),
            (object("<Key>a</Key><Key>b</Key><Size>1</Size>"), "an element is there twice"),
            (object("<Key>a%f</Key><Size>1</Size>"), "a key is not written as one"),
            (object("<Key>a</Key><Size>-1</Size>"), "a size is no number"),
            (object("<Key>&evil;</Key><Size>1</Size>"), "an element holds what it should not"),
            (listing("<IsTruncated>true</IsTruncated>"), "it goes on, and does not say where"),
            (format!("<!DOCTYPE a>{}", listing("")), "it has what no listing has"),
        ] {
            assert_eq!(read_page(text.as_bytes()), Err(why), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_unwind_it(body in ".*") {
            let _ = read_page(body.as_bytes());
            let _ = read_page(listing(&format!("<Contents><Key>{body}</Key><Size>1</Size></Contents>")).as_bytes());
        }
    }
}
