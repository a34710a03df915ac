//! The types that parameters of a query can have.

use super::{ParameterValue, WrongValue};
use crate::{
    AccessMeans, AccessReviewItemState, AccessReviewState, FindingFormat, FindingState, GrantState,
    HygieneLevel, IdentityLack, InventoryAccountState, InventoryIdentityKind, InventoryKind, LabelState,
    NodeEnd, PersonKind, ProposalState, ReachClass, ReviewReportFormat, RightLevel, RoleProposalKind,
    RoleProposalState, SortOrder, Standing, TrustStanding, words,
};
use countersign_names::{
    Action, ApplicationName, Cohort, DeviceId, EvidenceItem, GroupName, Principal, ResourceName, SourceName,
    Timestamp,
};
use serde_json::Value;
use std::net::IpAddr;

/// A person, named by their id, address or alias.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRef(pub String);

/// A text to search for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchText(pub String);

/// Maximum number of items on a page of a list; at least 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageSize(pub u32);

/// Maximum number of items on a page of an answer that is no list; at least 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ItemLimit(pub u32);

/// Number of complete days of the figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrendDays(pub u32);

/// The outcome of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecisionEffect {
    /// The access was allowed.
    Allow,
    /// The access was denied.
    Deny,
}

/// The format of exported evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFormat {
    /// Events of the Open Cybersecurity Schema Framework.
    Ocsf,
}

impl TrendDays {
    /// The number of days unless the request says another.
    pub const USUAL: Self = Self(30);
    /// The maximum number of days.
    pub const MOST: Self = Self(366);
}

fn wrong<T>(detail: String, remedy: &'static str) -> Result<T, WrongValue> {
    Err(WrongValue { detail, remedy: Some(remedy) })
}

impl ParameterValue for String {
    type Schema = Self;

    fn parse(text: &str) -> Result<Self, WrongValue> {
        Ok(text.to_owned())
    }

    fn text(&self) -> String {
        self.clone()
    }
}

impl ParameterValue for PersonRef {
    type Schema = String;

    const REMEDY: Option<&'static str> = Some("give their id, address or an alias");

    fn parse(text: &str) -> Result<Self, WrongValue> {
        Ok(Self(text.to_owned()))
    }

    fn text(&self) -> String {
        self.0.clone()
    }
}

impl ParameterValue for SearchText {
    type Schema = String;

    fn parse(text: &str) -> Result<Self, WrongValue> {
        match text.trim() {
            "" => wrong("there is nothing to search for".to_owned(), "leave out q to list everything"),
            text => Ok(Self(text.to_owned())),
        }
    }

    fn text(&self) -> String {
        self.0.clone()
    }
}

fn items(text: &str) -> Result<u32, WrongValue> {
    match text.parse() {
        Ok(limit @ 1..) => Ok(limit),
        _ => wrong(format!("{text:?} is not a number of items"), "give a whole number, at least 1"),
    }
}

impl ParameterValue for PageSize {
    type Schema = words::PageLimit;

    fn parse(text: &str) -> Result<Self, WrongValue> {
        items(text).map(Self)
    }

    fn text(&self) -> String {
        self.0.to_string()
    }
}

impl ParameterValue for ItemLimit {
    type Schema = words::Limit;

    fn parse(text: &str) -> Result<Self, WrongValue> {
        items(text).map(Self)
    }

    fn text(&self) -> String {
        self.0.to_string()
    }
}

impl ParameterValue for TrendDays {
    type Schema = u32;

    fn parse(text: &str) -> Result<Self, WrongValue> {
        match text.parse() {
            Ok(days) if (1..=Self::MOST.0).contains(&days) => Ok(Self(days)),
            _ => wrong(format!("{text:?} is not a number of days"), "give a whole number from 1 to 366"),
        }
    }

    fn text(&self) -> String {
        self.0.to_string()
    }
}

impl ParameterValue for DecisionEffect {
    type Schema = String;

    fn parse(text: &str) -> Result<Self, WrongValue> {
        match text {
            "allow" => Ok(Self::Allow),
            "deny" => Ok(Self::Deny),
            _ => wrong(format!("{text:?} is not an outcome"), "use allow or deny"),
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Allow => "allow".to_owned(),
            Self::Deny => "deny".to_owned(),
        }
    }
}

impl ParameterValue for ExportFormat {
    type Schema = String;

    const REMEDY: Option<&'static str> = Some("ask with format=ocsf");

