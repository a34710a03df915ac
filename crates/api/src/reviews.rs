//! Access reviews: campaigns in which people decide which accesses stay.

use crate::inventory::{EdgeRelation, InventoryKind, RightLevel};
use crate::words;
use countersign_names::{PersonId, ReviewId, SourceName, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Which accesses an access review asks about. All that is given must match, and something must be given.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccessReviewScope {
    /// Only accesses in this source. Without it, those of every source and the groups here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::SourceName>)]
    pub source: Option<SourceName>,
    /// Only memberships in groups of this installation.
    #[serde(default)]
    pub here: bool,
    /// Only memberships in this group: the name of one here, or with `source` the key or name of one there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 1024)]
    pub group: Option<String>,
    /// Only accesses with power over a system.
    #[serde(default)]
    pub privileged: bool,
    /// Only accesses of contractors, vendors and the like.
    #[serde(default)]
    pub contractors: bool,
}

/// Who reviews an access.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReviewersKind {
    /// The owner of what is reached, or else of its source.
    Owner,
    /// The manager of who has the access, as a source says.
    Manager,
    /// One person for everything.
    Person,
}

/// What happens at the due date to what nobody decided.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum UndecidedOutcome {
    /// Nothing: the report says that nobody decided it.
    #[default]
    Nothing,
    /// It is revoked, unless that needs a second person.
    Revoke,
}

/// What is decided about an access.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AccessVerdict {
    /// It stays.
    Keep,
    /// It is taken away.
    Revoke,
}

/// The request to open an access review, or to preview it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAccessReview {
    /// Its title.
    #[schema(min_length = 1, max_length = 2000)]
    pub title: String,
    /// Which accesses it asks about.
    pub scope: AccessReviewScope,
    /// Who reviews them. Nobody reviews their own access.
    pub reviewers: ReviewersKind,
    /// The one reviewer, for `person`: an id, address or alias.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reviewer: Option<String>,
    /// Who reviews what nobody else can: an id, address or alias.
    pub fallback: String,
    /// When it is closed, at most a year from now.
    #[schema(value_type = words::Moment)]
    pub due_at: Timestamp,
    /// When undecided items go to `escalate_to`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub escalate_at: Option<Timestamp>,
    /// To whom they go: an id, address or alias.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalate_to: Option<String>,
    /// What happens at the due date to what nobody decided.
    #[serde(default)]
    pub undecided: UndecidedOutcome,
}

/// A person whom an access review names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReviewPerson {
    /// Their id.
    #[schema(value_type = words::PersonId)]
    pub id: PersonId,
    /// Their name now. Absent if there is no such person any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// Whether an access review goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AccessReviewState {
    /// Reviewers decide.
    Open,
    /// It was closed, and its report sealed.
    Closed,
}

/// An access review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AccessReview {
    /// Its id.
    #[schema(value_type = words::ReviewId)]
    pub id: ReviewId,
    /// Its title.
    pub title: String,
    /// Which accesses it asks about.
    pub scope: AccessReviewScope,
    /// Whether it goes on.
    pub state: AccessReviewState,
    /// Who reviews.
    pub reviewers: ReviewersKind,
    /// The one reviewer, for `person`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reviewer: Option<ReviewPerson>,
    /// Who reviews what nobody else can.
    pub fallback: ReviewPerson,
    /// When undecided items are escalated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub escalate_at: Option<Timestamp>,
    /// To whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalate_to: Option<ReviewPerson>,
    /// When it is closed.
    #[schema(value_type = words::Moment)]
    pub due_at: Timestamp,
    /// What happens then to what nobody decided.
    pub undecided_outcome: UndecidedOutcome,
    /// Who opened it, as text.
    pub opened_by: String,
    /// The name of this person or service account now. Absent if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opened_by_name: Option<String>,
    /// When.
    #[schema(value_type = words::Moment)]
    pub opened_at: Timestamp,
    /// Number of items.
    pub items: u32,
    /// Number of items whose access stays.
    pub kept: u32,
    /// Number of items whose access was revoked.
    pub revoked: u32,
    /// Number of items that nobody decided.
    pub undecided: u32,
    /// SHA-256 over the items as they were asked.
    pub asked: String,
    /// When it was closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub closed_at: Option<Timestamp>,
    /// SHA-256 over the report with which it was sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report: Option<String>,
}

/// An access review with how its reviewers are doing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AccessReviewDetail {
    /// The access review.
    pub review: AccessReview,
    /// Number of items that nobody may review.
    pub without_reviewer: u32,
    /// The reviewers, those with the most items first.
    pub reviewers: Vec<ReviewerProgress>,
    /// What their figures count.
    pub what_is_counted: String,
}

/// How a reviewer is doing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReviewerProgress {
    /// The reviewer.
    pub reviewer: ReviewPerson,
    /// Number of items that they review now.
    pub items: u32,
    /// Number of those that nobody decided.
    pub undecided: u32,
    /// Number of items whose last decision is theirs.
    pub decided: u32,
    /// Number of those whose access stays.
    pub kept: u32,
    /// Number of those that were decided together with others.
    pub together: u32,
    /// Number of decisions that they sent.
    pub acts: u32,
    /// The median of the seconds between one and the next. Absent below two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub median_seconds: Option<u64>,
}

/// What an access review would ask, and whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AccessReviewPreview {
    /// Number of items.
    pub items: u32,
    /// Number of items with power over a system.
    pub privileged: u32,
    /// Number of items without any evidence of use.
    pub without_use: u32,
    /// Number of items that go to another reviewer than the review asks for.
    pub redirected: u32,
    /// Number of items that nobody may review.
    pub without_reviewer: u32,
    /// How many items each reviewer would get, the most first.
    pub reviewers: Vec<PreviewedReviewer>,
}

