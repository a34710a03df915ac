//! OpenID providers with which people sign in.

use crate::access::{ADMINISTERS, READS};
use crate::row::{EndpointRow, NoBody, NoContent, delete, get, put};
use crate::{DeclaredProvider, Items, ProviderDeclaration, SortField};

rows! {
    /// List the OpenID providers.
    LIST: EndpointRow<0, NoBody, Items<DeclaredProvider>> =
        get("providers.list", "/providers", READS)
            .sorted_by(&[SortField::ascending("name")]);

    /// Show an OpenID provider.
    SHOW: EndpointRow<1, NoBody, DeclaredProvider> =
        get("providers.show", "/providers/{provider}", READS);

    /// Declare an OpenID provider, or replace its declaration.
    DECLARE: EndpointRow<1, ProviderDeclaration, DeclaredProvider> =
        put("providers.declare", "/providers/{provider}", ADMINISTERS)
            .example(r#"{"title": "Example Corp", "issuer": "https://login.example.com", "client_id": "0oa1", "domains": ["example.com"], "creates_people": "employee", "assurance": [{"amr": ["hwk"], "assurance": "aal2", "phishing_resistant": true}]}"#);

    /// Withdraw an OpenID provider. Its links and the sessions that it started end, and its name is never used again.
    WITHDRAW: EndpointRow<1, NoBody, NoContent> =
        delete("providers.withdraw", "/providers/{provider}", ADMINISTERS);
}
