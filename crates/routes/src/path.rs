//! One canonical form of a path, so that the gate forwards exactly what it decided on.
//!
//! The danger is a path that two programs parse differently: the gate decides on one reading, the application acts on
//! another. So the gate accepts only paths on which every decoder agrees, writes them in one way, decides on that and
//! forwards that. It refuses every path that could be read in two ways, although some of these are legal: `;`
//! parameters, encoded slashes and empty segments have honest uses, but no honest use is worth a hole in front of every
//! application.

use std::fmt::Write as _;

/// Maximum length of a path in bytes, as received.
const LONGEST: usize = 8 * 1024;

/// A path with one reading. Its text is the percent-encoded form that the gate forwards; its segments are decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CanonicalPath {
    text: String,
    segments: Vec<String>,
}

/// Why a path was refused. The sender sees the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Ambiguous {
    /// The path does not begin with `/`.
    #[error("the path must begin with /")]
    NotAbsolute,
    /// The path is longer than 8 KiB.
    #[error("the path is longer than 8 KiB")]
    TooLong,
    /// The path contains an encoded slash, or a plain or encoded backslash.
    #[error("the path holds an encoded slash or a backslash, which applications read in different ways")]
    Slash,
    /// The path contains a segment that consists only of dots and spaces.
    #[error("the path holds a segment of dots or spaces alone (. or ..): send the path that it leads to")]
    DotSegment,
    /// The path contains `//`.
    #[error("the path holds an empty segment (//), which applications read in different ways")]
    EmptySegment,
    /// The path contains a control character, plain or encoded, or a plain space.
    #[error("the path holds a control character")]
    Control,
    /// The path contains a `%` that two hexadecimal digits do not follow.
    #[error("the path holds a % that two hexadecimal digits do not follow")]
    Escape,
    /// The path, decoded once, still contains an escape.
    #[error("the path is percent-encoded twice")]
    DoubleEncoded,
    /// The decoded path is not UTF-8.
    #[error("the path is not UTF-8 after decoding")]
    NotUtf8,
    /// The path contains a byte outside ASCII that is not percent-encoded.
    #[error("the path holds a byte outside ASCII: percent-encode it")]
    NotAscii,
    /// The path contains `;`, plain or encoded.
    #[error("the path holds a ; parameter, which applications read in different ways")]
    Parameter,
    /// The path contains a plain `#` or `?`.
    #[error("the path holds a fragment or a question mark")]
    Fragment,
    /// The query contains a control character, a space, a `#` or a byte outside ASCII.
    #[error("the query holds a control character, a space, # or a byte outside ASCII: percent-encode it")]
    Query,
    /// The path differs from a known route only in letter case, or in dots or spaces at the end of a segment.
    #[error(
        "the path differs from a known route only in the case of its letters, or in dots or spaces behind them"
    )]
    Case,
    /// The method is not in upper case.
    #[error(
        "the method is not written in capital letters, as in GET, which applications read in different ways"
    )]
    Method,
}

impl CanonicalPath {
    /// Returns the canonical form of a raw path (without its query).
    ///
    /// # Errors
    /// If two decoders could read the path differently; the variant states how.
    pub fn parse(raw: &[u8]) -> Result<Self, Ambiguous> {
        if raw.len() > LONGEST {
            return Err(Ambiguous::TooLong);
        }
        let Some(rest) = raw.strip_prefix(b"/") else { return Err(Ambiguous::NotAbsolute) };
        let mut path = Self { text: String::with_capacity(raw.len()), segments: Vec::new() };
        let mut pieces = rest.split(|byte| *byte == b'/').peekable();
        while let Some(piece) = pieces.next() {
            if piece.is_empty() && pieces.peek().is_some() {
                return Err(Ambiguous::EmptySegment);
            }
            path.text.push('/');
            let segment = segment(piece, &mut path.text)?;
            path.segments.push(segment);
        }
        Ok(path)
    }

    /// Returns the path as it is forwarded and recorded.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the decoded segments. The last is empty if the path ends in `/`.
    pub fn segments(&self) -> &[String] {
        &self.segments
    }
}

