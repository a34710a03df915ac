//! Finds what the parser behind us hides in HTTP/2 header blocks: pseudo-headers in trailers, and fragments.
//!
//! The parser decodes blocks and keeps what it understands; once a request is visible, a pseudo-header in its trailers
//! is gone and a fragment removed. So this module follows blocks too (RFC 7541), as far as necessary. Of each field it
//! keeps the length, whether its name begins with a colon, and whether it is a `:path` with a `#`. The dynamic table
//! holds no more than that per field, so it costs a few bytes per connection, and a block that refers to one large
//! field very often costs nothing at all.

use std::collections::VecDeque;

/// The findings of one block.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Block {
    /// Whether a name begins with a colon.
    pub pseudo: bool,
    /// Whether the path has a fragment.
    pub fragment: bool,
}

/// An invalid block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a header block cannot be read")]
pub struct BadBlock;

/// Size of the table in bytes (RFC 9113, 6.5.2). This gate never announces another size.
const TABLE: usize = 4096;

/// The size that an entry adds to its name and its value (RFC 7541, 4.1).
const OVERHEAD: usize = 32;

/// The lengths of the names in the static table (RFC 7541, appendix A); pseudo-headers come first.
const STATIC: [usize; 61] = [
    10, 7, 7, 5, 5, 7, 7, 7, 7, 7, 7, 7, 7, 7, 14, 15, 15, 13, 6, 27, 3, 5, 13, 13, 19, 16, 16, 14, 16, 13,
    12, 6, 4, 4, 6, 7, 4, 4, 8, 17, 13, 8, 19, 13, 4, 8, 12, 18, 19, 5, 7, 7, 11, 6, 10, 25, 17, 10, 4, 3,
    16,
];
const LAST_PSEUDO: usize = 14;
const PATHS: [usize; 2] = [4, 5];

/// The required properties of a name or a value.
#[derive(Debug, Clone, Copy, Default)]
struct Text {
    length: usize,
    colon: bool,
    hash: bool,
    path: bool,
}

/// An entry of the table.
#[derive(Debug, Clone, Copy)]
struct TableEntry {
    name: Text,
    value: Text,
}

impl TableEntry {
    const fn size(&self) -> usize {
        self.name.length + self.value.length + OVERHEAD
    }
}

/// The state of one direction of a connection.
#[derive(Debug)]
pub struct Follower {
    /// Newest first.
    table: VecDeque<TableEntry>,
    size: usize,
    most: usize,
}

impl Follower {
    /// Starts before the first byte of a connection.
    pub const fn new() -> Self {
        Self { table: VecDeque::new(), size: 0, most: TABLE }
    }

    /// Follows a whole block.
    ///
    /// # Errors
    /// If the block is invalid; the connection cannot be followed any further.
    pub fn follow(&mut self, block: &[u8]) -> Result<Block, BadBlock> {
        let (mut rest, mut found) = (block, Block::default());
        while let Some(first) = rest.first() {
            let entry = match first {
                0x80.. => self.entry(integer(&mut rest, 7)?)?,
                0x40.. => {
                    let entry = self.literal(&mut rest, 6)?;
                    self.add(entry);
                    entry
                }
                0x20.. => {
                    self.resize(integer(&mut rest, 5)?)?;
                    continue;
                }
                _ => self.literal(&mut rest, 4)?,
            };
            found.pseudo |= entry.name.colon;
            found.fragment |= entry.name.path && entry.value.hash;
        }
        Ok(found)
    }

    fn literal(&self, rest: &mut &[u8], prefix: u32) -> Result<TableEntry, BadBlock> {
        let name = match integer(rest, prefix)? {
            0 => text(rest)?,
            index => self.entry(index)?.name,
        };
        Ok(TableEntry { name, value: text(rest)? })
    }

    fn entry(&self, index: usize) -> Result<TableEntry, BadBlock> {
        let at = index.checked_sub(1).ok_or(BadBlock)?;
        match STATIC.get(at) {
            Some(length) => {
                let name = Text {
                    length: *length,
                    colon: index <= LAST_PSEUDO,
                    hash: false,
                    path: PATHS.contains(&index),
                };
                Ok(TableEntry { name, value: Text::default() })
            }
            None => self.table.get(at - STATIC.len()).copied().ok_or(BadBlock),
        }
    }

    fn add(&mut self, entry: TableEntry) {
        self.evict(self.most.saturating_sub(entry.size()));
        // An entry larger than the table empties it, and is not stored.
        if entry.size() <= self.most {
            self.size += entry.size();
            self.table.push_front(entry);
        }
    }

