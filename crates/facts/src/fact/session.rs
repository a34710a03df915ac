//! Facts about sessions.

use crate::{Digest, EndReason, FederatedSession, Session};
use countersign_names::{ApplicationName, Assurance, CredentialId, SessionId, Timestamp};
use serde::{Deserialize, Serialize};

/// An event about a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", deny_unknown_fields)]
pub enum SessionFact {
    /// A person signed in.
    #[serde(rename = "session.started/1")]
    Started {
        /// The id of the session.
        session: SessionId,
        /// What the session is based on.
        #[serde(flatten)]
        about: Session,
    },
    /// A person signed in with an account at an OpenID provider.
    #[serde(rename = "session.federated/1")]
    Federated {
        /// The id of the session.
        session: SessionId,
        /// What the session is based on.
        #[serde(flatten)]
        about: FederatedSession,
    },
    /// A person authenticated again within a session.
    #[serde(rename = "session.stepped_up/1")]
    SteppedUp {
        /// The session.
        session: SessionId,
        /// The passkey that was used.
        credential: CredentialId,
        /// The assurance level that it gives.
        assurance: Assurance,
    },
    /// A session is being handed over to one application by a one-time code.
    #[serde(rename = "session.handed_over/1")]
    HandedOver {
        /// The session.
        session: SessionId,
        /// The application.
        application: ApplicationName,
        /// SHA-256 of the code.
        code: Digest,
        /// SHA-256 of the state that the same browser must present, so that an attacker cannot sign another person in
        /// under his own account.
        state: Digest,
        /// When the code expires.
        expires_at: Timestamp,
    },
    /// A session was opened at one application: the code is used up, and the new cookie is valid only there.
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
    /// A one-time code was presented and refused: by the wrong browser, at the wrong host, or with a broken link. It is
    /// used up nevertheless.
    #[serde(rename = "session.handover_spent/1")]
    HandoverSpent {
        /// SHA-256 of the code.
        code: Digest,
    },
    /// A session ended at every application.
    #[serde(rename = "session.ended/1")]
    Ended {
        /// The session.
        session: SessionId,
        /// The reason.
        reason: EndReason,
    },
}

#[cfg(test)]
crate::golden::every_fact! { SessionFact {
    Started { session, about },
    Federated { session, about },
    SteppedUp { session, credential, assurance },
    HandedOver { session, application, code, state, expires_at },
    HandoverSpent { code },
    Opened { session, application, code, secret },
    Ended { session, reason },
} }
