//! The record of one decision: the request, the data that the decision read, and the completion of the access.
//!
//! Text longer than 4,096 bytes is cut when it is recorded and ends in "…"; a list keeps its first 128 entries. An
//! attacker chooses some of these texts, and must not choose the size of a record.

use countersign_lake::digest::Sha256;
use countersign_lake::wire::{CUT_MARK, cut_text};
use countersign_names::{
    Action, ApplicationName, Assurance, CredentialId, DecisionId, DeviceId, ExceptionId, GrantId, PolicyId,
    PostureCheck, Principal, ResourceName, RiskLevel, Sensitivity, SessionId, Timestamp,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::IpAddr;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$vdoc])* $variant,)+ }

        impl $name {
            /// All values.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// Returns the name, as in records and in the API.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = UnknownWord;

            fn from_str(text: &str) -> Result<Self, UnknownWord> {
                Self::ALL.iter().copied().find(|word| word.as_str() == text).ok_or_else(|| UnknownWord {
                    found: text.chars().take(80).collect(),
                    known: concat!($($text, " "),+).trim_end(),
                })
            }
        }
    };
}

/// An error: a text is not a valid value of its field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{found:?} is none of: {known}")]
pub struct UnknownWord {
    /// The text, cut to 80 characters.
    pub found: String,
    /// The valid values, separated by spaces.
    pub known: &'static str,
}

words!(
    /// The outcome of a decision.
    Effect {
        /// The access may happen.
        Allow = "allow",
        /// The access must not happen.
        Deny = "deny",
    }
);

words!(
    /// Why a decision was made.
    Cause {
        /// A new request.
        First = "first",
        /// A new request that was answered with an earlier decision that still held.
        Reused = "reused",
        /// The world changed during a live permit, and the access was evaluated again.
        Reasked = "reasked",
        /// The world changed during a live permit, and the permit was revoked.
        Cut = "cut",
    }
);

words!(
    /// How an access ended.
    Ended {
        /// It completed.
        Finished = "finished",
        /// Its permit was revoked.
        Revoked = "revoked",
        /// The client disconnected.
        ClientGone = "client_gone",
        /// The application failed or was unreachable.
        UpstreamFailed = "upstream_failed",
        /// It exceeded its time-out.
        TimedOut = "timed_out",
        /// The gate was shutting down.
        Drained = "drained",
    }
);

words!(
    /// The scope of the refusals that one record aggregates.
    FoldedOver {
        /// Refusals of one address (for IPv6, of one /64), for the same reason.
        Address = "address",
        /// Refusals of every address at one application, for the same reason, because there were too many addresses.
        Application = "application",
        /// Refusals of every unauthenticated request, because there was no room for more records.
        Everybody = "everybody",
    }
);

/// The other refusals that a record stands for: repeated refusals of unauthenticated requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Folded {
    /// Number of refusals, including this one. The others have no records of their own.
    pub count: u64,
    /// When the first of them happened; the last happened at the time of this record.
    pub first: Timestamp,
    /// The scope of the refusals.
    pub over: FoldedOver,
}

/// Length and digest of a text that was cut, because an attacker may have chosen it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CutText {
    /// Its length in bytes.
    pub bytes: u64,
    /// SHA-256 of the whole text.
    #[serde(with = "hex::serde")]
    pub sha256: [u8; 32],
}

/// How the principal authenticated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authentication {
    /// The assurance level.
    pub assurance: Assurance,
    /// The method, as the sign-in names it ("passkey", "federated:okta").
    pub method: String,
    /// Whether the method resists phishing: a look-alike site could not have relayed it.
    pub phishing_resistant: bool,
    /// Seconds since the authentication.
    pub age_seconds: i64,
    /// The credential.
    pub credential: CredentialId,
}

/// The device's state at the time of the decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceEvidence {
    /// Whether the organisation manages it.
    pub managed: bool,
    /// Whether every posture check passed.
    pub compliant: bool,
    /// Whether the client proved that it is this device (by a client certificate), rather than a cookie naming it.
    pub proved: bool,
    /// Seconds since the posture was last reported, or observed to be unchanged; `None` if the device never reported.
    pub posture_age_seconds: Option<i64>,
    /// The posture checks that did not pass.
    pub failing: Vec<PostureCheck>,
}

/// The origin of the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The address of the peer.
    pub address: IpAddr,
    /// The network to which the configuration maps the address.
    pub network: String,
}

