//! The frames of the write-ahead file: `length (u32) | crc32 (u32) | payload`, little-endian, after a header of 16
//! bytes.
//!
//! The checksum covers the length and the payload, and starts from a random salt for each segment. So neither a block
//! of an older file that the disk still holds, nor a frame that an attacker put into a path to be recorded, counts as a
//! record of this segment.

use std::ops::Range;

/// Number of bytes before the first frame.
pub const HEADER: usize = 16;
/// Number of bytes before each payload.
pub const PREFIX: usize = 8;
/// The shortest payload: its layout byte alone. So a run of zeros is not a frame.
const SHORTEST: usize = 1;
/// The longest payload, in bytes. A longer record is refused, because it could not be read again.
pub const LONGEST: usize = 1 << 20;

/// Returns the header of a segment of a kind. It begins with `magic`.
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

/// Returns the salt in a segment's header; `None` if the header is not one of this kind.
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

/// Appends a frame without its checksum: [`seal`] computes it when the segment, and so the salt, is known.
pub fn append(out: &mut Vec<u8>, fill: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    out.extend_from_slice(&[0; PREFIX]);
    fill(out);
    let length = u32::try_from(out.len() - start - PREFIX).unwrap_or(u32::MAX).to_le_bytes();
    if let Some(place) = out.get_mut(start..start + 4) {
        place.copy_from_slice(&length);
    }
}

/// Computes the checksums of whole, adjacent frames.
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

/// The result of scanning a part of a segment.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct FrameScan {
    /// The positions of the payloads of whole frames.
    pub payloads: Vec<Range<usize>>,
    /// The end of the last whole frame. The bytes after it are a torn tail, or not written yet.
    pub end: usize,
    /// Byte ranges that are not frames although whole frames follow: the file was damaged, not torn.
    pub damaged: Vec<Range<usize>>,
}

/// Finds the whole frames in `bytes`. After invalid bytes it searches for the next whole frame, so that a damaged block
/// costs only the records in it, and not all records acknowledged after it.
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

/// Returns the position of the payload of the frame at `at`, if it is whole.
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
