//! Determines, strictly, how a request head frames the body behind it.

use crate::framing::length;

/// How the body is framed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// This number of bytes; 0 for a request without a body.
    Length(u64),
    /// In chunks.
    Chunked,
}

/// What is wrong with a head.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadHead {
    /// A line without CRLF at its end.
    #[error("a line is ended by something other than CRLF")]
    LineEnd,
    /// An invalid request line.
    #[error("the request line is not METHOD SP target SP HTTP/1.1")]
    RequestLine,
    /// A header line without a valid name.
    #[error("a header line is folded, has no name, or has white space around its name")]
    HeaderName,
    /// A value with control characters.
    #[error("a header value holds a control character")]
    HeaderValue,
    /// No host, or several.
    #[error("there is not exactly one Host")]
    Host,
    /// A length that is not one plain number.
    #[error("there is more than one Content-Length, or it is not a plain number")]
    ContentLength,
    /// A coding that is not `chunked` alone.
    #[error("there is more than one Transfer-Encoding, or it is not exactly chunked, or it is in HTTP/1.0")]
    TransferEncoding,
    /// Both a length and a coding.
    #[error("there are both a Content-Length and a Transfer-Encoding")]
    Both,
}

/// Returns the framing that a whole head (its empty line included) announces.
///
/// # Errors
/// If any part of it could be read in two ways.
pub fn check_head(head: &[u8]) -> Result<Framing, BadHead> {
    let mut lines = HeadLines { rest: head };
    let http_11 = request_line(lines.next().ok_or(BadHead::RequestLine)??)?;
    let mut seen = FramingHeaders::default();
    for line in lines {
        let line = line?;
        if line.is_empty() {
            break;
        }
        let (name, value) = header(line)?;
        seen.note(name, value)?;
    }
    seen.framing(http_11)
}

/// The lines of a head, which must all end in CRLF.
struct HeadLines<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for HeadLines<'a> {
    type Item = Result<&'a [u8], BadHead>;

    fn next(&mut self) -> Option<Self::Item> {
        let at = memchr::memchr2(b'\r', b'\n', self.rest)?;
        let (line, rest) = self.rest.split_at(at);
        match rest.strip_prefix(b"\r\n") {
            Some(rest) => {
                self.rest = rest;
                Some(Ok(line))
            }
            None => Some(Err(BadHead::LineEnd)),
        }
    }
}

/// Returns whether a byte is allowed in a name or a method (RFC 9110, 5.6.2).
pub(super) const fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'!' | b'#'
                | b'$'
                | b'%'
                | b'&'
                | b'\''
                | b'*'
                | b'+'
                | b'-'
                | b'.'
                | b'^'
                | b'_'
                | b'`'
                | b'|'
                | b'~'
        )
}

/// Returns whether the request line states HTTP/1.1 (rather than 1.0).
fn request_line(line: &[u8]) -> Result<bool, BadHead> {
    let mut words = line.split(|byte| *byte == b' ');
    let (Some(method), Some(target), Some(version), None) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return Err(BadHead::RequestLine);
    };
    let method_ok = !method.is_empty() && method.iter().all(|byte| is_token(*byte));
    // hyper would remove a fragment, and the gate would forward something other than it decided.
    let target_ok = !target.is_empty()
        && target.iter().fold(true, |ok, byte| ok & byte.is_ascii_graphic() & (*byte != b'#'));
    match version {
        _ if !method_ok || !target_ok => Err(BadHead::RequestLine),
        b"HTTP/1.1" => Ok(true),
        b"HTTP/1.0" => Ok(false),
        _ => Err(BadHead::RequestLine),
    }
}

fn header(line: &[u8]) -> Result<(&[u8], &[u8]), BadHead> {
    let colon = memchr::memchr(b':', line).ok_or(BadHead::HeaderName)?;
    let (name, value) = line.split_at(colon);
    if name.is_empty() || !name.iter().all(|byte| is_token(*byte)) {
        return Err(BadHead::HeaderName);
    }
    let value = value.strip_prefix(b":").unwrap_or_default();
    // Every byte is checked even after an invalid one, so that the compiler can check many in one step.
    if value.iter().fold(false, |bad, byte| bad | ((*byte < b' ') & (*byte != b'\t')) | (*byte == 0x7f)) {
        return Err(BadHead::HeaderValue);
    }
    Ok((name, value))
}

#[derive(Default)]
struct FramingHeaders {
    hosts: usize,
    length: Option<u64>,
    chunked: bool,
}

impl FramingHeaders {
    fn note(&mut self, name: &[u8], value: &[u8]) -> Result<(), BadHead> {
        if name.eq_ignore_ascii_case(b"host") {
            self.hosts += 1;
        } else if name.eq_ignore_ascii_case(b"content-length") {
            let bytes = length(value.trim_ascii()).ok_or(BadHead::ContentLength)?;
            if self.length.replace(bytes).is_some() {
                return Err(BadHead::ContentLength);
            }
        } else if name.eq_ignore_ascii_case(b"transfer-encoding") {
            if self.chunked || !value.trim_ascii().eq_ignore_ascii_case(b"chunked") {
                return Err(BadHead::TransferEncoding);
            }
            self.chunked = true;
        }
        Ok(())
    }

    const fn framing(&self, http_11: bool) -> Result<Framing, BadHead> {
        if self.hosts != 1 {
            return Err(BadHead::Host);
        }
        match (self.length, self.chunked) {
            (Some(_), true) => Err(BadHead::Both),
            (_, true) if !http_11 => Err(BadHead::TransferEncoding),
            (None, true) => Ok(Framing::Chunked),
            (Some(bytes), false) => Ok(Framing::Length(bytes)),
            (None, false) => Ok(Framing::Length(0)),
        }
    }
}
