//! Labels: what is sensitive about which thing, and who confirmed it.

use crate::access::{ADMINISTERS, OwnedBy, READS};
use crate::parameters::query;
use crate::row::{Created, EndpointRow, NoBody, get, post};
use crate::{
    Items, KnownLabel, LabelCoverage, LabelScan, LabelScanOutcome, LabelState, NewLabel, Reason, SearchText,
    SortField,
};
use countersign_names::ApplicationName;

query! {
    /// The labels to list. All given parameters must match.
    #[derive(Default)]
    LabelFilter {
        /// Only labels in this state.
        state: Option<LabelState>,
        /// Only labels of this application and of its parts. Who is responsible for it may see these.
        application: Option<ApplicationName>,
        /// Only labels whose target contains this text, in upper or lower case.
        q: Option<SearchText>,
    }
}

rows! {
    /// List labels: proposed, confirmed and dismissed.
    LIST: EndpointRow<0, NoBody, Items<KnownLabel>, LabelFilter> =
        get("content_labels.list", "/content-labels", READS.or_own(OwnedBy::ApplicationInQuery))
            .sorted_by(&[SortField::ascending("target")]);

    /// Show how many applications, parts, databases and hosts carry a label that somebody confirmed.
    COVERAGE: EndpointRow<0, NoBody, LabelCoverage> =
        get("content_labels.coverage", "/content-labels/coverage/figures", READS);

    /// Set a label without a proposal. It is confirmed.
    SET: EndpointRow<0, NewLabel, Created<KnownLabel>> =
        post("content_labels.set", "/content-labels", ADMINISTERS)
            .example(r#"{"target": "application:payroll", "kind": "personal", "sensitivity": "restricted", "reason": "It has everybody's salary"}"#);

    /// Propose labels, as a scan found them. What is proposed already, or was answered, stays as it is.
    PROPOSE: EndpointRow<0, LabelScan, LabelScanOutcome> =
        post("content_labels.propose", "/content-labels/proposals", ADMINISTERS)
            .example(r#"{"proposals": [{"target": "column:shop/public.customers.iban", "kind": "payment", "sensitivity": "restricted", "evidence": [{"recogniser": "iban", "matched": 998, "sampled": 1000}]}]}"#);

    /// Show a label.
    SHOW: EndpointRow<1, NoBody, KnownLabel> =
        get("content_labels.show", "/content-labels/{label}", READS.or_own(OwnedBy::ApplicationOfLabel));

    /// Confirm a label that was proposed. Who is responsible for its application may, and an administrator.
    CONFIRM: EndpointRow<1, Reason, KnownLabel> =
        post("content_labels.confirm", "/content-labels/{label}/confirm", ADMINISTERS.or_own(OwnedBy::ApplicationOfLabel))
            .example(r#"{"reason": "Customers pay by transfer"}"#);

    /// Dismiss a label that was proposed. Scans do not propose it again.
    DISMISS: EndpointRow<1, Reason, KnownLabel> =
        post("content_labels.dismiss", "/content-labels/{label}/dismiss", ADMINISTERS.or_own(OwnedBy::ApplicationOfLabel))
            .example(r#"{"reason": "These are numbers of orders"}"#);

    /// Withdraw a label that was confirmed, set or dismissed: it is as if nobody had said anything.
    WITHDRAW: EndpointRow<1, Reason, KnownLabel> =
        post("content_labels.withdraw", "/content-labels/{label}/withdraw", ADMINISTERS.or_own(OwnedBy::ApplicationOfLabel))
            .example(r#"{"reason": "The column is gone"}"#);
}
