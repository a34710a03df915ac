//! The implicit-trust register.

use crate::access::{ADMINISTERS, READS};
use crate::parameters::query;
use crate::row::{EndpointRow, NoBody, get, post};
use crate::{
    Items, RegisterFigures, SortField, Trust, TrustDocument, TrustOwner, TrustStanding, TrustsChanged,
};
use countersign_names::{Action, ApplicationName, Cohort, EvidenceItem, ResourceName};

query! {
    /// The entries to list. All given parameters must match.
    #[derive(Default)]
    TrustEntryFilter {
        /// Only entries of this application.
        application: Option<ApplicationName>,
        /// Only entries of this resource.
        resource: Option<ResourceName>,
        /// Only entries of this action.
        action: Option<Action>,
        /// Only entries of this cohort.
        cohort: Option<Cohort>,
        /// Only entries of trust in this item.
        item: Option<EvidenceItem>,
        /// Only entries in this state. Default: all except eliminated ones.
        state: Option<TrustStanding>,
    }
}

rows! {
    /// List the implicit-trust register, the entries with the most accesses first.
    LIST: EndpointRow<0, NoBody, Items<Trust>, TrustEntryFilter> =
        get("trusts.list", "/trusts", READS)
            .sorted_by(&[SortField::descending("sensitivity"), SortField::descending("accesses")]);

    /// Show the figures of the implicit-trust register.
    FIGURES: EndpointRow<0, NoBody, RegisterFigures> =
        get("trusts.figures", "/trusts/figures", READS);

    /// Set the owner of entries of the register.
    OWN: EndpointRow<0, TrustOwner, TrustsChanged> =
        post("trusts.own", "/trusts/own", ADMINISTERS)
            .example(r#"{"of": {"application": "wiki"}, "owner": "team-docs"}"#);

    /// Record who authorised entries of the register.
    DOCUMENT: EndpointRow<0, TrustDocument, TrustsChanged> =
        post("trusts.document", "/trusts/document", ADMINISTERS)
            .example(r#"{"of": {"application": "wiki"}, "owner": "team-docs", "authority": "CISO", "reason": "no agent for these machines yet", "expires_in_seconds": 2592000}"#);
}
