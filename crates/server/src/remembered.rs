//! Remembers the head of the journal outside the journal.
//!
//! A hash chain shows which entries were altered. It cannot show that its last entries are missing, or that an attacker
//! computed it anew: the shorter chain is valid. So the process stores the head in a file of the data folder, signed
//! with a key of the installation, and in the bucket if there is one. The server refuses to start with a journal that
//! no longer contains that entry, with that hash. Only the operator, at the machine and on record, can accept such a
//! journal.

mod bucket;
mod clock;

pub use bucket::{BucketCheck, BucketHead};
pub use clock::{AcceptedClockReport, ClockNotAccepted, ClockStatement, accept_clock};

use crate::keys;
use countersign_evidence::{Query, Store};
use countersign_facts::{AcceptedHead, Actor, EndReason, Fact, JournalFact, SessionFact};
use countersign_gate_http::AssertionKey;
use countersign_journal::{Head, Journal, ReadError, Seq};
use countersign_ledger::{CommandError, Ledger, MOST_SKEW, Never};
use countersign_names::{DecisionId, Timestamp};
use countersign_world::{ClockSetBack, World};
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How soon after a fact the head is written, so that many facts cost one write.
const SOON: Duration = Duration::from_secs(1);

/// How often the head is written without new facts: the remembered time is never older.
const EVERY: Duration = Duration::from_secs(60);

/// The content of the file.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct HeadPage {
    /// The process that wrote the file.
    gate: String,
    /// The last entry of the journal, and its hash.
    head: String,
    /// The time of that head.
    at: Timestamp,
    /// The id of the signing key.
    kid: String,
    /// The signature over the lines of [`HeadPage::signed`], in base64url.
    signature: String,
}

impl HeadPage {
    /// Returns the text that is signed. No token of any kind begins like this.
    fn signed(&self) -> String {
        format!("countersign journal head 1\n{}\n{}\n{}\n{}\n", self.gate, self.head, self.at, self.kid)
    }
}

/// The remembered state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memory {
    /// The head of the journal.
    pub head: Head,
    /// The time of that head.
    pub at: Timestamp,
}

/// Why a journal is rejected.
#[derive(Debug, thiserror::Error)]
pub enum NotBelieved {
    /// The journal ends before the remembered entry.
    #[error(
        "the journal went back: it ends with entry {ends_with}, but on {} it ended with entry {}. All later \
         facts, revocations included, are missing. {REMEDY}", .remembered.at, .remembered.head.seq
    )]
    WentBack {
        /// The remembered state.
        remembered: Memory,
        /// The last entry of the journal.
        ends_with: Seq,
    },
    /// The journal has a different entry at that sequence.
    #[error(
        "the journal was rewritten: its entry {} differs from the entry of {}. {REMEDY}",
        .remembered.head.seq, .remembered.at
    )]
    WrittenAnew {
        /// The remembered state.
        remembered: Memory,
    },
    /// The evidence knew a later entry.
    #[error(
        "the journal went back: it ends with entry {ends_with}, but the decision {decision} of {at} knew \
         entry {world}. All later facts, revocations included, are missing. {REMEDY}"
    )]
    EvidenceKnewMore {
        /// The decision that knew it.
        decision: DecisionId,
        /// The time of the decision.
        at: Timestamp,
        /// The last entry that the decision knew.
        world: u64,
        /// The last entry of the journal.
        ends_with: Seq,
    },
    /// The remembered state itself cannot be trusted.
    #[error("{path} should name the last entry of the journal, but {why}. {REMEDY}")]
    Forgotten {
        /// The file.
        path: String,
        /// What is wrong with it.
        why: String,
    },
    /// The operator set time back at another machine, and not at this one.
    #[error(
        "this machine remembers {} as the present, but with fact {} the operator set time back to {} at the \
         machine of {} ({}). A journal entry alone does not set time back on this machine. If the entry is \
         right, run `countersign journal accept-clock --why ...` on this machine",
        .remembered.at, .accepted.seq, .accepted.at, .accepted.gate, .accepted.why
    )]
    TimeSetBack {
        /// The remembered state.
        remembered: Memory,
        /// The acceptance at the other machine.
        accepted: Box<ClockSetBack>,
    },
    /// The journal could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
}

