//! Findings: what is wrong with accounts, groups and the like.

use crate::access::{ADMINISTERS, READS};
use crate::parameters::query;
use crate::row::{Created, EndpointRow, NoBody, get, post};
use crate::{
    FindingCause, FindingFormat, FindingSettingsText, FindingState, FindingsExport, HygieneLevel,
    InventoryFinding, Items, Job, NewAcceptance, Reason, SearchText, SortField,
};
use countersign_names::SourceName;

query! {
    /// The findings to list. All given parameters must match.
    #[derive(Default)]
    FindingFilter {
        /// Only findings in this state. Without it, those that need work: open and returned ones.
        state: Option<FindingState>,
        /// Only findings of this detector.
        detector: Option<String>,
        /// Only findings of this severity.
        severity: Option<HygieneLevel>,
        /// Only findings that speak of something in this source.
        source: Option<SourceName>,
        /// Only findings with this cause.
        cause: Option<String>,
        /// Only findings whose first subject has this text in its name, in upper or lower case.
        q: Option<SearchText>,
    }
}

query! {
    /// The causes to list. All given parameters must match.
    #[derive(Default)]
    CauseFilter {
        /// Only findings in this state. Without it, those that need work: open and returned ones.
        state: Option<FindingState>,
        /// Only findings of this detector.
        detector: Option<String>,
        /// Only findings of this severity.
        severity: Option<HygieneLevel>,
        /// Only findings that speak of something in this source.
        source: Option<SourceName>,
    }
}

query! {
    /// The findings to export. All given parameters must match.
    FindingExportOptions {
        /// The format.
        format: FindingFormat,
        /// Only findings in this state. Without it, those that need work: open and returned ones.
        state: Option<FindingState>,
        /// Only findings of this detector.
        detector: Option<String>,
        /// Only findings of this severity.
        severity: Option<HygieneLevel>,
        /// Only findings that speak of something in this source. A change set needs it.
        source: Option<SourceName>,
    }
}

rows! {
    /// List what is wrong with accounts, groups and the like, the worst first.
    LIST: EndpointRow<0, NoBody, Items<InventoryFinding>, FindingFilter> =
        get("inventory.findings.list", "/inventory/findings", READS)
            .sorted_by(&[SortField::descending("severity"), SortField::descending("first_seen")]);

    /// List findings by their cause: the worst first, then those with the most findings.
    CAUSES: EndpointRow<0, NoBody, Items<FindingCause>, CauseFilter> =
        get("inventory.findings.causes", "/inventory/finding-causes", READS)
            .sorted_by(&[SortField::descending("severity")]);

    /// Export findings: as events, as a table, or as changes that a person can apply. At most 5,000, the worst first.
    EXPORT: EndpointRow<0, NoBody, FindingsExport, FindingExportOptions> =
        get("inventory.findings.export", "/inventory/finding-export", READS);

    /// Look at the inventory now, as a job: correlate, and find what is wrong.
    LOOK: EndpointRow<0, NoBody, Created<Job>> =
        post("inventory.findings.look", "/inventory/findings/look", ADMINISTERS);

    /// Show the thresholds, the accounts for emergencies and the duties that are kept apart.
    SETTINGS: EndpointRow<0, NoBody, FindingSettingsText> =
        get("inventory.findings.settings", "/inventory/finding-settings", READS);

    /// Show a finding.
    SHOW: EndpointRow<1, NoBody, InventoryFinding> =
        get("inventory.findings.show", "/inventory/findings/{id}", READS);

    /// Accept a finding for a while. It returns when that ends, or when it becomes worse.
    ACCEPT: EndpointRow<1, NewAcceptance, InventoryFinding> =
        post("inventory.findings.accept", "/inventory/findings/{id}/accept", ADMINISTERS)
            .example(r#"{"reason": "the vendor rotates the key in January", "expires_in_seconds": 5184000}"#);

    /// End the acceptance of a finding.
    REOPEN: EndpointRow<1, Reason, InventoryFinding> =
        post("inventory.findings.reopen", "/inventory/findings/{id}/reopen", ADMINISTERS)
            .example(r#"{"reason": "the vendor has rotated the key"}"#);
}
