//! Sources of identities, and imports of what one says: begun, sent in pages, compared, and applied or dropped.

use crate::access::{ADMINISTERS, READS};
use crate::parameters::query;
use crate::row::{Created, EndpointRow, NoBody, NoContent, OptionalBody, delete, get, post, put};
use crate::{
    AppliedImport, ApplyImport, ConfirmLeavers, ImportEnd, ImportPage, ImportPreview, ImportProgress,
    InventorySource, Items, NewSource, OpenImport, PersonWhoLeft, SearchText, SortField,
};

query! {
    /// The sources to list.
    #[derive(Default)]
    SourceFilter {
        /// Only sources whose name, title or purpose contains this text, in upper or lower case.
        q: Option<SearchText>,
    }
}

rows! {
    /// List the sources of identities, each with its last import.
    LIST: EndpointRow<0, NoBody, Items<InventorySource>, SourceFilter> =
        get("sources.list", "/sources", READS)
            .sorted_by(&[SortField::ascending("name")]);

    /// Show a source of identities.
    SHOW: EndpointRow<1, NoBody, InventorySource> =
        get("sources.show", "/sources/{source}", READS);

    /// Declare a source of identities, or declare it again.
    DECLARE: EndpointRow<1, NewSource, InventorySource> =
        put("sources.declare", "/sources/{source}", ADMINISTERS)
            .example(r#"{"format": "ldif", "title": "Directory", "purpose": "Says who works here", "owner": "ada@example.org", "authoritative": true, "expected_every_seconds": 86400}"#);

    /// Withdraw a source of identities, with everything that it said.
    WITHDRAW: EndpointRow<1, NoBody, NoContent> =
        delete("sources.withdraw", "/sources/{source}", ADMINISTERS);

    /// List the people here who left, says a source, each with what they still have elsewhere.
    LEAVERS: EndpointRow<1, NoBody, Items<PersonWhoLeft>> =
        get("sources.leavers", "/sources/{source}/leavers", READS)
            .sorted_by(&[SortField::ascending("email")]);

    /// Confirm that the last import of a source may suspend this many people, beyond the bounds of its declaration.
    CONFIRM_LEAVERS: EndpointRow<1, ConfirmLeavers, InventorySource> =
        post("sources.confirm_leavers", "/sources/{source}/leavers/confirm", ADMINISTERS)
            .example(r#"{"import": 12, "people": 340}"#);

    /// Begin an import of a source. It takes the place of one that waits or was left half way. The process that answers
    /// holds it, so its pages go to the same process.
    BEGIN_IMPORT: EndpointRow<1, NoBody, Created<OpenImport>> =
        post("sources.begin_import", "/sources/{source}/imports", ADMINISTERS);

    /// Send a page of the records of an import. A page is taken whole or not at all.
    TAKE_PAGE: EndpointRow<2, ImportPage, ImportProgress> =
        post("sources.take_page", "/sources/{source}/imports/{import}/pages", ADMINISTERS)
            .example(r#"{"page": 1, "nodes": [{"key": "7c5e", "name": "ada", "kind": "account", "attributes": {"mails": ["ada@example.org"]}}, {"key": "90af", "name": "staff", "kind": "group"}], "edges": [{"from": "7c5e", "relation": "member_of", "to": "90af"}]}"#);

    /// End the records of an import, and compare them with what the source said before. Nothing changes yet.
    FINISH_IMPORT: EndpointRow<2, ImportEnd, ImportPreview> =
        post("sources.finish_import", "/sources/{source}/imports/{import}/finish", ADMINISTERS)
            .example(r#"{"records": 3}"#);

    /// Apply an import that waits: what it says holds from now on, and what the source no longer says is gone. Applying it
    /// again changes nothing.
    APPLY_IMPORT: EndpointRow<2, OptionalBody<ApplyImport>, AppliedImport> =
        post("sources.apply_import", "/sources/{source}/imports/{import}/apply", ADMINISTERS)
            .example(r#"{"max_gone_percent": 30}"#);

    /// Drop an import that is being sent or waits.
    DROP_IMPORT: EndpointRow<2, NoBody, NoContent> =
        delete("sources.drop_import", "/sources/{source}/imports/{import}", ADMINISTERS);
}
