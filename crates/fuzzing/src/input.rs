//! Cuts the bytes of an input into the values that a target needs.

/// What is left of an input. Each method takes the next value; at the end of the bytes it returns zero or nothing, so that
/// every input means something and a mutation of it means nearly the same.
#[derive(Debug, Clone, Copy)]
pub struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    /// Starts at the first byte.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// Returns whether nothing is left.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes one byte.
    pub fn byte(&mut self) -> u8 {
        self.array::<1>()[0]
    }

    /// Takes this many bytes; those that are missing are zero.
    pub fn array<const N: usize>(&mut self) -> [u8; N] {
        let taken = self.take(N);
        let mut array = [0; N];
        array[..taken.len()].copy_from_slice(taken);
        array
    }

    /// Takes a length (two bytes, little-endian) and that many bytes, or what is left.
    pub fn bytes(&mut self) -> &'a [u8] {
        let length = u16::from_le_bytes(self.array());
        self.take(usize::from(length))
    }

    /// Takes bytes as [`Fields::bytes`] does, and returns them up to the first that is not UTF-8.
    pub fn text(&mut self) -> &'a str {
        valid_text(self.bytes())
    }

    /// Takes all that is left.
    pub fn rest(&mut self) -> &'a [u8] {
        self.take(usize::MAX)
    }

    /// Takes all that is left up to the first byte that is not UTF-8.
    pub fn rest_text(&mut self) -> &'a str {
        valid_text(self.rest())
    }

    fn take(&mut self, length: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(length.min(self.0.len()));
        self.0 = rest;
        taken
    }
}

fn valid_text(bytes: &[u8]) -> &str {
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => valid_text(&bytes[..error.valid_up_to()]),
    }
}
