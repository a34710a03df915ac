//! A header of the PROXY protocol, as a load balancer sends it. What is accepted is short, is read to its end and no
//! further, and names an address that stands in it.

use countersign_gate::readers::{read_header, source};
use std::net::IpAddr;
use std::task::{Context, Poll, Waker};

/// Reads a header from the beginning of the bytes. Returns whether it was accepted.
pub fn proxy_header(raw: &[u8]) -> bool {
    // Nothing may break here, whatever it is.
    let _ = source(raw);

    let mut rest = raw;
    let read = {
        let mut reading = std::pin::pin!(read_header(&mut rest));
        match reading.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(read) => read,
            Poll::Pending => panic!("bytes that are there are not waited for"),
        }
    };
    let Ok(address) = read else { return false };
    let header = &raw[..raw.len() - rest.len()];
    assert!(header.len() <= 4096, "a header is short");
    assert_eq!(source(header).expect("it was accepted"), address, "the same by itself");
    let Some(address) = address else { return true };
    if let Some(text) = header.strip_prefix(b"PROXY ") {
        let text = std::str::from_utf8(text).expect("a line of text");
        assert!(text.ends_with("\r\n") && text.matches('\n').count() == 1, "one line");
        let written = text.split(' ').nth(1).expect("a source").parse::<IpAddr>().expect("an address");
        assert_eq!(written.to_canonical(), address);
    } else {
        let length = usize::from(u16::from_be_bytes([header[14], header[15]]));
        assert_eq!(header.len(), 16 + length, "as long as it says");
        let written = match header[13] >> 4 {
            1 => IpAddr::from(<[u8; 4]>::try_from(&header[16..20]).expect("four bytes")),
            2 => IpAddr::from(<[u8; 16]>::try_from(&header[16..32]).expect("sixteen bytes")),
            other => panic!("an address of the family {other}"),
        };
        assert_eq!(written.to_canonical(), address);
        assert_eq!(header[12], 0x21, "a balancer that speaks for itself names nobody");
    }
    true
}
