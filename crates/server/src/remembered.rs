//! How far the journal went, remembered outside it.
//!
//! A chain of hashes shows what was altered. It cannot show that its last entries are gone, or that somebody computed it
//! anew: the shorter chain is whole. So the head is kept in a file of the data folder, signed with a key of the
//! installation, and in the bucket where there is one. A start is refused whose journal does not hold that entry, with
//! that hash, any more. Only the operator, at the machine and on record, can have it start all the same.

mod bucket;

pub use bucket::{BucketCheck, BucketHead};

use crate::keys;
use countersign_evidence::{Query, Store};
use countersign_facts::{AcceptedHead, Actor, EndReason, Fact, JournalFact, SessionFact};
use countersign_gate_http::AssertionKey;
use countersign_journal::{Head, Journal, ReadError, Seq};
use countersign_ledger::{CommandError, Ledger, Never};
use countersign_names::{DecisionId, Timestamp};
use countersign_world::World;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How soon after a fact the head is written down, so that many facts cost one write.
const SOON: Duration = Duration::from_secs(1);

/// How often it is written down when nothing happens: what is remembered of the time is no older.
const EVERY: Duration = Duration::from_secs(60);

/// What is in the file.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Page {
    /// The process whose file it is.
    gate: String,
    /// The last entry of the journal, and its hash.
    head: String,
    /// When that was so.
    at: Timestamp,
    /// The key that signed.
    kid: String,
    /// Over the lines of [`Page::signed`], in base64url.
    signature: String,
}

impl Page {
    /// What is signed: no token of any kind begins so.
    fn signed(&self) -> String {
        format!("countersign journal head 1\n{}\n{}\n{}\n{}\n", self.gate, self.head, self.at, self.kid)
    }
}

/// What is remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memory {
    /// How far the journal went.
    pub head: Head,
    /// When that was so.
    pub at: Timestamp,
}

/// Why a journal is not believed.
#[derive(Debug, thiserror::Error)]
pub enum NotBelieved {
    /// It ends before what is remembered.
    #[error(
        "the journal went back: it ends with entry {ends_with}, and on {} it ended with entry {}. What was stated since, \
         revocations included, is gone. {REMEDY}", .remembered.at, .remembered.head.seq
    )]
    WentBack {
        /// What is remembered.
        remembered: Memory,
        /// Where it ends.
        ends_with: Seq,
    },
    /// It has another entry in that place.
    #[error(
        "the journal was written anew: its entry {} is not the one that it was on {}. {REMEDY}",
        .remembered.head.seq, .remembered.at
    )]
    WrittenAnew {
        /// What is remembered.
        remembered: Memory,
    },
    /// The evidence knew more of it.
    #[error(
        "the journal went back: it ends with entry {ends_with}, and the decision {decision} of {at} knew entry {world}. \
         What was stated since, revocations included, is gone. {REMEDY}"
    )]
    EvidenceKnewMore {
        /// The decision.
        decision: DecisionId,
        /// When it fell.
        at: Timestamp,
        /// The last entry that it knew.
        world: u64,
        /// Where the journal ends.
        ends_with: Seq,
    },
    /// What is remembered is not to be believed itself.
    #[error("{path} should say how far the journal went, and {why}. {REMEDY}")]
    Forgotten {
        /// The file.
        path: String,
        /// What is wrong with it.
        why: String,
    },
    /// It could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
}

const REMEDY: &str = "Restore the journal from a copy that holds it. If it is known why it is so, say that on record, at \
                      this machine: `countersign journal accept-head --why ...`";

/// The file, and what is in it.
pub struct Remembered {
    path: PathBuf,
    key_file: PathBuf,
    gate: String,
}

impl Remembered {
    /// The file in a data folder.
    pub fn of(data: &Path, gate: &str) -> Self {
        Self { path: data.join("journal.head"), key_file: data.join("assertion.key"), gate: gate.to_owned() }
    }

