//! Why signing in failed, for two readers: the person at the browser, and the administrator who reads the log.

use countersign_ledger::CommandError;
use countersign_world::Contradiction;
use http::StatusCode;
use std::time::Duration;

/// Why a request was refused. The text is shown to people: it names the remedy, and nothing that would help an
/// attacker.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No open invitation has that secret. A more precise reason would tell an attacker that a guess was once valid.
    #[error(
        "This invitation is not valid any more: it was used, withdrawn or has expired. Ask for a new one."
    )]
    InvitationOver,
    /// The passkey is unknown, or its signature is invalid. The cause is for the log.
    #[error(
        "This passkey was not accepted here. Use another passkey, or ask an administrator for a new invitation."
    )]
    PasskeyRefused {
        /// The cause, for the log.
        cause: String,
    },
    /// The response of a new passkey is invalid. The cause is for the log.
    #[error("This passkey cannot be registered: {remedy}")]
    PasskeyUnfit {
        /// What to do instead.
        remedy: &'static str,
        /// The cause, for the log.
        cause: String,
    },
    /// The authenticator's signature counter did not increase: there may be a copy of it.
    #[error(
        "This passkey was not accepted: its use count went backwards, which happens when it has been copied. Sign in with another passkey and remove this one, or ask an administrator for a recovery invitation."
    )]
    CounterWentBack,
    /// The ceremony is unknown: expired, finished, or another browser's.
    #[error("This took too long, was finished already, or was begun in another browser. Start again.")]
    CeremonyOver,
    /// The person is suspended.
    #[error("Your account is suspended. Ask an administrator to restore it.")]
    Suspended,
    /// The browser has no session.
    #[error("You are not signed in any more. Sign in again.")]
    NotSignedIn,
    /// The last proof is too old for the request.
    #[error("Confirm with a passkey that it is you, then try again: your last proof is older than {} minutes.", .0.as_secs() / 60)]
    ProofTooOld(Duration),
    /// A provider gave the last proof, and it does not resist phishing.
    #[error(
        "This needs a proof with a passkey. Confirm with one that you have, or ask an administrator for an invitation to register your first."
    )]
    ProofTooWeak,
    /// There is no such provider.
    #[error("There is no such way to sign in. Go to the sign-in page and choose one.")]
    NoProvider,
    /// The provider could not be asked, or its answer is not valid. The cause is for the log.
    #[error("Signing in with {title} did not work. Try again; if it stays so, tell an administrator.")]
    ProviderFailed {
        /// The provider's title.
        title: String,
        /// The cause, for the log.
        cause: String,
    },
    /// The provider did not sign the person in.
    #[error("{title} did not sign you in. Try again, or sign in with a passkey.")]
    ProviderDeclined {
        /// The provider's title.
        title: String,
    },
    /// No person is linked to the account.
    #[error(
        "Your account at {title} is not linked to anybody here. Ask an administrator to link it, and name the account: {subject}"
    )]
    NotLinked {
        /// The provider's title.
        title: String,
        /// The account.
        subject: String,
    },
    /// The account is linked to another person than the invited one.
    #[error(
        "This account at {title} is already linked to another person. Sign in there with your own account."
    )]
    LinkedToAnother {
        /// The provider's title.
        title: String,
    },
    /// A logout token is not valid. The cause is for the log.
    #[error("The logout token is not valid.")]
    BadLogout {
        /// The cause, for the log.
        cause: String,
    },
    /// Removing the passkey would lock its person out.
    #[error("This is your only passkey. Add another one first, then remove this one.")]
    OnlyPasskey,
    /// The named object does not exist, or belongs to another person.
    #[error("{field}: there is no such {what} of yours. Reload the page.")]
    NotYours {
        /// The field that named it.
        field: &'static str,
        /// The kind of object.
        what: &'static str,
    },
    /// A field has an invalid value.
    #[error("{field}: {problem}")]
    BadField {
        /// The name of the field.
        field: &'static str,
        /// What is wrong with it and what to write.
        problem: String,
    },
    /// The body is not the expected JSON.
    #[error("The request's body was not understood: {0}")]
    BadBody(String),
    /// The body is too large.
    #[error("The request's body is larger than {0} bytes, which no request here needs.")]
    BodyTooLarge(usize),
    /// The content type is not JSON.
    #[error("content-type: send application/json.")]
    NotJson,
    /// A one-time code is not valid.
    #[error("This sign-in link was used already or is too old. Open the application again.")]
    CodeOver,
    /// The browser that returns is not the one that was redirected.
    #[error("This sign-in was not begun in this browser. Open the application again.")]
    StateMismatch,
    /// The request came from a page of another site.
    #[error("This request came from another site and was not carried out. Use the page itself.")]
    CrossSite,
    /// The request is for another host.
    #[error("This is the sign-in host, and the request named another.")]
    WrongHost,
    /// The request was throttled; retry after this delay.
    #[error("Too many requests. Try again in {} seconds.", .0.as_secs().max(1))]
    TooMany(Duration),
    /// The request timed out.
    #[error("The request took too long. Try again.")]
    TooSlow,
    /// There is an administrator with a passkey.
    #[error("There is an administrator already: ask them for an invitation.")]
    Bootstrapped,
    /// The facts would contradict the world.
    #[error("{field}: {message}")]
    Contradiction {
        /// The name of the field.
        field: &'static str,
        /// What is wrong, and what to do instead.
        message: String,
    },
    /// Nothing can be changed at the moment. The cause is for the log.
    #[error("Signing in does not work right now. Try again in a moment.")]
    Unavailable(String),
}

