//! The head of an HTTP/1 request, as the gate cuts it out of a connection. What is accepted is read by another parser,
//! which is as lenient as parsers are, in one way: the same lines, one host, and one length of what follows.

use countersign_gate_http::readers::{Framing, check_head};

/// More lines than any input has.
const LINES: usize = 1024;

/// Reads the bytes as the head of a request. Returns whether it was accepted.
pub fn request_head(raw: &[u8]) -> bool {
    // A head ends at its first empty line; without one nothing is judged yet, and nothing may break either.
    let end = raw.windows(4).position(|window| window == b"\r\n\r\n").map(|at| at + 4);
    let Some(head) = end.and_then(|end| raw.get(..end)) else {
        let _ = check_head(raw);
        return false;
    };
    let Ok(framing) = check_head(head) else { return false };

    assert!(!head.contains(&0), "no zero byte");
    let lone = |at: usize| head[at] == b'\n' && (at == 0 || head[at - 1] != b'\r');
    assert!((0..head.len()).all(|at| !lone(at)), "no line ends in a line feed alone");
    let lines: Vec<&[u8]> = head[..head.len() - 4].split(|byte| *byte == b'\n').collect();
    if lines.len() > LINES {
        return true;
    }
    let mut headers = vec![httparse::EMPTY_HEADER; LINES];
    let mut request = httparse::Request::new(&mut headers);
    // The other parser may want more of a target than we do; what it refuses is answered with 400 behind us.
    let Ok(parsed) = request.parse(head) else { return true };
    assert_eq!(parsed, httparse::Status::Complete(head.len()), "the head ends where we say");
    assert_eq!(request.headers.len(), lines.len() - 1, "every line is a header, and none is folded");

    let values = |name: &str| -> Vec<&[u8]> {
        request
            .headers
            .iter()
            .filter(|header| header.name.eq_ignore_ascii_case(name))
            .map(|header| header.value)
            .collect()
    };
    assert_eq!(values("host").len(), 1, "one host");
    let lengths = values("content-length");
    let codings = values("transfer-encoding");
    match framing {
        Framing::Chunked => {
            assert!(lengths.is_empty() && codings.len() == 1 && request.version == Some(1));
            assert!(codings[0].eq_ignore_ascii_case(b"chunked"), "{:?}", codings[0]);
        }
        Framing::Length(bytes) => {
            assert!(codings.is_empty() && lengths.len() <= 1);
            let said = lengths.first().map(|value| std::str::from_utf8(value).expect("digits").parse());
            assert_eq!(said.unwrap_or(Ok(0)), Ok(bytes), "the length that is written");
        }
    }
    true
}
