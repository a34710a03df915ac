//! The part of BER that LDAP uses (RFC 4511, 5.1): tags of one byte, definite lengths, no constructed strings.
//!
//! A reader cuts one level at a time and never recurses, so the depth of a message is that of the grammar.

use crate::message::MalformedMessage;

pub(crate) const BOOLEAN: u8 = 0x01;
pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const OCTET_STRING: u8 = 0x04;
pub(crate) const ENUMERATED: u8 = 0x0a;
pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const SET: u8 = 0x31;

/// Elements that follow one another.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BerElements<'a>(&'a [u8]);

impl<'a> BerElements<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes the next element: its tag and its content.
    pub(crate) fn take(&mut self) -> Result<(u8, &'a [u8]), MalformedMessage> {
        let cut = MalformedMessage("an element is cut");
        let (tag, rest) = self.0.split_first().ok_or(cut)?;
        let (first, rest) = rest.split_first().ok_or(cut)?;
        let (more, mut length) = length_form(*first)?;
        let (bytes, rest) = rest.split_at_checked(more).ok_or(cut)?;
        for byte in bytes {
            length = length << 8 | usize::from(*byte);
        }
        let (content, rest) = rest.split_at_checked(length).ok_or(cut)?;
        self.0 = rest;
        Ok((*tag, content))
    }

    /// Takes the next element, which has this tag, and returns its content.
    pub(crate) fn expect(&mut self, tag: u8, what: &'static str) -> Result<&'a [u8], MalformedMessage> {
        match self.take()? {
            (found, content) if found == tag => Ok(content),
            _ => Err(MalformedMessage(what)),
        }
    }

    /// Takes the next element if there is one and it has this tag.
    pub(crate) fn optional(&mut self, tag: u8) -> Result<Option<&'a [u8]>, MalformedMessage> {
        if self.0.first() == Some(&tag) { self.take().map(|(_, content)| Some(content)) } else { Ok(None) }
    }
}

/// Returns how many bytes of a length follow its first byte, and the length if none do.
pub(crate) fn length_form(first: u8) -> Result<(usize, usize), MalformedMessage> {
    match first {
        0..=0x7f => Ok((0, usize::from(first))),
        0x81..=0x84 => Ok((usize::from(first & 0x7f), 0)),
        _ => Err(MalformedMessage("a length is indefinite or longer than four bytes")),
    }
}

/// Reads an integer of up to eight bytes.
pub(crate) fn integer(content: &[u8]) -> Result<i64, MalformedMessage> {
    let (first, rest) = content.split_first().ok_or(MalformedMessage("an integer is empty"))?;
    if rest.len() > 7 {
        return Err(MalformedMessage("an integer is longer than eight bytes"));
    }
    let begin = i64::from(i8::from_be_bytes([*first]));
    Ok(rest.iter().fold(begin, |number, byte| number << 8 | i64::from(*byte)))
}

/// Writes an element.
pub(crate) fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap_or(u32::MAX);
    let mut bytes = Vec::with_capacity(content.len() + 6);
    bytes.push(tag);
    match length {
        0..=0x7f => bytes.push(u8::try_from(length).unwrap_or_default()),
        _ => {
            bytes.push(0x84);
            bytes.extend_from_slice(&length.to_be_bytes());
        }
    }
    bytes.extend_from_slice(content);
    bytes
}

/// Writes an element that consists of others.
pub(crate) fn constructed(tag: u8, parts: &[Vec<u8>]) -> Vec<u8> {
    element(tag, &parts.concat())
}

/// Writes a number that is not negative.
pub(crate) fn number(tag: u8, number: u32) -> Vec<u8> {
    let bytes = i64::from(number).to_be_bytes();
    let needless = bytes.iter().take(7).take_while(|byte| **byte == 0).count();
    // A first bit of one would make it negative.
    let from = match bytes.get(needless) {
        Some(first) if *first >= 0x80 => needless - 1,
        _ => needless,
    };
    element(tag, bytes.get(from..).unwrap_or_default())
}

pub(crate) fn string(text: &str) -> Vec<u8> {
    element(OCTET_STRING, text.as_bytes())
}

pub(crate) fn boolean(value: bool) -> Vec<u8> {
    element(BOOLEAN, &[if value { 0xff } else { 0 }])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_elements_are_read_as_they_are_written() {
        for number in [0, 1, 127, 128, 255, 256, 32_767, 32_768, u32::MAX] {
            let bytes = super::number(INTEGER, number);
            let content = BerElements::new(&bytes).expect(INTEGER, "").unwrap();
            assert_eq!(integer(content), Ok(i64::from(number)));
            assert!(content.len() == 1 || content[0] != 0 || content[1] >= 0x80, "{content:?} is minimal");
        }
        for length in [0, 1, 127, 128, 70_000] {
            let bytes = element(OCTET_STRING, &vec![7; length]);
            let mut elements = BerElements::new(&bytes);
            assert_eq!(elements.take().map(|(_, content)| content.len()), Ok(length));
            assert!(elements.is_empty());
        }
        assert_eq!(integer(&[0xff, 0x7f]), Ok(-129));
    }

    #[test]
    fn what_is_cut_or_has_no_definite_length_is_refused() {
        for bytes in [
            &[][..],
            &[0x30],
            &[0x30, 0x80, 0, 0],
            &[0x30, 0x85, 0, 0, 0, 0, 0],
            &[0x30, 0x82, 1],
            &[0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 1],
            &[4, 2, 1],
        ] {
            assert!(BerElements::new(bytes).take().is_err(), "{bytes:?}");
        }
        assert!(integer(&[]).is_err());
        assert!(integer(&[1; 9]).is_err());
    }
}
