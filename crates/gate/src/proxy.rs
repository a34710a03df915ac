//! The PROXY protocol (HAProxy's, versions 1 and 2): a load balancer in front of a gate states whose connection it
//! forwards.
//!
//! A sender of this header can claim any address. So the gate reads a header from configured addresses only. From those
//! every connection must begin with one; from any other address the same bytes belong to the protocol that follows.

use ipnet::IpNet;
use ppp::{v1, v2};
use std::io;
use std::net::IpAddr;
use tokio::io::{AsyncRead, AsyncReadExt as _};

/// Minimum length of either version in bytes, which is the length of version 2's signature.
const SIGNATURE: usize = v2::PROTOCOL_PREFIX.len();

/// Length in bytes of a version 2 header before the addresses: the signature, the command and family, and the length of
/// the rest.
const FIXED_V2: usize = SIGNATURE + 4;

/// Maximum length in bytes of a version 1 header, by its specification.
const LONGEST_V1: usize = 107;

/// Maximum length in bytes of a version 2 header. A balancer may add extensions to the addresses; none of them is used.
const LONGEST_V2: usize = 4096;

/// The load balancers that are trusted to state whose connection they forward.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustedProxies(Vec<IpNet>);

/// Why a header of the PROXY protocol is rejected.
#[derive(Debug, thiserror::Error)]
pub enum ProxyHeaderError {
    /// The header did not arrive, or not completely.
    #[error("the header was not read: {0}")]
    Io(#[from] io::Error),
    /// The connection begins with something else.
    #[error("the connection does not begin with a header of the PROXY protocol")]
    Missing,
    /// The header exceeds the maximum length.
    #[error("the header is longer than {0} bytes")]
    TooLong(usize),
    /// The header cannot be parsed.
    #[error("the header cannot be read: {0}")]
    Malformed(String),
}

impl TrustedProxies {
    /// Trusts the balancers with these addresses.
    pub fn new(addresses: impl IntoIterator<Item = IpNet>) -> Self {
        Self(addresses.into_iter().collect())
    }

