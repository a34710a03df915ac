//! Lengths and framing in a head: accepted only in the form that every server reads alike.
//!
//! `Content-Length: 0200` is 200 to one server and 128 to another that reads it as octal, and the rest becomes a
//! request that nobody decided. On HTTP/1.1 the guard before the parser checks clients' requests. This module checks
//! HTTP/2 requests, which come from another parser, and applications' answers.

use http::header::{self, HeaderMap, HeaderValue};
use http::{Request, Response, Version};
use http_body::Body;

/// Maximum number of digits of a length: more would not fit into 63 bits.
const DIGITS: usize = 18;

/// Framing that could be read in two ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadFraming {
    /// A length that is not exactly one number in canonical form.
    #[error("there is more than one Content-Length, or it is not a plain number")]
    Length,
    /// A length without a body.
    #[error("a Content-Length is stated, and no body follows")]
    NoBody,
    /// A coding that is not `chunked` alone, or that stands beside a length.
    #[error("there is a Transfer-Encoding other than chunked, or one beside a Content-Length")]
    Coding,
    /// White space around a value (RFC 9113, 8.2.1).
    #[error("a header value begins or ends with white space")]
    WhiteSpace,
}

/// Parses decimal digits, without sign and without leading zeros.
pub fn length(digits: &[u8]) -> Option<u64> {
    let plain = digits.iter().all(u8::is_ascii_digit) && (1..=DIGITS).contains(&digits.len());
    if !plain || digits.len() > 1 && digits.starts_with(b"0") {
        return None;
    }
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// Returns the length that a head states, if it states one.
fn stated_length(headers: &HeaderMap) -> Result<Option<u64>, BadFraming> {
    let mut lengths = headers.get_all(header::CONTENT_LENGTH).iter();
    match (lengths.next(), lengths.next()) {
        (None, _) => Ok(None),
        (Some(one), None) => length(one.as_bytes()).map(Some).ok_or(BadFraming::Length),
        (Some(_), Some(_)) => Err(BadFraming::Length),
    }
}

/// Checks that a request can be read in one way only.
///
/// # Errors
/// If it cannot.
pub fn check_request<B: Body>(request: &Request<B>) -> Result<(), BadFraming> {
    let headers = request.headers();
    let stated = stated_length(headers)?;
    if stated.is_some_and(|bytes| bytes > 0) && request.body().is_end_stream() {
        return Err(BadFraming::NoBody);
    }
    // In HTTP/1.1 white space around a value is not part of it, and the parser has removed it.
    if request.version() == Version::HTTP_2 && headers.values().any(has_space_around) {
        return Err(BadFraming::WhiteSpace);
    }
    Ok(())
}

/// Checks that an application's answer can be read in one way only: its coding ends at this hop, and the length that is
/// passed on must frame what follows.
///
/// # Errors
/// If it cannot.
pub fn check_answer<B>(answer: &Response<B>) -> Result<(), BadFraming> {
    let headers = answer.headers();
    let stated = stated_length(headers)?;
    let mut codings = headers.get_all(header::TRANSFER_ENCODING).iter();
    match (codings.next(), codings.next()) {
        (None, _) => Ok(()),
        (Some(one), None) if stated.is_none() && one.as_bytes().eq_ignore_ascii_case(b"chunked") => Ok(()),
        _ => Err(BadFraming::Coding),
    }
}

fn has_space_around(value: &HeaderValue) -> bool {
    let space = |byte: Option<&u8>| matches!(byte, Some(b' ' | b'\t'));
    space(value.as_bytes().first()) || space(value.as_bytes().last())
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use http_body_util::{Empty, Full};

    fn with<T>(
        mut message: T,
        headers: impl Fn(&mut T) -> &mut HeaderMap,
        lines: &[(&'static str, &str)],
    ) -> T {
        for (name, value) in lines {
            headers(&mut message).append(*name, value.parse().unwrap());
        }
        message
    }

    #[test]
    fn a_length_has_one_form() {
        for (digits, number) in [
            ("0", Some(0)),
            ("7", Some(7)),
            ("200", Some(200)),
            ("999999999999999999", Some(999_999_999_999_999_999)),
            ("", None),
            ("0200", None),
            ("00", None),
            ("+5", None),
            ("-0", None),
            ("5, 5", None),
            ("0x10", None),
            ("1e3", None),
            ("5 ", None),
            ("1000000000000000000", None),
        ] {
            assert_eq!(length(digits.as_bytes()), number, "{digits:?}");
        }
    }

    #[test]
    fn an_answer_is_framed_in_one_way() {
        for (lines, expected) in [
            (&[][..], Ok(())),
            (&[("content-length", "3")], Ok(())),
            (&[("transfer-encoding", "chunked")], Ok(())),
            (&[("transfer-encoding", "Chunked")], Ok(())),
            (&[("content-length", "03")], Err(BadFraming::Length)),
            (&[("content-length", "3, 3")], Err(BadFraming::Length)),
            (&[("content-length", "3"), ("content-length", "3")], Err(BadFraming::Length)),
            (&[("content-length", "3"), ("transfer-encoding", "chunked")], Err(BadFraming::Coding)),
            (&[("transfer-encoding", "gzip, chunked")], Err(BadFraming::Coding)),
            (&[("transfer-encoding", "identity")], Err(BadFraming::Coding)),
            (&[("transfer-encoding", "gzip"), ("transfer-encoding", "chunked")], Err(BadFraming::Coding)),
        ] {
            let answer = with(Response::new(()), Response::headers_mut, lines);
            assert_eq!(check_answer(&answer), expected, "{lines:?}");
        }
    }

    #[test]
    fn a_length_without_a_body_is_refused() {
        let length = [("content-length", "3")];
        let without = with(Request::new(Empty::<Bytes>::new()), Request::headers_mut, &length);
        assert_eq!(check_request(&without), Err(BadFraming::NoBody));
        let body = Full::new(Bytes::from_static(b"abc"));
        assert_eq!(check_request(&with(Request::new(body), Request::headers_mut, &length)), Ok(()));
        let none =
            with(Request::new(Empty::<Bytes>::new()), Request::headers_mut, &[("content-length", "0")]);
        assert_eq!(check_request(&none), Ok(()));
    }
}
