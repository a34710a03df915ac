//! The REST contract: the types on the wire under `/api/v1`, and the OpenAPI document that describes them.
//!
//! The server answers with these types and its clients read them, so they cannot drift apart. `docs/openapi.json` is
//! the contract for clients in other languages; a test compares it with this crate.
//!
//! Requests are strict: the server refuses an unknown field, because it would otherwise ignore a part of the request.
//! Answers are not: a client ignores fields that a newer server adds.
//!
//! This room must not know the implementation: neither facts nor the world, nor how an answer is computed.

pub mod access;
mod again;
mod applications;
mod archive;
mod authzen;
mod content_labels;
mod decisions;
mod declaration;
mod devices;
mod drafts;
mod endpoint;
mod evidence;
mod exhaustive;
mod export;
mod facts;
mod findings;
mod groups;
mod identities;
mod inventory;
mod inventory_access;
mod jobs;
mod keys;
mod last_use;
mod leavers;
mod lint;
mod me;
mod networks;
mod openapi;
mod openid_clients;
mod outside;
mod paging;
mod parameters;
mod people;
mod policies;
mod privilege;
mod problem;
mod projections;
mod proof;
mod proposals;
mod providers;
mod query;
mod reach;
mod rehearsal;
mod request;
mod reviews;
mod role_proposals;
mod rollout;
mod row;
pub mod rows;
mod schedules;
mod services;
mod sessions;
mod settings;
mod settings_file;
mod sources;
mod status;
mod trends;
mod upstreams;
pub mod words;

