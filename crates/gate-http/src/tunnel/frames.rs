//! Finds where one WebSocket frame ends and the next begins (RFC 6455, 5.2), so that a Close frame can be inserted
//! between them.

/// The framing state of what an application has sent to a client.
#[derive(Debug, Default)]
pub struct Frames {
    /// The header that is being read.
    header: Vec<u8>,
    /// Remaining bytes of the payload.
    payload: u64,
    /// Nothing may follow a Close frame.
    closed: bool,
}

impl Frames {
    /// Advances over these bytes.
    pub fn follow(&mut self, mut bytes: &[u8]) {
        while let Some(byte) = bytes.first() {
            if self.payload > 0 {
                let here = usize::try_from(self.payload).unwrap_or(usize::MAX).min(bytes.len());
                self.payload -= here as u64;
                bytes = bytes.get(here..).unwrap_or_default();
                continue;
            }
            self.header.push(*byte);
            bytes = bytes.get(1..).unwrap_or_default();
            if let Some(payload) = payload(&self.header) {
                self.closed |= self.header.first().is_some_and(|first| first & 0x0f == 8);
                self.header.clear();
                self.payload = payload;
            }
        }
    }

    /// Returns whether a frame of our own may be inserted here.
    pub const fn at_boundary(&self) -> bool {
        self.header.is_empty() && self.payload == 0 && !self.closed
    }
}

/// Returns the length of the payload and of the mask before it, once the header is complete.
fn payload(header: &[u8]) -> Option<u64> {
    let second = header.get(1)?;
    let mask = if second & 0x80 == 0 { 0 } else { 4 };
    let length = match second & 0x7f {
        126 => u64::from(u16::from_be_bytes(header.get(2..4)?.try_into().ok()?)),
        127 => u64::from_be_bytes(header.get(2..10)?.try_into().ok()?),
        short => u64::from(short),
    };
    Some(length.saturating_add(mask))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], at_boundary: bool) {
        for step in [1, 2, 3, 1000] {
            let mut frames = Frames::default();
            bytes.chunks(step).for_each(|piece| frames.follow(piece));
            assert_eq!(frames.at_boundary(), at_boundary, "{bytes:?} in steps of {step}");
        }
    }

    #[test]
    fn boundaries_are_found_whatever_the_lengths_and_pieces() {
        check(b"", true);
        check(b"\x81", false);
        check(b"\x81\x05hell", false);
        check(b"\x81\x05hello", true);
        check(b"\x81\x05hello\x89\x00", true);
        check(b"\x81\x85mask", false);
        check(b"\x81\x85maskhello", true);
        check(&[&b"\x82\x7e\x01\x00"[..], &[0; 256]].concat(), true);
        check(&[&b"\x82\x7e\x01\x00"[..], &[0; 255]].concat(), false);
        check(&[&b"\x82\x7f\0\0\0\0\0\0\x01\x00"[..], &[0; 256]].concat(), true);
        check(b"\x88\x02\x03\xe8", false);
    }
}
