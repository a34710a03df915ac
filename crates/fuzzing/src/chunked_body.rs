//! A chunked body. Where it ends does not depend on how it is cut up, a second reader written out by hand finds the same
//! end, and what comes after is left alone.

use crate::Fields;
use countersign_gate_http::readers::{Chunks, Progress};

/// Follows a body in pieces; the first byte is their length. Returns whether its end was found.
pub fn chunked_body(bytes: &[u8]) -> bool {
    let mut fields = Fields::new(bytes);
    let (step, raw) = (fields.byte(), fields.rest());
    let (whole, end) = Chunks::new().follow(raw);
    assert!(whole <= raw.len());
    assert!(end != Progress::More || whole == raw.len(), "what is not wrong is taken");

    let (mut taken, mut progress) = (0, Progress::More);
    let mut chunks = Chunks::new();
    for piece in raw.chunks(usize::from(step).max(1)) {
        let (here, now) = chunks.follow(piece);
        taken += here;
        progress = now;
        if now != Progress::More {
            break;
        }
    }
    assert_eq!((taken, progress), (whole, end), "cut into pieces of {step}");

    match end {
        Progress::End => assert_eq!(by_hand(raw), Some(whole), "another reader finds the same end"),
        // The one that reads by hand is more lenient, and must not see an end where ours sees none yet.
        Progress::More => assert_eq!(by_hand(raw), None, "another reader sees an end already"),
        Progress::Bad => {}
    }
    end == Progress::End
}

/// Where the body ends for somebody who reads it line by line, and believes what it says.
fn by_hand(raw: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        let size = usize::from_str_radix(std::str::from_utf8(line(raw, &mut at)?).ok()?, 16).ok()?;
        if size == 0 {
            break;
        }
        at = at.checked_add(size)?;
        if !line(raw, &mut at)?.is_empty() {
            return None;
        }
    }
    while !line(raw, &mut at)?.is_empty() {}
    Some(at)
}

fn line<'a>(raw: &'a [u8], at: &mut usize) -> Option<&'a [u8]> {
    let rest = raw.get(*at..)?;
    let end = rest.windows(2).position(|window| window == b"\r\n")?;
    *at += end + 2;
    rest.get(..end)
}
