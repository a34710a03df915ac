//! Frames: every whole frame is found, whatever became of the others, and nothing else passes for one.

use countersign_lake::frame::{self, FrameScan, HEADER, LONGEST, PREFIX};
use proptest::prelude::*;
use std::ops::Range;

const SALT: u32 = 0x5eed_0042;

/// Returns sealed frames with these payloads, and the place of each frame.
fn frames(payloads: &[Vec<u8>], salt: u32) -> (Vec<u8>, Vec<Range<usize>>) {
    let (mut bytes, mut places) = (Vec::new(), Vec::new());
    for payload in payloads {
        let start = bytes.len();
        frame::append(&mut bytes, |out| out.extend_from_slice(payload));
        places.push(start..bytes.len());
    }
    frame::seal(&mut bytes, salt);
    (bytes, places)
}

/// Returns the scan that finds these frames up to `end`, with these ranges damaged.
fn expected(places: &[Range<usize>], end: usize, damaged: Vec<Range<usize>>) -> FrameScan {
    let payloads = places.iter().map(|place| place.start + PREFIX..place.end).collect();
    FrameScan { payloads, end, damaged }
}

fn payloads() -> impl Strategy<Value = Vec<Vec<u8>>> {
    prop::collection::vec(prop::collection::vec(any::<u8>(), 1..40), 1..8)
}

proptest! {
    #[test]
    fn every_payload_is_found_where_it_was_put(payloads in payloads(), salt: u32) {
        let (bytes, places) = frames(&payloads, salt);
        let scan = frame::scan(&bytes, salt);
        prop_assert_eq!(&scan, &expected(&places, bytes.len(), Vec::new()));
        let found: Vec<&[u8]> = scan.payloads.into_iter().map(|place| &bytes[place]).collect();
        prop_assert_eq!(found, payloads.iter().map(Vec::as_slice).collect::<Vec<_>>());
    }

    #[test]
    fn frames_that_are_cut_anywhere_are_found_up_to_the_last_whole_one(payloads in payloads()) {
        let (bytes, places) = frames(&payloads, SALT);
        for cut in 0..=bytes.len() {
            let whole: Vec<_> = places.iter().filter(|place| place.end <= cut).cloned().collect();
            let end = whole.last().map_or(0, |place| place.end);
            // A torn tail is no damage: the machine stopped during the write.
            prop_assert_eq!(frame::scan(&bytes[..cut], SALT), expected(&whole, end, Vec::new()));
        }
    }

    #[test]
    fn a_flipped_bit_costs_its_own_frame_and_is_damage_if_others_follow(
        payloads in payloads(),
        place: prop::sample::Index,
        bit in 0..8_u8,
    ) {
        let (mut bytes, places) = frames(&payloads, SALT);
        let place = place.index(bytes.len());
        bytes[place] ^= 1 << bit;
        let hit = places.iter().position(|range| range.contains(&place)).unwrap();
        let mut left = places.clone();
        let lost = left.remove(hit);
        let is_last = hit == left.len();
        let end = left.last().map_or(0, |range| range.end);
        let damaged = if is_last { Vec::new() } else { vec![lost] };
        prop_assert_eq!(frame::scan(&bytes, SALT), expected(&left, end, damaged));
    }

    #[test]
    fn the_frames_of_another_segment_are_none_of_this_one(payloads in payloads(), salt: u32) {
        prop_assume!(salt != SALT);
        let (bytes, _) = frames(&payloads, salt);
        prop_assert_eq!(frame::scan(&bytes, SALT), FrameScan::default());
        // Not even where they stand in a record of this segment, be that record damaged or not.
        let (mut bytes, places) = frames(&[bytes, vec![1]], SALT);
        prop_assert_eq!(frame::scan(&bytes, SALT), expected(&places, bytes.len(), Vec::new()));
        bytes[4] ^= 1;
        let damaged = vec![places[0].clone()];
        prop_assert_eq!(frame::scan(&bytes, SALT), expected(&places[1..], bytes.len(), damaged));
    }

    #[test]
    fn bytes_that_were_never_sealed_hold_no_frame(bytes in prop::collection::vec(0..3_u8, 0..120)) {
        prop_assert_eq!(frame::scan(&bytes, SALT), FrameScan::default());
    }
}

#[test]
fn zeros_and_empty_payloads_are_no_frames() {
    assert_eq!(frame::scan(&[0; 4_096], 0), FrameScan::default());
    let (bytes, _) = frames(&[Vec::new()], SALT);
    assert_eq!((bytes.len(), frame::scan(&bytes, SALT)), (PREFIX, FrameScan::default()));
}

#[test]
fn the_longest_payload_is_found_and_a_longer_one_is_not() {
    for (length, is_found) in [(LONGEST - 1, true), (LONGEST, true), (LONGEST + 1, false)] {
        let (bytes, _) = frames(&[vec![0xa5; length]], SALT);
        let found = frame::whole_frame(&bytes, 0, SALT);
        assert_eq!(found.map(|range| range.len()), is_found.then_some(length), "{length}");
    }
}

#[test]
fn a_header_is_whole_and_of_its_own_kind_or_none() {
    let header = frame::header(b"CSFLOW01", SALT);
    assert_eq!(header.len(), HEADER);
    assert_eq!(frame::salt_of(b"CSFLOW01", &header), Some(SALT));
    assert_eq!(frame::salt_of(b"CSLOGI01", &header), None);
    for length in 0..HEADER {
        assert_eq!(frame::salt_of(b"CSFLOW01", &header[..length]), None, "its first {length} bytes");
    }
    for bit in 0..HEADER * 8 {
        let mut hit = header;
        hit[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(frame::salt_of(b"CSFLOW01", &hit), None, "bit {bit}");
    }
}

#[test]
fn frames_that_are_not_whole_are_sealed_as_far_as_they_are() {
    let (bytes, places) = frames(&[vec![1; 9], vec![2; 9]], SALT);
    let mut unsealed = Vec::new();
    for payload in [[1; 9], [2; 9]] {
        frame::append(&mut unsealed, |out| out.extend_from_slice(&payload));
    }
    unsealed.pop();
    frame::seal(&mut unsealed, SALT);
    assert_eq!(unsealed[..places[0].end], bytes[..places[0].end]);
    assert_eq!(frame::scan(&unsealed, SALT), expected(&places[..1], places[0].end, Vec::new()));
}
