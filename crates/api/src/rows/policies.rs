//! The policy set.

use crate::access::{ADMINISTERS, READS};
use crate::parameters::query;
use crate::row::{EndpointRow, NoBody, get, post, put};
use crate::{
    Items, Policies, PolicyCheck, PolicyDraft, PolicyFiles, PolicyLint, PolicyTestReport, PolicyText,
    PolicyVersion, PolicyVocabulary, Publication, Published, Rollback, SortField, StarterPermit,
};
use countersign_names::{ApplicationName, GroupName};

query! {
    /// Whose permits are shown.
    StarterOptions {
        /// The application.
        application: ApplicationName,
        /// The group whose members may use it. Default: every person.
        group: Option<GroupName>,
    }
}

rows! {
    /// Show the policies in force.
    SHOW: EndpointRow<0, NoBody, Policies> =
        get("policies.show", "/policies", READS);

    /// Publish a complete policy set.
    PUBLISH: EndpointRow<0, Publication, Published> =
        put("policies.publish", "/policies", ADMINISTERS)
            .example(r#"{"files": {"applications/wiki.cedar": "..."}, "why": "editors may read", "dry_run": true}"#);

    /// Show the files that were last published.
    FILES: EndpointRow<0, NoBody, PolicyFiles> =
        get("policies.files", "/policies/files", READS);

    /// Show the initial policy file of a newly protected application.
    STARTER: EndpointRow<0, NoBody, StarterPermit, StarterOptions> =
        get("policies.starter", "/policies/starter", READS);

    /// List the versions of the policy set that were in force, the newest first.
    HISTORY: EndpointRow<0, NoBody, Items<PolicyVersion>> =
        get("policies.history", "/policies/history", READS)
            .sorted_by(&[SortField::descending("seq")]);

    /// Put an earlier version of the policy set in force again.
    ROLLBACK: EndpointRow<0, Rollback, Published> =
        post("policies.rollback", "/policies/rollback", ADMINISTERS)
            .example(r#"{"version": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "why": "the last set shut out support"}"#);

    /// Check the policies in force, and list findings for their owners.
    LINT: EndpointRow<0, NoBody, PolicyLint> =
        get("policies.lint", "/policies/lint", READS);

    /// Check a policy set that is being written: its problems, warnings and findings. Nothing is published.
    CHECK: EndpointRow<0, PolicyDraft, PolicyCheck> =
        post("policies.check", "/policies/check", READS)
            .example(r#"{"files": {"applications/wiki.cedar": "..."}}"#);

    /// Run the tests of a policy set that is being written.
    TEST: EndpointRow<0, PolicyDraft, PolicyTestReport> =
        post("policies.test", "/policies/test", READS)
            .example(r#"{"files": {"applications/wiki.cedar": "...", "tests/wiki.toml": "..."}}"#);

    /// Format the text of a policy file.
    FORMAT: EndpointRow<0, PolicyText, PolicyText> =
        post("policies.format", "/policies/format", READS)
            .example(r#"{"path": "applications/wiki.cedar", "text": "..."}"#);

    /// Show what a policy can name: attributes, actions, groups, applications, networks.
    VOCABULARY: EndpointRow<0, NoBody, PolicyVocabulary> =
        get("policies.vocabulary", "/policies/vocabulary", READS);
}