    fn resize(&mut self, most: usize) -> Result<(), BadBlock> {
        if most > TABLE {
            return Err(BadBlock);
        }
        self.most = most;
        self.evict(most);
        Ok(())
    }

    fn evict(&mut self, most: usize) {
        while self.size > most
            && let Some(entry) = self.table.pop_back()
        {
            self.size -= entry.size();
        }
    }
}

impl Default for Follower {
    fn default() -> Self {
        Self::new()
    }
}

/// Reads an integer behind the first bits of a byte (RFC 7541, 5.1).
fn integer(rest: &mut &[u8], prefix: u32) -> Result<usize, BadBlock> {
    let full = (1_usize << prefix) - 1;
    let mut number = usize::from(take(rest)?) & full;
    if number < full {
        return Ok(number);
    }
    // Four bytes are enough for every length or index.
    for shift in [0, 7, 14, 21] {
        let byte = usize::from(take(rest)?);
        number += (byte & 0x7f) << shift;
        if byte < 0x80 {
            return Ok(number);
        }
    }
    Err(BadBlock)
}

fn take(rest: &mut &[u8]) -> Result<u8, BadBlock> {
    let (first, others) = rest.split_first().ok_or(BadBlock)?;
    *rest = others;
    Ok(*first)
}

/// Reads a string, plain or in Huffman's code (RFC 7541, 5.2).
fn text(rest: &mut &[u8]) -> Result<Text, BadBlock> {
    let coded = rest.first().is_some_and(|first| *first >= 0x80);
    let length = integer(rest, 7)?;
    let (bytes, others) = rest.split_at_checked(length).ok_or(BadBlock)?;
    *rest = others;
    let mut reader = FieldReader { text: Text::default(), path: true };
    if coded {
        decode(bytes, |byte| reader.read(byte))?;
    } else {
        bytes.iter().for_each(|byte| reader.read(*byte));
    }
    Ok(Text { path: reader.path && reader.text.length == PATH.len(), ..reader.text })
}

const PATH: &[u8] = b":path";

struct FieldReader {
    text: Text,
    /// Whether everything so far could be `:path`.
    path: bool,
}

impl FieldReader {
    fn read(&mut self, byte: u8) {
        self.text.colon |= self.text.length == 0 && byte == b':';
        self.text.hash |= byte == b'#';
        self.path &= PATH.get(self.text.length) == Some(&byte);
        self.text.length += 1;
    }
}

/// The lengths of the codes of all bytes and of the end (RFC 7541, appendix B). The code is canonical: codes of one
/// length follow each other in the order of their bytes.
const LENGTHS: [u8; 257] = [
    13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28,
    28, 28, 28, 28, 28, 28, 6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6,
    6, 6, 7, 8, 15, 6, 12, 10, 13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7,
    8, 13, 19, 13, 14, 6, 15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7,
    15, 11, 14, 13, 28, 20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24,
    23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24, 22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23,
    23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23, 26, 26, 20, 19, 22, 23, 22, 25, 26,
    26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27, 20, 24, 20,
    21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27,
    27, 27, 26, 30,
];

const LONGEST: usize = 30;

/// For each length: the first code, the number of codes, and where their bytes begin in `bytes`.
struct Code {
    first: [u32; LONGEST + 1],
    count: [u32; LONGEST + 1],
    begin: [usize; LONGEST + 1],
    bytes: [u16; 257],
}

static CODE: Code = Code::new();

impl Code {
    #[expect(
        clippy::indexing_slicing,
        reason = "computed while it is compiled: what is out of bounds does not compile"
    )]
    const fn new() -> Self {
        let mut code = Self {
            first: [0; LONGEST + 1],
            count: [0; LONGEST + 1],
            begin: [0; LONGEST + 1],
            bytes: [0; 257],
        };
        let (mut length, mut bits, mut next, mut at) = (1, 1_u8, 0_u32, 0);
        while length <= LONGEST {
            next <<= 1;
            code.first[length] = next;
            code.begin[length] = at;
            let (mut byte, mut symbol) = (0, 0_u16);
            while byte < LENGTHS.len() {
                if LENGTHS[byte] == bits {
                    code.bytes[at] = symbol;
                    at += 1;
                    next += 1;
                }
                byte += 1;
                symbol += 1;
            }
            code.count[length] = next - code.first[length];
            length += 1;
            bits += 1;
        }
        code
    }

    /// Returns the byte, or the end, that a code of this length stands for; `None` while it may only be a prefix of
    /// one.
    fn lookup(&self, length: usize, code: u32) -> Option<u16> {
        let nth = code.checked_sub(*self.first.get(length)?)?;
        if nth >= *self.count.get(length)? {
            return None;
        }
        self.bytes.get(self.begin.get(length)? + usize::try_from(nth).ok()?).copied()
    }
}

