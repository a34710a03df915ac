//! OpenID clients: programs that sign people in with this installation.

use crate::access::{ADMINISTERS, READS};
use crate::row::{Created, EndpointRow, NoBody, NoContent, delete, get, post, put};
use crate::{DeclaredOpenIdClient, Items, OpenIdClientDeclaration, OpenIdClientSecret, SortField};

rows! {
    /// List the OpenID clients.
    LIST: EndpointRow<0, NoBody, Items<DeclaredOpenIdClient>> =
        get("openid_clients.list", "/openid-clients", READS)
            .sorted_by(&[SortField::ascending("name")]);

    /// Show an OpenID client.
    SHOW: EndpointRow<1, NoBody, DeclaredOpenIdClient> =
        get("openid_clients.show", "/openid-clients/{client}", READS);

    /// Declare an OpenID client, or replace its declaration.
    DECLARE: EndpointRow<1, OpenIdClientDeclaration, DeclaredOpenIdClient> =
        put("openid_clients.declare", "/openid-clients/{client}", ADMINISTERS)
            .example(r#"{"application": "wiki", "redirect_uris": ["https://wiki.example.com/callback"], "backchannel_logout_uri": "https://wiki.example.com/logout"}"#);

    /// Issue a secret to an OpenID client. It is shown once, and replaces the earlier one.
    ISSUE_SECRET: EndpointRow<1, NoBody, Created<OpenIdClientSecret>> =
        post("openid_clients.issue_secret", "/openid-clients/{client}/secret", ADMINISTERS);

    /// Withdraw an OpenID client. Its tokens are not refreshed, and its name is never used again.
    WITHDRAW: EndpointRow<1, NoBody, NoContent> =
        delete("openid_clients.withdraw", "/openid-clients/{client}", ADMINISTERS);
}