    fn parse(text: &str) -> Result<Self, WrongValue> {
        match text {
            "ocsf" => Ok(Self::Ocsf),
            _ => wrong(format!("{text:?} is not a format"), "ask with format=ocsf, the only one there is"),
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Ocsf => "ocsf".to_owned(),
        }
    }
}

impl ParameterValue for SortOrder {
    type Schema = words::SortDirection;

    fn parse(text: &str) -> Result<Self, WrongValue> {
        match [Self::Ascending, Self::Descending].into_iter().find(|order| order.as_str() == text) {
            Some(order) => Ok(order),
            None => wrong(format!("{text:?} is no direction"), "use asc or desc"),
        }
    }

    fn text(&self) -> String {
        self.as_str().to_owned()
    }
}

/// Types whose text is that of `FromStr` and `Display`; their errors say the remedy.
macro_rules! parsed {
    ($($type:ty: $schema:ty $(, $remedy:literal)?;)+) => {
        $(
            impl ParameterValue for $type {
                type Schema = $schema;

                $(const REMEDY: Option<&'static str> = Some($remedy);)?

                fn parse(text: &str) -> Result<Self, WrongValue> {
                    text.parse()
                        .map_err(|error: <Self as std::str::FromStr>::Err| error.to_string())
                        .map_err(|detail| WrongValue { detail, remedy: None })
                }

                fn text(&self) -> String {
                    self.to_string()
                }
            }
        )+
    };
}

parsed! {
    Action: words::Action, "use read, write, download, connect or administer";
    ApplicationName: words::ApplicationName, "`countersign application list` shows those there are";
    Cohort: words::Cohort;
    DeviceId: words::DeviceId;
    EvidenceItem: words::ItemOfEvidence;
    GroupName: words::GroupName;
    IpAddr: String;
    Principal: words::Principal;
    ResourceName: words::ResourceName, "give an application and its part, as wiki/pages";
    SourceName: words::SourceName, "`countersign source list` shows those there are";
    Timestamp: words::Moment;
    bool: bool;
}

/// Enumerations of the contract, whose text is that of their JSON.
macro_rules! enumerated {
    ($($type:ty: $problem:literal, $remedy:literal;)+) => {
        $(
            impl ParameterValue for $type {
                type Schema = Self;

                const REMEDY: Option<&'static str> = Some($remedy);

                fn parse(text: &str) -> Result<Self, WrongValue> {
                    match serde_json::from_value(Value::String(text.to_owned())) {
                        Ok(value) => Ok(value),
                        Err(_) => wrong(format!(concat!("{:?} ", $problem), text), $remedy),
                    }
                }

                fn text(&self) -> String {
                    match serde_json::to_value(self) {
                        Ok(Value::String(text)) => text,
                        _ => String::new(),
                    }
                }
            }
        )+
    };
}

enumerated! {
    AccessReviewItemState: "is not a state of an item", "use undecided, kept or revoked";
    AccessReviewState: "is not a state of an access review", "use open or closed";
    AccessMeans: "is not a meaning of access", "use reach or control";
    GrantState: "is not a state of a grant", "use requested, active, expired, refused or revoked";
    FindingFormat: "is not a format of findings", "use ocsf, csv or changes";
    FindingState: "is not a state of a finding", "use open, accepted, fixed or returned";
    HygieneLevel: "is not a severity", "use notice, low, medium, high or critical";
    IdentityLack: "is nothing that an identity can lack", "use owner or purpose";
    InventoryAccountState: "is not a state of an account", "use linked, proposed, disputed or orphan";
    InventoryIdentityKind: "is not a kind of identity", "use employee, contractor, vendor, person, service, automation, machine or legacy";
    InventoryKind: "is not a kind of record", "use person, account, group, role, resource or credential";
    LabelState: "is not a state of a label", "use open, confirmed or dismissed";
    NodeEnd: "is not an end of an edge", "use from or to";
    PersonKind: "is none of them", "use employee, contractor or vendor";
    ProposalState: "is not a state of a proposal", "use open, expired, countersigned or refused";
    ReachClass: "is not a class", "use now, with or never";
    ReviewReportFormat: "is not a format of a report", "use json or csv";
    RightLevel: "is not a level", "use read, write or administer";
    RoleProposalKind: "is not a kind of proposed role", "use birthright, exact, near, same_holders, within or overlapping";
    RoleProposalState: "is not a state of a proposed role", "use proposed, accepted or dismissed";
    Standing: "is none of them", "use active or suspended";
    TrustStanding: "is no state of an entry", "use discovered, owned, documented, lapsed or eliminated";
}