/// How many items a reviewer would get.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PreviewedReviewer {
    /// The reviewer.
    pub reviewer: ReviewPerson,
    /// Number of items.
    pub items: u32,
}

/// The role in which a person reviews an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReviewerRole {
    /// The owner of what is reached.
    Owner,
    /// The manager of who has the access.
    Manager,
    /// The person whom the review names.
    Named,
    /// The fallback.
    Fallback,
    /// The person to whom the review escalates.
    Escalation,
    /// Whom an administrator chose later.
    Chosen,
    /// Nobody may review it.
    Nobody,
}

/// Something that a reviewed access leads to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReviewedReach {
    /// The name of the resource, or of what can be controlled.
    pub name: String,
    /// What may be done with it, in the source's words.
    pub rights: Vec<String>,
    /// How much power that is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<RightLevel>,
}

/// Evidence that an access was used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReviewedUse {
    /// When it was used last.
    #[schema(value_type = words::Moment)]
    pub at: Timestamp,
    /// What was used.
    pub what: String,
}

/// A decision about an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DecidedAccess {
    /// Whether the access stays.
    pub verdict: AccessVerdict,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Who decided it, as text.
    pub by: String,
    /// The name of this person now. Absent if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_name: Option<String>,
    /// When.
    #[schema(value_type = words::Moment)]
    pub at: Timestamp,
    /// Number of items that were decided together with it, itself included.
    pub together: u32,
}

/// An item: one access of one person or account, as it was when the review was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AccessReviewItem {
    /// The access review.
    #[schema(value_type = words::ReviewId)]
    pub review: ReviewId,
    /// Its title.
    pub title: String,
    /// When it is closed.
    #[schema(value_type = words::Moment)]
    pub due_at: Timestamp,
    /// The number of the item.
    pub number: u32,
    /// The name of whose access it is.
    pub name: String,
    /// The identity, as source and key. Absent if the account belongs to none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<String>,
    /// Whether they are a contractor, a vendor or the like.
    pub is_external: bool,
    /// The source. Absent for a group of this installation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::SourceName>)]
    pub source: Option<SourceName>,
    /// The key of the account.
    pub account: String,
    /// Its name.
    pub account_name: String,
    /// Whether the account can be used. Absent if the source does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// How the account has the access.
    pub relation: EdgeRelation,
    /// The key of the group, role or resource.
    pub target: String,
    /// Its name.
    pub target_name: String,
    /// What it is. Absent if the source only mentions it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_kind: Option<InventoryKind>,
    /// What it is for, in the source's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// What it leads to, the most powerful first, and not all of it.
    pub leads_to: Vec<ReviewedReach>,
    /// Number of things that it leads to.
    pub leads_to_in_all: u32,
    /// The most power that it gives. Absent if that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<RightLevel>,
    /// Whether it gives power over a system.
    pub privileged: bool,
    /// The place in the source that grants it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub granted_by: Option<String>,
    /// Who authorised it, if the source says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorised_by: Option<String>,
    /// Since when, if the source says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub since: Option<Timestamp>,
    /// When it was used, as was known when it was asked, the newest first. Empty if nothing is known.
    pub uses: Vec<ReviewedUse>,
    /// Who reviews it now. Absent if nobody may.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reviewer: Option<ReviewPerson>,
    /// As what.
    pub reviewer_role: ReviewerRole,
    /// Why it was not asked of whom the review asks for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// The last decision. Absent if nobody decided it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<DecidedAccess>,
    /// Whether the access is gone now, as far as the last import knows.
    pub is_gone: bool,
}

/// What became of an item so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AccessReviewItemState {
    /// Nobody decided it.
    Undecided,
    /// Its access stays.
    Kept,
    /// Its access was revoked.
    Revoked,
}

/// The request to decide items together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAccessVerdict {
    /// The numbers of the items.
    #[schema(min_items = 1, max_items = 1000)]
    pub items: Vec<u32>,
    /// Whether the accesses stay.
    pub verdict: AccessVerdict,
    /// Why; needed to revoke. The journal keeps it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 2000)]
    pub reason: Option<String>,
}

/// What a decision did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AccessVerdictResult {
    /// Number of items that were decided.
    pub decided: u32,
    /// Number of memberships here that ended with it.
    pub ended_here: u32,
    /// Number of revoked accesses that are in a source, where somebody has to take them away.
    pub left_to_source: u32,
}

/// The request to give items to another reviewer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewReviewer {
    /// The numbers of the items.
    #[schema(min_items = 1, max_items = 1000)]
    pub items: Vec<u32>,
    /// Who reviews them: an id, address or alias.
    pub reviewer: String,
    /// Why; the journal keeps it.
    #[schema(min_length = 1, max_length = 2000)]
    pub reason: String,
}

/// A format of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReviewReportFormat {
    /// The canonical JSON whose digest is sealed.
    Json,
    /// The items as a table.
    Csv,
}

/// The report with which an access review was sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SealedReviewReport {
    /// The format.
    pub format: ReviewReportFormat,
    /// A name for the file.
    pub file_name: String,
    /// SHA-256 over the JSON, as the journal states it.
    pub sealed: String,
    /// SHA-256 over the JSON as it is kept now.
    pub found: String,
    /// Whether it is still the report that was sealed.
    pub is_sealed: bool,
    /// Whether the items that are kept are still those that were asked.
    pub is_as_asked: bool,
    /// The content of the file.
    pub text: String,
}

/// What takes the revoked accesses away in one source, for a person to apply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AccessReviewChanges {
    /// A name for the file.
    pub file_name: String,
    /// Number of revoked accesses.
    pub items: u64,
    /// Number of those for which it has only a comment.
    pub unwritten: u64,
    /// The content of the file.
    pub text: String,
}
