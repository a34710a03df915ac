//! The protocol's bytes: whatever is sent arrives, whole or not at all.

use countersign_sql::wire::{
    self, Call, FilesCall, FromEngine, LONGEST_FRAME, Reply, SentAnswer, SentEntry, world_bytes,
};
use countersign_sql::{Answer, AnswerColumn, Entry};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::value::RawValue;
use serde_json::{Map, Number, Value, json};
use std::io::{self, Read};

/// Any value that an answer can hold. Numbers are those that JSON has: no infinity, and no NaN.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_filter_map("a number", |number| Number::from_f64(number).map(Value::Number)),
        ".{0,20}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 5, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Value::Array),
            vec((".{0,8}", inner), 0..5).prop_map(|pairs| Value::Object(Map::from_iter(pairs))),
        ]
    })
}

fn answer() -> impl Strategy<Value = Answer> {
    let columns = vec((".{0,8}", ".{0,8}").prop_map(|(name, kind)| AnswerColumn { name, kind }), 0..4);
    (columns, vec(vec(value(), 0..4), 0..4), any::<bool>()).prop_map(|(columns, rows, truncated)| Answer {
        columns,
        rows,
        truncated,
        skipped: Vec::new(),
    })
}

fn call() -> impl Strategy<Value = Call> {
    let files = prop_oneof![
        ".{0,30}".prop_map(FilesCall::Known),
        Just(FilesCall::Partitions),
        Just(FilesCall::GoneBefore),
        Just(FilesCall::OthersPartitions),
        ".{0,30}".prop_map(FilesCall::Others),
        Just(FilesCall::OthersGone),
        (".{0,30}", ".{0,30}").prop_map(|(process, path)| FilesCall::Fetch(process, path)),
    ];
    prop_oneof![
        (any::<u64>(), any::<usize>()).prop_map(|(after, limit)| Call::Facts { after, limit }),
        (".{0,30}", files).prop_map(|(kind, call)| Call::Files(kind, call)),
        (any::<i64>(), any::<usize>()).prop_map(|(before, after)| Call::EarlierWorld { before, after }),
        any::<u64>().prop_map(Call::Release),
    ]
}

fn frame(call: &Call) -> Vec<u8> {
    let mut bytes = Vec::new();
    wire::write(&mut bytes, call).unwrap();
    bytes
}

/// A source that returns one byte at a time, as a pipe may.
struct Dripping<'a>(&'a [u8]);

impl Read for Dripping<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let some = out.len().min(1);
        self.0.read(&mut out[..some])
    }
}

proptest! {
    #[test]
    fn an_answer_arrives_exactly(answer in answer()) {
        let mut bytes = Vec::new();
        let sent = SentAnswer::try_from(answer.clone()).unwrap();
        wire::write(&mut bytes, &FromEngine::Answer(Ok(sent))).unwrap();
        let Some(FromEngine::Answer(Ok(arrived))) = wire::read(&mut bytes.as_slice()).unwrap() else {
            panic!("no answer arrived")
        };
        prop_assert_eq!(Answer::try_from(arrived).unwrap(), answer);
    }

    #[test]
    fn calls_arrive_in_order_however_their_bytes_come(calls in vec(call(), 0..6)) {
        let bytes: Vec<u8> = calls.iter().flat_map(frame).collect();
        let (mut whole, mut dripping) = (bytes.as_slice(), Dripping(&bytes));
        for call in &calls {
            prop_assert_eq!(wire::read::<Call>(&mut whole).unwrap(), Some(call.clone()));
            prop_assert_eq!(wire::read::<Call>(&mut dripping).unwrap(), Some(call.clone()));
        }
        prop_assert_eq!(wire::read::<Call>(&mut whole).unwrap(), None);
        prop_assert_eq!(wire::read::<Call>(&mut dripping).unwrap(), None);
    }

    /// Cut at any place, a frame is the end or an error, and never another message.
    #[test]
    fn a_frame_that_is_cut_is_no_message(call in call()) {
        let bytes = frame(&call);
        for cut in 0..bytes.len() {
            match wire::read::<Call>(&mut &bytes[..cut]) {
                Ok(None) => prop_assert!(cut < 4, "the end, after {} bytes", cut),
                Ok(Some(other)) => prop_assert!(false, "{:?} after {} bytes", other, cut),
                Err(_) => prop_assert!(cut >= 4, "an error, after {} bytes", cut),
            }
        }
    }

    #[test]
    fn whatever_comes_is_read_without_a_panic(bytes in vec(any::<u8>(), 0..64)) {
        drop(wire::read::<FromEngine>(&mut bytes.as_slice()));
        let mut framed = u32::try_from(bytes.len()).unwrap().to_le_bytes().to_vec();
        framed.extend(bytes);
        drop(wire::read::<FromEngine>(&mut framed.as_slice()));
    }

    #[test]
    fn an_entry_arrives_whatever_its_bytes(sequence in any::<u64>(), payload in vec(any::<u8>(), 0..64)) {
        let entry = Entry { sequence, payload };
        let mut bytes = Vec::new();
        wire::write(&mut bytes, &Reply::Facts(Ok(vec![entry.clone().into()]))).unwrap();
        let Some(Reply::Facts(Ok(arrived))) = wire::read(&mut bytes.as_slice()).unwrap() else { panic!("facts") };
        let arrived: Vec<Entry> = arrived.into_iter().map(|sent| Entry::try_from(sent).unwrap()).collect();
        prop_assert_eq!(arrived, [entry]);
    }
}

#[test]
fn what_is_no_base64_is_an_error() {
    assert_eq!(world_bytes("AAEC/w==").unwrap(), [0, 1, 2, 255]);
    for part in ["AAEC/w", "AAEC_w==", " AAEC", "é"] {
        assert!(world_bytes(part).is_err(), "{part}");
    }
    let sent: SentEntry = serde_json::from_value(json!([1, "not Base64!"])).unwrap();
    assert!(Entry::try_from(sent).is_err());
}

#[test]
fn a_frame_longer_than_one_may_be_is_not_written() {
    const PIECE: usize = 1 << 20;
    let text = |length: usize| RawValue::from_string(format!("\"{}\"", "x".repeat(length - 2))).unwrap();
    // With a comma or a bracket each, and one bracket more, this list is as long as the frame or longer by a byte.
    let (piece, shorter) = (text(PIECE - 1), text(PIECE - 2));
    let mut pieces = vec![&piece; usize::try_from(LONGEST_FRAME).unwrap() / PIECE];
    let mut nothing = Vec::new();
    let error = wire::write(&mut nothing, &pieces).unwrap_err();
    assert_eq!((error.to_string().as_str(), nothing.len()), ("a frame is too long", 0));
    pieces[0] = &shorter;
    let mut bytes = Vec::new();
    wire::write(&mut bytes, &pieces).unwrap();
    assert_eq!(bytes.len() as u64, LONGEST_FRAME + 4);
}

/// The length that a stranger claims costs no memory before its bytes are there.
#[test]
fn a_claimed_length_is_read_no_further_than_a_frame() {
    struct Endless(u64);
    impl Read for Endless {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            out.fill(b'x');
            self.0 += out.len() as u64;
            Ok(out.len())
        }
    }
    let mut endless = Endless(0);
    let mut from = [255_u8; 4].as_slice().chain(&mut endless);
    assert!(wire::read::<Call>(&mut from).is_err());
    assert_eq!(endless.0, LONGEST_FRAME);
}