    /// Read the file. `world` knows the keys that this installation signs with, and `key` is the one of this process.
    ///
    /// # Errors
    /// When it cannot be read, or is not signed by this installation.
    pub fn recall(&self, world: &World, key: &AssertionKey) -> Result<Option<Memory>, NotBelieved> {
        let forgotten = |why: String| NotBelieved::Forgotten { path: self.path.display().to_string(), why };
        let text = match std::fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(forgotten(format!("cannot be read: {error}"))),
        };
        read(&text, world, key).map(Some).map_err(forgotten)
    }

    /// Write down how far the journal went at this moment.
    ///
    /// # Errors
    /// When the file cannot be written, or the key not read.
    pub fn write(&self, memory: Memory) -> Result<(), keys::KeyError> {
        let failed = |source| keys::KeyError::File { path: self.path.display().to_string(), source };
        let text = self.page(memory)?;
        keys::write_private(&self.path, text.as_bytes()).map_err(failed)
    }

    /// What is written down, signed.
    fn page(&self, memory: Memory) -> Result<String, keys::KeyError> {
        let failed = |source| keys::KeyError::File { path: self.key_file.display().to_string(), source };
        let key = keys::assertion_key(&self.key_file)?;
        let mut page = Page {
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

    /// Write down where the ledger is, soon after each fact and now and then, until the process stops.
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
                    tracing::error!(%error, "how far the journal goes could not be remembered outside it");
                }
                Ok(Err(_)) | Err(_) => {}
            }
            if stop.is_cancelled() {
                return;
            }
            let due = async {
                // Everything that comes within a while is one write.
                let _quiet = tokio::time::timeout(EVERY, moved.changed()).await;
                tokio::time::sleep(SOON).await;
            };
            stop.run_until_cancelled(due).await;
        }
    }
}

/// What a page says, if this installation wrote it.
fn read(text: &str, world: &World, key: &AssertionKey) -> Result<Memory, String> {
    let page: Page = serde_json::from_str(text).map_err(|error| format!("does not: {error}"))?;
    if !is_signed(&page, world, key) {
        return Err("is not signed with a key of this installation".to_owned());
    }
    let head = page.head.parse().map_err(|error| format!("does not: {error}"))?;
    Ok(Memory { head, at: page.at })
}

/// Whether the page is signed with a key that this installation has published, or this process has.
fn is_signed(page: &Page, world: &World, key: &AssertionKey) -> bool {
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

/// Whether the journal, which ends with `head`, holds what is remembered.
///
/// # Errors
/// When it does not.
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

/// Whether what is remembered is in the journal of this ledger. The present is not before what is remembered either.
///
/// # Errors
/// When it is not.
pub async fn believe(
    remembered: &Remembered,
    ledger: &Ledger,
    key: &AssertionKey,
) -> Result<(), NotBelieved> {
    let Some(memory) = remembered.recall(&ledger.world(), key)? else {
        if ledger.seq() > 0 {
            tracing::warn!("how far the journal went is not remembered outside it yet; from now on it is");
        }
        return Ok(());
    };
    ledger.remember(memory.head, memory.at);
    compare(ledger.journal(), ledger.head(), memory).await
}

/// Whether the journal holds what the evidence knew of it, and what is remembered in the bucket, where there is one.
///
/// # Errors
/// When it does not.
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

/// Whether the newest decision of this process's evidence knew no more of the journal than there is. What was decided
/// before the operator last had a journal believed counts no more.
///
/// # Errors
/// When it did.
async fn in_step(store: &Store, ledger: &Ledger) -> Result<(), NotBelieved> {
    let (store, world) = (store.clone(), ledger.world());
    let since = world.head_accepted().map_or(Timestamp::from_micros(i64::MIN), |accepted| accepted.at);
    let query = Query { since, limit: 1, ..Query::default() };
    // What could not be read is said by whoever verifies the evidence; here it is only one witness of several.
    let newest = tokio::task::spawn_blocking(move || store.list(&query).rows.into_iter().next()).await;
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

/// Believe the journal as it is, on the operator's word, which is put on record, and end every session.
///
/// # Errors
/// When there is nothing to accept, or it could not be put on record.
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
        Err(doubt) => doubt,
    };
    let accepted = AcceptedHead {
        gate: remembered.gate.clone(),
        remembered: ledger.remembered().map(|(head, _)| head.to_string()),
        found: ledger.head().to_string(),
        why: why.to_owned(),
    };
    // Revocations may be among what is gone, and nobody knows which: whoever is signed in signs in anew.
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
    /// Why the bucket does not know of it, where it does not.
    not_put: Option<String>,
}

impl std::fmt::Display for Accepted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.doubt)?;
        match &self.not_put {
            Some(why) => write!(
                f,
                "\nThe bucket could not be told ({why}): if it remembers more than the journal holds, accept it again once it \
                 can be reached"
            ),
            None => Ok(()),
        }
    }
}

/// Why the operator's word was not taken.
#[derive(Debug, thiserror::Error)]
pub enum NotAccepted {
    /// Nothing is wrong.
    #[error("the journal holds everything that is remembered of it: there is nothing to accept")]
    Whole,
    /// The journal could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// It could not be put on record.
    #[error(transparent)]
    Ledger(#[from] CommandError<Never>),
    /// It could not be remembered.
    #[error(transparent)]
    Key(#[from] keys::KeyError),
}
