//! What a check found, in words for the administrator.

use rustls::{CertificateError, Error as TlsError};
use std::fmt;
use std::io;

/// What a check found at an upstream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UpstreamFinding {
    /// It answers in HTTP.
    Answers {
        /// The status of its answer.
        status: u16,
        /// The place that it redirects to, without query and fragment. A check never goes there.
        redirect: Option<String>,
    },
    /// The name has no address.
    UnknownName,
    /// Nothing listens at the port.
    Closed,
    /// There is no way to the address.
    Unreachable(String),
    /// The time was over in this step.
    Silent(ProbeStep),
    /// Its certificate is not trusted.
    Certificate(CertificateFault),
    /// TLS failed for another reason.
    NoTls(String),
    /// It does not answer in HTTP/1.1.
    NotHttp(String),
}

/// The steps of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProbeStep {
    /// Find the addresses of the name.
    Resolve,
    /// Connect to an address.
    Connect,
    /// Agree on TLS.
    Tls,
    /// Wait for the head of the answer.
    Answer,
}

/// Why a certificate is not trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CertificateFault {
    /// It has expired.
    Expired,
    /// It is not valid yet.
    NotYetValid,
    /// It is for another name.
    OtherName,
    /// No trusted authority issued it.
    UnknownIssuer,
    /// Another fault.
    Invalid,
}

impl UpstreamFinding {
    /// Returns what an error in connecting means.
    pub(crate) fn of_connecting(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::ConnectionRefused => Self::Closed,
            io::ErrorKind::TimedOut => Self::Silent(ProbeStep::Connect),
            kind => Self::Unreachable(kind.to_string()),
        }
    }

    /// Returns what an error in agreeing on TLS means.
    pub(crate) fn of_tls(error: &io::Error) -> Self {
        let tls = error.get_ref().and_then(|inner| inner.downcast_ref::<TlsError>());
        match tls {
            Some(TlsError::InvalidCertificate(fault)) => Self::Certificate(CertificateFault::of(fault)),
            // What the other side wrote, for example in an alert, is not repeated.
            Some(TlsError::InvalidMessage(_)) => Self::NoTls("it does not speak TLS".to_owned()),
            Some(TlsError::AlertReceived(_)) => Self::NoTls("it refused the handshake".to_owned()),
            Some(_) => Self::NoTls("the handshake failed".to_owned()),
            None => Self::NoTls(error.kind().to_string()),
        }
    }

    /// Returns whether the gate would get an answer.
    pub const fn answers(&self) -> bool {
        matches!(self, Self::Answers { .. })
    }

    /// Returns what the administrator can do about it; `None` if nothing needs to be done.
    pub const fn remedy(&self) -> Option<&'static str> {
        Some(match self {
            Self::Answers { redirect: Some(_), .. } => {
                "if that is an address of its own machine, tell the application the address at which people reach it"
            }
            Self::Answers { status: 500.., .. } => "look into the log of the application",
            Self::Answers { .. } => return None,
            Self::UnknownName => "correct the name, or add it to the DNS that the server's machine uses",
            Self::Closed => "start the application, or correct the port",
            Self::Unreachable(_) => {
                "correct the address, or open the network between the server and the application"
            }
            Self::Silent(ProbeStep::Resolve) => "look at the DNS that the server's machine uses",
            Self::Silent(ProbeStep::Connect) => {
                "correct the address, or open the firewall between the server and the application"
            }
            Self::Silent(ProbeStep::Tls) => {
                "if the application does not use TLS, write http:// instead of https://"
            }
            Self::Silent(ProbeStep::Answer) => {
                "look whether the application is overloaded, or waits for something"
            }
            Self::Certificate(CertificateFault::OtherName) => {
                "use the name that its certificate is for, or give the application another certificate"
            }
            Self::Certificate(CertificateFault::UnknownIssuer) => {
                "add its authority to those that the server's machine trusts (update-ca-certificates), or give the \
                 application a certificate of a trusted one"
            }
            Self::Certificate(_) => "give the application another certificate",
            Self::NoTls(_) => "if the application does not use TLS, write http:// instead of https://",
            Self::NotHttp(_) => {
                "correct the port; if the application uses TLS there, write https:// instead of http://"
            }
        })
    }
}

impl CertificateFault {
    fn of(fault: &CertificateError) -> Self {
        match fault {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => Self::Expired,
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => Self::NotYetValid,
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                Self::OtherName
            }
            CertificateError::UnknownIssuer => Self::UnknownIssuer,
            _ => Self::Invalid,
        }
    }
}

impl fmt::Display for UpstreamFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answers { status, redirect: None } => write!(f, "it answers with the status {status}"),
            Self::Answers { status, redirect: Some(to) } => {
                write!(f, "it answers with the status {status} and redirects to {to}")
            }
            Self::UnknownName => f.write_str("its name has no address"),
            Self::Closed => f.write_str("nothing listens there: the connection was refused"),
            Self::Unreachable(why) => write!(f, "it cannot be reached: {why}"),
            Self::Silent(ProbeStep::Resolve) => f.write_str("its name was not resolved in time"),
            Self::Silent(ProbeStep::Connect) => f.write_str("it did not take the connection in time"),
            Self::Silent(ProbeStep::Tls) => {
                f.write_str("it took the connection and did not begin TLS in time")
            }
            Self::Silent(ProbeStep::Answer) => {
                f.write_str("it took the connection and did not answer in time")
            }
            Self::Certificate(fault) => write!(f, "its certificate is not trusted: {fault}"),
            Self::NoTls(why) => write!(f, "TLS failed: {why}"),
            Self::NotHttp(why) => write!(f, "it does not answer in HTTP/1.1: {why}"),
        }
    }
}

impl fmt::Display for CertificateFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Expired => "it has expired",
            Self::NotYetValid => "it is not valid yet",
            Self::OtherName => "it is for another name",
            Self::UnknownIssuer => "no authority that this machine trusts issued it",
            Self::Invalid => "it is invalid",
        })
    }
}
