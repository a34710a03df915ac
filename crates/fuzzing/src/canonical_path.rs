//! The path and query of a request line. What is accepted has one reading: it is its own canonical form, whoever
//! decodes it sees the segments that were decided on, and a URL library resolves it to itself.

use countersign_gate_http::Target;
use countersign_routes::CanonicalPath;
use url::Url;

/// Reads the bytes as the target of a request. Returns whether it was accepted.
pub fn canonical_path(raw: &[u8]) -> bool {
    let Ok(target) = Target::parse(raw) else { return false };
    let path = target.path();
    let text = path.as_str();

    let again = CanonicalPath::parse(text.as_bytes()).expect("a canonical path is accepted");
    assert_eq!(&again, path, "a canonical path is its own canonical form");
    let whole = Target::parse(target.to_string().as_bytes()).expect("what is forwarded is accepted");
    assert_eq!(whole, target, "what is forwarded is what was decided");

    assert!(text.starts_with('/') && !text.contains("//") && !text.contains('\\') && !text.contains(';'));
    for segment in path.segments() {
        assert!(segment != "." && segment != "..", "no dot segment: {text}");
        assert!(!segment.contains(['/', '\\', ';', '\0']), "no separator within a segment: {text}");
    }
    let decoded: Vec<String> = text.split('/').skip(1).map(decode).collect();
    assert_eq!(decoded, path.segments(), "decoding once gives the segments");

    let url = Url::parse(&format!("http://application.example{target}")).expect("a URL can be made of it");
    assert_eq!(url.host_str(), Some("application.example"));
    let resolved: Vec<String> = url.path().split('/').skip(1).map(decode).collect();
    assert_eq!(resolved, path.segments(), "another decoder agrees");
    true
}

/// Percent-decoding, once, written out so that it is not the code under test.
fn decode(segment: &str) -> String {
    let mut bytes = segment.bytes();
    let mut out = Vec::new();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        let digits: Vec<u8> = bytes.by_ref().take(2).collect();
        let digits = std::str::from_utf8(&digits).expect("digits are ASCII");
        out.push(u8::from_str_radix(digits, 16).expect("two digits follow a %"));
    }
    String::from_utf8(out).expect("segments are UTF-8")
}
