//! The schemas of the product's names in the OpenAPI document. They describe types of `names`, which knows no wire
//! format; their values come from there, so the document cannot differ.

use crate::paging::{SortOrder, USUAL_PAGE};
use countersign_names as names;
use utoipa::openapi::schema::{AnyOfBuilder, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{KnownFormat, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

macro_rules! word {
    ($(#[$doc:meta])* $name:ident, $values:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub enum $name {}

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let values: Vec<&'static str> = $values;
                RefOr::T(ObjectBuilder::new().schema_type(Type::String).enum_values(Some(values)).into())
            }
        }

        impl ToSchema for $name {}
    };
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub enum $name {}

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let pattern = format!("^{}_[0-9a-f]{{32}}$", names::$name::PREFIX);
                let example = format!("{}_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8", names::$name::PREFIX);
                RefOr::T(
                    ObjectBuilder::new()
                        .schema_type(Type::String)
                        .pattern(Some(pattern))
                        .examples([example])
                        .into(),
                )
            }
        }

        impl ToSchema for $name {}
    };
}

macro_rules! slug {
    ($(#[$doc:meta])* $name:ident, $pattern:literal, $example:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub enum $name {}

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                RefOr::T(
                    ObjectBuilder::new()
                        .schema_type(Type::String)
                        .pattern(Some($pattern))
                        .examples([$example])
                        .into(),
                )
            }
        }

        impl ToSchema for $name {}
    };
}

word!(
    /// The sensitivity of a resource.
    Sensitivity, names::Sensitivity::ALL.iter().map(|level| level.as_str()).collect());
word!(
    /// How likely it is that an account is misused.
    RiskLevel, names::RiskLevel::ALL.iter().map(|level| level.as_str()).collect());
word!(
    /// The strength of a proof of identity.
    Assurance, names::Assurance::ALL.iter().map(|level| level.as_str()).collect());
word!(
    /// What is done to a resource.
    Action, names::Action::ALL.iter().map(|action| action.as_str()).collect());
word!(
    /// An item of the evidence that an access comes with.
    ItemOfEvidence, names::EvidenceItem::ALL.iter().map(|item| item.as_str()).collect());
word!(
    /// The cohort of principals for which accesses are counted together.
    Cohort, names::Cohort::ALL.iter().map(|cohort| cohort.as_str()).collect());
word!(
    /// A posture check of a device.
    PostureCheck, names::PostureCheck::ALL.iter().map(|check| check.as_str()).collect());
word!(
    /// The result of a check.
    CheckResult, vec!["pass", "fail", "unknown"]);

word!(
    /// What is sensitive about a thing.
    LabelKind, names::LabelKind::ALL.iter().map(|kind| kind.as_str()).collect());

id!(
    /// A person's id.
    PersonId);
id!(
    /// A service account's id.
    ServiceId);
id!(
    /// A device's id.
    DeviceId);
id!(
    /// A session's id.
    SessionId);
id!(
    /// A passkey's id.
    CredentialId);
id!(
    /// An invitation's id.
    InvitationId);
id!(
    /// A grant's id.
    GrantId);
id!(
    /// An exception's id.
    ExceptionId);
id!(
    /// A decision's id.
    DecisionId);
id!(
    /// A label's id.
    LabelId);
id!(
    /// The id of a decision about identities.
    LinkDecisionId);
id!(
    /// A token's id.
    TokenId);
id!(
    /// A rollout's id.
    RolloutId);
id!(
    /// A finding's id.
    FindingId);
id!(
    /// An access review's id.
    ReviewId);
id!(
    /// The id of a proposed role.
    RoleProposalId);
id!(
    /// A proposal's id.
    ProposalId);

slug!(
    /// A group's name.
    GroupName, "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", "editors");
slug!(
    /// An application's name.
    ApplicationName, "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", "wiki");
slug!(
    /// The name of a source of identities.
    SourceName, "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", "people");
slug!(
    /// The format of a source's exports.
    SourceFormat, "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", "ldif");
slug!(
    /// An OpenID provider's name.
    ProviderName, "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", "okta");
slug!(
    /// An OpenID client's name.
    OpenIdClientName, "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", "wiki-web");
slug!(
    /// A policy's name, its `@id`.
    PolicyId, "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", "managed-device");
slug!(
    /// A resource: an application and one of its parts.
    ResourceName, "^[a-z0-9-]+(/[a-z0-9-]+)+$", "wiki/pages");
slug!(
    /// The principal: `anonymous`, a person id or a service account id.
    Principal, "^(anonymous|(per|svc)_[0-9a-f]{32})$", "per_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8");
slug!(
    /// What a label is about: an application, a part of one, a database, a column of one, or a host.
    LabelTarget, "^(application|resource|database|column|host):.+$", "column:shop/public.customers.iban");
slug!(
    /// A SHA-256 in hexadecimal digits.
    Digest, "^[0-9a-f]{64}$", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08");

/// A moment in RFC 3339; `never` if there is no end.
#[derive(Debug, Clone, Copy)]
pub enum Moment {}

impl PartialSchema for Moment {
    fn schema() -> RefOr<Schema> {
        let moment = ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .examples(["2026-11-22T09:00:00.000000Z"]);
        let never = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(["never"]));
        RefOr::T(AnyOfBuilder::new().item(moment).item(never).into())
    }
}

impl ToSchema for Moment {}

word!(
    /// The direction of a sorted list.
    SortDirection,
    vec![SortOrder::Ascending.as_str(), SortOrder::Descending.as_str()]
);

/// Maximum number of items on a page. A larger number counts as the maximum.
#[derive(Debug, Clone, Copy)]
pub enum PageLimit {}

impl PartialSchema for PageLimit {
    fn schema() -> RefOr<Schema> {
        let limit = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1)).maximum(Some(u32::MAX));
        RefOr::T(limit.default(Some(USUAL_PAGE.into())).into())
    }
}

impl ToSchema for PageLimit {}

/// Maximum number of items.
#[derive(Debug, Clone, Copy)]
pub enum Limit {}

impl PartialSchema for Limit {
    fn schema() -> RefOr<Schema> {
        let limit = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1)).maximum(Some(u32::MAX));
        RefOr::T(limit.into())
    }
}

impl ToSchema for Limit {}
