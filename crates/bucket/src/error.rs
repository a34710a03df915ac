//! Errors of a store, and their remedies.

use crate::credentials::CredentialsError;

/// Why a request failed. Of the store's own text, it contains only the names of errors.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BucketError {
    /// The store is unreachable, or does not speak a protocol that we know.
    #[error("the store at {origin} cannot be reached: {why}")]
    Unreachable {
        /// The origin of the store.
        origin: String,
        /// The cause.
        why: String,
    },
    /// The store did not answer in time.
    #[error("the store at {origin} did not answer in time")]
    Late {
        /// The origin of the store.
        origin: String,
    },
    /// The store does not accept the credentials.
    #[error("the store does not accept the credentials ({code})")]
    Credentials {
        /// The store's error code.
        code: String,
    },
    /// The store accepts the credentials, but does not allow the operation.
    #[error("the store does not allow it ({code})")]
    Denied {
        /// The store's error code.
        code: String,
    },
    /// The bucket does not exist.
    #[error("the store has no bucket {bucket}")]
    NoBucket {
        /// The name of the bucket.
        bucket: String,
    },
    /// The object does not exist.
    #[error("the store does not have it")]
    Missing,
    /// The bucket is in another region.
    #[error("the bucket is not in the region {region} ({code})")]
    Region {
        /// The configured region.
        region: String,
        /// The store's error code.
        code: String,
    },
    /// The clocks of the store and this machine differ too much.
    #[error("the store's clock and this machine's differ too much ({code})")]
    Clock {
        /// The store's error code.
        code: String,
    },
    /// The store is overloaded or has an internal error.
    #[error("the store is temporarily unable to answer ({status} {code})")]
    Busy {
        /// The HTTP status.
        status: u16,
        /// The store's error code.
        code: String,
    },
    /// Another error.
    #[error("the store refused ({status} {code})")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// The store's error code.
        code: String,
    },
    /// The response is not a valid response of a store.
    #[error("the answer of {origin} is not that of such a store: {why}")]
    NotAStore {
        /// The origin of the store.
        origin: String,
        /// What is wrong with the response.
        why: String,
    },
    /// The file to upload does not match what is expected.
    #[error("the file differs from its anchor")]
    Differs,
    /// Reading the file to upload, or writing the downloaded file, failed.
    #[error("this machine's disk: {why}")]
    Disk {
        /// The error of the operating system.
        why: String,
    },
    /// An object that is always small is not: the process did not write it.
    #[error("the object {path} is larger than such an object is")]
    Oversized {
        /// The path under the prefix.
        path: String,
    },
    /// The credentials are no longer available.
    #[error("the credentials: {0}")]
    NoCredentials(#[from] CredentialsError),
}

impl BucketError {
    /// Returns what the administrator can do about it.
    pub const fn remedy(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } | Self::Late { .. } => {
                "check that the store runs and that evidence.store.endpoint is its address"
            }
            Self::Credentials { .. } | Self::NoCredentials(_) => {
                "put keys that the store accepts into evidence.store.credentials_file; the process reads the file for each request"
            }
            Self::Denied { .. } => {
                "allow the key to list the bucket, and to put, get and delete objects under the prefix"
            }
            Self::NoBucket { .. } => "create the bucket, or name another in evidence.store.url",
            Self::Missing => "check with `countersign status` there that its process runs and copies",
            Self::Region { .. } => "write the bucket's region into evidence.store.region",
            Self::Clock { .. } => "set this machine's clock",
            Self::Busy { .. } => "nothing: the process tries again",
            Self::Refused { .. } | Self::NotAStore { .. } => {
                "check that evidence.store.url and endpoint name a store of that kind, and read its log"
            }
            Self::Differs => "see `countersign evidence verify`, and restore the original from a copy",
            Self::Disk { .. } => "free space on this machine's disk",
            Self::Oversized { .. } => "find out who wrote it; once it is removed the process writes it again",
        }
    }

    /// Returns whether the store itself is unavailable, so that other requests to it would fail as well.
    pub const fn is_stores(&self) -> bool {
        !matches!(self, Self::Missing | Self::Differs | Self::Disk { .. } | Self::Oversized { .. })
    }

    /// Returns the error for a response with this status and body.
    pub(crate) fn of(status: u16, body: &[u8], about: &crate::Address) -> Self {
        let code = code_of(body).unwrap_or_default();
        match (status, code.as_str()) {
            (_, "NoSuchBucket" | "ContainerNotFound" | "ContainerBeingDeleted") => {
                Self::NoBucket { bucket: about.bucket().to_owned() }
            }
            (_, "RequestTimeTooSkewed") => Self::Clock { code },
            (
                _,
                "AuthorizationHeaderMalformed" | "PermanentRedirect" | "IllegalLocationConstraintException",
            ) => Self::Region { region: about.region.clone(), code },
            (
                _,
                "InvalidAccessKeyId"
                | "SignatureDoesNotMatch"
                | "InvalidToken"
                | "ExpiredToken"
                | "TokenRefreshRequired"
                | "InvalidClientTokenId"
                | "AuthFailure"
                | "AuthenticationFailed"
                | "InvalidAuthenticationInfo"
                | "AuthenticationRequired"
                | "InvalidSecurity",
            ) => Self::Credentials { code },
            (404, "NoSuchKey" | "BlobNotFound" | "NoSuchUpload" | "") => Self::Missing,
            (401 | 403, _) => Self::Denied { code },
            (301 | 307, _) => Self::Region { region: about.region.clone(), code },
            (429 | 500..=599, _) | (_, "SlowDown" | "RequestTimeout" | "ServerBusy") => {
                Self::Busy { status, code }
            }
            _ => Self::Refused { status, code },
        }
    }
}

/// Returns the error code in a store's response: letters and digits only, so that it cannot inject anything into a log.
fn code_of(body: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(body).ok()?;
    let (_, rest) = text.split_once("<Code>")?;
    let (code, _) = rest.split_once("</Code>")?;
    let plain = code.len() <= 64 && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
    plain.then(|| code.to_owned())
}