fn decode(bytes: &[u8], mut each: impl FnMut(u8)) -> Result<(), BadBlock> {
    let (mut code, mut length) = (0_u32, 0);
    for byte in bytes {
        for bit in (0..8).rev() {
            code = code << 1 | u32::from(byte >> bit & 1);
            length += 1;
            if let Some(symbol) = CODE.lookup(length, code) {
                each(u8::try_from(symbol).map_err(|_| BadBlock)?);
                (code, length) = (0, 0);
            } else if length >= LONGEST {
                return Err(BadBlock);
            }
        }
    }
    // The rest of the last byte is padded with a prefix of the end's code, which is all ones.
    let padding = length < 8 && code == (1 << length) - 1;
    if padding { Ok(()) } else { Err(BadBlock) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The end-of-string symbol, which no text contains.
    const END: u16 = 256;

    fn bytes(hex: &str) -> Vec<u8> {
        let digits: Vec<u32> = hex.chars().filter_map(|digit| digit.to_digit(16)).collect();
        digits.chunks(2).map(|pair| u8::try_from(pair[0] * 16 + pair[1]).unwrap()).collect()
    }

    /// The requests of RFC 7541, C.3 and C.4: the same three on one connection, plain and in Huffman's code. The sizes
    /// that the table must have after each are stated there.
    #[test]
    fn the_examples_of_the_standard_are_followed() {
        for blocks in [
            [
                "8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d",
                "8286 84be 5808 6e6f 2d63 6163 6865",
                "8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65",
            ],
            [
                "8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff",
                "8286 84be 5886 a8eb 1064 9cbf",
                "8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf",
            ],
        ] {
            let mut follower = Follower::new();
            for (block, size) in blocks.iter().zip([57, 110, 164]) {
                let found = follower.follow(&bytes(block)).unwrap();
                assert_eq!(found, Block { pseudo: true, fragment: false });
                assert_eq!(follower.size, size, "{block}");
            }
        }
    }

    /// The answers of RFC 7541, C.6, with a table of 256 bytes that evicts entries.
    #[test]
    fn what_does_not_fit_any_more_is_thrown_out() {
        let mut follower = Follower::new();
        follower.resize(256).unwrap();
        for (block, size) in [
            (
                "4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d \
                 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3",
                222,
            ),
            ("4883 640e ffc1 c0bf", 222),
            (
                "88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7 821d \
                 d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 \
                 3d50 07",
                215,
            ),
        ] {
            follower.follow(&bytes(block)).unwrap();
            assert_eq!(follower.size, size, "{block}");
        }
    }

    #[test]
    fn the_code_is_the_standards() {
        // As RFC 7541, appendix B, writes them.
        for (symbol, length, code) in [
            (b'0', 5, 0x0),
            (b'a', 5, 0x3),
            (b' ', 6, 0x14),
            (b'#', 12, 0xffa),
            (b'\\', 19, 0x7fff0),
            (b'\n', 30, 0x3fff_fffc),
        ] {
            assert_eq!(CODE.lookup(length, code), Some(u16::from(symbol)), "{symbol}");
        }
        assert_eq!(CODE.lookup(LONGEST, 0x3fff_ffff), Some(END));
    }

    #[test]
    fn a_fragment_is_found_however_the_path_is_written() {
        for (block, fragment) in [
            // :path by its index in the static table, or by name, with and without a place in the table.
            ("04 04 2f612362", true),
            ("44 04 2f612362", true),
            ("00 05 3a70617468 04 2f612362", true),
            ("04 03 2f6162", false),
            // Another name.
            ("00 05 3a70617478 04 2f612362", false),
            ("00 01 78 04 2f612362", false),
        ] {
            let found = Follower::new().follow(&bytes(block)).unwrap();
            assert_eq!(found.fragment, fragment, "{block}");
        }
        let mut follower = Follower::new();
        follower.follow(&bytes("44 04 2f612362")).unwrap();
        assert!(follower.follow(&bytes("be")).unwrap().fragment, "and when it is only referred to");
    }

    #[test]
    fn what_is_no_block_is_refused() {
        for block in
            ["80", "be", "00", "00 05 61", "3fe21f", "40 81 00 00", "7fffffffffff", "00 85 ffffffffff 00"]
        {
            assert_eq!(Follower::new().follow(&bytes(block)), Err(BadBlock), "{block}");
        }
    }
}
