//! Proposed roles.

use crate::access::{ADMINISTERS, READS};
use crate::parameters::query;
use crate::row::{Created, EndpointRow, NoBody, get, post};
use crate::{
    Items, Job, NewRoleSearch, Reason, RoleExport, RoleProposal, RoleProposalDetail, RoleProposalKind,
    RoleProposalState, RoleSearchReport, SortField,
};

query! {
    /// The proposed roles to list. All given parameters must match.
    #[derive(Default)]
    RoleFilter {
        /// Only roles in this state. Without it, those about which nobody decided.
        state: Option<RoleProposalState>,
        /// Only roles that were found in this way.
        kind: Option<RoleProposalKind>,
    }
}

query! {
    /// The proposed roles to export.
    #[derive(Default)]
    RoleExportOptions {
        /// Only roles in this state. Without it, those about which nobody decided.
        state: Option<RoleProposalState>,
    }
}

rows! {
    /// List proposed roles, those first that replace most grants.
    LIST: EndpointRow<0, NoBody, Items<RoleProposal>, RoleFilter> =
        get("inventory.roles.list", "/inventory/roles", READS).sorted_by(&[SortField::descending("replaced")]);

    /// Search for roles that would explain today's access with less structure, as a job. The result replaces the one before.
    PROPOSE: EndpointRow<0, NewRoleSearch, Created<Job>> =
        post("inventory.roles.propose", "/inventory/roles/propose", ADMINISTERS)
            .example(r#"{"sources": ["people"], "min_members": 5, "allow_new": 0}"#);

    /// Show the numbers of the last search for roles.
    SEARCH: EndpointRow<0, NoBody, RoleSearchReport> =
        get("inventory.roles.search", "/inventory/role-search", READS);

    /// Export proposed roles as a table.
    EXPORT: EndpointRow<0, NoBody, RoleExport, RoleExportOptions> =
        get("inventory.roles.export", "/inventory/role-export", READS);

    /// Show a proposed role, with its members and with what others lack.
    SHOW: EndpointRow<1, NoBody, RoleProposalDetail> = get("inventory.roles.show", "/inventory/roles/{id}", READS);

    /// Accept a proposed role. It is a decision on record, and changes no source.
    ACCEPT: EndpointRow<1, Reason, RoleProposal> =
        post("inventory.roles.accept", "/inventory/roles/{id}/accept", ADMINISTERS)
            .example(r#"{"reason": "every clerk needs it"}"#);

    /// Dismiss a proposed role. It comes back if its members change by more than a quarter.
    DISMISS: EndpointRow<1, Reason, RoleProposal> =
        post("inventory.roles.dismiss", "/inventory/roles/{id}/dismiss", ADMINISTERS)
            .example(r#"{"reason": "a project that ends in spring"}"#);

    /// Take back the decision about a proposed role.
    RECONSIDER: EndpointRow<1, Reason, RoleProposal> =
        post("inventory.roles.reconsider", "/inventory/roles/{id}/reconsider", ADMINISTERS)
            .example(r#"{"reason": "the project goes on"}"#);
}