impl std::fmt::Display for CanonicalPath {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

/// Decodes one segment, and appends its canonical form to `text`.
fn segment(raw: &[u8], text: &mut String) -> Result<String, Ambiguous> {
    let mut decoded = Vec::with_capacity(raw.len());
    let mut bytes = raw.iter().copied();
    while let Some(byte) = bytes.next() {
        let (value, escaped) = match byte {
            b'%' => (unescape(bytes.next(), bytes.next())?, true),
            plain => (plain, false),
        };
        refuse(value, escaped)?;
        decoded.push(value);
        write_byte(text, value, escaped);
    }
    if holds_escape(&decoded) {
        return Err(Ambiguous::DoubleEncoded);
    }
    let decoded = String::from_utf8(decoded).map_err(|_| Ambiguous::NotUtf8)?;
    // Some servers remove dots and spaces at the end of a path, as Windows does with names; then nothing would remain
    // here.
    if !decoded.is_empty() && decoded.bytes().all(|byte| matches!(byte, b'.' | b' ')) {
        return Err(Ambiguous::DotSegment);
    }
    // Includes those that are control characters only as UTF-8 (U+0085 and its neighbours).
    if decoded.chars().any(char::is_control) {
        return Err(Ambiguous::Control);
    }
    Ok(decoded)
}

fn unescape(high: Option<u8>, low: Option<u8>) -> Result<u8, Ambiguous> {
    let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
    match (digit(high), digit(low)) {
        (Some(high), Some(low)) => u8::try_from(high * 16 + low).map_err(|_| Ambiguous::Escape),
        _ => Err(Ambiguous::Escape),
    }
}

const fn refuse(value: u8, escaped: bool) -> Result<(), Ambiguous> {
    match value {
        b'/' | b'\\' => Err(Ambiguous::Slash),
        b';' => Err(Ambiguous::Parameter),
        b' ' if !escaped => Err(Ambiguous::Control),
        0x80.. if !escaped => Err(Ambiguous::NotAscii),
        b'#' | b'?' if !escaped => Err(Ambiguous::Fragment),
        _ => Ok(()),
    }
}

/// Writes unreserved characters plainly and escapes everything that is not allowed in a path. A sub-delimiter stays as
/// it was received, because RFC 3986 (2.2) allows `%21` and `!` to mean different things.
fn write_byte(text: &mut String, value: u8, escaped: bool) {
    let unreserved = value.is_ascii_alphanumeric() || matches!(value, b'-' | b'.' | b'_' | b'~');
    let delimiter =
        matches!(value, b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b'=' | b':' | b'@');
    if unreserved || (delimiter && !escaped) {
        text.push(char::from(value));
    } else {
        // Writing to a String does not fail.
        let _ = write!(text, "%{value:02X}");
    }
}

fn holds_escape(decoded: &[u8]) -> bool {
    decoded.windows(3).any(
        |window| matches!(window, [b'%', high, low] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(raw: &str, expected: Result<&str, Ambiguous>) {
        let found = CanonicalPath::parse(raw.as_bytes());
        assert_eq!(found.as_ref().map(CanonicalPath::as_str).map_err(|why| *why), expected, "{raw:?}");
    }

    #[test]
    fn honest_paths_have_one_spelling() {
        for (raw, canonical) in [
            ("/", "/"),
            ("/a", "/a"),
            ("/a/", "/a/"),
            ("/a/b.c/~d", "/a/b.c/~d"),
            ("/%61%2d%2E%5f%7e", "/a-._~"),
            ("/caf%c3%a9", "/caf%C3%A9"),
            ("/a%20b", "/a%20b"),
            ("/a!b%21c", "/a!b%21c"),
            ("/a%23b%3fc", "/a%23b%3Fc"),
            ("/a:b@c", "/a:b@c"),
            ("/a|b\"{}^`<>", "/a%7Cb%22%7B%7D%5E%60%3C%3E"),
            ("/100%25", "/100%25"),
            ("/100%25zz", "/100%25zz"),
            ("/a..b", "/a..b"),
            ("/a..", "/a.."),
            ("/...a", "/...a"),
            ("/.well-known/x", "/.well-known/x"),
        ] {
            check(raw, Ok(canonical));
        }
    }

    #[test]
    fn what_two_decoders_could_read_differently_is_refused() {
        use Ambiguous as A;
        for (raw, why) in [
            ("", A::NotAbsolute),
            ("a", A::NotAbsolute),
            ("*", A::NotAbsolute),
            ("http://wiki/", A::NotAbsolute),
            ("//", A::EmptySegment),
            ("/a//b", A::EmptySegment),
            ("//evil.example/a", A::EmptySegment),
            ("/a%2fb", A::Slash),
            ("/a%2Fb", A::Slash),
            ("/a\\b", A::Slash),
            ("/a%5cb", A::Slash),
            ("/.", A::DotSegment),
            ("/..", A::DotSegment),
            ("/a/./b", A::DotSegment),
            ("/a/../b", A::DotSegment),
            ("/a/%2e%2e/b", A::DotSegment),
            ("/a/.%2E/b", A::DotSegment),
            ("/a/%2e", A::DotSegment),
            ("/...", A::DotSegment),
            ("/a/.../b", A::DotSegment),
            ("/a/%20", A::DotSegment),
            ("/a/.%20./b", A::DotSegment),
            ("/a%00", A::Control),
            ("/a%0d%0aSet-Cookie:x", A::Control),
            ("/a\u{7f}", A::Control),
            ("/a\tb", A::Control),
            ("/a b", A::Control),
            ("/a%7F", A::Control),
            ("/a%C2%85", A::Control),
            ("/a%", A::Escape),
            ("/a%2", A::Escape),
            ("/a%zz", A::Escape),
            ("/a%u002f", A::Escape),
            ("/a%252fb", A::DoubleEncoded),
            ("/%252e%252e/", A::DoubleEncoded),
            ("/%25%32%66", A::DoubleEncoded),
            ("/%c0%af", A::NotUtf8),
            ("/%c0%ae%c0%ae/", A::NotUtf8),
            ("/%e0%80%af", A::NotUtf8),
            ("/%ff", A::NotUtf8),
            ("/%ed%a0%80", A::NotUtf8),
            ("/caf\u{e9}", A::NotAscii),
            ("/a;b=c", A::Parameter),
            ("/a%3bb", A::Parameter),
            ("/..;/a", A::Parameter),
            ("/a#b", A::Fragment),
            ("/a?b", A::Fragment),
        ] {
            check(raw, Err(why));
        }
        check(&format!("/{}", "a".repeat(LONGEST)), Err(A::TooLong));
    }

    /// The simplest possible decoder, as an application's framework may have it.
    fn plain_decoder(text: &str) -> Vec<Vec<u8>> {
        let decode = |piece: &str| {
            let mut out = Vec::new();
            let mut bytes = piece.bytes();
            while let Some(byte) = bytes.next() {
                if byte == b'%' {
                    let digits = [bytes.next().unwrap(), bytes.next().unwrap()];
                    out.push(u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap());
                } else {
                    out.push(byte);
                }
            }
            out
        };
        text.strip_prefix('/').unwrap().split('/').map(decode).collect()
    }

    /// Text with more of the relevant characters than random text would contain.
    fn tricky() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            Just("/".to_owned()),
            Just("%".to_owned()),
            Just("..".to_owned()),
            Just("%25".to_owned()),
            Just("%2e".to_owned()),
            Just("%C3%A9".to_owned()),
            (0u8..=255).prop_map(|byte| format!("%{byte:02x}")),
            (0u8..=255).prop_map(|byte| format!("%{byte:02X}")),
            "[ -~]{1,3}",
            "\\PC{1,2}",
        ];
        proptest::collection::vec(piece, 0..12).prop_map(|pieces| format!("/{}", pieces.concat()))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn the_canonical_form_is_its_own_canonical_form(raw in tricky()) {
            if let Ok(path) = CanonicalPath::parse(raw.as_bytes()) {
                let again = CanonicalPath::parse(path.as_str().as_bytes());
                prop_assert_eq!(again.as_ref(), Ok(&path));
            }
        }

        #[test]
        fn whoever_decodes_what_is_forwarded_sees_the_segments_that_were_decided(raw in tricky()) {
            if let Ok(path) = CanonicalPath::parse(raw.as_bytes()) {
                let decided: Vec<Vec<u8>> = path.segments().iter().map(|s| s.clone().into_bytes()).collect();
                // The other possible way is to decode the whole before splitting; both must agree.
                let whole = plain_decoder(&path.as_str().replace('/', "%2F").replacen("%2F", "/", 1)).concat();
                let split: Vec<Vec<u8>> = whole.split(|b| *b == b'/').map(<[u8]>::to_vec).collect();
                prop_assert_eq!(&plain_decoder(path.as_str()), &decided);
                prop_assert_eq!(&split, &decided);
                prop_assert!(path.as_str().parse::<http::uri::PathAndQuery>().is_ok());
            }
        }

        #[test]
        fn no_bytes_make_it_panic(raw in proptest::collection::vec(any::<u8>(), 0..64)) {
            let _ = CanonicalPath::parse(&raw);
        }
    }
}
