//! The implicit-trust register.

use crate::access::{ADMINISTERS, READS};
use crate::row::{EndpointRow, NoBody, get, post};
use crate::{
    Items, RegisterFigures, SortField, Trust, TrustDocument, TrustOwner, TrustStanding, TrustsChanged, words,
};

rows! {
    /// List the implicit-trust register, the entries with the most accesses first.
    LIST: EndpointRow<0, NoBody, Items<Trust>> =
        get("trusts.list", "/trusts", READS)
            .asks::<words::ApplicationName>("application", "Only entries of this application.")
            .asks::<words::ResourceName>("resource", "Only entries of this resource.")
            .asks::<words::Action>("action", "Only entries of this action.")
            .asks::<words::Cohort>("cohort", "Only entries of this cohort.")
            .asks::<words::ItemOfEvidence>("item", "Only entries of trust in this item.")
            .asks::<TrustStanding>("state", "Only entries in this state. Default: all except eliminated ones.")
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
