//! Why a directory was not read.

use crate::message::{MalformedMessage, OperationResult};

/// Why a directory was not read to its end. What was read before must not be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LdapError {
    /// No connection.
    #[error("{address} does not answer: {cause}")]
    Unreachable {
        /// The host and the port.
        address: String,
        /// What the system says.
        cause: String,
    },
    /// No encryption, or a certificate that is not trusted.
    #[error("there is no trusted encrypted connection with {address}: {cause}")]
    Tls {
        /// The host and the port.
        address: String,
        /// What is wrong.
        cause: String,
    },
    /// The server said nothing for too long.
    #[error("the directory sent no whole message for {seconds} seconds")]
    Silent {
        /// The time limit.
        seconds: u64,
    },
    /// The connection ended.
    #[error("the directory ended the connection{}", said(.0))]
    Ended(String),
    /// The server said what is no LDAP.
    #[error("the directory sent what is no LDAP: {0}")]
    Malformed(#[from] MalformedMessage),
    /// A message is too long.
    #[error("a message of the directory has {bytes} bytes, which is more than {limit}")]
    TooLong {
        /// Its length.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// The name or the password is wrong.
    #[error("the directory refuses the bind name or the password{}", said(.0))]
    WrongPassword(String),
    /// The base does not exist.
    #[error("the directory has no entry {base:?}{}", nearest(.matched))]
    NoSuchBase {
        /// The base.
        base: String,
        /// The nearest entry above it.
        matched: String,
    },
    /// A limit of the server ended the search.
    #[error("the directory ended the search at its own {limit}, after {entries} entries")]
    ServerLimit {
        /// Which one.
        limit: &'static str,
        /// How many entries came before.
        entries: u64,
    },
    /// Another server has it.
    #[error("the directory refers to {}, and referrals are not followed", .0.join(", "))]
    Elsewhere(Vec<String>),
    /// The server refused an operation for another reason.
    #[error("the directory refuses {operation} with result {code}{}", said(.message))]
    Refused {
        /// The operation.
        operation: &'static str,
        /// The result code of LDAP.
        code: i64,
        /// The server's words.
        message: String,
    },
    /// The pages do not end.
    #[error("the pages of the directory do not come to an end: {0}")]
    Endless(String),
    /// A list in ranges does not come to its end.
    #[error("the directory does not give the values of {attribute} of {dn:?} to the end: {problem}")]
    BrokenRange {
        /// The entry.
        dn: String,
        /// The attribute.
        attribute: String,
        /// What is wrong.
        problem: String,
    },
}

impl LdapError {
    /// Returns the error of a result, if it is one.
    pub(crate) fn of(
        result: OperationResult,
        operation: &'static str,
        base: &str,
        entries: u64,
    ) -> Option<Self> {
        let OperationResult { code, matched, message, referrals } = result;
        let limit = |limit| Self::ServerLimit { limit, entries };
        Some(match code {
            0 => return None,
            3 => limit("time limit"),
            4 => limit("size limit"),
            11 => limit("administrative limit"),
            9 | 10 => Self::Elsewhere(referrals),
            32 => Self::NoSuchBase { base: base.to_owned(), matched },
            49 => Self::WrongPassword(message),
            _ => Self::Refused { operation, code, message },
        })
    }

    /// Returns whether nothing answers, in contrast to an answer that is no good.
    pub const fn is_unreachable(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::Silent { .. } | Self::Ended(_))
    }
}

fn said(words: &str) -> String {
    if words.is_empty() { String::new() } else { format!(" ({words})") }
}

fn nearest(matched: &str) -> String {
    if matched.is_empty() { String::new() } else { format!("; the nearest above it is {matched:?}") }
}
