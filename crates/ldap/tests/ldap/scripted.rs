//! A server that answers each request with bytes that a test makes.

use countersign_ldap::{ConnectionEncryption, DirectoryConnection, DirectoryServer};
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::thread;

/// A request, as far as the answers depend on it.
pub struct ScriptedRequest {
    /// Its number.
    pub number: u32,
    /// Its whole bytes.
    pub bytes: Vec<u8>,
}

impl ScriptedRequest {
    /// Whether this text is somewhere in it.
    pub fn has(&self, text: &str) -> bool {
        self.bytes.windows(text.len()).any(|bytes| bytes == text.as_bytes())
    }
}

/// Starts a server for one connection, and connects to it.
pub fn connect(answer: impl FnMut(ScriptedRequest) -> Vec<u8> + Send + 'static) -> DirectoryConnection {
    DirectoryConnection::open(&server(answer, ConnectionEncryption::None)).unwrap()
}

/// Starts a server for one connection. It ends with the connection, and with an answer that is empty.
pub fn server(
    mut answer: impl FnMut(ScriptedRequest) -> Vec<u8> + Send + 'static,
    encryption: ConnectionEncryption,
) -> DirectoryServer {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        while let Some(request) = receive(&mut stream) {
            let bytes = answer(request);
            if bytes.is_empty() || stream.write_all(&bytes).is_err() {
                return;
            }
        }
    });
    DirectoryServer { host: "127.0.0.1".to_owned(), port, encryption }
}

/// Reads a message of ours: lengths are of one byte, or of four.
fn receive(stream: &mut TcpStream) -> Option<ScriptedRequest> {
    let mut head = [0; 2];
    stream.read_exact(&mut head).ok()?;
    let mut length = usize::from(head[1]);
    if head[1] == 0x84 {
        let mut long = [0; 4];
        stream.read_exact(&mut long).ok()?;
        length = usize::try_from(u32::from_be_bytes(long)).unwrap();
    }
    let mut bytes = vec![0; length];
    stream.read_exact(&mut bytes).ok()?;
    let digits = usize::from(bytes[1]);
    let number = bytes[2..2 + digits].iter().fold(0, |number, byte| number << 8 | u32::from(*byte));
    Some(ScriptedRequest { number, bytes })
}

/// An element of BER.
pub fn element(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let mut bytes = vec![tag, 0x84];
    bytes.extend_from_slice(&u32::try_from(content.len()).unwrap().to_be_bytes());
    bytes.extend_from_slice(&content);
    bytes
}

/// A message.
pub fn message(number: u32, operation: &[u8], controls: &[u8]) -> Vec<u8> {
    element(0x30, &[&element(2, &[&number.to_be_bytes()]), operation, controls])
}

/// A result: of a bind (0x61), a search (0x65), an extended request (0x78).
pub fn result(tag: u8, code: u8) -> Vec<u8> {
    element(tag, &[&element(10, &[&[code]]), &element(4, &[]), &element(4, &[b"so it is"])])
}

/// An entry with these values.
pub fn entry(number: u32, dn: &str, attributes: &[(&str, &[&str])]) -> Vec<u8> {
    let described: Vec<Vec<u8>> = attributes
        .iter()
        .map(|(name, values)| {
            let values: Vec<Vec<u8>> = values.iter().map(|value| element(4, &[value.as_bytes()])).collect();
            element(0x30, &[&element(4, &[name.as_bytes()]), &element(0x31, &[&values.concat()])])
        })
        .collect();
    let operation = element(0x64, &[&element(4, &[dn.as_bytes()]), &element(0x30, &[&described.concat()])]);
    message(number, &operation, &[])
}

/// The end of a page; the cookie of the last page is empty.
pub fn page_end(number: u32, cookie: &[u8]) -> Vec<u8> {
    let value = element(0x30, &[&element(2, &[&[0]]), &element(4, &[cookie])]);
    let control = element(0x30, &[&element(4, &[b"1.2.840.113556.1.4.319"]), &element(4, &[&value])]);
    message(number, &result(0x65, 0), &element(0xa0, &[&control]))
}
