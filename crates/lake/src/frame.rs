//! The write-ahead file's frames: `length (u32) | crc32 (u32) | payload`, little-endian, after a header of 16 bytes.
//!
//! The checksum covers the length and the payload, and starts from a salt that is drawn for each segment. So a
//! block of an older file that the disk still holds, or a frame that somebody wrote into a path for us to record,
//! is not taken for a record of this segment.

use std::ops::Range;

/// Bytes before the first frame.
pub const HEADER: usize = 16;
/// Bytes before each payload.
pub const PREFIX: usize = 8;
/// Shortest payload: its shape alone. So a stretch of zeros is no frame.
const SHORTEST: usize = 1;
/// Longest payload, in bytes. A record that would be longer is refused, since it would not be read again.
pub const LONGEST: usize = 1 << 20;

/// The first bytes of a segment of a kind, whose `magic` they begin with.
pub fn header(magic: &[u8; 8], salt: u32) -> [u8; HEADER] {
    let mut bytes = [0; HEADER];
    let sum = header_sum(magic, salt).to_le_bytes();
    let parts = magic.iter().copied().chain(salt.to_le_bytes()).chain(sum);
    bytes.iter_mut().zip(parts).for_each(|(to, from)| *to = from);
    bytes
}

fn header_sum(magic: &[u8; 8], salt: u32) -> u32 {
    let mut sum = crc32fast::Hasher::new_with_initial(salt);
    sum.update(magic);
    sum.finalize()
}

/// The salt in a segment's first bytes; none when they are not a header of this kind's.
pub fn salt_of(magic: &[u8; 8], bytes: &[u8]) -> Option<u32> {
    let salt = word(bytes, 8)?;
    (bytes.starts_with(magic) && word(bytes, 12)? == header_sum(magic, salt)).then_some(salt)
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at.checked_add(4)?)?.try_into().ok().map(u32::from_le_bytes)
}

fn sum(salt: u32, length: [u8; 4], payload: &[u8]) -> u32 {
    let mut sum = crc32fast::Hasher::new_with_initial(salt);
    sum.update(&length);
    sum.update(payload);
    sum.finalize()
}

/// Appends a frame whose checksum is still open: it is closed by [`seal`] when the segment, and so the salt, is known.
pub fn append(out: &mut Vec<u8>, fill: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    out.extend_from_slice(&[0; PREFIX]);
    fill(out);
    let length = u32::try_from(out.len() - start - PREFIX).unwrap_or(u32::MAX).to_le_bytes();
    if let Some(place) = out.get_mut(start..start + 4) {
        place.copy_from_slice(&length);
    }
}

/// Closes the checksums of whole frames that lie one after the other.
pub fn seal(frames: &mut [u8], salt: u32) {
    let mut rest = frames;
    while let Some((prefix, tail)) = rest.split_first_chunk_mut::<PREFIX>() {
        let [a, b, c, d, ..] = *prefix;
        let length = [a, b, c, d];
        let Some((payload, after)) = tail.split_at_mut_checked(u32::from_le_bytes(length) as usize) else {
            return;
        };
        let sealed = sum(salt, length, payload).to_le_bytes();
        prefix.iter_mut().skip(4).zip(sealed).for_each(|(to, from)| *to = from);
        rest = after;
    }
}

/// What a stretch of a segment holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct FrameScan {
    /// Where the payloads of whole frames are.
    pub payloads: Vec<Range<usize>>,
    /// Where the last whole frame ends. What follows is a torn tail, or not written yet.
    pub end: usize,
    /// Stretches that are no frames although whole frames follow: the file was damaged, not torn.
    pub damaged: Vec<Range<usize>>,
}

/// Finds the whole frames in `bytes`. After bytes that are none it looks for the next that is one, so that a
/// damaged block costs the records in it and not all that were acknowledged after it.
pub fn scan(bytes: &[u8], salt: u32) -> FrameScan {
    let mut found = FrameScan::default();
    let mut at = 0;
    while at < bytes.len() {
        let Some(payload) = whole_frame(bytes, at, salt) else {
            at += 1;
            continue;
        };
        if payload.start - PREFIX > found.end {
            found.damaged.push(found.end..payload.start - PREFIX);
        }
        at = payload.end;
        found.end = payload.end;
        found.payloads.push(payload);
    }
    found
}

/// Where the payload of the frame at `at` is, if a whole one is there.
pub fn whole_frame(bytes: &[u8], at: usize, salt: u32) -> Option<Range<usize>> {
    let length = word(bytes, at)?;
    let size = length as usize;
    if !(SHORTEST..=LONGEST).contains(&size) {
        return None;
    }
    let start = at + PREFIX;
    let payload = bytes.get(start..start + size)?;
    (sum(salt, length.to_le_bytes(), payload) == word(bytes, at + 4)?).then_some(start..start + size)
}
