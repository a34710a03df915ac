//! Why a provider could not be asked, or its answer not be believed. For the log: no text holds a code, a token or a
//! secret.

/// Why signing in with a provider failed on the provider's side.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FederationError {
    /// No connection, or it broke.
    #[error("{what}: the provider cannot be reached: {why}")]
    Unreachable {
        /// What was requested.
        what: &'static str,
        /// The system's error.
        why: String,
    },
    /// The answer took longer than the limit.
    #[error("{what}: the provider did not answer within {seconds} seconds")]
    Late {
        /// What was requested.
        what: &'static str,
        /// The limit.
        seconds: u64,
    },
    /// The answer is larger than the limit.
    #[error("{what}: the provider's answer is larger than {bytes} bytes")]
    TooLarge {
        /// What was requested.
        what: &'static str,
        /// The limit.
        bytes: usize,
    },
    /// The answer has another status than 200. Redirects are not followed.
    #[error("{what}: the provider answered with status {status}{}", error.as_deref().map(|it| format!(" and the error {it}")).unwrap_or_default())]
    Status {
        /// What was requested.
        what: &'static str,
        /// The status.
        status: u16,
        /// The OAuth error code, if there is one.
        error: Option<String>,
    },
    /// The answer is not what the specification says.
    #[error("{what}: {why}")]
    Document {
        /// What was requested.
        what: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// The token is not valid.
    #[error("the token is refused: {0}")]
    Token(#[from] TokenError),
}

impl FederationError {
    pub(crate) fn document(what: &'static str, why: impl Into<String>) -> Self {
        Self::Document { what, why: why.into() }
    }
}

/// Why a token is not valid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// It is no token in compact form that is signed with a known algorithm.
    #[error("it is no token that is signed with a known algorithm")]
    Malformed,
    /// Its algorithm is not allowed: symmetric, or not one that the provider announces.
    #[error("its algorithm is not allowed")]
    Algorithm,
    /// It requires an extension that is not known here.
    #[error("it requires an extension (crit)")]
    Critical,
    /// None of the provider's keys has its key id, or fits its algorithm.
    #[error("none of the provider's keys fits it")]
    UnknownKey,
    /// The signature is not valid.
    #[error("its signature is not valid")]
    Signature,
    /// The content is no object with the expected claims.
    #[error("its content has an invalid or missing claim: {0}")]
    Content(String),
    /// A claim has another value than expected.
    #[error("{claim}: {why}")]
    Claim {
        /// The claim.
        claim: &'static str,
        /// What is wrong with it.
        why: &'static str,
    },
}

impl TokenError {
    pub(crate) const fn claim(claim: &'static str, why: &'static str) -> Self {
        Self::Claim { claim, why }
    }
}