const REMEDY: &str = "Restore the journal from a copy that contains the entry. If you know why it is \
                      missing, accept the journal as it is and record the reason: run `countersign journal \
                      accept-head --why ...` on this machine";

/// The file with the remembered head.
pub struct Remembered {
    path: PathBuf,
    key_file: PathBuf,
    gate: String,
}

impl Remembered {
    /// Locates the file in a data folder.
    pub fn of(data: &Path, gate: &str) -> Self {
        Self { path: data.join("journal.head"), key_file: data.join("assertion.key"), gate: gate.to_owned() }
    }

    /// Reads the file. `world` knows the keys that this installation signs with, and `key` is this process's own.
    ///
    /// # Errors
    /// If the file cannot be read, or is not signed by this installation.
    pub fn recall(&self, world: &World, key: &AssertionKey) -> Result<Option<Memory>, NotBelieved> {
        let forgotten = |why: String| NotBelieved::Forgotten { path: self.path.display().to_string(), why };
        let text = match std::fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(forgotten(format!("it cannot be read: {error}"))),
        };
        read(&text, world, key).map(Some).map_err(forgotten)
    }

    /// Writes the head and its time.
    ///
    /// # Errors
    /// If the file cannot be written, or the key cannot be read.
    pub fn write(&self, memory: Memory) -> Result<(), keys::KeyError> {
        let failed = |source| keys::KeyError::File { path: self.path.display().to_string(), source };
        let text = self.page(memory)?;
        keys::write_private(&self.path, text.as_bytes()).map_err(failed)
    }

    /// Returns the signed content of the file.
    fn page(&self, memory: Memory) -> Result<String, keys::KeyError> {
        let failed = |source| keys::KeyError::File { path: self.key_file.display().to_string(), source };
        let key = keys::assertion_key(&self.key_file)?;
        let mut page = HeadPage {
            gate: self.gate.clone(),
            head: memory.head.to_string(),
            at: memory.at,
            kid: key.kid().to_owned(),
            signature: String::new(),
        };
        let signing = EncodingKey::from_ec_der(key.to_pkcs8().expose_secret());
        page.signature = jsonwebtoken::crypto::sign(page.signed().as_bytes(), &signing, Algorithm::ES256)
            .map_err(|error| failed(io::Error::other(error)))?;
        Ok(serde_json::to_string(&page).map_err(|error| failed(error.into()))? + "\n")
    }

    /// Writes the ledger's head soon after each fact and periodically, until the process stops.
    pub async fn keep(self: Arc<Self>, ledger: Ledger, stop: CancellationToken) {
        let mut moved = ledger.moved();
        let mut failing = false;
        loop {
            let (this, now) = (self.clone(), Memory { head: ledger.head(), at: ledger.borne_out() });
            let written = tokio::task::spawn_blocking(move || this.write(now)).await;
            match written {
                Ok(Ok(())) => {
                    failing = false;
                    ledger.remember(now.head, now.at);
                }
                Ok(Err(error)) if !std::mem::replace(&mut failing, true) => {
                    tracing::error!(
                        %error,
                        "this process cannot write the head of the journal to its file, and tries again"
                    );
                }
                Ok(Err(_)) | Err(_) => {}
            }
            if stop.is_cancelled() {
                return;
            }
            let due = async {
                // Everything that arrives within a short time is one write.
                let _quiet = tokio::time::timeout(EVERY, moved.changed()).await;
                tokio::time::sleep(SOON).await;
            };
            stop.run_until_cancelled(due).await;
        }
    }
}

