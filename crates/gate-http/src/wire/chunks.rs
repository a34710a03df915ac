//! Finds where a chunked body ends.
//!
//! Stricter than RFC 9112 (7.1): no chunk extensions, which nobody uses and parsers disagree about, and no white space
//! around sizes. Trailer lines are a name and a value as header lines are, and never folded.

use super::head::is_token;

/// Maximum number of hexadecimal digits of a chunk's size: no chunk needs more, and 64 bits hold them.
const DIGITS: u8 = 15;

/// Maximum length of trailers in bytes.
const TRAILERS: usize = 8 * 1024;

/// The parser state of a chunked body.
#[derive(Debug)]
pub struct Chunks {
    state: ChunkState,
    trailers: usize,
}

#[derive(Debug, Clone, Copy)]
enum ChunkState {
    Size {
        value: u64,
        digits: u8,
    },
    SizeLf {
        value: u64,
    },
    Data {
        left: u64,
    },
    DataCr,
    DataLf,
    /// At the beginning of a trailer line, or of the empty line that ends the body.
    Line,
    TrailerName,
    Trailer,
    TrailerLf,
    LastLf,
}

/// The result of following some bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// All bytes belong to the body, which continues.
    More,
    /// The body has ended.
    End,
    /// The framing is invalid at the first byte that was not consumed.
    Bad,
}

impl Chunks {
    /// Starts before the first byte of a body.
    pub const fn new() -> Self {
        Self { state: ChunkState::Size { value: 0, digits: 0 }, trailers: 0 }
    }

    /// Consumes `bytes`. Returns how many of them belong to the body, and the state after them.
    pub fn follow(&mut self, bytes: &[u8]) -> (usize, Progress) {
        let mut taken = 0;
        while let Some(byte) = bytes.get(taken) {
            if let ChunkState::Data { left } = self.state {
                let here = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len() - taken);
                taken += here;
                let left = left.saturating_sub(here as u64);
                self.state = if left == 0 { ChunkState::DataCr } else { ChunkState::Data { left } };
                continue;
            }
            match self.next(*byte) {
                Some(None) => return (taken + 1, Progress::End),
                Some(Some(state)) => self.state = state,
                None => return (taken, Progress::Bad),
            }
            taken += 1;
        }
        (taken, Progress::More)
    }

    /// Returns the state after a byte that is not data: `None` if the byte is invalid, `Some(None)` at the end of the
    /// body.
    fn next(&mut self, byte: u8) -> Option<Option<ChunkState>> {
        let next = match (self.state, byte) {
            (ChunkState::Size { digits: 1.., value }, b'\r') => ChunkState::SizeLf { value },
            (ChunkState::Size { value, digits }, digit) if digits < DIGITS => {
                let digit = char::from(digit).to_digit(16)?;
                ChunkState::Size { value: value * 16 + u64::from(digit), digits: digits + 1 }
            }
            (ChunkState::SizeLf { value: 0 }, b'\n') => ChunkState::Line,
            (ChunkState::SizeLf { value }, b'\n') => ChunkState::Data { left: value },
            (ChunkState::DataCr, b'\r') => ChunkState::DataLf,
            (ChunkState::DataLf, b'\n') => ChunkState::Size { value: 0, digits: 0 },
            (ChunkState::Line, b'\r') => ChunkState::LastLf,
            (ChunkState::LastLf, b'\n') => return Some(None),
            (ChunkState::Trailer, b'\r') => ChunkState::TrailerLf,
            (ChunkState::TrailerLf, b'\n') => ChunkState::Line,
            (ChunkState::TrailerName, b':') => self.trailer(true, ChunkState::Trailer)?,
            (ChunkState::Line | ChunkState::TrailerName, byte) => {
                self.trailer(is_token(byte), ChunkState::TrailerName)?
            }
            (ChunkState::Trailer, byte) => {
                let plain = byte == b'\t' || byte >= b' ' && byte != 0x7f;
                self.trailer(plain, ChunkState::Trailer)?
            }
            _ => return None,
        };
        Some(Some(next))
    }

    /// Returns the state after one more byte of trailers, if that byte is allowed there and they are not too long.
    fn trailer(&mut self, fits: bool, next: ChunkState) -> Option<ChunkState> {
        self.trailers += 1;
        (fits && self.trailers <= TRAILERS).then_some(next)
    }
}

impl Default for Chunks {
    fn default() -> Self {
        Self::new()
    }
}