pub use access::{ControlResource, EndpointAccess, OwnedBy};
pub use again::{
    AnswerAgain, AskAgain, AskedAgain, AskedPolicies, ChangeableItem, EvidenceChange, SingleChange,
    SingleChanges,
};
pub use applications::{
    Application, ApplicationKind, ApplicationStage, Declaration, Label, PartsToTry, RequestMeaning,
    RequestToName, Resource, Route, StageChange,
};
pub use archive::{ArchiveReport, ArchivedFile, NewArchive};
pub use authzen::{
    DecisionPointMetadata, Evaluation, EvaluationAction, EvaluationAnswer, EvaluationContext,
    EvaluationError, EvaluationResource, EvaluationSubject, EvaluationWhy, Evaluations, EvaluationsAnswer,
    EvaluationsOptions, EvaluationsSemantic, KeySet, PropertyValue,
};
pub use content_labels::{
    AnsweredLabel, CoveredShare, KnownLabel, LabelCoverage, LabelScan, LabelScanOutcome, LabelState,
    NewLabel, ProposedLabel, SampleEvidence,
};
pub use decisions::{
    Authentication, Completion, Decision, DecisionBatch, Decisions, DeviceEvidence, EvidenceItem, Explained,
    Explanation, Place, PolicyCited,
};
pub use declaration::{DEFAULT_ASSERTION_HEADER, DeclarationError};
pub use devices::{Device, NewDevice, PostureReport};
pub use drafts::{
    PolicyAttribute, PolicyCheck, PolicyDraft, PolicyTest, PolicyTestAnswer, PolicyTestReport, PolicyText,
    PolicyVocabulary,
};
pub use endpoint::{Endpoint, Method, Parameter, ParameterPlace};
pub use evidence::{
    EvidenceFault, EvidenceFinding, EvidenceReport, NewEvidenceVerification, NewUpkeep, StoreReport,
    UpkeepDay, UpkeepReport,
};
pub use exhaustive::{
    Certainty, Exhaustive, ExhaustiveAnswer, ExhaustiveChange, ExhaustiveExample, ExhaustiveKind, Particular,
};
pub use export::{INCOMPLETE, LINES_MEDIA_TYPE};
pub use facts::RecordedFact;
pub use findings::{
    AcceptanceOfFinding, FindingCause, FindingEvidenceItem, FindingFormat, FindingSettingsText, FindingState,
    FindingSubject, FindingsExport, FindingsReport, HygieneLevel, InventoryFinding, NewAcceptance,
};
pub use groups::{Group, Member, MemberKind, NewGroup};
pub use identities::{
    ComparedPair, ContradictingAttribute, CorrelatedAccount, CorrelationResult, CorrelationRuleText,
    CorrelationState, IdentityAttribute, IdentityCandidate, IdentityLack, IdentityRuling,
    InventoryAccountState, InventoryIdentity, InventoryIdentityKind, KnownInventoryIdentity, LinkGround,
    NamedRecord, NewIdentityDecision, NodeReference, RecordedIdentityDecision, RuleEvidence,
};
pub use inventory::{
    EdgeAttributes, EdgeRelation, ImportedEdge, ImportedNode, InventoryEdge, InventoryKind, InventoryNode,
    KnownNode, NodeAttributes, NodeEnd, RightLevel, UsedBy,
};
pub use inventory_access::{
    AccessAnswer, AccessAsOf, AccessEnd, AccessGraphState, AccessMeans, AccessNode, AccessPath, AccessSource,
    AccessStep, CompromiseAnswer, LARGEST_ACCESS_PAGE, LONGEST_SHOWN_PATH, PathAnswer, RightCounts,
    TierZeroAnswer, USUAL_ACCESS_PAGE,
};
pub use jobs::{Job, JobKind, JobResult, JobState};
pub use keys::{AssertionKey, KeyState};
pub use last_use::LastUse;
pub use leavers::{
    ConfirmLeavers, HeldAccount, HeldBack, LeaverBounds, LeaverPreview, LeaverState, MOST_PREVIEWED,
    PersonWhoLeft, PreviewedPerson, SourceLeavers, USUAL_LEAVERS,
};
pub use lint::{FindingSeverity, PolicyFinding, PolicyLint};
pub use me::{CallerKind, CallerPermission, CallerReport};
pub use networks::NamedNetwork;
pub use openapi::openapi;
pub use openid_clients::{DeclaredOpenIdClient, OpenIdClientDeclaration, OpenIdClientSecret};
pub use paging::{
    CURSOR, Items, LARGEST_PAGE, LIMIT, ORDER, PageQuery, SORT, SortField, SortOrder, USUAL_PAGE,
};
pub use parameters::{
    DecisionEffect, ExportFormat, ItemLimit, NoQuery, PageSize, ParameterError, ParameterValue, PersonRef,
    RequestQuery, SearchText, TrendDays, WrongValue,
};
pub use people::{
    Credential, Invitation, InvitationPurpose, NewInvitation, NewPerson, Person, PersonKind, Risk, Standing,
};
pub use policies::{
    Change, FileChange, Policies, Policy, PolicyFiles, PolicyKind, PolicyProblem, PolicyStage, PolicyVersion,
    Publication, Published, RemovedPolicy, Rollback, StarterPermit, VersionOf,
};
pub use privilege::{Exception, Grant, GrantState, NewException, NewGrant};
pub use problem::{PROBLEM_MEDIA_TYPE, Problem, RefusalReason, RefusalRemedy};
pub use projections::{
    DifferingRow, NewProjectionVerification, ProjectionComparison, ProjectionRebuild, ProjectionReport,
    ProjectionStatus, ProjectionVerification,
};
pub use proof::{
    ApplicationShare, ExceptionUse, Figure, GuardrailUse, ItemShare, NewProof, ProofFigures, ProofReport,
    RegisterChange, RegisterFigures, SensitivityShare, Trust, TrustDocument, TrustOwner, TrustSelection,
    TrustStanding, TrustsChanged,
};
pub use proposals::{AnswerIndependence, Countersigning, Proposal, ProposalState};
pub use providers::{DeclaredProvider, NewPersonLink, PersonLink, ProviderAssurance, ProviderDeclaration};
pub use query::{NewQuery, QueryAnswer, QueryColumn, QueryTable, QueryTableColumn};
pub use reach::{
    Reach, ReachClass, ReachCounts, ReachNeed, Reachable, ReachableAction, Reacher, WhatCan, WhoCan,
};
pub use rehearsal::{
    Basis, Fell, NewPlan, NewReplay, PlanReport, PlannedChange, Radius, ReplayDifference, ReplayReport, Turn,
    Verdict,
};
pub use request::EndpointRequest;
pub use reviews::{
    AccessReview, AccessReviewChanges, AccessReviewDetail, AccessReviewItem, AccessReviewItemState,
    AccessReviewPreview, AccessReviewScope, AccessReviewState, AccessVerdict, AccessVerdictResult,
    DecidedAccess, NewAccessReview, NewAccessVerdict, NewReviewer, PreviewedReviewer, ReviewPerson,
    ReviewReportFormat, ReviewedReach, ReviewedUse, ReviewerProgress, ReviewerRole, ReviewersKind,
    SealedReviewReport, UndecidedOutcome,
};
pub use role_proposals::{
    NearRoleMember, NewRoleSearch, RoleCondition, RoleDecision, RoleExport, RoleNode, RoleProposal,
    RoleProposalDetail, RoleProposalKind, RoleProposalState, RoleSearchReport, RoleWeights,
};
pub use rollout::{
    NewRollout, NewShadowReport, Rollout, RolloutMove, RolloutState, RolloutStep, RolloutTurned,
    ShadowApplication, ShadowPolicy, ShadowReport,
};
pub use row::{
    Created, EndpointRow, EventStream, NoBody, NoContent, OptionalBody, RequestBody, ResponseBody, TextLines,
};
pub use rows::endpoints;
pub use schedules::Schedule;
pub use services::{IssuedToken, NewService, NewToken, Service, Token};
pub use sessions::Session;
pub use settings::{ExceptionSetting, PlannedSettings, Settings, SettingsInForce};
pub use settings_file::{EXCEPTIONS, LABELS, application_file, is_settings_file};
pub use sources::{
    AppliedImport, ApplyImport, EXPECTED_EVERY, EdgeSamples, ImportCount, ImportEnd, ImportPage,
    ImportPreview, ImportProgress, InventorySource, LARGEST_IMPORT, LARGEST_IMPORT_PAGE, NewSource,
    NodeSamples, OpenImport, SampledEdge, SampledNode, USUAL_MAX_GONE,
};
pub use status::{
    AcceptedHead, AcceptedTime, ComponentCondition, ComponentStatus, Counts, EvidenceHealth, EvidenceStatus,
    JournalHead, JournalStatus, ListenerStatus, ObservationStatus, PolicyStatus, RememberedHead, Status,
    StoreStatus, Verification, VerifyRequest,
};
pub use trends::{Trend, TrendMeasure, TrendName, Trends};
pub use upstreams::{NewUpstreamCheck, UpstreamCheck, UpstreamResult};

use serde::{Deserialize, Serialize};

/// The prefix of the API's paths.
pub const PREFIX: &str = "/api/v1";

/// The reason for a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// The reason; the journal keeps it.
    #[schema(min_length = 1, max_length = 2000)]
    pub reason: String,
}

/// A secret in an answer. It is shown once and stored nowhere. Its `Debug` hides it, so that no log contains it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ShownOnce(String);

impl ShownOnce {
    /// Wraps a secret for its holder.
    pub const fn new(secret: String) -> Self {
        Self(secret)
    }

    /// Returns the secret.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for ShownOnce {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[shown once]")
    }
}