/// Parses a page, if this installation signed it.
fn read(text: &str, world: &World, key: &AssertionKey) -> Result<Memory, String> {
    let page: HeadPage =
        serde_json::from_str(text).map_err(|error| format!("its content is not valid: {error}"))?;
    if !is_signed(&page, world, key) {
        return Err("it is not signed with a key of this installation".to_owned());
    }
    let head = page.head.parse().map_err(|error| format!("its content is not valid: {error}"))?;
    Ok(Memory { head, at: page.at })
}

/// Returns whether the page is signed with a key that this installation has published, or that this process has.
fn is_signed(page: &HeadPage, world: &World, key: &AssertionKey) -> bool {
    let own = (key.kid() == page.kid).then(|| key.public_jwk());
    let Some(jwk) = own.or_else(|| world.assertion_key(&page.kid).map(|known| known.jwk.clone())) else {
        return false;
    };
    let key = serde_json::from_value::<Jwk>(jwk).ok().and_then(|jwk| DecodingKey::from_jwk(&jwk).ok());
    let verified = key.map(|key| {
        jsonwebtoken::crypto::verify(&page.signature, page.signed().as_bytes(), &key, Algorithm::ES256)
    });
    matches!(verified, Some(Ok(true)))
}

/// Checks that the journal, which ends with `head`, contains the remembered entry.
///
/// # Errors
/// If it does not.
pub async fn compare(journal: &Journal, head: Head, remembered: Memory) -> Result<(), NotBelieved> {
    let seq = remembered.head.seq;
    if head.seq < seq {
        return Err(NotBelieved::WentBack { remembered, ends_with: head.seq });
    }
    if seq == Seq::ZERO {
        return Ok(());
    }
    let entries = journal.read(Seq(seq.0 - 1), 1).await?;
    match entries.first() {
        Some(entry) if entry.head() == remembered.head => Ok(()),
        _ => Err(NotBelieved::WrittenAnew { remembered }),
    }
}

/// Checks that the journal of this ledger contains the remembered entry. Also makes the remembered time a lower bound
/// of the present.
///
/// # Errors
/// If it does not.
pub async fn believe(
    remembered: &Remembered,
    ledger: &Ledger,
    key: &AssertionKey,
) -> Result<(), NotBelieved> {
    let Some(memory) = remembered.recall(&ledger.world(), key)? else {
        if ledger.seq() > 0 {
            tracing::warn!(
                "no file remembers the head of this journal yet; this process writes one from now on"
            );
        }
        return Ok(());
    };
    clock::has_heard(ledger, memory)?;
    ledger.remember(memory.head, memory.at);
    compare(ledger.journal(), ledger.head(), memory).await
}

/// Checks that the journal contains what the evidence knew of it, and what the bucket remembers, if there is one.
///
/// # Errors
/// If it does not.
pub async fn witnessed(
    store: &Store,
    bucket: Option<&BucketHead>,
    ledger: &Ledger,
    key: &AssertionKey,
) -> Result<BucketCheck, NotBelieved> {
    in_step(store, ledger).await?;
    match bucket {
        Some(bucket) => bucket.believe(ledger, key).await,
        None => Ok(BucketCheck::Holds),
    }
}

/// Checks that no recent decision in this process's evidence knew a later entry than the journal has. Decisions before
/// the operator's last acceptance do not count.
///
/// Once time was set back, the newest decisions by date are those that the wrong clock dated. So the search then ends
/// with the present, and covers several decisions: some of those in the same span may still be from before.
///
/// # Errors
/// If it knew a later one.
async fn in_step(store: &Store, ledger: &Ledger) -> Result<(), NotBelieved> {
    let (store, world) = (store.clone(), ledger.world());
    let set_back = world.clock_set_back();
    let accepted = [world.head_accepted().map(|accepted| accepted.at), set_back.map(|clock| clock.at)];
    let since = accepted.into_iter().flatten().max().unwrap_or(Timestamp::from_micros(i64::MIN));
    let query = match set_back {
        Some(_) => {
            Query { since, until: ledger.now().plus(MOST_SKEW), limit: Query::MOST, ..Query::default() }
        }
        None => Query { since, limit: 1, ..Query::default() },
    };
    // Verifying the evidence reports unreadable files; here it is only one witness of several.
    let knew_most = move || store.list(&query).rows.into_iter().max_by_key(|row| row.decided.world);
    let newest = tokio::task::spawn_blocking(knew_most).await;
    match newest.ok().flatten().map(|row| row.decided) {
        Some(decided) if decided.world > world.seq() => Err(NotBelieved::EvidenceKnewMore {
            decision: decided.id,
            at: decided.at,
            world: decided.world,
            ends_with: ledger.head().seq,
        }),
        _ => Ok(()),
    }
}

