//! Facts about sessions.

use crate::{Digest, EndReason, Session};
use countersign_names::{ApplicationName, Assurance, CredentialId, SessionId, Timestamp};
use serde::{Deserialize, Serialize};

/// An event about a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", deny_unknown_fields)]
pub enum SessionFact {
    /// Somebody signed in.
    #[serde(rename = "session.started/1")]
    Started {
        /// Its id.
        session: SessionId,
        /// What it rests on.
        #[serde(flatten)]
        about: Session,
    },
    /// Somebody proved again, within a session, that it is them.
    #[serde(rename = "session.stepped_up/1")]
    SteppedUp {
        /// The session.
        session: SessionId,
        /// The passkey used.
        credential: CredentialId,
        /// What it gives.
        assurance: Assurance,
    },
    /// A session is being handed to one application through a one-time code.
    #[serde(rename = "session.handed_over/1")]
    HandedOver {
        /// The session.
        session: SessionId,
        /// The application.
        application: ApplicationName,
        /// SHA-256 of the code.
        code: Digest,
        /// SHA-256 of the state that the same browser must show, so that nobody signs another in as themselves.
        state: Digest,
        /// When the code stops working.
        expires_at: Timestamp,
    },
    /// A session was opened at one application: the code is used up, and the cookie valid there alone.
    #[serde(rename = "session.opened/1")]
    Opened {
        /// The session.
        session: SessionId,
        /// The application.
        application: ApplicationName,
        /// SHA-256 of the code that was used up.
        code: Digest,
        /// SHA-256 of the cookie's value.
        secret: Digest,
    },
    /// A one-time code was shown and opened nothing: by the wrong browser, at the wrong host, with a broken link. It is used
    /// up all the same.
    #[serde(rename = "session.handover_spent/1")]
    HandoverSpent {
        /// SHA-256 of the code.
        code: Digest,
    },
    /// A session ended, everywhere.
    #[serde(rename = "session.ended/1")]
    Ended {
        /// The session.
        session: SessionId,
        /// Why.
        reason: EndReason,
    },
}
