//! A connection: requests out, and the responses to the one that is open.

use crate::ber::{SEQUENCE, length_form};
use crate::error::LdapError;
use crate::message::{self, DirectoryResponse, MalformedMessage, ResponseOperation, SearchRequest};
use crate::stream::{ConnectionEncryption, DirectoryServer, DirectoryStream};
use std::io::{self, BufReader, Read as _, Write as _};
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// Time limit of one message, in seconds. A directory may search for long until it finds the first entry.
const SILENCE_SECONDS: u64 = 120;

/// Maximum length of a message in bytes. A group of half a million members is about half of it.
const LONGEST_MESSAGE: usize = 64 << 20;

/// Time limit of saying goodbye.
const FAREWELL: Duration = Duration::from_secs(1);

/// A connection with a directory, which answers one request at a time.
#[derive(Debug)]
pub struct DirectoryConnection(MessageStream);

/// The messages of a connection.
struct MessageStream {
    stream: BufReader<DirectoryStream>,
    /// The number of the last request.
    last: u32,
}

impl std::fmt::Debug for MessageStream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MessageStream").field("last", &self.last).finish_non_exhaustive()
    }
}

impl DirectoryConnection {
    /// Connects, and encrypts the connection as the server is reached.
    ///
    /// # Errors
    /// If nothing answers, or the connection cannot be encrypted as it should be.
    pub fn open(server: &DirectoryServer) -> Result<Self, LdapError> {
        let mut transport = server.connect()?;
        transport.set_deadline(deadline());
        let (transport, start_tls) = match &server.encryption {
            ConnectionEncryption::None => (transport, None),
            ConnectionEncryption::Tls(config) => (transport.encrypt(server, config)?, None),
            ConnectionEncryption::StartTls(config) => (transport, Some(config)),
        };
        let mut messages = MessageStream { stream: BufReader::new(transport), last: 0 };
        let Some(config) = start_tls else { return Ok(Self(messages)) };
        messages.send(message::start_tls)?;
        let ResponseOperation::Extended(result) = messages.receive()?.operation else {
            return Err(MalformedMessage("the answer to StartTLS is none").into());
        };
        if let Some(error) = LdapError::of(result, "StartTLS", "", 0) {
            return Err(error);
        }
        // What came before the encryption could be anybody's.
        if !messages.stream.buffer().is_empty() {
            return Err(MalformedMessage("bytes follow the answer to StartTLS without encryption").into());
        }
        let mut transport = messages.stream.into_inner();
        transport.set_deadline(deadline());
        let stream = BufReader::new(transport.encrypt(server, config)?);
        Ok(Self(MessageStream { stream, last: messages.last }))
    }

    /// Signs in with a name and its password. Without it the connection is anonymous.
    ///
    /// # Errors
    /// [`LdapError::WrongPassword`] if the directory refuses them, also for an empty password, with which many directories
    /// accept any name and treat the connection as anonymous (RFC 4513, 5.1.2).
    pub fn bind(&mut self, name: &str, password: &str) -> Result<(), LdapError> {
        if password.is_empty() {
            return Err(LdapError::WrongPassword("the password is empty".to_owned()));
        }
        self.0.send(|number| message::bind(number, name, password))?;
        match self.0.receive()?.operation {
            ResponseOperation::Bound(result) => {
                LdapError::of(result, "the bind", name, 0).map_or(Ok(()), Err)
            }
            _ => Err(MalformedMessage("the answer to a bind is none").into()),
        }
    }

    /// Sends a search.
    pub(crate) fn ask(&mut self, request: &SearchRequest<'_>) -> Result<(), LdapError> {
        self.0.send(|number| request.encode(number))
    }

    /// Receives the next response to the last request.
    pub(crate) fn receive(&mut self) -> Result<DirectoryResponse, LdapError> {
        self.0.receive()
    }
}

impl MessageStream {
    fn send(&mut self, request: impl FnOnce(u32) -> Vec<u8>) -> Result<(), LdapError> {
        self.last += 1;
        // It may hold a password.
        let bytes = Zeroizing::new(request(self.last));
        let transport = self.stream.get_mut();
        transport.set_deadline(deadline());
        transport.write_all(&bytes).and_then(|()| transport.flush()).map_err(broken)
    }

    fn receive(&mut self) -> Result<DirectoryResponse, LdapError> {
        self.stream.get_mut().set_deadline(deadline());
        let mut head = [0; 2];
        self.stream.read_exact(&mut head).map_err(broken)?;
        let [tag, first] = head;
        if tag != SEQUENCE {
            return Err(MalformedMessage("a message is no sequence").into());
        }
        let (more, mut length) = length_form(first)?;
        let mut rest = [0; 4];
        let rest = rest.get_mut(..more).unwrap_or_default();
        self.stream.read_exact(rest).map_err(broken)?;
        for byte in rest {
            length = length << 8 | usize::from(*byte);
        }
        if length > LONGEST_MESSAGE {
            return Err(LdapError::TooLong { bytes: length, limit: LONGEST_MESSAGE });
        }
        // It grows with what arrives, not with what is announced.
        let mut content = Vec::new();
        let limit = u64::try_from(length).unwrap_or(u64::MAX);
        (&mut self.stream).take(limit).read_to_end(&mut content).map_err(broken)?;
        if content.len() < length {
            return Err(LdapError::Ended(String::new()));
        }
        let response = DirectoryResponse::decode(&content)?;
        match (response.number, response.operation) {
            (0, ResponseOperation::Extended(notice)) => Err(LdapError::Ended(notice.message)),
            (number, operation) if number == i64::from(self.last) => {
                Ok(DirectoryResponse { operation, ..response })
            }
            _ => Err(MalformedMessage("a message answers another request than the last").into()),
        }
    }
}

impl Drop for DirectoryConnection {
    fn drop(&mut self) {
        let MessageStream { stream, last } = &mut self.0;
        let transport = stream.get_mut();
        transport.set_deadline(Instant::now() + FAREWELL);
        // If the server does not hear it, it sees the connection end.
        let _ = transport.write_all(&message::unbind(*last + 1)).and_then(|()| transport.flush());
    }
}

fn deadline() -> Instant {
    Instant::now() + Duration::from_secs(SILENCE_SECONDS)
}

fn broken(error: io::Error) -> LdapError {
    match error.kind() {
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => LdapError::Silent { seconds: SILENCE_SECONDS },
        io::ErrorKind::UnexpectedEof => LdapError::Ended(String::new()),
        _ => LdapError::Ended(error.to_string()),
    }
}
