//! The binary form of values: what is put in comes out, and nothing else does.

use countersign_lake::wire::{CUT_MARK, Unreadable, Wire, cut_text, whole};
use countersign_names::{
    Action, ApplicationName, Assurance, PersonId, Principal, ResourceName, Sensitivity, ServiceId, Timestamp,
};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::net::IpAddr;
use uuid::Uuid;

/// The longest text that is recorded whole, in bytes.
const LONGEST_TEXT: usize = 4_096;

fn put(value: &impl Wire) -> Vec<u8> {
    let mut out = Vec::new();
    value.put(&mut out);
    out
}

/// Checks that a value is read back from its bytes, from no part of them, and not with a byte more.
fn check<T: Wire + PartialEq + Debug>(value: &T) -> Result<(), TestCaseError> {
    let bytes = put(value);
    let read = whole::<T>(&bytes);
    prop_assert_eq!(read.as_ref(), Ok(value));
    for length in 0..bytes.len() {
        let part = bytes.get(..length).unwrap_or_default();
        prop_assert_eq!(whole::<T>(part), Err(Unreadable), "the first {} of {:?}", length, bytes);
    }
    prop_assert_eq!(whole::<T>(&[bytes, vec![0]].concat()), Err(Unreadable));
    Ok(())
}

proptest! {
    #[test]
    fn a_number_is_read_back_whole(any: u64, short: u16, word: u32, signed: i64, flag: bool) {
        check(&any)?;
        check(&(any >> (signed & 63)))?;
        check(&short)?;
        check(&word)?;
        check(&signed)?;
        check(&(signed >> (any & 63)))?;
        check(&flag)?;
        check(&Some(signed))?;
        check(&None::<i64>)?;
        check(&Timestamp::from_micros(signed))?;
    }

    #[test]
    fn texts_lists_and_maps_are_read_back_whole(
        text in ".{0,60}",
        list in prop::collection::vec(".{0,9}", 0..20),
        map in prop::collection::btree_map("[a-z]{0,5}", ".{0,9}", 0..9),
        address: IpAddr,
        bits: u128,
        digest: [u8; 32],
    ) {
        check(&text)?;
        check(&list)?;
        check(&map)?;
        check(&address)?;
        check(&Uuid::from_u128(bits))?;
        check(&digest)?;
        let id = Uuid::from_u128(bits);
        check(&Principal::Person(PersonId::new(id)))?;
        check(&Principal::Service(ServiceId::new(id)))?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]
    #[test]
    fn a_text_of_any_length_is_recorded_up_to_the_longest(text in "[aé…🦀]{1000,4200}") {
        let read: String = whole(&put(&text)).unwrap();
        prop_assert!(read.len() <= LONGEST_TEXT);
        match cut_text(&text) {
            None => prop_assert!(text.len() <= LONGEST_TEXT && read == text),
            Some(kept) => {
                prop_assert!(text.len() > LONGEST_TEXT && text.starts_with(kept));
                prop_assert_eq!(read, format!("{kept}{CUT_MARK}"));
                // Not one character more would have fitted.
                let next = text[kept.len()..].chars().next().map_or(0, char::len_utf8);
                prop_assert!(kept.len() + next + CUT_MARK.len() > LONGEST_TEXT);
            }
        }
    }
}

#[test]
fn a_text_is_cut_only_when_it_is_longer_than_the_longest_and_between_two_characters() {
    let check = |text: String, kept: Option<usize>| assert_eq!(cut_text(&text).map(str::len), kept);
    check("a".repeat(4_096), None);
    check("a".repeat(4_097), Some(4_093));
    check("é".repeat(2_048), None);
    check("é".repeat(2_049), Some(4_092));
    check("🦀".repeat(1_025), Some(4_092));
}

#[test]
fn a_list_and_a_map_keep_their_first_128_entries() {
    for count in [127, 128, 129, 1_000_u32] {
        let list: Vec<u32> = (0..count).collect();
        let read: Vec<u32> = whole(&put(&list)).unwrap();
        assert_eq!(read, list[..list.len().min(128)]);
        let map: BTreeMap<String, String> = (0..count).map(|n| (format!("{n:04}"), n.to_string())).collect();
        let read: BTreeMap<String, String> = whole(&put(&map)).unwrap();
        assert_eq!(read, map.into_iter().take(128).collect());
    }
}

#[test]
fn small_numbers_of_either_sign_take_one_byte() {
    for (number, bytes) in [(0, 1), (63, 1), (-64, 1), (64, 2), (-65, 2), (i64::MAX, 10), (i64::MIN, 10)] {
        assert_eq!(put(&number).len(), bytes, "{number}");
    }
}

#[test]
fn bytes_that_no_value_has_are_refused() {
    fn refuses<T: Wire + PartialEq + Debug>(bytes: &[u8]) {
        assert_eq!(whole::<T>(bytes), Err(Unreadable), "{bytes:?}");
    }
    refuses::<bool>(&[2]);
    // More than 64 bits, and a number that never ends.
    refuses::<u64>(&[&[0xff; 9][..], &[2]].concat());
    refuses::<u64>(&[0x80; 11]);
    refuses::<u16>(&put(&65_536_u64));
    refuses::<u32>(&put(&4_294_967_296_u64));
    refuses::<Option<bool>>(&[2, 0]);
    refuses::<String>(&[2, 0xc3, 0x28]);
    refuses::<String>(&[&put(&u64::MAX)[..], b"x"].concat());
    refuses::<Vec<bool>>(&[&put(&129_u64)[..], &[0; 129]].concat());
    refuses::<Vec<bool>>(&put(&u64::MAX));
    refuses::<BTreeMap<String, String>>(&[&put(&129_u64)[..], &[0; 258]].concat());
    refuses::<IpAddr>(&[5, 1, 2, 3, 4]);
    refuses::<IpAddr>(&[4, 1, 2, 3]);
    refuses::<IpAddr>(&[6, 1, 2, 3, 4]);
    refuses::<Principal>(&[[3].as_slice(), &[7; 16]].concat());
    refuses::<Principal>(&[[0].as_slice(), &[7; 16]].concat());
    refuses::<Principal>(&[[1].as_slice(), &[7; 15]].concat());
    refuses::<Uuid>(&[7; 15]);
    refuses::<[u8; 32]>(&[7; 31]);
}

#[test]
fn a_name_that_could_not_have_been_recorded_is_refused() {
    fn check<T: Wire + PartialEq + Debug>(good: &str, bad: &str) {
        assert!(whole::<T>(&put(&good.to_owned())).is_ok(), "{good}");
        assert_eq!(whole::<T>(&put(&bad.to_owned())), Err(Unreadable), "{bad}");
    }
    check::<ApplicationName>("wiki", "Wiki ");
    check::<ResourceName>("wiki/pages", "wiki/");
    check::<Action>("read", "peruse");
    check::<Sensitivity>("restricted", "hush-hush");
    check::<Assurance>("aal2", "aal9");
}
