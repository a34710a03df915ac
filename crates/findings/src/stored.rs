//! Findings as they are written and read.

use crate::error::{FindingError, unreadable};
use crate::severity;
use countersign_hygiene::HygieneSeverity;
use countersign_names::{FindingId, Timestamp};
use countersign_sources::NodeKind;
use serde::{Deserialize, Serialize};
use sqlx::Row as _;
use sqlx::any::AnyRow;

/// A finding of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFinding {
    /// What it is recognised by.
    pub id: FindingId,
    /// The name of its detector.
    pub detector: String,
    /// What it has in common with others of its detector.
    pub cause: String,
    /// How bad it is.
    pub severity: HygieneSeverity,
    /// The nodes that it speaks of, the one to be changed first.
    pub subjects: Vec<SubjectRow>,
    /// What it rests on.
    pub evidence: Vec<EvidenceRow>,
    /// What to do about it.
    pub fix: String,
}

/// A node that a finding speaks of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubjectRow {
    /// Its source.
    pub source: String,
    /// Its key there.
    pub key: String,
    /// Its name when it was found.
    pub name: String,
    /// What it is; `None` if the source only mentions it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<NodeKind>,
}

/// A statement of a source that a finding rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceRow {
    /// The source.
    pub source: String,
    /// The key of the node that it is about.
    pub key: String,
    /// The attribute or relation.
    pub attribute: String,
    /// What the source says.
    pub value: String,
    /// The moment that it speaks of, if it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moment: Option<Timestamp>,
}

/// Where a finding is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FindingStanding {
    /// It was found, and nobody accepted it.
    Open,
    /// Somebody accepted it, and that has not ended.
    Accepted,
    /// The last look did not find it any more.
    Fixed,
    /// It was fixed and is there again, or an acceptance expired, or it became worse than what was accepted.
    Returned,
}

impl FindingStanding {
    /// All standings.
    pub const ALL: [Self; 4] = [Self::Open, Self::Accepted, Self::Fixed, Self::Returned];

    /// Returns the word that stands for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Accepted => "accepted",
            Self::Fixed => "fixed",
            Self::Returned => "returned",
        }
    }
}

/// A finding as the tables have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFinding {
    /// What was found.
    pub found: NewFinding,
    /// Where it is in its life.
    pub standing: FindingStanding,
    /// When it was found first.
    pub first_seen: Timestamp,
    /// When it was found last.
    pub last_seen: Timestamp,
    /// Since when it is not found any more.
    pub fixed_at: Option<Timestamp>,
    /// When it returned last.
    pub returned_at: Option<Timestamp>,
}

/// The subjects and the evidence of a finding in its row.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct FindingDocument {
    pub(crate) subjects: Vec<SubjectRow>,
    pub(crate) evidence: Vec<EvidenceRow>,
}

/// The columns that [`read`] needs, in its order, but for the standing.
pub(crate) const COLUMNS: &str =
    "f.id, f.detector, f.cause, f.severity, f.fix, f.first_seen, f.last_seen, f.fixed_at,
    f.returned_at, f.document";

/// The word of the standing of a finding `f` that is joined with its acceptance `a`; `$1` is the present moment.
pub(crate) const STANDING: &str = "CASE WHEN f.fixed_at > 0 THEN 'fixed'
    WHEN a.id IS NOT NULL AND a.expires_at > $1 AND a.severity >= f.severity AND a.accepted_at >= f.returned_at THEN 'accepted'
    WHEN a.id IS NOT NULL OR f.returned_at > 0 THEN 'returned' ELSE 'open' END";

/// Reads a row of [`COLUMNS`] and a standing.
pub(crate) fn read(row: &AnyRow) -> Result<StoredFinding, FindingError> {
    let columns = || -> Result<_, sqlx::Error> {
        let text = |at: usize| row.try_get::<String, _>(at);
        let number = |at: usize| row.try_get::<i64, _>(at);
        Ok((
            [text(0)?, text(1)?, text(2)?, text(4)?, text(9)?, text(10)?],
            [number(3)?, number(5)?, number(6)?, number(7)?, number(8)?],
        ))
    };
    let ([id, detector, cause, fix, document, standing], [severity, first, last, fixed, returned]) =
        columns().map_err(|error| unreadable(&error))?;
    let document: FindingDocument = serde_json::from_str(&document).map_err(|error| unreadable(&error))?;
    let severity = severity::of_number(severity)
        .ok_or_else(|| unreadable(&format_args!("unknown severity {severity}")))?;
    let standing = FindingStanding::ALL.into_iter().find(|known| known.as_str() == standing);
    let later = |at: i64| (at > 0).then(|| Timestamp::from_micros(at));
    Ok(StoredFinding {
        found: NewFinding {
            id: id.parse().map_err(|error| unreadable(&error))?,
            detector,
            cause,
            severity,
            subjects: document.subjects,
            evidence: document.evidence,
            fix,
        },
        standing: standing.ok_or_else(|| unreadable(&"unknown standing"))?,
        first_seen: Timestamp::from_micros(first),
        last_seen: Timestamp::from_micros(last),
        fixed_at: later(fixed),
        returned_at: later(returned),
    })
}