/// One decision, with exactly what it read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// The id of the decision: a UUID v7 generated at the time of the decision, which tells
    /// [`Store::find`](crate::Store::find) the day.
    pub id: DecisionId,
    /// When the decision was made.
    pub at: Timestamp,
    /// The enforcement point that made the request.
    pub gate: String,
    /// The principal.
    pub principal: Principal,
    /// The principal's session.
    pub session: Option<SessionId>,
    /// The principal's device.
    pub device: Option<DeviceId>,
    /// The requested application.
    pub application: ApplicationName,
    /// The requested resource.
    pub resource: ResourceName,
    /// The requested action.
    pub action: Action,
    /// The operation in the protocol's terms: an HTTP method, an AuthZEN action.
    pub operation: String,
    /// The item in the protocol's terms: the canonical path without its query, an AuthZEN resource id.
    pub item: String,
    /// The outcome.
    pub effect: Effect,
    /// False if a denial was not enforced because the application is in the observe stage.
    pub enforced: bool,
    /// Why the decision was made.
    pub cause: Cause,
    /// The journal sequence number of the last fact that the decision knew.
    pub world: u64,
    /// The version of the policy set, a SHA-256.
    #[serde(with = "hex::serde")]
    pub policies: [u8; 32],
    /// The policies that determined the outcome.
    pub reasons: Vec<PolicyId>,
    /// The shadow-stage policies that would have changed the outcome.
    pub shadow: Vec<PolicyId>,
    /// The policies that failed to evaluate.
    pub errors: Vec<PolicyId>,
    /// The remedies that would have changed a denial.
    pub remedies: Vec<String>,
    /// The exceptions that applied.
    pub exceptions: Vec<ExceptionId>,
    /// The grant that the outcome depended on.
    pub grant: Option<GrantId>,
    /// The sensitivity of the resource.
    pub sensitivity: Sensitivity,
    /// False if the sensitivity is only the default, because the resource has no label.
    pub labelled: bool,
    /// How the principal authenticated.
    pub authentication: Option<Authentication>,
    /// Seconds since the session was opened.
    pub session_age_seconds: Option<i64>,
    /// Seconds since the session was last used.
    pub session_idle_seconds: Option<i64>,
    /// The device's state.
    pub device_evidence: Option<DeviceEvidence>,
    /// The origin of the request.
    pub place: Option<Place>,
    /// The risk level of the principal.
    pub risk: RiskLevel,
    /// The media type of the response, if the decision read it.
    pub content_type: Option<String>,
    /// Microseconds from the request to the decision.
    pub latency_micros: u32,
    /// Attributes of the item that the decision client sent; empty from a gate.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
    /// The other refusals that the record stands for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folded: Option<Folded>,
    /// Length and digest of the item, if it was cut.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item_cut: Option<CutText>,
}

impl Decided {
    /// Cuts the texts that a client chose to their recorded length, for a record that waits in memory.
    pub fn shorten(&mut self) {
        let texts = [&mut self.operation, &mut self.item].into_iter().chain(self.content_type.as_mut());
        for text in texts {
            if let Some(kept) = cut_text(text) {
                *text = format!("{kept}{CUT_MARK}");
            }
        }
    }

    /// Cuts the item after this many bytes, and records its length and digest. Only for records of unauthenticated
    /// requests, and only if no policy read the item: a cut item cannot be evaluated again.
    pub fn cut_item(&mut self, longest: usize) {
        if self.item.len() <= longest || self.item_cut.is_some() {
            return;
        }
        let mut sum = Sha256::default();
        sum.update(self.item.as_bytes());
        self.item_cut = Some(CutText { bytes: self.item.len() as u64, sha256: sum.finish() });
        let kept = self.item.get(..self.item.floor_char_boundary(longest)).unwrap_or_default();
        self.item = format!("{kept}{CUT_MARK}");
    }
}

/// The completion of an access that was allowed (or not enforced).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Completed {
    /// The id of the decision that allowed it.
    pub id: DecisionId,
    /// When it ended.
    pub at: Timestamp,
    /// The status of the response, in the protocol's numbers.
    pub status: u16,
    /// Number of bytes from the client.
    pub bytes_in: u64,
    /// Number of bytes to the client.
    pub bytes_out: u64,
    /// Microseconds from the decision to the end.
    pub duration_micros: u64,
    /// How it ended.
    pub ended: Ended,
}

/// A decision and, once it is known, its completion. Its JSON is part of the API, so the field names never change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The decision.
    pub decided: Decided,
    /// The completion; `None` for a denial, or while the access lasts.
    pub completed: Option<Completed>,
}
