//! The implicit-trust register.

use crate::access::{ADMINISTERS, READS};
use crate::row::{EndpointRow, NoBody, get, post};
use crate::{
    Items, RegisterFigures, SortField, Trust, TrustDocument, TrustOwner, TrustStanding, TrustsChanged, words,
};

rows! {
    /// The implicit-trust register, what most accesses rest on first.
    LIST: EndpointRow<0, NoBody, Items<Trust>> =
        get("trusts.list", "/trusts", READS)
            .asks::<words::ApplicationName>("application", "Of this application only.")
            .asks::<words::ResourceName>("resource", "Of this resource only.")
            .asks::<words::Action>("action", "Of this action only.")
            .asks::<words::Cohort>("cohort", "Of this cohort only.")
            .asks::<words::ItemOfEvidence>("item", "Of trust in this item only.")
            .asks::<TrustStanding>("state", "In this state only; none: all but what was eliminated.")
            .sorted_by(&[SortField::descending("sensitivity"), SortField::descending("accesses")]);

    /// How the implicit-trust register stands.
    FIGURES: EndpointRow<0, NoBody, RegisterFigures> =
        get("trusts.figures", "/trusts/figures", READS);

    /// Name the person who answers for entries of the register.
    OWN: EndpointRow<0, TrustOwner, TrustsChanged> =
        post("trusts.own", "/trusts/own", ADMINISTERS)
            .example(r#"{"of": {"application": "wiki"}, "owner": "team-docs"}"#);

    /// Put on record who authorised entries of the register.
    DOCUMENT: EndpointRow<0, TrustDocument, TrustsChanged> =
        post("trusts.document", "/trusts/document", ADMINISTERS)
            .example(r#"{"of": {"application": "wiki"}, "owner": "team-docs", "authority": "CISO", "reason": "no agent for these machines yet", "expires_in_seconds": 2592000}"#);
}
