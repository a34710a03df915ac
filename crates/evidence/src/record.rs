//! What is kept of one decision: what was asked, what the answer read, and what came of it.
//!
//! Text longer than 4,096 bytes is cut when it is recorded (and ends in "…"), and a list keeps its first 128
//! entries: a stranger chooses some of these texts, and must not choose how large a record becomes.

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
            /// Every one there is.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// Its name, in records and in the API.
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

/// A word that is none of those that the field may hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{found:?} is none of: {known}")]
pub struct UnknownWord {
    /// What stood there, cut to 80 characters.
    pub found: String,
    /// The words that would have been read, separated by spaces.
    pub known: &'static str,
}

words!(
    /// Which way a decision fell.
    Effect {
        /// It may happen.
        Allow = "allow",
        /// It may not.
        Deny = "deny",
    }
);

words!(
    /// Why there was a decision to make.
    Cause {
        /// Somebody asked.
        First = "first",
        /// Somebody asked, and an answer that still held was given again.
        Reused = "reused",
        /// The world moved under a live permit, which was asked about again.
        Reasked = "reasked",
        /// The world moved under a live permit, and ended it.
        Cut = "cut",
    }
);

words!(
    /// How an access ended.
    Ended {
        /// By itself.
        Finished = "finished",
        /// Its permit was revoked.
        Revoked = "revoked",
        /// The client went away.
        ClientGone = "client_gone",
        /// The application failed or could not be reached.
        UpstreamFailed = "upstream_failed",
        /// It took longer than it may.
        TimedOut = "timed_out",
        /// The gate was shutting down.
        Drained = "drained",
    }
);

words!(
    /// Whose refusals one record stands for.
    FoldedOver {
        /// Those of one address (of IPv6, one /64), for the same reason.
        Address = "address",
        /// Those of every address at one application, for the same reason: there were too many addresses.
        Application = "application",
        /// Those of every stranger: there was no room for more.
        Everybody = "everybody",
    }
);

/// What a record stands for beside itself: refusals of people who were not signed in, which came again and again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Folded {
    /// How many there were, this one among them. The others are nowhere else.
    pub count: u64,
    /// When the first of them fell; the last fell when this record says.
    pub first: Timestamp,
    /// Whose they were.
    pub over: FoldedOver,
}

/// What was cut off a text that a stranger chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CutText {
    /// How many bytes it had.
    pub bytes: u64,
    /// SHA-256 over all of them.
    #[serde(with = "hex::serde")]
    pub sha256: [u8; 32],
}

/// How the principal had proved who they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authentication {
    /// How sure that proof makes us.
    pub assurance: Assurance,
    /// The method, as the sign-in names it ("passkey").
    pub method: String,
    /// Whether a look-alike site could not have relayed it.
    pub phishing_resistant: bool,
    /// Seconds since it happened.
    pub age_seconds: i64,
    /// The credential that was used.
    pub credential: CredentialId,
}

/// What was known of the device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceEvidence {
    /// Whether we manage it.
    pub managed: bool,
    /// Whether every posture check passed.
    pub compliant: bool,
    /// Whether the client proved that it is this device (a client certificate), rather than a cookie saying so.
    pub proved: bool,
    /// Seconds since the posture report; none when it never reported.
    pub posture_age_seconds: Option<i64>,
    /// The checks that did not pass.
    pub failing: Vec<PostureCheck>,
}

/// Where the request came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The address of the peer.
    pub address: IpAddr,
    /// The network that the configuration maps the address to.
    pub network: String,
}

/// One decision, with exactly what it read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// The decision: a UUID v7 drawn when it fell, since its time tells [`Store::find`](crate::Store::find) the day.
    pub id: DecisionId,
    /// When it fell.
    pub at: Timestamp,
    /// The enforcement point that asked.
    pub gate: String,
    /// Who asked.
    pub principal: Principal,
    /// Their session.
    pub session: Option<SessionId>,
    /// Their device.
    pub device: Option<DeviceId>,
    /// The application asked for.
    pub application: ApplicationName,
    /// The resource asked for.
    pub resource: ResourceName,
    /// What they wanted to do.
    pub action: Action,
    /// The protocol's word for it: an HTTP method, an AuthZEN action.
    pub operation: String,
    /// What exactly: the canonical path without its query, an AuthZEN resource id.
    pub item: String,
    /// Which way it fell.
    pub effect: Effect,
    /// False when a denial was let through because the application is only observed.
    pub enforced: bool,
    /// Why there was a decision to make.
    pub cause: Cause,
    /// The sequence in the journal of the last fact that the decision knew.
    pub world: u64,
    /// The version of the policy set, a SHA-256.
    #[serde(with = "hex::serde")]
    pub policies: [u8; 32],
    /// The policies that determined it.
    pub reasons: Vec<PolicyId>,
    /// The shadow-stage policies that would have changed it.
    pub shadow: Vec<PolicyId>,
    /// The policies that failed to evaluate.
    pub errors: Vec<PolicyId>,
    /// What would have turned a denial.
    pub remedies: Vec<String>,
    /// The exceptions that applied.
    pub exceptions: Vec<ExceptionId>,
    /// The grant that it rested on.
    pub grant: Option<GrantId>,
    /// How sensitive the resource counted as.
    pub sensitivity: Sensitivity,
    /// False when that is only because nobody labelled it.
    pub labelled: bool,
    /// How the principal had proved who they are.
    pub authentication: Option<Authentication>,
    /// Seconds since the session was opened.
    pub session_age_seconds: Option<i64>,
    /// Seconds since the session was last used.
    pub session_idle_seconds: Option<i64>,
    /// What was known of the device.
    pub device_evidence: Option<DeviceEvidence>,
    /// Where the request came from.
    pub place: Option<Place>,
    /// How risky the principal looked.
    pub risk: RiskLevel,
    /// The media type of the answer, where the decision read it.
    pub content_type: Option<String>,
    /// Microseconds from the question to the answer.
    pub latency_micros: u32,
    /// What a decision client said of the item; empty from a gate.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
    /// What the record stands for beside itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folded: Option<Folded>,
    /// What was cut off the item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item_cut: Option<CutText>,
}

impl Decided {
    /// Shortens the texts that a client chose to what is recorded of them, for a record that waits in memory.
    pub fn shorten(&mut self) {
        let texts = [&mut self.operation, &mut self.item].into_iter().chain(self.content_type.as_mut());
        for text in texts {
            if let Some(kept) = cut_text(text) {
                *text = format!("{kept}{CUT_MARK}");
            }
        }
    }

    /// Cuts the item after so many bytes, and says how long it was and what. For a record of somebody who was not signed
    /// in, and only where no policy read the item: cut, it cannot be asked about again.
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

/// What came of an access that was allowed (or let through).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Completed {
    /// The decision that allowed it.
    pub id: DecisionId,
    /// When it ended.
    pub at: Timestamp,
    /// The status answered, in the protocol's numbers.
    pub status: u16,
    /// Bytes from the client.
    pub bytes_in: u64,
    /// Bytes to the client.
    pub bytes_out: u64,
    /// Microseconds from the decision to the end.
    pub duration_micros: u64,
    /// How it ended.
    pub ended: Ended,
}

/// A decision and, once it is known, what came of it. Its JSON is the API's: the field names are these, for ever.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The decision.
    pub decided: Decided,
    /// What came of it; none for a denial, or while it lasts.
    pub completed: Option<Completed>,
}