/// Accepts the journal as it is, on the operator's authority, records the acceptance, and ends every session.
///
/// # Errors
/// If there is nothing to accept, or it could not be recorded.
pub async fn accept(
    remembered: &Remembered,
    (store, bucket): (&Store, Option<&BucketHead>),
    ledger: &Ledger,
    key: &AssertionKey,
    why: &str,
) -> Result<Accepted, NotAccepted> {
    let believed = match believe(remembered, ledger, key).await {
        Ok(()) => witnessed(store, bucket, ledger, key).await.map(drop),
        doubted => doubted,
    };
    let doubt = match believed {
        Ok(()) => return Err(NotAccepted::Whole),
        Err(NotBelieved::Read(error)) => return Err(NotAccepted::Read(error)),
        Err(doubt @ NotBelieved::TimeSetBack { .. }) => return Err(NotAccepted::Clock(Box::new(doubt))),
        Err(doubt) => doubt,
    };
    let accepted = AcceptedHead {
        gate: remembered.gate.clone(),
        remembered: ledger.remembered().map(|(head, _)| head.to_string()),
        found: ledger.head().to_string(),
        why: why.to_owned(),
    };
    // The missing entries may include revocations, and nobody knows which, so every user must sign in again.
    let stated = move |world: &World, now: Timestamp| {
        let alive = world.sessions().filter(|session| now < session.expires_at);
        let ended = alive.map(|session| {
            Fact::Session(SessionFact::Ended { session: session.id, reason: EndReason::Revoked })
        });
        Ok((
            std::iter::once(Fact::Journal(JournalFact::HeadAccepted(accepted.clone())))
                .chain(ended)
                .collect(),
            (),
        ))
    };
    ledger.command(Actor::Operator, stated).await?;
    remembered.write(Memory { head: ledger.head(), at: ledger.borne_out() })?;
    let put = match bucket {
        Some(bucket) => bucket.leave(ledger).await.map(drop),
        None => Ok(()),
    };
    Ok(Accepted { doubt, not_put: put.err() })
}

/// What was accepted.
#[derive(Debug)]
pub struct Accepted {
    doubt: NotBelieved,
    /// Why the bucket does not have the new head, if it does not.
    not_put: Option<String>,
}

impl std::fmt::Display for Accepted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.doubt)?;
        match &self.not_put {
            Some(why) => write!(
                f,
                "\nThe new head could not be written to the bucket ({why}): if the bucket remembers a later \
                 entry, accept the journal again when the bucket can be reached"
            ),
            None => Ok(()),
        }
    }
}

/// Why the operator's acceptance failed.
#[derive(Debug, thiserror::Error)]
pub enum NotAccepted {
    /// Nothing is wrong with the journal.
    #[error("the journal contains every remembered entry: there is nothing to accept")]
    Whole,
    /// The journal could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The clock is to be accepted first.
    #[error(transparent)]
    Clock(Box<NotBelieved>),
    /// The acceptance could not be recorded.
    #[error(transparent)]
    Ledger(#[from] CommandError<Never>),
    /// The new head could not be remembered.
    #[error(transparent)]
    Key(#[from] keys::KeyError),
}
