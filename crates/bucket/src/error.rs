//! What can go wrong with a store, and what to do about it.

use crate::credentials::CredentialsError;

/// Why a request came to nothing. No text of the store's own is in it but the names of its errors.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BucketError {
    /// Nobody answers, or not in a language that we speak.
    #[error("the store at {origin} cannot be reached: {why}")]
    Unreachable {
        /// Where it was tried.
        origin: String,
        /// What came of it.
        why: String,
    },
    /// It did not answer in time.
    #[error("the store at {origin} did not answer in time")]
    Late {
        /// Where it was tried.
        origin: String,
    },
    /// It does not take our word for who we are.
    #[error("the store does not accept the credentials ({code})")]
    Credentials {
        /// What it calls that.
        code: String,
    },
    /// It knows us, and does not let us.
    #[error("the store does not allow it ({code})")]
    Denied {
        /// What it calls that.
        code: String,
    },
    /// There is no such bucket.
    #[error("the store has no bucket {bucket}")]
    NoBucket {
        /// Its name.
        bucket: String,
    },
    /// There is no such object.
    #[error("the store does not have it")]
    Missing,
    /// The bucket lies in another region.
    #[error("the bucket is not in the region {region} ({code})")]
    Region {
        /// The region that was named.
        region: String,
        /// What the store calls that.
        code: String,
    },
    /// The two clocks differ too much.
    #[error("the store's clock and this machine's differ too much ({code})")]
    Clock {
        /// What it calls that.
        code: String,
    },
    /// It is overloaded, or something in it is broken.
    #[error("the store is not able to just now ({status} {code})")]
    Busy {
        /// The status.
        status: u16,
        /// What it calls that.
        code: String,
    },
    /// Something else.
    #[error("the store refused ({status} {code})")]
    Refused {
        /// The status.
        status: u16,
        /// What it calls that.
        code: String,
    },
    /// What it answered is not what a store answers.
    #[error("the answer of {origin} is not that of such a store: {why}")]
    NotAStore {
        /// Where it was tried.
        origin: String,
        /// What is wrong with it.
        why: String,
    },
    /// The file to be put is not what it was said to be.
    #[error("the file is not what it was when it was anchored")]
    Differs,
    /// The file to be put, or to be made of an object, fails.
    #[error("this machine's disk: {why}")]
    Disk {
        /// What the system says.
        why: String,
    },
    /// There are no credentials any more.
    #[error("the credentials: {0}")]
    NoCredentials(#[from] CredentialsError),
}

impl BucketError {
    /// What to do about it.
    pub const fn remedy(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } | Self::Late { .. } => {
                "look whether the store runs and whether evidence.store.endpoint is its address"
            }
            Self::Credentials { .. } | Self::NoCredentials(_) => {
                "put keys that the store knows into evidence.store.credentials_file; they are read again each time"
            }
            Self::Denied { .. } => {
                "allow the key to list the bucket, and to put, get and delete objects under the prefix"
            }
            Self::NoBucket { .. } => "make the bucket, or name another in evidence.store.url",
            Self::Missing => "see whether its process still runs and copies, with `countersign status` there",
            Self::Region { .. } => "write the bucket's region into evidence.store.region",
            Self::Clock { .. } => "set this machine's clock",
            Self::Busy { .. } => "nothing: it is tried again",
            Self::Refused { .. } | Self::NotAStore { .. } => {
                "look whether evidence.store.url and endpoint name a store of that kind, and into its log"
            }
            Self::Differs => "see `countersign evidence verify`, and put the original back from a copy",
            Self::Disk { .. } => "make room on this machine's disk",
        }
    }

    /// Whether the store itself is not to be had, so that asking it for something else will not help.
    pub const fn is_stores(&self) -> bool {
        !matches!(self, Self::Missing | Self::Differs | Self::Disk { .. })
    }

    /// What an answer with this status and body means.
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

/// The name of an error in what a store answers: letters and digits, nothing that a log could be led astray with.
fn code_of(body: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(body).ok()?;
    let (_, rest) = text.split_once("<Code>")?;
    let (code, _) = rest.split_once("</Code>")?;
    let plain = code.len() <= 64 && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
    plain.then(|| code.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Address;

    #[test]
    fn what_a_store_says_is_told_apart() {
        let about = Address::parse("s3://our-bucket", None, "r", false).unwrap();
        for (status, code, expected) in [
            (404, "NoSuchBucket", "the store has no bucket our-bucket"),
            (404, "ContainerNotFound", "the store has no bucket our-bucket"),
            (404, "NoSuchKey", "the store does not have it"),
            (404, "BlobNotFound", "the store does not have it"),
            (403, "AuthenticationFailed", "does not accept the credentials (AuthenticationFailed)"),
            (403, "SignatureDoesNotMatch", "does not accept the credentials (SignatureDoesNotMatch)"),
            (403, "AccessDenied", "the store does not allow it (AccessDenied)"),
            (301, "PermanentRedirect", "the bucket is not in the region r"),
            (403, "RequestTimeTooSkewed", "clock"),
            (503, "SlowDown", "the store is not able to just now (503 SlowDown)"),
            (400, "evil\u{1b}[2J", "the store refused (400 )"),
        ] {
            let body = format!("<Error><Code>{code}</Code><Message>secret</Message></Error>");
            let error = BucketError::of(status, body.as_bytes(), &about);
            let said = error.to_string();
            assert!(said.contains(expected) && !said.contains("secret"), "{said}");
            assert!(!error.remedy().is_empty());
        }
        assert_eq!(BucketError::of(404, b"\xff", &about), BucketError::Missing);
    }
}
