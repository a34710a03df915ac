//! Service accounts.

use crate::access::{ADMINISTERS, READS};
use crate::parameters::query;
use crate::row::{Created, EndpointRow, NoBody, NoContent, delete, get, post};
use crate::{IssuedToken, Items, NewService, NewToken, SearchText, Service, SortField};

query! {
    /// The service accounts to list.
    #[derive(Default)]
    ServiceFilter {
        /// Only service accounts whose name or purpose contains this text, in upper or lower case.
        q: Option<SearchText>,
    }
}

rows! {
    /// List service accounts.
    LIST: EndpointRow<0, NoBody, Items<Service>, ServiceFilter> =
        get("services.list", "/services", READS)
            .sorted_by(&[SortField::ascending("name"), SortField::ascending("id")]);

    /// Create a service account.
    ADD: EndpointRow<0, NewService, Created<Service>> =
        post("services.add", "/services", ADMINISTERS)
            .example(r#"{"name": "hr", "owner": "ada@example.org", "purpose": "keeps the groups"}"#);

    /// Show a service account.
    SHOW: EndpointRow<1, NoBody, Service> =
        get("services.show", "/services/{id}", READS);

    /// Remove a service account and its tokens.
    REMOVE: EndpointRow<1, NoBody, NoContent> =
        delete("services.remove", "/services/{id}", ADMINISTERS);

    /// Issue a bearer token. Its secret is shown once.
    ISSUE_TOKEN: EndpointRow<1, NewToken, Created<IssuedToken>> =
        post("services.issue_token", "/services/{id}/tokens", ADMINISTERS)
            .example(r#"{"application": "todo", "expires_in_seconds": 86400}"#);
}
