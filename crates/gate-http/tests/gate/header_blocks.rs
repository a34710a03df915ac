//! Compares our HTTP/2 header block follower with hyper, which parses them in the end: what hyper accepts is never
//! refused here, and both keep the same table.

use bytes::Bytes;
use countersign_gate_http::readers::Follower;
use http::Response;
use http_body_util::Empty;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use std::convert::Infallible;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream};

const HEADERS: u8 = 1;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const ACK: u8 = 0x1;
/// END_STREAM and END_HEADERS.
const WHOLE: u8 = 0x5;

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let [_, length @ ..] = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// Returns how many of these blocks hyper accepts, each as a request on one connection, before it closes the
/// connection.
async fn taken_by_hyper(blocks: &[Vec<u8>]) -> usize {
    let (mut client, server) = tokio::io::duplex(1 << 20);
    let service = service_fn(|_| async { Ok::<_, Infallible>(Response::new(Empty::<Bytes>::new())) });
    let builder = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
    let serving = tokio::spawn(builder.serve_connection(TokioIo::new(server), service));
    client.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await.unwrap();
    client.write_all(&frame(SETTINGS, 0, 0, &[])).await.unwrap();
    let mut taken = 0;
    for (stream, block) in (1..).step_by(2).zip(blocks) {
        let sent = [frame(HEADERS, WHOLE, stream, block), frame(PING, 0, 0, &[0; 8])].concat();
        if client.write_all(&sent).await.is_err() || !is_alive(&mut client).await {
            break;
        }
        taken += 1;
    }
    serving.abort();
    taken
}

/// Returns whether the connection answers a ping.
async fn is_alive(client: &mut DuplexStream) -> bool {
    loop {
        let mut head = [0; 9];
        if client.read_exact(&mut head).await.is_err() {
            return false;
        }
        let [high, middle, low, kind, flags, ..] = head;
        let mut payload = vec![0; usize::from(high) << 16 | usize::from(middle) << 8 | usize::from(low)];
        if client.read_exact(&mut payload).await.is_err() || kind == GOAWAY {
            return false;
        }
        if kind == PING && flags == ACK {
            return true;
        }
    }
}

fn taken_here(blocks: &[Vec<u8>]) -> usize {
    let mut follower = Follower::new();
    blocks.iter().take_while(|block| follower.follow(block).is_ok()).count()
}

fn check(blocks: &[Vec<u8>]) -> (usize, usize) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    (taken_here(blocks), runtime.block_on(taken_by_hyper(blocks)))
}

/// Encodes an integer behind the first bits of a byte (RFC 7541, 5.1).
fn integer(pattern: u8, prefix: u32, number: usize) -> Vec<u8> {
    let full = (1 << prefix) - 1;
    if number < full {
        return vec![pattern | u8::try_from(number).unwrap()];
    }
    let mut bytes = vec![pattern | u8::try_from(full).unwrap()];
    let mut rest = number - full;
    while rest >= 0x80 {
        bytes.push(u8::try_from(rest & 0x7f).unwrap() | 0x80);
        rest >>= 7;
    }
    bytes.push(u8::try_from(rest).unwrap());
    bytes
}

fn text(huffman: bool, bytes: &[u8]) -> Vec<u8> {
    [integer(if huffman { 0x80 } else { 0 }, 7, bytes.len()), bytes.to_vec()].concat()
}

/// Names, plain and in Huffman's code (`custom-key`).
fn name() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        select(vec!["x", "cookie", ":path", ":authority", "x-much-longer-than-the-others"])
            .prop_map(|name| text(false, name.as_bytes())),
        Just(text(true, b"\x25\xa8\x49\xe9\x5b\xa9\x7d\x7f")),
    ]
}

/// Values, plain, small and large, and in Huffman's code (`www.example.com`, `no-cache`, `custom-value`).
fn value() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        select(vec!["", "a", "/a#b"]).prop_map(|value| text(false, value.as_bytes())),
        (0..2_000_usize).prop_map(|length| text(false, &vec![b'v'; length])),
        select(vec![
            &b"\xf1\xe3\xc2\xe5\xf2\x3a\x6b\xa0\xab\x90\xf4\xff"[..],
            b"\xa8\xeb\x10\x64\x9c\xbf",
            b"\x25\xa8\x49\xe9\x5b\xb8\xe8\xb4\xbf",
        ])
        .prop_map(|value| text(true, value)),
    ]
}

/// A field that both must parse alike, unless its reference is invalid.
fn field() -> impl Strategy<Value = Vec<u8>> {
    // Of the static names, those whose value may be any text.
    let index = prop_oneof![Just(1_usize), 4..8_usize, 15..62_usize, 62..70_usize];
    let kind = select(vec![(0x40, 6), (0x00, 4), (0x10, 4)]);
    prop_oneof![
        4 => (1..64_usize).prop_map(|index| integer(0x80, 7, index)),
        1 => (62..70_usize).prop_map(|index| integer(0x80, 7, index)),
        3 => (kind.clone(), index, value())
            .prop_map(|((pattern, prefix), index, value)| [integer(pattern, prefix, index), value].concat()),
        3 => (kind, name(), value()).prop_map(|((pattern, _), name, value)| [vec![pattern], name, value].concat()),
    ]
}

/// A block, perhaps preceded by a new size of the table.
fn block() -> impl Strategy<Value = Vec<u8>> {
    let size = prop_oneof![
        6 => Just(Vec::new()),
        2 => (0..4_100_usize).prop_map(|size| integer(0x20, 5, size)),
    ];
    (size, vec(field(), 0..6)).prop_map(|(size, fields)| [size, fields.concat()].concat())
}

proptest! {
    #[test]
    fn blocks_are_followed_as_hyper_reads_them(blocks in vec(block(), 1..12)) {
        let (here, hyper) = check(&blocks);
        prop_assert_eq!(here, hyper, "{:02x?}", blocks);
    }

    /// hyper also checks names and values, and refuses some for other reasons.
    #[test]
    fn no_block_that_hyper_takes_is_refused(
        blocks in vec(block(), 1..6),
        changes in vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut blocks = blocks;
        for (which, at, byte) in changes {
            let which = which.index(blocks.len());
            let block = &mut blocks[which];
            if !block.is_empty() {
                let at = at.index(block.len());
                block[at] = byte;
            }
        }
        let (here, hyper) = check(&blocks);
        prop_assert!(here >= hyper, "{here} here, {hyper} by hyper: {blocks:02x?}");
    }
}