impl Refusal {
    /// Returns a refusal because of an invalid field.
    pub(crate) fn field(field: &'static str, problem: impl Into<String>) -> Self {
        Self::BadField { field, problem: problem.into() }
    }

    /// Returns the HTTP status.
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::PasskeyRefused { .. } | Self::CounterWentBack | Self::NotSignedIn => {
                StatusCode::UNAUTHORIZED
            }
            Self::NoProvider => StatusCode::NOT_FOUND,
            Self::ProviderFailed { .. } => StatusCode::BAD_GATEWAY,
            Self::Suspended
            | Self::ProofTooOld(_)
            | Self::ProofTooWeak
            | Self::ProviderDeclined { .. }
            | Self::NotLinked { .. }
            | Self::LinkedToAnother { .. }
            | Self::CrossSite
            | Self::StateMismatch => StatusCode::FORBIDDEN,
            Self::NotYours { .. } => StatusCode::NOT_FOUND,
            Self::OnlyPasskey | Self::Contradiction { .. } | Self::Bootstrapped => StatusCode::CONFLICT,
            Self::InvitationOver | Self::CeremonyOver | Self::CodeOver => StatusCode::GONE,
            Self::BadField { .. } | Self::BadBody(_) | Self::BadLogout { .. } => StatusCode::BAD_REQUEST,
            Self::PasskeyUnfit { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            Self::BodyTooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::NotJson => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::WrongHost => StatusCode::MISDIRECTED_REQUEST,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// Returns a short code, for programs and tests.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::InvitationOver => "invitation-over",
            Self::PasskeyRefused { .. } => "passkey-refused",
            Self::PasskeyUnfit { .. } => "passkey-unfit",
            Self::CounterWentBack => "counter-went-back",
            Self::CeremonyOver => "ceremony-over",
            Self::Suspended => "suspended",
            Self::NotSignedIn => "not-signed-in",
            Self::ProofTooOld(_) => "proof-too-old",
            Self::ProofTooWeak => "proof-too-weak",
            Self::NoProvider => "no-provider",
            Self::ProviderFailed { .. } => "provider-failed",
            Self::ProviderDeclined { .. } => "provider-declined",
            Self::NotLinked { .. } => "not-linked",
            Self::LinkedToAnother { .. } => "linked-to-another",
            Self::BadLogout { .. } => "bad-logout-token",
            Self::OnlyPasskey => "only-passkey",
            Self::NotYours { .. } => "not-yours",
            Self::BadField { .. } => "bad-field",
            Self::BadBody(_) => "bad-body",
            Self::BodyTooLarge(_) => "body-too-large",
            Self::NotJson => "not-json",
            Self::CodeOver => "code-over",
            Self::StateMismatch => "state-mismatch",
            Self::CrossSite => "cross-site",
            Self::WrongHost => "wrong-host",
            Self::TooMany(_) => "too-many",
            Self::TooSlow => "too-slow",
            Self::Bootstrapped => "bootstrapped",
            Self::Contradiction { .. } => "contradiction",
            Self::Unavailable(_) => "unavailable",
        }
    }

    /// Returns the field that the refusal is about, if any.
    pub const fn about(&self) -> Option<&'static str> {
        match self {
            Self::NotYours { field, .. }
            | Self::BadField { field, .. }
            | Self::Contradiction { field, .. } => Some(field),
            _ => None,
        }
    }

    /// Logs the details that the person is not shown.
    pub(crate) fn log(&self) {
        match self {
            Self::PasskeyRefused { cause } | Self::PasskeyUnfit { cause, .. } => {
                tracing::info!(code = self.code(), cause, "a passkey was refused");
            }
            Self::ProviderFailed { title, cause } => {
                tracing::warn!(
                    code = self.code(),
                    provider = title,
                    cause,
                    "signing in with a provider failed"
                );
            }
            Self::BadLogout { cause } => {
                tracing::warn!(code = self.code(), cause, "a logout token was refused");
            }
            Self::CounterWentBack => tracing::warn!(code = self.code(), "a passkey's counter went back"),
            Self::Unavailable(cause) => tracing::error!(cause, "signing in does not work"),
            other => tracing::debug!(code = other.code(), "refused"),
        }
    }
}

impl From<Contradiction> for Refusal {
    fn from(contradiction: Contradiction) -> Self {
        Self::Contradiction { field: contradiction.field, message: contradiction.message }
    }
}

impl From<CommandError<Self>> for Refusal {
    fn from(error: CommandError<Self>) -> Self {
        match error {
            CommandError::Refused(refusal) => refusal,
            CommandError::Contradiction(contradiction) => contradiction.into(),
            CommandError::Unavailable(why) | CommandError::Early(why) => Self::Unavailable(why),
        }
    }
}