    /// Returns whether a connection from this address begins with a header.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

/// Reads the header with which this stream must begin, and not a byte more. Returns the address of the client, or
/// `None` if the balancer connects for itself, as it does for a health check.
///
/// # Errors
/// If there is no header, or one that is too long or cannot be parsed.
pub async fn read_header<S: AsyncRead + Unpin>(stream: &mut S) -> Result<Option<IpAddr>, ProxyHeaderError> {
    let mut header = vec![0; SIGNATURE];
    stream.read_exact(&mut header).await?;
    if header == v2::PROTOCOL_PREFIX {
        let mut rest = [0; FIXED_V2 - SIGNATURE];
        stream.read_exact(&mut rest).await?;
        header.extend(rest);
        let [_, _, length @ ..] = rest;
        let whole = FIXED_V2 + usize::from(u16::from_be_bytes(length));
        if whole > LONGEST_V2 {
            return Err(ProxyHeaderError::TooLong(LONGEST_V2));
        }
        header.resize(whole, 0);
        let body = header.get_mut(FIXED_V2..).unwrap_or_default();
        stream.read_exact(body).await?;
        return source(&header);
    }
    if !header.starts_with(v1::PROTOCOL_PREFIX.as_bytes()) {
        return Err(ProxyHeaderError::Missing);
    }
    // Reads one byte at a time, because the bytes that follow belong to another reader. It happens once per connection.
    while !header.ends_with(v1::PROTOCOL_SUFFIX.as_bytes()) {
        if header.len() == LONGEST_V1 {
            return Err(ProxyHeaderError::TooLong(LONGEST_V1));
        }
        header.push(stream.read_u8().await?);
    }
    source(&header)
}

/// Parses a complete header, as [`read_header`] does.
///
/// # Errors
/// The same.
pub fn source(header: &[u8]) -> Result<Option<IpAddr>, ProxyHeaderError> {
    let malformed = |why: &dyn std::fmt::Display| ProxyHeaderError::Malformed(why.to_string());
    let address = if header.starts_with(v2::PROTOCOL_PREFIX) {
        let parsed = v2::Header::try_from(header).map_err(|error| malformed(&error))?;
        if parsed.len() != header.len() {
            return Err(malformed(&"it has another length than it says"));
        }
        if parsed.protocol == v2::Protocol::Datagram {
            return Err(malformed(&"it is of datagrams, and this is a stream"));
        }
        match (parsed.command, parsed.addresses) {
            (v2::Command::Proxy, v2::Addresses::IPv4(addresses)) => Some(addresses.source_address.into()),
            (v2::Command::Proxy, v2::Addresses::IPv6(addresses)) => Some(addresses.source_address.into()),
            (v2::Command::Local, _) | (_, v2::Addresses::Unspecified | v2::Addresses::Unix(_)) => None,
        }
    } else {
        let parsed = v1::Header::try_from(header).map_err(|error| malformed(&error))?;
        if parsed.header.len() != header.len() {
            return Err(malformed(&"something follows its line"));
        }
        match parsed.addresses {
            v1::Addresses::Tcp4(addresses) => Some(addresses.source_address.into()),
            v1::Addresses::Tcp6(addresses) => Some(addresses.source_address.into()),
            v1::Addresses::Unknown => None,
        }
    };
    Ok(address.map(|address: IpAddr| address.to_canonical()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const V4: &[u8] = b"\x00\x0c\xcb\x00\x71\x09\xc0\x00\x02\x01\x11\x94\x01\xbb";

    fn version_2(command: u8, family: u8, rest: &[u8]) -> Vec<u8> {
        [v2::PROTOCOL_PREFIX, &[command, family], rest].concat()
    }

    /// Returns the result for these bytes with more bytes behind them, and the bytes left unread.
    async fn read(header: &[u8]) -> (String, Vec<u8>) {
        let bytes = [header, b"GET /"].concat();
        let mut rest = bytes.as_slice();
        let said = match read_header(&mut rest).await {
            Ok(Some(address)) => address.to_string(),
            Ok(None) => "the balancer itself".to_owned(),
            Err(error) => error.to_string(),
        };
        (said, rest.to_vec())
    }

    #[tokio::test]
    async fn a_header_is_read_to_its_end_and_no_further() {
        let with_more = [b"\x00\x0f".as_slice(), &V4[2..], b"\x04\x00\x00"].concat();
        for (header, said) in [
            (b"PROXY TCP4 203.0.113.9 192.0.2.1 4500 443\r\n".to_vec(), "203.0.113.9"),
            (b"PROXY TCP6 2001:db8::9 2001:db8::1 4500 443\r\n".to_vec(), "2001:db8::9"),
            (b"PROXY TCP6 ::ffff:203.0.113.9 ::1 4500 443\r\n".to_vec(), "203.0.113.9"),
            (b"PROXY UNKNOWN\r\n".to_vec(), "the balancer itself"),
            (version_2(0x21, 0x11, V4), "203.0.113.9"),
            (version_2(0x21, 0x11, &with_more), "203.0.113.9"),
            (version_2(0x20, 0x11, V4), "the balancer itself"),
            (version_2(0x20, 0x00, b"\x00\x00"), "the balancer itself"),
        ] {
            assert_eq!(read(&header).await, (said.to_owned(), b"GET /".to_vec()), "{header:?}");
        }
    }

    #[tokio::test]
    async fn whatever_is_no_header_is_refused() {
        let long = [b"PROXY TCP4 ".as_slice(), &[b'1'; 120], b"\r\n"].concat();
        for (bytes, why) in [
            (b"GET / HTTP/1.1\r\n\r\n".to_vec(), "does not begin with"),
            (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\x00\x00".to_vec(), "does not begin with"),
            (long, "longer than 107"),
            (version_2(0x21, 0x11, b"\xff\xff"), "longer than 4096"),
            (b"PROXY TCP4 nonsense 192.0.2.1 4500 443\r\n".to_vec(), "cannot be read"),
            (b"PROXY TCP4 2001:db8::9 192.0.2.1 4500 443\r\n".to_vec(), "cannot be read"),
            (version_2(0x31, 0x11, V4), "cannot be read"),
            (version_2(0x22, 0x11, V4), "cannot be read"),
            (version_2(0x21, 0x11, b"\x00\x04\xcb\x00\x71\x09"), "cannot be read"),
            (version_2(0x21, 0x12, V4), "datagrams"),
            (b"PROXY".to_vec(), "was not read"),
        ] {
            let (said, _) = read(&bytes).await;
            assert!(said.contains(why), "{bytes:?}: {said}");
        }
    }

    #[test]
    fn those_are_believed_who_are_named() {
        let proxies =
            TrustedProxies::new(["10.0.0.0/24".parse().unwrap(), "2001:db8::1/128".parse().unwrap()]);
        for (address, believed) in
            [("10.0.0.7", true), ("10.0.1.7", false), ("2001:db8::1", true), ("2001:db8::2", false)]
        {
            assert_eq!(proxies.contains(address.parse().unwrap()), believed, "{address}");
        }
        assert!(!TrustedProxies::default().contains("127.0.0.1".parse().unwrap()));
    }
}
